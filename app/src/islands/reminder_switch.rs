//! Asks the browser for reminders once somebody wants them, and says why where it cannot be.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Element, Event, HtmlFormElement, HtmlInputElement, Notification, NotificationPermission, PushSubscription,
    PushSubscriptionOptionsInit, ServiceWorkerRegistration,
    js_sys::{Array, Function, Promise, Reflect},
};

/// So long the browser may take to subscribe, in milliseconds: some never answer.
const PATIENCE: i32 = 20_000;

/// Fills in where this browser is reached before the form it stands in is sent.
///
/// The form has the public key of the sender in `data-key`, what is said where it cannot be in `data-unsupported`,
/// `data-install`, `data-denied` and `data-failed`, and hidden fields `endpoint`, `p256dh` and `auth`.
#[island]
pub fn ReminderSwitch() -> impl IntoView {
    view! { <p class="problem" role="status" use:switch></p> }
}

fn switch(place: Element) {
    let Ok(Some(form)) = place.closest("form") else {
        return;
    };
    let ask: Function = Closure::<dyn Fn(Event)>::new({
        let form = form.clone();
        move |event: Event| {
            event.prevent_default();
            let (form, place) = (form.clone(), place.clone());
            spawn_local(async move {
                match subscribe(&form).await {
                    Ok(subscription) => send(&form, &subscription),
                    Err(why) => place.set_text_content(form.get_attribute(why).as_deref()),
                }
            });
        }
    })
    .into_js_value()
    .unchecked_into();
    let _ = form.add_event_listener_with_callback("submit", &ask);
}

const FAILED: &str = "data-failed";

/// Subscribes, or names the attribute that says why not.
async fn subscribe(form: &Element) -> Result<PushSubscription, &'static str> {
    let has = |of: &JsValue, name: &str| Reflect::has(of, &name.into()).unwrap_or(false);
    let navigator = window().navigator();
    if !has(&window(), "PushManager") || !has(&window(), "Notification") || !has(&navigator, "serviceWorker") {
        // Safari on a phone has them only in an app on the home screen.
        let may_install = has(&navigator, "standalone");
        return Err(if may_install { "data-install" } else { "data-unsupported" });
    }
    let asked = Notification::request_permission().map_err(|_| FAILED)?;
    JsFuture::from(asked).await.map_err(|_| FAILED)?;
    if Notification::permission() != NotificationPermission::Granted {
        return Err("data-denied");
    }
    let worker = navigator.service_worker();
    JsFuture::from(worker.register("/service-worker.js")).await.map_err(|_| FAILED)?;
    let ready = JsFuture::from(worker.ready().map_err(|_| FAILED)?).await.map_err(|_| FAILED)?;
    let manager = ready.unchecked_into::<ServiceWorkerRegistration>().push_manager().map_err(|_| FAILED)?;
    let options = PushSubscriptionOptionsInit::new();
    options.set_user_visible_only(true);
    options.set_application_server_key(&form.get_attribute("data-key").unwrap_or_default().into());
    let subscribing = manager.subscribe_with_options(&options).map_err(|_| FAILED)?;
    let subscribed = JsFuture::from(Promise::race(&Array::of2(&subscribing, &too_late())));
    let subscription = subscribed.await.map_err(|_| FAILED)?;
    subscription.dyn_into().map_err(|_| FAILED)
}

/// Comes to nothing when the browser has had its time.
fn too_late() -> Promise {
    Promise::new(&mut |_, reject| {
        let _ = window().set_timeout_with_callback_and_timeout_and_arguments_0(&reject, PATIENCE);
    })
}

fn send(form: &Element, subscription: &PushSubscription) {
    let Ok(said) = subscription.to_json() else { return };
    let get = |of: &JsValue, name: &str| Reflect::get(of, &name.into()).unwrap_or_default();
    let keys = get(&said, "keys");
    for (name, value) in
        [("endpoint", get(&said, "endpoint")), ("p256dh", get(&keys, "p256dh")), ("auth", get(&keys, "auth"))]
    {
        if let Ok(Some(field)) = form.query_selector(&format!("[name={name}]")) {
            field.unchecked_into::<HtmlInputElement>().set_value(&value.as_string().unwrap_or_default());
        }
    }
    let _ = form.unchecked_ref::<HtmlFormElement>().submit();
}

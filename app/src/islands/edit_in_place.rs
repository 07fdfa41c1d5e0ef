//! Opens the form behind a link on the page it stands on, and sends it from there.

use leptos::prelude::*;
use wasm_bindgen::{JsCast, JsValue, closure::Closure};
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    DomParser, Element, Event, FormData, HtmlAnchorElement, HtmlButtonElement, HtmlDialogElement, HtmlElement,
    HtmlFormElement, MouseEvent, Request, RequestInit, Response, SubmitEvent, SupportedType, UrlSearchParams,
    js_sys::Function,
};

/// The place in a `dialog` where pages with forms are shown.
///
/// Links with `data-in-place` open there what the page behind them has in its `main`. A form sent from there that leads
/// elsewhere when it is done brings the page beneath it up to date; one that is refused shows what the server answered.
/// Where there is no net, and for whoever opens a link in a window of its own, links and forms do what they always do.
#[island]
pub fn EditInPlace() -> impl IntoView {
    view! { <div use:edit_in_place></div> }
}

fn edit_in_place(place: Element) {
    let Some(dialog) = place.closest("dialog").ok().flatten().and_then(|it| it.dyn_into::<HtmlDialogElement>().ok())
    else {
        return;
    };
    listen(&document(), "click", {
        let (dialog, place) = (dialog.clone(), place.clone());
        move |event: Event| {
            let Some(link) = asked_for(&event) else { return };
            event.prevent_default();
            let (dialog, place) = (dialog.clone(), place.clone());
            spawn_local(async move {
                match fetched(&link.href(), &RequestInit::new()).await {
                    Some((false, html)) if show(&place, &html) => {
                        let _ = dialog.show_modal();
                        focus(&place);
                    }
                    _ => {
                        let _ = location().assign(&link.href());
                    }
                }
            });
        }
    });
    listen(&dialog, "submit", move |event: Event| {
        let Some(form) = event.target().and_then(|form| form.dyn_into::<HtmlFormElement>().ok()) else { return };
        let Some(sent) = filled_in(&form, &event) else { return };
        event.prevent_default();
        let place = place.clone();
        spawn_local(async move {
            match fetched(&form.action(), &sent).await {
                Some((true, _)) => {
                    let _ = location().reload();
                }
                Some((false, html)) if show(&place, &html) => focus(&place),
                _ => {
                    let _ = form.submit();
                }
            }
        });
    });
}

fn listen(on: &web_sys::EventTarget, event: &str, act: impl Fn(Event) + 'static) {
    let act: Function = Closure::<dyn Fn(Event)>::new(act).into_js_value().unchecked_into();
    let _ = on.add_event_listener_with_callback(event, &act);
}

/// The link that was pressed to be opened in place, and in no other way.
fn asked_for(event: &Event) -> Option<HtmlAnchorElement> {
    let pressed = event.dyn_ref::<MouseEvent>()?;
    let elsewhere = pressed.button() != 0 || pressed.ctrl_key() || pressed.meta_key() || pressed.shift_key();
    let link = event.target()?.dyn_into::<Element>().ok()?.closest("a[data-in-place]").ok()??;
    link.dyn_into().ok().filter(|_| !elsewhere && !event.default_prevented())
}

/// What a form sends, where it is one that posts.
fn filled_in(form: &HtmlFormElement, event: &Event) -> Option<RequestInit> {
    if form.method() != "post" {
        return None;
    }
    let fields = UrlSearchParams::new_with_str_sequence_sequence(&FormData::new_with_form(form).ok()?.into()).ok()?;
    let pressed = event.dyn_ref::<SubmitEvent>().and_then(SubmitEvent::submitter);
    if let Some(button) = pressed.and_then(|button| button.dyn_into::<HtmlButtonElement>().ok())
        && !button.name().is_empty()
    {
        fields.append(&button.name(), &button.value());
    }
    let sent = RequestInit::new();
    sent.set_method("POST");
    sent.set_body(&fields);
    Some(sent)
}

/// Whether the answer led elsewhere, and what it says; nothing where none came or it is no page.
async fn fetched(address: &str, how: &RequestInit) -> Option<(bool, String)> {
    let request = Request::new_with_str_and_init(address, how).ok()?;
    let answer: Response = JsFuture::from(window().fetch_with_request(&request)).await.ok()?.dyn_into().ok()?;
    let words: JsValue = JsFuture::from(answer.text().ok()?).await.ok()?;
    Some((answer.redirected(), words.as_string()?))
}

/// Puts what a page has in its `main` into the place.
fn show(place: &Element, html: &str) -> bool {
    let page = DomParser::new().and_then(|parser| parser.parse_from_string(html, SupportedType::TextHtml));
    let Some(main) = page.ok().and_then(|page| page.query_selector("main").ok().flatten()) else { return false };
    place.set_inner_html(&main.inner_html());
    true
}

/// Puts the focus onto what is wrong or is to be filled in first.
fn focus(place: &Element) {
    for first in ["[aria-invalid]", "[role=alert]", "input:not([type=hidden]), textarea, select"] {
        if let Ok(Some(found)) = place.query_selector(first) {
            let _ = found.unchecked_into::<HtmlElement>().focus();
            break;
        }
    }
}

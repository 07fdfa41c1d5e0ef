//! On the home screen: how one gets the product there, and what a browser is told about it.

use leptos::prelude::*;
use serde_json::json;

use crate::{
    problem::Problem,
    store,
    ui::{
        Setting, Visit,
        field::Fields,
        page::{Answer, Sheet, Tab},
    },
};

/// What a browser is told (W3C, Web Application Manifest). The name and the pictures tell a bystander nothing.
pub fn manifest(setting: &Setting) -> String {
    let text = setting.text;
    let picture = |size: &str| {
        let src = setting.site.file(&format!("icons/maskable-{size}.png"));
        ["any", "maskable"].map(
            |purpose| json!({ "src": src, "sizes": format!("{size}x{size}"), "type": "image/png", "purpose": purpose }),
        )
    };
    let shortcuts =
        [Tab::Plan, Tab::Meetings, Tab::Team].map(|tab| json!({ "name": tab.words(text), "url": tab.address() }));
    let icons = [picture("192"), picture("512")].concat();
    let manifest = json!({
        "id": "/",
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "name": text.app,
        "short_name": text.app,
        "lang": text.lang,
        "dir": text.dir,
        "background_color": "#f3f1e8",
        "theme_color": "#f3f1e8",
        "icons": icons,
        "shortcuts": shortcuts,
    });
    manifest.to_string()
}

/// Shows how it gets onto the home screen.
///
/// # Errors
/// None.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let words = &visit.text.install;
    let guide = |title: &'static str, steps: &'static [&'static str]| {
        let steps: Vec<_> = steps.iter().map(|step| view! { <li>{*step}</li> }).collect();
        view! { <section><h2>{title}</h2><ol class="numbered">{steps}</ol></section> }
    };
    let main = view! {
        <div class="path">
            <section class="hero"><h1>{words.title}</h1><p>{words.why}</p></section>
            {guide(words.android, words.android_steps)}
            {guide(words.iphone, words.iphone_steps)}
            <section>
                <h2>{words.others_title}</h2>
                <p>{words.others}</p>
            </section>
        </div>
        <form class="aside" method="post" action="/install">
            <button class="button main">{words.read}</button>
        </form>
    };
    Ok(Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Me).page(&visit.setting).into())
}

/// The viewer knows now, on this device.
///
/// # Errors
/// Those of the store.
pub async fn read(visit: Visit, _: Fields) -> Result<Answer, Problem> {
    store::hide_install_hint(&visit.db, &visit.viewer).await?;
    Ok(Answer::See("/".into()))
}

//! Going on after a detour: what a form on the way carries along, and the page that leads back to what was sent.

use leptos::prelude::*;

use super::{
    Visit,
    field::Fields,
    page::{Answer, Sheet},
};
use crate::domain::detour::Detour;

/// The field with where to go on.
pub const TO: &str = "to";
/// The field with the form that is to be sent there.
const SENT: &str = "sent";

/// The field in which a code is typed. What stands in a form with one is carried nowhere.
pub const CODE: &str = "code";

/// Round to an address with a form; to the first page with one that nothing carries along.
pub fn of(address: &str, form: &Fields) -> Detour {
    if form.names().any(|name| name == CODE) { Detour::default() } else { Detour::to(address).with(Some(form.write())) }
}

/// The detour that a form carries; none where it was not on one.
pub fn read(fields: &Fields) -> Option<Detour> {
    let once = |name| fields.once(name).ok().flatten();
    Some(Detour::to(once(TO)?).with(once(SENT).map(str::to_owned)))
}

/// The hidden fields that carry it along.
pub fn hidden(detour: &Detour) -> impl IntoView + use<> {
    let sent = detour.sent().map(|sent| view! { <input type="hidden" name=SENT value=sent.to_owned() /> });
    view! {
        <input type="hidden" name=TO value=detour.address().to_owned() />
        {sent}
    }
}

/// What is said where something is left to be done by hand.
pub struct Words {
    /// The heading.
    pub title: &'static str,
    /// What is left to do.
    pub words: &'static str,
    /// The button that does it.
    pub go_on: &'static str,
}

/// Goes on: to a page at once; to a form that was sent by way of a button, so that nothing happens unseen; to a file, which
/// leaves a browser where it is, by way of a link.
pub fn go_on(visit: &Visit, detour: &Detour, form: &Words, file: &Words) -> Answer {
    let address = detour.address().to_owned();
    let path = address.split(['?', '#']).next().unwrap_or_default();
    let is_file = [".csv", ".json", ".ics"].iter().any(|ending| path.ends_with(ending));
    let (said, button) = match detour.sent().and_then(|sent| Fields::read(sent.as_bytes())) {
        Some(fields) => {
            let fields: Vec<_> = fields
                .pairs()
                .map(|(name, value)| view! { <input type="hidden" name=name.to_owned() value=value.to_owned() /> })
                .collect();
            let button = view! {
                <form method="post" action=address>
                    {fields}
                    <p class="reach"><button class="button main">{form.go_on}</button></p>
                </form>
            };
            (form, button.into_any())
        }
        None if is_file => {
            let link = view! { <p class="reach"><a class="button main" href=address>{file.go_on}</a></p> };
            (file, link.into_any())
        }
        None => return Answer::See(address),
    };
    let main = view! {
        <div class="path">
            <section class="hero">
                <h1>{said.title}</h1>
                <p>{said.words}</p>
                {button}
            </section>
        </div>
        <p class="aside"><a class="quiet" href="/">{visit.text.shell.to_home}</a></p>
    };
    Sheet::new(said.title, main).door().quick_exit(&visit.viewer).page(&visit.setting).into()
}

//! Answers not yet sent, kept on this device for whoever began them.

use leptos::prelude::*;
use std::time::Duration;

use wasm_bindgen::JsCast;
use web_sys::{Element, FormData, HtmlDocument, HtmlInputElement, Storage, UrlSearchParams, js_sys::Date};

/// Where the one draft of a device stands, and the cookie that tells the server when it was begun: a page without
/// script, opened when the draft is too old, is answered so that the browser deletes it.
const KEY: &str = "draft";

/// Where a form remembers when it was begun, in minutes since 1970.
const BEGUN: &str = "data-begun";

/// How long a draft is kept, in minutes.
const KEPT: u64 = 24 * 60;

/// The answers of one form, with the place where the person stopped.
pub(super) struct Draft {
    /// Which session began it, at which address.
    owner: String,
    /// When, in minutes since 1970.
    begun: u64,
    /// The question the page stood at, as the fragment of its address.
    at: String,
    /// Every field with its value, the id of the check-in to be among them.
    fields: UrlSearchParams,
}

impl Draft {
    /// The draft that this device keeps for a form. One of somebody else, of another form, of yesterday, or of what
    /// was saved since, is deleted.
    pub(super) fn of(form: &Element) -> Option<Self> {
        let draft = read().filter(|draft| draft.belongs_to(form) && draft.is_fresh() && !draft.is_saved(form));
        if draft.is_none() {
            forget();
        }
        draft
    }

    /// Puts the answers into the form; what has been answered there meanwhile stands.
    pub(super) fn fill(&self, form: &Element) {
        let Ok(controls) = form.query_selector_all("[name]") else {
            return;
        };
        for at in 0..controls.length() {
            let Some(control) = controls.item(at).map(JsCast::unchecked_into::<HtmlInputElement>) else { continue };
            let Some(kept) = self.fields.get(&control.name()) else { continue };
            match &*control.type_() {
                "radio" | "checkbox" if control.value() == kept && !is_answered(form, &control.name()) => {
                    control.set_checked(true);
                }
                "radio" | "checkbox" => {}
                "hidden" => control.set_value(&kept),
                _ if control.value().is_empty() => control.set_value(&kept),
                _ => {}
            }
        }
    }

    /// The question the page stood at, as the fragment of its address; empty for the first.
    pub(super) fn at(&self) -> &str {
        &self.at
    }

    fn belongs_to(&self, form: &Element) -> bool {
        form.get_attribute("data-draft").as_ref() == Some(&self.owner)
    }

    fn is_fresh(&self) -> bool {
        is_fresh(self.begun)
    }

    fn is_saved(&self, beside: &Element) -> bool {
        let saved = beside.get_attribute("data-saved").unwrap_or_default();
        self.fields.get("id").is_some_and(|id| saved.split(' ').any(|saved| saved == id))
    }
}

/// Keeps what a form holds now, until a day after it was begun, however long its page stays open.
pub(super) fn keep(form: &Element) {
    let Some(owner) = form.get_attribute("data-draft") else {
        return;
    };
    let since = form.get_attribute(BEGUN).and_then(|begun| begun.parse().ok());
    let begun = since
        .or_else(|| Some(read().filter(|draft| draft.owner == owner && draft.is_fresh())?.begun))
        .unwrap_or_else(now);
    let _ = form.set_attribute(BEGUN, &begun.to_string());
    if !is_fresh(begun) {
        forget();
        return;
    }
    if since.is_none() {
        let left = begun.saturating_add(KEPT).saturating_sub(now());
        set_timeout(forget_what_is_old, Duration::from_secs(left * 60 + 1));
    }
    let at = location().hash().unwrap_or_default();
    if let Some(storage) = storage()
        && let Ok(fields) = FormData::new_with_form(form.unchecked_ref())
        && let Ok(fields) = UrlSearchParams::new_with_str_sequence_sequence(&fields)
    {
        let _ = storage.set_item(KEY, &format!("{owner}\n{begun}\n{at}\n{}", String::from(fields.to_string())));
        set_cookie(&format!("{begun}; max-age=31536000"));
    }
}

fn forget_what_is_old() {
    if read().is_some_and(|draft| !draft.is_fresh()) {
        forget();
    }
}

fn set_cookie(value: &str) {
    let _ = document().unchecked_ref::<HtmlDocument>().set_cookie(&format!("{KEY}={value}; path=/; samesite=strict"));
}

/// Deletes the draft of a check-in that is saved, wherever it stands, and one that is too old.
///
/// `data-saved`, on the page's path, names the check-ins that were saved while a draft may be kept.
#[island]
pub fn DraftSaved() -> impl IntoView {
    view! { <span hidden=true use:forget_saved></span> }
}

fn forget_saved(place: Element) {
    if let Ok(Some(beside)) = place.closest("[data-saved]")
        && read().is_some_and(|draft| draft.is_saved(&beside) || !draft.is_fresh())
    {
        forget();
    }
}

fn is_fresh(begun: u64) -> bool {
    now().checked_sub(begun).is_some_and(|age| age < KEPT)
}

fn read() -> Option<Draft> {
    let kept = storage()?.get_item(KEY).ok()??;
    let mut lines = kept.split('\n');
    let mut line = || lines.next();
    Some(Draft {
        owner: line()?.to_owned(),
        begun: line()?.parse().ok()?,
        at: line()?.to_owned(),
        fields: UrlSearchParams::new_with_str(line()?).ok()?,
    })
}

fn forget() {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(KEY);
        set_cookie("; max-age=0");
    }
}

fn is_answered(form: &Element, name: &str) -> bool {
    matches!(form.query_selector(&format!("[name=\"{name}\"]:checked")), Ok(Some(_)))
}

/// A browser may refuse to keep anything; then there is no draft.
fn storage() -> Option<Storage> {
    window().local_storage().ok().flatten()
}

#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "minutes since 1970 are few and positive")]
fn now() -> u64 {
    (Date::now() / 60_000.0) as u64
}

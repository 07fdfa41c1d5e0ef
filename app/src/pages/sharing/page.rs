//! What is shown: what the family shares, how to stop it, and how to share more.

use leptos::prelude::*;

use super::{
    form::{ConsentForm, ITEM, UNTIL},
    shared,
};
use crate::{
    domain::{
        consent::{Consent, Item},
        words::PersonName,
    },
    store::Seen,
    ui::{
        Visit, date,
        field::problem_at,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
    },
};

/// What a parent sees of the sharing.
pub(super) struct Sharing {
    /// The contact person, where the family has one.
    pub(super) contact: Option<PersonName>,
    /// Every yes with the name of the one who got it, the newest first.
    pub(super) consents: Vec<(Consent, PersonName)>,
    pub(super) form: ConsentForm,
}

pub(super) fn sharing(visit: &Visit, sharing: &Sharing) -> Page {
    let text = visit.text;
    let rows: Vec<_> = sharing.consents.iter().map(|(consent, name)| row(visit, consent, name)).collect();
    let rows = if rows.is_empty() {
        view! { <p class="soft">{text.sharing.none}</p> }.into_any()
    } else {
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    let more = match &sharing.contact {
        Some(name) => form(visit, name, &sharing.form).into_any(),
        None => view! { <p>{text.home.no_contact}</p> }.into_any(),
    };
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/me">{icon(Icon::Back)}{text.me.title}</a></p>
                <h1>{text.sharing.title}</h1>
                <p>{text.sharing.lead}</p>
                {rows}
            </section>
            <section>
                <h2>{text.sharing.more}</h2>
                <div>{more}</div>
            </section>
        </div>
    };
    let refused = !sharing.form.refusals.is_empty();
    Sheet::new(text.sharing.title, main).tabs(&visit.viewer, Tab::Me).refused(refused).page(&visit.setting)
}

fn row(visit: &Visit, consent: &Consent, name: &PersonName) -> impl IntoView + use<> {
    let text = visit.text;
    let zone = visit.viewer.zone;
    let item = (text.shared.item)(consent.item);
    let last = date::day(text, consent.ends_at.plus_seconds(-1).date(zone), visit.now.date(zone));
    if consent.holds(visit.now) {
        return view! {
            <li class="device">
                <div><p><strong>{(text.sharing.may_see)(name.as_str(), item, &last)}</strong></p></div>
                <form method="post" action=format!("/consents/{}/withdraw", consent.id)>
                    <button class="button">{text.sharing.stop}<span class="unseen">": " {item}</span></button>
                </form>
            </li>
        }
        .into_any();
    }
    let end = match consent.withdrawn_at {
        Some(at) => (text.sharing.stopped)(&date::instant(text, at, zone, visit.now)),
        None => (text.sharing.ended)(&last),
    };
    view! {
        <li>
            <p>{(text.sharing.could_see)(name.as_str(), item)}</p>
            <p class="soft">{end}</p>
        </li>
    }
    .into_any()
}

fn form(visit: &Visit, name: &PersonName, form: &ConsentForm) -> impl IntoView + use<> {
    let text = visit.text;
    let refused = |field| form.refusals.of(field).is_some();
    let (item_refused, until_refused) = (refused(ITEM), refused(UNTIL));
    let see_as = (text.sharing.see_as)(name.first());
    let choices: Vec<_> = Item::ALL
        .iter()
        .map(|item| {
            let (key, words) = (item.key(), (text.shared.item)(*item));
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        name=ITEM
                        value=key
                        checked=form.typed.get(ITEM) == Some(key)
                        aria-invalid=item_refused.then_some("true")
                    />
                    <span>{date::capital(words)}</span>
                </label>
                <p>
                    <a class="quiet" href=format!("/sharing/preview/{key}")>
                        {see_as.clone()}
                        <span class="unseen">": " {words}</span>
                    </a>
                </p>
            }
        })
        .collect();
    view! {
        <form method="post" action="/sharing" novalidate=true>
            <fieldset aria-describedby=item_refused.then_some("item-problem")>
                <legend>{(text.sharing.what)(name.first())}</legend>
                {problem_at(text, &form.refusals, ITEM)}
                {choices}
            </fieldset>
            <div class="field">
                <label for=UNTIL>{text.sharing.until}</label>
                {problem_at(text, &form.refusals, UNTIL)}
                <input
                    type="date"
                    id=UNTIL
                    name=UNTIL
                    value=form.typed.get(UNTIL).unwrap_or_default().to_owned()
                    required=true
                    aria-invalid=until_refused.then_some("true")
                    aria-describedby=until_refused.then_some("until-problem")
                />
            </div>
            <p class="reach"><button class="button main">{text.sharing.yes}</button></p>
        </form>
    }
}

/// What the contact person would see. Nothing in it can be pressed.
pub(super) fn preview(visit: &Visit, name: &PersonName, seen: &Seen) -> Page {
    let text = visit.text;
    let title = (text.sharing.as_seen)(name.first());
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/sharing">{icon(Icon::Back)}{text.sharing.title}</a></p>
                <h1>{title.clone()}</h1>
                <p>{text.sharing.only_a_look}</p>
            </section>
            <fieldset disabled=true>{shared::family_sections(visit, seen)}</fieldset>
        </div>
    };
    Sheet::new(&title, main).tabs(&visit.viewer, Tab::Me).page(&visit.setting)
}

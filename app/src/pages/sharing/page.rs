//! What is shown: what the family shares, how to stop it, and how to share more.

use leptos::prelude::*;

use super::{
    form::{ConsentForm, ITEM, UNTIL},
    shared,
};
use crate::{
    domain::{
        consent::{Item, Receipt, Thing},
        person::{Child, Role},
        team::TeamMember,
        words::PersonName,
    },
    store::Seen,
    ui::{
        Visit, date,
        field::problem_at,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
        parts,
    },
};

/// What a parent sees of the sharing.
pub(super) struct Sharing {
    /// The contact person, where the family has one.
    pub(super) contact: Option<TeamMember>,
    /// The children the parent has rights for.
    pub(super) children: Vec<Child>,
    /// What ended by itself and is asked about.
    pub(super) ended: Option<Receipt>,
    /// Every yes the parent may see, the newest first.
    pub(super) receipts: Vec<Receipt>,
    pub(super) form: ConsentForm,
}

pub(super) fn sharing(visit: &Visit, sharing: &Sharing) -> Page {
    let text = visit.text;
    let (held, past): (Vec<_>, Vec<_>) = sharing.receipts.iter().partition(|one| one.consent.holds(visit.now));
    let held: Vec<_> = held.into_iter().map(|receipt| held_row(visit, receipt)).collect();
    let held = if held.is_empty() {
        view! { <p class="soft">{text.sharing.none}</p> }.into_any()
    } else {
        view! { <ul class="rows">{held}</ul> }.into_any()
    };
    let past: Vec<_> = past.into_iter().map(|receipt| past_row(visit, receipt)).collect();
    let past = (!past.is_empty())
        .then(|| view! { <section><h2>{text.sharing.past}</h2><ul class="rows">{past}</ul></section> });
    let ended = sharing.ended.as_ref().map(|receipt| {
        view! { <section class="now">{parts::still_share(visit, receipt, "sharing")}</section> }
    });
    let more = match &sharing.contact {
        Some(contact) if contact.role == Role::ContactPerson => {
            form(visit, &contact.name, &sharing.children, &sharing.form).into_any()
        }
        Some(contact) => view! { <p>{(text.sharing.sees_anyhow)(contact.name.first())}</p> }.into_any(),
        None => view! { <p>{text.home.no_contact}</p> }.into_any(),
    };
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/me">{icon(Icon::Back)}{text.me.title}</a></p>
                <h1>{text.sharing.title}</h1>
                <p>{text.sharing.lead}</p>
                {held}
            </section>
            {ended}
            <section>
                <h2>{text.sharing.more}</h2>
                <div>{more}</div>
            </section>
            {past}
        </div>
    };
    let refused = !sharing.form.refusals.is_empty();
    Sheet::new(text.sharing.title, main).tabs(&visit.viewer, Tab::Me).refused(refused).page(&visit.setting)
}

/// A yes that holds: one sentence, who said it when, and the way to stop it.
fn held_row(visit: &Visit, receipt: &Receipt) -> impl IntoView + use<> {
    let text = visit.text;
    let zone = visit.viewer.zone;
    let item = parts::shared_thing(text, receipt);
    let last = date::day(text, receipt.consent.ends_at.plus_seconds(-1).date(zone), visit.now.date(zone));
    let given = date::instant(text, receipt.consent.given_at, zone, visit.now);
    view! {
        <li class="device">
            <div>
                <p><strong>{(text.sharing.may_see)(receipt.recipient.as_str(), &item, &last)}</strong></p>
                <p class="soft">{(text.sharing.given)(receipt.giver.first(), &given)}</p>
            </div>
            <form method="post" action=format!("/consents/{}/withdraw", receipt.consent.id)>
                <button class="button">{text.sharing.stop}<span class="unseen">": " {item}</span></button>
            </form>
        </li>
    }
}

/// The receipt of a yes that is over: who stopped it and when, or its last day.
fn past_row(visit: &Visit, receipt: &Receipt) -> impl IntoView + use<> {
    let text = visit.text;
    let zone = visit.viewer.zone;
    let end = match receipt.consent.withdrawn_at {
        Some(at) => {
            let by = receipt.stopped_by.as_ref().map(PersonName::first);
            (text.sharing.stopped)(&date::instant(text, at, zone, visit.now), by)
        }
        None => {
            let last = receipt.consent.ends_at.plus_seconds(-1).date(zone);
            (text.sharing.ended)(&date::day(text, last, visit.now.date(zone)))
        }
    };
    view! {
        <li>
            <p>{(text.sharing.could_see)(receipt.recipient.as_str(), &parts::shared_thing(text, receipt))}</p>
            <p class="soft">{end}</p>
        </li>
    }
}

fn form(visit: &Visit, name: &PersonName, children: &[Child], form: &ConsentForm) -> impl IntoView + use<> {
    let text = visit.text;
    let refused = |field| form.refusals.of(field).is_some();
    let (item_refused, until_refused) = (refused(ITEM), refused(UNTIL));
    let see_as = (text.sharing.see_as)(name.first());
    let own = [Item::CheckIns, Item::Notes];
    let things = Item::COMMON
        .into_iter()
        .chain(own)
        .filter_map(|item| Some((Thing::of(item).ok()?, (text.sharing.item)(item, ""))));
    let about =
        children.iter().map(|child| (Thing::about(child.id), (text.sharing.item)(Item::Child, child.name.first())));
    let choices: Vec<_> = things
        .chain(about)
        .map(|(thing, words)| {
            let key = thing.to_string();
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        name=ITEM
                        value=key.clone()
                        checked=form.typed.get(ITEM) == Some(key.as_str())
                        aria-invalid=item_refused.then_some("true")
                    />
                    <span>{date::capital(&words)}</span>
                </label>
                <p class="under">
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
        <fieldset class="path" disabled=true>
            <section>
                <p><a class="quiet" href="/sharing">{icon(Icon::Back)}{text.sharing.title}</a></p>
                <h1>{title.clone()}</h1>
                <p>{text.sharing.only_a_look}</p>
            </section>
            {shared::family_sections(visit, seen)}
        </fieldset>
    };
    Sheet::new(&title, main).tabs(&visit.viewer, Tab::Me).page(&visit.setting)
}

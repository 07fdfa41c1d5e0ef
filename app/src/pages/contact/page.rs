//! What is shown: the contact person now, and who else it could be.

use leptos::prelude::*;

use super::form::{NAME, PERSON, PHONE, WishForm};
use crate::{
    domain::{
        contact::{Candidate, ContactWish},
        team::TeamMember,
        words::PersonName,
    },
    ui::{
        Visit,
        field::problem_at,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
        parts,
    },
};

/// What a parent sees of the choice.
pub(super) struct Contact {
    /// Who it is now.
    pub(super) now: Option<TeamMember>,
    /// Who else there is.
    pub(super) candidates: Vec<Candidate>,
    /// Somebody new who is not invited yet.
    pub(super) wish: Option<ContactWish>,
    /// Whether somebody from outside the municipality may be it.
    pub(super) from_outside: bool,
    pub(super) form: WishForm,
}

pub(super) fn contact(visit: &Visit, contact: &Contact) -> Page {
    let text = visit.text;
    let words = &text.contact;
    let now = match &contact.now {
        Some(member) => parts::member(text, member).into_any(),
        None => view! { <p>{words.none}</p> }.into_any(),
    };
    let wish = contact.wish.as_ref().map(|wish| wished(visit, wish));
    let candidates: Vec<_> = contact.candidates.iter().map(|one| candidate(visit, one)).collect();
    let candidates = (!candidates.is_empty()).then(|| {
        view! {
            <section>
                <h2>{words.choose}</h2>
                <ul class="rows">{candidates}</ul>
            </section>
        }
    });
    let new = contact.from_outside.then(|| somebody_new(visit, &contact.form));
    let nobody = contact.now.as_ref().map(|member| nobody(visit, &member.name));
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/team">{icon(Icon::Back)}{text.team.title}</a></p>
                <h1>{words.title}</h1>
                <p>{words.lead}</p>
            </section>
            <section>
                <h2>{words.now}</h2>
                <div>{now}{wish}</div>
            </section>
            {candidates}
            {new}
            {nobody}
        </div>
    };
    let refused = !contact.form.refusals.is_empty();
    Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Team).refused(refused).page(&visit.setting)
}

fn candidate(visit: &Visit, one: &Candidate) -> impl IntoView + use<> {
    let text = visit.text;
    let from = match &one.association {
        Some(association) => association.to_string(),
        None => (text.people.role)(one.role).to_owned(),
    };
    view! {
        <li class="device">
            <span class="face" aria-hidden="true">{one.name.initials()}</span>
            <div><h3>{one.name.to_string()}</h3><p class="soft">{from}</p></div>
            <form method="post" action="/contact">
                <button class="button" name=PERSON value=one.person.to_string()>
                    {text.contact.pick}
                    <span class="unseen">" " {one.name.to_string()}</span>
                </button>
            </form>
        </li>
    }
}

fn wished(visit: &Visit, wish: &ContactWish) -> impl IntoView + use<> {
    let text = visit.text;
    view! {
        <form class="device" method="post" action=format!("/contact-wishes/{}/take-back", wish.id)>
            <div>
                <p><strong>{(text.contact.wished)(wish.made_by.first(), wish.name.as_str())}</strong></p>
                <p class="soft">{text.contact.wished_words}</p>
            </div>
            <button class="button">{text.contact.take_back}</button>
        </form>
    }
}

fn somebody_new(visit: &Visit, form: &WishForm) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.contact;
    let field = |name: &'static str, kind: &'static str, label: &'static str, complete: &'static str| {
        let refused = form.refusals.of(name).is_some();
        view! {
            <div class="field">
                <label for=name>{label}</label>
                {problem_at(text, &form.refusals, name)}
                <input
                    type=kind
                    id=name
                    name=name
                    value=form.typed.get(name).unwrap_or_default().to_owned()
                    autocomplete=complete
                    maxlength=PersonName::MAX.to_string()
                    aria-invalid=refused.then_some("true")
                    aria-describedby=refused.then(|| format!("{name}-problem"))
                />
            </div>
        }
    };
    view! {
        <section>
            <h2>{words.new}</h2>
            <form method="post" action="/contact/wish" novalidate=true>
                <p>{words.new_words}</p>
                {field(NAME, "text", words.name, "off")}
                {field(PHONE, "tel", words.phone, "off")}
                <p class="reach"><button class="button">{words.send}</button></p>
            </form>
        </section>
    }
}

fn nobody(visit: &Visit, now: &PersonName) -> impl IntoView + use<> {
    let words = &visit.text.contact;
    view! {
        <section>
            <h2>{words.nobody}</h2>
            <form method="post" action="/contact">
                <p>{(words.nobody_words)(now.first())}</p>
                <p class="reach"><button class="button" name=PERSON value="">{words.nobody_button}</button></p>
            </form>
        </section>
    }
}

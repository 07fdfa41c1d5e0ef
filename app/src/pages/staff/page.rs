//! What is shown: the staff by units, one of them, somebody new, and a way in with its code.

use leptos::prelude::*;

use super::form::{NAME, PHONE, ROLE, UNIT, roles};
use crate::{
    domain::{
        administration::{Colleague, Proposal},
        chance::Token,
        family::Unit,
        id::Id,
        person::Person,
        sign_in::Invitation,
        words::PersonName,
    },
    ui::{
        Visit, date,
        days::DaysForm,
        field::{FilledIn, Refusals},
        form::Form,
        icon::{Icon, icon},
        invitation,
        page::{Page, Sheet, Tab},
        passkey,
    },
};

/// Everybody who works here, and what waits.
pub(super) struct List {
    pub(super) units: Vec<Unit>,
    pub(super) colleagues: Vec<Colleague>,
    pub(super) proposals: Vec<Proposal>,
}

pub(super) fn list(visit: &Visit, list: &List) -> Page {
    let words = &visit.text.staff;
    let waiting: Vec<_> = list.proposals.iter().map(|proposal| waiting_row(visit, proposal)).collect();
    let waiting = (!waiting.is_empty())
        .then(|| view! { <section><h2>{words.waiting}</h2><ul class="rows">{waiting}</ul></section> });
    let units = list.units.iter().map(|unit| (unit.name.to_string(), Some(unit.id)));
    let units: Vec<_> = units
        .chain([(words.no_unit.to_owned(), None)])
        .filter_map(|(name, unit)| {
            let rows: Vec<_> =
                list.colleagues.iter().filter(|one| one.unit == unit).map(|one| colleague_row(visit, one)).collect();
            (!rows.is_empty()).then(|| view! { <h2>{name}</h2><ul class="inbox families">{rows}</ul> })
        })
        .collect();
    let main = view! {
        <div class="path">
            <section>
                <h1>{words.title}</h1>
                <p>{words.lead}</p>
                <p class="reach">
                    <a class="button main" href="/staff/new">{words.add}</a>
                    " "
                    <a class="button" href="/units">{words.units}</a>
                </p>
            </section>
            {waiting}
        </div>
        {units}
        {passkey::offer(visit)}
    };
    Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Staff).page(&visit.setting)
}

fn colleague_row(visit: &Visit, one: &Colleague) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.staff;
    let families = one.role.advises().then(|| (words.families)(one.families));
    view! {
        <li>
            <a href=format!("/staff/{}", one.id)>
                <strong>{one.name.to_string()}</strong>
                " "
                <span>{(text.people.role)(one.role)}</span>
                " "
                <span>{families} {away(visit, one).map(|away| view! { <small>{away}</small> })}</span>
                {icon(Icon::Forward)}
            </a>
        </li>
    }
}

fn away(visit: &Visit, one: &Colleague) -> Option<String> {
    let text = visit.text;
    let today = visit.now.date(visit.viewer.zone);
    one.away.map(|(_, until)| (text.staff.away_until)(&date::day(text, until, today)))
}

/// A role that waits, with what the viewer may say to it.
fn waiting_row(visit: &Visit, proposal: &Proposal) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.staff;
    let zone = visit.viewer.zone;
    let role = |role| (text.people.role)(role);
    let [when, until] = [proposal.at, proposal.ends_at()].map(|at| date::instant(text, at, zone, visit.now));
    let whom = || view! { <span class="unseen">{(words.for_whom)(proposal.name.as_str())}</span> };
    let own = proposal.by == visit.viewer.person;
    let refuse = if own { words.take_back } else { words.refuse };
    let others = (!proposal.may_be_agreed_by(visit.viewer.person)).then(|| view! { <p>{words.other_agrees}</p> });
    let agree = match proposal.may_be_agreed_by(visit.viewer.person) {
        true => view! { <button class="button" name="answer" value="yes">{words.agree}{whom()}</button> }.into_any(),
        false => ().into_any(),
    };
    view! {
        <li class="device">
            <div>
                <h3>{proposal.name.to_string()}</h3>
                <p>{(words.becomes)(proposal.before.map(role), role(proposal.role))}</p>
                <p class="soft">{(words.proposed)(proposal.by_name.as_str(), &when, &until)}</p>
                {others}
            </div>
            <form method="post" action=format!("/proposals/{}", proposal.id) class="reach">
                {agree}
                " "
                <button class="button" name="answer" value="no">{refuse}{whom()}</button>
            </form>
        </li>
    }
}

fn back(visit: &Visit) -> impl IntoView + use<> {
    view! { <p><a class="quiet" href="/staff">{icon(Icon::Back)}{visit.text.staff.title}</a></p> }
}

fn role_field(visit: &Visit, form: &Form<'_>) -> impl IntoView + use<> {
    let words = &visit.text.staff;
    let options: Vec<_> = roles()
        .map(|role| form.tick(ROLE, "radio", role.key().to_owned(), (words.role_words)(role).to_owned()))
        .collect();
    view! {
        <fieldset aria-describedby="role-hint">
            <legend>{words.which_role}</legend>
            <p class="soft" id="role-hint">{words.role_hint}</p>
            {form.problem(ROLE)}
            {options}
        </fieldset>
    }
}

fn unit_field(visit: &Visit, form: &Form<'_>, units: &[Unit]) -> AnyView {
    let words = &visit.text.staff;
    let options = units.iter().map(|unit| (unit.id.to_string(), unit.name.to_string()));
    form.choice(UNIT, words.works_in, "", [(String::new(), words.no_unit.to_owned())].into_iter().chain(options))
}

pub(super) fn new(visit: &Visit, units: &[Unit], filled_in: &FilledIn) -> Page {
    let words = &visit.text.staff;
    let form = Form::of(visit.text, filled_in);
    let main = view! {
        <div class="path">
            <section>
                {back(visit)}
                <h1>{words.new_title}</h1>
                <p>{words.new_lead}</p>
                <form method="post" action="/staff/new" novalidate=true class="review">
                    {form.line(NAME, "text", words.name, "")}
                    {form.line(PHONE, "tel", words.phone, "")}
                    {unit_field(visit, &form, units)}
                    {role_field(visit, &form)}
                    <p class="reach"><button class="button main">{words.propose}</button></p>
                </form>
            </section>
        </div>
    };
    let sheet = Sheet::new(words.new_title, main).tabs(&visit.viewer, Tab::Staff);
    sheet.refused(filled_in.is_refused()).page(&visit.setting)
}

/// The forms of somebody as they stand.
pub(super) fn standing(colleague: &Colleague) -> FilledIn {
    let unit = colleague.unit.map(|unit| unit.to_string()).unwrap_or_default();
    let typed = [(ROLE, colleague.role.key().to_owned()), (UNIT, unit)].into_iter().collect();
    FilledIn { typed, refusals: Refusals::default() }
}

/// One of the staff.
pub(super) struct OnePage<'a> {
    pub(super) colleague: Colleague,
    pub(super) units: Vec<Unit>,
    pub(super) proposal: Option<Proposal>,
    pub(super) form: FilledIn,
    pub(super) away: &'a DaysForm,
}

pub(super) fn one(visit: &Visit, page: &OnePage<'_>) -> Page {
    let text = visit.text;
    let words = &text.staff;
    let one = &page.colleague;
    let form = Form::of(text, &page.form);
    let first = one.name.first().to_owned();
    let place = format!("/staff/{}", one.id);
    let since = date::day(text, one.since.date(visit.viewer.zone), visit.now.date(visit.viewer.zone));
    let families = one.role.advises().then(|| view! { <li>{(words.families)(one.families)}</li> });
    let waiting = page.proposal.as_ref().map(|proposal| {
        view! { <section><h2>{words.waiting}</h2><ul class="rows">{waiting_row(visit, proposal)}</ul></section> }
    });
    let invite = one.may_be_invited().then(|| {
        view! {
            <section>
                <h2>{words.invite}</h2>
                <form method="post" action=format!("{place}/invite")>
                    <p>{words.invite_words}</p>
                    <p class="reach"><button class="button">{words.make_link}</button></p>
                </form>
            </section>
        }
    });
    let away_form = one.role.advises().then(|| {
        view! {
            <section>
                <h2>{words.away}</h2>
                <form method="post" action=format!("{place}/away") novalidate=true>
                    <p>{(words.away_words)(&first)}</p>
                    {page.away.fields(text, text.away.from, text.away.until)}
                    <p class="reach"><button class="button">{text.away.save}</button></p>
                </form>
            </section>
        }
    });
    let leave = (one.id != visit.viewer.person).then(|| {
        view! {
            <section>
                <h2>{words.hand_over}</h2>
                <div>
                    <p>{(words.hand_over_words)(&first)}</p>
                    <p class="reach"><a class="button" href=format!("{place}/leave")>{words.hand_over_link}</a></p>
                </div>
            </section>
        }
    });
    let main = view! {
        <div class="path">
            <section>
                {back(visit)}
                <h1>{one.name.to_string()}</h1>
                <ul>
                    <li>{(text.people.role)(one.role)}</li>
                    {families}
                    {away(visit, one).map(|away| view! { <li>{away}</li> })}
                    <li class="soft">{(words.since)(&since)}</li>
                </ul>
            </section>
            {waiting}
            {invite}
            <section>
                <h2>{words.unit}</h2>
                <form method="post" action=format!("{place}/unit") novalidate=true>
                    {unit_field(visit, &form, &page.units)}
                    <p class="reach"><button class="button">{words.save_unit}</button></p>
                </form>
            </section>
            {away_form}
            <section>
                <h2>{words.role}</h2>
                <form method="post" action=format!("{place}/role") novalidate=true>
                    {role_field(visit, &form)}
                    <p class="reach"><button class="button">{words.save_role}</button></p>
                </form>
            </section>
            {leave}
        </div>
    };
    let refused = page.form.is_refused() || page.away.is_refused();
    Sheet::new(one.name.to_string(), main).tabs(&visit.viewer, Tab::Staff).refused(refused).page(&visit.setting)
}

pub(super) fn invitation(visit: &Visit, person: Id<Person>, invited: &Invitation, token: &Token) -> Page {
    let text = visit.text;
    let name: &PersonName = &invited.name;
    let main = view! {
        <div class="path">
            <section>
                <p>
                    <a class="quiet" href=format!("/staff/{person}")>{icon(Icon::Back)}{name.to_string()}</a>
                </p>
                <h1><small>{text.invite.title}</small> " " {name.to_string()}</h1>
                <p>{(text.invite.point)(name.first())}</p>
            </section>
            {invitation::code(visit, invited, token, ())}
        </div>
    };
    Sheet::new(text.invite.title, main).tabs(&visit.viewer, Tab::Staff).page(&visit.setting)
}

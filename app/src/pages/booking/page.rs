//! What is shown: the form of a meeting, who is busy then, and what somebody else made of it meanwhile.

use leptos::prelude::*;

use super::form::{
    AGENDA, ANYWAY, BRING, DAY, ID, MINUTES, PLACE, PLACE_WORDS, REPEAT, TIME, TIMES, TITLE, VERSION, WITH,
};
use crate::{
    domain::{
        family::Family,
        id::Id,
        meeting::{Busy, Given, Meeting, Place, Repeat},
        person::Person,
        team::TeamMember,
        words::{Note, Title},
    },
    ui::{
        Visit, date,
        field::FilledIn,
        form::Form,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
        parts,
    },
};

/// What staff see while they book.
pub(super) struct Shown {
    pub(super) id: Id<Meeting>,
    pub(super) family: Family,
    pub(super) people: Vec<Person>,
    pub(super) team: Vec<TeamMember>,
    /// The meeting as it is, where one is changed.
    pub(super) meeting: Option<Meeting>,
    pub(super) given: Vec<Given>,
    pub(super) form: FilledIn,
    pub(super) busy: Vec<Busy>,
    /// Whether somebody else changed it meanwhile.
    pub(super) changed: bool,
}

/// The times at which somebody is busy, as the form carries them.
pub(super) fn times(busy: &[Busy]) -> String {
    let times: Vec<String> = busy.iter().map(|busy| busy.starts.instant().seconds().to_string()).collect();
    times.join(" ")
}

pub(super) fn form(visit: &Visit, shown: &Shown) -> Page {
    let text = visit.text;
    let words = &text.booking;
    let (title, action, back, save) = match &shown.meeting {
        Some(_) => {
            let address = format!("/meetings/{}", shown.id);
            (words.change, format!("{address}/edit"), address, words.save)
        }
        None => {
            let family = format!("/families/{}", shown.family.id);
            (words.title, format!("{family}/meetings/new"), family, words.book)
        }
    };
    let (hidden, value) = match &shown.meeting {
        Some(meeting) => (VERSION, meeting.version.to_string()),
        None => (ID, shown.id.to_string()),
    };
    let form = Form::of(text, &shown.form);
    let main = view! {
        <div class="path">
            <section>
                <p>
                    <a class="quiet" href=back>{icon(Icon::Back)}{shown.family.name.to_string()}</a>
                </p>
                <h1>{title}</h1>
                {as_it_is(visit, shown).into_any()}
                {proposals(visit, &shown.given).into_any()}
                <form method="post" action=action novalidate=true class="review">
                    <input type="hidden" name=hidden value=value />
                    {in_the_way(visit, &shown.busy).into_any()}
                    {form.line(TITLE, "text", words.about, "")}
                    {form.line(DAY, "date", words.day, "")}
                    {form.line(TIME, "time", words.time, "")}
                    {form.line(MINUTES, "number", words.minutes, "")}
                    {shown.meeting.is_none().then(|| repeat(form).into_any())}
                    {place(form).into_any()}
                    {form.line(PLACE_WORDS, "text", words.place_words, words.place_hint)}
                    {who(visit, shown).into_any()}
                    {form.lines(BRING, words.bring, "", Note::MAX)}
                    {shown.meeting.is_none().then(|| {
                        form.lines(AGENDA, words.agenda, words.agenda_hint, 20 * (Title::MAX + 2))
                    })}
                    <p class="reach"><button class="button main">{save}</button> {anyway(visit, &shown.busy).into_any()}</p>
                </form>
            </section>
        </div>
        <p class="aside">{text.meetings.digital_post}</p>
    };
    let refused = shown.form.is_refused() || !shown.busy.is_empty();
    Sheet::new(title, main)
        .tabs(&visit.viewer, Tab::Families)
        .refused(refused)
        .changed(shown.changed)
        .page(&visit.setting)
}

/// What somebody else made of the meeting while the form was filled in.
fn as_it_is(visit: &Visit, shown: &Shown) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let meeting = shown.meeting.as_ref().filter(|_| shown.changed)?;
    let when = date::capital(&date::when(text, &meeting.starts, visit.now));
    Some(view! {
        <div role="alert">
            <p class="problem">{text.booking.changed}</p>
            <h2><time datetime=date::machine(&meeting.starts)>{when}</time></h2>
            <p>{meeting.title.to_string()}</p>
            {parts::facts(text, meeting, visit.viewer.person, text.people.place_of_family, visit.now)}
            <p>{text.booking.yours}</p>
        </div>
    })
}

/// The other times that were proposed.
fn proposals(visit: &Visit, given: &[Given]) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let rows: Vec<_> = given
        .iter()
        .flat_map(|given| given.said.proposals.iter().map(|time| (given.name.first().to_owned(), time)))
        .map(|(name, time)| view! { <li>{(text.booking.proposed)(&name, &date::when(text, time, visit.now))}</li> })
        .collect();
    (!rows.is_empty()).then(|| view! { <ul class="note">{rows}</ul> })
}

/// Who has a meeting already.
fn in_the_way(visit: &Visit, busy: &[Busy]) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let rows: Vec<_> = busy
        .iter()
        .map(|busy| {
            let when = date::when(text, &busy.starts, visit.now);
            view! { <li>{(text.booking.busy)(busy.name.as_str(), &when)}</li> }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <div role="alert">
                <p class="problem">{text.booking.overlap}</p>
                <ul class="note">{rows}</ul>
            </div>
        }
    })
}

/// Books all the same. It stands behind the button that looks again, so that Enter never books over somebody's meeting.
fn anyway(visit: &Visit, busy: &[Busy]) -> Option<impl IntoView + use<>> {
    let (times, words) = (times(busy), visit.text.booking.anyway);
    (!busy.is_empty()).then(|| view! { <button class="button" name=ANYWAY value=times>{words}</button> })
}

fn repeat(form: Form<'_>) -> impl IntoView + use<> {
    let words = &form.text.booking;
    let options = Repeat::ALL.iter().map(|repeat| (repeat.key().to_owned(), (words.repeat)(*repeat).to_owned()));
    let repeats = form.choice(REPEAT, words.repeats, "", options);
    view! { {repeats} {form.line(TIMES, "number", words.times, words.times_hint)} }
}

fn place(form: Form<'_>) -> impl IntoView + use<> {
    let text = form.text;
    let choices: Vec<_> = Place::ALL
        .iter()
        .map(|place| {
            form.tick(PLACE, "radio", place.key().to_owned(), (text.people.place_of_family)(*place).to_owned())
        })
        .collect();
    view! {
        <fieldset aria-describedby=form.refusals.of(PLACE).map(|_| "place-problem")>
            <legend>{text.booking.place}</legend>
            {form.problem(PLACE)}
            {choices}
        </fieldset>
    }
}

/// Everybody who could come: the family, its team, and whoever is named already.
fn who(visit: &Visit, shown: &Shown) -> impl IntoView + use<> {
    let text = visit.text;
    let mut choices: Vec<(Id<Person>, String)> = Vec::new();
    let family =
        shown.people.iter().map(|person| (person.id, person.name.to_string(), (text.people.role)(person.role)));
    let team =
        shown.team.iter().map(|member| (member.person, member.name.to_string(), (text.people.part)(member.part)));
    let named = shown.meeting.iter().flat_map(|meeting| &meeting.participants);
    let named = named.map(|who| (who.person, who.name.to_string(), (text.people.role)(who.role)));
    for (id, name, what) in family.chain(team).chain(named) {
        if choices.iter().all(|(known, _)| *known != id) {
            choices.push((id, format!("{name}, {}", what.to_lowercase())));
        }
    }
    let form = Form::of(text, &shown.form);
    let boxes: Vec<_> =
        choices.into_iter().map(|(id, words)| form.tick(WITH, "checkbox", id.to_string(), words)).collect();
    view! {
        <fieldset aria-describedby="with-hint">
            <legend>{text.booking.who}</legend>
            <p class="soft" id="with-hint">{text.booking.who_hint}</p>
            {form.problem(WITH)}
            {boxes}
        </fieldset>
    }
}

//! What is shown: the form of a meeting, who is busy then, and what somebody else made of it meanwhile.

use leptos::prelude::*;

use super::form::{AGENDA, BRING, DAY, ID, MINUTES, PLACE, PLACE_WORDS, REPEAT, TIME, TIMES, TITLE, VERSION};
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
        Visit, coming, date,
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
                    {coming::in_the_way(visit.text, &shown.busy, visit.now).into_any()}
                    {form.line(TITLE, "text", words.about, "")}
                    {form.line(DAY, "date", words.day, "")}
                    {form.line(TIME, "time", words.time, "")}
                    {form.line(MINUTES, "number", words.minutes, "")}
                    {shown.meeting.is_none().then(|| repeat(form).into_any())}
                    {place(form).into_any()}
                    {form.line(PLACE_WORDS, "text", words.place_words, words.place_hint)}
                    {coming::who(form, words.who, &shown.people, &shown.team, &shown.meeting).into_any()}
                    {form.lines(BRING, words.bring, "", Note::MAX)}
                    {shown.meeting.is_none().then(|| {
                        form.lines(AGENDA, words.agenda, words.agenda_hint, 20 * (Title::MAX + 2))
                    })}
                    <p class="reach"><button class="button main">{save}</button> {coming::anyway(visit.text, &shown.busy).into_any()}</p>
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

//! Who comes to a meeting, and who has another one then: parts of every form that books.

use std::collections::HashSet;

use leptos::prelude::*;

use super::{date, field::Fields, form::Form};
use crate::{
    domain::{
        id::Id,
        meeting::{Busy, Meeting},
        moment::Moment,
        person::Person,
        team::TeamMember,
        why::Why,
    },
    text::Text,
};

/// A check box for each of those who could come.
pub const WITH: &str = "with";
/// The times at which somebody is busy that were shown, and booked over with open eyes.
pub const ANYWAY: &str = "anyway";

/// Who was ticked, each once.
///
/// # Errors
/// [`Why::Unknown`] when it is nobody.
pub fn people(typed: &Fields) -> Result<Vec<Id<Person>>, Why> {
    let mut seen = HashSet::new();
    typed.all(WITH).map(str::parse).filter(|id| id.as_ref().map_or(true, |id| seen.insert(*id))).collect()
}

/// The times at which somebody is busy, as a form carries them.
pub fn times(busy: &[Busy]) -> String {
    let times: Vec<String> = busy.iter().map(|busy| busy.starts.instant().seconds().to_string()).collect();
    times.join(" ")
}

/// Who has a meeting already.
pub fn in_the_way(text: &'static Text, busy: &[Busy], now: Moment) -> Option<impl IntoView + use<>> {
    let rows: Vec<_> = busy
        .iter()
        .map(|busy| {
            let when = date::when(text, &busy.starts, now);
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
pub fn anyway(text: &'static Text, busy: &[Busy]) -> Option<impl IntoView + use<>> {
    let (times, words) = (times(busy), text.booking.anyway);
    (!busy.is_empty()).then(|| view! { <button class="button" name=ANYWAY value=times>{words}</button> })
}

/// Everybody who could come: the family, its team, and whoever is named already.
pub fn who(
    form: Form<'_>,
    legend: &'static str,
    people: &[Person],
    team: &[TeamMember],
    meeting: &Option<Meeting>,
) -> impl IntoView + use<> {
    let text = form.text;
    let mut choices: Vec<(Id<Person>, String)> = Vec::new();
    let family = people.iter().map(|person| (person.id, person.name.to_string(), (text.people.role)(person.role)));
    let team = team.iter().map(|member| (member.person, member.name.to_string(), (text.people.part)(member.part)));
    let named = meeting.iter().flat_map(|meeting| &meeting.participants);
    let named = named.map(|who| (who.person, who.name.to_string(), (text.people.role)(who.role)));
    for (id, name, what) in family.chain(team).chain(named) {
        if choices.iter().all(|(known, _)| *known != id) {
            choices.push((id, format!("{name}, {}", what.to_lowercase())));
        }
    }
    let boxes: Vec<_> =
        choices.into_iter().map(|(id, words)| form.tick(WITH, "checkbox", id.to_string(), words)).collect();
    view! {
        <fieldset aria-describedby="with-hint">
            <legend>{legend}</legend>
            <p class="soft" id="with-hint">{text.booking.who_hint}</p>
            {form.problem(WITH)}
            {boxes}
        </fieldset>
    }
}

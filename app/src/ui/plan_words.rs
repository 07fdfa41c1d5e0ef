//! What an entry of the plan says, in words, and what a change made of it.

use leptos::prelude::*;

use super::{Visit, date, parts};
use crate::{
    domain::{
        id::Id,
        person::Person,
        plan::Goal,
        plan_change::{Change, Content},
        words::PersonName,
    },
    text::Text,
};

/// Names for what a plan only points to.
#[derive(Clone, Copy)]
pub struct Names<'a> {
    /// Those who can do a step.
    pub doers: &'a [(Id<Person>, PersonName)],
    /// The family's goals.
    pub goals: &'a [Goal],
}

impl Names<'_> {
    fn doer(&self, text: &'static Text, id: Id<Person>) -> String {
        let known = self.doers.iter().find(|(doer, _)| *doer == id);
        known.map_or_else(|| text.plan_edit.somebody.to_owned(), |(_, name)| name.to_string())
    }

    fn goal(&self, id: Id<Goal>) -> Option<String> {
        self.goals.iter().find(|goal| goal.id == id).map(|goal| goal.title.to_string())
    }
}

/// What an entry says: each part with its label, empty where nothing was said.
fn parts_of(visit: &Visit, names: Names<'_>, content: Option<&Content>) -> Vec<(&'static str, String)> {
    let text = visit.text;
    let words = &text.plan_edit;
    let today = visit.now.date(visit.viewer.zone);
    let note = |note: &Option<crate::domain::words::Note>| note.as_ref().map(ToString::to_string).unwrap_or_default();
    match content {
        None => Vec::new(),
        Some(Content::Hope(hope)) => vec![(text.plan_changes.words, hope.to_string())],
        Some(Content::Goal(goal)) => vec![
            (words.goal, goal.title.to_string()),
            (words.area, (text.people.area)(goal.area).to_owned()),
            (words.when, (words.state)(goal.state).to_owned()),
            (text.plan.going_well, note(&goal.going_well)),
            (text.plan.worries, note(&goal.worries)),
            (words.scale, goal.scale.map(text.plan.scale).unwrap_or_default()),
        ],
        Some(Content::Step(step)) => vec![
            (words.step, step.title.to_string()),
            (words.goal, names.goal(step.goal).unwrap_or_default()),
            (words.doer, step.doer.map(|doer| names.doer(text, doer)).unwrap_or_default()),
            (words.due, step.due.map(|due| date::day(text, due, today)).unwrap_or_default()),
        ],
        Some(Content::Order(order)) => {
            let goals: Vec<_> = order.iter().filter_map(|goal| names.goal(*goal)).collect();
            vec![(text.plan_changes.order, goals.join(" · "))]
        }
    }
}

/// What an entry says, for reading.
pub fn said(visit: &Visit, names: Names<'_>, content: &Content) -> impl IntoView + use<> {
    let rows: Vec<_> = parts_of(visit, names, Some(content))
        .into_iter()
        .filter(|(_, words)| !words.is_empty())
        .map(|(label, words)| view! { <dt>{label}</dt><dd class="written">{words}</dd> })
        .collect();
    view! { <dl class="said">{rows}</dl> }
}

/// What stands differently after a change from `before`: each part with what was there and what is.
pub fn difference(
    visit: &Visit,
    names: Names<'_>,
    before: Option<&Content>,
    after: Option<&Content>,
) -> impl IntoView + use<> {
    parts::difference(visit.text, &parts_of(visit, names, before), &parts_of(visit, names, after))
}

/// Who did or proposes what; a goal or a step that was there before is named.
pub fn headline(text: &'static Text, change: &Change, proposed: bool) -> String {
    let words = if proposed { text.plan_changes.proposes } else { text.plan_changes.did };
    let words = words(change.author.1.first(), change.entry, change.kind());
    match &change.before {
        Some(Content::Goal(goal)) => format!("{words}: {}", goal.title),
        Some(Content::Step(step)) => format!("{words}: {}", step.title),
        _ => words,
    }
}

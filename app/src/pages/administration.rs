//! The log of what was done about staff and settings.

use std::collections::BTreeMap;

use leptos::prelude::*;

use crate::{
    domain::{
        administration::{Deed, Done},
        person::Role,
        settings,
        words::PersonName,
    },
    problem::Problem,
    store::{self, Administration},
    ui::{
        Visit, date,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
        parts,
    },
};

/// So many entries are shown at most.
const SHOWN: i64 = 500;

/// Shows it, the latest first.
///
/// # Errors
/// [`Problem::NotFound`] for anybody who neither administers nor leads the project.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    if !matches!(visit.viewer.role, Role::Administrator | Role::ProjectLead) {
        return Err(Problem::NotFound);
    }
    let right = Administration::open(&visit.db, &visit.viewer, visit.now).await?;
    let done = store::administration_log(&visit.db, &right, SHOWN).await?;
    let words = &visit.text.administration;
    let rows: Vec<_> = done.iter().map(|done| row(&visit, done)).collect();
    let rows = if rows.is_empty() {
        view! { <p class="soft">{words.none}</p> }.into_any()
    } else {
        view! { <ol class="rows">{rows}</ol> }.into_any()
    };
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/me">{icon(Icon::Back)}{visit.text.me.title}</a></p>
                <h1>{words.title}</h1>
                <p>{words.lead}</p>
                {rows}
            </section>
        </div>
    };
    Ok(Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Me).page(&visit.setting).into())
}

fn row(visit: &Visit, done: &Done) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.administration;
    let when = date::capital(&date::instant(text, done.at, visit.viewer.zone, visit.now));
    let [before, after] = [&done.before, &done.after].map(|said| parts_of(visit, done.deed, said.as_deref()));
    view! {
        <li>
            <h2>{(words.deed)(done.deed, done.about.as_deref().unwrap_or_default())}</h2>
            <p class="soft">{(words.by)(&when, done.author.as_ref().map(PersonName::as_str))}</p>
            {parts::difference(text, &before, &after)}
        </li>
    }
}

/// What was said, by its label.
fn parts_of(visit: &Visit, deed: Deed, said: Option<&str>) -> Vec<(&'static str, String)> {
    let text = visit.text;
    let Some(said) = said else { return Vec::new() };
    match deed {
        Deed::RoleProposed | Deed::RoleGiven | Deed::RoleRefused | Deed::RoleNarrowed => {
            let role = said.parse().map_or_else(|_| said.to_owned(), |role| (text.people.role)(role).to_owned());
            vec![(text.staff.role, role)]
        }
        Deed::Moved => vec![(text.staff.unit, said.to_owned())],
        Deed::UnitRenamed => vec![(text.staff.unit_name, said.to_owned())],
        Deed::HandedOver => vec![(text.administration.family, said.to_owned())],
        Deed::Away => {
            let today = visit.now.date(visit.viewer.zone);
            let day = said.parse().map_or_else(|_| said.to_owned(), |day| date::day(text, day, today));
            vec![(text.staff.away, day)]
        }
        Deed::Settings => settings_of(visit, said),
        Deed::Invited | Deed::Left | Deed::UnitOpened => Vec::new(),
    }
}

fn settings_of(visit: &Visit, said: &str) -> Vec<(&'static str, String)> {
    let words = &visit.text.settings;
    let log = &visit.text.administration;
    let said: BTreeMap<String, String> = serde_json::from_str(said).unwrap_or_default();
    let label = |field: &str| {
        Some(match field {
            settings::OPENS => words.opens,
            settings::CLOSES => words.closes,
            settings::TEAM_MEETING => words.team_meeting,
            settings::TEAM_MEETING_DAYS => words.team_meeting_days,
            settings::SDQ_ADDRESS => words.sdq_address,
            settings::ASSOCIATION_CONTACTS => words.association_contacts,
            settings::STAFF_NAMES => words.staff_names,
            settings::HELP_LINES => words.help_lines,
            settings::LINKS => words.links,
            _ => return None,
        })
    };
    let value = |value: String| match value.as_str() {
        "yes" => log.yes.to_owned(),
        "no" => log.no.to_owned(),
        _ => value,
    };
    said.into_iter().filter_map(|(field, said)| Some((label(&field)?, value(said)))).collect()
}

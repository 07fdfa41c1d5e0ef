//! What families share with their contact person, and nothing else.

use leptos::prelude::*;

use crate::{
    domain::{
        access::{Purpose, Subject},
        consent::Item,
        person::Role,
        plan::Goal,
    },
    problem::Problem,
    store::{self, Access, Caseload, Seen, Whose},
    text::list,
    ui::{
        Visit, date,
        page::{Answer, Sheet, Tab},
        parts,
    },
};

/// Shows what each family shares; a kind empty page when none shares anything.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a contact person; those of the store.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    if visit.viewer.role != Role::ContactPerson {
        return Err(Problem::NotFound);
    }
    let caseload = Caseload::open(&visit.db, &visit.viewer, Purpose::FamilyList, visit.now).await?;
    let mut sharings = Vec::new();
    for family in store::families(&visit.db, &caseload).await? {
        let whose = Whose::Family(family.id);
        let access = Access::open(&visit.db, &visit.viewer, whose, Purpose::Shared, visit.now).await?;
        if access.sees(Subject::Name) {
            sharings.push(store::seen(&visit.db, &access, visit.now).await?);
        }
    }
    let text = visit.text;
    let main = if sharings.is_empty() {
        view! {
            <div class="path">
                <section class="hero">
                    <h1><small>{(text.home.hello)(visit.viewer.name.first())}</small> " " {text.shared.nothing}</h1>
                    <p>{text.shared.nothing_words}</p>
                </section>
            </div>
        }
        .into_any()
    } else {
        let families: Vec<_> = sharings.iter().map(|sharing| family_sections(&visit, sharing)).collect();
        view! {
            <div class="path">
                <section><h1>{(text.home.hello)(visit.viewer.name.first())}</h1></section>
                {families}
            </div>
        }
        .into_any()
    };
    Ok(Sheet::new(text.home.title, main).tabs(&visit.viewer, Tab::Shared).page(&visit.setting).into())
}

/// What a contact person sees of one family.
pub(super) fn family_sections(visit: &Visit, seen: &Seen) -> impl IntoView + use<> {
    let text = visit.text;
    let name = seen.family.name.to_string();
    let items: Vec<String> = seen.shared.iter().map(|item| (text.shared.item)(*item).to_owned()).collect();
    let meetings = seen.shared.contains(&Item::Meetings).then(|| meetings(visit, seen));
    let goals: Vec<_> = seen.goals.iter().map(|goal| goal_item(visit, goal)).collect();
    let goals = (!goals.is_empty())
        .then(|| view! { <h3 class="part">{text.families.goals}</h3> <ul class="goals">{goals}</ul> });
    view! {
        <section>
            <h2>{name.clone()}</h2>
            <div>
                {meetings}
                {goals}
                <p class="soft">{(text.shared.why)(&name, &list(text, &items))}</p>
            </div>
        </section>
    }
}

fn meetings(visit: &Visit, seen: &Seen) -> impl IntoView + use<> {
    let text = visit.text;
    if seen.meetings.is_empty() {
        return view! { <p>{(text.shared.no_meeting)(seen.family.name.as_str())}</p> }.into_any();
    }
    let rows: Vec<_> = seen
        .meetings
        .iter()
        .map(|meeting| {
            let when = date::capital(&date::when(text, &meeting.starts, visit.now));
            view! {
                <li>
                    <h3><time datetime=date::machine(&meeting.starts)>{when}</time></h3>
                    {parts::facts(text, meeting, seen.reader, text.people.place_of_family, visit.now)}
                </li>
            }
        })
        .collect();
    view! { <ol class="rows">{rows}</ol> }.into_any()
}

fn goal_item(visit: &Visit, goal: &Goal) -> impl IntoView + use<> {
    let next = goal.next_step().map(|step| parts::step(visit.text, step, "shared", visit.viewer.zone, visit.now));
    view! {
        <li>
            <h4>{goal.title.to_string()}</h4>
            {next}
        </li>
    }
}

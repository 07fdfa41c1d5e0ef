//! What families share with their contact person, and nothing else.

use leptos::prelude::*;

use crate::{
    domain::{
        access::{Purpose, Subject},
        consent::Item,
        meeting::Meeting,
        note::OwnNote,
        person::Role,
        plan::Goal,
        words::PersonName,
    },
    problem::Problem,
    store::{self, Access, Caseload, Seen, SharedTold, Whose},
    text::list,
    ui::{
        Visit, date,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
        parts, passkey,
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
    let offer = passkey::offer(&visit);
    let main = if sharings.is_empty() {
        view! {
            <div class="path">
                <section class="hero">
                    <h1><small>{(text.home.hello)(visit.viewer.name.first())}</small> " " {text.shared.nothing}</h1>
                    <p>{text.shared.nothing_words}</p>
                </section>
                {offer}
            </div>
        }
        .into_any()
    } else {
        let families: Vec<_> = sharings.iter().map(|sharing| family_sections(&visit, sharing)).collect();
        view! {
            <div class="path">
                <section><h1>{(text.home.hello)(visit.viewer.name.first())}</h1></section>
                {families}
                {offer}
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
    let item = |(item, of): &(Item, Option<PersonName>)| {
        (text.shared.item)(*item, of.as_ref().map_or("", |name| name.first()))
    };
    let items: Vec<String> = seen.shared.iter().map(item).collect();
    let meetings = seen.shared.iter().any(|(item, _)| *item == Item::Meetings).then(|| meetings(visit, seen));
    let goals: Vec<_> = seen.goals.iter().map(|goal| goal_item(visit, goal)).collect();
    let goals = (!goals.is_empty())
        .then(|| view! { <h3 class="part">{text.families.goals}</h3> <ul class="goals">{goals}</ul> });
    let told: Vec<_> = seen.told.iter().map(|told| told_part(visit, told)).collect();
    let notes: Vec<_> = seen.notes.iter().map(|(writer, notes)| notes_part(visit, writer, notes)).collect();
    view! {
        <section>
            <h2>{name.clone()}</h2>
            <div>
                {meetings}
                {goals}
                {told}
                {notes}
                <p class="soft">{(text.shared.why)(&name, &list(text, &items))}</p>
            </div>
        </section>
    }
}

/// What one parent told about themselves or a child: how it went, in a line each.
fn told_part(visit: &Visit, told: &SharedTold) -> impl IntoView + use<> {
    let text = visit.text;
    let title = match &told.child {
        Some(child) => (text.shared.about_child)(child.first(), told.teller.first()),
        None => (text.shared.told_by)(told.teller.first()),
    };
    let rows: Vec<_> = told
        .told
        .iter()
        .map(|told| {
            let title = text.instruments.of(told.instrument.key).map_or(text.home.how_are_you, |words| words.title);
            let title = title.trim_end_matches('?');
            let (_, highest) = told.instrument.range;
            let when = date::capital(&date::instant(text, told.sent_at, visit.viewer.zone, visit.now));
            let level = told.level().and_then(text.team_meeting.level);
            let level = level.map(|words| format!(", {words}"));
            view! {
                <li>
                    <p>{title} ": " <strong>{(text.told.number)(told.score, highest)} {level}</strong></p>
                    <p class="soft">{when}</p>
                </li>
            }
        })
        .collect();
    let rows = if rows.is_empty() {
        view! { <p class="soft">{text.shared.not_yet}</p> }.into_any()
    } else {
        view! { <ol class="rows">{rows}</ol> }.into_any()
    };
    view! { <h3 class="part">{title}</h3> {rows} }
}

fn notes_part(visit: &Visit, writer: &PersonName, notes: &[OwnNote]) -> impl IntoView + use<> {
    let text = visit.text;
    let rows: Vec<_> = notes
        .iter()
        .map(|note| {
            let when = date::instant(text, note.written_at, visit.viewer.zone, visit.now);
            view! {
                <li>
                    <p class="written">{note.words.to_string()}</p>
                    <p class="soft">{(text.notes.written)(&when)}</p>
                </li>
            }
        })
        .collect();
    let rows = if rows.is_empty() {
        view! { <p class="soft">{text.shared.not_yet}</p> }.into_any()
    } else {
        view! { <ol class="rows">{rows}</ol> }.into_any()
    };
    view! { <h3 class="part">{(text.shared.notes_of)(writer.first())}</h3> {rows} }
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
                    {(seen.reader == visit.viewer.person).then(|| open(visit, meeting))}
                </li>
            }
        })
        .collect();
    view! { <ol class="rows">{rows}</ol> }.into_any()
}

/// The way to a meeting's page; a parent who looks at what is shared has ways of their own.
fn open(visit: &Visit, meeting: &Meeting) -> impl IntoView + use<> {
    let address = format!("/meetings/{}", meeting.id);
    view! { <p><a class="quiet" href=address>{visit.text.meetings.open}{icon(Icon::Forward)}</a></p> }
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

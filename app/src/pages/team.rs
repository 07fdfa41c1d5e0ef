//! The family's team: faces, what they do and may decide, how and when to reach them, and who takes over.

use chrono::NaiveDate;
use leptos::prelude::*;

use super::own_family;
use crate::{
    domain::{
        id::Id,
        person::{Person, Role},
        team::{Part, TeamMember, covers},
        working_time::Office,
    },
    problem::Problem,
    store,
    ui::{
        Visit, date,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
        parts,
    },
};

/// The team as a family sees it.
struct Team {
    members: Vec<TeamMember>,
    /// Who is away today, and the last day of it.
    away: Vec<(Id<Person>, NaiveDate)>,
    office: Office,
}

/// Shows it, the contact person first.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent; those of the store.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let settings = store::settings(&visit.db, &visit.viewer).await?;
    let office = settings.office;
    let today = visit.now.date(office.zone());
    let away = store::away(&visit.db, &access, today).await?;
    let team = Team {
        members: store::team(&visit.db, &access).await?,
        away: away.into_iter().filter(|(_, (from, _))| *from <= today).map(|(who, (_, until))| (who, until)).collect(),
        office,
    };
    let text = visit.text;
    let contact = team.members.iter().find(|member| member.part == Part::ContactPerson);
    let others = team.members.iter().filter(|member| contact.is_none_or(|contact| contact.person != member.person));
    let others: Vec<_> = others.map(|member| view! { <li>{one(&visit, &team, member)}</li> }).collect();
    let contact = match contact {
        Some(member) => one(&visit, &team, member).into_any(),
        None => view! { <p>{text.contact.none}</p> }.into_any(),
    };
    let others = if others.is_empty() {
        view! { <div><p>{text.team.nobody}</p></div> }.into_any()
    } else {
        view! { <ul class="team">{others}</ul> }.into_any()
    };
    let main = view! {
        <div class="path">
            <section>
                <h1>{text.team.title}</h1>
                <p>{text.team.lead}</p>
            </section>
            <section>
                <h2>{text.home.contact}</h2>
                <div>
                    {contact}
                    <p class="reach"><a class="quiet" href="/contact">{text.team.change} {icon(Icon::Forward)}</a></p>
                </div>
            </section>
            <section>
                <h2>{text.team.municipality}</h2>
                {others}
            </section>
            {parts::own_help(text, &settings)}
        </div>
    };
    Ok(Sheet::new(text.shell.team, main).tabs(&visit.viewer, Tab::Team).kept(&visit).page(&visit.setting).into())
}

/// One of the team: who they are, what they may decide, when they can be called, and who takes over while they are away.
fn one(visit: &Visit, team: &Team, member: &TeamMember) -> impl IntoView + use<> {
    let text = visit.text;
    let decides = member.role.has_authority().then_some(text.team.decides);
    let hours = member.phone.as_ref().filter(|_| member.role != Role::ContactPerson).map(|phone| {
        if phone.is_danish_mobile() {
            return text.team.mobile.to_owned();
        }
        let (opens, closes) = team.office.hours();
        (text.team.hours)(&date::minutes(text, opens), &date::minutes(text, closes))
    });
    let words: Vec<String> = decides.map(str::to_owned).into_iter().chain(hours).collect();
    let words = (!words.is_empty()).then(|| view! { <p class="soft">{words.join(" ")}</p> });
    view! {
        {parts::member(text, member)}
        {words}
        {away(visit, team, member)}
    }
}

fn away(visit: &Visit, team: &Team, member: &TeamMember) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let (_, until) = team.away.iter().find(|(person, _)| *person == member.person)?;
    let all: Vec<Id<Person>> = team.away.iter().map(|(person, _)| *person).collect();
    let until = date::day(text, *until, visit.now.date(team.office.zone()));
    let instead = covers(&team.members, member.person, &all);
    let instead = instead.map(|other| (text.team.covers)(other.name.first()));
    Some(view! { <p class="note">{(text.team.away)(member.name.first(), &until)} " " {instead}</p> })
}

//! The plan for the fridge: one phone screen, one sheet of paper. It names no authority, as anybody in the kitchen reads it.

use leptos::prelude::*;

use super::own_family;
use crate::{
    domain::{
        meeting::Meeting,
        plan::{Goal, Hope},
        team::{TeamMember, first_to_call},
        words::Note,
    },
    problem::Problem,
    store,
    ui::{
        Visit, date,
        icon::{Icon, icon},
        page::{Answer, Sheet},
        qr::qr,
    },
};

/// So many hopes stand on it at most.
const HOPES: usize = 2;
/// So many letters of a hope stand on it.
const HOPE: usize = 140;

/// Shows it.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent; those of the store.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let hopes = store::hopes(&visit.db, &access).await?;
    let goals = store::live_goals(&visit.db, &access).await?;
    let meetings = store::upcoming(&visit.db, &access, visit.now, 1).await?;
    let team = store::team(&visit.db, &access).await?;
    let text = visit.text;
    let goals: Vec<_> = goals.iter().map(|goal| goal_row(&visit, goal)).collect();
    let goals = if goals.is_empty() {
        view! { <p>{text.home.no_goals}</p> }.into_any()
    } else {
        view! { <ol>{goals}</ol> }.into_any()
    };
    let code = qr(&format!("{}/plan", visit.site.public_url), text.fridge.code).map(IntoAny::into_any);
    let main = view! {
        <article class="fridge">
            <p><a class="quiet" href="/plan">{icon(Icon::Back)}{text.plan.title}</a></p>
            <h1>{text.plan.title}</h1>
            {hopes_part(&hopes)}
            {goals}
            <footer>
                <div>
                    {meetings.first().map(|meeting| next_meeting(&visit, meeting).into_any())}
                    {first_to_call(&team).map(|member| call(&visit, member).into_any())}
                </div>
                {code}
            </footer>
        </article>
        <p class="aside soft">{text.fridge.print}</p>
    };
    Ok(Sheet::new(text.fridge.title, main).quick_exit(&visit.viewer).page(&visit.setting).into())
}

fn hopes_part(hopes: &[Hope]) -> Option<impl IntoView + use<>> {
    let hopes: Vec<_> = hopes.iter().take(HOPES).map(|hope| view! { <li>{short(&hope.words, HOPE)}</li> }).collect();
    (!hopes.is_empty()).then(|| view! { <ul>{hopes}</ul> })
}

/// The first letters of what somebody wrote, whole words where it can be, and a sign that there is more.
fn short(words: &Note, most: usize) -> String {
    let line = words.as_str().split_whitespace().collect::<Vec<_>>().join(" ");
    if line.chars().count() <= most {
        return line;
    }
    let cut: String = line.chars().take(most).collect();
    let whole = cut.rsplit_once(' ').map_or(cut.as_str(), |(whole, _)| whole);
    format!("{whole} …")
}

/// A goal as it is, never cut, and its next step with who does it.
fn goal_row(visit: &Visit, goal: &Goal) -> impl IntoView + use<> {
    let text = visit.text;
    let next = goal.next_step().map(|step| {
        let who = step.doer.as_ref().map(|(_, name)| (text.plan.doer)(name.first()));
        view! { <p>{step.title.to_string()} " " <small>{who}</small></p> }
    });
    view! { <li><h2>{goal.title.to_string()}</h2>{next}</li> }
}

/// When it is and with whom; the place may have the name of an authority in it.
fn next_meeting(visit: &Visit, meeting: &Meeting) -> impl IntoView + use<> {
    let text = visit.text;
    let day = date::capital(&date::weekday_and_date(text, meeting.starts.local().date()));
    let span = date::span(text, &meeting.starts, meeting.ends());
    view! { <p>{icon(Icon::Calendar)}<span>{text.fridge.next_meeting} <strong>{day} " " {span}</strong></span></p> }
}

fn call(visit: &Visit, member: &TeamMember) -> impl IntoView + use<> {
    let phone = member.phone.as_ref().map(|phone| {
        let dial = format!("tel:{}", phone.dial());
        view! { " " <a href=dial>{phone.spoken()}</a> }
    });
    view! { <p>{icon(Icon::Phone)}<span>{visit.text.fridge.call} <strong>{member.name.to_string()} {phone}</strong></span></p> }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_hope_ends_after_a_word_and_says_so() {
        let note = |words: &str| Note::parse(words).expect("a note");
        assert_eq!(short(&note("Ro om\nmorgenen"), 20), "Ro om morgenen");
        assert_eq!(short(&note("Ro om morgenen og tid"), 16), "Ro om morgenen …");
        assert_eq!(short(&note(&"å".repeat(30)), 5), "ååååå …");
    }
}

//! The first page: a parent's day, or the first page of whoever else signs in.

use leptos::prelude::*;

use super::own_family;
use crate::{
    domain::{
        checkin::{CheckIn, Target, who5::WHO5},
        meeting::Meeting,
        moment::start_of,
        person::Role,
        plan::Goal,
        rhythm::Ask,
        team::{Part, TeamMember, first_to_call},
    },
    problem::Problem,
    store,
    text::Text,
    ui::{
        Visit, date,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
        parts, passkey,
    },
};

/// Shows it.
///
/// # Errors
/// Those of the store.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let first = match visit.viewer.role {
        Role::Parent => return parent(visit).await,
        Role::Adviser | Role::Coordinator => Tab::Inbox,
        Role::ContactPerson => Tab::Shared,
        Role::ProjectLead => Tab::Numbers,
        Role::Administrator => Tab::Staff,
        Role::Child => return Err(Problem::NotFound),
    };
    Ok(Answer::See(first.address().to_owned()))
}

async fn parent(visit: Visit) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let today = visit.now.date(visit.viewer.zone);
    let (meetings, goals, team, news) = (
        store::upcoming(&visit.db, &access, visit.now, 1).await?,
        store::live_goals(&visit.db, &access).await?,
        store::team(&visit.db, &access).await?,
        store::news(&visit.db, &access, today, start_of(today, visit.viewer.zone)).await?,
    );
    let ended = match news.consent_ended {
        true => store::ended(&visit.db, &access, visit.now).await?,
        false => None,
    };
    let ended = ended.map(|receipt| view! { <section>{parts::still_share(&visit, &receipt, "home")}</section> });
    let main = view! {
        <div class="path">
            {next_meeting(&visit, meetings.first())}
            {reply_section(&visit, news.read.as_ref())}
            {check_in_section(&visit, news)}
            {goals_section(&visit, &goals)}
            {contact_section(&visit, &team)}
            {ended}
            {passkey::offer(&visit)}
            {visit.viewer.install_hint.then(|| install(visit.text))}
        </div>
    };
    let sheet = Sheet::new(visit.text.home.title, main).tabs(&visit.viewer, Tab::Home).kept(&visit);
    let sheet = if visit.viewer.keeps_pages { sheet.script("scripts/keep.js") } else { sheet };
    Ok(sheet.page(&visit.setting).into())
}

fn next_meeting(visit: &Visit, meeting: Option<&Meeting>) -> impl IntoView + use<> {
    let text = visit.text;
    let name = visit.viewer.name.first();
    match meeting {
        Some(meeting) => view! {
            <section class="hero">
                <h1>
                    <small>{(text.home.next_meeting)(name)}</small>
                    " "
                    {date::when(text, &meeting.starts, visit.now)}
                </h1>
                {parts::facts(text, meeting, visit.viewer.person, text.people.place, visit.now)}
                <p class="reach">
                    <a class="quiet" href=format!("/meetings/{}", meeting.id)>{text.meetings.open}</a>
                    <a class="quiet" href="/meetings">{text.home.see_meetings}</a>
                </p>
            </section>
        }
        .into_any(),
        None => view! {
            <section class="hero">
                <h1><small>{(text.home.hello)(name)}</small> " " {text.home.no_meeting}</h1>
                <p>{text.home.no_meeting_words}</p>
            </section>
        }
        .into_any(),
    }
}

/// What is asked today. Somebody new, who was never asked and never told, is asked with the first instrument at once.
fn check_in_section(visit: &Visit, news: store::News) -> impl IntoView + use<> {
    let newcomer = news.last.is_none() && !news.asked_before;
    let first = newcomer.then_some(Ask { instrument: &WHO5, target: Target::Teller, about: None });
    if let Some(ask) = news.ask.or(first) {
        return asked(visit, &ask).into_any();
    }
    news.last.map(|last| answered(visit, &last)).into_any()
}

fn asked(visit: &Visit, ask: &Ask) -> impl IntoView + use<> {
    let text = visit.text;
    let words = text.instruments.of(ask.instrument.key);
    let title = words.map_or(text.home.how_are_you, |words| words.title);
    let title = ask.about.as_ref().map_or_else(|| title.to_owned(), |about| format!("{title}: {about}"));
    let address = parts::check_in_address(ask.instrument, ask.target);
    let not_today = format!("{address}/not-today");
    view! {
        <section class="now">
            <h2>{title}</h2>
            <div>
                <p>{(text.home.check_in_words)(ask.instrument.items.len())}</p>
                <form class="reach" method="post" action=not_today>
                    <a class="button main" href=address>{text.home.answer_now} " " {icon(Icon::Forward)}</a>
                    " "
                    <button class="quiet">{text.home.not_today}</button>
                </form>
            </div>
        </section>
    }
}

fn answered(visit: &Visit, last: &CheckIn) -> impl IntoView + use<> {
    let text = visit.text;
    let sent = date::instant(text, last.sent_at, visit.viewer.zone, visit.now);
    let who5 = parts::check_in_address(&WHO5, Target::Teller);
    view! {
        <section>
            <h2>{text.home.how_are_you}</h2>
            <div>
                <p>{(text.home.answered)(&sent)}</p>
                <p class="reach">
                    <a class="quiet" href=format!("/check-ins/{}", last.id)>{text.sent.who_reads}</a>
                    " "
                    <a class="quiet" href=who5>{text.home.answer_again}</a>
                </p>
            </div>
        </section>
    }
}

/// What somebody answered, for four weeks, also when the parent has told something newer meanwhile.
fn reply_section(visit: &Visit, read: Option<&CheckIn>) -> Option<impl IntoView + use<>> {
    const SHOWN: i64 = 28;
    let text = visit.text;
    let review = read?.review.as_ref().filter(|review| visit.now < review.at.plus_days(SHOWN))?;
    let id = read?.id;
    Some(view! {
        <section>
            <h2>{text.home.reply}</h2>
            <div>
                {parts::reply(text, review, visit.viewer.zone, visit.now)}
                <p><a class="quiet" href=format!("/check-ins/{id}")>{text.home.see_reply}</a></p>
            </div>
        </section>
    })
}

fn goals_section(visit: &Visit, goals: &[Goal]) -> impl IntoView + use<> {
    let text = visit.text;
    let list = if goals.is_empty() {
        view! { <div><p>{text.home.no_goals}</p></div> }.into_any()
    } else {
        let items: Vec<_> = goals.iter().map(|goal| goal_item(visit, goal)).collect();
        view! { <ul class="goals">{items}</ul> }.into_any()
    };
    view! {
        <section id="goals">
            <h2>{text.home.goals}</h2>
            {list}
        </section>
    }
}

/// The next step, and a step done within a day so that a slip of the finger can be taken back.
fn goal_item(visit: &Visit, goal: &Goal) -> impl IntoView + use<> {
    const DAY: i64 = 86_400;
    let text = visit.text;
    let (zone, now) = (visit.viewer.zone, visit.now);
    let step = |step| parts::step(text, step, "home", zone, now);
    let fresh = |at| now.seconds() - at < DAY;
    let done = goal.last_done().filter(|step| step.done.is_some_and(|at| fresh(at.seconds()))).map(step);
    let next = goal.next_step().map(step);
    let none = (next.is_none() && done.is_none()).then(|| view! { <p class="soft">{text.home.no_steps}</p> });
    view! {
        <li>
            <h3>{goal.title.to_string()}</h3>
            {done}
            {next}
            {none}
        </li>
    }
}

/// Not shown where it is on the home screen already.
fn install(text: &'static Text) -> impl IntoView {
    view! {
        <section class="install">
            <h2>{text.install.title}</h2>
            <form method="post" action="/install">
                <p>{text.install.hint}</p>
                <p class="reach">
                    <a class="button" href="/install">{text.install.show}</a>
                    " "
                    <button class="quiet">{text.install.no}</button>
                </p>
            </form>
        </section>
    }
}

fn contact_section(visit: &Visit, team: &[TeamMember]) -> impl IntoView + use<> {
    let text = visit.text;
    let first = first_to_call(team);
    let contact = match first {
        Some(member) => parts::member(text, member).into_any(),
        None => view! { <div><p>{text.home.no_contact}</p></div> }.into_any(),
    };
    let is_contact = first.is_none_or(|member| member.part == Part::ContactPerson);
    view! {
        <section>
            <h2>{if is_contact { text.home.contact } else { text.home.you_can_call }}</h2>
            {contact}
        </section>
    }
}

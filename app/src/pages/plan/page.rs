//! What is shown: hopes, goals with their steps, and what is proposed.

use leptos::prelude::*;

use crate::{
    domain::{
        family::Family,
        id::Id,
        person::{Person, Role},
        plan::{Goal, GoalState, Hope, Step},
        plan_change::Change,
        words::{Note, PersonName, Title},
    },
    ui::{
        Visit, date,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
        parts,
        plan_words::{Names, difference, headline},
    },
};

/// A plan as somebody sees it.
pub(super) struct PlanPage {
    /// What stood in the way of what the viewer wanted.
    pub(super) problem: Option<String>,
    pub(super) family: Id<Family>,
    /// The name of the family, for its team.
    pub(super) name: Option<Title>,
    pub(super) hopes: Vec<Hope>,
    pub(super) goals: Vec<Goal>,
    pub(super) proposals: Vec<Change>,
    pub(super) doers: Vec<(Id<Person>, PersonName)>,
}

pub(super) fn plan(visit: &Visit, plan: &PlanPage) -> Page {
    let text = visit.text;
    let of = |state| plan.goals.iter().filter(move |goal| goal.state == state);
    let live: Vec<_> = of(GoalState::Live).map(|goal| live_goal(visit, goal)).collect();
    let none = live
        .is_empty()
        .then(|| view! { <section><h2>{text.home.goals}</h2><div><p>{text.home.no_goals}</p></div></section> });
    let (tab, title) = match &plan.name {
        Some(name) => (Tab::Families, (text.plan.of_family)(name.as_str())),
        None => (Tab::Plan, text.plan.title.to_owned()),
    };
    let back = plan.name.as_ref().map(|name| {
        view! {
            <p>
                <a class="quiet" href=format!("/families/{}", plan.family)>{icon(Icon::Back)}{name.to_string()}</a>
            </p>
        }
    });
    let problem = plan.problem.as_ref().map(|words| view! { <p class="problem" role="alert">{words.clone()}</p> });
    let lead = plan.name.is_none().then(|| view! { <p class="soft">{text.plan.yours}</p> });
    let own = plan.name.is_none().then(|| {
        view! {
            " "
            <a class="quiet" href="/plan/fridge">{text.fridge.title}</a>
            " "
            <a class="quiet" href="/plan/sector-plans">{text.sector_plans.title}</a>
            " "
            <a class="quiet" href="/children">{text.children.title}</a>
        }
    });
    let main = view! {
        <div class="path">
            <section>
                {back}
                <h1>{title.clone()}</h1>
                {problem}
                {lead}
                <p class="reach">
                    <a class="quiet" href=format!("/families/{}/plan/changes", plan.family)>{text.plan.history}</a>
                    " "
                    <a class="quiet" href=format!("/families/{}/measures", plan.family)>{text.plan.measures}</a>
                    {own}
                </p>
            </section>
            {proposals(visit, plan)}
            {hopes_section(visit, plan)}
            {live}
            {none}
            <section>
                <h2>{text.plan.waiting}</h2>
                <div>
                    {waiting_goals(visit, of(GoalState::Waiting))}
                    <p class="reach">
                        <a class="button" href=format!("/families/{}/goals/new", plan.family)>{text.plan.new_goal}</a>
                    </p>
                </div>
            </section>
            {past_goals(visit, text.plan.reached, of(GoalState::Reached))}
            {past_goals(visit, text.plan.laid_aside, of(GoalState::LaidAside))}
        </div>
    };
    Sheet::new(title, main).tabs(&visit.viewer, tab).kept(visit).changed(plan.problem.is_some()).page(&visit.setting)
}

/// What the team proposes. The family answers; whoever proposed can take it back.
fn proposals(visit: &Visit, plan: &PlanPage) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let words = &text.plan_changes;
    let names = Names { doers: &plan.doers, goals: &plan.goals };
    let rows: Vec<_> = plan
        .proposals
        .iter()
        .map(|change| {
            let action = format!("/plan/changes/{}", change.id);
            let seen = view! { <input type="hidden" name="seen" value=change.newest.to_string() /> };
            let answer = if visit.viewer.role == Role::Parent {
                view! {
                    <form class="reach" method="post" action=action>
                        {seen}
                        <button class="button main" name="answer" value="yes">{words.yes}</button>
                        " "
                        <button class="button" name="answer" value="no">{words.no}</button>
                    </form>
                }
                .into_any()
            } else if change.author.0 == visit.viewer.person {
                view! {
                    <p class="soft">{words.waits}</p>
                    <form class="reach" method="post" action=action>
                        {seen}
                        <button class="button" name="answer" value="take_back">{words.take_back}</button>
                    </form>
                }
                .into_any()
            } else {
                view! { <p class="soft">{words.waits}</p> }.into_any()
            };
            view! {
                <li id=format!("c{}", change.id)>
                    <h3>{headline(text, change, true)}</h3>
                    {difference(visit, names, change.before.as_ref(), change.after.as_ref())}
                    {answer}
                </li>
            }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section class="now">
                <h2>{words.proposals}</h2>
                <ul class="rows">{rows}</ul>
            </section>
        }
    })
}

fn hopes_section(visit: &Visit, plan: &PlanPage) -> impl IntoView + use<> {
    let text = visit.text;
    let list = if plan.hopes.is_empty() {
        view! { <p>{text.plan.no_hopes}</p> }.into_any()
    } else {
        let items: Vec<_> = plan
            .hopes
            .iter()
            .map(|hope| view! { <li><span class="written">{hope.words.to_string()}</span> " " {edit(visit, format!("/hopes/{}", hope.id), hope.words.as_str())}</li> })
            .collect();
        view! { <ul class="hopes">{items}</ul> }.into_any()
    };
    view! {
        <section>
            <h2>{text.plan.hopes}</h2>
            <div>
                {list}
                <p class="reach">
                    <a class="button" href=format!("/families/{}/hopes/new", plan.family)>{text.plan.new_hope}</a>
                </p>
            </div>
        </section>
    }
}

/// The way to change something; `what` it is, is told to those who do not see it stand beside.
fn edit(visit: &Visit, address: String, what: &str) -> impl IntoView + use<> {
    let text = visit.text;
    view! {
        <a class="quiet" href=address>{text.plan.edit}<span class="unseen">{(text.plan.edit_what)(what)}</span></a>
    }
}

fn live_goal(visit: &Visit, goal: &Goal) -> impl IntoView + use<> {
    let text = visit.text;
    let steps: Vec<_> = goal.steps.iter().map(|step| step_row(visit, step)).collect();
    let list = if steps.is_empty() {
        view! { <p class="soft">{text.home.no_steps}</p> }.into_any()
    } else {
        view! { <ol class="steps">{steps}</ol> }.into_any()
    };
    let scale = goal.scale.map(|far| view! { <dt>{text.plan_edit.scale}</dt><dd>{(text.plan.scale)(far)}</dd> });
    let said = |label: &'static str, note: &Option<Note>| {
        note.as_ref().map(|note| view! { <dt>{label}</dt><dd class="written">{note.to_string()}</dd> })
    };
    view! {
        <section id=format!("g{}", goal.id)>
            <h2><small>{(text.people.area)(goal.area)}</small> " " {goal.title.to_string()}</h2>
            <div>
                {list}
                <dl class="said">
                    {said(text.plan.going_well, &goal.going_well)}
                    {said(text.plan.worries, &goal.worries)}
                    {scale}
                </dl>
                <p class="reach">
                    <a class="button" href=format!("/goals/{}/steps/new", goal.id)>{text.plan.new_step}</a>
                    " "
                    {edit(visit, format!("/goals/{}", goal.id), goal.title.as_str())}
                </p>
            </div>
        </section>
    }
}

/// A step: the family ticks it, its team reads it; both can change it.
fn step_row(visit: &Visit, step: &Step) -> impl IntoView + use<> {
    let text = visit.text;
    let (zone, now) = (visit.viewer.zone, visit.now);
    let row = if visit.viewer.role == Role::Parent {
        parts::step(text, step, "plan", zone, now).into_any()
    } else {
        let who = step.doer.as_ref().map(|(_, name)| (text.plan.doer)(name.first()));
        let done = step.done.map(|at| (text.home.done_on)(&date::day(text, at.date(zone), now.date(zone))));
        let words: Vec<String> = who.into_iter().chain(done).collect();
        view! { <div><strong>{step.title.to_string()}</strong> " " <span class="soft">{words.join(" ")}</span></div> }
            .into_any()
    };
    let edit = step.done.is_none().then(|| edit(visit, format!("/steps/{}/edit", step.id), step.title.as_str()));
    view! { <li class="editable">{row}{edit}</li> }
}

fn waiting_goals<'a>(visit: &Visit, goals: impl Iterator<Item = &'a Goal>) -> Option<AnyView> {
    let rows: Vec<_> = goals
        .map(|goal| {
            view! {
                <li class="editable" id=format!("g{}", goal.id)>
                    <span>{goal.title.to_string()}</span>
                    {edit(visit, format!("/goals/{}", goal.id), goal.title.as_str())}
                </li>
            }
        })
        .collect();
    (!rows.is_empty()).then(|| view! { <ol>{rows}</ol> }.into_any())
}

fn past_goals<'a>(visit: &Visit, title: &'static str, goals: impl Iterator<Item = &'a Goal>) -> Option<AnyView> {
    let items: Vec<_> = goals
        .map(|goal| {
            let mark = if goal.state == GoalState::Reached { Icon::Check } else { Icon::Circle };
            view! { <li class="editable">{icon(mark)}<span>{goal.title.to_string()}</span> {edit(visit, format!("/goals/{}", goal.id), goal.title.as_str())}</li> }
        })
        .collect();
    (!items.is_empty()).then(|| view! { <section class="past"><h2>{title}</h2><ul>{items}</ul></section> }.into_any())
}

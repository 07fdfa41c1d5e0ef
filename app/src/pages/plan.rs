//! The family's plan: hopes, goals and steps; and ticking a step.

use leptos::prelude::*;

use super::own_family;
use crate::{
    domain::{
        access::Purpose,
        id::Id,
        person::Role,
        plan::{Goal, GoalState, Hope, Step},
    },
    problem::Problem,
    store::{self, Access, Whose},
    ui::{
        Visit,
        field::Fields,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
        parts,
    },
};

/// Shows the plan.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent; those of the store.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let hopes = store::hopes(&visit.db, &access).await?;
    let goals = store::goals(&visit.db, &access).await?;
    let text = visit.text;
    let of = |state| goals.iter().filter(move |goal| goal.state == state);
    let live: Vec<_> = of(GoalState::Live).map(|goal| live_goal(&visit, goal)).collect();
    let none = live
        .is_empty()
        .then(|| view! { <section><h2>{text.home.goals}</h2><div><p>{text.home.no_goals}</p></div></section> });
    let main = view! {
        <div class="path">
            <section>
                <h1>{text.plan.title}</h1>
                <p class="soft">{text.plan.yours}</p>
                <p class="reach">
                    <a class="quiet" href="/plan/fridge">{text.fridge.title} {icon(Icon::Forward)}</a>
                    " "
                    <a class="quiet" href="/plan/sector-plans">{text.sector_plans.title} {icon(Icon::Forward)}</a>
                </p>
            </section>
            {hopes_section(&visit, &hopes)}
            {live}
            {none}
            {quiet_goals(text.plan.waiting, Icon::Circle, of(GoalState::Waiting))}
            {quiet_goals(text.plan.reached, Icon::Check, of(GoalState::Reached))}
        </div>
    };
    Ok(Sheet::new(text.shell.plan, main).tabs(&visit.viewer, Tab::Plan).page(&visit.setting).into())
}

fn hopes_section(visit: &Visit, hopes: &[Hope]) -> impl IntoView + use<> {
    let text = visit.text;
    let list = if hopes.is_empty() {
        view! { <div><p>{text.plan.no_hopes}</p></div> }.into_any()
    } else {
        let items: Vec<_> = hopes.iter().map(|hope| view! { <li>{hope.words.to_string()}</li> }).collect();
        view! { <ul class="hopes">{items}</ul> }.into_any()
    };
    view! { <section><h2>{text.plan.hopes}</h2>{list}</section> }
}

fn live_goal(visit: &Visit, goal: &Goal) -> impl IntoView + use<> {
    let text = visit.text;
    let steps: Vec<_> = goal
        .steps
        .iter()
        .map(|step| view! { <li>{parts::step(text, step, "plan", visit.viewer.zone, visit.now)}</li> })
        .collect();
    let list = if steps.is_empty() {
        view! { <div><p class="soft">{text.home.no_steps}</p></div> }.into_any()
    } else {
        view! { <ol class="steps">{steps}</ol> }.into_any()
    };
    view! {
        <section>
            <h2><small>{(text.people.area)(goal.area)}</small> " " {goal.title.to_string()}</h2>
            {list}
        </section>
    }
}

fn quiet_goals<'a>(title: &'static str, mark: Icon, goals: impl Iterator<Item = &'a Goal>) -> Option<AnyView> {
    let items: Vec<AnyView> =
        goals.map(|goal| view! { <li>{icon(mark)}<span>{goal.title.to_string()}</span></li> }.into_any()).collect();
    (!items.is_empty()).then(|| view! { <section class="past"><h2>{title}</h2><ul>{items}</ul></section> }.into_any())
}

/// Ticks a step or takes the tick back, and goes back to the page it was done on.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer may not tick that step, [`Problem::Malformed`] for a form of somebody else's.
pub async fn tick(visit: Visit, step: Id<Step>, fields: Fields) -> Result<Answer, Problem> {
    let done = match fields.once("done") {
        Ok(Some("yes")) => true,
        Ok(Some("no")) => false,
        _ => return Err(Problem::Malformed),
    };
    let back = match fields.once("from") {
        Ok(Some("plan")) => "/plan",
        Ok(Some("shared")) => "/shared",
        Ok(Some("home") | None) => "/",
        _ => return Err(Problem::Malformed),
    };
    let purpose = match visit.viewer.role {
        Role::Parent => Purpose::OwnPages,
        Role::ContactPerson => Purpose::Shared,
        _ => return Err(Problem::NotFound),
    };
    let access = Access::open(&visit.db, &visit.viewer, Whose::Step(step), purpose, visit.now).await?;
    store::tick(&visit.db, &access, step, done, visit.now).await?;
    Ok(Answer::See(format!("{back}#s{step}")))
}

//! What happens: looking at the plan, ticking a step, moving a goal up or down.

use super::page::{self, PlanPage};
use crate::{
    domain::{
        access::Purpose,
        family::Family,
        id::Id,
        person::Role,
        plan::{Goal, Step},
        plan_change::{Change, Content, Entry, NewChange, moved},
        why::Why,
    },
    problem::Problem,
    store::{self, Access, Changed, Whose},
    ui::{Visit, field::Fields, page::Answer},
};

/// Shows a parent the family's plan.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent; those of the store.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let access = super::super::own_family(&visit).await?;
    shown(&visit, &access, None).await
}

/// Shows the team the plan of a family.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not on its team.
pub async fn of_family(visit: Visit, family: Id<Family>) -> Result<Answer, Problem> {
    let purpose = super::super::plan_purpose(&visit.viewer)?;
    let access = Access::open(&visit.db, &visit.viewer, Whose::Family(family), purpose, visit.now).await?;
    shown(&visit, &access, None).await
}

async fn shown(visit: &Visit, access: &Access, problem: Option<String>) -> Result<Answer, Problem> {
    let name = match visit.viewer.role {
        Role::Parent => None,
        _ => Some(store::family(&visit.db, access).await?.name),
    };
    let plan = PlanPage {
        problem,
        family: access.family(),
        name,
        hopes: store::hopes(&visit.db, access).await?,
        goals: store::goals(&visit.db, access).await?,
        proposals: store::proposals(&visit.db, access).await?,
        doers: store::doers(&visit.db, access).await?,
    };
    Ok(page::plan(visit, &plan).into())
}

/// A parent says yes or no to a proposal; whoever proposed it takes it back. Where the plan changed meanwhile so that it
/// is not what they saw, or three goals are worked on already, the plan says so and nothing happens.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer may not do that, [`Problem::Malformed`] for a form of somebody else's.
pub async fn answer(visit: Visit, change: Id<Change>, fields: Fields) -> Result<Answer, Problem> {
    let seen = fields.parsed("seen").ok_or(Problem::Malformed)?;
    let purpose = super::super::plan_purpose(&visit.viewer)?;
    let access = Access::open(&visit.db, &visit.viewer, Whose::Change(change), purpose, visit.now).await?;
    let changed = match fields.once("answer") {
        Ok(Some("yes")) => store::answer_proposal(&visit.db, &access, change, seen, true, visit.now).await?,
        Ok(Some("no")) => store::answer_proposal(&visit.db, &access, change, seen, false, visit.now).await?,
        Ok(Some("take_back")) => {
            store::take_back_proposal(&visit.db, &access, change, visit.now).await?;
            Changed::Dropped
        }
        _ => return Err(Problem::Malformed),
    };
    match changed {
        Changed::InForce | Changed::Proposed | Changed::Dropped => {
            Ok(Answer::See(super::super::plan_address(&visit.viewer, access.family())))
        }
        Changed::Meanwhile => shown(&visit, &access, Some(visit.text.plan_changes.meanwhile.to_owned())).await,
        Changed::EnoughGoals => shown(&visit, &access, Some((visit.text.why)(Why::EnoughGoals))).await,
    }
}

/// Moves a goal one place up or down among those in the same state. Where it stands first or last already, nothing
/// happens.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer may not change the plan, [`Problem::Changed`] when somebody else changed the
/// order meanwhile, [`Problem::Malformed`] for a form of somebody else's.
pub async fn order(visit: Visit, goal: Id<Goal>, fields: Fields) -> Result<Answer, Problem> {
    let up = match fields.once("to") {
        Ok(Some("up")) => true,
        Ok(Some("down")) => false,
        _ => return Err(Problem::Malformed),
    };
    let purpose = super::super::plan_purpose(&visit.viewer)?;
    let access = Access::open(&visit.db, &visit.viewer, Whose::Goal(goal), purpose, visit.now).await?;
    let entry = Entry::Order(access.family());
    let (_, seen) = store::plan_entry(&visit.db, &access, entry).await?;
    let goals = store::goals(&visit.db, &access).await?;
    if let Some(order) = moved(&goals, goal, up) {
        let new = NewChange { id: Id::fresh(visit.now), entry, seen, after: Some(Content::Order(order)) };
        if store::change_plan(&visit.db, &access, &new, visit.now).await? == Changed::Meanwhile {
            return Err(Problem::Changed);
        }
    }
    Ok(Answer::See(format!("{}#g{goal}", super::super::plan_address(&visit.viewer, access.family()))))
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
    store::tick(&visit.db, &access, step, done, visit.filled_in_at.unwrap_or(visit.now)).await?;
    Ok(Answer::See(format!("{back}#s{step}")))
}

//! What happens: opening a form, saving or proposing what it says, and letting something go.

use super::{
    form::{Place, PlanForm, STATE},
    page::{self, Edit},
};
use crate::{
    domain::{
        id::Id,
        plan::{GoalState, LIVE_GOALS},
        plan_change::{Content, NewChange},
        why::Why,
    },
    problem::Problem,
    store::{self, Access, Changed},
    ui::{Visit, field::Fields, page::Answer},
};

async fn access(visit: &Visit, place: Place) -> Result<Access, Problem> {
    let purpose = super::super::plan_purpose(&visit.viewer)?;
    Ok(Access::open(&visit.db, &visit.viewer, place.whose(), purpose, visit.now).await?)
}

/// What stands at a place, and the number of its last change.
async fn standing(visit: &Visit, access: &Access, place: Place) -> Result<Option<(Content, i64)>, Problem> {
    match place.entry() {
        Some(entry) => Ok(Some(store::plan_entry(&visit.db, access, entry).await?)),
        None => Ok(None),
    }
}

/// Shows the form for a place in the plan.
///
/// # Errors
/// [`Problem::NotFound`] when there is no such place or the viewer may not write there.
pub async fn open(visit: Visit, place: Place) -> Result<Answer, Problem> {
    let access = access(&visit, place).await?;
    let form = match standing(&visit, &access, place).await? {
        Some((content, seen)) => PlanForm::of(Id::fresh(visit.now), seen, &content),
        None => {
            let room = match place {
                Place::NewGoal(_) => {
                    let goals = store::goals(&visit.db, &access).await?;
                    goals.iter().filter(|goal| goal.state == GoalState::Live).count() < LIVE_GOALS
                }
                _ => false,
            };
            PlanForm::empty(Id::fresh(visit.now), Id::fresh(visit.now), room)
        }
    };
    shown(&visit, &access, place, &form, None).await
}

async fn shown(
    visit: &Visit,
    access: &Access,
    place: Place,
    form: &PlanForm,
    stands: Option<&Content>,
) -> Result<Answer, Problem> {
    let edit = Edit {
        place,
        form,
        stands,
        doers: store::doers(&visit.db, access).await?,
        goals: store::goals(&visit.db, access).await?,
        back: super::super::plan_address(&visit.viewer, access.family()),
    };
    Ok(page::edit(visit, &edit).into())
}

/// Saves what was written, or proposes it. Where somebody else wrote meanwhile, both are shown and nothing is lost.
///
/// # Errors
/// As [`open`]; [`Problem::Malformed`] for a form of somebody else's.
pub async fn save(visit: Visit, place: Place, fields: Fields) -> Result<Answer, Problem> {
    let access = access(&visit, place).await?;
    let stands = standing(&visit, &access, place).await?.map(|(content, _)| content);
    let doers: Vec<_> = store::doers(&visit.db, &access).await?.into_iter().map(|(id, _)| id).collect();
    let typed = fields.clone();
    let read = PlanForm::read(fields, place, stands.as_ref(), &doers).ok_or(Problem::Malformed)?;
    match read {
        Ok(new) => change(&visit, &access, place, &new, typed).await,
        Err(form) => shown(&visit, &access, place, &form, None).await,
    }
}

/// Lets something go, or proposes to.
///
/// # Errors
/// As [`save`].
pub async fn remove(visit: Visit, place: Place, fields: Fields) -> Result<Answer, Problem> {
    let access = access(&visit, place).await?;
    let new = PlanForm::removal(&fields, place).ok_or(Problem::Malformed)?;
    change(&visit, &access, place, &new, fields).await
}

async fn change(
    visit: &Visit,
    access: &Access,
    place: Place,
    new: &NewChange,
    typed: Fields,
) -> Result<Answer, Problem> {
    match store::change_plan(&visit.db, access, new, visit.now).await? {
        Changed::InForce | Changed::Proposed | Changed::Dropped => {
            Ok(Answer::See(super::super::plan_address(&visit.viewer, access.family())))
        }
        Changed::EnoughGoals => {
            let mut form = PlanForm { typed, refusals: Default::default() };
            form.refusals.add(STATE, Why::EnoughGoals);
            shown(visit, access, place, &form, None).await
        }
        Changed::Meanwhile => {
            let (content, seen) = standing(visit, access, place).await?.ok_or(Problem::Changed)?;
            let form = match new.after {
                Some(_) => PlanForm::again(&typed, Id::fresh(visit.now), seen),
                None => PlanForm::of(Id::fresh(visit.now), seen, &content),
            };
            shown(visit, access, place, &form, Some(&content)).await
        }
    }
}

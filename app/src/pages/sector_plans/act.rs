//! What happens: parents see where their other plans are; staff point to them, change and remove that.

use super::{
    super::{of_staff, own_family},
    form::{ID, PointerForm},
    page,
};
use crate::{
    domain::{access::Purpose, family::Family, id::Id, sector_plan::SectorPlan},
    problem::Problem,
    store::{self, Access, Whose},
    ui::{Visit, field::Fields, page::Answer},
};

/// Shows a parent where the family's other plans are.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let plans = store::sector_plans(&visit.db, &access).await?;
    Ok(page::of_parent(&visit, &plans).into())
}

async fn staff(visit: &Visit, whose: Whose) -> Result<Access, Problem> {
    of_staff(visit, whose, Purpose::SectorPlans).await
}

/// Shows staff where a family's other plans are.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not on its team.
pub async fn of_family(visit: Visit, family: Id<Family>) -> Result<Answer, Problem> {
    let access = staff(&visit, Whose::Family(family)).await?;
    listed(&visit, &access, &PointerForm::default(), Id::fresh(visit.now)).await
}

async fn listed(visit: &Visit, access: &Access, form: &PointerForm, id: Id<SectorPlan>) -> Result<Answer, Problem> {
    let family = store::family(&visit.db, access).await?;
    let plans = store::sector_plans(&visit.db, access).await?;
    let people = store::people(&visit.db, access).await?;
    Ok(page::of_family(visit, &page::OfFamily { family, plans, people }, form, id).into())
}

/// Staff point to a plan.
///
/// # Errors
/// As [`of_family`]; [`Problem::Malformed`] for a form of somebody else's.
pub async fn add(visit: Visit, family: Id<Family>, fields: Fields) -> Result<Answer, Problem> {
    let access = staff(&visit, Whose::Family(family)).await?;
    let id = fields.parsed(ID).ok_or(Problem::Malformed)?;
    match PointerForm::read(fields) {
        Ok((about, pointer)) => {
            store::point_to(&visit.db, &access, id, about, &pointer, visit.now).await?;
            Ok(Answer::See(format!("/families/{family}/sector-plans")))
        }
        Err(form) => listed(&visit, &access, &form, id).await,
    }
}

/// Shows staff what there is to know of a plan, to change it.
///
/// # Errors
/// [`Problem::NotFound`] when it is none of the viewer's families'.
pub async fn edit(visit: Visit, plan: Id<SectorPlan>) -> Result<Answer, Problem> {
    let access = staff(&visit, Whose::SectorPlan(plan)).await?;
    let form = PointerForm::of(&store::sector_plan(&visit.db, &access, plan).await?);
    edited(&visit, &access, plan, &form).await
}

async fn edited(visit: &Visit, access: &Access, plan: Id<SectorPlan>, form: &PointerForm) -> Result<Answer, Problem> {
    let people = store::people(&visit.db, access).await?;
    Ok(page::edit(visit, access.family(), plan, &people, form).into())
}

/// Changes what there is to know of a plan.
///
/// # Errors
/// As [`edit`].
pub async fn change(visit: Visit, plan: Id<SectorPlan>, fields: Fields) -> Result<Answer, Problem> {
    let access = staff(&visit, Whose::SectorPlan(plan)).await?;
    match PointerForm::read(fields) {
        Ok((about, pointer)) => {
            store::change_pointer(&visit.db, &access, plan, about, &pointer).await?;
            Ok(Answer::See(format!("/families/{}/sector-plans", access.family())))
        }
        Err(form) => edited(&visit, &access, plan, &form).await,
    }
}

/// Points to a plan no more.
///
/// # Errors
/// As [`edit`].
pub async fn remove(visit: Visit, plan: Id<SectorPlan>, _: Fields) -> Result<Answer, Problem> {
    let access = staff(&visit, Whose::SectorPlan(plan)).await?;
    store::remove_pointer(&visit.db, &access, plan, visit.now).await?;
    Ok(Answer::See(format!("/families/{}/sector-plans", access.family())))
}

//! What happens: a pause begins or ends, staff set a rhythm.

use super::{
    super::{of_staff, own_family},
    page::{self, Asking},
};
use crate::{
    domain::{
        access::Purpose,
        checkin::instrument,
        family::Family,
        id::Id,
        person::Role,
        rhythm::{Pause, Rhythm},
    },
    problem::Problem,
    store::{self, Access, Whose},
    ui::{Visit, days::DaysForm, field::Fields, page::Answer},
};

/// Shows a parent the family's pauses.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    shown(&visit, &access, None, DaysForm::default()).await
}

/// Shows staff how often a family is asked.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not its staff.
pub async fn of_family(visit: Visit, family: Id<Family>) -> Result<Answer, Problem> {
    let access = staff(&visit, family).await?;
    shown(&visit, &access, Some(family), DaysForm::default()).await
}

async fn staff(visit: &Visit, family: Id<Family>) -> Result<Access, Problem> {
    of_staff(visit, Whose::Family(family), Purpose::FamilyPage).await
}

async fn shown(visit: &Visit, access: &Access, family: Option<Id<Family>>, form: DaysForm) -> Result<Answer, Problem> {
    let today = visit.now.date(visit.viewer.zone);
    let pauses = store::pauses(&visit.db, access, today).await?;
    let family = match family {
        Some(_) => Some((store::family(&visit.db, access).await?, store::rhythms(&visit.db, access).await?)),
        None => None,
    };
    Ok(page::asking(visit, &Asking { family, pauses, form }).into())
}

/// A parent lets the asking rest for some days.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent.
pub async fn pause(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    begin(&visit, &access, None, fields).await
}

/// Staff let the asking of a family rest for some days.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not its staff.
pub async fn pause_family(visit: Visit, family: Id<Family>, fields: Fields) -> Result<Answer, Problem> {
    let access = staff(&visit, family).await?;
    begin(&visit, &access, Some(family), fields).await
}

async fn begin(visit: &Visit, access: &Access, family: Option<Id<Family>>, fields: Fields) -> Result<Answer, Problem> {
    match DaysForm::read(fields, visit.now.date(visit.viewer.zone)) {
        Ok(days) => {
            store::pause(&visit.db, access, days, visit.now).await?;
            Ok(Answer::See(page::address(family)))
        }
        Err(form) => shown(visit, access, family, form).await,
    }
}

/// Ends a pause, as a parent of the family or as its staff.
///
/// # Errors
/// [`Problem::NotFound`] when it is none of the family's.
pub async fn end_pause(visit: Visit, pause: Id<Pause>, _: Fields) -> Result<Answer, Problem> {
    let purpose = if visit.viewer.role == Role::Parent { Purpose::OwnPages } else { Purpose::FamilyPage };
    let access = Access::open(&visit.db, &visit.viewer, Whose::Pause(pause), purpose, visit.now).await?;
    store::end_pause(&visit.db, &access, pause, visit.now).await?;
    Ok(Answer::See(page::address((visit.viewer.role != Role::Parent).then(|| access.family()))))
}

/// Staff set how often a family is asked with an instrument.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not its staff or there is no such instrument; [`Problem::Malformed`] for a
/// rhythm that does not exist.
pub async fn set_rhythm(visit: Visit, (family, key): (Id<Family>, String), fields: Fields) -> Result<Answer, Problem> {
    let access = staff(&visit, family).await?;
    let instrument = instrument(&key).ok_or(Problem::NotFound)?;
    let rhythm: Option<Rhythm> = fields.parsed(page::RHYTHM);
    store::set_rhythm(&visit.db, &access, instrument, rhythm.ok_or(Problem::Malformed)?, visit.now).await?;
    Ok(Answer::See(page::address(Some(family))))
}

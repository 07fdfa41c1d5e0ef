//! What happens: the form is shown, a filled-in one is saved once, and the parent sees that it was.

use super::{
    super::own_family,
    form::{CheckInForm, ID},
    page,
};
use crate::{
    domain::{
        checkin::{CheckIn, Instrument, instrument},
        id::Id,
    },
    problem::Problem,
    store,
    ui::{Visit, field::Fields, page::Answer},
};

fn asked(key: &str) -> Result<&'static Instrument, Problem> {
    instrument(key).ok_or(Problem::NotFound)
}

/// Shows an empty form.
///
/// # Errors
/// [`Problem::NotFound`] for an unknown instrument or anybody but a parent.
pub async fn ask(visit: Visit, key: String) -> Result<Answer, Problem> {
    let instrument = asked(&key)?;
    let access = own_family(&visit).await?;
    let team = store::team(&visit.db, &access).await?;
    Ok(page::form(&visit, instrument, &CheckInForm::empty(Id::fresh(visit.now)), &team).into())
}

/// Saves what was told, and shows it; or shows the form again with what is wrong, keeping all that was typed.
///
/// # Errors
/// [`Problem::NotFound`] for an unknown instrument, anybody but a parent, or a check-in of somebody else.
pub async fn save(visit: Visit, key: String, fields: Fields) -> Result<Answer, Problem> {
    let instrument = asked(&key)?;
    let access = own_family(&visit).await?;
    let id = fields.once(ID).ok().flatten().and_then(|id| id.parse().ok()).ok_or(Problem::Malformed)?;
    match CheckInForm::read(instrument, id, fields) {
        Ok(telling) => {
            let id = store::send(&visit.db, &access, id, &telling, visit.now).await?;
            Ok(Answer::See(format!("/check-ins/{id}")))
        }
        Err(form) => {
            let team = store::team(&visit.db, &access).await?;
            Ok(page::form(&visit, instrument, &form, &team).into())
        }
    }
}

/// Shows a check-in the viewer sent: saved when, read by whom until when, what it means.
///
/// # Errors
/// [`Problem::NotFound`] when it is not the viewer's own.
pub async fn sent(visit: Visit, id: Id<CheckIn>) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let check_in = store::own(&visit.db, &access, id).await?;
    let team = store::team(&visit.db, &access).await?;
    Ok(page::sent(&visit, &check_in, &team).into())
}

//! What happens: the own history is shown, and a copy of it is handed out.

use super::{
    super::{confirmed, own_family, own_family_for, parent_of},
    page,
    told::Told,
};
use crate::{
    domain::{
        access::Purpose,
        checkin::{Teller, instruments},
    },
    problem::Problem,
    store,
    ui::{Visit, page::Answer},
};

/// Shows what the viewer told so far.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let told = store::told(&visit.db, &access).await?;
    let mut offered = Vec::new();
    for instrument in instruments().filter(|instrument| instrument.teller == Teller::Parent) {
        if !store::targets(&visit.db, &access, instrument).await?.is_empty() {
            offered.push(instrument);
        }
    }
    Ok(page::history(&visit, &told, &offered).into())
}

/// Hands out what the viewer told as a table.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent, [`Problem::Unproven`] for whoever has not shown lately that it is them.
pub async fn table(visit: Visit) -> Result<Answer, Problem> {
    Ok(Answer::File(own(&visit).await?.csv(visit.text, visit.viewer.zone)))
}

/// Hands out what the viewer told as FHIR.
///
/// # Errors
/// As [`table`].
pub async fn answers(visit: Visit) -> Result<Answer, Problem> {
    Ok(Answer::File(own(&visit).await?.fhir(visit.text, visit.viewer.zone, visit.now)))
}

async fn own(visit: &Visit) -> Result<Told, Problem> {
    parent_of(&visit.viewer)?;
    confirmed(visit, None)?;
    let access = own_family_for(visit, Purpose::Export).await?;
    Ok(Told::of(&visit.db, &access).await?)
}

//! What happens: the list and one family of it (both logged), keeping a promise, and noting what was agreed.

use super::{
    super::adviser,
    form::{self, AgreementForm},
    page::{self, Round},
};
use crate::{
    domain::{
        access::{Purpose, Subject},
        family::Family,
        id::Id,
        review::Review,
        team_meeting::Period,
    },
    problem::Problem,
    store::{self, Access, Caseload, Whose},
    ui::{Visit, field::Fields, page::Answer},
};

/// The address of a meeting's list.
pub(super) const fn list(period: Period) -> &'static str {
    match period {
        Period::SinceLast => "/team-meeting",
        Period::FourWeeks => "/team-meeting/4-weeks",
    }
}

/// The address of one family's turn.
pub(super) fn turn(period: Period, family: Id<Family>) -> String {
    format!("{}/{family}", list(period))
}

/// The families of the meeting, in their order. The look is in the log of every one of them.
async fn round(visit: &Visit, period: Period) -> Result<Round, Problem> {
    adviser(visit)?;
    let caseload = Caseload::open(&visit.db, &visit.viewer, Purpose::TeamMeeting, visit.now).await?;
    let office = store::settings(&visit.db, &visit.viewer).await?.office;
    let turns = store::team_meeting(&visit.db, &caseload, &office, period).await?;
    Ok(Round { period, office, turns })
}

/// Shows every family of the viewer on a line.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but advisers and coordinators.
pub async fn show(visit: Visit, period: Period) -> Result<Answer, Problem> {
    let round = round(&visit, period).await?;
    Ok(page::list(&visit, &round).into())
}

/// Shows one family, with the way to the next.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer does not read for that family.
pub async fn open(visit: Visit, period: Period, family: Id<Family>) -> Result<Answer, Problem> {
    let access = access(&visit, Whose::Family(family)).await?;
    shown(&visit, &access, period, &AgreementForm::empty(Id::fresh(visit.now))).await
}

/// The right to what the team talks about; neither a contact person nor somebody who stands in has it.
async fn access(visit: &Visit, whose: Whose) -> Result<Access, Problem> {
    let access = Access::open(&visit.db, &visit.viewer, whose, Purpose::TeamMeeting, visit.now).await?;
    if access.sees(Subject::Agreements) { Ok(access) } else { Err(Problem::NotFound) }
}

async fn shown(visit: &Visit, access: &Access, period: Period, form: &AgreementForm) -> Result<Answer, Problem> {
    let agreements = store::agreements(&visit.db, access).await?;
    let round = round(visit, period).await?;
    let at = round.turns.iter().position(|turn| turn.family == access.family()).ok_or(Problem::NotFound)?;
    page::turn(visit, &round, at, &agreements, form).map(Answer::from).ok_or(Problem::NotFound)
}

/// Notes what was agreed and goes on to the next family. Or shows the form again with what is wrong.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer does not read for that family, [`Problem::Malformed`] for a form of somebody
/// else's.
pub async fn agree(visit: Visit, period: Period, family: Id<Family>, fields: Fields) -> Result<Answer, Problem> {
    let access = access(&visit, Whose::Family(family)).await?;
    match AgreementForm::read(fields)? {
        Ok((id, words)) => {
            store::agree(&visit.db, &access, id, &words, visit.now).await?;
            let round = round(&visit, period).await?;
            let mut rest = round.turns.iter().skip_while(|turn| turn.family != family).skip(1);
            Ok(Answer::See(rest.next().map_or_else(|| list(period).to_owned(), |next| turn(period, next.family))))
        }
        Err(form) => shown(&visit, &access, period, &form).await,
    }
}

/// Ticks a promise off and goes back to where that was done. Keeping it twice is keeping it once.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer does not read for that family, [`Problem::Malformed`] for a form of somebody
/// else's.
pub async fn keep(visit: Visit, review: Id<Review>, fields: Fields) -> Result<Answer, Problem> {
    let access = access(&visit, Whose::Review(review)).await?;
    let (period, on_family) = form::from(&fields)?;
    match store::keep(&visit.db, &access, review, visit.now).await {
        Ok(()) | Err(store::Error::Taken(_)) => {}
        Err(error) => return Err(error.into()),
    }
    let family = access.family();
    Ok(Answer::See(if on_family {
        format!("{}#p{review}", turn(period, family))
    } else {
        format!("{}#p{review}", list(period))
    }))
}

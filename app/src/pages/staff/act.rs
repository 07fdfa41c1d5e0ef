//! What happens: the list, one of the staff, a role that is proposed and answered, a unit, a way in, days away.

use super::{
    form::{self, ROLE},
    page::{self, OnePage},
};
use crate::{
    domain::{
        administration::{Colleague, Proposal},
        id::Id,
        person::{Person, Role},
        why::Why,
    },
    problem::Problem,
    store::{self, Administration},
    ui::{
        Visit,
        days::DaysForm,
        field::{Fields, FilledIn, Refusals},
        page::Answer,
    },
};

/// Which answer was given to a proposal.
const ANSWER: &str = "answer";

/// The right to see and change who works here.
pub(super) async fn administration(visit: &Visit) -> Result<Administration, Problem> {
    match visit.viewer.role {
        Role::Administrator => Ok(Administration::open(&visit.db, &visit.viewer, visit.now).await?),
        _ => Err(Problem::NotFound),
    }
}

/// Shows everybody who works here, by units, and which roles wait for a yes.
///
/// # Errors
/// [`Problem::NotFound`] for anybody who does not administer.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let right = administration(&visit).await?;
    let list = page::List {
        units: store::units(&visit.db, &right).await?,
        colleagues: store::colleagues(&visit.db, &right, visit.now).await?,
        proposals: store::role_proposals(&visit.db, &right, visit.now).await?,
    };
    Ok(page::list(&visit, &list).into())
}

/// Asks for somebody new.
///
/// # Errors
/// As [`show`].
pub async fn ask_new(visit: Visit) -> Result<Answer, Problem> {
    let right = administration(&visit).await?;
    Ok(page::new(&visit, &store::units(&visit.db, &right).await?, &FilledIn::default()).into())
}

/// Proposes somebody new.
///
/// # Errors
/// As [`show`].
pub async fn propose_new(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let right = administration(&visit).await?;
    let units = store::units(&visit.db, &right).await?;
    match form::new_colleague(fields, &units) {
        Ok(colleague) => {
            store::propose_colleague(&visit.db, &right, &colleague, visit.now).await?;
            Ok(Answer::See("/staff".into()))
        }
        Err(form) => Ok(page::new(&visit, &units, &form).into()),
    }
}

/// One of the staff, and everybody else.
pub(super) async fn one_of(
    visit: &Visit,
    right: &Administration,
    person: Id<Person>,
) -> Result<(Colleague, Vec<Colleague>), Problem> {
    let mut all = store::colleagues(&visit.db, right, visit.now).await?;
    let at = all.iter().position(|one| one.id == person).ok_or(Problem::NotFound)?;
    Ok((all.swap_remove(at), all))
}

/// Shows one of the staff.
///
/// # Errors
/// [`Problem::NotFound`] for anybody who does not administer, or when nobody here is that.
pub async fn open(visit: Visit, person: Id<Person>) -> Result<Answer, Problem> {
    let right = administration(&visit).await?;
    shown(&visit, &right, person, None, &DaysForm::default()).await
}

/// With what was typed to change the role or the unit, where something was.
async fn shown(
    visit: &Visit,
    right: &Administration,
    person: Id<Person>,
    typed: Option<FilledIn>,
    away: &DaysForm,
) -> Result<Answer, Problem> {
    let (colleague, _) = one_of(visit, right, person).await?;
    let units = store::units(&visit.db, right).await?;
    let form = typed.unwrap_or_else(|| page::standing(&colleague));
    let proposals = store::role_proposals(&visit.db, right, visit.now).await?;
    let proposal = proposals.into_iter().find(|one| one.person == Some(person));
    Ok(page::one(visit, &OnePage { colleague, units, proposal, form, away }).into())
}

/// Proposes another role for one of the staff, or gives it at once where it only takes something away.
///
/// # Errors
/// As [`open`].
pub async fn set_role(visit: Visit, person: Id<Person>, fields: Fields) -> Result<Answer, Problem> {
    let right = administration(&visit).await?;
    let (colleague, _) = one_of(&visit, &right, person).await?;
    let refused = match form::role(&fields) {
        Ok(role) if role == colleague.role => return Ok(Answer::See(format!("/staff/{person}"))),
        Ok(role) => match store::propose_role(&visit.db, &right, person, role, visit.now).await {
            Err(store::Error::Taken(_)) => Why::HasFamilies,
            done => {
                done?;
                return Ok(Answer::See(format!("/staff/{person}")));
            }
        },
        Err(why) => why,
    };
    let form = FilledIn { typed: fields, refusals: Refusals::from(vec![(ROLE, refused)]) };
    shown(&visit, &right, person, Some(form), &DaysForm::default()).await
}

/// Lets one of the staff work in another unit.
///
/// # Errors
/// As [`open`].
pub async fn set_unit(visit: Visit, person: Id<Person>, fields: Fields) -> Result<Answer, Problem> {
    let right = administration(&visit).await?;
    let units = store::units(&visit.db, &right).await?;
    match form::unit(&fields, &units) {
        Ok(unit) => {
            store::move_to_unit(&visit.db, &right, person, unit, visit.now).await?;
            Ok(Answer::See(format!("/staff/{person}")))
        }
        Err(why) => {
            let form = FilledIn { typed: fields, refusals: Refusals::from(vec![(form::UNIT, why)]) };
            shown(&visit, &right, person, Some(form), &DaysForm::default()).await
        }
    }
}

/// Writes down when one of the staff is away.
///
/// # Errors
/// As [`open`], and when they walk beside nobody.
pub async fn be_away(visit: Visit, person: Id<Person>, fields: Fields) -> Result<Answer, Problem> {
    let right = administration(&visit).await?;
    match DaysForm::read(fields, visit.now.date(visit.viewer.zone)) {
        Ok(days) => {
            store::write_away(&visit.db, &right, person, days, visit.now).await?;
            Ok(Answer::See(format!("/staff/{person}")))
        }
        Err(form) => shown(&visit, &right, person, None, &form).await,
    }
}

/// Makes the first way in for one of the staff, and shows it, once.
///
/// # Errors
/// As [`open`], and when they came in before.
pub async fn invite(visit: Visit, person: Id<Person>, _: Fields) -> Result<Answer, Problem> {
    let right = administration(&visit).await?;
    let (invitation, token) = store::invite_colleague(&visit.db, &right, person, visit.now).await?;
    Ok(page::invitation(&visit, person, &invitation, &token).into())
}

/// Says yes or no to a role that was proposed.
///
/// # Errors
/// [`Problem::NotFound`] for anybody who does not administer or may not say that, [`Problem::Malformed`] for another
/// form, [`Problem::Changed`] when they walk beside families meanwhile.
pub async fn answer(visit: Visit, proposal: Id<Proposal>, fields: Fields) -> Result<Answer, Problem> {
    let right = administration(&visit).await?;
    let agreed = match fields.once(ANSWER) {
        Ok(Some("yes")) => true,
        Ok(Some("no")) => false,
        _ => return Err(Problem::Malformed),
    };
    store::answer_role(&visit.db, &right, proposal, agreed, visit.now).await?;
    Ok(Answer::See("/staff".into()))
}

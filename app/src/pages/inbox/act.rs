//! What happens: the list, opening one (which is logged), and closing it with a review.

use super::{form::ReviewForm, page};
use crate::{
    domain::{access::Purpose, checkin::CheckIn, id::Id, person::Role},
    problem::Problem,
    store::{self, Access, Caseload, Whose},
    ui::{Visit, field::Fields, page::Answer},
};

fn reader(visit: &Visit) -> Result<(), Problem> {
    match visit.viewer.role {
        Role::Adviser | Role::Coordinator => Ok(()),
        _ => Err(Problem::NotFound),
    }
}

/// Shows the check-ins nobody has read, those most in need first.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but advisers and coordinators.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    reader(&visit)?;
    let caseload = Caseload::open(&visit.db, &visit.viewer, Purpose::Inbox, visit.now).await?;
    let unread = store::unread(&visit.db, &caseload).await?;
    Ok(page::list(&visit, &unread).into())
}

/// Opens one check-in.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer does not read that family's check-ins.
pub async fn open(visit: Visit, id: Id<CheckIn>) -> Result<Answer, Problem> {
    reader(&visit)?;
    answer(&visit, id, ReviewForm::default()).await
}

async fn answer(visit: &Visit, id: Id<CheckIn>, form: ReviewForm) -> Result<Answer, Problem> {
    let access = Access::open(&visit.db, &visit.viewer, Whose::CheckIn(id), Purpose::CheckIn, visit.now).await?;
    let read = store::check_in(&visit.db, &access, id).await?;
    shown(visit, &access, read, &form).await
}

async fn shown(
    visit: &Visit,
    access: &Access,
    (check_in, answers): (CheckIn, Vec<(String, i64)>),
    form: &ReviewForm,
) -> Result<Answer, Problem> {
    let family = store::family(&visit.db, access).await?;
    Ok(page::opened(visit, &family, &check_in, &answers, form).into())
}

/// Closes a check-in: it was read, and this happens next. Or shows the form again with what is wrong.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer does not read that family's check-ins, [`Problem::Changed`] when somebody
/// closed it first.
pub async fn review(visit: Visit, id: Id<CheckIn>, fields: Fields) -> Result<Answer, Problem> {
    reader(&visit)?;
    let access = Access::open(&visit.db, &visit.viewer, Whose::CheckIn(id), Purpose::CheckIn, visit.now).await?;
    let read = store::check_in(&visit.db, &access, id).await?;
    match ReviewForm::read(fields, read.0.call_me) {
        Ok((next_step, words)) => {
            store::review(&visit.db, &access, id, next_step, words.as_ref(), visit.now).await?;
            Ok(Answer::See("/inbox".into()))
        }
        Err(form) => shown(&visit, &access, read, &form).await,
    }
}

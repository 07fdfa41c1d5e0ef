//! What happens: the list, opening one (which is logged), and closing it with a review.

use std::collections::HashMap;

use super::{
    super::{adviser, of_staff},
    form::ReviewForm,
    page,
};
use crate::{
    domain::{
        access::Purpose,
        checkin::CheckIn,
        id::Id,
        inbox::{InboxItem, Matter},
    },
    problem::Problem,
    store::{self, Access, Caseload, Whose},
    ui::{Visit, field::Fields, page::Answer},
};

/// Shows what nobody has read yet, those most in need first.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but advisers and coordinators.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    adviser(&visit)?;
    let caseload = Caseload::open(&visit.db, &visit.viewer, Purpose::Inbox, visit.now).await?;
    let items = store::inbox(&visit.db, &caseload).await?;
    let scores: HashMap<Id<CheckIn>, Vec<i64>> = store::scores_before(&visit.db, &caseload).await?;
    Ok(page::list(&visit, &items, &scores).into())
}

async fn access(visit: &Visit, id: Id<InboxItem>) -> Result<Access, Problem> {
    of_staff(visit, Whose::InboxItem(id), Purpose::CheckIn).await
}

/// Opens one thing of the inbox.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer does not read for that family.
pub async fn open(visit: Visit, id: Id<InboxItem>) -> Result<Answer, Problem> {
    let access = access(&visit, id).await?;
    let read = store::inbox_item(&visit.db, &access, id).await?;
    if read.0.matter == Matter::ByPhone {
        return Ok(Answer::See(format!("/calls/{id}")));
    }
    shown(&visit, &access, read, &ReviewForm::default()).await
}

async fn shown(
    visit: &Visit,
    access: &Access,
    (item, answers): (InboxItem, Vec<(String, i64)>),
    form: &ReviewForm,
) -> Result<Answer, Problem> {
    let holders = store::holders(&visit.db, access, item.id).await?;
    Ok(page::opened(visit, &item, &answers, &holders, form).into())
}

/// Closes it: somebody read it, and this happens next. Or shows the form again with what is wrong.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer does not read for that family, [`Problem::Changed`] when somebody closed it
/// first.
pub async fn review(visit: Visit, id: Id<InboxItem>, fields: Fields) -> Result<Answer, Problem> {
    let access = access(&visit, id).await?;
    let read = store::inbox_item(&visit.db, &access, id).await?;
    if read.0.matter == Matter::ByPhone {
        return Err(Problem::NotFound);
    }
    match ReviewForm::read(fields, &read.0, visit.now.date(visit.viewer.zone)) {
        Ok(reply) => {
            store::review(&visit.db, &access, id, &reply, visit.now).await?;
            Ok(Answer::See("/inbox".into()))
        }
        Err(form) => shown(&visit, &access, read, &form).await,
    }
}

//! What happens: a family chooses, changes its mind, or asks for somebody new. No reason is asked.

use super::{
    super::{confirmed, own_family, own_family_for},
    form::{WishForm, chosen},
    page::{self, Contact},
};
use crate::{
    domain::{
        access::Purpose,
        contact::{Candidate, ContactWish},
        id::Id,
        team::Part,
    },
    problem::Problem,
    store::{self, Access, Whose},
    ui::{Visit, field::Fields, page::Answer},
};

/// Shows who it is and who there is to choose.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    shown(&visit, &access, WishForm::default()).await
}

async fn shown(visit: &Visit, access: &Access, form: WishForm) -> Result<Answer, Problem> {
    let team = store::team(&visit.db, access).await?;
    let now = team.into_iter().find(|member| member.part == Part::ContactPerson);
    let candidates = store::candidates(&visit.db, access).await?;
    let other = |one: &Candidate| now.as_ref().is_none_or(|now| now.person != one.person);
    let contact = Contact {
        candidates: candidates.into_iter().filter(other).collect(),
        wish: store::family_with_wish(&visit.db, access).await?.1,
        from_outside: store::settings(&visit.db, &visit.viewer).await?.association_contacts,
        now,
        form,
    };
    Ok(page::contact(visit, &contact).into())
}

/// A family chooses somebody of those there are, or nobody.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent or when that is nobody to choose, [`Problem::Malformed`] for a form of
/// somebody else's, [`Problem::Unproven`] for whoever has not shown lately that it is them. Nobody is always a choice.
pub async fn choose(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let access = own_family_for(&visit, Purpose::ContactPerson).await?;
    let person = chosen(&fields)?;
    if person.is_some() {
        confirmed(&visit, Some(fields))?;
    }
    store::choose_contact(&visit.db, &access, person, visit.now).await?;
    Ok(Answer::See("/contact".into()))
}

/// A family asks for somebody new.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent, or where contact persons do not come from outside;
/// [`Problem::Unproven`] as [`choose`].
pub async fn wish(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let access = own_family_for(&visit, Purpose::ContactPerson).await?;
    let sent = fields.clone();
    match WishForm::read(fields) {
        Ok((name, phone)) => {
            confirmed(&visit, Some(sent))?;
            store::wish_for_contact(&visit.db, &access, &name, &phone, visit.now).await?;
            Ok(Answer::See("/contact".into()))
        }
        Err(form) => shown(&visit, &access, form).await,
    }
}

/// A family changes its mind about somebody new.
///
/// # Errors
/// [`Problem::NotFound`] when it is none of the own family's.
pub async fn take_back(visit: Visit, wish: Id<ContactWish>, _: Fields) -> Result<Answer, Problem> {
    let access =
        Access::open(&visit.db, &visit.viewer, Whose::ContactWish(wish), Purpose::ContactPerson, visit.now).await?;
    store::forget_wish(&visit.db, &access, wish, visit.now).await?;
    Ok(Answer::See("/contact".into()))
}

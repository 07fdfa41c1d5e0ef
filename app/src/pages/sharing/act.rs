//! What happens: a parent says yes, looks at what a yes would show, or stops it.

use super::{
    super::own_family,
    form::ConsentForm,
    page::{self, Sharing},
};
use crate::{
    domain::{
        access::Purpose,
        consent::{Consent, Item},
        id::Id,
        moment::{days_after, start_of},
        team::{Part, TeamMember},
    },
    problem::Problem,
    store::{self, Access, Whose},
    ui::{Visit, field::Fields, page::Answer},
};

async fn contact(visit: &Visit, access: &Access) -> Result<Option<TeamMember>, Problem> {
    let team = store::team(&visit.db, access).await?;
    Ok(team.into_iter().find(|member| member.part == Part::ContactPerson))
}

/// Shows a parent what the family shares.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let form = ConsentForm::fresh(visit.now.date(visit.viewer.zone));
    shown(&visit, &access, form).await
}

async fn shown(visit: &Visit, access: &Access, form: ConsentForm) -> Result<Answer, Problem> {
    let contact = contact(visit, access).await?.map(|member| member.name);
    let consents = store::consents(&visit.db, access).await?;
    Ok(page::sharing(visit, &Sharing { contact, consents, form }).into())
}

/// A parent says yes to one thing, until a day. Where the family has no contact person, nothing happens.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent.
pub async fn give(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let zone = visit.viewer.zone;
    match ConsentForm::read(fields, visit.now.date(zone)) {
        Ok((item, until)) => {
            if let Some(contact) = contact(&visit, &access).await? {
                let ends_at = start_of(days_after(until, 1), zone);
                store::give(&visit.db, &access, contact.person, item, ends_at, visit.now).await?;
            }
            Ok(Answer::See("/sharing".into()))
        }
        Err(form) => shown(&visit, &access, form).await,
    }
}

/// Shows a parent what the contact person would see. Where the family has none, the way leads back.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent, or when there is no such thing to share.
pub async fn preview(visit: Visit, item: String) -> Result<Answer, Problem> {
    let item: Item = item.parse().map_err(|_| Problem::NotFound)?;
    let access = own_family(&visit).await?;
    let Some(contact) = contact(&visit, &access).await? else {
        return Ok(Answer::See("/sharing".into()));
    };
    let seen = store::seen_with(&visit.db, &access, contact.person, item, visit.now).await?;
    Ok(page::preview(&visit, &contact.name, &seen).into())
}

/// A parent stops a consent, at once.
///
/// # Errors
/// [`Problem::NotFound`] when it is none of the own family's.
pub async fn withdraw(visit: Visit, consent: Id<Consent>, _: Fields) -> Result<Answer, Problem> {
    let access = Access::open(&visit.db, &visit.viewer, Whose::Consent(consent), Purpose::OwnPages, visit.now).await?;
    store::withdraw(&visit.db, &access, consent, visit.now).await?;
    Ok(Answer::See("/sharing".into()))
}

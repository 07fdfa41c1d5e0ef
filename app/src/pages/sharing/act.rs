//! What happens: a parent says yes, looks at what a yes would show, or stops it.

use super::{
    super::{confirmed, own_family},
    form::{ConsentForm, usual},
    page::{self, Sharing},
};
use crate::{
    domain::{
        access::Purpose,
        consent::{Consent, Thing},
        id::Id,
        moment::{days_after, start_of},
        person::Role,
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
    let sharing = Sharing {
        contact: contact(visit, access).await?,
        children: store::children(&visit.db, access).await?,
        ended: store::ended(&visit.db, access, visit.now).await?,
        receipts: store::consents(&visit.db, access).await?,
        form,
    };
    Ok(page::sharing(visit, &sharing).into())
}

/// The contact person somebody outside the municipality may be shared with; staff of the family see the plan anyhow.
async fn recipient(visit: &Visit, access: &Access) -> Result<Option<TeamMember>, Problem> {
    Ok(contact(visit, access).await?.filter(|member| member.role == Role::ContactPerson))
}

/// A parent says yes to one thing, until a day. Where the family has nobody to share with, nothing happens.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent, or about a child the parent has no rights for; [`Problem::Unproven`] for
/// whoever has not shown lately that it is them.
pub async fn give(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let zone = visit.viewer.zone;
    let sent = fields.clone();
    match ConsentForm::read(fields, visit.now.date(zone)) {
        Ok((thing, until)) => {
            confirmed(&visit, Some(sent))?;
            if let Some(recipient) = recipient(&visit, &access).await? {
                let ends_at = start_of(days_after(until, 1), zone);
                store::give(&visit.db, &access, recipient.person, thing, ends_at, visit.now).await?;
            }
            Ok(Answer::See("/sharing".into()))
        }
        Err(form) => shown(&visit, &access, form).await,
    }
}

/// Shows a parent what the contact person would see. Where the family has nobody to share with, the way leads back.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent, when there is no such thing to share, or about a child the parent has
/// no rights for.
pub async fn preview(visit: Visit, thing: String) -> Result<Answer, Problem> {
    let thing: Thing = thing.parse().map_err(|_| Problem::NotFound)?;
    let access = own_family(&visit).await?;
    let Some(recipient) = recipient(&visit, &access).await? else {
        return Ok(Answer::See("/sharing".into()));
    };
    let seen = store::seen_with(&visit.db, &access, recipient.person, thing, visit.now).await?;
    Ok(page::preview(&visit, &recipient.name, &seen).into())
}

/// A parent stops a consent, at once.
///
/// # Errors
/// [`Problem::NotFound`] when it is none of the own family's, or the other parent's own.
pub async fn withdraw(visit: Visit, consent: Id<Consent>, _: Fields) -> Result<Answer, Problem> {
    let access = Access::open(&visit.db, &visit.viewer, Whose::Consent(consent), Purpose::OwnPages, visit.now).await?;
    store::withdraw(&visit.db, &access, consent, visit.now).await?;
    Ok(Answer::See("/sharing".into()))
}

/// A parent answers whether what ended by itself shall go on, as long as a yes usually lasts.
///
/// # Errors
/// [`Problem::NotFound`] when it is none of the parent's own, [`Problem::Malformed`] for a form of somebody else's; a yes as
/// [`give`].
pub async fn renew(visit: Visit, consent: Id<Consent>, fields: Fields) -> Result<Answer, Problem> {
    let zone = visit.viewer.zone;
    let until = match fields.once("again") {
        Ok(Some("yes")) => Some(start_of(days_after(usual(visit.now.date(zone)), 1), zone)),
        Ok(Some("no")) => None,
        _ => return Err(Problem::Malformed),
    };
    let back = match fields.once("from") {
        Ok(Some("home")) => "/",
        Ok(Some("sharing")) => "/sharing",
        _ => return Err(Problem::Malformed),
    };
    let access = Access::open(&visit.db, &visit.viewer, Whose::Consent(consent), Purpose::OwnPages, visit.now).await?;
    if until.is_some() {
        confirmed(&visit, Some(fields))?;
    }
    store::renew(&visit.db, &access, consent, until, visit.now).await?;
    Ok(Answer::See(back.into()))
}

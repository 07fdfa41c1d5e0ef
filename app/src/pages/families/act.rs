//! What happens: the list, opening a family (which is logged), inviting and taking invitations back.

use std::collections::HashSet;

use super::{
    super::{adviser, of_staff},
    page,
};
use crate::{
    domain::{
        access::Purpose,
        contact::ContactWish,
        family::Family,
        id::Id,
        person::{Person, Role},
        sign_in::{Invitation, OldWays},
        team_meeting::next_meeting,
    },
    problem::Problem,
    store::{self, Access, Caseload, Whose},
    ui::{Visit, field::Fields, page::Answer},
};

/// So many of a family's meetings are shown at most.
const MEETINGS: i64 = 5;

/// Shows the families the viewer walks beside.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but advisers and coordinators.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    list(&visit, "").await
}

/// Shows those of the viewer's families that hold what is searched for. It comes in a form, so that no name stands in an
/// address.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but advisers and coordinators.
pub async fn search(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    list(&visit, fields.get(page::SEARCH).unwrap_or_default()).await
}

async fn list(visit: &Visit, search: &str) -> Result<Answer, Problem> {
    adviser(visit)?;
    let caseload = Caseload::open(&visit.db, &visit.viewer, Purpose::FamilyList, visit.now).await?;
    let families = match search {
        "" => store::families(&visit.db, &caseload).await?,
        search => store::find_families(&visit.db, &caseload, search).await?,
    };
    let unread = store::inbox(&visit.db, &caseload).await?;
    let unreached = match reminds(visit) {
        true => store::families_not_reached(&visit.db, &caseload, &visit.site.carriers, visit.now).await?,
        false => HashSet::new(),
    };
    let office = store::settings(&visit.db, &visit.viewer).await?.office;
    let meeting = next_meeting(&office, visit.now.date(office.zone()));
    Ok(page::list(visit, search, &page::FamilyList { families, unread, unreached, meeting }).into())
}

/// Whether this site can remind anybody.
fn reminds(visit: &Visit) -> bool {
    visit.site.push.is_some() || !visit.site.carriers.is_empty()
}

/// Shows one family.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not on its team.
pub async fn open(visit: Visit, family: Id<Family>) -> Result<Answer, Problem> {
    let access = of_staff(&visit, Whose::Family(family), Purpose::FamilyPage).await?;
    let (family, wish) = store::family_with_wish(&visit.db, &access).await?;
    let people = store::people_and_reach(&visit.db, &access, &visit.site.carriers, visit.now).await?;
    let reminds = reminds(&visit);
    let unreached = people.iter().filter(|(person, reached)| reminds && person.role == Role::Parent && !reached);
    let family = page::FamilyPage {
        family,
        wish,
        unreached: unreached.map(|(person, _)| person.id).collect(),
        people: people.into_iter().map(|(person, _)| person).collect(),
        invitations: store::open_invitations(&visit.db, &access, visit.now).await?,
        goals: store::live_goals(&visit.db, &access).await?,
        meetings: store::upcoming(&visit.db, &access, visit.now, MEETINGS).await?,
        team: store::team(&visit.db, &access).await?,
    };
    Ok(page::family(&visit, &family).into())
}

/// Invites a person and shows the link, once.
///
/// # Errors
/// [`Problem::NotFound`] when that person is nobody the viewer may invite, [`Problem::Malformed`] for a form of somebody
/// else's.
pub async fn invite(
    visit: Visit,
    (family, person): (Id<Family>, Id<Person>),
    fields: Fields,
) -> Result<Answer, Problem> {
    let access = of_staff(&visit, Whose::Family(family), Purpose::Invite).await?;
    let lost = fields.ticked(page::LOST).map_err(|_| Problem::Malformed)?;
    invited(&visit, &access, person, if lost { OldWays::End } else { OldWays::Stay }).await
}

/// Makes somebody new whom a family would like its contact person, and invites them.
///
/// # Errors
/// [`Problem::NotFound`] when no family of the viewer's would like that any more.
pub async fn grant_wish(visit: Visit, wish: Id<ContactWish>, _: Fields) -> Result<Answer, Problem> {
    let access = of_staff(&visit, Whose::ContactWish(wish), Purpose::ContactPerson).await?;
    let person = store::grant_wish(&visit.db, &access, wish, visit.now).await?;
    invited(&visit, &access, person, OldWays::Stay).await
}

async fn invited(visit: &Visit, access: &Access, person: Id<Person>, old_ways: OldWays) -> Result<Answer, Problem> {
    let (id, token) = match old_ways {
        OldWays::Stay => store::invite(&visit.db, access, person, visit.now).await?,
        OldWays::End => store::invite_after_loss(&visit.db, access, person, visit.now).await?,
    };
    let family = store::family(&visit.db, access).await?;
    let invitations = store::open_invitations(&visit.db, access, visit.now).await?;
    let (_, invitation) = invitations.into_iter().find(|(_, made)| made.id == id).ok_or(Problem::NotFound)?;
    Ok(page::invitation(visit, &family, &invitation, &token, old_ways).into())
}

/// Takes an invitation back.
///
/// # Errors
/// [`Problem::NotFound`] when it is not one of the viewer's families'.
pub async fn revoke(visit: Visit, invitation: Id<Invitation>, _: Fields) -> Result<Answer, Problem> {
    let access = of_staff(&visit, Whose::Invitation(invitation), Purpose::Invite).await?;
    store::revoke(&visit.db, &access, invitation, visit.now).await?;
    Ok(Answer::See(format!("/families/{}", access.family())))
}

//! Consents: given by a parent, for one item and one recipient, until a date.

use super::{Access, Db, Error, write_one};
use crate::domain::{
    access::Relation,
    consent::{Consent, Item},
    id::Id,
    moment::Moment,
    person::Person,
};

/// Lets `recipient` see `item` of the viewer's family until `ends_at`.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family or the recipient is not in its team.
pub async fn give(
    db: &Db,
    access: &Access,
    recipient: Id<Person>,
    item: Item,
    ends_at: Moment,
    now: Moment,
) -> Result<Id<Consent>, Error> {
    parent(access)?;
    const GIVE: &str = "INSERT INTO consent (id, municipality, family, recipient, item, given_by, given_at, ends_at)
        SELECT $1, t.municipality, t.family, t.person, $4, $5, $6, $7 FROM team_member t
        WHERE t.family = $2 AND t.person = $3 AND t.until IS NULL AND t.part = 'contact_person'";
    let id = Id::fresh(now);
    let given = write_one!(db, on => {
        sqlx::query(GIVE)
            .bind(id)
            .bind(access.family)
            .bind(recipient)
            .bind(item)
            .bind(access.viewer)
            .bind(now)
            .bind(ends_at)
            .execute(on)
            .await?
            .rows_affected()
    });
    if given == 1 { Ok(id) } else { Err(Error::NotFound) }
}

/// Takes a consent back. It ends at once; taking it back twice changes nothing.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family it belongs to.
pub async fn withdraw(db: &Db, access: &Access, consent: Id<Consent>, now: Moment) -> Result<(), Error> {
    parent(access)?;
    const WITHDRAW: &str = "UPDATE consent SET withdrawn_at = COALESCE(withdrawn_at, $3) WHERE id = $1 AND family = $2";
    let found = write_one!(db, on => {
        sqlx::query(WITHDRAW).bind(consent).bind(access.family).bind(now).execute(on).await?.rows_affected()
    });
    if found == 1 { Ok(()) } else { Err(Error::NotFound) }
}

fn parent(access: &Access) -> Result<(), Error> {
    if access.relation() == Relation::Parent { Ok(()) } else { Err(Error::NotFound) }
}

//! Consents: given by a parent, for one item and one recipient, until a date.

use super::{Access, Db, Error, within, write_one};
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

/// Takes a consent back. It ends at once, and with it every other for the same item and recipient; taking it back
/// twice changes nothing.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family it belongs to.
pub async fn withdraw(db: &Db, access: &Access, consent: Id<Consent>, now: Moment) -> Result<(), Error> {
    parent(access)?;
    const FIND: &str = "SELECT recipient, item, withdrawn_at FROM consent WHERE id = $1 AND family = $2";
    const WITHDRAW: &str = "UPDATE consent SET withdrawn_at = $4
        WHERE family = $1 AND recipient = $2 AND item = $3 AND withdrawn_at IS NULL";
    let mut tx = db.begin().await?;
    let (recipient, item, withdrawn_at): (Id<Person>, Item, Option<Moment>) = within!(&mut tx, on => {
        sqlx::query_as(FIND).bind(consent).bind(access.family).fetch_one(on).await?
    });
    if withdrawn_at.is_none() {
        within!(&mut tx, on => {
            sqlx::query(WITHDRAW).bind(access.family).bind(recipient).bind(item).bind(now).execute(on).await?;
        });
    }
    tx.commit().await
}

fn parent(access: &Access) -> Result<(), Error> {
    if access.relation() == Relation::Parent { Ok(()) } else { Err(Error::NotFound) }
}

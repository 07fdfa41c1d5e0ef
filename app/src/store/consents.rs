//! Consents: given by a parent, for one item and one recipient, until a date.

use super::{Access, Db, Error, family, live_goals, read, upcoming, within, write_one};
use crate::domain::{
    access::Subject,
    consent::{Consent, Item},
    family::Family,
    id::Id,
    meeting::Meeting,
    moment::Moment,
    person::Person,
    plan::Goal,
    words::PersonName,
};

/// So many meetings of a family are shown to a contact person at most.
const MEETINGS: i64 = 5;

/// What a contact person sees of one family.
#[derive(Debug)]
pub struct Seen {
    /// The contact person.
    pub reader: Id<Person>,
    /// The family.
    pub family: Family,
    /// What it shares.
    pub shared: Vec<Item>,
    /// Its next meetings, where they are shared.
    pub meetings: Vec<Meeting>,
    /// Its live goals, where they are shared.
    pub goals: Vec<Goal>,
}

/// What the viewer, a contact person, sees of a family.
///
/// # Errors
/// [`Error::NotFound`] when nothing is shared with the viewer.
pub async fn seen(db: &Db, access: &Access, now: Moment) -> Result<Seen, Error> {
    let family = family(db, access).await?;
    let meetings = match access.sees(Subject::Meetings) {
        true => upcoming(db, access, now, MEETINGS).await?,
        false => Vec::new(),
    };
    let goals = match access.sees(Subject::Goals) {
        true => live_goals(db, access).await?,
        false => Vec::new(),
    };
    Ok(Seen { reader: access.viewer, family, shared: access.shared().to_vec(), meetings, goals })
}

/// What `recipient` would see if the viewer shared `item` with them; nothing that the viewer may not see.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family.
pub async fn seen_with(
    db: &Db,
    access: &Access,
    recipient: Id<Person>,
    item: Item,
    now: Moment,
) -> Result<Seen, Error> {
    seen(db, &access.as_seen_by(db, recipient, item).await?, now).await
}

/// Every consent of the family with the name of the one who got it, the newest first.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family.
pub async fn consents(db: &Db, access: &Access) -> Result<Vec<(Consent, PersonName)>, Error> {
    access.require(Subject::Consents)?;
    const CONSENTS: &str = "SELECT c.id, c.item, c.recipient, c.given_by, c.given_at, c.ends_at, c.withdrawn_at, p.name
        FROM consent c JOIN person p ON p.id = c.recipient
        WHERE c.family = $1 ORDER BY c.given_at DESC, c.id DESC";
    type Row = (Id<Consent>, Item, Id<Person>, Id<Person>, Moment, Moment, Option<Moment>, PersonName);
    let rows: Vec<Row> = read!(db, on => sqlx::query_as(CONSENTS).bind(access.family).fetch_all(on).await?);
    Ok(rows
        .into_iter()
        .map(|(id, item, recipient, given_by, given_at, ends_at, withdrawn_at, name)| {
            (Consent { id, item, recipient, given_by, given_at, ends_at, withdrawn_at }, name)
        })
        .collect())
}

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
    access.require(Subject::Consents)?;
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
    access.require(Subject::Consents)?;
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

//! Private addresses at which calendar programs read somebody's meetings, kept as hashes only.

use super::{Access, Db, Error, meetings::of_calendar, read, within, write_one};
use crate::domain::{
    calendar::{CalendarAddress, Detail},
    chance::Token,
    id::Id,
    meeting::Meeting,
    moment::Moment,
    person::{Language, Person, Role, Viewer},
};

/// Cancelled meetings and meetings that were stay in a calendar for so many days.
const DAYS_AFTER: i64 = 30;

/// At most so many meetings of a family are in a calendar.
const MOST: i64 = 500;

fn may_have_one(viewer: &Viewer) -> Result<(), Error> {
    match viewer.role {
        Role::Parent | Role::ContactPerson | Role::Adviser | Role::Coordinator => Ok(()),
        Role::ProjectLead | Role::Administrator | Role::Child => Err(Error::NotFound),
    }
}

/// The address at which the viewer's calendar is read, where there is one.
///
/// # Errors
/// [`Error::NotFound`] when somebody like the viewer has no meetings.
pub async fn calendar_address(db: &Db, viewer: &Viewer) -> Result<Option<CalendarAddress>, Error> {
    may_have_one(viewer)?;
    const OWN: &str = "SELECT id, detail, created_at FROM calendar_address WHERE person = $1 AND revoked_at IS NULL";
    let row: Option<(Id<CalendarAddress>, Detail, Moment)> =
        read!(db, on => sqlx::query_as(OWN).bind(viewer.person).fetch_optional(on).await?);
    Ok(row.map(|(id, detail, created_at)| CalendarAddress { id, detail, created_at }))
}

/// Makes an address for the viewer's calendar, in place of the one before. Its secret is told this once.
///
/// # Errors
/// [`Error::NotFound`] when somebody like the viewer has no meetings.
pub async fn make_calendar_address(db: &Db, viewer: &Viewer, detail: Detail, now: Moment) -> Result<Token, Error> {
    may_have_one(viewer)?;
    const TURN: &str = "UPDATE person SET name = name WHERE id = $1";
    const REPLACE: &str = "UPDATE calendar_address SET revoked_at = $2 WHERE person = $1 AND revoked_at IS NULL";
    const MAKE: &str = "INSERT INTO calendar_address (id, municipality, family, person, token_hash, detail, created_at)
        SELECT $1, municipality, family, id, $3, $4, $5 FROM person WHERE id = $2";
    let token = Token::fresh();
    let mut tx = db.begin().await?;
    within!(&mut tx, on => {
        sqlx::query(TURN).bind(viewer.person).execute(on).await?;
    });
    within!(&mut tx, on => {
        sqlx::query(REPLACE).bind(viewer.person).bind(now).execute(on).await?;
    });
    within!(&mut tx, on => {
        sqlx::query(MAKE)
            .bind(Id::<CalendarAddress>::fresh(now))
            .bind(viewer.person)
            .bind(token.hash())
            .bind(detail)
            .bind(now)
            .execute(on)
            .await?;
    });
    tx.commit().await?;
    Ok(token)
}

/// Ends an address of the viewer's. Ending it twice changes nothing.
///
/// # Errors
/// [`Error::NotFound`] when it is not the viewer's own.
pub async fn revoke_calendar_address(
    db: &Db,
    viewer: &Viewer,
    id: Id<CalendarAddress>,
    now: Moment,
) -> Result<(), Error> {
    const REVOKE: &str = "UPDATE calendar_address SET revoked_at = COALESCE(revoked_at, $3)
        WHERE id = $1 AND person = $2";
    let found = write_one!(db, on => {
        sqlx::query(REVOKE).bind(id).bind(viewer.person).bind(now).execute(on).await?.rows_affected()
    });
    if found == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// What a calendar program reads.
#[derive(Clone, Debug)]
pub struct Feed {
    /// Whose calendar it is.
    pub person: Id<Person>,
    /// Whether they belong to a family themselves.
    pub is_parent: bool,
    /// The language they read.
    pub language: Language,
    /// How much is told.
    pub detail: Detail,
    /// The meetings, the latest first.
    pub meetings: Vec<Meeting>,
}

/// What is read at an address: a parent's meetings, or those that name whoever walks beside the families. Of times alone
/// nothing is written down, they are the reader's own; who reads more is in the log of looks once a day.
///
/// # Errors
/// [`Error::NotFound`] when there is no such address, it was ended, or whoever it was made for has left.
pub async fn calendar(db: &Db, token: &Token, now: Moment) -> Result<Feed, Error> {
    const WHOSE: &str = "SELECT a.detail, p.id, p.language, p.family IS NOT NULL
        FROM calendar_address a JOIN person p ON p.id = a.person
        WHERE a.token_hash = $1 AND a.revoked_at IS NULL AND p.left_at IS NULL";
    let (detail, person, language, is_parent): (Detail, Id<Person>, Language, bool) =
        read!(db, on => sqlx::query_as(WHOSE).bind(token.hash()).fetch_one(on).await?);
    let mut meetings = Vec::new();
    for access in Access::of_calendar(db, person, detail, now).await? {
        meetings.extend(of_calendar(db, &access, now.plus_days(-DAYS_AFTER), MOST).await?);
    }
    Ok(Feed { person, is_parent, language, detail, meetings })
}

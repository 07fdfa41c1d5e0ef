//! What is done about staff and settings: one thing at a time in a municipality, each an entry of a log that only grows.

use sqlx::FromRow;

use super::{Administration, Db, Error, Tx, read, within};
use crate::domain::{
    administration::{Deed, Done},
    family::Municipality,
    id::Id,
    moment::Moment,
    person::Person,
    words::PersonName,
};

/// Begins a transaction in which nobody else changes staff or settings of the municipality, and in which the viewer still
/// is what gave the right to it.
pub(super) async fn begin(db: &Db, administration: &Administration) -> Result<Tx, Error> {
    const STILL: &str = "SELECT id FROM person WHERE id = $1 AND municipality = $2 AND role = $3 AND left_at IS NULL";
    let mut tx = db.begin().await?;
    take_turn(&mut tx, administration.municipality).await?;
    let _: Id<Person> = within!(&mut tx, on => {
        sqlx::query_scalar(STILL)
            .bind(administration.viewer)
            .bind(administration.municipality)
            .bind(administration.role)
            .fetch_one(on)
            .await?
    });
    Ok(tx)
}

/// Whoever changes staff or settings of a municipality waits for their turn.
pub(super) async fn take_turn(tx: &mut Tx, municipality: Id<Municipality>) -> Result<(), Error> {
    const TURN: &str = "UPDATE municipality SET zone = zone WHERE id = $1";
    within!(tx, on => {
        sqlx::query(TURN).bind(municipality).execute(on).await?;
    });
    Ok(())
}

/// What is to stand in the log.
pub(super) struct NewEntry<'a> {
    pub(super) deed: Deed,
    pub(super) about: Option<&'a str>,
    pub(super) before: Option<&'a str>,
    pub(super) after: Option<&'a str>,
}

/// Writes what was done to the log, in the transaction that does it, whose turn it is; without an author where the server's
/// own machine did.
pub(super) async fn write_down(
    tx: &mut Tx,
    municipality: Id<Municipality>,
    author: Option<Id<Person>>,
    entry: &NewEntry<'_>,
    now: Moment,
) -> Result<(), Error> {
    write_down_as(tx, Id::fresh(now), municipality, author, entry, now).await
}

/// As [`write_down`], under an id that is drawn elsewhere.
pub(super) async fn write_down_as(
    tx: &mut Tx,
    id: Id<Done>,
    municipality: Id<Municipality>,
    author: Option<Id<Person>>,
    entry: &NewEntry<'_>,
    now: Moment,
) -> Result<(), Error> {
    const WRITE: &str = "INSERT INTO administration_change
            (id, municipality, number, author, deed, about, said_before, said_after, made_at)
        SELECT $1, m.id, COALESCE((SELECT MAX(c.number) FROM administration_change c WHERE c.municipality = m.id), 0) + 1,
            $3, $4, $5, $6, $7, $8
        FROM municipality m WHERE m.id = $2";
    within!(tx, on => {
        sqlx::query(WRITE)
            .bind(id)
            .bind(municipality)
            .bind(author)
            .bind(entry.deed)
            .bind(entry.about)
            .bind(entry.before)
            .bind(entry.after)
            .bind(now)
            .execute(on)
            .await?;
    });
    Ok(())
}

#[derive(FromRow)]
struct DoneRow {
    deed: Deed,
    author: Option<PersonName>,
    about: Option<String>,
    said_before: Option<String>,
    said_after: Option<String>,
    made_at: Moment,
}

/// What was done about staff and settings, the latest first; at most so much.
///
/// # Errors
/// When the database fails.
pub async fn administration_log(db: &Db, administration: &Administration, most: i64) -> Result<Vec<Done>, Error> {
    const LOG: &str = "SELECT c.deed, a.name AS author, c.about, c.said_before, c.said_after, c.made_at
        FROM administration_change c LEFT JOIN person a ON a.id = c.author
        WHERE c.municipality = $1 ORDER BY c.number DESC LIMIT $2";
    let rows: Vec<DoneRow> = read!(db, on => {
        sqlx::query_as(LOG).bind(administration.municipality).bind(most).fetch_all(on).await?
    });
    let done = |row: DoneRow| Done {
        deed: row.deed,
        author: row.author,
        about: row.about,
        before: row.said_before,
        after: row.said_after,
        at: row.made_at,
    };
    Ok(rows.into_iter().map(done).collect())
}

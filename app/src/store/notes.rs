//! A parent's own notes: nobody else reads them, and deleting one deletes it.

use super::{Access, Db, Error, read, write_one};
use crate::domain::{access::Subject, id::Id, moment::Moment, note::OwnNote, words::Note};

/// The viewer's own notes, the newest first.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family.
pub async fn notes(db: &Db, access: &Access) -> Result<Vec<OwnNote>, Error> {
    access.require(Subject::OwnNotes)?;
    const MINE: &str = "SELECT id, words, written_at FROM note WHERE person = $1 AND family = $2
        ORDER BY written_at DESC, id DESC";
    let rows: Vec<(Id<OwnNote>, Note, Moment)> =
        read!(db, on => sqlx::query_as(MINE).bind(access.viewer).bind(access.family).fetch_all(on).await?);
    Ok(rows.into_iter().map(|(id, words, written_at)| OwnNote { id, words, written_at }).collect())
}

/// Keeps a note under an id that came with the page, so that sending twice makes one. What was changed before it was
/// sent again is a note of its own.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family, or the id is somebody else's.
pub async fn write_note(db: &Db, access: &Access, id: Id<OwnNote>, words: &Note, now: Moment) -> Result<(), Error> {
    access.require(Subject::OwnNotes)?;
    const WRITE: &str = "INSERT INTO note (id, municipality, family, person, words, written_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING";
    const WRITTEN: &str = "SELECT words FROM note WHERE id = $1 AND person = $2";
    let mut id = id;
    loop {
        let new = write_one!(db, on => {
            sqlx::query(WRITE)
                .bind(id)
                .bind(access.municipality)
                .bind(access.family)
                .bind(access.viewer)
                .bind(words)
                .bind(now)
                .execute(on)
                .await?
                .rows_affected()
        });
        if new == 1 {
            return Ok(());
        }
        let written: Note =
            read!(db, on => sqlx::query_scalar(WRITTEN).bind(id).bind(access.viewer).fetch_one(on).await?);
        if written == *words {
            return Ok(());
        }
        id = id.next();
    }
}

/// Deletes a note. It is gone from the database.
///
/// # Errors
/// [`Error::NotFound`] when it is not the viewer's own.
pub async fn delete_note(db: &Db, access: &Access, id: Id<OwnNote>) -> Result<(), Error> {
    access.require(Subject::OwnNotes)?;
    const DELETE: &str = "DELETE FROM note WHERE id = $1 AND person = $2";
    let deleted =
        write_one!(db, on => sqlx::query(DELETE).bind(id).bind(access.viewer).execute(on).await?.rows_affected());
    if deleted == 1 { Ok(()) } else { Err(Error::NotFound) }
}

//! Faces of those who walk beside families.

use super::{Db, Error, read, write_one};
use crate::domain::{
    id::Id,
    moment::Moment,
    person::{Person, Viewer},
    photo::Photo,
};

/// The face of somebody who walks beside a family of the viewer's, or beside which the viewer walks too; or the viewer's
/// own.
///
/// # Errors
/// [`Error::NotFound`] for anybody else's, and where there is none.
pub async fn photo(db: &Db, viewer: &Viewer, person: Id<Person>) -> Result<Photo, Error> {
    const PHOTO: &str = "SELECT jpeg FROM photo f WHERE f.person = $1 AND f.municipality = $3 AND ($1 = $2 OR EXISTS (
            SELECT 1 FROM beside b JOIN person v ON v.family = b.family
            WHERE b.person = $1 AND v.id = $2 AND v.role = 'parent' AND v.left_at IS NULL
        ) OR EXISTS (
            SELECT 1 FROM beside b JOIN beside o ON o.family = b.family WHERE b.person = $1 AND o.person = $2
        ))";
    let jpeg: Vec<u8> = read!(db, on => {
        sqlx::query_scalar(PHOTO)
            .bind(person)
            .bind(viewer.person)
            .bind(viewer.municipality)
            .fetch_one(on)
            .await?
    });
    Ok(Photo::stored(jpeg))
}

/// Whether the viewer has a face here.
///
/// # Errors
/// When the database fails.
pub async fn has_photo(db: &Db, viewer: &Viewer) -> Result<bool, Error> {
    const HAS: &str = "SELECT EXISTS (SELECT 1 FROM photo WHERE person = $1)";
    Ok(read!(db, on => sqlx::query_scalar(HAS).bind(viewer.person).fetch_one(on).await?))
}

/// Keeps the face of the viewer, in place of an older one.
///
/// # Errors
/// [`Error::NotFound`] for anybody who walks beside no families by their role.
pub async fn set_photo(db: &Db, viewer: &Viewer, photo: &Photo, now: Moment) -> Result<(), Error> {
    const SET: &str = "INSERT INTO photo (person, municipality, jpeg, taken_at)
        SELECT id, municipality, $2, $3 FROM person
        WHERE id = $1 AND left_at IS NULL AND role IN ('adviser', 'coordinator', 'contact_person')
        ON CONFLICT (person) DO UPDATE SET jpeg = excluded.jpeg, taken_at = excluded.taken_at";
    let set = write_one!(db, on => {
        sqlx::query(SET).bind(viewer.person).bind(photo.jpeg()).bind(now).execute(on).await?.rows_affected()
    });
    if set == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Removes the face of the viewer. It is gone from the database.
///
/// # Errors
/// When the database fails.
pub async fn remove_photo(db: &Db, viewer: &Viewer) -> Result<(), Error> {
    const REMOVE: &str = "DELETE FROM photo WHERE person = $1";
    write_one!(db, on => {
        sqlx::query(REMOVE).bind(viewer.person).execute(on).await?;
    });
    Ok(())
}

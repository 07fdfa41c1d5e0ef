//! Who looked at a family's data.

use super::{Access, Db, Error, read};
use crate::domain::{
    access::{Purpose, Relation, Subject},
    look::Look,
    moment::Moment,
    words::PersonName,
};

/// The looks of others than the family's parents, the newest first, at most `limit`. Whoever has left since is named
/// all the same.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family.
pub async fn looks(db: &Db, access: &Access, limit: i64) -> Result<Vec<Look>, Error> {
    access.require(Subject::Looks)?;
    const LOOKS: &str = "SELECT at, name, relation, purpose FROM (
            SELECT l.at, p.name, l.relation, l.purpose, l.id FROM access_log l JOIN person p ON p.id = l.person
            WHERE l.family = $1 AND l.relation <> 'parent'
            UNION ALL SELECT at, NULL AS name, 'console' AS relation, purpose, id FROM console_log WHERE family = $1
        ) AS look ORDER BY at DESC, id DESC LIMIT $2";
    type Row = (Moment, Option<PersonName>, Relation, Purpose);
    let rows: Vec<Row> = read!(db, on => sqlx::query_as(LOOKS).bind(access.family).bind(limit).fetch_all(on).await?);
    Ok(rows.into_iter().map(|(at, name, relation, purpose)| Look { at, name, relation, purpose }).collect())
}

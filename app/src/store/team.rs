//! A family's team.

use chrono::NaiveDate;

use super::{Access, Db, Error, columns::DayColumn, read};
use crate::domain::{
    access::Subject,
    id::Id,
    inbox::Absence,
    person::{Person, Role},
    team::{Part, TeamMember},
    words::{PersonName, Phone},
};

/// Everybody in the family's team, those to call first coming first.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see it.
pub async fn team(db: &Db, access: &Access) -> Result<Vec<TeamMember>, Error> {
    access.require(Subject::Team)?;
    const TEAM: &str = "SELECT p.id, p.name, p.role, b.part, p.phone,
            EXISTS (SELECT 1 FROM photo f WHERE f.person = p.id)
        FROM beside b JOIN person p ON p.id = b.person WHERE b.family = $1";
    type Row = (Id<Person>, PersonName, Role, Part, Option<Phone>, bool);
    let rows: Vec<Row> = read!(db, on => sqlx::query_as(TEAM).bind(access.family).fetch_all(on).await?);
    let mut team: Vec<TeamMember> = rows
        .into_iter()
        .map(|(person, name, role, part, phone, photo)| TeamMember { person, name, role, part, phone, photo })
        .collect();
    team.sort_by_key(|member| member.part);
    Ok(team)
}

/// When those of the team are away, as far as that is not over by the day `today`.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see the team.
pub async fn away(db: &Db, access: &Access, today: NaiveDate) -> Result<Vec<(Id<Person>, Absence)>, Error> {
    access.require(Subject::Team)?;
    const AWAY: &str = "SELECT a.person, a.from_day, a.until_day FROM absence a
        WHERE a.removed_at IS NULL AND $2 <= a.until_day AND EXISTS (
            SELECT 1 FROM beside b WHERE b.family = $1 AND b.person = a.person
        )
        ORDER BY a.person, a.until_day DESC";
    let rows: Vec<(Id<Person>, DayColumn, DayColumn)> = read!(db, on => {
        sqlx::query_as(AWAY).bind(access.family).bind(DayColumn(today)).fetch_all(on).await?
    });
    Ok(rows.into_iter().map(|(person, from, until)| (person, (from.0, until.0))).collect())
}

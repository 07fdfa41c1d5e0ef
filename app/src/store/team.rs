//! A family's team.

use super::{Access, Db, Error, read};
use crate::domain::{
    access::Subject,
    id::Id,
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
    const TEAM: &str = "SELECT p.id, p.name, p.role, t.part, p.phone
        FROM team_member t JOIN person p ON p.id = t.person
        WHERE t.family = $1 AND t.until IS NULL AND p.left_at IS NULL";
    type Row = (Id<Person>, PersonName, Role, Part, Option<Phone>);
    let rows: Vec<Row> = read!(db, on => sqlx::query_as(TEAM).bind(access.family).fetch_all(on).await?);
    let mut team: Vec<TeamMember> = rows
        .into_iter()
        .map(|(person, name, role, part, phone)| TeamMember { person, name, role, part, phone })
        .collect();
    team.sort_by_key(|member| member.part);
    Ok(team)
}

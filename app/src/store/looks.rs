//! Who looked at a family's data.

use super::{Access, Db, Error, read};
use crate::domain::{
    access::{Purpose, Relation, Subject},
    look::{Aim, Look, LookFilter, Looker},
    moment::Moment,
    words::{PersonName, Title},
};

/// The looks of others than the family's parents, the newest first, at most `limit`. Whoever has left since is named
/// all the same, where the municipality names its staff.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family.
pub async fn looks(db: &Db, access: &Access, filter: LookFilter, limit: i64) -> Result<Vec<Look>, Error> {
    access.require(Subject::Looks)?;
    const LOOKS: &str = "SELECT at, name, unit, relation, purpose FROM (
            SELECT l.at, CASE WHEN m.staff_names OR p.role = 'contact_person' THEN p.name END AS name,
                CASE WHEN l.relation IN ('primary', 'secondary', 'coordinator', 'back_up') THEN u.name END AS unit,
                l.relation, l.purpose, l.id
            FROM access_log l JOIN person p ON p.id = l.person JOIN municipality m ON m.id = l.municipality
            JOIN family f ON f.id = l.family LEFT JOIN unit u ON u.id = f.unit
            WHERE l.family = $1 AND l.relation <> 'parent'
            UNION ALL
            SELECT at, NULL AS name, NULL AS unit, 'console' AS relation, purpose, id FROM console_log WHERE family = $1
        ) AS look
        WHERE at >= $3 AND ($4 OR relation = 'contact_person') AND ($5 OR relation NOT IN ('contact_person', 'console'))
            AND ($6 OR relation = 'console') AND $7 LIKE '% ' || purpose || ' %'
        ORDER BY at DESC, id DESC LIMIT $2";
    let since = filter.since.unwrap_or(Moment::from_seconds(i64::MIN));
    let not_only = |looker: Looker| filter.by != Some(looker);
    let aims = Aim::ALL.iter().filter(|aim| filter.aim.is_none_or(|chosen| chosen == **aim));
    let purposes: String = aims.flat_map(|aim| aim.purposes()).map(|purpose| format!(" {} ", purpose.key())).collect();
    type Row = (Moment, Option<PersonName>, Option<Title>, Relation, Purpose);
    let rows: Vec<Row> = read!(db, on => {
        sqlx::query_as(LOOKS)
            .bind(access.family)
            .bind(limit)
            .bind(since)
            .bind(not_only(Looker::ContactPerson))
            .bind(not_only(Looker::Staff))
            .bind(not_only(Looker::Console))
            .bind(purposes)
            .fetch_all(on)
            .await?
    });
    let look = |(at, name, unit, relation, purpose)| Look { at, name, unit, relation, aim: Aim::from(purpose) };
    Ok(rows.into_iter().map(look).collect())
}

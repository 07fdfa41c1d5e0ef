//! Counts over a municipality. No row of a family leaves this file.

use std::collections::{HashMap, HashSet};

use super::{Db, Error, Overview, read};
use crate::domain::{checkin::who5::WHO5, family::Family, id::Id, moment::Moment, person::Person};

/// Bare counts; what of them may be shown is [`domain::numbers`](crate::domain::numbers)' decision. What happens is
/// counted in families, so that one family's many answers are still one.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Numbers {
    /// Families.
    pub families: i64,
    /// Parents.
    pub parents: i64,
    /// Parents who have signed in at least once.
    pub parents_signed_in: i64,
    /// Families with at least one live goal.
    pub families_with_goals: i64,
    /// Families who did a step in the time asked for.
    pub families_with_steps: i64,
    /// Families a parent of which told how it is going in that time.
    pub families_told: i64,
    /// Of these, families of which something told was read by a person.
    pub families_read: i64,
    /// Families by each parent's latest WHO-5 of that time, in the declared order of
    /// [`Level`](crate::domain::checkin::Level). A family stands in two when its parents do.
    pub levels: [i64; 3],
}

/// The counts of the municipality, those of things that happen from `since` to just before `until`.
///
/// # Errors
/// When the database fails.
pub async fn numbers(db: &Db, overview: &Overview, since: Moment, until: Moment) -> Result<Numbers, Error> {
    const COUNTS: &str = "SELECT
        (SELECT COUNT(*) FROM family WHERE municipality = $1),
        (SELECT COUNT(*) FROM person WHERE municipality = $1 AND role = 'parent' AND left_at IS NULL),
        (SELECT COUNT(*) FROM person p WHERE p.municipality = $1 AND p.role = 'parent' AND p.left_at IS NULL
            AND EXISTS (SELECT 1 FROM session s WHERE s.person = p.id)),
        (SELECT COUNT(*) FROM family f WHERE f.municipality = $1
            AND EXISTS (SELECT 1 FROM goal g WHERE g.family = f.id AND g.state = 'live')),
        (SELECT COUNT(DISTINCT family) FROM step WHERE municipality = $1 AND done_at >= $2 AND done_at < $3),
        (SELECT COUNT(DISTINCT c.family) FROM check_in c JOIN person p ON p.id = c.person AND p.role = 'parent'
            WHERE c.municipality = $1 AND c.sent_at >= $2 AND c.sent_at < $3),
        (SELECT COUNT(DISTINCT family) FROM check_in
            WHERE municipality = $1 AND sent_at >= $2 AND sent_at < $3 AND reviewed_at IS NOT NULL)";
    const SCORES: &str = "SELECT person, family, score FROM check_in
        WHERE municipality = $1 AND sent_at >= $2 AND sent_at < $3 AND instrument = $4 ORDER BY sent_at, id";
    type Counts = (i64, i64, i64, i64, i64, i64, i64);
    let (families, parents, parents_signed_in, families_with_goals, families_with_steps, families_told, families_read): Counts = read!(db, on => {
        sqlx::query_as(COUNTS).bind(overview.municipality).bind(since).bind(until).fetch_one(on).await?
    });
    let scores: Vec<(Id<Person>, Id<Family>, i64)> = read!(db, on => {
        sqlx::query_as(SCORES)
            .bind(overview.municipality)
            .bind(since)
            .bind(until)
            .bind(WHO5.key)
            .fetch_all(on)
            .await?
    });
    let latest: HashMap<Id<Person>, (Id<Family>, i64)> =
        scores.into_iter().map(|(person, family, score)| (person, (family, score))).collect();
    let mut levels: [HashSet<Id<Family>>; 3] = Default::default();
    for (family, score) in latest.into_values() {
        if let Some(level) = WHO5.level {
            levels[level(score) as usize].insert(family);
        }
    }
    let levels = levels.map(|families| i64::try_from(families.len()).unwrap_or(i64::MAX));
    Ok(Numbers {
        families,
        parents,
        parents_signed_in,
        families_with_goals,
        families_with_steps,
        families_told,
        families_read,
        levels,
    })
}

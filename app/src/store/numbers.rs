//! Counts over a municipality. No row of a family leaves this file.

use super::{Db, Error, Overview, read};
use crate::domain::{checkin::who5::WHO5, moment::Moment};

/// Bare counts; what of them may be shown is [`domain::numbers`](crate::domain::numbers)' decision.
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
    /// Steps done since the moment asked for.
    pub steps_done: i64,
    /// Check-ins sent since the moment asked for.
    pub check_ins: i64,
    /// Of these, read by a person.
    pub read: i64,
    /// Of these with WHO-5, how many in each [`Level`](crate::domain::checkin::Level), in declared order.
    pub levels: [i64; 3],
}

/// The counts of the municipality, those of things that happen since `since`.
///
/// # Errors
/// When the database fails.
pub async fn numbers(db: &Db, overview: &Overview, since: Moment) -> Result<Numbers, Error> {
    const COUNTS: &str = "SELECT
        (SELECT COUNT(*) FROM family WHERE municipality = $1),
        (SELECT COUNT(*) FROM person WHERE municipality = $1 AND role = 'parent' AND left_at IS NULL),
        (SELECT COUNT(*) FROM person p WHERE p.municipality = $1 AND p.role = 'parent' AND p.left_at IS NULL
            AND EXISTS (SELECT 1 FROM session s WHERE s.person = p.id)),
        (SELECT COUNT(*) FROM family f WHERE f.municipality = $1
            AND EXISTS (SELECT 1 FROM goal g WHERE g.family = f.id AND g.state = 'live')),
        (SELECT COUNT(*) FROM step WHERE municipality = $1 AND done_at > $2),
        (SELECT COUNT(*) FROM check_in WHERE municipality = $1 AND sent_at > $2),
        (SELECT COUNT(*) FROM check_in WHERE municipality = $1 AND sent_at > $2 AND reviewed_at IS NOT NULL)";
    const SCORES: &str = "SELECT score, COUNT(*) FROM check_in
        WHERE municipality = $1 AND sent_at > $2 AND instrument = $3 GROUP BY score";
    let (families, parents, parents_signed_in, families_with_goals, steps_done, check_ins, read): (
        i64,
        i64,
        i64,
        i64,
        i64,
        i64,
        i64,
    ) = read!(db, on => sqlx::query_as(COUNTS).bind(overview.municipality).bind(since).fetch_one(on).await?);
    let scores: Vec<(i64, i64)> = read!(db, on => {
        sqlx::query_as(SCORES).bind(overview.municipality).bind(since).bind(WHO5.key).fetch_all(on).await?
    });
    let mut levels = [0; 3];
    for (score, count) in scores {
        levels[(WHO5.level)(score) as usize] += count;
    }
    Ok(Numbers { families, parents, parents_signed_in, families_with_goals, steps_done, check_ins, read, levels })
}

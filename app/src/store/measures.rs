//! Help a family asks for, and what somebody with authority decided.

use super::{Access, Db, Error, read, write_one};
use crate::domain::{
    access::{Relation, Subject},
    id::Id,
    measure::{Decision, Measure, Outcome},
    moment::Moment,
    words::{Note, PersonName, Title},
};

/// What the family asked for, the newest first, with the decisions.
///
/// # Errors
/// [`Error::NotFound`] when the viewer neither belongs to the family nor advises it.
pub async fn measures(db: &Db, access: &Access) -> Result<Vec<Measure>, Error> {
    access.require(Subject::PlanChanges)?;
    const MEASURES: &str = "SELECT m.id, m.title, a.name, m.asked_at, d.outcome, d.reason, b.name, d.decided_at
        FROM measure m JOIN person a ON a.id = m.asked_by
        LEFT JOIN decision d ON d.measure = m.id LEFT JOIN person b ON b.id = d.decided_by
        WHERE m.family = $1 ORDER BY m.asked_at DESC, m.id DESC, d.number";
    type Row =
        (Id<Measure>, Title, PersonName, Moment, Option<Outcome>, Option<Note>, Option<PersonName>, Option<Moment>);
    let rows: Vec<Row> = read!(db, on => sqlx::query_as(MEASURES).bind(access.family).fetch_all(on).await?);
    let mut measures: Vec<Measure> = Vec::new();
    for (id, title, asked_by, asked_at, outcome, reason, by, at) in rows {
        let decision = match (outcome, reason, by, at) {
            (Some(outcome), Some(reason), Some(by), Some(at)) => Some(Decision { outcome, reason, by, at }),
            _ => None,
        };
        match measures.last_mut() {
            Some(measure) if measure.id == id => measure.decisions.extend(decision),
            _ => measures.push(Measure { id, title, asked_by, asked_at, decisions: decision.into_iter().collect() }),
        }
    }
    Ok(measures)
}

/// A parent asks for help, under an id that came with the page, so that sending twice asks once.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family.
pub async fn ask_for(db: &Db, access: &Access, id: Id<Measure>, title: &Title, now: Moment) -> Result<(), Error> {
    access.require(Subject::PlanChanges)?;
    if access.relation() != Relation::Parent {
        return Err(Error::NotFound);
    }
    const ASK: &str = "INSERT INTO measure (id, municipality, family, title, asked_by, asked_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING";
    write_one!(db, on => {
        sqlx::query(ASK)
            .bind(id)
            .bind(access.municipality)
            .bind(access.family)
            .bind(title)
            .bind(access.viewer)
            .bind(now)
            .execute(on)
            .await?;
    });
    Ok(())
}

/// An adviser decides, after having seen so many decisions about it. Earlier ones stay to be read.
///
/// # Errors
/// [`Error::NotFound`] when it is none of the family's or the viewer has no authority to decide; [`Error::Taken`] when
/// somebody decided meanwhile.
pub async fn decide(
    db: &Db,
    access: &Access,
    measure: Id<Measure>,
    seen: i64,
    outcome: Outcome,
    reason: &Note,
    now: Moment,
) -> Result<(), Error> {
    access.require(Subject::PlanChanges)?;
    if !access.relation().decides() {
        return Err(Error::NotFound);
    }
    const DECIDE: &str =
        "INSERT INTO decision (id, municipality, family, measure, number, outcome, reason, decided_by, decided_at)
        SELECT $1, m.municipality, m.family, m.id, $4, $5, $6, $7, $8 FROM measure m
        WHERE m.id = $2 AND m.family = $3 AND (SELECT COUNT(*) FROM decision d WHERE d.measure = m.id) >= $4";
    let decided = write_one!(db, on => {
        sqlx::query(DECIDE)
            .bind(Id::<Decision>::fresh(now))
            .bind(measure)
            .bind(access.family)
            .bind(seen)
            .bind(outcome)
            .bind(reason)
            .bind(access.viewer)
            .bind(now)
            .execute(on)
            .await?
            .rows_affected()
    });
    if decided == 1 { Ok(()) } else { Err(Error::NotFound) }
}

//! Check-ins: sent by a parent, read by a person, answered.

use std::collections::HashMap;

use sqlx::FromRow;

use super::{Access, Caseload, Db, Error, Tx, read, within};
use crate::domain::{
    access::Subject,
    checkin::{Answers, CheckIn, Instrument, Telling, instrument, most_in_need_first},
    family::Family,
    id::Id,
    moment::Moment,
    review::{NextStep, Review},
    words::{Note, PersonName, Title},
};

#[derive(FromRow)]
struct CheckInRow {
    id: Id<CheckIn>,
    person: PersonName,
    instrument: String,
    score: i64,
    score_before: Option<i64>,
    call_me: bool,
    words: Option<Note>,
    sent_at: Moment,
    review: Option<Id<Review>>,
    reviewer: Option<PersonName>,
    reviewed_at: Option<Moment>,
    next_step: Option<NextStep>,
    review_words: Option<Note>,
}

impl CheckInRow {
    /// `None` when the instrument is no longer part of the product.
    fn check_in(self) -> Option<CheckIn> {
        let review = match (self.review, self.reviewer, self.reviewed_at, self.next_step) {
            (Some(id), Some(reviewer), Some(at), Some(next_step)) => {
                Some(Review { id, reviewer, at, next_step, words: self.review_words })
            }
            _ => None,
        };
        Some(CheckIn {
            id: self.id,
            person: self.person,
            instrument: instrument(&self.instrument)?,
            score: self.score,
            score_before: self.score_before,
            call_me: self.call_me,
            words: self.words,
            sent_at: self.sent_at,
            review,
        })
    }
}

macro_rules! check_ins_where {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, p.name AS person, c.instrument, c.score, c.score_before, c.call_me, c.words, c.sent_at,
                r.id AS review, q.name AS reviewer, r.at AS reviewed_at, r.next_step, r.words AS review_words
            FROM check_in c JOIN person p ON p.id = c.person
            LEFT JOIN review r ON r.check_in = c.id LEFT JOIN person q ON q.id = r.reviewer
            WHERE ",
            $rest
        )
    };
}

/// Saves what a parent tells, under an id that came with the page, and gives the id it has: sending the same page
/// twice makes one check-in. What was changed before it was sent again is told anew, under an id of its own.
///
/// When this returns, it is on disk.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family, or the id is somebody else's.
pub async fn send(
    db: &Db,
    access: &Access,
    id: Id<CheckIn>,
    telling: &Telling,
    now: Moment,
) -> Result<Id<CheckIn>, Error> {
    access.require(Subject::OwnCheckIns)?;
    let mut tx = db.begin().await?;
    let id = match insert(&mut tx, access, id, telling, now).await? {
        true => id,
        false if is_the_same(&mut tx, access, id, telling).await? => return Ok(id),
        false => {
            let anew = Id::fresh(now);
            insert(&mut tx, access, anew, telling, now).await?;
            anew
        }
    };
    tx.commit().await?;
    Ok(id)
}

/// Inserts a check-in with its answers; false when the id is taken.
async fn insert(tx: &mut Tx, access: &Access, id: Id<CheckIn>, telling: &Telling, now: Moment) -> Result<bool, Error> {
    const SEND: &str = "INSERT INTO check_in
            (id, municipality, family, person, instrument, version, score, score_before, call_me, words, sent_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, (
            SELECT score FROM check_in WHERE person = $4 AND instrument = $5 ORDER BY sent_at DESC, id DESC LIMIT 1
        ), $8, $9, $10)
        ON CONFLICT (id) DO NOTHING";
    let new = within!(&mut *tx, on => {
        sqlx::query(SEND)
            .bind(id)
            .bind(access.municipality)
            .bind(access.family)
            .bind(access.viewer)
            .bind(telling.instrument.key)
            .bind(telling.instrument.version)
            .bind(telling.score())
            .bind(telling.call_me)
            .bind(telling.words.as_ref())
            .bind(now)
            .execute(on)
            .await?
            .rows_affected()
            == 1
    });
    if new {
        save_answers(tx, access, id, telling.instrument, &telling.answers).await?;
    }
    Ok(new)
}

/// Whether the viewer's check-in with that id tells the same.
async fn is_the_same(tx: &mut Tx, access: &Access, id: Id<CheckIn>, telling: &Telling) -> Result<bool, Error> {
    const TOLD: &str = "SELECT instrument, call_me, words FROM check_in WHERE id = $1 AND person = $2";
    const ANSWERS: &str = "SELECT item, value FROM answer WHERE check_in = $1";
    let (instrument, call_me, words): (String, bool, Option<Note>) = within!(&mut *tx, on => {
        sqlx::query_as(TOLD).bind(id).bind(access.viewer).fetch_one(on).await?
    });
    let answers: HashMap<String, i64> =
        within!(tx, on => sqlx::query_as(ANSWERS).bind(id).fetch_all(on).await?).into_iter().collect();
    let asked = telling.instrument;
    let same_answers =
        asked.items.iter().zip(telling.answers.values()).all(|(item, value)| answers.get(*item) == Some(value));
    Ok(instrument == asked.key && call_me == telling.call_me && words == telling.words && same_answers)
}

async fn save_answers(
    tx: &mut Tx,
    access: &Access,
    id: Id<CheckIn>,
    instrument: &Instrument,
    answers: &Answers,
) -> Result<(), Error> {
    const ANSWER: &str = "INSERT INTO answer (municipality, family, check_in, item, value) VALUES ($1, $2, $3, $4, $5)";
    for (item, value) in instrument.items.iter().zip(answers.values()) {
        within!(&mut *tx, on => {
            sqlx::query(ANSWER)
                .bind(access.municipality)
                .bind(access.family)
                .bind(id)
                .bind(*item)
                .bind(*value)
                .execute(on)
                .await?;
        });
    }
    Ok(())
}

/// The viewer's own latest check-in with an instrument, and the latest that somebody read: often the same one.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family.
pub async fn latest_own(
    db: &Db,
    access: &Access,
    instrument: &Instrument,
) -> Result<(Option<CheckIn>, Option<CheckIn>), Error> {
    access.require(Subject::OwnCheckIns)?;
    const LATEST: &str = check_ins_where!(
        "c.id IN (
            (SELECT id FROM check_in WHERE person = $1 AND family = $2 AND instrument = $3
                ORDER BY sent_at DESC, id DESC LIMIT 1),
            (SELECT id FROM check_in WHERE person = $1 AND family = $2 AND instrument = $3
                AND reviewed_at IS NOT NULL ORDER BY reviewed_at DESC, id DESC LIMIT 1)
        ) ORDER BY c.sent_at DESC, c.id DESC"
    );
    let rows: Vec<CheckInRow> = read!(db, on => {
        sqlx::query_as(LATEST).bind(access.viewer).bind(access.family).bind(instrument.key).fetch_all(on).await?
    });
    let check_ins: Vec<CheckIn> = rows.into_iter().filter_map(CheckInRow::check_in).collect();
    let read = check_ins.iter().find(|check_in| check_in.review.is_some()).cloned();
    Ok((check_ins.into_iter().next(), read))
}

/// One of the viewer's own check-ins.
///
/// # Errors
/// [`Error::NotFound`] when it is not the viewer's own.
pub async fn own(db: &Db, access: &Access, id: Id<CheckIn>) -> Result<CheckIn, Error> {
    access.require(Subject::OwnCheckIns)?;
    const OWN: &str = check_ins_where!("c.id = $1 AND c.person = $2 AND c.family = $3");
    let row: CheckInRow = read!(db, on => {
        sqlx::query_as(OWN).bind(id).bind(access.viewer).bind(access.family).fetch_one(on).await?
    });
    row.check_in().ok_or(Error::NotFound)
}

/// A check-in nobody has read yet, with the family it comes from.
#[derive(Clone, Debug)]
pub struct Unread {
    /// The family.
    pub family: Id<Family>,
    /// What the team calls it.
    pub family_name: Title,
    /// The check-in.
    pub check_in: CheckIn,
}

#[derive(FromRow)]
struct UnreadRow {
    family: Id<Family>,
    family_name: Title,
    #[sqlx(flatten)]
    check_in: CheckInRow,
}

/// The check-ins of the viewer's families that nobody has read, those most in need first.
///
/// # Errors
/// When the database fails.
pub async fn unread(db: &Db, caseload: &Caseload) -> Result<Vec<Unread>, Error> {
    const UNREAD: &str = "SELECT f.id AS family, f.name AS family_name,
            c.id, p.name AS person, c.instrument, c.score, c.score_before, c.call_me, c.words, c.sent_at,
            NULL AS review, NULL AS reviewer, NULL AS reviewed_at, NULL AS next_step, NULL AS review_words
        FROM check_in c JOIN family f ON f.id = c.family JOIN person p ON p.id = c.person
        WHERE c.reviewed_at IS NULL AND c.family IN (
            SELECT b.family FROM beside b
            WHERE b.person = $1 AND b.municipality = $2 AND b.part IN ('primary', 'secondary', 'coordinator')
        )";
    let rows: Vec<UnreadRow> = read!(db, on => {
        sqlx::query_as(UNREAD).bind(caseload.viewer).bind(caseload.municipality).fetch_all(on).await?
    });
    let mut unread: Vec<Unread> = rows
        .into_iter()
        .filter_map(|row| {
            Some(Unread { family: row.family, family_name: row.family_name, check_in: row.check_in.check_in()? })
        })
        .collect();
    most_in_need_first(&mut unread, |unread| &unread.check_in);
    Ok(unread)
}

/// One check-in with its answers, in the order of the questions, for the one who reads it.
///
/// # Errors
/// [`Error::NotFound`] when the viewer does not read this family's check-ins.
pub async fn check_in(db: &Db, access: &Access, id: Id<CheckIn>) -> Result<(CheckIn, Vec<(String, i64)>), Error> {
    access.require(Subject::CheckIns)?;
    const READ: &str = check_ins_where!("c.id = $1 AND c.family = $2");
    const ANSWERS: &str = "SELECT item, value FROM answer WHERE check_in = $1 AND family = $2";
    let row: CheckInRow = read!(db, on => sqlx::query_as(READ).bind(id).bind(access.family).fetch_one(on).await?);
    let mut answers: Vec<(String, i64)> =
        read!(db, on => sqlx::query_as(ANSWERS).bind(id).bind(access.family).fetch_all(on).await?);
    let check_in = row.check_in().ok_or(Error::NotFound)?;
    answers.sort_by_key(|(key, _)| check_in.instrument.items.iter().position(|item| item == key));
    Ok((check_in, answers))
}

/// Closes a check-in: a person read it, and this happens next.
///
/// # Errors
/// [`Error::NotFound`] when the viewer does not read this family's check-ins, [`Error::Taken`] when somebody has
/// closed it already.
pub async fn review(
    db: &Db,
    access: &Access,
    id: Id<CheckIn>,
    next_step: NextStep,
    words: Option<&Note>,
    now: Moment,
) -> Result<(), Error> {
    access.require(Subject::CheckIns)?;
    const CLOSE: &str = "UPDATE check_in SET reviewed_at = $3 WHERE id = $1 AND family = $2";
    const REVIEW: &str = "INSERT INTO review (id, municipality, family, check_in, reviewer, next_step, words, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let mut tx = db.begin().await?;
    let found = within!(&mut tx, on => {
        sqlx::query(CLOSE).bind(id).bind(access.family).bind(now).execute(on).await?.rows_affected()
    });
    if found != 1 {
        return Err(Error::NotFound);
    }
    within!(&mut tx, on => {
        sqlx::query(REVIEW)
            .bind(Id::<Review>::fresh(now))
            .bind(access.municipality)
            .bind(access.family)
            .bind(id)
            .bind(access.viewer)
            .bind(next_step)
            .bind(words)
            .bind(now)
            .execute(on)
            .await?;
    });
    tx.commit().await
}

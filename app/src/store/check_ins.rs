//! Check-ins: told by a parent or noted by staff, and looked back on.

use std::collections::HashMap;

use chrono::NaiveDate;
use sqlx::FromRow;

use super::{
    Access, Db, Error, Tx,
    asks::{answered, next_ask},
    columns::DayColumn,
    consents::has_ended,
    inbox::{NewItem, put},
    read,
    settings::office_of,
    within,
};
use crate::domain::{
    access::{Relation, Subject},
    checkin::{About, Answers, CheckIn, Instrument, Target, Teller, Telling, instrument},
    id::Id,
    inbox::{Matter, Waiting},
    moment::Moment,
    person::Person,
    plan::Goal,
    review::{NextStep, Reply, Review},
    rhythm::Ask,
    words::{Note, PersonName, Title},
};

/// So many check-ins are looked back on at most.
const LOOK_BACK: i64 = 1000;

#[derive(FromRow)]
pub(super) struct CheckInRow {
    id: Id<CheckIn>,
    teller: Id<Person>,
    person: PersonName,
    instrument: String,
    about: Option<Id<Person>>,
    about_name: Option<PersonName>,
    goal: Option<Id<Goal>>,
    goal_title: Option<Title>,
    score: i64,
    score_before: Option<i64>,
    call_me: bool,
    words: Option<Note>,
    answered_at: Option<Moment>,
    sent_at: Moment,
    review: Option<Id<Review>>,
    reviewer: Option<PersonName>,
    reviewed_at: Option<Moment>,
    next_step: Option<NextStep>,
    review_words: Option<Note>,
    by_day: Option<DayColumn>,
    kept_at: Option<Moment>,
}

impl CheckInRow {
    /// `None` when the instrument is no longer part of the product.
    pub(super) fn check_in(self) -> Option<CheckIn> {
        let review = match (self.review, self.reviewer, self.reviewed_at, self.next_step) {
            (Some(id), Some(reviewer), Some(at), Some(next_step)) => {
                let reply = Reply { next_step, by: self.by_day.map(|day| day.0), words: self.review_words };
                Some(Review { id, reviewer, at, reply, kept_at: self.kept_at })
            }
            _ => None,
        };
        let target = match (self.about, self.goal) {
            (Some(person), _) => Target::Person(person),
            (None, Some(goal)) => Target::Goal(goal),
            (None, None) => Target::Teller,
        };
        Some(CheckIn {
            id: self.id,
            teller: self.teller,
            person: self.person,
            instrument: instrument(&self.instrument)?,
            target,
            about: self.about_name,
            goal: self.goal_title,
            score: self.score,
            score_before: self.score_before,
            call_me: self.call_me,
            words: self.words,
            answered_at: self.answered_at.unwrap_or(self.sent_at),
            sent_at: self.sent_at,
            review,
        })
    }
}

/// Check-ins with the latest answer to each, chosen from `check_in c`.
macro_rules! check_ins_where {
    ($($rest:expr),+ $(,)?) => {
        concat!(
            "SELECT c.id, c.person AS teller, p.name AS person, c.instrument, c.about, a.name AS about_name,
                c.goal, g.title AS goal_title, c.score, c.score_before, c.call_me, c.words, c.answered_at, c.sent_at,
                r.id AS review, q.name AS reviewer, r.at AS reviewed_at, r.next_step, r.words AS review_words,
                r.by_day, r.kept_at
            FROM check_in c JOIN person p ON p.id = c.person
            LEFT JOIN person a ON a.id = c.about LEFT JOIN goal g ON g.id = c.goal
            LEFT JOIN review r ON r.id = (
                SELECT id FROM review WHERE check_in = c.id ORDER BY at DESC, id DESC LIMIT 1
            )
            LEFT JOIN person q ON q.id = r.reviewer
            WHERE ",
            $($rest),+
        )
    };
}
pub(super) use check_ins_where;

/// Whether a check-in (`c`) is about no child, or about one its teller has rights for. What somebody told of a child is
/// theirs to read for as long as they have rights for that child; the team goes on reading it.
macro_rules! of_own_children {
    () => {
        "(c.about IS NULL OR EXISTS (
            SELECT 1 FROM guardianship x WHERE x.child = c.about AND x.adult = c.person AND x.may_see
        ))"
    };
}

/// What the viewer may tell about with an instrument: themselves, the children they have rights for, the live goals; as
/// staff the family's children or parents. An instrument for others gives nothing.
///
/// # Errors
/// [`Error::NotFound`] when the viewer tells nothing for this family.
pub async fn targets(db: &Db, access: &Access, instrument: &Instrument) -> Result<Vec<(Target, String)>, Error> {
    access.require(match instrument.teller {
        Teller::Parent => Subject::OwnCheckIns,
        Teller::Staff => Subject::CheckIns,
    })?;
    const MINE: &str = "SELECT p.id, p.name FROM person p JOIN guardianship g ON g.child = p.id
        WHERE p.family = $1 AND p.role = 'child' AND p.left_at IS NULL AND g.adult = $2 AND g.may_see
        ORDER BY p.born NULLS LAST, p.id";
    const CHILDREN: &str = "SELECT id, name FROM person
        WHERE family = $1 AND role = 'child' AND left_at IS NULL AND $2 = $2 ORDER BY born NULLS LAST, id";
    const PARENTS: &str = "SELECT id, name FROM person
        WHERE family = $1 AND role = 'parent' AND left_at IS NULL AND $2 = $2 ORDER BY born NULLS LAST, id";
    const GOALS: &str = "SELECT id, title FROM goal WHERE family = $1 AND state = 'live' AND $2 = $2
        ORDER BY position, id";
    let sql = match (instrument.teller, instrument.about) {
        (Teller::Parent, About::Teller) => return Ok(vec![(Target::Teller, String::new())]),
        (Teller::Parent, About::Child) => MINE,
        (Teller::Parent, About::Goal) => GOALS,
        (Teller::Staff, _) if !access.is_staff() => return Err(Error::NotFound),
        (Teller::Staff, About::Child) => CHILDREN,
        (Teller::Staff, About::Parent) => PARENTS,
        _ => return Ok(Vec::new()),
    };
    let rows: Vec<(uuid::Uuid, String)> =
        read!(db, on => sqlx::query_as(sql).bind(access.family).bind(access.viewer).fetch_all(on).await?);
    Ok(rows.into_iter().filter_map(|(id, name)| Some((Target::of(instrument, Some(id))?, name))).collect())
}

/// Saves what a parent tells or staff note, under an id that came with the page, and gives the id it has: sending the
/// same page twice makes one check-in, and so does sending the same again soon, from a page that a browser filled in
/// when somebody went back. What was changed before it was sent again is told anew, under an id of its own.
///
/// What a parent tells stands in somebody's inbox, and the next asking follows from it, in the same transaction. When
/// this returns, it is on disk.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not tell this with this instrument, or the id is somebody else's.
pub async fn send(
    db: &Db,
    access: &Access,
    id: Id<CheckIn>,
    telling: &Telling,
    now: Moment,
) -> Result<Id<CheckIn>, Error> {
    let targets = targets(db, access, telling.instrument).await?;
    if !targets.iter().any(|(target, _)| *target == telling.target) {
        return Err(Error::NotFound);
    }
    let mut tx = db.begin().await?;
    if let Some(before) = told_lately(&mut tx, access, telling, now).await?
        && is_the_same(&mut tx, access, before, telling).await?
    {
        return Ok(before);
    }
    let mut id = id;
    while !insert(&mut tx, access, id, telling, now).await? {
        if is_the_same(&mut tx, access, id, telling).await? {
            return Ok(id);
        }
        id = id.next();
    }
    tx.commit().await?;
    Ok(id)
}

/// The check-ins the viewer sent at `since` or later.
///
/// # Errors
/// [`Error::NotFound`] for anybody but a parent.
pub async fn sent_since(db: &Db, access: &Access, since: Moment) -> Result<Vec<Id<CheckIn>>, Error> {
    access.require(Subject::OwnCheckIns)?;
    const SENT: &str = "SELECT id FROM check_in WHERE family = $1 AND person = $2 AND sent_at >= $3 ORDER BY id";
    let ids = read!(db, on => {
        sqlx::query_scalar(SENT).bind(access.family).bind(access.viewer).bind(since).fetch_all(on).await?
    });
    Ok(ids)
}

/// Inserts a check-in with all that follows from it; false when the id is taken.
async fn insert(tx: &mut Tx, access: &Access, id: Id<CheckIn>, telling: &Telling, now: Moment) -> Result<bool, Error> {
    const SEND: &str =
        "INSERT INTO check_in (id, municipality, family, person, instrument, version, about, goal, score,
            score_before, call_me, words, sent_at, answered_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, (
            SELECT score FROM check_in WHERE person = $4 AND instrument = $5
                AND about IS NOT DISTINCT FROM $7 AND goal IS NOT DISTINCT FROM $8
            ORDER BY sent_at DESC, id DESC LIMIT 1
        ), $10, $11, $12, $13)
        ON CONFLICT (id) DO NOTHING";
    let new = within!(&mut *tx, on => {
        sqlx::query(SEND)
            .bind(id)
            .bind(access.municipality)
            .bind(access.family)
            .bind(access.viewer)
            .bind(telling.instrument.key)
            .bind(telling.instrument.version)
            .bind(telling.target.person())
            .bind(telling.target.goal())
            .bind(telling.score())
            .bind(telling.call_me)
            .bind(telling.words.as_ref())
            .bind(now)
            .bind(telling.answered_at)
            .execute(on)
            .await?
            .rows_affected()
            == 1
    });
    if new {
        save_answers(tx, access, id, telling.instrument, &telling.answers).await?;
        if telling.instrument.teller == Teller::Parent {
            reach_the_team(tx, access, id, telling, now).await?;
        }
    }
    Ok(new)
}

/// Puts what a parent told into the inbox, ends a silence, and sets the day of the next asking.
async fn reach_the_team(
    tx: &mut Tx,
    access: &Access,
    id: Id<CheckIn>,
    telling: &Telling,
    now: Moment,
) -> Result<(), Error> {
    let office = office_of(tx, access.municipality).await?;
    let pressing = telling.is_pressing();
    let item = NewItem {
        id: Id::from_uuid(id.uuid()),
        municipality: access.municipality,
        family: access.family,
        person: access.viewer,
        matter: Matter::Told,
        check_in: Some(id),
        instrument: Some(telling.instrument),
        meeting: None,
        waiting: Waiting { came_at: now, read_by: office.read_by(now, pressing), pressing },
    };
    put(tx, &item, &office, now).await?;
    answered(tx, access, telling.instrument, telling.target, &office, now).await
}

/// What the viewer told last about the same, if that was just now and nobody has answered it yet.
async fn told_lately(
    tx: &mut Tx,
    access: &Access,
    telling: &Telling,
    now: Moment,
) -> Result<Option<Id<CheckIn>>, Error> {
    const LATELY: i64 = 600;
    const LAST: &str = "SELECT id FROM check_in WHERE person = $1 AND instrument = $2
            AND about IS NOT DISTINCT FROM $3 AND goal IS NOT DISTINCT FROM $4 AND sent_at > $5
            AND reviewed_at IS NULL
        ORDER BY sent_at DESC, id DESC LIMIT 1";
    let last = within!(tx, on => {
        sqlx::query_scalar(LAST)
            .bind(access.viewer)
            .bind(telling.instrument.key)
            .bind(telling.target.person())
            .bind(telling.target.goal())
            .bind(now.plus_seconds(-LATELY))
            .fetch_optional(on)
            .await?
    });
    Ok(last)
}

/// Whether the viewer's check-in with that id tells the same.
async fn is_the_same(tx: &mut Tx, access: &Access, id: Id<CheckIn>, telling: &Telling) -> Result<bool, Error> {
    const TOLD: &str = "SELECT instrument, about, goal, call_me, words FROM check_in WHERE id = $1 AND person = $2";
    const ANSWERS: &str = "SELECT item, value FROM answer WHERE check_in = $1";
    type Told = (String, Option<Id<Person>>, Option<Id<Goal>>, bool, Option<Note>);
    let (instrument, about, goal, call_me, words): Told = within!(&mut *tx, on => {
        sqlx::query_as(TOLD).bind(id).bind(access.viewer).fetch_one(on).await?
    });
    let answers: HashMap<String, i64> =
        within!(tx, on => sqlx::query_as(ANSWERS).bind(id).fetch_all(on).await?).into_iter().collect();
    let asked = telling.instrument;
    let same_answers =
        asked.items.iter().zip(telling.answers.values()).all(|(item, value)| answers.get(item.key) == Some(value));
    let same_target = (about, goal) == (telling.target.person(), telling.target.goal());
    Ok(instrument == asked.key && same_target && call_me == telling.call_me && words == telling.words && same_answers)
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
                .bind(item.key)
                .bind(*value)
                .execute(on)
                .await?;
        });
    }
    Ok(())
}

/// What is new for a parent: what they are asked today, what they told last, and what somebody answered last.
#[derive(Clone, Debug, Default)]
pub struct News {
    /// What they are asked.
    pub ask: Option<Ask>,
    /// Whether there is anything they are, were or will be asked.
    pub asked_before: bool,
    /// What they told last.
    pub last: Option<CheckIn>,
    /// The latest that somebody answered; often the same one.
    pub read: Option<CheckIn>,
    /// Whether something they shared ended by itself and was not asked about.
    pub consent_ended: bool,
}

#[derive(FromRow)]
struct NewsRow {
    asked_before: bool,
    consent_ended: bool,
    ask_instrument: Option<String>,
    ask_about: Option<Id<Person>>,
    ask_about_name: Option<PersonName>,
    ask_goal: Option<Id<Goal>>,
    ask_goal_title: Option<Title>,
    told: Option<Id<CheckIn>>,
    #[sqlx(flatten)]
    check_in: MaybeRow,
}

/// [`CheckInRow`] where there may be none.
#[derive(FromRow)]
struct MaybeRow {
    teller: Option<Id<Person>>,
    person: Option<PersonName>,
    instrument: Option<String>,
    about: Option<Id<Person>>,
    about_name: Option<PersonName>,
    goal: Option<Id<Goal>>,
    goal_title: Option<Title>,
    score: Option<i64>,
    score_before: Option<i64>,
    call_me: Option<bool>,
    words: Option<Note>,
    answered_at: Option<Moment>,
    sent_at: Option<Moment>,
    review: Option<Id<Review>>,
    reviewer: Option<PersonName>,
    reviewed_at: Option<Moment>,
    next_step: Option<NextStep>,
    review_words: Option<Note>,
    by_day: Option<DayColumn>,
    kept_at: Option<Moment>,
}

impl MaybeRow {
    fn check_in(self, id: Id<CheckIn>) -> Option<CheckIn> {
        CheckInRow {
            id,
            teller: self.teller?,
            person: self.person?,
            instrument: self.instrument?,
            about: self.about,
            about_name: self.about_name,
            goal: self.goal,
            goal_title: self.goal_title,
            score: self.score?,
            score_before: self.score_before,
            call_me: self.call_me?,
            words: self.words,
            answered_at: self.answered_at,
            sent_at: self.sent_at?,
            review: self.review,
            reviewer: self.reviewer,
            reviewed_at: self.reviewed_at,
            next_step: self.next_step,
            review_words: self.review_words,
            by_day: self.by_day,
            kept_at: self.kept_at,
        }
        .check_in()
    }
}

/// What is new for the parent who looks on the day `today`, which began at `morning`, in one statement. One thing is
/// asked a day: after an answer or a "not today" nothing else is, and while the family has a pause nothing at all.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family.
pub async fn news(db: &Db, access: &Access, today: NaiveDate, morning: Moment) -> Result<News, Error> {
    access.require(Subject::OwnCheckIns)?;
    const NEWS: &str = concat!(
        "SELECT EXISTS (SELECT 1 FROM ask WHERE person = $1) AS asked_before, EXISTS (SELECT 1 FROM consent c WHERE ",
        has_ended!("$2", "$1", "$5"),
        ") AS consent_ended, k.instrument AS ask_instrument, k.about AS ask_about, ka.name AS ask_about_name,
            k.goal AS ask_goal, kg.title AS ask_goal_title, t.id AS told, t.teller, t.person, t.instrument, t.about, t.about_name, t.goal,
            t.goal_title, t.score, t.score_before, t.call_me, t.words, t.answered_at, t.sent_at, t.review, t.reviewer, t.reviewed_at,
            t.next_step, t.review_words, t.by_day, t.kept_at
        FROM (SELECT 1 AS one) AS blank
        LEFT JOIN ask k ON k.id = (
            SELECT o.id FROM askable o WHERE o.person = $1 AND o.family = $2 AND NOT o.put_off
                AND o.next_on IS NOT NULL AND (o.asked > 0 OR o.next_on <= $3)
                AND (o.asked_on = $3 OR NOT EXISTS (
                    SELECT 1 FROM ask WHERE person = $1 AND put_off AND next_on > $3
                ))
                AND NOT EXISTS (SELECT 1 FROM check_in WHERE person = $1 AND sent_at >= $4)
                AND NOT EXISTS (
                    SELECT 1 FROM pause
                    WHERE family = $2 AND ended_at IS NULL AND from_day <= $3 AND $3 <= until_day
                )
            ORDER BY o.asked_on DESC NULLS LAST, o.next_on, o.id LIMIT 1
        )
        LEFT JOIN person ka ON ka.id = k.about LEFT JOIN goal kg ON kg.id = k.goal
        LEFT JOIN (",
        check_ins_where!(
            "c.id IN (
                (SELECT c.id FROM check_in c WHERE c.person = $1 AND c.family = $2 AND ",
            of_own_children!(),
            "    ORDER BY c.sent_at DESC, c.id DESC LIMIT 1),
                (SELECT c.id FROM check_in c WHERE c.person = $1 AND c.family = $2 AND c.reviewed_at IS NOT NULL AND ",
            of_own_children!(),
            "    ORDER BY c.reviewed_at DESC, c.id DESC LIMIT 1)
            )",
        ),
        ") AS t ON TRUE ORDER BY t.sent_at DESC, t.id DESC"
    );
    let rows: Vec<NewsRow> = read!(db, on => {
        sqlx::query_as(NEWS)
            .bind(access.viewer)
            .bind(access.family)
            .bind(DayColumn(today))
            .bind(morning)
            .bind(access.opened_at)
            .fetch_all(on)
            .await?
    });
    let mut news = News::default();
    for row in rows {
        news.asked_before = row.asked_before;
        news.consent_ended = row.consent_ended;
        let asked = row.ask_instrument.as_deref().and_then(instrument);
        news.ask = asked.map(|instrument| {
            next_ask(instrument, row.ask_about, row.ask_about_name.clone(), row.ask_goal, row.ask_goal_title.clone())
        });
        let Some(check_in) = row.told.and_then(|id| row.check_in.check_in(id)) else {
            continue;
        };
        if news.read.is_none() && check_in.review.is_some() {
            news.read = Some(check_in.clone());
        }
        news.last.get_or_insert(check_in);
    }
    Ok(news)
}

/// One of the viewer's own check-ins.
///
/// # Errors
/// [`Error::NotFound`] when it is not the viewer's own, or about a child the viewer has no rights for any more.
pub async fn own(db: &Db, access: &Access, id: Id<CheckIn>) -> Result<CheckIn, Error> {
    access.require(Subject::OwnCheckIns)?;
    const OWN: &str = check_ins_where!("c.id = $1 AND c.person = $2 AND c.family = $3 AND ", of_own_children!());
    let row: CheckInRow = read!(db, on => {
        sqlx::query_as(OWN).bind(id).bind(access.viewer).bind(access.family).fetch_one(on).await?
    });
    row.check_in().ok_or(Error::NotFound)
}

/// What was told so far, the newest first: as a parent the viewer's own without what is about a child they have no rights
/// for any more, as staff the whole family's with what staff noted. At most the newest thousand.
///
/// # Errors
/// [`Error::NotFound`] when the viewer sees none of it.
pub async fn told(db: &Db, access: &Access) -> Result<Vec<CheckIn>, Error> {
    const OWN: &str = check_ins_where!(
        "c.family = $1 AND c.person = $2 AND ",
        of_own_children!(),
        " ORDER BY c.sent_at DESC, c.id DESC LIMIT $3"
    );
    const ALL: &str = check_ins_where!("c.family = $1 AND $2 = $2 ORDER BY c.sent_at DESC, c.id DESC LIMIT $3");
    let sql = whose(access, OWN, ALL)?;
    let rows: Vec<CheckInRow> = read!(db, on => {
        sqlx::query_as(sql).bind(access.family).bind(access.viewer).bind(LOOK_BACK).fetch_all(on).await?
    });
    Ok(rows.into_iter().filter_map(CheckInRow::check_in).collect())
}

/// The answers to all that [`told`] gives, by check-in, each with the key of its question.
///
/// # Errors
/// [`Error::NotFound`] when the viewer sees none of it.
pub async fn answers(db: &Db, access: &Access) -> Result<HashMap<Id<CheckIn>, Vec<(String, i64)>>, Error> {
    const OWN: &str = concat!(
        "SELECT a.check_in, a.item, a.value FROM answer a JOIN check_in c ON c.id = a.check_in
        WHERE c.family = $1 AND c.person = $2 AND ",
        of_own_children!()
    );
    const ALL: &str = "SELECT a.check_in, a.item, a.value FROM answer a JOIN check_in c ON c.id = a.check_in
        WHERE c.family = $1 AND $2 = $2";
    let sql = whose(access, OWN, ALL)?;
    let rows: Vec<(Id<CheckIn>, String, i64)> =
        read!(db, on => sqlx::query_as(sql).bind(access.family).bind(access.viewer).fetch_all(on).await?);
    let mut answers: HashMap<Id<CheckIn>, Vec<(String, i64)>> = HashMap::new();
    for (check_in, item, value) in rows {
        answers.entry(check_in).or_default().push((item, value));
    }
    Ok(answers)
}

/// The statement for a parent, or the one for staff of the family.
fn whose(access: &Access, own: &'static str, all: &'static str) -> Result<&'static str, Error> {
    match access.relation() {
        Relation::Parent => Ok(own),
        Relation::StandIn => Err(Error::NotFound),
        _ => access.require(Subject::CheckIns).map(|()| all),
    }
}

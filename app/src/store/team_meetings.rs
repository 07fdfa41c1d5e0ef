//! What a team goes through at a meeting, and what it agrees on.

use std::collections::HashMap;

use sqlx::FromRow;

use super::{Access, Caseload, Db, Error, Tx, columns::DayColumn, read, within};
use crate::domain::{
    access::Subject,
    checkin::{Target, instrument},
    family::Family,
    id::Id,
    inbox::Matter,
    moment::{Moment, start_of},
    person::Person,
    plan::Goal,
    review::{NextStep, Review},
    team::Part,
    team_meeting::{Agreement, Here, Period, Promise, Trend, Turn, Unread, has_the_word, most_to_talk_about_first},
    words::{Note, PersonName, Title},
    working_time::Office,
};

/// The families the viewer ($1) goes through in a municipality ($2).
macro_rules! of_mine {
    ($before:literal, $after:literal) => {
        concat!(
            $before,
            " IN (SELECT b.family FROM beside b
                WHERE b.person = $1 AND b.municipality = $2 AND b.part <> 'contact_person') ",
            $after
        )
    };
}

/// Puts what belongs to a family to that family.
fn by_family<T>(rows: impl IntoIterator<Item = (Id<Family>, T)>) -> HashMap<Id<Family>, Vec<T>> {
    let mut families: HashMap<Id<Family>, Vec<T>> = HashMap::new();
    for (family, row) in rows {
        families.entry(family).or_default().push(row);
    }
    families
}

/// The families the viewer goes through at a team meeting today, those with most to talk about first; six queries
/// however many they are.
///
/// # Errors
/// When the database fails.
pub async fn team_meeting(db: &Db, caseload: &Caseload, office: &Office, period: Period) -> Result<Vec<Turn>, Error> {
    let today = caseload.now.date(office.zone());
    let day_began = start_of(today, office.zone());
    let since = start_of(period.since(office, today), office.zone());
    let mut trends = trends(db, caseload).await?;
    let mut promises = promises(db, caseload, day_began).await?;
    let mut unread = unread(db, caseload, day_began).await?;
    let mut agreements = lately_agreed(db, caseload).await?;
    let mut done = done(db, caseload, since).await?;
    let mut turns: Vec<Turn> = families(db, caseload, DayColumn(today))
        .await?
        .into_iter()
        .map(|(family, (name, readers))| {
            let promises = promises.remove(&family).unwrap_or_default();
            let (steps, goals): (Vec<_>, Vec<_>) =
                done.remove(&family).unwrap_or_default().into_iter().partition(|(is_step, _)| *is_step);
            Turn {
                family,
                name,
                word: has_the_word(&readers, &promises, today).cloned(),
                trends: trends.remove(&family).unwrap_or_default(),
                steps_done: steps.into_iter().map(|(_, title)| title).collect(),
                new_goals: goals.into_iter().map(|(_, title)| title).collect(),
                unread: unread.remove(&family).unwrap_or_default(),
                promises,
                agreements: agreements.remove(&family).unwrap_or_default(),
            }
        })
        .collect();
    most_to_talk_about_first(&mut turns, since, today);
    Ok(turns)
}

/// The families with those who read for them.
async fn families(
    db: &Db,
    caseload: &Caseload,
    today: DayColumn,
) -> Result<HashMap<Id<Family>, (Title, Vec<Here>)>, Error> {
    const FAMILIES: &str = of_mine!(
        "SELECT f.id, f.name, t.person, p.name, t.part, EXISTS (
            SELECT 1 FROM absence a
            WHERE a.person = t.person AND a.removed_at IS NULL AND a.from_day <= $3 AND $3 <= a.until_day
        ) FROM family f JOIN beside t ON t.family = f.id AND t.part <> 'contact_person'
        JOIN person p ON p.id = t.person WHERE f.id",
        ""
    );
    type Row = (Id<Family>, Title, Id<Person>, PersonName, Part, bool);
    let rows: Vec<Row> = read!(db, on => {
        sqlx::query_as(FAMILIES).bind(caseload.viewer).bind(caseload.municipality).bind(today).fetch_all(on).await?
    });
    let mut families: HashMap<Id<Family>, (Title, Vec<Here>)> = HashMap::new();
    for (family, title, person, name, part, away) in rows {
        let (_, readers) = families.entry(family).or_insert_with(|| (title, Vec::new()));
        readers.push(Here { person, name, part, away });
    }
    Ok(families)
}

#[derive(FromRow)]
struct ScoreRow {
    family: Id<Family>,
    teller: Id<Person>,
    person: PersonName,
    instrument: String,
    about: Option<Id<Person>>,
    about_name: Option<PersonName>,
    goal: Option<Id<Goal>>,
    goal_title: Option<Title>,
    score: i64,
    sent_at: Moment,
    wrote: bool,
}

impl ScoreRow {
    fn target(&self) -> Target {
        match (self.about, self.goal) {
            (Some(person), _) => Target::Person(person),
            (None, Some(goal)) => Target::Goal(goal),
            (None, None) => Target::Teller,
        }
    }
}

/// The latest twelve numbers of everybody with every instrument.
async fn trends(db: &Db, caseload: &Caseload) -> Result<HashMap<Id<Family>, Vec<Trend>>, Error> {
    const SCORES: &str = of_mine!(
        "SELECT family, teller, person, instrument, about, about_name, goal, goal_title, score, sent_at, wrote FROM (
            SELECT c.family, c.person AS teller, p.name AS person, c.instrument, c.about, a.name AS about_name, c.goal,
                g.title AS goal_title, c.score, c.sent_at, c.words IS NOT NULL AS wrote, c.id, ROW_NUMBER() OVER (
                    PARTITION BY c.person, c.instrument, c.about, c.goal ORDER BY c.sent_at DESC, c.id DESC
                ) AS place
            FROM check_in c JOIN person p ON p.id = c.person
            LEFT JOIN person a ON a.id = c.about LEFT JOIN goal g ON g.id = c.goal
            WHERE (p.role <> 'parent' OR p.left_at IS NULL) AND c.family",
        ") AS scored WHERE place <= 12 ORDER BY instrument DESC, teller, about, goal, place DESC"
    );
    let rows: Vec<ScoreRow> = read!(db, on => {
        sqlx::query_as(SCORES).bind(caseload.viewer).bind(caseload.municipality).fetch_all(on).await?
    });
    type Whose = (Id<Family>, Id<Person>, Target);
    let mut trends: Vec<(Whose, Trend)> = Vec::new();
    for row in rows {
        let target = row.target();
        let Some(instrument) = instrument(&row.instrument) else { continue };
        let whose = (row.family, row.teller, target);
        let latest = (row.sent_at, row.score);
        match trends.last_mut() {
            Some((same, trend)) if *same == whose && trend.instrument == instrument => {
                trend.earlier.push(std::mem::replace(&mut trend.latest, latest));
                trend.wrote = row.wrote;
            }
            _ => {
                let about = row.about_name.map(|name| name.to_string()).or(row.goal_title.map(|goal| goal.to_string()));
                let (person, wrote, earlier) = (row.person, row.wrote, Vec::new());
                trends.push((whose, Trend { person, instrument, target, about, latest, earlier, wrote }));
            }
        }
    }
    Ok(by_family(trends.into_iter().map(|((family, ..), trend)| (family, trend))))
}

/// The steps done since then, and the goals made since then; whether it is a step, and its title.
async fn done(db: &Db, caseload: &Caseload, since: Moment) -> Result<HashMap<Id<Family>, Vec<(bool, Title)>>, Error> {
    const DONE: &str = of_mine!(
        "SELECT family, is_step, title FROM (
            SELECT family, TRUE AS is_step, title, done_at AS at, id FROM step WHERE done_at >= $3
            UNION ALL SELECT family, FALSE AS is_step, title, created_at AS at, id FROM goal WHERE created_at >= $3
        ) AS done WHERE family",
        "ORDER BY at, id"
    );
    let rows: Vec<(Id<Family>, bool, Title)> = read!(db, on => {
        sqlx::query_as(DONE).bind(caseload.viewer).bind(caseload.municipality).bind(since).fetch_all(on).await?
    });
    Ok(by_family(rows.into_iter().map(|(family, is_step, title)| (family, (is_step, title)))))
}

/// What nobody had read when the day began, or what came since.
async fn unread(db: &Db, caseload: &Caseload, day_began: Moment) -> Result<HashMap<Id<Family>, Vec<Unread>>, Error> {
    const UNREAD: &str = of_mine!(
        "SELECT i.family, p.name, i.matter, COALESCE(c.call_me, FALSE), i.closed_at IS NOT NULL
        FROM inbox_item i JOIN person p ON p.id = i.person LEFT JOIN check_in c ON c.id = i.check_in
        WHERE i.matter <> 'by_phone' AND (i.closed_at IS NULL OR i.closed_at >= $3) AND i.family",
        "ORDER BY i.came_at, i.id"
    );
    type Row = (Id<Family>, PersonName, Matter, bool, bool);
    let rows: Vec<Row> = read!(db, on => {
        sqlx::query_as(UNREAD).bind(caseload.viewer).bind(caseload.municipality).bind(day_began).fetch_all(on).await?
    });
    Ok(by_family(
        rows.into_iter()
            .map(|(family, person, matter, call_me, closed)| (family, Unread { person, matter, call_me, closed })),
    ))
}

/// What was promised and was not kept when the day began, the longest overdue first.
async fn promises(db: &Db, caseload: &Caseload, day_began: Moment) -> Result<HashMap<Id<Family>, Vec<Promise>>, Error> {
    const PROMISES: &str = of_mine!(
        "SELECT r.family, r.id, r.reviewer, q.name, p.name, r.next_step, r.by_day, r.kept_at IS NOT NULL
        FROM review r JOIN person q ON q.id = r.reviewer
        LEFT JOIN inbox_item i ON i.id = r.item LEFT JOIN check_in c ON c.id = r.check_in
        JOIN person p ON p.id = COALESCE(i.person, c.person)
        WHERE r.by_day IS NOT NULL AND (r.kept_at IS NULL OR r.kept_at >= $3) AND r.family",
        "ORDER BY r.by_day, r.id"
    );
    type Row = (Id<Family>, Id<Review>, Id<Person>, PersonName, PersonName, NextStep, DayColumn, bool);
    let rows: Vec<Row> = read!(db, on => {
        sqlx::query_as(PROMISES).bind(caseload.viewer).bind(caseload.municipality).bind(day_began).fetch_all(on).await?
    });
    Ok(by_family(rows.into_iter().map(|(family, review, person, name, to, next_step, by, kept)| {
        (family, Promise { review, person, name, to, next_step, by: by.0, kept })
    })))
}

type AgreementRow = (Id<Agreement>, PersonName, Note, Moment);

fn agreement((id, author, words, made_at): AgreementRow) -> Agreement {
    Agreement { id, author, words, made_at }
}

/// The ten newest agreements of each family, the newest first.
async fn lately_agreed(db: &Db, caseload: &Caseload) -> Result<HashMap<Id<Family>, Vec<Agreement>>, Error> {
    const AGREED: &str = of_mine!(
        "SELECT family, id, author, words, made_at FROM (
            SELECT a.family, a.id, p.name AS author, a.words, a.made_at, ROW_NUMBER() OVER (
                PARTITION BY a.family ORDER BY a.made_at DESC, a.id DESC
            ) AS place
            FROM agreement a JOIN person p ON p.id = a.author WHERE a.family",
        ") AS agreed WHERE place <= 10 ORDER BY made_at DESC, id DESC"
    );
    type Row = (Id<Family>, Id<Agreement>, PersonName, Note, Moment);
    let rows: Vec<Row> = read!(db, on => {
        sqlx::query_as(AGREED).bind(caseload.viewer).bind(caseload.municipality).fetch_all(on).await?
    });
    Ok(by_family(
        rows.into_iter().map(|(family, id, author, words, made_at)| (family, agreement((id, author, words, made_at)))),
    ))
}

/// Everything the team agreed on about a family, the newest first.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is not of the family's staff.
pub async fn agreements(db: &Db, access: &Access) -> Result<Vec<Agreement>, Error> {
    access.require(Subject::Agreements)?;
    const AGREEMENTS: &str = "SELECT a.id, p.name, a.words, a.made_at FROM agreement a JOIN person p ON p.id = a.author
        WHERE a.family = $1 ORDER BY a.made_at DESC, a.id DESC";
    let rows: Vec<AgreementRow> = read!(db, on => sqlx::query_as(AGREEMENTS).bind(access.family).fetch_all(on).await?);
    Ok(rows.into_iter().map(agreement).collect())
}

/// Notes what the team agreed on, under an id that came with the page: sending the same page twice makes one agreement.
/// What was changed before it was sent again is noted anew, under an id of its own.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is not of the family's staff.
pub async fn agree(db: &Db, access: &Access, id: Id<Agreement>, words: &Note, now: Moment) -> Result<(), Error> {
    access.require(Subject::Agreements)?;
    const SAME: &str = "SELECT COUNT(*) FROM agreement WHERE id = $1 AND family = $2 AND author = $3 AND words = $4";
    let mut tx = db.begin().await?;
    if !insert(&mut tx, access, id, words, now).await? {
        let same: i64 = within!(&mut tx, on => {
            sqlx::query_scalar(SAME)
                .bind(id)
                .bind(access.family)
                .bind(access.viewer)
                .bind(words)
                .fetch_one(on)
                .await?
        });
        if same == 0 {
            insert(&mut tx, access, Id::fresh(now), words, now).await?;
        }
    }
    tx.commit().await
}

/// Inserts an agreement; false when the id is taken.
async fn insert(tx: &mut Tx, access: &Access, id: Id<Agreement>, words: &Note, now: Moment) -> Result<bool, Error> {
    const AGREE: &str = "INSERT INTO agreement (id, municipality, family, author, words, made_at)
        VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO NOTHING";
    let made = within!(tx, on => {
        sqlx::query(AGREE)
            .bind(id)
            .bind(access.municipality)
            .bind(access.family)
            .bind(access.viewer)
            .bind(words)
            .bind(now)
            .execute(on)
            .await?
            .rows_affected()
    });
    Ok(made == 1)
}

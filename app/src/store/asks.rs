//! When parents are asked, and what happens when they do not answer.

use sqlx::{FromRow, QueryBuilder};

use super::{
    Access, Db, Error, Tx,
    columns::DayColumn,
    inbox::{NewItem, end_silences, put},
    read,
    reminders::{tell, tell_no_more},
    settings::{office_of, offices},
    within, write_one,
};
use crate::domain::{
    access::Subject,
    checkin::{About, Instrument, Target, Teller, instrument, instruments},
    family::{Family, Municipality},
    id::Id,
    inbox::{InboxItem, Matter, Waiting},
    moment::{Moment, days_after, start_of},
    person::Person,
    plan::Goal,
    reminder::Kind,
    rhythm::{Ask, Asking, Pause, Rhythm, Turn},
    words::{PersonName, Title},
    working_time::{Office, next_working_day},
};

/// So many days lie between the first asking with one instrument and with the next, for somebody new.
const APART: u64 = 7;

/// So many askings are looked at in one transaction.
const TOGETHER: usize = 100;

/// What a parent is asked, from its row.
pub(super) fn next_ask(
    instrument: &'static Instrument,
    about: Option<Id<Person>>,
    about_name: Option<PersonName>,
    goal: Option<Id<Goal>>,
    goal_title: Option<Title>,
) -> Ask {
    let target = match (about, goal) {
        (Some(person), _) => Target::Person(person),
        (None, Some(goal)) => Target::Goal(goal),
        (None, None) => Target::Teller,
    };
    let about = about_name.map(|name| name.to_string()).or_else(|| goal_title.map(|title| title.to_string()));
    Ask { instrument, target, about }
}

/// The family's rhythm with an instrument.
async fn rhythm_of(tx: &mut Tx, family: Id<Family>, instrument: &Instrument) -> Result<Rhythm, Error> {
    const OWN: &str = "SELECT rhythm FROM rhythm WHERE family = $1 AND instrument = $2";
    let own: Option<Rhythm> =
        within!(tx, on => sqlx::query_scalar(OWN).bind(family).bind(instrument.key).fetch_optional(on).await?);
    Ok(own.unwrap_or(instrument.rhythm))
}

/// After an answer: the silence ends, and the next asking comes when the family's rhythm says.
pub(super) async fn answered(
    tx: &mut Tx,
    access: &Access,
    instrument: &'static Instrument,
    target: Target,
    office: &Office,
    now: Moment,
) -> Result<(), Error> {
    const NEXT: &str = "INSERT INTO ask (municipality, family, person, instrument, about, goal, asked, next_on)
        VALUES ($1, $2, $3, $4, $5, $6, 0, $7)
        ON CONFLICT (person, instrument, COALESCE(about, goal, person)) DO UPDATE
        SET asked = 0, next_on = excluded.next_on, put_off = FALSE";
    let next = rhythm_of(tx, access.family, instrument).await?.next(now.date(office.zone()), office).map(DayColumn);
    if end_silences(tx, access, instrument, now).await? {
        begin_again(tx, access.viewer, instrument, next).await?;
    }
    within!(tx, on => {
        sqlx::query(NEXT)
            .bind(access.municipality)
            .bind(access.family)
            .bind(access.viewer)
            .bind(instrument.key)
            .bind(target.person())
            .bind(target.goal())
            .bind(next)
            .execute(on)
            .await?;
    });
    tell_no_more(tx, access.viewer, Kind::CheckIn, access.viewer.uuid()).await
}

/// Not today: the parent is left in peace until they would be asked again anyway, the next working day at the earliest.
/// Where nothing is asked now, nothing changes.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not tell this with this instrument.
pub async fn not_today(
    db: &Db,
    access: &Access,
    instrument: &'static Instrument,
    target: Target,
    now: Moment,
) -> Result<(), Error> {
    let targets = super::targets(db, access, instrument).await?;
    if instrument.teller != Teller::Parent || !targets.iter().any(|(of, _)| *of == target) {
        return Err(Error::NotFound);
    }
    const PUT_OFF: &str = "UPDATE ask SET next_on = CASE WHEN next_on > $5 THEN next_on ELSE $5 END, put_off = TRUE
        WHERE person = $1 AND instrument = $2 AND COALESCE(about, goal, person) = $3
            AND next_on IS NOT NULL AND (put_off OR asked > 0 OR next_on <= $4)";
    let about = match target {
        Target::Teller => access.viewer.uuid(),
        Target::Person(person) => person.uuid(),
        Target::Goal(goal) => goal.uuid(),
    };
    let mut tx = db.begin().await?;
    let today = now.date(office_of(&mut tx, access.municipality).await?.zone());
    within!(&mut tx, on => {
        sqlx::query(PUT_OFF)
            .bind(access.viewer)
            .bind(instrument.key)
            .bind(about)
            .bind(DayColumn(today))
            .bind(DayColumn(next_working_day(today)))
            .execute(on)
            .await?;
    });
    tell_no_more(&mut tx, access.viewer, Kind::CheckIn, access.viewer.uuid()).await?;
    tx.commit().await
}

/// After staff have taken note of a silence: the rhythm starts again.
pub(super) async fn start_again(
    tx: &mut Tx,
    access: &Access,
    silence: Id<InboxItem>,
    now: Moment,
) -> Result<(), Error> {
    const WHOSE: &str = "SELECT person, instrument FROM inbox_item WHERE id = $1 AND family = $2";
    let (person, key): (Id<Person>, String) =
        within!(&mut *tx, on => sqlx::query_as(WHOSE).bind(silence).bind(access.family).fetch_one(on).await?);
    let Some(instrument) = instrument(&key) else {
        return Ok(());
    };
    let office = office_of(tx, access.municipality).await?;
    let next = rhythm_of(tx, access.family, instrument).await?.next(now.date(office.zone()), &office);
    begin_again(tx, person, instrument, next.map(DayColumn)).await
}

/// Asks somebody again with an instrument who was left in peace, about whomever that was.
async fn begin_again(
    tx: &mut Tx,
    person: Id<Person>,
    instrument: &Instrument,
    next: Option<DayColumn>,
) -> Result<(), Error> {
    const AGAIN: &str = "UPDATE ask SET asked = 0, next_on = $3, put_off = FALSE
        WHERE person = $1 AND instrument = $2 AND next_on IS NULL";
    within!(tx, on => {
        sqlx::query(AGAIN).bind(person).bind(instrument.key).bind(next).execute(on).await?;
    });
    Ok(())
}

async fn pauses_of(tx: &mut Tx, family: Id<Family>) -> Result<Vec<Pause>, Error> {
    const PAUSES: &str = "SELECT from_day, until_day FROM pause WHERE family = $1 AND ended_at IS NULL";
    let rows: Vec<(DayColumn, DayColumn)> = within!(tx, on => sqlx::query_as(PAUSES).bind(family).fetch_all(on).await?);
    Ok(rows.into_iter().map(|(from, until)| (from.0, until.0)).collect())
}

/// What a round of asking did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Asked {
    /// So many parents were asked.
    pub asked: u64,
    /// So many did not answer, and somebody was told.
    pub silent: u64,
}

#[derive(FromRow)]
struct DueRow {
    id: i64,
    family: Id<Family>,
    person: Id<Person>,
    instrument: String,
    asked: i64,
    next_on: DayColumn,
    asked_today: bool,
}

/// Asks whoever is to be asked today, and tells the team of those who did not answer. Doing it again on the same day
/// does nothing more.
///
/// # Errors
/// When the database fails; what was done up to then stays done.
pub async fn ask_all(db: &Db, now: Moment) -> Result<Asked, Error> {
    let mut done = Asked::default();
    for (municipality, office) in offices(db).await? {
        let today = DayColumn(now.date(office.zone()));
        for (place, instrument) in instruments().filter(|instrument| instrument.teller == Teller::Parent).enumerate() {
            begin_asking(db, municipality, instrument, days_after(today.0, APART * place as u64)).await?;
        }
        while ask_some(db, municipality, &office, today, now, &mut done).await? {}
    }
    Ok(done)
}

/// Parents who have signed in are asked from their first day on, about themselves, the children they may see, and the
/// goals that are live. Whom to ask is found by reading, so that nobody waits while there is nothing new.
async fn begin_asking(
    db: &Db,
    municipality: Id<Municipality>,
    instrument: &'static Instrument,
    first: chrono::NaiveDate,
) -> Result<(), Error> {
    macro_rules! new {
        ($target:literal, $from:literal) => {
            concat!(
                "SELECT p.family, p.id, ",
                $target,
                " FROM person p ",
                $from,
                " WHERE p.municipality = $1 AND p.role = 'parent' AND p.left_at IS NULL AND p.family IS NOT NULL
                    AND EXISTS (SELECT 1 FROM session s WHERE s.person = p.id)
                    AND NOT EXISTS (
                        SELECT 1 FROM ask k WHERE k.person = p.id AND k.instrument = $2
                            AND COALESCE(k.about, k.goal, k.person) = ",
                $target,
                ")
                    AND COALESCE((
                        SELECT r.rhythm FROM rhythm r WHERE r.family = p.family AND r.instrument = $2
                    ), $3) <> 'never'"
            )
        };
    }
    const BEGIN: &str = "INSERT INTO ask (municipality, family, person, instrument, about, goal, asked, next_on) ";
    let sql = match instrument.about {
        About::Teller | About::Parent => new!("p.id", ""),
        About::Child => new!(
            "g.child",
            "JOIN guardianship g ON g.adult = p.id AND g.may_see JOIN person c ON c.id = g.child AND c.left_at IS NULL"
        ),
        About::Goal => new!("g.id", "JOIN goal g ON g.family = p.family AND g.state = 'live'"),
    };
    let new: Vec<(Id<Family>, Id<Person>, uuid::Uuid)> = read!(db, on => {
        sqlx::query_as(sql).bind(municipality).bind(instrument.key).bind(instrument.rhythm).fetch_all(on).await?
    });
    for some in new.chunks(TOGETHER) {
        write_one!(db, on => {
            let mut query = QueryBuilder::new(BEGIN);
            query.push_values(some, |mut bind, (family, person, target)| {
                let target = Target::of(instrument, Some(*target)).unwrap_or(Target::Teller);
                bind.push_bind(municipality)
                    .push_bind(*family)
                    .push_bind(*person)
                    .push_bind(instrument.key)
                    .push_bind(target.person())
                    .push_bind(target.goal())
                    .push_bind(0_i64)
                    .push_bind(DayColumn(first));
            });
            query.push(" ON CONFLICT (person, instrument, COALESCE(about, goal, person)) DO NOTHING");
            query.build().execute(on).await?;
        });
    }
    Ok(())
}

/// Looks at some of the askings whose day has come; false when there are none.
async fn ask_some(
    db: &Db,
    municipality: Id<Municipality>,
    office: &Office,
    today: DayColumn,
    now: Moment,
    done: &mut Asked,
) -> Result<bool, Error> {
    const DUE: &str = "SELECT k.id, k.family, k.person, k.instrument, k.asked, k.next_on, EXISTS (
            SELECT 1 FROM ask o WHERE o.person = k.person AND o.asked_on = $2
        ) OR EXISTS (
            SELECT 1 FROM check_in c WHERE c.person = k.person AND c.sent_at >= $4
        ) AS asked_today
        FROM askable k WHERE k.municipality = $1 AND k.next_on <= $2 ORDER BY k.next_on, k.id LIMIT $3";
    let morning = start_of(today.0, office.zone());
    let some = i64::try_from(TOGETHER).unwrap_or(i64::MAX);
    let due: Vec<DueRow> = read!(db, on => {
        sqlx::query_as(DUE).bind(municipality).bind(today).bind(some).bind(morning).fetch_all(on).await?
    });
    if due.is_empty() {
        return Ok(false);
    }
    let mut tx = db.begin().await?;
    for row in &due {
        let pauses = pauses_of(&mut tx, row.family).await?;
        let asking = Asking { asked: row.asked, next_on: row.next_on.0 };
        match asking.turn(today.0, &pauses, row.asked_today) {
            Turn::Ask(next) => {
                let asked = take(&mut tx, row, next.asked, Some(today), Some(next.next_on)).await?;
                if asked {
                    tell(&mut tx, row.person, Kind::CheckIn, row.person.uuid(), now).await?;
                }
                done.asked += u64::from(asked);
            }
            Turn::Later(next) => {
                take(&mut tx, row, next.asked, None, Some(next.next_on)).await?;
            }
            Turn::Silent => {
                if take(&mut tx, row, row.asked, None, None).await? {
                    tell_of_silence(&mut tx, municipality, row, office, now).await?;
                    done.silent += 1;
                }
            }
        }
    }
    tx.commit().await?;
    Ok(true)
}

/// Moves an asking on; false when another server did so first, or somebody would be asked twice on one day.
async fn take(
    tx: &mut Tx,
    row: &DueRow,
    asked: i64,
    asked_on: Option<DayColumn>,
    next: Option<chrono::NaiveDate>,
) -> Result<bool, Error> {
    const TAKE: &str = "UPDATE ask SET asked = $3, asked_on = COALESCE($4, asked_on), next_on = $5,
            put_off = CASE WHEN $4 IS NULL THEN put_off ELSE FALSE END
        WHERE id = $1 AND next_on = $2 AND ($4 IS NULL OR NOT EXISTS (
            SELECT 1 FROM ask o WHERE o.person = $6 AND o.asked_on = $4
        ))";
    let taken = within!(tx, on => {
        sqlx::query(TAKE)
            .bind(row.id)
            .bind(row.next_on)
            .bind(asked)
            .bind(asked_on)
            .bind(next.map(DayColumn))
            .bind(row.person)
            .execute(on)
            .await?
            .rows_affected()
    });
    Ok(taken == 1)
}

async fn tell_of_silence(
    tx: &mut Tx,
    municipality: Id<Municipality>,
    row: &DueRow,
    office: &Office,
    now: Moment,
) -> Result<(), Error> {
    let Some(instrument) = instrument(&row.instrument) else {
        return Ok(());
    };
    const TOLD: &str = "SELECT COUNT(*) FROM inbox_item WHERE family = $1 AND person = $2 AND instrument = $3
        AND matter = 'silent' AND closed_at IS NULL";
    let told: i64 = within!(&mut *tx, on => {
        sqlx::query_scalar(TOLD).bind(row.family).bind(row.person).bind(instrument.key).fetch_one(on).await?
    });
    if told > 0 {
        return Ok(());
    }
    let item = NewItem {
        id: Id::fresh(now),
        municipality,
        family: row.family,
        person: row.person,
        matter: Matter::Silent,
        check_in: None,
        instrument: Some(instrument),
        meeting: None,
        waiting: Waiting { came_at: now, read_by: office.read_by(now, false), pressing: false },
    };
    put(tx, &item, office, now).await
}

/// How often the family is asked with each instrument that parents answer.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see it.
pub async fn rhythms(db: &Db, access: &Access) -> Result<Vec<(&'static Instrument, Rhythm)>, Error> {
    access.require(Subject::Team)?;
    const OWN: &str = "SELECT instrument, rhythm FROM rhythm WHERE family = $1";
    let own: Vec<(String, Rhythm)> = read!(db, on => sqlx::query_as(OWN).bind(access.family).fetch_all(on).await?);
    Ok(instruments()
        .filter(|instrument| instrument.teller == Teller::Parent)
        .map(|instrument| {
            let own = own.iter().find(|(key, _)| key == instrument.key).map(|(_, rhythm)| *rhythm);
            (instrument, own.unwrap_or(instrument.rhythm))
        })
        .collect())
}

/// Staff of the family set how often it is asked with an instrument. Those who are asked already are asked by the new
/// rhythm from today on.
///
/// # Errors
/// [`Error::NotFound`] for anybody but staff of the family.
pub async fn set_rhythm(
    db: &Db,
    access: &Access,
    instrument: &'static Instrument,
    rhythm: Rhythm,
    now: Moment,
) -> Result<(), Error> {
    if !access.is_staff() || instrument.teller != Teller::Parent {
        return Err(Error::NotFound);
    }
    const SET: &str = "INSERT INTO rhythm (municipality, family, instrument, rhythm) VALUES ($1, $2, $3, $4)
        ON CONFLICT (family, instrument) DO UPDATE SET rhythm = excluded.rhythm";
    const LATEST: &str = "SELECT k.id, (
            SELECT MAX(c.sent_at) FROM check_in c WHERE c.person = k.person AND c.instrument = k.instrument
                AND COALESCE(c.about, c.goal, c.person) = COALESCE(k.about, k.goal, k.person)
        ) FROM ask k WHERE k.family = $1 AND k.instrument = $2 ORDER BY k.next_on, k.id";
    const NEXT: &str = "UPDATE ask SET asked = 0, put_off = FALSE, next_on = $2 WHERE id = $1";
    let mut tx = db.begin().await?;
    let office = office_of(&mut tx, access.municipality).await?;
    let today = now.date(office.zone());
    within!(&mut tx, on => {
        sqlx::query(SET)
            .bind(access.municipality)
            .bind(access.family)
            .bind(instrument.key)
            .bind(rhythm)
            .execute(on)
            .await?;
    });
    let asks: Vec<(i64, Option<Moment>)> = within!(&mut tx, on => {
        sqlx::query_as(LATEST).bind(access.family).bind(instrument.key).fetch_all(on).await?
    });
    for (id, latest) in asks {
        let next = match latest {
            Some(latest) => rhythm.next(latest.date(office.zone()), &office).map(|day| day.max(today)),
            None => (rhythm != Rhythm::Never).then_some(today),
        };
        within!(&mut tx, on => {
            sqlx::query(NEXT).bind(id).bind(next.map(DayColumn)).execute(on).await?;
        });
    }
    tx.commit().await
}

/// The family is not asked on these days.
///
/// # Errors
/// [`Error::NotFound`] for anybody but parents and staff of the family.
pub async fn pause(db: &Db, access: &Access, (from, until): Pause, now: Moment) -> Result<(), Error> {
    const PAUSE: &str = "INSERT INTO pause (id, municipality, family, made_by, from_day, until_day)
        VALUES ($1, $2, $3, $4, $5, $6)";
    may_pause(access)?;
    write_one!(db, on => {
        sqlx::query(PAUSE)
            .bind(Id::<Pause>::fresh(now))
            .bind(access.municipality)
            .bind(access.family)
            .bind(access.viewer)
            .bind(DayColumn(from))
            .bind(DayColumn(until))
            .execute(on)
            .await?;
    });
    Ok(())
}

fn may_pause(access: &Access) -> Result<(), Error> {
    if access.is_staff() || access.sees(Subject::OwnCheckIns) { Ok(()) } else { Err(Error::NotFound) }
}

/// The family's pauses that are not over.
///
/// # Errors
/// [`Error::NotFound`] for anybody but parents and staff of the family.
pub async fn pauses(db: &Db, access: &Access, today: chrono::NaiveDate) -> Result<Vec<(Id<Pause>, Pause)>, Error> {
    may_pause(access)?;
    const PAUSES: &str = "SELECT id, from_day, until_day FROM pause
        WHERE family = $1 AND ended_at IS NULL AND until_day >= $2 ORDER BY from_day, id";
    let rows: Vec<(Id<Pause>, DayColumn, DayColumn)> =
        read!(db, on => sqlx::query_as(PAUSES).bind(access.family).bind(DayColumn(today)).fetch_all(on).await?);
    Ok(rows.into_iter().map(|(id, from, until)| (id, (from.0, until.0))).collect())
}

/// Ends a pause.
///
/// # Errors
/// [`Error::NotFound`] when it is none of the family's, or for anybody but its parents and staff.
pub async fn end_pause(db: &Db, access: &Access, pause: Id<Pause>, now: Moment) -> Result<(), Error> {
    may_pause(access)?;
    const END: &str = "UPDATE pause SET ended_at = $3 WHERE id = $1 AND family = $2 AND ended_at IS NULL";
    let ended = write_one!(db, on => {
        sqlx::query(END).bind(pause).bind(access.family).bind(now).execute(on).await?.rows_affected()
    });
    if ended == 1 { Ok(()) } else { Err(Error::NotFound) }
}

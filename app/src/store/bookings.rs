//! Meetings booked, moved and cancelled by the family's staff.

use sqlx::FromRow;

use super::{
    Access, Db, Error, Tx,
    columns::{LocalColumn, ZoneColumn},
    meetings::{meeting, place_is_hidden, wall},
    read,
    reminders::{plan_meeting, tell_of_meeting},
    within, write_one,
};
use crate::domain::{
    id::Id,
    meeting::{AgendaItem, Busy, Details, Meeting},
    moment::{Moment, WallTime},
    person::Person,
    reminder::Kind,
    words::{PersonName, Title},
};

/// So many ids are kept for the meetings of one booking.
const IDS: usize = 32;

/// The longest a meeting lasts, in seconds.
const LONGEST: i64 = 86_400;

pub(super) fn require_staff(access: &Access) -> Result<(), Error> {
    if access.is_staff() { Ok(()) } else { Err(Error::NotFound) }
}

/// The ids of one booking, which come with its form.
fn ids(first: Id<Meeting>) -> impl Iterator<Item = Id<Meeting>> {
    std::iter::successors(Some(first), |id| Some(id.next()))
}

/// Books a meeting at each of these times, the first under `id`, which came with the form: sending it twice books once.
/// What was changed before it was sent again is a booking of its own. Gives the first meeting's id.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is not the family's staff, or somebody who should come belongs neither to the
/// family nor to its team.
pub async fn book(
    db: &Db,
    access: &Access,
    id: Id<Meeting>,
    details: &Details,
    starts: &[WallTime],
    agenda: &[Title],
    now: Moment,
) -> Result<Id<Meeting>, Error> {
    require_staff(access)?;
    const BOOKED: &str = "SELECT title, starts_local, zone, starts_at FROM meeting WHERE id = $1 AND family = $2";
    let mut tx = db.begin().await?;
    let start = starts.first().ok_or(Error::NotFound)?;
    let series = |first| (starts.len() > 1).then_some(first);
    let mut first = id;
    while !insert(&mut tx, access, first, series(first), details, *start, now).await? {
        let (title, local, zone, at): (Title, LocalColumn, ZoneColumn, Moment) = within!(&mut tx, on => {
            sqlx::query_as(BOOKED).bind(first).bind(access.family).fetch_one(on).await?
        });
        if title == details.title && wall(local, zone, at) == *start {
            return Ok(first);
        }
        first = ids(first).nth(IDS).unwrap_or(first);
    }
    for (id, start) in ids(first).zip(starts) {
        if id != first && !insert(&mut tx, access, id, series(first), details, *start, now).await? {
            return Err(Error::NotFound);
        }
        invite_to(&mut tx, access, id, &details.participants).await?;
        for words in agenda {
            write_item(&mut tx, access, id, Id::fresh(now), words, now).await?;
        }
        plan_meeting(&mut tx, id, now).await?;
    }
    tell_of_meeting(&mut tx, first, Kind::Changed, access.viewer, now).await?;
    tx.commit().await?;
    Ok(first)
}

pub(super) async fn insert(
    tx: &mut Tx,
    access: &Access,
    id: Id<Meeting>,
    series: Option<Id<Meeting>>,
    details: &Details,
    starts: WallTime,
    now: Moment,
) -> Result<bool, Error> {
    const BOOK: &str = "INSERT INTO meeting (id, municipality, family, title, starts_local, zone, starts_at, minutes,
            place, place_words, bring, series, changed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13) ON CONFLICT (id) DO NOTHING";
    let new = within!(tx, on => {
        sqlx::query(BOOK)
            .bind(id)
            .bind(access.municipality)
            .bind(access.family)
            .bind(&details.title)
            .bind(LocalColumn(starts.local()))
            .bind(ZoneColumn(starts.zone()))
            .bind(starts.instant())
            .bind(details.minutes)
            .bind(details.place)
            .bind(&details.place_words)
            .bind(&details.bring)
            .bind(series)
            .bind(now)
            .execute(on)
            .await?
            .rows_affected()
    });
    Ok(new == 1)
}

/// Names everybody who comes; whoever is named already stays named.
pub(super) async fn invite_to(
    tx: &mut Tx,
    access: &Access,
    id: Id<Meeting>,
    people: &[Id<Person>],
) -> Result<(), Error> {
    const NAMED: &str = "SELECT COUNT(*) FROM participant WHERE meeting = $1 AND person = $2";
    const NAME: &str = "INSERT INTO participant (municipality, family, meeting, person)
        SELECT $1, $2, $3, p.id FROM person p
        WHERE p.id = $4 AND p.left_at IS NULL AND (
            p.family = $2 OR EXISTS (SELECT 1 FROM beside b WHERE b.family = $2 AND b.person = p.id)
        )";
    for person in people {
        let named: i64 = within!(&mut *tx, on => {
            sqlx::query_scalar(NAMED).bind(id).bind(*person).fetch_one(on).await?
        });
        if named > 0 {
            continue;
        }
        let new = within!(&mut *tx, on => {
            sqlx::query(NAME)
                .bind(access.municipality)
                .bind(access.family)
                .bind(id)
                .bind(*person)
                .execute(on)
                .await?
                .rows_affected()
        });
        if new != 1 {
            return Err(Error::NotFound);
        }
    }
    Ok(())
}

/// Writes a point to talk about, once.
pub(super) async fn write_item(
    tx: &mut Tx,
    access: &Access,
    meeting: Id<Meeting>,
    id: Id<AgendaItem>,
    words: &Title,
    now: Moment,
) -> Result<(), Error> {
    const WRITE: &str = "INSERT INTO agenda_item (id, municipality, family, meeting, author, words, written_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (id) DO NOTHING";
    within!(tx, on => {
        sqlx::query(WRITE)
            .bind(id)
            .bind(access.municipality)
            .bind(access.family)
            .bind(meeting)
            .bind(access.viewer)
            .bind(words)
            .bind(now)
            .execute(on)
            .await?;
    });
    Ok(())
}

/// Changes a meeting that was not changed since the viewer saw it as `version`. Where it moves, everybody is asked anew;
/// what was said by somebody who no longer comes is forgotten. A place that nobody is told stays, unless it is another
/// kind of place or has new words.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is not the family's staff, or somebody who should come belongs neither to the
/// family nor to its team; [`Error::Taken`] when it was changed or cancelled meanwhile.
pub async fn change(
    db: &Db,
    access: &Access,
    id: Id<Meeting>,
    version: i64,
    details: &Details,
    now: Moment,
) -> Result<(), Error> {
    require_staff(access)?;
    let before = meeting(db, access, id).await?;
    const CHANGE: &str = concat!(
        "UPDATE meeting SET title = $4, starts_local = $5, zone = $6, starts_at = $7, minutes = $8, place = $9,
            place_words = CASE WHEN $10 IS NULL AND place = $9 AND ",
        place_is_hidden!("meeting"),
        " THEN place_words ELSE $10 END,
            bring = $11, version = version + 1, changed_at = $12
        WHERE id = $1 AND family = $2 AND version = $3 AND cancelled_at IS NULL"
    );
    let mut tx = db.begin().await?;
    let changed = within!(&mut tx, on => {
        sqlx::query(CHANGE)
            .bind(id)
            .bind(access.family)
            .bind(version)
            .bind(&details.title)
            .bind(LocalColumn(details.starts.local()))
            .bind(ZoneColumn(details.starts.zone()))
            .bind(details.starts.instant())
            .bind(details.minutes)
            .bind(details.place)
            .bind(&details.place_words)
            .bind(&details.bring)
            .bind(now)
            .execute(on)
            .await?
            .rows_affected()
    });
    if changed != 1 {
        return Err(Error::Taken("meeting_version".into()));
    }
    for gone in before.participants.iter().filter(|before| !details.participants.contains(&before.person)) {
        forget_participant(&mut tx, id, gone.person).await?;
    }
    invite_to(&mut tx, access, id, &details.participants).await?;
    if before.starts != details.starts {
        ask_anew(&mut tx, id).await?;
    }
    plan_meeting(&mut tx, id, now).await?;
    if before.starts != details.starts || before.place != details.place {
        tell_of_meeting(&mut tx, id, Kind::Changed, access.viewer, now).await?;
    }
    tx.commit().await
}

/// Somebody comes to a meeting no more, and what they said about it is forgotten.
pub(super) async fn forget_participant(tx: &mut Tx, meeting: Id<Meeting>, person: Id<Person>) -> Result<(), Error> {
    const LEAVE: [&str; 4] = [
        "DELETE FROM participant WHERE meeting = $1 AND person = $2",
        "DELETE FROM meeting_answer WHERE meeting = $1 AND person = $2",
        "DELETE FROM proposed_time WHERE meeting = $1 AND person = $2",
        "DELETE FROM wish WHERE meeting = $1 AND person = $2",
    ];
    for sql in LEAVE {
        within!(&mut *tx, on => {
            sqlx::query(sql).bind(meeting).bind(person).execute(on).await?;
        });
    }
    Ok(())
}

/// Forgets what people answered about a time that no longer counts. What they need to come still does.
pub(super) async fn ask_anew(tx: &mut Tx, id: Id<Meeting>) -> Result<(), Error> {
    for sql in ["DELETE FROM proposed_time WHERE meeting = $1", "DELETE FROM meeting_answer WHERE meeting = $1"] {
        within!(&mut *tx, on => {
            sqlx::query(sql).bind(id).execute(on).await?;
        });
    }
    Ok(())
}

/// Cancels a meeting; with `following` also those of its series that come later. Cancelling twice changes nothing.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is not the family's staff.
pub async fn cancel(db: &Db, access: &Access, id: Id<Meeting>, following: bool, now: Moment) -> Result<(), Error> {
    require_staff(access)?;
    meeting(db, access, id).await?;
    let mut tx = db.begin().await?;
    cancel_within(&mut tx, access, id, following, now).await?;
    tx.commit().await
}

pub(super) async fn cancel_within(
    tx: &mut Tx,
    access: &Access,
    id: Id<Meeting>,
    following: bool,
    now: Moment,
) -> Result<(), Error> {
    const CANCEL: &str = "UPDATE meeting SET cancelled_at = $3, version = version + 1, changed_at = $3
        WHERE family = $2 AND cancelled_at IS NULL AND missed_at IS NULL AND (id = $1 OR ($4 AND EXISTS (
            SELECT 1 FROM meeting one
            WHERE one.id = $1 AND one.series = meeting.series AND one.starts_at < meeting.starts_at
        ))) RETURNING id";
    let cancelled: Vec<Id<Meeting>> = within!(&mut *tx, on => {
        sqlx::query_scalar(CANCEL).bind(id).bind(access.family).bind(now).bind(following).fetch_all(on).await?
    });
    for cancelled in &cancelled {
        plan_meeting(tx, *cancelled, now).await?;
    }
    match cancelled.iter().min() {
        Some(first) => tell_of_meeting(tx, *first, Kind::Cancelled, access.viewer, now).await,
        None => Ok(()),
    }
}

/// Says that a meeting came to nothing, or takes that back. Nobody is told why: there is nobody to blame.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is not the family's staff; [`Error::Taken`] when it was cancelled or has not
/// begun.
pub async fn set_missed(db: &Db, access: &Access, id: Id<Meeting>, missed: bool, now: Moment) -> Result<(), Error> {
    require_staff(access)?;
    const SET: &str = "UPDATE meeting SET missed_at = CASE WHEN $4 THEN COALESCE(missed_at, $3) ELSE NULL END
        WHERE id = $1 AND family = $2 AND cancelled_at IS NULL AND starts_at <= $3";
    meeting(db, access, id).await?;
    let set = write_one!(db, on => {
        sqlx::query(SET).bind(id).bind(access.family).bind(now).bind(missed).execute(on).await?.rows_affected()
    });
    if set == 1 { Ok(()) } else { Err(Error::Taken("meeting_missed".into())) }
}

#[derive(FromRow)]
struct BusyRow {
    name: PersonName,
    starts_local: LocalColumn,
    zone: ZoneColumn,
    starts_at: Moment,
    minutes: i64,
}

/// When somebody of `people` has a meeting already, of any family, within one of these spans; the earliest first. What
/// it is about and with whom stays untold. `except` is the meeting that is being changed, or the first of those that are
/// being booked: none of its own series is in its way.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is not the family's staff.
pub async fn busy(
    db: &Db,
    access: &Access,
    people: &[Id<Person>],
    spans: &[(Moment, Moment)],
    except: Id<Meeting>,
) -> Result<Vec<Busy>, Error> {
    require_staff(access)?;
    const BUSY: &str = "SELECT p.name, m.starts_local, m.zone, m.starts_at, m.minutes
        FROM participant r JOIN meeting m ON m.id = r.meeting JOIN person p ON p.id = r.person
        WHERE r.person = $1 AND r.municipality = $2 AND m.id <> $3 AND (m.series IS NULL OR m.series <> $3)
            AND m.cancelled_at IS NULL AND m.missed_at IS NULL AND m.starts_at > $4 AND m.starts_at < $5
            AND (p.family = $6 OR EXISTS (SELECT 1 FROM beside b WHERE b.family = $6 AND b.person = p.id))";
    let (Some(from), Some(until)) = (spans.iter().map(|span| span.0).min(), spans.iter().map(|span| span.1).max())
    else {
        return Ok(Vec::new());
    };
    let mut busy: Vec<Busy> = Vec::new();
    for person in people {
        let rows: Vec<BusyRow> = read!(db, on => {
            sqlx::query_as(BUSY)
                .bind(*person)
                .bind(access.municipality)
                .bind(except)
                .bind(from.plus_seconds(-LONGEST))
                .bind(until)
                .bind(access.family)
                .fetch_all(on)
                .await?
        });
        busy.extend(rows.into_iter().map(|row| Busy {
            name: row.name,
            starts: wall(row.starts_local, row.zone, row.starts_at),
            ends: row.starts_at.plus_seconds(row.minutes * 60),
        }));
    }
    busy.retain(|busy| spans.iter().any(|(from, until)| busy.starts.instant() < *until && *from < busy.ends));
    busy.sort_by_key(|busy| busy.starts.instant());
    Ok(busy)
}

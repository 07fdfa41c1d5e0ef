//! Meetings taken from calendar files, and what was taken before.

use std::collections::HashMap;

use sqlx::FromRow;

use super::{
    Access, Db, Error, Tx,
    bookings::{ask_anew, cancel_within, insert, invite_to, require_staff},
    columns::{LocalColumn, ZoneColumn},
    meetings::of_calendar_files,
    read,
    reminders::{plan_meeting, tell_of_meeting},
    within,
};
use crate::domain::{
    calendar_file::{Change, Edition, Known, Step, Uid},
    id::Id,
    meeting::{Details, Meeting},
    moment::Moment,
    reminder::Kind,
};

#[derive(FromRow)]
struct EventRow {
    uid: Uid,
    recurrence: Moment,
    meeting: Id<Meeting>,
    series: Option<Id<Meeting>>,
    sequence: i64,
    written_at: Moment,
    starts_at: Moment,
    minutes: i64,
}

/// What the family's staff took from calendar files before, by the events it came from.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is not the family's staff.
pub async fn taken_before(db: &Db, access: &Access, now: Moment) -> Result<HashMap<Uid, Vec<Known>>, Error> {
    require_staff(access)?;
    const TAKEN: &str =
        "SELECT e.uid, e.recurrence, e.meeting, m.series, e.sequence, e.written_at, e.starts_at, e.minutes
        FROM calendar_event e JOIN meeting m ON m.id = e.meeting WHERE e.family = $1";
    let rows: Vec<EventRow> = read!(db, on => sqlx::query_as(TAKEN).bind(access.family).fetch_all(on).await?);
    let meetings = of_calendar_files(db, access, now).await?;
    let mut meetings: HashMap<_, _> = meetings.into_iter().map(|meeting| (meeting.id, meeting)).collect();
    let mut taken: HashMap<Uid, Vec<Known>> = HashMap::new();
    for row in rows {
        taken.entry(row.uid).or_default().push(Known {
            recurrence: row.recurrence,
            edition: Edition { sequence: row.sequence, written_at: row.written_at },
            starts_at: row.starts_at,
            minutes: row.minutes,
            id: row.meeting,
            series: row.series,
            meeting: meetings.remove(&row.meeting),
        });
    }
    Ok(taken)
}

/// An event whose changes are taken.
#[derive(Clone, Debug)]
pub struct Taken {
    /// What names it.
    pub uid: Uid,
    /// What its new meetings are like; each is at its own time. None where no meeting is new.
    pub details: Option<Details>,
    /// What becomes of each of its times.
    pub changes: Vec<Change>,
}

/// Takes what calendar files say: books, moves and cancels meetings, all or nothing. Where one moves, everybody is asked
/// anew. Gives the meetings it changed.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is not the family's staff, or somebody who should come belongs neither to the
/// family nor to its team; [`Error::Taken`] when any of it was taken, changed or cancelled meanwhile.
pub async fn take(db: &Db, access: &Access, taken: &[Taken], now: Moment) -> Result<Vec<Id<Meeting>>, Error> {
    require_staff(access)?;
    let mut changed = Vec::new();
    let mut tx = db.begin().await?;
    for event in taken {
        let new = event.changes.iter().filter(|change| change.step == Step::New).count();
        // A series that is new is told of once.
        let mut told = false;
        let mut series = event.changes.iter().find_map(|change| change.known.as_ref()?.series);
        for change in &event.changes {
            let meeting = match (change.step, &change.known) {
                (Step::New, _) => {
                    let details = event.details.as_ref().ok_or(Error::NotFound)?;
                    let details = Details { starts: change.starts, minutes: change.minutes, ..details.clone() };
                    let id = Id::fresh(now);
                    series = series.or((new > 1).then_some(id));
                    insert(&mut tx, access, id, series, &details, change.starts, now).await?;
                    invite_to(&mut tx, access, id, &details.participants).await?;
                    plan_meeting(&mut tx, id, now).await?;
                    if !told {
                        tell_of_meeting(&mut tx, id, Kind::Changed, access.viewer, now).await?;
                        told = true;
                    }
                    id
                }
                (Step::Moved, Some(Known { meeting: Some(meeting), .. })) => {
                    move_to(&mut tx, access, meeting, change, now).await?;
                    meeting.id
                }
                (Step::Cancelled, Some(known)) => {
                    cancel_within(&mut tx, access, known.id, false, now).await?;
                    known.id
                }
                (Step::Same, Some(known)) => known.id,
                _ => continue,
            };
            remember(&mut tx, access, event.uid, change, meeting).await?;
            changed.extend(change.step.is_change().then_some(meeting));
        }
    }
    tx.commit().await?;
    Ok(changed)
}

async fn move_to(tx: &mut Tx, access: &Access, before: &Meeting, to: &Change, now: Moment) -> Result<(), Error> {
    const MOVE: &str = "UPDATE meeting SET starts_local = $4, zone = $5, starts_at = $6, minutes = $7,
            version = version + 1, changed_at = $8
        WHERE id = $1 AND family = $2 AND version = $3 AND cancelled_at IS NULL";
    let moved = within!(&mut *tx, on => {
        sqlx::query(MOVE)
            .bind(before.id)
            .bind(access.family)
            .bind(before.version)
            .bind(LocalColumn(to.starts.local()))
            .bind(ZoneColumn(to.starts.zone()))
            .bind(to.starts.instant())
            .bind(to.minutes)
            .bind(now)
            .execute(on)
            .await?
            .rows_affected()
    });
    if moved != 1 {
        return Err(Error::Taken("meeting_version".into()));
    }
    if before.starts != to.starts {
        ask_anew(tx, before.id).await?;
        tell_of_meeting(tx, before.id, Kind::Changed, access.viewer, now).await?;
    }
    plan_meeting(tx, before.id, now).await
}

/// Writes down what was taken, where nobody did meanwhile.
async fn remember(tx: &mut Tx, access: &Access, uid: Uid, change: &Change, meeting: Id<Meeting>) -> Result<(), Error> {
    const FIRST: &str =
        "INSERT INTO calendar_event (municipality, family, uid, recurrence, meeting, sequence, written_at,
            starts_at, minutes)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING";
    const AGAIN: &str = "UPDATE calendar_event SET recurrence = $4, meeting = $5, sequence = $6, written_at = $7,
            starts_at = $8, minutes = $9
        WHERE municipality = $1 AND family = $2 AND uid = $3 AND recurrence = $10 AND meeting = $11";
    let written = within!(tx, on => {
        let query = sqlx::query(if change.known.is_some() { AGAIN } else { FIRST })
            .bind(access.municipality)
            .bind(access.family)
            .bind(uid)
            .bind(change.recurrence)
            .bind(meeting)
            .bind(change.edition.sequence)
            .bind(change.edition.written_at)
            .bind(change.starts.instant())
            .bind(change.minutes);
        let query = match &change.known {
            Some(known) => query.bind(known.recurrence).bind(known.id),
            None => query,
        };
        query.execute(on).await?.rows_affected()
    });
    if written == 1 { Ok(()) } else { Err(Error::Taken("calendar_event_recurrence".into())) }
}

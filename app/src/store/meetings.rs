//! Meetings and who comes to them.

use sqlx::FromRow;

use super::{
    Access, Db, Error,
    columns::{LocalColumn, ZoneColumn},
    read,
};
use crate::domain::{
    access::{Relation, Subject},
    id::Id,
    meeting::{Coming, Meeting, Participant, Place},
    moment::{Moment, WallTime},
    person::{Person, Role},
    words::{Note, PersonName, Title},
};

#[derive(FromRow)]
struct MeetingRow {
    id: Id<Meeting>,
    version: i64,
    changed_at: Moment,
    series: Option<Id<Meeting>>,
    cancelled_at: Option<Moment>,
    missed_at: Option<Moment>,
    title: Title,
    starts_local: LocalColumn,
    zone: ZoneColumn,
    starts_at: Moment,
    minutes: i64,
    place: Place,
    place_words: Option<Title>,
    bring: Option<Note>,
    person: Option<Id<Person>>,
    name: Option<PersonName>,
    role: Option<Role>,
    answer: Option<Coming>,
}

/// Whether the place of a meeting is told to nobody: somebody of the family has a protected address, and it is not one of
/// the team's own rooms.
macro_rules! place_is_hidden {
    ($meeting:literal) => {
        concat!(
            $meeting,
            ".place IN ('home', 'elsewhere') AND EXISTS (
                SELECT 1 FROM person x WHERE x.family = ",
            $meeting,
            ".family AND x.address_protected
            )"
        )
    };
}
pub(super) use place_is_hidden;

/// Meetings as the viewer ($7) may see them. Staff ($4) see all. A meeting that names parents is for those it names ($5), and
/// for whom one of them shares the meetings with. A child's name is for adults with rights for that child. What others
/// answered is for staff here.
macro_rules! meetings_among {
    ($condition:literal, $order:literal) => {
        concat!(
            "SELECT m.id, m.version, m.changed_at, m.series, m.cancelled_at, m.missed_at, a.answer, m.title, m.starts_local, m.zone, m.starts_at, m.minutes, m.place, m.bring,
                p.id AS person, p.name, p.role,
                CASE WHEN ",
            place_is_hidden!("m"),
            " THEN NULL ELSE m.place_words END AS place_words
            FROM (SELECT * FROM meeting WHERE family = $1 AND ",
            $condition,
            " AND ($4 OR NOT EXISTS (
                    SELECT 1 FROM participant r JOIN person x ON x.id = r.person
                    WHERE r.meeting = meeting.id AND x.family = $1 AND x.role = 'parent'
                ) OR EXISTS (
                    SELECT 1 FROM participant r WHERE r.meeting = meeting.id AND (r.person = $5 OR r.person IN (
                        SELECT c.given_by FROM sound_consent c
                        WHERE c.family = $1 AND c.recipient = $5 AND c.item = 'meetings' AND c.given_at <= $6
                            AND $6 < c.ends_at AND (c.withdrawn_at IS NULL OR $6 < c.withdrawn_at)
                    ))
                ))
                ORDER BY ",
            $order,
            ", id LIMIT $3) AS m
            LEFT JOIN participant r ON r.meeting = m.id
            LEFT JOIN person p ON p.id = r.person AND ($4 OR p.role <> 'child' OR EXISTS (
                SELECT 1 FROM guardianship g WHERE g.child = p.id AND g.adult = $7 AND g.may_see
            ))
            LEFT JOIN meeting_answer a ON a.meeting = m.id AND a.person = p.id AND ($4 OR a.person = $5)
            ORDER BY m.",
            $order,
            ", m.id, p.role, p.id"
        )
    };
}

/// The next meetings, the nearest first, at most `limit`. One that is going on still counts.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see meetings.
pub async fn upcoming(db: &Db, access: &Access, now: Moment, limit: i64) -> Result<Vec<Meeting>, Error> {
    const UPCOMING: &str = meetings_among!(
        "cancelled_at IS NULL AND missed_at IS NULL AND starts_at > $2 - 86400 AND starts_at + minutes * 60 > $2",
        "starts_at"
    );
    fetch(db, access, UPCOMING, now, limit).await
}

/// The meetings that were, the latest first, at most `limit`.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see meetings.
pub async fn past(db: &Db, access: &Access, now: Moment, limit: i64) -> Result<Vec<Meeting>, Error> {
    const PAST: &str = meetings_among!("cancelled_at IS NULL AND starts_at + minutes * 60 <= $2", "starts_at DESC");
    fetch(db, access, PAST, now, limit).await
}

/// The meetings in the viewer's own calendar, the latest first: those a parent may see, and those that name anybody else.
/// What was cancelled since `since` is among them, so that calendars take it away.
pub(super) async fn of_calendar(db: &Db, access: &Access, since: Moment, limit: i64) -> Result<Vec<Meeting>, Error> {
    const OF_PARENT: &str =
        meetings_among!("starts_at > $2 AND (cancelled_at IS NULL OR cancelled_at > $2)", "starts_at DESC");
    const NAMED: &str = meetings_among!(
        "starts_at > $2 AND (cancelled_at IS NULL OR cancelled_at > $2) AND EXISTS (
            SELECT 1 FROM participant n WHERE n.meeting = meeting.id AND n.person = $5
        )",
        "starts_at DESC"
    );
    let sql = if access.relation() == Relation::Parent { OF_PARENT } else { NAMED };
    fetch(db, access, sql, since, limit).await
}

/// The meetings to come that were taken from calendar files, also those that were cancelled; the earliest first.
pub(super) async fn of_calendar_files(db: &Db, access: &Access, now: Moment) -> Result<Vec<Meeting>, Error> {
    const TAKEN: &str = meetings_among!(
        "starts_at > $2 AND EXISTS (SELECT 1 FROM calendar_event e WHERE e.meeting = meeting.id)",
        "starts_at"
    );
    fetch(db, access, TAKEN, now, i64::MAX).await
}

/// One meeting, also when it was cancelled or came to nothing.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see it.
pub async fn meeting(db: &Db, access: &Access, id: Id<Meeting>) -> Result<Meeting, Error> {
    const ONE: &str = meetings_among!("id = $2", "starts_at");
    access.require(Subject::Meetings)?;
    let rows: Vec<MeetingRow> = read!(db, on => {
        sqlx::query_as(ONE)
            .bind(access.family)
            .bind(id)
            .bind(1_i64)
            .bind(access.is_staff())
            .bind(access.meetings_of)
            .bind(access.opened_at)
            .bind(access.viewer)
            .fetch_all(on)
            .await?
    });
    gather(rows).pop().ok_or(Error::NotFound)
}

async fn fetch(db: &Db, access: &Access, sql: &'static str, now: Moment, limit: i64) -> Result<Vec<Meeting>, Error> {
    access.require(Subject::Meetings)?;
    let rows: Vec<MeetingRow> = read!(db, on => {
        sqlx::query_as(sql)
            .bind(access.family)
            .bind(now)
            .bind(limit)
            .bind(access.is_staff())
            .bind(access.meetings_of)
            .bind(access.opened_at)
            .bind(access.viewer)
            .fetch_all(on)
            .await?
    });
    Ok(gather(rows))
}

/// A wall time as it stands in the database. Where the rules of its zone changed since, its instant is what counts.
pub(super) fn wall(local: LocalColumn, zone: ZoneColumn, at: Moment) -> WallTime {
    WallTime::new(local.0, zone.0).unwrap_or_else(|_| WallTime::at(at, zone.0))
}

/// Meetings from rows that tell each once per participant.
fn gather(rows: Vec<MeetingRow>) -> Vec<Meeting> {
    let mut meetings: Vec<Meeting> = Vec::new();
    for row in rows {
        let participant = match (row.person, row.name, row.role) {
            (Some(person), Some(name), Some(role)) => Some(Participant { person, name, role, answer: row.answer }),
            _ => None,
        };
        match meetings.last_mut() {
            Some(meeting) if meeting.id == row.id => meeting.participants.extend(participant),
            _ => meetings.push(Meeting {
                id: row.id,
                version: row.version,
                changed_at: row.changed_at,
                in_series: row.series.is_some(),
                cancelled: row.cancelled_at,
                missed: row.missed_at,
                title: row.title,
                starts: wall(row.starts_local, row.zone, row.starts_at),
                minutes: row.minutes,
                place: row.place,
                place_words: row.place_words,
                bring: row.bring,
                participants: participant.into_iter().collect(),
            }),
        }
    }
    meetings
}

//! Meetings and who comes to them.

use sqlx::FromRow;

use super::{
    Access, Db, Error,
    columns::{LocalColumn, ZoneColumn},
    read,
};
use crate::domain::{
    access::Subject,
    id::Id,
    meeting::{Meeting, Participant, Place},
    moment::{Moment, WallTime},
    person::{Person, Role},
    words::{Note, PersonName, Title},
};

#[derive(FromRow)]
struct MeetingRow {
    id: Id<Meeting>,
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
}

/// The address of a home is left out when somebody who lives there has a protected one.
macro_rules! meetings_among {
    ($condition:literal, $order:literal) => {
        concat!(
            "SELECT m.id, m.title, m.starts_local, m.zone, m.starts_at, m.minutes, m.place, m.bring,
                p.id AS person, p.name, p.role,
                CASE WHEN m.place = 'home' AND EXISTS (
                    SELECT 1 FROM person x WHERE x.family = m.family AND x.address_protected
                ) THEN NULL ELSE m.place_words END AS place_words
            FROM (SELECT * FROM meeting WHERE family = $1 AND ",
            $condition,
            " ORDER BY ",
            $order,
            ", id LIMIT $3) AS m
            LEFT JOIN participant r ON r.meeting = m.id LEFT JOIN person p ON p.id = r.person
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
        "cancelled_at IS NULL AND starts_at > $2 - 86400 AND starts_at + minutes * 60 > $2",
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

async fn fetch(db: &Db, access: &Access, sql: &'static str, now: Moment, limit: i64) -> Result<Vec<Meeting>, Error> {
    access.require(Subject::Meetings)?;
    let rows: Vec<MeetingRow> =
        read!(db, on => sqlx::query_as(sql).bind(access.family).bind(now).bind(limit).fetch_all(on).await?);
    let mut meetings: Vec<Meeting> = Vec::new();
    for row in rows {
        let participant = match (row.person, row.name, row.role) {
            (Some(person), Some(name), Some(role)) => Some(Participant { person, name, role }),
            _ => None,
        };
        match meetings.last_mut() {
            Some(meeting) if meeting.id == row.id => meeting.participants.extend(participant),
            _ => meetings.push(Meeting {
                id: row.id,
                title: row.title,
                starts: WallTime::new(row.starts_local.0, row.zone.0)
                    .unwrap_or_else(|_| WallTime::at(row.starts_at, row.zone.0)),
                minutes: row.minutes,
                place: row.place,
                place_words: row.place_words,
                bring: row.bring,
                participants: participant.into_iter().collect(),
            }),
        }
    }
    Ok(meetings)
}

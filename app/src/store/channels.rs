//! The second way to somebody, and who is called where none is left.

use std::collections::HashMap;

use sqlx::{FromRow, QueryBuilder};

use super::{
    Access, Db, Error, Tx, among,
    columns::ZoneColumn,
    inbox::{NewItem, close, put},
    read,
    reminders::{ChoiceRow, push_has_device},
    settings::office_of,
    within, write_one,
};
use crate::domain::{
    channel::{Address, Carrier, Channel, Fate, Letter, Look, Reached, Turn},
    family::{Family, Municipality},
    id::Id,
    inbox::{InboxItem, Matter, Waiting},
    meeting::Meeting,
    moment::Moment,
    person::{Language, Person, Role, Viewer},
    reminder::{Kind, Reminder},
    working_time::is_working_day,
};

/// Whoever writes letters has so long to say what came of them, in seconds; then they are written again.
const LEASE: i64 = 300;

/// The second way the viewer chose.
///
/// # Errors
/// When the database fails.
pub async fn channel(db: &Db, viewer: &Viewer) -> Result<Option<Channel>, Error> {
    const CHANNEL: &str = "SELECT kind, address, refused_at IS NOT NULL FROM channel WHERE person = $1";
    let row: Option<(Carrier, String, bool)> =
        read!(db, on => sqlx::query_as(CHANNEL).bind(viewer.person).fetch_optional(on).await?);
    Ok(row.and_then(|(carrier, address, refused)| {
        Some(Channel { address: Address::parse(carrier, &address).ok()?, refused })
    }))
}

/// The viewer wants to be written to there, or not at all.
///
/// # Errors
/// When the database fails.
pub async fn choose_channel(db: &Db, viewer: &Viewer, address: Option<&Address>, now: Moment) -> Result<(), Error> {
    const FORGET: &str = "DELETE FROM channel WHERE person = $1";
    const CHOOSE: &str = "INSERT INTO channel (person, municipality, kind, address, chosen_at)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (person) DO UPDATE SET kind = $3, address = $4, chosen_at = $5, refused_at = NULL";
    let Some(address) = address else {
        write_one!(db, on => {
            sqlx::query(FORGET).bind(viewer.person).execute(on).await?;
        });
        return Ok(());
    };
    write_one!(db, on => {
        sqlx::query(CHOOSE)
            .bind(viewer.person)
            .bind(viewer.municipality)
            .bind(address.carrier())
            .bind(address.as_str())
            .bind(now)
            .execute(on)
            .await?;
    });
    Ok(())
}

#[derive(FromRow)]
struct LookRow {
    reminder: Id<Reminder>,
    tries: i64,
    kind: Kind,
    ends_at: Moment,
    told: bool,
    seen: bool,
    device: bool,
    carrier: Option<Carrier>,
    address: Option<String>,
    language: Language,
    zone: ZoneColumn,
    #[sqlx(flatten)]
    choice: ChoiceRow,
}

impl LookRow {
    /// Where to write, by one of these carriers.
    fn address(&self, carriers: &[Carrier]) -> Option<Address> {
        let carrier = self.carrier.filter(|carrier| carriers.contains(carrier))?;
        Address::parse(carrier, self.address.as_deref()?).ok()
    }
}

/// Looks at up to `most` reminders whose time has come: whether they reached their person. Gives the letters to write
/// now, by these carriers, for one server; asks somebody to call where there is no other way.
///
/// # Errors
/// When the database fails.
pub async fn take_letters(db: &Db, carriers: &[Carrier], most: i64, now: Moment) -> Result<Vec<Letter>, Error> {
    const TAKE: &str = "UPDATE reach SET next_at = $2, tries = tries + 1
        WHERE next_at <= $1 AND reminder IN (SELECT reminder FROM reach WHERE next_at <= $1 ORDER BY next_at LIMIT $3)
        RETURNING reminder";
    let taken: Vec<Id<Reminder>> = write_one!(db, on => {
        sqlx::query_scalar(TAKE).bind(now).bind(now.plus_seconds(LEASE)).bind(most).fetch_all(on).await?
    });
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<LookRow> = read!(db, on => {
        let mut query = QueryBuilder::new(
            "SELECT h.reminder, h.tries, r.kind, r.ends_at, r.told_at IS NOT NULL AS told, c.kind AS carrier, c.address,
                p.language, m.zone, q.quiet_from, q.quiet_until, q.detail,
                EXISTS (SELECT 1 FROM delivery d WHERE d.reminder = r.id AND d.seen_at IS NOT NULL) OR EXISTS (
                    SELECT 1 FROM meeting_answer a
                    WHERE a.meeting = r.subject AND a.person = r.person AND a.answered_at >= r.told_at
                ) OR (r.kind = 'inbox' AND NOT EXISTS (
                    SELECT 1 FROM holding g WHERE g.item = r.subject AND g.person = r.person
                )) AS seen,
                ",
        );
        push_has_device!(query, now);
        query.push(
            " AS device
            FROM reach h JOIN reminder r ON r.id = h.reminder JOIN person p ON p.id = r.person AND p.left_at IS NULL
            JOIN municipality m ON m.id = p.municipality LEFT JOIN reminder_choice q ON q.person = p.id
            LEFT JOIN channel c ON c.person = p.id AND c.refused_at IS NULL WHERE h.reminder IN ",
        );
        among!(query, &taken);
        query.build_query_as().fetch_all(on).await?
    });
    let mut letters = Vec::new();
    let mut tx = db.begin().await?;
    for gone in taken.iter().filter(|taken| rows.iter().all(|row| row.reminder != **taken)) {
        done(&mut tx, *gone, Reached::Nobody, now).await?;
    }
    for row in rows {
        let address = row.address(carriers);
        let choice = row.choice.choice();
        let awake = if row.kind == Kind::Try { now } else { choice.awake(now, row.zone.0) };
        let (told, seen, device, ends_at) = (row.told, row.seen, row.device, row.ends_at);
        let look = Look { told, seen, device, address: address.is_some(), awake, ends_at };
        match (look.turn(now), address) {
            (Turn::Wait, _) => again(&mut tx, row.reminder, None).await?,
            (Turn::Again(at), _) => again(&mut tx, row.reminder, Some(at)).await?,
            (Turn::Done(reached), _) => done(&mut tx, row.reminder, reached, now).await?,
            (Turn::Write, Some(address)) => {
                let (reminder, tries, language) = (row.reminder, row.tries, row.language);
                letters.push(Letter { reminder, tries, address, language, ends_at });
            }
            (Turn::Call | Turn::Write, _) => call(&mut tx, row.reminder, now).await?,
        }
    }
    tx.commit().await?;
    Ok(letters)
}

async fn again(tx: &mut Tx, reminder: Id<Reminder>, at: Option<Moment>) -> Result<(), Error> {
    within!(tx, on => {
        sqlx::query("UPDATE reach SET next_at = $2 WHERE reminder = $1").bind(reminder).bind(at).execute(on).await?;
    });
    Ok(())
}

async fn done(tx: &mut Tx, reminder: Id<Reminder>, reached: Reached, now: Moment) -> Result<(), Error> {
    const DONE: &str = "UPDATE reach SET next_at = NULL, outcome = $2, settled_at = $3 WHERE reminder = $1";
    within!(tx, on => {
        sqlx::query(DONE).bind(reminder).bind(reached).bind(now).execute(on).await?;
    });
    Ok(())
}

#[derive(FromRow)]
struct CallRow {
    municipality: Id<Municipality>,
    family: Id<Family>,
    person: Id<Person>,
    role: Role,
    meeting: Id<Meeting>,
    told: bool,
    ends_at: Moment,
}

/// Asks whoever reads for the family to tell a parent of a meeting by phone, once for each meeting until somebody did.
/// Before it is told in vain, by the end of that working day; else by the end of the next; and before the meeting.
async fn call(tx: &mut Tx, reminder: Id<Reminder>, now: Moment) -> Result<(), Error> {
    const WHOM: &str =
        "SELECT m.municipality, m.family, r.person, p.role, m.id AS meeting, r.told_at IS NOT NULL AS told,
            r.ends_at
        FROM reminder r JOIN person p ON p.id = r.person JOIN meeting m ON m.id = r.subject WHERE r.id = $1";
    let row: Option<CallRow> = within!(&mut *tx, on => sqlx::query_as(WHOM).bind(reminder).fetch_optional(on).await?);
    let Some(row) = row.filter(|row| row.role == Role::Parent) else {
        return done(tx, reminder, Reached::Nobody, now).await;
    };
    let office = office_of(tx, row.municipality).await?;
    let today = now.date(office.zone());
    let closing = office.closing(today);
    let soon = !row.told && is_working_day(today) && closing > now;
    let read_by = if soon { closing } else { office.read_by(now, true) }.min(row.ends_at);
    if read_by <= now {
        return done(tx, reminder, Reached::Late, now).await;
    }
    let item = NewItem {
        id: Id::fresh(now),
        municipality: row.municipality,
        family: row.family,
        person: row.person,
        matter: Matter::ByPhone,
        check_in: None,
        instrument: None,
        meeting: Some(row.meeting),
        waiting: Waiting { came_at: now, read_by, pressing: true },
    };
    put(tx, &item, &office, now).await?;
    done(tx, reminder, Reached::ByPhone, now).await
}

/// Notes what came of letters. An address that took nothing is written to no more; where a letter came to nothing,
/// somebody is asked to call.
///
/// # Errors
/// When the database fails: then they are written again.
pub async fn settle_letters(db: &Db, fates: &[(Letter, Fate)], now: Moment) -> Result<(), Error> {
    const REFUSED: &str = "UPDATE channel SET refused_at = $3 WHERE address = $2
        AND person = (SELECT person FROM reminder WHERE id = $1)";
    if fates.is_empty() {
        return Ok(());
    }
    let mut tx = db.begin().await?;
    for (letter, fate) in fates {
        match fate {
            Fate::Sent => done(&mut tx, letter.reminder, Reached::Written, now).await?,
            Fate::Again(at) => again(&mut tx, letter.reminder, Some(*at)).await?,
            Fate::Failed => call(&mut tx, letter.reminder, now).await?,
            Fate::Refused => {
                within!(&mut tx, on => {
                    sqlx::query(REFUSED)
                        .bind(letter.reminder)
                        .bind(letter.address.as_str())
                        .bind(now)
                        .execute(on)
                        .await?;
                });
                call(&mut tx, letter.reminder, now).await?;
            }
        }
    }
    tx.commit().await
}

/// Plans when it is looked whether there is any way at all to tell somebody of a meeting: while there is still time to
/// call.
pub(super) async fn plan_look(
    tx: &mut Tx,
    municipality: Id<Municipality>,
    reminder: Id<Reminder>,
    at: Moment,
) -> Result<(), Error> {
    const PLAN: &str = "INSERT INTO reach (reminder, municipality, next_at) VALUES ($1, $2, $3)
        ON CONFLICT (reminder) DO NOTHING";
    within!(tx, on => {
        sqlx::query(PLAN).bind(reminder).bind(municipality).bind(at).execute(on).await?;
    });
    Ok(())
}

/// When it is looked whether reminders that were told now reached their person.
pub(super) async fn plan_looks(
    tx: &mut Tx,
    looks: &HashMap<Id<Reminder>, (Id<Municipality>, Moment)>,
) -> Result<(), Error> {
    let looks: Vec<_> = looks.iter().collect();
    for some in looks.chunks(100) {
        within!(&mut *tx, on => {
            let mut query = QueryBuilder::new("INSERT INTO reach (reminder, municipality, next_at) ");
            query.push_values(some, |mut bind, (reminder, (municipality, at))| {
                bind.push_bind(**reminder).push_bind(*municipality).push_bind(*at);
            });
            query.push(
                " ON CONFLICT (reminder) DO UPDATE SET next_at = excluded.next_at, tries = 0 WHERE reach.outcome IS NULL",
            );
            query.build().execute(on).await?;
        });
    }
    Ok(())
}

/// A parent who is to be told of a meeting by phone.
///
/// # Errors
/// [`Error::NotFound`] when the viewer does not read for that family, or stands in and does not have it.
pub async fn call_to_make(db: &Db, access: &Access, id: Id<InboxItem>) -> Result<InboxItem, Error> {
    let (item, _) = super::inbox_item(db, access, id).await?;
    if item.matter == Matter::ByPhone { Ok(item) } else { Err(Error::NotFound) }
}

/// The viewer told a parent of a meeting by phone.
///
/// # Errors
/// As [`call_to_make`]; [`Error::Taken`] when somebody did it already.
pub async fn called(db: &Db, access: &Access, id: Id<InboxItem>, now: Moment) -> Result<(), Error> {
    call_to_make(db, access, id).await?;
    let mut tx = db.begin().await?;
    if !close(&mut tx, access, id, now).await? {
        return Err(Error::Taken("inbox_item".to_owned()));
    }
    tx.commit().await
}

//! Sessions: who is signed in, on which devices, and until when.

use sqlx::FromRow;

use super::{Db, Error, Tx, columns::ZoneColumn, read, reminders::forget_devices_of, within, write_one};
use crate::domain::{
    chance::Token,
    family::{Family, Municipality},
    id::Id,
    moment::Moment,
    person::{Language, Person, Role, Viewer},
    phone_code::{PAUSE, PhoneLock},
    sign_in::{CameBy, Limits, PROVEN, SESSIONS, Session},
    words::PersonName,
};

/// Nobody is told of the home screen in the first so many seconds on a device: on the first day there is enough to see.
const INSTALL_HINT_AFTER: i64 = 86_400;

/// Who holds a living session with this token, and when that session was last seen.
///
/// # Errors
/// When the database fails.
pub async fn viewer(db: &Db, token: &Token, now: Moment) -> Result<Option<(Viewer, Moment)>, Error> {
    const VIEWER: &str = "SELECT s.id AS session, s.seen_at, p.id AS person, p.municipality, p.family, p.role, p.name,
            p.language, p.quick_exit, s.keeps_pages AND s.code_hash IS NULL AS keeps_pages, s.install_hint AND s.created_at <= $3 AS install_hint,
            s.code_hash IS NOT NULL AS has_code, s.locked, s.exit_locks, s.confirmed_at, s.proven_at, s.passkey_offer AND s.proven_at > $4 AND NOT p.quick_exit AS passkey_offer, m.zone
        FROM session s JOIN person p ON p.id = s.person JOIN municipality m ON m.id = p.municipality
        WHERE s.token_hash = $1 AND s.revoked_at IS NULL AND s.ends_at > $2 AND p.left_at IS NULL";
    let row: Option<ViewerRow> = read!(db, on => {
        sqlx::query_as(VIEWER)
            .bind(token.hash())
            .bind(now)
            .bind(now.plus_seconds(-INSTALL_HINT_AFTER))
            .bind(now.plus_seconds(-PROVEN))
            .fetch_optional(on)
            .await?
    });
    Ok(row.map(|row| {
        let viewer = Viewer {
            person: row.person,
            municipality: row.municipality,
            family: row.family,
            role: row.role,
            name: row.name,
            language: row.language,
            quick_exit: row.quick_exit,
            zone: row.zone.0,
            session: row.session,
            keeps_pages: row.keeps_pages,
            lock: match (row.has_code, row.locked || now.seconds() - row.seen_at.seconds() >= PAUSE) {
                (false, _) => PhoneLock::None,
                (true, false) => PhoneLock::Open,
                (true, true) => PhoneLock::Locked,
            },
            exit_locks: row.exit_locks,
            confirmed_at: row.confirmed_at,
            install_hint: row.install_hint,
            proven_at: row.proven_at,
            passkey_offer: row.passkey_offer,
        };
        (viewer, row.seen_at)
    }))
}

#[derive(FromRow)]
struct ViewerRow {
    session: Id<Session>,
    seen_at: Moment,
    person: Id<Person>,
    municipality: Id<Municipality>,
    family: Option<Id<Family>>,
    role: Role,
    name: PersonName,
    language: Language,
    quick_exit: bool,
    keeps_pages: bool,
    has_code: bool,
    locked: bool,
    exit_locks: bool,
    confirmed_at: Moment,
    install_hint: bool,
    proven_at: Moment,
    passkey_offer: bool,
    zone: ZoneColumn,
}

/// Notes that the session is in use and moves its idle limit, never past its absolute one. One that is over stays so.
///
/// # Errors
/// When the database fails.
pub async fn touch(db: &Db, viewer: &Viewer, now: Moment) -> Result<(), Error> {
    const TOUCH: &str = "UPDATE session SET seen_at = $2,
            ends_at = CASE WHEN created_at + $4 < $3 THEN created_at + $4 ELSE $3 END
        WHERE id = $1 AND revoked_at IS NULL AND ends_at > $2";
    let limits = Limits::of(viewer.role);
    write_one!(db, on => {
        sqlx::query(TOUCH)
            .bind(viewer.session)
            .bind(now)
            .bind(now.plus_seconds(limits.idle))
            .bind(limits.absolute)
            .execute(on)
            .await?;
    });
    Ok(())
}

/// Whether the viewer's device may keep pages to be read without a net.
///
/// # Errors
/// When the database fails.
pub async fn keep_pages(db: &Db, viewer: &Viewer, keep: bool) -> Result<(), Error> {
    write_one!(db, on => {
        sqlx::query("UPDATE session SET keeps_pages = $2 WHERE id = $1")
            .bind(viewer.session)
            .bind(keep)
            .execute(on)
            .await?;
    });
    Ok(())
}

/// The viewer has read on this device that the product can be put on its home screen.
///
/// # Errors
/// When the database fails.
pub async fn hide_install_hint(db: &Db, viewer: &Viewer) -> Result<(), Error> {
    write_one!(db, on => {
        sqlx::query("UPDATE session SET install_hint = FALSE WHERE id = $1").bind(viewer.session).execute(on).await?;
    });
    Ok(())
}

/// The viewer's living sessions, the latest used first.
///
/// # Errors
/// When the database fails.
pub async fn sessions(db: &Db, viewer: &Viewer, now: Moment) -> Result<Vec<Session>, Error> {
    const LIST: &str = "SELECT id, device, created_at, seen_at, came_by FROM session
        WHERE person = $1 AND revoked_at IS NULL AND ends_at > $2 ORDER BY seen_at DESC, id DESC";
    type Row = (Id<Session>, String, Moment, Moment, Option<CameBy>);
    let rows: Vec<Row> = read!(db, on => sqlx::query_as(LIST).bind(viewer.person).bind(now).fetch_all(on).await?);
    let session = |(id, device, created_at, seen_at, came_by)| Session { id, device, created_at, seen_at, came_by };
    Ok(rows.into_iter().map(session).collect())
}

/// Ends one of the viewer's own sessions at once.
///
/// # Errors
/// [`Error::NotFound`] when it is not the viewer's own.
pub async fn close_session(db: &Db, viewer: &Viewer, session: Id<Session>, now: Moment) -> Result<(), Error> {
    const CLOSE: &str = "UPDATE session SET revoked_at = COALESCE(revoked_at, $3) WHERE id = $1 AND person = $2";
    let mut tx = db.begin().await?;
    let found = within!(&mut tx, on => {
        sqlx::query(CLOSE).bind(session).bind(viewer.person).bind(now).execute(on).await?.rows_affected()
    });
    if found != 1 {
        return Err(Error::NotFound);
    }
    forget_devices_of(&mut tx, viewer.person, now).await?;
    tx.commit().await
}

/// Ends every session of the viewer at once, this one too.
///
/// # Errors
/// When the database fails.
pub async fn close_every_session(db: &Db, viewer: &Viewer, now: Moment) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    end_sessions(&mut tx, viewer.person, now).await?;
    tx.commit().await
}

/// Ends every session of a person at once.
///
/// # Errors
/// When the database fails.
pub(super) async fn end_sessions(tx: &mut Tx, person: Id<Person>, now: Moment) -> Result<(), Error> {
    const CLOSE: &str = "UPDATE session SET revoked_at = $2 WHERE person = $1 AND revoked_at IS NULL";
    within!(&mut *tx, on => {
        sqlx::query(CLOSE).bind(person).bind(now).execute(on).await?;
    });
    forget_devices_of(tx, person, now).await
}

/// Lets what happens to a person's ways in happen one at a time, until the transaction ends.
///
/// # Errors
/// [`Error::NotFound`] when there is no such person any more.
pub(super) async fn take_turn(tx: &mut Tx, person: Id<Person>) -> Result<(), Error> {
    const TURN: &str = "UPDATE person SET left_at = left_at WHERE id = $1 AND left_at IS NULL";
    let found = within!(tx, on => sqlx::query(TURN).bind(person).execute(on).await?.rows_affected());
    if found == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Notes that the viewer showed who they are.
pub(super) async fn note_proof(tx: &mut Tx, viewer: &Viewer, now: Moment) -> Result<(), Error> {
    const PROVEN: &str = "UPDATE session SET proven_at = $2 WHERE id = $1 AND revoked_at IS NULL";
    within!(tx, on => {
        sqlx::query(PROVEN).bind(viewer.session).bind(now).execute(on).await?;
    });
    Ok(())
}

/// Begins a session for a person and ends the oldest living ones, so that there are [`SESSIONS`] at most.
///
/// # Errors
/// [`Error::NotFound`] when there is no such person any more.
pub(super) async fn begin_session(
    tx: &mut Tx,
    person: Id<Person>,
    token: &Token,
    (device, came_by): (&str, CameBy),
    now: Moment,
) -> Result<(), Error> {
    const WHO: &str = "SELECT municipality, family, role FROM person WHERE id = $1 AND left_at IS NULL";
    const BEGIN: &str = "INSERT INTO session
            (id, municipality, family, person, token_hash, device, created_at, seen_at, proven_at, ends_at, came_by)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $7, $8, $9)";
    const MAKE_ROOM: &str = "UPDATE session SET revoked_at = $2
        WHERE person = $1 AND revoked_at IS NULL AND ends_at > $2 AND id NOT IN (
            SELECT id FROM session WHERE person = $1 AND revoked_at IS NULL AND ends_at > $2
            ORDER BY created_at DESC, id DESC LIMIT $3
        )";
    let (municipality, family, role): (Id<Municipality>, Option<Id<Family>>, Role) =
        within!(&mut *tx, on => sqlx::query_as(WHO).bind(person).fetch_one(on).await?);
    within!(&mut *tx, on => {
        sqlx::query(MAKE_ROOM).bind(person).bind(now).bind(SESSIONS - 1).execute(on).await?;
    });
    let limits = Limits::of(role);
    within!(tx, on => {
        sqlx::query(BEGIN)
            .bind(Id::<Session>::fresh(now))
            .bind(municipality)
            .bind(family)
            .bind(person)
            .bind(token.hash())
            .bind(device)
            .bind(now)
            .bind(now.plus_seconds(limits.idle.min(limits.absolute)))
            .bind(came_by)
            .execute(on)
            .await?;
    });
    Ok(())
}

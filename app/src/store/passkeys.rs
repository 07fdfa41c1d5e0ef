//! Passkeys: keys on people's devices that let them in, and what a device was asked to sign and has not yet.

use sqlx::FromRow;

use super::{
    Db, Error, Tx, read,
    sessions::{begin_session, note_proof, take_turn},
    within, write_one,
};
use crate::domain::{
    chance::Token,
    id::Id,
    moment::Moment,
    passkey::{
        CEREMONY, Kind, PASSKEYS, Passkey,
        ceremony::{Asked, HANDLE, Kept, Made},
    },
    person::{Person, Viewer},
    sign_in::{CameBy, Session},
    words::Title,
};

/// Keeps what a device was asked to sign, for five minutes. Of one session only the latest is kept, and what nobody
/// answered in time goes.
///
/// # Errors
/// When the database fails.
pub async fn begin_ceremony(
    db: &Db,
    kind: Kind,
    viewer: Option<&Viewer>,
    asked: &Asked,
    now: Moment,
) -> Result<(), Error> {
    const CLEAR: &str = "DELETE FROM ceremony WHERE ends_at <= $1 OR session = $2";
    const BEGIN: &str = "INSERT INTO ceremony (challenge, kind, session, state, ends_at) VALUES ($1, $2, $3, $4, $5)";
    let session = viewer.map(|viewer| viewer.session);
    let mut tx = db.begin().await?;
    if let Some(viewer) = viewer {
        take_turn(&mut tx, viewer.person).await?;
    }
    within!(&mut tx, on => {
        sqlx::query(CLEAR).bind(now).bind(session).execute(on).await?;
    });
    within!(&mut tx, on => {
        sqlx::query(BEGIN)
            .bind(asked.challenge.as_slice())
            .bind(kind.key())
            .bind(session)
            .bind(asked.state.as_slice())
            .bind(now.plus_seconds(CEREMONY))
            .execute(on)
            .await?;
    });
    tx.commit().await
}

/// Takes what a device was asked to sign, whatever it answered: it is there for nobody after that.
///
/// # Errors
/// [`Error::NotFound`] when it was not asked for that on that session, was taken before, or took too long.
pub async fn end_ceremony(
    db: &Db,
    kind: Kind,
    viewer: Option<&Viewer>,
    challenge: [u8; 16],
    now: Moment,
) -> Result<Vec<u8>, Error> {
    const END: &str = "DELETE FROM ceremony WHERE challenge = $1 RETURNING kind, session, state, ends_at";
    let (asked, session, state, ends_at): (String, Option<Id<Session>>, Vec<u8>, Moment) = write_one!(db, on => {
        sqlx::query_as(END).bind(challenge.as_slice()).fetch_one(on).await?
    });
    let is_theirs = session == viewer.map(|viewer| viewer.session);
    if asked == kind.key() && is_theirs && now < ends_at { Ok(state) } else { Err(Error::NotFound) }
}

/// What devices know the viewer by; made when there is nothing yet.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no longer there.
pub async fn passkey_handle(db: &Db, viewer: &Viewer, fresh: [u8; HANDLE]) -> Result<Vec<u8>, Error> {
    const HANDLE_OF: &str = "UPDATE person SET passkey_handle = COALESCE(passkey_handle, $2)
        WHERE id = $1 AND left_at IS NULL RETURNING passkey_handle";
    Ok(write_one!(db, on => {
        sqlx::query_scalar(HANDLE_OF).bind(viewer.person).bind(fresh.as_slice()).fetch_one(on).await?
    }))
}

#[derive(FromRow)]
struct PasskeyRow {
    id: Id<Passkey>,
    credential: Vec<u8>,
    name: Title,
    created_at: Moment,
    used_at: Option<Moment>,
}

/// The viewer's own passkeys with what their devices call them, the latest made first.
///
/// # Errors
/// When the database fails.
pub async fn passkeys(db: &Db, viewer: &Viewer) -> Result<Vec<(Passkey, Vec<u8>)>, Error> {
    const MINE: &str = "SELECT id, credential, name, created_at, used_at FROM passkey
        WHERE person = $1 ORDER BY created_at DESC, id DESC";
    let rows: Vec<PasskeyRow> = read!(db, on => sqlx::query_as(MINE).bind(viewer.person).fetch_all(on).await?);
    let passkey = |row: PasskeyRow| {
        let PasskeyRow { id, credential, name, created_at, used_at } = row;
        (Passkey { id, name, created_at, used_at }, credential)
    };
    Ok(rows.into_iter().map(passkey).collect())
}

/// One of the viewer's own passkeys.
///
/// # Errors
/// [`Error::NotFound`] when it is not the viewer's own.
pub async fn passkey(db: &Db, viewer: &Viewer, id: Id<Passkey>) -> Result<Passkey, Error> {
    let mine = passkeys(db, viewer).await?;
    mine.into_iter().map(|(passkey, _)| passkey).find(|passkey| passkey.id == id).ok_or(Error::NotFound)
}

/// What the viewer's device is called, as its browser named itself.
///
/// # Errors
/// When the database fails.
pub async fn device_name(db: &Db, viewer: &Viewer) -> Result<Title, Error> {
    Ok(read!(db, on => {
        sqlx::query_scalar("SELECT device FROM session WHERE id = $1").bind(viewer.session).fetch_one(on).await?
    }))
}

/// Keeps a new passkey of the viewer's, and offers none on that session any more.
///
/// # Errors
/// [`Error::Taken`] when a passkey is called so already, or the viewer has as many as fit; [`Error::NotFound`] when the
/// viewer is no longer there.
pub async fn keep_passkey(db: &Db, viewer: &Viewer, made: &Made, name: &Title, now: Moment) -> Result<(), Error> {
    const KEEP: &str = "INSERT INTO passkey
            (id, municipality, family, person, credential, public_key, state, name, created_at)
        SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9
        WHERE (SELECT COUNT(*) FROM passkey WHERE person = $4) < $10";
    let mut tx = db.begin().await?;
    take_turn(&mut tx, viewer.person).await?;
    let kept = within!(&mut tx, on => {
        sqlx::query(KEEP)
            .bind(Id::<Passkey>::fresh(now))
            .bind(viewer.municipality)
            .bind(viewer.family)
            .bind(viewer.person)
            .bind(made.credential.as_slice())
            .bind(made.public_key.as_slice())
            .bind(made.state.as_slice())
            .bind(name)
            .bind(now)
            .bind(i64::try_from(PASSKEYS).unwrap_or(i64::MAX))
            .execute(on)
            .await?
            .rows_affected()
    });
    if kept != 1 {
        return Err(Error::Taken("passkey_count".into()));
    }
    decline(&mut tx, viewer).await?;
    tx.commit().await
}

/// Gives one of the viewer's own passkeys another name.
///
/// # Errors
/// [`Error::NotFound`] when it is not the viewer's own.
pub async fn rename_passkey(db: &Db, viewer: &Viewer, id: Id<Passkey>, name: &Title) -> Result<(), Error> {
    const RENAME: &str = "UPDATE passkey SET name = $3 WHERE id = $1 AND person = $2";
    let found = write_one!(db, on => {
        sqlx::query(RENAME).bind(id).bind(viewer.person).bind(name).execute(on).await?.rows_affected()
    });
    if found == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Removes one of the viewer's own passkeys. It lets nobody in any more, and nothing of it stays.
///
/// # Errors
/// [`Error::NotFound`] when it is not the viewer's own.
pub async fn remove_passkey(db: &Db, viewer: &Viewer, id: Id<Passkey>) -> Result<(), Error> {
    const REMOVE: &str = "DELETE FROM passkey WHERE id = $1 AND person = $2";
    let found =
        write_one!(db, on => sqlx::query(REMOVE).bind(id).bind(viewer.person).execute(on).await?.rows_affected());
    if found == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// The passkey a device calls so, of somebody who is there: whose it is, and what an answer is held against.
///
/// # Errors
/// [`Error::NotFound`].
pub async fn find_passkey(db: &Db, credential: &[u8]) -> Result<(Id<Passkey>, Id<Person>, Kept), Error> {
    const FIND: &str = "SELECT k.id, k.person, p.passkey_handle, k.public_key, k.state
        FROM passkey k JOIN person p ON p.id = k.person
        WHERE k.credential = $1 AND p.left_at IS NULL AND p.passkey_handle IS NOT NULL";
    type Row = (Id<Passkey>, Id<Person>, Vec<u8>, Vec<u8>, Vec<u8>);
    let (id, person, handle, public_key, state): Row =
        read!(db, on => sqlx::query_as(FIND).bind(credential).fetch_one(on).await?);
    Ok((id, person, Kept { handle, public_key, state }))
}

/// Begins a session for whom a passkey let in, whose state moves on from `before` to `after`.
///
/// # Errors
/// [`Error::NotFound`] when it was removed or used meanwhile, or its person has left.
pub async fn enter_with_passkey(
    db: &Db,
    (id, person): (Id<Passkey>, Id<Person>),
    (before, after): (&[u8], &[u8]),
    session: &Token,
    device: &str,
    now: Moment,
) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    take_turn(&mut tx, person).await?;
    use_passkey(&mut tx, (id, person), (before, after), now).await?;
    begin_session(&mut tx, person, session, (device, CameBy::Passkey), now).await?;
    tx.commit().await
}

/// Notes that the viewer showed with a passkey of their own who they are.
///
/// # Errors
/// [`Error::NotFound`] when it is not the viewer's own, or was removed or used meanwhile.
pub async fn prove(
    db: &Db,
    viewer: &Viewer,
    id: Id<Passkey>,
    (before, after): (&[u8], &[u8]),
    now: Moment,
) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    take_turn(&mut tx, viewer.person).await?;
    use_passkey(&mut tx, (id, viewer.person), (before, after), now).await?;
    note_proof(&mut tx, viewer, now).await?;
    tx.commit().await
}

async fn use_passkey(
    tx: &mut Tx,
    (id, person): (Id<Passkey>, Id<Person>),
    (before, after): (&[u8], &[u8]),
    now: Moment,
) -> Result<(), Error> {
    const USE: &str = "UPDATE passkey SET state = $4, used_at = $5 WHERE id = $1 AND person = $2 AND state = $3";
    let used = within!(tx, on => {
        sqlx::query(USE).bind(id).bind(person).bind(before).bind(after).bind(now).execute(on).await?.rows_affected()
    });
    if used == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// The viewer wants to hear no more of passkeys on that session.
///
/// # Errors
/// When the database fails.
pub async fn decline_passkey(db: &Db, viewer: &Viewer) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    decline(&mut tx, viewer).await?;
    tx.commit().await
}

async fn decline(tx: &mut Tx, viewer: &Viewer) -> Result<(), Error> {
    const DECLINE: &str = "UPDATE session SET passkey_offer = FALSE WHERE id = $1";
    within!(tx, on => {
        sqlx::query(DECLINE).bind(viewer.session).execute(on).await?;
    });
    Ok(())
}

/// Offers a passkey on the session with that token, if its person has none.
pub(super) async fn offer_passkey(tx: &mut Tx, person: Id<Person>, session: &Token) -> Result<(), Error> {
    const OFFER: &str = "UPDATE session SET passkey_offer = TRUE
        WHERE token_hash = $1 AND NOT EXISTS (SELECT 1 FROM passkey WHERE person = $2)";
    within!(tx, on => {
        sqlx::query(OFFER).bind(session.hash()).bind(person).execute(on).await?;
    });
    Ok(())
}

/// Removes every passkey of a person.
pub(super) async fn end_passkeys(tx: &mut Tx, person: Id<Person>) -> Result<(), Error> {
    within!(tx, on => {
        sqlx::query("DELETE FROM passkey WHERE person = $1").bind(person).execute(on).await?;
    });
    Ok(())
}

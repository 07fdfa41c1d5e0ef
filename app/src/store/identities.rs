//! Identities: who is let in by what a provider proves, and who is on their way to one.

use sqlx::FromRow;

use super::{
    Db, Error, Tx,
    invitations::use_up,
    passkeys::offer_passkey,
    read,
    reminders::{forget_devices, forget_devices_of},
    sessions::{begin_session, note_proof, take_turn},
    within, write_one,
};
use crate::domain::{
    chance::Token,
    detour::Detour,
    family::Municipality,
    id::Id,
    identity::{ERRAND_SECONDS, Entered, Errand, Proof, Provider, ProviderKey, Subject},
    moment::Moment,
    person::{Person, Role, Viewer},
    sign_in::{CameBy, Invitation, Session},
    words::Title,
};

/// An identity in the database.
enum Identity {}

/// Forgets who set out to a provider and did not come back in time, with what they had sent before.
///
/// # Errors
/// When the database fails.
pub async fn forget_errands(db: &Db, now: Moment) -> Result<(), Error> {
    write_one!(db, on => {
        sqlx::query("DELETE FROM errand WHERE ends_at <= $1").bind(now).execute(on).await?;
    });
    Ok(())
}

/// Writes down that somebody sets out to a provider with that browser.
///
/// # Errors
/// When the database fails.
pub async fn set_out(
    db: &Db,
    provider: &ProviderKey,
    errand: &Errand,
    state: &Token,
    browser: &Token,
    now: Moment,
) -> Result<(), Error> {
    const SET_OUT: &str = "INSERT INTO errand
            (state_hash, browser_hash, provider, invitation, session, ends_at, goes_on, sent)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let (invitation, session, detour) = match errand {
        Errand::SignIn => (None, None, None),
        Errand::Invited(invitation) => (Some(*invitation), None, None),
        Errand::Bind(session) => (None, Some(*session), None),
        Errand::Prove(session, detour) => (None, Some(*session), Some(detour)),
    };
    write_one!(db, on => {
        sqlx::query(SET_OUT)
            .bind(state.hash())
            .bind(browser.hash())
            .bind(provider)
            .bind(invitation)
            .bind(session)
            .bind(now.plus_seconds(ERRAND_SECONDS))
            .bind(detour.map(Detour::address))
            .bind(detour.and_then(Detour::sent))
            .execute(on)
            .await?;
    });
    Ok(())
}

/// What somebody who comes back from a provider set out for; once. Another browser gets nothing and spoils nothing.
///
/// # Errors
/// When the database fails.
pub async fn come_back(
    db: &Db,
    provider: &ProviderKey,
    state: &Token,
    browser: &Token,
    now: Moment,
) -> Result<Option<Errand>, Error> {
    const COME_BACK: &str = "DELETE FROM errand WHERE state_hash = $1 AND browser_hash = $2 AND provider = $3
        RETURNING invitation, session, ends_at, goes_on, sent";
    type Row = (Option<Id<Invitation>>, Option<Id<Session>>, Moment, Option<String>, Option<String>);
    let row: Option<Row> = write_one!(db, on => {
        sqlx::query_as(COME_BACK)
            .bind(state.hash())
            .bind(browser.hash())
            .bind(provider)
            .fetch_optional(on)
            .await?
    });
    let errand = |(invitation, session, _, goes_on, sent): Row| match (invitation, session, goes_on) {
        (Some(invitation), _, _) => Errand::Invited(invitation),
        (None, Some(session), None) => Errand::Bind(session),
        (None, Some(session), Some(goes_on)) => Errand::Prove(session, Detour::to(&goes_on).with(sent)),
        (None, None, _) => Errand::SignIn,
    };
    Ok(row.filter(|(_, _, ends_at, _, _)| now < *ends_at).map(errand))
}

/// Somebody who may be let in.
#[derive(FromRow)]
struct Known {
    person: Id<Person>,
    role: Role,
    municipality: Title,
    left_at: Option<Moment>,
}

impl Known {
    fn fits(&self, provider: &Provider) -> bool {
        self.left_at.is_none() && provider.is_for(self.role, self.municipality.as_str())
    }
}

/// Lets in who is known by a proof, with `session` as the token of their session. An employee nobody is known by yet is
/// known by it from now on, where the directory knows them by the id they have here.
///
/// # Errors
/// When the database fails.
pub async fn enter_by_provider(
    db: &Db,
    provider: &Provider,
    proof: &Proof,
    session: &Token,
    device: &str,
    now: Moment,
) -> Result<Entered, Error> {
    const BY_STAFF_ID: &str = "SELECT p.id AS person, p.role, m.name AS municipality, p.left_at
        FROM person p JOIN municipality m ON m.id = p.municipality WHERE m.name = $1 AND p.staff_id = $2";
    let mut tx = db.begin().await?;
    let (identity, known) = match known(&mut tx, provider, proof).await? {
        Some((identity, known)) => (Some(identity), known),
        None => {
            let Some((staff_id, municipality)) = proof.staff_id.as_ref().zip(provider.municipality.as_ref()) else {
                return Ok(Entered::Unknown);
            };
            let known: Option<Known> = within!(&mut tx, on => {
                sqlx::query_as(BY_STAFF_ID).bind(municipality).bind(staff_id).fetch_optional(on).await?
            });
            match known {
                Some(known) if known.role.is_employed() => (None, known),
                _ => return Ok(Entered::Unknown),
            }
        }
    };
    if !known.fits(provider) {
        return Ok(Entered::Left);
    }
    match take_turn(&mut tx, known.person).await {
        Err(Error::NotFound) => return Ok(Entered::Left),
        turn => turn?,
    }
    let identity = match identity {
        // It may have ended while this waited for its turn.
        Some(identity) if lives(&mut tx, identity).await? => identity,
        Some(_) => return Ok(Entered::Unknown),
        None => match bind(&mut tx, provider, proof, known.person, Before::Stays, now).await? {
            Ok(identity) => identity,
            Err(entered) => return Ok(entered),
        },
    };
    begin(&mut tx, known.person, identity, proof, session, device, now).await?;
    tx.commit().await?;
    Ok(Entered::In)
}

/// Lets in whom an invitation is for, uses it up, and knows them by the proof from now on: in place of another identity
/// they had at this provider, since whoever invited them knows them.
///
/// # Errors
/// When the database fails.
pub async fn enter_invited(
    db: &Db,
    provider: &Provider,
    proof: &Proof,
    invitation: Id<Invitation>,
    session: &Token,
    device: &str,
    now: Moment,
) -> Result<Entered, Error> {
    const WHOSE: &str = "SELECT p.id AS person, p.role, m.name AS municipality, p.left_at
        FROM invitation i JOIN person p ON p.id = i.person JOIN municipality m ON m.id = p.municipality WHERE i.id = $1";
    let mut tx = db.begin().await?;
    let known: Option<Known> = within!(&mut tx, on => sqlx::query_as(WHOSE).bind(invitation).fetch_optional(on).await?);
    let Some(known) = known.filter(|known| known.fits(provider)) else { return Ok(Entered::Over) };
    match take_turn(&mut tx, known.person).await {
        Err(Error::NotFound) => return Ok(Entered::Over),
        turn => turn?,
    }
    if !use_up(&mut tx, invitation, known.person, now).await? {
        return Ok(Entered::Over);
    }
    let identity = match bind(&mut tx, provider, proof, known.person, Before::Ends, now).await? {
        Ok(identity) => identity,
        Err(entered) => return Ok(entered),
    };
    begin(&mut tx, known.person, identity, proof, session, device, now).await?;
    offer_passkey(&mut tx, known.person, session).await?;
    tx.commit().await?;
    Ok(Entered::In)
}

/// Knows the viewer by a proof from now on.
///
/// # Errors
/// When the database fails.
pub async fn bind_own(
    db: &Db,
    provider: &Provider,
    proof: &Proof,
    viewer: &Viewer,
    now: Moment,
) -> Result<Entered, Error> {
    const WHOSE: &str = "SELECT p.id AS person, p.role, m.name AS municipality, p.left_at
        FROM session s JOIN person p ON p.id = s.person JOIN municipality m ON m.id = p.municipality
        WHERE s.id = $1 AND s.revoked_at IS NULL AND s.ends_at > $2";
    let mut tx = db.begin().await?;
    let known: Option<Known> = within!(&mut tx, on => {
        sqlx::query_as(WHOSE).bind(viewer.session).bind(now).fetch_optional(on).await?
    });
    let Some(known) = known.filter(|known| known.fits(provider)) else { return Ok(Entered::Over) };
    match take_turn(&mut tx, known.person).await {
        Err(Error::NotFound) => return Ok(Entered::Over),
        turn => turn?,
    }
    match bind(&mut tx, provider, proof, known.person, Before::Stays, now).await? {
        Ok(_) => tx.commit().await?,
        Err(entered) => return Ok(entered),
    }
    Ok(Entered::In)
}

/// Notes that the viewer showed by a proof of their own who they are.
///
/// # Errors
/// When the database fails.
pub async fn prove_by_provider(
    db: &Db,
    provider: &Provider,
    proof: &Proof,
    viewer: &Viewer,
    now: Moment,
) -> Result<Entered, Error> {
    let mut tx = db.begin().await?;
    match known(&mut tx, provider, proof).await? {
        Some((_, known)) if known.person == viewer.person && known.fits(provider) => {}
        Some(_) => return Ok(Entered::Taken),
        None => return Ok(Entered::Unknown),
    }
    note_proof(&mut tx, viewer, now).await?;
    tx.commit().await?;
    Ok(Entered::In)
}

/// The providers the viewer is known at.
///
/// # Errors
/// When the database fails.
pub async fn own_providers(db: &Db, viewer: &Viewer) -> Result<Vec<ProviderKey>, Error> {
    const OWN: &str = "SELECT provider FROM identity WHERE person = $1 AND ended_at IS NULL ORDER BY bound_at, id";
    Ok(read!(db, on => sqlx::query_scalar(OWN).bind(viewer.person).fetch_all(on).await?))
}

/// From now on the viewer is no longer known at a provider. Whoever came in by it on another device is signed out there.
///
/// # Errors
/// [`Error::NotFound`] when they are not known there.
pub async fn unbind_own(db: &Db, viewer: &Viewer, provider: &ProviderKey, now: Moment) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    take_turn(&mut tx, viewer.person).await?;
    let ended = end(&mut tx, viewer.person, provider, Some(viewer.session), now).await?;
    if ended == 0 {
        return Err(Error::NotFound);
    }
    tx.commit().await
}

/// The provider by which the viewer's session began.
///
/// # Errors
/// When the database fails.
pub async fn came_by(db: &Db, viewer: &Viewer) -> Result<Option<ProviderKey>, Error> {
    const BY: &str = "SELECT i.provider FROM session s JOIN identity i ON i.id = s.identity WHERE s.id = $1";
    Ok(read!(db, on => sqlx::query_scalar(BY).bind(viewer.session).fetch_optional(on).await?))
}

/// Ends the sessions that began up to `until` by what a provider said of a subject, or in a session of its own that it
/// calls so; where both are told, both must fit, and what it calls a session counts where that is known here. Gives how
/// many there were.
///
/// # Errors
/// When the database fails.
pub async fn close_sessions_by(
    db: &Db,
    provider: &ProviderKey,
    issuer: &str,
    (subject, session): (Option<&Subject>, Option<&str>),
    until: Moment,
    now: Moment,
) -> Result<u64, Error> {
    const CLOSE: &str = "UPDATE session SET revoked_at = $6
        WHERE revoked_at IS NULL AND created_at <= $5
            AND ($4 IS NULL OR provider_session = $4 OR (provider_session IS NULL AND $3 IS NOT NULL))
            AND identity IN (
                SELECT i.id FROM identity i WHERE i.provider = $1 AND i.issuer = $2 AND ($3 IS NULL OR i.subject = $3)
            )";
    if subject.is_none() && session.is_none() {
        return Ok(0);
    }
    let closed = write_one!(db, on => {
        sqlx::query(CLOSE)
            .bind(provider)
            .bind(issuer)
            .bind(subject)
            .bind(session)
            .bind(until)
            .bind(now)
            .execute(on)
            .await?
            .rows_affected()
    });
    forget_devices(db, now).await?;
    Ok(closed)
}

/// Who is known by a proof, and by which identity.
async fn known(tx: &mut Tx, provider: &Provider, proof: &Proof) -> Result<Option<(Id<Identity>, Known)>, Error> {
    #[derive(FromRow)]
    struct Row {
        identity: Id<Identity>,
        #[sqlx(flatten)]
        known: Known,
    }
    const KNOWN: &str = "SELECT i.id AS identity, p.id AS person, p.role, m.name AS municipality, p.left_at
        FROM identity i JOIN person p ON p.id = i.person JOIN municipality m ON m.id = p.municipality
        WHERE i.provider = $1 AND i.issuer = $2 AND i.subject = $3 AND i.ended_at IS NULL";
    let row: Option<Row> = within!(tx, on => {
        sqlx::query_as(KNOWN)
            .bind(&provider.key)
            .bind(&proof.issuer)
            .bind(&proof.subject)
            .fetch_optional(on)
            .await?
    });
    Ok(row.map(|row| (row.identity, row.known)))
}

async fn lives(tx: &mut Tx, identity: Id<Identity>) -> Result<bool, Error> {
    const LIVES: &str = "SELECT COUNT(*) FROM identity WHERE id = $1 AND ended_at IS NULL";
    let living: i64 = within!(tx, on => sqlx::query_scalar(LIVES).bind(identity).fetch_one(on).await?);
    Ok(living == 1)
}

/// What becomes of another identity somebody has at the same provider.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    /// It stays, and the new one is refused; unless it is of an issuer that the provider no longer is.
    Stays,
    /// It makes room.
    Ends,
}

/// Knows a person by a proof, or tells why not. Their turn must have been taken.
async fn bind(
    tx: &mut Tx,
    provider: &Provider,
    proof: &Proof,
    person: Id<Person>,
    before: Before,
    now: Moment,
) -> Result<Result<Id<Identity>, Entered>, Error> {
    const OTHER: &str = "SELECT issuer FROM identity WHERE person = $1 AND provider = $2 AND ended_at IS NULL";
    const BIND: &str = "INSERT INTO identity (id, municipality, person, provider, issuer, subject, bound_at)
        SELECT $1, municipality, id, $3, $4, $5, $6 FROM person WHERE id = $2";
    match known(tx, provider, proof).await? {
        Some((identity, known)) if known.person == person => return Ok(Ok(identity)),
        Some(_) => return Ok(Err(Entered::Taken)),
        None => {}
    }
    let other: Option<String> = within!(&mut *tx, on => {
        sqlx::query_scalar(OTHER).bind(person).bind(&provider.key).fetch_optional(on).await?
    });
    match other {
        Some(issuer) if before == Before::Stays && issuer == proof.issuer => return Ok(Err(Entered::Taken)),
        Some(_) => {
            end(tx, person, &provider.key, None, now).await?;
        }
        None => {}
    }
    let identity = Id::fresh(now);
    let bound = within!(tx, on => {
        sqlx::query(BIND)
            .bind(identity)
            .bind(person)
            .bind(&provider.key)
            .bind(&proof.issuer)
            .bind(&proof.subject)
            .bind(now)
            .execute(on)
            .await
            .map(|_| ())
    });
    match bound.map_err(Error::from) {
        Ok(()) => Ok(Ok(identity)),
        Err(Error::Taken(_)) => Ok(Err(Entered::Taken)),
        Err(error) => Err(error),
    }
}

/// Ends the identity a person has at a provider and every session that began by it, but for one. Gives how many ended.
async fn end(
    tx: &mut Tx,
    person: Id<Person>,
    provider: &ProviderKey,
    but_for: Option<Id<Session>>,
    now: Moment,
) -> Result<u64, Error> {
    const CLOSE: &str = "UPDATE session SET revoked_at = $3
        WHERE person = $1 AND revoked_at IS NULL AND ($4 IS NULL OR id <> $4) AND identity IN (
            SELECT id FROM identity WHERE person = $1 AND provider = $2 AND ended_at IS NULL
        )";
    const END: &str = "UPDATE identity SET ended_at = $3 WHERE person = $1 AND provider = $2 AND ended_at IS NULL";
    within!(&mut *tx, on => {
        sqlx::query(CLOSE).bind(person).bind(provider).bind(now).bind(but_for).execute(on).await?;
    });
    let ended = within!(&mut *tx, on => {
        sqlx::query(END).bind(person).bind(provider).bind(now).execute(on).await?.rows_affected()
    });
    forget_devices_of(tx, person, now).await?;
    Ok(ended)
}

/// Begins a session and writes down by which identity.
async fn begin(
    tx: &mut Tx,
    person: Id<Person>,
    identity: Id<Identity>,
    proof: &Proof,
    session: &Token,
    device: &str,
    now: Moment,
) -> Result<(), Error> {
    const BY: &str = "UPDATE session SET identity = $2, provider_session = $3 WHERE token_hash = $1";
    begin_session(tx, person, session, (device, CameBy::Provider), now).await?;
    within!(tx, on => {
        sqlx::query(BY).bind(session.hash()).bind(identity).bind(proof.session.as_deref()).execute(on).await?;
    });
    Ok(())
}

/// The directory knows these people by another id than before: who was let in by the old one is to prove it anew.
pub(super) async fn end_after_change(
    tx: &mut Tx,
    municipality: Id<Municipality>,
    person: Id<Person>,
    now: Moment,
) -> Result<(), Error> {
    const CLOSE: &str = "UPDATE session SET revoked_at = $3 WHERE person = $1 AND municipality = $2
        AND revoked_at IS NULL AND identity IS NOT NULL";
    const END: &str = "UPDATE identity SET ended_at = $3
        WHERE person = $1 AND municipality = $2 AND ended_at IS NULL";
    for sql in [CLOSE, END] {
        within!(&mut *tx, on => {
            sqlx::query(sql).bind(person).bind(municipality).bind(now).execute(on).await?;
        });
    }
    forget_devices_of(tx, person, now).await
}

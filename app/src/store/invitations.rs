//! Invitations: a single-use way in, kept as a hash only.

use sqlx::FromRow;

use super::{
    Access, Db, Error, Tx,
    passkeys::{end_passkeys, offer_passkey},
    read,
    sessions::{begin_session, end_sessions, take_turn},
    within, write_one,
};
use crate::domain::{
    access::Subject,
    chance::Token,
    family::Family,
    id::Id,
    moment::Moment,
    person::{Language, Person, Role},
    sign_in::{CameBy, INVITATION_DAYS, Invitation, InvitationState, OldWays},
    words::{PersonName, Phone, Title},
};

/// What somebody who holds an invitation's link is told before using it.
#[derive(Clone, Debug)]
pub struct Entry {
    /// The invitation.
    pub id: Id<Invitation>,
    /// Where the invitation stands.
    pub state: InvitationState,
    /// Whom it lets in.
    pub person: Id<Person>,
    /// Their name.
    pub name: PersonName,
    /// The language they read.
    pub language: Language,
    /// What they are.
    pub role: Role,
    /// The municipality's name.
    pub municipality: Title,
    /// Who made it, if a person did, and where to call them.
    pub inviter: Option<(PersonName, Option<Phone>)>,
    /// Where to call the municipality.
    pub municipality_phone: Option<Phone>,
    /// What becomes of the ways in they had.
    pub old_ways: OldWays,
}

#[derive(FromRow)]
struct EntryRow {
    id: Id<Invitation>,
    expires_at: Moment,
    used_at: Option<Moment>,
    revoked_at: Option<Moment>,
    person: Id<Person>,
    name: PersonName,
    language: Language,
    role: Role,
    municipality: Title,
    inviter: Option<PersonName>,
    inviter_phone: Option<Phone>,
    municipality_phone: Option<Phone>,
    ends_old_ways: bool,
}

/// The invitation with this token. Looking changes nothing, since messengers look at links too.
///
/// # Errors
/// When the database fails.
pub async fn entry(db: &Db, token: &Token, now: Moment) -> Result<Option<Entry>, Error> {
    const ENTRY: &str = "SELECT i.id, i.expires_at, i.used_at, COALESCE(i.revoked_at, p.left_at) AS revoked_at,
            i.person, i.ends_old_ways, p.name, p.language, p.role, m.name AS municipality,
            q.name AS inviter, q.phone AS inviter_phone, m.phone AS municipality_phone
        FROM invitation i JOIN person p ON p.id = i.person JOIN municipality m ON m.id = i.municipality
        LEFT JOIN person q ON q.id = i.created_by
        WHERE i.token_hash = $1";
    let row: Option<EntryRow> = read!(db, on => sqlx::query_as(ENTRY).bind(token.hash()).fetch_optional(on).await?);
    Ok(row.map(|row| Entry {
        id: row.id,
        state: InvitationState::at(now, row.expires_at, row.used_at, row.revoked_at),
        person: row.person,
        name: row.name,
        language: row.language,
        role: row.role,
        municipality: row.municipality,
        inviter: row.inviter.map(|name| (name, row.inviter_phone)),
        municipality_phone: row.municipality_phone,
        old_ways: if row.ends_old_ways { OldWays::End } else { OldWays::Stay },
    }))
}

/// Uses an invitation up and begins a session with `session` as its token. Where it was made because a phone is gone,
/// every passkey and every session its person had ends with it. Whoever has no passkey is offered one on that session.
///
/// # Errors
/// [`Error::NotFound`] when it is unknown, used, taken back or expired.
pub async fn accept(db: &Db, token: &Token, session: &Token, device: &str, now: Moment) -> Result<(), Error> {
    const WHOSE: &str = "SELECT id, person FROM invitation WHERE token_hash = $1";
    let mut tx = db.begin().await?;
    let (invitation, person): (Id<Invitation>, Id<Person>) = within!(&mut tx, on => {
        sqlx::query_as(WHOSE).bind(token.hash()).fetch_one(on).await?
    });
    take_turn(&mut tx, person).await?;
    if !use_up(&mut tx, invitation, person, now).await? {
        return Err(Error::NotFound);
    }
    begin_session(&mut tx, person, session, (device, CameBy::Invitation), now).await?;
    offer_passkey(&mut tx, person, session).await?;
    tx.commit().await
}

/// Uses up an invitation of a person whose turn was taken; where it says that their phone is gone, every way in they had
/// before ends. False where it is of no use any more.
pub(super) async fn use_up(
    tx: &mut Tx,
    invitation: Id<Invitation>,
    person: Id<Person>,
    now: Moment,
) -> Result<bool, Error> {
    const USE: &str = "UPDATE invitation SET used_at = $2
        WHERE id = $1 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $2 RETURNING ends_old_ways";
    let ends_old_ways: Option<bool> = within!(&mut *tx, on => {
        sqlx::query_scalar(USE).bind(invitation).bind(now).fetch_optional(on).await?
    });
    if ends_old_ways == Some(true) {
        end_passkeys(tx, person).await?;
        end_sessions(tx, person, now).await?;
    }
    Ok(ends_old_ways.is_some())
}

/// Invites a parent of the family, or its contact person. An older open invitation of theirs ends.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not invite, or that person is nobody to be invited to this family.
pub async fn invite(
    db: &Db,
    access: &Access,
    person: Id<Person>,
    now: Moment,
) -> Result<(Id<Invitation>, Token), Error> {
    invite_to(db, access, person, OldWays::Stay, now).await
}

/// As [`invite`], for somebody whose phone is gone: once they come in, every way in they had before ends.
///
/// # Errors
/// As [`invite`].
pub async fn invite_after_loss(
    db: &Db,
    access: &Access,
    person: Id<Person>,
    now: Moment,
) -> Result<(Id<Invitation>, Token), Error> {
    invite_to(db, access, person, OldWays::End, now).await
}

async fn invite_to(
    db: &Db,
    access: &Access,
    person: Id<Person>,
    old_ways: OldWays,
    now: Moment,
) -> Result<(Id<Invitation>, Token), Error> {
    access.require(Subject::Invitations)?;
    const BELONGS: &str = "SELECT COUNT(*) FROM person p
        WHERE p.id = $1 AND p.left_at IS NULL AND (
            (p.family = $2 AND p.role = 'parent') OR (p.role = 'contact_person' AND EXISTS (
                SELECT 1 FROM beside b WHERE b.family = $2 AND b.person = p.id
            ))
        )";
    let mut tx = db.begin().await?;
    let belongs: i64 = within!(&mut tx, on => {
        sqlx::query_scalar(BELONGS).bind(person).bind(access.family).fetch_one(on).await?
    });
    if belongs != 1 {
        return Err(Error::NotFound);
    }
    let made = issue(&mut tx, person, Some(access.family), Some(access.viewer), old_ways, now).await?;
    tx.commit().await?;
    Ok(made)
}

/// Invites a person from the console of the machine, where nobody is signed in.
///
/// # Errors
/// [`Error::NotFound`] when there is no such person, or it is a child.
pub async fn invite_from_console(db: &Db, person: Id<Person>, now: Moment) -> Result<Token, Error> {
    issue_from_console(db, person, OldWays::Stay, now).await
}

/// As [`invite_from_console`], for somebody whose phone is gone: once they come in, every way in they had before ends.
///
/// # Errors
/// As [`invite_from_console`].
pub async fn invite_from_console_after_loss(db: &Db, person: Id<Person>, now: Moment) -> Result<Token, Error> {
    issue_from_console(db, person, OldWays::End, now).await
}

async fn issue_from_console(db: &Db, person: Id<Person>, old_ways: OldWays, now: Moment) -> Result<Token, Error> {
    let mut tx = db.begin().await?;
    let (_, token) = issue(&mut tx, person, None, None, old_ways, now).await?;
    tx.commit().await?;
    Ok(token)
}

/// Makes an invitation, to walk beside `family` where one is named, in the name of `by`.
pub(super) async fn issue(
    tx: &mut Tx,
    person: Id<Person>,
    family: Option<Id<Family>>,
    by: Option<Id<Person>>,
    old_ways: OldWays,
    now: Moment,
) -> Result<(Id<Invitation>, Token), Error> {
    const REPLACE: &str = "UPDATE invitation SET revoked_at = $2
        WHERE person = $1 AND used_at IS NULL AND revoked_at IS NULL";
    const ISSUE: &str = "INSERT INTO invitation
            (id, municipality, family, person, token_hash, created_by, created_at, expires_at, ends_old_ways)
        SELECT $1, p.municipality, COALESCE(p.family, $3), p.id, $4, $5, $6, $7, $9
        FROM person p WHERE p.id = $2 AND p.left_at IS NULL AND p.role <> $8";
    let (id, token) = (Id::fresh(now), Token::fresh());
    take_turn(tx, person).await?;
    within!(&mut *tx, on => {
        sqlx::query(REPLACE).bind(person).bind(now).execute(on).await?;
    });
    let made = within!(tx, on => {
        sqlx::query(ISSUE)
            .bind(id)
            .bind(person)
            .bind(family)
            .bind(token.hash())
            .bind(by)
            .bind(now)
            .bind(now.plus_days(INVITATION_DAYS))
            .bind(Role::Child)
            .bind(old_ways == OldWays::End)
            .execute(on)
            .await?
            .rows_affected()
    });
    if made == 1 { Ok((id, token)) } else { Err(Error::NotFound) }
}

/// The family's invitations that can still be used.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see them.
pub async fn open_invitations(db: &Db, access: &Access, now: Moment) -> Result<Vec<(Id<Person>, Invitation)>, Error> {
    access.require(Subject::Invitations)?;
    const OPEN: &str = "SELECT i.id, i.person, p.name, i.expires_at
        FROM invitation i JOIN person p ON p.id = i.person
        WHERE i.family = $1 AND i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $2
        ORDER BY i.created_at DESC, i.id DESC";
    let rows: Vec<(Id<Invitation>, Id<Person>, PersonName, Moment)> =
        read!(db, on => sqlx::query_as(OPEN).bind(access.family).bind(now).fetch_all(on).await?);
    Ok(rows
        .into_iter()
        .map(|(id, person, name, expires_at)| {
            (person, Invitation { id, name, state: InvitationState::Open, expires_at })
        })
        .collect())
}

/// Takes an invitation back. Taking it back twice changes nothing.
///
/// # Errors
/// [`Error::NotFound`] when it is not one of the family's.
pub async fn revoke(db: &Db, access: &Access, invitation: Id<Invitation>, now: Moment) -> Result<(), Error> {
    access.require(Subject::Invitations)?;
    const REVOKE: &str = "UPDATE invitation SET revoked_at = COALESCE(revoked_at, $3) WHERE id = $1 AND family = $2";
    let found = write_one!(db, on => {
        sqlx::query(REVOKE)
            .bind(invitation)
            .bind(Some::<Id<Family>>(access.family))
            .bind(now)
            .execute(on)
            .await?
            .rows_affected()
    });
    if found == 1 { Ok(()) } else { Err(Error::NotFound) }
}

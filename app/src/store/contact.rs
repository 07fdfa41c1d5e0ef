//! The contact person a family chooses, and somebody new it would like.

use super::{Access, Db, Error, Tx, read, reminders::forget_ends, within, write_one};
use crate::domain::{
    access::Subject,
    consent::Consent,
    contact::{Candidate, ContactWish},
    family::Family,
    id::Id,
    moment::Moment,
    person::{Language, Person, Role, Viewer},
    words::{PersonName, Phone, Title, alphabetical},
};

/// Everybody a family may choose: the staff of its own team, and those from associations who offer themselves, where
/// the municipality has such contact persons.
macro_rules! candidates {
    ($rest:literal) => {
        concat!(
            "SELECT p.id, p.name, p.role, p.association FROM person p
            WHERE p.municipality = $1 AND p.left_at IS NULL AND (
                (p.role IN ('adviser', 'coordinator') AND EXISTS (
                    SELECT 1 FROM beside b WHERE b.family = $2 AND b.person = p.id AND b.part <> 'contact_person'
                )) OR (p.role = 'contact_person' AND p.association IS NOT NULL AND EXISTS (
                    SELECT 1 FROM municipality m WHERE m.id = p.municipality AND m.association_contacts
                ))
            )",
            $rest
        )
    };
}

/// Who there is to choose, the staff of the family's team first, in the order of the alphabet.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see who is to be the contact person.
pub async fn candidates(db: &Db, access: &Access) -> Result<Vec<Candidate>, Error> {
    access.require(Subject::ContactPerson)?;
    const ALL: &str = candidates!("");
    type Row = (Id<Person>, PersonName, Role, Option<Title>);
    let rows: Vec<Row> = read!(db, on => {
        sqlx::query_as(ALL).bind(access.municipality).bind(access.family).fetch_all(on).await?
    });
    let mut candidates: Vec<Candidate> = rows
        .into_iter()
        .map(|(person, name, role, association)| Candidate { person, name, role, association })
        .collect();
    candidates.sort_by_cached_key(|one| (one.association.is_some(), alphabetical(one.name.as_str()), one.person));
    Ok(candidates)
}

/// Makes somebody the family's contact person, or nobody. The part of the one before ends at once, and with it all the
/// family shared with them; what was to be somebody new is forgotten. Choosing the same again changes nothing.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family, or that is nobody it may choose.
pub async fn choose_contact(db: &Db, access: &Access, person: Option<Id<Person>>, now: Moment) -> Result<(), Error> {
    access.require(Subject::Consents)?;
    const MAY: &str = candidates!(" AND p.id = $3");
    let mut tx = db.begin().await?;
    take_familys_turn(&mut tx, access.family).await?;
    let before = contact_of(&mut tx, access).await?;
    if before == person {
        return Ok(());
    }
    if let Some(person) = person {
        type Row = (Id<Person>, PersonName, Role, Option<Title>);
        let _: Row = within!(&mut tx, on => {
            sqlx::query_as(MAY).bind(access.municipality).bind(access.family).bind(person).fetch_one(on).await?
        });
    }
    end_part(&mut tx, access.family, before, access.viewer, now).await?;
    if let Some(person) = person {
        begin_part(&mut tx, access, person, now).await?;
    }
    close_wishes(&mut tx, access, now).await?;
    tx.commit().await
}

/// Whoever changes who walks beside a family waits for their turn.
pub(super) async fn take_familys_turn(tx: &mut Tx, family: Id<Family>) -> Result<(), Error> {
    const TURN: &str = "UPDATE family SET name = name WHERE id = $1";
    within!(tx, on => {
        sqlx::query(TURN).bind(family).execute(on).await?;
    });
    Ok(())
}

async fn contact_of(tx: &mut Tx, access: &Access) -> Result<Option<Id<Person>>, Error> {
    const HAS: &str = "SELECT person FROM team_member WHERE family = $1 AND part = 'contact_person' AND until IS NULL";
    Ok(within!(tx, on => sqlx::query_scalar(HAS).bind(access.family).fetch_optional(on).await?))
}

/// Ends the part of the contact person, if there is one, and all that the family shared, as `by` wants: also what was
/// shared with somebody whose part ended in another way, as they may be chosen again.
pub(super) async fn end_part(
    tx: &mut Tx,
    family: Id<Family>,
    before: Option<Id<Person>>,
    by: Id<Person>,
    now: Moment,
) -> Result<(), Error> {
    const END: &str =
        "UPDATE team_member SET until = $2 WHERE family = $1 AND part = 'contact_person' AND until IS NULL";
    const STOP: &str = "UPDATE consent SET withdrawn_at = $2, withdrawn_by = $3
        WHERE family = $1 AND withdrawn_at IS NULL AND ends_at > $2 RETURNING id";
    const REVOKE: &str = "UPDATE invitation SET revoked_at = $3
        WHERE family = $1 AND person = $2 AND used_at IS NULL AND revoked_at IS NULL";
    let ended: Vec<Id<Consent>> = within!(&mut *tx, on => {
        sqlx::query_scalar(STOP).bind(family).bind(now).bind(by).fetch_all(on).await?
    });
    forget_ends(tx, &ended).await?;
    within!(tx, on => {
        if let Some(before) = before {
            sqlx::query(END).bind(family).bind(now).execute(&mut *on).await?;
            sqlx::query(REVOKE).bind(Some(family)).bind(before).bind(now).execute(&mut *on).await?;
        }
    });
    Ok(())
}

async fn begin_part(tx: &mut Tx, access: &Access, person: Id<Person>, now: Moment) -> Result<(), Error> {
    const BEGIN: &str = "INSERT INTO team_member (id, municipality, family, person, part, since)
        VALUES ($1, $2, $3, $4, 'contact_person', $5)";
    within!(tx, on => {
        sqlx::query(BEGIN)
            .bind(Id::<()>::fresh(now))
            .bind(access.municipality)
            .bind(access.family)
            .bind(person)
            .bind(now)
            .execute(on)
            .await?;
    });
    Ok(())
}

async fn close_wishes(tx: &mut Tx, access: &Access, now: Moment) -> Result<(), Error> {
    const CLOSE: &str = "UPDATE contact_wish SET closed_at = $2 WHERE family = $1 AND closed_at IS NULL";
    within!(tx, on => {
        sqlx::query(CLOSE).bind(access.family).bind(now).execute(on).await?;
    });
    Ok(())
}

/// Keeps somebody new the family would like; an earlier one who was not invited yet is forgotten.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family, or the municipality has no contact persons from
/// outside.
pub async fn wish_for_contact(
    db: &Db,
    access: &Access,
    name: &PersonName,
    phone: &Phone,
    now: Moment,
) -> Result<Id<ContactWish>, Error> {
    access.require(Subject::Consents)?;
    const WISH: &str = "INSERT INTO contact_wish (id, municipality, family, made_by, name, phone, made_at)
        SELECT $1, m.id, $3, $4, $5, $6, $7 FROM municipality m WHERE m.id = $2 AND m.association_contacts";
    let id = Id::fresh(now);
    let mut tx = db.begin().await?;
    take_familys_turn(&mut tx, access.family).await?;
    close_wishes(&mut tx, access, now).await?;
    let made = within!(&mut tx, on => {
        sqlx::query(WISH)
            .bind(id)
            .bind(access.municipality)
            .bind(access.family)
            .bind(access.viewer)
            .bind(name)
            .bind(phone)
            .bind(now)
            .execute(on)
            .await?
            .rows_affected()
    });
    if made != 1 {
        return Err(Error::NotFound);
    }
    tx.commit().await?;
    Ok(id)
}

/// The family, and somebody new it would like as contact person who is not invited yet.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see who is to be the contact person.
pub async fn family_with_wish(db: &Db, access: &Access) -> Result<(Family, Option<ContactWish>), Error> {
    access.require(Subject::ContactPerson)?;
    const WITH_WISH: &str = "SELECT f.id, f.name, f.number, w.id, w.name, w.phone, p.name, w.made_at
        FROM family f LEFT JOIN contact_wish w ON w.family = f.id AND w.closed_at IS NULL
        LEFT JOIN person p ON p.id = w.made_by WHERE f.id = $1";
    type Row = (
        Id<Family>,
        Title,
        Option<String>,
        Option<Id<ContactWish>>,
        Option<PersonName>,
        Option<Phone>,
        Option<PersonName>,
        Option<Moment>,
    );
    let (family, title, number, id, name, phone, made_by, made_at): Row =
        read!(db, on => sqlx::query_as(WITH_WISH).bind(access.family).fetch_one(on).await?);
    let wish = match (id, name, phone, made_by, made_at) {
        (Some(id), Some(name), Some(phone), Some(made_by), Some(made_at)) => {
            Some(ContactWish { id, name, phone, made_by, made_at })
        }
        _ => None,
    };
    Ok((Family { id: family, name: title, number }, wish))
}

/// Forgets somebody new the family would like. Doing it twice changes nothing.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family it belongs to.
pub async fn forget_wish(db: &Db, access: &Access, wish: Id<ContactWish>, now: Moment) -> Result<(), Error> {
    access.require(Subject::Consents)?;
    const FORGET: &str = "UPDATE contact_wish SET closed_at = COALESCE(closed_at, $3) WHERE id = $1 AND family = $2";
    let found = write_one!(db, on => {
        sqlx::query(FORGET).bind(wish).bind(access.family).bind(now).execute(on).await?.rows_affected()
    });
    if found == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Makes the person a family would like, as its contact person from now on, who can be invited then.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not invite, or there is no such open wish any more, or the municipality has no
/// contact persons from outside.
pub async fn grant_wish(db: &Db, access: &Access, wish: Id<ContactWish>, now: Moment) -> Result<Id<Person>, Error> {
    access.require(Subject::Invitations)?;
    const CLOSE: &str = "UPDATE contact_wish SET closed_at = $3 WHERE id = $1 AND family = $2 AND closed_at IS NULL
        AND EXISTS (SELECT 1 FROM municipality m WHERE m.id = contact_wish.municipality AND m.association_contacts)";
    const WISHER: &str = "SELECT made_by FROM contact_wish WHERE id = $1";
    const MAKE: &str = "INSERT INTO person (id, municipality, role, name, phone, language, created_at)
        SELECT $1, w.municipality, $3, w.name, w.phone, $4, $5 FROM contact_wish w WHERE w.id = $2";
    let person = Id::fresh(now);
    let mut tx = db.begin().await?;
    take_familys_turn(&mut tx, access.family).await?;
    let closed = within!(&mut tx, on => {
        sqlx::query(CLOSE).bind(wish).bind(access.family).bind(now).execute(on).await?.rows_affected()
    });
    if closed != 1 {
        return Err(Error::NotFound);
    }
    let wisher: Id<Person> = within!(&mut tx, on => sqlx::query_scalar(WISHER).bind(wish).fetch_one(on).await?);
    within!(&mut tx, on => {
        sqlx::query(MAKE)
            .bind(person)
            .bind(wish)
            .bind(Role::ContactPerson)
            .bind(Language::Danish)
            .bind(now)
            .execute(on)
            .await?;
    });
    let before = contact_of(&mut tx, access).await?;
    end_part(&mut tx, access.family, before, wisher, now).await?;
    begin_part(&mut tx, access, person, now).await?;
    tx.commit().await?;
    Ok(person)
}

/// Where the viewer, a contact person, comes from: then families may choose them. Nothing: they may not.
///
/// # Errors
/// [`Error::NotFound`] for anybody else.
pub async fn set_association(db: &Db, viewer: &Viewer, association: Option<&Title>) -> Result<(), Error> {
    const SET: &str = "UPDATE person SET association = $2 WHERE id = $1 AND role = $3 AND left_at IS NULL";
    let found = write_one!(db, on => {
        sqlx::query(SET)
            .bind(viewer.person)
            .bind(association)
            .bind(Role::ContactPerson)
            .execute(on)
            .await?
            .rows_affected()
    });
    if found == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Where the viewer, a contact person, says they come from.
///
/// # Errors
/// When the database fails.
pub async fn association(db: &Db, viewer: &Viewer) -> Result<Option<Title>, Error> {
    const ASSOCIATION: &str = "SELECT association FROM person WHERE id = $1";
    Ok(read!(db, on => sqlx::query_scalar(ASSOCIATION).bind(viewer.person).fetch_one(on).await?))
}

//! Consents: given by a parent, for one thing and one recipient, until a date.

use sqlx::FromRow;

use super::{
    Access, Db, Error, family, live_goals, read,
    reminders::{forget_ends, plan_end},
    upcoming, within,
};
use crate::domain::{
    access::Subject,
    checkin::{Instrument, Level, instrument},
    consent::{Consent, Grant, Item, Receipt, Thing},
    family::Family,
    id::Id,
    meeting::Meeting,
    moment::Moment,
    note::OwnNote,
    person::Person,
    plan::Goal,
    words::{Note, PersonName},
};

/// So many meetings of a family are shown to a contact person at most.
const MEETINGS: i64 = 5;
/// So many check-ins, or notes, of one parent are shown to a contact person at most, the newest.
const LOOK_BACK: i64 = 12;

/// What a contact person sees of one family.
#[derive(Debug)]
pub struct Seen {
    /// The contact person.
    pub reader: Id<Person>,
    /// The family.
    pub family: Family,
    /// What it shares, with the name of the parent or the child it is of where it is not the whole family's.
    pub shared: Vec<(Item, Option<PersonName>)>,
    /// Its next meetings, where they are shared.
    pub meetings: Vec<Meeting>,
    /// Its live goals, where they are shared.
    pub goals: Vec<Goal>,
    /// What parents told about themselves or a child, and share.
    pub told: Vec<SharedTold>,
    /// The notes parents share, each with who wrote it.
    pub notes: Vec<(PersonName, Vec<OwnNote>)>,
}

/// What one parent told and shares: how it went, never the words.
#[derive(Debug)]
pub struct SharedTold {
    /// Who told it.
    pub teller: PersonName,
    /// About which child; about the teller where there is none.
    pub child: Option<PersonName>,
    /// The newest first.
    pub told: Vec<SharedScore>,
}

/// One check-in as it is shared.
#[derive(Debug)]
pub struct SharedScore {
    /// What was asked.
    pub instrument: &'static Instrument,
    /// The score.
    pub score: i64,
    /// When it was told.
    pub sent_at: Moment,
}

impl SharedScore {
    /// What the score means, where the instrument says so.
    pub fn level(&self) -> Option<Level> {
        self.instrument.level.map(|level| level(self.score))
    }
}

/// What the viewer, a contact person, sees of a family.
///
/// # Errors
/// [`Error::NotFound`] when nothing is shared with the viewer.
pub async fn seen(db: &Db, access: &Access, now: Moment) -> Result<Seen, Error> {
    let family = family(db, access).await?;
    let meetings = match access.sees(Subject::Meetings) {
        true => upcoming(db, access, now, MEETINGS).await?,
        false => Vec::new(),
    };
    let goals = match access.sees(Subject::Goals) {
        true => live_goals(db, access).await?,
        false => Vec::new(),
    };
    let shared = access.shared().into_iter().filter(|item| item.is_common()).map(|item| (item, None)).collect();
    let mut seen = Seen { reader: access.viewer, family, shared, meetings, goals, told: Vec::new(), notes: Vec::new() };
    for grant in access.grants.iter().filter(|grant| !grant.thing.item().is_common()) {
        let giver = name_of(db, access, grant.giver).await?;
        match (grant.thing.item(), grant.thing.child()) {
            (Item::Notes, _) => {
                access.require(Subject::SharedNotes)?;
                seen.notes.push((giver.clone(), notes_of(db, access, grant.giver).await?));
                seen.shared.push((Item::Notes, Some(giver)));
            }
            (item, child) => {
                access.require(if child.is_some() { Subject::SharedChildren } else { Subject::SharedCheckIns })?;
                let name = match child {
                    Some(child) => Some(name_of(db, access, child).await?),
                    None => None,
                };
                seen.shared.push((item, Some(name.clone().unwrap_or_else(|| giver.clone()))));
                seen.told.push(SharedTold { teller: giver, child: name, told: told_by(db, access, *grant).await? });
            }
        }
    }
    Ok(seen)
}

async fn name_of(db: &Db, access: &Access, person: Id<Person>) -> Result<PersonName, Error> {
    const NAME: &str = "SELECT name FROM person WHERE id = $1 AND family = $2";
    Ok(read!(db, on => sqlx::query_scalar(NAME).bind(person).bind(access.family).fetch_one(on).await?))
}

async fn notes_of(db: &Db, access: &Access, giver: Id<Person>) -> Result<Vec<OwnNote>, Error> {
    const NOTES: &str = "SELECT id, words, written_at FROM note WHERE person = $1 AND family = $2
        ORDER BY written_at DESC, id DESC LIMIT $3";
    let rows: Vec<(Id<OwnNote>, Note, Moment)> = read!(db, on => {
        sqlx::query_as(NOTES).bind(giver).bind(access.family).bind(LOOK_BACK).fetch_all(on).await?
    });
    Ok(rows.into_iter().map(|(id, words, written_at)| OwnNote { id, words, written_at }).collect())
}

async fn told_by(db: &Db, access: &Access, grant: Grant) -> Result<Vec<SharedScore>, Error> {
    const TOLD: &str = "SELECT instrument, score, sent_at FROM check_in
        WHERE family = $1 AND person = $2 AND about IS NOT DISTINCT FROM $3 AND goal IS NULL
        ORDER BY sent_at DESC, id DESC LIMIT $4";
    let rows: Vec<(String, i64, Moment)> = read!(db, on => {
        sqlx::query_as(TOLD)
            .bind(access.family)
            .bind(grant.giver)
            .bind(grant.thing.child())
            .bind(LOOK_BACK)
            .fetch_all(on)
            .await?
    });
    let score = |(key, score, sent_at): (String, i64, Moment)| {
        Some(SharedScore { instrument: instrument(&key)?, score, sent_at })
    };
    Ok(rows.into_iter().filter_map(score).collect())
}

/// What `recipient` would see if the viewer shared `thing` with them; nothing that the viewer may not see.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family, or has no rights for the child it is about.
pub async fn seen_with(
    db: &Db,
    access: &Access,
    recipient: Id<Person>,
    thing: Thing,
    now: Moment,
) -> Result<Seen, Error> {
    seen(db, &access.as_seen_by(db, recipient, thing).await?, now).await
}

#[derive(FromRow)]
struct ReceiptRow {
    id: Id<Consent>,
    item: Item,
    child: Option<Id<Person>>,
    recipient: Id<Person>,
    given_by: Id<Person>,
    given_at: Moment,
    ends_at: Moment,
    withdrawn_at: Option<Moment>,
    recipient_name: PersonName,
    giver: PersonName,
    child_name: Option<PersonName>,
    stopped_by: Option<PersonName>,
}

impl ReceiptRow {
    fn receipt(self) -> Receipt {
        Receipt {
            consent: Consent {
                id: self.id,
                thing: Thing::stored(self.item, self.child),
                recipient: self.recipient,
                given_by: self.given_by,
                given_at: self.given_at,
                ends_at: self.ends_at,
                withdrawn_at: self.withdrawn_at,
            },
            recipient: self.recipient_name,
            giver: self.giver,
            child: self.child_name,
            stopped_by: self.stopped_by,
        }
    }
}

/// Receipts of the family ($1) as one parent ($2) may see them: what is the whole family's, and what is the parent's own;
/// about a child only while they have rights for that child.
macro_rules! receipts_where {
    ($rest:literal) => {
        concat!(
            "SELECT c.id, c.item, c.child, c.recipient, c.given_by, c.given_at, c.ends_at, c.withdrawn_at,
                r.name AS recipient_name, g.name AS giver, k.name AS child_name, s.name AS stopped_by
            FROM consent c JOIN person r ON r.id = c.recipient JOIN person g ON g.id = c.given_by
            LEFT JOIN person k ON k.id = c.child LEFT JOIN person s ON s.id = c.withdrawn_by
            WHERE c.family = $1 AND (c.item IN ('meetings', 'goals', 'steps') OR c.given_by = $2)
                AND (c.child IS NULL OR EXISTS (
                    SELECT 1 FROM guardianship x WHERE x.child = c.child AND x.adult = $2 AND x.may_see
                ))",
            $rest
        )
    };
}

/// Every consent of the family that the viewer may see, the newest first.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family.
pub async fn consents(db: &Db, access: &Access) -> Result<Vec<Receipt>, Error> {
    access.require(Subject::Consents)?;
    const CONSENTS: &str = receipts_where!(" ORDER BY c.given_at DESC, c.id DESC");
    let rows: Vec<ReceiptRow> = read!(db, on => {
        sqlx::query_as(CONSENTS).bind(access.family).bind(access.viewer).fetch_all(on).await?
    });
    Ok(rows.into_iter().map(ReceiptRow::receipt).collect())
}

/// Whether a consent (`c`) in a family is one of a giver's own that ended by itself in the two weeks before now, that
/// nobody asked about yet, whose recipient is still the family's contact person, that is about no child or one the giver
/// has rights for, and that nothing newer says the same as.
macro_rules! has_ended {
    ($family:literal, $giver:literal, $now:literal) => {
        concat!(
            "c.family = ",
            $family,
            " AND c.given_by = ",
            $giver,
            " AND c.withdrawn_at IS NULL AND c.asked_at IS NULL AND c.ends_at <= ",
            $now,
            " AND c.ends_at > ",
            $now,
            " - 14 * 86400
            AND EXISTS (
                SELECT 1 FROM beside b
                WHERE b.family = c.family AND b.person = c.recipient AND b.part = 'contact_person'
            )
            AND (c.child IS NULL OR EXISTS (
                SELECT 1 FROM guardianship x WHERE x.child = c.child AND x.adult = c.given_by AND x.may_see
            ))
            AND NOT EXISTS (
                SELECT 1 FROM consent n WHERE n.family = c.family AND n.given_by = c.given_by
                    AND n.recipient = c.recipient AND n.item = c.item AND n.child IS NOT DISTINCT FROM c.child
                    AND n.id <> c.id
                    AND (n.given_at > c.given_at OR (n.given_at = c.given_at AND n.id > c.id))
            )"
        )
    };
}
pub(super) use has_ended;

/// The consent of the viewer's own that ended by itself last, within two weeks, where nobody has asked about it yet, its
/// recipient is still the family's contact person, and nothing newer says the same.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family.
pub async fn ended(db: &Db, access: &Access, now: Moment) -> Result<Option<Receipt>, Error> {
    access.require(Subject::Consents)?;
    const ENDED: &str =
        concat!(receipts_where!(" AND "), has_ended!("$1", "$2", "$3"), " ORDER BY c.ends_at DESC, c.id DESC LIMIT 1");
    let row: Option<ReceiptRow> = read!(db, on => {
        sqlx::query_as(ENDED)
            .bind(access.family)
            .bind(access.viewer)
            .bind(now)
            .fetch_optional(on)
            .await?
    });
    Ok(row.map(ReceiptRow::receipt))
}

/// Answers whether what ended by itself shall go on until `until`, or not. It is asked once: the second answer changes
/// nothing.
///
/// # Errors
/// [`Error::NotFound`] when it is no consent of the viewer's own that ended, or its recipient is the family's contact
/// person no more.
pub async fn renew(
    db: &Db,
    access: &Access,
    consent: Id<Consent>,
    until: Option<Moment>,
    now: Moment,
) -> Result<(), Error> {
    access.require(Subject::Consents)?;
    const FIND: &str = "SELECT recipient, item, child FROM consent
        WHERE id = $1 AND family = $2 AND given_by = $3 AND withdrawn_at IS NULL AND ends_at <= $4";
    const ASKED: &str = "UPDATE consent SET asked_at = $2 WHERE id = $1 AND asked_at IS NULL";
    let mut tx = db.begin().await?;
    let (recipient, item, child): (Id<Person>, Item, Option<Id<Person>>) = within!(&mut tx, on => {
        sqlx::query_as(FIND).bind(consent).bind(access.family).bind(access.viewer).bind(now).fetch_one(on).await?
    });
    let first = within!(&mut tx, on => sqlx::query(ASKED).bind(consent).bind(now).execute(on).await?.rows_affected());
    if first == 1
        && let Some(ends_at) = until
    {
        let new = Id::<Consent>::fresh(now);
        let given = within!(&mut tx, on => {
            sqlx::query(GIVE)
                .bind(new)
                .bind(access.family)
                .bind(recipient)
                .bind(item)
                .bind(child)
                .bind(access.viewer)
                .bind(now)
                .bind(ends_at)
                .execute(on)
                .await?
                .rows_affected()
        });
        if given != 1 {
            return Err(Error::NotFound);
        }
        plan_end(&mut tx, new, now).await?;
    }
    tx.commit().await
}

/// A yes of the giver ($6) to the family's contact person ($3): about a child ($5) only with rights for that child.
const GIVE: &str = "INSERT INTO consent (id, municipality, family, recipient, item, child, given_by, given_at, ends_at)
    SELECT $1, b.municipality, b.family, b.person, $4, k.id, $6, $7, $8
    FROM beside b JOIN person p ON p.id = b.person
    LEFT JOIN (
        SELECT c.id FROM guardianship g JOIN person c ON c.id = g.child
        WHERE g.adult = $6 AND g.may_see AND c.family = $2 AND c.left_at IS NULL
    ) AS k ON k.id = $5
    WHERE b.family = $2 AND b.person = $3 AND b.part = 'contact_person' AND p.role = 'contact_person'
        AND (k.id IS NOT NULL OR $4 <> 'child')";

/// Lets `recipient` see `thing` of the viewer's family until `ends_at`.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family, has no rights for the child it is about, or the
/// recipient is not the family's contact person.
pub async fn give(
    db: &Db,
    access: &Access,
    recipient: Id<Person>,
    thing: Thing,
    ends_at: Moment,
    now: Moment,
) -> Result<Id<Consent>, Error> {
    access.require(Subject::Consents)?;
    let id = Id::fresh(now);
    let mut tx = db.begin().await?;
    let given = within!(&mut tx, on => {
        sqlx::query(GIVE)
            .bind(id)
            .bind(access.family)
            .bind(recipient)
            .bind(thing.item())
            .bind(thing.child())
            .bind(access.viewer)
            .bind(now)
            .bind(ends_at)
            .execute(on)
            .await?
            .rows_affected()
    });
    if given != 1 {
        return Err(Error::NotFound);
    }
    plan_end(&mut tx, id, now).await?;
    tx.commit().await?;
    Ok(id)
}

/// Takes a consent back. It ends at once, and with it every other for the same thing and recipient, of the giver alone
/// where the thing is the giver's own; taking it back twice changes nothing.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family it belongs to, or it is the other parent's own.
pub async fn withdraw(db: &Db, access: &Access, consent: Id<Consent>, now: Moment) -> Result<(), Error> {
    access.require(Subject::Consents)?;
    const FIND: &str = "SELECT recipient, item, child, withdrawn_at FROM consent
        WHERE id = $1 AND family = $2 AND (item IN ('meetings', 'goals', 'steps') OR given_by = $3)";
    const WITHDRAW: &str = "UPDATE consent SET withdrawn_at = $5, withdrawn_by = $6
        WHERE family = $1 AND recipient = $2 AND item = $3 AND child IS NOT DISTINCT FROM $4 AND withdrawn_at IS NULL
            AND ends_at > $5 AND (item IN ('meetings', 'goals', 'steps') OR given_by = $6) RETURNING id";
    type Found = (Id<Person>, Item, Option<Id<Person>>, Option<Moment>);
    let mut tx = db.begin().await?;
    let (recipient, item, child, withdrawn_at): Found = within!(&mut tx, on => {
        sqlx::query_as(FIND).bind(consent).bind(access.family).bind(access.viewer).fetch_one(on).await?
    });
    if withdrawn_at.is_none() {
        let ended: Vec<Id<Consent>> = within!(&mut tx, on => {
            sqlx::query_scalar(WITHDRAW)
                .bind(access.family)
                .bind(recipient)
                .bind(item)
                .bind(child)
                .bind(now)
                .bind(access.viewer)
                .fetch_all(on)
                .await?
        });
        forget_ends(&mut tx, &ended).await?;
    }
    tx.commit().await
}

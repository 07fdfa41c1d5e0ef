//! Roles that two people give: one proposes, another agrees.

use sqlx::FromRow;

use super::{
    Administration, Db, Error, Tx,
    administration::{NewEntry, begin, take_turn, write_down},
    read,
    staff::{one_of_staff, unit_name},
    within,
};
use crate::domain::{
    administration::{Deed, PROPOSAL_DAYS, Proposal, takes_two},
    family::{Municipality, Unit},
    id::Id,
    moment::Moment,
    person::{Language, Person, Role},
    team::Part,
    words::{PersonName, Phone},
};

/// Somebody new who is to work here.
#[derive(Clone, Debug)]
pub struct NewColleague {
    /// Their name.
    pub name: PersonName,
    /// Where to call them.
    pub phone: Option<Phone>,
    /// Where they are to work.
    pub unit: Option<Id<Unit>>,
    /// What they are to be.
    pub role: Role,
}

#[derive(FromRow)]
struct ProposalRow {
    id: Id<Proposal>,
    person: Option<Id<Person>>,
    name: PersonName,
    before: Option<Role>,
    role: Role,
    proposed_by: Id<Person>,
    by_name: PersonName,
    proposed_at: Moment,
}

impl From<ProposalRow> for Proposal {
    fn from(row: ProposalRow) -> Self {
        let ProposalRow { id, person, name, before, role, proposed_by, by_name, proposed_at } = row;
        Self { id, person, name, before, role, by: proposed_by, by_name, at: proposed_at }
    }
}

/// What still waits at a moment: not answered, not too old, and proposed by somebody who still administers.
macro_rules! open_proposals {
    ($rest:literal) => {
        concat!(
            "SELECT r.id, r.person, r.name, p.role AS before, r.role, r.proposed_by, q.name AS by_name, r.proposed_at
            FROM role_proposal r JOIN person q ON q.id = r.proposed_by LEFT JOIN person p ON p.id = r.person
            WHERE r.municipality = $1 AND r.answered_at IS NULL AND r.proposed_at > $2
                AND q.left_at IS NULL AND q.role = 'administrator' AND p.left_at IS NULL",
            $rest
        )
    };
}

async fn open_proposals(db: &Db, municipality: Id<Municipality>, now: Moment) -> Result<Vec<Proposal>, Error> {
    const OPEN: &str = open_proposals!(" ORDER BY r.proposed_at, r.id");
    let since = now.plus_days(-PROPOSAL_DAYS);
    let rows: Vec<ProposalRow> =
        read!(db, on => sqlx::query_as(OPEN).bind(municipality).bind(since).fetch_all(on).await?);
    Ok(rows.into_iter().map(Proposal::from).collect())
}

/// The roles that wait for somebody else to agree, the oldest first.
///
/// # Errors
/// [`Error::NotFound`] for anybody who does not administer.
pub async fn role_proposals(db: &Db, administration: &Administration, now: Moment) -> Result<Vec<Proposal>, Error> {
    administration.require_administrator()?;
    open_proposals(db, administration.municipality, now).await
}

/// As [`role_proposals`], for the console of the server's machine.
///
/// # Errors
/// When the database fails.
pub async fn role_proposals_from_console(
    db: &Db,
    municipality: Id<Municipality>,
    now: Moment,
) -> Result<Vec<Proposal>, Error> {
    open_proposals(db, municipality, now).await
}

/// Somebody is to have another role: at once where that only takes something away, else once somebody else agrees. What
/// was proposed for them before is forgotten. True when it is done already.
///
/// # Errors
/// [`Error::NotFound`] for anybody who does not administer, or when that person is not here or has that role;
/// [`Error::Taken`] when they walk beside families and would not any more.
pub async fn propose_role(
    db: &Db,
    administration: &Administration,
    person: Id<Person>,
    role: Role,
    now: Moment,
) -> Result<bool, Error> {
    administration.require_administrator()?;
    let municipality = administration.municipality;
    let mut tx = begin(db, administration).await?;
    let (name, before, _) = one_of_staff(&mut tx, municipality, person).await?;
    if before == role || !role.is_employed() {
        return Err(Error::NotFound);
    }
    leaves_no_family(&mut tx, person, role).await?;
    close_about(&mut tx, person, now).await?;
    let at_once = !takes_two(Some(before), role);
    let deed = if at_once { Deed::RoleNarrowed } else { Deed::RoleProposed };
    if at_once {
        set_role(&mut tx, person, role).await?;
    } else {
        let colleague = NewColleague { name: name.clone(), phone: None, unit: None, role };
        propose(&mut tx, administration, Some(person), &colleague, now).await?;
    }
    let (before, after) = (Some(before.key()), Some(role.key()));
    let entry = NewEntry { deed, about: Some(name.as_str()), before, after };
    write_down(&mut tx, municipality, Some(administration.viewer), &entry, now).await?;
    tx.commit().await?;
    Ok(at_once)
}

/// Somebody new is to work here, once somebody else agrees.
///
/// # Errors
/// [`Error::NotFound`] for anybody who does not administer, or when there is no such unit or nobody is employed as that.
pub async fn propose_colleague(
    db: &Db,
    administration: &Administration,
    colleague: &NewColleague,
    now: Moment,
) -> Result<(), Error> {
    administration.require_administrator()?;
    let municipality = administration.municipality;
    let mut tx = begin(db, administration).await?;
    if !colleague.role.is_employed() {
        return Err(Error::NotFound);
    }
    if let Some(unit) = colleague.unit {
        unit_name(&mut tx, municipality, unit).await?;
    }
    propose(&mut tx, administration, None, colleague, now).await?;
    let entry = NewEntry {
        deed: Deed::RoleProposed,
        about: Some(colleague.name.as_str()),
        before: None,
        after: Some(colleague.role.key()),
    };
    write_down(&mut tx, municipality, Some(administration.viewer), &entry, now).await?;
    tx.commit().await
}

async fn propose(
    tx: &mut Tx,
    administration: &Administration,
    person: Option<Id<Person>>,
    colleague: &NewColleague,
    now: Moment,
) -> Result<(), Error> {
    const PROPOSE: &str = "INSERT INTO role_proposal
            (id, municipality, person, name, phone, unit, role, proposed_by, proposed_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    within!(tx, on => {
        sqlx::query(PROPOSE)
            .bind(Id::<Proposal>::fresh(now))
            .bind(administration.municipality)
            .bind(person)
            .bind(&colleague.name)
            .bind(&colleague.phone)
            .bind(colleague.unit)
            .bind(colleague.role)
            .bind(administration.viewer)
            .bind(now)
            .execute(on)
            .await?;
    });
    Ok(())
}

/// Answers a proposal. To agree takes somebody else than who proposed it and than whom it is about; anybody who
/// administers can refuse it, and who proposed it takes it back like that.
///
/// # Errors
/// [`Error::NotFound`] for anybody who does not administer or may not agree, or when it does not wait any more;
/// [`Error::Taken`] when somebody walks beside families by now and would not any more.
pub async fn answer_role(
    db: &Db,
    administration: &Administration,
    proposal: Id<Proposal>,
    agreed: bool,
    now: Moment,
) -> Result<(), Error> {
    administration.require_administrator()?;
    let mut tx = begin(db, administration).await?;
    let proposal = waiting(&mut tx, administration.municipality, proposal, now).await?;
    if agreed && !proposal.may_be_agreed_by(administration.viewer) {
        return Err(Error::NotFound);
    }
    settle(&mut tx, administration.municipality, &proposal, Some(administration.viewer), agreed, now).await?;
    tx.commit().await
}

/// Agrees from the console of the server's machine, where a municipality has nobody else to.
///
/// # Errors
/// As [`answer_role`].
pub async fn give_role_from_console(
    db: &Db,
    municipality: Id<Municipality>,
    proposal: Id<Proposal>,
    now: Moment,
) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    take_turn(&mut tx, municipality).await?;
    let proposal = waiting(&mut tx, municipality, proposal, now).await?;
    settle(&mut tx, municipality, &proposal, None, true, now).await?;
    tx.commit().await
}

async fn waiting(
    tx: &mut Tx,
    municipality: Id<Municipality>,
    proposal: Id<Proposal>,
    now: Moment,
) -> Result<Proposal, Error> {
    const ONE: &str = open_proposals!(" AND r.id = $3");
    let since = now.plus_days(-PROPOSAL_DAYS);
    let row: ProposalRow = within!(tx, on => {
        sqlx::query_as(ONE).bind(municipality).bind(since).bind(proposal).fetch_one(on).await?
    });
    Ok(row.into())
}

async fn settle(
    tx: &mut Tx,
    municipality: Id<Municipality>,
    proposal: &Proposal,
    by: Option<Id<Person>>,
    agreed: bool,
    now: Moment,
) -> Result<(), Error> {
    const SETTLE: &str = "UPDATE role_proposal SET answered_by = $2, answered_at = $3, given = $4
        WHERE id = $1 AND answered_at IS NULL";
    const EMPLOY: &str = "INSERT INTO person (id, municipality, role, name, phone, unit, language, created_at)
        SELECT $1, r.municipality, r.role, r.name, r.phone, r.unit, $3, $4 FROM role_proposal r WHERE r.id = $2";
    match (agreed, proposal.person) {
        (false, _) => {}
        (true, Some(person)) => {
            leaves_no_family(tx, person, proposal.role).await?;
            set_role(tx, person, proposal.role).await?;
        }
        (true, None) => within!(&mut *tx, on => {
            sqlx::query(EMPLOY)
                .bind(Id::<Person>::fresh(now))
                .bind(proposal.id)
                .bind(Language::Danish)
                .bind(now)
                .execute(on)
                .await?;
        }),
    }
    within!(&mut *tx, on => {
        sqlx::query(SETTLE).bind(proposal.id).bind(by).bind(now).bind(agreed).execute(on).await?;
    });
    let entry = NewEntry {
        deed: if agreed { Deed::RoleGiven } else { Deed::RoleRefused },
        about: Some(proposal.name.as_str()),
        before: proposal.before.map(Role::key),
        after: Some(proposal.role.key()),
    };
    write_down(tx, municipality, by, &entry, now).await
}

/// Refuses a role in which somebody could not have the parts beside families that they have: those are handed over first.
async fn leaves_no_family(tx: &mut Tx, person: Id<Person>, role: Role) -> Result<(), Error> {
    const PARTS: &str = "SELECT part FROM team_member WHERE person = $1 AND until IS NULL";
    let parts: Vec<Part> = within!(tx, on => sqlx::query_scalar(PARTS).bind(person).fetch_all(on).await?);
    if parts.iter().all(|part| part.fits(role)) { Ok(()) } else { Err(Error::Taken("beside".into())) }
}

async fn set_role(tx: &mut Tx, person: Id<Person>, role: Role) -> Result<(), Error> {
    const SET: &str = "UPDATE person SET role = $2 WHERE id = $1";
    within!(tx, on => {
        sqlx::query(SET).bind(person).bind(role).execute(on).await?;
    });
    Ok(())
}

/// Forgets what waits about somebody.
pub(super) async fn close_about(tx: &mut Tx, person: Id<Person>, now: Moment) -> Result<(), Error> {
    const CLOSE: &str =
        "UPDATE role_proposal SET answered_at = $2, given = FALSE WHERE person = $1 AND answered_at IS NULL";
    within!(tx, on => {
        sqlx::query(CLOSE).bind(person).bind(now).execute(on).await?;
    });
    Ok(())
}

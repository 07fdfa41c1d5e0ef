//! Who works in a municipality, and in which unit.

use sqlx::FromRow;

use super::{
    Administration, Db, Error, Tx,
    administration::{NewEntry, begin, write_down},
    columns::DayColumn,
    inbox::{move_on, write_absence},
    invitations::issue,
    read, within,
};
use crate::domain::{
    administration::{Colleague, Deed, may_be_invited},
    chance::Token,
    family::{Municipality, Unit},
    id::Id,
    inbox::Absence,
    moment::Moment,
    person::{Person, Role},
    sign_in::{Invitation, InvitationState, OldWays},
    words::{PersonName, Title, alphabetical},
};

#[derive(FromRow)]
struct ColleagueRow {
    id: Id<Person>,
    name: PersonName,
    role: Role,
    unit: Option<Id<Unit>>,
    since: Moment,
    from_day: Option<DayColumn>,
    until_day: Option<DayColumn>,
    families: i64,
    came_in: bool,
}

/// Everybody who works in the municipality, in the order of the alphabet.
///
/// # Errors
/// [`Error::NotFound`] for anybody who does not administer.
pub async fn colleagues(db: &Db, administration: &Administration, now: Moment) -> Result<Vec<Colleague>, Error> {
    administration.require_administrator()?;
    const ALL: &str = "SELECT p.id, p.name, p.role, p.unit, p.created_at AS since, a.from_day, a.until_day,
            (SELECT COUNT(DISTINCT b.family) FROM beside b WHERE b.person = p.id) AS families,
            EXISTS (SELECT 1 FROM session s WHERE s.person = p.id) AS came_in
        FROM person p LEFT JOIN absence a ON a.id = (
            SELECT x.id FROM absence x
            WHERE x.person = p.id AND x.removed_at IS NULL AND x.from_day <= $2 AND $2 <= x.until_day
            ORDER BY x.until_day DESC, x.id LIMIT 1
        )
        WHERE p.municipality = $1 AND p.left_at IS NULL
            AND p.role IN ('adviser', 'coordinator', 'project_lead', 'administrator')";
    let today = DayColumn(now.date(administration.zone));
    let rows: Vec<ColleagueRow> = read!(db, on => {
        sqlx::query_as(ALL).bind(administration.municipality).bind(today).fetch_all(on).await?
    });
    let colleague = |row: ColleagueRow| Colleague {
        id: row.id,
        name: row.name,
        role: row.role,
        unit: row.unit,
        since: row.since,
        away: row.from_day.zip(row.until_day).map(|(from, until)| (from.0, until.0)),
        families: row.families,
        came_in: row.came_in,
    };
    let mut colleagues: Vec<Colleague> = rows.into_iter().map(colleague).collect();
    colleagues.sort_by_cached_key(|one| (alphabetical(one.name.as_str()), one.id));
    Ok(colleagues)
}

/// The units of the municipality, in the order of the alphabet.
///
/// # Errors
/// [`Error::NotFound`] for anybody who does not administer.
pub async fn units(db: &Db, administration: &Administration) -> Result<Vec<Unit>, Error> {
    administration.require_administrator()?;
    const ALL: &str = "SELECT id, name FROM unit WHERE municipality = $1";
    let rows: Vec<(Id<Unit>, Title)> =
        read!(db, on => sqlx::query_as(ALL).bind(administration.municipality).fetch_all(on).await?);
    let mut units: Vec<Unit> = rows.into_iter().map(|(id, name)| Unit { id, name }).collect();
    units.sort_by_cached_key(|unit| (alphabetical(unit.name.as_str()), unit.id));
    Ok(units)
}

/// Opens a unit.
///
/// # Errors
/// [`Error::NotFound`] for anybody who does not administer; [`Error::Taken`] when there is one of that name.
pub async fn open_unit(db: &Db, administration: &Administration, name: &Title, now: Moment) -> Result<(), Error> {
    administration.require_administrator()?;
    const OPEN: &str = "INSERT INTO unit (id, municipality, name) VALUES ($1, $2, $3)";
    let mut tx = begin(db, administration).await?;
    within!(&mut tx, on => {
        sqlx::query(OPEN)
            .bind(Id::<Unit>::fresh(now))
            .bind(administration.municipality)
            .bind(name)
            .execute(on)
            .await?;
    });
    let entry = NewEntry { deed: Deed::UnitOpened, about: Some(name.as_str()), before: None, after: None };
    write_down(&mut tx, administration.municipality, Some(administration.viewer), &entry, now).await?;
    tx.commit().await
}

/// Gives a unit another name. Giving it the one it has changes nothing.
///
/// # Errors
/// [`Error::NotFound`] for anybody who does not administer, or when there is no such unit here; [`Error::Taken`] when
/// there is another of that name.
pub async fn rename_unit(
    db: &Db,
    administration: &Administration,
    unit: Id<Unit>,
    name: &Title,
    now: Moment,
) -> Result<(), Error> {
    administration.require_administrator()?;
    const RENAME: &str = "UPDATE unit SET name = $3 WHERE id = $1 AND municipality = $2";
    let mut tx = begin(db, administration).await?;
    let before = unit_name(&mut tx, administration.municipality, unit).await?;
    if before == *name {
        return Ok(());
    }
    within!(&mut tx, on => {
        sqlx::query(RENAME).bind(unit).bind(administration.municipality).bind(name).execute(on).await?;
    });
    let entry =
        NewEntry { deed: Deed::UnitRenamed, about: None, before: Some(before.as_str()), after: Some(name.as_str()) };
    write_down(&mut tx, administration.municipality, Some(administration.viewer), &entry, now).await?;
    tx.commit().await
}

/// What a unit of the municipality is called.
pub(super) async fn unit_name(tx: &mut Tx, municipality: Id<Municipality>, unit: Id<Unit>) -> Result<Title, Error> {
    const NAME: &str = "SELECT name FROM unit WHERE id = $1 AND municipality = $2";
    Ok(within!(tx, on => sqlx::query_scalar(NAME).bind(unit).bind(municipality).fetch_one(on).await?))
}

/// The name, role and unit of somebody who works in the municipality.
pub(super) async fn one_of_staff(
    tx: &mut Tx,
    municipality: Id<Municipality>,
    person: Id<Person>,
) -> Result<(PersonName, Role, Option<Id<Unit>>), Error> {
    const ONE: &str = "SELECT name, role, unit FROM person
        WHERE id = $1 AND municipality = $2 AND left_at IS NULL
            AND role IN ('adviser', 'coordinator', 'project_lead', 'administrator')";
    Ok(within!(tx, on => sqlx::query_as(ONE).bind(person).bind(municipality).fetch_one(on).await?))
}

/// Somebody works in another unit from now on, or in none.
///
/// # Errors
/// [`Error::NotFound`] for anybody who does not administer, or when that person or unit is not here.
pub async fn move_to_unit(
    db: &Db,
    administration: &Administration,
    person: Id<Person>,
    unit: Option<Id<Unit>>,
    now: Moment,
) -> Result<(), Error> {
    administration.require_administrator()?;
    const MOVE: &str = "UPDATE person SET unit = $2 WHERE id = $1";
    let municipality = administration.municipality;
    let mut tx = begin(db, administration).await?;
    let (name, _, before) = one_of_staff(&mut tx, municipality, person).await?;
    if before == unit {
        return Ok(());
    }
    let mut named = Vec::new();
    for unit in [before, unit] {
        named.push(match unit {
            Some(unit) => Some(unit_name(&mut tx, municipality, unit).await?),
            None => None,
        });
    }
    within!(&mut tx, on => {
        sqlx::query(MOVE).bind(person).bind(unit).execute(on).await?;
    });
    let said = |at: usize| named.get(at).and_then(Option::as_ref).map(Title::as_str);
    let entry = NewEntry { deed: Deed::Moved, about: Some(name.as_str()), before: said(0), after: said(1) };
    write_down(&mut tx, municipality, Some(administration.viewer), &entry, now).await?;
    tx.commit().await
}

/// Makes the way in for somebody new.
///
/// # Errors
/// [`Error::NotFound`] for anybody who does not administer, or when that person is not here or [may not be
/// invited](may_be_invited) here.
pub async fn invite_colleague(
    db: &Db,
    administration: &Administration,
    person: Id<Person>,
    now: Moment,
) -> Result<(Invitation, Token), Error> {
    administration.require_administrator()?;
    const STANDS: &str = "SELECT EXISTS (SELECT 1 FROM session WHERE person = $1),
        (SELECT COUNT(*) FROM beside WHERE person = $1)";
    const UNTIL: &str = "SELECT expires_at FROM invitation WHERE id = $1";
    let mut tx = begin(db, administration).await?;
    let (name, role, _) = one_of_staff(&mut tx, administration.municipality, person).await?;
    let (id, token) = issue(&mut tx, person, None, Some(administration.viewer), OldWays::Stay, now).await?;
    let (came_in, families): (bool, i64) =
        within!(&mut tx, on => sqlx::query_as(STANDS).bind(person).fetch_one(on).await?);
    if !may_be_invited(role, came_in, families) {
        return Err(Error::NotFound);
    }
    let expires_at: Moment = within!(&mut tx, on => sqlx::query_scalar(UNTIL).bind(id).fetch_one(on).await?);
    let entry = NewEntry { deed: Deed::Invited, about: Some(name.as_str()), before: None, after: None };
    write_down(&mut tx, administration.municipality, Some(administration.viewer), &entry, now).await?;
    tx.commit().await?;
    Ok((Invitation { id, name, state: InvitationState::Open, expires_at }, token))
}

/// Writes down that somebody is away on these days; what stands with their families moves at once.
///
/// # Errors
/// [`Error::NotFound`] for anybody who does not administer, or when that person is not here or walks beside nobody.
pub async fn write_away(
    db: &Db,
    administration: &Administration,
    person: Id<Person>,
    days: Absence,
    now: Moment,
) -> Result<(), Error> {
    administration.require_administrator()?;
    let municipality = administration.municipality;
    let mut tx = begin(db, administration).await?;
    let (name, role, _) = one_of_staff(&mut tx, municipality, person).await?;
    if !role.advises() {
        return Err(Error::NotFound);
    }
    let [from, until] = [days.0, days.1].map(|day| day.to_string());
    let entry = NewEntry { deed: Deed::Away, about: Some(name.as_str()), before: Some(&from), after: Some(&until) };
    write_down(&mut tx, municipality, Some(administration.viewer), &entry, now).await?;
    write_absence(&mut tx, municipality, person, days, now).await?;
    tx.commit().await?;
    move_on(db, now).await.map(|_| ())
}

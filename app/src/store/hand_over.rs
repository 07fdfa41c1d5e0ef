//! Somebody hands their families over, and may leave: all of it in one transaction, so that nothing is nobody's.

use std::collections::HashMap;

use super::{
    Administration, Db, Error, Tx,
    administration::{NewEntry, begin, write_down},
    bookings::forget_participant,
    contact::{end_part, take_familys_turn},
    inbox::hand_on,
    passkeys::end_passkeys,
    read,
    reminders::plan_meeting,
    role_proposals::close_about,
    sessions::{end_sessions, take_turn},
    staff::one_of_staff,
    within,
};
use crate::domain::{
    administration::{Deed, Heirs, Held},
    family::Family,
    id::Id,
    meeting::Meeting,
    moment::Moment,
    person::{Person, Role},
    team::{Part, TeamMember},
    words::PersonName,
};

/// What [`Error::Taken`] says where an heir could have no part beside a family: there is none free for their role.
pub const NO_SEAT: &str = "seat";

/// The parts somebody has in the teams of families. No name of a family is told.
const PARTS: &str = "SELECT t.id, t.family, f.number, t.part FROM team_member t JOIN family f ON f.id = t.family
    WHERE t.person = $1 AND t.municipality = $2 AND t.until IS NULL";

type PartRow = (Id<TeamMember>, Id<Family>, Option<String>, Part);

/// By the families' numbers, the first part of each family first.
fn in_order(mut parts: Vec<PartRow>) -> Vec<PartRow> {
    parts.sort_by(|(_, one, number, part), (_, other, other_number, other_part)| {
        (number, one, part).cmp(&(other_number, other, other_part))
    });
    parts
}

/// The parts that somebody has in the teams of families.
///
/// # Errors
/// [`Error::NotFound`] for anybody who does not administer.
pub async fn parts_of(db: &Db, administration: &Administration, person: Id<Person>) -> Result<Vec<Held>, Error> {
    administration.require_administrator()?;
    let rows: Vec<PartRow> = read!(db, on => {
        sqlx::query_as(PARTS).bind(person).bind(administration.municipality).fetch_all(on).await?
    });
    Ok(in_order(rows).into_iter().map(|(_, family, number, part)| Held { family, number, part }).collect())
}

/// Hands over all that somebody has: their parts in teams, what stands in their inbox, and the meetings to come they take
/// part in. With `leaves` they are gone after it: every session, passkey, device, address and invitation of theirs ends.
///
/// # Errors
/// [`Error::NotFound`] for anybody who does not administer, or when that person is not here, or is the viewer;
/// [`Error::Taken`] when not every family goes to somebody who can take it: [`NO_SEAT`] where that is for want of a part
/// that they could have.
pub async fn hand_over(
    db: &Db,
    administration: &Administration,
    person: Id<Person>,
    heirs: &Heirs,
    leaves: bool,
    now: Moment,
) -> Result<(), Error> {
    administration.require_administrator()?;
    const FAMILIES: &str = "SELECT DISTINCT family FROM team_member WHERE person = $1 ORDER BY family";
    if person == administration.viewer {
        return Err(Error::NotFound);
    }
    let municipality = administration.municipality;
    let mut tx = begin(db, administration).await?;
    let (name, ..) = one_of_staff(&mut tx, municipality, person).await?;
    take_turn(&mut tx, person).await?;
    let staff = staff_but(&mut tx, administration, person).await?;
    let advise: Vec<Id<Person>> = staff.iter().map(|(id, ..)| *id).collect();
    let families: Vec<Id<Family>> =
        within!(&mut tx, on => sqlx::query_scalar(FAMILIES).bind(person).fetch_all(on).await?);
    for family in families {
        take_familys_turn(&mut tx, family).await?;
    }
    let parts: Vec<PartRow> = within!(&mut tx, on => {
        sqlx::query_as(PARTS).bind(person).bind(municipality).fetch_all(on).await?
    });
    let mut heir_of: HashMap<Id<Family>, Id<Person>> = HashMap::new();
    for (id, family, number, part) in in_order(parts) {
        let held = Held { family, number, part };
        let heir = heirs.of(&held, &advise).map_err(|_| Error::Taken("heirs".into()))?;
        if part == Part::ContactPerson {
            end_part(&mut tx, family, Some(person), person, now).await?;
        } else {
            end_one(&mut tx, id, now).await?;
        }
        let heir = heir.and_then(|heir| staff.iter().find(|(id, ..)| *id == heir));
        if let Some((heir, _, role)) = heir {
            if !give_part(&mut tx, &held, (*heir, *role), now).await? {
                return Err(Error::Taken(NO_SEAT.into()));
            }
            heir_of.entry(family).or_insert(*heir);
        }
        let to = heir.map(|(_, name, _)| name.as_str());
        let about = held.number.as_deref();
        let entry = NewEntry { deed: Deed::HandedOver, about, before: Some(name.as_str()), after: to };
        write_down(&mut tx, municipality, Some(administration.viewer), &entry, now).await?;
    }
    if leaves {
        leave(&mut tx, person, now).await?;
        let entry = NewEntry { deed: Deed::Left, about: Some(name.as_str()), before: None, after: None };
        write_down(&mut tx, municipality, Some(administration.viewer), &entry, now).await?;
    }
    hand_over_meetings(&mut tx, person, &heir_of, now).await?;
    hand_on(&mut tx, person, municipality, now).await?;
    tx.commit().await
}

/// Everybody who works in the municipality but one.
async fn staff_but(
    tx: &mut Tx,
    administration: &Administration,
    person: Id<Person>,
) -> Result<Vec<(Id<Person>, PersonName, Role)>, Error> {
    const STAFF: &str = "SELECT id, name, role FROM person
        WHERE municipality = $1 AND id <> $2 AND left_at IS NULL AND role IN ('adviser', 'coordinator')";
    Ok(within!(tx, on => sqlx::query_as(STAFF).bind(administration.municipality).bind(person).fetch_all(on).await?))
}

async fn end_one(tx: &mut Tx, part: Id<TeamMember>, now: Moment) -> Result<(), Error> {
    const END: &str = "UPDATE team_member SET until = $2 WHERE id = $1 AND until IS NULL";
    within!(tx, on => {
        sqlx::query(END).bind(part).bind(now).execute(on).await?;
    });
    Ok(())
}

/// Gives a part that has just ended to the heir, and tells whether they read for the family now. Who reads for it before
/// that part keeps what they have; who read after it moves up. Of a coordinator's part an adviser can only take the
/// reading: as the second, or as the back-up.
async fn give_part(tx: &mut Tx, held: &Held, (heir, role): (Id<Person>, Role), now: Moment) -> Result<bool, Error> {
    const TEAM: &str = "SELECT id, person, part FROM team_member WHERE family = $1 AND until IS NULL";
    const GIVE: &str = "INSERT INTO team_member (id, municipality, family, person, part, since)
        SELECT $1, f.municipality, f.id, $3, $4, $5 FROM family f WHERE f.id = $2";
    let team: Vec<(Id<TeamMember>, Id<Person>, Part)> =
        within!(&mut *tx, on => sqlx::query_as(TEAM).bind(held.family).fetch_all(on).await?);
    let free = |part: &Part| team.iter().all(|(.., taken)| taken != part);
    let part = match held.part.fits(role) {
        true => Some(held.part),
        false => [Part::Secondary, Part::BackUp].into_iter().find(free),
    };
    let own = || team.iter().filter(|(_, person, part)| *person == heir && part.reads_check_ins());
    let Some(part) = part.filter(|part| own().all(|(.., other)| other > part)) else {
        return Ok(own().next().is_some());
    };
    for (after, ..) in own().filter(|(.., other)| matches!(other, Part::Secondary | Part::BackUp)) {
        end_one(tx, *after, now).await?;
    }
    within!(tx, on => {
        sqlx::query(GIVE)
            .bind(Id::<TeamMember>::fresh(now))
            .bind(held.family)
            .bind(heir)
            .bind(part)
            .bind(now)
            .execute(on)
            .await?;
    });
    Ok(true)
}

/// Whoever takes over a family comes to its meetings instead.
async fn hand_over_meetings(
    tx: &mut Tx,
    person: Id<Person>,
    heir_of: &HashMap<Id<Family>, Id<Person>>,
    now: Moment,
) -> Result<(), Error> {
    const TO_COME: &str = "SELECT m.id, m.family FROM participant r JOIN meeting m ON m.id = r.meeting
        WHERE r.person = $1 AND m.starts_at > $2 AND m.cancelled_at IS NULL ORDER BY m.id";
    const NAME: &str = "INSERT INTO participant (municipality, family, meeting, person)
        SELECT municipality, family, id, $2 FROM meeting WHERE id = $1 ON CONFLICT (meeting, person) DO NOTHING";
    const CHANGED: &str = "UPDATE meeting SET version = version + 1, changed_at = $2 WHERE id = $1";
    let meetings: Vec<(Id<Meeting>, Id<Family>)> =
        within!(&mut *tx, on => sqlx::query_as(TO_COME).bind(person).bind(now).fetch_all(on).await?);
    for (meeting, family) in meetings {
        forget_participant(tx, meeting, person).await?;
        within!(&mut *tx, on => {
            if let Some(heir) = heir_of.get(&family) {
                sqlx::query(NAME).bind(meeting).bind(*heir).execute(&mut *on).await?;
            }
            sqlx::query(CHANGED).bind(meeting).bind(now).execute(on).await?;
        });
        plan_meeting(tx, meeting, now).await?;
    }
    Ok(())
}

/// Ends every way in somebody has, and all that is kept for them alone.
async fn leave(tx: &mut Tx, person: Id<Person>, now: Moment) -> Result<(), Error> {
    const FORGET: [&str; 2] = ["DELETE FROM photo WHERE person = $1", "DELETE FROM channel WHERE person = $1"];
    const END: [&str; 5] = [
        "UPDATE invitation SET revoked_at = $2 WHERE person = $1 AND used_at IS NULL AND revoked_at IS NULL",
        "UPDATE calendar_address SET revoked_at = $2 WHERE person = $1 AND revoked_at IS NULL",
        "UPDATE identity SET ended_at = $2 WHERE person = $1 AND ended_at IS NULL",
        "UPDATE role_proposal SET answered_at = $2, given = FALSE WHERE proposed_by = $1 AND answered_at IS NULL",
        "UPDATE person SET left_at = $2 WHERE id = $1",
    ];
    end_sessions(tx, person, now).await?;
    end_passkeys(tx, person).await?;
    close_about(tx, person, now).await?;
    for sql in FORGET {
        within!(&mut *tx, on => {
            sqlx::query(sql).bind(person).execute(on).await?;
        });
    }
    for sql in END {
        within!(&mut *tx, on => {
            sqlx::query(sql).bind(person).bind(now).execute(on).await?;
        });
    }
    Ok(())
}

//! What can be typed: somebody new, a role, a unit, and who takes over which family.

use crate::{
    domain::{
        administration::{Colleague, Heirs, Held},
        family::{Family, Unit},
        id::Id,
        person::{Person, Role},
        why::Why,
        words::{PersonName, Phone},
    },
    store::NewColleague,
    ui::field::{Fields, FilledIn, Refusals},
};

/// Somebody's name, or a unit's.
pub(super) const NAME: &str = "name";
/// Somebody's telephone number.
pub(super) const PHONE: &str = "phone";
/// A role.
pub(super) const ROLE: &str = "role";
/// A unit; none where it is empty.
pub(super) const UNIT: &str = "unit";
/// Who takes over every family for which nobody else is named.
pub(super) const FOR_ALL: &str = "for_all";
/// Who takes over one family: both, with a colon between; or [`NOBODY`].
pub(super) const TO: &str = "to";
/// Nobody takes over for now.
pub(super) const NOBODY: &str = "nobody";
/// Whether they stay when their families are handed over.
pub(super) const STAYS: &str = "stays";

/// At most so many families are named one by one; the others go to whoever takes over all: a form has so many fields.
pub(super) const ONE_BY_ONE: usize = 90;

/// The roles that somebody who works here can have.
pub(super) fn roles() -> impl Iterator<Item = Role> {
    Role::ALL.iter().copied().filter(|role| role.is_employed())
}

pub(super) fn role(typed: &Fields) -> Result<Role, Why> {
    match typed.once(ROLE)? {
        None | Some("") => Err(Why::Unanswered),
        Some(role) => role.parse().ok().filter(|role: &Role| role.is_employed()).ok_or(Why::Unknown),
    }
}

pub(super) fn unit(typed: &Fields, units: &[Unit]) -> Result<Option<Id<Unit>>, Why> {
    let known = |unit: &Id<Unit>| units.iter().any(|known| known.id == *unit);
    match typed.once(UNIT)?.unwrap_or_default() {
        "" => Ok(None),
        unit => unit.parse().ok().filter(known).map(Some).ok_or(Why::Unknown),
    }
}

/// Reads somebody new.
///
/// # Errors
/// The form with what was typed and what is wrong with it.
pub(super) fn new_colleague(typed: Fields, units: &[Unit]) -> Result<NewColleague, FilledIn> {
    let mut refusals = Refusals::default();
    let once = |field| typed.once(field).map(Option::unwrap_or_default);
    let name = refusals.take(NAME, once(NAME).and_then(PersonName::parse));
    let phone = once(PHONE).and_then(|typed| match Phone::parse(typed) {
        Err(Why::Empty) => Ok(None),
        phone => phone.map(Some),
    });
    let phone = refusals.take(PHONE, phone);
    let role = refusals.take(ROLE, role(&typed));
    let unit = refusals.take(UNIT, unit(&typed, units));
    match (name, phone, role, unit) {
        (Some(name), Some(phone), Some(role), Some(unit)) => Ok(NewColleague { name, phone, unit, role }),
        _ => Err(FilledIn { typed, refusals }),
    }
}

/// Reads who takes over what, and whether the one who hands over leaves.
///
/// # Errors
/// The form with what was typed and what is wrong with it.
pub(super) fn heirs(typed: Fields, held: &[Held], others: &[&Colleague]) -> Result<(Heirs, bool), FilledIn> {
    let mut refusals = Refusals::default();
    let advise: Vec<Id<Person>> = others.iter().map(|one| one.id).collect();
    let for_all = typed.once(FOR_ALL).and_then(|typed| match typed.unwrap_or_default() {
        "" => Ok(None),
        person => person.parse().ok().filter(|person| advise.contains(person)).map(Some).ok_or(Why::Unknown),
    });
    let for_all = refusals.take(FOR_ALL, for_all);
    let stays = refusals.take(STAYS, typed.ticked(STAYS));
    let mut heirs = Heirs { for_all: for_all.flatten(), ..Heirs::default() };
    for one in typed.all(TO).filter(|one| !one.is_empty()) {
        match one_heir(one, held) {
            Ok((family, heir)) if heirs.of_family.insert(family, heir).is_none() => {}
            Ok(_) => refusals.add(TO, Why::Twice),
            Err(why) => refusals.add(TO, why),
        }
    }
    if refusals.is_empty() {
        let refused = held.iter().find_map(|held| heirs.of(held, &advise).err().map(|why| (held, why)));
        if let Some((held, why)) = refused {
            refusals.add(if heirs.of_family.contains_key(&held.family) { TO } else { FOR_ALL }, why);
        }
    }
    match stays {
        Some(stays) if refusals.is_empty() => Ok((heirs, !stays)),
        _ => Err(FilledIn { typed, refusals }),
    }
}

fn one_heir(typed: &str, held: &[Held]) -> Result<(Id<Family>, Option<Id<Person>>), Why> {
    let (family, heir) = typed.split_once(':').ok_or(Why::Unknown)?;
    let family = family.parse().map_err(|_| Why::Unknown)?;
    let heir = match heir {
        NOBODY => None,
        heir => Some(heir.parse().map_err(|_| Why::Unknown)?),
    };
    if held.iter().any(|held| held.family == family) { Ok((family, heir)) } else { Err(Why::Unknown) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{moment::Moment, team::Part};

    fn typed(body: &str) -> Fields {
        Fields::read(body.as_bytes()).expect("a form")
    }

    #[test]
    fn somebody_new_has_a_name_a_role_and_perhaps_more() {
        let read = new_colleague(typed("name=Bo+Ny&phone=12345678&role=adviser&unit="), &[]).expect("sound");
        assert_eq!((read.name.as_str(), read.role, read.unit), ("Bo Ny", Role::Adviser, None));
        for (body, field, why) in [
            ("name=&role=adviser", NAME, Why::Empty),
            (&format!("name={}&role=adviser", "a".repeat(81)), NAME, Why::TooLong(80)),
            ("name=a&name=b&role=adviser", NAME, Why::Twice),
            ("name=Bo&phone=12&role=adviser", PHONE, Why::NotAPhone),
            ("name=Bo", ROLE, Why::Unanswered),
            ("name=Bo&role=parent", ROLE, Why::Unknown),
            ("name=Bo&role=chief", ROLE, Why::Unknown),
            ("name=Bo&role=adviser&unit=x", UNIT, Why::Unknown),
            ("name=Bo&role=adviser&unit=00000000000000000000000000000001", UNIT, Why::Unknown),
        ] {
            let form = new_colleague(typed(body), &[]).expect_err(body);
            assert_eq!(form.refusals.of(field), Some(why), "{body}");
        }
    }

    #[test]
    fn every_family_is_told_to_whom_it_goes() {
        let id = |number: u128| Id::<Person>::from_uuid(uuid::Uuid::from_u128(number));
        let family = |number: u128| Id::<Family>::from_uuid(uuid::Uuid::from_u128(number));
        let colleague = Colleague {
            id: id(1),
            name: PersonName::stored("Bo".into()),
            role: Role::Adviser,
            unit: None,
            since: Moment::from_seconds(0),
            away: None,
            families: 0,
            came_in: true,
        };
        let held = |number, part| Held { family: family(number), number: None, part };
        let held = [held(8, Part::Primary), held(9, Part::BackUp)];
        let read = |body: &str| heirs(typed(body), &held, &[&colleague]);
        let (one, eight, nine) = (id(1), family(8), family(9));
        assert!(read(&format!("for_all={one}")).is_ok_and(|(heirs, leaves)| leaves && heirs.for_all == Some(one)));
        assert!(
            read(&format!("for_all=&to={eight}:{one}&to={nine}:nobody&stays=yes")).is_ok_and(|(_, leaves)| !leaves)
        );
        for (body, field, why) in [
            (String::new(), FOR_ALL, Why::Unanswered),
            (format!("for_all={}", id(2)), FOR_ALL, Why::Unknown),
            (format!("for_all={one}&to={eight}:nobody"), TO, Why::Unanswered),
            (format!("for_all={one}&to={eight}:{}", id(2)), TO, Why::Unknown),
            (format!("for_all={one}&to={}:{one}", family(7)), TO, Why::Unknown),
            (format!("for_all={one}&to={eight}:{one}&to={eight}:{one}"), TO, Why::Twice),
            (format!("for_all={one}&to=x"), TO, Why::Unknown),
            (format!("for_all={one}&stays=no"), STAYS, Why::Unknown),
        ] {
            let form = read(&body).expect_err(&body);
            assert_eq!(form.refusals.of(field), Some(why), "{body}");
        }
    }
}

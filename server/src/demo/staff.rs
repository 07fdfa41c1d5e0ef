//! Units, those who work there, and the team a family gets.

use app::{
    domain::{
        family::Unit,
        id::Id,
        person::{Person, Role},
        why::Why,
        words::Title,
    },
    store::NewUnit,
};

use super::{
    stage::Stage,
    story::{ADVISER, CONTACT_PERSON, PROJECT_LEAD, SECOND_ADVISER},
    words::{FIRST_NAMES, LAST_NAMES, PLACES},
};

/// Families an adviser is the primary of; as the secondary it is about as many again.
const FAMILIES_A_PAIR: u32 = 8;

/// The coach of the story walks beside the families before this one in the first unit.
const FAMILIES_OF_THE_COACH: u32 = 4;

/// Who works in a unit.
pub(super) struct Staff {
    /// The unit.
    pub(super) unit: Id<Unit>,
    /// The coach of the story, who is in the first unit.
    coach: Option<Id<Person>>,
    advisers: Vec<Id<Person>>,
    coordinator: Id<Person>,
    contact_persons: Vec<Id<Person>>,
}

/// What a contact person was allowed to see.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Shared {
    /// Nothing ever.
    Nothing,
    /// The meetings.
    Meetings,
    /// Meetings, goals and steps.
    Everything,
    /// The meetings, until some days ago.
    NoMore,
}

/// The people around one family.
pub(super) struct Team {
    pub(super) primary: Id<Person>,
    pub(super) secondary: Id<Person>,
    pub(super) back_up: Id<Person>,
    pub(super) coordinator: Option<Id<Person>>,
    pub(super) contact_person: Option<(Id<Person>, Shared)>,
}

impl Stage {
    /// Opens the next unit, for so many families. The first one has the cast among its people.
    pub(super) fn staff(&mut self, unit: u32, families: u32) -> Result<Staff, Why> {
        let first_unit = unit == 0;
        let before = self.batch.people.len();
        let id = self.id();
        self.batch.units.push(NewUnit { id, name: unit_name(unit)? });
        if first_unit {
            self.cast_member(&PROJECT_LEAD, Role::ProjectLead)?;
        }
        let coach = match first_unit {
            true => Some(self.cast_member(&CONTACT_PERSON, Role::ContactPerson)?),
            false => None,
        };
        let advisers = (0..families.div_ceil(FAMILIES_A_PAIR).max(4))
            .map(|index| match index {
                0 if first_unit => self.cast_member(&ADVISER, Role::Adviser),
                1 if first_unit => self.cast_member(&SECOND_ADVISER, Role::Adviser),
                _ => self.somebody(Role::Adviser),
            })
            .collect::<Result<_, Why>>()?;
        let contact_persons =
            (0..families.div_ceil(12)).map(|_| self.somebody(Role::ContactPerson)).collect::<Result<_, Why>>()?;
        let coordinator = self.somebody(Role::Coordinator)?;
        for person in self.batch.people.iter_mut().skip(before).filter(|person| person.role.advises()) {
            person.unit = Some(id);
        }
        Ok(Staff { unit: id, coach, advisers, coordinator, contact_persons })
    }

    fn somebody(&mut self, role: Role) -> Result<Id<Person>, Why> {
        let name = format!("{} {}", self.one_of(FIRST_NAMES), self.one_of(LAST_NAMES));
        let person = self.adult(role, &name)?;
        Ok(self.enter(person))
    }

    /// The team of the family with that index in its unit.
    pub(super) fn team(&mut self, staff: &Staff, index: u32) -> Team {
        let adviser = |turn: u32| staff.advisers[(index / FAMILIES_A_PAIR + turn) as usize % staff.advisers.len()];
        Team {
            primary: adviser(0),
            secondary: adviser(1 + index % 3),
            back_up: adviser(1 + (index + 1) % 3),
            coordinator: (index % 4 == 2).then_some(staff.coordinator),
            contact_person: self.contact_person(staff, index),
        }
    }

    fn contact_person(&mut self, staff: &Staff, index: u32) -> Option<(Id<Person>, Shared)> {
        if let Some(coach) = staff.coach.filter(|_| index < FAMILIES_OF_THE_COACH) {
            let shared = [Shared::Meetings, Shared::Everything, Shared::Nothing, Shared::NoMore];
            return Some((coach, shared[index as usize]));
        }
        if !self.chance(40) {
            return None;
        }
        let shared =
            [Shared::Meetings, Shared::Meetings, Shared::Meetings, Shared::Everything, Shared::Nothing, Shared::NoMore];
        Some((self.one_of(&staff.contact_persons), self.one_of(&shared)))
    }
}

fn unit_name(unit: u32) -> Result<Title, Why> {
    let (round, place) = (unit as usize / PLACES.len(), PLACES[unit as usize % PLACES.len()]);
    Title::parse(&match round {
        0 => format!("Familiehuset {place}"),
        _ => format!("Familiehuset {place} {}", round + 1),
    })
}

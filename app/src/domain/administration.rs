//! Who works in a municipality as what, how that changes, and who takes over from whom. Whoever administers sees staff
//! and settings, and never a family: families are numbers here.

use std::collections::HashMap;

use super::{
    family::{Family, Unit},
    id::Id,
    inbox::Absence,
    keyed,
    moment::Moment,
    person::{Person, Role},
    team::Part,
    why::Why,
    words::PersonName,
};

/// A role that is proposed can be answered for so long, in days.
pub const PROPOSAL_DAYS: i64 = 14;

keyed! {
    /// What was done.
    pub enum Deed {
        /// Somebody is to have a role.
        RoleProposed = "role_proposed",
        /// Somebody else agreed, and the role was given; or an import gave it.
        RoleGiven = "role_given",
        /// The role was not given.
        RoleRefused = "role_refused",
        /// A role became a smaller one, at once.
        RoleNarrowed = "role_narrowed",
        /// Somebody works in another unit.
        Moved = "moved",
        /// A way in was made for somebody.
        Invited = "invited",
        /// Somebody is written down as away.
        Away = "away",
        /// A family has somebody else.
        HandedOver = "handed_over",
        /// Somebody left.
        Left = "left",
        /// A unit was opened.
        UnitOpened = "unit_opened",
        /// A unit has another name.
        UnitRenamed = "unit_renamed",
        /// The municipality works in another way.
        Settings = "settings",
    }
}

/// Whether somebody else has to agree before `from` becomes `to`: always, but where it only takes something away. A
/// coordinator does what an adviser does, without deciding.
pub const fn takes_two(from: Option<Role>, to: Role) -> bool {
    !matches!((from, to), (Some(Role::Adviser), Role::Coordinator))
}

/// Somebody who works for the municipality.
#[derive(Clone, Debug)]
pub struct Colleague {
    /// Who.
    pub id: Id<Person>,
    /// Their name.
    pub name: PersonName,
    /// What they are.
    pub role: Role,
    /// Where they work.
    pub unit: Option<Id<Unit>>,
    /// Since when they are known here.
    pub since: Moment,
    /// The days they are away, when today is one of them.
    pub away: Option<Absence>,
    /// Beside how many families they walk.
    pub families: i64,
    /// Whether they ever came in.
    pub came_in: bool,
}

impl Colleague {
    /// As [`may_be_invited`].
    pub fn may_be_invited(&self) -> bool {
        may_be_invited(self.role, self.came_in, self.families)
    }
}

/// Whether whoever administers may make the way in for somebody: nobody is to come in as somebody else. Who came in has a
/// way, who walks beside families sees them, and who administers agrees to roles; they get one from the console of the
/// server's machine.
pub fn may_be_invited(role: Role, came_in: bool, families: i64) -> bool {
    !came_in && families == 0 && role != Role::Administrator
}

/// A role that waits for somebody else to agree.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Its identity.
    pub id: Id<Proposal>,
    /// Who is to have it; nobody who is there already, where it is somebody new.
    pub person: Option<Id<Person>>,
    /// Their name.
    pub name: PersonName,
    /// What they are now.
    pub before: Option<Role>,
    /// What they are to be.
    pub role: Role,
    /// Who proposed it.
    pub by: Id<Person>,
    /// The name of who proposed it.
    pub by_name: PersonName,
    /// When.
    pub at: Moment,
}

impl Proposal {
    /// Whether somebody may agree: neither who proposed it nor whom it is about.
    pub fn may_be_agreed_by(&self, person: Id<Person>) -> bool {
        self.by != person && self.person != Some(person)
    }

    /// When it ends by itself.
    pub const fn ends_at(&self) -> Moment {
        self.at.plus_days(PROPOSAL_DAYS)
    }
}

/// An entry of the log.
#[derive(Clone, Debug)]
pub struct Done {
    /// What was done.
    pub deed: Deed,
    /// Who did it; nobody, where the server's own machine did.
    pub author: Option<PersonName>,
    /// Whom or what it is about: a person's name, or a unit's.
    pub about: Option<String>,
    /// What was before: the key of a role, the name of a unit, the number of a family, or settings as JSON.
    pub before: Option<String>,
    /// What is since.
    pub after: Option<String>,
    /// When.
    pub at: Moment,
}

/// A part in a family's team that somebody gives up.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// The family.
    pub family: Id<Family>,
    /// Its number; its name is told to nobody here.
    pub number: Option<String>,
    /// The part.
    pub part: Part,
}

/// Who is to take over.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Heirs {
    /// Whoever takes over where nothing else is said.
    pub for_all: Option<Id<Person>>,
    /// Who takes over which family; nobody for now, where that is said.
    pub of_family: HashMap<Id<Family>, Option<Id<Person>>>,
}

impl Heirs {
    /// Who takes over a part, of those who advise here; nobody, where it stays empty for now. The contact person is chosen by
    /// the family alone.
    ///
    /// # Errors
    /// [`Why::Unknown`] when that is nobody who can, [`Why::Unanswered`] when nobody was named and somebody has to be: a
    /// family always has a first adviser.
    pub fn of(&self, held: &Held, advise: &[Id<Person>]) -> Result<Option<Id<Person>>, Why> {
        if held.part == Part::ContactPerson {
            return Ok(None);
        }
        let known = |person: Id<Person>| advise.contains(&person).then_some(Some(person)).ok_or(Why::Unknown);
        match self.of_family.get(&held.family) {
            Some(Some(person)) => known(*person),
            Some(None) if held.part == Part::Primary => Err(Why::Unanswered),
            Some(None) => Ok(None),
            None => known(self.for_all.ok_or(Why::Unanswered)?),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_takes_something_away_is_done_by_one_alone() {
        let employed = Role::ALL.iter().copied().filter(|role| role.is_employed());
        let alone: Vec<_> = employed
            .clone()
            .flat_map(|from| employed.clone().map(move |to| (from, to)))
            .filter(|(from, to)| !takes_two(Some(*from), *to))
            .collect();
        assert_eq!(alone, [(Role::Adviser, Role::Coordinator)]);
        assert!(employed.into_iter().all(|role| takes_two(None, role)));
    }

    #[test]
    fn every_family_goes_to_somebody_and_none_is_without_a_first_adviser() {
        let id = |number| Id::from_uuid(uuid::Uuid::from_u128(number));
        let advise = [id(1), id(2)];
        let held = |part| Held { family: Id::from_uuid(uuid::Uuid::from_u128(9)), number: None, part };
        let for_all = |person: Option<u128>| Heirs { for_all: person.map(id), of_family: HashMap::new() };
        let named = |person: Option<u128>| Heirs {
            for_all: Some(id(1)),
            of_family: HashMap::from([(Id::from_uuid(uuid::Uuid::from_u128(9)), person.map(id))]),
        };
        for (heirs, part, expected) in [
            (for_all(Some(1)), Part::Primary, Ok(Some(id(1)))),
            (for_all(None), Part::Primary, Err(Why::Unanswered)),
            (for_all(None), Part::BackUp, Err(Why::Unanswered)),
            (for_all(Some(3)), Part::Primary, Err(Why::Unknown)),
            (named(Some(2)), Part::Coordinator, Ok(Some(id(2)))),
            (named(None), Part::Coordinator, Ok(None)),
            (named(None), Part::Primary, Err(Why::Unanswered)),
            (for_all(None), Part::ContactPerson, Ok(None)),
        ] {
            assert_eq!(heirs.of(&held(part), &advise), expected, "{heirs:?} {part:?}");
        }
    }
}

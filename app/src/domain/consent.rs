//! What a family lets somebody outside the municipality see.

use std::fmt;

use super::{id::Id, keyed, moment::Moment, person::Person, why::Why, words::PersonName};

keyed! {
    /// One kind of thing that can be shared.
    pub enum Item {
        /// The next meetings.
        Meetings = "meetings",
        /// The goals.
        Goals = "goals",
        /// The steps, and ticking them.
        Steps = "steps",
        /// What the parent who shares told about themselves.
        CheckIns = "check_ins",
        /// What the parent who shares told about a child.
        Child = "child",
        /// The notes of the parent who shares.
        Notes = "notes",
    }
}

impl Item {
    /// The kinds that belong to the whole family: any parent sees that they are shared, and stops it. The others are the
    /// giver's own, and the other parent is told nothing of them.
    pub const COMMON: [Self; 3] = [Self::Meetings, Self::Goals, Self::Steps];

    /// Whether it belongs to the whole family.
    pub const fn is_common(self) -> bool {
        matches!(self, Self::Meetings | Self::Goals | Self::Steps)
    }
}

/// One thing that can be shared: of its kind, and about which child where the kind asks for one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Thing {
    item: Item,
    child: Option<Id<Person>>,
}

impl Thing {
    /// A thing about no child.
    ///
    /// # Errors
    /// [`Why::Unknown`] for [`Item::Child`].
    pub fn of(item: Item) -> Result<Self, Why> {
        if item == Item::Child { Err(Why::Unknown) } else { Ok(Self { item, child: None }) }
    }

    /// What the parent who shares told about that child.
    pub const fn about(child: Id<Person>) -> Self {
        Self { item: Item::Child, child: Some(child) }
    }

    /// What kind of thing it is.
    pub const fn item(self) -> Item {
        self.item
    }

    /// Which child it is about.
    pub const fn child(self) -> Option<Id<Person>> {
        self.child
    }

    /// What stands in two columns.
    pub(crate) const fn stored(item: Item, child: Option<Id<Person>>) -> Self {
        Self { item, child }
    }
}

/// As it stands in forms and addresses: `goals`, `child-` and an id.
impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.child {
            Some(child) => write!(f, "{}-{child}", self.item.key()),
            None => f.write_str(self.item.key()),
        }
    }
}

impl std::str::FromStr for Thing {
    type Err = Why;

    fn from_str(typed: &str) -> Result<Self, Why> {
        match typed.strip_prefix("child-") {
            Some(child) => child.parse().map(Self::about).map_err(|_| Why::Unknown),
            None => Self::of(typed.parse()?),
        }
    }
}

/// A yes to one thing for one recipient, until a date.
#[derive(Clone, Copy, Debug)]
pub struct Consent {
    /// Its identity.
    pub id: Id<Consent>,
    /// What may be seen.
    pub thing: Thing,
    /// By whom.
    pub recipient: Id<Person>,
    /// Who said yes.
    pub given_by: Id<Person>,
    /// Since when.
    pub given_at: Moment,
    /// It ends by itself at this instant.
    pub ends_at: Moment,
    /// When it was withdrawn, if it was.
    pub withdrawn_at: Option<Moment>,
}

impl Consent {
    /// Whether it holds at `now`.
    pub fn holds(&self, now: Moment) -> bool {
        self.given_at <= now && now < self.ends_at && self.withdrawn_at.is_none_or(|at| now < at)
    }
}

/// A consent with the names that belong to it: its receipt.
#[derive(Clone, Debug)]
pub struct Receipt {
    /// The consent.
    pub consent: Consent,
    /// The name of the one who got it.
    pub recipient: PersonName,
    /// The name of the parent who gave it.
    pub giver: PersonName,
    /// The name of the child it is about.
    pub child: Option<PersonName>,
    /// The name of the one who stopped it, where that is known.
    pub stopped_by: Option<PersonName>,
}

/// What one parent shares with a recipient at a moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Grant {
    /// What.
    pub thing: Thing,
    /// Who shares it.
    pub giver: Id<Person>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_thing_is_read_as_it_is_written_and_nothing_else_is_one() {
        let child = Id::fresh(Moment::from_seconds(1_800_000_000));
        let common = Item::COMMON.map(|item| Thing::of(item).expect("about no child"));
        for thing in common.into_iter().chain([Thing::about(child)]) {
            assert_eq!(thing.to_string().parse(), Ok(thing));
        }
        for typed in ["", "child", "child-", "child-x", "hopes", "goals-1", "Goals"] {
            assert_eq!(typed.parse::<Thing>(), Err(Why::Unknown), "{typed}");
        }
        assert_eq!(Thing::of(Item::Child), Err(Why::Unknown));
    }
}

//! A look of somebody else at a family's data, as the family may see it.

use super::{
    access::{Purpose, Relation},
    keyed,
    moment::Moment,
    words::{PersonName, Title},
};

keyed! {
    /// What kind of person looked.
    pub enum Looker {
        /// The contact person.
        ContactPerson = "contact_person",
        /// Staff of the municipality.
        Staff = "staff",
        /// Somebody at the server's own machine.
        Console = "console",
    }
}

keyed! {
    /// How far back a family looks.
    pub enum Back {
        /// The last 7 days.
        Week = "week",
        /// The last 30 days.
        Month = "month",
        /// The last 365 days.
        Year = "year",
    }
}

impl Back {
    /// How many days that are.
    pub const fn days(self) -> i64 {
        match self {
            Self::Week => 7,
            Self::Month => 30,
            Self::Year => 365,
        }
    }
}

/// Which looks a family wants to see; all, where nothing is said.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct LookFilter {
    /// Those of one kind of person.
    pub by: Option<Looker>,
    /// Those since then.
    pub since: Option<Moment>,
}

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Moment,
    /// Who looked; nobody by name from the server's own machine, or where the municipality does not name its staff.
    pub name: Option<PersonName>,
    /// The unit the family belongs to, where its own team looked.
    pub unit: Option<Title>,
    /// What they were to the family then.
    pub relation: Relation,
    /// Why they looked.
    pub purpose: Purpose,
}

impl Look {
    /// Whether it is the same somebody looking for the same reason, at whatever time.
    pub fn is_like(&self, other: &Self) -> bool {
        *self == Self { at: self.at, ..other.clone() }
    }
}

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

keyed! {
    /// What somebody looked for, as far as a family is told. What one parent did alone is not betrayed to the other:
    /// neither that there was something to read, nor that somebody was invited. Nor is it told how often somebody looked
    /// at what is written down about a child.
    pub enum Aim {
        /// What the family shares.
        Shared = "shared",
        /// A list of families.
        List = "list",
        /// The family's page.
        Page = "page",
        /// Its plan.
        Plan = "plan",
        /// How it is doing, for a team meeting.
        TeamMeeting = "team_meeting",
        /// Its contact person.
        ContactPerson = "contact_person",
        /// Where its plans with others are.
        SectorPlans = "sector_plans",
        /// Work of which nothing more is told.
        Work = "work",
    }
}

impl Aim {
    /// The purposes that are told like that.
    pub fn purposes(self) -> impl Iterator<Item = Purpose> {
        Purpose::ALL.iter().copied().filter(move |purpose| Self::from(*purpose) == self)
    }
}

impl From<Purpose> for Aim {
    fn from(purpose: Purpose) -> Self {
        match purpose {
            Purpose::Shared => Self::Shared,
            Purpose::FamilyList => Self::List,
            Purpose::OwnPages | Purpose::FamilyPage => Self::Page,
            Purpose::Plan => Self::Plan,
            Purpose::TeamMeeting => Self::TeamMeeting,
            Purpose::ContactPerson => Self::ContactPerson,
            Purpose::SectorPlans => Self::SectorPlans,
            Purpose::Inbox
            | Purpose::CheckIn
            | Purpose::Record
            | Purpose::Meeting
            | Purpose::Call
            | Purpose::Calendar
            | Purpose::Export
            | Purpose::Invite
            | Purpose::Children
            | Purpose::Numbers
            | Purpose::Administration => Self::Work,
        }
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
    /// Those for one thing.
    pub aim: Option<Aim>,
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
    /// What they looked for.
    pub aim: Aim,
}

impl Look {
    /// Whether it is the same somebody looking for the same thing, at whatever time.
    pub fn is_like(&self, other: &Self) -> bool {
        *self == Self { at: self.at, ..other.clone() }
    }
}

//! People: parents, children, and those who walk beside them.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    family::Family,
    id::Id,
    keyed,
    moment::{Moment, Zone},
    phone_code::PhoneLock,
    sign_in::PROVEN,
    words::{PersonName, Phone},
};

keyed! {
    /// What somebody is in a municipality. What they are to one family is their [`Part`](super::team::Part).
    pub enum Role {
        /// A mother, father or step-parent, with a login of their own.
        Parent = "parent",
        /// A child; signs in nowhere yet.
        Child = "child",
        /// Somebody the family chose, often from an association. Sees what consent names.
        ContactPerson = "contact_person",
        /// A municipality's adviser.
        Adviser = "adviser",
        /// A family coordinator: as an adviser, without authority to decide.
        Coordinator = "coordinator",
        /// Leads the project; sees counts, never a family.
        ProjectLead = "project_lead",
        /// Sees who works here and how the municipality works; never a family.
        Administrator = "administrator",
    }
}

impl Role {
    /// Employed by the municipality: short sessions, every look logged with a purpose.
    pub const fn is_employed(self) -> bool {
        matches!(self, Self::Adviser | Self::Coordinator | Self::ProjectLead | Self::Administrator)
    }

    /// Walks beside families: has a list of them, an inbox and team meetings.
    pub const fn advises(self) -> bool {
        matches!(self, Self::Adviser | Self::Coordinator)
    }

    /// May make decisions of the municipality about a family.
    pub const fn has_authority(self) -> bool {
        matches!(self, Self::Adviser)
    }
}

keyed! {
    /// A language the product speaks, by its BCP 47 tag.
    pub enum Language {
        /// Danish.
        Danish = "da",
        /// English.
        English = "en",
    }
}

/// A person as others may see them.
#[derive(Clone, Debug)]
pub struct Person {
    /// Their identity.
    pub id: Id<Person>,
    /// The family they belong to; none for staff and contact persons.
    pub family: Option<Id<Family>>,
    /// Their name.
    pub name: PersonName,
    /// What they are.
    pub role: Role,
    /// The day they were born, where known; asked for children.
    pub born: Option<NaiveDate>,
    /// Their telephone number, where one is known.
    pub phone: Option<Phone>,
    /// The language they read.
    pub language: Language,
}

/// A child, as an adult with rights for that child sees it.
#[derive(Clone, Debug)]
pub struct Child {
    /// Their identity.
    pub id: Id<Person>,
    /// Their name.
    pub name: PersonName,
    /// The day they were born, where known.
    pub born: Option<NaiveDate>,
}

/// What one adult may do for one child. Rights are per child per adult, never per family.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Guardianship {
    /// The child.
    pub child: Id<Person>,
    /// The adult.
    pub adult: Id<Person>,
    /// Shares the legal custody of the child.
    pub custody: bool,
    /// May see the child's page.
    pub may_see: bool,
    /// The child lives with them.
    pub lives_with: bool,
}

/// The person who is signed in, and just enough to know what they may ask for.
#[derive(Clone, Debug)]
pub struct Viewer {
    /// Who they are.
    pub person: Id<Person>,
    /// Their municipality.
    pub municipality: Id<super::family::Municipality>,
    /// Their own family; none for staff and contact persons.
    pub family: Option<Id<Family>>,
    /// What they are.
    pub role: Role,
    /// Their name.
    pub name: PersonName,
    /// The language they read.
    pub language: Language,
    /// Whether they asked for a button that leaves every page at once and signs out.
    pub quick_exit: bool,
    /// The zone of their municipality.
    pub zone: Zone,
    /// The session they came with.
    pub session: Id<super::sign_in::Session>,
    /// Whether the device of that session may keep pages to be read without a net: one with a code keeps none.
    pub keeps_pages: bool,
    /// Whether that device has a code, and waits for it.
    pub lock: PhoneLock,
    /// Whether the button that leaves at once locks that device instead of ending the session.
    pub exit_locks: bool,
    /// Whether it helps to say there that the product can be put on the home screen: from the second day of the session
    /// on, until they have read it.
    pub install_hint: bool,
    /// When they last showed on that session who they are: as it began, or with a passkey or by a provider since.
    pub proven_at: Moment,
    /// When they last typed the code of that device, or chose it.
    pub confirmed_at: Moment,
    /// Whether it helps to say there that one can come in with a finger: while they have just come in with an invitation,
    /// have no passkey, said no such thing as "not now", and did not ask for the button that leaves at once.
    pub passkey_offer: bool,
}

impl Viewer {
    /// Whether they showed so lately who they are that they may change how somebody gets in as them.
    pub const fn has_just_proven(&self, now: Moment) -> bool {
        now.seconds() - self.proven_at.seconds() < PROVEN
    }

    /// Whether they showed so lately that it is them, with the code of the device too, that they may do what only they
    /// should do. A code is no proof of more than that: whoever holds a phone without one may choose it.
    pub const fn has_just_confirmed(&self, now: Moment) -> bool {
        self.has_just_proven(now) || now.seconds() - self.confirmed_at.seconds() < PROVEN
    }
}

//! What a child said, in the child's own words. The team reads it; a parent knows of none but what is opened to them.

use chrono::NaiveDate;

use super::{
    id::Id,
    keyed,
    moment::Moment,
    person::Person,
    words::{Note, PersonName},
};

keyed! {
    /// What the child says to somebody else reading it.
    pub enum Assent {
        /// The child said yes.
        Agreed = "agreed",
        /// The child knows of it.
        Told = "told",
    }
}

/// What a child said.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Said {
    /// The words.
    pub words: Note,
    /// Who heard them.
    pub heard_by: PersonName,
    /// On what day.
    pub heard_on: NaiveDate,
}

/// What a child said, as its team reads it.
#[derive(Clone, Debug)]
pub struct ChildWords {
    /// Their identity.
    pub id: Id<ChildWords>,
    /// Whose words they are.
    pub child: (Id<Person>, PersonName),
    /// What was said.
    pub said: Said,
    /// Who wrote it down.
    pub author: PersonName,
    /// When.
    pub written_at: Moment,
    /// To whom it is or was opened, the newest last.
    pub openings: Vec<Opening>,
}

impl ChildWords {
    /// Whether they are open to an adult, also where that adult has no rights for the child any more.
    pub fn is_open_to(&self, adult: Id<Person>) -> bool {
        self.openings.iter().any(|opening| opening.adult.0 == adult && opening.closed.is_none())
    }
}

/// That an adult may read what a child said.
#[derive(Clone, Debug)]
pub struct Opening {
    /// Who may.
    pub adult: (Id<Person>, PersonName),
    /// What the child says to it.
    pub assent: Assent,
    /// Who opened it.
    pub opened_by: PersonName,
    /// When.
    pub opened_at: Moment,
    /// Who closed it, and when.
    pub closed: Option<(PersonName, Moment)>,
    /// Whether the adult can read it now: it is open, and they have rights for the child.
    pub reads: bool,
}

/// What a child said, as an adult reads it to whom it is opened.
#[derive(Clone, Debug)]
pub struct OpenedWords {
    /// Whose words they are.
    pub child: Id<Person>,
    /// What was said.
    pub said: Said,
}

//! A person reads what a parent told and says what they understood, what happens next, and by when.

use chrono::NaiveDate;

use super::{
    id::Id,
    keyed,
    moment::Moment,
    words::{Note, PersonName},
};

keyed! {
    /// What happens next.
    pub enum NextStep {
        /// The reader calls.
        Call = "call",
        /// A meeting is set up.
        Meeting = "meeting",
        /// It is talked about at the next meeting.
        AtNextMeeting = "at_next_meeting",
        /// Nothing more is needed.
        Nothing = "nothing",
    }
}

impl NextStep {
    /// Whether it is a promise that somebody has to keep by a day.
    pub const fn is_promise(self) -> bool {
        matches!(self, Self::Call | Self::Meeting)
    }
}

/// What a reader says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reply {
    /// What happens next.
    pub next_step: NextStep,
    /// By which day, where it is a promise.
    pub by: Option<NaiveDate>,
    /// What the reader understood, for the parent to read.
    pub words: Option<Note>,
}

/// Somebody read what a parent told.
#[derive(Clone, Debug)]
pub struct Review {
    /// Its identity.
    pub id: Id<Review>,
    /// Who read it.
    pub reviewer: PersonName,
    /// When.
    pub at: Moment,
    /// What they said.
    pub reply: Reply,
    /// When the promise was kept.
    pub kept_at: Option<Moment>,
}

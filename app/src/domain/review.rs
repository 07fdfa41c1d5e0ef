//! A person reads a check-in and says what happens next.

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

/// Somebody read a check-in.
#[derive(Clone, Debug)]
pub struct Review {
    /// Its identity.
    pub id: Id<Review>,
    /// Who read it.
    pub reviewer: PersonName,
    /// When.
    pub at: Moment,
    /// What happens next.
    pub next_step: NextStep,
    /// Words to the parent, if any.
    pub words: Option<Note>,
}

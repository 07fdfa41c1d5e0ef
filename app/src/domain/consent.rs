//! What a family lets somebody outside the municipality see.

use super::{id::Id, keyed, moment::Moment, person::Person};

keyed! {
    /// One thing that can be shared.
    pub enum Item {
        /// The next meetings.
        Meetings = "meetings",
        /// The goals.
        Goals = "goals",
        /// The steps, and ticking them.
        Steps = "steps",
    }
}

/// A yes to one item for one recipient, until a date.
#[derive(Clone, Copy, Debug)]
pub struct Consent {
    /// Its identity.
    pub id: Id<Consent>,
    /// What may be seen.
    pub item: Item,
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

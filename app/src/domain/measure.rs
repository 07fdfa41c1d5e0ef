//! Help a family asks for that somebody must grant: granted, waiting, or refused with the reason.

use super::{
    id::Id,
    keyed,
    moment::Moment,
    words::{Note, PersonName, Title},
};

keyed! {
    /// What was decided.
    pub enum Outcome {
        /// The family gets it.
        Granted = "granted",
        /// The family does not get it.
        Refused = "refused",
    }
}

/// Help a family asked for.
#[derive(Clone, Debug)]
pub struct Measure {
    /// Its identity.
    pub id: Id<Measure>,
    /// What it is.
    pub title: Title,
    /// Who asked.
    pub asked_by: PersonName,
    /// When.
    pub asked_at: Moment,
    /// What was decided, the newest last; nothing while it waits.
    pub decisions: Vec<Decision>,
}

/// What somebody with authority decided. The official decision comes by Digital Post.
#[derive(Clone, Debug)]
pub struct Decision {
    /// What was decided.
    pub outcome: Outcome,
    /// Why.
    pub reason: Note,
    /// Who decided.
    pub by: PersonName,
    /// When.
    pub at: Moment,
}

//! What a parent writes for nobody but themselves.

use super::{id::Id, moment::Moment, words::Note};

/// A parent's own note. Nobody else reads it; it is never part of the case.
#[derive(Clone, Debug)]
pub struct OwnNote {
    /// Its identity.
    pub id: Id<OwnNote>,
    /// What it says.
    pub words: Note,
    /// When it was written.
    pub written_at: Moment,
}

//! Writing in the plan: a hope, a goal, a step. The family's words count at once, the team's are proposals.

mod act;
mod form;
mod page;

pub use act::{open, remove, save};
pub use form::Place;

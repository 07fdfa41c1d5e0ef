//! Staff note what they measured or believe. The family does not see it here.

mod act;
mod page;

pub use act::{ask, list, save};

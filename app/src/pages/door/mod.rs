//! The door: welcome, coming in with an invitation, and the pages one meets when something is in the way.

mod act;
mod page;

pub use act::{accept, ask, enter, entry, welcome};
pub use page::problem;

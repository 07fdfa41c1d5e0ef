//! The door: welcome, coming in with an invitation, and the pages one meets when something is in the way.

mod act;
mod page;
mod provider;

pub use act::{accept, ask, confirm, enter, entry, welcome};
pub use page::problem;
pub use provider::{Turned, leaving, signing_out, turned};

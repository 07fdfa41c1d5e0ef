//! What children say, in their own words: staff write it down, and an adviser opens it to a parent, and closes it again.

mod act;
mod form;
mod page;

pub use act::{close, confirm, of_child, open, write};

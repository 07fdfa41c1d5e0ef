//! The team meeting: staff go through their families, keep promises, and note what they agree on.

mod act;
mod form;
mod page;

pub use act::{agree, keep, open, show};

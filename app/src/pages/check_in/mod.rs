//! A parent tells how it is going.

mod act;
mod form;
mod page;

pub use act::{ask, save, sent};

//! Staff book a meeting, change it and cancel it.

mod act;
mod form;
mod page;

pub use act::{ask, ask_change, book, cancel, change};

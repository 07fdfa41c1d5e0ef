//! Staff read check-ins and answer.

mod act;
mod form;
mod page;

pub use act::{open, review, show};

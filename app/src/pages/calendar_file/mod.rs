//! Staff take meetings from a calendar file: they see what is in it, and choose.

mod act;
mod form;
mod page;

pub use act::{ask, look, take};
pub use form::FILE;

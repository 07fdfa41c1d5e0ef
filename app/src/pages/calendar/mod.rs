//! Somebody's meetings in their own calendar: a private address to read them at, and one meeting as a file.

mod act;
mod page;

pub use act::{feed, file, make, revoke, show};

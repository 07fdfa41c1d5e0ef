//! How often a family is asked, and its pauses: the family may pause, its staff may do both.

mod act;
mod page;

pub use act::{end_pause, of_family, pause, pause_family, set_rhythm, show};

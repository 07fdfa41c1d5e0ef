//! The family's plan: hopes, goals and steps, as the family and its team see them; ticking steps, ordering goals,
//! answering what is proposed.

mod act;
mod page;

pub use act::{answer, of_family, order, show, tick};

//! Plans that others own: staff point to them, parents see where they are.

mod act;
mod form;
mod page;

pub use act::{add, change, edit, of_family, remove, show};

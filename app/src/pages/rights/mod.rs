//! Staff write down who decides over a child and sees its page, whom it lives with, and whose address is protected.

mod act;
mod form;
mod page;

pub use act::{edit, save, show};

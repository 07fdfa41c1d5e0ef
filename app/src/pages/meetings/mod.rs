//! The family's meetings: the list, one of them, what people answer and want to talk about, and what all heard.

mod act;
mod form;
mod list;
mod page;

pub use act::{add_item, answer, comment, decide, delete_item, open, set_missed, write_note};
pub use list::show;

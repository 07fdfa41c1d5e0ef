//! What a family shares with its contact person: the family says what, and the contact person sees just that.

mod act;
mod form;
mod page;
mod shared;

pub use act::{give, preview, renew, show, withdraw};
pub use shared::show as shared;

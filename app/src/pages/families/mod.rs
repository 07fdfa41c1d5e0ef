//! Staff's families: the list, one family, and inviting its people to sign in.

mod act;
mod page;

pub use act::{grant_wish, invite, open, revoke, search, show};

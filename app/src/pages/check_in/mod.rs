//! A parent tells how it is going.

mod act;
mod form;
mod page;

pub use act::{ask, ask_about, call_anyway, not_today, not_today_about, save, save_about, sent};

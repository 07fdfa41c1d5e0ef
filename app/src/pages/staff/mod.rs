//! Who works in a municipality: units, roles that two people give, and leaving. Of families only numbers are seen.

mod act;
mod form;
mod leaving;
mod page;
mod units;

pub use act::{answer, ask_new, be_away, invite, open, propose_new, set_role, set_unit, show};
pub use leaving::{ask as ask_hand_over, hand_over};
pub use units::{open_unit, rename as rename_unit, show as show_units};

//! All that runs in the browser. Every page works without it; an island makes one kinder.
//!
//! An island adds behaviour to what the server has rendered. What a person did before it woke stands in
//! the page, so it reads the page; answers not yet sent stay on the device, in a draft. It has no words and no
//! properties: words stand in `data-` attributes beside the place they belong to, since reading
//! properties brings a JSON reader that weighs as much as everything else together. The code is
//! compiled for the server too, where it is rendered and never run.

mod check_in_guide;
mod draft;
mod edit_in_place;
mod reminder_switch;

pub use check_in_guide::*;
pub use draft::*;
pub use edit_in_place::*;
pub use reminder_switch::*;

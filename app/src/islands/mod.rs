//! All that runs in the browser. Every page works without it; an island makes one kinder.
//!
//! An island adds behaviour to what the server has rendered and keeps no answers of its own: what a
//! person did before it woke stands in the page, so it reads the page. It carries no words; they
//! come as properties. The code is compiled for the server too, where it is rendered and never run.

mod check_in_guide;

pub use check_in_guide::*;

//! A parent looks back on what they told, and takes a copy along. Staff take a copy through the command line.

mod act;
mod csv;
mod fhir;
mod page;
mod told;

pub use act::{answers, show, table};
pub use told::Told;

//! The contact person a family chooses: who it is, somebody else, somebody new, or nobody.

mod act;
mod form;
mod page;

pub use act::{choose, show, take_back, wish};

//! What Vores Plan is, apart from the program that serves it.
//!
//! [`domain`] is true whatever the screen or the database. [`store`] is the only place that speaks SQL. `pages` hold a
//! folder per feature: what is shown, what can be typed, what happens. [`islands`] are the few parts that run in the
//! browser. `ui` holds parts without opinions and `text` every sentence in every language.

#[cfg(feature = "ssr")]
pub mod domain;
pub mod islands;
#[cfg(feature = "ssr")]
pub mod pages;
#[cfg(feature = "ssr")]
pub mod problem;
#[cfg(feature = "ssr")]
pub mod store;
#[cfg(feature = "ssr")]
pub mod text;
#[cfg(feature = "ssr")]
pub mod ui;

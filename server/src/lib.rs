//! The program around the product: configuration, routes, sessions, security, and the commands.
//!
//! [`router`] lists every route top to bottom. [`posts`] turns a request into a call of a page and its answer into
//! a response.

pub mod config;
pub mod demo;
pub mod files;
pub mod import;
pub mod letters;
pub mod log_copy;
pub mod oidc;
pub mod posts;
pub mod push;
pub mod router;
pub mod security;
pub mod session;

use std::sync::Arc;

use app::{domain::moment::Clock, store::Db, ui::Site};

use crate::{files::Files, oidc::Providers, security::Tries, session::Cookie};

/// What every request needs, shared by all of them.
#[derive(Clone)]
pub struct Shared {
    /// The database.
    pub db: Db,
    /// The clock.
    pub clock: Clock,
    /// Where the program is reached and what its pages are made of.
    pub site: Arc<Site>,
    /// The built files.
    pub files: Arc<Files>,
    /// How the session cookie is written.
    pub cookie: Cookie,
    /// The providers people can sign in by.
    pub providers: Arc<Providers>,
    /// How often one client may try to sign in.
    pub tries: Arc<Tries>,
    /// How many proxies of our own stand in front and add to `X-Forwarded-For`.
    pub proxies: usize,
}

//! Signing in by a provider (OpenID Connect Core 1.0, code flow with PKCE): the municipality's directory, or a broker of
//! MitID.
//!
//! [`file`](mod@file) reads which there are; [`party`] is what we are to one of them: where we send somebody, and what we take
//! for a proof; [`http`] is all that goes out; [`signer`] proves to a provider who we are; [`logout`] reads that somebody
//! signed out there; `route` is the way of a browser to a provider and back.

pub mod file;
pub mod http;
pub mod logout;
pub mod party;
mod route;
pub mod signer;

pub use route::{BACK_CHANNEL, back_channel, come_back, confirm_invitation, confirm_own, prove_own, set_out, sign_out};

use std::path::Path;

use app::domain::identity::{Provider, ProviderKey};

use party::Party;

/// The providers people can sign in by.
#[derive(Debug, Default)]
pub struct Providers(Vec<Party>);

impl Providers {
    /// Reads the file that tells which there are. None of them is asked.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence that tells nothing of a secret.
    pub fn read(file: &Path, public_url: &str) -> Result<Self, String> {
        file::read(file, public_url).map(Self)
    }

    /// What people see of them.
    pub fn shown(&self) -> Vec<Provider> {
        self.0.iter().map(|party| party.shown().clone()).collect()
    }

    /// The one with that key.
    pub fn find(&self, key: &ProviderKey) -> Option<&Party> {
        self.0.iter().find(|party| party.shown().key == *key)
    }
}

//! Letters to those who see no reminder on a device: an e-mail or a text message that says only that there is something
//! to read, and where.
//!
//! [`mail`] and [`sms`] bring one; [`worker`] takes those that are to be written.

pub mod mail;
pub mod sms;
pub mod worker;

use std::{fmt, str::FromStr, time::Duration};

/// What must not be shown: `Debug` shows nothing of it.
#[derive(Clone)]
pub struct Secret(String);

impl Secret {
    /// What it is.
    pub fn reveal(&self) -> &str {
        &self.0
    }
}

impl FromStr for Secret {
    type Err = std::convert::Infallible;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Secret")
    }
}

/// Whoever brings letters has so long to take one.
const PATIENCE: Duration = Duration::from_secs(20);

/// What came of bringing a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brought {
    /// It was taken.
    Taken,
    /// There is nobody at that address.
    Refused,
    /// It would not be taken another time either.
    Failed,
    /// Not now; after so long at the earliest, where that was said.
    Later(Option<Duration>),
}

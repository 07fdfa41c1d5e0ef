//! The key that other keys come from. It lies in a file or the environment, never in the database.

use std::{fmt, str::FromStr};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};

use super::{chance, why::Why};

/// The key that other keys come from. It lies in a file or the environment, never in the database.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// A new key.
    pub fn fresh() -> Self {
        Self(chance::bytes())
    }

    /// The key as it stands in a file: 43 characters of base64url (RFC 4648 §5, no padding).
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Another key that follows from this one, for that use alone (NIST SP 800-108, one block). Nothing is told of this
    /// one by it.
    pub fn derived(&self, usage: &[u8]) -> [u8; 32] {
        let mut derived = [0; 32];
        derived.copy_from_slice(hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, &self.0), usage).as_ref());
        derived
    }
}

impl FromStr for MasterKey {
    type Err = Why;

    fn from_str(text: &str) -> Result<Self, Why> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| Why::Unknown)?;
        bytes.try_into().map(Self).map_err(|_| Why::Unknown)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_key_is_read_as_it_was_written_and_shows_nothing() {
        let key = MasterKey::fresh();
        let again: MasterKey = format!("{}\n", key.reveal()).parse().expect("a key");
        assert_eq!(again.reveal(), key.reveal());
        assert_eq!(format!("{key:?}"), "MasterKey(…)");
        assert_ne!(key.derived(b"one"), key.derived(b"other"));
        for bad in ["", "kort", &key.reveal()[1..], &format!("{}AAAA", key.reveal())] {
            assert!(bad.parse::<MasterKey>().is_err(), "{bad}");
        }
    }
}

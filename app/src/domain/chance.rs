//! The one place that draws randomness from the operating system.

use std::fmt;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use sha2::{Digest, Sha256};

/// Random bytes from the operating system's secure generator.
#[expect(clippy::disallowed_methods, reason = "the one place that draws randomness")]
pub fn bytes<const N: usize>() -> [u8; N]
where
    [u8; N]: Sized,
{
    let mut drawn = [0; N];
    rand::fill(&mut drawn[..]);
    drawn
}

/// A secret of 256 bits that whoever holds it may use once (invitation) or for a while (session).
///
/// It is never stored: the database keeps [`Token::hash`]. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Token([u8; 32]);

impl Token {
    /// A new secret.
    pub fn fresh() -> Self {
        Self(bytes())
    }

    /// The SHA-256 of the secret, as stored. A fast hash is right here: 256 random bits cannot be guessed.
    pub fn hash(&self) -> Vec<u8> {
        Sha256::digest(self.0).to_vec()
    }

    /// Another secret that follows from this one and tells nothing of it; always the same for the same purpose.
    #[must_use]
    pub fn derived(&self, purpose: &str) -> Self {
        Self(Sha256::new().chain_update(purpose).chain_update([0]).chain_update(self.0).finalize().into())
    }

    /// The secret as 43 characters of base64url (RFC 4648 §5, no padding).
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// Reads what [`Token::reveal`] wrote; `None` for anything else.
    pub fn read(text: &str) -> Option<Self> {
        if text.len() != 43 {
            return None;
        }
        URL_SAFE_NO_PAD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_derived_token_is_the_same_for_the_same_purpose_alone() {
        let token = Token::fresh();
        assert_eq!(token.derived("nonce"), token.derived("nonce"));
        for other in [token.derived("verifier"), Token::fresh().derived("nonce"), token.clone()] {
            assert_ne!(token.derived("nonce"), other);
        }
        assert_ne!(token.derived("").reveal(), URL_SAFE_NO_PAD.encode(token.hash()), "it is not what is stored");
    }

    #[test]
    fn a_token_survives_being_written_and_read_and_shows_nothing_in_debug() {
        let token = Token::fresh();
        assert_eq!(Token::read(&token.reveal()), Some(token.clone()));
        assert!(!format!("{token:?}").contains(&token.reveal()));
        for wrong in ["", "abc", &"å".repeat(22), &"A".repeat(44), &"!".repeat(43)] {
            assert_eq!(Token::read(wrong), None, "{wrong}");
        }
    }
}

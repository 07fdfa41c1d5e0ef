//! Who sends (RFC 8292): a signed token for each push service, by which it knows the sender and whom to write to.

use std::{collections::HashMap, fmt, sync::Mutex};

use app::domain::moment::Moment;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};

/// A token holds for so long, in seconds: half of what RFC 8292 §2 allows.
const HOLDS: i64 = 12 * 3600;
/// A token that holds for less than this is made anew, in seconds.
const SPARE: i64 = 3600;

/// The sender's key and whom a push service may write to.
pub struct Sender {
    key: EcdsaKeyPair,
    /// The public key as the browser wants it when it subscribes.
    public: String,
    contact: String,
    random: SystemRandom,
    tokens: Mutex<HashMap<String, (Moment, String)>>,
}

impl fmt::Debug for Sender {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Sender").field("public", &self.public).finish_non_exhaustive()
    }
}

/// The key is not one of ours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the key that signs reminders is not sound")]
pub struct Unsound;

/// A new key, as PKCS #8.
///
/// # Errors
/// When the machine has no randomness.
pub fn new_key() -> Result<Vec<u8>, Unsound> {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).map_err(|_| Unsound)?;
    Ok(key.to_pkcs8v1().map_err(|_| Unsound)?.as_ref().to_vec())
}

impl Sender {
    /// The sender with that key (PKCS #8) whom `contact` reaches: `mailto:…` or `https://…`.
    ///
    /// # Errors
    /// [`Unsound`] when it is no key of P-256.
    pub fn new(key: &[u8], contact: String) -> Result<Self, Unsound> {
        let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key).map_err(|_| Unsound)?;
        let public = BASE64URL.encode(key.public_key().as_ref());
        Ok(Self { key, public, contact, random: SystemRandom::new(), tokens: Mutex::default() })
    }

    /// The public key in base64url: what a browser is given to subscribe with (its `applicationServerKey`).
    pub fn public(&self) -> &str {
        &self.public
    }

    /// The header `Authorization` for a request to that origin.
    ///
    /// # Errors
    /// [`Unsound`] when nothing can be signed.
    pub fn authorization(&self, origin: &str, now: Moment) -> Result<String, Unsound> {
        let mut tokens = self.tokens.lock().map_err(|_| Unsound)?;
        if let Some((until, header)) = tokens.get(origin)
            && now.plus_seconds(SPARE) < *until
        {
            return Ok(header.clone());
        }
        let until = now.plus_seconds(HOLDS);
        let header = format!("vapid t={}, k={}", self.token(origin, until)?, self.public);
        tokens.insert(origin.to_owned(), (until, header.clone()));
        Ok(header)
    }

    /// A JSON Web Token (RFC 7519) signed with ES256 (RFC 7518 §3.4).
    fn token(&self, origin: &str, until: Moment) -> Result<String, Unsound> {
        let claims = serde_json::json!({ "aud": origin, "exp": until.seconds(), "sub": self.contact });
        let said =
            format!("{}.{}", BASE64URL.encode(br#"{"typ":"JWT","alg":"ES256"}"#), BASE64URL.encode(claims.to_string()));
        let signature = self.key.sign(&self.random, said.as_bytes()).map_err(|_| Unsound)?;
        Ok(format!("{said}.{}", BASE64URL.encode(signature)))
    }
}

#[cfg(test)]
mod tests {
    use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};

    use super::*;

    fn sender() -> Sender {
        Sender::new(&new_key().expect("a key"), "mailto:plan@kommune.example".into()).expect("a sender")
    }

    #[test]
    fn a_token_is_signed_for_one_push_service_and_half_a_day() {
        let (sender, now) = (sender(), Moment::from_seconds(1_800_000_000));
        let header = sender.authorization("https://push.example", now).expect("a header");
        let (token, key) = header.strip_prefix("vapid t=").and_then(|rest| rest.split_once(", k=")).expect("two parts");
        assert_eq!(key, sender.public());
        let (said, signature) = token.rsplit_once('.').expect("a signature");
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, BASE64URL.decode(key).expect("base64url"));
        key.verify(said.as_bytes(), &BASE64URL.decode(signature).expect("base64url")).expect("it is ours");
        let claims = said.split('.').nth(1).and_then(|claims| BASE64URL.decode(claims).ok()).expect("claims");
        let claims: serde_json::Value = serde_json::from_slice(&claims).expect("JSON");
        assert_eq!(claims["aud"], "https://push.example");
        assert_eq!(claims["sub"], "mailto:plan@kommune.example");
        assert_eq!(claims["exp"], 1_800_000_000 + 12 * 3600);
    }

    #[test]
    fn a_token_is_used_again_while_it_holds_and_never_for_somebody_else() {
        let (sender, now) = (sender(), Moment::from_seconds(1_800_000_000));
        let at = |origin, seconds| sender.authorization(origin, now.plus_seconds(seconds)).expect("a header");
        let first = at("https://push.example", 0);
        assert_eq!(at("https://push.example", HOLDS - SPARE - 1), first);
        assert_ne!(at("https://other.example", 0), first);
        assert_ne!(at("https://push.example", HOLDS - SPARE), first);
    }

    #[test]
    fn what_is_no_key_is_refused_and_a_key_never_shows() {
        assert!(Sender::new(b"not a key", String::new()).is_err());
        let key = new_key().expect("a key");
        let shown = format!("{:?}", Sender::new(&key, "mailto:a@b.example".into()).expect("a sender"));
        assert!(shown.contains("public") && !shown.contains("key:"), "{shown}");
    }
}

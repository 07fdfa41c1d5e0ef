//! Proves to a provider who we are, without a secret that both know: a token signed with our private key
//! (`private_key_jwt`; RFC 7523 §2.2, OpenID Connect Core 1.0 §9).

use std::fmt;

use app::domain::{chance::Token, moment::Moment};
use aws_lc_rs::{
    rand::SystemRandom,
    rsa::KeyPair as RsaKeyPair,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, RSA_PKCS1_SHA256},
};
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64URL},
};

/// What kind of assertion it is (RFC 7523 §2.2).
pub const ASSERTION_TYPE: &str = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer";

/// An assertion holds for so many seconds.
const HOLDS: i64 = 60;

/// Our private key.
pub struct Signer {
    key: Key,
    /// What the provider calls its public half.
    id: Option<String>,
}

enum Key {
    P256(EcdsaKeyPair),
    Rsa(RsaKeyPair),
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Signer").field("id", &self.id).finish_non_exhaustive()
    }
}

/// The key is none we can sign with, or could not sign.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("it is no private key of P-256 or RSA in PEM (PKCS #8, \"BEGIN PRIVATE KEY\")")]
pub struct Unsound;

impl Signer {
    /// The signer with a key in PEM (RFC 7468 §10).
    ///
    /// # Errors
    /// [`Unsound`] when it is none of P-256 or RSA.
    pub fn new(pem: &str, id: Option<String>) -> Result<Self, Unsound> {
        let (_, rest) = pem.split_once("-----BEGIN PRIVATE KEY-----").ok_or(Unsound)?;
        let (body, _) = rest.split_once("-----END PRIVATE KEY-----").ok_or(Unsound)?;
        let body: String = body.split_whitespace().collect();
        let der = STANDARD.decode(body).map_err(|_| Unsound)?;
        let p256 = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &der).map(Key::P256);
        let key = p256.or_else(|_| RsaKeyPair::from_pkcs8(&der).map(Key::Rsa)).map_err(|_| Unsound)?;
        Ok(Self { key, id })
    }

    /// A token that says to `audience` that `client` asks.
    ///
    /// # Errors
    /// [`Unsound`] when nothing can be signed.
    pub fn assertion(&self, client: &str, audience: &str, now: Moment) -> Result<String, Unsound> {
        let alg = match self.key {
            Key::P256(_) => "ES256",
            Key::Rsa(_) => "RS256",
        };
        let mut header = serde_json::json!({ "typ": "JWT", "alg": alg });
        if let Some(id) = &self.id {
            header["kid"] = id.as_str().into();
        }
        let claims = serde_json::json!({
            "iss": client,
            "sub": client,
            "aud": audience,
            "jti": Token::fresh().reveal(),
            "iat": now.seconds(),
            "exp": now.plus_seconds(HOLDS).seconds(),
        });
        let said = format!("{}.{}", BASE64URL.encode(header.to_string()), BASE64URL.encode(claims.to_string()));
        let random = SystemRandom::new();
        let signature = match &self.key {
            Key::P256(key) => key.sign(&random, said.as_bytes()).map_err(|_| Unsound)?.as_ref().to_vec(),
            Key::Rsa(key) => {
                let mut signature = vec![0; key.public_modulus_len()];
                key.sign(&RSA_PKCS1_SHA256, &random, said.as_bytes(), &mut signature).map_err(|_| Unsound)?;
                signature
            }
        };
        Ok(format!("{said}.{}", BASE64URL.encode(signature)))
    }
}

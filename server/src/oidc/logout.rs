//! What a provider says when somebody signed out there (OpenID Connect Back-Channel Logout 1.0 §2.4 to §2.6).

use app::domain::{identity::Subject, moment::Moment};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use openidconnect::{
    JsonWebKey as _, JsonWebKeyId,
    core::{CoreJsonWebKeyUse, CoreJwsSigningAlgorithm},
};
use serde::Deserialize;
use serde_json::Value;

use super::party::{Keys, Party, Unproven, is_recent, signs};

/// The event that a logout token tells of.
const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";

/// Who signed out: a subject, a session as the provider calls it, or both.
#[derive(Debug)]
pub struct SignedOut {
    /// Who they are there.
    pub subject: Option<Subject>,
    /// Their session there.
    pub session: Option<String>,
    /// When the provider said so.
    pub at: Moment,
}

#[derive(Deserialize)]
struct Header {
    alg: CoreJwsSigningAlgorithm,
    kid: Option<JsonWebKeyId>,
    typ: Option<String>,
    crit: Option<Value>,
}

#[derive(Deserialize)]
struct Claims {
    iss: String,
    aud: Value,
    iat: i64,
    exp: i64,
    jti: String,
    events: serde_json::Map<String, Value>,
    sub: Option<String>,
    sid: Option<String>,
    nonce: Option<Value>,
}

impl Party {
    /// Who signed out at the provider, by what it says in a logout token.
    ///
    /// # Errors
    /// [`Unproven::Failed`] when it cannot be trusted, [`Unproven::Down`] when the keys cannot be had.
    pub async fn signed_out(&self, token: &str, now: Moment) -> Result<SignedOut, Unproven> {
        let failed = |why: &str| Unproven::Failed(why.to_owned());
        let (said, signature) = token.rsplit_once('.').ok_or_else(|| failed("it is no token"))?;
        let (header, claims) = said.split_once('.').ok_or_else(|| failed("it is no token"))?;
        let header: Header = read(header).ok_or_else(|| failed("its header cannot be read"))?;
        let typed = header.typ.as_deref().is_none_or(|typ| {
            ["jwt", "logout+jwt", "application/logout+jwt"].iter().any(|known| typ.eq_ignore_ascii_case(known))
        });
        if !typed || header.crit.is_some() || !signs(&header.alg) {
            return Err(failed("it is no logout token that we take"));
        }
        let signature = BASE64URL.decode(signature).map_err(|_| failed("its signature cannot be read"))?;
        let signed = |keys: &Keys| is_signed(keys, &header, said.as_bytes(), &signature);
        if !signed(&self.keys(now).await?) && !self.newer_keys(now).await?.is_some_and(|keys| signed(&keys)) {
            return Err(failed("nobody of theirs signed it"));
        }
        let claims: Claims = read(claims).ok_or_else(|| failed("its claims cannot be read"))?;
        self.believed(claims, now).ok_or_else(|| failed("its claims are not as they must be"))
    }

    /// Who signed out, when everything that §2.6 asks for is as it must be.
    fn believed(&self, claims: Claims, now: Moment) -> Option<SignedOut> {
        let client = self.terms().client.as_str();
        let ours = match &claims.aud {
            Value::String(one) => one == client,
            Value::Array(several) => several.iter().any(|one| one == client),
            _ => false,
        };
        let sound = ours
            && claims.iss == self.terms().issuer.as_str()
            && claims.exp > now.seconds()
            && is_recent(claims.iat, now)
            && !claims.jti.is_empty()
            && claims.events.get(EVENT).is_some_and(Value::is_object)
            && claims.nonce.is_none()
            && (claims.sub.is_some() || claims.sid.is_some());
        // Where people are known by another claim, the session they have there tells who they are.
        let subject = claims.sub.filter(|_| self.terms().subject_claim == "sub");
        let subject = subject.map(|subject| subject.parse()).transpose().ok()?;
        sound.then_some(SignedOut { subject, session: claims.sid, at: Moment::from_seconds(claims.iat) })
    }
}

fn read<T: for<'a> Deserialize<'a>>(part: &str) -> Option<T> {
    serde_json::from_slice(&BASE64URL.decode(part).ok()?).ok()
}

/// Whether one of the keys signed it: the one it names, or any where it names none.
fn is_signed(keys: &Keys, header: &Header, said: &[u8], signature: &[u8]) -> bool {
    let may = |key: &&openidconnect::core::CoreJsonWebKey| {
        key.key_use().is_none_or(|used_for| *used_for == CoreJsonWebKeyUse::Signature)
            && (header.kid.is_none() || key.key_id() == header.kid.as_ref())
    };
    keys.keys().iter().filter(may).any(|key| key.verify_signature(&header.alg, said, signature).is_ok())
}

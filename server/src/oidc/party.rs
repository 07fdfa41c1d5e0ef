//! What we are to one provider (a relying party): where we send somebody, and what we take for a proof of who they are.

use std::{sync::Arc, time::Duration};

use app::domain::{
    chance::Token,
    identity::{Audience, Levels, Proof, Provider, StaffId, Subject},
    moment::Moment,
    person::Language,
};
use chrono::{DateTime, Utc};
use openidconnect::{
    AdditionalClaims, AdditionalProviderMetadata, AuthType, AuthenticationContextClass, AuthenticationFlow,
    AuthorizationCode, ClaimsVerificationError, Client, ClientId, ClientSecret, CsrfToken, EmptyExtraTokenFields,
    EndpointMaybeSet, EndpointNotSet, EndpointSet, IdToken, IdTokenClaims, IdTokenFields, IdTokenVerifier, IssuerUrl,
    JsonWebKeySet, LanguageTag, Nonce, PkceCodeChallenge, PkceCodeVerifier, ProviderMetadata, RedirectUrl,
    RequestTokenError, Scope, SignatureVerificationError, StandardErrorResponse, StandardTokenResponse, TokenResponse,
    core::{
        CoreAuthDisplay, CoreAuthPrompt, CoreClaimName, CoreClaimType, CoreClientAuthMethod, CoreErrorResponseType,
        CoreGenderClaim, CoreGrantType, CoreJsonWebKey, CoreJweContentEncryptionAlgorithm,
        CoreJweKeyManagementAlgorithm, CoreJwsSigningAlgorithm, CoreResponseMode, CoreResponseType, CoreRevocableToken,
        CoreRevocationErrorResponse, CoreSubjectIdentifierType, CoreTokenIntrospectionResponse, CoreTokenType,
    },
    url::Url,
};
use serde::{Deserialize, Serialize};
use tokio::sync::Mutex;

use super::{
    http::Http,
    signer::{ASSERTION_TYPE, Signer},
};

/// What a provider says of itself is asked for anew after so many seconds.
const FRESH: i64 = 3600;
/// Its keys are asked for anew at most every so many seconds, whoever names keys that it has not.
const KEYS_EVERY: i64 = 60;
/// A provider that could not be reached is left alone for so many seconds.
const UNREACHED: i64 = 5;
/// The clock of a provider may be fast by so many seconds.
const FAST: i64 = 60;
/// What a provider says was said so many seconds ago at most.
const STALE: i64 = 600;

/// What may sign for a provider: keys of its own, never a secret that both know, and never nothing (RFC 8725 §3.1).
const SIGNATURES: [CoreJwsSigningAlgorithm; 9] = [
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha256,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha384,
    CoreJwsSigningAlgorithm::RsaSsaPkcs1V15Sha512,
    CoreJwsSigningAlgorithm::RsaSsaPssSha256,
    CoreJwsSigningAlgorithm::RsaSsaPssSha384,
    CoreJwsSigningAlgorithm::RsaSsaPssSha512,
    CoreJwsSigningAlgorithm::EcdsaP256Sha256,
    CoreJwsSigningAlgorithm::EcdsaP384Sha384,
    CoreJwsSigningAlgorithm::EdDsa,
];

/// Every claim of an ID token.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Everything {
    #[serde(flatten)]
    all: serde_json::Map<String, serde_json::Value>,
}
impl AdditionalClaims for Everything {}

/// What a provider announces beyond the core.
#[derive(Clone, Debug, Deserialize, Serialize)]
struct Announced {
    /// Where somebody signs out (OpenID Connect RP-Initiated Logout 1.0 §2.1).
    end_session_endpoint: Option<Url>,
    /// Whether it says who it is when somebody comes back (RFC 9207 §3).
    #[serde(default)]
    authorization_response_iss_parameter_supported: bool,
}
impl AdditionalProviderMetadata for Announced {}

type Metadata = ProviderMetadata<
    Announced,
    CoreAuthDisplay,
    CoreClientAuthMethod,
    CoreClaimName,
    CoreClaimType,
    CoreGrantType,
    CoreJweContentEncryptionAlgorithm,
    CoreJweKeyManagementAlgorithm,
    CoreJsonWebKey,
    CoreResponseMode,
    CoreResponseType,
    CoreSubjectIdentifierType,
>;
type Claims = IdTokenClaims<Everything, CoreGenderClaim>;
type SignedClaims = IdToken<Everything, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, CoreJwsSigningAlgorithm>;
type Fields = IdTokenFields<
    Everything,
    EmptyExtraTokenFields,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm,
>;
type Asking = Client<
    Everything,
    CoreAuthDisplay,
    CoreGenderClaim,
    CoreJweContentEncryptionAlgorithm,
    CoreJsonWebKey,
    CoreAuthPrompt,
    StandardErrorResponse<CoreErrorResponseType>,
    StandardTokenResponse<Fields, CoreTokenType>,
    CoreTokenIntrospectionResponse,
    CoreRevocableToken,
    CoreRevocationErrorResponse,
    EndpointSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointNotSet,
    EndpointMaybeSet,
    EndpointMaybeSet,
>;
pub(super) type Keys = JsonWebKeySet<CoreJsonWebKey>;

/// How we prove to a provider who we are.
#[derive(Debug)]
pub enum Ourselves {
    /// With a secret it gave us.
    Secret(ClientSecret),
    /// With a key of ours.
    Key(Signer),
}

/// What was agreed with a provider.
#[derive(Debug)]
pub struct Terms {
    /// Who it is.
    pub issuer: IssuerUrl,
    /// Who we are to it.
    pub client: ClientId,
    /// How we prove that.
    pub ourselves: Ourselves,
    /// Where it sends people back to.
    pub redirect: RedirectUrl,
    /// Where it sends those who signed out.
    pub afterwards: String,
    /// What we ask for besides `openid`.
    pub scopes: Vec<Scope>,
    /// How sure it must be.
    pub levels: Levels,
    /// The claim that says how sure it is.
    pub level_claim: String,
    /// The claim that says who somebody is.
    pub subject_claim: String,
    /// The claim that says what a directory knows an employee by.
    pub staff_claim: Option<String>,
}

/// Why there is no proof.
#[derive(Debug)]
pub enum Unproven {
    /// The provider does not answer.
    Down(String),
    /// What it says cannot be trusted.
    Failed(String),
    /// It is not as sure as it must be.
    Level,
}

/// What a provider says of itself, and its keys.
#[derive(Debug)]
struct Known {
    metadata: Metadata,
    keys: Keys,
    asked_at: Moment,
    keys_asked_at: Moment,
}

/// What was last heard of a provider.
#[derive(Debug, Default)]
struct Heard {
    known: Option<Arc<Known>>,
    unreached_at: Option<Moment>,
}

/// What we are to one provider.
#[derive(Debug)]
pub struct Party {
    shown: Provider,
    terms: Terms,
    http: Http,
    heard: Mutex<Heard>,
}

impl Party {
    /// What we are to that provider under these terms, over that way.
    pub fn new(shown: Provider, terms: Terms, http: Http) -> Self {
        Self { shown, terms, http, heard: Mutex::default() }
    }

    /// What people see of it.
    pub const fn shown(&self) -> &Provider {
        &self.shown
    }

    pub(super) const fn terms(&self) -> &Terms {
        &self.terms
    }

    /// Where somebody goes who is to prove who they are. A parent's phone may be shared with somebody they fear: a citizen
    /// proves it every time; and so does anybody who is to do it `anew`.
    ///
    /// # Errors
    /// [`Unproven::Down`] when the provider does not answer.
    pub async fn address(
        &self,
        state: &Token,
        browser: &Token,
        language: Language,
        anew: bool,
        now: Moment,
    ) -> Result<Url, Unproven> {
        let client = self.client(&*self.known(now).await?);
        let verifier = PkceCodeVerifier::new(verifier(browser));
        let (state, nonce) = (state.reveal(), nonce(browser));
        let mut request = client
            .authorize_url(
                AuthenticationFlow::<CoreResponseType>::AuthorizationCode,
                || CsrfToken::new(state),
                || Nonce::new(nonce),
            )
            .set_pkce_challenge(PkceCodeChallenge::from_code_verifier_sha256(&verifier))
            .add_ui_locale(LanguageTag::new(language.key().to_owned()));
        for scope in &self.terms.scopes {
            request = request.add_scope(scope.clone());
        }
        for level in self.terms.levels.iter() {
            request = request.add_auth_context_value(AuthenticationContextClass::new(level.to_owned()));
        }
        if anew || self.shown.audience == Audience::Citizens {
            request = request.add_prompt(CoreAuthPrompt::Login);
        }
        if anew {
            request = request.set_max_age(Duration::ZERO);
        }
        Ok(request.url().0)
    }

    /// Who a provider says somebody is who comes back with a code. `sender` is who says so in the address, if anybody. Who was
    /// to prove it `anew` did so just now, as the provider says (OpenID Connect Core 1.0 §2, `auth_time`).
    ///
    /// # Errors
    /// [`Unproven`].
    pub async fn proof(
        &self,
        code: &str,
        sender: Option<&str>,
        browser: &Token,
        anew: bool,
        now: Moment,
    ) -> Result<Proof, Unproven> {
        let known = self.known(now).await?;
        let says = known.metadata.additional_metadata().authorization_response_iss_parameter_supported;
        match sender {
            Some(sender) if sender != self.terms.issuer.as_str() => {
                return Err(Unproven::Failed("another issuer sent somebody back".into()));
            }
            None if says => return Err(Unproven::Failed("no issuer says that it sent somebody back".into())),
            _ => {}
        }
        let token = self.exchange(&known, code, browser, now).await?;
        let claims = self.verified(&known, token, &Nonce::new(nonce(browser)), anew, now).await?;
        self.proof_in(&claims)
    }

    /// Where somebody goes to sign out at the provider too, where it announces that.
    pub async fn sign_out_address(&self, now: Moment) -> Option<Url> {
        let known = self.known(now).await.ok()?;
        let mut address = known.metadata.additional_metadata().end_session_endpoint.clone()?;
        address
            .query_pairs_mut()
            .append_pair("client_id", self.terms.client.as_str())
            .append_pair("post_logout_redirect_uri", &self.terms.afterwards);
        Some(address)
    }

    /// The keys the provider signs with.
    pub(super) async fn keys(&self, now: Moment) -> Result<Keys, Unproven> {
        Ok(self.known(now).await?.keys.clone())
    }

    /// The keys the provider signs with, asked for anew, where that was not done just before.
    pub(super) async fn newer_keys(&self, now: Moment) -> Result<Option<Keys>, Unproven> {
        let mut heard = self.heard.lock().await;
        let Some(known) = &heard.known else { return Ok(None) };
        if now < known.keys_asked_at.plus_seconds(KEYS_EVERY) {
            return Ok(None);
        }
        let fetched = Keys::fetch_async(known.metadata.jwks_uri(), &self.http).await;
        let keys = fetched.as_ref().unwrap_or(&known.keys).clone();
        let renewed = Known { keys, keys_asked_at: now, metadata: known.metadata.clone(), ..**known };
        heard.known = Some(Arc::new(renewed));
        fetched.map(Some).map_err(|error| Unproven::Down(error.to_string()))
    }

    /// What the provider says of itself, asked for when it is not known, or was asked for too long ago.
    async fn known(&self, now: Moment) -> Result<Arc<Known>, Unproven> {
        let mut heard = self.heard.lock().await;
        if let Some(known) = heard.known.as_ref().filter(|known| now < known.asked_at.plus_seconds(FRESH)) {
            return Ok(known.clone());
        }
        if heard.unreached_at.is_some_and(|at| now < at.plus_seconds(UNREACHED)) {
            return Err(Unproven::Down("it did not answer just before".into()));
        }
        let asked = match Metadata::discover_async(self.terms.issuer.clone(), &self.http).await {
            Ok(metadata) => self.sound(metadata),
            Err(error) => Err(error.to_string()),
        };
        match asked {
            Ok(metadata) => {
                let keys = metadata.jwks().clone();
                let known = Arc::new(Known { metadata, keys, asked_at: now, keys_asked_at: now });
                *heard = Heard { known: Some(known.clone()), unreached_at: None };
                Ok(known)
            }
            Err(why) => {
                heard.unreached_at = Some(now);
                Err(Unproven::Down(why))
            }
        }
    }

    /// What a provider says of itself, when it sends people and us to nobody else.
    fn sound(&self, metadata: Metadata) -> Result<Metadata, String> {
        if metadata.token_endpoint().is_none() {
            return Err("it announces no token_endpoint".into());
        }
        let sign_out = metadata.additional_metadata().end_session_endpoint.as_ref();
        let own = [Some(metadata.authorization_endpoint().url()), sign_out]
            .into_iter()
            .flatten()
            .all(|address| self.http.leads_to(address));
        if own { Ok(metadata) } else { Err("it sends people to a host that is not one of its own".into()) }
    }

    fn client(&self, known: &Known) -> Asking {
        let secret = match &self.terms.ourselves {
            Ourselves::Secret(secret) => Some(secret.clone()),
            Ourselves::Key(_) => None,
        };
        let methods = known.metadata.token_endpoint_auth_methods_supported();
        let in_body = methods.is_some_and(|methods| {
            methods.contains(&CoreClientAuthMethod::ClientSecretPost)
                && !methods.contains(&CoreClientAuthMethod::ClientSecretBasic)
        });
        Asking::from_provider_metadata(known.metadata.clone(), self.terms.client.clone(), secret)
            .set_redirect_uri(self.terms.redirect.clone())
            .set_auth_type(if in_body { AuthType::RequestBody } else { AuthType::BasicAuth })
    }

    /// Gives the code for what the provider says of somebody.
    async fn exchange(
        &self,
        known: &Known,
        code: &str,
        browser: &Token,
        now: Moment,
    ) -> Result<SignedClaims, Unproven> {
        let client = self.client(known);
        let failed = |why: &dyn std::fmt::Display| Unproven::Failed(why.to_string());
        let request = client.exchange_code(AuthorizationCode::new(code.to_owned())).map_err(|error| failed(&error))?;
        let mut request = request.set_pkce_verifier(PkceCodeVerifier::new(verifier(browser)));
        if let Ourselves::Key(signer) = &self.terms.ourselves {
            let audience = known.metadata.token_endpoint().map_or("", |endpoint| endpoint.as_str());
            let assertion = signer.assertion(self.terms.client.as_str(), audience, now);
            request = request
                .add_extra_param("client_assertion_type", ASSERTION_TYPE)
                .add_extra_param("client_assertion", assertion.map_err(|error| failed(&error))?);
        }
        let answer = request.request_async(&self.http).await.map_err(|error| match error {
            RequestTokenError::Request(error) => Unproven::Down(error.to_string()),
            RequestTokenError::ServerResponse(error) => {
                Unproven::Failed(format!("the code was refused: {}", error.error()))
            }
            RequestTokenError::Parse(..) | RequestTokenError::Other(_) => {
                Unproven::Failed("the answer to the code cannot be read".into())
            }
        })?;
        answer.id_token().cloned().ok_or_else(|| Unproven::Failed("the answer to the code has no ID token".into()))
    }

    /// The claims of an ID token (OpenID Connect Core 1.0 §3.1.3.7).
    async fn verified(
        &self,
        known: &Known,
        token: SignedClaims,
        nonce: &Nonce,
        anew: bool,
        now: Moment,
    ) -> Result<Claims, Unproven> {
        let read = |keys: Keys| token.claims(&self.verifier(keys, anew, now), nonce).cloned();
        let claims = match read(known.keys.clone()) {
            Err(ClaimsVerificationError::SignatureVerification(
                SignatureVerificationError::NoMatchingKey | SignatureVerificationError::CryptoError(_),
            )) => match self.newer_keys(now).await? {
                Some(keys) => read(keys),
                None => read(self.keys(now).await?),
            },
            read => read,
        };
        let claims = claims.map_err(|error| Unproven::Failed(error.to_string()))?;
        match claims.authorized_party() {
            Some(other) if **other != *self.terms.client => {
                Err(Unproven::Failed("the ID token is for another party".into()))
            }
            _ => Ok(claims),
        }
    }

    fn verifier(&self, keys: Keys, anew: bool, now: Moment) -> IdTokenVerifier<'static, CoreJsonWebKey> {
        IdTokenVerifier::new_public_client(self.terms.client.clone(), self.terms.issuer.clone(), keys)
            .set_allowed_algs(SIGNATURES)
            .set_time_fn(move || DateTime::from_timestamp(now.seconds(), 0).unwrap_or_default())
            .set_issue_time_verifier_fn(move |at: DateTime<Utc>| {
                if is_recent(at.timestamp(), now) { Ok(()) } else { Err("it was not issued just now".into()) }
            })
            .set_auth_time_verifier_fn(move |at: Option<DateTime<Utc>>| {
                let just_now = at.is_some_and(|at| is_recent(at.timestamp(), now));
                if !anew || just_now { Ok(()) } else { Err("they did not sign in just now".into()) }
            })
    }

    /// Who somebody is, when the provider is as sure of it as it must be.
    fn proof_in(&self, claims: &Claims) -> Result<Proof, Unproven> {
        let all = serde_json::to_value(claims).map_err(|error| Unproven::Failed(error.to_string()))?;
        let said = |claim: &str| match &all[claim] {
            serde_json::Value::String(text) => Some(text.clone()),
            serde_json::Value::Number(number) => Some(number.to_string()),
            _ => None,
        };
        if !self.terms.levels.accept(all[&self.terms.level_claim].as_str()) {
            return Err(Unproven::Level);
        }
        let subject = said(&self.terms.subject_claim).and_then(|subject| subject.parse::<Subject>().ok());
        let subject = subject
            .ok_or_else(|| Unproven::Failed(format!("the ID token has no sound {}", self.terms.subject_claim)))?;
        let staff_id = self.terms.staff_claim.as_deref().and_then(said);
        Ok(Proof {
            issuer: self.terms.issuer.as_str().to_owned(),
            subject,
            staff_id: staff_id.and_then(|id| id.parse::<StaffId>().ok()),
            session: said("sid").filter(|session| !session.is_empty() && session.len() <= Subject::MAX),
        })
    }
}

/// Whether something was said just now by the clock of a provider, in seconds since 1970.
pub(super) const fn is_recent(at: i64, now: Moment) -> bool {
    at <= now.plus_seconds(FAST).seconds() && at > now.plus_seconds(-STALE).seconds()
}

/// Whether a signature of that kind is one of a provider's own keys.
pub(super) fn signs(algorithm: &CoreJwsSigningAlgorithm) -> bool {
    SIGNATURES.contains(algorithm)
}

/// What the provider repeats in the ID token (OpenID Connect Core 1.0 §15.5.2), and what proves that who brings the code
/// asked for it (RFC 7636 §4.1). Both follow from what only the browser has.
fn nonce(browser: &Token) -> String {
    browser.derived("nonce").reveal()
}

fn verifier(browser: &Token) -> String {
    browser.derived("verifier").reveal()
}

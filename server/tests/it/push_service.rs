//! A push service on this machine: it takes messages as Mozilla's, Google's, Apple's and Microsoft's do, and fails in
//! every way they do. How it answers a device is said in the address of that device.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

use app::domain::moment::Moment;
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use axum::{
    Router,
    body::Bytes,
    extract::{DefaultBodyLimit, Path, State},
    http::{HeaderMap, StatusCode},
    response::{IntoResponse, Response},
    routing::post,
    serve::Listener,
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};

/// After so many seconds somebody may come again whom it is too much.
const RETRY_AFTER: i64 = 120;

/// What a push service took.
#[derive(Clone, Debug)]
pub(crate) struct Taken {
    pub(crate) device: String,
    pub(crate) topic: String,
    pub(crate) ttl: i64,
    pub(crate) urgency: String,
    pub(crate) body: Vec<u8>,
}

/// The push service, as whoever tests sees it.
#[derive(Clone)]
pub(crate) struct Service {
    /// Where it is reached.
    pub(crate) origin: String,
    state: Arc<Mutex<Known>>,
}

/// What it knows.
struct Known {
    now: Moment,
    taken: Vec<Taken>,
    /// How often each device was asked for.
    asked: HashMap<String, u32>,
    /// The tokens that were found sound, and until when.
    tokens: HashSet<String>,
    /// What was wrong with messages.
    unsound: Vec<&'static str>,
}

impl Service {
    /// Starts on what listens at `origin`; its clock shows `now`.
    pub(crate) fn start<L>(listener: L, origin: String, now: Moment) -> Self
    where
        L: Listener,
        L::Addr: std::fmt::Debug,
    {
        let known =
            Known { now, taken: Vec::new(), asked: HashMap::new(), tokens: HashSet::new(), unsound: Vec::new() };
        let service = Self { origin, state: Arc::new(Mutex::new(known)) };
        let router = Router::new()
            .route("/{answer}/{device}", post(take))
            .layer(DefaultBodyLimit::disable())
            .with_state(service.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        service
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Sets its clock.
    pub(crate) fn set(&self, now: Moment) {
        self.known().now = now;
    }

    /// What arrived since somebody asked last.
    pub(crate) fn taken(&self) -> Vec<Taken> {
        std::mem::take(&mut self.known().taken)
    }

    /// How often each device was asked for since somebody asked last.
    pub(crate) fn asked(&self) -> HashMap<String, u32> {
        std::mem::take(&mut self.known().asked)
    }

    /// What was wrong with messages.
    pub(crate) fn unsound(&self) -> Vec<&'static str> {
        self.known().unsound.clone()
    }

    /// Whether a message is sound; then, how often its device was asked for.
    fn look<'a>(
        &self,
        device: &str,
        header: &impl Fn(&str) -> &'a str,
        body: &[u8],
    ) -> Result<u32, (StatusCode, &'static str)> {
        let mut known = self.known();
        if let Err(why) = is_sound(&self.origin, &mut known, header, body) {
            known.unsound.push(why);
            let status = if why == TOO_LARGE { StatusCode::PAYLOAD_TOO_LARGE } else { StatusCode::BAD_REQUEST };
            return Err((status, why));
        }
        let asked = known.asked.entry(device.to_owned()).or_default();
        *asked += 1;
        Ok(*asked)
    }
}

/// Takes a message, or says what is wrong with it.
async fn take(
    State(service): State<Service>,
    Path((answer, device)): Path<(String, String)>,
    headers: HeaderMap,
    body: Bytes,
) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let times = match service.look(&device, &header, &body) {
        Ok(times) => times,
        Err(why) => return why.into_response(),
    };
    match answer.as_str() {
        "gone" => return StatusCode::GONE.into_response(),
        "unknown" => return StatusCode::NOT_FOUND.into_response(),
        "refused" => return StatusCode::FORBIDDEN.into_response(),
        "large" => return StatusCode::PAYLOAD_TOO_LARGE.into_response(),
        "broken" => return StatusCode::BAD_GATEWAY.into_response(),
        "elsewhere" => return (StatusCode::TEMPORARY_REDIRECT, [("location", "/ok/another")]).into_response(),
        "swamped" => return too_many(),
        "busy" if times == 1 => return too_many(),
        "broken-once" if times == 1 => return StatusCode::INTERNAL_SERVER_ERROR.into_response(),
        "hung" => std::future::pending().await,
        "hung-once" if times == 1 => std::future::pending().await,
        _ => {}
    }
    let taken = Taken {
        device,
        topic: header("topic").to_owned(),
        ttl: header("ttl").parse().unwrap_or(-1),
        urgency: header("urgency").to_owned(),
        body: body.to_vec(),
    };
    service.known().taken.push(taken);
    StatusCode::CREATED.into_response()
}

fn too_many() -> Response {
    (StatusCode::TOO_MANY_REQUESTS, [("retry-after", RETRY_AFTER.to_string())]).into_response()
}

const TOO_LARGE: &str = "too large";

/// What the real ones demand (RFC 8030 §5, RFC 8188 §2, RFC 8292 §2 to §4.2).
fn is_sound<'a>(
    origin: &str,
    known: &mut Known,
    header: &impl Fn(&str) -> &'a str,
    body: &[u8],
) -> Result<(), &'static str> {
    let authorization = header("authorization");
    let parts = authorization.strip_prefix("vapid t=").and_then(|rest| rest.split_once(','));
    let (token, key) = parts.ok_or("no token")?;
    let key = key.trim().strip_prefix("k=").ok_or("no key")?;
    let (said, signature) = token.rsplit_once('.').ok_or("no signature")?;
    let bytes = |text: &str| BASE64URL.decode(text).map_err(|_| "no base64url");
    if !known.tokens.contains(authorization) {
        UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, bytes(key)?)
            .verify(said.as_bytes(), &bytes(signature)?)
            .map_err(|_| "a forged token")?;
        known.tokens.insert(authorization.to_owned());
    }
    let claims: serde_json::Value =
        serde_json::from_slice(&bytes(said.split('.').nth(1).ok_or("no claims")?)?).map_err(|_| "no claims")?;
    let now = known.now.seconds();
    let until = claims["exp"].as_i64().ok_or("no end")?;
    if claims["aud"] != origin || !(now..=now + 24 * 3600).contains(&until) {
        return Err("a token for somebody else or another time");
    }
    if !claims["sub"].as_str().is_some_and(|whom| whom.starts_with("mailto:") && !whom.contains("localhost")) {
        return Err("nobody to write to");
    }
    if body.len() > 4096 {
        return Err(TOO_LARGE);
    }
    let sound = header("ttl").parse::<u32>().is_ok()
        && header("content-encoding") == "aes128gcm"
        && ["very-low", "low", "normal", "high"].contains(&header("urgency"))
        && header("topic").len() <= 32
        && body.get(20) == Some(&65);
    if sound { Ok(()) } else { Err("not a message") }
}

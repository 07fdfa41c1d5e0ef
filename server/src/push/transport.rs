//! Brings messages to push services: to those on the list and no other, over https, following no redirect.

use std::{
    collections::HashMap,
    io,
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use app::domain::{
    moment::Moment,
    push::{Keys, PushService},
};
use axum::{
    body::Bytes,
    http::{Request, header},
};
use http_body_util::Full;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::{
    client::legacy::{Client, connect::HttpConnector},
    rt::{TokioExecutor, TokioTimer},
};
use tokio::{sync::SetOnce, time::timeout};

use super::{
    encrypt::{Error, encrypt},
    outcome::Outcome,
    vapid::Sender,
};

/// A push service that says nothing for so long has not taken the message.
const PATIENCE: Duration = Duration::from_secs(10);
/// As long as a push service that could not be reached is left alone.
const UNREACHED: Duration = Duration::from_secs(30);
/// An open connection is asked after so long whether it still lives, and given up where it does not say so in time.
const ALIVE: Duration = Duration::from_secs(20);
/// A connection that nobody used for so long may be closed.
const IDLE: Duration = Duration::from_secs(60);
/// So long the others wait for the first message of many, whose connection they can share.
const OPENING: Duration = Duration::from_secs(1);

/// A message to one phone.
#[derive(Clone, Debug)]
pub struct Message<'a> {
    /// The address the phone gave.
    pub endpoint: &'a str,
    /// Its keys.
    pub keys: &'a Keys,
    /// What the phone reads.
    pub text: &'a [u8],
    /// After so many seconds it is of no use to anybody (RFC 8030 §5.2).
    pub ttl: u64,
    /// Whether it is worth waking the phone for (RFC 8030 §5.3).
    pub urgent: bool,
    /// A later message with the same topic takes the place of this one (RFC 8030 §5.4): at most 32 characters of
    /// base64url.
    pub topic: &'a str,
}

/// A way to the push services.
#[derive(Clone, Debug)]
pub struct Transport {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
    services: Vec<PushService>,
    opened: Arc<Mutex<HashMap<String, Opened>>>,
}

/// A push service to which a connection was opened.
#[derive(Clone, Debug)]
struct Opened {
    /// Set once the first message has an answer.
    answered: Arc<SetOnce<()>>,
    used: Instant,
}

impl Transport {
    /// A way to these push services.
    ///
    /// # Errors
    /// When the machine has no TLS.
    pub fn to(services: Vec<PushService>) -> io::Result<Self> {
        let connector = HttpsConnectorBuilder::new().try_with_platform_verifier().map_err(io::Error::other)?;
        let client = Client::builder(TokioExecutor::new())
            .timer(TokioTimer::new())
            .pool_timer(TokioTimer::new())
            .http2_keep_alive_interval(ALIVE)
            .http2_keep_alive_timeout(PATIENCE)
            .build(connector.https_or_http().enable_all_versions().build());
        Ok(Self { client, services, opened: Arc::default() })
    }

    /// The push services it leads to.
    pub fn services(&self) -> &[PushService] {
        &self.services
    }

    /// Locks a message and brings it to its push service.
    pub async fn send(&self, sender: &Sender, message: &Message<'_>, now: Moment) -> Outcome {
        let Some(origin) = PushService::origin(message.endpoint, &self.services) else {
            return Outcome::Gone;
        };
        let body = match encrypt(message.keys, message.text) {
            Ok(body) => body,
            Err(Error::Key) => return Outcome::Gone,
            Err(Error::TooLong) => return Outcome::Ours,
        };
        let Ok(authorization) = sender.authorization(&origin, now) else { return Outcome::Ours };
        let request = Request::post(message.endpoint)
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("ttl", message.ttl)
            .header("topic", message.topic)
            .header("urgency", if message.urgent { "high" } else { "normal" })
            .body(Full::from(body));
        let Ok(request) = request else { return Outcome::Gone };
        match self.open(origin) {
            (true, answered) => {
                let outcome = self.ask(request).await;
                let _ = answered.set(());
                outcome
            }
            (false, answered) => {
                if timeout(OPENING, answered.wait()).await.is_err() {
                    let _ = answered.set(());
                }
                self.ask(request).await
            }
        }
    }

    async fn ask(&self, request: Request<Full<Bytes>>) -> Outcome {
        match timeout(PATIENCE, self.client.request(request)).await {
            Ok(Ok(answer)) => {
                let retry_after = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
                Outcome::of(answer.status().as_u16(), retry_after)
            }
            Ok(Err(_)) | Err(_) => Outcome::Later(UNREACHED),
        }
    }

    /// Whether a message is the first to a push service for a while, and when that has its answer: many at once would
    /// open a connection each, though all fit into one (RFC 9113 §5).
    fn open(&self, origin: String) -> (bool, Arc<SetOnce<()>>) {
        let now = Instant::now();
        let fresh = || Opened { answered: Arc::default(), used: now };
        let Ok(mut all) = self.opened.lock() else { return (true, fresh().answered) };
        match all.get_mut(&origin).filter(|opened| now.duration_since(opened.used) < IDLE) {
            Some(opened) => {
                opened.used = now;
                (false, opened.answered.clone())
            }
            None => {
                let first = fresh();
                all.insert(origin, first.clone());
                (true, first.answered)
            }
        }
    }
}

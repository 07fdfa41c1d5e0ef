//! Brings messages to push services: to those on the list and no other, over https, following no redirect.

use std::time::Duration;

use app::domain::{
    moment::Moment,
    push::{Keys, PushService},
};
use reqwest::{Client, header, redirect};

use super::{
    encrypt::{Error, encrypt},
    outcome::Outcome,
    vapid::Sender,
};

/// A push service that says nothing for so long has not taken the message.
const PATIENCE: Duration = Duration::from_secs(10);
/// As long as a push service that could not be reached is left alone.
const UNREACHED: Duration = Duration::from_secs(30);

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
    client: Client,
    services: Vec<PushService>,
}

impl Transport {
    /// A way to these push services.
    ///
    /// # Errors
    /// When the machine has no TLS.
    pub fn to(services: Vec<PushService>) -> Result<Self, reqwest::Error> {
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .referer(false)
            .timeout(PATIENCE)
            .http2_adaptive_window(true)
            .build()?;
        Ok(Self { client, services })
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
        let request = self
            .client
            .post(message.endpoint)
            .header(header::AUTHORIZATION, authorization)
            .header(header::CONTENT_ENCODING, "aes128gcm")
            .header(header::CONTENT_TYPE, "application/octet-stream")
            .header("ttl", message.ttl)
            .header("topic", message.topic)
            .header("urgency", if message.urgent { "high" } else { "normal" })
            .body(body);
        match request.send().await {
            Ok(answer) => {
                let retry_after = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
                Outcome::of(answer.status().as_u16(), retry_after)
            }
            Err(error) if error.is_builder() => Outcome::Gone,
            Err(_) => Outcome::Later(UNREACHED),
        }
    }
}

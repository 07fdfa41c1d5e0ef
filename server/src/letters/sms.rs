//! Text messages, by way of an HTTP gateway that takes what GatewayAPI's takes (`POST /rest/mtsms`, "REST API").

use std::time::Duration;

use app::domain::words::Phone;
use reqwest::{Client, header, redirect};

use super::{Brought, PATIENCE, Secret};

/// Where GatewayAPI takes text messages.
pub const GATEWAY: &str = "https://gatewayapi.com/rest/mtsms";

/// What the gateway answers when the number itself is what it does not take: it is on a list of those who want nothing.
const UNWANTED: [&str; 2] = ["0x0214", "0x0215"];

/// A way to the gateway.
#[derive(Clone, Debug)]
pub struct Sms {
    client: Client,
    gateway: String,
    token: Secret,
    sender: String,
}

impl Sms {
    /// A way to that gateway, with its token, from that sender: up to 11 letters and digits, or up to 15 digits. Nothing is
    /// opened.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence that tells nothing of the token.
    pub fn to(gateway: &str, token: &Secret, sender: &str) -> Result<Self, String> {
        let here = ["http://127.0.0.1:", "http://localhost:"].iter().any(|here| gateway.starts_with(here));
        if !here && !gateway.strip_prefix("https://").is_some_and(|rest| rest.contains('.')) {
            return Err("--sms-gateway must begin with https://".into());
        }
        let sound = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_graphic());
        if !sound(token.reveal()) {
            return Err("--sms-token must not be empty, and have no spaces in it.".into());
        }
        let letters = sender.len() <= 11 && sender.chars().all(|c| c.is_ascii_alphanumeric() || c == ' ');
        let digits = sender.len() <= 15 && sender.bytes().all(|byte| byte.is_ascii_digit());
        if sender.trim().is_empty() || !(letters || digits) {
            return Err("--sms-sender must be up to 11 letters and digits, or up to 15 digits.".into());
        }
        let client = Client::builder()
            .redirect(redirect::Policy::none())
            .no_proxy()
            .timeout(PATIENCE)
            .build()
            .map_err(|error| error.to_string())?;
        Ok(Self { client, gateway: gateway.to_owned(), token: token.clone(), sender: sender.to_owned() })
    }

    /// Brings a letter.
    pub async fn send(&self, to: &Phone, text: &str) -> Brought {
        let digits = to.dial().trim_start_matches('+');
        let Ok(msisdn) = digits.parse::<u64>() else { return Brought::Refused };
        let body = serde_json::json!({
            "sender": self.sender,
            "message": text,
            "recipients": [{ "msisdn": msisdn }],
        });
        let request = self
            .client
            .post(&self.gateway)
            .header(header::AUTHORIZATION, format!("Token {}", self.token.reveal()))
            .header(header::CONTENT_TYPE, "application/json")
            .body(body.to_string());
        let Ok(answer) = request.send().await else { return Brought::Later(None) };
        let status = answer.status().as_u16();
        let retry_after = answer.headers().get(header::RETRY_AFTER).and_then(|value| value.to_str().ok());
        let retry_after = retry_after.and_then(|seconds| seconds.parse().ok()).map(Duration::from_secs);
        let said = answer.text().await.unwrap_or_default();
        let brought = meaning(status, &said, retry_after);
        if !matches!(brought, Brought::Taken | Brought::Refused) {
            tracing::error!(status, "the gateway did not take a text message");
        }
        brought
    }
}

/// What the gateway's answer means. Whatever is wrong with our account may be right the next time; what is wrong with a
/// number is said with its name, `msisdn`.
fn meaning(status: u16, said: &str, retry_after: Option<Duration>) -> Brought {
    let said = said.to_ascii_lowercase();
    match status {
        200..=299 => Brought::Taken,
        403 if UNWANTED.iter().any(|code| said.contains(code)) => Brought::Refused,
        400 | 422 if said.contains("msisdn") => Brought::Refused,
        401 | 403 | 408 | 425 | 429 | 500..=599 => Brought::Later(retry_after),
        _ => Brought::Failed,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_answer_means_one_thing() {
        for (status, said, brought) in [
            (200, r#"{"ids":[1]}"#, Brought::Taken),
            (401, "", Brought::Later(None)),
            (403, r#"{"code":"0x0216","message":"Insufficient credit"}"#, Brought::Later(None)),
            (403, r#"{"code":"0x0215","message":"MSISDN %1 blacklisted"}"#, Brought::Refused),
            (422, r#"{"message":"Invalid MSISDN"}"#, Brought::Refused),
            (422, r#"{"message":"Invalid sender"}"#, Brought::Failed),
            (404, "", Brought::Failed),
            (302, "", Brought::Failed),
            (503, "", Brought::Later(None)),
        ] {
            assert_eq!(meaning(status, said, None), brought, "{status} {said}");
        }
        let minute = Some(Duration::from_secs(60));
        assert_eq!(meaning(429, "", minute), Brought::Later(minute));
    }

    #[test]
    fn a_gateway_is_reached_over_https_with_a_token_and_a_sender() {
        let to = |gateway: &str, token: &str, sender: &str| {
            Sms::to(gateway, &token.parse().expect("a secret"), sender).map(|_| ())
        };
        for sender in ["Vores Plan", "4512345678", "123456789012345"] {
            assert_eq!(to(GATEWAY, "hemmeligt", sender), Ok(()), "{sender}");
        }
        assert_eq!(to("http://127.0.0.1:9000/rest/mtsms", "hemmeligt", "Plan"), Ok(()));
        for (gateway, token, sender, flag) in [
            ("http://gatewayapi.com/rest/mtsms", "hemmeligt", "Plan", "--sms-gateway"),
            ("gatewayapi.com", "hemmeligt", "Plan", "--sms-gateway"),
            (GATEWAY, "", "Plan", "--sms-token"),
            (GATEWAY, "hemme ligt", "Plan", "--sms-token"),
            (GATEWAY, "hemmeligt", "", "--sms-sender"),
            (GATEWAY, "hemmeligt", "Vores store plan", "--sms-sender"),
            (GATEWAY, "hemmeligt", "Pl\u{e5}n", "--sms-sender"),
        ] {
            let why = to(gateway, token, sender).expect_err(flag);
            assert!(why.starts_with(flag) && !why.contains(if token.is_empty() { "\0" } else { token }), "{why}");
        }
    }
}

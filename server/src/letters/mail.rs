//! E-mail, by way of one server (SMTP, RFC 5321).

use std::{
    error::Error as _,
    time::{Duration, UNIX_EPOCH},
};

use app::domain::{moment::Moment, words::Email};
use lettre::{
    Address, AsyncSmtpTransport, AsyncTransport as _, Message, Tokio1Executor,
    message::{
        Mailbox,
        header::{ContentType, HeaderName, HeaderValue},
    },
    transport::smtp::Error,
};

use super::{Brought, PATIENCE, Secret};

/// A way to the mail server.
#[derive(Clone)]
pub struct Mail {
    transport: AsyncSmtpTransport<Tokio1Executor>,
    from: Mailbox,
}

impl std::fmt::Debug for Mail {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mail")
    }
}

impl Mail {
    /// A way to that server, from that address: `smtps://user:password@host`, or `smtp://…?tls=required` for a server that
    /// begins in the clear; `smtp://` alone for this machine only. Nothing is opened.
    ///
    /// # Errors
    /// What is wrong with it, as a sentence that tells nothing of it.
    pub fn to(server: &Secret, from: &Email, name: &str) -> Result<Self, String> {
        let address = server.reveal();
        let host = address.strip_prefix("smtp://").map(|rest| rest.rsplit_once('@').map_or(rest, |(_, host)| host));
        let host = host.and_then(|host| host.split([':', '/', '?']).next());
        let locked = address.starts_with("smtps://") || address.ends_with("?tls=required");
        if !locked && !matches!(host, Some("localhost" | "127.0.0.1")) {
            return Err("--mail-server must be smtps://…, or smtp://… that ends in ?tls=required.".into());
        }
        let transport = AsyncSmtpTransport::<Tokio1Executor>::from_url(address)
            .map_err(|_| "--mail-server is not the address of a mail server.")?;
        let from: Address = from.as_str().parse().map_err(|_| "--mail-from is not an e-mail address.")?;
        let from = Mailbox::new(Some(name.to_owned()), from);
        Ok(Self { transport: transport.timeout(Some(PATIENCE)).build(), from })
    }

    /// Brings a letter. `id` is the same each time the same one is brought, so that one brought twice can be told from two
    /// (`Message-ID`, RFC 5322 §3.6.4).
    pub async fn send(&self, to: &Email, id: &str, (subject, text): (&str, String), now: Moment) -> Brought {
        let Ok(to) = to.as_str().parse::<Address>() else { return Brought::Refused };
        let id = format!("<{id}@{}>", self.from.email.domain());
        let message = Message::builder()
            .from(self.from.clone())
            .to(Mailbox::new(None, to))
            .subject(subject)
            .message_id(Some(id))
            .date(UNIX_EPOCH + Duration::from_secs(now.seconds().unsigned_abs()))
            .header(ContentType::TEXT_PLAIN)
            .body(text);
        let Ok(mut message) = message else { return Brought::Failed };
        // Nobody is to answer by themselves (RFC 3834 §5).
        let automatic = HeaderName::new_from_ascii_str("Auto-Submitted");
        message.headers_mut().insert_raw(HeaderValue::new(automatic, "auto-generated".to_owned()));
        match self.transport.send(message).await {
            Ok(_) => Brought::Taken,
            Err(error) => {
                let brought = meaning(&error);
                if brought != Brought::Refused {
                    let status = error.status().map(|status| status.to_string());
                    tracing::error!(status, "the mail server did not take a letter");
                }
                brought
            }
        }
    }
}

/// What a server's answer means: which mailbox is no good is said by 550, 551 and 553 (RFC 5321 §4.2.3), and where the
/// answer says so more exactly, by 5.1 and 5.2 alone (RFC 3463 §3.2, §3.3). A server that does not want us is no fault of
/// the mailbox.
fn meaning(error: &Error) -> Brought {
    let said = error.source().map(ToString::to_string).unwrap_or_default();
    let exact = said.split_whitespace().next().filter(|first| first.starts_with("5."));
    let status = error.status().map(u16::from);
    match (status, exact) {
        (Some(500..=599), Some(exact)) if exact.starts_with("5.1.") || exact.starts_with("5.2.") => Brought::Refused,
        (Some(550 | 551 | 553), None) => Brought::Refused,
        (Some(530 | 534 | 535 | 538), _) => Brought::Later(None),
        (Some(500..=599), _) => Brought::Failed,
        _ => Brought::Later(None),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_goes_over_no_open_line_and_into_no_complaint() {
        let from = Email::parse("plan@kommune.example").expect("an address");
        let to = |server: &str| Mail::to(&server.parse().expect("a secret"), &from, "Vores Plan");
        for server in [
            "smtps://user:hemmeligt@mail.example",
            "smtps://mail.example:465",
            "smtp://user:hemmeligt@mail.example:587?tls=required",
            "smtp://127.0.0.1:2525",
            "smtp://localhost",
        ] {
            assert!(to(server).is_ok(), "{server}");
        }
        for server in [
            "smtp://user:hemmeligt@mail.example:587",
            "smtp://user:hemmeligt@mail.example?tls=opportunistic",
            "smtp://localhost:hemmeligt@mail.example",
            "smtp://localhost.hemmeligt.example",
            "https://hemmeligt.example",
            "hemmeligt",
            "smtps://",
            "",
        ] {
            let why = to(server).expect_err(server);
            assert!(why.starts_with("--mail-server") && !why.contains("hemmeligt"), "{server}: {why}");
        }
        let secret: Secret = "hemmeligt".parse().expect("a secret");
        assert_eq!(format!("{secret:?}"), "Secret");
    }
}

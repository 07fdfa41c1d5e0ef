//! Devices that reminders come to, by way of the push service of their browser (RFC 8030): only of those on a list, as
//! a device's address is what a stranger could choose.

use std::{fmt, str::FromStr};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::{calendar::Detail, id::Id, moment::Moment, person::Language, reminder::Kind, why::Why};

/// A device that reminders come to, for as long as its session lives.
#[derive(Debug)]
pub struct Subscription;

/// One reminder on its way to one device.
#[derive(Debug)]
pub struct Delivery;

/// What a device gave to lock messages with (RFC 8291 §3). Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct Keys {
    /// Its public key, a point of P-256, uncompressed.
    pub public: [u8; 65],
    /// The secret it shares with the sender.
    pub secret: [u8; 16],
}

impl fmt::Debug for Keys {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Keys")
    }
}

impl Keys {
    /// Reads both as browsers write them, in base64url. Whether the key is a point of the curve is not looked at.
    ///
    /// # Errors
    /// [`Why::Unknown`] when one of them is not so many bytes, or the key not uncompressed.
    pub fn parse(public: &str, secret: &str) -> Result<Self, Why> {
        let bytes = |typed: &str| URL_SAFE_NO_PAD.decode(typed.trim_end_matches('=')).map_err(|_| Why::Unknown);
        let public: [u8; 65] = bytes(public)?.try_into().map_err(|_| Why::Unknown)?;
        let secret = bytes(secret)?.try_into().map_err(|_| Why::Unknown)?;
        if public[0] == 4 { Ok(Self { public, secret }) } else { Err(Why::Unknown) }
    }
}

/// A reminder to send to one device now. Its `Debug` shows nothing of the device.
#[derive(Clone)]
pub struct Notice {
    /// Its delivery, by which the device tells that it showed it.
    pub delivery: Id<Delivery>,
    /// How often it was tried, this time included.
    pub tries: i64,
    /// What of.
    pub kind: Kind,
    /// What it is about: a meeting, a check-in …
    pub subject: Uuid,
    /// When it may come: later than now where it is quiet by then.
    pub not_before: Moment,
    /// When it is of no use any more.
    pub ends_at: Moment,
    /// Where the device is reached.
    pub endpoint: String,
    /// What to lock it with.
    pub keys: Keys,
    /// The language of whoever reads it.
    pub language: Language,
    /// How much it may say.
    pub detail: Detail,
}

impl fmt::Debug for Notice {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Notice")
            .field("delivery", &self.delivery)
            .field("kind", &self.kind)
            .field("tries", &self.tries)
            .finish_non_exhaustive()
    }
}

/// What came of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fate {
    /// Its push service has it.
    Accepted,
    /// The device is reached no more.
    Gone,
    /// Its push service does not take our word for it.
    Refused,
    /// It came to nothing in time, or there is nobody to tell any more.
    Late,
    /// It failed, and would again.
    Failed,
    /// Not yet: again at that time.
    Again(Moment),
}

impl Fate {
    /// The stable key written to the database.
    pub const fn key(self) -> &'static str {
        match self {
            Self::Accepted => "accepted",
            Self::Gone => "gone",
            Self::Refused => "refused",
            Self::Late => "late",
            Self::Failed => "failed",
            Self::Again(_) => "again",
        }
    }
}

/// What stands with a device.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Device {
    /// Whether its push service says that it is reached no more.
    pub gone: bool,
    /// When it last showed something.
    pub seen_at: Option<Moment>,
    /// When its push service last took something for it.
    pub sent_at: Option<Moment>,
}

/// The longest address of a phone at a push service.
const LONGEST: usize = 1024;

/// The push services of the browsers people have.
pub const PUSH_SERVICES: &[&str] =
    &["fcm.googleapis.com", "updates.push.services.mozilla.com", "web.push.apple.com", "*.notify.windows.com"];

/// A push service: a host reached over https, `*.` before it for all below it; or for trying out, a whole origin on this
/// machine, such as `http://127.0.0.1:9000`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum PushService {
    /// That host.
    Host(String),
    /// All hosts that end so, with a dot before it.
    Below(String),
    /// That origin, over http.
    Here(String),
}

impl FromStr for PushService {
    type Err = Why;

    fn from_str(typed: &str) -> Result<Self, Why> {
        if let Some(host) = typed.strip_prefix("http://") {
            let name = host.rsplit_once(':').map_or(host, |(name, _)| name);
            let here = matches!(name, "127.0.0.1" | "localhost") && is_host(&host.replace(':', ""));
            return if here { Ok(Self::Here(typed.to_owned())) } else { Err(Why::NotAnAddress) };
        }
        let (host, below) = typed.strip_prefix("*.").map_or((typed, false), |host| (host, true));
        match is_host(host) && host.contains('.') {
            true if below => Ok(Self::Below(format!(".{host}"))),
            true => Ok(Self::Host(host.to_owned())),
            false => Err(Why::NotAnAddress),
        }
    }
}

/// Whether it is a name of the Domain Name System in small letters. A number for an address of the Internet is none.
fn is_host(host: &str) -> bool {
    let letters = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-');
    !host.is_empty() && host.chars().all(letters) && !host.starts_with('.') && !host.ends_with('.')
}

impl PushService {
    fn has(&self, endpoint: &str) -> bool {
        let (origin, https) = match endpoint.strip_prefix("https://") {
            Some(rest) => (rest, true),
            None => (endpoint, false),
        };
        match self {
            Self::Host(host) => https && origin == host,
            Self::Below(end) => {
                https && is_host(origin) && origin.strip_suffix(end).is_some_and(|name| !name.is_empty())
            }
            Self::Here(whole) => endpoint == whole,
        }
    }

    /// The origin of a phone's address, where it lies at one of these push services; `None` where nothing may be sent:
    /// another host, another port, a name and password in it, or no address at all.
    pub fn origin(endpoint: &str, services: &[Self]) -> Option<String> {
        let sound = endpoint.len() <= LONGEST
            && endpoint.chars().all(|c| c.is_ascii_graphic() && !matches!(c, '\\' | '"' | '<' | '>' | '#'));
        let (scheme, rest) = endpoint.split_once("://").filter(|_| sound)?;
        let (host, path) = rest.split_once('/')?;
        let origin = format!("{scheme}://{host}");
        (!path.is_empty() && services.iter().any(|service| service.has(&origin))).then_some(origin)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn services() -> Vec<PushService> {
        let typed = PUSH_SERVICES.iter().copied().chain(["http://127.0.0.1:9000"]);
        typed.map(|typed| typed.parse().expect("a push service")).collect()
    }

    #[test]
    fn only_push_services_on_the_list_are_sent_to() {
        for (endpoint, origin) in [
            ("https://fcm.googleapis.com/fcm/send/abc", Some("https://fcm.googleapis.com")),
            ("https://updates.push.services.mozilla.com/wpush/v2/x", Some("https://updates.push.services.mozilla.com")),
            ("https://db5p.notify.windows.com/w/?token=a", Some("https://db5p.notify.windows.com")),
            ("http://127.0.0.1:9000/push/1", Some("http://127.0.0.1:9000")),
            ("http://127.0.0.1:9001/push/1", None),
            ("http://fcm.googleapis.com/fcm/send/abc", None),
            ("https://fcm.googleapis.com", None),
            ("https://fcm.googleapis.com/", None),
            ("https://fcm.googleapis.com:8443/x", None),
            ("https://fcm.googleapis.com@evil.example/x", None),
            ("https://evil.example/fcm.googleapis.com/x", None),
            ("https://evilfcm.googleapis.com/x", None),
            ("https://fcm.googleapis.com.evil.example/x", None),
            ("https://FCM.googleapis.com/x", None),
            ("https://notify.windows.com/x", None),
            ("https://.notify.windows.com/x", None),
            ("https://a@b.notify.windows.com/x", None),
            ("https://evil.example\\.notify.windows.com/x", None),
            ("https://evil.example?.notify.windows.com/x", None),
            ("https://127.0.0.1/x", None),
            ("https://[::1]/x", None),
            ("https://localhost/x", None),
            ("file:///etc/passwd", None),
            ("fcm.googleapis.com/x", None),
            ("", None),
        ] {
            assert_eq!(PushService::origin(endpoint, &services()).as_deref(), origin, "{endpoint}");
        }
        let long = format!("https://fcm.googleapis.com/{}", "a".repeat(LONGEST));
        assert_eq!(PushService::origin(&long, &services()), None);
    }

    #[test]
    fn a_push_service_is_a_host_or_this_machine() {
        for typed in ["push.example", "*.push.example", "http://localhost:9000", "http://127.0.0.1"] {
            assert!(typed.parse::<PushService>().is_ok(), "{typed}");
        }
        for typed in [
            "",
            "*",
            "*.",
            "example",
            "http://push.example",
            "https://push.example",
            "push.example/x",
            "a b.c",
            "http://127.0.0.1:9/x",
        ] {
            assert!(typed.parse::<PushService>().is_err(), "{typed}");
        }
    }
}

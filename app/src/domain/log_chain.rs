//! Logs that cannot be bent: every entry is bound to the one before it with a key that is not in the database, so that
//! what is edited, taken out, put in or moved afterwards is found and named.

use std::{fmt, str::FromStr};

use aws_lc_rs::hmac;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use uuid::Uuid;

use super::{chance, family::Municipality, id::Id, keyed, why::Why};

keyed! {
    /// A log that is chained.
    pub enum Log {
        /// Who looked at what of whom, and why.
        Access = "access",
        /// What was looked at from the server's own machine.
        Console = "console",
        /// What changed in plans.
        Plan = "plan",
        /// What changed in what is written down about who decides over a child.
        Rights = "rights",
    }
}

/// The key that other keys come from. It lies in a file or the environment, never in the database.
#[derive(Clone)]
pub struct MasterKey([u8; 32]);

impl MasterKey {
    /// A new key.
    pub fn fresh() -> Self {
        Self(chance::bytes())
    }

    /// The key as it stands in a file: 43 characters of base64url (RFC 4648 §5, no padding).
    pub fn reveal(&self) -> String {
        URL_SAFE_NO_PAD.encode(self.0)
    }

    /// The key that chains logs (NIST SP 800-108, one block). Nothing is told of the master key by it.
    pub fn for_logs(&self) -> LogKey {
        let master = hmac::Key::new(hmac::HMAC_SHA256, &self.0);
        let derived = hmac::sign(&master, b"Vores Plan: the chain of the logs");
        LogKey(hmac::Key::new(hmac::HMAC_SHA256, derived.as_ref()))
    }
}

impl FromStr for MasterKey {
    type Err = Why;

    fn from_str(text: &str) -> Result<Self, Why> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).map_err(|_| Why::Unknown)?;
        bytes.try_into().map(Self).map_err(|_| Why::Unknown)
    }
}

impl fmt::Debug for MasterKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("MasterKey(…)")
    }
}

/// The key that chains logs.
#[derive(Clone)]
pub struct LogKey(hmac::Key);

impl fmt::Debug for LogKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("LogKey(…)")
    }
}

/// What binds an entry to the one before it: HMAC-SHA-256 (RFC 2104), 32 bytes.
pub type Link = Vec<u8>;

/// An entry of a log as it is chained: all of it that never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The log it stands in.
    pub log: Log,
    /// Which entry of that log it is; a number is the last 8 bytes.
    pub id: Uuid,
    /// What it says, by the names of its columns.
    pub values: Vec<(&'static str, Option<String>)>,
}

impl LogKey {
    /// The link of the entry that is number `number` in a municipality's chain, after the one whose link is `before`.
    pub fn link(&self, municipality: Id<Municipality>, number: i64, before: &[u8], entry: &Entry) -> Link {
        let mut signing = hmac::Context::with_key(&self.0);
        let mut put = |value: &[u8]| {
            signing.update(&(value.len() as u64).to_be_bytes());
            signing.update(value);
        };
        put(before);
        put(municipality.uuid().as_bytes());
        put(&number.to_be_bytes());
        put(entry.log.key().as_bytes());
        put(entry.id.as_bytes());
        for (name, value) in &entry.values {
            put(name.as_bytes());
            put(&[u8::from(value.is_some())]);
            put(value.as_deref().unwrap_or_default().as_bytes());
        }
        signing.sign().as_ref().to_vec()
    }
}

/// Something wrong with a log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fault {
    /// An entry, or its link, says something else than when it was chained.
    Edited(Log, Uuid, i64),
    /// An entry that was chained is not there any more.
    Removed(Log, Uuid, i64),
    /// Numbers of the chain, from the first to the last of these, are not there any more.
    Gap(i64, i64),
    /// An entry that should be in the chain by now is not: it was put in beside the program.
    Unchained(Log, Uuid),
    /// The chain says something else than the copy of it that lies elsewhere.
    NotAsCopied(i64),
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited(log, id, number) => write!(f, "{log} {} (number {number}) was edited", Named(*id)),
            Self::Removed(log, id, number) => write!(f, "{log} {} (number {number}) was removed", Named(*id)),
            Self::Gap(first, last) => write!(f, "numbers {first} to {last} of the chain were removed"),
            Self::Unchained(log, id) => write!(f, "{log} {} was put in from outside", Named(*id)),
            Self::NotAsCopied(number) => write!(f, "number {number} of the chain is not as it was copied"),
        }
    }
}

impl fmt::Display for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "entry of the {} log", self.key())
    }
}

/// An id as it stands in its table.
struct Named(Uuid);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match u64::try_from(self.0.as_u128()) {
            Ok(number) => number.fmt(f),
            Err(_) => self.0.simple().fmt(f),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::Moment;

    fn entry(purpose: &str, relation: Option<&str>) -> Entry {
        let values = vec![("relation", relation.map(str::to_owned)), ("purpose", Some(purpose.to_owned()))];
        Entry { log: Log::Access, id: Uuid::from_u128(7), values }
    }

    #[test]
    fn a_link_binds_all_of_an_entry_its_place_and_what_stood_before_it() {
        let key = MasterKey::fresh().for_logs();
        let (here, elsewhere) = (Id::fresh(Moment::from_seconds(1)), Id::fresh(Moment::from_seconds(1)));
        let links = [
            key.link(here, 1, b"", &entry("plan", None)),
            key.link(elsewhere, 1, b"", &entry("plan", None)),
            key.link(here, 2, b"", &entry("plan", None)),
            key.link(here, 1, b"x", &entry("plan", None)),
            key.link(here, 1, b"", &entry("plans", None)),
            key.link(here, 1, b"", &entry("plan", Some(""))),
            key.link(here, 1, b"", &Entry { log: Log::Console, ..entry("plan", None) }),
            key.link(here, 1, b"", &Entry { id: Uuid::from_u128(8), ..entry("plan", None) }),
            MasterKey::fresh().for_logs().link(here, 1, b"", &entry("plan", None)),
        ];
        for (one, link) in links.iter().enumerate() {
            assert!(links.iter().skip(one + 1).all(|other| other != link), "{one}");
        }
        assert_eq!(links[0], key.link(here, 1, b"", &entry("plan", None)));
    }

    #[test]
    fn a_key_is_read_as_it_was_written_and_shows_nothing() {
        let key = MasterKey::fresh();
        let again: MasterKey = format!("{}\n", key.reveal()).parse().expect("a key");
        assert_eq!(again.reveal(), key.reveal());
        assert_eq!(format!("{key:?} {:?}", key.for_logs()), "MasterKey(…) LogKey(…)");
        for bad in ["", "kort", &key.reveal()[1..], &format!("{}AAAA", key.reveal())] {
            assert!(bad.parse::<MasterKey>().is_err(), "{bad}");
        }
    }
}

//! Logs that cannot be bent: every entry is bound to the one before it with a key that is not in the database, so that
//! what is edited, taken out, put in or moved afterwards is found and named.

use std::fmt;

use aws_lc_rs::hmac;
use uuid::Uuid;

use super::{family::Municipality, id::Id, keyed, master_key::MasterKey};

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
        /// What was done about staff and settings.
        Administration = "administration",
    }
}

/// The key that chains logs.
#[derive(Clone)]
pub struct LogKey(hmac::Key);

impl LogKey {
    /// The key that follows from a master key (NIST SP 800-108, one block). Nothing is told of that by it.
    pub fn of(master: &MasterKey) -> Self {
        Self(hmac::Key::new(hmac::HMAC_SHA256, &master.derived(b"Vores Plan: the chain of the logs")))
    }
}

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
    /// Which entry of that log it is, as [`Log::id_of`] has it where entries have numbers.
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

impl Log {
    /// The id of the entry with that number, as chains have it since there are any: the number itself, in 64 bits.
    pub const fn id_of(number: i64) -> Uuid {
        Uuid::from_u128(number.cast_unsigned() as u128)
    }

    /// The number of the entry with that id.
    pub const fn number_of(id: Uuid) -> i64 {
        (id.as_u128() as u64).cast_signed()
    }

    /// An id before those of all entries, in the order in which they are read.
    pub const fn beginning(self) -> Uuid {
        match self {
            Self::Access | Self::Console => Self::id_of(i64::MIN),
            Self::Plan | Self::Rights | Self::Administration => Uuid::nil(),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited(log, id, number) => write!(f, "{} (number {number}) was edited", Named(*log, *id)),
            Self::Removed(log, id, number) => write!(f, "{} (number {number}) was removed", Named(*log, *id)),
            Self::Gap(first, last) => write!(f, "numbers {first} to {last} of the chain were removed"),
            Self::Unchained(log, id) => write!(f, "{} was put in from outside", Named(*log, *id)),
            Self::NotAsCopied(number) => write!(f, "number {number} of the chain is not as it was copied"),
        }
    }
}

/// An entry as it is found in its table.
struct Named(Log, Uuid);

impl fmt::Display for Named {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self(log, id) = self;
        match log {
            Log::Access | Log::Console => write!(f, "entry {} of the {} log", Log::number_of(*id), log.key()),
            Log::Plan | Log::Rights | Log::Administration => {
                write!(f, "entry {} of the {} log", id.simple(), log.key())
            }
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
        let key = LogKey::of(&MasterKey::fresh());
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
            LogKey::of(&MasterKey::fresh()).link(here, 1, b"", &entry("plan", None)),
        ];
        for (one, link) in links.iter().enumerate() {
            assert!(links.iter().skip(one + 1).all(|other| other != link), "{one}");
        }
        assert_eq!(links[0], key.link(here, 1, b"", &entry("plan", None)));
    }

    #[test]
    fn entries_with_numbers_have_the_ids_that_stand_in_chains() {
        let numbers = [i64::MIN, -1, 0, 1, 7_000_000_000, i64::MAX];
        assert!(numbers.iter().all(|number| Log::number_of(Log::id_of(*number)) == *number));
        assert_eq!(Log::id_of(7_000_000_000).as_u128(), 7_000_000_000);
        assert_eq!(Log::number_of(Log::Access.beginning()), i64::MIN);
    }
}

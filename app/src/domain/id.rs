//! Identity of things: UUID version 7 (RFC 9562 §5.7), one type per kind of thing.

use std::{fmt, hash::Hash, hash::Hasher, marker::PhantomData, str::FromStr};

use uuid::Uuid;

use super::{chance, moment::Moment, why::Why};

/// The identity of a `T`. Ids sort by the moment they were made.
pub struct Id<T>(Uuid, PhantomData<fn() -> T>);

impl<T> Id<T> {
    /// A new id made at `now`.
    pub fn fresh(now: Moment) -> Self {
        Self::drawn(now, chance::bytes())
    }

    /// The id made at `now` from the given random bytes, for invented data that must come out the same each time.
    pub fn drawn(now: Moment, bytes: [u8; 10]) -> Self {
        let millis = u64::try_from(now.seconds()).unwrap_or(0).saturating_mul(1000);
        Self::from_uuid(uuid::Builder::from_unix_timestamp_millis(millis, &bytes).into_uuid())
    }

    /// The id a stored or received UUID stands for.
    pub const fn from_uuid(uuid: Uuid) -> Self {
        Self(uuid, PhantomData)
    }

    /// The id to take for what came under this one when this one is taken; always the same.
    #[must_use]
    pub const fn next(self) -> Self {
        Self::from_uuid(Uuid::from_u128(self.0.as_u128().wrapping_add(1)))
    }

    /// The bare UUID, as stored.
    pub const fn uuid(self) -> Uuid {
        self.0
    }
}

impl<T> Clone for Id<T> {
    fn clone(&self) -> Self {
        *self
    }
}
impl<T> Copy for Id<T> {}
impl<T> PartialEq for Id<T> {
    fn eq(&self, other: &Self) -> bool {
        self.0 == other.0
    }
}
impl<T> Eq for Id<T> {}
impl<T> PartialOrd for Id<T> {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}
impl<T> Ord for Id<T> {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        self.0.cmp(&other.0)
    }
}
impl<T> Hash for Id<T> {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.0.hash(state);
    }
}
impl<T> fmt::Debug for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
impl<T> fmt::Display for Id<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0.simple(), f)
    }
}
impl<T> FromStr for Id<T> {
    type Err = Why;

    /// Takes the 32 hexadecimal digits that `Display` writes, nothing else, so that a thing has one address only.
    fn from_str(text: &str) -> Result<Self, Why> {
        let lower = text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
        if text.len() != 32 || !lower {
            return Err(Why::Unknown);
        }
        Uuid::try_parse(text).map(Self::from_uuid).map_err(|_| Why::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_has_one_spelling() {
        let id: Id<()> = Id::fresh(Moment::from_seconds(1_800_000_000));
        assert_eq!(id.to_string().parse(), Ok(id));
        assert_eq!(id.uuid().hyphenated().to_string().parse::<Id<()>>(), Err(Why::Unknown));
        assert_eq!(id.to_string().to_uppercase().parse::<Id<()>>(), Err(Why::Unknown));
    }

    #[test]
    fn ids_sort_by_their_moment() {
        let early: Id<()> = Id::fresh(Moment::from_seconds(1_000));
        let late: Id<()> = Id::fresh(Moment::from_seconds(2_000));
        assert!(early < late);
    }
}

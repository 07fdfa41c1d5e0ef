//! Passkeys: coming in with the finger, the face or the code that opens a device (W3C Web Authentication Level 3).

pub mod ceremony;

use super::{id::Id, keyed, moment::Moment, words::Title};

/// The most passkeys one person may have.
pub const PASSKEYS: usize = 10;

/// What a device was asked to sign can be answered for so long, in seconds.
pub const CEREMONY: i64 = 300;

/// A key on one of somebody's devices.
#[derive(Clone, Debug)]
pub struct Passkey {
    /// Its identity.
    pub id: Id<Passkey>,
    /// What its person calls it; at first the device, as the browser names itself.
    pub name: Title,
    /// When it was made.
    pub created_at: Moment,
    /// When somebody last came in with it, or showed with it who they are.
    pub used_at: Option<Moment>,
}

keyed! {
    /// What a device is asked to sign for.
    pub enum Kind {
        /// To come in.
        Enter = "enter",
        /// To make a passkey.
        Make = "make",
        /// To show who one is.
        Prove = "prove",
    }
}

keyed! {
    /// Why what a device answered is not taken.
    pub enum Refused {
        /// It is not what a browser sends.
        Malformed = "malformed",
        /// It was never asked for, was answered before, or took too long.
        NotAsked = "not_asked",
        /// There is no such passkey, or it is another person's.
        Unknown = "unknown",
        /// It is not signed as it must be: elsewhere, for elsewhere, by another key, or without a finger, a face or a code.
        Unsound = "unsound",
        /// The device counted less than before, so that there may be a copy of its key (§6.1.1).
        CountedBack = "counted_back",
        /// That device has a passkey already.
        Twice = "twice",
        /// The person has as many as fit.
        Enough = "enough",
        /// The person came in too long ago.
        NotProven = "not_proven",
    }
}

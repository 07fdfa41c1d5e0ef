//! Web push (RFC 8030): a message that only the phone can read, to an address the phone gave.
//!
//! [`encrypt`] locks a message, [`vapid`] says who sends it, [`transport`] brings it to the push service, and
//! [`outcome`] reads what that answered. [`notice`] is what it says, and [`worker`] takes what is due.

pub mod encrypt;
pub mod notice;
pub mod outcome;
pub mod transport;
pub mod vapid;
pub mod worker;

//! The one error a person can meet. A code only: its words come from `text`, its cause goes to the log.

use crate::{domain::person::Viewer, store, ui::field::Fields};

/// A device that waits for its code.
#[derive(Debug)]
pub struct Locked {
    /// Whose it is.
    pub viewer: Viewer,
    /// Whether they have a passkey to open it with.
    pub finger: bool,
}

/// What stands between a person and the page asked for.
#[derive(Debug)]
pub enum Problem {
    /// Nobody is signed in: 303 to the door.
    SignIn,
    /// The device waits for its code: 423 with the page that asks for it.
    Locked(Box<Locked>),
    /// Only they should be able to do that, and it is a while since they showed that it is them: 403 with the page that
    /// asks who it is, which carries the form along where there is one.
    Unproven(Option<Fields>),
    /// The code of the device was wrong too often, and the session has ended: 401.
    PutOut,
    /// Not there, or not theirs; nobody can tell which: 404.
    NotFound,
    /// Changed by somebody else meanwhile: 409.
    Changed,
    /// Sent from another site: 403.
    Foreign,
    /// Too many tries: 429.
    TooMany,
    /// Too large: 413.
    TooLarge,
    /// Not readable as what it should be: 400.
    Malformed,
    /// Ours: 500. The cause is for the log.
    Ours(String),
}

impl From<store::Error> for Problem {
    fn from(error: store::Error) -> Self {
        match error {
            store::Error::NotFound => Self::NotFound,
            store::Error::Taken(_) => Self::Changed,
            other => Self::Ours(other.to_string()),
        }
    }
}

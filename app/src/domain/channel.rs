//! The second way to somebody who does not see reminders on a device: a letter by e-mail or SMS that says only that there
//! is something to read; and where none reaches them, a person who calls.

use std::fmt;

use super::{
    id::Id,
    keyed,
    moment::Moment,
    person::Language,
    reminder::Reminder,
    why::Why,
    words::{Email, Phone},
};

keyed! {
    /// How a letter is brought.
    pub enum Carrier {
        /// By e-mail.
        Email = "email",
        /// As a text message.
        Sms = "sms",
    }
}

/// Where somebody is written to. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub enum Address {
    /// An e-mail address.
    Email(Email),
    /// A telephone number.
    Sms(Phone),
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.carrier().key())
    }
}

impl Address {
    /// Reads what somebody typed.
    ///
    /// # Errors
    /// [`Why::Empty`], [`Why::NotAnEmail`] or [`Why::NotAPhone`].
    pub fn parse(carrier: Carrier, typed: &str) -> Result<Self, Why> {
        match carrier {
            Carrier::Email => Email::parse(typed).map(Self::Email),
            Carrier::Sms => Phone::parse(typed).map(Self::Sms),
        }
    }

    /// How a letter gets there.
    pub const fn carrier(&self) -> Carrier {
        match self {
            Self::Email(_) => Carrier::Email,
            Self::Sms(_) => Carrier::Sms,
        }
    }

    /// The address as it is written: `amina@eksempel.dk`, `+4512345678`.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Email(email) => email.as_str(),
            Self::Sms(phone) => phone.dial(),
        }
    }
}

/// The second way somebody chose.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Channel {
    /// Where to.
    pub address: Address,
    /// Whether that address took nothing from us, and so gets nothing more.
    pub refused: bool,
}

/// A letter to write now.
#[derive(Clone, Debug)]
pub struct Letter {
    /// The reminder that was not seen.
    pub reminder: Id<Reminder>,
    /// How often it was tried, this time included.
    pub tries: i64,
    /// Where to.
    pub address: Address,
    /// The language of whoever reads it.
    pub language: Language,
    /// When it is of no use any more.
    pub ends_at: Moment,
}

/// What came of a letter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fate {
    /// It was taken.
    Sent,
    /// There is nobody at that address, today and tomorrow.
    Refused,
    /// It came to nothing.
    Failed,
    /// Not yet: again at that time.
    Again(Moment),
}

keyed! {
    /// What came of a reminder that matters.
    pub enum Reached {
        /// It was seen on a device, or answered.
        Seen = "seen",
        /// A letter was sent.
        Written = "written",
        /// Somebody is asked to call.
        ByPhone = "by_phone",
        /// Nobody is to call, and nothing else helps.
        Nobody = "nobody",
        /// It is too late.
        Late = "late",
    }
}

/// A device has so long to show a reminder before another way is tried, in seconds; half of what is left until it is of no
/// use, where that is less.
const PATIENCE: i64 = 2 * 3600;

/// When to look whether a reminder told at `now` was seen: at once where there is no device.
pub fn look_at(now: Moment, ends_at: Moment, has_device: bool) -> Moment {
    let left = ends_at.seconds() - now.seconds();
    if has_device { now.plus_seconds(PATIENCE.min(left / 2)) } else { now }
}

/// What is known when it is looked whether a reminder reached its person.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Look {
    /// Whether it was told.
    pub told: bool,
    /// Whether it was seen on a device, or answered.
    pub seen: bool,
    /// Whether there is a device it can come to.
    pub device: bool,
    /// Whether there is an address to write to.
    pub address: bool,
    /// From when on its person may be disturbed: now, or after their quiet hours.
    pub awake: Moment,
    /// When it is of no use any more.
    pub ends_at: Moment,
}

/// What to do about it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// It waits until it is told: there is a way then.
    Wait,
    /// Look again at that time.
    Again(Moment),
    /// Write a letter.
    Write,
    /// Ask somebody to call.
    Call,
    /// Nothing more.
    Done(Reached),
}

impl Look {
    /// What to do at `now`.
    pub fn turn(&self, now: Moment) -> Turn {
        match self {
            Self { seen: true, .. } => Turn::Done(Reached::Seen),
            Self { ends_at, .. } if *ends_at <= now => Turn::Done(Reached::Late),
            Self { told: false, device, address, .. } if *device || *address => Turn::Wait,
            Self { told: true, address: true, awake, ends_at, .. } if *awake < *ends_at => {
                if *awake > now {
                    Turn::Again(*awake)
                } else {
                    Turn::Write
                }
            }
            _ => Turn::Call,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const NOW: Moment = Moment::from_seconds(1_800_000_000);

    #[test]
    fn a_device_has_two_hours_or_half_the_time_that_is_left() {
        for (left, device, wait) in [(86_400, true, 7200), (3600, true, 1800), (86_400, false, 0)] {
            assert_eq!(look_at(NOW, NOW.plus_seconds(left), device), NOW.plus_seconds(wait), "{left}");
        }
    }

    #[test]
    fn who_is_not_reached_is_written_to_and_else_called() {
        let ends_at = NOW.plus_seconds(3600);
        let look = Look { told: true, seen: false, device: true, address: true, awake: NOW, ends_at };
        for (look, turn) in [
            (look, Turn::Write),
            (Look { seen: true, ..look }, Turn::Done(Reached::Seen)),
            (Look { awake: NOW.plus_seconds(60), ..look }, Turn::Again(NOW.plus_seconds(60))),
            (Look { awake: ends_at, ..look }, Turn::Call),
            (Look { address: false, ..look }, Turn::Call),
            (Look { address: false, device: false, ..look }, Turn::Call),
            (Look { ends_at: NOW, ..look }, Turn::Done(Reached::Late)),
            (Look { told: false, ..look }, Turn::Wait),
            (Look { told: false, address: false, ..look }, Turn::Wait),
            (Look { told: false, device: false, ..look }, Turn::Wait),
            (Look { told: false, device: false, address: false, ..look }, Turn::Call),
        ] {
            assert_eq!(look.turn(NOW), turn, "{look:?}");
        }
    }

    #[test]
    fn an_address_is_read_as_what_it_is_and_shown_nowhere() {
        let read = |carrier, typed| Address::parse(carrier, typed).map(|address| address.as_str().to_owned());
        assert_eq!(read(Carrier::Email, " amina@eksempel.dk"), Ok("amina@eksempel.dk".into()));
        assert_eq!(read(Carrier::Sms, "12 34 56 78"), Ok("+4512345678".into()));
        assert_eq!(read(Carrier::Sms, "amina@eksempel.dk"), Err(Why::NotAPhone));
        assert_eq!(read(Carrier::Email, "12345678"), Err(Why::NotAnEmail));
        let address = Address::parse(Carrier::Sms, "12345678").expect("a number");
        assert_eq!(format!("{address:?}"), "sms");
    }
}

//! Meetings as somebody else's calendar program wrote them (RFC 5545), in the shape Outlook gives them.
//!
//! A calendar holds private things: of an event nothing is read but when it is, what it is called and where. Descriptions
//! and addresses of people are never looked at.

mod carry;
mod change;
mod event;
mod part;
mod rule;
mod zone;

use std::{collections::HashMap, sync::Arc};

use calcard::{
    Entry, Parser,
    icalendar::{ICalendar, ICalendarMethod, ICalendarProperty, ICalendarValue},
};
use chrono::NaiveDateTime;
use sha2::{Digest, Sha256};

pub use self::change::{Change, Known, Step, changes};
use self::part::{Part, Times, is_event, uid};
use super::{
    moment::{Moment, WallTime, Zone},
    why::Why,
};

/// The most bytes a file may have.
pub const LARGEST: usize = 5 * 1024 * 1024;

/// What does not repeat may be so many days ahead.
const FARTHEST: i64 = 731;
/// At most so many rules of a file are followed.
const MOST_RULES: usize = 500;

/// What names an event for good: the SHA-256 of its UID, which can hold anything, also somebody's address.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Uid([u8; 32]);

impl Uid {
    /// The name of the event with that UID.
    pub fn of(uid: &str) -> Self {
        Self(Sha256::digest(uid).into())
    }

    /// As it is stored.
    pub const fn bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// What stands in the database.
    pub(crate) const fn stored(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl std::fmt::Display for Uid {
    /// The first half of it in hexadecimal: enough to tell the events of a file apart.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.0.iter().take(16).try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// How new what a file says is: first its SEQUENCE counts, then when it was written (RFC 5546 §2.1.5).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edition {
    /// How often the organiser changed it.
    pub sequence: i64,
    /// When this was written; the beginning of time where the file does not say.
    pub written_at: Moment,
}

/// One time an event is at.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// When it was to start by the rule it repeats by, whatever became of it; [`Self::ONCE`] where nothing repeats.
    pub recurrence: Moment,
    /// When it starts, in the zone of whoever reads the file.
    pub starts: WallTime,
    /// How long it lasts, in minutes (5 to 1440).
    pub minutes: i64,
    /// How new this is.
    pub edition: Edition,
    /// Whether it is cancelled.
    pub cancelled: bool,
}

impl Occurrence {
    /// What stands for the only time of an event that does not repeat.
    pub const ONCE: Moment = Moment::from_seconds(0);
}

/// How often an event repeats.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Every {
    /// Of what.
    pub unit: Unit,
    /// How many of them from one time to the next.
    pub interval: u16,
}

/// What a calendar repeats by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[expect(missing_docs, reason = "a unit is what its name says")]
pub enum Unit {
    Day,
    Week,
    Month,
    Year,
}

/// An event of a file, with the times of it that are still to come.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Event {
    /// What names it.
    pub uid: Uid,
    /// What it is called there, as far as that fits.
    pub title: String,
    /// Where it is, in the file's words, as far as they fit.
    pub place: String,
    /// How often it repeats.
    pub every: Option<Every>,
    /// What the clock of the file shows first, where that is not what it shows here.
    pub elsewhere: Option<(NaiveDateTime, Zone)>,
    /// How new what the file says of the whole event is; none where it tells of single times only.
    pub whole: Option<Edition>,
    /// Whether the whole event is cancelled.
    pub cancelled: bool,
    /// The times to come, the earliest first; and before them those that passed of what does not repeat.
    pub occurrences: Vec<Occurrence>,
    /// Whether there are more times after these.
    pub more: bool,
    /// Why it cannot be taken.
    pub refused: Option<Why>,
}

/// A file that was read.
pub struct CalendarFile {
    calendars: Vec<ICalendar>,
    /// What is in it; what comes soonest first.
    pub events: Vec<Event>,
}

/// Whoever reads a file.
#[derive(Clone, Copy, Debug)]
pub struct Reader<'a> {
    /// The host of our own addresses: events named after it are ours.
    pub host: &'a str,
    /// The zone the reader is in, and in which times without a zone are meant.
    pub zone: Zone,
    /// The time.
    pub now: Moment,
}

impl CalendarFile {
    /// Reads a file: UTF-8, or else Windows-1252.
    ///
    /// # Errors
    /// [`Why::TooManyBytes`], [`Why::NotACalendar`], or [`Why::NoMeetings`] when it is a calendar with nothing in it.
    pub fn read(bytes: &[u8], reader: Reader<'_>) -> Result<Self, Why> {
        if bytes.len() > LARGEST {
            return Err(Why::TooManyBytes(LARGEST / 1024 / 1024));
        }
        let calendars = parse(&decode(unfold(bytes)));
        if calendars.is_empty() {
            return Err(Why::NotACalendar);
        }
        let mut rules = MOST_RULES;
        let mut order = Vec::new();
        let mut parts: HashMap<Uid, Vec<Part<'_>>> = HashMap::new();
        for calendar in &calendars {
            let zones = zone::told(calendar, reader.now.plus_days(FARTHEST + 1).local(Zone::UTC), &mut rules);
            let method = calendar.components.first().and_then(|root| root.property(&ICalendarProperty::Method));
            let cancels = matches!(
                method.and_then(|method| method.values.first()),
                Some(ICalendarValue::Method(ICalendarMethod::Cancel))
            );
            let times = Arc::new(Times { zones, zone: reader.zone });
            for component in calendar.components.iter().filter(|part| is_event(part)) {
                let uid = uid(component);
                parts.entry(uid).or_insert_with(|| {
                    order.push(uid);
                    Vec::new()
                });
                if let Some(parts) = parts.get_mut(&uid) {
                    parts.push(Part::new(component, times.clone(), cancels));
                }
            }
        }
        if order.is_empty() {
            return Err(Why::NoMeetings);
        }
        let read = |uid: &Uid| event::event(*uid, parts.get(uid).map_or(&[], Vec::as_slice), reader, &mut rules);
        let mut events: Vec<Event> = order.iter().map(read).collect();
        events.sort_by_key(|event| event.next(reader.now).unwrap_or(Moment::from_seconds(i64::MAX)));
        Ok(Self { calendars, events })
    }

    /// A file with nothing in it but what was read of these events, to be read again.
    pub fn carry(&self, uids: &[Uid]) -> String {
        self.calendars
            .iter()
            .filter_map(|calendar| carry::carry(calendar, uids))
            .map(|calendar| calendar.to_string())
            .collect()
    }
}

impl Event {
    /// When it starts next.
    pub fn next(&self, now: Moment) -> Option<Moment> {
        self.occurrences.iter().map(|one| one.starts.instant()).find(|at| now < *at)
    }
}

/// Joins lines that were folded (RFC 5545 §3.1). Bytes, as a fold may stand within a character.
fn unfold(bytes: &[u8]) -> Vec<u8> {
    let mut unfolded = Vec::with_capacity(bytes.len());
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        rest = match rest {
            [b'\r', b'\n', b' ' | b'\t', after @ ..] | [b'\n', b' ' | b'\t', after @ ..] => after,
            _ => {
                unfolded.push(*first);
                after
            }
        };
    }
    unfolded
}

fn decode(bytes: Vec<u8>) -> String {
    String::from_utf8(bytes).unwrap_or_else(|error| encoding_rs::WINDOWS_1252.decode(error.as_bytes()).0.into_owned())
}

fn parse(text: &str) -> Vec<ICalendar> {
    let mut parser = Parser::new(text.trim_start_matches('\u{feff}'));
    let mut calendars = Vec::new();
    loop {
        match parser.entry() {
            Entry::ICalendar(calendar) => calendars.push(calendar),
            Entry::Eof => return calendars,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests;

//! Meetings as somebody else's calendar program wrote them (RFC 5545), in the shape Outlook gives them.
//!
//! A calendar holds private things: of an event nothing is read but when it is, what it is called and where. Descriptions
//! and addresses of people are never looked at.

mod change;
mod rule;
mod zone;

use std::collections::{HashMap, HashSet};

use calcard::{
    Entry, Parser,
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarFrequency, ICalendarMethod,
        ICalendarParameterName, ICalendarPeriod, ICalendarProperty, ICalendarStatus, ICalendarValue,
    },
};
use chrono::{Duration, NaiveDateTime};
use sha2::{Digest, Sha256};

pub use self::change::{Change, Known, Step, changes};
use self::zone::Clock;
use super::{
    id::Id,
    meeting::Meeting,
    moment::{Moment, WallTime, Zone},
    why::Why,
    words::Title,
};

/// The most bytes a file may have.
pub const LARGEST: usize = 5 * 1024 * 1024;

/// What repeats is read so many days ahead.
const AHEAD: i64 = 366;
/// What does not repeat may be so many days ahead.
const FARTHEST: i64 = 731;
/// At most so many meetings of one event are read: each week for a year.
const MOST_TIMES: usize = 53;
/// At most so many rules of a file are followed.
const MOST_RULES: usize = 500;

/// How Outlook says that an event takes whole days.
const ALL_DAY: &str = "X-MICROSOFT-CDO-ALLDAYEVENT";

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
            let times = std::sync::Arc::new(Times { zones, zone: reader.zone });
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
        let read = |uid: &Uid| event(*uid, parts.get(uid).map_or(&[], Vec::as_slice), reader, &mut rules);
        let mut events: Vec<Event> = order.iter().map(read).collect();
        events.sort_by_key(|event| event.next(reader.now).unwrap_or(Moment::from_seconds(i64::MAX)));
        Ok(Self { calendars, events })
    }

    /// A file with nothing in it but what was read of these events, to be read again.
    pub fn carry(&self, uids: &[Uid]) -> String {
        self.calendars
            .iter()
            .filter_map(|calendar| carry(calendar, uids))
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

fn is_event(component: &ICalendarComponent) -> bool {
    component.component_type == ICalendarComponentType::VEvent
}

/// What names an event; one that the file does not name is named by when it is and what it is called.
fn uid(component: &ICalendarComponent) -> Uid {
    match component.uid().filter(|uid| !uid.trim().is_empty()) {
        Some(uid) => Uid::of(uid),
        None => {
            let starts = component.property(&ICalendarProperty::Dtstart).map(|entry| format!("{:?}", entry.values));
            Uid::of(&format!("{starts:?} {:?}", words(component, &ICalendarProperty::Summary)))
        }
    }
}

/// The zones of a calendar, and the one that is meant where none is named.
struct Times {
    zones: HashMap<String, Clock>,
    zone: Zone,
}

/// A date or a time as a file tells it.
struct Told {
    clock: Clock,
    local: NaiveDateTime,
    has_time: bool,
}

impl Told {
    fn instant(&self) -> Moment {
        self.clock.instant(self.local)
    }
}

impl Times {
    fn of(&self, entry: &ICalendarEntry, value: &ICalendarValue) -> Result<Told, Why> {
        let ICalendarValue::PartialDateTime(told) = value else { return Err(Why::NoSuchTime) };
        self.told(entry, told)
    }

    fn told(&self, entry: &ICalendarEntry, told: &calcard::common::PartialDateTime) -> Result<Told, Why> {
        let at = told.to_date_time().ok_or(Why::NoSuchTime)?;
        let clock = match (at.offset, entry.tz_id()) {
            (Some(_), _) => Clock::Known(Zone::UTC),
            (None, Some(name)) => {
                zone::known(name).map(Clock::Known).or_else(|| self.zones.get(name).cloned()).ok_or(Why::UnknownZone)?
            }
            (None, None) => Clock::Known(self.zone),
        };
        let east = at.offset.map_or(0, |offset| i64::from(offset.local_minus_utc()));
        Ok(Told { clock, local: at.date_time - Duration::seconds(east), has_time: told.has_time() })
    }

    /// What stands in a property that comes once.
    fn first(&self, component: &ICalendarComponent, name: &ICalendarProperty) -> Option<Result<Told, Why>> {
        let entry = component.property(name)?;
        Some(self.of(entry, entry.values.first()?))
    }
}

/// A component of a file: an event, or one time of it that is not as the others.
struct Part<'a> {
    component: &'a ICalendarComponent,
    times: std::sync::Arc<Times>,
    edition: Edition,
    cancelled: bool,
}

impl<'a> Part<'a> {
    fn new(component: &'a ICalendarComponent, times: std::sync::Arc<Times>, cancels: bool) -> Self {
        let written = [ICalendarProperty::LastModified, ICalendarProperty::Dtstamp];
        let written = written.iter().filter_map(|name| times.first(component, name)?.ok());
        let sequence = component.property(&ICalendarProperty::Sequence).and_then(|entry| entry.values.first());
        let edition = Edition {
            sequence: sequence.and_then(ICalendarValue::as_integer).unwrap_or(0).max(0),
            written_at: written.map(|told| told.instant()).max().unwrap_or(Moment::from_seconds(0)),
        };
        let cancelled = cancels || component.status() == Some(&ICalendarStatus::Cancelled);
        Self { component, times, edition, cancelled }
    }

    fn is_exception(&self) -> bool {
        self.component.has_property(&ICalendarProperty::RecurrenceId)
    }

    /// When it starts, and how many minutes it lasts.
    fn span(&self) -> Result<(Told, i64), Why> {
        let starts = self.times.first(self.component, &ICalendarProperty::Dtstart).ok_or(Why::NoSuchTime)??;
        let all_day = ICalendarProperty::Other(ALL_DAY.into());
        let all_day = self.component.property(&all_day).and_then(|entry| entry.values.first()?.as_text());
        if !starts.has_time || all_day.is_some_and(|said| said.eq_ignore_ascii_case("true")) {
            return Err(Why::AllDay);
        }
        let duration = self.component.property(&ICalendarProperty::Duration).and_then(|entry| entry.values.first());
        let seconds = match (self.times.first(self.component, &ICalendarProperty::Dtend), duration) {
            (Some(ends), _) => ends?.instant().seconds().saturating_sub(starts.instant().seconds()),
            (None, Some(ICalendarValue::Duration(duration))) => duration.as_seconds(),
            (None, Some(_)) => return Err(Why::NoSuchTime),
            (None, None) => 3600,
        };
        Ok((starts, minutes(seconds)?))
    }

    /// When it was to start by the rule, where it is a single time of what repeats by the clock of `rule`.
    fn recurrence(&self, rule: Option<&Told>) -> Result<Moment, Why> {
        let told = self.times.first(self.component, &ICalendarProperty::RecurrenceId).ok_or(Why::NoSuchTime)??;
        Ok(match rule {
            Some(rule) if !told.has_time => rule.clock.instant(told.local.date().and_time(rule.local.time())),
            _ => told.instant(),
        })
    }

    fn occurrence(&self, recurrence: Moment, at: Moment, minutes: i64, zone: Zone) -> Occurrence {
        let at = Moment::from_seconds(at.seconds() - at.seconds().rem_euclid(60));
        let starts = WallTime::at(at, zone);
        Occurrence { recurrence, starts, minutes, edition: self.edition, cancelled: self.cancelled }
    }
}

fn minutes(seconds: i64) -> Result<i64, Why> {
    let (least, most) = Meeting::MINUTES;
    match seconds / 60 {
        _ if seconds < 0 => Err(Why::EndsBeforeStart),
        minutes if u64::try_from(minutes).is_ok_and(|minutes| (least..=most).contains(&minutes)) => Ok(minutes),
        _ => Err(Why::NotSoLong),
    }
}

/// The words of a property on one line, as far as they fit.
fn words(component: &ICalendarComponent, name: &ICalendarProperty) -> String {
    let said = component.property(name).and_then(|entry| entry.values.first()?.as_text()).unwrap_or_default();
    let tidy: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let tidy = tidy.split_whitespace().collect::<Vec<_>>().join(" ");
    tidy.chars().take(Title::MAX).collect::<String>().trim().to_owned()
}

fn event(uid: Uid, parts: &[Part<'_>], reader: Reader<'_>, rules: &mut usize) -> Event {
    let newest = |single: bool| {
        let parts = parts.iter().filter(move |part| part.is_exception() == single);
        parts.max_by_key(|part| part.edition)
    };
    let whole = newest(false);
    let named = whole.or_else(|| newest(true)).map(|part| part.component);
    let title = named.map(|named| words(named, &ICalendarProperty::Summary)).unwrap_or_default();
    let place = named.map(|named| words(named, &ICalendarProperty::Location)).unwrap_or_default();
    let mut event = Event {
        uid,
        title,
        place,
        every: None,
        elsewhere: None,
        whole: whole.map(|whole| whole.edition),
        cancelled: whole.is_some_and(|whole| whole.cancelled),
        occurrences: Vec::new(),
        more: false,
        refused: None,
    };
    let ours = named.and_then(ICalendarComponent::uid).and_then(|uid| uid.split_once('@'));
    if ours.is_some_and(|(id, host)| host == reader.host && id.parse::<Id<Meeting>>().is_ok()) {
        event.refused = Some(Why::FromHere);
    } else if let Err(why) = fill(&mut event, whole, parts, reader, rules) {
        event.occurrences.clear();
        event.refused = (!event.cancelled).then_some(why);
    }
    event
}

/// Finds the times of an event.
fn fill(
    event: &mut Event,
    whole: Option<&Part<'_>>,
    parts: &[Part<'_>],
    reader: Reader<'_>,
    rules: &mut usize,
) -> Result<(), Why> {
    if event.cancelled {
        return Ok(());
    }
    let span = whole.map(Part::span).transpose()?;
    let rule = span.as_ref().map(|(starts, _)| starts);
    let mut single: HashMap<Moment, &Part<'_>> = HashMap::new();
    for part in parts.iter().filter(|part| part.is_exception()) {
        let range = part.component.property(&ICalendarProperty::RecurrenceId);
        if range.is_some_and(|entry| entry.has_parameter(&ICalendarParameterName::Range)) {
            return Err(Why::UnknownRepeat);
        }
        let recurrence = part.recurrence(rule)?;
        if single.get(&recurrence).is_none_or(|before| before.edition <= part.edition) {
            single.insert(recurrence, part);
        }
    }
    let mut found = Vec::new();
    for (recurrence, part) in &single {
        let (at, minutes) = match part.span() {
            Ok((starts, minutes)) => (starts.instant(), minutes),
            Err(_) if part.cancelled => (*recurrence, 60),
            Err(why) => return Err(why),
        };
        found.push(part.occurrence(*recurrence, at, minutes, reader.zone));
    }
    if let (Some(whole), Some((starts, minutes))) = (whole, &span) {
        let times = times(event, whole, starts, *minutes, reader, rules)?;
        let times = times.into_iter().filter(|(recurrence, ..)| !single.contains_key(recurrence));
        found.extend(times.map(|(recurrence, at, minutes)| whole.occurrence(recurrence, at, minutes, reader.zone)));
        let here = WallTime::at(starts.instant(), reader.zone);
        event.elsewhere = match &starts.clock {
            Clock::Known(zone) if *zone != Zone::UTC && starts.local != here.local() => Some((starts.local, *zone)),
            _ => None,
        };
    }
    found.sort_by_key(|one| (one.starts.instant(), one.recurrence));
    let over = found.partition_point(|one| one.starts.instant() <= reader.now);
    event.more = found.len() > over + MOST_TIMES;
    found.truncate(over + MOST_TIMES);
    event.occurrences = found;
    Ok(())
}

/// The times of the whole event that are to come: when each was to be, when it is, and how long.
fn times(
    event: &mut Event,
    whole: &Part<'_>,
    starts: &Told,
    minutes: i64,
    reader: Reader<'_>,
    rules: &mut usize,
) -> Result<Vec<(Moment, Moment, i64)>, Why> {
    let component = whole.component;
    let until = reader.now.plus_days(AHEAD);
    let mut found: Vec<(Moment, i64)> = Vec::new();
    let mut repeats = false;
    for entry in component.properties(&ICalendarProperty::Rrule) {
        let Some(ICalendarValue::RecurrenceRule(rule)) = entry.values.first() else {
            return Err(Why::UnknownRepeat);
        };
        if repeats {
            return Err(Why::UnknownRepeat);
        }
        *rules = rules.checked_sub(1).ok_or(Why::TooManyEvents)?;
        repeats = true;
        let last = rule.until.as_ref().map(|last| whole.times.told(entry, last)).transpose();
        let last = last.map_err(|_| Why::UnknownRepeat)?;
        // A day without a time counts to its end; a time without a zone is one of the event's clock.
        let last = last.map(|last| match (last.has_time, matches!(last.clock, Clock::Known(Zone::UTC))) {
            (false, _) => starts.clock.instant(last.local + Duration::seconds(86_399)),
            (true, true) => last.instant(),
            (true, false) => starts.clock.instant(last.local),
        });
        let last = last.map_or(until, |last| last.min(until));
        let horizon = starts.clock.near(last.plus_days(1));
        let locals = rule::starts(rule, starts.local, horizon)?;
        found.extend(
            locals.into_iter().map(|local| (starts.clock.instant(local), minutes)).filter(|(at, _)| *at <= last),
        );
        event.every = Some(Every {
            unit: match rule.freq {
                ICalendarFrequency::Weekly => Unit::Week,
                ICalendarFrequency::Monthly => Unit::Month,
                ICalendarFrequency::Yearly => Unit::Year,
                _ => Unit::Day,
            },
            interval: rule.interval.unwrap_or(1),
        });
    }
    for entry in component.properties(&ICalendarProperty::Rdate) {
        if !repeats {
            found.push((starts.instant(), minutes));
        }
        repeats = true;
        for value in &entry.values {
            found.push(date(whole, entry, value, starts, minutes)?);
        }
    }
    if !repeats {
        let at = starts.instant();
        if at > reader.now.plus_days(FARTHEST) {
            return Err(Why::TooFar);
        }
        return Ok(vec![(Occurrence::ONCE, at, minutes)]);
    }
    let mut left_out: HashSet<Moment> = HashSet::new();
    for entry in component.properties(&ICalendarProperty::Exdate) {
        for value in &entry.values {
            left_out.insert(date(whole, entry, value, starts, minutes)?.0);
        }
    }
    found.retain(|(at, _)| reader.now < *at && *at <= until && !left_out.contains(at));
    found.sort_unstable();
    found.dedup_by_key(|(at, _)| *at);
    Ok(found.into_iter().map(|(at, minutes)| (at, at, minutes)).collect())
}

/// A date that is added to those of the rule or left out; without a time of its own it has that of the event.
fn date(
    whole: &Part<'_>,
    entry: &ICalendarEntry,
    value: &ICalendarValue,
    starts: &Told,
    minutes: i64,
) -> Result<(Moment, i64), Why> {
    let at = |told: &calcard::common::PartialDateTime| whole.times.told(entry, told).map(|told| told.instant());
    match value {
        ICalendarValue::Period(ICalendarPeriod::Range { start, end }) => {
            let (from, until) = (at(start)?, at(end)?);
            Ok((from, self::minutes(until.seconds().saturating_sub(from.seconds()))?))
        }
        ICalendarValue::Period(ICalendarPeriod::Duration { start, duration }) => {
            Ok((at(start)?, self::minutes(duration.as_seconds())?))
        }
        _ => {
            let told = whole.times.of(entry, value)?;
            Ok(match told.has_time {
                true => (told.instant(), minutes),
                false => (starts.clock.instant(told.local.date().and_time(starts.local.time())), minutes),
            })
        }
    }
}

/// What is carried of an event and of a zone.
fn is_carried(name: &ICalendarProperty) -> bool {
    use ICalendarProperty::{
        Dtend, Dtstamp, Dtstart, Duration, Exdate, LastModified, Location, Method, Other, Rdate, RecurrenceId, Rrule,
        Sequence, Status, Summary, Tzid, Tzoffsetfrom, Tzoffsetto, Uid,
    };
    match name {
        Other(name) => {
            ["X-LIC-LOCATION", "X-MICROSOFT-CDO-TZID", ALL_DAY].iter().any(|kept| name.eq_ignore_ascii_case(kept))
        }
        Dtend | Dtstamp | Dtstart | Duration | Exdate | LastModified | Location | Method | Rdate | RecurrenceId
        | Rrule | Sequence | Status | Summary | Tzid | Tzoffsetfrom | Tzoffsetto | Uid => true,
        _ => false,
    }
}

fn carry(calendar: &ICalendar, uids: &[Uid]) -> Option<ICalendar> {
    let kept = |component: &ICalendarComponent| {
        let mut kept = ICalendarComponent::new(component.component_type.clone());
        kept.entries = component.entries.iter().filter(|entry| is_carried(&entry.name)).cloned().collect();
        for entry in &mut kept.entries {
            use ICalendarParameterName::{Range, Tzid, Value};
            entry.params.retain(|param| matches!(param.name, Range | Tzid | Value));
            if matches!(entry.name, ICalendarProperty::Summary | ICalendarProperty::Location) {
                entry.values = vec![ICalendarValue::Text(words(component, &entry.name))];
            }
        }
        kept
    };
    let mut components: Vec<ICalendarComponent> = calendar
        .components
        .iter()
        .filter(|component| is_event(component) && uids.contains(&uid(component)))
        .map(kept)
        .collect();
    if components.is_empty() {
        return None;
    }
    let mut root = ICalendarComponent::new(ICalendarComponentType::VCalendar);
    root.entries = calendar.components.first().map(kept).into_iter().flat_map(|root| root.entries).collect();
    root.entries.retain(|entry| entry.name == ICalendarProperty::Method);
    components.insert(0, root);
    let named = |name: Option<&str>| name.is_some_and(|name| zone::known(name).is_some());
    let tzid = |zone: &ICalendarComponent| zone.property(&ICalendarProperty::Tzid).cloned();
    for zone in calendar.timezones() {
        if named(tzid(zone).as_ref().and_then(|entry| entry.values.first()?.as_text())) {
            continue;
        }
        let at = components.len();
        components.push(kept(zone));
        let parts = zone.component_ids.iter().filter_map(|id| calendar.component_by_id(*id)).map(kept);
        components.extend(parts);
        let ids = (at + 1..components.len()).filter_map(|id| u32::try_from(id).ok()).collect();
        if let Some(zone) = components.get_mut(at) {
            zone.component_ids = ids;
        }
    }
    let within: HashSet<u32> = components.iter().flat_map(|component| component.component_ids.clone()).collect();
    let top = (1..components.len()).filter_map(|id| u32::try_from(id).ok()).filter(|id| !within.contains(id)).collect();
    if let Some(root) = components.first_mut() {
        root.component_ids = top;
    }
    Some(ICalendar { components })
}

#[cfg(test)]
mod tests;

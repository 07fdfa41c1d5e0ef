//! When an event is, with all that repeats, is left out, added, moved or cancelled.

use std::collections::{HashMap, HashSet};

use calcard::{
    common::PartialDateTime,
    icalendar::{
        ICalendarComponent, ICalendarEntry, ICalendarFrequency, ICalendarParameterName, ICalendarPeriod,
        ICalendarProperty, ICalendarValue,
    },
};
use chrono::Duration;

use super::{
    Event, Every, FARTHEST, Occurrence, Reader, Uid, Unit,
    part::{self, Part, Told, words},
    rule,
    zone::Clock,
};
use crate::domain::{
    id::Id,
    meeting::Meeting,
    moment::{Moment, WallTime, Zone},
    why::Why,
};

/// What repeats is read so many days ahead.
const AHEAD: i64 = 366;
/// At most so many meetings of one event are read: each week for a year.
pub(super) const MOST_TIMES: usize = 53;

pub(super) fn event(uid: Uid, parts: &[Part<'_>], reader: Reader<'_>, rules: &mut usize) -> Event {
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
    let at = |told: &PartialDateTime| whole.times.told(entry, told).map(|told| told.instant());
    match value {
        ICalendarValue::Period(ICalendarPeriod::Range { start, end }) => {
            let (from, until) = (at(start)?, at(end)?);
            Ok((from, part::minutes(until.seconds().saturating_sub(from.seconds()))?))
        }
        ICalendarValue::Period(ICalendarPeriod::Duration { start, duration }) => {
            Ok((at(start)?, part::minutes(duration.as_seconds())?))
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

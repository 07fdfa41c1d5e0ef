//! The clocks a calendar file goes by: zones by their IANA or Windows name, and zones it describes itself.

use std::collections::HashMap;

use calcard::{
    common::timezone::Tz,
    icalendar::{ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarProperty, ICalendarValue},
};
use chrono::{Datelike, Duration, NaiveDateTime};

use super::rule;
use crate::domain::moment::{Moment, WallTime, Zone};

/// The rules of a zone are followed for so many years up to the last that matters.
const YEARS: i32 = 25;

/// A clock on a wall somewhere.
#[derive(Clone, Debug)]
pub(super) enum Clock {
    /// In a zone we know.
    Known(Zone),
    /// In one that the file describes: from when which offset holds, in seconds east of UTC, the earliest first. Each
    /// time is what the clock would have shown unchanged (RFC 5545 §3.6.5).
    Told(Vec<(NaiveDateTime, i64)>),
}

impl Clock {
    /// The instant at which the clock shows that. Where it shows it twice, the first one; where it skips it, the instant
    /// it would be without the skip (RFC 5545 §3.3.5).
    pub(super) fn instant(&self, local: NaiveDateTime) -> Moment {
        match self {
            Self::Known(zone) => WallTime::new(local, *zone).map_or_else(
                |_| {
                    let before = WallTime::new(local - Duration::hours(6), *zone);
                    before.map_or_else(|_| utc(local), |before| before.instant().plus_seconds(6 * 3600))
                },
                |wall| wall.instant(),
            ),
            Self::Told(offsets) => {
                let held = offsets.iter().rev().find(|(from, _)| *from <= local).or(offsets.first());
                utc(local).plus_seconds(-held.map_or(0, |(_, offset)| *offset))
            }
        }
    }

    /// What the clock shows at an instant; one that the file describes is at most a day off.
    pub(super) fn near(&self, at: Moment) -> NaiveDateTime {
        match self {
            Self::Known(zone) => at.local(*zone),
            Self::Told(_) => at.local(Zone::UTC),
        }
    }
}

fn utc(local: NaiveDateTime) -> Moment {
    Moment::from_seconds(local.and_utc().timestamp())
}

/// The zone of that name: an IANA name, or one that Windows and Outlook write (Unicode CLDR, windowsZones).
pub(super) fn known(name: &str) -> Option<Zone> {
    match name {
        "Central Asia Standard Time" => Some(Zone::Asia__Bishkek),
        "Mountain Standard Time (Mexico)" => Some(Zone::America__Mazatlan),
        "South Sudan Standard Time" => Some(Zone::Africa__Juba),
        _ => match name.parse() {
            Ok(Tz::Tz(zone)) => Some(zone),
            _ => None,
        },
    }
}

/// The zones that `calendar` describes under names that tell us nothing, up to a time, as far as `rules` lasts: how many
/// rules may still be followed.
pub(super) fn told(calendar: &ICalendar, until: NaiveDateTime, rules: &mut usize) -> HashMap<String, Clock> {
    let mut told = HashMap::new();
    for zone in calendar.timezones() {
        let Some(ICalendarValue::Text(name)) = first(zone, &ICalendarProperty::Tzid) else { continue };
        if known(name).is_some() {
            continue;
        }
        let clock = match zone.timezone() {
            Some((_, Tz::Tz(zone))) => Some(Clock::Known(zone)),
            _ => described(calendar, zone, until, rules),
        };
        if let Some(clock) = clock {
            told.insert(name.clone(), clock);
        }
    }
    told
}

fn described(
    calendar: &ICalendar,
    zone: &ICalendarComponent,
    until: NaiveDateTime,
    rules: &mut usize,
) -> Option<Clock> {
    use ICalendarComponentType::{Daylight, Standard};
    let parts = zone.component_ids.iter().filter_map(|id| calendar.component_by_id(*id));
    let parts = parts.filter(|part| matches!(part.component_type, Standard | Daylight));
    let mut offsets = Vec::new();
    for part in parts {
        *rules = rules.checked_sub(1)?;
        offsets.extend(observance(part, until)?);
    }
    offsets.sort_unstable();
    (!offsets.is_empty()).then_some(Clock::Told(offsets))
}

/// When an offset begins to hold, again and again, and what it is.
fn observance(part: &ICalendarComponent, until: NaiveDateTime) -> Option<Vec<(NaiveDateTime, i64)>> {
    let ICalendarValue::PartialDateTime(starts) = first(part, &ICalendarProperty::Dtstart)? else { return None };
    let ICalendarValue::PartialDateTime(offset) = first(part, &ICalendarProperty::Tzoffsetto)? else { return None };
    let seconds = i64::from(offset.tz_hour?) * 3600 + i64::from(offset.tz_minute.unwrap_or(0)) * 60;
    let seconds = if offset.tz_minus { -seconds } else { seconds };
    let starts = starts.to_date_time()?.date_time;
    let again = match first(part, &ICalendarProperty::Rrule) {
        Some(ICalendarValue::RecurrenceRule(rule)) => {
            // Each year is like the one before: Windows begins in 1601.
            let last =
                rule.until.as_ref().map(|last| last.to_date_time().map(|last| last.date_time + Duration::days(1)));
            let last = last.map_or(Some(until), |last| last.map(|last| last.min(until)))?;
            let lately = starts.with_year(starts.year().max(last.year() - YEARS))?;
            rule::starts(rule, lately, last).ok()?
        }
        _ => Vec::new(),
    };
    Some(std::iter::once(starts).chain(again).map(|from| (from, seconds)).collect())
}

fn first<'a>(part: &'a ICalendarComponent, name: &ICalendarProperty) -> Option<&'a ICalendarValue> {
    part.property(name)?.values.first()
}

//! How an event repeats (RFC 5545 §3.3.10).

use calcard::{
    common::{PartialDateTime, timezone::Tz},
    icalendar::{
        ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarFrequency, ICalendarProperty,
        ICalendarRecurrenceRule,
    },
};
use chrono::{Datelike, NaiveDateTime, Timelike};

use crate::domain::why::Why;

/// A rule that gives more times than this before the last that matters is not followed: every day for 27 years.
const MOST: usize = 10_000;

/// The times a rule gives from `first` to `until`, as the clock on the wall shows them, the earliest first. What the rule
/// itself says of its end counts only as far as it is a number of times.
///
/// # Errors
/// [`Why::UnknownRepeat`] when it makes no sense, repeats within a day, or gives too many.
pub(super) fn starts(
    rule: &ICalendarRecurrenceRule,
    first: NaiveDateTime,
    until: NaiveDateTime,
) -> Result<Vec<NaiveDateTime>, Why> {
    use ICalendarFrequency::{Daily, Monthly, Weekly, Yearly};
    if until < first {
        return Ok(Vec::new());
    }
    let plain = rule.rscale.is_none() && rule.skip.is_none();
    if !plain || !matches!(rule.freq, Daily | Weekly | Monthly | Yearly) {
        return Err(Why::UnknownRepeat);
    }
    let mut rule = rule.clone();
    rule.until = Some(wall(until));
    let mut event = ICalendarComponent::new(ICalendarComponentType::VEvent);
    event.entries.push(ICalendarEntry::new(ICalendarProperty::Dtstart).with_value(wall(first)));
    event.entries.push(ICalendarEntry::new(ICalendarProperty::Rrule).with_value(rule));
    let found = ICalendar { components: vec![event] }.expand_dates(Tz::Floating, MOST);
    if !found.errors.is_empty() || found.events.len() >= MOST {
        return Err(Why::UnknownRepeat);
    }
    let mut starts: Vec<_> = found.events.into_iter().map(|event| event.start.naive_local()).collect();
    starts.sort_unstable();
    Ok(starts)
}

fn wall(local: NaiveDateTime) -> PartialDateTime {
    let small = |number: u32| u8::try_from(number).ok();
    PartialDateTime {
        year: u16::try_from(local.year()).ok(),
        month: small(local.month()),
        day: small(local.day()),
        hour: small(local.hour()),
        minute: small(local.minute()),
        second: small(local.second()),
        ..PartialDateTime::default()
    }
}

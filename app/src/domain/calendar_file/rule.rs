//! How an event repeats (RFC 5545 §3.3.10), as far as calendar programs offer it: by days, weeks, months and years.

use calcard::icalendar::{ICalendarFrequency, ICalendarRecurrenceRule};
use chrono::{Datelike, Days, Months, NaiveDate, NaiveDateTime, Weekday};

use crate::domain::why::Why;

/// A rule is followed for so many days at most: 27 years. It is walked day by day, so that none takes long.
const MOST_DAYS: i64 = 10_000;

/// The times a rule gives from `first` to `until`, as the clock on the wall shows them, the earliest first. What the rule
/// itself says of its end counts only as far as it is a number of times.
///
/// # Errors
/// [`Why::UnknownRepeat`] when it repeats within a day, is one that no calendar program offers, or is too old.
pub(super) fn starts(
    rule: &ICalendarRecurrenceRule,
    first: NaiveDateTime,
    until: NaiveDateTime,
) -> Result<Vec<NaiveDateTime>, Why> {
    if until < first {
        return Ok(Vec::new());
    }
    let walk = Walk::new(rule, first.date())?;
    let interval = i64::from(rule.interval.unwrap_or(1).max(1));
    if (until - first).num_days() > MOST_DAYS {
        return Err(Why::UnknownRepeat);
    }
    let most = rule.count.map_or(usize::MAX, |count| usize::try_from(count).unwrap_or(usize::MAX));
    let last = walk.period(until.date());
    let mut found = Vec::new();
    let mut day = walk.begin;
    while walk.period(day) <= last && found.len() < most {
        let period = walk.period(day);
        let mut days = Vec::new();
        while walk.period(day) == period {
            days.extend((period % interval == 0 && walk.matches(day)).then_some(day));
            day = day.succ_opt().ok_or(Why::UnknownRepeat)?;
        }
        let days = walk.positions(days).into_iter().filter(|day| *day >= first.date());
        found.extend(days.map(|day| day.and_time(first.time())));
    }
    found.truncate(most);
    found.retain(|time| *time <= until);
    Ok(found)
}

/// A walk along a rule's days.
struct Walk<'a> {
    rule: &'a ICalendarRecurrenceRule,
    /// The first day.
    first: NaiveDate,
    /// The first day of the week, month or year that is in.
    begin: NaiveDate,
}

impl<'a> Walk<'a> {
    fn new(rule: &'a ICalendarRecurrenceRule, first: NaiveDate) -> Result<Self, Why> {
        use ICalendarFrequency::{Daily, Monthly, Weekly, Yearly};
        let within_a_day = !(rule.byhour.is_empty() && rule.byminute.is_empty() && rule.bysecond.is_empty());
        let by_year = !(rule.byyearday.is_empty() && rule.byweekno.is_empty());
        let nth = rule.byday.iter().any(|day| day.ordwk.is_some());
        let odd = match rule.freq {
            Daily => nth || !rule.bysetpos.is_empty(),
            Weekly => nth || !rule.bysetpos.is_empty() || !rule.bymonthday.is_empty(),
            Monthly | Yearly => false,
            _ => true,
        };
        if odd || within_a_day || by_year || rule.rscale.is_some() || rule.skip.is_some() {
            return Err(Why::UnknownRepeat);
        }
        let monday = rule.wkst.map_or(Weekday::Mon, Into::into);
        let begin = match rule.freq {
            Weekly => first.checked_sub_days(Days::new(u64::from(first.weekday().days_since(monday)))),
            Monthly => first.with_day(1),
            Yearly => first.with_ordinal(1),
            _ => Some(first),
        };
        Ok(Self { rule, first, begin: begin.ok_or(Why::UnknownRepeat)? })
    }

    /// In which day, week, month or year after the first a day is.
    fn period(&self, day: NaiveDate) -> i64 {
        use ICalendarFrequency::{Monthly, Weekly, Yearly};
        let years = i64::from(day.year()) - i64::from(self.begin.year());
        match self.rule.freq {
            Yearly => years,
            Monthly => years * 12 + i64::from(day.month()) - i64::from(self.begin.month()),
            Weekly => (day - self.begin).num_days().div_euclid(7),
            _ => (day - self.begin).num_days(),
        }
    }

    fn matches(&self, day: NaiveDate) -> bool {
        use ICalendarFrequency::{Monthly, Weekly, Yearly};
        let rule = self.rule;
        let yearly = rule.freq == Yearly;
        let by_days = !(rule.byday.is_empty() && rule.bymonthday.is_empty());
        let months_are_told = !rule.bymonth.is_empty();
        let month = match () {
            () if months_are_told => rule.bymonth.iter().any(|month| u32::from(month.month()) == day.month()),
            () => !yearly || by_days || day.month() == self.first.month(),
        };
        let from_end = |month: NaiveDate| {
            let next = month.with_day(1).and_then(|first| first.checked_add_months(Months::new(1)));
            next.map_or(0, |next| (day - next).num_days())
        };
        let month_day = match rule.freq {
            _ if !rule.bymonthday.is_empty() => {
                let [after, before] = [i64::from(day.day()), from_end(day)];
                rule.bymonthday.iter().any(|nth| [after, before].contains(&i64::from(*nth)))
            }
            Monthly | Yearly => by_days || day.day() == self.first.day(),
            _ => true,
        };
        // Of a year, unless months are told: then of each of them.
        let of_year = yearly && !months_are_told;
        let (after, before) = if of_year {
            let next = NaiveDate::from_ymd_opt(day.year() + 1, 1, 1);
            (i64::from(day.ordinal0()) / 7 + 1, next.map_or(0, |next| (day - next).num_days()))
        } else {
            (i64::from(day.day0()) / 7 + 1, from_end(day))
        };
        let before = (before + 1) / 7 - 1;
        let weekday = match rule.freq {
            _ if !rule.byday.is_empty() => rule.byday.iter().any(|told| {
                let nth = told.ordwk.is_none_or(|nth| [after, before].contains(&i64::from(nth)));
                day.weekday() == told.weekday.into() && nth
            }),
            Weekly => day.weekday() == self.first.weekday(),
            _ => true,
        };
        month && month_day && weekday
    }

    /// Those of a period's days that the rule picks (BYSETPOS), from its beginning or its end.
    fn positions(&self, days: Vec<NaiveDate>) -> Vec<NaiveDate> {
        let positions = &self.rule.bysetpos;
        if positions.is_empty() {
            return days;
        }
        let count = i32::try_from(days.len()).unwrap_or(i32::MAX);
        let picked = |at: &usize| {
            let at = i32::try_from(*at).unwrap_or(i32::MAX);
            positions.contains(&(at + 1)) || positions.contains(&(at - count))
        };
        days.into_iter().enumerate().filter(|(at, _)| picked(at)).map(|(_, day)| day).collect()
    }
}

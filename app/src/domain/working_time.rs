//! The days on which somebody is at work to read.

use chrono::{Datelike, NaiveDate, Weekday};

use super::moment::{Moment, Zone, days_after};

/// Easter Sunday of a year in the Gregorian calendar (the anonymous algorithm, Nature, 20 April 1876).
fn easter(year: i32) -> Option<NaiveDate> {
    let (a, b, c) = (year % 19, year / 100, year % 100);
    let d = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let e = (32 + 2 * (b % 4) + 2 * (c / 4) - d - c % 4) % 7;
    let f = d + e - 7 * ((a + 11 * d + 22 * e) / 451) + 114;
    NaiveDate::from_ymd_opt(year, u32::try_from(f / 31).ok()?, u32::try_from(f % 31 + 1).ok()?)
}

/// Whether Danish municipal offices are closed that day though it may be a weekday.
///
/// The public holidays as they are since 2024 (Lov nr. 214 af 06/03/2023 ended Store Bededag), and the days on which
/// municipal offices stay closed by custom: 5 June, 24 and 31 December.
pub fn is_closed(day: NaiveDate) -> bool {
    if matches!((day.month(), day.day()), (1, 1) | (6, 5) | (12, 24..=26) | (12, 31)) {
        return true;
    }
    let from_easter = easter(day.year()).map(|easter| (day - easter).num_days());
    matches!(from_easter, Some(-3 | -2 | 0 | 1 | 39 | 49 | 50))
}

/// Whether somebody is at work that day.
pub fn is_working_day(day: NaiveDate) -> bool {
    !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !is_closed(day)
}

/// The first working day after a day.
pub fn next_working_day(day: NaiveDate) -> NaiveDate {
    let next = days_after(day, 1);
    if next == day || is_working_day(next) { next } else { next_working_day(next) }
}

/// The day by whose end somebody has read what was sent at `sent`: the next working day.
pub fn read_by(sent: Moment, zone: Zone) -> NaiveDate {
    next_working_day(sent.date(zone))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    #[test]
    fn easter_falls_where_the_almanac_says() {
        for (year, sunday) in [
            (2024, "2024-03-31"),
            (2025, "2025-04-20"),
            (2026, "2026-04-05"),
            (2027, "2027-03-28"),
            (2038, "2038-04-25"),
        ] {
            assert_eq!(easter(year), Some(day(sunday)));
        }
    }

    #[test]
    fn the_next_working_day_skips_weekends_and_holidays() {
        for (from, next) in [
            ("2026-11-24", "2026-11-25"),
            ("2026-11-27", "2026-11-30"),
            ("2026-04-01", "2026-04-07"),
            ("2026-05-13", "2026-05-15"),
            ("2026-05-22", "2026-05-26"),
            ("2026-06-04", "2026-06-08"),
            ("2026-12-23", "2026-12-28"),
            ("2026-12-30", "2027-01-04"),
            ("2026-04-30", "2026-05-01"),
        ] {
            assert_eq!(next_working_day(day(from)), day(next), "{from}");
        }
    }
}

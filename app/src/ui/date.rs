//! Dates and times in the words people use.

use chrono::{Datelike, NaiveDate, Timelike};

use crate::{
    domain::moment::{Moment, WallTime, Zone},
    text::Text,
};

/// A clock time: "10", "14.30".
fn clock(text: &Text, wall: &WallTime) -> String {
    (text.dates.clock)(wall.local().hour(), wall.local().minute())
}

/// Minutes after midnight as a clock time.
pub fn minutes(text: &Text, minutes: u32) -> String {
    (text.dates.clock)(minutes / 60, minutes % 60)
}

/// A day as said on the day `today`: "i morgen", "torsdag" (of the six days before or after; the sentence around it
/// tells which), "tirsdag den 8. december", with the year when it is half a year away or more.
pub fn day(text: &Text, day: NaiveDate, today: NaiveDate) -> String {
    let dates = &text.dates;
    let month = dates.months.get(day.month0() as usize).copied().unwrap_or_default();
    let weekday = dates.weekdays.get(day.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
    match (day - today).num_days() {
        0 => dates.today.to_owned(),
        1 => dates.tomorrow.to_owned(),
        -1 => dates.yesterday.to_owned(),
        -6..=6 => weekday.to_owned(),
        -180..=180 => (dates.date)(weekday, day.day(), month),
        _ => (dates.date_in_year)(day.day(), month, day.year()),
    }
}

/// A day in full: "24. november 2026".
pub fn full_date(text: &Text, day: NaiveDate) -> String {
    let month = text.dates.months.get(day.month0() as usize).copied().unwrap_or_default();
    (text.dates.date_in_year)(day.day(), month, day.year())
}

/// A day with its weekday and date, whatever day it is: "tirsdag den 24. november".
pub fn weekday_and_date(text: &Text, day: NaiveDate) -> String {
    let dates = &text.dates;
    let month = dates.months.get(day.month0() as usize).copied().unwrap_or_default();
    let weekday = dates.weekdays.get(day.weekday().num_days_from_monday() as usize).copied().unwrap_or_default();
    (dates.date)(weekday, day.day(), month)
}

/// A wall time as said at `now`: "i\u{a0}morgen kl. 10".
pub fn when(text: &Text, wall: &WallTime, now: Moment) -> String {
    let day = day(text, wall.local().date(), now.date(wall.zone()));
    (text.dates.at)(&day, &clock(text, wall))
}

/// An instant as said at `now` in `zone`: "tirsdag kl. 10.14".
pub fn instant(text: &Text, at: Moment, zone: Zone, now: Moment) -> String {
    when(text, &WallTime::at(at, zone), now)
}

/// From when to when: "kl. 10 til 11".
pub fn span(text: &Text, starts: &WallTime, ends: Moment) -> String {
    (text.dates.from_to)(&clock(text, starts), &clock(text, &WallTime::at(ends, starts.zone())))
}

/// A wall time as a machine reads it (HTML `datetime`).
pub fn machine(wall: &WallTime) -> String {
    wall.local().format("%Y-%m-%dT%H:%M").to_string()
}

/// The sentence with a capital letter.
pub fn capital(words: &str) -> String {
    let mut letters = words.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDateTime;
    use chrono_tz::Europe::Copenhagen;

    use super::*;
    use crate::{domain::person::Language, text::text};

    fn wall(local: &str) -> WallTime {
        let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").expect("a local time");
        WallTime::new(local, Copenhagen).expect("a time that exists")
    }

    #[test]
    fn times_are_said_as_people_say_them() {
        let now = wall("2026-11-23T21:00").instant();
        let da = text(Language::Danish);
        let en = text(Language::English);
        for (at, danish, english) in [
            ("2026-11-23T22:41", "i\u{a0}dag kl.\u{a0}22.41", "today at\u{a0}22:41"),
            ("2026-11-24T10:00", "i\u{a0}morgen kl.\u{a0}10", "tomorrow at\u{a0}10"),
            ("2026-11-22T08:05", "i\u{a0}går kl.\u{a0}8.05", "yesterday at\u{a0}8:05"),
            ("2026-11-26T13:00", "torsdag kl.\u{a0}13", "Thursday at\u{a0}13:00"),
            ("2026-11-27T10:14", "fredag kl.\u{a0}10.14", "Friday at\u{a0}10:14"),
            ("2026-12-08T14:30", "tirsdag den 8. december kl.\u{a0}14.30", "Tuesday 8 December at\u{a0}14:30"),
            ("2025-11-10T10:00", "10. november 2025 kl.\u{a0}10", "10 November 2025 at\u{a0}10"),
        ] {
            assert_eq!(when(da, &wall(at), now), danish);
            assert_eq!(when(en, &wall(at), now), english);
        }
    }

    #[test]
    fn tomorrow_follows_the_wall_and_not_24_hours() {
        let da = text(Language::Danish);
        let now = wall("2026-10-24T23:30").instant();
        assert_eq!(when(da, &wall("2026-10-26T00:15"), now), "mandag kl.\u{a0}0.15");
        assert_eq!(when(da, &wall("2026-10-25T23:45"), now), "i\u{a0}morgen kl.\u{a0}23.45");
    }

    #[test]
    fn a_meeting_lasts_as_long_as_it_lasts_when_the_clocks_change() {
        let da = text(Language::Danish);
        let starts = wall("2026-10-25T01:30");
        assert_eq!(span(da, &starts, starts.instant().plus_seconds(2 * 3600)), "kl.\u{a0}1.30 til 2.30");
    }
}

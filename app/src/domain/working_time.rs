//! When somebody is at work to read, and by when they have.

use chrono::{Datelike, Days, Duration, NaiveDate, NaiveTime, Weekday};

use super::{
    moment::{Moment, WallTime, Zone, days_after, start_of},
    why::Why,
};

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

/// The last working day before a day.
pub fn last_working_day_before(day: NaiveDate) -> NaiveDate {
    let before = day.checked_sub_days(Days::new(1)).unwrap_or(day);
    if before == day || is_working_day(before) { before } else { last_working_day_before(before) }
}

/// When the offices of a municipality are open, and when its teams meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Office {
    zone: Zone,
    opens: u32,
    closes: u32,
    team_meeting: NaiveDate,
    team_meeting_days: u64,
}

/// Minutes in a day.
const DAY: u32 = 24 * 60;

impl Office {
    /// The fewest days between two team meetings.
    pub const MEETING_DAYS_MIN: u64 = 1;
    /// The most.
    pub const MEETING_DAYS_MAX: u64 = 91;

    /// An office that opens and closes so many minutes after midnight on every working day, and whose teams meet on
    /// `team_meeting` and every `team_meeting_days` days before and after it.
    ///
    /// # Errors
    /// [`Why::OutOfRange`] when it closes before it opens, or the teams meet never or less than once in 13 weeks.
    pub fn new(
        zone: Zone,
        opens: u32,
        closes: u32,
        team_meeting: NaiveDate,
        team_meeting_days: u64,
    ) -> Result<Self, Why> {
        let sound = opens < closes
            && closes < DAY
            && (Self::MEETING_DAYS_MIN..=Self::MEETING_DAYS_MAX).contains(&team_meeting_days);
        if sound { Ok(Self { zone, opens, closes, team_meeting, team_meeting_days }) } else { Err(Why::OutOfRange) }
    }

    /// An office as the migrations make it: open from 9 to 15, its teams meeting every other Thursday.
    pub fn usual(zone: Zone) -> Self {
        let team_meeting = NaiveDate::from_ymd_opt(2026, 1, 8).unwrap_or_default();
        Self { zone, opens: 9 * 60, closes: 15 * 60, team_meeting, team_meeting_days: 14 }
    }

    /// Its zone.
    pub const fn zone(&self) -> Zone {
        self.zone
    }

    /// When it opens and when it closes, in minutes after midnight.
    pub const fn hours(&self) -> (u32, u32) {
        (self.opens, self.closes)
    }

    /// One of the days its teams meet, and how many days lie between two.
    pub const fn team_meetings(&self) -> (NaiveDate, u64) {
        (self.team_meeting, self.team_meeting_days)
    }

    fn at(&self, day: NaiveDate, minutes: u32) -> Moment {
        let time = NaiveTime::from_num_seconds_from_midnight_opt(minutes * 60, 0).unwrap_or_default();
        WallTime::new(day.and_time(time), self.zone)
            .map_or_else(|_| start_of(day, self.zone).plus_seconds(i64::from(minutes) * 60), |wall| wall.instant())
    }

    /// The beginning of a day at the office.
    pub fn opening(&self, day: NaiveDate) -> Moment {
        self.at(day, self.opens)
    }

    /// The end of a day at the office.
    pub fn closing(&self, day: NaiveDate) -> Moment {
        self.at(day, self.closes)
    }

    /// The first day after `day` on which the teams meet.
    pub fn next_team_meeting(&self, day: NaiveDate) -> NaiveDate {
        let every = i64::try_from(self.team_meeting_days).unwrap_or(i64::MAX).max(1);
        let passed = (day - self.team_meeting).num_days().div_euclid(every);
        self.team_meeting.checked_add_signed(Duration::days((passed + 1) * every)).unwrap_or(day)
    }

    /// The last day up to and with `day` on which the teams met.
    pub fn last_team_meeting(&self, day: NaiveDate) -> NaiveDate {
        let next = self.next_team_meeting(day);
        next.checked_sub_days(Days::new(self.team_meeting_days)).unwrap_or(day)
    }

    /// By when somebody has read what came at `came`: what is pressing, by the end of the next working day; all else
    /// by the end of the last working day before the next team meeting, and never before the end of the next working
    /// day.
    pub fn read_by(&self, came: Moment, pressing: bool) -> Moment {
        let day = came.date(self.zone);
        let soon = self.closing(next_working_day(day));
        if pressing { soon } else { soon.max(self.closing(last_working_day_before(self.next_team_meeting(day)))) }
    }

    /// The instant at which half the working time between two instants has passed.
    pub fn half_way(&self, from: Moment, until: Moment) -> Moment {
        let spans: Vec<(i64, i64)> = self.working_spans(from, until).collect();
        let mut left = spans.iter().map(|(start, end)| end - start).sum::<i64>() / 2;
        for (start, end) in spans {
            if left <= end - start {
                return Moment::from_seconds(start + left);
            }
            left -= end - start;
        }
        until
    }

    /// The days on which the office is open at some time between two instants.
    pub fn working_days(&self, from: Moment, until: Moment) -> impl Iterator<Item = NaiveDate> + use<'_> {
        self.working_spans(from, until).map(|(start, _)| Moment::from_seconds(start).date(self.zone))
    }

    /// The working time between two instants, day by day, in seconds since 1970.
    fn working_spans(&self, from: Moment, until: Moment) -> impl Iterator<Item = (i64, i64)> + use<'_> {
        let last = until.date(self.zone);
        let days = from.date(self.zone).iter_days().take_while(move |day| *day <= last).take(400);
        days.filter(|day| is_working_day(*day)).filter_map(move |day| {
            let start = self.at(day, self.opens).max(from).seconds();
            let end = self.at(day, self.closes).min(until).seconds();
            (start < end).then_some((start, end))
        })
    }
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

    fn office() -> Office {
        Office::new(Zone::Europe__Copenhagen, 9 * 60, 15 * 60, day("2026-11-26"), 14).expect("an office")
    }

    fn at(local: &str) -> Moment {
        let local = chrono::NaiveDateTime::parse_from_str(local, "%Y-%m-%dT%H:%M").expect("a local time");
        WallTime::new(local, Zone::Europe__Copenhagen).expect("a time that exists").instant()
    }

    #[test]
    fn team_meetings_come_every_so_many_days_before_and_after_the_one_that_is_known() {
        for (from, next) in [
            ("2026-11-25", "2026-11-26"),
            ("2026-11-26", "2026-12-10"),
            ("2026-12-09", "2026-12-10"),
            ("2026-11-11", "2026-11-12"),
            ("2026-11-12", "2026-11-26"),
        ] {
            assert_eq!(office().next_team_meeting(day(from)), day(next), "{from}");
            assert_eq!(office().last_team_meeting(day(from)), day(next) - Days::new(14), "{from}");
        }
    }

    #[test]
    fn what_is_pressing_is_read_by_the_end_of_the_next_working_day_and_all_else_before_the_team_meets() {
        for (came, pressing, calm) in [
            ("2026-11-24T22:00", "2026-11-25T15:00", "2026-11-25T15:00"),
            ("2026-11-25T16:00", "2026-11-26T15:00", "2026-11-26T15:00"),
            ("2026-11-26T08:00", "2026-11-27T15:00", "2026-12-09T15:00"),
            ("2026-11-27T23:59", "2026-11-30T15:00", "2026-12-09T15:00"),
            ("2026-12-23T21:00", "2026-12-28T15:00", "2026-12-28T15:00"),
            ("2026-12-11T10:00", "2026-12-14T15:00", "2026-12-23T15:00"),
        ] {
            assert_eq!(office().read_by(at(came), true), at(pressing), "{came}");
            assert_eq!(office().read_by(at(came), false), at(calm), "{came}");
        }
    }

    #[test]
    fn half_the_time_is_half_the_working_time() {
        for (from, until, half) in [
            ("2026-11-24T22:00", "2026-11-25T15:00", "2026-11-25T12:00"),
            ("2026-11-27T14:00", "2026-11-30T15:00", "2026-11-30T11:30"),
            ("2026-11-27T14:00", "2026-12-01T15:00", "2026-11-30T14:30"),
            ("2026-12-23T15:00", "2026-12-28T15:00", "2026-12-28T12:00"),
        ] {
            assert_eq!(office().half_way(at(from), at(until)), at(half), "{from}");
        }
    }

    #[test]
    fn an_office_that_never_opens_is_none() {
        let office = |opens, closes, days| Office::new(Zone::UTC, opens, closes, day("2026-01-08"), days);
        for (opens, closes, days) in [(540, 540, 14), (540, 1440, 14), (540, 900, 0), (540, 900, 92)] {
            assert_eq!(office(opens, closes, days), Err(Why::OutOfRange), "{opens} {closes} {days}");
        }
        assert!(office(0, 1439, 91).is_ok());
    }
}

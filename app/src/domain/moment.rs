//! Time: instants, wall times in a zone, and the clock that is handed to whoever needs it.

use std::sync::{
    Arc,
    atomic::{AtomicI64, Ordering},
};

use chrono::{DateTime, Days, Duration, LocalResult, NaiveDate, NaiveDateTime, SecondsFormat, TimeZone, Utc};
pub use chrono_tz::Tz as Zone;

use super::why::Why;

/// An instant: whole seconds since 1970-01-01T00:00:00Z.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Moment(i64);

impl Moment {
    /// The instant that many seconds after 1970-01-01T00:00:00Z.
    pub const fn from_seconds(seconds: i64) -> Self {
        Self(seconds)
    }

    /// Seconds since 1970-01-01T00:00:00Z.
    pub const fn seconds(self) -> i64 {
        self.0
    }

    /// The instant `seconds` later.
    #[must_use]
    pub const fn plus_seconds(self, seconds: i64) -> Self {
        Self(self.0.saturating_add(seconds))
    }

    /// The instant `days` times 24 hours later. For time limits; a calendar day is [`WallTime`]'s business.
    #[must_use]
    pub const fn plus_days(self, days: i64) -> Self {
        self.plus_seconds(days.saturating_mul(86_400))
    }

    /// What a clock on the wall in `zone` shows at this instant, or at the nearest in the years 1 to 9999.
    pub fn local(self, zone: Zone) -> NaiveDateTime {
        self.in_zone(zone).naive_local()
    }

    /// What a clock on the wall in `zone` shows, with how far that is from UTC: "2026-11-25T10:14:00+01:00" (RFC 3339).
    pub fn with_offset(self, zone: Zone) -> String {
        self.in_zone(zone).to_rfc3339_opts(SecondsFormat::Secs, false)
    }

    fn in_zone(self, zone: Zone) -> DateTime<Zone> {
        let seconds = self.0.clamp(-62_135_510_400, 253_402_214_399);
        DateTime::from_timestamp(seconds, 0).unwrap_or_default().with_timezone(&zone)
    }

    /// The date in `zone` at this instant.
    pub fn date(self, zone: Zone) -> NaiveDate {
        self.local(zone).date()
    }
}

/// A time on the wall in a zone. It stays what it is when the clocks change; its instant follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct WallTime {
    local: NaiveDateTime,
    zone: Zone,
    instant: Moment,
}

impl WallTime {
    /// That local time in that zone. Where the clocks go back and the time comes twice, the first one is meant.
    ///
    /// # Errors
    /// [`Why::NoSuchTime`] when the clocks skip that time.
    pub fn new(local: NaiveDateTime, zone: Zone) -> Result<Self, Why> {
        let instant = match zone.from_local_datetime(&local) {
            LocalResult::Single(at) | LocalResult::Ambiguous(at, _) => Moment(at.timestamp()),
            LocalResult::None => return Err(Why::NoSuchTime),
        };
        Ok(Self { local, zone, instant })
    }

    /// The wall time in `zone` at an instant.
    pub fn at(instant: Moment, zone: Zone) -> Self {
        Self { local: instant.local(zone), zone, instant }
    }

    /// What the clock on the wall shows.
    pub const fn local(&self) -> NaiveDateTime {
        self.local
    }

    /// The zone the wall stands in.
    pub const fn zone(&self) -> Zone {
        self.zone
    }

    /// The instant it happens.
    pub const fn instant(&self) -> Moment {
        self.instant
    }
}

/// Minutes after midnight as a clock time: "08:00".
pub fn clock(minutes: u32) -> String {
    format!("{:02}:{:02}", minutes / 60, minutes % 60)
}

/// A clock time as minutes after midnight.
///
/// # Errors
/// [`Why::NoSuchTime`].
pub fn minutes(clock: &str) -> Result<u32, Why> {
    let (hours, minutes) = clock.split_once(':').ok_or(Why::NoSuchTime)?;
    match (hours.parse::<u32>(), minutes.parse::<u32>()) {
        (Ok(hours @ 0..24), Ok(minutes @ 0..60)) => Ok(hours * 60 + minutes),
        _ => Err(Why::NoSuchTime),
    }
}

/// The first instant of a calendar day in a zone.
pub fn start_of(day: NaiveDate, zone: Zone) -> Moment {
    let midnight = day.and_hms_opt(0, 0, 0).unwrap_or_default();
    (0..4)
        .find_map(|hours| WallTime::new(midnight + Duration::hours(hours), zone).ok())
        .map_or_else(|| Moment(Utc.from_utc_datetime(&midnight).timestamp()), |wall| wall.instant())
}

/// The calendar day `days` after `day`, or `day` itself at the end of time.
pub fn days_after(day: NaiveDate, days: u64) -> NaiveDate {
    day.checked_add_days(Days::new(days)).unwrap_or(day)
}

/// Where the time comes from: the machine, or a test that sets it.
#[derive(Clone, Debug)]
pub enum Clock {
    /// The machine's clock.
    System,
    /// A clock that stands still until it is set.
    Fixed(Arc<AtomicI64>),
}

impl Clock {
    /// A clock standing at `now`.
    pub fn fixed(now: Moment) -> Self {
        Self::Fixed(Arc::new(AtomicI64::new(now.seconds())))
    }

    /// Sets a fixed clock; the machine's clock is left alone.
    pub fn set(&self, now: Moment) {
        if let Self::Fixed(seconds) = self {
            seconds.store(now.seconds(), Ordering::SeqCst);
        }
    }

    /// The time now.
    #[expect(clippy::disallowed_methods, reason = "the one place that reads the clock")]
    pub fn now(&self) -> Moment {
        match self {
            Self::System => Moment(Utc::now().timestamp()),
            Self::Fixed(seconds) => Moment(seconds.load(Ordering::SeqCst)),
        }
    }
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Copenhagen;

    use super::*;

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").expect("a local time")
    }

    #[test]
    fn a_wall_time_keeps_its_hour_across_summer_time() {
        let winter = WallTime::new(local("2026-03-28T10:00"), Copenhagen).expect("exists");
        let summer = WallTime::new(local("2026-03-29T10:00"), Copenhagen).expect("exists");
        assert_eq!(summer.instant().seconds() - winter.instant().seconds(), 23 * 3600);
        assert_eq!(WallTime::at(summer.instant(), Copenhagen), summer);
    }

    #[test]
    fn an_offset_follows_the_time_of_the_year() {
        for (seconds, written) in [
            (1_795_598_040, "2026-11-25T10:14:00+01:00"),
            (1_782_722_040, "2026-06-29T10:34:00+02:00"),
            (1_792_888_200, "2026-10-25T02:30:00+02:00"),
            (1_792_891_800, "2026-10-25T02:30:00+01:00"),
        ] {
            assert_eq!(Moment::from_seconds(seconds).with_offset(Copenhagen), written);
        }
    }

    #[test]
    fn a_skipped_hour_is_refused_and_a_doubled_one_is_the_first() {
        assert_eq!(WallTime::new(local("2026-03-29T02:30"), Copenhagen), Err(Why::NoSuchTime));
        let twice = WallTime::new(local("2026-10-25T02:30"), Copenhagen).expect("exists twice");
        let before = WallTime::new(local("2026-10-25T01:30"), Copenhagen).expect("exists");
        assert_eq!(twice.instant().seconds() - before.instant().seconds(), 3600);
    }

    #[test]
    fn no_moment_and_no_day_is_too_far_away_to_be_told() {
        let hour = chrono::NaiveTime::from_hms_opt(23, 59, 59).expect("a time");
        for zone in [Copenhagen, chrono_tz::Pacific::Kiritimati, chrono_tz::Pacific::Niue] {
            for seconds in [i64::MIN, -8_334_601_228_800, 0, 8_210_266_876_799, i64::MAX] {
                let _ = Moment::from_seconds(seconds).local(zone);
                let _ = WallTime::at(Moment::from_seconds(seconds), zone);
            }
            for day in [NaiveDate::MIN, NaiveDate::MAX] {
                let _ = (start_of(day, zone), days_after(day, 28), WallTime::new(day.and_time(hour), zone));
            }
        }
    }

    #[test]
    fn a_day_starts_even_where_midnight_is_skipped() {
        let day = NaiveDate::from_ymd_opt(2024, 4, 26).expect("a date");
        assert_eq!(
            start_of(day, chrono_tz::Africa::Cairo).local(chrono_tz::Africa::Cairo).to_string(),
            "2024-04-26 01:00:00"
        );
    }
}

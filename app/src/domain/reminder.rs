//! Reminders: what somebody is told, when, and until when it is of use to them.
//!
//! A reminder of a meeting is planned for a wall time, so that it comes at the same time on the clock when the clocks
//! have changed. None comes in quiet hours, and none after what it is about.

use chrono::{Days, NaiveDateTime, NaiveTime};

use super::{
    calendar::Detail,
    keyed,
    moment::{Moment, WallTime, Zone, start_of},
    why::Why,
    working_time::Office,
};

keyed! {
    /// What somebody is reminded of.
    pub enum Kind {
        /// A meeting is tomorrow.
        DayBefore = "day_before",
        /// A meeting is in two hours.
        Soon = "soon",
        /// A meeting was booked, or is at another time or place.
        Changed = "changed",
        /// A meeting does not take place.
        Cancelled = "cancelled",
        /// A check-in is waiting to be answered.
        CheckIn = "check_in",
        /// A person has read what the parent told.
        Read = "read",
        /// The team proposes something in the family's plan.
        Proposed = "proposed",
        /// What a parent shares is soon shared no more.
        ShareEnds = "share_ends",
        /// Something in an inbox is to be read in time.
        Inbox = "inbox",
        /// Somebody tries whether reminders come.
        Try = "try",
    }
}

/// A reminder that is planned.
#[derive(Debug)]
pub struct Reminder;

/// At this hour somebody is told of tomorrow's meeting.
const EVENING: u32 = 17;
/// So long before a meeting somebody is told that it is soon, in seconds.
const SOON: i64 = 2 * 3600;
/// A reminder that would come in quiet hours comes after them, if so much time is left before the meeting, in seconds.
const LEAST: i64 = 1800;
/// News of a meeting, and what has no end of its own, is of use for so many days.
const NEWS: i64 = 7;
/// A proposal is told so much later, in seconds, so that several made in one sitting are told once.
const SITTING: i64 = 600;
/// So many days before something is shared no more, whoever shares it is told; where that is past, the day before.
const SHARE_ENDS: [u64; 2] = [14, 1];
/// So long before something in an inbox must be read, whoever has it is told a last time, in seconds.
const LAST_CALL: i64 = 3600;
const DAY: u32 = 24 * 60;
const MINUTE: i64 = 60;

/// How somebody wants to be reminded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Choice {
    quiet_from: u32,
    quiet_until: u32,
    /// How much a reminder says.
    pub detail: Detail,
}

impl Default for Choice {
    /// Nothing from 20 to 8, and nothing that tells a bystander anything.
    fn default() -> Self {
        Self { quiet_from: 20 * 60, quiet_until: 8 * 60, detail: Detail::Poor }
    }
}

impl Choice {
    /// Quiet hours from and until so many minutes after midnight; none where the two are the same.
    ///
    /// # Errors
    /// [`Why::NoSuchTime`] when one of them is no time of the day.
    pub fn new(quiet_from: u32, quiet_until: u32, detail: Detail) -> Result<Self, Why> {
        let sound = quiet_from < DAY && quiet_until < DAY;
        if sound { Ok(Self { quiet_from, quiet_until, detail }) } else { Err(Why::NoSuchTime) }
    }

    /// From when and until when it is quiet, in minutes after midnight.
    pub const fn quiet(&self) -> (u32, u32) {
        (self.quiet_from, self.quiet_until)
    }

    fn is_quiet(&self, minute: u32) -> bool {
        if self.quiet_from <= self.quiet_until {
            (self.quiet_from..self.quiet_until).contains(&minute)
        } else {
            minute >= self.quiet_from || minute < self.quiet_until
        }
    }

    /// `at`, or the first minute after it that is not quiet.
    pub fn awake(&self, at: Moment, zone: Zone) -> Moment {
        self.nearest(at, MINUTE, zone)
    }

    /// `at`, or the last minute before it that is not quiet.
    fn before_quiet(&self, at: Moment, zone: Zone) -> Moment {
        self.nearest(at, -MINUTE, zone)
    }

    /// Goes minute by minute as the clock does, which may skip the hour at which the quiet ends, or show it twice.
    fn nearest(&self, at: Moment, step: i64, zone: Zone) -> Moment {
        let is_quiet = |at: &Moment| self.is_quiet(minute_of(at.local(zone)));
        if !is_quiet(&at) {
            return at;
        }
        let minute = at.seconds().div_euclid(MINUTE) * MINUTE;
        let mut minutes = (1..=2 * i64::from(DAY)).map(|steps| Moment::from_seconds(minute + steps * step));
        minutes.find(|minute| !is_quiet(minute)).unwrap_or(at)
    }
}

fn minute_of(local: NaiveDateTime) -> u32 {
    use chrono::Timelike as _;
    local.hour() * 60 + local.minute()
}

/// So many minutes after the midnight before, on the clock; where the clock skips that, after as many minutes.
fn wall(midnight: NaiveDateTime, minutes: u32, zone: Zone) -> Moment {
    let local = midnight + chrono::Duration::minutes(minutes.into());
    WallTime::new(local, zone)
        .map_or_else(|_| start_of(midnight.date(), zone).plus_seconds(i64::from(minutes) * 60), |wall| wall.instant())
}

/// One reminder to come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Planned {
    /// What of.
    pub kind: Kind,
    /// When it is sent.
    pub due_at: Moment,
    /// When it is of no use any more.
    pub ends_at: Moment,
}

/// The reminders of a meeting that are still to come after `now`, for somebody with this choice.
pub fn of_meeting(starts: WallTime, choice: &Choice, now: Moment) -> Vec<Planned> {
    let (zone, start) = (starts.zone(), starts.instant());
    let eve = starts.local().date().pred_opt().unwrap_or(starts.local().date());
    let evening = choice.before_quiet(wall(eve.and_time(NaiveTime::MIN), EVENING * 60, zone), zone);
    let soon = choice.awake(start.plus_seconds(-SOON), zone);
    [
        Planned { kind: Kind::DayBefore, due_at: evening, ends_at: start },
        Planned { kind: Kind::Soon, due_at: soon, ends_at: start },
    ]
    .into_iter()
    .filter(|planned| planned.due_at > now && planned.due_at.plus_seconds(LEAST) <= start)
    .collect()
}

/// Something that happened at `now` and is told as soon as it is not quiet; of use until `until`, or else for a week.
/// Nothing where that is over before anybody may be told.
pub fn of_news(kind: Kind, choice: &Choice, zone: Zone, until: Option<Moment>, now: Moment) -> Option<Planned> {
    let due_at = choice.awake(now, zone);
    let ends_at = until.unwrap_or_else(|| now.plus_days(NEWS));
    (due_at < ends_at).then_some(Planned { kind, due_at, ends_at })
}

/// That the team proposes something, made at `now`.
pub fn of_proposal(choice: &Choice, zone: Zone, now: Moment) -> Option<Planned> {
    of_news(Kind::Proposed, choice, zone, None, now.plus_seconds(SITTING))
}

/// That something given at `now` is shared until `ends` only: in the evening two weeks before, or the day before.
/// Nothing where it ends sooner than that.
pub fn of_share(ends: Moment, choice: &Choice, zone: Zone, now: Moment) -> Option<Planned> {
    let evening = |days| {
        let day = ends.date(zone).checked_sub_days(Days::new(days))?.and_time(NaiveTime::MIN);
        Some(choice.before_quiet(wall(day, EVENING * 60, zone), zone))
    };
    let due_at = SHARE_ENDS.into_iter().filter_map(evening).find(|due| now < *due && *due < ends)?;
    Some(Planned { kind: Kind::ShareEnds, due_at, ends_at: ends })
}

/// When somebody is told of what stands in their inbox from `now` on, came at `came` and is to be read by `by`: when half
/// the working time has passed, or at once where it came to them after that; and an hour before the end. Of what is late
/// already they are told at once.
pub fn of_inbox((came, by): (Moment, Moment), office: &Office, choice: &Choice, now: Moment) -> Vec<Planned> {
    let zone = office.zone();
    let planned = |due_at, ends_at| Planned { kind: Kind::Inbox, due_at, ends_at };
    if by <= now {
        return of_news(Kind::Inbox, choice, zone, None, now).into_iter().collect();
    }
    let half = choice.awake(office.half_way(came, by).max(now), zone);
    let last = choice.before_quiet(by.plus_seconds(-LAST_CALL), zone);
    let half = (half < by).then_some(half);
    let last = Some(last).filter(|last| *last > now && half.is_none_or(|half| half < *last));
    [half, last].into_iter().flatten().map(|due| planned(due, by)).collect()
}

#[cfg(test)]
mod tests {
    use chrono::{Datelike as _, NaiveDate};
    use proptest::prelude::*;

    use super::*;

    const ZONE: Zone = Zone::Europe__Copenhagen;

    fn local(text: &str) -> NaiveDateTime {
        NaiveDateTime::parse_from_str(text, "%Y-%m-%d %H:%M").expect("a time")
    }

    fn at(text: &str) -> WallTime {
        WallTime::new(local(text), ZONE).expect("it exists")
    }

    fn told(starts: &str, choice: &Choice, now: &str) -> Vec<(Kind, String)> {
        let planned = of_meeting(at(starts), choice, at(now).instant());
        planned.iter().map(|one| (one.kind, one.due_at.local(ZONE).format("%Y-%m-%d %H:%M").to_string())).collect()
    }

    #[test]
    fn a_meeting_is_told_of_the_day_before_and_two_hours_before() {
        let (usual, now) = (Choice::default(), "2026-11-01 12:00");
        let day = |kind, text: &str| (kind, text.to_owned());
        for (starts, expected) in [
            ("2026-11-26 10:00", vec![day(Kind::DayBefore, "2026-11-25 17:00"), day(Kind::Soon, "2026-11-26 08:00")]),
            ("2026-11-26 15:30", vec![day(Kind::DayBefore, "2026-11-25 17:00"), day(Kind::Soon, "2026-11-26 13:30")]),
            // Two hours before is quiet, half an hour before is not.
            ("2026-11-26 08:30", vec![day(Kind::DayBefore, "2026-11-25 17:00"), day(Kind::Soon, "2026-11-26 08:00")]),
            ("2026-11-26 08:29", vec![day(Kind::DayBefore, "2026-11-25 17:00")]),
            // The clocks go forward at 2 that night, and back at 3.
            ("2027-03-28 10:00", vec![day(Kind::DayBefore, "2027-03-27 17:00"), day(Kind::Soon, "2027-03-28 08:00")]),
            ("2027-10-31 10:00", vec![day(Kind::DayBefore, "2027-10-30 17:00"), day(Kind::Soon, "2027-10-31 08:00")]),
        ] {
            assert_eq!(told(starts, &usual, now), expected, "{starts}");
        }
        assert_eq!(told("2026-11-26 10:00", &usual, "2026-11-25 17:00"), [day(Kind::Soon, "2026-11-26 08:00")]);
        assert_eq!(told("2026-11-26 10:00", &usual, "2026-11-26 08:00"), []);
        let early = Choice::new(16 * 60, 9 * 60, Detail::Poor).expect("hours");
        let expected = [day(Kind::DayBefore, "2026-11-25 15:59"), day(Kind::Soon, "2026-11-26 09:00")];
        assert_eq!(told("2026-11-26 10:00", &early, now), expected);
    }

    #[test]
    fn news_waits_for_the_end_of_the_quiet_hours() {
        for (now, due) in [
            ("2026-11-26 10:00", Some("2026-11-26 10:00")),
            ("2026-11-26 20:00", Some("2026-11-27 08:00")),
            ("2026-11-27 07:59", Some("2026-11-27 08:00")),
            ("2027-03-28 01:30", Some("2027-03-28 08:00")),
        ] {
            let planned = of_news(Kind::Read, &Choice::default(), ZONE, None, at(now).instant());
            assert_eq!(planned.map(|planned| planned.due_at), due.map(|due| at(due).instant()), "{now}");
        }
        let until = Some(at("2026-11-27 08:00").instant());
        assert_eq!(of_news(Kind::Changed, &Choice::default(), ZONE, until, at("2026-11-26 22:00").instant()), None);
    }

    #[test]
    fn an_end_of_sharing_is_told_of_in_time_to_say_yes_again() {
        let told = |ends: &str, now: &str| {
            let planned = of_share(at(ends).instant(), &Choice::default(), ZONE, at(now).instant());
            planned.map(|planned| planned.due_at.local(ZONE).format("%Y-%m-%d %H:%M").to_string())
        };
        for (ends, now, due) in [
            ("2027-04-01 00:00", "2026-11-26 10:00", Some("2027-03-18 17:00")),
            ("2026-12-05 00:00", "2026-11-26 10:00", Some("2026-12-04 17:00")),
            ("2026-11-27 00:00", "2026-11-26 10:00", Some("2026-11-26 17:00")),
            ("2026-11-27 00:00", "2026-11-26 18:00", None),
        ] {
            assert_eq!(told(ends, now).as_deref(), due, "until {ends}");
        }
    }

    #[test]
    fn what_stands_in_an_inbox_is_told_of_half_way_and_before_the_end() {
        let office = Office::usual(ZONE);
        let told = |now: &str| {
            let (came, by) = (at("2026-11-26 22:00").instant(), at("2026-11-27 15:00").instant());
            let planned = of_inbox((came, by), &office, &Choice::default(), at(now).instant());
            let due = planned.iter().map(|one| one.due_at.local(ZONE).format("%d %H:%M").to_string());
            due.collect::<Vec<_>>()
        };
        assert_eq!(told("2026-11-26 22:00"), ["27 12:00", "27 14:00"]);
        assert_eq!(told("2026-11-27 13:00"), ["27 13:00", "27 14:00"], "who has it later is told at once");
        assert_eq!(told("2026-11-27 14:30"), ["27 14:30"]);
        assert_eq!(told("2026-11-27 15:00"), ["27 15:00"], "it is late");
        assert_eq!(told("2026-11-27 22:00"), ["28 08:00"], "and quiet");
    }

    /// Ten years of meetings, three a day: each is told of twice, on the minute, whatever the clocks do, and whoever looks
    /// later finds exactly what has not been sent.
    #[test]
    fn ten_years_of_meetings_are_told_of_exactly_once_each() {
        let choice = Choice::default();
        let mut odd_nights = 0;
        let days = NaiveDate::from_ymd_opt(2026, 1, 1).expect("a day").iter_days().take_while(|day| day.year() < 2036);
        for day in days {
            let eve = day.checked_sub_days(Days::new(1)).expect("a day").and_hms_opt(17, 0, 0).expect("a time");
            for (minutes, before) in [(9 * 60, 3600), (12 * 60 + 15, 7200), (16 * 60 + 45, 7200)] {
                let local = day.and_time(NaiveTime::MIN) + chrono::Duration::minutes(minutes);
                let starts = WallTime::new(local, ZONE).expect("no clock changes by day");
                let planned = of_meeting(starts, &choice, starts.instant().plus_days(-30));
                assert_eq!(planned.iter().map(|one| one.kind).collect::<Vec<_>>(), [Kind::DayBefore, Kind::Soon]);
                let [evening, soon] = [planned[0].due_at, planned[1].due_at];
                assert_eq!(evening.local(ZONE), eve);
                assert_eq!(starts.instant().seconds() - soon.seconds(), before);
                for (looked, left) in
                    [(evening.plus_seconds(-1), 2), (evening, 1), (soon.plus_seconds(-1), 1), (soon, 0)]
                {
                    assert_eq!(of_meeting(starts, &choice, looked).len(), left, "{local}");
                }
                let on_the_wall = (soon.local(ZONE) - eve).num_seconds();
                odd_nights += i32::from(soon.seconds() - evening.seconds() != on_the_wall);
            }
        }
        assert_eq!(odd_nights, 10 * 2 * 3, "two nights a year are shorter or longer, and no other");
    }

    proptest! {
        #[test]
        fn nothing_comes_in_quiet_hours_too_late_or_before_now(
            minutes in 0_i64..10 * 366 * 1440,
            (from, until) in (0_u32..DAY, 0_u32..DAY),
            ahead in 0_i64..40 * 86_400,
        ) {
            let local = local("2026-01-01 00:00") + chrono::Duration::minutes(minutes);
            let Ok(starts) = WallTime::new(local, ZONE) else { return Ok(()) };
            let choice = Choice::new(from, until, Detail::Poor).expect("hours");
            let now = starts.instant().plus_seconds(-ahead);
            let planned = of_meeting(starts, &choice, now);
            for one in &planned {
                prop_assert!(one.due_at > now && one.due_at < one.ends_at && one.ends_at == starts.instant());
                prop_assert!(!choice.is_quiet(minute_of(one.due_at.local(ZONE))), "{one:?}");
            }
            if let Some(news) = of_news(Kind::Changed, &choice, ZONE, Some(starts.instant()), now) {
                prop_assert!(news.due_at >= now && news.due_at < starts.instant());
                prop_assert!(!choice.is_quiet(minute_of(news.due_at.local(ZONE))));
            }
        }
    }
}

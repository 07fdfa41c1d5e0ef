//! When a parent is asked how it goes: on working days, never twice on one day, gently, and not without end.

use chrono::NaiveDate;

use super::{
    checkin::{Instrument, Target},
    keyed,
    moment::days_after,
    working_time::{Office, is_working_day, last_working_day_before, next_working_day},
};

keyed! {
    /// How often somebody is asked with an instrument.
    pub enum Rhythm {
        /// Every two weeks.
        TwoWeeks = "2_weeks",
        /// Every four weeks.
        FourWeeks = "4_weeks",
        /// Every twelve weeks.
        TwelveWeeks = "12_weeks",
        /// In the days before each team meeting.
        TeamMeeting = "team_meeting",
        /// Not at all.
        Never = "never",
    }
}

/// How many times somebody is asked before they are left in peace: once, and gently twice more.
pub const ASKINGS: i64 = 3;

/// Days between one asking and the next.
const AGAIN: u64 = 3;

/// Working days before a team meeting on which one is asked.
const BEFORE_MEETING: u64 = 3;

impl Rhythm {
    /// The day somebody is asked again after they answered, or after they were left in peace, on `last`.
    pub fn next(self, last: NaiveDate, office: &Office) -> Option<NaiveDate> {
        match self {
            Self::TwoWeeks => Some(days_after(last, 14)),
            Self::FourWeeks => Some(days_after(last, 28)),
            Self::TwelveWeeks => Some(days_after(last, 84)),
            Self::TeamMeeting => {
                let mut meeting = last;
                for _ in 0..3 {
                    meeting = office.next_team_meeting(meeting);
                    let asked = (0..BEFORE_MEETING).fold(meeting, |day, _| last_working_day_before(day));
                    if asked > last {
                        return Some(asked);
                    }
                }
                Some(meeting)
            }
            Self::Never => None,
        }
    }
}

/// Days on which a family is not asked, both included.
pub type Pause = (NaiveDate, NaiveDate);

/// What a parent is asked.
#[derive(Clone, Debug)]
pub struct Ask {
    /// With which instrument.
    pub instrument: &'static Instrument,
    /// About whom or what.
    pub target: Target,
    /// The name of the child, or the goal, it is about.
    pub about: Option<String>,
}

/// How far the asking has come.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Asking {
    /// How many times they were asked since it was due, 0 to [`ASKINGS`].
    pub asked: i64,
    /// The day of the next asking, or of giving up.
    pub next_on: NaiveDate,
}

/// What happens on the day of [`Asking::next_on`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turn {
    /// They are asked.
    Ask(Asking),
    /// Not today: it is no working day, the family has a pause, or they were asked something else today. It is looked
    /// at again on the next working day, as a pause may end before its time.
    Later(Asking),
    /// They were asked often enough. The adviser is told of the silence.
    Silent,
}

impl Asking {
    /// What happens today, given the family's pauses and whether the parent was asked anything today already.
    pub fn turn(self, today: NaiveDate, pauses: &[Pause], asked_today: bool) -> Turn {
        let paused = pauses.iter().any(|(from, until)| (*from..=*until).contains(&today));
        if self.next_on > today {
            Turn::Later(self)
        } else if paused || asked_today || !is_working_day(today) {
            Turn::Later(Self { next_on: next_working_day(today), ..self })
        } else if self.asked >= ASKINGS {
            Turn::Silent
        } else {
            Turn::Ask(Self { asked: self.asked + 1, next_on: next_working_day(days_after(today, AGAIN - 1)) })
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::moment::Zone;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a date")
    }

    fn office() -> Office {
        Office::new(Zone::Europe__Copenhagen, 540, 900, day("2026-11-26"), 14).expect("an office")
    }

    #[test]
    fn the_next_day_follows_the_rhythm() {
        for (rhythm, last, next) in [
            (Rhythm::TwoWeeks, "2026-11-24", Some("2026-12-08")),
            (Rhythm::FourWeeks, "2026-11-24", Some("2026-12-22")),
            (Rhythm::TwelveWeeks, "2026-11-24", Some("2027-02-16")),
            (Rhythm::TeamMeeting, "2026-11-12", Some("2026-11-23")),
            (Rhythm::TeamMeeting, "2026-11-23", Some("2026-12-07")),
            (Rhythm::TeamMeeting, "2026-11-26", Some("2026-12-07")),
            (Rhythm::Never, "2026-11-26", None),
        ] {
            assert_eq!(rhythm.next(day(last), &office()), next.map(day), "{rhythm:?} {last}");
        }
    }

    #[test]
    fn somebody_is_asked_three_times_and_then_left_in_peace() {
        let mut asking = Asking { asked: 0, next_on: day("2026-11-24") };
        let mut asked_on = Vec::new();
        for today in day("2026-11-23").iter_days().take(30).filter(|today| *today >= asking.next_on).collect::<Vec<_>>()
        {
            if today < asking.next_on {
                continue;
            }
            match asking.turn(today, &[], false) {
                Turn::Ask(next) => {
                    asked_on.push(today.to_string());
                    asking = next;
                }
                Turn::Later(next) => asking = next,
                Turn::Silent => {
                    asked_on.push(format!("silent {today}"));
                    break;
                }
            }
        }
        assert_eq!(asked_on, ["2026-11-24", "2026-11-27", "2026-11-30", "silent 2026-12-03"]);
    }

    #[test]
    fn nobody_is_asked_on_a_holiday_in_a_pause_or_twice_a_day() {
        let asking = Asking { asked: 0, next_on: day("2026-12-24") };
        let turn = |today, pauses: &[Pause], asked| asking.turn(day(today), pauses, asked);
        let later = |next| Turn::Later(Asking { asked: 0, next_on: day(next) });
        assert_eq!(turn("2026-12-24", &[], false), later("2026-12-28"));
        assert_eq!(turn("2026-12-28", &[(day("2026-12-20"), day("2036-01-03"))], false), later("2026-12-29"));
        assert_eq!(turn("2026-12-28", &[], true), later("2026-12-29"));
        assert!(matches!(turn("2026-12-28", &[], false), Turn::Ask(_)));
    }

    proptest! {
        #[test]
        fn whatever_the_calendar_nobody_is_asked_twice_a_day_or_in_a_pause_or_more_than_three_times(
            starts in prop::collection::vec(0u64..40, 1..6),
            pauses in prop::collection::vec((0u64..200, 0u64..30), 0..4),
            first in 0u64..3600,
        ) {
            let begin = days_after(day("2026-01-01"), first);
            let pauses: Vec<Pause> =
                pauses.iter().map(|(from, days)| (days_after(begin, *from), days_after(begin, from + days))).collect();
            let mut askings: Vec<(Asking, Option<u32>)> = starts
                .iter()
                .map(|start| (Asking { asked: 0, next_on: days_after(begin, *start) }, Some(0)))
                .collect();
            for today in begin.iter_days().take(400) {
                let mut asked_today = false;
                for (asking, count) in &mut askings {
                    if count.is_none() || asking.next_on > today {
                        continue;
                    }
                    match asking.turn(today, &pauses, asked_today) {
                        Turn::Ask(next) => {
                            prop_assert!(!asked_today);
                            prop_assert!(is_working_day(today));
                            prop_assert!(pauses.iter().all(|(from, until)| today < *from || *until < today));
                            prop_assert!(next.next_on > today);
                            asked_today = true;
                            *count = count.map(|count| count + 1);
                            *asking = next;
                        }
                        Turn::Later(next) => {
                            prop_assert!(next.next_on > today);
                            *asking = next;
                        }
                        Turn::Silent => {
                            prop_assert_eq!(*count, Some(3));
                            *count = None;
                        }
                    }
                }
            }
            prop_assert!(askings.iter().all(|(_, count)| count.is_none()), "everybody was asked or given up in time");
        }
    }
}

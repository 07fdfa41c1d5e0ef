//! What a calendar file changes for a family that took some of it before.

use std::collections::HashMap;

use super::{Edition, Event, Occurrence};
use crate::domain::{
    id::Id,
    meeting::Meeting,
    moment::{Moment, WallTime},
};

/// What moved by less than this is the same meeting at another time, in seconds: less than a week.
const NEAR: i64 = 7 * 86_400;

/// A time of an event that the family has as a meeting.
#[derive(Clone, Debug)]
pub struct Known {
    /// When it was to start by its rule, as [`Occurrence::recurrence`].
    pub recurrence: Moment,
    /// How new what was taken is.
    pub edition: Edition,
    /// When it started by the file.
    pub starts_at: Moment,
    /// How many minutes it lasted by the file.
    pub minutes: i64,
    /// The meeting it became.
    pub id: Id<Meeting>,
    /// The series that meeting belongs to.
    pub series: Option<Id<Meeting>>,
    /// The meeting as it is now; none when it has begun.
    pub meeting: Option<Meeting>,
}

/// What becomes of one time of an event.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// A meeting is booked.
    New,
    /// It moves.
    Moved,
    /// It is cancelled.
    Cancelled,
    /// It stays as it is.
    Same,
    /// The file is older than what was taken before.
    Older,
    /// By the file it is at a time that has passed.
    Past,
    /// It was cancelled here, which the file does not know.
    CancelledHere,
}

impl Step {
    /// Whether it changes something that people see.
    pub const fn is_change(self) -> bool {
        matches!(self, Self::New | Self::Moved | Self::Cancelled)
    }
}

/// One time of an event, and what becomes of it.
#[derive(Clone, Debug)]
pub struct Change {
    /// What becomes of it.
    pub step: Step,
    /// What is taken of the file.
    pub edition: Edition,
    /// What names it in the file.
    pub recurrence: Moment,
    /// When it is by the file; for what is no longer in it, when it was.
    pub starts: WallTime,
    /// How many minutes it lasts by the file.
    pub minutes: i64,
    /// What the family has of it.
    pub known: Option<Known>,
}

impl Change {
    fn of(step: Step, one: &Occurrence, known: Option<Known>) -> Self {
        let Occurrence { recurrence, starts, minutes, edition, .. } = *one;
        Self { step, edition, recurrence, starts, minutes, known }
    }

    fn gone(known: Known, meeting: &Meeting, edition: Edition) -> Self {
        let (starts, recurrence) = (meeting.starts, known.recurrence);
        Self { step: Step::Cancelled, edition, recurrence, starts, minutes: meeting.minutes, known: Some(known) }
    }
}

/// What taking `event` changes for a family that has `known` of it; the earliest first.
///
/// What the file no longer tells of is cancelled, unless something new is less than a week away: then it moved there.
pub fn changes(event: &Event, known: Vec<Known>, now: Moment) -> Vec<Change> {
    // Single times may be newer than the series they are of; what is older than all of it is of an older file.
    let to_come = known.iter().filter(|known| known.meeting.is_some()).map(|known| known.edition).min();
    let taken = to_come.or(known.iter().map(|known| known.edition).max());
    let mut known: HashMap<Moment, Known> = known.into_iter().map(|known| (known.recurrence, known)).collect();
    let mut changes = Vec::new();
    let mut unknown = Vec::new();
    for one in &event.occurrences {
        match known.remove(&one.recurrence) {
            Some(known) => changes.extend(step(one, &known, now).map(|step| Change::of(step, one, Some(known)))),
            None if one.cancelled => {}
            None if taken.is_some_and(|taken| one.edition < taken) => changes.push(Change::of(Step::Older, one, None)),
            None => unknown.push(one),
        }
    }
    let last = event.occurrences.last().map(|one| one.starts.instant()).filter(|_| event.more);
    let mut gone: Vec<(Known, Meeting, Edition)> = known
        .into_values()
        .filter_map(|known| {
            let meeting = known.meeting.clone().filter(|meeting| meeting.cancelled.is_none())?;
            let whole = event.whole.filter(|whole| *whole >= known.edition)?;
            last.is_none_or(|last| meeting.starts.instant() <= last).then_some((known, meeting, whole))
        })
        .collect();
    gone.sort_by_key(|(_, meeting, _)| meeting.starts.instant());
    let mut gone = gone.into_iter().peekable();
    for one in unknown {
        let at = one.starts.instant().seconds();
        let far = |meeting: &Meeting| meeting.starts.instant().seconds() - at;
        while let Some((known, meeting, edition)) = gone.next_if(|(_, meeting, _)| far(meeting) <= -NEAR) {
            changes.push(Change::gone(known, &meeting, edition));
        }
        let moved = gone.next_if(|(_, meeting, _)| far(meeting) < NEAR).map(|(known, ..)| known);
        let step = match &moved {
            Some(known) => step(one, known, now).unwrap_or(Step::Past),
            None if one.starts.instant() <= now => Step::Past,
            None => Step::New,
        };
        changes.push(Change::of(step, one, moved));
    }
    changes.extend(gone.map(|(known, meeting, edition)| Change::gone(known, &meeting, edition)));
    changes.sort_by_key(|change| (change.starts.instant(), change.recurrence));
    changes
}

/// What becomes of a time that the family has; nothing where it took place.
fn step(one: &Occurrence, known: &Known, now: Moment) -> Option<Step> {
    let past = one.starts.instant() <= now;
    let same = (known.starts_at, known.minutes) == (one.starts.instant(), one.minutes);
    let Some(meeting) = &known.meeting else {
        return (!past && !one.cancelled && !same && one.edition >= known.edition).then_some(Step::New);
    };
    Some(if one.edition < known.edition {
        Step::Older
    } else if one.cancelled {
        if meeting.cancelled.is_some() { Step::Same } else { Step::Cancelled }
    } else if same {
        Step::Same
    } else if meeting.cancelled.is_some() {
        Step::CancelledHere
    } else if past {
        Step::Past
    } else if (meeting.starts.instant(), meeting.minutes) == (one.starts.instant(), one.minutes) {
        Step::Same
    } else {
        Step::Moved
    })
}

#[cfg(test)]
mod tests {
    use chrono::NaiveDateTime;
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{calendar_file::Uid, meeting::Place, moment::Zone, words::Title};

    const ZONE: Zone = Zone::Europe__Copenhagen;

    fn at(text: &str) -> WallTime {
        let local = NaiveDateTime::parse_from_str(&format!("2027-{text}:00"), "%Y-%m-%dT%H:%M").expect("a local time");
        WallTime::new(local, ZONE).expect("it exists")
    }

    fn now() -> Moment {
        at("01-01T08").instant()
    }

    const fn edition(sequence: i64, written_at: i64) -> Edition {
        Edition { sequence, written_at: Moment::from_seconds(written_at) }
    }

    /// A time that was to be when it is.
    fn one(when: &str, sequence: i64) -> Occurrence {
        let starts = at(when);
        let edition = edition(sequence, 0);
        Occurrence { recurrence: starts.instant(), starts, minutes: 60, edition, cancelled: false }
    }

    fn event(occurrences: Vec<Occurrence>, sequence: i64) -> Event {
        Event {
            uid: Uid::of("1"),
            title: String::new(),
            place: String::new(),
            every: None,
            elsewhere: None,
            whole: Some(edition(sequence, 0)),
            cancelled: false,
            occurrences,
            more: false,
            refused: None,
        }
    }

    /// What taking a time made of it.
    fn taken(one: &Occurrence) -> Known {
        let meeting = Meeting {
            id: Id::fresh(now()),
            version: 0,
            changed_at: now(),
            in_series: false,
            cancelled: None,
            missed: None,
            title: Title::parse("Møde").expect("a title"),
            starts: one.starts,
            minutes: one.minutes,
            place: Place::Office,
            place_words: None,
            bring: None,
            participants: Vec::new(),
        };
        Known {
            recurrence: one.recurrence,
            edition: one.edition,
            starts_at: one.starts.instant(),
            minutes: one.minutes,
            id: meeting.id,
            series: None,
            meeting: Some(meeting).filter(|_| now() < one.starts.instant()),
        }
    }

    fn steps(event: &Event, known: Vec<Known>) -> Vec<(Step, String)> {
        let told = |change: &Change| (change.step, change.starts.local().format("%m-%dT%H").to_string());
        changes(event, known, now()).iter().map(told).collect()
    }

    fn told(steps: &[(Step, &str)]) -> Vec<(Step, String)> {
        steps.iter().map(|(step, when)| (*step, (*when).to_owned())).collect()
    }

    /// What becomes of one meeting when it comes again as `again`.
    fn once(again: Occurrence, alter: impl Fn(&mut Known)) -> Vec<Step> {
        let mut known = taken(&one("03-23T10", 1));
        known.edition = edition(1, 100);
        alter(&mut known);
        let again = Occurrence { recurrence: known.recurrence, ..again };
        let whole = again.edition;
        let event = Event { whole: Some(whole), ..event(vec![again], 0) };
        changes(&event, vec![known], now()).iter().map(|change| change.step).collect()
    }

    #[test]
    fn only_what_is_no_older_changes_a_meeting() {
        let moved = |sequence, written_at| Occurrence { edition: edition(sequence, written_at), ..one("03-30T10", 0) };
        let fine = |_: &mut Known| {};
        assert_eq!(once(moved(2, 0), fine), [Step::Moved]);
        assert_eq!(once(moved(1, 101), fine), [Step::Moved]);
        assert_eq!(once(moved(1, 99), fine), [Step::Older]);
        assert_eq!(once(moved(0, 500), fine), [Step::Older]);
        let cancelled = |sequence, written_at| Occurrence { cancelled: true, ..moved(sequence, written_at) };
        assert_eq!(once(cancelled(1, 100), fine), [Step::Cancelled]);
        assert_eq!(once(cancelled(0, 500), fine), [Step::Older]);
        let same = |sequence| Occurrence { edition: edition(sequence, 200), ..one("03-23T10", 0) };
        assert_eq!(once(same(1), fine), [Step::Same]);
        assert_eq!(once(same(5), fine), [Step::Same]);
        assert_eq!(once(Occurrence { minutes: 30, ..same(2) }, fine), [Step::Moved]);
    }

    #[test]
    fn what_was_changed_here_stays_until_the_file_changes() {
        let here = |known: &mut Known| {
            if let Some(meeting) = &mut known.meeting {
                meeting.starts = at("03-25T09");
            }
        };
        let newer = |when| Occurrence { edition: edition(2, 0), ..one(when, 0) };
        assert_eq!(once(newer("03-23T10"), here), [Step::Same]);
        assert_eq!(once(newer("03-25T09"), here), [Step::Same], "it moved there too");
        assert_eq!(once(newer("03-26T09"), here), [Step::Moved]);
        let cancelled = |known: &mut Known| {
            if let Some(meeting) = &mut known.meeting {
                meeting.cancelled = Some(now());
            }
        };
        assert_eq!(once(newer("03-23T10"), cancelled), [Step::Same]);
        assert_eq!(once(newer("03-26T09"), cancelled), [Step::CancelledHere]);
        assert_eq!(once(Occurrence { cancelled: true, ..newer("03-26T09") }, cancelled), [Step::Same]);
    }

    #[test]
    fn what_took_place_stays_and_what_passed_is_not_booked() {
        let begun = |known: &mut Known| known.meeting = None;
        let newer = |when| Occurrence { edition: edition(2, 0), ..one(when, 0) };
        assert_eq!(once(newer("03-30T10"), begun), [Step::New], "it is held once more");
        assert_eq!(once(Occurrence { edition: edition(0, 0), ..one("03-30T10", 0) }, begun), []);
        assert_eq!(once(newer("01-01T07"), |_| {}), [Step::Past]);
        assert_eq!(steps(&event(vec![one("01-01T07", 0)], 0), Vec::new()), told(&[(Step::Past, "01-01T07")]));
    }

    #[test]
    fn a_series_that_moves_moves_each_meeting_and_what_is_left_out_is_cancelled() {
        let before: Vec<Occurrence> = ["03-16T10", "03-23T10", "03-30T10"].map(|when| one(when, 0)).into();
        let known = || before.iter().map(taken).collect::<Vec<_>>();
        let wednesdays = event(["03-17T09", "03-24T09", "03-31T09"].map(|when| one(when, 1)).into(), 1);
        let moved = changes(&wednesdays, known(), now());
        assert!(moved.iter().all(|change| change.step == Step::Moved));
        for (change, before) in moved.iter().zip(&before) {
            assert_eq!(change.known.as_ref().map(|known| known.recurrence), Some(before.recurrence));
            assert_eq!(change.recurrence, change.starts.instant(), "it has another name now");
        }
        let shorter = event(vec![one("03-16T10", 1), one("04-06T10", 1)], 1);
        assert_eq!(
            steps(&shorter, known()),
            told(&[
                (Step::Same, "03-16T10"),
                (Step::Cancelled, "03-23T10"),
                (Step::Cancelled, "03-30T10"),
                (Step::New, "04-06T10")
            ])
        );
        let older = event(vec![one("03-16T10", 0)], -1);
        assert_eq!(steps(&older, known()), told(&[(Step::Same, "03-16T10")]));
        let older = event(vec![one("03-18T10", -1)], -1);
        assert_eq!(steps(&older, known()), told(&[(Step::Older, "03-18T10")]));
        let single = Event { whole: None, ..event(vec![Occurrence { cancelled: true, ..one("03-23T10", 1) }], 1) };
        assert_eq!(steps(&single, known()), told(&[(Step::Cancelled, "03-23T10")]), "the others are not in the file");
        let more = Event { more: true, ..event(vec![one("03-16T10", 1), one("03-23T10", 1)], 1) };
        assert_eq!(steps(&more, known()), told(&[(Step::Same, "03-16T10"), (Step::Same, "03-23T10")]), "it goes on");
        let cancelled = Event { cancelled: true, ..event(Vec::new(), 1) };
        let each: Vec<Step> = changes(&cancelled, known(), now()).iter().map(|change| change.step).collect();
        assert_eq!(each, [Step::Cancelled; 3]);
    }

    proptest! {
        #[test]
        fn taking_a_file_twice_changes_nothing_more(
            first in prop::collection::btree_set(-20_i64..300, 0..12),
            then in prop::collection::btree_set(-20_i64..300, 0..12),
        ) {
            let made = |hours: &std::collections::BTreeSet<i64>, sequence| {
                let at = |hour: &i64| WallTime::at(now().plus_seconds(hour * 8 * 3600), ZONE);
                let times = hours.iter().map(at).map(|starts| Occurrence { starts, recurrence: starts.instant(), ..one("03-23T10", sequence) });
                event(times.collect(), sequence)
            };
            let taken_of = |event: &Event, known: Vec<Known>| -> Vec<Known> {
                changes(event, known, now()).into_iter().filter_map(|change| {
                    let one = Occurrence { recurrence: change.recurrence, starts: change.starts, minutes: change.minutes, edition: change.edition, cancelled: false };
                    match change.step {
                        Step::New | Step::Moved | Step::Same => Some(Known { id: change.known.map_or(Id::fresh(now()), |known| known.id), ..taken(&one) }),
                        Step::Cancelled => {
                            let mut known = taken(&one);
                            if let Some(meeting) = &mut known.meeting { meeting.cancelled = Some(now()); }
                            Some(known)
                        }
                        _ => None,
                    }
                }).collect()
            };
            let (first, then) = (made(&first, 0), made(&then, 1));
            let known = taken_of(&first, Vec::new());
            prop_assert!(changes(&first, known.clone(), now()).iter().all(|change| !change.step.is_change()));
            let known = taken_of(&then, known);
            prop_assert!(changes(&then, known.clone(), now()).iter().all(|change| !change.step.is_change()));
            let standing = known.iter().filter(|known| known.meeting.as_ref().is_some_and(|meeting| meeting.cancelled.is_none())).count();
            prop_assert_eq!(standing, then.occurrences.iter().filter(|one| now() < one.starts.instant()).count());
            prop_assert!(changes(&first, known, now()).iter().all(|change| !change.step.is_change() || standing == 0), "the older file");
        }
    }
}

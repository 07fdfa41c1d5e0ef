//! Meetings: when, where and with whom, what people answer, and what all heard afterwards.

use chrono::NaiveDateTime;

use super::{
    id::Id,
    keyed,
    moment::{Moment, WallTime, Zone, days_after},
    person::{Person, Role},
    why::Why,
    words::{Note, PersonName, Title},
};

keyed! {
    /// Where people meet.
    pub enum Place {
        /// At the family's home.
        Home = "home",
        /// In the team's rooms.
        Office = "office",
        /// On the phone.
        Phone = "phone",
        /// By video.
        Video = "video",
        /// Somewhere else.
        Elsewhere = "elsewhere",
    }
}

keyed! {
    /// What somebody answers to an invitation.
    pub enum Coming {
        /// They come.
        Yes = "yes",
        /// They would come at another time.
        AnotherTime = "another_time",
        /// They do not come.
        No = "no",
    }
}

keyed! {
    /// How often a meeting repeats.
    pub enum Repeat {
        /// It does not.
        Never = "never",
        /// Each week.
        Weekly = "1_week",
        /// Every two weeks.
        EveryTwoWeeks = "2_weeks",
        /// Every four weeks.
        EveryFourWeeks = "4_weeks",
    }
}

impl Repeat {
    /// The days from one meeting to the next; none where there is no next.
    const fn days(self) -> Option<u64> {
        match self {
            Self::Never => None,
            Self::Weekly => Some(7),
            Self::EveryTwoWeeks => Some(14),
            Self::EveryFourWeeks => Some(28),
        }
    }

    /// The fewest and the most meetings booked at once.
    pub const TIMES: (u64, u64) = (2, 26);

    /// When the meetings are that begin with the one at `first`. Each is at the same time on the wall.
    ///
    /// # Errors
    /// [`Why::NoSuchTime`] when the clocks skip that time on one of the days.
    pub fn starts(self, first: NaiveDateTime, times: u64, zone: Zone) -> Result<Vec<WallTime>, Why> {
        let Some(days) = self.days() else { return Ok(vec![WallTime::new(first, zone)?]) };
        (0..times).map(|nth| WallTime::new(days_after(first.date(), nth * days).and_time(first.time()), zone)).collect()
    }
}

/// What staff decide about a meeting.
#[derive(Clone, Debug)]
pub struct Details {
    /// What it is about.
    pub title: Title,
    /// When it starts.
    pub starts: WallTime,
    /// How long it lasts, in minutes.
    pub minutes: i64,
    /// Where.
    pub place: Place,
    /// The address, room, number or link, in words.
    pub place_words: Option<Title>,
    /// What to bring.
    pub bring: Option<Note>,
    /// Who comes.
    pub participants: Vec<Id<Person>>,
}

/// A meeting. It keeps its wall time when the clocks change.
#[derive(Clone, Debug)]
pub struct Meeting {
    /// Its identity.
    pub id: Id<Meeting>,
    /// How often it was changed.
    pub version: i64,
    /// When it was changed last; before the first change the beginning of time.
    pub changed_at: Moment,
    /// Whether it is one of several booked at once.
    pub in_series: bool,
    /// When it was cancelled.
    pub cancelled: Option<Moment>,
    /// When it was said that it came to nothing.
    pub missed: Option<Moment>,
    /// What it is about.
    pub title: Title,
    /// When it starts.
    pub starts: WallTime,
    /// How long it lasts, in minutes (5 to 1440).
    pub minutes: i64,
    /// Where.
    pub place: Place,
    /// The address, room or link, in words.
    pub place_words: Option<Title>,
    /// What to bring.
    pub bring: Option<Note>,
    /// Who comes.
    pub participants: Vec<Participant>,
}

/// Somebody who comes to a meeting.
#[derive(Clone, Debug)]
pub struct Participant {
    /// Who.
    pub person: Id<Person>,
    /// Their name.
    pub name: PersonName,
    /// What they are.
    pub role: Role,
    /// What they answered. Only staff see it of everybody in a list; others see their own.
    pub answer: Option<Coming>,
}

/// A point to talk about.
#[derive(Clone, Debug)]
pub struct AgendaItem {
    /// Its identity.
    pub id: Id<AgendaItem>,
    /// The point.
    pub words: Title,
    /// Who wants to talk about it.
    pub author: PersonName,
    /// Whether that is the viewer.
    pub own: bool,
}

/// What somebody needs to come. Only they and staff ever read it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wish {
    /// The language they need an interpreter for.
    pub interpreter: Option<Title>,
    /// Whether they ask to be driven.
    pub lift: bool,
    /// Who should not be there.
    pub leave_out: Option<(Id<Person>, PersonName)>,
    /// The same in their words.
    pub words: Option<Note>,
}

/// What somebody says to an invitation.
#[derive(Clone, Debug)]
pub struct Said {
    /// Whether they come.
    pub coming: Coming,
    /// The times they propose instead, at most [`PROPOSALS`].
    pub proposals: Vec<WallTime>,
    /// What they need to come.
    pub wish: Wish,
}

/// At most so many other times are proposed.
pub const PROPOSALS: usize = 3;

/// An answer as somebody may see it: the proposals and the wish are for whoever gave it, and for staff.
#[derive(Clone, Debug)]
pub struct Given {
    /// Who answered.
    pub person: Id<Person>,
    /// Their name.
    pub name: PersonName,
    /// What they say.
    pub said: Said,
}

/// What all heard: the same words for everybody who may see the meeting.
#[derive(Clone, Debug)]
pub struct MeetingNote {
    /// The words.
    pub words: Note,
    /// Who wrote them.
    pub author: PersonName,
    /// When.
    pub written_at: Moment,
}

/// What somebody of the family says to the note.
#[derive(Clone, Debug)]
pub struct Comment {
    /// Its identity.
    pub id: Id<Comment>,
    /// The words.
    pub words: Note,
    /// Who wrote them.
    pub author: PersonName,
    /// When.
    pub written_at: Moment,
}

/// A time at which somebody has a meeting already. What it is about is nobody's business.
#[derive(Clone, Debug)]
pub struct Busy {
    /// Who.
    pub name: PersonName,
    /// When it starts.
    pub starts: WallTime,
    /// When it ends.
    pub ends: Moment,
}

impl Meeting {
    /// The fewest and the most minutes it lasts.
    pub const MINUTES: (u64, u64) = (5, 1440);

    /// The instant it ends.
    pub const fn ends(&self) -> Moment {
        self.starts.instant().plus_seconds(self.minutes * 60)
    }

    /// Whether it is still to come or going on.
    pub const fn is_ahead(&self, now: Moment) -> bool {
        self.cancelled.is_none() && self.missed.is_none() && now.seconds() < self.ends().seconds()
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
    fn repeated_meetings_keep_their_time_on_the_wall_when_the_clocks_change() {
        let starts = Repeat::Weekly.starts(local("2026-10-20T10:00"), 3, Copenhagen).expect("they exist");
        let shown: Vec<String> = starts.iter().map(|starts| starts.local().to_string()).collect();
        assert_eq!(shown, ["2026-10-20 10:00:00", "2026-10-27 10:00:00", "2026-11-03 10:00:00"]);
        let apart = |a: usize, b: usize| starts[b].instant().seconds() - starts[a].instant().seconds();
        assert_eq!((apart(0, 1), apart(1, 2)), (7 * 86_400 + 3600, 7 * 86_400));
    }

    #[test]
    fn a_meeting_that_would_fall_into_the_skipped_hour_is_refused_and_one_that_does_not_repeat_is_one() {
        let first = local("2027-03-21T02:30");
        assert_eq!(Repeat::Weekly.starts(first, 2, Copenhagen), Err(Why::NoSuchTime));
        assert_eq!(Repeat::Never.starts(first, 26, Copenhagen).map(|starts| starts.len()), Ok(1));
        for (repeat, last) in [(Repeat::EveryTwoWeeks, "2026-02-02"), (Repeat::EveryFourWeeks, "2026-03-02")] {
            let starts = repeat.starts(local("2026-01-05T09:00"), 3, Copenhagen).expect("they exist");
            assert_eq!(starts.last().map(|last| last.local().date().to_string()).as_deref(), Some(last));
        }
    }
}

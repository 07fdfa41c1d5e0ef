//! What can be typed: what a meeting is about, when, how often, where, with whom and what to talk about.

use chrono::{NaiveDate, NaiveTime};

use crate::{
    domain::{
        meeting::{Details, Meeting, Place, Repeat},
        moment::{Moment, WallTime, Zone, days_after},
        why::Why,
        words::{Note, Title},
    },
    ui::{
        coming::{self, WITH},
        field::{Fields, FilledIn, Refusals},
    },
};

/// The id the first meeting will have; it comes with the page, so that sending twice books once.
pub(super) const ID: &str = "id";
/// The version of the meeting that was shown.
pub(super) const VERSION: &str = "version";
pub(super) const TITLE: &str = "title";
pub(super) const DAY: &str = "day";
pub(super) const TIME: &str = "time";
pub(super) const MINUTES: &str = "minutes";
pub(super) const PLACE: &str = "place";
pub(super) const PLACE_WORDS: &str = "place_words";
pub(super) const BRING: &str = "bring";
pub(super) const AGENDA: &str = "agenda";
pub(super) const REPEAT: &str = "repeat";
pub(super) const TIMES: &str = "times";

/// Meetings are booked at most so many days ahead.
const FARTHEST: u64 = 731;
/// At most so many points are written down with a booking.
const MOST_POINTS: usize = 20;

/// What staff want to book.
pub(super) struct Booking {
    pub(super) details: Details,
    /// Every time it is at, the first being that of the details.
    pub(super) starts: Vec<WallTime>,
    pub(super) agenda: Vec<Title>,
}

/// An empty form: an hour, once.
pub(super) fn empty() -> FilledIn {
    let typed = [(MINUTES, "60".to_owned()), (REPEAT, Repeat::Never.key().to_owned()), (TIMES, "6".to_owned())];
    FilledIn { typed: typed.into_iter().collect(), refusals: Refusals::default() }
}

/// The form of a meeting as it is.
pub(super) fn of(meeting: &Meeting) -> FilledIn {
    let words = |words: Option<String>| words.unwrap_or_default();
    let mut typed = vec![
        (TITLE, meeting.title.to_string()),
        (DAY, meeting.starts.local().format("%Y-%m-%d").to_string()),
        (TIME, meeting.starts.local().format("%H:%M").to_string()),
        (MINUTES, meeting.minutes.to_string()),
        (PLACE, meeting.place.key().to_owned()),
        (PLACE_WORDS, words(meeting.place_words.as_ref().map(ToString::to_string))),
        (BRING, words(meeting.bring.as_ref().map(ToString::to_string))),
    ];
    typed.extend(meeting.participants.iter().map(|who| (WITH, who.person.to_string())));
    FilledIn { typed: typed.into_iter().collect(), refusals: Refusals::default() }
}

/// What is booked. `before` is the meeting as it is, where one is changed.
///
/// # Errors
/// The form with what was typed and what is wrong with it.
pub(super) fn read(typed: Fields, zone: Zone, now: Moment, before: Option<&Meeting>) -> Result<Booking, FilledIn> {
    let mut refusals = Refusals::default();
    let once = |field| typed.once(field).map(Option::unwrap_or_default);
    let title = refusals.take(TITLE, once(TITLE).and_then(Title::parse));
    let before_day = before.map(|before| before.starts.local().date());
    let day = refusals.take(DAY, once(DAY).and_then(|day| self::day(day, now.date(zone), before_day)));
    let time = refusals.take(TIME, once(TIME).and_then(clock));
    let repeat = refusals.take(
        REPEAT,
        once(REPEAT).and_then(|key| match before {
            Some(_) => Ok(Repeat::Never),
            None => key.parse(),
        }),
    );
    let times = once(TIMES).and_then(|times| match repeat {
        None | Some(Repeat::Never) => Ok(1),
        Some(_) => number(times, Repeat::TIMES),
    });
    let times = refusals.take(TIMES, times);
    let starts = match (day, time, repeat, times) {
        (Some(day), Some(time), Some(repeat), Some(times)) => {
            refusals.take(TIME, repeat.starts(day.and_time(time), times, zone))
        }
        _ => None,
    };
    let minutes = refusals.take(MINUTES, once(MINUTES).and_then(|minutes| number(minutes, Meeting::MINUTES)));
    let place: Option<Place> = refusals.take(PLACE, once(PLACE).and_then(str::parse));
    let place_words = refusals.take(PLACE_WORDS, once(PLACE_WORDS).and_then(|words| place_in_words(words, place)));
    let participants = refusals.take(WITH, coming::people(&typed));
    let bring = refusals.take(BRING, once(BRING).and_then(Note::parse_optional));
    let agenda = refusals.take(AGENDA, once(AGENDA).and_then(points));
    if let (Some(title), Some(starts), Some(minutes), Some(place)) = (title, starts, minutes, place)
        && let (Some(place_words), Some(participants), Some(bring), Some(agenda)) =
            (place_words, participants, bring, agenda)
        && let Some(first) = starts.first().copied()
        && let Ok(minutes) = i64::try_from(minutes)
    {
        let details = Details { title, starts: first, minutes, place, place_words, bring, participants };
        return Ok(Booking { details, starts, agenda });
    }
    Err(FilledIn { typed, refusals })
}

fn day(day: &str, today: NaiveDate, before: Option<NaiveDate>) -> Result<NaiveDate, Why> {
    if day.is_empty() {
        return Err(Why::NoDay);
    }
    let day: NaiveDate = day.parse().map_err(|_| Why::NoSuchDate)?;
    match day {
        day if before == Some(day) => Ok(day),
        day if day < today => Err(Why::Past),
        day if day > days_after(today, FARTHEST) => Err(Why::TooFar),
        day => Ok(day),
    }
}

fn clock(time: &str) -> Result<NaiveTime, Why> {
    NaiveTime::parse_from_str(time, "%H:%M").map_err(|_| Why::NoSuchTime)
}

fn number(typed: &str, (least, most): (u64, u64)) -> Result<u64, Why> {
    match typed.trim().parse() {
        Ok(number) if (least..=most).contains(&number) => Ok(number),
        Ok(_) => Err(Why::NotWithin(least, most)),
        Err(_) => Err(Why::NotANumber),
    }
}

/// A video meeting's address is a link that is safe to follow.
fn place_in_words(words: &str, place: Option<Place>) -> Result<Option<Title>, Why> {
    let words = Title::parse_optional(words)?;
    match &words {
        Some(link) if place == Some(Place::Video) && !link.as_str().starts_with("https://") => Err(Why::NotAnAddress),
        _ => Ok(words),
    }
}

fn points(lines: &str) -> Result<Vec<Title>, Why> {
    let points: Vec<Title> =
        lines.lines().filter(|line| !line.trim().is_empty()).map(Title::parse).collect::<Result<_, _>>()?;
    if points.len() > MOST_POINTS { Err(Why::TooLong(MOST_POINTS * Title::MAX)) } else { Ok(points) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ZONE: Zone = Zone::Europe__Copenhagen;
    const FINE: &str = "title=M%C3%B8de&day=2026-12-01&time=10:00&minutes=60&place=office&repeat=never";

    fn typed(body: &str) -> Fields {
        Fields::read(body.as_bytes()).expect("a form")
    }

    fn now() -> Moment {
        WallTime::new("2026-11-25T08:00:00".parse().expect("a time"), ZONE).expect("it exists").instant()
    }

    #[test]
    fn a_meeting_that_makes_no_sense_is_refused_where_it_does_not() {
        assert!(read(typed(FINE), ZONE, now(), None).is_ok());
        for (from, to, field, why) in [
            ("title=M%C3%B8de", "title=+", TITLE, Why::Empty),
            ("2026-12-01", "", DAY, Why::NoDay),
            ("2026-12-01", "2026-02-30", DAY, Why::NoSuchDate),
            ("2026-12-01", "2026-11-24", DAY, Why::Past),
            ("2026-12-01", "2029-01-01", DAY, Why::TooFar),
            ("10:00", "kl. 10", TIME, Why::NoSuchTime),
            ("day=2026-12-01&time=10:00", "day=2027-03-28&time=02:30", TIME, Why::NoSuchTime),
            ("minutes=60", "minutes=en+time", MINUTES, Why::NotANumber),
            ("minutes=60", "minutes=4", MINUTES, Why::NotWithin(5, 1440)),
            ("place=office", "place=moon", PLACE, Why::Unknown),
            ("place=office", "place=video&place_words=http://a.dk", PLACE_WORDS, Why::NotAnAddress),
            ("repeat=never", "repeat=1_week&times=27", TIMES, Why::NotWithin(2, 26)),
            ("repeat=never", "repeat=always", REPEAT, Why::Unknown),
            ("repeat=never", "repeat=never&with=x", WITH, Why::Unknown),
        ] {
            let form = read(typed(&FINE.replace(from, to)), ZONE, now(), None).err().expect(to);
            assert_eq!(form.refusals.of(field), Some(why), "{to}");
            assert_eq!(form.typed.get(BRING), None);
        }
    }

    #[test]
    fn a_booking_may_repeat_and_says_what_to_talk_about() {
        let series = FINE.replace("repeat=never", "repeat=2_weeks&times=3&agenda=Skolen%0D%0A%0D%0APenge");
        let booking = read(typed(&series), ZONE, now(), None).unwrap_or_else(|_| panic!("a booking"));
        assert_eq!((booking.starts.len(), booking.agenda.len()), (3, 2));
        assert_eq!(booking.starts[2].local().to_string(), "2026-12-29 10:00:00");
    }
}

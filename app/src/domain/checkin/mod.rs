//! Check-ins: a parent tells how it is going, with an instrument.
//!
//! An instrument is one file here with its published score table as tests, one line in [`INSTRUMENTS`], and its
//! texts. Pages, store and scores know no instrument by name.

pub mod who5;

use chrono::NaiveDate;

use super::{
    id::Id,
    keyed,
    moment::{Moment, Zone, days_after},
    review::Review,
    why::Why,
    words::{Note, PersonName},
};

/// Every instrument of the product.
pub const INSTRUMENTS: &[&Instrument] = &[&who5::WHO5];

/// The instrument with that key.
pub fn instrument(key: &str) -> Option<&'static Instrument> {
    INSTRUMENTS.iter().copied().find(|instrument| instrument.key == key)
}

/// A set of questions with a way to score the answers.
#[derive(Debug)]
pub struct Instrument {
    /// Its stable key, also its address.
    pub key: &'static str,
    /// Counts up when its questions or scores change.
    pub version: i64,
    /// The stable keys of its questions, in order.
    pub items: &'static [&'static str],
    /// The answers a question may have, in the order they are offered.
    pub answers: &'static [i64],
    /// The score of one valid answer per question.
    pub score: fn(&[i64]) -> i64,
    /// What a score means.
    pub level: fn(i64) -> Level,
    /// A fall in score from which on it counts as a drop, in points.
    pub drop: i64,
    /// Asked again after so many days.
    pub every_days: u64,
}

impl PartialEq for Instrument {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.version == other.version
    }
}

keyed! {
    /// What a score means, most in need first.
    pub enum Level {
        /// High risk; help is shown at once.
        Low = "low",
        /// At risk.
        Middle = "middle",
        /// No risk.
        Fine = "fine",
    }
}

/// One valid answer to every question of an instrument.
#[derive(Clone, PartialEq, Eq)]
pub struct Answers(Vec<i64>);

impl Answers {
    /// Reads what was chosen for each question.
    ///
    /// # Errors
    /// For every question in trouble its key and the reason: [`Why::Unanswered`], or [`Why::OutOfRange`] when it is
    /// not one of the answers offered. A missing answer is never filled in.
    pub fn parse<'a>(
        instrument: &Instrument,
        mut typed: impl FnMut(&'static str) -> Result<Option<&'a str>, Why>,
    ) -> Result<Self, Vec<(&'static str, Why)>> {
        let mut values = Vec::with_capacity(instrument.items.len());
        let mut refused = Vec::new();
        for item in instrument.items.iter().copied() {
            let read = typed(item).and_then(|answer| match answer {
                None | Some("") => Err(Why::Unanswered),
                Some(answer) => instrument
                    .answers
                    .iter()
                    .copied()
                    .find(|offered| offered.to_string() == answer)
                    .ok_or(Why::OutOfRange),
            });
            match read {
                Ok(value) => values.push(value),
                Err(why) => refused.push((item, why)),
            }
        }
        if refused.is_empty() { Ok(Self(values)) } else { Err(refused) }
    }

    /// The answers, in the order of the instrument's questions.
    pub fn values(&self) -> &[i64] {
        &self.0
    }
}

impl std::fmt::Debug for Answers {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Answers(…)")
    }
}

/// What a parent sends.
#[derive(Clone, Debug)]
pub struct Telling {
    /// The instrument answered.
    pub instrument: &'static Instrument,
    /// The answers.
    pub answers: Answers,
    /// A line in own words, if any.
    pub words: Option<Note>,
    /// Whether the parent asks to be called.
    pub call_me: bool,
}

impl Telling {
    /// The score of the answers.
    pub fn score(&self) -> i64 {
        (self.instrument.score)(self.answers.values())
    }
}

keyed! {
    /// Why a check-in stands where it stands in the inbox, most in need first.
    pub enum Need {
        /// The score is in the lowest band.
        Low = "low",
        /// The parent asks to be called.
        CallMe = "call_me",
        /// The score is in the middle band.
        Middle = "middle",
        /// The score fell by [`Instrument::drop`] or more.
        Drop = "drop",
        /// The parent wrote something. No machine judges what.
        Wrote = "wrote",
        /// It is new.
        New = "new",
    }
}

/// A check-in as it was sent.
#[derive(Clone, Debug)]
pub struct CheckIn {
    /// Its identity.
    pub id: Id<CheckIn>,
    /// Who told it.
    pub person: PersonName,
    /// The instrument.
    pub instrument: &'static Instrument,
    /// The score.
    pub score: i64,
    /// The score of the time before, if there was one.
    pub score_before: Option<i64>,
    /// Whether the parent asks to be called.
    pub call_me: bool,
    /// The parent's own words.
    pub words: Option<Note>,
    /// When it was saved.
    pub sent_at: Moment,
    /// Who read it, once somebody did.
    pub review: Option<Review>,
}

impl CheckIn {
    /// What the score means.
    pub fn level(&self) -> Level {
        (self.instrument.level)(self.score)
    }

    /// Every reason it needs a reader, the most pressing first; never empty.
    pub fn needs(&self) -> Vec<Need> {
        let dropped = self.score_before.is_some_and(|before| before - self.score >= self.instrument.drop);
        let reasons = [
            (Need::Low, self.level() == Level::Low),
            (Need::CallMe, self.call_me),
            (Need::Middle, self.level() == Level::Middle),
            (Need::Drop, dropped),
            (Need::Wrote, self.words.is_some()),
        ];
        let needs: Vec<Need> = reasons.into_iter().filter_map(|(need, holds)| holds.then_some(need)).collect();
        if needs.is_empty() { vec![Need::New] } else { needs }
    }
}

/// Sorts check-ins for an inbox: those most in need first, with more reasons before fewer, among equals the one that
/// has waited longest.
pub fn most_in_need_first<T>(list: &mut [T], check_in: impl Fn(&T) -> &CheckIn) {
    list.sort_by_cached_key(|entry| {
        let (check_in, needs) = (check_in(entry), check_in(entry).needs());
        let missing: Vec<bool> = Need::ALL.iter().map(|need| !needs.contains(need)).collect();
        (missing, check_in.sent_at)
    });
}

/// The day the instrument is asked again after it was last sent.
pub fn due_on(instrument: &Instrument, last: Option<Moment>, zone: Zone) -> Option<NaiveDate> {
    last.map(|last| days_after(last.date(zone), instrument.every_days))
}

/// Whether the instrument is to be asked at `now`: it never was answered, or its day has come.
pub fn is_due(instrument: &Instrument, last: Option<Moment>, now: Moment, zone: Zone) -> bool {
    due_on(instrument, last, zone).is_none_or(|day| day <= now.date(zone))
}

#[cfg(test)]
mod tests {
    use chrono_tz::Europe::Copenhagen;

    use super::{who5::WHO5, *};

    fn check_in(score: i64, score_before: Option<i64>, call_me: bool, words: Option<&str>, sent: i64) -> CheckIn {
        let sent_at = Moment::from_seconds(sent);
        CheckIn {
            id: Id::fresh(sent_at),
            person: PersonName::stored("Test".into()),
            instrument: &WHO5,
            score,
            score_before,
            call_me,
            words: words.map(|words| Note::stored(words.into())),
            sent_at,
            review: None,
        }
    }

    #[test]
    fn needs_are_named_the_most_pressing_first() {
        for (check_in, needs) in [
            (check_in(80, None, false, None, 0), vec![Need::New]),
            (check_in(68, Some(76), false, None, 0), vec![Need::New]),
            (check_in(68, Some(80), false, None, 0), vec![Need::Drop]),
            (check_in(32, Some(44), true, Some("…"), 0), vec![Need::Low, Need::CallMe, Need::Drop, Need::Wrote]),
            (check_in(36, None, true, None, 0), vec![Need::CallMe, Need::Middle]),
        ] {
            assert_eq!(check_in.needs(), needs);
        }
    }

    #[test]
    fn who_needs_more_comes_before_who_needs_some_of_it() {
        let mut list = [
            check_in(20, None, false, None, 1),
            check_in(20, None, false, Some("…"), 2),
            check_in(20, None, true, None, 3),
            check_in(80, None, true, None, 4),
            check_in(80, None, true, Some("…"), 5),
        ];
        most_in_need_first(&mut list, |check_in| check_in);
        assert_eq!(list.map(|check_in| check_in.sent_at.seconds()), [3, 2, 1, 5, 4]);
    }

    #[test]
    fn the_inbox_puts_need_before_age_and_age_before_nothing() {
        let mut list = [
            check_in(80, None, false, None, 1),
            check_in(48, None, false, None, 2),
            check_in(20, None, false, None, 4),
            check_in(20, None, false, None, 3),
            check_in(80, None, true, None, 5),
            check_in(20, None, true, None, 6),
        ];
        most_in_need_first(&mut list, |check_in| check_in);
        assert_eq!(list.map(|check_in| check_in.sent_at.seconds()), [6, 3, 4, 5, 2, 1]);
    }

    #[test]
    fn it_is_asked_again_on_its_day_in_local_time() {
        let sent = Moment::from_seconds(1_790_000_000);
        let day = due_on(&WHO5, Some(sent), Copenhagen).expect("a day");
        let midnight = super::super::moment::start_of(day, Copenhagen);
        assert!(is_due(&WHO5, None, sent, Copenhagen));
        assert!(!is_due(&WHO5, Some(sent), midnight.plus_seconds(-1), Copenhagen));
        assert!(is_due(&WHO5, Some(sent), midnight, Copenhagen));
    }

    #[test]
    fn missing_and_foreign_answers_are_refused_one_by_one() {
        let refused = Answers::parse(&WHO5, |item| match item {
            "happy" => Ok(Some("6")),
            "calm" => Ok(None),
            "active" => Ok(Some("05")),
            "rested" => Err(Why::Twice),
            _ => Ok(Some("5")),
        });
        assert_eq!(
            refused,
            Err(vec![
                ("happy", Why::OutOfRange),
                ("calm", Why::Unanswered),
                ("active", Why::OutOfRange),
                ("rested", Why::Twice),
            ])
        );
    }
}

//! Check-ins: a parent tells how it is going, or staff note what they measured, with an instrument.
//!
//! An instrument is one file here with its score table as tests, one line in [`INSTRUMENTS`], and its texts. Pages,
//! store, charts and exports know no instrument by name.

pub mod belief;
pub mod child;
pub mod sdq;
pub mod step_up;
pub mod who5;
pub mod work;

use std::sync::OnceLock;

use super::{
    id::Id,
    keyed,
    moment::Moment,
    person::Person,
    plan::Goal,
    review::Review,
    rhythm::Rhythm,
    why::Why,
    words::{Note, PersonName, Title},
};

/// Every instrument of the product, in the order they are offered. One that somebody has answered stays: the program
/// refuses a database with answers it cannot name.
pub const INSTRUMENTS: &[&Instrument] =
    &[&who5::WHO5, &work::WORK, &child::CHILD, &step_up::STEP_UP, &belief::BELIEF, &sdq::SDQ];

/// One more than the product has, for as long as the program runs.
static ONE_MORE: OnceLock<&'static Instrument> = OnceLock::new();

/// Adds one instrument to those of the product, once in the life of the program: a test does so to show that nothing
/// else is needed.
pub fn add(instrument: &'static Instrument) {
    let _ = ONE_MORE.set(instrument);
}

/// All instruments there are.
pub fn instruments() -> impl Iterator<Item = &'static Instrument> {
    INSTRUMENTS.iter().copied().chain(ONE_MORE.get().copied())
}

/// The instrument with that key.
pub fn instrument(key: &str) -> Option<&'static Instrument> {
    instruments().find(|instrument| instrument.key == key)
}

/// A set of questions with a way to score the answers.
#[derive(Debug)]
pub struct Instrument {
    /// Its stable key, also its address.
    pub key: &'static str,
    /// Counts up when its questions or scores change.
    pub version: i64,
    /// Who answers it.
    pub teller: Teller,
    /// What it is about.
    pub about: About,
    /// Its questions, in order.
    pub items: &'static [Question],
    /// The score of one valid answer per question.
    pub score: fn(&[i64]) -> i64,
    /// The lowest and the highest score.
    pub range: (i64, i64),
    /// Whether a higher score is better.
    pub higher_is_better: bool,
    /// The scores at which a line is drawn, given the answers; only where somebody has published some.
    pub marks: fn(&[i64]) -> &'static [i64],
    /// What a score means; only where somebody has published it.
    pub level: Option<fn(i64) -> Level>,
    /// From how many points on a difference counts as a change.
    pub change: i64,
    /// Asked again after so long, where a family has no rhythm of its own.
    pub rhythm: Rhythm,
    /// The names other systems know it by; only where somebody has published them.
    pub published: Option<&'static Published>,
}

/// The names other systems know an instrument by.
#[derive(Debug)]
pub struct Published {
    /// The canonical address of its FHIR questionnaire, whose linkIds are the keys of the questions.
    pub questionnaire: &'static str,
    /// The linkId of the line in own words.
    pub words: &'static str,
    /// The address of the code system of its answers.
    pub system: &'static str,
    /// The code of an answer in that system and what it is called there, given the key of the question.
    pub answer: fn(&str, i64) -> Option<(&'static str, String)>,
    /// The SNOMED CT code of its score and what it is called there.
    pub score: (&'static str, &'static str),
}

impl PartialEq for Instrument {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key && self.version == other.version
    }
}

/// One question of an instrument.
#[derive(Debug)]
pub struct Question {
    /// Its stable key.
    pub key: &'static str,
    /// The answers it may have, in the order they are offered.
    pub answers: &'static [i64],
    /// How the answers look.
    pub look: Look,
}

/// How the answers of a question look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Each answer in words of its own.
    Words,
    /// Numbers on a line, with words at both ends.
    Scale,
    /// As [`Look::Scale`], with faces at both ends and in the middle.
    Faces,
}

/// The numbers of a line from 0 to 10.
pub const ZERO_TO_TEN: &[i64] = &[0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10];

impl Question {
    /// A question answered from 0 to 10.
    pub(crate) const fn from_0_to_10(key: &'static str, look: Look) -> Self {
        Self { key, answers: ZERO_TO_TEN, look }
    }
}

/// The score of an instrument of one question: its answer.
fn the_answer(answers: &[i64]) -> i64 {
    answers.first().copied().unwrap_or_default()
}

/// The score of an instrument of several questions from 0 to 10: the mean answer times ten, in whole points.
fn ten_times_the_mean(answers: &[i64]) -> i64 {
    let count = i64::try_from(answers.len()).unwrap_or(i64::MAX).max(1);
    (answers.iter().sum::<i64>() * 20 / count + 1) / 2
}

/// Who answers an instrument.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Teller {
    /// A parent; it reaches the team's inbox.
    Parent,
    /// An adviser or coordinator; the family does not see it.
    Staff,
}

/// What an instrument is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum About {
    /// The one who answers.
    Teller,
    /// A parent of the family, told by staff.
    Parent,
    /// One child, told by a parent with rights for that child, or by staff.
    Child,
    /// One goal of the plan.
    Goal,
}

/// What one check-in is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Target {
    /// The one who told it.
    Teller,
    /// A child or a parent of the family.
    Person(Id<Person>),
    /// A goal of the family.
    Goal(Id<Goal>),
}

impl Target {
    /// The target of that instrument with that id; none for an instrument about its teller.
    pub fn of(instrument: &Instrument, id: Option<uuid::Uuid>) -> Option<Self> {
        match (instrument.about, id) {
            (About::Teller, None) => Some(Self::Teller),
            (About::Parent | About::Child, Some(id)) => Some(Self::Person(Id::from_uuid(id))),
            (About::Goal, Some(id)) => Some(Self::Goal(Id::from_uuid(id))),
            _ => None,
        }
    }

    /// The person it is about, where that is not the teller.
    pub const fn person(self) -> Option<Id<Person>> {
        match self {
            Self::Person(id) => Some(id),
            _ => None,
        }
    }

    /// The goal it is about.
    pub const fn goal(self) -> Option<Id<Goal>> {
        match self {
            Self::Goal(id) => Some(id),
            _ => None,
        }
    }
}

/// How a score stands to the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Change {
    /// Better, by as much as counts.
    Better,
    /// Not far enough apart to count.
    Same,
    /// Worse, by as much as counts.
    Worse,
}

impl Instrument {
    /// How a score stands to the one before.
    pub const fn change(&self, before: i64, now: i64) -> Change {
        let up = if self.higher_is_better { now - before } else { before - now };
        if up >= self.change {
            Change::Better
        } else if up <= -self.change {
            Change::Worse
        } else {
            Change::Same
        }
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
        for question in instrument.items {
            let item = question.key;
            let read = typed(item).and_then(|answer| match answer {
                None | Some("") => Err(Why::Unanswered),
                Some(answer) => question
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
    /// What it is about.
    pub target: Target,
    /// The answers.
    pub answers: Answers,
    /// A line in own words, if any.
    pub words: Option<Note>,
    /// Whether the parent asks to be called.
    pub call_me: bool,
    /// When it was answered, where it waited on the device for a net before it was sent.
    pub answered_at: Option<Moment>,
}

impl Telling {
    /// The score of the answers.
    pub fn score(&self) -> i64 {
        (self.instrument.score)(self.answers.values())
    }

    /// Whether it is read by the end of the next working day: the lowest band, or a call asked for.
    pub fn is_pressing(&self) -> bool {
        self.call_me || self.instrument.level.is_some_and(|level| level(self.score()) == Level::Low)
    }
}

keyed! {
    /// Why a check-in stands where it stands in the inbox, most in need first.
    pub enum Need {
        /// The score is in the lowest band.
        Low = "low",
        /// The parent asks to be called.
        CallMe = "call_me",
        /// Nothing else reaches the parent before a meeting.
        ByPhone = "by_phone",
        /// The score is in the middle band.
        Middle = "middle",
        /// The score of an instrument with levels got worse by [`Instrument::change`] or more.
        Drop = "drop",
        /// The parent wrote something. No machine judges what.
        Wrote = "wrote",
        /// Asked three times, the parent did not answer.
        Silent = "silent",
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
    pub teller: Id<Person>,
    /// Their name.
    pub person: PersonName,
    /// The instrument.
    pub instrument: &'static Instrument,
    /// What it is about.
    pub target: Target,
    /// The child or parent it is about, where that is not the teller.
    pub about: Option<PersonName>,
    /// The goal it is about.
    pub goal: Option<Title>,
    /// The score.
    pub score: i64,
    /// The score of the time before, if there was one.
    pub score_before: Option<i64>,
    /// Whether the parent asks to be called.
    pub call_me: bool,
    /// The parent's own words.
    pub words: Option<Note>,
    /// When it was answered: at the time it was saved, or before, where it waited on the device for a net.
    pub answered_at: Moment,
    /// When it was saved.
    pub sent_at: Moment,
    /// Who read it, once somebody did.
    pub review: Option<Review>,
}

impl CheckIn {
    /// What the score means, where the instrument says so.
    pub fn level(&self) -> Option<Level> {
        self.instrument.level.map(|level| level(self.score))
    }

    /// How the score stands to the one before.
    pub fn change(&self) -> Option<Change> {
        self.score_before.map(|before| self.instrument.change(before, self.score))
    }

    /// Every reason it needs a reader, the most pressing first; never empty.
    pub fn needs(&self) -> Vec<Need> {
        let dropped = self.instrument.level.is_some() && self.change() == Some(Change::Worse);
        let reasons = [
            (Need::Low, self.level() == Some(Level::Low)),
            (Need::CallMe, self.call_me),
            (Need::Middle, self.level() == Some(Level::Middle)),
            (Need::Drop, dropped),
            (Need::Wrote, self.words.is_some()),
        ];
        let needs: Vec<Need> = reasons.into_iter().filter_map(|(need, holds)| holds.then_some(need)).collect();
        if needs.is_empty() { vec![Need::New] } else { needs }
    }
}

#[cfg(test)]
mod tests {
    use super::{who5::WHO5, *};

    fn check_in(score: i64, score_before: Option<i64>, call_me: bool, words: Option<&str>) -> CheckIn {
        let sent_at = Moment::from_seconds(0);
        CheckIn {
            id: Id::fresh(sent_at),
            teller: Id::fresh(sent_at),
            person: PersonName::stored("Test".into()),
            instrument: &WHO5,
            target: Target::Teller,
            about: None,
            goal: None,
            score,
            score_before,
            call_me,
            words: words.map(|words| Note::stored(words.into())),
            answered_at: sent_at,
            sent_at,
            review: None,
        }
    }

    #[test]
    fn needs_are_named_the_most_pressing_first() {
        for (check_in, needs) in [
            (check_in(80, None, false, None), vec![Need::New]),
            (check_in(68, Some(76), false, None), vec![Need::New]),
            (check_in(68, Some(80), false, None), vec![Need::Drop]),
            (check_in(32, Some(44), true, Some("…")), vec![Need::Low, Need::CallMe, Need::Drop, Need::Wrote]),
            (check_in(36, None, true, None), vec![Need::CallMe, Need::Middle]),
        ] {
            assert_eq!(check_in.needs(), needs);
        }
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

    #[test]
    fn every_instrument_keeps_its_own_promises() {
        for instrument in INSTRUMENTS {
            let (lowest, highest) = instrument.range;
            let pick = |pick: fn(&[i64]) -> Option<i64>| -> Vec<i64> {
                instrument.items.iter().filter_map(|question| pick(question.answers)).collect()
            };
            for answers in [pick(|all| all.first().copied()), pick(|all| all.last().copied())] {
                let score = (instrument.score)(&answers);
                assert!((lowest..=highest).contains(&score), "{}: {score}", instrument.key);
                for mark in (instrument.marks)(&answers) {
                    assert!((lowest..=highest).contains(mark), "{}: {mark}", instrument.key);
                }
            }
            let change = instrument.change;
            let better = if instrument.higher_is_better { change } else { -change };
            assert_eq!(instrument.change(0, better), Change::Better, "{}", instrument.key);
            assert_eq!(instrument.change(0, -better), Change::Worse, "{}", instrument.key);
            assert_eq!(instrument.change(0, better - better.signum()), Change::Same, "{}", instrument.key);
        }
    }
}

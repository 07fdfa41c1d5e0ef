//! How a parent has been: WHO-5 about every fourth week, each read by an adviser, the newest perhaps not yet.

use app::{
    domain::{
        checkin::{Answers, Instrument, Level, Target, who5::WHO5},
        family::Family,
        id::Id,
        moment::Moment,
        person::{Language, Person},
        review::NextStep,
        why::Why,
        words::Note,
        working_time::{is_working_day, next_working_day},
    },
    store::{NewCheckIn, NewReview},
};
use chrono::NaiveDate;

use super::{
    family::Parent,
    staff::Team,
    stage::{Stage, ZONE},
    words,
};

/// The longest history, in check-ins. With 1.7 parents a family the average is 24 check-ins a family.
const LONGEST: u64 = 28;

/// Every so many days, give or take two.
const EVERY_DAYS: u64 = 28;

/// The largest sum of the five answers.
const HIGHEST: i64 = 25;

/// What a parent of the demo sends.
pub(super) struct Sent<'a> {
    /// The sum of the five answers, 0 to 25.
    pub(super) sum: i64,
    pub(super) sent_at: Moment,
    pub(super) call_me: bool,
    pub(super) words: Option<&'a str>,
    pub(super) review: Option<Read<'a>>,
}

/// How it was answered.
pub(super) struct Read<'a> {
    pub(super) reviewer: Id<Person>,
    pub(super) next_step: NextStep,
    pub(super) words: Option<&'a str>,
    pub(super) at: Moment,
}

impl Stage {
    /// Draws a parent's history, from nothing yet to two years.
    pub(super) fn check_ins(&mut self, family: Id<Family>, team: &Team, parent: Parent) -> Result<(), Why> {
        let usual = self.number(8, 19).cast_signed();
        let mut sum = usual;
        let newest = if self.chance(15) { self.number(1, 4) } else { self.number(5, 45) };
        let mut before = None;
        for turn in (0..self.number(0, LONGEST)).rev() {
            sum += self.number(0, 6).cast_signed() - 3 + (usual - sum).signum();
            sum = sum.clamp(1, HIGHEST);
            let wobble = if turn == 0 { 0 } else { self.number(0, 4) };
            let day = self.days_ago(newest + turn * EVERY_DAYS + wobble);
            let sent_at = self.sent_at(day);
            let level = WHO5.level.map_or(Level::Fine, |level| level(sum * 4));
            let call_me = self.chance(match level {
                Level::Low => 25,
                Level::Middle => 5,
                Level::Fine => 1,
            });
            let review = if turn == 0 && newest < 5 && self.chance(60) {
                None
            } else {
                self.read(team, parent.language, level, call_me, sent_at, day)
            };
            let said = self.chance(12).then(|| words::said(self.one_of(words::told(level)), parent.language));
            let sent = Sent { sum, sent_at, call_me, words: said, review };
            self.check_in(family, parent.id, before, &sent)?;
            before = Some(sum * 4);
        }
        Ok(())
    }

    fn sent_at(&mut self, day: NaiveDate) -> Moment {
        let hour = self.one_of(&[6, 7, 8, 12, 16, 19, 20, 20, 21, 21, 22]);
        self.moment(day, hour, hour + 1)
    }

    /// Read the same working day when sent before nine, else the next one. `None` while that day is not over.
    fn read(
        &mut self,
        team: &Team,
        language: Language,
        level: Level,
        call_me: bool,
        sent_at: Moment,
        day: NaiveDate,
    ) -> Option<Read<'static>> {
        use NextStep::{AtNextMeeting, Call, Meeting, Nothing};
        let early = sent_at.local(ZONE) < day.and_hms_opt(9, 0, 0)?;
        let day = if early && is_working_day(day) { day } else { next_working_day(day) };
        let next_step = match level {
            _ if call_me => Call,
            Level::Low => self.one_of(&[Call, Call, Meeting]),
            Level::Middle => self.one_of(&[Call, Meeting, AtNextMeeting, AtNextMeeting]),
            Level::Fine => self.one_of(&[AtNextMeeting, Nothing, Nothing, Nothing]),
        };
        let reviewer = self.one_of(&[team.primary, team.primary, team.primary, team.secondary]);
        let words = self.chance(30).then(|| words::said(self.one_of(words::answered(next_step)), language));
        let at = self.moment(day, 9, 15);
        self.is_past(day).then_some(Read { reviewer, next_step, words, at })
    }

    /// Puts a check-in into the batch, with answers that add up to its sum.
    pub(super) fn check_in(
        &mut self,
        family: Id<Family>,
        person: Id<Person>,
        score_before: Option<i64>,
        sent: &Sent<'_>,
    ) -> Result<(), Why> {
        let answers = self.answers(sent.sum)?;
        let review = sent.review.as_ref().map(|read| {
            let words = read.words.map(Note::parse).transpose()?;
            let by = next_working_day(read.at.date(ZONE));
            let kept_at = (!read.next_step.is_promise() || self.is_past(by)).then_some(read.at);
            let by = read.next_step.is_promise().then_some(by);
            let (id, reviewer, next_step, at) = (self.id(), read.reviewer, read.next_step, read.at);
            Ok(NewReview { id, reviewer, next_step, words, by, at, kept_at })
        });
        let check_in = NewCheckIn {
            id: self.id(),
            family,
            person,
            instrument: &WHO5,
            target: Target::Teller,
            answers,
            score_before,
            call_me: sent.call_me,
            words: sent.words.map(Note::parse).transpose()?,
            sent_at: sent.sent_at,
            review: review.transpose()?,
        };
        self.batch.check_ins.push(check_in);
        Ok(())
    }

    /// Puts what was told or noted with any instrument into the batch, each time four weeks after the one before, the
    /// last `newest` days ago, read by `reader` where a parent told it.
    pub(super) fn told_with(
        &mut self,
        family: Id<Family>,
        teller: Id<Person>,
        (instrument, target): (&'static Instrument, Target),
        newest: u64,
        times: &[&[i64]],
        reader: Option<Id<Person>>,
    ) -> Result<(), Why> {
        let mut score_before = None;
        for (turn, values) in (0..times.len() as u64).rev().zip(times) {
            let day = self.days_ago(newest + EVERY_DAYS * turn);
            let typed: Vec<String> = values.iter().map(ToString::to_string).collect();
            let mut next = typed.iter();
            let answers = Answers::parse(instrument, |_| Ok(next.next().map(String::as_str)));
            let answers = answers.map_err(|_| Why::OutOfRange)?;
            let score = (instrument.score)(answers.values());
            let review = reader.map(|reviewer| NewReview {
                id: self.id(),
                reviewer,
                next_step: NextStep::AtNextMeeting,
                words: None,
                by: None,
                at: self.moment(next_working_day(day), 9, 12),
                kept_at: None,
            });
            let (id, sent_at) = (self.id(), self.moment(day, 10, 14));
            self.batch.check_ins.push(NewCheckIn {
                id,
                family,
                person: teller,
                instrument,
                target,
                answers,
                score_before,
                call_me: false,
                words: None,
                sent_at,
                review,
            });
            score_before = Some(score);
        }
        Ok(())
    }

    fn answers(&mut self, sum: i64) -> Result<Answers, Why> {
        let mut values = [sum / 5; 5];
        let start = self.index(5);
        for extra in 0..(sum % 5).unsigned_abs() as usize {
            values[(start + extra) % 5] += 1;
        }
        let (up, down) = (self.index(5), self.index(5));
        if values[up] < 5 && values[down] > 0 {
            values[up] += 1;
            values[down] -= 1;
        }
        let mut digits =
            values.iter().map(|value| ["0", "1", "2", "3", "4", "5"].get(usize::try_from(*value).ok()?).copied());
        Answers::parse(&WHO5, |_| Ok(digits.next().flatten())).map_err(|_| Why::OutOfRange)
    }
}

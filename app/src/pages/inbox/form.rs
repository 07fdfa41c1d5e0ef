//! What can be typed: what was understood, what happens next, and by which day.

use chrono::NaiveDate;

use crate::{
    domain::{
        checkin::Need,
        inbox::InboxItem,
        moment::days_after,
        review::{NextStep, Reply},
        why::Why,
        words::Note,
    },
    ui::field::{Fields, Refusals},
};

/// The field with what happens next.
pub(super) const NEXT_STEP: &str = "next_step";
/// The field with the day by which a promise is kept.
pub(super) const BY: &str = "by";
/// The field with what was understood.
pub(super) const WORDS: &str = "words";

/// A promise is kept within so many days.
const LONGEST_PROMISE: u64 = 60;

/// A review form as it was filled in.
#[derive(Clone, Debug, Default)]
pub(super) struct ReviewForm {
    pub(super) typed: Fields,
    pub(super) refusals: Refusals,
}

/// Whether what was told asks for words in return: it says more than that all is well.
pub(super) fn wants_words(item: &InboxItem) -> bool {
    item.check_in.is_some() && item.needs() != [Need::New]
}

/// Whether a call was promised.
pub(super) fn wants_call(item: &InboxItem) -> bool {
    item.needs().contains(&Need::CallMe)
}

impl ReviewForm {
    /// What the reader says.
    ///
    /// # Errors
    /// The form with what was typed and what is wrong with it. [`Why::CallPromised`] is among it when nothing is to
    /// follow though the parent asked to be called, [`Why::NoDay`] when a promise has no day.
    pub(super) fn read(typed: Fields, item: &InboxItem, today: NaiveDate) -> Result<Reply, Self> {
        let mut refusals = Refusals::default();
        let next_step = typed.once(NEXT_STEP).and_then(|key| key.unwrap_or_default().parse());
        let next_step = match next_step {
            Ok(NextStep::Nothing) if wants_call(item) => Err(Why::CallPromised),
            other => other,
        };
        let next_step = refusals.take(NEXT_STEP, next_step);
        let promises = next_step.is_some_and(NextStep::is_promise);
        let by = typed.once(BY).and_then(|day| promised_day(day.unwrap_or_default(), promises, today));
        let by = refusals.take(BY, by);
        let words = typed.once(WORDS).and_then(|words| match words.unwrap_or_default() {
            words if wants_words(item) => Note::parse(words).map(Some),
            words => Note::parse_optional(words),
        });
        let words = refusals.take(WORDS, words);
        match (next_step, by, words) {
            (Some(next_step), Some(by), Some(words)) => Ok(Reply { next_step, by, words }),
            _ => Err(Self { typed, refusals }),
        }
    }
}

fn promised_day(day: &str, promises: bool, today: NaiveDate) -> Result<Option<NaiveDate>, Why> {
    if !promises {
        return Ok(None);
    }
    if day.is_empty() {
        return Err(Why::NoDay);
    }
    let day: NaiveDate = day.parse().map_err(|_| Why::NoSuchDate)?;
    match day {
        day if day < today => Err(Why::Past),
        day if day > days_after(today, LONGEST_PROMISE) => Err(Why::TooFar),
        day => Ok(Some(day)),
    }
}

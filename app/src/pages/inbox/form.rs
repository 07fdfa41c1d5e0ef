//! What can be typed: what happens next, and words to the parent.

use crate::{
    domain::{review::NextStep, why::Why, words::Note},
    ui::field::{Fields, Refusals},
};

/// The field with what happens next.
pub(super) const NEXT_STEP: &str = "next_step";
/// The field with words to the parent.
pub(super) const WORDS: &str = "words";

/// A review form as it was filled in.
#[derive(Clone, Debug, Default)]
pub(super) struct ReviewForm {
    pub(super) typed: Fields,
    pub(super) refusals: Refusals,
}

impl ReviewForm {
    /// What happens next, and words to the parent.
    ///
    /// # Errors
    /// The form with what was typed and what is wrong with it.
    /// [`Why::CallPromised`] is among it when nothing is to follow though the parent asked to be called.
    pub(super) fn read(typed: Fields, call_me: bool) -> Result<(NextStep, Option<Note>), Self> {
        let mut refusals = Refusals::default();
        let next_step = typed.once(NEXT_STEP).and_then(|key| key.unwrap_or_default().parse());
        let next_step = match next_step {
            Ok(NextStep::Nothing) if call_me => Err(Why::CallPromised),
            other => other,
        };
        let next_step = refusals.take(NEXT_STEP, next_step);
        let words = typed.once(WORDS).and_then(|words| Note::parse_optional(words.unwrap_or_default()));
        let words = refusals.take(WORDS, words);
        match (next_step, words) {
            (Some(next_step), Some(words)) => Ok((next_step, words)),
            _ => Err(Self { typed, refusals }),
        }
    }
}

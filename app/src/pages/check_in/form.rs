//! What can be typed: an answer to every question, a line in own words, and "call me".

use crate::{
    domain::{
        checkin::{Answers, CheckIn, Instrument, Target, Telling},
        id::Id,
        words::Note,
    },
    ui::{
        field::{Fields, Refusals},
        questions::{VERSION, still_asked},
    },
};

/// The field with a parent's own words.
pub(super) const WORDS: &str = "words";
/// The check box that asks to be called.
pub(super) const CALL_ME: &str = "call_me";

/// A check-in form as it was filled in.
#[derive(Clone, Debug)]
pub(super) struct CheckInForm {
    pub(super) id: Id<CheckIn>,
    pub(super) typed: Fields,
    pub(super) refusals: Refusals,
}

impl CheckInForm {
    /// An empty form for a check-in to be.
    pub(super) fn empty(id: Id<CheckIn>) -> Self {
        Self { id, typed: Fields::default(), refusals: Refusals::default() }
    }

    /// What the parent tells.
    ///
    /// # Errors
    /// The form with what was typed and what is wrong with it.
    pub(super) fn read(
        instrument: &'static Instrument,
        target: Target,
        id: Id<CheckIn>,
        typed: Fields,
    ) -> Result<Telling, Self> {
        let answers = Answers::parse(instrument, |item| typed.once(item));
        let (answers, mut refusals) = match answers {
            Ok(answers) => (Some(answers), Refusals::default()),
            Err(refused) => (None, refused.into()),
        };
        let words = typed.once(WORDS).and_then(|words| Note::parse_optional(words.unwrap_or_default()));
        let words = refusals.take(WORDS, words);
        let call_me = refusals.take(CALL_ME, typed.ticked(CALL_ME));
        let version = refusals.take(VERSION, still_asked(instrument, &typed));
        match (answers, words, call_me.filter(|_| version.is_some())) {
            (Some(answers), Some(words), Some(call_me)) => {
                Ok(Telling { instrument, target, answers, words, call_me, answered_at: None })
            }
            _ => Err(Self { id, typed, refusals }),
        }
    }
}

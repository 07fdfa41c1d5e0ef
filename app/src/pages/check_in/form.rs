//! What can be typed: an answer to every question, a line in own words, and "call me".

use crate::{
    domain::{
        checkin::{Answers, CheckIn, Instrument, Target, Telling},
        id::Id,
        why::Why,
        words::Note,
    },
    ui::field::{Fields, Refusals},
};

/// The field with a parent's own words.
pub(super) const WORDS: &str = "words";
/// The check box that asks to be called.
pub(super) const CALL_ME: &str = "call_me";
/// The id under which the check-in will be saved; it comes with the page, so that sending twice makes one.
pub(super) const ID: &str = "id";

/// The version of the questions that were shown.
pub(super) const VERSION: &str = "version";

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

    /// Whether every field is one of the instrument's form: nothing else is ever taken, nor quietly passed over.
    pub(super) fn knows(instrument: &Instrument, typed: &Fields) -> bool {
        typed.names().all(|name| {
            matches!(name, ID | VERSION | WORDS | CALL_ME) || instrument.items.iter().any(|item| item.key == name)
        })
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
        let version = refusals.take(
            VERSION,
            typed.once(VERSION).and_then(|version| match version {
                Some(version) if version != instrument.version.to_string() => Err(Why::Outdated),
                _ => Ok(()),
            }),
        );
        match (answers, words, call_me.filter(|_| version.is_some())) {
            (Some(answers), Some(words), Some(call_me)) => Ok(Telling { instrument, target, answers, words, call_me }),
            _ => Err(Self { id, typed, refusals }),
        }
    }
}

//! What can be typed: what was agreed. And from where a promise was ticked off.

use crate::{
    domain::{
        id::Id,
        team_meeting::{Agreement, Period},
        why::Why,
        words::Note,
    },
    problem::Problem,
    ui::field::{Fields, Refusals},
};

/// The field with what was agreed.
pub(super) const WORDS: &str = "words";
/// The id under which the agreement will be saved; it comes with the page, so that sending twice makes one.
pub(super) const ID: &str = "id";
/// The field with the period of the page a promise was ticked off on.
pub(super) const PERIOD: &str = "period";
/// The field that says whether that page was the list or one family's.
pub(super) const ON: &str = "on";
/// It was the list.
pub(super) const LIST: &str = "list";
/// It was the family's.
pub(super) const FAMILY: &str = "family";

/// A form for an agreement as it was filled in.
#[derive(Clone, Debug)]
pub(super) struct AgreementForm {
    pub(super) id: Id<Agreement>,
    pub(super) typed: Fields,
    pub(super) refusals: Refusals,
}

impl AgreementForm {
    /// An empty form for an agreement to be.
    pub(super) fn empty(id: Id<Agreement>) -> Self {
        Self { id, typed: Fields::default(), refusals: Refusals::default() }
    }

    /// What was agreed, and the id to save it under.
    ///
    /// # Errors
    /// [`Problem::Malformed`] without an id; else the form with what was typed and what is wrong with it.
    pub(super) fn read(typed: Fields) -> Result<Result<(Id<Agreement>, Note), Self>, Problem> {
        let id = typed.parsed(ID).ok_or(Problem::Malformed)?;
        let mut refusals = Refusals::default();
        let words = typed.once(WORDS).and_then(|words| Note::parse(words.unwrap_or_default()));
        Ok(refusals.take(WORDS, words).map(|words| (id, words)).ok_or(Self { id, typed, refusals }))
    }
}

/// Where a promise was ticked off: in which period, and whether on the family's page.
///
/// # Errors
/// [`Problem::Malformed`] for a form of somebody else's.
pub(super) fn from(fields: &Fields) -> Result<(Period, bool), Problem> {
    let key = |name| fields.once(name).and_then(|key| key.ok_or(Why::Unknown)).map_err(|_| Problem::Malformed);
    let period = key(PERIOD)?.parse().map_err(|_| Problem::Malformed)?;
    match key(ON)? {
        LIST => Ok((period, false)),
        FAMILY => Ok((period, true)),
        _ => Err(Problem::Malformed),
    }
}

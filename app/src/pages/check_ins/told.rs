//! What a copy is made of.

use std::collections::HashMap;

use crate::{
    domain::{
        checkin::{CheckIn, Instrument, Question},
        id::Id,
    },
    store::{self, Access, Db},
    text::Text,
};

/// What was told, with every answer.
#[derive(Debug)]
pub struct Told {
    pub(super) check_ins: Vec<CheckIn>,
    answers: HashMap<Id<CheckIn>, Vec<(String, i64)>>,
}

impl Told {
    /// What the viewer sees of it: a parent their own, staff and the console the whole family's with what staff noted.
    ///
    /// # Errors
    /// [`store::Error::NotFound`] when the viewer sees none of it.
    pub async fn of(db: &Db, access: &Access) -> Result<Self, store::Error> {
        Ok(Self { check_ins: store::told(db, access).await?, answers: store::answers(db, access).await? })
    }

    /// The answer to one question of a check-in.
    pub(super) fn answer(&self, check_in: &CheckIn, question: &Question) -> Option<i64> {
        let answers = self.answers.get(&check_in.id)?;
        answers.iter().find(|(item, _)| item == question.key).map(|(_, value)| *value)
    }
}

/// A question as it was asked, with the words before it.
pub(super) fn asked(text: &Text, instrument: &Instrument, question: &Question) -> String {
    let words = text.instruments.of(instrument.key);
    words.map_or_else(String::new, |words| format!("{} {}", words.lead, words.item(question.key)))
}

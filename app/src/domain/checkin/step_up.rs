//! One step up: where a parent stands with one goal, 0 to 10, and in own words what one step higher would look like.
//!
//! The idea of a line with a next step on it is common in work with families; the words are ours.

use super::{About, Instrument, Look, Question, Teller, the_answer};
use crate::domain::rhythm::Rhythm;

/// One step on the line.
const CHANGE: i64 = 1;

/// The instrument.
pub const STEP_UP: Instrument = Instrument {
    key: "step_up",
    version: 1,
    teller: Teller::Parent,
    about: About::Goal,
    items: &[item("now")],
    score: the_answer,
    range: (0, 10),
    higher_is_better: true,
    marks: |_| &[],
    level: None,
    change: CHANGE,
    rhythm: Rhythm::Never,
    published: None,
};

const fn item(key: &'static str) -> Question {
    Question::from_0_to_10(key, Look::Scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_is_the_answer() {
        assert_eq!([0, 7, 10].map(|answer| (STEP_UP.score)(&[answer])), [0, 7, 10]);
    }
}

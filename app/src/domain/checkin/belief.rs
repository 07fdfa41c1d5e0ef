//! How much an adviser believes that a parent will manage a job, 0 to 10.
//!
//! Research on employment indicators found that an adviser's belief helps. It says more about the adviser than about
//! the parent, so it is recorded apart from what parents tell, and families never see it.

use super::{About, Instrument, Look, Question, Teller, the_answer};
use crate::domain::rhythm::Rhythm;

/// One step on the line.
const CHANGE: i64 = 1;

/// The instrument.
pub const BELIEF: Instrument = Instrument {
    key: "belief",
    version: 1,
    teller: Teller::Staff,
    about: About::Parent,
    items: &[item("job")],
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
        assert_eq!([0, 7, 10].map(|answer| (BELIEF.score)(&[answer])), [0, 7, 10]);
    }
}

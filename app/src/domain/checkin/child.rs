//! How my child is doing, as one parent with rights for that child sees it.
//!
//! Four short questions of our own, answered 0 to 10 between two faces: in day care or school, with friends, in free
//! time, at home. Nobody has validated them, so there are no bands.

use super::{About, Instrument, Look, Question, Teller, ten_times_the_mean};
use crate::domain::rhythm::Rhythm;

/// One whole step on the line from 0 to 10, on average. A choice of ours.
const CHANGE: i64 = 10;

/// The instrument.
pub const CHILD: Instrument = Instrument {
    key: "child",
    version: 1,
    teller: Teller::Parent,
    about: About::Child,
    items: &[item("school"), item("friends"), item("leisure"), item("home")],
    score: ten_times_the_mean,
    range: (0, 100),
    higher_is_better: true,
    marks: |_| &[],
    level: None,
    change: CHANGE,
    rhythm: Rhythm::TwelveWeeks,
    published: None,
};

const fn item(key: &'static str) -> Question {
    Question::from_0_to_10(key, Look::Faces)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_is_the_mean_times_ten() {
        for (answers, expected) in [([0; 4], 0), ([10; 4], 100), ([7, 8, 7, 8], 75), ([0, 0, 0, 1], 3)] {
            assert_eq!((CHILD.score)(&answers), expected);
        }
    }
}

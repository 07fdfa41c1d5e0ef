//! Work and everyday life, as a parent sees it.
//!
//! Six questions of our own, answered 0 to 10. They follow the idea of employment-indicator research, that small steps
//! towards work can be seen long before a job: looking for work, knowing where work is, health and living with it,
//! working together, a direction, and believing that one can manage a job. The wording is ours and nobody has
//! validated it, so there are no bands: it is something to talk about. The adviser's own belief is an instrument of
//! its own, [`belief`](super::belief), which families never see.

use super::{About, Instrument, Look, Question, Teller, ten_times_the_mean};
use crate::domain::rhythm::Rhythm;

/// One whole step on the line from 0 to 10, on average. A choice of ours.
const CHANGE: i64 = 10;

/// The instrument.
pub const WORK: Instrument = Instrument {
    key: "work",
    version: 1,
    teller: Teller::Parent,
    about: About::Teller,
    items: &[item("energy"), item("search"), item("knowledge"), item("together"), item("direction"), item("belief")],
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
    Question::from_0_to_10(key, Look::Scale)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_is_the_mean_times_ten() {
        for (answers, expected) in [([0; 6], 0), ([10; 6], 100), ([5, 5, 5, 5, 5, 6], 52), ([3, 4, 3, 4, 3, 4], 35)] {
            assert_eq!((WORK.score)(&answers), expected);
        }
    }
}

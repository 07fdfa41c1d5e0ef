//! The five totals of the Strengths and Difficulties Questionnaire (SDQ, Goodman 1997), entered by an adviser.
//!
//! The questionnaire itself is licensed and never in the product; a municipality links to the form it has a licence
//! for. What is kept are the totals of its five scales, 0 to 10 each, who answered, and the set of norms they are held
//! against. The score is the total of difficulties: the first four scales, 0 to 40. Danish sets of norms disagree with
//! each other and with the British one, so lines are drawn where the chosen set has them, and no verdict is given.

use super::{About, Instrument, Look, Question, Teller};
use crate::domain::rhythm::Rhythm;

/// The instrument. Informant: 0 a parent, 1 a teacher or day care, 2 the child. Norms: 0 British, told by parents
/// (borderline from 14, high from 17); 1 Danish boys of 5 to 7 years (10, 14); 2 Danish girls of 5 to 7 years (9, 12).
pub const SDQ: Instrument = Instrument {
    key: "sdq",
    version: 1,
    teller: Teller::Staff,
    about: About::Child,
    items: &[
        total("emotional"),
        total("conduct"),
        total("hyperactivity"),
        total("peer"),
        total("prosocial"),
        Question { key: "informant", answers: &[0, 1, 2], look: Look::Words },
        Question { key: "norms", answers: &[0, 1, 2], look: Look::Words },
    ],
    score,
    range: (0, 40),
    higher_is_better: false,
    marks,
    level: None,
    change: 5,
    rhythm: Rhythm::Never,
    published: None,
};

const fn total(key: &'static str) -> Question {
    Question::from_0_to_10(key, Look::Scale)
}

fn score(answers: &[i64]) -> i64 {
    answers.iter().take(4).sum()
}

fn marks(answers: &[i64]) -> &'static [i64] {
    match answers.get(6) {
        Some(0) => &[14, 17],
        Some(1) => &[10, 14],
        Some(2) => &[9, 12],
        _ => &[],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_is_the_sum_of_the_first_four_scales() {
        assert_eq!(score(&[1, 2, 3, 4, 10, 0, 0]), 10);
        assert_eq!(score(&[10, 10, 10, 10, 0, 2, 2]), 40);
    }

    #[test]
    fn the_lines_are_those_of_the_norms_that_were_chosen() {
        assert_eq!([0, 1, 2].map(|norms| marks(&[0, 0, 0, 0, 0, 1, norms])), [[14, 17], [10, 14], [9, 12]]);
        assert_eq!(marks(&[]), [0; 0]);
    }
}

//! The WHO-5 Well-Being Index, for adults (and valid from 9 years).
//!
//! Five questions about the last two weeks, answered 5 ("all of the time") to 0 ("at no time"). The score is the sum
//! times four, 0 to 100 (Topp et al., "The WHO-5 Well-Being Index: a systematic review of the literature",
//! Psychotherapy and Psychosomatics 2015;84:167–176). Bands as used in Denmark: 0–35 high risk of depression or
//! long-lasting stress, 36–50 risk, above 50 none. Only multiples of four exist, so the ten points regarded as a
//! real change are twelve. A missing answer gives no score.

use super::{About, Instrument, Level, Look, Question, Teller};
use crate::domain::rhythm::Rhythm;

/// The instrument. The item keys are the linkIds of the Danish municipalities' FHIR questionnaire.
pub const WHO5: Instrument = Instrument {
    key: "who5",
    version: 1,
    teller: Teller::Parent,
    about: About::Teller,
    items: &[item("happy"), item("calm"), item("active"), item("rested"), item("interest")],
    score,
    range: (0, 100),
    higher_is_better: true,
    marks: |_| &[35, 50],
    level: Some(level),
    change: 12,
    rhythm: Rhythm::FourWeeks,
};

const fn item(key: &'static str) -> Question {
    Question { key, answers: &[5, 4, 3, 2, 1, 0], look: Look::Words }
}

fn score(answers: &[i64]) -> i64 {
    answers.iter().sum::<i64>() * 4
}

const fn level(score: i64) -> Level {
    match score {
        ..=35 => Level::Low,
        36..=50 => Level::Middle,
        _ => Level::Fine,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_score_is_the_sum_times_four() {
        for (answers, expected) in [
            ([0, 0, 0, 0, 0], 0),
            ([5, 5, 5, 5, 5], 100),
            ([1, 1, 1, 2, 2], 28),
            ([2, 2, 2, 1, 1], 32),
            ([1, 2, 2, 2, 2], 36),
            ([3, 3, 2, 2, 2], 48),
            ([3, 3, 3, 2, 2], 52),
        ] {
            assert_eq!(score(&answers), expected);
        }
    }

    #[test]
    fn the_danish_bands_hold_at_their_edges() {
        for (score, expected) in [
            (0, Level::Low),
            (28, Level::Low),
            (32, Level::Low),
            (35, Level::Low),
            (36, Level::Middle),
            (48, Level::Middle),
            (50, Level::Middle),
            (52, Level::Fine),
            (100, Level::Fine),
        ] {
            assert_eq!(level(score), expected, "{score}");
        }
    }
}

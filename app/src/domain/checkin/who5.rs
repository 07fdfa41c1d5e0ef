//! The WHO-5 Well-Being Index, for adults (and valid from 9 years).
//!
//! Five questions about the last two weeks, answered 5 ("all of the time") to 0 ("at no time"). The score is the sum
//! times four, 0 to 100 (Topp et al., "The WHO-5 Well-Being Index: a systematic review of the literature",
//! Psychotherapy and Psychosomatics 2015;84:167–176). Bands as used in Denmark: 0–35 high risk of depression or
//! long-lasting stress, 36–50 risk, above 50 none. Only multiples of four exist, so the ten points regarded as a
//! real change are twelve. A missing answer gives no score.

use super::{About, Instrument, Level, Look, Published, Question, Teller};
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
    published: Some(&Published {
        questionnaire: "http://fhir.kl.dk/ffinst/Questionnaire/KLToolsCareWHO5",
        words: "who5comment",
        system: "http://fhir.kl.dk/ffinst/CodeSystem/KLToolsCodes",
        answer: coded,
        score: ("1144665009", "5-item World Health Organization Well-being Index value (observable entity)"),
    }),
};

const fn item(key: &'static str) -> Question {
    Question { key, answers: &[5, 4, 3, 2, 1, 0], look: Look::Words }
}

/// The codes of the answers 5 to 0 to each question, with the word the code system puts behind them (KLToolsCodes of the
/// Danish municipalities' guide to common instruments, version 1.0.0).
const CODES: [(&str, &str, [&str; 6]); 5] = [
    (
        "happy",
        "glad",
        [
            "0e5aa952-d470-4219-b275-5e8204d96987",
            "9fd3c658-d0b7-4018-84e9-8588be7de478",
            "a3779fc5-d7b3-4d03-bdaf-5ae5a40b0899",
            "228ee58f-5785-4364-a99c-8ba99943f510",
            "c4002c8a-91c5-4737-bba6-ce364e83fd28",
            "d092cdf0-e4e0-4cf6-a506-0adf95f56a8d",
        ],
    ),
    (
        "calm",
        "rolig",
        [
            "b9eb352d-145d-4c45-8f8c-5b92474c4af1",
            "b128508b-8ef8-4516-b8e1-f5af02a408f3",
            "1ab11c78-6258-4069-9065-0f076833b133",
            "d599f667-9300-432d-9edf-a1afa4c9af85",
            "1fb14510-ec20-4a8e-bc3a-d45fa83909c9",
            "130fbd15-4718-4fb7-9592-d205f575bc9c",
        ],
    ),
    (
        "active",
        "aktiv",
        [
            "3d3c13a6-befa-4a52-aef0-7e775ca11fdd",
            "60da44d3-815e-426f-8c8a-0ae34d85863a",
            "f573ad27-7d00-4505-99ac-f0f35cd16e6a",
            "d9d031d9-3185-4f59-a125-ea5a3503011a",
            "08c8a19c-d135-4e05-a8d4-70c6da6f4842",
            "ccc3ecb4-3249-4c82-9c2b-dca72f4ba374",
        ],
    ),
    (
        "rested",
        "frisk",
        [
            "7aaccc2e-ead3-41f0-a9ba-091f2e539753",
            "b1375340-07a1-4ab4-9d3b-f5de61b878b5",
            "0059dc5d-d174-45b9-a423-136e3d9c2bda",
            "8f403657-cdbd-4d87-aefe-ab040a6db428",
            "2bd7d702-99ac-4acc-b3f6-a9833a32f7c8",
            "18c05b5f-97e6-4c08-a920-ec75a213f1f6",
        ],
    ),
    (
        "interest",
        "interesseret",
        [
            "2ca88533-c048-4b2a-9ac2-2206b63a25ac",
            "b62a3f31-9b63-4b86-b5bd-edf300b9fbd6",
            "392ee33f-e754-4443-a285-c19aff66726f",
            "3c323281-fc96-47cb-b057-1dff2ffa835b",
            "314ab944-2f8a-453d-8653-b46cacf5f480",
            "f97749b5-e689-40a4-9eda-0b0e35d185fc",
        ],
    ),
];

fn coded(item: &str, value: i64) -> Option<(&'static str, String)> {
    const WORDS: [&str; 6] = [
        "Hele tiden",
        "Det meste af tiden",
        "Lidt mere end halvdelen af tiden",
        "Lidt mindre end halvdelen af tiden",
        "Lidt af tiden",
        "På intet tidspunkt",
    ];
    let (_, of, codes) = CODES.iter().find(|(key, ..)| *key == item)?;
    let at = usize::try_from(5_i64.checked_sub(value)?).ok()?;
    Some((codes.get(at)?, format!("WHO-5 {} - {value} ({of})", WORDS.get(at)?)))
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
    fn every_answer_has_a_code_of_its_own_under_its_published_name() {
        let all: Vec<_> =
            WHO5.items.iter().flat_map(|item| item.answers.iter().map(|answer| coded(item.key, *answer))).collect();
        let mut codes: Vec<_> = all.iter().map(|coded| coded.as_ref().expect("a code").0).collect();
        codes.sort_unstable();
        codes.dedup();
        assert_eq!(codes.len(), 30);
        let calm = ("1ab11c78-6258-4069-9065-0f076833b133", "WHO-5 Lidt mere end halvdelen af tiden - 3 (rolig)");
        assert_eq!(coded("calm", 3), Some((calm.0, calm.1.to_owned())));
        for (item, value) in [("calm", 6), ("calm", -1), ("calm", i64::MIN), ("sad", 3)] {
            assert_eq!(coded(item, value), None, "{item} {value}");
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

//! Plans that others own, such as a job plan or a treatment plan: pointed to, never copied.

use chrono::NaiveDate;

use super::{
    id::Id,
    person::Person,
    settings::Settings,
    words::{PersonName, Source, Title},
};

/// Where such a plan is and whose it is.
#[derive(Clone, Debug)]
pub struct SectorPlan {
    /// Its identity.
    pub id: Id<SectorPlan>,
    /// Whom of the family it is about; none where it is about them all.
    pub about: Option<(Id<Person>, PersonName)>,
    /// What there is to know of it.
    pub pointer: Pointer,
}

/// What there is to know of a plan without copying it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pointer {
    /// What it is called.
    pub title: Title,
    /// Who owns it and answers for it.
    pub owner: Title,
    /// Where it is found.
    pub source: Source,
    /// The day it was made.
    pub made_on: NaiveDate,
    /// The day it is looked at next, where that is known.
    pub next_review: Option<NaiveDate>,
}

impl Pointer {
    /// Whether it should have been looked at before the day `today`.
    pub fn is_stale(&self, today: NaiveDate) -> bool {
        self.next_review.is_some_and(|day| day < today)
    }

    /// Where it is found on the web, if it is.
    pub fn address(&self) -> Option<String> {
        Settings::address(self.source.as_str()).ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pointer(source: &str, next_review: Option<&str>) -> Pointer {
        Pointer {
            title: Title::parse("Jobplan").expect("a title"),
            owner: Title::parse("Jobcentret").expect("a title"),
            source: Source::parse(source).expect("a source"),
            made_on: "2026-10-01".parse().expect("a day"),
            next_review: next_review.map(|day| day.parse().expect("a day")),
        }
    }

    #[test]
    fn a_plan_is_stale_from_the_day_after_its_review() {
        let today = "2026-11-25".parse().expect("a day");
        for (review, stale) in
            [(None, false), (Some("2026-11-24"), true), (Some("2026-11-25"), false), (Some("2027-01-01"), false)]
        {
            assert_eq!(pointer("Mappen", review).is_stale(today), stale, "{review:?}");
        }
    }

    #[test]
    fn only_a_sound_address_leads_somewhere() {
        let found = |source| pointer(source, None).address();
        assert_eq!(found("https://jobnet.dk/plan"), Some("https://jobnet.dk/plan".to_owned()));
        assert_eq!((found("Spørg Karen"), found("javascript:alert(1)"), found("http://a.dk")), (None, None, None));
    }
}

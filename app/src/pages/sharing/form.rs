//! What can be typed: one thing, and the last day it may be seen.

use chrono::{Months, NaiveDate};

use crate::{
    domain::{consent::Thing, moment::days_after, why::Why},
    ui::field::{Fields, Refusals},
};

/// The field with what may be seen.
pub(super) const ITEM: &str = "item";
/// The field with the last day.
pub(super) const UNTIL: &str = "until";

/// A yes lasts so many days at most.
const FARTHEST: u64 = 400;
/// A yes lasts so many months unless another day is chosen.
const USUAL: Months = Months::new(3);

/// The last day of a yes that is said on the day `today`, unless another is chosen.
pub(super) fn usual(today: NaiveDate) -> NaiveDate {
    today.checked_add_months(USUAL).unwrap_or(today)
}

/// A yes as it was filled in.
#[derive(Debug)]
pub(super) struct ConsentForm {
    pub(super) typed: Fields,
    pub(super) refusals: Refusals,
}

impl ConsentForm {
    /// The form before anything was chosen, on the day `today`.
    pub(super) fn fresh(today: NaiveDate) -> Self {
        Self { typed: [(UNTIL, usual(today).to_string())].into_iter().collect(), refusals: Refusals::default() }
    }

    /// What may be seen and the last day, both chosen on the day `today`.
    ///
    /// # Errors
    /// The form with what was typed and what is wrong with it: [`Why::Unknown`], [`Why::NoDay`], [`Why::NoSuchDate`],
    /// [`Why::Past`], [`Why::TooFar`] or [`Why::Twice`].
    pub(super) fn read(typed: Fields, today: NaiveDate) -> Result<(Thing, NaiveDate), Self> {
        let mut refusals = Refusals::default();
        let thing = typed.once(ITEM).and_then(|thing| thing.unwrap_or_default().parse());
        let until = typed.once(UNTIL).and_then(|day| match day {
            None | Some("") => Err(Why::NoDay),
            Some(day) => day.parse().map_err(|_| Why::NoSuchDate),
        });
        let until = until.and_then(|until| match until {
            until if until < today => Err(Why::Past),
            until if until > days_after(today, FARTHEST) => Err(Why::TooFar),
            until => Ok(until),
        });
        match (refusals.take(ITEM, thing), refusals.take(UNTIL, until)) {
            (Some(thing), Some(until)) => Ok((thing, until)),
            _ => Err(Self { typed, refusals }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_yes_that_makes_no_sense_is_refused_where_it_stands() {
        let today = "2026-11-30".parse().expect("a day");
        assert_eq!(ConsentForm::fresh(today).typed.get(UNTIL), Some("2027-02-28"));
        let read = |body: &str| ConsentForm::read(Fields::read(body.as_bytes()).expect("a form"), today);
        assert!(read("item=goals&until=2026-11-30").is_ok());
        for (body, item, until) in [
            ("", Some(Why::Unknown), Some(Why::NoDay)),
            ("item=hopes&until=2026-12-01", Some(Why::Unknown), None),
            ("item=child&until=2026-12-01", Some(Why::Unknown), None),
            ("item=goals&item=steps&until=2026-12-01", Some(Why::Twice), None),
            ("item=goals&until=2027-02-30", None, Some(Why::NoSuchDate)),
            ("item=goals&until=2026-11-29", None, Some(Why::Past)),
            ("item=goals&until=2028-11-30", None, Some(Why::TooFar)),
        ] {
            let form = read(body).expect_err(body);
            assert_eq!((form.refusals.of(ITEM), form.refusals.of(UNTIL)), (item, until), "{body}");
        }
    }
}

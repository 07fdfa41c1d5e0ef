//! What can be typed: what there is to know of a plan without copying it.

use chrono::NaiveDate;

use crate::{
    domain::{
        id::Id,
        person::Person,
        sector_plan::{Pointer, SectorPlan},
        why::Why,
        words::{Source, Title},
    },
    ui::field::{Fields, Refusals},
};

/// The id it will have; it comes with the page, so that sending twice makes one.
pub(super) const ID: &str = "id";
/// The field with whom it is about; empty for them all.
pub(super) const ABOUT: &str = "about";
/// The field with what it is called.
pub(super) const TITLE: &str = "title";
/// The field with who owns it.
pub(super) const OWNER: &str = "owner";
/// The field with where it is found.
pub(super) const SOURCE: &str = "source";
/// The field with the day it was made.
pub(super) const MADE_ON: &str = "made_on";
/// The field with the day it is looked at next.
pub(super) const NEXT_REVIEW: &str = "next_review";

/// A pointer as it was filled in.
#[derive(Debug, Default)]
pub(super) struct PointerForm {
    pub(super) typed: Fields,
    pub(super) refusals: Refusals,
}

/// Whom a plan is about, and what there is to know of it.
pub(super) type Read = (Option<Id<Person>>, Pointer);

impl PointerForm {
    /// The form with what stands there.
    pub(super) fn of(plan: &SectorPlan) -> Self {
        let pointer = &plan.pointer;
        let day = |day: Option<NaiveDate>| day.map_or_else(String::new, |day| day.to_string());
        let typed = [
            (ABOUT, plan.about.as_ref().map_or_else(String::new, |(person, _)| person.to_string())),
            (TITLE, pointer.title.to_string()),
            (OWNER, pointer.owner.to_string()),
            (SOURCE, pointer.source.to_string()),
            (MADE_ON, day(Some(pointer.made_on))),
            (NEXT_REVIEW, day(pointer.next_review)),
        ];
        Self { typed: typed.into_iter().collect(), refusals: Refusals::default() }
    }

    /// Reads it.
    ///
    /// # Errors
    /// The form with what was typed and what is wrong with it.
    pub(super) fn read(typed: Fields) -> Result<Read, Self> {
        let mut refusals = Refusals::default();
        let once = |field| typed.once(field).map(Option::unwrap_or_default);
        let about = once(ABOUT).and_then(|about| match about {
            "" => Ok(None),
            about => about.parse().map(Some).map_err(|_| Why::Unknown),
        });
        let about = refusals.take(ABOUT, about);
        let title = refusals.take(TITLE, once(TITLE).and_then(Title::parse));
        let owner = refusals.take(OWNER, once(OWNER).and_then(Title::parse));
        let source = refusals.take(SOURCE, once(SOURCE).and_then(Source::parse));
        let made_on = once(MADE_ON).and_then(|day| match day {
            "" => Err(Why::NoDay),
            day => day.parse().map_err(|_| Why::NoSuchDate),
        });
        let made_on: Option<NaiveDate> = refusals.take(MADE_ON, made_on);
        let next_review = once(NEXT_REVIEW).and_then(|day| match day {
            "" => Ok(None),
            day => match (day.parse::<NaiveDate>(), made_on) {
                (Err(_), _) => Err(Why::NoSuchDate),
                (Ok(day), Some(made_on)) if day < made_on => Err(Why::EndsFirst),
                (Ok(day), _) => Ok(Some(day)),
            },
        });
        let next_review = refusals.take(NEXT_REVIEW, next_review);
        match (about, title, owner, source, made_on, next_review) {
            (Some(about), Some(title), Some(owner), Some(source), Some(made_on), Some(next_review)) => {
                Ok((about, Pointer { title, owner, source, made_on, next_review }))
            }
            _ => Err(Self { typed, refusals }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pointer_that_makes_no_sense_is_refused_where_it_stands() {
        let read = |body: &str| PointerForm::read(Fields::read(body.as_bytes()).expect("a form"));
        let fine = "about=&title=Jobplan&owner=Jobcentret&source=Mappen&made_on=2026-10-01&next_review=";
        assert_eq!(read(fine).expect("sound").1.next_review, None);
        for (from, to, field, why) in [
            ("about=", "about=x", ABOUT, Why::Unknown),
            ("title=Jobplan", "title=", TITLE, Why::Empty),
            ("owner=Jobcentret", "owner=+", OWNER, Why::Empty),
            ("source=Mappen", "source=", SOURCE, Why::Empty),
            ("made_on=2026-10-01", "made_on=", MADE_ON, Why::NoDay),
            ("made_on=2026-10-01", "made_on=2026-10-32", MADE_ON, Why::NoSuchDate),
            ("next_review=", "next_review=2026-09-30", NEXT_REVIEW, Why::EndsFirst),
            ("next_review=", "next_review=soon", NEXT_REVIEW, Why::NoSuchDate),
        ] {
            let form = read(&fine.replace(from, to)).expect_err(to);
            assert_eq!(form.refusals.of(field), Some(why), "{to}");
            assert_eq!(form.refusals.fields().count(), 1, "{to}");
        }
    }
}

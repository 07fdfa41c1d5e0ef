//! What can be typed: what the child said, who heard it and when; and what the child says to it being opened.

use chrono::NaiveDate;

use crate::{
    domain::{
        child_words::{Assent, Said},
        why::Why,
        words::{Note, PersonName},
    },
    ui::field::{Fields, FilledIn, Refusals},
};

/// The id it will have; it comes with the page, so that sending twice writes once.
pub(super) const ID: &str = "id";
pub(super) const WORDS: &str = "words";
pub(super) const HEARD_BY: &str = "heard_by";
pub(super) const HEARD_ON: &str = "heard_on";
/// What the child says to it being opened.
pub(super) const ASSENT: &str = "assent";

/// An empty form: heard today, by whoever writes.
pub(super) fn empty(writer: &PersonName, today: NaiveDate) -> FilledIn {
    let typed = [(HEARD_BY, writer.to_string()), (HEARD_ON, today.to_string())];
    FilledIn { typed: typed.into_iter().collect(), refusals: Refusals::default() }
}

/// Reads what was said.
///
/// # Errors
/// The form with what was typed and what is wrong with it.
pub(super) fn read(typed: Fields, today: NaiveDate) -> Result<Said, FilledIn> {
    let mut refusals = Refusals::default();
    let once = |field| typed.once(field).map(Option::unwrap_or_default);
    let words = refusals.take(WORDS, once(WORDS).and_then(Note::parse));
    let heard_by = refusals.take(HEARD_BY, once(HEARD_BY).and_then(PersonName::parse));
    let heard_on = once(HEARD_ON).and_then(|day| match day.parse::<NaiveDate>() {
        _ if day.is_empty() => Err(Why::NoDay),
        Err(_) => Err(Why::NoSuchDate),
        Ok(day) if day > today => Err(Why::TooFar),
        Ok(day) => Ok(day),
    });
    let heard_on = refusals.take(HEARD_ON, heard_on);
    match (words, heard_by, heard_on) {
        (Some(words), Some(heard_by), Some(heard_on)) => Ok(Said { words, heard_by, heard_on }),
        _ => Err(FilledIn { typed, refusals }),
    }
}

/// Reads what the child says to it being opened.
///
/// # Errors
/// As [`read`].
pub(super) fn assent(typed: Fields) -> Result<Assent, FilledIn> {
    let mut refusals = Refusals::default();
    let assent = typed.once(ASSENT).and_then(|assent| assent.unwrap_or_default().parse());
    refusals.take(ASSENT, assent).ok_or(FilledIn { typed, refusals })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn typed(body: &str) -> Fields {
        Fields::read(body.as_bytes()).expect("a form")
    }

    #[test]
    fn what_was_said_needs_words_somebody_who_heard_them_and_a_day_that_came() {
        let today = "2026-11-23".parse().expect("a day");
        let fine = "words=Hej&heard_by=Karen&heard_on=2026-11-23";
        assert!(read(typed(fine), today).is_ok());
        for (from, to, field, why) in [
            ("words=Hej", "words=+", WORDS, Why::Empty),
            ("words=Hej", "words=Hej&words=Hej", WORDS, Why::Twice),
            ("heard_by=Karen", "heard_by=", HEARD_BY, Why::Empty),
            ("2026-11-23", "", HEARD_ON, Why::NoDay),
            ("2026-11-23", "2026-11-24", HEARD_ON, Why::TooFar),
            ("2026-11-23", "2026-11-31", HEARD_ON, Why::NoSuchDate),
        ] {
            let form = read(typed(&fine.replace(from, to)), today).expect_err(to);
            assert_eq!(form.refusals.of(field), Some(why), "{to}");
            assert_eq!(form.refusals.fields().count(), 1, "{to}");
        }
    }

    #[test]
    fn nothing_is_opened_without_saying_what_the_child_says_to_it() {
        for said in Assent::ALL {
            assert_eq!(assent(typed(&format!("assent={}", said.key()))).ok(), Some(*said));
        }
        for (body, why) in [("", Why::Unknown), ("assent=no", Why::Unknown), ("assent=told&assent=told", Why::Twice)] {
            assert_eq!(assent(typed(body)).expect_err(body).refusals.of(ASSENT), Some(why), "{body}");
        }
    }
}

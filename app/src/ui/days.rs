//! From one day to another, both included, as typed into a form.

use chrono::NaiveDate;
use leptos::prelude::*;

use super::field::{Fields, Refusals, problem_at};
use crate::{
    domain::{moment::days_after, why::Why},
    text::Text,
};

/// The field with the first day.
const FROM: &str = "from";
/// The field with the last day.
const UNTIL: &str = "until";

/// Nobody plans further ahead than so many days.
const FARTHEST: u64 = 400;

/// Days as they were filled in.
#[derive(Clone, Debug, Default)]
pub struct DaysForm {
    typed: Fields,
    refusals: Refusals,
}

impl DaysForm {
    /// The days from the first to the last, of which the last is not over on the day `today`.
    ///
    /// # Errors
    /// The form with what was typed and what is wrong with it: [`Why::NoDay`], [`Why::NoSuchDate`], [`Why::EndsFirst`],
    /// [`Why::Past`] or [`Why::TooFar`].
    pub fn read(typed: Fields, today: NaiveDate) -> Result<(NaiveDate, NaiveDate), Self> {
        let mut refusals = Refusals::default();
        let day = |field| -> Result<NaiveDate, Why> {
            match typed.once(field)? {
                None | Some("") => Err(Why::NoDay),
                Some(day) => day.parse().map_err(|_| Why::NoSuchDate),
            }
        };
        let from = refusals.take(FROM, day(FROM));
        let until = day(UNTIL).and_then(|until| match from {
            Some(from) if until < from => Err(Why::EndsFirst),
            _ if until < today => Err(Why::Past),
            _ if until > days_after(today, FARTHEST) => Err(Why::TooFar),
            _ => Ok(until),
        });
        match (from, refusals.take(UNTIL, until)) {
            (Some(from), Some(until)) => Ok((from, until)),
            _ => Err(Self { typed, refusals }),
        }
    }

    /// Whether something in it was refused.
    pub const fn is_refused(&self) -> bool {
        !self.refusals.is_empty()
    }

    /// The two fields, with these words before them.
    pub fn fields(&self, text: &'static Text, from: &'static str, until: &'static str) -> impl IntoView + use<> {
        [(FROM, from), (UNTIL, until)]
            .map(|(field, words)| {
                let refused = self.refusals.of(field).is_some();
                let value = self.typed.get(field).unwrap_or_default().to_owned();
                view! {
                    <div class="field">
                        <label for=field>{words}</label>
                        {problem_at(text, &self.refusals, field)}
                        <input
                            type="date"
                            id=field
                            name=field
                            value=value
                            required=true
                            aria-invalid=refused.then_some("true")
                            aria-describedby=refused.then(|| format!("{field}-problem"))
                        />
                    </div>
                }
            })
            .into_iter()
            .collect_view()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_that_make_no_sense_are_refused_where_they_stand() {
        let today = "2026-11-25".parse().expect("a day");
        let read = |body: &str| DaysForm::read(Fields::read(body.as_bytes()).expect("a form"), today);
        assert!(read("from=2026-11-20&until=2026-11-25").is_ok());
        for (body, from, until) in [
            ("", Some(Why::NoDay), Some(Why::NoDay)),
            ("from=2026-02-30&until=2026-12-01", Some(Why::NoSuchDate), None),
            ("from=2026-12-02&until=2026-12-01", None, Some(Why::EndsFirst)),
            ("from=2026-11-01&until=2026-11-24", None, Some(Why::Past)),
            ("from=2026-11-01&until=2028-11-24", None, Some(Why::TooFar)),
            ("from=2026-11-26&from=2026-11-27&until=2026-12-01", Some(Why::Twice), None),
        ] {
            let form = read(body).expect_err(body);
            assert_eq!((form.refusals.of(FROM), form.refusals.of(UNTIL)), (from, until), "{body}");
            assert!(form.is_refused());
        }
    }
}

//! What can be typed: whom to choose, or the name and the telephone number of somebody new.

use crate::{
    domain::{
        id::Id,
        person::Person,
        words::{PersonName, Phone},
    },
    problem::Problem,
    ui::field::{Fields, Refusals},
};

/// The field with whom to choose; empty for nobody.
pub(super) const PERSON: &str = "person";
/// The field with the name of somebody new.
pub(super) const NAME: &str = "name";
/// The field with their telephone number.
pub(super) const PHONE: &str = "phone";

/// Whom to choose.
///
/// # Errors
/// [`Problem::Malformed`] for a form of somebody else's.
pub(super) fn chosen(fields: &Fields) -> Result<Option<Id<Person>>, Problem> {
    match fields.once(PERSON) {
        Ok(Some("")) => Ok(None),
        Ok(Some(person)) => person.parse().map(Some).map_err(|_| Problem::Malformed),
        _ => Err(Problem::Malformed),
    }
}

/// Somebody new as they were filled in.
#[derive(Debug, Default)]
pub(super) struct WishForm {
    pub(super) typed: Fields,
    pub(super) refusals: Refusals,
}

impl WishForm {
    /// Their name and their telephone number.
    ///
    /// # Errors
    /// The form with what was typed and what is wrong with it.
    pub(super) fn read(typed: Fields) -> Result<(PersonName, Phone), Self> {
        let mut refusals = Refusals::default();
        let once = |field| typed.once(field).map(Option::unwrap_or_default);
        let name = refusals.take(NAME, once(NAME).and_then(PersonName::parse));
        let phone = refusals.take(PHONE, once(PHONE).and_then(Phone::parse));
        match (name, phone) {
            (Some(name), Some(phone)) => Ok((name, phone)),
            _ => Err(Self { typed, refusals }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::why::Why;

    #[test]
    fn somebody_new_has_a_name_and_a_number() {
        let read = |body: &str| WishForm::read(Fields::read(body.as_bytes()).expect("a form"));
        assert!(read("name=Kim+Holm&phone=12+34+56+78").is_ok());
        for (body, name, phone) in [
            ("", Some(Why::Empty), Some(Why::Empty)),
            ("name=Kim&phone=123", None, Some(Why::NotAPhone)),
            ("name=Kim&name=Bo&phone=12345678", Some(Why::Twice), None),
        ] {
            let form = read(body).expect_err(body);
            assert_eq!((form.refusals.of(NAME), form.refusals.of(PHONE)), (name, phone), "{body}");
        }
    }
}

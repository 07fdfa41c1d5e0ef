//! What was typed into a form, and what is wrong with it.

use std::str::FromStr;

use leptos::prelude::*;

use crate::{domain::why::Why, text::Text};

/// The most fields a form may have.
pub const MOST_FIELDS: usize = 100;

/// What was typed, as it was typed.
#[derive(Clone, Default)]
pub struct Fields(Vec<(String, String)>);

impl Fields {
    /// Reads a form body (`application/x-www-form-urlencoded`, WHATWG URL §5.1).
    ///
    /// `None` when it has too many fields or is not UTF-8 once decoded: then it is no form of ours.
    pub fn read(body: &[u8]) -> Option<Self> {
        let fields: Vec<(String, String)> = form_urlencoded::parse(body)
            .take(MOST_FIELDS + 1)
            .map(|(name, value)| (name.into_owned(), value.into_owned()))
            .collect();
        let sound = |text: &str| !text.contains(char::REPLACEMENT_CHARACTER);
        (fields.len() <= MOST_FIELDS && fields.iter().all(|(name, value)| sound(name) && sound(value)))
            .then_some(Self(fields))
    }

    /// What stands in a field; the first, if it came more than once.
    pub fn get(&self, name: &str) -> Option<&str> {
        self.0.iter().find(|(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// What stands in a field that must come at most once.
    ///
    /// # Errors
    /// [`Why::Twice`].
    pub fn once(&self, name: &str) -> Result<Option<&str>, Why> {
        let mut found = self.0.iter().filter(|(field, _)| field == name).map(|(_, value)| value.as_str());
        match (found.next(), found.next()) {
            (_, Some(_)) => Err(Why::Twice),
            (first, None) => Ok(first),
        }
    }

    /// What the product itself put into a field, such as an identity; `None` when it is not there once, or not as the
    /// product writes it.
    pub fn parsed<T: FromStr>(&self, name: &str) -> Option<T> {
        self.once(name).ok().flatten()?.parse().ok()
    }

    /// What stands in a field that may come several times.
    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(field, _)| field == name).map(|(_, value)| value.as_str())
    }

    /// Every field with what stands in it.
    pub fn pairs(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    /// The form as a browser sends it; [`Fields::read`] reads it again.
    pub fn write(&self) -> String {
        form_urlencoded::Serializer::new(String::new()).extend_pairs(self.pairs()).finish()
    }

    /// The names of the fields, each as often as it came.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(|(name, _)| name.as_str())
    }

    /// Whether a check box was ticked: its value is `yes`, or it is not there.
    ///
    /// # Errors
    /// [`Why::Twice`], or [`Why::Unknown`] for any other value.
    pub fn ticked(&self, name: &str) -> Result<bool, Why> {
        match self.once(name)? {
            None => Ok(false),
            Some("yes") => Ok(true),
            Some(_) => Err(Why::Unknown),
        }
    }
}

/// A form as it was filled in, and what is wrong with it.
#[derive(Clone, Debug, Default)]
pub struct FilledIn {
    /// What was typed.
    pub typed: Fields,
    /// What cannot be taken.
    pub refusals: Refusals,
}

impl FilledIn {
    /// Whether something in it was refused.
    pub const fn is_refused(&self) -> bool {
        !self.refusals.is_empty()
    }
}

impl FromIterator<(&'static str, String)> for Fields {
    fn from_iter<I: IntoIterator<Item = (&'static str, String)>>(fields: I) -> Self {
        Self(fields.into_iter().map(|(name, value)| (name.to_owned(), value)).collect())
    }
}

impl std::fmt::Debug for Fields {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
    }
}

/// The fields that cannot be taken, in the order of the form, and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Refusals(Vec<(&'static str, Why)>);

impl Refusals {
    /// Refuses a field.
    pub fn add(&mut self, field: &'static str, why: Why) {
        self.0.push((field, why));
    }

    /// Takes what was read from a field, or refuses the field.
    pub fn take<T>(&mut self, field: &'static str, read: Result<T, Why>) -> Option<T> {
        read.map_err(|why| self.add(field, why)).ok()
    }

    /// Why a field is refused, if it is.
    pub fn of(&self, field: &str) -> Option<Why> {
        self.0.iter().find(|(refused, _)| *refused == field).map(|(_, why)| *why)
    }

    /// Whether nothing is refused.
    pub const fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The refused fields, in the order of the form.
    pub fn fields(&self) -> impl Iterator<Item = &'static str> {
        self.0.iter().map(|(field, _)| *field)
    }
}

impl From<Vec<(&'static str, Why)>> for Refusals {
    fn from(refused: Vec<(&'static str, Why)>) -> Self {
        Self(refused)
    }
}

/// The sentence at a refused field, with the id `<field>-problem`.
pub fn problem_at(text: &Text, refusals: &Refusals, field: &str) -> Option<impl IntoView + use<>> {
    let words = (text.why)(refusals.of(field)?);
    let id = format!("{field}-problem");
    Some(view! { <p class="problem" id=id>{words}</p> })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn fields_that_come_twice_are_noticed() {
        let fields = Fields::read(b"a=1&a=2&b=%C3%A5&c=yes&d=no").expect("a form");
        assert_eq!(fields.once("a"), Err(Why::Twice));
        assert_eq!(fields.once("b"), Ok(Some("å")));
        assert_eq!(
            (fields.ticked("c"), fields.ticked("d"), fields.ticked("e")),
            (Ok(true), Err(Why::Unknown), Ok(false))
        );
    }

    #[test]
    fn wrong_encodings_and_endless_forms_are_no_forms() {
        assert!(Fields::read(b"a=%FF").is_none());
        assert!(Fields::read("a=1&".repeat(MOST_FIELDS).as_bytes()).is_some());
        assert!(Fields::read("a=1&".repeat(MOST_FIELDS + 1).as_bytes()).is_none());
    }

    proptest! {
        #[test]
        fn any_bytes_are_a_form_or_not(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = Fields::read(&bytes);
        }
    }
}

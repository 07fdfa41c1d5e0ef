//! Text that people write, each kind bounded and checked once, at the door.

use std::fmt;

use super::why::Why;

/// Trims, and refuses control characters and text over `max` characters. `lines` allows line breaks.
fn tidy(text: &str, max: usize, lines: bool) -> Result<String, Why> {
    let text = text.replace("\r\n", "\n");
    let text = text.trim();
    if text.is_empty() {
        return Err(Why::Empty);
    }
    let allowed = |c: char| !c.is_control() || (lines && matches!(c, '\n' | '\t'));
    if !text.chars().all(allowed) {
        return Err(Why::NotText);
    }
    if text.chars().count() > max {
        return Err(Why::TooLong(max));
    }
    Ok(text.to_owned())
}

macro_rules! words {
    ($(#[$meta:meta])* $name:ident, max $max:literal, lines $lines:literal) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const MAX: usize = $max;

            /// Takes what was typed, without the white space around it.
            ///
            /// # Errors
            /// [`Why::Empty`], [`Why::NotText`] or [`Why::TooLong`].
            pub fn parse(text: &str) -> Result<Self, Why> {
                tidy(text, Self::MAX, $lines).map(Self)
            }

            /// As [`Self::parse`], where leaving it empty is fine.
            ///
            /// # Errors
            /// [`Why::NotText`] or [`Why::TooLong`].
            pub fn parse_optional(text: &str) -> Result<Option<Self>, Why> {
                match Self::parse(text) {
                    Err(Why::Empty) => Ok(None),
                    other => other.map(Some),
                }
            }

            /// What stands in the database, which only holds what passed [`Self::parse`].
            pub(crate) const fn stored(text: String) -> Self {
                Self(text)
            }

            /// The words.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(concat!(stringify!($name), "(…)"))
            }
        }
    };
}

words!(
    /// A person's name, one line. `Debug` shows nothing of it.
    PersonName, max 80, lines false
);
words!(
    /// A short line: a goal, a step, what a meeting is about. `Debug` shows nothing of it.
    Title, max 120, lines false
);
words!(
    /// A few sentences somebody wrote. `Debug` shows nothing of it.
    Note, max 2000, lines true
);

words!(
    /// Where something is found: a web address, or a few words. `Debug` shows nothing of it.
    Source, max 500, lines false
);

/// What to sort by so that names stand in the order of the Danish alphabet: … z, æ, ø, å, and `aa` as å.
pub fn alphabetical(name: &str) -> String {
    let small = name.to_lowercase().replace("aa", "å");
    small
        .chars()
        .map(|c| match c {
            'æ' | 'ä' => '\u{f000}',
            'ø' | 'ö' => '\u{f001}',
            'å' => '\u{f002}',
            'é' | 'è' => 'e',
            'ü' => 'y',
            other => other,
        })
        .collect()
}

impl PersonName {
    /// The first word of the name, to speak to somebody with.
    pub fn first(&self) -> &str {
        self.0.split_whitespace().next().unwrap_or(&self.0)
    }

    /// The first letters of the first and the last word, for a round mark beside the name.
    pub fn initials(&self) -> String {
        let mut words = self.0.split_whitespace().filter_map(|word| word.chars().next());
        let first = words.next();
        first.into_iter().chain(words.next_back()).flat_map(char::to_uppercase).collect()
    }
}

/// A telephone number in international form, such as `+4512345678`. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Phone(String);

impl Phone {
    /// Takes digits with spaces, and a leading `+`. Eight digits alone are Danish.
    ///
    /// # Errors
    /// [`Why::Empty`] or [`Why::NotAPhone`].
    pub fn parse(text: &str) -> Result<Self, Why> {
        let typed: String = text.chars().filter(|c| !matches!(c, ' ' | '\u{a0}' | '-')).collect();
        if typed.is_empty() {
            return Err(Why::Empty);
        }
        let (international, digits) = match typed.strip_prefix('+').or_else(|| typed.strip_prefix("00")) {
            Some(digits) => (true, digits),
            None => (false, typed.as_str()),
        };
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(Why::NotAPhone);
        }
        match (international, digits.len()) {
            (true, 8..=15) => Ok(Self(format!("+{digits}"))),
            (false, 8) => Ok(Self(format!("+45{digits}"))),
            _ => Err(Why::NotAPhone),
        }
    }

    /// What stands in the database.
    pub(crate) const fn stored(text: String) -> Self {
        Self(text)
    }

    /// Whether it is a mobile in the Danish numbering plan, in the ranges that are mobiles as a whole. The few mobiles
    /// between the others are taken for telephones that stand on a desk.
    pub fn is_danish_mobile(&self) -> bool {
        self.0.strip_prefix("+45").is_some_and(|number| {
            number.len() == 8
                && (number.starts_with('2')
                    || ["30", "31", "40", "41", "42", "50", "51", "52", "53", "60", "61", "71", "81", "91", "92", "93"]
                        .iter()
                        .any(|range| number.starts_with(range)))
        })
    }

    /// `+` and digits, as a phone dials it.
    pub fn dial(&self) -> &str {
        &self.0
    }

    /// As a person reads it: Danish numbers in pairs without the country code.
    pub fn spoken(&self) -> String {
        match self.0.strip_prefix("+45") {
            Some(digits) if digits.len() == 8 => {
                format!("{} {} {} {}", &digits[0..2], &digits[2..4], &digits[4..6], &digits[6..8])
            }
            _ => self.0.clone(),
        }
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(…)")
    }
}

/// An e-mail address. Only its shape is checked. `Debug` shows nothing of it.
#[derive(Clone, PartialEq, Eq)]
pub struct Email(String);

impl Email {
    /// Takes `somebody@somewhere.tld`, at most 254 characters (RFC 5321 §4.5.3.1.3).
    ///
    /// # Errors
    /// [`Why::Empty`] or [`Why::NotAnEmail`].
    pub fn parse(text: &str) -> Result<Self, Why> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Why::Empty);
        }
        let sound = text.len() <= 254
            && !text.chars().any(|c| c.is_control() || c.is_whitespace())
            && text.split_once('@').is_some_and(|(user, host)| {
                !user.is_empty()
                    && host.contains('.')
                    && !host.contains('@')
                    && !host.starts_with('.')
                    && !host.ends_with('.')
            });
        if sound { Ok(Self(text.to_owned())) } else { Err(Why::NotAnEmail) }
    }

    /// The address.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for Email {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Email(…)")
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn words_are_trimmed_bounded_and_free_of_control_characters() {
        assert_eq!(Title::parse("  Gå en tur ").map(|t| t.to_string()), Ok("Gå en tur".into()));
        assert_eq!(Title::parse(" \n "), Err(Why::Empty));
        assert_eq!(Title::parse("to\nlinjer"), Err(Why::NotText));
        assert_eq!(Title::parse("\0"), Err(Why::NotText));
        assert_eq!(Title::parse(&"å".repeat(121)), Err(Why::TooLong(120)));
        assert!(Title::parse(&"å".repeat(120)).is_ok());
        assert_eq!(Note::parse("to\r\nlinjer").map(|n| n.to_string()), Ok("to\nlinjer".into()));
        assert_eq!(Note::parse_optional("  "), Ok(None));
    }

    #[test]
    fn danish_mobiles_are_told_from_telephones_on_a_desk() {
        for (number, mobile) in [
            ("20 12 34 56", true),
            ("61123456", true),
            ("70121314", false),
            ("33123456", false),
            ("+46201234567", false),
        ] {
            assert_eq!(Phone::parse(number).map(|phone| phone.is_danish_mobile()), Ok(mobile), "{number}");
        }
    }

    #[test]
    fn names_stand_in_the_order_of_the_danish_alphabet() {
        let mut names =
            ["Åby", "Östberg", "Zhou", "andersen", "Ærø", "Aagaard", "Andrésen", "Müller", "Møller", "Mads"];
        names.sort_by_cached_key(|name| alphabetical(name));
        assert_eq!(
            names,
            ["andersen", "Andrésen", "Mads", "Müller", "Møller", "Zhou", "Ærø", "Östberg", "Åby", "Aagaard"]
        );
    }

    #[test]
    fn initials_come_from_the_first_and_the_last_word() {
        for (name, initials) in [("Mette Holm", "MH"), ("Øjvind", "Ø"), ("Ali ibn Hassan", "AH")] {
            assert_eq!(PersonName::parse(name).map(|n| n.initials()), Ok(initials.into()));
        }
    }

    #[test]
    fn phone_numbers_are_read_as_people_write_them() {
        for (typed, dialled) in [
            ("12 34 56 78", Ok("+4512345678")),
            ("+45 12345678", Ok("+4512345678")),
            ("0046 70 123 45 67", Ok("+46701234567")),
            ("1234567", Err(Why::NotAPhone)),
            ("ring til mig", Err(Why::NotAPhone)),
            ("", Err(Why::Empty)),
        ] {
            assert_eq!(Phone::parse(typed).as_ref().map(Phone::dial).map_err(|why| *why), dialled, "{typed}");
        }
    }

    #[test]
    fn e_mail_addresses_need_a_user_and_a_host() {
        assert!(Email::parse("amina@eksempel.dk").is_ok());
        for wrong in ["amina", "@eksempel.dk", "a@b", "a b@c.dk", "a@b@c.dk", "a@.dk"] {
            assert_eq!(Email::parse(wrong), Err(Why::NotAnEmail), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn whatever_is_typed_parsing_is_stable(text in any::<String>()) {
            if let Ok(note) = Note::parse(&text) {
                prop_assert_eq!(Note::parse(note.as_str()), Ok(note.clone()));
            }
            if let Ok(phone) = Phone::parse(&text) {
                prop_assert_eq!(Phone::parse(phone.dial()), Ok(phone.clone()));
            }
            let _ = Email::parse(&text);
        }
    }
}

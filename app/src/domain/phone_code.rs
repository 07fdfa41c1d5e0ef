//! The code of a device: four to eight digits that open a session again after a pause, on that device alone.

use std::fmt;

use argon2::{
    Argon2,
    password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString},
};

use super::{chance, why::Why};

/// A device with a code locks after so long without use, in seconds: long enough to read a page and talk about it, and
/// short where the phone is put down among others.
pub const PAUSE: i64 = 300;

/// So many wrong codes since the last right one end the session: whoever guesses four digits is right once in 2,000 times.
pub const TRIES: i64 = 5;

/// Whether a device has a code, and whether it waits for it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PhoneLock {
    /// It has none.
    None,
    /// It has one and was used just now.
    Open,
    /// It waits for it.
    Locked,
}

/// What came of typing a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tried {
    /// It is the code.
    Right,
    /// It is not; so many more tries are left.
    Wrong(i64),
    /// It was wrong once too often: the session has ended.
    Over,
}

/// A code as it was typed. Its `Debug` shows nothing.
#[derive(Clone, PartialEq, Eq)]
pub struct PhoneCode(String);

impl PhoneCode {
    /// The fewest digits.
    pub const LEAST: usize = 4;
    /// The most digits.
    pub const MAX: usize = 8;

    /// Reads a code.
    ///
    /// # Errors
    /// [`Why::Empty`], or [`Why::NotACode`] when it is no four to eight digits.
    pub fn parse(typed: &str) -> Result<Self, Why> {
        let typed = typed.trim();
        match typed.len() {
            0 => Err(Why::Empty),
            Self::LEAST..=Self::MAX if typed.bytes().all(|byte| byte.is_ascii_digit()) => Ok(Self(typed.to_owned())),
            _ => Err(Why::NotACode),
        }
    }

    /// Reads a new code.
    ///
    /// # Errors
    /// As [`PhoneCode::parse`], and [`Why::EasyCode`] for the ones that are tried first: one digit again and again, or
    /// digits that count up or down.
    pub fn choose(typed: &str) -> Result<Self, Why> {
        let code = Self::parse(typed)?;
        let digits = code.0.as_bytes();
        let goes_by = |by: i16| digits.windows(2).all(|two| i16::from(two[1]) - i16::from(two[0]) == by);
        if [0, 1, -1].into_iter().any(goes_by) { Err(Why::EasyCode) } else { Ok(code) }
    }

    /// What is kept of it: Argon2id with a salt of its own, 19 MiB and two rounds (OWASP Password Storage Cheat Sheet). It
    /// takes a while.
    ///
    /// # Errors
    /// What the library says, for the log.
    pub fn hash(&self) -> Result<String, String> {
        let salt = SaltString::encode_b64(&chance::bytes::<16>()).map_err(|error| error.to_string())?;
        let hash = Argon2::default().hash_password(self.0.as_bytes(), &salt);
        hash.map(|hash| hash.to_string()).map_err(|error| error.to_string())
    }

    /// Whether it is the one of which that is kept. It takes a while.
    pub fn is(&self, hash: &str) -> bool {
        let kept = PasswordHash::new(hash);
        kept.is_ok_and(|kept| Argon2::default().verify_password(self.0.as_bytes(), &kept).is_ok())
    }
}

impl fmt::Debug for PhoneCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("PhoneCode(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_is_four_to_eight_digits_and_not_the_first_that_comes_to_mind() {
        for fine in ["2580", " 19840612 ", "00001"] {
            assert!(PhoneCode::choose(fine).is_ok(), "{fine}");
        }
        for (typed, why) in [
            ("", Why::Empty),
            ("  ", Why::Empty),
            ("258", Why::NotACode),
            ("123456789", Why::NotACode),
            ("25 80", Why::NotACode),
            ("abcd", Why::NotACode),
            ("٢٥٨٠", Why::NotACode),
            ("0000", Why::EasyCode),
            ("1234", Why::EasyCode),
            ("87654321", Why::EasyCode),
        ] {
            assert_eq!(PhoneCode::choose(typed), Err(why), "{typed}");
        }
        assert!(PhoneCode::parse("1234").is_ok(), "it is tried all the same");
    }

    #[test]
    fn what_is_kept_tells_no_code_and_knows_it_again() {
        let code = PhoneCode::parse("2580").expect("a code");
        let (one, other) = (code.hash().expect("a hash"), code.hash().expect("a hash"));
        assert!(one.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{one}");
        assert_ne!(one, other, "each has a salt of its own");
        assert!(code.is(&one) && code.is(&other));
        assert!(!PhoneCode::parse("2581").expect("a code").is(&one));
        assert!(!code.is("") && !code.is("2580"));
        assert_eq!(format!("{code:?}"), "PhoneCode(…)");
    }
}

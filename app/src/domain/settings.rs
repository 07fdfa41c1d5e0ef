//! What a municipality decides for itself.

use super::{why::Why, working_time::Office};

/// How a municipality works.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// When it is open and when its teams meet.
    pub office: Office,
    /// Where staff find the form of the SDQ that the municipality has a licence for.
    pub sdq_address: Option<String>,
    /// Whether contact persons may come from outside the municipality. Where not, those there are see nothing.
    pub association_contacts: bool,
    /// Whether families see the names of staff who looked, and not only what they are.
    pub staff_names: bool,
}

/// The most characters an address may have.
const LONGEST: usize = 500;

impl Settings {
    /// Reads a web address; nothing when it is empty.
    ///
    /// # Errors
    /// [`Why::NotAnAddress`] unless it is `https://…` without spaces, [`Why::TooLong`].
    pub fn address(typed: &str) -> Result<Option<String>, Why> {
        let typed = typed.trim();
        if typed.is_empty() {
            return Ok(None);
        }
        let host = typed.strip_prefix("https://").and_then(|rest| rest.split(['/', '?', '#']).next());
        let sound = host.is_some_and(|host| host.contains('.') && !host.starts_with('.') && !host.contains('@'))
            && !typed.chars().any(|c| c.is_whitespace() || c.is_control() || matches!(c, '"' | '<' | '>'));
        match (sound, typed.chars().count()) {
            (_, LONGEST..) => Err(Why::TooLong(LONGEST - 1)),
            (true, _) => Ok(Some(typed.to_owned())),
            (false, _) => Err(Why::NotAnAddress),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_https_addresses_are_taken() {
        assert_eq!(Settings::address(" "), Ok(None));
        let fine = "https://skema.eksempel.dk/sdq?a=1";
        assert_eq!(Settings::address(fine), Ok(Some(fine.to_owned())));
        for wrong in ["http://eksempel.dk", "javascript:alert(1)", "https://", "https://x y.dk", "https://a@b.dk"] {
            assert_eq!(Settings::address(wrong), Err(Why::NotAnAddress), "{wrong}");
        }
        assert_eq!(Settings::address(&format!("https://a.dk/{}", "x".repeat(500))), Err(Why::TooLong(499)));
    }
}

//! Identities: who somebody is where they prove it, such as at the municipality's directory or with MitID, and what is
//! asked of such a proof (OpenID Connect Core 1.0).

use std::{fmt, str::FromStr};

use super::{
    detour::Detour,
    id::Id,
    keyed,
    person::{Language, Role},
    sign_in::{Invitation, Session},
    why::Why,
};

/// Who set out to a provider must be back after so many seconds.
pub const ERRAND_SECONDS: i64 = 600;

/// Declares a short text that is taken exactly as it came, or not at all.
macro_rules! exact {
    ($(#[$meta:meta])* $name:ident, max $max:literal, $sound:expr) => {
        $(#[$meta])*
        #[derive(Clone, PartialEq, Eq, Hash)]
        pub struct $name(String);

        impl $name {
            /// The most characters it may have.
            pub const MAX: usize = $max;

            /// What stands in the database, which only holds what was read before.
            pub(crate) const fn stored(text: String) -> Self {
                Self(text)
            }

            /// It, as it came.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = Why;

            fn from_str(text: &str) -> Result<Self, Why> {
                let sound: fn(char) -> bool = $sound;
                match text.chars().count() {
                    0 => Err(Why::Empty),
                    1..=$max if text.chars().all(sound) => Ok(Self(text.to_owned())),
                    1..=$max => Err(Why::NotText),
                    _ => Err(Why::TooLong(Self::MAX)),
                }
            }
        }
    };
}

exact!(
    /// What a provider is called in addresses and in the database: small letters, digits and `-`.
    ProviderKey, max 32, |c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'
);
exact!(
    /// Who somebody is to a provider, for ever and for nobody else (OpenID Connect Core 1.0 §2, `sub`). `Debug` shows
    /// nothing of it.
    Subject, max 255, |c| !c.is_control()
);
exact!(
    /// What a directory knows an employee by, such as their number. `Debug` shows nothing of it.
    StaffId, max 80, |c| !c.is_control() && !c.is_whitespace()
);

impl fmt::Debug for ProviderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for ProviderKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Subject {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Subject(…)")
    }
}

impl fmt::Debug for StaffId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("StaffId(…)")
    }
}

keyed! {
    /// Whom a provider lets in.
    pub enum Audience {
        /// Those the municipality employs.
        Staff = "staff",
        /// Parents and contact persons.
        Citizens = "citizens",
    }
}

impl Audience {
    /// Whether somebody in that role is one of them.
    pub const fn fits(self, role: Role) -> bool {
        match self {
            Self::Staff => role.is_employed(),
            Self::Citizens => matches!(role, Role::Parent | Role::ContactPerson),
        }
    }
}

/// A provider somebody can sign in by, as people meet it.
#[derive(Clone, Debug)]
pub struct Provider {
    /// What it is called in addresses and in the database.
    pub key: ProviderKey,
    /// What it is called on a button, in Danish.
    pub danish: String,
    /// The same in English.
    pub english: String,
    /// Whom it lets in.
    pub audience: Audience,
    /// The name of the municipality whose people it lets in; without it those of every one.
    pub municipality: Option<String>,
}

impl Provider {
    /// What it is called on a button.
    pub fn title(&self, language: Language) -> &str {
        match language {
            Language::Danish => &self.danish,
            Language::English => &self.english,
        }
    }

    /// Whether it is for somebody in that role in the municipality with that name.
    pub fn is_for(&self, role: Role, municipality: &str) -> bool {
        self.audience.fits(role) && self.municipality.as_deref().is_none_or(|own| own == municipality)
    }
}

/// The levels of assurance that suffice, the one to ask for first (OpenID Connect Core 1.0 §2, `acr`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Levels(Vec<String>);

impl Levels {
    /// Those levels.
    ///
    /// # Errors
    /// [`Why::Empty`] when there is none, [`Why::NotText`] when one could not be asked for: it is empty, or has spaces in it.
    pub fn new(levels: Vec<String>) -> Result<Self, Why> {
        if levels.is_empty() {
            return Err(Why::Empty);
        }
        let sound = |level: &String| !level.is_empty() && level.bytes().all(|byte| byte.is_ascii_graphic());
        if levels.iter().all(sound) { Ok(Self(levels)) } else { Err(Why::NotText) }
    }

    /// Whether a proof at that level suffices; one without a level never does.
    pub fn accept(&self, level: Option<&str>) -> bool {
        level.is_some_and(|level| self.0.iter().any(|accepted| accepted == level))
    }

    /// The levels in the order in which they are asked for.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.0.iter().map(String::as_str)
    }
}

/// What a provider proved of somebody, at a level that suffices.
#[derive(Clone, Debug)]
pub struct Proof {
    /// Who says so.
    pub issuer: String,
    /// Who they are there.
    pub subject: Subject,
    /// What the directory knows them by, where the provider says that.
    pub staff_id: Option<StaffId>,
    /// What the provider calls the session they have there (OpenID Connect Back-Channel Logout 1.0 §2.1, `sid`).
    pub session: Option<String>,
}

/// What somebody set out to a provider for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Errand {
    /// To come in.
    SignIn,
    /// To come in with an invitation, and to come in without one the next time.
    Invited(Id<Invitation>),
    /// Signed in with that session, to come in this way the next time.
    Bind(Id<Session>),
    /// Signed in with that session, to show that it is them, and to go on then.
    Prove(Id<Session>, Detour),
}

/// What came of a proof.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entered {
    /// They are in, or known from now on.
    In,
    /// Nobody is known by it.
    Unknown,
    /// Who is known by it has left, or is no longer one of those the provider lets in.
    Left,
    /// Somebody else is known by it, or they are known by another one.
    Taken,
    /// What they came with is over: the invitation, or the session.
    Over,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_provider_lets_in_those_it_is_for_and_no_child() {
        let provider = |audience, municipality: Option<&str>| Provider {
            key: "ad".parse().expect("a key"),
            danish: "Kommunens login".into(),
            english: "Council login".into(),
            audience,
            municipality: municipality.map(str::to_owned),
        };
        for role in Role::ALL {
            let staff = matches!(role, Role::Adviser | Role::Coordinator | Role::ProjectLead | Role::Administrator);
            let citizen = matches!(role, Role::Parent | Role::ContactPerson);
            assert_eq!(provider(Audience::Staff, None).is_for(*role, "Solby"), staff, "{role:?}");
            assert_eq!(provider(Audience::Citizens, None).is_for(*role, "Solby"), citizen, "{role:?}");
            assert_eq!(provider(Audience::Staff, Some("Solby")).is_for(*role, "Solby"), staff, "{role:?}");
            assert!(!provider(Audience::Staff, Some("Solby")).is_for(*role, "Lundby"), "{role:?}");
        }
    }

    #[test]
    fn a_level_suffices_when_it_is_one_of_those_and_none_never_does() {
        let levels = Levels::new(vec!["loa/Substantial".into(), "loa/High".into()]).expect("levels");
        for (level, suffices) in [
            (Some("loa/Substantial"), true),
            (Some("loa/High"), true),
            (Some("loa/Low"), false),
            (Some("loa/substantial"), false),
            (Some("loa/Substantial "), false),
            (Some(""), false),
            (None, false),
        ] {
            assert_eq!(levels.accept(level), suffices, "{level:?}");
        }
        assert_eq!(levels.iter().collect::<Vec<_>>(), ["loa/Substantial", "loa/High"]);
        assert_eq!(Levels::new(Vec::new()), Err(Why::Empty));
        assert_eq!(Levels::new(vec!["to ord".into()]), Err(Why::NotText));
    }

    #[test]
    fn a_subject_is_taken_exactly_as_it_came_or_not_at_all() {
        let longest = "a".repeat(Subject::MAX);
        for sound in ["0", " 0", "7f3c…", longest.as_str()] {
            assert_eq!(sound.parse::<Subject>().expect(sound).as_str(), sound);
        }
        let subject: Subject = "hemmelig".parse().expect("a subject");
        let staff_id: StaffId = "hemmelig".parse().expect("an id");
        assert!(!format!("{subject:?} {staff_id:?}").contains("hemmelig"));
        assert_eq!("".parse::<Subject>(), Err(Why::Empty));
        assert_eq!("a\nb".parse::<Subject>(), Err(Why::NotText));
        assert_eq!(format!("{longest}a").parse::<Subject>(), Err(Why::TooLong(255)));
        assert_eq!("A 1".parse::<StaffId>(), Err(Why::NotText));
        for wrong in ["Ad", "a/b", "å", "a b"] {
            assert_eq!(wrong.parse::<ProviderKey>(), Err(Why::NotText), "{wrong}");
        }
    }
}

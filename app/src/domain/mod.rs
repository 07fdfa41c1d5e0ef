//! What is true whatever the screen or the database.
//!
//! Nothing here speaks SQL, HTML or HTTP, and nothing here reads the clock: a [`Moment`](moment::Moment)
//! is always handed in.

pub mod access;
pub mod chance;
pub mod checkin;
pub mod consent;
pub mod contact;
pub mod family;
pub mod id;
pub mod inbox;
pub mod look;
pub mod meeting;
pub mod moment;
pub mod note;
pub mod numbers;
pub mod person;
pub mod plan;
pub mod review;
pub mod rhythm;
pub mod sector_plan;
pub mod settings;
pub mod sign_in;
pub mod team;
pub mod team_meeting;
pub mod why;
pub mod words;
pub mod working_time;

/// Declares an enum whose variants have a stable key, used in the database, in forms and in files.
///
/// Gives `ALL` (in declared order), `key`, and `FromStr` refusing anything else with [`Why::Unknown`](why::Why::Unknown).
macro_rules! keyed {
    ($(#[$meta:meta])* pub enum $name:ident { $($(#[$variant_meta:meta])* $variant:ident = $key:literal),+ $(,)? }) => {
        $(#[$meta])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $($(#[$variant_meta])* $variant),+ }

        impl $name {
            /// Every variant, in declared order.
            pub const ALL: &'static [Self] = &[$(Self::$variant),+];

            /// The stable key written to databases, forms and files.
            pub const fn key(self) -> &'static str {
                match self { $(Self::$variant => $key),+ }
            }
        }

        impl std::str::FromStr for $name {
            type Err = crate::domain::why::Why;

            fn from_str(key: &str) -> Result<Self, Self::Err> {
                match key { $($key => Ok(Self::$variant),)+ _ => Err(crate::domain::why::Why::Unknown) }
            }
        }
    };
}
pub(crate) use keyed;

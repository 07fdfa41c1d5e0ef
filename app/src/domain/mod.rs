//! What is true whatever the screen or the database.
//!
//! Nothing here speaks SQL, HTML or HTTP, and nothing here reads the clock: a [`Moment`](moment::Moment)
//! is always handed in.

pub mod access;
pub mod administration;
pub mod calendar;
pub mod calendar_file;
pub mod chance;
pub mod channel;
pub mod checkin;
pub mod child_words;
pub mod consent;
pub mod contact;
pub mod detour;
pub mod family;
pub mod id;
pub mod identity;
pub mod inbox;
pub mod log_chain;
pub mod look;
pub mod master_key;
pub mod measure;
pub mod meeting;
pub mod moment;
pub mod note;
pub mod numbers;
pub mod passkey;
pub mod person;
pub mod phone_code;
pub mod photo;
pub mod plan;
pub mod plan_change;
pub mod push;
pub mod reminder;
pub mod review;
pub mod rhythm;
pub mod rights;
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

/// Lets types be written to JSON and read from it as the text they are parsed from.
macro_rules! json_text {
    ($($ty:ty: $write:expr, $read:expr);+ $(;)?) => {$(
        impl serde::Serialize for $ty {
            fn serialize<S: serde::Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                let write: fn(&$ty) -> String = $write;
                to.serialize_str(&write(self))
            }
        }

        impl<'de> serde::Deserialize<'de> for $ty {
            fn deserialize<D: serde::Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                let text = <String as serde::Deserialize>::deserialize(from)?;
                let read: fn(&str) -> Result<$ty, why::Why> = $read;
                read(&text).map_err(|_| serde::de::Error::custom(concat!("not a ", stringify!($ty))))
            }
        }
    )+};
}
json_text! {
    words::Note: |note| note.as_str().to_owned(), words::Note::parse;
    words::Title: |title| title.as_str().to_owned(), words::Title::parse;
    plan::Area: |area| area.key().to_owned(), str::parse;
    plan::GoalState: |state| state.key().to_owned(), str::parse;
    id::Id<plan::Goal>: ToString::to_string, str::parse;
    id::Id<person::Person>: ToString::to_string, str::parse;
}

//! How values of the domain stand in columns.

use chrono::{NaiveDate, NaiveDateTime};
use sqlx::{Database, Decode, Encode, Type, encode::IsNull, error::BoxDynError};
use uuid::Uuid;

use crate::domain::{
    access::{Purpose, Relation},
    administration::Deed,
    calendar::Detail,
    calendar_file::Uid,
    channel::{Carrier, Reached},
    child_words::Assent,
    consent::Item,
    id::Id,
    identity::{ProviderKey, StaffId, Subject},
    inbox::{End, Matter, Reason},
    log_chain::Log,
    measure::Outcome,
    meeting::{Coming, Place},
    moment::{Moment, Zone},
    person::{Language, Role},
    plan::{Area, GoalState},
    plan_change::{ChangeState, Content},
    reminder::Kind,
    review::NextStep,
    rhythm::Rhythm,
    rights::Rights,
    sign_in::CameBy,
    team::Part,
    words::{Email, Note, PersonName, Phone, Source, Title},
};

/// Lets a type stand in a column as another type that the databases know.
macro_rules! column {
    ($({$($generic:ident)?})? $ty:ty as $raw:ty, $write:expr, $read:expr) => {
        impl<$($($generic,)?)? DB: Database> Type<DB> for $ty where $raw: Type<DB> {
            fn type_info() -> DB::TypeInfo {
                <$raw as Type<DB>>::type_info()
            }

            fn compatible(ty: &DB::TypeInfo) -> bool {
                <$raw as Type<DB>>::compatible(ty)
            }
        }

        impl<'q, $($($generic,)?)? DB: Database> Encode<'q, DB> for $ty where $raw: Encode<'q, DB> {
            fn encode_by_ref(&self, buffer: &mut DB::ArgumentBuffer) -> Result<IsNull, BoxDynError> {
                let write: fn(&$ty) -> $raw = $write;
                write(self).encode(buffer)
            }
        }

        impl<'r, $($($generic,)?)? DB: Database> Decode<'r, DB> for $ty where $raw: Decode<'r, DB> {
            fn decode(value: DB::ValueRef<'r>) -> Result<Self, BoxDynError> {
                let read: fn($raw) -> Result<$ty, BoxDynError> = $read;
                read(<$raw as Decode<'r, DB>>::decode(value)?)
            }
        }
    };
}

column!({T} Id<T> as Uuid, |id| id.uuid(), |uuid| Ok(Id::from_uuid(uuid)));
column!(Moment as i64, |moment| moment.seconds(), |seconds| Ok(Moment::from_seconds(seconds)));

/// Enums stand as their stable keys.
macro_rules! keys {
    ($($ty:ty),+ $(,)?) => {$(
        column!($ty as String, |value| value.key().to_owned(), |key| key.parse().map_err(|_| unreadable(stringify!($ty))));
    )+};
}
keys!(
    Area,
    Assent,
    CameBy,
    Carrier,
    ChangeState,
    Coming,
    Deed,
    Detail,
    End,
    GoalState,
    Item,
    Language,
    Matter,
    Kind,
    Log,
    NextStep,
    Outcome,
    Part,
    Place,
    Purpose,
    Reached,
    Reason,
    Relation,
    Rhythm,
    Role
);

/// Words stand as they are.
macro_rules! texts {
    ($($ty:ty => $as_str:ident),+ $(,)?) => {$(
        column!($ty as String, |value| value.$as_str().to_owned(), |text| Ok(<$ty>::stored(text)));
    )+};
}
texts!(
    Note => as_str,
    PersonName => as_str,
    Phone => dial,
    ProviderKey => as_str,
    Source => as_str,
    StaffId => as_str,
    Subject => as_str,
    Title => as_str,
);
column!(Email as String, |email| email.as_str().to_owned(), |text| Email::parse(&text)
    .map_err(|_| unreadable("Email")));
column!(Uid as Vec<u8>, |uid| uid.bytes().to_vec(), |bytes| bytes
    .try_into()
    .map(Uid::stored)
    .map_err(|_| unreadable("Uid")));

/// A zone, by its IANA name.
#[derive(Clone, Copy, Debug)]
pub(crate) struct ZoneColumn(pub(crate) Zone);
column!(ZoneColumn as String, |zone| zone.0.name().to_owned(), |name| name
    .parse()
    .map(ZoneColumn)
    .map_err(|_| unreadable("zone")));

/// A calendar day, as `2026-12-31`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct DayColumn(pub(crate) NaiveDate);
column!(DayColumn as String, |day| day.0.to_string(), |text| text
    .parse()
    .map(DayColumn)
    .map_err(|_| unreadable("day")));

/// A time on the wall, as `2026-12-31T10:00`.
#[derive(Clone, Copy, Debug)]
pub(crate) struct LocalColumn(pub(crate) NaiveDateTime);
const LOCAL: &str = "%Y-%m-%dT%H:%M";
column!(LocalColumn as String, |local| local.0.format(LOCAL).to_string(), |text| {
    NaiveDateTime::parse_from_str(&text, LOCAL).map(LocalColumn).map_err(|_| unreadable("wall time"))
});

/// What an entry of the plan says, as JSON.
#[derive(Clone, Debug)]
pub(crate) struct ContentColumn(pub(crate) Content);
column!(ContentColumn as String, |content| serde_json::to_string(&content.0).unwrap_or_default(), |text| {
    serde_json::from_str(&text).map(ContentColumn).map_err(|_| unreadable("content"))
});

/// What is written down about somebody's rights, as JSON.
#[derive(Clone, Debug)]
pub(crate) struct RightsColumn(pub(crate) Rights);
column!(RightsColumn as String, |rights| serde_json::to_string(&rights.0).unwrap_or_default(), |text| {
    serde_json::from_str(&text).map(RightsColumn).map_err(|_| unreadable("rights"))
});

fn unreadable(what: &str) -> BoxDynError {
    format!("a stored value is not a {what}").into()
}

//! How a municipality works: when its offices are open, when its teams meet, where its licensed forms are.

use chrono::NaiveDate;

use super::{
    Db, Error, Overview, Tx,
    columns::{DayColumn, ZoneColumn},
    read, within, write_one,
};
use crate::domain::{family::Municipality, id::Id, person::Viewer, settings::Settings, working_time::Office};

type Row = (ZoneColumn, i64, i64, DayColumn, i64, Option<String>, bool, bool);

macro_rules! settings {
    () => {
        "SELECT zone, opens, closes, team_meeting, team_meeting_days, sdq_address, association_contacts, staff_names
        FROM municipality WHERE id = $1"
    };
}

/// The office that stands in the columns, or the usual one where it makes no sense.
fn office(zone: ZoneColumn, opens: i64, closes: i64, day: DayColumn, days: i64) -> Office {
    let number = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
    let days = u64::try_from(days).unwrap_or(u64::MAX);
    Office::new(zone.0, number(opens), number(closes), day.0, days).unwrap_or_else(|_| Office::usual(zone.0))
}

fn read_row((zone, opens, closes, day, days, sdq_address, association_contacts, staff_names): Row) -> Settings {
    let office = office(zone, opens, closes, day, days);
    Settings { office, sdq_address, association_contacts, staff_names }
}

/// The settings of the viewer's municipality.
///
/// # Errors
/// When the database fails.
pub async fn settings(db: &Db, viewer: &Viewer) -> Result<Settings, Error> {
    let row: Row = read!(db, on => sqlx::query_as(settings!()).bind(viewer.municipality).fetch_one(on).await?);
    Ok(read_row(row))
}

/// Changes the settings of a municipality. What was promised already stays promised.
///
/// # Errors
/// When the database fails.
pub async fn set(db: &Db, overview: &Overview, settings: &Settings) -> Result<(), Error> {
    const SET: &str = "UPDATE municipality
        SET opens = $2, closes = $3, team_meeting = $4, team_meeting_days = $5, sdq_address = $6,
            association_contacts = $7, staff_names = $8
        WHERE id = $1";
    let (opens, closes) = settings.office.hours();
    let (day, days): (NaiveDate, u64) = settings.office.team_meetings();
    write_one!(db, on => {
        sqlx::query(SET)
            .bind(overview.municipality)
            .bind(i64::from(opens))
            .bind(i64::from(closes))
            .bind(DayColumn(day))
            .bind(i64::try_from(days).unwrap_or(i64::MAX))
            .bind(settings.sdq_address.as_deref())
            .bind(settings.association_contacts)
            .bind(settings.staff_names)
            .execute(on)
            .await?;
    });
    Ok(())
}

/// The office of a municipality, within a transaction.
pub(super) async fn office_of(tx: &mut Tx, municipality: Id<Municipality>) -> Result<Office, Error> {
    let row: Row = within!(tx, on => sqlx::query_as(settings!()).bind(municipality).fetch_one(on).await?);
    Ok(read_row(row).office)
}

/// The office of every municipality.
pub(super) async fn offices(db: &Db) -> Result<Vec<(Id<Municipality>, Office)>, Error> {
    const ALL: &str = "SELECT id, zone, opens, closes, team_meeting, team_meeting_days FROM municipality ORDER BY id";
    type AllRow = (Id<Municipality>, ZoneColumn, i64, i64, DayColumn, i64);
    let rows: Vec<AllRow> = read!(db, on => sqlx::query_as(ALL).fetch_all(on).await?);
    let office = |(id, zone, opens, closes, day, days)| (id, office(zone, opens, closes, day, days));
    Ok(rows.into_iter().map(office).collect())
}

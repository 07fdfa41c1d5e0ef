//! How a municipality works: when its offices are open, when its teams meet, where its licensed forms are.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::{
    Administration, Db, Error, Tx,
    administration::{NewEntry, begin, write_down},
    columns::{DayColumn, ZoneColumn},
    read, within,
};
use crate::domain::{
    administration::Deed, family::Municipality, id::Id, moment::Moment, person::Viewer, settings::Settings,
    working_time::Office,
};

type Row = (ZoneColumn, i64, i64, DayColumn, i64, Option<String>, bool, bool, String, String);

macro_rules! settings {
    () => {
        "SELECT zone, opens, closes, team_meeting, team_meeting_days, sdq_address, association_contacts, staff_names,
            help_lines, links FROM municipality WHERE id = $1"
    };
}

/// The office that stands in the columns, or the usual one where it makes no sense.
fn office(zone: ZoneColumn, opens: i64, closes: i64, day: DayColumn, days: i64) -> Office {
    let number = |value: i64| u32::try_from(value).unwrap_or(u32::MAX);
    let days = u64::try_from(days).unwrap_or(u64::MAX);
    Office::new(zone.0, number(opens), number(closes), day.0, days).unwrap_or_else(|_| Office::usual(zone.0))
}

fn read_row(row: Row) -> Settings {
    let (zone, opens, closes, day, days, sdq_address, association_contacts, staff_names, help_lines, links) = row;
    Settings {
        office: office(zone, opens, closes, day, days),
        sdq_address,
        association_contacts,
        staff_names,
        help_lines: Settings::help_lines(&help_lines).unwrap_or_default(),
        links: Settings::links(&links).unwrap_or_default(),
    }
}

/// The settings of the viewer's municipality.
///
/// # Errors
/// When the database fails.
pub async fn settings(db: &Db, viewer: &Viewer) -> Result<Settings, Error> {
    let row: Row = read!(db, on => sqlx::query_as(settings!()).bind(viewer.municipality).fetch_one(on).await?);
    Ok(read_row(row))
}

/// Changes the settings of a municipality. What was promised already stays promised. What is other than before stands in
/// the log, as it was and as it is.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may do so no more.
pub async fn set(db: &Db, administration: &Administration, settings: &Settings, now: Moment) -> Result<(), Error> {
    const SET: &str = "UPDATE municipality
        SET opens = $2, closes = $3, team_meeting = $4, team_meeting_days = $5, sdq_address = $6,
            association_contacts = $7, staff_names = $8, help_lines = $9, links = $10
        WHERE id = $1";
    let municipality = administration.municipality;
    let mut tx = begin(db, administration).await?;
    let row: Row = within!(&mut tx, on => sqlx::query_as(settings!()).bind(municipality).fetch_one(on).await?);
    let (before, after) = (read_row(row).typed(), settings.typed());
    if before == after {
        return Ok(());
    }
    let (opens, closes) = settings.office.hours();
    let (day, days): (NaiveDate, u64) = settings.office.team_meetings();
    within!(&mut tx, on => {
        sqlx::query(SET)
            .bind(municipality)
            .bind(i64::from(opens))
            .bind(i64::from(closes))
            .bind(DayColumn(day))
            .bind(i64::try_from(days).unwrap_or(i64::MAX))
            .bind(settings.sdq_address.as_deref())
            .bind(settings.association_contacts)
            .bind(settings.staff_names)
            .bind(settings.help_lines_typed())
            .bind(settings.links_typed())
            .execute(on)
            .await?;
    });
    let other = |these: &[(&'static str, String)], those: &[(&'static str, String)]| {
        let other: BTreeMap<_, _> = these.iter().filter(|setting| !those.contains(setting)).cloned().collect();
        serde_json::to_string(&other).unwrap_or_default()
    };
    let (was, is) = (other(&before, &after), other(&after, &before));
    let entry = NewEntry { deed: Deed::Settings, about: None, before: Some(&was), after: Some(&is) };
    write_down(&mut tx, municipality, Some(administration.viewer), &entry, now).await?;
    tx.commit().await
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

//! A municipality's spreadsheets, imported whole or not at all.
//!
//! [`records`] turns bytes into records with their line, [`sheet`] finds the columns, [`cell`] reads one value, and a file
//! per noun says what its sheet holds and whether it fits the rest. Every bad line of all four files is told at once. What
//! was imported before is found again by its number, so a second run changes nothing.

mod bad_line;
mod cell;
mod draft;
mod families;
mod folder;
mod goals;
mod meetings;
mod people;
mod records;
mod report;
mod sheet;

use std::path::Path;

use app::{
    domain::{
        family::Municipality,
        id::Id,
        moment::{Moment, Zone},
        words::Title,
    },
    store::{self, Db, Known},
};

use self::draft::Draft;
pub use self::{
    bad_line::{BadLine, BadLines},
    report::{Counts, Report},
};

/// Where a municipality's walls stand when an import makes it.
const ZONE: Zone = Zone::Europe__Copenhagen;

/// What a municipality is called when an import into an empty database names none.
const FIRST: &str = "Kommunen";

/// Why nothing was imported.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    /// Lines that cannot be taken: all of them, a line each.
    #[error("{0}")]
    BadLines(BadLines),
    /// A file of the folder cannot be read.
    #[error("{file} cannot be read: {cause}")]
    Unreadable {
        /// Which file.
        file: &'static str,
        /// Why.
        cause: String,
    },
    /// No municipality is named and the database holds more than one.
    #[error("the database holds {0} municipalities: say which one these families belong to")]
    SeveralMunicipalities(usize),
    /// What was given is not the name of a municipality.
    #[error("a municipality's name is one line of 1 to {} characters", Title::MAX)]
    NotAName,
    /// The database failed. A municipality that was not there before may stand there now, empty.
    #[error(transparent)]
    Store(#[from] store::Error),
}

/// Imports the four sheets in `folder` into the municipality named, or else into the only one there is; in
/// an empty database one is made.
///
/// A dry run tells what an import would do and leaves the database as it was.
///
/// # Errors
/// See [`Refused`]; then nothing was imported.
pub async fn import(
    db: &Db,
    folder: &Path,
    municipality: Option<&str>,
    dry_run: bool,
    now: Moment,
) -> Result<Report, Refused> {
    let place = Place::find(db, municipality).await?;
    let files = folder::read(folder).await?;
    let known = match place.id {
        Some(id) => store::known(db, id).await?,
        None => Known::default(),
    };
    let draft = Draft::make(&files, &known, place.zone, now).map_err(Refused::BadLines)?;
    let loaded = match (place.id, dry_run) {
        (Some(id), true) => Some(store::rehearse(db, id, &draft.batch, now).await?),
        (Some(id), false) => Some(store::load(db, id, &draft.batch, now).await?),
        (None, true) => None,
        (None, false) => {
            let id = store::found_municipality(db, &place.name, place.zone, None, None, now).await?;
            Some(store::load(db, id, &draft.batch, now).await?)
        }
    };
    Ok(Report::new(place.name, place.id.is_none(), dry_run, &draft, loaded))
}

/// The municipality an import is for; without an id it is not there yet.
struct Place {
    id: Option<Id<Municipality>>,
    name: Title,
    zone: Zone,
}

impl Place {
    async fn find(db: &Db, named: Option<&str>) -> Result<Self, Refused> {
        let mut there = store::municipalities(db).await?.into_iter().map(|(municipality, _)| municipality);
        let here = |found: Municipality| Self { id: Some(found.id), name: found.name, zone: found.zone };
        match named {
            Some(name) => {
                let name = Title::parse(name).map_err(|_| Refused::NotAName)?;
                Ok(there.find(|one| one.name == name).map_or(Self { id: None, name, zone: ZONE }, here))
            }
            None => match (there.next(), there.len()) {
                (None, _) => {
                    Ok(Self { id: None, name: Title::parse(FIRST).map_err(|_| Refused::NotAName)?, zone: ZONE })
                }
                (Some(only), 0) => Ok(here(only)),
                (Some(_), more) => Err(Refused::SeveralMunicipalities(more + 1)),
            },
        }
    }
}

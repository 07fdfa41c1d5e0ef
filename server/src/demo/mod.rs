//! Invented families, so that a newcomer sees the product live and a bench has something to measure.
//!
//! One seed gives one municipality. The same seed, number of families and calendar day give the same rows, ids
//! included: everything is drawn from one seeded generator, in one order, counting days from the day of the demo.
//! `stage` holds that generator and the calendar, `staff` draws units and those who work there, `family` the
//! families, `check_ins` how their parents have been, `story` the one family the cast belongs to; `plans` and `words`
//! are what they aim at and say. Telephone numbers begin with 0 and mail goes to `demo.example`: nobody is behind
//! either.

mod check_ins;
mod family;
mod plans;
mod staff;
mod stage;
mod story;
mod words;

use std::collections::HashMap;

use app::{
    domain::{
        family::Municipality,
        id::Id,
        moment::Moment,
        person::Person,
        why::Why,
        words::{Phone, Title},
    },
    store::{self, Db, KnownPerson},
};
use serde::Serialize;

use self::{
    staff::Staff,
    stage::{Stage, ZONE},
};

/// Families in one unit.
const UNIT: u32 = 100;

/// So many families, at least, are loaded in one transaction.
const BATCH: usize = 2000;

/// Somebody a visitor can sign in as, with a part in the story of the first family.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Cast {
    /// What they are: `parent`, `other_parent`, `contact_person`, `adviser`, `second_adviser`, `project_lead`,
    /// `administrator` or `second_administrator`.
    pub role: &'static str,
    /// Their name.
    pub name: String,
    /// Who they are in the database.
    #[serde(skip)]
    pub person: Id<Person>,
}

/// Why there is no demo.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Somebody's real municipality is in the database.
    #[error("this database holds a municipality that is no demo, and invented families are never mixed with real ones")]
    RealData,
    /// An earlier run stopped half-way.
    #[error("the demo with seed {0} was interrupted before it was finished: start again with an empty data folder")]
    Unfinished(u64),
    /// A text of the demo is longer or emptier than the domain allows.
    #[error("a text of the demo is not fit for its place: {0:?}")]
    Text(Why),
    /// The store failed.
    #[error(transparent)]
    Store(#[from] store::Error),
}

impl From<Why> for Error {
    fn from(why: Why) -> Self {
        Self::Text(why)
    }
}

/// Fills the database with the municipality of `seed` and gives its cast: parent, other parent, contact person,
/// adviser, second adviser, project lead, administrator, second administrator.
///
/// A municipality of that seed that is there already is left as it is, whatever `families` says. There is always at
/// least one family, the cast's. It comes with the last batch, so a municipality without a cast is unfinished.
///
/// # Errors
/// [`Error::RealData`], [`Error::Unfinished`], or when the database fails.
pub async fn demo(db: &Db, families: u32, seed: u64, now: Moment) -> Result<Vec<Cast>, Error> {
    let there = store::municipalities(db).await?;
    if there.iter().any(|(_, demo)| demo.is_none()) {
        return Err(Error::RealData);
    }
    if let Some((municipality, _)) = there.iter().find(|(_, demo)| *demo == Some(seed.cast_signed())) {
        let people = store::known(db, municipality.id).await?.people;
        return cast(&people).ok_or(Error::Unfinished(seed));
    }
    let mut stage = Stage::new(seed, now);
    let municipality = Municipality {
        id: stage.id(),
        name: Title::parse(&format!("Eksempelby Kommune (demo {seed})"))?,
        zone: ZONE,
        phone: Some(Phone::parse("+45 01 00 00 00")?),
    };
    let municipality = store::found(db, &municipality, Some(seed.cast_signed())).await?;
    fill(db, municipality, families.max(1), &mut stage).await?;
    store::move_on(db, stage.now()).await?;
    let people = store::known(db, municipality).await?.people;
    cast(&people).ok_or(Error::Unfinished(seed))
}

async fn fill(db: &Db, municipality: Id<Municipality>, families: u32, stage: &mut Stage) -> Result<(), Error> {
    let mut first: Option<Staff> = None;
    for unit in 0..families.div_ceil(UNIT) {
        let here = UNIT.min(families - unit * UNIT);
        let staff = stage.staff(unit, here)?;
        for index in u32::from(unit == 0)..here {
            stage.family(&staff, index)?;
        }
        first.get_or_insert(staff);
        let done = unit * UNIT + here;
        if done == families
            && let Some(staff) = &first
        {
            stage.story(staff)?;
        }
        if done == families || stage.batch.families.len() >= BATCH {
            store::load(db, municipality, &stage.take_batch(), stage.now()).await?;
            tracing::info!(done, of = families, "invented families loaded");
        }
    }
    Ok(())
}

fn cast(people: &HashMap<String, KnownPerson>) -> Option<Vec<Cast>> {
    let find = |part: &story::Part| {
        Some(Cast { role: part.role, name: part.name.to_owned(), person: people.get(part.number)?.id })
    };
    story::CAST.iter().map(find).collect()
}

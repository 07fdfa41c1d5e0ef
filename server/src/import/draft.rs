//! What an import would load: the four sheets, held against each other and against what is known.

use std::collections::{HashMap, HashSet};

use app::{
    domain::{
        family::Family,
        id::Id,
        moment::{Moment, Zone},
        person::Person,
    },
    store::{Batch, Known},
};

use super::{
    Counts,
    bad_line::{BadLines, quoted},
    families::{self, Families},
    folder::Files,
    goals::{self, Goals},
    meetings::{self, Meetings},
    people::{self, Home, People, Who},
    sheet::{Column, Sheet},
};

/// A batch that can be loaded, and how much of it is new.
#[derive(Default)]
pub(super) struct Draft {
    pub(super) batch: Batch,
    pub(super) new: New,
    pub(super) team: Counts,
}

/// How many of each the database does not know yet.
#[derive(Clone, Copy, Default)]
pub(super) struct New {
    pub(super) families: u64,
    pub(super) people: u64,
    pub(super) goals: u64,
    pub(super) meetings: u64,
}

impl Draft {
    pub(super) fn make(files: &Files, known: &Known, zone: Zone, now: Moment) -> Result<Self, BadLines> {
        let mut bad = BadLines::default();
        let families = Families::read(&files.families, &mut bad);
        let mut people = People::read(&files.people, now.date(zone), &mut bad);
        let goals = Goals::read(&files.goals, &mut bad);
        let meetings = Meetings::read(&files.meetings, zone, &mut bad);

        let by_family = families.index(known, now);
        people.find_homes(&by_family, &mut bad);
        let mut world =
            World { known, now, people: people.index(known, now), families: by_family, beside: HashSet::new() };
        let mut draft = Self::default();
        families.draft(&mut world, &mut draft, &mut bad);
        people.draft(&world, &mut draft, &mut bad);
        goals.draft(&world, &mut draft, &mut bad);
        meetings.draft(&world, &mut draft, &mut bad);
        if bad.is_empty() {
            return Ok(draft);
        }
        bad.sort(&[families::FILE, people::FILE, goals::FILE, meetings::FILE]);
        Err(bad)
    }
}

/// All that is known or in the sheets, by its number.
pub(super) struct World<'a> {
    pub(super) known: &'a Known,
    pub(super) now: Moment,
    pub(super) families: Index<Id<Family>>,
    pub(super) people: Index<Who>,
    /// Everybody whom the sheets put beside a family.
    pub(super) beside: HashSet<(Id<Family>, Id<Person>)>,
}

impl World<'_> {
    /// Finds somebody of the family or of its team, now or before; tells when the number stands for nobody of those.
    pub(super) fn find_near(
        &self,
        number: &str,
        family: Option<Id<Family>>,
        cell: &At<'_>,
        bad: &mut BadLines,
    ) -> Option<Id<Person>> {
        let who = self.people.find(number, cell, bad)?;
        if family.is_some_and(|family| !self.is_near(who, family)) {
            cell.refuse(bad, format!("{} belongs neither to the family nor to its team", quoted(number)));
        }
        Some(who.id)
    }

    fn is_near(&self, who: Who, family: Id<Family>) -> bool {
        let pair = (family, who.id);
        match who.home {
            Home::In(home) if home == family => true,
            Home::Unclear => true,
            _ => self.beside.contains(&pair) || self.known.beside.contains(&pair),
        }
    }
}

/// What the numbers of one sheet stand for, those known from before included.
pub(super) struct Index<T> {
    by_number: HashMap<String, T>,
    /// The file, when what is not here is really nowhere.
    file: Option<&'static str>,
}

impl<T: Copy> Index<T> {
    pub(super) fn new(sheet: &Sheet, number: &Column, by_number: HashMap<String, T>) -> Self {
        Self { by_number, file: sheet.is_whole(number).then(|| sheet.file()) }
    }

    /// What a thing's own number stands for.
    pub(super) fn own(&self, number: Option<&String>) -> Option<T> {
        self.by_number.get(number?).copied()
    }

    /// What a number in a cell stands for; when for nothing, that is told.
    pub(super) fn find(&self, number: &str, cell: &At<'_>, bad: &mut BadLines) -> Option<T> {
        let found = self.by_number.get(number).copied();
        if let (None, Some(file)) = (found, self.file) {
            cell.refuse(bad, format!("{} is no number in {file}, nor known from before", quoted(number)));
        }
        found
    }
}

/// A place in a sheet.
pub(super) struct At<'a> {
    pub(super) sheet: &'a Sheet,
    pub(super) line: usize,
    pub(super) column: &'a Column,
}

impl At<'_> {
    pub(super) fn refuse(&self, bad: &mut BadLines, reason: String) {
        self.sheet.refuse(bad, self.line, self.column, reason);
    }
}

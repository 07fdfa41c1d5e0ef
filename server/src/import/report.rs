//! What an import did, or would do.

use std::fmt;

use app::{domain::words::Title, store::Loaded};

use super::draft::Draft;

/// How many of one kind were made, changed or left alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Counts {
    /// Not there before.
    pub new: u64,
    /// There before, and something about them changed.
    pub changed: u64,
    /// There before, and just so.
    pub unchanged: u64,
}

impl Counts {
    /// Of `all` in a sheet `new` were not known; `touched` were made or changed.
    const fn of(all: usize, new: u64, touched: u64) -> Self {
        let changed = touched.saturating_sub(new);
        Self { new, changed, unchanged: (all as u64).saturating_sub(new).saturating_sub(changed) }
    }
}

impl fmt::Display for Counts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} new, {} changed, {} unchanged", self.new, self.changed, self.unchanged)
    }
}

/// What an import did, or would do; counts only. Written as sentences, one to a line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Report {
    /// The municipality's name.
    pub municipality: Title,
    /// Whether the municipality was not there before.
    pub founded: bool,
    /// Whether nothing was written.
    pub dry_run: bool,
    /// Families.
    pub families: Counts,
    /// People, each with the rights they are the child of.
    pub people: Counts,
    /// Parts in the families' teams. One that ended or went to another person is changed.
    pub team: Counts,
    /// Goals, each with its steps.
    pub goals: Counts,
    /// Meetings, each with its participants.
    pub meetings: Counts,
}

impl Report {
    /// Without `loaded` the municipality is not there, so that everything is new.
    pub(super) fn new(
        municipality: Title,
        founded: bool,
        dry_run: bool,
        draft: &Draft,
        loaded: Option<Loaded>,
    ) -> Self {
        let (batch, new) = (&draft.batch, draft.new);
        let touched = |count: fn(&Loaded) -> u64, new: u64| loaded.as_ref().map_or(new, count);
        let counts = |all: usize, new: u64, count| Counts::of(all, new, touched(count, new));
        Self {
            municipality,
            founded,
            dry_run,
            families: counts(batch.families.len(), new.families, |loaded| loaded.families),
            people: counts(batch.people.len(), new.people, |loaded| loaded.people),
            team: draft.team,
            goals: counts(batch.goals.len(), new.goals, |loaded| loaded.goals),
            meetings: counts(batch.meetings.len(), new.meetings, |loaded| loaded.meetings),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (name, new) = (&self.municipality, if self.founded { ", a new municipality" } else { "" });
        if self.dry_run {
            writeln!(f, "This was a dry run: nothing was written. An import into {name}{new} would bring:")?;
        } else {
            writeln!(f, "Imported into {name}{new}:")?;
        }
        writeln!(f, "Families: {}.", self.families)?;
        writeln!(f, "People: {}.", self.people)?;
        writeln!(f, "Parts in teams: {}.", self.team)?;
        writeln!(f, "Goals: {}.", self.goals)?;
        write!(f, "Meetings: {}.", self.meetings)
    }
}

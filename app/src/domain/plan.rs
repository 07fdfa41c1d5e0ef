//! The plan: hopes in the family's words, a few goals, and small steps.

use chrono::NaiveDate;

use super::{
    id::Id,
    keyed,
    moment::Moment,
    person::Person,
    words::{Note, PersonName, Title},
};

/// At most this many goals are live at once; the rest wait in order.
pub const LIVE_GOALS: usize = 3;

keyed! {
    /// What part of life a goal is about.
    pub enum Area {
        /// Mornings, meals, sleep.
        EverydayLife = "everyday_life",
        /// Money.
        Money = "money",
        /// Work and training.
        Work = "work",
        /// Day care and school.
        School = "school",
        /// Sport, music, friends.
        Leisure = "leisure",
        /// A young person's first job.
        YouthJob = "youth_job",
        /// Body and mind.
        Health = "health",
        /// People around the family.
        Network = "network",
    }
}

keyed! {
    /// Where a goal stands.
    pub enum GoalState {
        /// Worked on now.
        Live = "live",
        /// Waits its turn.
        Waiting = "waiting",
        /// Reached.
        Reached = "reached",
        /// Not worked on any more.
        LaidAside = "laid_aside",
    }
}

/// A hope or a dream, in the family's own words.
#[derive(Clone, Debug)]
pub struct Hope {
    /// Its identity.
    pub id: Id<Hope>,
    /// The words.
    pub words: Note,
    /// Whose words.
    pub author: PersonName,
}

/// A goal with its steps, in order.
#[derive(Clone, Debug)]
pub struct Goal {
    /// Its identity.
    pub id: Id<Goal>,
    /// What it is about.
    pub area: Area,
    /// The goal in the family's words.
    pub title: Title,
    /// Where it stands.
    pub state: GoalState,
    /// What goes well.
    pub going_well: Option<Note>,
    /// What is a worry.
    pub worries: Option<Note>,
    /// How far the family has come, from 0 to 10.
    pub scale: Option<i64>,
    /// Its steps, the first to do first.
    pub steps: Vec<Step>,
}

/// One small step towards a goal.
#[derive(Clone, Debug)]
pub struct Step {
    /// Its identity.
    pub id: Id<Step>,
    /// The step.
    pub title: Title,
    /// Who does it.
    pub doer: Option<(Id<Person>, PersonName)>,
    /// The day it is hoped to be done.
    pub due: Option<NaiveDate>,
    /// When it was done.
    pub done: Option<Moment>,
}

impl Goal {
    /// The first step not yet done.
    pub fn next_step(&self) -> Option<&Step> {
        self.steps.iter().find(|step| step.done.is_none())
    }

    /// The step done last, if any, so that a slip of the finger can be taken back.
    pub fn last_done(&self) -> Option<&Step> {
        self.steps.iter().filter(|step| step.done.is_some()).max_by_key(|step| step.done)
    }
}

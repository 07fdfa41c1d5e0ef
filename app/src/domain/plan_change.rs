//! Changes of the plan: what stood there before and what stands there after, whose idea it was, and whether the family
//! agreed. The team proposes, the family decides.

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{
    family::Family,
    id::Id,
    keyed,
    moment::Moment,
    person::Person,
    plan::{Area, Goal, GoalState, Hope, Step},
    words::{Note, PersonName, Title},
};

keyed! {
    /// Where a change stands.
    pub enum ChangeState {
        /// The team proposed it; the family has not answered.
        Proposed = "proposed",
        /// The plan says so, or said so until something newer.
        InForce = "in_force",
        /// The family said no.
        Declined = "declined",
        /// Whoever proposed it took it back.
        TakenBack = "taken_back",
    }
}

/// What changes as one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Entry {
    /// A hope.
    Hope(Id<Hope>),
    /// A goal.
    Goal(Id<Goal>),
    /// A step.
    Step(Id<Step>),
    /// The order of a family's goals.
    Order(Id<Family>),
}

impl Entry {
    /// Its identity among all entries.
    pub const fn uuid(self) -> Uuid {
        match self {
            Self::Hope(id) => id.uuid(),
            Self::Goal(id) => id.uuid(),
            Self::Step(id) => id.uuid(),
            Self::Order(id) => id.uuid(),
        }
    }
}

/// What an entry says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Content {
    /// A hope, in the words of whoever wrote it.
    Hope(Note),
    /// A goal.
    Goal(GoalContent),
    /// A step.
    Step(StepContent),
    /// The goals, the first first.
    Order(Vec<Id<Goal>>),
}

/// What a goal says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct GoalContent {
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
    /// How far the family has come, from 0 to [`GoalContent::SCALE`].
    pub scale: Option<i64>,
}

impl GoalContent {
    /// The top of the scale: the goal is reached.
    pub const SCALE: i64 = 10;
}

/// What a step says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct StepContent {
    /// The goal it leads to.
    pub goal: Id<Goal>,
    /// The step.
    pub title: Title,
    /// Who does it; older steps have nobody.
    pub doer: Option<Id<Person>>,
    /// The day it is hoped to be done.
    pub due: Option<NaiveDate>,
}

impl Content {
    /// The entry with that identity, of the kind of this content.
    pub const fn entry(&self, uuid: Uuid) -> Entry {
        match self {
            Self::Hope(_) => Entry::Hope(Id::from_uuid(uuid)),
            Self::Goal(_) => Entry::Goal(Id::from_uuid(uuid)),
            Self::Step(_) => Entry::Step(Id::from_uuid(uuid)),
            Self::Order(_) => Entry::Order(Id::from_uuid(uuid)),
        }
    }

    /// What an entry says when it goes: a goal is laid aside, since answers may be about it; others are there no more.
    pub fn gone(&self) -> Option<Self> {
        match self {
            Self::Goal(goal) => Some(Self::Goal(GoalContent { state: GoalState::LaidAside, ..goal.clone() })),
            Self::Hope(_) | Self::Step(_) | Self::Order(_) => None,
        }
    }
}

/// What a change does to its entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// It was not there before.
    New,
    /// It says something else.
    Changed,
    /// It is not there any more.
    Gone,
}

/// A change somebody wants.
#[derive(Clone, Debug)]
pub struct NewChange {
    /// Its identity, made with the form, so that sending twice changes once.
    pub id: Id<Change>,
    /// What changes.
    pub entry: Entry,
    /// The number of the last change the writer saw; 0 where there was none.
    pub seen: i64,
    /// What it shall say; nothing when it shall go.
    pub after: Option<Content>,
}

/// A change as it was made or proposed.
#[derive(Clone, Debug)]
pub struct Change {
    /// Its identity.
    pub id: Id<Change>,
    /// What changes.
    pub entry: Entry,
    /// Whose idea it was.
    pub author: (Id<Person>, PersonName),
    /// When they had it.
    pub made_at: Moment,
    /// What stood there before.
    pub before: Option<Content>,
    /// What it says.
    pub after: Option<Content>,
    /// Where it stands.
    pub state: ChangeState,
    /// Who of the family answered, and when.
    pub answer: Option<(PersonName, Moment)>,
    /// The number of the last change in force to the same entry; 0 where there is none.
    pub newest: i64,
    /// Its own number; the family's changes count up.
    pub number: i64,
}

impl Change {
    /// What it does to its entry.
    pub const fn kind(&self) -> ChangeKind {
        match (&self.before, &self.after) {
            (None, _) => ChangeKind::New,
            (Some(_), Some(_)) => ChangeKind::Changed,
            (Some(_), None) => ChangeKind::Gone,
        }
    }

    /// Whether it can be undone: it is in force and nothing newer changed the same entry.
    pub fn is_newest(&self) -> bool {
        self.state == ChangeState::InForce && self.number == self.newest
    }
}

/// The order in which a goal has changed places with the one before it (`up`) or after it in the same state; nothing
/// when there is none.
pub fn moved(goals: &[Goal], goal: Id<Goal>, up: bool) -> Option<Vec<Id<Goal>>> {
    let at = goals.iter().position(|other| other.id == goal)?;
    let state = goals.get(at)?.state;
    let peer = |(_, other): &(usize, &Goal)| other.state == state;
    let (other, _) = if up {
        goals.iter().enumerate().take(at).rfind(peer)?
    } else {
        goals.iter().enumerate().skip(at + 1).find(peer)?
    };
    let mut order: Vec<_> = goals.iter().map(|goal| goal.id).collect();
    order.swap(at, other);
    Some(order)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn goal(number: u128, state: GoalState) -> Goal {
        Goal {
            id: Id::from_uuid(Uuid::from_u128(number)),
            area: Area::School,
            title: Title::parse("Et mål").expect("a title"),
            state,
            going_well: None,
            worries: None,
            scale: None,
            steps: Vec::new(),
        }
    }

    #[test]
    fn a_goal_changes_places_with_its_neighbour_in_the_same_state() {
        let goals =
            [goal(1, GoalState::Live), goal(2, GoalState::Waiting), goal(3, GoalState::Live), goal(4, GoalState::Live)];
        let after = |number, up| {
            let order = moved(&goals, Id::from_uuid(Uuid::from_u128(number)), up)?;
            Some(order.iter().map(|id| id.uuid().as_u128()).collect::<Vec<_>>())
        };
        assert_eq!(after(3, true), Some(vec![3, 2, 1, 4]));
        assert_eq!(after(1, false), Some(vec![3, 2, 1, 4]));
        assert_eq!(after(3, false), Some(vec![1, 2, 4, 3]));
        assert_eq!((after(1, true), after(4, false), after(2, true), after(9, true)), (None, None, None, None));
    }

    #[test]
    fn content_is_written_and_read_back() {
        let step = Content::Step(StepContent {
            goal: Id::from_uuid(Uuid::from_u128(7)),
            title: Title::parse("Ring til træneren").expect("a title"),
            doer: None,
            due: "2027-01-31".parse().ok(),
        });
        let laid_aside = Content::Goal(GoalContent {
            area: Area::Leisure,
            title: Title::parse("Fodbold").expect("a title"),
            state: GoalState::LaidAside,
            going_well: Note::parse("Han vil gerne\nselv").ok(),
            worries: None,
            scale: Some(4),
        });
        for content in [step, laid_aside, Content::Hope(Note::parse("Ro").expect("words")), Content::Order(Vec::new())]
        {
            let written = serde_json::to_string(&content).expect("it is written");
            assert_eq!(serde_json::from_str::<Content>(&written).expect("it is read"), content);
        }
    }
}

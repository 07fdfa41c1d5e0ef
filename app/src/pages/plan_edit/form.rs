//! What can be typed: the parts of a hope, a goal or a step.

use chrono::NaiveDate;

use crate::{
    domain::{
        family::Family,
        id::Id,
        person::Person,
        plan::{Goal, GoalState, Hope, Step},
        plan_change::{Change, Content, Entry, GoalContent, NewChange, StepContent},
        why::Why,
        words::{Note, Title},
    },
    store::Whose,
    ui::field::{Fields, Refusals},
};

/// The id the change will have; it comes with the page, so that sending twice changes once.
pub(super) const ID: &str = "id";
/// The number of the last change seen.
pub(super) const SEEN: &str = "seen";
/// The id of something new.
pub(super) const ENTRY: &str = "entry";
pub(super) const WORDS: &str = "words";
pub(super) const TITLE: &str = "title";
pub(super) const AREA: &str = "area";
pub(super) const STATE: &str = "state";
pub(super) const GOING_WELL: &str = "going_well";
pub(super) const WORRIES: &str = "worries";
pub(super) const SCALE: &str = "scale";
pub(super) const DOER: &str = "doer";
pub(super) const DUE: &str = "due";

/// Where in a plan somebody writes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// A new hope of a family.
    NewHope(Id<Family>),
    /// A new goal of a family.
    NewGoal(Id<Family>),
    /// A new step towards a goal.
    NewStep(Id<Goal>),
    /// A hope.
    Hope(Id<Hope>),
    /// A goal.
    Goal(Id<Goal>),
    /// A step.
    Step(Id<Step>),
}

impl Place {
    /// Whose plan it is.
    pub(super) const fn whose(self) -> Whose {
        match self {
            Self::NewHope(family) | Self::NewGoal(family) => Whose::Family(family),
            Self::NewStep(goal) | Self::Goal(goal) => Whose::Goal(goal),
            Self::Hope(hope) => Whose::Hope(hope),
            Self::Step(step) => Whose::Step(step),
        }
    }

    /// Its address.
    pub(super) fn address(self) -> String {
        match self {
            Self::NewHope(family) => format!("/families/{family}/hopes/new"),
            Self::NewGoal(family) => format!("/families/{family}/goals/new"),
            Self::NewStep(goal) => format!("/goals/{goal}/steps/new"),
            Self::Hope(hope) => format!("/hopes/{hope}"),
            Self::Goal(goal) => format!("/goals/{goal}"),
            Self::Step(step) => format!("/steps/{step}/edit"),
        }
    }

    /// The entry that stands there; none where something new is written.
    pub(super) const fn entry(self) -> Option<Entry> {
        match self {
            Self::NewHope(_) | Self::NewGoal(_) | Self::NewStep(_) => None,
            Self::Hope(hope) => Some(Entry::Hope(hope)),
            Self::Goal(goal) => Some(Entry::Goal(goal)),
            Self::Step(step) => Some(Entry::Step(step)),
        }
    }

    const fn new_entry(self, id: Id<()>) -> Entry {
        match self {
            Self::NewHope(_) | Self::Hope(_) => Entry::Hope(Id::from_uuid(id.uuid())),
            Self::NewGoal(_) | Self::Goal(_) => Entry::Goal(Id::from_uuid(id.uuid())),
            Self::NewStep(_) | Self::Step(_) => Entry::Step(Id::from_uuid(id.uuid())),
        }
    }
}

/// A part of the plan as it was filled in.
#[derive(Debug)]
pub(super) struct PlanForm {
    pub(super) typed: Fields,
    pub(super) refusals: Refusals,
}

impl PlanForm {
    /// An empty form for something new. A goal begins as one that waits, or is worked on where there is `room`.
    pub(super) fn empty(id: Id<Change>, entry: Id<()>, room: bool) -> Self {
        let state = if room { GoalState::Live } else { GoalState::Waiting };
        let typed = [(ID, id.to_string()), (ENTRY, entry.to_string()), (STATE, state.key().to_owned())];
        Self { typed: typed.into_iter().collect(), refusals: Refusals::default() }
    }

    /// The form with what an entry says, after so many changes.
    pub(super) fn of(id: Id<Change>, seen: i64, content: &Content) -> Self {
        let note = |note: &Option<Note>| note.as_ref().map(ToString::to_string).unwrap_or_default();
        let mut typed = vec![(ID, id.to_string()), (SEEN, seen.to_string())];
        match content {
            Content::Hope(words) => typed.push((WORDS, words.to_string())),
            Content::Goal(goal) => typed.extend([
                (TITLE, goal.title.to_string()),
                (AREA, goal.area.key().to_owned()),
                (STATE, goal.state.key().to_owned()),
                (GOING_WELL, note(&goal.going_well)),
                (WORRIES, note(&goal.worries)),
                (SCALE, goal.scale.map(|scale| scale.to_string()).unwrap_or_default()),
            ]),
            Content::Step(step) => typed.extend([
                (TITLE, step.title.to_string()),
                (DOER, step.doer.map(|doer| doer.to_string()).unwrap_or_default()),
                (DUE, step.due.map(|due| due.to_string()).unwrap_or_default()),
            ]),
            Content::Order(_) => {}
        }
        Self { typed: typed.into_iter().collect(), refusals: Refusals::default() }
    }

    /// The form with what was typed, now that its writer sees change number `seen`.
    pub(super) fn again(typed: &Fields, id: Id<Change>, seen: i64) -> Self {
        const KEPT: [&str; 9] = [WORDS, TITLE, AREA, STATE, GOING_WELL, WORRIES, SCALE, DOER, DUE];
        let kept = KEPT.into_iter().filter_map(|name| Some((name, typed.get(name)?.to_owned())));
        let fresh = [(ID, id.to_string()), (SEEN, seen.to_string())];
        Self { typed: fresh.into_iter().chain(kept).collect(), refusals: Refusals::default() }
    }

    /// The change somebody wants at a place where `before` stands, by one of `doers`. Nothing where the form is not
    /// ours.
    ///
    /// # Errors
    /// The form with what was typed and what is wrong with it.
    pub(super) fn read(
        typed: Fields,
        place: Place,
        before: Option<&Content>,
        doers: &[Id<Person>],
    ) -> Option<Result<NewChange, Self>> {
        let (id, entry, seen) = Self::hidden(&typed, place)?;
        let mut refusals = Refusals::default();
        let after = match (place, before) {
            (Place::NewHope(_) | Place::Hope(_), _) => {
                refusals.take(WORDS, required(&typed, WORDS, Note::parse)).map(Content::Hope)
            }
            (Place::NewGoal(_) | Place::Goal(_), _) => goal(&typed, &mut refusals).map(Content::Goal),
            (Place::NewStep(goal), _) => step(&typed, &mut refusals, goal, None, doers).map(Content::Step),
            (Place::Step(_), Some(Content::Step(was))) => {
                step(&typed, &mut refusals, was.goal, was.doer, doers).map(Content::Step)
            }
            (Place::Step(_), _) => return None,
        };
        Some(match after {
            Some(after) => Ok(NewChange { id, entry, seen, after: Some(after) }),
            None => Err(Self { typed, refusals }),
        })
    }

    /// The wish that what stands at a place shall go.
    pub(super) fn removal(typed: &Fields, place: Place) -> Option<NewChange> {
        let (id, entry, seen) = Self::hidden(typed, place)?;
        Some(NewChange { id, entry, seen, after: None })
    }

    fn hidden(typed: &Fields, place: Place) -> Option<(Id<Change>, Entry, i64)> {
        let id = typed.parsed(ID)?;
        match place.entry() {
            Some(entry) => Some((id, entry, typed.parsed(SEEN)?)),
            None => Some((id, place.new_entry(typed.parsed(ENTRY)?), 0)),
        }
    }
}

fn required<T>(typed: &Fields, name: &str, parse: fn(&str) -> Result<T, Why>) -> Result<T, Why> {
    typed.once(name).and_then(|value| parse(value.unwrap_or_default()))
}

fn goal(typed: &Fields, refusals: &mut Refusals) -> Option<GoalContent> {
    let title = refusals.take(TITLE, required(typed, TITLE, Title::parse));
    let area = refusals.take(AREA, required(typed, AREA, str::parse));
    let state = refusals.take(STATE, required(typed, STATE, str::parse));
    let going_well = refusals.take(GOING_WELL, required(typed, GOING_WELL, Note::parse_optional));
    let worries = refusals.take(WORRIES, required(typed, WORRIES, Note::parse_optional));
    let scale = refusals.take(SCALE, required(typed, SCALE, scale));
    Some(GoalContent {
        area: area?,
        title: title?,
        state: state?,
        going_well: going_well?,
        worries: worries?,
        scale: scale?,
    })
}

fn scale(typed: &str) -> Result<Option<i64>, Why> {
    match typed {
        "" => Ok(None),
        typed => match typed.parse() {
            Ok(far @ 0..=GoalContent::SCALE) => Ok(Some(far)),
            _ => Err(Why::Unknown),
        },
    }
}

/// A step with somebody named to do it: one of `doers`, or whoever does it already.
fn step(
    typed: &Fields,
    refusals: &mut Refusals,
    goal: Id<Goal>,
    before: Option<Id<Person>>,
    doers: &[Id<Person>],
) -> Option<StepContent> {
    let title = refusals.take(TITLE, required(typed, TITLE, Title::parse));
    let doer = required(typed, DOER, str::parse::<Id<Person>>)
        .map_err(|why| if why == Why::Twice { why } else { Why::Unknown })
        .and_then(|doer| if doers.contains(&doer) || before == Some(doer) { Ok(doer) } else { Err(Why::Unknown) });
    let doer = refusals.take(DOER, doer);
    let due = refusals.take(DUE, required(typed, DUE, due));
    Some(StepContent { goal, title: title?, doer: Some(doer?), due: due? })
}

fn due(typed: &str) -> Result<Option<NaiveDate>, Why> {
    match typed {
        "" => Ok(None),
        typed => typed.parse().map(Some).map_err(|_| Why::NoSuchDate),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::Moment;

    fn id<T>() -> Id<T> {
        Id::fresh(Moment::from_seconds(1_800_000_000))
    }

    fn fields(body: &str) -> Fields {
        Fields::read(body.as_bytes()).expect("a form")
    }

    #[test]
    fn a_step_wants_somebody_known_to_do_it() {
        let (change, entry, mother): (Id<Change>, Id<()>, Id<Person>) = (id(), id(), id());
        let read = |rest: &str| {
            let typed = fields(&format!("id={change}&entry={entry}&{rest}"));
            PlanForm::read(typed, Place::NewStep(id()), None, &[mother]).expect("a form of ours")
        };
        assert!(read(&format!("title=Ring&doer={mother}&due=2027-02-01")).is_ok());
        for (rest, field, why) in [
            (format!("title=&doer={mother}&due="), TITLE, Why::Empty),
            ("title=Ring&doer=&due=".into(), DOER, Why::Unknown),
            (format!("title=Ring&doer={}&due=", id::<Person>()), DOER, Why::Unknown),
            (format!("title=Ring&doer={mother}&due=2027-02-30"), DUE, Why::NoSuchDate),
            (format!("title=Ring&title=Skriv&doer={mother}&due="), TITLE, Why::Twice),
        ] {
            let form = read(&rest).expect_err(&rest);
            assert_eq!(form.refusals.fields().collect::<Vec<_>>(), [field], "{rest}");
            assert_eq!(form.refusals.of(field), Some(why), "{rest}");
        }
    }

    #[test]
    fn a_goal_is_read_part_by_part() {
        let (change, goal): (Id<Change>, Id<Goal>) = (id(), id());
        let read = |rest: &str| {
            let typed = fields(&format!("id={change}&seen=4&{rest}"));
            PlanForm::read(typed, Place::Goal(goal), None, &[]).expect("a form of ours")
        };
        let new = read("title=Fodbold&area=leisure&state=live&going_well=&worries=Tiden&scale=4").expect("a change");
        assert_eq!((new.entry, new.seen), (Entry::Goal(goal), 4));
        for (rest, field) in [
            ("title=Fodbold&area=war&state=live&going_well=&worries=&scale=", AREA),
            ("title=Fodbold&area=leisure&state=&going_well=&worries=&scale=", STATE),
            ("title=Fodbold&area=leisure&state=live&going_well=&worries=&scale=11", SCALE),
            ("title=Fodbold&area=leisure&state=live&going_well=&worries=&scale=-1", SCALE),
        ] {
            let form = read(rest).expect_err(rest);
            assert_eq!(form.refusals.fields().collect::<Vec<_>>(), [field], "{rest}");
        }
    }

    #[test]
    fn a_form_without_what_came_with_the_page_is_none_of_ours() {
        for body in ["words=Ro", "id=1&entry=2&words=Ro"] {
            assert!(PlanForm::read(fields(body), Place::NewHope(id()), None, &[]).is_none(), "{body}");
        }
        let typed = fields(&format!("id={}&words=Ro", id::<Change>()));
        assert!(PlanForm::read(typed, Place::Hope(id()), None, &[]).is_none(), "what was seen is missing");
    }
}

//! What can be typed: an answer with other times and what somebody needs, a point, a note, a comment, a decision.

use chrono::{NaiveDate, NaiveTime};

use crate::{
    domain::{
        id::Id,
        meeting::{Coming, Meeting, PROPOSALS, Said, Wish},
        moment::{Moment, WallTime, Zone, days_after},
        person::Person,
        plan::Goal,
        plan_change::StepContent,
        why::Why,
        words::{Note, PersonName, Title},
    },
    ui::field::{Fields, FilledIn, Refusals},
};

/// The id something new will have; it comes with the page, so that sending twice makes one.
pub(super) const ID: &str = "id";
/// The version of the meeting that was shown.
pub(super) const VERSION: &str = "version";
pub(super) const COMING: &str = "coming";
/// The days and the times of day somebody proposes.
pub(super) const PROPOSED: [(&str, &str); PROPOSALS] = [("day_1", "time_1"), ("day_2", "time_2"), ("day_3", "time_3")];
pub(super) const INTERPRETER: &str = "interpreter";
pub(super) const LIFT: &str = "lift";
pub(super) const LEAVE_OUT: &str = "leave_out";
pub(super) const WISH: &str = "wish";
/// A point to talk about.
pub(super) const POINT: &str = "point";
/// What the note says.
pub(super) const NOTE: &str = "note";
/// When the note that was shown was written.
pub(super) const BEFORE: &str = "before";
/// What somebody says to the note.
pub(super) const COMMENT: &str = "comment";
pub(super) const GOAL: &str = "goal";
pub(super) const STEP: &str = "step";
pub(super) const DOER: &str = "doer";
pub(super) const DUE: &str = "due";

/// Nothing is proposed or decided further ahead than so many days.
const FARTHEST: u64 = 400;

/// The answer as it was given before.
pub(super) fn of(said: &Said) -> FilledIn {
    let wish = &said.wish;
    let mut typed = vec![(COMING, said.coming.key().to_owned())];
    for ((day, time), starts) in PROPOSED.iter().zip(&said.proposals) {
        typed.push((day, starts.local().format("%Y-%m-%d").to_string()));
        typed.push((time, starts.local().format("%H:%M").to_string()));
    }
    typed.extend(wish.interpreter.as_ref().map(|words| (INTERPRETER, words.to_string())));
    typed.extend(wish.lift.then(|| (LIFT, "yes".to_owned())));
    typed.extend(wish.leave_out.as_ref().map(|(person, _)| (LEAVE_OUT, person.to_string())));
    typed.extend(wish.words.as_ref().map(|words| (WISH, words.to_string())));
    FilledIn { typed: typed.into_iter().collect(), refusals: Refusals::default() }
}

/// What somebody answers. Other times count only where another time is what is asked for.
///
/// # Errors
/// The form with what was typed and what is wrong with it. [`Why::NoDay`] is among it when another time is asked for
/// and none is proposed.
pub(super) fn answer(typed: Fields, meeting: &Meeting, now: Moment) -> Result<Said, FilledIn> {
    let mut refusals = Refusals::default();
    let once = |field| typed.once(field).map(Option::unwrap_or_default);
    let coming: Result<Coming, Why> =
        once(COMING).and_then(|key| if key.is_empty() { Err(Why::Unanswered) } else { key.parse() });
    let coming = refusals.take(COMING, coming);
    let mut proposals = Vec::new();
    let mut proposed = true;
    if coming == Some(Coming::AnotherTime) {
        for (nth, (day, time)) in PROPOSED.into_iter().enumerate() {
            let is_needed = nth == 0;
            match proposal((once(day), once(time)), is_needed, meeting.starts.zone(), now) {
                Ok(starts) => proposals.extend(starts),
                Err((at_time, why)) => {
                    refusals.add(if at_time { time } else { day }, why);
                    proposed = false;
                }
            }
        }
    }
    let interpreter = refusals.take(INTERPRETER, once(INTERPRETER).and_then(Title::parse_optional));
    let lift = refusals.take(LIFT, typed.ticked(LIFT));
    let leave_out = refusals.take(LEAVE_OUT, once(LEAVE_OUT).and_then(|id| left_out(id, meeting)));
    let words = refusals.take(WISH, once(WISH).and_then(Note::parse_optional));
    match (coming, interpreter, lift, leave_out, words) {
        (Some(coming), Some(interpreter), Some(lift), Some(leave_out), Some(words)) if proposed => {
            Ok(Said { coming, proposals, wish: Wish { interpreter, lift, leave_out, words } })
        }
        _ => Err(FilledIn { typed, refusals }),
    }
}

/// A proposed time; nothing where none is needed and none was typed. What is wrong is with the time of day, or with the
/// day.
fn proposal(
    (day, time): (Result<&str, Why>, Result<&str, Why>),
    is_needed: bool,
    zone: Zone,
    now: Moment,
) -> Result<Option<WallTime>, (bool, Why)> {
    let (day, time) = (day.map_err(|why| (false, why))?, time.map_err(|why| (true, why))?);
    match (day, time) {
        ("", "") if !is_needed => return Ok(None),
        ("", _) => return Err((false, Why::NoDay)),
        _ => {}
    }
    let day = ahead(day, now.date(zone)).map_err(|why| (false, why))?;
    let time = NaiveTime::parse_from_str(time, "%H:%M").map_err(|_| (true, Why::NoSuchTime))?;
    WallTime::new(day.and_time(time), zone).map(Some).map_err(|why| (true, why))
}

fn ahead(day: &str, today: NaiveDate) -> Result<NaiveDate, Why> {
    let day: NaiveDate = day.parse().map_err(|_| Why::NoSuchDate)?;
    match day {
        day if day < today => Err(Why::Past),
        day if day > days_after(today, FARTHEST) => Err(Why::TooFar),
        day => Ok(day),
    }
}

fn left_out(id: &str, meeting: &Meeting) -> Result<Option<(Id<Person>, PersonName)>, Why> {
    if id.is_empty() {
        return Ok(None);
    }
    let id: Id<Person> = id.parse()?;
    let named = meeting.participants.iter().find(|who| who.person == id).ok_or(Why::Unknown)?;
    Ok(Some((id, named.name.clone())))
}

/// What was decided.
///
/// # Errors
/// The form with what was typed and what is wrong with it.
pub(super) fn decision(typed: Fields, today: NaiveDate) -> Result<StepContent, FilledIn> {
    let mut refusals = Refusals::default();
    let once = |field| typed.once(field).map(Option::unwrap_or_default);
    let title = refusals.take(STEP, once(STEP).and_then(Title::parse));
    let goal: Option<Id<Goal>> = refusals.take(GOAL, once(GOAL).and_then(str::parse));
    let doer = once(DOER).and_then(|id| if id.is_empty() { Ok(None) } else { id.parse().map(Some) });
    let doer: Option<Option<Id<Person>>> = refusals.take(DOER, doer);
    let due = once(DUE).and_then(|day| if day.is_empty() { Ok(None) } else { ahead(day, today).map(Some) });
    match (title, goal, doer, refusals.take(DUE, due)) {
        (Some(title), Some(goal), Some(doer), Some(due)) => Ok(StepContent { goal, title, doer, due }),
        _ => Err(FilledIn { typed, refusals }),
    }
}

//! What happens: one meeting is shown, somebody answers, adds a point or a comment, staff write what all heard.

use super::{
    super::of_meeting,
    form::{self, BEFORE, COMMENT, ID, NOTE, POINT, VERSION},
    page::{self, Forms, Opened},
};
use crate::{
    domain::{
        access::Relation,
        id::Id,
        meeting::{AgendaItem, Meeting},
        moment::Moment,
        words::{Note, Title},
    },
    problem::Problem,
    store::{self, Access, Whose},
    ui::{
        Visit,
        field::{Fields, FilledIn, Refusals},
        page::Answer,
    },
};

/// The check box that says that a meeting came to nothing.
pub(super) const MISSED: &str = "missed";

/// Shows one meeting.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer may not see it.
pub async fn open(visit: Visit, id: Id<Meeting>) -> Result<Answer, Problem> {
    let access = of_meeting(&visit, Whose::Meeting(id)).await?;
    shown(&visit, &access, id, Id::fresh(visit.now), Forms::default()).await
}

async fn shown(
    visit: &Visit,
    access: &Access,
    id: Id<Meeting>,
    fresh: Id<()>,
    forms: Forms,
) -> Result<Answer, Problem> {
    let meeting = store::meeting(&visit.db, access, id).await?;
    let staff = access.is_staff();
    let (goals, doers) = match staff {
        true => (store::live_goals(&visit.db, access).await?, store::doers(&visit.db, access).await?),
        false => (Vec::new(), Vec::new()),
    };
    let opened = Opened {
        family: access.family(),
        staff,
        asked: access.is_asked_to(&meeting),
        parent: access.relation() == Relation::Parent,
        given: store::given(&visit.db, access, id).await?,
        agenda: store::agenda(&visit.db, access, id).await?,
        note: store::meeting_note(&visit.db, access, id).await?,
        goals,
        doers,
        meeting,
        fresh,
        forms,
    };
    Ok(page::meeting(visit, &opened).into())
}

fn see(id: Id<Meeting>, part: &str) -> Answer {
    Answer::See(format!("/meetings/{id}#{part}"))
}

fn fresh_id<T>(fields: &Fields) -> Result<Id<T>, Problem> {
    fields.parsed(ID).ok_or(Problem::Malformed)
}

/// Keeps what the viewer answers. Or shows the form again with what is wrong.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not asked, [`Problem::Changed`] when the meeting moved meanwhile or is over,
/// [`Problem::Malformed`] for a form of somebody else's.
pub async fn answer(visit: Visit, id: Id<Meeting>, fields: Fields) -> Result<Answer, Problem> {
    let access = of_meeting(&visit, Whose::Meeting(id)).await?;
    let meeting = store::meeting(&visit.db, &access, id).await?;
    if !access.is_asked_to(&meeting) {
        return Err(Problem::NotFound);
    }
    let version = fields.parsed(VERSION);
    let version: i64 = version.ok_or(Problem::Malformed)?;
    match form::answer(fields, &meeting, visit.now) {
        Ok(said) => {
            store::answer(&visit.db, &access, id, version, &said, visit.now).await?;
            Ok(see(id, "answer"))
        }
        Err(answer) => {
            let forms = Forms { answer: Some(answer), ..Forms::default() };
            shown(&visit, &access, id, Id::fresh(visit.now), forms).await
        }
    }
}

/// Adds a point to talk about.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is neither a parent who sees the meeting nor staff, [`Problem::Changed`] when
/// it is over, [`Problem::Malformed`] for a form of somebody else's.
pub async fn add_item(visit: Visit, id: Id<Meeting>, fields: Fields) -> Result<Answer, Problem> {
    let access = of_meeting(&visit, Whose::Meeting(id)).await?;
    let item = fresh_id(&fields)?;
    let mut refusals = Refusals::default();
    let point = fields.once(POINT).and_then(|words| Title::parse(words.unwrap_or_default()));
    match refusals.take(POINT, point) {
        Some(words) => {
            store::add_item(&visit.db, &access, id, item, &words, visit.now).await?;
            Ok(see(id, "agenda"))
        }
        None => {
            let forms = Forms { point: FilledIn { typed: fields, refusals }, ..Forms::default() };
            shown(&visit, &access, id, Id::from_uuid(item.uuid()), forms).await
        }
    }
}

/// Deletes a point of the viewer's own.
///
/// # Errors
/// [`Problem::NotFound`] when it is somebody else's.
pub async fn delete_item(visit: Visit, item: Id<AgendaItem>, _: Fields) -> Result<Answer, Problem> {
    let access = of_meeting(&visit, Whose::AgendaItem(item)).await?;
    let id = store::delete_item(&visit.db, &access, item).await?;
    Ok(see(id, "agenda"))
}

/// Writes what all heard.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not the family's staff, [`Problem::Malformed`] for a form of somebody
/// else's. Where somebody else wrote meanwhile, the form comes again beside what they wrote.
pub async fn write_note(visit: Visit, id: Id<Meeting>, fields: Fields) -> Result<Answer, Problem> {
    let access = of_meeting(&visit, Whose::Meeting(id)).await?;
    if !access.is_staff() {
        return Err(Problem::NotFound);
    }
    let before = match fields.once(BEFORE) {
        Ok(None | Some("")) => None,
        Ok(Some(before)) => Some(Moment::from_seconds(before.parse().map_err(|_| Problem::Malformed)?)),
        Err(_) => return Err(Problem::Malformed),
    };
    let mut refusals = Refusals::default();
    let words = fields.once(NOTE).and_then(|words| Note::parse(words.unwrap_or_default()));
    let words = refusals.take(NOTE, words);
    let mut forms = Forms { note: Some(FilledIn { typed: fields, refusals }), ..Forms::default() };
    if let Some(words) = words {
        match store::write_meeting_note(&visit.db, &access, id, before, &words, visit.now).await {
            Ok(()) => return Ok(see(id, "heard")),
            Err(store::Error::Taken(_)) => forms.changed = true,
            Err(error) => return Err(error.into()),
        }
    }
    shown(&visit, &access, id, Id::fresh(visit.now), forms).await
}

/// Says something to the note.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is no parent who sees the meeting, or there is no note; [`Problem::Malformed`]
/// for a form of somebody else's.
pub async fn comment(visit: Visit, id: Id<Meeting>, fields: Fields) -> Result<Answer, Problem> {
    let access = of_meeting(&visit, Whose::Meeting(id)).await?;
    let fresh = fresh_id(&fields)?;
    let mut refusals = Refusals::default();
    let words = fields.once(COMMENT).and_then(|words| Note::parse(words.unwrap_or_default()));
    match refusals.take(COMMENT, words) {
        Some(words) => {
            store::comment(&visit.db, &access, id, fresh, &words, visit.now).await?;
            Ok(see(id, "heard"))
        }
        None => {
            let forms = Forms { comment: FilledIn { typed: fields, refusals }, ..Forms::default() };
            shown(&visit, &access, id, Id::from_uuid(fresh.uuid()), forms).await
        }
    }
}

/// Makes what was decided a step of a goal.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not the family's staff, or the goal or the person is not the family's;
/// [`Problem::Malformed`] for a form of somebody else's.
pub async fn decide(visit: Visit, id: Id<Meeting>, fields: Fields) -> Result<Answer, Problem> {
    let access = of_meeting(&visit, Whose::Meeting(id)).await?;
    if !access.is_staff() {
        return Err(Problem::NotFound);
    }
    let change = fresh_id(&fields)?;
    match form::decision(fields, visit.now.date(visit.viewer.zone)) {
        Ok(step) => {
            store::decide_step(&visit.db, &access, id, change, step, visit.now).await?;
            Ok(see(id, "decisions"))
        }
        Err(decision) => {
            let forms = Forms { decision, ..Forms::default() };
            shown(&visit, &access, id, Id::from_uuid(change.uuid()), forms).await
        }
    }
}

/// Says that it came to nothing, or takes that back.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not the family's staff, [`Problem::Changed`] when it has not begun or was
/// cancelled, [`Problem::Malformed`] for a form of somebody else's.
pub async fn set_missed(visit: Visit, id: Id<Meeting>, fields: Fields) -> Result<Answer, Problem> {
    let access = of_meeting(&visit, Whose::Meeting(id)).await?;
    let missed = fields.ticked(MISSED).map_err(|_| Problem::Malformed)?;
    store::set_missed(&visit.db, &access, id, missed, visit.now).await?;
    Ok(Answer::See(format!("/meetings/{id}")))
}

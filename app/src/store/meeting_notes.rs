//! What all heard at a meeting: one note, what the family says to it, and what was decided.

use super::{
    Access, Db, Error,
    meetings::meeting,
    plan_changes::{self, Changed},
    read, write_one,
};
use crate::domain::{
    access::Relation,
    id::Id,
    meeting::{Comment, Meeting, MeetingNote},
    moment::Moment,
    plan_change::{Change, ChangeState, Content, Entry, NewChange, StepContent},
    words::{Note, PersonName},
};

/// The note of a meeting, in the same words for everybody who may see the meeting, with what was said to it.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see the meeting.
pub async fn meeting_note(
    db: &Db,
    access: &Access,
    id: Id<Meeting>,
) -> Result<Option<(MeetingNote, Vec<Comment>)>, Error> {
    meeting(db, access, id).await?;
    const NOTE: &str = "SELECT n.words, p.name, n.written_at FROM meeting_note n JOIN person p ON p.id = n.author
        WHERE n.meeting = $1";
    const COMMENTS: &str = "SELECT c.id, c.words, p.name, c.written_at
        FROM meeting_comment c JOIN person p ON p.id = c.author
        WHERE c.meeting = $1 ORDER BY c.written_at, c.id";
    let note: Option<(Note, PersonName, Moment)> =
        read!(db, on => sqlx::query_as(NOTE).bind(id).fetch_optional(on).await?);
    let Some((words, author, written_at)) = note else { return Ok(None) };
    let comments: Vec<(Id<Comment>, Note, PersonName, Moment)> =
        read!(db, on => sqlx::query_as(COMMENTS).bind(id).fetch_all(on).await?);
    let comments =
        comments.into_iter().map(|(id, words, author, written_at)| Comment { id, words, author, written_at }).collect();
    Ok(Some((MeetingNote { words, author, written_at }, comments)))
}

/// Writes the note of a meeting that has begun. `before` is when the note the viewer saw was written; none before the
/// first. Writing the same twice writes it once.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is not the family's staff; [`Error::Taken`] when somebody else wrote meanwhile,
/// or the meeting has not begun or was cancelled.
pub async fn write_meeting_note(
    db: &Db,
    access: &Access,
    id: Id<Meeting>,
    before: Option<Moment>,
    words: &Note,
    now: Moment,
) -> Result<(), Error> {
    if !access.is_staff() {
        return Err(Error::NotFound);
    }
    let seen = meeting(db, access, id).await?;
    if now < seen.starts.instant() || seen.cancelled.is_some() {
        return Err(Error::Taken("meeting_begun".into()));
    }
    const WRITE: &str = "INSERT INTO meeting_note (meeting, municipality, family, author, words, written_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (meeting) DO UPDATE SET author = excluded.author, words = excluded.words,
            written_at = excluded.written_at
        WHERE meeting_note.written_at = $7 OR meeting_note.words = excluded.words";
    let written = write_one!(db, on => {
        sqlx::query(WRITE)
            .bind(id)
            .bind(access.municipality)
            .bind(access.family)
            .bind(access.viewer)
            .bind(words)
            .bind(now)
            .bind(before)
            .execute(on)
            .await?
            .rows_affected()
    });
    if written == 1 { Ok(()) } else { Err(Error::Taken("meeting_note_written".into())) }
}

/// Says something to the note, under an id that came with the page, so that sending twice says it once.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent who may see the meeting, or it has no note.
pub async fn comment(
    db: &Db,
    access: &Access,
    meeting_id: Id<Meeting>,
    id: Id<Comment>,
    words: &Note,
    now: Moment,
) -> Result<(), Error> {
    if access.relation() != Relation::Parent {
        return Err(Error::NotFound);
    }
    meeting(db, access, meeting_id).await?;
    const COMMENT: &str = "INSERT INTO meeting_comment (id, municipality, family, meeting, author, words, written_at)
        SELECT $1, municipality, family, meeting, $4, $5, $6 FROM meeting_note WHERE meeting = $2 AND family = $3
        ON CONFLICT (id) DO NOTHING";
    const SAID: &str = "SELECT COUNT(*) FROM meeting_comment WHERE id = $1 AND meeting = $2 AND author = $3";
    let new = write_one!(db, on => {
        sqlx::query(COMMENT)
            .bind(id)
            .bind(meeting_id)
            .bind(access.family)
            .bind(access.viewer)
            .bind(words)
            .bind(now)
            .execute(on)
            .await?
            .rows_affected()
    });
    let said: i64 = read!(db, on => {
        sqlx::query_scalar(SAID).bind(id).bind(meeting_id).bind(access.viewer).fetch_one(on).await?
    });
    if new == 1 || said == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Makes what was decided at a meeting a step of the plan. The family was there: it is in force at once, and the family
/// can undo it as any change. `id` came with the page, so that sending twice makes one.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is not the family's staff, or the goal or whoever should do it is none of this
/// family's; [`Error::Taken`] when that id is of something else.
pub async fn decide_step(
    db: &Db,
    access: &Access,
    meeting_id: Id<Meeting>,
    id: Id<Change>,
    step: StepContent,
    now: Moment,
) -> Result<(), Error> {
    if !access.is_staff() {
        return Err(Error::NotFound);
    }
    meeting(db, access, meeting_id).await?;
    const OF_ANOTHER: &str = "SELECT COUNT(*) FROM step
        WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM plan_change c WHERE c.id = $1)";
    let of_another: i64 = read!(db, on => sqlx::query_scalar(OF_ANOTHER).bind(id).fetch_one(on).await?);
    if of_another > 0 {
        return Err(Error::Taken("step_id".into()));
    }
    let entry = Entry::Step(Id::from_uuid(id.uuid()));
    let new = NewChange { id, entry, seen: 0, after: Some(Content::Step(step)) };
    match plan_changes::change(db, access, &new, ChangeState::InForce, now).await? {
        Changed::InForce => Ok(()),
        _ => Err(Error::Taken("plan_change_id".into())),
    }
}

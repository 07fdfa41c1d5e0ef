//! What all heard at a meeting: one note, what the family says to it, and what was decided.

use super::{Access, Db, Error, columns::DayColumn, meetings::meeting, read, within, write_one};
use crate::domain::{
    access::Relation,
    id::Id,
    meeting::{Comment, Meeting, MeetingNote},
    moment::Moment,
    person::Person,
    plan::{Goal, Step},
    words::{Note, PersonName, Title},
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

/// What was decided at a meeting: who does what by when, as the next step of a goal.
#[derive(Clone, Debug)]
pub struct Decision {
    /// The step it becomes; its id came with the page, so that sending twice makes one.
    pub step: Id<Step>,
    /// The goal it leads to.
    pub goal: Id<Goal>,
    /// What is done.
    pub title: Title,
    /// Who does it.
    pub doer: Option<Id<Person>>,
    /// By which day.
    pub due: Option<chrono::NaiveDate>,
}

/// Makes what was decided the last step of a live goal.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is not the family's staff, the goal is not worked on, or whoever should do it
/// belongs neither to the family nor to its team.
pub async fn decide(db: &Db, access: &Access, id: Id<Meeting>, decision: &Decision) -> Result<(), Error> {
    if !access.is_staff() {
        return Err(Error::NotFound);
    }
    meeting(db, access, id).await?;
    const TURN: &str = "UPDATE family SET name = name WHERE id = $1";
    const MADE: &str = "SELECT COUNT(*) FROM step WHERE id = $1 AND family = $2";
    const DOES: &str = "SELECT COUNT(*) FROM person p WHERE p.id = $1 AND p.left_at IS NULL AND (
            p.family = $2 OR EXISTS (SELECT 1 FROM beside b WHERE b.family = $2 AND b.person = p.id)
        )";
    const STEP: &str = "INSERT INTO step (id, municipality, family, goal, title, doer, due, position)
        SELECT $1, g.municipality, g.family, g.id, $4, $5, $6,
            COALESCE((SELECT MAX(s.position) + 1 FROM step s WHERE s.goal = g.id), 0)
        FROM goal g WHERE g.id = $2 AND g.family = $3 AND g.state = 'live'";
    let mut tx = db.begin().await?;
    within!(&mut tx, on => {
        sqlx::query(TURN).bind(access.family).execute(on).await?;
    });
    let made: i64 = within!(&mut tx, on => {
        sqlx::query_scalar(MADE).bind(decision.step).bind(access.family).fetch_one(on).await?
    });
    if made == 1 {
        return Ok(());
    }
    if let Some(doer) = decision.doer {
        let does: i64 = within!(&mut tx, on => {
            sqlx::query_scalar(DOES).bind(doer).bind(access.family).fetch_one(on).await?
        });
        if does != 1 {
            return Err(Error::NotFound);
        }
    }
    let new = within!(&mut tx, on => {
        sqlx::query(STEP)
            .bind(decision.step)
            .bind(decision.goal)
            .bind(access.family)
            .bind(&decision.title)
            .bind(decision.doer)
            .bind(decision.due.map(DayColumn))
            .execute(on)
            .await?
            .rows_affected()
    });
    if new != 1 {
        return Err(Error::NotFound);
    }
    tx.commit().await
}

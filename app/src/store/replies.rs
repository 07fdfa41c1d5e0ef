//! What people answer to an invitation, and what they want to talk about.

use sqlx::FromRow;

use super::{
    Access, Db, Error, Tx,
    bookings::write_item,
    columns::{LocalColumn, ZoneColumn},
    meetings::{meeting, wall},
    read,
    reminders::plan_meeting,
    within, write_one,
};
use crate::domain::{
    access::{Relation, Subject},
    id::Id,
    meeting::{AgendaItem, Coming, Given, Meeting, Said, Wish},
    moment::Moment,
    person::Person,
    words::{Note, PersonName, Title},
};

impl Access {
    /// Whether the viewer, who sees that meeting, is asked to come: a parent, or a contact person it names.
    pub fn is_asked_to(&self, meeting: &Meeting) -> bool {
        match self.relation() {
            Relation::Parent => true,
            Relation::ContactPerson => meeting.participants.iter().any(|who| who.person == self.viewer),
            _ => false,
        }
    }
}

/// Keeps what the viewer answers, in place of what was answered before. What a contact person needs is not asked for.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is not asked to that meeting, or wants somebody left out who is not named there;
/// [`Error::Taken`] when it is over, cancelled, or moved since the viewer saw it as `version`.
pub async fn answer(
    db: &Db,
    access: &Access,
    id: Id<Meeting>,
    version: i64,
    said: &Said,
    now: Moment,
) -> Result<(), Error> {
    let seen = meeting(db, access, id).await?;
    let leave_out = said.wish.leave_out.as_ref().map(|(person, _)| *person);
    let named = |person: Id<Person>| seen.participants.iter().any(|who| who.person == person);
    if !access.is_asked_to(&seen) || !leave_out.is_none_or(named) {
        return Err(Error::NotFound);
    }
    if !seen.is_ahead(now) {
        return Err(Error::Taken("meeting_over".into()));
    }
    const AS_SEEN: &str = "UPDATE meeting SET version = version WHERE id = $1 AND version = $2";
    const ANSWER: &str = "INSERT INTO meeting_answer (municipality, family, meeting, person, answer, answered_at)
        VALUES ($1, $2, $3, $4, $5, $6)
        ON CONFLICT (meeting, person) DO UPDATE SET answer = excluded.answer, answered_at = excluded.answered_at";
    const FORGET: &str = "DELETE FROM proposed_time WHERE meeting = $1 AND person = $2";
    const PROPOSE: &str = "INSERT INTO proposed_time
            (municipality, family, meeting, person, position, starts_local, zone, starts_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let mut tx = db.begin().await?;
    let as_seen = within!(&mut tx, on => {
        sqlx::query(AS_SEEN).bind(id).bind(version).execute(on).await?.rows_affected()
    });
    if as_seen != 1 {
        return Err(Error::Taken("meeting_version".into()));
    }
    within!(&mut tx, on => {
        sqlx::query(ANSWER)
            .bind(access.municipality)
            .bind(access.family)
            .bind(id)
            .bind(access.viewer)
            .bind(said.coming)
            .bind(now)
            .execute(on)
            .await?;
    });
    within!(&mut tx, on => {
        sqlx::query(FORGET).bind(id).bind(access.viewer).execute(on).await?;
    });
    for (position, starts) in (0_i64..).zip(&said.proposals) {
        within!(&mut tx, on => {
            sqlx::query(PROPOSE)
                .bind(access.municipality)
                .bind(access.family)
                .bind(id)
                .bind(access.viewer)
                .bind(position)
                .bind(LocalColumn(starts.local()))
                .bind(ZoneColumn(starts.zone()))
                .bind(starts.instant())
                .execute(on)
                .await?;
        });
    }
    if access.relation() == Relation::Parent {
        wish(&mut tx, access, id, &said.wish).await?;
    }
    plan_meeting(&mut tx, id, now).await?;
    tx.commit().await
}

async fn wish(tx: &mut Tx, access: &Access, id: Id<Meeting>, wish: &Wish) -> Result<(), Error> {
    const WISH: &str = "INSERT INTO wish (municipality, family, meeting, person, interpreter, lift, leave_out, words)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
        ON CONFLICT (meeting, person) DO UPDATE SET interpreter = excluded.interpreter, lift = excluded.lift,
            leave_out = excluded.leave_out, words = excluded.words";
    within!(tx, on => {
        sqlx::query(WISH)
            .bind(access.municipality)
            .bind(access.family)
            .bind(id)
            .bind(access.viewer)
            .bind(&wish.interpreter)
            .bind(wish.lift)
            .bind(wish.leave_out.as_ref().map(|(person, _)| *person))
            .bind(&wish.words)
            .execute(on)
            .await?;
    });
    Ok(())
}

#[derive(FromRow)]
struct GivenRow {
    person: Id<Person>,
    name: PersonName,
    answer: Coming,
    interpreter: Option<Title>,
    lift: Option<bool>,
    leave_out: Option<Id<Person>>,
    left_out: Option<PersonName>,
    words: Option<Note>,
}

/// What people answered, the first to answer first: to those who are asked themselves and to staff. What somebody
/// proposes and needs is only told to staff and to whoever said it.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see the meeting.
pub async fn given(db: &Db, access: &Access, id: Id<Meeting>) -> Result<Vec<Given>, Error> {
    let seen = meeting(db, access, id).await?;
    if !access.is_staff() && !access.is_asked_to(&seen) {
        return Ok(Vec::new());
    }
    const GIVEN: &str = "SELECT a.person, p.name, a.answer, w.interpreter, w.lift, w.leave_out,
            q.name AS left_out, w.words
        FROM meeting_answer a JOIN person p ON p.id = a.person
        LEFT JOIN wish w ON w.meeting = a.meeting AND w.person = a.person AND ($2 OR w.person = $3)
        LEFT JOIN person q ON q.id = w.leave_out
        WHERE a.meeting = $1 ORDER BY a.answered_at, a.person";
    const PROPOSED: &str = "SELECT person, starts_local, zone, starts_at FROM proposed_time
        WHERE meeting = $1 AND ($2 OR person = $3) ORDER BY person, position";
    let rows: Vec<GivenRow> = read!(db, on => {
        sqlx::query_as(GIVEN).bind(id).bind(access.is_staff()).bind(access.viewer).fetch_all(on).await?
    });
    let proposed: Vec<(Id<Person>, LocalColumn, ZoneColumn, Moment)> = read!(db, on => {
        sqlx::query_as(PROPOSED).bind(id).bind(access.is_staff()).bind(access.viewer).fetch_all(on).await?
    });
    let proposals = |of: Id<Person>| {
        let own = proposed.iter().filter(|(person, ..)| *person == of);
        own.map(|(_, local, zone, at)| wall(*local, *zone, *at)).collect()
    };
    Ok(rows
        .into_iter()
        .map(|row| Given {
            person: row.person,
            name: row.name,
            said: Said {
                coming: row.answer,
                proposals: proposals(row.person),
                wish: Wish {
                    interpreter: row.interpreter,
                    lift: row.lift.unwrap_or(false),
                    leave_out: row.leave_out.zip(row.left_out),
                    words: row.words,
                },
            },
        })
        .collect())
}

/// What is to be talked about, in the order it was written.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see the meeting.
pub async fn agenda(db: &Db, access: &Access, id: Id<Meeting>) -> Result<Vec<AgendaItem>, Error> {
    meeting(db, access, id).await?;
    const AGENDA: &str = "SELECT i.id, i.words, p.name, i.author FROM agenda_item i JOIN person p ON p.id = i.author
        WHERE i.meeting = $1 ORDER BY i.written_at, i.id";
    let rows: Vec<(Id<AgendaItem>, Title, PersonName, Id<Person>)> =
        read!(db, on => sqlx::query_as(AGENDA).bind(id).fetch_all(on).await?);
    Ok(rows
        .into_iter()
        .map(|(id, words, name, author)| AgendaItem { id, words, author: name, own: author == access.viewer })
        .collect())
}

/// Writes down what the viewer wants to talk about, under an id that came with the page, so that sending twice makes one.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is neither the family's staff nor a parent who may see the meeting;
/// [`Error::Taken`] when it is over or cancelled.
pub async fn add_item(
    db: &Db,
    access: &Access,
    meeting_id: Id<Meeting>,
    id: Id<AgendaItem>,
    words: &Title,
    now: Moment,
) -> Result<(), Error> {
    let seen = meeting(db, access, meeting_id).await?;
    if !access.is_staff() && access.relation() != Relation::Parent {
        return Err(Error::NotFound);
    }
    if !seen.is_ahead(now) {
        return Err(Error::Taken("meeting_over".into()));
    }
    let mut tx = db.begin().await?;
    write_item(&mut tx, access, meeting_id, id, words, now).await?;
    tx.commit().await
}

/// Deletes a point the viewer wrote. Gives the meeting it was about.
///
/// # Errors
/// [`Error::NotFound`] when it is not the viewer's own.
pub async fn delete_item(db: &Db, access: &Access, id: Id<AgendaItem>) -> Result<Id<Meeting>, Error> {
    access.require(Subject::Meetings)?;
    const DELETE: &str = "DELETE FROM agenda_item WHERE id = $1 AND family = $2 AND author = $3 RETURNING meeting";
    let meetings: Vec<Id<Meeting>> = write_one!(db, on => {
        sqlx::query_scalar(DELETE).bind(id).bind(access.family).bind(access.viewer).fetch_all(on).await?
    });
    meetings.first().copied().ok_or(Error::NotFound)
}

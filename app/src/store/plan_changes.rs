//! Changing the plan. A change of the family's is in force at once, one of the team's is a proposal until the family
//! says yes. Nothing is overwritten unseen: whoever changes says which change they saw last.

use sqlx::FromRow;
use uuid::Uuid;

use super::{
    Access, Db, Error, Tx,
    columns::{ContentColumn, DayColumn},
    read,
    reminders::plan_proposals,
    within,
};
use crate::domain::{
    access::{Relation, Subject},
    family::Family,
    id::Id,
    moment::Moment,
    person::Person,
    plan::{Area, Goal, GoalState, LIVE_GOALS, Step},
    plan_change::{Change, ChangeState, Content, Entry, GoalContent, NewChange, StepContent},
    words::{Note, PersonName, Title},
};

/// What became of a change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Changed {
    /// The plan says so now.
    InForce,
    /// The family is asked.
    Proposed,
    /// It was answered with no or taken back.
    Dropped,
    /// Somebody else changed the same entry since; nothing happened.
    Meanwhile,
    /// [`LIVE_GOALS`] are worked on already; nothing happened.
    EnoughGoals,
}

/// What an entry says now, and the number of the last change to it: 0 where there was none.
///
/// # Errors
/// [`Error::NotFound`] when there is no such entry, or the viewer neither belongs to the family nor advises it.
pub async fn plan_entry(db: &Db, access: &Access, entry: Entry) -> Result<(Content, i64), Error> {
    access.require(Subject::PlanChanges)?;
    let mut tx = db.begin().await?;
    let content = content(&mut tx, access.family, entry).await?.ok_or(Error::NotFound)?;
    Ok((content, newest(&mut tx, entry).await?))
}

/// Changes an entry of the plan, or proposes to. The same change sent again changes nothing more.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not change that entry, its goal or its doer is none of this family's, or
/// the id belongs to somebody else's change.
pub async fn change_plan(db: &Db, access: &Access, new: &NewChange, now: Moment) -> Result<Changed, Error> {
    let state = if access.relation() == Relation::Parent { ChangeState::InForce } else { ChangeState::Proposed };
    change(db, access, new, state, now).await
}

/// Changes an entry of the plan at once, or proposes to.
pub(super) async fn change(
    db: &Db,
    access: &Access,
    new: &NewChange,
    state: ChangeState,
    now: Moment,
) -> Result<Changed, Error> {
    access.require(Subject::PlanChanges)?;
    let mut tx = db.begin().await?;
    let number = take_turn(&mut tx, access.family).await?;
    if let Some(state) = made_before(&mut tx, access, new.id).await? {
        return Ok(state);
    }
    let before = content(&mut tx, access.family, new.entry).await?;
    if newest(&mut tx, new.entry).await? != new.seen {
        return Ok(Changed::Meanwhile);
    }
    if before.is_none() && (new.seen > 0 || new.after.is_none()) {
        return Err(Error::NotFound);
    }
    if before == new.after {
        return Ok(Changed::InForce);
    }
    if let Some(Content::Step(step)) = &new.after {
        within_family(&mut tx, access, step).await?;
    }
    write(&mut tx, access, new.id, number, new.entry, (before.as_ref(), new.after.as_ref()), state, now).await?;
    if state == ChangeState::Proposed {
        plan_proposals(&mut tx, access.family, now).await?;
        tx.commit().await?;
        return Ok(Changed::Proposed);
    }
    in_force(tx, access, access.viewer, new.entry, new.after.as_ref(), now).await
}

/// The family answers a proposal, having seen that entry's change number `seen`. The same answer twice is one.
///
/// # Errors
/// [`Error::NotFound`] when there is no such proposal or the viewer is no parent of the family.
pub async fn answer_proposal(
    db: &Db,
    access: &Access,
    id: Id<Change>,
    seen: i64,
    yes: bool,
    now: Moment,
) -> Result<Changed, Error> {
    const ANSWER: &str =
        "UPDATE plan_change SET state = $2, number = $3, content_before = $4, answered_by = $5, answered_at = $6
        WHERE id = $1";
    parent(access)?;
    let mut tx = db.begin().await?;
    let number = take_turn(&mut tx, access.family).await?;
    let found = find(&mut tx, access.family, id).await?;
    match found.state {
        ChangeState::Proposed => {}
        ChangeState::InForce if yes => return Ok(Changed::InForce),
        ChangeState::Declined if !yes => return Ok(Changed::Dropped),
        _ => return Ok(Changed::Meanwhile),
    }
    let entry = found.entry().ok_or(Error::NotFound)?;
    if yes && newest(&mut tx, entry).await? != seen {
        return Ok(Changed::Meanwhile);
    }
    let before = content(&mut tx, access.family, entry).await?.map(ContentColumn);
    let state = if yes { ChangeState::InForce } else { ChangeState::Declined };
    within!(&mut tx, on => {
        sqlx::query(ANSWER)
            .bind(id)
            .bind(state)
            .bind(if yes { number } else { found.number })
            .bind(if yes { before } else { found.content_before.clone() })
            .bind(access.viewer)
            .bind(now)
            .execute(on)
            .await?;
    });
    plan_proposals(&mut tx, access.family, now).await?;
    if !yes {
        tx.commit().await?;
        return Ok(Changed::Dropped);
    }
    let after = found.content_after.map(|content| content.0);
    in_force(tx, access, found.author, entry, after.as_ref(), now).await
}

/// Whoever proposed something takes it back. Taking it back twice changes nothing.
///
/// # Errors
/// [`Error::NotFound`] when it is not an open proposal of the viewer's.
pub async fn take_back_proposal(db: &Db, access: &Access, id: Id<Change>, now: Moment) -> Result<(), Error> {
    access.require(Subject::PlanChanges)?;
    const TAKE_BACK: &str = "UPDATE plan_change SET state = 'taken_back'
        WHERE id = $1 AND family = $2 AND author = $3 AND state IN ('proposed', 'taken_back')";
    let mut tx = db.begin().await?;
    take_turn(&mut tx, access.family).await?;
    let found = within!(&mut tx, on => {
        sqlx::query(TAKE_BACK).bind(id).bind(access.family).bind(access.viewer).execute(on).await?.rows_affected()
    });
    if found != 1 {
        return Err(Error::NotFound);
    }
    plan_proposals(&mut tx, access.family, now).await?;
    tx.commit().await
}

/// A parent undoes a change: what stood there before stands there again, as a change of its own.
///
/// # Errors
/// [`Error::NotFound`] when there is no such change in force or the viewer is no parent of the family.
pub async fn undo_change(db: &Db, access: &Access, id: Id<Change>, now: Moment) -> Result<Changed, Error> {
    parent(access)?;
    let mut tx = db.begin().await?;
    let number = take_turn(&mut tx, access.family).await?;
    let found = find(&mut tx, access.family, id).await?;
    let entry = found.entry().ok_or(Error::NotFound)?;
    if found.state != ChangeState::InForce {
        return Err(Error::NotFound);
    }
    if newest(&mut tx, entry).await? != found.number {
        return Ok(Changed::Meanwhile);
    }
    let before = content(&mut tx, access.family, entry).await?;
    let after = match found.content_before {
        Some(content) => Some(content.0),
        None => found.content_after.and_then(|content| content.0.gone()),
    };
    let made = (before.as_ref(), after.as_ref());
    write(&mut tx, access, Id::fresh(now), number, entry, made, ChangeState::InForce, now).await?;
    in_force(tx, access, access.viewer, entry, after.as_ref(), now).await
}

/// Changes with who made them, who answered them, and the number of the newest change in force to the same entry.
macro_rules! changes_where {
    ($condition:literal) => {
        concat!(
            "SELECT c.id, c.entry, c.author, p.name, c.made_at, c.content_before, c.content_after, c.state,
                a.name AS answered_by, c.answered_at, c.number, (
                    SELECT COALESCE(MAX(n.number), 0) FROM plan_change n
                    WHERE n.entry = c.entry AND n.state = 'in_force'
                ) AS newest
            FROM plan_change c JOIN person p ON p.id = c.author LEFT JOIN person a ON a.id = c.answered_by
            WHERE c.family = $1 AND ",
            $condition
        )
    };
}

/// What the team proposes and the family has not answered, the oldest first.
///
/// # Errors
/// [`Error::NotFound`] when the viewer neither belongs to the family nor advises it.
pub async fn proposals(db: &Db, access: &Access) -> Result<Vec<Change>, Error> {
    changes(db, access, changes_where!("c.state = 'proposed' ORDER BY c.number LIMIT $2"), i64::MAX).await
}

/// The changes that were made or answered, the newest first, at most `limit`.
///
/// # Errors
/// [`Error::NotFound`] when the viewer neither belongs to the family nor advises it.
pub async fn plan_history(db: &Db, access: &Access, limit: i64) -> Result<Vec<Change>, Error> {
    changes(db, access, changes_where!("c.state <> 'proposed' ORDER BY c.number DESC LIMIT $2"), limit).await
}

/// Who can be named to do a step: the family, its children where the viewer may see them, and the team.
///
/// # Errors
/// [`Error::NotFound`] when the viewer neither belongs to the family nor advises it.
pub async fn doers(db: &Db, access: &Access) -> Result<Vec<(Id<Person>, PersonName)>, Error> {
    access.require(Subject::PlanChanges)?;
    const DOERS: &str = "SELECT id, name FROM (
            SELECT p.id, p.name, CASE p.role WHEN 'parent' THEN 0 ELSE 1 END AS place FROM person p
            WHERE p.family = $1 AND p.left_at IS NULL AND (p.role = 'parent' OR $2 OR EXISTS (
                SELECT 1 FROM guardianship g WHERE g.child = p.id AND g.adult = $3 AND g.may_see
            ))
            UNION SELECT p.id, p.name, 2 FROM beside b JOIN person p ON p.id = b.person WHERE b.family = $1
        ) AS doer ORDER BY place, id";
    Ok(read!(db, on => {
        sqlx::query_as(DOERS)
            .bind(access.family)
            .bind(access.is_staff())
            .bind(access.viewer)
            .fetch_all(on)
            .await?
    }))
}

#[derive(FromRow)]
struct ChangeRow {
    id: Id<Change>,
    entry: Uuid,
    author: Id<Person>,
    name: PersonName,
    made_at: Moment,
    content_before: Option<ContentColumn>,
    content_after: Option<ContentColumn>,
    state: ChangeState,
    answered_by: Option<PersonName>,
    answered_at: Option<Moment>,
    number: i64,
    newest: i64,
}

async fn changes(db: &Db, access: &Access, sql: &'static str, limit: i64) -> Result<Vec<Change>, Error> {
    access.require(Subject::PlanChanges)?;
    let rows: Vec<ChangeRow> =
        read!(db, on => sqlx::query_as(sql).bind(access.family).bind(limit).fetch_all(on).await?);
    let changes = rows.into_iter().filter_map(|row| {
        let entry = entry_of(row.entry, row.content_before.as_ref(), row.content_after.as_ref())?;
        Some(Change {
            id: row.id,
            entry,
            author: (row.author, row.name),
            made_at: row.made_at,
            before: row.content_before.map(|content| content.0),
            after: row.content_after.map(|content| content.0),
            state: row.state,
            answer: row.answered_by.zip(row.answered_at),
            newest: row.newest,
            number: row.number,
        })
    });
    Ok(changes.collect())
}

fn entry_of(uuid: Uuid, before: Option<&ContentColumn>, after: Option<&ContentColumn>) -> Option<Entry> {
    after.or(before).map(|content| content.0.entry(uuid))
}

#[derive(FromRow)]
struct FoundRow {
    entry: Uuid,
    author: Id<Person>,
    content_before: Option<ContentColumn>,
    content_after: Option<ContentColumn>,
    state: ChangeState,
    number: i64,
}

impl FoundRow {
    fn entry(&self) -> Option<Entry> {
        entry_of(self.entry, self.content_before.as_ref(), self.content_after.as_ref())
    }
}

async fn find(tx: &mut Tx, family: Id<Family>, id: Id<Change>) -> Result<FoundRow, Error> {
    const FIND: &str = "SELECT entry, author, content_before, content_after, state, number FROM plan_change
        WHERE id = $1 AND family = $2";
    Ok(within!(tx, on => sqlx::query_as(FIND).bind(id).bind(family).fetch_one(on).await?))
}

fn parent(access: &Access) -> Result<(), Error> {
    access.require(Subject::PlanChanges)?;
    if access.relation() == Relation::Parent { Ok(()) } else { Err(Error::NotFound) }
}

/// Waits until nobody else changes this family's plan, and gives the next number.
async fn take_turn(tx: &mut Tx, family: Id<Family>) -> Result<i64, Error> {
    const NEXT: &str = "UPDATE family SET plan_number = plan_number + 1 WHERE id = $1 RETURNING plan_number";
    let numbers: Vec<i64> = within!(tx, on => sqlx::query_scalar(NEXT).bind(family).fetch_all(on).await?);
    numbers.first().copied().ok_or(Error::NotFound)
}

/// What became of the viewer's change with that id, if it was made before.
async fn made_before(tx: &mut Tx, access: &Access, id: Id<Change>) -> Result<Option<Changed>, Error> {
    const MADE: &str = "SELECT author, family, state FROM plan_change WHERE id = $1";
    let made: Option<(Id<Person>, Id<Family>, ChangeState)> =
        within!(tx, on => sqlx::query_as(MADE).bind(id).fetch_optional(on).await?);
    match made {
        None => Ok(None),
        Some((author, family, state)) if author == access.viewer && family == access.family => Ok(Some(match state {
            ChangeState::InForce => Changed::InForce,
            ChangeState::Proposed => Changed::Proposed,
            ChangeState::Declined | ChangeState::TakenBack => Changed::Dropped,
        })),
        Some(_) => Err(Error::NotFound),
    }
}

async fn newest(tx: &mut Tx, entry: Entry) -> Result<i64, Error> {
    const NEWEST: &str = "SELECT COALESCE(MAX(number), 0) FROM plan_change WHERE entry = $1 AND state = 'in_force'";
    Ok(within!(tx, on => sqlx::query_scalar(NEWEST).bind(entry.uuid()).fetch_one(on).await?))
}

async fn content(tx: &mut Tx, family: Id<Family>, entry: Entry) -> Result<Option<Content>, Error> {
    const HOPE: &str = "SELECT words FROM hope WHERE id = $1 AND family = $2";
    const GOAL: &str = "SELECT area, title, state, going_well, worries, scale FROM goal WHERE id = $1 AND family = $2";
    const STEP: &str = "SELECT goal, title, doer, due FROM step WHERE id = $1 AND family = $2";
    const ORDER: &str = "SELECT id FROM goal WHERE family = $1 ORDER BY position, id";
    type GoalRow = (Area, Title, GoalState, Option<Note>, Option<Note>, Option<i64>);
    type StepRow = (Id<Goal>, Title, Option<Id<Person>>, Option<DayColumn>);
    Ok(match entry {
        Entry::Hope(id) => {
            let words: Option<Note> =
                within!(tx, on => sqlx::query_scalar(HOPE).bind(id).bind(family).fetch_optional(on).await?);
            words.map(Content::Hope)
        }
        Entry::Goal(id) => {
            let row: Option<GoalRow> =
                within!(tx, on => sqlx::query_as(GOAL).bind(id).bind(family).fetch_optional(on).await?);
            row.map(|(area, title, state, going_well, worries, scale)| {
                Content::Goal(GoalContent { area, title, state, going_well, worries, scale })
            })
        }
        Entry::Step(id) => {
            let row: Option<StepRow> =
                within!(tx, on => sqlx::query_as(STEP).bind(id).bind(family).fetch_optional(on).await?);
            row.map(|(goal, title, doer, due)| {
                Content::Step(StepContent { goal, title, doer, due: due.map(|day| day.0) })
            })
        }
        Entry::Order(of) if of == family => {
            Some(Content::Order(within!(tx, on => sqlx::query_scalar(ORDER).bind(family).fetch_all(on).await?)))
        }
        Entry::Order(_) => None,
    })
}

/// Refuses a step towards another family's goal, or to be done by somebody who is nobody to the family.
async fn within_family(tx: &mut Tx, access: &Access, step: &StepContent) -> Result<(), Error> {
    const GOAL: &str = "SELECT COUNT(*) FROM goal WHERE id = $1 AND family = $2";
    const DOER: &str = "SELECT (SELECT COUNT(*) FROM person WHERE id = $1 AND family = $2)
        + (SELECT COUNT(*) FROM beside WHERE person = $1 AND family = $2)";
    let goals: i64 =
        within!(&mut *tx, on => sqlx::query_scalar(GOAL).bind(step.goal).bind(access.family).fetch_one(on).await?);
    let doers: i64 = match step.doer {
        Some(doer) => {
            within!(tx, on => sqlx::query_scalar(DOER).bind(doer).bind(access.family).fetch_one(on).await?)
        }
        None => 1,
    };
    if goals > 0 && doers > 0 { Ok(()) } else { Err(Error::NotFound) }
}

#[expect(clippy::too_many_arguments, reason = "a row of the history has as many columns")]
async fn write(
    tx: &mut Tx,
    access: &Access,
    id: Id<Change>,
    number: i64,
    entry: Entry,
    (before, after): (Option<&Content>, Option<&Content>),
    state: ChangeState,
    now: Moment,
) -> Result<(), Error> {
    const WRITE: &str = "INSERT INTO plan_change
            (id, municipality, family, number, entry, author, made_at, content_before, content_after, state)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    within!(tx, on => {
        sqlx::query(WRITE)
            .bind(id)
            .bind(access.municipality)
            .bind(access.family)
            .bind(number)
            .bind(entry.uuid())
            .bind(access.viewer)
            .bind(now)
            .bind(before.cloned().map(ContentColumn))
            .bind(after.cloned().map(ContentColumn))
            .bind(state)
            .execute(on)
            .await?;
    });
    Ok(())
}

/// Makes the plan say so and commits; or nothing at all happens.
async fn in_force(
    mut tx: Tx,
    access: &Access,
    author: Id<Person>,
    entry: Entry,
    after: Option<&Content>,
    now: Moment,
) -> Result<Changed, Error> {
    let applied = match (entry, after) {
        (Entry::Hope(id), Some(Content::Hope(words))) => {
            const SAY: &str = "INSERT INTO hope (id, municipality, family, author, words, created_at)
                VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (id) DO UPDATE SET words = excluded.words
                WHERE hope.family = excluded.family";
            within!(&mut tx, on => {
                sqlx::query(SAY)
                    .bind(id)
                    .bind(access.municipality)
                    .bind(access.family)
                    .bind(author)
                    .bind(words)
                    .bind(now)
                    .execute(on)
                    .await?
                    .rows_affected()
            })
        }
        (Entry::Goal(id), Some(Content::Goal(goal))) => {
            if goal.state == GoalState::Live && other_live_goals(&mut tx, access.family, id).await? >= LIVE_GOALS {
                return Ok(Changed::EnoughGoals);
            }
            set_goal(&mut tx, access, id, goal, now).await?
        }
        (Entry::Step(id), Some(Content::Step(step))) => set_step(&mut tx, access, id, step).await?,
        (Entry::Order(_), Some(Content::Order(goals))) => set_order(&mut tx, access.family, goals).await?,
        (Entry::Hope(id), None) => {
            const GO: &str = "DELETE FROM hope WHERE id = $1 AND family = $2";
            within!(&mut tx, on => sqlx::query(GO).bind(id).bind(access.family).execute(on).await?.rows_affected())
        }
        (Entry::Step(id), None) => {
            const GO: &str = "DELETE FROM step WHERE id = $1 AND family = $2 AND done_at IS NULL";
            within!(&mut tx, on => sqlx::query(GO).bind(id).bind(access.family).execute(on).await?.rows_affected())
        }
        _ => return Err(Error::NotFound),
    };
    if applied == 0 {
        return Ok(Changed::Meanwhile);
    }
    tx.commit().await?;
    Ok(Changed::InForce)
}

async fn other_live_goals(tx: &mut Tx, family: Id<Family>, goal: Id<Goal>) -> Result<usize, Error> {
    const LIVE: &str = "SELECT COUNT(*) FROM goal WHERE family = $1 AND id <> $2 AND state = 'live'";
    let live: i64 = within!(tx, on => sqlx::query_scalar(LIVE).bind(family).bind(goal).fetch_one(on).await?);
    Ok(usize::try_from(live).unwrap_or(usize::MAX))
}

async fn set_goal(tx: &mut Tx, access: &Access, id: Id<Goal>, goal: &GoalContent, now: Moment) -> Result<u64, Error> {
    const SET: &str = "INSERT INTO goal (id, municipality, family, area, title, state, going_well, worries, scale,
            created_at, position)
        SELECT $1, f.municipality, f.id, $3, $4, $5, $6, $7, $8, $9,
            (SELECT COALESCE(MAX(position), 0) + 1 FROM goal WHERE family = f.id)
        FROM family f WHERE f.id = $2
        ON CONFLICT (id) DO UPDATE SET area = excluded.area, title = excluded.title, state = excluded.state,
            going_well = excluded.going_well, worries = excluded.worries, scale = excluded.scale
        WHERE goal.family = excluded.family";
    Ok(within!(tx, on => {
        sqlx::query(SET)
            .bind(id)
            .bind(access.family)
            .bind(goal.area)
            .bind(&goal.title)
            .bind(goal.state)
            .bind(&goal.going_well)
            .bind(&goal.worries)
            .bind(goal.scale)
            .bind(now)
            .execute(on)
            .await?
            .rows_affected()
    }))
}

async fn set_step(tx: &mut Tx, access: &Access, id: Id<Step>, step: &StepContent) -> Result<u64, Error> {
    const SET: &str = "INSERT INTO step (id, municipality, family, goal, title, doer, due, position)
        SELECT $1, g.municipality, g.family, g.id, $4, $5, $6,
            (SELECT COALESCE(MAX(position), 0) + 1 FROM step WHERE goal = g.id)
        FROM goal g WHERE g.id = $3 AND g.family = $2
        ON CONFLICT (id) DO UPDATE SET title = excluded.title, doer = excluded.doer, due = excluded.due
        WHERE step.family = excluded.family AND step.goal = excluded.goal";
    Ok(within!(tx, on => {
        sqlx::query(SET)
            .bind(id)
            .bind(access.family)
            .bind(step.goal)
            .bind(&step.title)
            .bind(step.doer)
            .bind(step.due.map(DayColumn))
            .execute(on)
            .await?
            .rows_affected()
    }))
}

/// Puts goals in that order. Those that came since stand behind them.
async fn set_order(tx: &mut Tx, family: Id<Family>, goals: &[Id<Goal>]) -> Result<u64, Error> {
    const BEHIND: &str = "UPDATE goal SET position = position + $2 WHERE family = $1";
    const PLACE: &str = "UPDATE goal SET position = $3 WHERE id = $1 AND family = $2";
    let count = i64::try_from(goals.len()).unwrap_or(i64::MAX);
    within!(&mut *tx, on => {
        sqlx::query(BEHIND).bind(family).bind(count).execute(on).await?;
    });
    let mut placed = 0;
    for (place, goal) in (0_i64..).zip(goals) {
        placed += within!(&mut *tx, on => {
            sqlx::query(PLACE).bind(goal).bind(family).bind(place).execute(on).await?.rows_affected()
        });
    }
    Ok(placed)
}

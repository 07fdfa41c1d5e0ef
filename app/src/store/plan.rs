//! Hopes, goals and steps.

use sqlx::FromRow;

use super::{Access, Db, Error, columns::DayColumn, read, write_one};
use crate::domain::{
    access::Subject,
    id::Id,
    moment::Moment,
    person::Person,
    plan::{Area, Goal, GoalState, Hope, LIVE_GOALS, Step},
    words::{Note, PersonName, Title},
};

/// The family's hopes, the oldest first.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see them.
pub async fn hopes(db: &Db, access: &Access) -> Result<Vec<Hope>, Error> {
    access.require(Subject::Hopes)?;
    const HOPES: &str = "SELECT h.id, h.words, p.name FROM hope h JOIN person p ON p.id = h.author
        WHERE h.family = $1 ORDER BY h.created_at, h.id";
    let rows: Vec<(Id<Hope>, Note, PersonName)> =
        read!(db, on => sqlx::query_as(HOPES).bind(access.family).fetch_all(on).await?);
    Ok(rows.into_iter().map(|(id, words, author)| Hope { id, words, author }).collect())
}

#[derive(FromRow)]
struct GoalRow {
    id: Id<Goal>,
    area: Area,
    title: Title,
    state: GoalState,
    going_well: Option<Note>,
    worries: Option<Note>,
    scale: Option<i64>,
    step: Option<Id<Step>>,
    step_title: Option<Title>,
    doer: Option<Id<Person>>,
    doer_name: Option<PersonName>,
    due: Option<DayColumn>,
    done_at: Option<Moment>,
}

impl GoalRow {
    fn step(&mut self) -> Option<Step> {
        Some(Step {
            id: self.step?,
            title: self.step_title.take()?,
            doer: self.doer.zip(self.doer_name.take()),
            due: self.due.map(|day| day.0),
            done: self.done_at,
        })
    }
}

/// Goals as the viewer may see them: to all but staff ($2) a child is named only with rights for that child.
macro_rules! goals_where {
    ($condition:literal) => {
        concat!(
            "SELECT g.id, g.area, g.title, g.state, g.going_well, g.worries, g.scale, s.id AS step, s.title AS step_title,
                s.doer, p.name AS doer_name, s.due, s.done_at
            FROM goal g LEFT JOIN step s ON s.goal = g.id LEFT JOIN person p ON p.id = s.doer
                AND ($2 OR p.role <> 'child' OR EXISTS (
                    SELECT 1 FROM guardianship r WHERE r.child = p.id AND r.adult = $3 AND r.may_see
                ))
            WHERE g.family = $1",
            $condition,
            " ORDER BY g.position, g.id, s.position"
        )
    };
}

/// Every goal of the family, in the family's order, with its steps where the viewer may see them.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see goals.
pub async fn goals(db: &Db, access: &Access) -> Result<Vec<Goal>, Error> {
    fetch_goals(db, access, goals_where!("")).await
}

/// The goals worked on now, at most [`LIVE_GOALS`], with their steps where the viewer may see them.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see goals.
pub async fn live_goals(db: &Db, access: &Access) -> Result<Vec<Goal>, Error> {
    let mut goals = fetch_goals(db, access, goals_where!(" AND g.state = 'live'")).await?;
    goals.truncate(LIVE_GOALS);
    Ok(goals)
}

async fn fetch_goals(db: &Db, access: &Access, sql: &'static str) -> Result<Vec<Goal>, Error> {
    access.require(Subject::Goals)?;
    let rows: Vec<GoalRow> = read!(db, on => {
        sqlx::query_as(sql).bind(access.family).bind(access.is_staff()).bind(access.viewer).fetch_all(on).await?
    });
    let mut goals: Vec<Goal> = Vec::new();
    for mut row in rows {
        let step = row.step().filter(|_| access.sees(Subject::Steps));
        match goals.last_mut() {
            Some(goal) if goal.id == row.id => goal.steps.extend(step),
            _ => goals.push(Goal {
                id: row.id,
                area: row.area,
                title: row.title,
                state: row.state,
                going_well: row.going_well,
                worries: row.worries,
                scale: row.scale,
                steps: step.into_iter().collect(),
            }),
        }
    }
    Ok(goals)
}

/// Marks a step as done, or takes that back. Doing it twice changes nothing.
///
/// # Errors
/// [`Error::NotFound`] when it is not a step the viewer may tick.
pub async fn tick(db: &Db, access: &Access, step: Id<Step>, done: bool, now: Moment) -> Result<(), Error> {
    access.require(Subject::Steps)?;
    const TICK: &str = "UPDATE step SET done_at = COALESCE(done_at, $3), done_by = COALESCE(done_by, $4)
        WHERE id = $1 AND family = $2";
    const UNTICK: &str = "UPDATE step SET done_at = NULL, done_by = NULL WHERE id = $1 AND family = $2";
    let found = write_one!(db, on => {
        let query = if done {
            sqlx::query(TICK).bind(step).bind(access.family).bind(now).bind(access.viewer)
        } else {
            sqlx::query(UNTICK).bind(step).bind(access.family)
        };
        query.execute(on).await?.rows_affected()
    });
    if found == 1 { Ok(()) } else { Err(Error::NotFound) }
}

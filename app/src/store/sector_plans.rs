//! Where the plans are that others own.

use super::{Access, Db, Error, columns::DayColumn, read, write_one};
use crate::domain::{
    access::Subject,
    id::Id,
    moment::Moment,
    person::Person,
    sector_plan::{Pointer, SectorPlan},
    words::{PersonName, Source, Title},
};

/// Plans as the viewer may see them: staff ($2) all of the family's; a parent ($3) those about them all, about
/// themselves, and about the children they have rights for.
macro_rules! plans_where {
    ($rest:literal) => {
        concat!(
            "SELECT s.id, s.about, p.name, s.title, s.owner, s.source, s.made_on, s.next_review
            FROM sector_plan s LEFT JOIN person p ON p.id = s.about
            WHERE s.family = $1 AND s.removed_at IS NULL AND ($2 OR s.about IS NULL OR s.about = $3 OR EXISTS (
                SELECT 1 FROM guardianship g WHERE g.child = s.about AND g.adult = $3 AND g.may_see
            ))",
            $rest
        )
    };
}

type Row = (Id<SectorPlan>, Option<Id<Person>>, Option<PersonName>, Title, Title, Source, DayColumn, Option<DayColumn>);

fn read_row((id, about, name, title, owner, source, made_on, next_review): Row) -> SectorPlan {
    let next_review = next_review.map(|day| day.0);
    SectorPlan {
        id,
        about: about.zip(name),
        pointer: Pointer { title, owner, source, made_on: made_on.0, next_review },
    }
}

/// The family's plans with others, the newest first.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see them.
pub async fn sector_plans(db: &Db, access: &Access) -> Result<Vec<SectorPlan>, Error> {
    access.require(Subject::SectorPlans)?;
    const ALL: &str = plans_where!(" ORDER BY s.made_on DESC, s.id DESC");
    let rows: Vec<Row> = read!(db, on => {
        sqlx::query_as(ALL).bind(access.family).bind(access.is_staff()).bind(access.viewer).fetch_all(on).await?
    });
    Ok(rows.into_iter().map(read_row).collect())
}

/// One of the family's plans with others.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see it, or it was removed.
pub async fn sector_plan(db: &Db, access: &Access, id: Id<SectorPlan>) -> Result<SectorPlan, Error> {
    access.require(Subject::SectorPlans)?;
    const ONE: &str = plans_where!(" AND s.id = $4");
    let row: Row = read!(db, on => {
        sqlx::query_as(ONE)
            .bind(access.family)
            .bind(access.is_staff())
            .bind(access.viewer)
            .bind(id)
            .fetch_one(on)
            .await?
    });
    Ok(read_row(row))
}

/// Points to a plan, under an id that came with the page: sending the same page twice points once.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no staff of the family, or `about` is nobody of it.
pub async fn point_to(
    db: &Db,
    access: &Access,
    id: Id<SectorPlan>,
    about: Option<Id<Person>>,
    pointer: &Pointer,
    now: Moment,
) -> Result<(), Error> {
    access.require(Subject::People)?;
    require_member(db, access, about).await?;
    const ADD: &str = "INSERT INTO sector_plan
            (id, municipality, family, about, title, owner, source, made_on, next_review, added_by, added_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT (id) DO NOTHING";
    write_one!(db, on => {
        sqlx::query(ADD)
            .bind(id)
            .bind(access.municipality)
            .bind(access.family)
            .bind(about)
            .bind(&pointer.title)
            .bind(&pointer.owner)
            .bind(&pointer.source)
            .bind(DayColumn(pointer.made_on))
            .bind(pointer.next_review.map(DayColumn))
            .bind(access.viewer)
            .bind(now)
            .execute(on)
            .await?;
    });
    Ok(())
}

/// Changes what there is to know of a plan.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no staff of the family, it was removed, or `about` is nobody of the family.
pub async fn change_pointer(
    db: &Db,
    access: &Access,
    id: Id<SectorPlan>,
    about: Option<Id<Person>>,
    pointer: &Pointer,
) -> Result<(), Error> {
    access.require(Subject::People)?;
    require_member(db, access, about).await?;
    const CHANGE: &str = "UPDATE sector_plan
        SET about = $3, title = $4, owner = $5, source = $6, made_on = $7, next_review = $8
        WHERE id = $1 AND family = $2 AND removed_at IS NULL";
    let changed = write_one!(db, on => {
        sqlx::query(CHANGE)
            .bind(id)
            .bind(access.family)
            .bind(about)
            .bind(&pointer.title)
            .bind(&pointer.owner)
            .bind(&pointer.source)
            .bind(DayColumn(pointer.made_on))
            .bind(pointer.next_review.map(DayColumn))
            .execute(on)
            .await?
            .rows_affected()
    });
    if changed == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Points to a plan no more. Doing it twice changes nothing.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no staff of the family it is about.
pub async fn remove_pointer(db: &Db, access: &Access, id: Id<SectorPlan>, now: Moment) -> Result<(), Error> {
    access.require(Subject::People)?;
    const REMOVE: &str = "UPDATE sector_plan SET removed_at = COALESCE(removed_at, $3) WHERE id = $1 AND family = $2";
    let found = write_one!(db, on => {
        sqlx::query(REMOVE).bind(id).bind(access.family).bind(now).execute(on).await?.rows_affected()
    });
    if found == 1 { Ok(()) } else { Err(Error::NotFound) }
}

async fn require_member(db: &Db, access: &Access, about: Option<Id<Person>>) -> Result<(), Error> {
    const MEMBER: &str = "SELECT id FROM person WHERE id = $1 AND family = $2 AND left_at IS NULL";
    if let Some(person) = about {
        let _: Id<Person> = read!(db, on => {
            sqlx::query_scalar(MEMBER).bind(person).bind(access.family).fetch_one(on).await?
        });
    }
    Ok(())
}

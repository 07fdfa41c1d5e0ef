//! What children said, in their own words. One view says who may read what: nobody else learns that it is there.

use sqlx::FromRow;

use super::{Access, Db, Error, columns::DayColumn, read, within, write_one};
use crate::domain::{
    access::Subject,
    child_words::{Assent, ChildWords, OpenedWords, Opening, Said},
    id::Id,
    moment::Moment,
    person::Person,
    words::{Note, PersonName},
};

#[derive(FromRow)]
struct WordsRow {
    id: Id<ChildWords>,
    child: Id<Person>,
    child_name: PersonName,
    author: PersonName,
    heard_by: PersonName,
    heard_on: DayColumn,
    words: Note,
    written_at: Moment,
    adult: Option<Id<Person>>,
    adult_name: Option<PersonName>,
    assent: Option<Assent>,
    opened_by: Option<PersonName>,
    opened_at: Option<Moment>,
    closed_by: Option<PersonName>,
    closed_at: Option<Moment>,
    reads: bool,
}

impl WordsRow {
    fn opening(&mut self) -> Option<Opening> {
        Some(Opening {
            adult: (self.adult?, self.adult_name.take()?),
            assent: self.assent?,
            opened_by: self.opened_by.take()?,
            opened_at: self.opened_at?,
            closed: self.closed_by.take().zip(self.closed_at),
            reads: self.reads,
        })
    }
}

/// What children of the family ($1) said, with its openings.
macro_rules! words_where {
    ($condition:literal) => {
        concat!(
            "SELECT w.id, w.child, c.name AS child_name, p.name AS author, w.heard_by, w.heard_on, w.words, w.written_at,
                o.adult, a.name AS adult_name, o.assent, b.name AS opened_by, o.opened_at, d.name AS closed_by,
                o.closed_at, o.closed_at IS NULL AND EXISTS (
                    SELECT 1 FROM opened r WHERE r.child_words = w.id AND r.adult = o.adult
                ) AS reads
            FROM child_words w JOIN person c ON c.id = w.child JOIN person p ON p.id = w.author
            LEFT JOIN opening o ON o.child_words = w.id LEFT JOIN person a ON a.id = o.adult
            LEFT JOIN person b ON b.id = o.opened_by LEFT JOIN person d ON d.id = o.closed_by
            WHERE w.family = $1 AND ",
            $condition,
            " ORDER BY w.heard_on DESC, w.written_at DESC, w.id DESC, o.opened_at, o.id"
        )
    };
}

fn gather(rows: Vec<WordsRow>) -> Vec<ChildWords> {
    let mut all: Vec<ChildWords> = Vec::new();
    for mut row in rows {
        let opening = row.opening();
        match all.last_mut() {
            Some(words) if words.id == row.id => words.openings.extend(opening),
            _ => all.push(ChildWords {
                id: row.id,
                child: (row.child, row.child_name),
                said: Said { words: row.words, heard_by: row.heard_by, heard_on: row.heard_on.0 },
                author: row.author,
                written_at: row.written_at,
                openings: opening.into_iter().collect(),
            }),
        }
    }
    all
}

/// What a child said, the latest first.
///
/// # Errors
/// [`Error::NotFound`] when the viewer does not read for the family.
pub async fn child_words(db: &Db, access: &Access, child: Id<Person>) -> Result<Vec<ChildWords>, Error> {
    access.require(Subject::ChildWords)?;
    const OF_CHILD: &str = words_where!("w.child = $2");
    let rows = read!(db, on => sqlx::query_as(OF_CHILD).bind(access.family).bind(child).fetch_all(on).await?);
    Ok(gather(rows))
}

/// One of the things a child said.
///
/// # Errors
/// [`Error::NotFound`] when the viewer does not read for the family, or it is another family's.
pub async fn one_of_child_words(db: &Db, access: &Access, id: Id<ChildWords>) -> Result<ChildWords, Error> {
    access.require(Subject::ChildWords)?;
    const ONE: &str = words_where!("w.id = $2");
    let rows = read!(db, on => sqlx::query_as(ONE).bind(access.family).bind(id).fetch_all(on).await?);
    gather(rows).pop().ok_or(Error::NotFound)
}

/// Writes down what a child said, under an id that came with the page, so that sending twice writes once. What was
/// changed before it was sent again is written down anew.
///
/// # Errors
/// [`Error::NotFound`] when the viewer does not read for the family, it is no child of it, or the id is another's.
pub async fn write_child_words(
    db: &Db,
    access: &Access,
    id: Id<ChildWords>,
    child: Id<Person>,
    said: &Said,
    now: Moment,
) -> Result<(), Error> {
    access.require(Subject::ChildWords)?;
    const CHILD: &str = "SELECT id FROM person WHERE id = $1 AND family = $2 AND role = 'child' AND left_at IS NULL";
    const WRITE: &str =
        "INSERT INTO child_words (id, municipality, family, child, author, heard_by, heard_on, words, written_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT (id) DO NOTHING";
    const WRITTEN: &str = "SELECT child, words, heard_by, heard_on FROM child_words WHERE id = $1 AND author = $2";
    let child: Id<Person> =
        read!(db, on => sqlx::query_scalar(CHILD).bind(child).bind(access.family).fetch_one(on).await?);
    let mut id = id;
    loop {
        let new = write_one!(db, on => {
            sqlx::query(WRITE)
                .bind(id)
                .bind(access.municipality)
                .bind(access.family)
                .bind(child)
                .bind(access.viewer)
                .bind(&said.heard_by)
                .bind(DayColumn(said.heard_on))
                .bind(&said.words)
                .bind(now)
                .execute(on)
                .await?
                .rows_affected()
        });
        if new == 1 {
            return Ok(());
        }
        let (of, words, heard_by, heard_on): (Id<Person>, Note, PersonName, DayColumn) = read!(db, on => {
            sqlx::query_as(WRITTEN).bind(id).bind(access.viewer).fetch_one(on).await?
        });
        if of == child && *said == (Said { words, heard_by, heard_on: heard_on.0 }) {
            return Ok(());
        }
        id = id.next();
    }
}

/// Opens what a child said to an adult with rights for that child. What is open already stays as it is.
///
/// # Errors
/// [`Error::NotFound`] when the viewer has no authority to decide, it is another family's, or the adult has no rights for
/// the child.
pub async fn open_child_words(
    db: &Db,
    access: &Access,
    id: Id<ChildWords>,
    adult: Id<Person>,
    assent: Assent,
    now: Moment,
) -> Result<(), Error> {
    access.require(Subject::ChildWords)?;
    if !access.relation().decides() {
        return Err(Error::NotFound);
    }
    const OPEN: &str =
        "INSERT INTO opening (id, municipality, family, child_words, adult, assent, opened_by, opened_at)
        SELECT $1, w.municipality, w.family, w.id, a.id, $5, $6, $7
        FROM child_words w JOIN person c ON c.id = w.child
        JOIN guardianship g ON g.child = w.child AND g.may_see JOIN person a ON a.id = g.adult
        WHERE w.id = $2 AND w.family = $3 AND a.id = $4 AND a.family = $3 AND c.left_at IS NULL AND a.left_at IS NULL
        ON CONFLICT (child_words, adult) WHERE closed_at IS NULL DO NOTHING";
    const OPENED: &str = "SELECT adult FROM opened WHERE child_words = $1 AND adult = $2 AND family = $3";
    let mut tx = db.begin().await?;
    within!(&mut tx, on => {
        sqlx::query(OPEN)
            .bind(Id::<Opening>::fresh(now))
            .bind(id)
            .bind(access.family)
            .bind(adult)
            .bind(assent)
            .bind(access.viewer)
            .bind(now)
            .execute(on)
            .await?;
    });
    let _: Id<Person> = within!(&mut tx, on => {
        sqlx::query_scalar(OPENED).bind(id).bind(adult).bind(access.family).fetch_one(on).await?
    });
    tx.commit().await
}

/// Closes what a child said to an adult. Closing it twice changes nothing.
///
/// # Errors
/// [`Error::NotFound`] when the viewer does not read for the family, or it was never opened to that adult.
pub async fn close_child_words(
    db: &Db,
    access: &Access,
    id: Id<ChildWords>,
    adult: Id<Person>,
    now: Moment,
) -> Result<(), Error> {
    access.require(Subject::ChildWords)?;
    const CLOSE: &str = "UPDATE opening SET closed_at = COALESCE(closed_at, $4), closed_by = COALESCE(closed_by, $5)
        WHERE child_words = $1 AND adult = $2 AND family = $3";
    let found = write_one!(db, on => {
        sqlx::query(CLOSE)
            .bind(id)
            .bind(adult)
            .bind(access.family)
            .bind(now)
            .bind(access.viewer)
            .execute(on)
            .await?
            .rows_affected()
    });
    if found > 0 { Ok(()) } else { Err(Error::NotFound) }
}

/// What children said that is opened to the viewer, the latest first.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family.
pub async fn opened_words(db: &Db, access: &Access) -> Result<Vec<OpenedWords>, Error> {
    access.require(Subject::OpenedWords)?;
    const OPENED: &str = "SELECT w.child, w.words, w.heard_by, w.heard_on
        FROM opened r JOIN child_words w ON w.id = r.child_words WHERE r.adult = $1 AND r.family = $2
        ORDER BY w.heard_on DESC, w.written_at DESC, w.id DESC";
    let rows: Vec<(Id<Person>, Note, PersonName, DayColumn)> =
        read!(db, on => sqlx::query_as(OPENED).bind(access.viewer).bind(access.family).fetch_all(on).await?);
    let opened = |(child, words, heard_by, heard_on): (Id<Person>, Note, PersonName, DayColumn)| OpenedWords {
        child,
        said: Said { words, heard_by, heard_on: heard_on.0 },
    };
    Ok(rows.into_iter().map(opened).collect())
}

//! Families and their people.

use std::collections::HashSet;

use sqlx::{FromRow, QueryBuilder};

use super::{Access, Caseload, Db, Error, columns::DayColumn, read, reminders::push_has_device, write_one};
use crate::domain::{
    access::{Relation, Subject},
    channel::Carrier,
    family::Family,
    id::Id,
    moment::Moment,
    person::{Child, Language, Person, Role, Viewer},
    words::{PersonName, Phone, Title, alphabetical},
};

/// The families the viewer walks beside, in the order of the alphabet; as a contact person only those that share
/// something with the viewer.
///
/// # Errors
/// When the database fails.
pub async fn families(db: &Db, caseload: &Caseload) -> Result<Vec<Family>, Error> {
    const FAMILIES: &str = "SELECT f.id, f.name, f.number FROM family f
        WHERE f.id IN (
            SELECT b.family FROM beside b WHERE b.person = $1 AND b.municipality = $2
                AND (b.part <> 'contact_person' OR EXISTS (
                    SELECT 1 FROM sound_consent c WHERE c.family = b.family AND c.recipient = b.person
                        AND c.given_at <= $3 AND $3 < c.ends_at AND (c.withdrawn_at IS NULL OR $3 < c.withdrawn_at)
                ))
        )";
    let rows: Vec<(Id<Family>, Title, Option<String>)> = read!(db, on => {
        sqlx::query_as(FAMILIES).bind(caseload.viewer).bind(caseload.municipality).bind(caseload.now).fetch_all(on).await?
    });
    let mut families: Vec<Family> = rows.into_iter().map(|(id, name, number)| Family { id, name, number }).collect();
    families.sort_by_cached_key(|family| (alphabetical(family.name.as_str()), family.id));
    Ok(families)
}

/// Those of [`families`] whose name, number or people hold what is searched for, in whatever case.
///
/// # Errors
/// When the database fails.
pub async fn find_families(db: &Db, caseload: &Caseload, search: &str) -> Result<Vec<Family>, Error> {
    const PEOPLE: &str = "SELECT p.family, p.name FROM person p WHERE p.left_at IS NULL AND p.family IN (
            SELECT b.family FROM beside b
            WHERE b.person = $1 AND b.municipality = $2 AND b.part <> 'contact_person'
        )";
    let search = search.trim().to_lowercase();
    let holds = |words: &str| words.to_lowercase().contains(&search);
    let people: Vec<(Id<Family>, PersonName)> = read!(db, on => {
        sqlx::query_as(PEOPLE).bind(caseload.viewer).bind(caseload.municipality).fetch_all(on).await?
    });
    let found: HashSet<_> =
        people.into_iter().filter(|(_, name)| holds(name.as_str())).map(|(family, _)| family).collect();
    let mut families = families(db, caseload).await?;
    families.retain(|family| {
        found.contains(&family.id) || holds(family.name.as_str()) || family.number.as_deref().is_some_and(holds)
    });
    Ok(families)
}

/// The family an access is about.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see its name.
pub async fn family(db: &Db, access: &Access) -> Result<Family, Error> {
    access.require(Subject::Name)?;
    const FAMILY: &str = "SELECT id, name, number FROM family WHERE id = $1";
    let (id, name, number) = read!(db, on => sqlx::query_as(FAMILY).bind(access.family).fetch_one(on).await?);
    Ok(Family { id, name, number })
}

/// The family's people, parents first.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may not see them.
pub async fn people(db: &Db, access: &Access) -> Result<Vec<Person>, Error> {
    access.require(Subject::People)?;
    const PEOPLE: &str = "SELECT id, family, name, role, born, phone, language FROM person
        WHERE family = $1 AND left_at IS NULL ORDER BY role DESC, born NULLS LAST, id";
    let rows: Vec<PersonRow> = read!(db, on => sqlx::query_as(PEOPLE).bind(access.family).fetch_all(on).await?);
    Ok(rows.into_iter().map(PersonRow::person).collect())
}

#[derive(FromRow)]
struct PersonRow {
    id: Id<Person>,
    family: Option<Id<Family>>,
    name: PersonName,
    role: Role,
    born: Option<DayColumn>,
    phone: Option<Phone>,
    language: Language,
}

impl PersonRow {
    fn person(self) -> Person {
        let Self { id, family, name, role, born, phone, language } = self;
        Person { id, family, name, role, born: born.map(|day| day.0), phone, language }
    }
}

/// As [`people`], each with whether reminders reach them: they have a living device, or an address that one of these
/// carriers brings letters to.
///
/// # Errors
/// As [`people`].
pub async fn people_and_reach(
    db: &Db,
    access: &Access,
    carriers: &[Carrier],
    now: Moment,
) -> Result<Vec<(Person, bool)>, Error> {
    access.require(Subject::People)?;
    #[derive(FromRow)]
    struct Row {
        #[sqlx(flatten)]
        person: PersonRow,
        carrier: Option<Carrier>,
        device: bool,
    }
    let rows: Vec<Row> = read!(db, on => {
        let mut query = QueryBuilder::new(
            "SELECT p.id, p.family, p.name, p.role, p.born, p.phone, p.language, c.kind AS carrier, ",
        );
        push_has_device!(query, now);
        query.push(
            " AS device FROM person p LEFT JOIN channel c ON c.person = p.id AND c.refused_at IS NULL
            WHERE p.left_at IS NULL AND p.family = ",
        );
        query.push_bind(access.family).push(" ORDER BY p.role DESC, p.born NULLS LAST, p.id");
        query.build_query_as().fetch_all(on).await?
    });
    let reached = |row: &Row| row.device || row.carrier.is_some_and(|carrier| carriers.contains(&carrier));
    Ok(rows
        .into_iter()
        .map(|row| {
            let reached = reached(&row);
            (row.person.person(), reached)
        })
        .collect())
}

/// Those of the viewer's families in which a parent has neither a living device nor an address that one of these
/// carriers brings letters to.
///
/// # Errors
/// When the database fails.
pub async fn families_not_reached(
    db: &Db,
    caseload: &Caseload,
    carriers: &[Carrier],
    now: Moment,
) -> Result<HashSet<Id<Family>>, Error> {
    let rows: Vec<(Id<Family>, Option<Carrier>)> = read!(db, on => {
        let mut query = QueryBuilder::new(
            "SELECT p.family, c.kind FROM person p LEFT JOIN channel c ON c.person = p.id AND c.refused_at IS NULL
            WHERE p.role = 'parent' AND p.left_at IS NULL AND NOT ",
        );
        push_has_device!(query, now);
        query.push(" AND p.family IN (SELECT family FROM beside WHERE person = ").push_bind(caseload.viewer);
        query.push(" AND part <> 'contact_person' AND municipality = ").push_bind(caseload.municipality).push(")");
        query.build_query_as().fetch_all(on).await?
    });
    let written_to = |carrier: Option<Carrier>| carrier.is_some_and(|carrier| carriers.contains(&carrier));
    Ok(rows.into_iter().filter(|(_, carrier)| !written_to(*carrier)).map(|(family, _)| family).collect())
}

/// The children the viewer may see: as a parent those they have rights for, as staff of the family all.
///
/// # Errors
/// [`Error::NotFound`] when the viewer may see no child of the family.
pub async fn children(db: &Db, access: &Access) -> Result<Vec<Child>, Error> {
    const ALL: &str = "SELECT id, name, born FROM person
        WHERE family = $1 AND role = 'child' AND left_at IS NULL AND $2 = $2 ORDER BY born NULLS LAST, id";
    const MINE: &str = "SELECT p.id, p.name, p.born FROM person p JOIN guardianship g ON g.child = p.id
        WHERE p.family = $1 AND p.role = 'child' AND p.left_at IS NULL AND g.adult = $2 AND g.may_see
        ORDER BY p.born NULLS LAST, p.id";
    let sql = match access.relation() {
        Relation::Parent => MINE,
        _ => {
            access.require(Subject::People)?;
            ALL
        }
    };
    let rows: Vec<(Id<Person>, PersonName, Option<DayColumn>)> =
        read!(db, on => sqlx::query_as(sql).bind(access.family).bind(access.viewer).fetch_all(on).await?);
    Ok(rows.into_iter().map(|(id, name, born)| Child { id, name, born: born.map(|day| day.0) }).collect())
}

/// From now on the viewer has a button that leaves every page at once and signs out, or has none.
///
/// # Errors
/// When the database fails.
pub async fn set_quick_exit(db: &Db, viewer: &Viewer, on: bool) -> Result<(), Error> {
    const SET: &str = "UPDATE person SET quick_exit = $2 WHERE id = $1";
    write_one!(db, connection => {
        sqlx::query(SET).bind(viewer.person).bind(on).execute(connection).await?;
    });
    Ok(())
}

/// From now on the viewer reads `language`.
///
/// # Errors
/// When the database fails.
pub async fn speak(db: &Db, viewer: &Viewer, language: Language) -> Result<(), Error> {
    const SPEAK: &str = "UPDATE person SET language = $2 WHERE id = $1";
    write_one!(db, on => {
        sqlx::query(SPEAK).bind(viewer.person).bind(language).execute(on).await?;
    });
    Ok(())
}

//! Who decides over a child and sees its page, whom it lives with, and whose address is told to nobody. Nothing is
//! overwritten unseen, and what stood there before stays to be read.

use std::collections::{HashMap, HashSet};

use sqlx::QueryBuilder;

use super::{
    Access, Db, Error, Tx, among,
    columns::{DayColumn, RightsColumn},
    people::people,
    read, within,
};
use crate::domain::{
    access::Subject,
    family::{Family, Municipality},
    id::Id,
    moment::Moment,
    person::{Child, Guardianship, Person, Role},
    rights::{Custody, OwnRights, Registered, Rights, RightsChange},
    words::PersonName,
};

/// Somebody of a family, and whether their address is told to nobody.
type PersonRow = (Id<Person>, Id<Family>, bool);
/// The child, the adult, custody, whether the adult may see the child's page, and whether the child lives with them.
type AdultRow = (Id<Person>, Id<Person>, bool, bool, bool);
/// What is written down about some people, each with their family.
type Standing = HashMap<Id<Person>, (Id<Family>, Rights)>;

fn gather(people: Vec<PersonRow>, adults: Vec<AdultRow>) -> Standing {
    let mut of_child: HashMap<Id<Person>, Vec<Guardianship>> = HashMap::new();
    for (child, adult, custody, may_see, lives_with) in adults {
        of_child.entry(child).or_default().push(Guardianship { child, adult, custody, may_see, lives_with });
    }
    let rights = |(id, family, protected): PersonRow| {
        (id, (family, Rights::new(protected, of_child.remove(&id).unwrap_or_default())))
    };
    people.into_iter().map(rights).collect()
}

/// The parents and children of the family, with what is written down about each.
///
/// # Errors
/// [`Error::NotFound`] when the viewer does not read for the family.
pub async fn registered(db: &Db, access: &Access) -> Result<Vec<Registered>, Error> {
    access.require(Subject::Rights)?;
    const PROTECTED: &str = "SELECT id, family, address_protected FROM person WHERE family = $1 AND left_at IS NULL";
    const ADULTS: &str = "SELECT g.child, g.adult, g.custody, g.may_see, g.lives_with
        FROM person c JOIN guardianship g ON g.child = c.id JOIN person a ON a.id = g.adult
        WHERE c.family = $1 AND a.left_at IS NULL";
    const NUMBERS: &str = "SELECT person, MAX(number) FROM rights_change WHERE family = $1 GROUP BY person";
    let family = access.family;
    let protected: Vec<PersonRow> = read!(db, on => sqlx::query_as(PROTECTED).bind(family).fetch_all(on).await?);
    let adults: Vec<AdultRow> = read!(db, on => sqlx::query_as(ADULTS).bind(family).fetch_all(on).await?);
    let numbers: Vec<(Id<Person>, i64)> = read!(db, on => sqlx::query_as(NUMBERS).bind(family).fetch_all(on).await?);
    let (mut standing, numbers): (_, HashMap<_, _>) = (gather(protected, adults), numbers.into_iter().collect());
    let registered = people(db, access).await?.into_iter().filter_map(|person| {
        let (_, rights) = standing.remove(&person.id)?;
        let number = numbers.get(&person.id).copied().unwrap_or_default();
        Some(Registered { person, rights, number })
    });
    Ok(registered.collect())
}

/// What changed, the newest first, at most `limit`.
///
/// # Errors
/// [`Error::NotFound`] when the viewer does not read for the family.
pub async fn rights_history(db: &Db, access: &Access, limit: i64) -> Result<Vec<RightsChange>, Error> {
    access.require(Subject::Rights)?;
    const HISTORY: &str = "SELECT p.name, a.name, c.made_at, c.rights_before, c.rights_after
        FROM rights_change c JOIN person p ON p.id = c.person LEFT JOIN person a ON a.id = c.author
        WHERE c.family = $1 ORDER BY c.number DESC LIMIT $2";
    type Row = (PersonName, Option<PersonName>, Moment, RightsColumn, RightsColumn);
    let rows: Vec<Row> = read!(db, on => {
        sqlx::query_as(HISTORY).bind(access.family).bind(limit).fetch_all(on).await?
    });
    let change = |(person, author, made_at, before, after): Row| RightsChange {
        person,
        author,
        made_at,
        before: before.0,
        after: after.0,
    };
    Ok(rows.into_iter().map(change).collect())
}

/// What is written down about the viewer and the children they have rights for.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family.
pub async fn own_rights(db: &Db, access: &Access) -> Result<Vec<OwnRights>, Error> {
    access.require(Subject::OwnRights)?;
    const OWN: &str = "SELECT p.id, p.name, p.born, g.custody, g.lives_with, EXISTS (
            SELECT 1 FROM guardianship o JOIN person a ON a.id = o.adult
            WHERE o.child = p.id AND o.adult <> g.adult AND o.custody AND a.left_at IS NULL
        )
        FROM person p JOIN guardianship g ON g.child = p.id
        WHERE p.family = $1 AND p.role = 'child' AND p.left_at IS NULL AND g.adult = $2 AND g.may_see
        ORDER BY p.born NULLS LAST, p.id";
    type Row = (Id<Person>, PersonName, Option<DayColumn>, bool, bool, bool);
    let rows: Vec<Row> =
        read!(db, on => sqlx::query_as(OWN).bind(access.family).bind(access.viewer).fetch_all(on).await?);
    let own = |(id, name, born, custody, lives_with, others): Row| OwnRights {
        child: Child { id, name, born: born.map(|day| day.0) },
        custody: Custody::of(custody, others),
        lives_with,
    };
    Ok(rows.into_iter().map(own).collect())
}

/// Writes down the rights for a child, or whether an adult's address is protected, where nobody did since the viewer saw
/// change number `seen`. They hold from the next look on. What stands there already changes nothing.
///
/// # Errors
/// [`Error::NotFound`] when the viewer has no authority to decide, it is nobody of the family, or an adult named is no
/// parent of it; [`Error::Taken`] when it was changed meanwhile.
pub async fn set_rights(
    db: &Db,
    access: &Access,
    person: Id<Person>,
    seen: i64,
    rights: &Rights,
    now: Moment,
) -> Result<(), Error> {
    access.require(Subject::Rights)?;
    if !access.relation().decides() {
        return Err(Error::NotFound);
    }
    const WHO: &str = "SELECT role FROM person WHERE id = $1 AND family = $2 AND left_at IS NULL";
    const PARENTS: &str = "SELECT id FROM person WHERE family = $1 AND role = 'parent' AND left_at IS NULL";
    const NEWEST: &str = "SELECT COALESCE(MAX(number), 0) FROM rights_change WHERE person = $1";
    let mut tx = db.begin().await?;
    let number = take_turn(&mut tx, access.family).await?;
    let role: Role = within!(&mut tx, on => {
        sqlx::query_scalar(WHO).bind(person).bind(access.family).fetch_one(on).await?
    });
    let parents: HashSet<Id<Person>> = match role {
        Role::Child => {
            let parents: Vec<Id<Person>> =
                within!(&mut tx, on => sqlx::query_scalar(PARENTS).bind(access.family).fetch_all(on).await?);
            parents.into_iter().collect()
        }
        _ => HashSet::new(),
    };
    if rights.adults().iter().any(|adult| adult.child != person || !parents.contains(&adult.adult)) {
        return Err(Error::NotFound);
    }
    let (_, before) = standing(&mut tx, &[person]).await?.remove(&person).ok_or(Error::NotFound)?;
    if before == *rights {
        return Ok(());
    }
    let newest: i64 = within!(&mut tx, on => sqlx::query_scalar(NEWEST).bind(person).fetch_one(on).await?);
    if newest != seen {
        return Err(Error::Taken("rights_change_number".into()));
    }
    put(&mut tx, access, person, &parents, rights).await?;
    let change = NewChange { municipality: access.municipality, family: access.family, number, person };
    write(&mut tx, change, Some(access.viewer), (&before, rights), now).await?;
    tx.commit().await
}

/// Makes it so. What staff took away, an import does not give back.
async fn put(
    tx: &mut Tx,
    access: &Access,
    person: Id<Person>,
    parents: &HashSet<Id<Person>>,
    rights: &Rights,
) -> Result<(), Error> {
    const PROTECT: &str = "UPDATE person SET address_protected = $2, protected_by_staff = $2
        WHERE id = $1 AND address_protected <> $2";
    const SET: &str =
        "INSERT INTO guardianship (municipality, family, child, adult, custody, may_see, lives_with, by_staff)
        VALUES ($1, $2, $3, $4, $5, $6, $7, TRUE)
        ON CONFLICT (child, adult) DO UPDATE SET custody = excluded.custody, may_see = excluded.may_see,
            lives_with = excluded.lives_with, by_staff = guardianship.by_staff
                OR guardianship.custody <> excluded.custody OR guardianship.may_see <> excluded.may_see";
    within!(&mut *tx, on => {
        sqlx::query(PROTECT).bind(person).bind(rights.protected).execute(on).await?;
    });
    for adult in parents {
        let now = rights.of(*adult);
        within!(&mut *tx, on => {
            sqlx::query(SET)
                .bind(access.municipality)
                .bind(access.family)
                .bind(person)
                .bind(*adult)
                .bind(now.is_some_and(|one| one.custody))
                .bind(now.is_some_and(|one| one.may_see))
                .bind(now.is_some_and(|one| one.lives_with))
                .execute(on)
                .await?;
        });
    }
    Ok(())
}

/// Waits until nobody else changes rights in this family, and gives the next number.
async fn take_turn(tx: &mut Tx, family: Id<Family>) -> Result<i64, Error> {
    const TURN: &str = "UPDATE family SET name = name WHERE id = $1";
    const NEXT: &str = "SELECT COALESCE(MAX(number), 0) + 1 FROM rights_change WHERE family = $1";
    Ok(within!(tx, on => {
        sqlx::query(TURN).bind(family).execute(&mut *on).await?;
        sqlx::query_scalar(NEXT).bind(family).fetch_one(on).await?
    }))
}

/// So many people are asked about in one statement.
const CHUNK: usize = 200;

/// What is written down about these people now.
pub(super) async fn standing(tx: &mut Tx, people: &[Id<Person>]) -> Result<Standing, Error> {
    const PEOPLE: &str = "SELECT id, family, address_protected FROM person WHERE family IS NOT NULL AND id IN ";
    const ADULTS: &str = "SELECT g.child, g.adult, g.custody, g.may_see, g.lives_with
        FROM guardianship g JOIN person a ON a.id = g.adult WHERE a.left_at IS NULL AND g.child IN ";
    let mut standing = Standing::new();
    for chunk in people.chunks(CHUNK) {
        let people: Vec<PersonRow> = within!(&mut *tx, on => {
            let mut query = QueryBuilder::new(PEOPLE);
            among!(query, chunk);
            query.build_query_as().fetch_all(on).await?
        });
        if !people.is_empty() {
            let adults = within!(&mut *tx, on => {
                let mut query = QueryBuilder::new(ADULTS);
                among!(query, chunk);
                query.build_query_as().fetch_all(on).await?
            });
            standing.extend(gather(people, adults));
        }
    }
    Ok(standing)
}

/// Writes down what an import changed of what stood there before it.
pub(super) async fn write_changes(
    tx: &mut Tx,
    municipality: Id<Municipality>,
    before: Standing,
    now: Moment,
) -> Result<(), Error> {
    let mut people: Vec<_> = before.keys().copied().collect();
    people.sort_unstable();
    let after = standing(tx, &people).await?;
    for person in people {
        let (Some((family, before)), Some((_, after))) = (before.get(&person), after.get(&person)) else { continue };
        if before != after {
            let number = take_turn(tx, *family).await?;
            let change = NewChange { municipality, family: *family, number, person };
            write(tx, change, None, (before, after), now).await?;
        }
    }
    Ok(())
}

/// Whose rights change, and as which change of the family.
struct NewChange {
    municipality: Id<Municipality>,
    family: Id<Family>,
    number: i64,
    person: Id<Person>,
}

async fn write(
    tx: &mut Tx,
    change: NewChange,
    author: Option<Id<Person>>,
    (before, after): (&Rights, &Rights),
    now: Moment,
) -> Result<(), Error> {
    const WRITE: &str = "INSERT INTO rights_change
            (id, municipality, family, number, person, author, made_at, rights_before, rights_after)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)";
    within!(tx, on => {
        sqlx::query(WRITE)
            .bind(Id::<RightsChange>::fresh(now))
            .bind(change.municipality)
            .bind(change.family)
            .bind(change.number)
            .bind(change.person)
            .bind(author)
            .bind(now)
            .bind(RightsColumn(before.clone()))
            .bind(RightsColumn(after.clone()))
            .execute(on)
            .await?;
    });
    Ok(())
}

//! The ground the rest stands on, and that nothing of the store goes untested.

use std::{fs, path::Path};

use app::{
    domain::{family::Family, id::Id},
    store::{self, Db},
};

use crate::{
    cast::{NOW, cast},
    ground::{Ground, number, on_both, run},
};

fn sources(folder: &str) -> String {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(folder);
    let files = fs::read_dir(&folder).expect("a folder");
    files.map(|file| fs::read_to_string(file.expect("a file").path()).expect("a source")).collect()
}

/// The public async functions of a source with how a test must call them.
fn calls_of(source: &str) -> Vec<[String; 2]> {
    source
        .lines()
        .filter_map(|line| {
            let name = line.trim_start().strip_prefix("pub async fn ")?.split(['(', '<']).next()?;
            let free = !line.starts_with(' ');
            Some(if free {
                [format!("store::{name}("), format!("store::{name}(")]
            } else {
                [format!("::{name}("), format!(".{name}(")]
            })
        })
        .collect()
}

#[test]
fn every_function_of_the_store_is_called_by_the_suite() {
    let (calls, suite) = (calls_of(&sources("src/store")), sources("tests/store"));
    let untested: Vec<_> = calls.iter().filter(|ways| !ways.iter().any(|way| suite.contains(way))).collect();
    assert!(untested.is_empty(), "nothing here calls {untested:?}");
    assert!(calls.len() > 40, "only {} functions were found", calls.len());
    let unheard_of = concat!("pub async fn un", "heard_of(db: &Db) {}\n    pub async fn un", "said(&self) {}");
    let unheard_of = calls_of(unheard_of);
    assert_eq!(unheard_of.len(), 2);
    assert!(unheard_of.iter().flatten().all(|way| !suite.contains(way)), "the rule can fail");
}

#[tokio::test]
async fn a_database_is_ready_when_every_migration_is_in_it_and_migrating_twice_is_fine() {
    on_both(async |db: Ground| {
        assert!(db.is_ready().await.expect("it answers"));
        db.migrate().await.expect("again");
        assert!(db.is_ready().await.expect("it answers"));
        run!(db, "DELETE FROM _sqlx_migrations").expect("forgotten");
        assert!(!db.is_ready().await.expect("it answers"));
        run!(db, "DROP TABLE _sqlx_migrations").expect("dropped");
        assert!(db.is_ready().await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_database_that_is_not_there_is_an_error_and_no_panic() {
    let nowhere = Path::new("/dev/null/no/such/folder/file.sqlite");
    assert!(Db::open_sqlite(nowhere).await.is_err());
    assert!(Db::open_postgres("postgres://nobody@127.0.0.1:1/nothing").await.is_err());
    assert!(Db::open_postgres("not an address").await.is_err());
}

#[tokio::test]
async fn a_closed_database_answers_with_an_error() {
    on_both(async |db: Ground| {
        db.close().await;
        assert!(store::municipalities(&db).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn a_row_without_its_family_cannot_be_written_and_a_family_with_rows_cannot_be_lost() {
    on_both(async |db: Ground| {
        let town = cast(&db).await.here;
        const HOPE: &str = "INSERT INTO hope (id, municipality, family, author, words, created_at)
            VALUES ($1, $2, $3, $4, 'Ro', 0)";
        let hope = || Id::<Family>::fresh(NOW);
        let author = town.home().mother;
        run!(db, HOPE, hope(), town.id, town.home().id, author).expect("all there");
        let stranger = Id::<Family>::fresh(NOW);
        assert!(run!(db, HOPE, hope(), town.id, stranger, author).is_err());
        assert!(run!(db, HOPE, hope(), stranger, town.home().id, author).is_err());
        assert!(run!(db, HOPE, hope(), town.id, town.home().id, stranger).is_err());
        assert!(run!(db, "DELETE FROM family WHERE id = $1", town.home().id).is_err());
        assert!(run!(db, "DELETE FROM person WHERE id = $1", author).is_err());
        assert_eq!(number!(db, "SELECT COUNT(*) FROM family"), 4);
    })
    .await;
}

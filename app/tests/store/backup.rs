use std::{os::unix::fs::PermissionsExt, path::Path};

use app::{
    domain::{id::Id, review::NextStep},
    store::{self, Db, Error, SQLITE_FILE},
};

use crate::{
    cast::{NOW, cast, held, item, look, news, reply, send, telling},
    ground::{Behind, Ground, on_both},
};

fn is_sqlite(db: &Ground) -> bool {
    matches!(db.behind, Behind::Sqlite(_))
}

fn files_in(folder: &Path) -> Vec<String> {
    let mut names: Vec<String> = std::fs::read_dir(folder)
        .expect("a folder")
        .map(|entry| entry.expect("a file").file_name().into_string().expect("a name"))
        .collect();
    names.sort();
    names
}

fn unsound(outcome: Result<(), Error>) -> bool {
    matches!(outcome, Err(Error::Unsound(_)))
}

#[tokio::test]
async fn what_was_backed_up_is_there_after_the_restore() {
    on_both(async |db| {
        let copy = db.folder().join("kopi.backup");
        if !is_sqlite(&db) {
            let outcome = store::back_up(&db, &copy).await;
            assert!(matches!(&outcome, Err(Error::Unsound(why)) if why.contains("pg_dump")), "{outcome:?}");
            assert!(!copy.exists());
            return;
        }
        let town = cast(&db).await.here;
        let home = town.home();
        let before = send(&db, home.mother, home.id, 1, NOW).await;
        store::back_up(&db, &copy).await.expect("a backup beside a living server");
        send(&db, home.mother, home.id, 5, NOW.plus_days(1)).await;

        let elsewhere = db.folder().join("nyt");
        std::fs::create_dir(&elsewhere).expect("a folder");
        let target = elsewhere.join(SQLITE_FILE);
        store::restore(&copy, &target).await.expect("restored");
        assert_eq!(files_in(&elsewhere), [SQLITE_FILE], "nothing is left beside it");
        let restored = Db::open_sqlite(&target).await.expect("it opens");
        assert!(restored.is_ready().await.expect("it answers"));
        let mother = look(&restored, home.mother, home.id).await;
        let latest = news(&restored, &mother).await.last.expect("a check-in");
        assert_eq!((latest.id, latest.score), (before, 20));
        assert_eq!(held(&restored, town.primary).await, [item(before)], "and it stands where it stood");
        let reader = look(&restored, town.primary, home.id).await;
        store::review(&restored, &reader, item(before), &reply(NextStep::Call, None), NOW).await.expect("closed");
        store::send(&restored, &mother, Id::fresh(NOW), &telling([3; 5]), NOW).await.expect("it can be written to");
        restored.close().await;
        assert_eq!(files_in(db.folder()).iter().filter(|name| name.starts_with("kopi")).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_backup_never_writes_over_a_file() {
    on_both(async |db| {
        if !is_sqlite(&db) {
            return;
        }
        let copy = db.folder().join("kopi.backup");
        std::fs::write(&copy, "ældre").expect("a file");
        assert!(unsound(store::back_up(&db, &copy).await));
        assert_eq!(std::fs::read_to_string(&copy).expect("a file"), "ældre");
    })
    .await;
}

#[tokio::test]
async fn a_backup_that_fails_leaves_no_file_behind() {
    on_both(async |db| {
        if !is_sqlite(&db) {
            return;
        }
        let copy = db.folder().join("kopi.backup");
        db.close().await;
        assert!(store::back_up(&db, &copy).await.is_err());
        assert!(!copy.exists());
    })
    .await;
}

#[tokio::test]
async fn only_its_owner_reads_a_backup() {
    on_both(async |db| {
        if !is_sqlite(&db) {
            return;
        }
        let copy = db.folder().join("kopi.backup");
        store::back_up(&db, &copy).await.expect("a backup");
        assert_eq!(std::fs::metadata(&copy).expect("a file").permissions().mode() & 0o777, 0o600);
    })
    .await;
}

#[tokio::test]
async fn a_restore_never_writes_over_a_database_or_beside_what_is_left_of_one() {
    on_both(async |db| {
        if !is_sqlite(&db) {
            return;
        }
        let copy = db.folder().join("kopi.backup");
        store::back_up(&db, &copy).await.expect("a backup");
        for left in ["", "-wal", "-shm", "-journal"] {
            let folder = db.folder().join(format!("mappe{left}"));
            std::fs::create_dir(&folder).expect("a folder");
            let there = folder.join(format!("{SQLITE_FILE}{left}"));
            std::fs::write(&there, "ældre").expect("a file");
            let outcome = store::restore(&copy, &folder.join(SQLITE_FILE)).await;
            let named = there.display().to_string();
            assert!(matches!(&outcome, Err(Error::Unsound(why)) if why.contains(&named)), "{left}: {outcome:?}");
            assert_eq!(std::fs::read_to_string(&there).expect("a file"), "ældre");
            assert_eq!(files_in(&folder).len(), 1);
        }
    })
    .await;
}

#[tokio::test]
async fn what_is_no_sound_backup_is_refused() {
    on_both(async |db| {
        if !is_sqlite(&db) {
            return;
        }
        cast(&db).await;
        let good = db.folder().join("god.backup");
        store::back_up(&db, &good).await.expect("a backup");
        let bytes = std::fs::read(&good).expect("a file");
        let mut torn = bytes.clone();
        torn[4096..16384].fill(0xa5);
        let foreign = db.folder().join("fremmed.backup");
        Db::open_sqlite(&foreign).await.expect("an empty database").close().await;
        let files = [
            ("tom", vec![]),
            ("tekst", b"Dette er ikke en database".to_vec()),
            ("kort", bytes[..bytes.len() / 2].to_vec()),
            ("revet", torn),
        ];
        let mut damaged = vec![foreign, db.folder().join("findes-ikke"), db.folder().to_path_buf()];
        for (name, bytes) in files {
            let file = db.folder().join(name);
            std::fs::write(&file, bytes).expect("a file");
            damaged.push(file);
        }
        let target = db.folder().join("maal.sqlite");
        for file in damaged {
            let outcome = store::restore(&file, &target).await;
            assert!(matches!(outcome, Err(Error::Unsound(_))), "{}: {outcome:?}", file.display());
        }
        assert!(!files_in(db.folder()).iter().any(|name| name.starts_with("maal")));
        store::restore(&good, &target).await.expect("the sound one");
    })
    .await;
}

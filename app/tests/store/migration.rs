//! A database of the version before comes with all that is in it.

use app::{
    domain::{
        checkin::CheckIn,
        family::{Family, Municipality},
        id::Id,
        person::Person,
        review::NextStep,
    },
    store::{self, Db},
};
use sqlx::{AssertSqlSafe, ConnectOptions as _, migrate::Migrator};

use crate::{
    cast::{HOUR, NOW, at, cast, held, item, items, look, send},
    ground::{Behind, Ground, number, on_both, on_both_without_tables, rows, run},
};

/// Makes the tables as the first version had them.
async fn first_version(db: &Ground) {
    let kind = if matches!(db.behind, Behind::Sqlite(_)) { "sqlite" } else { "postgres" };
    let all = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("migrations").join(kind);
    let first = db.folder().join("first");
    std::fs::create_dir(&first).expect("a folder");
    let files = std::fs::read_dir(all).expect("the migrations").map(|file| file.expect("a file"));
    for file in files.filter(|file| file.file_name().to_string_lossy().starts_with("0001_")) {
        std::fs::copy(file.path(), first.join(file.file_name())).expect("copied");
    }
    let migrator = Migrator::new(first).await.expect("one migration");
    assert_eq!(migrator.iter().count(), 1);
    match &db.behind {
        Behind::Sqlite(on) => migrator.run(on).await,
        Behind::Postgres(on) => migrator.run(on).await,
    }
    .expect("the first version");
}

struct Old {
    family: Id<Family>,
    mother: Id<Person>,
    adviser: Id<Person>,
    second: Id<Person>,
    low: Id<CheckIn>,
    calls: Id<CheckIn>,
    fine: Id<CheckIn>,
    read: Id<CheckIn>,
}

async fn old_data(db: &Ground) -> Old {
    let town = Id::<Municipality>::fresh(NOW);
    let old = Old {
        family: Id::fresh(NOW),
        mother: Id::fresh(NOW),
        adviser: Id::fresh(NOW),
        second: Id::fresh(NOW),
        low: Id::fresh(NOW),
        calls: Id::fresh(NOW),
        fine: Id::fresh(NOW),
        read: Id::fresh(NOW),
    };
    run!(db, "INSERT INTO municipality (id, name, zone) VALUES ($1, 'Holmby', 'Europe/Copenhagen')", town)
        .expect("a municipality");
    const FAMILY: &str =
        "INSERT INTO family (id, municipality, number, name, created_at) VALUES ($1, $2, 'F1', 'Holm', 0)";
    run!(db, FAMILY, old.family, town).expect("a family");
    const PERSON: &str = "INSERT INTO person (id, municipality, family, role, name, language, created_at)
        VALUES ($1, $2, $3, $4, $5, 'da', 0)";
    run!(db, PERSON, old.mother, town, Some(old.family), "parent", "Mette Holm").expect("a parent");
    for (nth, (person, part)) in [(old.adviser, "primary"), (old.second, "secondary")].into_iter().enumerate() {
        run!(db, PERSON, person, town, None::<Id<Family>>, "adviser", format!("Anna {nth}")).expect("an adviser");
        const PART: &str = "INSERT INTO team_member (id, municipality, family, person, part, since)
            VALUES ($1, $2, $3, $4, $5, 0)";
        run!(db, PART, Id::<Person>::fresh(NOW), town, old.family, person, part).expect("a part");
    }
    const CHECK_IN: &str = "INSERT INTO check_in
            (id, municipality, family, person, instrument, version, score, call_me, words, sent_at, reviewed_at)
        VALUES ($1, $2, $3, $4, 'who5', 1, $5, $6, 'Ord', $7, $8)";
    for (nth, (id, score, call_me)) in
        [(old.read, 60_i64, false), (old.low, 32, false), (old.calls, 80, true), (old.fine, 36, false)]
            .into_iter()
            .enumerate()
    {
        let sent = NOW.plus_seconds(i64::try_from(nth).expect("seconds"));
        let reviewed = (id == old.read).then_some(NOW.plus_seconds(HOUR));
        run!(db, CHECK_IN, id, town, old.family, old.mother, score, call_me, sent, reviewed).expect("a check-in");
        for key in ["happy", "calm", "active", "rested", "interest"] {
            const ANSWER: &str =
                "INSERT INTO answer (municipality, family, check_in, item, value) VALUES ($1, $2, $3, $4, 3)";
            run!(db, ANSWER, town, old.family, id, key).expect("an answer");
        }
    }
    const REVIEW: &str = "INSERT INTO review (id, municipality, family, check_in, reviewer, next_step, words, at)
        VALUES ($1, $2, $3, $4, $5, 'call', 'Jeg ringer', $6)";
    run!(db, REVIEW, Id::<Person>::fresh(NOW), town, old.family, old.read, old.adviser, NOW.plus_seconds(HOUR))
        .expect("a review");
    old
}

#[tokio::test]
async fn what_was_unread_stands_in_an_inbox_and_what_was_answered_stays_answered() {
    on_both_without_tables(async |db| {
        first_version(&db).await;
        let old = old_data(&db).await;
        assert!(!db.is_ready().await.expect("it answers"));
        db.migrate().await.expect("the second version");
        assert!(db.is_ready().await.expect("it answers"));

        let later = NOW.plus_seconds(2 * HOUR);
        assert_eq!(number!(db, "SELECT COUNT(*) FROM inbox_item"), 3);
        assert_eq!(store::move_on(&db, later).await.expect("a round"), 3);
        assert_eq!(held(&db, old.adviser).await, [old.low, old.calls, old.fine].map(item));
        assert_eq!(held(&db, old.second).await, [old.low, old.calls].map(item), "the pressing ones");
        for standing in items(&db, old.adviser).await {
            let read_by = if standing.waiting.pressing { "2027-01-18T15:00" } else { "2027-01-20T15:00" };
            assert_eq!(standing.waiting.read_by, at(read_by));
        }

        let mother = look(&db, old.mother, old.family).await;
        let read = store::own(&db, &mother, old.read).await.expect("her own").review.expect("it was read");
        assert_eq!((read.reply.next_step, read.reviewer.as_str()), (NextStep::Call, "Anna 0"));
        assert_eq!((read.reply.by, read.reply.words.expect("words").as_str()), (None, "Jeg ringer"));
        assert_eq!((read.at, read.kept_at), (NOW.plus_seconds(HOUR), Some(NOW.plus_seconds(HOUR))), "nothing is owed");
        assert_eq!(store::told(&db, &mother).await.expect("check-ins").len(), 4);
        assert_eq!(store::answers(&db, &mother).await.expect("answers").len(), 4);
        let opens: Vec<(i64, i64, String, i64)> =
            rows!(db, "SELECT opens, closes, team_meeting, team_meeting_days FROM municipality");
        assert_eq!(opens, [(540, 900, "2026-01-08".to_owned(), 14)], "the usual hours");

        let reader = look(&db, old.adviser, old.family).await;
        for told in [old.low, old.calls, old.fine] {
            let answer = crate::cast::reply(NextStep::Nothing, None);
            store::review(&db, &reader, item(told), &answer, later).await.expect("closed");
        }
        let anew = send(&db, old.mother, old.family, 5, later).await;
        assert_eq!(held(&db, old.adviser).await, [item(anew)]);
        let before = store::own(&db, &mother, anew).await.expect("her own").score_before;
        assert_eq!(before, Some(36));
    })
    .await;
}

#[tokio::test]
async fn what_is_acknowledged_is_on_the_disk_whatever_the_server_thinks() {
    on_both(async |db| {
        assert!(db.waits_for_the_disk().await.expect("an answer"));
        if let Behind::Postgres(behind) = &db.behind {
            let options = behind.connect_options();
            let name = options.get_database().expect("a name");
            run!(db, AssertSqlSafe(format!("ALTER DATABASE {name} SET synchronous_commit = off"))).expect("set");
            let again = Db::open_postgres(options.to_url_lossy().as_str()).await.expect("it opens");
            assert!(again.waits_for_the_disk().await.expect("an answer"));
            again.close().await;
        }
    })
    .await;
}

#[tokio::test]
async fn answers_that_the_program_cannot_name_are_found() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        send(&db, home.mother, home.id, 3, NOW).await;
        assert_eq!(db.unknown_instrument().await.expect("an answer"), None);
        for table in ["check_in", "inbox_item"] {
            let (known, unknown) = ("instrument = 'who5'", "instrument = 'pulse'");
            run!(db, AssertSqlSafe(format!("UPDATE {table} SET {unknown} WHERE {known}"))).expect("another name");
            assert_eq!(db.unknown_instrument().await.expect("an answer").as_deref(), Some("pulse"), "{table}");
            run!(db, AssertSqlSafe(format!("UPDATE {table} SET {known} WHERE {unknown}"))).expect("the old name");
        }
    })
    .await;
}

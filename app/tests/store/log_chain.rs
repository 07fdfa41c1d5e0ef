use std::collections::HashMap;

use app::{
    domain::{
        access::Purpose,
        id::Id,
        log_chain::{Fault, Link, Log, LogKey},
        master_key::MasterKey,
        moment::Moment,
        plan_change::{Content, Entry, NewChange},
        rights::Rights,
    },
    store::{self, Access},
};
use uuid::Uuid;

use crate::{
    cast::{House, NOW, cast, look, look_at, note},
    ground::{Behind, Ground, number, on_both, rows, run},
};

const DAY: i64 = 86_400;

/// What happens in a day: looks at a family, one from the console, a proposal that is answered and one that is not.
async fn a_day(db: &Ground, house: &House, now: Moment) {
    let (town, home) = (&house.here, house.here.home());
    let adviser = look_at(db, town.primary, home.id, now).await;
    let mother = look_at(db, home.mother, home.id, now).await;
    look_at(db, house.there.primary, house.there.home().id, now).await;
    let seen = store::registered(db, &adviser).await.expect("rights");
    let seen =
        seen.iter().find(|registered| registered.person.id == home.son).map_or(0, |registered| registered.number);
    store::set_rights(db, &adviser, home.son, seen, &Rights::new(now == NOW, Vec::new()), now).await.expect("changed");
    Access::from_console(db, town.id, "Holm", Purpose::Export, now).await.expect("a family with that number");
    for (words, answered) in [("Ro om morgenen", true), ("Ro om aftenen", false)] {
        let id = Id::fresh(now);
        let hope = Some(Content::Hope(note(words)));
        let new = NewChange { id, entry: Entry::Hope(Id::fresh(now)), seen: 0, after: hope };
        store::change_plan(db, &adviser, &new, now).await.expect("a proposal");
        if answered {
            store::answer_proposal(db, &mother, id, 0, true, now.plus_seconds(60)).await.expect("an answer");
        }
    }
}

async fn chain(db: &Ground, key: &LogKey, all: bool, now: Moment) -> u64 {
    store::chain_logs(db, key, all, now).await.expect("chained")
}

async fn faults(db: &Ground, key: &LogKey, house: &House) -> Vec<Fault> {
    store::check_logs(db, key, house.here.id, &HashMap::new()).await.expect("checked")
}

/// Takes away what keeps a hand from bending the logs, as whoever owns the database can.
async fn unlock(db: &Ground) {
    for (trigger, table) in [
        ("access_log_kept", "access_log"),
        ("access_log_held", "access_log"),
        ("console_log_kept", "console_log"),
        ("plan_change_kept", "plan_change"),
        ("log_chain_kept", "log_chain"),
        ("log_chain_held", "log_chain"),
    ] {
        let sql = match &db.behind {
            Behind::Sqlite(_) => format!("DROP TRIGGER {trigger}"),
            Behind::Postgres(_) => format!("DROP TRIGGER IF EXISTS {trigger} ON {table}"),
        };
        run!(db, sqlx::AssertSqlSafe(sql.clone())).expect(&sql);
    }
}

async fn links(db: &Ground, house: &House) -> HashMap<i64, Link> {
    let chain = store::chain_after(db, house.here.id, 0).await.expect("the chain");
    chain.into_iter().map(|(chained, _)| (chained.number, chained.link)).collect()
}

#[tokio::test]
async fn every_entry_of_every_log_is_bound_once_and_the_logs_only_grow() {
    on_both(async |db| {
        let house = cast(&db).await;
        let key = LogKey::of(&MasterKey::fresh());
        a_day(&db, &house, NOW).await;
        let written = async || {
            number!(
                db,
                "SELECT (SELECT COUNT(*) FROM access_log) + (SELECT COUNT(*) FROM console_log)
                    + (SELECT COUNT(*) FROM rights_change)
                    + (SELECT COUNT(*) FROM administration_change)
                    + (SELECT COUNT(*) FROM plan_change WHERE state <> 'proposed')"
            )
        };
        let all = written().await;
        assert_eq!(chain(&db, &key, true, NOW).await, all.unsigned_abs());
        assert_eq!(chain(&db, &key, true, NOW).await, 0);
        let later = NOW.plus_seconds(DAY);
        a_day(&db, &house, later).await;
        assert_eq!(chain(&db, &key, false, later).await, (written().await - all).unsigned_abs());
        for municipality in [house.here.id, house.there.id] {
            let chain = store::chain_after(&db, municipality, 0).await.expect("the chain");
            let numbers: Vec<i64> = chain.iter().map(|(chained, _)| chained.number).collect();
            assert_eq!(numbers, Vec::from_iter(1..=i64::try_from(chain.len()).expect("a few")));
            assert!(chain.iter().all(|(_, entry)| entry.is_some()));
            let found = store::check_logs(&db, &key, municipality, &HashMap::new()).await.expect("checked");
            assert_eq!(found, []);
        }
        let others = LogKey::of(&MasterKey::fresh());
        assert_eq!(
            faults(&db, &others, &house).await.len(),
            links(&db, &house).await.len(),
            "another key fits nothing"
        );
        for sql in [
            "UPDATE access_log SET purpose = 'own_pages'",
            "DELETE FROM access_log",
            "UPDATE console_log SET at = 0",
            "DELETE FROM console_log",
            "UPDATE plan_change SET made_at = 0",
            "DELETE FROM plan_change",
            "UPDATE administration_change SET about = NULL",
            "DELETE FROM administration_change",
            "DELETE FROM log_chain",
            "UPDATE log_chain SET number = -number",
        ] {
            assert!(run!(db, sql).is_err(), "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_a_hand_bends_in_the_database_is_found_and_named() {
    on_both(async |db| {
        let house = cast(&db).await;
        let key = LogKey::of(&MasterKey::fresh());
        a_day(&db, &house, NOW).await;
        chain(&db, &key, true, NOW).await;
        unlock(&db).await;
        assert_eq!(faults(&db, &key, &house).await, []);
        let entry = async |purpose: &str| -> (Uuid, i64) {
            let chain = store::chain_after(&db, house.here.id, 0).await.expect("the chain");
            let says = |entry: &Option<app::domain::log_chain::Entry>| {
                entry.as_ref().is_some_and(|entry| {
                    entry.values.iter().any(|(name, value)| *name == "purpose" && value.as_deref() == Some(purpose))
                })
            };
            let (found, _) = chain.into_iter().find(|(_, entry)| says(entry)).expect(purpose);
            (found.entry, found.number)
        };

        let (id, at) = entry("family_page").await;
        let this = Log::number_of(id);
        let purposes: Vec<(String,)> = rows!(db, "SELECT purpose FROM access_log WHERE id = $1", this);
        assert_eq!(purposes[0].0, "family_page");
        for (sql, back) in [
            (
                "UPDATE access_log SET purpose = 'plan' WHERE id = $1",
                "UPDATE access_log SET purpose = 'family_page' WHERE id = $1",
            ),
            ("UPDATE access_log SET at = at + 1 WHERE id = $1", "UPDATE access_log SET at = at - 1 WHERE id = $1"),
        ] {
            run!(db, sql, this).expect(sql);
            assert_eq!(faults(&db, &key, &house).await, [Fault::Edited(Log::Access, id, at)], "{sql}");
            run!(db, back, this).expect(back);
            assert_eq!(faults(&db, &key, &house).await, []);
        }
        let before = links(&db, &house).await;

        let (console, console_at) = entry("export").await;
        run!(db, "UPDATE console_log SET at = 1").expect("edited");
        assert_eq!(faults(&db, &key, &house).await, [Fault::Edited(Log::Console, console, console_at)]);
        run!(db, "UPDATE console_log SET at = $1", NOW.seconds()).expect("put back");

        run!(db, "UPDATE plan_change SET content_after = content_before WHERE state <> 'proposed'").expect("edited");
        let found = faults(&db, &key, &house).await;
        assert!(matches!(found[..], [Fault::Edited(Log::Plan, ..)]), "{found:?}");

        run!(db, "DELETE FROM access_log WHERE id = $1", this).expect("removed");
        assert!(faults(&db, &key, &house).await.contains(&Fault::Removed(Log::Access, id, at)));
        run!(db, "DELETE FROM log_chain WHERE number = $1", at).expect("removed from the chain too");
        let found = faults(&db, &key, &house).await;
        assert!(found.contains(&Fault::Gap(at, at)), "{found:?}");
        assert!(!found.iter().any(|fault| matches!(fault, Fault::Removed(..))), "{found:?}");

        let newest = before.keys().copied().max().expect("links");
        run!(db, "DELETE FROM log_chain WHERE number >= $1", newest - 1).expect("the end removed");
        let found = store::check_logs(&db, &key, house.here.id, &before).await.expect("checked");
        for number in [newest - 1, newest] {
            assert!(found.contains(&Fault::NotAsCopied(number)), "{found:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn entries_that_change_places_or_are_put_in_before_others_are_found() {
    on_both(async |db| {
        let house = cast(&db).await;
        let key = LogKey::of(&MasterKey::fresh());
        look(&db, house.here.primary, house.here.home().id).await;
        a_day(&db, &house, NOW.plus_seconds(DAY)).await;
        chain(&db, &key, true, NOW.plus_seconds(DAY)).await;
        unlock(&db).await;
        // After all others, and before them.
        for number in [1_000_000, -7] {
            let put_in = [
                "INSERT INTO access_log (id, municipality, family, person, relation, purpose, at)",
                match db.behind {
                    Behind::Sqlite(_) => "",
                    Behind::Postgres(_) => "OVERRIDING SYSTEM VALUE",
                },
                "SELECT $1, municipality, family, person, relation, purpose, at FROM access_log ORDER BY id LIMIT 1",
            ];
            run!(db, sqlx::AssertSqlSafe(put_in.join(" ")), number).expect("put in");
            assert_eq!(faults(&db, &key, &house).await, [Fault::Unchained(Log::Access, Log::id_of(number))]);
            run!(db, "DELETE FROM access_log WHERE id = $1", number).expect("taken out");
        }

        run!(
            db,
            "UPDATE log_chain SET number = -number WHERE number IN (2, 3) AND municipality = $1",
            house.here.id.uuid()
        )
        .expect("taken out");
        for (from, to) in [(-2, 3), (-3, 2)] {
            run!(db, "UPDATE log_chain SET number = $1 WHERE number = $2", to, from).expect("put in");
        }
        let found = faults(&db, &key, &house).await;
        assert_eq!(found.len(), 3, "both, and the one after them: {found:?}");
    })
    .await;
}

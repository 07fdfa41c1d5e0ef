//! The invented municipality: the same each time, complete, and possible.

use std::collections::{BTreeSet, HashMap};

use app::{
    domain::{
        checkin::{Level, instrument, who5::WHO5},
        moment::{Moment, WallTime, Zone},
        words::Title,
    },
    store::{Batch, NewFamily, found_municipality, load},
};
use chrono::NaiveDateTime;
use chrono_tz::Europe::Copenhagen;
use server::demo::{Cast, Error, demo};
use uuid::Uuid;

use crate::databases::{Database, each, rows};

/// That time in Denmark. Summer time begins on 29 March 2026 and ends on 25 October.
fn at(local: &str) -> Moment {
    let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").expect("a time");
    WallTime::new(local, Copenhagen).expect("it exists").instant()
}

async fn count(database: &Database, sql: &str) -> i64 {
    let counted: Vec<(i64,)> = rows!(database, sql);
    counted[0].0
}

/// How many rows a statement finds that must find none.
async fn assert_none(database: &Database, rows_of: &str) {
    assert_eq!(count(database, &format!("SELECT COUNT(*) FROM {rows_of}")).await, 0, "{rows_of}");
}

async fn person_of(database: &Database, cast: &Cast) -> (String, Option<Uuid>, String) {
    let people: Vec<(Uuid, String, Option<Uuid>, String)> =
        rows!(database, "SELECT id, role, family, name FROM person");
    let found = people.into_iter().find(|(id, ..)| *id == cast.person.uuid()).expect("the cast is in the database");
    (found.1, found.2, found.3)
}

#[tokio::test]
async fn the_same_families_seed_and_day_give_the_same_rows() {
    let dumps = |times: [&'static str; 2], seeds: [u64; 2]| async move {
        let [first, second] = [std::sync::Mutex::new(Vec::new()), std::sync::Mutex::new(Vec::new())];
        for (dumps, time, seed) in [(&first, times[0], seeds[0]), (&second, times[1], seeds[1])] {
            each(async |database| {
                demo(&database.db, 30, seed, at(time)).await.expect("a demo");
                let dump = database.dump().await;
                dumps.lock().expect("no test failed").push(dump);
            })
            .await;
        }
        (first.into_inner().expect("no test failed"), second.into_inner().expect("no test failed"))
    };
    let (morning, evening) = dumps(["2026-03-20 00:00", "2026-03-20 23:59"], [7, 7]).await;
    assert!(morning == evening, "the hour of the day changes rows");
    let (one, other) = dumps(["2026-03-20 12:00", "2026-03-21 12:00"], [7, 8]).await;
    assert!(one == morning);
    for (one, other) in one.iter().zip(&other) {
        let one: BTreeSet<&String> = one.iter().collect();
        assert!(other.iter().all(|row| !one.contains(row)), "another seed on another day shares a row");
    }
}

/// The parts of the cast, in their order.
pub(crate) const CAST: [&str; 8] = [
    "parent",
    "other_parent",
    "contact_person",
    "adviser",
    "second_adviser",
    "project_lead",
    "administrator",
    "second_administrator",
];

#[tokio::test]
async fn the_cast_is_complete_and_in_its_parts() {
    each(async |database| {
        let cast = demo(&database.db, 40, 7, at("2026-03-20 08:15")).await.expect("a demo");
        let roles: Vec<&str> = cast.iter().map(|cast| cast.role).collect();
        assert_eq!(roles, CAST);
        let mut families = BTreeSet::new();
        for (cast, role) in cast.iter().zip([
            "parent",
            "parent",
            "contact_person",
            "adviser",
            "adviser",
            "project_lead",
            "administrator",
            "administrator",
        ]) {
            let (is, family, name) = person_of(database, cast).await;
            assert_eq!((is.as_str(), name.as_str()), (role, cast.name.as_str()));
            assert_eq!(family.is_some(), role == "parent");
            families.extend(family);
        }
        assert_eq!(families.len(), 1, "both parents are of one family");
        let family = families.pop_first().expect("a family");

        let team: Vec<(Uuid, Uuid, String)> = rows!(database, "SELECT family, person, part FROM team_member");
        let part = |cast: &Cast| -> Vec<&str> {
            let of_cast = team.iter().filter(|(of, person, _)| *of == family && *person == cast.person.uuid());
            of_cast.map(|(_, _, part)| part.as_str()).collect()
        };
        assert_eq!(part(&cast[2]), ["contact_person"]);
        assert_eq!(part(&cast[3]), ["primary"]);
        assert_eq!(part(&cast[4]), ["secondary"]);
        assert!(part(&cast[5]).is_empty());

        let serialised = serde_json::to_value(&cast[0]).expect("json");
        assert_eq!(serialised, serde_json::json!({ "role": "parent", "name": "Amina Solsort" }));
    })
    .await;
}

#[tokio::test]
async fn the_first_family_has_a_story_to_tell() {
    each(async |database| {
        let now = at("2026-03-28 08:15");
        let cast = demo(&database.db, 5, 7, now).await.expect("a demo");
        let (parent, other_parent) = (cast[0].person.uuid(), cast[1].person.uuid());
        let family = person_of(database, &cast[0]).await.1.expect("a family");

        let meetings: Vec<(Uuid, Uuid, String, i64, String, Option<String>)> =
            rows!(database, "SELECT id, family, starts_local, starts_at, place, bring FROM meeting ORDER BY starts_at");
        let meetings: Vec<_> = meetings.into_iter().filter(|meeting| meeting.1 == family).collect();
        let coming: Vec<_> = meetings.iter().filter(|meeting| meeting.3 > now.seconds()).collect();
        assert_eq!((meetings.len(), coming.len()), (7, 3));
        assert_eq!((coming[0].2.as_str(), coming[0].4.as_str()), ("2026-03-29T10:00", "home"));
        assert!(coming[0].5.is_some(), "there is something to bring");
        let participants: Vec<(Uuid, Uuid)> = rows!(database, "SELECT meeting, person FROM participant");
        let tomorrow: BTreeSet<Uuid> =
            participants.iter().filter(|(meeting, _)| *meeting == coming[0].0).map(|(_, person)| *person).collect();
        assert_eq!(tomorrow, BTreeSet::from([cast[2].person.uuid(), cast[3].person.uuid()]));

        let goals: Vec<(Uuid, Uuid, String)> = rows!(database, "SELECT id, family, state FROM goal ORDER BY position");
        let goals: Vec<_> = goals.into_iter().filter(|(_, of, _)| *of == family).collect();
        let states: Vec<&str> = goals.iter().map(|(_, _, state)| state.as_str()).collect();
        assert_eq!(states, ["live", "live", "live", "waiting", "reached"]);
        let steps: Vec<(Uuid, Option<i64>)> = rows!(database, "SELECT goal, done_at FROM step");
        for (goal, _, state) in &goals {
            let done: Vec<bool> =
                steps.iter().filter(|(of, _)| of == goal).map(|(_, done_at)| done_at.is_some()).collect();
            assert!(done.len() >= 2);
            assert_eq!(done.contains(&true), state != "waiting");
            assert_eq!(done.contains(&false), state != "reached");
        }

        let hopes: Vec<(Uuid, Uuid)> = rows!(database, "SELECT family, author FROM hope");
        assert_eq!(hopes.iter().filter(|(of, _)| *of == family).count(), 3);

        let rights: Vec<(Uuid, Uuid, bool)> = rows!(database, "SELECT child, adult, may_see FROM guardianship");
        let of = |adult: Uuid| -> BTreeSet<Uuid> {
            rights.iter().filter(|(_, of, may_see)| *of == adult && *may_see).map(|(child, ..)| *child).collect()
        };
        assert_eq!((of(parent).len(), of(other_parent).len()), (3, 2));
        assert!(of(other_parent).is_subset(&of(parent)));

        let consents: Vec<(Uuid, Uuid, String, i64)> =
            rows!(database, "SELECT family, recipient, item, ends_at FROM consent");
        let shared: Vec<_> = consents.iter().filter(|consent| consent.0 == family).collect();
        let days = (shared[0].3 - now.seconds()) / 86_400;
        assert_eq!((shared.len(), shared[0].1, shared[0].2.as_str()), (1, cast[2].person.uuid(), "meetings"));
        assert!((88..=90).contains(&days), "it ends in 90 days");
        let team: Vec<(Uuid, Uuid)> = rows!(database, "SELECT family, person FROM team_member");
        let coached: Vec<bool> = team
            .iter()
            .filter(|(_, person)| *person == cast[2].person.uuid())
            .map(|(of, _)| consents.iter().any(|consent| consent.0 == *of))
            .collect();
        assert!(coached.contains(&true) && coached.contains(&false), "some families shared, some did not");
    })
    .await;
}

#[tokio::test]
async fn one_parent_is_due_and_the_other_waits_to_be_read() {
    each(async |database| {
        let now = at("2026-11-04 08:15");
        let cast = demo(&database.db, 1, 7, now).await.expect("a demo");
        let sent: Vec<(Uuid, i64, i64, Option<i64>)> =
            rows!(database, "SELECT person, score, sent_at, reviewed_at FROM check_in ORDER BY sent_at DESC");
        let of = |cast: &Cast| -> Vec<_> {
            sent.iter().filter(|check_in| check_in.0 == cast.person.uuid()).cloned().collect()
        };
        let (parent, other_parent) = (of(&cast[0]), of(&cast[1]));
        assert_eq!((now.seconds() - parent[0].2) / 86_400, 34, "five weeks ago in the evening");
        assert!(parent.iter().all(|check_in| check_in.3.is_some()));
        let answers: Vec<(Uuid, Option<String>)> = rows!(
            database,
            "SELECT c.person, r.words FROM review r JOIN check_in c ON c.id = r.check_in ORDER BY r.at"
        );
        let answer = answers.iter().rfind(|(person, _)| *person == cast[0].person.uuid());
        assert!(answer.is_some_and(|(_, words)| words.is_some()), "the last one was read with words");
        let level = WHO5.level.expect("levels");
        assert_eq!(level(other_parent[0].1), Level::Low);
        assert!(now.seconds() - other_parent[0].2 < 86_400);
        let unread: Vec<bool> = other_parent.iter().map(|check_in| check_in.3.is_none()).collect();
        assert_eq!(unread, [true, false, false, false, false]);
    })
    .await;
}

#[tokio::test]
async fn a_second_run_adds_nothing_and_finds_the_cast() {
    each(async |database| {
        let cast = demo(&database.db, 12, 7, at("2026-03-20 08:15")).await.expect("a demo");
        let before = database.dump().await;
        let again = demo(&database.db, 500, 7, at("2026-05-02 19:00")).await.expect("the same demo");
        assert_eq!(again, cast);
        assert!(database.dump().await == before);
    })
    .await;
}

#[tokio::test]
async fn another_seed_adds_a_municipality_of_its_own() {
    each(async |database| {
        let now = at("2026-03-20 08:15");
        let mut people = BTreeSet::new();
        for seed in [7, 8, u64::MAX] {
            let cast = demo(&database.db, 12, seed, now).await.expect("a demo");
            people.extend(cast.iter().map(|cast| cast.person));
        }
        assert_eq!(people.len(), 24);
        assert_eq!(count(database, "SELECT COUNT(*) FROM municipality").await, 3);
        assert_eq!(count(database, "SELECT COUNT(DISTINCT name) FROM municipality").await, 3);
        assert_eq!(count(database, "SELECT COUNT(*) FROM family").await, 36);
        for (table, column, other) in [
            ("family", "unit", "unit"),
            ("person", "family", "family"),
            ("guardianship", "child", "person"),
            ("guardianship", "adult", "person"),
            ("team_member", "person", "person"),
            ("consent", "recipient", "person"),
            ("consent", "given_by", "person"),
            ("hope", "author", "person"),
            ("goal", "family", "family"),
            ("step", "goal", "goal"),
            ("step", "doer", "person"),
            ("step", "done_by", "person"),
            ("meeting", "family", "family"),
            ("participant", "meeting", "meeting"),
            ("participant", "person", "person"),
            ("check_in", "person", "person"),
            ("answer", "check_in", "check_in"),
            ("review", "check_in", "check_in"),
            ("review", "reviewer", "person"),
        ] {
            let joined = format!("{table} t JOIN {other} o ON o.id = t.{column}");
            assert_none(database, &format!("{joined} WHERE o.municipality <> t.municipality")).await;
            if table != "family" && other != "unit" && other != "family" {
                let of_a_family = "o.family IS NOT NULL AND t.family IS NOT NULL";
                assert_none(database, &format!("{joined} WHERE {of_a_family} AND o.family <> t.family")).await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn real_families_are_never_mixed_with_invented_ones() {
    each(async |database| {
        let now = at("2026-03-20 08:15");
        let name = Title::parse("Nordfjordby Kommune").expect("a name");
        found_municipality(&database.db, &name, Copenhagen, None, None, now).await.expect("a municipality");
        let before = database.dump().await;
        assert!(matches!(demo(&database.db, 12, 7, now).await, Err(Error::RealData)));
        assert!(database.dump().await == before);
    })
    .await;
}

#[tokio::test]
async fn a_demo_that_stopped_half_way_is_not_taken_for_a_whole_one() {
    each(async |database| {
        let now = at("2026-03-20 08:15");
        let name = Title::parse("Eksempelby Kommune (demo 7)").expect("a name");
        let municipality =
            found_municipality(&database.db, &name, Copenhagen, None, Some(7), now).await.expect("a municipality");
        let id = app::domain::id::Id::fresh(now);
        let family = NewFamily { id, unit: None, number: None, name };
        load(&database.db, municipality, &Batch { families: vec![family], ..Batch::default() }, now)
            .await
            .expect("a batch");
        let refused = demo(&database.db, 12, 7, now).await.expect_err("unfinished");
        assert!(refused.to_string().contains("seed 7"), "{refused}");
    })
    .await;
}

#[tokio::test]
async fn families_are_possible_ones() {
    each(async |database| {
        let now = at("2026-03-20 08:15");
        demo(&database.db, 250, 3, now).await.expect("a demo");
        assert_eq!(count(database, "SELECT COUNT(*) FROM family").await, 250);
        assert_eq!(count(database, "SELECT COUNT(*) FROM unit").await, 3);
        for (what, least, most) in [
            ("person o ON o.family = f.id AND o.role = 'parent'", 1, 2),
            ("person o ON o.family = f.id AND o.role = 'child'", 1, 4),
            ("goal o ON o.family = f.id AND o.state = 'live'", 1, 3),
            ("goal o ON o.family = f.id", 1, 5),
            ("hope o ON o.family = f.id", 1, 3),
            ("team_member o ON o.family = f.id", 3, 5),
            (&format!("meeting o ON o.family = f.id AND o.starts_at > {}", now.seconds()), 0, 3),
        ] {
            let counts: Vec<(Uuid, i64)> =
                rows!(database, format!("SELECT f.id, COUNT(o.family) FROM family f LEFT JOIN {what} GROUP BY f.id"));
            let beyond = counts.iter().filter(|(_, count)| !(least..=most).contains(count)).count();
            assert_eq!((counts.len(), beyond), (250, 0), "{what}");
        }
        let loads: Vec<(Uuid, i64)> = rows!(
            database,
            "SELECT person, COUNT(*) FROM team_member WHERE part IN ('primary', 'secondary') GROUP BY person"
        );
        let average = loads.iter().map(|(_, families)| families).sum::<i64>() / loads.len() as i64;
        assert!((13..=16).contains(&average), "an adviser looks after {average} families");
        assert!(loads.iter().all(|(_, families)| (4..=24).contains(families)), "{loads:?}");

        let check_ins = count(database, "SELECT COUNT(*) FROM check_in").await / 250;
        assert!((21..=27).contains(&check_ins), "{check_ins} check-ins a family");
        let unread = count(database, "SELECT COUNT(*) FROM check_in WHERE reviewed_at IS NULL").await;
        assert!((5..=80).contains(&unread), "{unread} unread");
        for language in ["da", "en"] {
            let spoken = format!("SELECT COUNT(*) FROM person WHERE role = 'parent' AND language = '{language}'");
            assert!(count(database, &spoken).await > 20, "{language}");
        }
        assert_none(database, "person WHERE phone NOT LIKE '+450%' OR email NOT LIKE '%@demo.example'").await;
        let orphans = "person c WHERE c.role = 'child' AND NOT EXISTS
            (SELECT 1 FROM guardianship g WHERE g.child = c.id AND g.custody AND g.may_see)";
        assert_none(database, orphans).await;
    })
    .await;
}

#[tokio::test]
async fn nothing_that_has_happened_lies_in_the_future() {
    each(async |database| {
        let now = at("2026-03-20 00:00");
        demo(&database.db, 120, 3, now).await.expect("a demo");
        let now = now.seconds();
        assert_none(database, &format!("check_in WHERE sent_at >= {now} OR reviewed_at >= {now}")).await;
        assert_none(database, &format!("step WHERE done_at >= {now}")).await;
        assert_none(database, &format!("consent WHERE given_at >= {now}")).await;
        assert_none(database, "review r JOIN check_in c ON c.id = r.check_in WHERE r.at < c.sent_at").await;
        assert_none(database, "review r JOIN check_in c ON c.id = r.check_in WHERE r.at <> c.reviewed_at").await;
        let unread = "check_in c LEFT JOIN review r ON r.check_in = c.id
            WHERE (c.reviewed_at IS NULL) <> (r.id IS NULL)";
        assert_none(database, unread).await;
        let readers = "review r WHERE NOT EXISTS (SELECT 1 FROM team_member t
            WHERE t.family = r.family AND t.person = r.reviewer AND t.part IN ('primary', 'secondary'))";
        assert_none(database, readers).await;
    })
    .await;
}

#[tokio::test]
async fn every_score_is_that_of_its_answers_and_knows_the_one_before() {
    each(async |database| {
        demo(&database.db, 120, 3, at("2026-11-04 08:15")).await.expect("a demo");
        type Told = (Uuid, Uuid, String, Option<Uuid>, i64, Option<i64>);
        let told: Vec<Told> =
            rows!(database, "SELECT id, person, instrument, about, score, score_before FROM check_in ORDER BY sent_at");
        let answers: Vec<(Uuid, String, i64)> = rows!(database, "SELECT check_in, item, value FROM answer");
        let mut given: HashMap<Uuid, HashMap<String, i64>> = HashMap::new();
        for (check_in, item, value) in answers {
            given.entry(check_in).or_default().insert(item, value);
        }
        let mut latest: HashMap<(Uuid, String, Option<Uuid>), i64> = HashMap::new();
        for (id, person, key, about, score, score_before) in told {
            let asked = instrument(&key).expect("an instrument");
            let values: Vec<i64> = asked.items.iter().map(|question| given[&id][question.key]).collect();
            assert!(asked.items.iter().zip(&values).all(|(question, value)| question.answers.contains(value)));
            assert_eq!((asked.score)(&values), score, "{key}");
            assert_eq!(score_before, latest.insert((person, key, about), score));
        }
        assert!(latest.len() > 100);
    })
    .await;
}

#[tokio::test]
async fn meetings_keep_their_time_on_the_wall_when_the_clocks_change() {
    each(async |database| {
        for (seed, today) in [(3, "2026-03-20 08:15"), (4, "2026-10-20 08:15")] {
            demo(&database.db, 120, seed, at(today)).await.expect("a demo");
        }
        let meetings: Vec<(Uuid, String, String, i64)> =
            rows!(database, "SELECT family, starts_local, zone, starts_at FROM meeting");
        let mut seconds_to_utc = BTreeSet::new();
        let mut hours: HashMap<Uuid, BTreeSet<String>> = HashMap::new();
        for (family, local, zone, starts_at) in meetings {
            let wall = NaiveDateTime::parse_from_str(&local, "%Y-%m-%dT%H:%M").expect("a wall time");
            let zone: Zone = zone.parse().expect("a zone");
            assert_eq!(WallTime::new(wall, zone).expect("it exists").instant(), Moment::from_seconds(starts_at));
            seconds_to_utc.insert(wall.and_utc().timestamp() - starts_at);
            hours.entry(family).or_default().insert(local[11..].to_owned());
        }
        assert_eq!(seconds_to_utc, BTreeSet::from([3600, 7200]), "there are meetings in winter and in summer");
        let moved = hours.values().filter(|hours| hours.len() > 1).count();
        assert_eq!(moved, 2, "only the two first families meet at several times of day");
    })
    .await;
}

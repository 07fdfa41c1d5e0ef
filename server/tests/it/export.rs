//! What a parent told, looked back on and taken along: the pages, the files, and the command that prints them. Each file
//! is read by software that is not ours.

use std::{
    collections::BTreeMap,
    env,
    io::Write as _,
    process::{Command, Output, Stdio},
};

use app::domain::moment::{Moment, Zone};
use axum::http::StatusCode;
use serde_json::Value;
use uuid::Uuid;

use crate::{
    browser::{Browser, Got, TestApp, at},
    databases::{Database, each, rows},
};

const ZONE: Zone = chrono_tz::Europe::Copenhagen;
const WHO5: &str = "http://fhir.kl.dk/ffinst/Questionnaire/KLToolsCareWHO5";
const WORDS: &str = "=1+1; \"ja\"\nkl.\u{a0}9";

/// Runs the check of `kind` on an export.
fn checked(kind: &str, export: &str) -> Result<Value, String> {
    let python = env::var("TEST_PYTHON")
        .expect("set TEST_PYTHON to a python3 with the packages of server/tests/it/requirements.txt");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/export_check.py");
    let mut check = Command::new(python);
    check.args([script, kind]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut check = check.spawn().expect("TEST_PYTHON starts");
    check.stdin.take().expect("its input").write_all(export.as_bytes()).expect("it reads");
    let Output { status, stdout, stderr } = check.wait_with_output().expect("it ends");
    if status.success() {
        Ok(serde_json::from_slice(&stdout).expect("JSON"))
    } else {
        Err(String::from_utf8(stderr).expect("text"))
    }
}

fn program(database: &Database, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vores-plan"));
    for (variable, _) in env::vars().filter(|(name, _)| name.starts_with("VORES_PLAN_")) {
        command.env_remove(variable);
    }
    command.arg("export").args(database.place()).args(arguments).output().expect("the program starts")
}

fn printed(database: &Database, arguments: &[&str]) -> String {
    let output = program(database, arguments);
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    String::from_utf8(output.stdout).expect("text")
}

/// A check-in as it stands in the database.
#[derive(Debug)]
struct Told {
    instrument: String,
    person: Uuid,
    about: Option<Uuid>,
    score: i64,
    words: Option<String>,
    sent_at: Moment,
    answers: BTreeMap<String, i64>,
}

/// What a family told and what was noted about it, or only what one of its parents told.
async fn truth(database: &Database, parent: Uuid, only: bool) -> BTreeMap<Uuid, Told> {
    type Row = (Uuid, String, Uuid, Option<Uuid>, Option<Uuid>, i64, Option<String>, i64);
    let check_ins: Vec<Row> =
        rows!(database, "SELECT id, instrument, person, about, goal, score, words, sent_at FROM check_in");
    let families: Vec<(Uuid, Uuid)> = rows!(database, "SELECT id, family FROM check_in");
    let families: BTreeMap<_, _> = families.into_iter().collect();
    let answers: Vec<(Uuid, String, i64)> = rows!(database, "SELECT check_in, item, value FROM answer");
    let family = check_ins.iter().find(|row| row.2 == parent).map(|row| families[&row.0]).expect("she told something");
    let of = |id: Uuid| answers.iter().filter(move |row| row.0 == id).map(|row| (row.1.clone(), row.2)).collect();
    check_ins
        .into_iter()
        .filter(|row| if only { row.2 == parent } else { families[&row.0] == family })
        .map(|(id, instrument, person, about, goal, score, words, sent_at)| {
            let (about, sent_at, answers) = (about.or(goal), Moment::from_seconds(sent_at), of(id));
            (id, Told { instrument, person, about, score, words, sent_at, answers })
        })
        .collect()
}

/// The parent's family and its number.
async fn family(database: &Database, app: &TestApp) -> (Uuid, String) {
    let people: Vec<(Uuid, Uuid, String)> =
        rows!(database, "SELECT p.id, f.id, f.number FROM person p JOIN family f ON f.id = p.family");
    let parent = app.person("parent").uuid();
    people.into_iter().find(|row| row.0 == parent).map(|(_, family, number)| (family, number)).expect("her family")
}

/// Everything a parent can tell, and what her adviser notes about her and a child of hers.
async fn tell_everything(app: &TestApp, database: &Database) {
    let mut parent = app.sign_in("parent").await;
    let words = "%3D1%2B1%3B+%22ja%22%0D%0Akl.%C2%A09";
    tell(&mut parent, "/check-in/who5", &format!("happy=5&calm=3&active=2&rested=0&interest=4&words={words}")).await;
    tell(&mut parent, "/check-in/work", "energy=1&search=2&knowledge=3&together=4&direction=5&belief=6").await;
    for (instrument, answers) in
        [("child", "school=7&friends=0&leisure=10&home=5&words=Godt"), ("step_up", "now=4&words=Et+trin")]
    {
        let choose = parent.get(&format!("/check-in/{instrument}")).await;
        let address =
            choose.values("href", &format!("/check-in/{instrument}/")).first().expect("one to choose").clone();
        tell(&mut parent, &address, answers).await;
    }
    let mut adviser = app.sign_in("adviser").await;
    let family = family(database, app).await.0.simple();
    let list = adviser.get(&format!("/families/{family}/records")).await;
    let [belief, sdq] = ["belief", "sdq"].map(|instrument| {
        let begin = format!("/families/{family}/records/{instrument}/");
        list.values("href", &begin).first().expect("one to note about").clone()
    });
    tell(&mut adviser, &belief, "job=8").await;
    let totals = "emotional=1&conduct=2&hyperactivity=3&peer=4&prosocial=9&informant=1&norms=2";
    tell(&mut adviser, &sdq, totals).await;
}

async fn tell(browser: &mut Browser, address: &str, answers: &str) {
    let page = browser.get(address).await;
    let form = format!("id={}&version={}&{answers}", page.hidden("id"), page.hidden("version"));
    let sent = browser.post(address, &form).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER, "{address}: {}", sent.text());
}

/// Holds what a reader found in a bundle against what stands in the database.
fn compare(found: &Value, told: &BTreeMap<Uuid, Told>) {
    let found = found.as_object().expect("by check-in");
    let keys: Vec<String> = told.keys().map(ToString::to_string).collect();
    assert_eq!(found.keys().cloned().collect::<Vec<_>>(), keys);
    for (id, told) in told {
        let found = &found[&id.to_string()];
        let mut answers: BTreeMap<String, Value> =
            told.answers.iter().map(|(item, value)| (item.clone(), (*value).into())).collect();
        let is_who5 = told.instrument == "who5";
        if let Some(words) = &told.words {
            let link = if is_who5 { "who5comment" } else { "words" };
            answers.insert(link.into(), words.replace('\u{a0}', " ").into());
        }
        assert_eq!(found["answers"], serde_json::json!(answers), "{told:?}");
        assert_eq!(found["at"], told.sent_at.with_offset(ZONE));
        assert_eq!(found["score"].as_i64(), is_who5.then_some(told.score), "{told:?}");
        let ours = format!("urn:x-vores-plan:questionnaire:{}|1", told.instrument);
        assert_eq!(found["questionnaire"], if is_who5 { WHO5 } else { &ours });
        assert_eq!(found["source"]["id"], told.person.to_string());
        assert_eq!(found["subject"]["id"], told.about.unwrap_or(told.person).to_string());
        let kinds = match told.instrument.as_str() {
            "who5" | "work" => ["Patient", "Patient"],
            "child" => ["Patient", "RelatedPerson"],
            "step_up" => ["Goal", "Patient"],
            _ => ["Patient", "Practitioner"],
        };
        assert_eq!([&found["subject"]["type"], &found["source"]["type"]], kinds);
    }
}

#[tokio::test]
async fn fhir_of_a_parent_and_of_the_console_says_what_was_told() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        tell_everything(&app, database).await;
        let person = app.person("parent").uuid();
        let file = app.sign_in("parent").await.get("/check-ins/answers.json").await;
        let own = truth(database, person, true).await;
        assert!(own.values().any(|told| told.words.as_deref() == Some(WORDS)));
        let instruments = |told: &BTreeMap<Uuid, Told>| {
            let mut instruments: Vec<_> = told.values().map(|told| told.instrument.clone()).collect();
            instruments.sort();
            instruments.dedup();
            instruments
        };
        assert_eq!(instruments(&own), ["child", "step_up", "who5", "work"]);
        compare(&checked("fhir", &file.body).expect("sound FHIR"), &own);

        let all = truth(database, person, false).await;
        assert_eq!(instruments(&all), ["belief", "child", "sdq", "step_up", "who5", "work"]);
        assert!(all.len() > own.len() + 2, "the other parent told something too");
        let (_, number) = family(database, &app).await;
        let print = printed(database, &["--family", &number, "--format", "fhir"]);
        compare(&checked("fhir", &print).expect("sound FHIR"), &all);
        for name in app.cast.values().map(|person| person.name.as_str()) {
            assert!(!file.body.contains(name) && !print.contains(name), "{name} is named");
        }
    })
    .await;
}

#[tokio::test]
async fn the_reader_of_fhir_takes_nothing_that_is_unsound() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        tell_everything(&app, database).await;
        let file = app.sign_in("parent").await.get("/check-ins/answers.json").await;
        let sound: Value = serde_json::from_str(&file.body).expect("JSON");
        let place = |kind: &str, has: &str| {
            let mut entries = sound["entry"].as_array().expect("entries").iter();
            let found = entries.position(|entry| {
                entry["resource"]["resourceType"] == kind && entry["resource"].to_string().contains(has)
            });
            format!("/entry/{}/resource", found.expect("an entry"))
        };
        let (who5, score) = (place("QuestionnaireResponse", "who5comment"), place("Observation", ""));
        for (at, value, why) in [
            (format!("{who5}/status"), Value::Null, "status"),
            (format!("{who5}/authored"), "2026-11-23T09:00:00".into(), "authored"),
            (format!("{who5}/authored"), "2026-11-23".into(), "offset"),
            (format!("{who5}/item/0/answer/0/valueCoding/system"), "http://loinc.org".into(), "code system"),
            (format!("{who5}/item/0/linkId"), "sad".into(), "five questions"),
            (format!("{who5}/item/0/answer/0"), serde_json::json!({"valueNumber": 5}), "valueNumber"),
            (format!("{who5}/item"), serde_json::json!([]), ""),
            (format!("{who5}/subject"), serde_json::json!({"display": "Amina"}), "named"),
            (format!("{score}/valueQuantity/value"), 99.into(), "score is wrong"),
            (format!("{score}/valueQuantity/value"), "high".into(), "value"),
            (format!("{score}/derivedFrom/0/reference"), "urn:uuid:0".into(), "nothing in the bundle"),
            (format!("{score}/code/coding/0/code"), "1".into(), "WHO-5"),
            ("/type".into(), "batch".into(), "collection"),
        ] {
            let mut wrong = sound.clone();
            *wrong.pointer_mut(&at).expect(&at) = value;
            let told = checked("fhir", &wrong.to_string()).expect_err(&at);
            assert!(told.contains(why), "{at}: {told}");
        }
    })
    .await;
}

/// A day and time as the table has it.
fn danish(at: Moment) -> String {
    at.local(ZONE).format("%d-%m-%Y %H:%M").to_string()
}

#[tokio::test]
async fn the_table_of_a_parent_and_of_the_console_says_what_was_told() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        tell_everything(&app, database).await;
        let person = app.person("parent").uuid();
        let mut parent = app.sign_in("parent").await;
        let danish_file = parent.get("/check-ins/table.csv").await.body;
        parent.post("/me/language", "language=en").await;
        let english_file = parent.get("/check-ins/table.csv").await.body;
        let (_, number) = family(database, &app).await;
        let print = printed(database, &["--family", &number, "--format", "csv"]);
        for (file, only, heads) in [
            (danish_file, true, ["Sendt", "Samlet tal"]),
            (english_file, true, ["Sent", "Score"]),
            (print, false, ["Sendt", "Samlet tal"]),
        ] {
            let rows: Vec<Vec<String>> =
                serde_json::from_value(checked("csv", &file).expect("a sound table")).expect("rows");
            let mut told: Vec<Told> = truth(database, person, only).await.into_values().collect();
            told.sort_by_key(|told| told.sent_at);
            let [head, lines @ ..] = rows.as_slice() else { panic!("a table without a head") };
            assert_eq!([&head[0], &head[head.len() - 3]], heads);
            let questions = if only { 5 + 6 + 4 + 1 } else { 5 + 6 + 4 + 1 + 1 + 7 };
            assert_eq!(head.len(), 4 + questions + 3);
            assert_eq!(lines.len(), told.len());
            for (line, told) in lines.iter().zip(&told) {
                assert_eq!(line[0], danish(told.sent_at));
            }
            let line_of = |words: &str| lines.iter().find(|line| line[line.len() - 2] == words).expect("her line");
            let line = line_of(&format!("'{WORDS}"));
            assert_eq!(line[4..9], ["5", "3", "2", "0", "4"]);
            assert_eq!(line[1], app.cast["parent"].name.as_str());
            assert_eq!(line[2], "", "about herself");
            assert_eq!(line[9..head.len() - 3].iter().filter(|cell| !cell.is_empty()).count(), 0);
            assert_eq!(line[head.len() - 3], "56");
            assert_eq!(line_of("Godt")[15..19], ["7", "0", "10", "5"]);
            assert_ne!(line_of("Godt")[2], "", "the name of the child");
            let sums = lines.iter().map(|line| line[head.len() - 3].parse::<i64>().expect("a score")).sum::<i64>();
            assert_eq!(sums, told.iter().map(|told| told.score).sum::<i64>());
        }
    })
    .await;
}

#[tokio::test]
async fn the_reader_of_the_table_takes_nothing_that_is_unsound() {
    for (table, why) in [
        ("a;b\r\n1;2\r\n", "mark"),
        ("\u{feff}a;b\r\n1\r\n", "different lengths"),
        ("\u{feff}a;b\n1;2\n", "end"),
        ("\u{feff}a;b\r\n=1;2\r\n", "formula"),
        ("\u{feff}a;b\r\n\"1\"x;2\r\n", "expected"),
    ] {
        let told = checked("csv", table).expect_err(table);
        assert!(told.contains(why), "{table}: {told}");
    }
    assert_eq!(checked("csv", "\u{feff}a;b\r\n1;2\r\n"), Ok(serde_json::json!([["a", "b"], ["1", "2"]])));
}

#[tokio::test]
async fn a_copy_is_kept_and_not_shown_and_its_name_tells_nothing() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        for (address, kind, name) in [
            ("/check-ins/table.csv", "text/csv; charset=utf-8", "vores-plan.csv"),
            ("/check-ins/answers.json", "application/fhir+json", "vores-plan.json"),
        ] {
            let file = parent.get(address).await;
            assert_eq!(file.status, StatusCode::OK);
            assert_eq!(file.header("content-type"), kind);
            assert_eq!(file.header("content-disposition"), format!("attachment; filename=\"{name}\""));
            assert_eq!((file.header("cache-control"), file.header("x-content-type-options")), ("no-store", "nosniff"));
        }
        let looks = database.texts("SELECT relation FROM access_log WHERE purpose = 'export'").await;
        assert_eq!(looks, ["parent", "parent"]);
    })
    .await;
}

/// Addresses of single check-ins on a page.
fn links(page: &Got) -> Vec<String> {
    let links = page.values("href", "/check-ins/").into_iter().filter(|link| !link.contains('.'));
    let mut links: Vec<String> = links.collect();
    links.sort();
    links.dedup();
    links
}

#[tokio::test]
async fn a_parent_looks_back_on_all_her_answers_and_on_nobody_elses() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        app.clock.set(at("2026-11-23 09:10"));
        tell_everything(&app, database).await;
        let mut parent = app.sign_in("parent").await;
        let own = truth(database, app.person("parent").uuid(), true).await;
        let page = parent.get("/check-ins").await;
        assert_eq!(page.status, StatusCode::OK);
        let addresses: Vec<String> = own.keys().map(|id| format!("/check-ins/{}", id.simple())).collect();
        assert_eq!(links(&page), addresses, "every answer of hers, and no other");
        for address in &addresses {
            assert_eq!(parent.get(address).await.status, StatusCode::OK, "{address}");
        }
        for words in
            ["Mine svar", "Fortæl mere", "56 af 100", "I dag kl. 9.10", "Hvordan har du det?", "4 af 10", "Gem en kopi"]
        {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }
        let mut histories: BTreeMap<_, usize> = BTreeMap::new();
        own.values().for_each(|told| *histories.entry((&told.instrument, told.about)).or_default() += 1);
        let drawn = histories.values().filter(|numbers| **numbers > 1).count();
        assert!((1..histories.len()).contains(&drawn), "some with one number and some with more: {histories:?}");
        assert_eq!(page.body.matches("class=\"plot").count(), drawn, "a drawing where there is more than one number");
        assert!(!page.body.contains("class=\"mark\" x1"), "no lines that judge");
        let offered = page.values("href", "/check-in/");
        assert_eq!(offered[..4], ["who5", "work", "child", "step_up"].map(|key| format!("/check-in/{key}")));
        parent.post("/me/language", "language=en").await;
        let page = parent.get("/check-ins").await;
        for words in ["My answers", "56 of 100", "Today at 9:10", "How are you?", "Save a copy", "Tell more"] {
            assert!(page.text().contains(words), "{words}: {}", page.text());
        }

        let mut other = app.sign_in("other_parent").await;
        let theirs = truth(database, app.person("other_parent").uuid(), true).await;
        let page = other.get("/check-ins").await;
        assert_eq!(links(&page), theirs.keys().map(|id| format!("/check-ins/{}", id.simple())).collect::<Vec<_>>());
        assert_eq!(page.body.matches("class=\"plot").count(), 1);
        for file in ["/check-ins/table.csv", "/check-ins/answers.json"] {
            let file = other.get(file).await.body;
            for (id, told) in &own {
                assert!(!file.contains(&id.to_string()) && !file.contains(&told.person.to_string()));
            }
            assert!(!file.contains("=1+1") && !file.contains(app.cast["parent"].name.as_str()));
        }
        for role in ["contact_person", "adviser", "second_adviser", "project_lead"] {
            let mut browser = app.sign_in(role).await;
            for address in ["/check-ins", "/check-ins/table.csv", "/check-ins/answers.json"] {
                assert_eq!(browser.get(address).await.status, StatusCode::NOT_FOUND, "{role} {address}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn the_latest_change_is_said_from_as_many_points_as_count() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let told = [
            ("5", "2", "…"),
            ("5", "4", "Omtrent som gangen før."),
            ("2", "4", "Lidt lavere end gangen før."),
            ("5", "4", "Lidt bedre end gangen før."),
        ];
        for (at, (happy, calm, said)) in told.into_iter().enumerate() {
            app.clock.set(app.clock.now().plus_days(1));
            tell(&mut parent, "/check-in/who5", &format!("happy={happy}&calm={calm}&active=3&rested=3&interest=3"))
                .await;
            let page = parent.get("/check-ins").await.text();
            let who5 = page.split("Hvordan har du det?").nth(1).expect("her history");
            let (latest, _) = who5.split_once("Vis tallene som tabel").expect("its table");
            if at > 0 {
                assert!(latest.contains(said), "{said}: {latest}");
                assert_eq!(latest.matches("gangen før").count(), 1, "{latest}");
            }
        }
    })
    .await;
}

#[tokio::test]
async fn somebody_new_is_told_kindly_that_there_is_nothing_yet() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        for table in ["answer", "holder", "inbox_item", "review", "check_in"] {
            database.run(format!("DELETE FROM {table}")).await;
        }
        let mut parent = app.sign_in("parent").await;
        let page = parent.get("/check-ins").await;
        assert!(page.text().contains("Du har ikke svaret på noget endnu.") && page.body.contains("/check-in/who5"));
        assert!(!page.body.contains("/check-ins/table.csv"));
        let table = parent.get("/check-ins/table.csv").await.body;
        let head = ["Sendt", "Person", "Handler om", "Spørgeskema", "Samlet tal", "Egne ord", "Læst"];
        assert_eq!(checked("csv", &table), Ok(serde_json::json!([head])));
        let bundle = parent.get("/check-ins/answers.json").await.body;
        assert_eq!(checked("fhir", &bundle), Ok(serde_json::json!({})));
    })
    .await;
}

#[tokio::test]
async fn the_command_writes_down_its_look_and_says_what_is_missing() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let (_, number) = family(database, &app).await;
        let name = database.texts("SELECT name FROM municipality").await.remove(0);
        printed(database, &["--family", &number, "--format", "csv", "--municipality", &name]);
        let looks = "SELECT purpose FROM console_log";
        assert_eq!(database.texts(looks).await, ["export"]);
        crate::browser::play(&database.db, 4, 2, app.clock.now()).await;
        for (arguments, words) in [
            (vec!["--family", "ugle", "--format", "csv", "--municipality", &name], "no family with number ugle"),
            (vec!["--family", &number, "--format", "csv", "--municipality", "Ugle"], "no municipality named Ugle"),
            (vec!["--family", &number, "--format", "csv"], "several municipalities"),
            (vec!["--family", &number, "--format", "pdf"], "[possible values: fhir, csv]"),
            (vec!["--family", &number], "--format"),
        ] {
            let output = program(database, &arguments);
            assert_eq!(output.status.code(), Some(2), "{arguments:?}");
            assert!(output.stdout.is_empty());
            let told = String::from_utf8(output.stderr).expect("text");
            assert!(told.contains(words), "{arguments:?}: {told}");
        }
        assert_eq!(database.texts(looks).await, ["export"], "no look, no line");
    })
    .await;
}

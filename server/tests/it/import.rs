//! Importing a municipality's spreadsheets, on both databases.

use std::{collections::HashMap, fs, path::Path};

use app::{
    domain::moment::Moment,
    store::{self, Db},
};
use proptest::{
    prelude::*,
    test_runner::{Config, TestRunner},
};
use server::import::{Counts, Refused, Report, import};

use crate::databases::{Database, Scratch, each};

/// 23 November 2026, noon in Denmark.
const NOW: Moment = Moment::from_seconds(1_795_431_600);
const FILES: [&str; 4] = ["families.csv", "people.csv", "goals.csv", "meetings.csv"];

/// The sample folder, with plain line ends, to be changed and written.
#[derive(Clone)]
struct Sheets(HashMap<&'static str, String>);

impl Sheets {
    fn sample() -> Self {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/families");
        let read = |file: &str| fs::read_to_string(folder.join(file)).expect("a sample file");
        Self(FILES.map(|file| (file, read(file).trim_start_matches('\u{feff}').replace("\r\n", "\n"))).into())
    }

    #[track_caller]
    fn with(mut self, file: &str, from: &str, to: &str) -> Self {
        let text = self.0.get_mut(file).expect("one of the four files");
        assert_eq!(text.matches(from).count(), 1, "{from} stands once in {file}");
        *text = text.replacen(from, to, 1);
        self
    }

    fn bytes(&self, encode: impl Fn(&str) -> Vec<u8>) -> HashMap<&'static str, Vec<u8>> {
        self.0.iter().map(|(file, text)| (*file, encode(text))).collect()
    }

    async fn import(&self, db: &Db) -> Result<Report, Refused> {
        take(db, &self.bytes(|text| text.as_bytes().to_vec()), Some("Prøvekøbing"), false).await
    }

    async fn rehearse(&self, db: &Db) -> Result<Report, Refused> {
        take(db, &self.bytes(|text| text.as_bytes().to_vec()), Some("Prøvekøbing"), true).await
    }

    async fn bad_lines(&self, db: &Db) -> String {
        match self.import(db).await {
            Err(Refused::BadLines(bad)) => bad.to_string(),
            other => panic!("bad lines were expected, not {other:?}"),
        }
    }
}

async fn take(
    db: &Db,
    files: &HashMap<&'static str, Vec<u8>>,
    municipality: Option<&str>,
    dry_run: bool,
) -> Result<Report, Refused> {
    let folder = Scratch::new();
    for (file, bytes) in files {
        fs::write(folder.path().join(file), bytes).expect("a file is written");
    }
    import(db, folder.path(), municipality, dry_run, NOW).await
}

const fn counts(new: u64, changed: u64, unchanged: u64) -> Counts {
    Counts { new, changed, unchanged }
}

fn nouns(report: &Report) -> [Counts; 5] {
    [report.families, report.people, report.team, report.goals, report.meetings]
}

const ALL_NEW: [Counts; 5] = [counts(5, 0, 0), counts(20, 0, 0), counts(20, 0, 0), counts(9, 0, 0), counts(6, 0, 0)];
const ALL_THE_SAME: [Counts; 5] =
    [counts(0, 0, 5), counts(0, 0, 20), counts(0, 0, 20), counts(0, 0, 9), counts(0, 0, 6)];

#[tokio::test]
async fn the_sample_folder_imports_as_it_lies() {
    each(async |fresh| {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("samples/families");
        let report = import(&fresh.db, &folder, Some("Prøvekøbing"), false, NOW).await.expect("imports");
        assert_eq!(nouns(&report), ALL_NEW);
        assert_eq!(
            report.to_string(),
            "Imported into Prøvekøbing, a new municipality:\n\
            Families: 5 new, 0 changed, 0 unchanged.\n\
            People: 20 new, 0 changed, 0 unchanged.\n\
            Parts in teams: 20 new, 0 changed, 0 unchanged.\n\
            Goals: 9 new, 0 changed, 0 unchanged.\n\
            Meetings: 6 new, 0 changed, 0 unchanged."
        );
        for (sql, expect) in [
            ("SELECT zone FROM municipality", vec!["Europe/Copenhagen"]),
            ("SELECT name FROM unit ORDER BY name", vec!["Familiehuset Vest", "Familiehuset Øst"]),
            ("SELECT phone FROM person WHERE number = 'P8'", vec!["+46701234567"]),
            (
                "SELECT born FROM person WHERE number IN ('P2', 'P3', 'P4', 'P5') ORDER BY born",
                vec!["1987-11-17", "1994-03-30", "2016-02-01", "2020-08-23"],
            ),
            ("SELECT number FROM person WHERE address_protected ORDER BY number", vec!["P13", "P2"]),
            ("SELECT number FROM person WHERE language = 'en' ORDER BY number", vec!["P7", "P8"]),
            (
                "SELECT a.number FROM guardianship g JOIN person a ON a.id = g.adult JOIN person c ON c.id = g.child
                WHERE c.number = 'P4' AND g.may_see AND NOT g.custody",
                vec!["P2"],
            ),
            ("SELECT number FROM goal WHERE state = 'waiting' ORDER BY number", vec!["M4"]),
            ("SELECT title FROM step WHERE title LIKE '%hvem%'", vec!["Spørg læreren \"hvem tager imod?\""]),
            ("SELECT starts_local FROM meeting WHERE number = 'T3'", vec!["2027-01-14T09:00"]),
            ("SELECT number FROM meeting WHERE minutes = 60 ORDER BY number", vec!["T1", "T3"]),
            ("SELECT bring FROM meeting WHERE bring IS NOT NULL", vec!["Dit cv\nog dine spørgsmål"]),
        ] {
            assert_eq!(fresh.texts(sql).await, expect, "{sql}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_second_run_changes_nothing() {
    each(async |fresh| {
        Sheets::sample().import(&fresh.db).await.expect("imports");
        let before = fresh.dump().await;
        let report = Sheets::sample().import(&fresh.db).await.expect("imports again");
        assert_eq!(nouns(&report), ALL_THE_SAME);
        assert!(!report.founded);
        assert_eq!(fresh.dump().await, before);
    })
    .await;
}

#[tokio::test]
async fn windows_1252_and_utf_8_with_either_separator_bring_the_same() {
    let commas = |text: &str| -> Vec<u8> {
        let (mut within, mut cell, mut out) = (false, String::new(), String::from("sep=,\n"));
        for c in text.chars() {
            within ^= c == '"';
            if !within && matches!(c, ';' | '\n') {
                let quote = if cell.contains(',') && !cell.contains('"') { "\"" } else { "" };
                out.extend([quote, &cell, quote, if c == ';' { "," } else { "\n" }]);
                cell.clear();
            } else {
                cell.push(c);
            }
        }
        out.into_bytes()
    };
    let windows = |text: &str| -> Vec<u8> {
        let text = text.replace('\n', "\r\n");
        let (bytes, _, lost) = encoding_rs::WINDOWS_1252.encode(&text);
        assert!(!lost && std::str::from_utf8(&bytes).is_err());
        bytes.into_owned()
    };
    each(async |fresh| {
        let sheets = Sheets::sample();
        let first = take(&fresh.db, &sheets.bytes(windows), Some("Prøvekøbing"), false).await.expect("imports");
        assert_eq!(nouns(&first), ALL_NEW);
        let before = fresh.dump().await;
        let second = take(&fresh.db, &sheets.bytes(commas), None, false).await.expect("imports");
        assert_eq!(nouns(&second), ALL_THE_SAME);
        assert_eq!(fresh.dump().await, before);
    })
    .await;
}

#[tokio::test]
async fn columns_may_be_english_in_any_order_and_trail_emptily() {
    each(async |fresh| {
        Sheets::sample().import(&fresh.db).await.expect("imports");
        let mut sheets = Sheets::sample();
        let families = sheets.0.get_mut("families.csv").expect("families");
        *families = families
            .lines()
            .map(|line| line.split(';').rev().collect::<Vec<_>>().join(";") + ";;;\n\n;;;;;;;;;;;\n")
            .collect();
        let sheets = sheets
            .with(
                "families.csv",
                "kontaktperson;stedfortræder;koordinator;sekundær;primær;enhed;navn;nr;;;",
                "Contact_Person;BACK-UP;Coordinator;Secondary;Primary;Unit;Name;  Number ;;;",
            )
            .with("goals.csv", "nr;familie;område;mål;næste skridt", "NR;Family;AREA;Goal;next_step")
            .with("goals.csv", "F4;fritidsjob", "F4;youth_job");
        assert_eq!(nouns(&sheets.import(&fresh.db).await.expect("imports")), ALL_THE_SAME);
    })
    .await;
}

#[tokio::test]
async fn every_kind_of_bad_line_is_told_with_its_place_and_nothing_is_imported() {
    let long = "x".repeat(121);
    let cases: &[(&str, &str, &str, &str)] = &[
        ("families.csv", "nr;navn;enhed", "nr;navn;afdeling", "line 1, column \"afdeling\": there is no such column"),
        (
            "families.csv",
            "nr;navn;enhed",
            "nr;titel;enhed",
            "line 1, column \"titel\": there is no such column\nfamilies.csv, line 1, column \"navn\": the column is missing",
        ),
        ("families.csv", "nr;navn;enhed", "nr;navn;navn", "line 1, column \"navn\": the column stands here twice"),
        ("goals.csv", "M3;", "M1;", "line 4, column \"nr\": \"M1\" stands on line 2 already"),
        ("goals.csv", "M9;", "M 9;", "line 10, column \"nr\": \"M 9\" is not a number: letters, digits and -_./ only"),
        ("families.csv", "Familien Fyrtårn", "", "line 5, column \"navn\": the cell is empty"),
        ("families.csv", "Familien Fyrtårn", &long, "line 5, column \"navn\": the text is longer than 120 characters"),
        (
            "families.csv",
            "Familien Fyrtårn",
            "Familien\0Fyrtårn",
            "line 5, column \"navn\": the text holds a control character",
        ),
        (
            "families.csv",
            "Familien Fyrtårn",
            "\"Familien\nFyrtårn\"",
            "line 5, column \"navn\": the text holds a line break or a control character",
        ),
        (
            "families.csv",
            "Familien Fyrtårn",
            "\"Familien\" Fyrtårn",
            "line 5, column \"navn\": something stands after the closing quotation mark",
        ),
        (
            "families.csv",
            "R2;R3;;R1;",
            "R2;R3;;R1;\"",
            "line 6, column \"kontaktperson\": a quotation mark opens here and never closes",
        ),
        ("families.csv", "R2;R3;;R1;", "R2;R3;;R1;;x", "line 6: cell 9 stands under no heading"),
        (
            "families.csv",
            "R2;R3;;R1;",
            "R2;R3;;R9;",
            "line 6, column \"stedfortræder\": \"R9\" is no number in people.csv, nor known from before",
        ),
        (
            "families.csv",
            "R2;R3;;R1;",
            "R2;R3;;P13;",
            "line 6, column \"stedfortræder\": \"P13\" is a parent and cannot be the back-up",
        ),
        (
            "families.csv",
            "R2;R3;;R1;",
            "R2;R3;R1;R1;",
            "line 6, column \"koordinator\": \"R1\" is an adviser and cannot be the coordinator",
        ),
        (
            "families.csv",
            "R2;R3;;R1;",
            "R2;R3;;R1;PL1",
            "line 6, column \"kontaktperson\": \"PL1\" is a project lead and cannot be the contact person",
        ),
        ("people.csv", "1-2-2016", "31-02-2020", "line 11, column \"født\": \"31-02-2020\" is not a date that exists"),
        ("people.csv", "1-2-2016", "i fjor", "line 11, column \"født\": \"i fjor\" is not a date such as 31-12-2026"),
        ("people.csv", "1-2-2016", "24-11-2026", "line 11, column \"født\": \"24-11-2026\" is in the future"),
        ("people.csv", "12 34 56 11", "12 34 56", "line 9, column \"telefon\": the text is not a telephone number"),
        ("people.csv", "mona@post.example", "mona", "line 9, column \"email\": the text is not an e-mail address"),
        (
            "people.csv",
            "mona@post.example;dansk",
            "mona@post.example;tysk",
            "line 9, column \"sprog\": \"tysk\" is not one of dansk, engelsk",
        ),
        (
            "people.csv",
            "mona@post.example;dansk;nej",
            "mona@post.example;dansk;måske",
            "line 9, column \"beskyttet adresse\": \"måske\" is neither ja nor nej",
        ),
        (
            "people.csv",
            "P13;F5;forælder",
            "P13;F5;nabo",
            "line 21, column \"rolle\": \"nabo\" is not one of forælder, barn, kontaktperson, rådgiver, koordinator, projektleder, administrator",
        ),
        (
            "people.csv",
            "P13;F5;forælder",
            "P13;F9;forælder",
            "line 21, column \"familie\": \"F9\" is no number in families.csv, nor known from before",
        ),
        (
            "people.csv",
            "P13;F5;forælder",
            "P13;;forælder",
            "line 21, column \"familie\": the cell is empty, but a parent or a child belongs to a family",
        ),
        (
            "people.csv",
            "PL1;;projektleder",
            "PL1;F1;projektleder",
            "line 6, column \"familie\": a project lead belongs to no family: leave the cell empty",
        ),
        (
            "people.csv",
            ";;;;;P5;",
            ";;;;;P55;",
            "line 14, column \"forældremyndighed\": \"P55\" is no number in people.csv, nor known from before",
        ),
        (
            "people.csv",
            ";;;;;P5;",
            ";;;;;P7;",
            "line 14, column \"forældremyndighed\": \"P7\" belongs to another family than the child",
        ),
        ("people.csv", ";;;;;P5;", ";;;;;P5;R1", "line 14, column \"samvær\": \"R1\" is an adviser, not a parent"),
        (
            "people.csv",
            "dansk;ja;;\nP3",
            "dansk;ja;P1;\nP3",
            "line 10, column \"forældremyndighed\": only a child's line may name adults here, and this one is a parent",
        ),
        (
            "goals.csv",
            "M1;F1;hverdag",
            "M1;F1;haven",
            "line 2, column \"område\": \"haven\" is not one of hverdag, penge, arbejde, skole og dagtilbud, fritid, fritidsjob, krop og sind, venner og familie",
        ),
        (
            "goals.csv",
            "M1;F1;hverdag",
            "M1;F8;hverdag",
            "line 2, column \"familie\": \"F8\" is no number in families.csv, nor known from before",
        ),
        ("goals.csv", "M1;F1;hverdag", "M1;;hverdag", "line 2, column \"familie\": the cell is empty"),
        ("goals.csv", "overskue;;;", "overskue;;P1;", "line 5, column \"hvem\": the line has no next step for this"),
        (
            "goals.csv",
            "P1;15-01-2027",
            "P5;15-01-2027",
            "line 2, column \"hvem\": \"P5\" belongs neither to the family nor to its team",
        ),
        (
            "goals.csv",
            "P1;15-01-2027",
            "P1;32-01-2027",
            "line 2, column \"senest\": \"32-01-2027\" is not a date that exists",
        ),
        (
            "meetings.csv",
            "12-01-2027;10:00;11:00",
            "12-01-2027;25:00;11:00",
            "line 2, column \"fra\": \"25:00\" is not a time such as 10:00",
        ),
        (
            "meetings.csv",
            "12-01-2027;10:00;11:00",
            "12-01-2027;10:00;09:30",
            "line 2, column \"til\": \"09:30\" is not after the meeting starts",
        ),
        (
            "meetings.csv",
            "12-01-2027;10:00;11:00",
            "12-01-2027;10:00;10:04",
            "line 2, column \"til\": \"10:04\" makes the meeting last 4 minutes: 5 to 1440 are possible",
        ),
        (
            "meetings.csv",
            "12-01-2027;10:00;11:00",
            "28-03-2027;02:30;03:30",
            "line 2, column \"fra\": \"02:30\" does not exist on that day, for the clocks go forward",
        ),
        (
            "meetings.csv",
            "12-01-2027;10:00;11:00",
            "28-03-2027;01:30;02:30",
            "line 2, column \"til\": \"02:30\" does not exist on that day, for the clocks go forward",
        ),
        (
            "meetings.csv",
            "video",
            "skoven",
            "line 7, column \"sted\": \"skoven\" is not one of hjemme, kontor, telefon, video, andet",
        ),
        (
            "meetings.csv",
            "P1 P2 R1",
            "P1 P5 R1",
            "line 2, column \"deltagere\": \"P5\" belongs neither to the family nor to its team",
        ),
        (
            "meetings.csv",
            "P1 P2 R1",
            "P1 R77",
            "line 2, column \"deltagere\": \"R77\" is no number in people.csv, nor known from before",
        ),
        (
            "meetings.csv",
            "P13 R2;",
            "Åse R2;",
            "line 8, column \"deltagere\": \"Åse\" is no number in people.csv, nor known from before",
        ),
    ];
    each(async |fresh| {
        let empty = fresh.dump().await;
        for (file, from, to, expect) in cases {
            let told = Sheets::sample().with(file, from, to).bad_lines(&fresh.db).await;
            assert_eq!(told, format!("{file}, {expect}"));
        }
        assert_eq!(fresh.dump().await, empty, "not even a municipality is made");
    })
    .await;
}

#[tokio::test]
async fn a_broken_folder_is_refused_whole_and_all_of_it_is_told_at_once() {
    each(async |fresh| {
        Sheets::sample().import(&fresh.db).await.expect("imports");
        let before = fresh.dump().await;
        let broken = Sheets::sample()
            .with("meetings.csv", "video", "skoven")
            .with("people.csv", "1-2-2016", "31-02-2020")
            .with("families.csv", "Familien Fyrtårn", "Familien Nytårn")
            .with("families.csv", "R1;R3;FK1;R2;R2", "R1;P1;FK1;R2;R2")
            .with("goals.csv", "krop og sind", "krop");
        let told = broken.bad_lines(&fresh.db).await;
        let places: Vec<&str> = told.lines().filter_map(|line| line.split_once("\":").map(|place| place.0)).collect();
        assert_eq!(
            places,
            [
                "families.csv, line 5, column \"sekundær",
                "people.csv, line 11, column \"født",
                "goals.csv, line 8, column \"område",
                "meetings.csv, line 7, column \"sted",
            ]
        );
        assert_eq!(fresh.dump().await, before);
    })
    .await;
}

#[tokio::test]
async fn a_file_without_headings_shows_none_of_its_cells() {
    each(async |fresh| {
        let heading = "nr;familie;rolle;navn;født;telefon;email;sprog;beskyttet adresse;forældremyndighed;samvær\n";
        let told = Sheets::sample().with("people.csv", heading, "").bad_lines(&fresh.db).await;
        assert!(told.starts_with("people.csv, line 1, column \"nr\": the column is missing\n"), "{told}");
        assert!(!told.contains("Åse") && !told.contains("12 34"), "{told}");
    })
    .await;
}

#[tokio::test]
async fn a_dry_run_tells_the_same_and_writes_nothing() {
    each(async |fresh| {
        let empty = fresh.dump().await;
        let report = Sheets::sample().rehearse(&fresh.db).await.expect("rehearses");
        assert_eq!(nouns(&report), ALL_NEW);
        assert!(report.founded && report.dry_run);
        assert_eq!(fresh.dump().await, empty);

        Sheets::sample().import(&fresh.db).await.expect("imports");
        let before = fresh.dump().await;
        let sheets =
            Sheets::sample().with("people.csv", "Mona Solstråle", "Mona Solskin").with("goals.csv", "M9;", "M10;");
        let rehearsed = sheets.rehearse(&fresh.db).await.expect("rehearses");
        assert_eq!(fresh.dump().await, before);
        let done = sheets.import(&fresh.db).await.expect("imports");
        assert_eq!(nouns(&rehearsed), nouns(&done));
        assert_eq!((done.people, done.goals), (counts(0, 1, 19), counts(1, 0, 8)));
    })
    .await;
}

#[tokio::test]
async fn nobody_who_left_is_beside_a_family_again_because_the_file_still_says_so() {
    each(async |fresh| {
        Sheets::sample().import(&fresh.db).await.expect("imports");
        fresh.run("UPDATE person SET left_at = 0 WHERE number = 'R3'".into()).await;
        let before = fresh.dump().await;
        let bad = Sheets::sample().bad_lines(&fresh.db).await;
        assert!(bad.contains("\"R3\" works here no more and cannot be the primary adviser"), "{bad}");
        assert_eq!(fresh.dump().await, before);
    })
    .await;
}

#[tokio::test]
async fn a_changed_cell_changes_only_that() {
    let same = ALL_THE_SAME;
    let cases: &[(&str, &str, &str, usize, Counts)] = &[
        ("families.csv", "Familien Fyrtårn", "Familien Fyr", 0, counts(0, 1, 4)),
        ("families.csv", "Åkande;;R2", "Åkande;Familiehuset Øst;R2", 0, counts(0, 1, 4)),
        ("people.csv", "12 34 56 11", "12 34 56 99", 1, counts(0, 1, 19)),
        ("people.csv", "mona@post.example;dansk;nej", "mona@post.example;dansk;ja", 1, counts(0, 1, 19)),
        ("people.csv", ";;;;;P1;P2", ";;;;;P1;", 1, counts(0, 1, 19)),
        ("goals.csv", "P1;15-01-2027", "P1;16-01-2027", 3, counts(0, 1, 8)),
        ("goals.csv", "P1;15-01-2027", "R1;16-01-2027", 3, counts(0, 1, 8)),
        ("meetings.csv", "10:00;11:00", "10:00;11:30", 4, counts(0, 1, 5)),
        ("meetings.csv", "P1 P2 R1", "P1 R1", 4, counts(0, 1, 5)),
    ];
    each(async |fresh| {
        for (file, from, to, noun, expect) in cases {
            Sheets::sample().import(&fresh.db).await.expect("imports");
            let before = fresh.dump().await;
            let changed = Sheets::sample().with(file, from, to);
            let report = changed.import(&fresh.db).await.expect("imports");
            let mut wanted = same;
            wanted[*noun] = *expect;
            assert_eq!(nouns(&report), wanted, "{to}");
            let after = fresh.dump().await;
            // What is planned for a meeting follows it.
            let told = before.iter().filter(|row| !["reminder:", "reach:"].iter().any(|table| row.starts_with(table)));
            assert_eq!(told.filter(|row| !after.contains(row)).count(), 1, "{to}: one row is another now");
            assert_eq!(nouns(&changed.import(&fresh.db).await.expect("imports")), same, "{to}");
        }
    })
    .await;
}

#[tokio::test]
async fn an_adviser_changes_and_the_chosen_contact_person_stays() {
    each(async |fresh| {
        Sheets::sample().import(&fresh.db).await.expect("imports");
        let team = "SELECT p.number || ' ' || t.part FROM team_member t
            JOIN person p ON p.id = t.person JOIN family f ON f.id = t.family
            WHERE f.number = 'F1' AND t.until IS NULL ORDER BY 1";
        let sheets = Sheets::sample().with("families.csv", "R1;R2;;R3;K1", "R3;R2;;;K2");
        let report = sheets.import(&fresh.db).await.expect("imports");
        assert_eq!(report.team, counts(0, 2, 18));
        assert_eq!(fresh.texts(team).await, ["K1 contact_person", "R2 secondary", "R3 primary"]);
        let again = sheets.import(&fresh.db).await.expect("the adviser of before still stands in a meeting");
        assert_eq!((again.team, again.meetings), (counts(0, 0, 19), counts(0, 0, 6)));
    })
    .await;
}

#[tokio::test]
async fn a_protected_address_stays_so_until_a_line_says_no() {
    each(async |fresh| {
        let protected = "SELECT number FROM person WHERE address_protected ORDER BY number";
        Sheets::sample().import(&fresh.db).await.expect("imports");
        let silent = Sheets::sample().with("people.csv", "12 34 56 12;;dansk;ja", "12 34 56 12;;dansk;");
        silent.import(&fresh.db).await.expect("imports");
        assert_eq!(fresh.texts(protected).await, ["P13", "P2"]);
        let lifted = Sheets::sample().with("people.csv", "12 34 56 12;;dansk;ja", "12 34 56 12;;dansk;nej");
        lifted.import(&fresh.db).await.expect("imports");
        assert_eq!(fresh.texts(protected).await, ["P13"]);
    })
    .await;
}

#[tokio::test]
async fn rights_for_a_child_end_when_an_adult_is_no_longer_named() {
    each(async |fresh| {
        Sheets::sample().import(&fresh.db).await.expect("imports");
        let changed = Sheets::sample().with("people.csv", ";;;;;P1 P2;", ";;;;;P1;");
        assert_eq!(changed.import(&fresh.db).await.expect("imports").people, counts(0, 1, 19));
        let rights = "SELECT a.number FROM guardianship g JOIN person a ON a.id = g.adult
            JOIN person c ON c.id = g.child WHERE c.number = 'P3' AND (g.custody OR g.may_see)";
        assert_eq!(fresh.texts(rights).await, ["P1"]);
    })
    .await;
}

#[tokio::test]
async fn nothing_moves_between_families_and_no_role_betrays_its_part() {
    each(async |fresh| {
        Sheets::sample().import(&fresh.db).await.expect("imports");
        let before = fresh.dump().await;
        let others = "nr;familie;rolle;navn\n";
        let mut sheets = Sheets::sample();
        for (file, text) in [
            ("families.csv", "nr;navn\n"),
            ("people.csv", &format!("{others}P5;F1;forælder;A\nP1;;rådgiver;B\nR1;F1;forælder;C\nR2;;projektleder;D\n")),
            ("goals.csv", "nr;familie;område;mål\nM1;F2;hverdag;E\n"),
            ("meetings.csv", "nr;familie;emne;dato;fra;sted\nT1;F2;G;1-1-2027;10;video\n"),
        ] {
            sheets.0.insert(FILES.into_iter().find(|known| *known == file).expect("a file"), text.to_owned());
        }
        assert_eq!(
            sheets.bad_lines(&fresh.db).await,
            "people.csv, line 2, column \"familie\": \"P5\" belongs to another family already, and an import moves nobody\n\
            people.csv, line 3, column \"familie\": \"P1\" belongs to a family already, and an import moves nobody\n\
            people.csv, line 4, column \"familie\": \"R1\" belongs to no family so far, and an import moves nobody\n\
            people.csv, line 4, column \"rolle\": \"R1\" is the primary adviser of a family and cannot become a parent: \
            name another one first\n\
            people.csv, line 5, column \"rolle\": \"R2\" is the contact person of a family and cannot become a project \
            lead: name another one first\n\
            goals.csv, line 2, column \"familie\": \"M1\" belongs to another family already, and an import moves no goal\n\
            meetings.csv, line 2, column \"familie\": \"T1\" belongs to another family already, and an import moves no \
            meeting"
        );
        assert_eq!(fresh.dump().await, before);
    })
    .await;
}

#[tokio::test]
async fn at_most_three_goals_of_a_family_become_live_over_several_imports() {
    each(async |fresh| {
        let live = "SELECT number FROM goal WHERE state = 'live' AND family = (
            SELECT id FROM family WHERE number = 'F2') ORDER BY position";
        Sheets::sample().import(&fresh.db).await.expect("imports");
        let mut more = Sheets::sample();
        let goals = more.0.get_mut("goals.csv").expect("goals");
        goals.push_str("M11;F2;penge;A;;;\nM12;F2;penge;B;;;\nM13;F2;penge;C;;;\n");
        assert_eq!(more.import(&fresh.db).await.expect("imports").goals, counts(3, 0, 9));
        assert_eq!(fresh.texts(live).await, ["M5", "M11", "M12"]);
    })
    .await;
}

#[tokio::test]
async fn people_known_from_before_need_not_stand_in_the_sheets() {
    each(async |fresh| {
        Sheets::sample().import(&fresh.db).await.expect("imports");
        let mut sheets = Sheets::sample();
        sheets.0.insert("people.csv", "nr;familie;rolle;navn\nP20;F6;forælder;Ny\n".into());
        sheets.0.insert("families.csv", "nr;navn;primær\nF6;Familien Ny;R1\n".into());
        sheets.0.insert("goals.csv", "nr;familie;område;mål;næste skridt;hvem\nM20;F6;penge;A;B;R1\n".into());
        sheets.0.insert("meetings.csv", "nr;familie;emne;dato;fra;sted;deltagere\n".into());
        let report = sheets.import(&fresh.db).await.expect("imports");
        let one = counts(1, 0, 0);
        assert_eq!(nouns(&report), [one, one, one, one, counts(0, 0, 0)]);
    })
    .await;
}

#[tokio::test]
async fn the_municipality_is_named_or_the_only_one() {
    each(async |fresh| {
        let files = Sheets::sample().bytes(|text| text.as_bytes().to_vec());
        let refused = async |municipality| match take(&fresh.db, &files, municipality, false).await {
            Err(refused) => refused.to_string(),
            Ok(report) => panic!("a refusal was expected, not {report}"),
        };
        assert_eq!(refused(Some(" ")).await, "a municipality's name is one line of 1 to 120 characters");
        take(&fresh.db, &files, Some("Prøvekøbing"), false).await.expect("imports");
        let report = take(&fresh.db, &files, None, false).await.expect("imports into the only one");
        assert_eq!(nouns(&report), ALL_THE_SAME);
        let other = take(&fresh.db, &files, Some("Testrup"), false).await.expect("imports into another one");
        assert_eq!(nouns(&other), ALL_NEW, "numbers of one municipality mean nothing to another");
        assert_eq!(refused(None).await, "the database holds 2 municipalities: say which one these families belong to");
        assert_eq!(store::municipalities(&fresh.db).await.expect("municipalities").len(), 2);
    })
    .await;
}

#[tokio::test]
async fn an_empty_database_needs_no_name() {
    each(async |fresh| {
        let files = Sheets::sample().bytes(|text| text.as_bytes().to_vec());
        for expected in [ALL_NEW, ALL_THE_SAME] {
            let report = take(&fresh.db, &files, None, false).await.expect("imports");
            assert_eq!(nouns(&report), expected);
        }
        assert_eq!(store::municipalities(&fresh.db).await.expect("municipalities").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_folder_that_cannot_be_read_is_refused() {
    each(async |fresh| {
        let mut files = Sheets::sample().bytes(|text| text.as_bytes().to_vec());
        files.insert("goals.csv", vec![b' '; 20 * 1024 * 1024 + 1]);
        let large = take(&fresh.db, &files, Some("Prøvekøbing"), false).await.expect_err("too large");
        assert_eq!(large.to_string(), "goals.csv cannot be read: it is larger than 20 MB");
        files.remove("goals.csv");
        let missing = take(&fresh.db, &files, Some("Prøvekøbing"), false).await.expect_err("not there");
        assert!(missing.to_string().starts_with("goals.csv cannot be read: "), "{missing}");
        let heading = "nr;familie;emne;dato;fra;sted\n";
        files.insert("goals.csv", format!("nr;familie;område;mål\n{}", "x\n".repeat(100_001)).into_bytes());
        files.insert("meetings.csv", heading.encode_utf16().flat_map(u16::to_le_bytes).collect());
        let wide = [b"\xFF\xFE".to_vec(), files["meetings.csv"].clone()].concat();
        files.insert("meetings.csv", wide);
        let told = take(&fresh.db, &files, Some("Prøvekøbing"), false).await.expect_err("too many").to_string();
        assert!(told.contains("\ngoals.csv, line 100002: the file has more than 100000 rows\n"));
        assert!(told.ends_with("meetings.csv, line 1: the file is UTF-16: save it as \"CSV UTF-8\""));
    })
    .await;
}

/// What somebody's hand or a broken program may make of a file.
#[derive(Clone, Debug)]
enum Harm {
    Bytes(usize, Vec<u8>),
    Cut(usize),
    Swap(usize, usize),
    Twice(usize),
}

fn harm() -> impl Strategy<Value = Harm> {
    let odd = prop_oneof![
        any::<Vec<u8>>(),
        prop_oneof!["[\";,\n\r\0]{1,4}", "[FPRMTK]?[0-9]{1,2}", "\\PC{0,6}"].prop_map(String::into_bytes),
    ];
    prop_oneof![
        4 => (any::<usize>(), odd).prop_map(|(at, bytes)| Harm::Bytes(at, bytes)),
        1 => any::<usize>().prop_map(Harm::Cut),
        2 => (any::<usize>(), any::<usize>()).prop_map(|(one, other)| Harm::Swap(one, other)),
        1 => any::<usize>().prop_map(Harm::Twice),
    ]
}

fn harmed(bytes: &[u8], harm: &Harm) -> Vec<u8> {
    let mut lines: Vec<&[u8]> = bytes.split(|byte| *byte == b'\n').collect();
    let many = lines.len();
    match harm {
        Harm::Bytes(at, odd) => {
            let at = at % (bytes.len() + 1);
            return [&bytes[..at], odd, &bytes[(at + odd.len()).min(bytes.len())..]].concat();
        }
        Harm::Cut(at) => return bytes[..at % (bytes.len() + 1)].to_vec(),
        Harm::Swap(one, other) => lines.swap(one % many, other % many),
        Harm::Twice(at) => lines.push(lines[at % many]),
    }
    lines.join(&b'\n')
}

#[test]
fn no_bytes_whatever_panic_or_reach_the_database_wrong() {
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(each(async |fresh: &Database| {
        let check = |files: &HashMap<&'static str, Vec<u8>>| match tokio::task::block_in_place(|| {
            runtime.block_on(take(&fresh.db, files, Some("Prøvekøbing"), false))
        }) {
            Ok(_) | Err(Refused::BadLines(_)) => Ok(()),
            Err(other) => Err(TestCaseError::fail(other.to_string())),
        };
        let sample = Sheets::sample().bytes(|text| text.as_bytes().to_vec());
        let config = || Config { cases: 192, failure_persistence: None, ..Config::default() };
        TestRunner::new(config())
            .run(&(0..FILES.len(), any::<Vec<u8>>()), |(file, bytes)| {
                let mut files = sample.clone();
                files.insert(FILES[file], bytes);
                check(&files)
            })
            .expect("random bytes are refused");
        TestRunner::new(config())
            .run(&prop::collection::vec((0..FILES.len(), harm()), 1..4), |harms| {
                let mut files = sample.clone();
                for (file, harm) in &harms {
                    files.insert(FILES[*file], harmed(&files[FILES[*file]], harm));
                }
                check(&files)
            })
            .expect("harmed files are taken or refused");
    }));
}

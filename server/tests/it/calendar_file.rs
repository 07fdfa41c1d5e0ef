//! Meetings taken from calendar files: seen first, chosen, taken once, and followed when the file comes again.

use std::{
    env,
    io::Write as _,
    process::{Command, Stdio},
};

use app::domain::{
    calendar_file::{CalendarFile, LARGEST, Reader},
    moment::Zone,
};
use axum::http::StatusCode;
use chrono::NaiveDateTime;
use proptest::{prelude::*, strategy::ValueTree, test_runner::TestRunner};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, Got, TestApp, at},
    databases::{Database, each},
    meetings::{book, family},
};

/// An appointment as Outlook saves it.
pub(crate) fn outlook(uid: &str, sequence: u32, lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\r\nPRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN\r\nVERSION:2.0\r\n\
         METHOD:PUBLISH\r\nX-MS-OLK-FORCEINSPECTOROPEN:TRUE\r\nBEGIN:VTIMEZONE\r\nTZID:Romance Standard Time\r\n\
         BEGIN:STANDARD\r\nDTSTART:16011028T030000\r\nRRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10\r\n\
         TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nEND:STANDARD\r\nBEGIN:DAYLIGHT\r\nDTSTART:16010325T020000\r\n\
         RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\nEND:DAYLIGHT\r\n\
         END:VTIMEZONE\r\nBEGIN:VEVENT\r\nUID:{uid}\r\nSEQUENCE:{sequence}\r\nDTSTAMP:20261101T090000Z\r\n\
         DESCRIPTION:ugle-hemmeligt\\nDeltag her\r\nATTENDEE;CN=\"Ugle\":mailto:ugle@hemmelig.example\r\n\
         LOCATION:R\u{e5}dhuset\\, lokale 4\r\nSUMMARY:M\u{f8}de med\r\n\u{20} skolen\r\n{lines}\r\n\
         X-ALT-DESC;FMTTYPE=text/html:<b>ugle-hemmeligt</b>\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
    )
}

const SERIES: &str = "DTSTART;TZID=\"Romance Standard Time\":20270323T100000\r\n\
    DTEND;TZID=\"Romance Standard Time\":20270323T110000\r\nRRULE:FREQ=WEEKLY;UNTIL=20270406T080000Z;BYDAY=TU";

/// What is stored of meetings.
async fn stored(database: &Database) -> Vec<String> {
    let kept = ["meeting", "participant", "calendar_event", "meeting_answer"];
    let rows = database.dump().await.into_iter();
    rows.filter(|row| kept.iter().any(|table| row.starts_with(&format!("{table}:")))).collect()
}

fn encoded(words: &str) -> String {
    words.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// What a page that shows a file would send with everything in it ticked.
pub(crate) fn form(page: &Got, with: &[String]) -> String {
    let file =
        page.hidden("file").replace("&quot;", "\"").replace("&amp;", "&").replace("&lt;", "<").replace("&gt;", ">");
    let mut fields = vec![format!("file={}", encoded(&file))];
    let boxes = page.body.split("name=\"take\" value=\"").skip(1);
    for seen in boxes.filter_map(|rest| rest.split('"').next()) {
        let uid = seen.split('-').next().expect("a name");
        fields.push(format!("take={seen}"));
        if page.body.contains(&format!("name=\"title-{uid}\"")) {
            fields.push(format!("title-{uid}=Om+skolen&place-{uid}=elsewhere"));
        }
    }
    fields.extend(with.iter().map(|id| format!("with={id}")));
    fields.join("&")
}

/// Somebody's family and what a file of it says.
struct Desk {
    adviser: Browser,
    address: String,
    with: Vec<String>,
}

impl Desk {
    async fn new(app: &TestApp) -> Self {
        let mut adviser = app.sign_in("adviser").await;
        let address = format!("{}/meetings/file", family(app, &mut adviser).await);
        let with = ["parent", "adviser"].map(|role| app.person(role).to_string()).to_vec();
        Self { adviser, address, with }
    }

    async fn look(&mut self, file: &str) -> Got {
        self.adviser.post_file(&self.address, "calendar", file.as_bytes()).await
    }

    async fn send(&mut self, form: &str) -> Got {
        self.adviser.post(&format!("{}/take", self.address), form).await
    }

    /// Takes all of a file; gives the address of the first meeting.
    async fn take(&mut self, file: &str) -> String {
        let seen = self.look(file).await;
        assert_eq!(seen.status, StatusCode::OK, "{}", seen.text());
        let taken = self.send(&form(&seen, &self.with.clone())).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
        taken.location().to_owned()
    }
}

#[tokio::test]
async fn a_series_of_outlook_is_seen_taken_once_moved_and_cancelled() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        app.clock.set(at("2027-03-08 09:00"));
        let (mut desk, mut parent) = (Desk::new(&app).await, app.sign_in("parent").await);
        let asked = desk.adviser.get(&desk.address).await;
        assert!(asked.text().contains("Hent møder fra en kalenderfil") && asked.body.contains("multipart/form-data"));
        let before = stored(database).await;
        let file = outlook("1", 0, SERIES);
        let seen = desk.look(&file).await;
        assert_eq!(seen.status, StatusCode::OK);
        for words in ["Møde med skolen", "Tirsdag den 23. marts kl. 10 til 11", "Hver uge", "Rådhuset, lokale 4", "3 nye møder"] {
            assert!(seen.text().contains(words), "{words}: {}", seen.text());
        }
        assert!(!seen.body.contains("hemmelig"), "neither the text nor who is invited");
        assert_eq!(stored(database).await, before, "looking stores nothing");

        let chosen = form(&seen, &desk.with);
        let taken = desk.send(&chosen).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());
        let after = stored(database).await;
        assert!(after.len() > before.len() && !after.iter().any(|row| row.contains("hemmelig")));
        let again = desk.send(&chosen).await;
        assert_eq!((again.status, again.location()), (StatusCode::SEE_OTHER, taken.location()), "sent twice, taken once");
        assert_eq!(stored(database).await, after);
        let list = parent.get("/meetings").await.text().to_lowercase();
        for day in ["tirsdag den 23. marts kl. 10", "tirsdag den 30. marts kl. 10", "tirsdag den 6. april kl. 10"] {
            assert!(list.contains(day), "{day}: {list}");
        }
        let meeting = taken.location().to_owned();
        let version = parent.get(&meeting).await.hidden("version");
        let yes = parent.post(&format!("{meeting}/answer"), &format!("version={version}&coming=yes")).await;
        assert_eq!(yes.status, StatusCode::SEE_OTHER);

        let same = desk.look(&file).await;
        assert!(same.text().contains("Det er, som det står i filen.") && !same.body.contains("name=\"take\""));

        let moved = SERIES.replace("T100000", "T130000").replace("T110000", "T140000").replace("T080000Z", "T110000Z");
        let seen = desk.look(&outlook("1", 1, &moved)).await;
        assert!(seen.text().contains("3 møder flyttes") && seen.text().contains("før"), "{}", seen.text());
        assert!(!seen.body.contains("name=\"title-"), "only the time changes");
        assert_eq!(desk.take(&outlook("1", 1, &moved)).await, meeting);
        let page = parent.get(&meeting).await;
        assert!(page.text().contains("Tirsdag den 23. marts kl. 13") && page.text().contains("Kommer du?"));
        assert_eq!(page.hidden("version"), "1", "calendars follow");

        let older = desk.look(&file).await;
        assert_eq!(older.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(older.text().contains("Planen er nyere end filen."));

        let single = "RECURRENCE-ID;TZID=\"Romance Standard Time\":20270330T130000\r\n\
            DTSTART;TZID=\"Romance Standard Time\":20270331T083000\r\nDTEND;TZID=\"Romance Standard Time\":20270331T091500";
        desk.take(&outlook("1", 2, single)).await;
        let list = parent.get("/meetings").await.text().to_lowercase();
        assert!(list.contains("onsdag den 31. marts kl. 8.30") && list.contains("tirsdag den 6. april kl. 13"), "{list}");

        let cancelled = outlook("1", 3, SERIES).replace("METHOD:PUBLISH", "METHOD:CANCEL");
        assert!(desk.look(&cancelled).await.text().contains("3 møder aflyses"));
        desk.take(&cancelled).await;
        assert!(parent.get(&meeting).await.text().contains("aflyst"));
        let list = parent.get("/meetings").await.text().to_lowercase();
        assert!(!list.contains("marts kl. 13") && !list.contains("31. marts"), "{list}");
    })
    .await;
}

#[tokio::test]
async fn what_cannot_be_taken_is_said_by_the_field_and_nothing_is_stored() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut desk = Desk::new(&app).await;
        let before = stored(database).await;
        let one = |lines: &str| outlook("1", 0, lines).into_bytes();
        for (file, words) in [
            (Vec::new(), "Det er ikke en kalenderfil."),
            (b"%PDF-1.7\n\xff\xfe\x00".to_vec(), "Det er ikke en kalenderfil."),
            (b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n".to_vec(), "Der er ingen aftaler i filen."),
            (vec![b'x'; LARGEST + 1], "Filen må højst fylde 5 MB."),
            (vec![b'x'; 2 * LARGEST], "Filen må højst fylde 5 MB."),
            (one("DTSTART:20270101T100000Z\r\nDTEND:20270101T090000Z"), "Aftalen slutter, før den begynder."),
            (one("DTSTART:20250101T100000Z\r\nDTEND:20250101T110000Z"), "Tiden er gået."),
            (one("DTSTART;TZID=Atlantis:20270101T100000"), "Vi kender ikke den tidszone"),
            (one("DTSTART;VALUE=DATE:20270101"), "Aftalen varer hele dage."),
            (one("DTSTART:20270101T100000Z\r\nRRULE:FREQ=MINUTELY"), "på en måde, vi ikke kan følge"),
            (one("DTSTART:20300101T100000Z"), "Det er for langt ude i fremtiden."),
            (one("STATUS:CANCELLED"), "den står ikke i planen."),
        ] {
            let got = desk.adviser.post_file(&desk.address, "calendar", &file).await;
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{words}");
            let by_the_field = got.body.split("id=\"calendar-problem\"").nth(1).unwrap_or_default();
            assert!(by_the_field.split("</p>").next().unwrap_or_default().contains(words), "{words}: {}", got.text());
        }
        let huge = desk.adviser.post_file(&desk.address, "calendar", &vec![b'x'; 5 * LARGEST]).await;
        assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);

        let seen = desk.look(&outlook("1", 0, SERIES)).await;
        let fine = form(&seen, &desk.with);
        let take = fine.split('&').find(|field| field.starts_with("take=")).expect("a box").to_owned();
        let uid = take["take=".len()..].split('-').next().expect("a name").to_owned();
        for (form, status) in [
            (fine.replace(&take, ""), StatusCode::UNPROCESSABLE_ENTITY),
            (fine.replace("=Om+skolen", "=+"), StatusCode::UNPROCESSABLE_ENTITY),
            (fine.replace("=elsewhere", "="), StatusCode::UNPROCESSABLE_ENTITY),
            (format!("{fine}&title-{uid}=To"), StatusCode::UNPROCESSABLE_ENTITY),
            (format!("{fine}&with=x"), StatusCode::UNPROCESSABLE_ENTITY),
            (format!("{fine}&with={}", app.person("project_lead")), StatusCode::NOT_FOUND),
            (fine.replace(&take, "take=x"), StatusCode::CONFLICT),
            (fine.replace(&take, &format!("take={uid}-0")), StatusCode::CONFLICT),
            (format!("{fine}&file=x"), StatusCode::BAD_REQUEST),
            (take.clone(), StatusCode::BAD_REQUEST),
            (format!("file=x&{take}"), StatusCode::BAD_REQUEST),
        ] {
            let got = desk.send(&form).await;
            assert_eq!(got.status, status, "{form}: {}", got.text());
            if status == StatusCode::UNPROCESSABLE_ENTITY {
                assert!(got.body.contains("class=\"problem\""), "{form}");
                assert!(
                    form.contains("=+")
                        || form.contains("take=") && got.body.contains(" checked")
                        || !form.contains("take=")
                );
            }
        }
        assert_eq!(stored(database).await, before);
    })
    .await;
}

#[tokio::test]
async fn who_is_busy_is_told_and_what_changed_meanwhile_is_shown() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        app.clock.set(at("2027-03-08 09:00"));
        let mut desk = Desk::new(&app).await;
        let mut colleague = app.sign_in("adviser").await;
        book(&app, &mut colleague, "day=2027-03-30&time=10:30&repeat=never").await;
        let seen = desk.look(&outlook("1", 0, SERIES)).await;
        let chosen = form(&seen, &desk.with);
        let before = stored(database).await;
        let busy = desk.send(&chosen).await;
        assert_eq!(busy.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(busy.text().contains("har allerede en aftale") && busy.text().contains("Aftal alligevel"));
        assert!(busy.body.contains("value=\"Om skolen\"") && busy.body.contains(" checked"), "all is kept");
        assert_eq!(stored(database).await, before);
        let anyway = busy.body.split("name=\"anyway\" value=\"").nth(1).expect("the button");
        let anyway = anyway.split('"').next().expect("the times").replace(' ', "+");
        let taken = desk.send(&format!("{chosen}&anyway={anyway}")).await;
        assert_eq!(taken.status, StatusCode::SEE_OTHER, "{}", taken.text());

        let meeting = taken.location().to_owned();
        let moved = outlook(
            "1",
            1,
            &SERIES.replace("T100000", "T150000").replace("T110000", "T160000").replace("T080000Z", "T130000Z"),
        );
        let seen = desk.look(&moved).await;
        let edit = format!("{meeting}/edit");
        let version = colleague.get(&edit).await.hidden("version");
        let by_hand = format!(
            "version={version}&title=Om+skolen&day=2027-03-24&time=08:00&minutes=60&place=office&with={}",
            app.person("parent")
        );
        assert_eq!(colleague.post(&edit, &by_hand).await.status, StatusCode::SEE_OTHER);
        let before = stored(database).await;
        let stale = desk.send(&form(&seen, &[])).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        assert!(
            stale.text().contains("Planen er ændret imens.") && stale.text().contains("24. marts"),
            "{}",
            stale.text()
        );
        assert_eq!(stored(database).await, before);
        assert_eq!(desk.send(&form(&stale, &[])).await.status, StatusCode::SEE_OTHER, "with open eyes");
    })
    .await;
}

#[tokio::test]
async fn the_same_appointment_of_another_family_is_left_alone() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        app.clock.set(at("2027-03-08 09:00"));
        let mut desk = Desk::new(&app).await;
        let meeting = desk.take(&outlook("1", 0, SERIES)).await;
        let other = desk.adviser.get("/families").await.values("href", "/families/").into_iter();
        let other = other.map(|link| format!("{link}/meetings/file")).find(|link| *link != desk.address);
        let mut next_door =
            Desk { adviser: desk.adviser.clone(), address: other.expect("another family"), with: Vec::new() };
        let cancelled = outlook("1", 9, SERIES).replace("METHOD:PUBLISH", "METHOD:CANCEL");
        assert_eq!(next_door.look(&cancelled).await.status, StatusCode::UNPROCESSABLE_ENTITY, "it is not theirs");
        let seen = desk.look(&cancelled).await;
        let before = stored(database).await;
        let sent = next_door.send(&form(&seen, &[])).await;
        assert_eq!(sent.status, StatusCode::CONFLICT, "nor by the form of the other");
        assert_eq!(stored(database).await, before);
        next_door.take(&outlook("1", 5, SERIES)).await;
        next_door.take(&cancelled).await;
        let kept = desk.adviser.get(&meeting).await.text();
        assert!(kept.contains("kl. 10") && kept.contains("Aflys mødet"), "{kept}");
    })
    .await;
}

/// Rules as calendar programs write them.
fn rule() -> impl Strategy<Value = String> {
    let days =
        prop::sample::subsequence(vec!["MO", "TU", "WE", "TH", "FR", "SA", "SU"], 1..5).prop_map(|days| days.join(","));
    let nth =
        (prop::sample::select(vec![1, 2, 3, 4, -1, -2]), prop::sample::select(vec!["MO", "TU", "WE", "TH", "FR"]));
    let nth = nth.prop_map(|(nth, day)| format!("{nth}{day}"));
    let month_days = prop::sample::subsequence(vec!["1", "5", "15", "28", "29", "30", "31", "-1", "-3"], 1..4)
        .prop_map(|days| days.join(","));
    let months =
        prop::sample::subsequence(vec!["1", "2", "3", "4", "10", "12"], 1..4).prop_map(|months| months.join(","));
    let what = prop_oneof![
        Just("FREQ=DAILY".to_owned()),
        days.clone().prop_map(|days| format!("FREQ=DAILY;BYDAY={days}")),
        Just("FREQ=WEEKLY".to_owned()),
        days.clone().prop_map(|days| format!("FREQ=WEEKLY;BYDAY={days}")),
        days.clone().prop_map(|days| format!("FREQ=WEEKLY;WKST=SU;BYDAY={days}")),
        Just("FREQ=MONTHLY".to_owned()),
        month_days.clone().prop_map(|days| format!("FREQ=MONTHLY;BYMONTHDAY={days}")),
        nth.clone().prop_map(|nth| format!("FREQ=MONTHLY;BYDAY={nth}")),
        (days, prop::sample::select(vec!["1", "-1", "2", "1,-1"]))
            .prop_map(|(days, at)| format!("FREQ=MONTHLY;BYDAY={days};BYSETPOS={at}")),
        Just("FREQ=YEARLY".to_owned()),
        (months.clone(), month_days)
            .prop_map(|(months, days)| format!("FREQ=YEARLY;BYMONTH={months};BYMONTHDAY={days}")),
        (months, nth).prop_map(|(months, nth)| format!("FREQ=YEARLY;BYMONTH={months};BYDAY={nth}")),
    ];
    let end = prop_oneof![
        Just(String::new()),
        (1..60_u32).prop_map(|count| format!(";COUNT={count}")),
        (1..13_u32, 1..29_u32).prop_map(|(month, day)| format!(";UNTIL=2027{month:02}{day:02}T100000")),
    ];
    (what, 1..5_u16, end).prop_map(|(what, interval, end)| format!("{what};INTERVAL={interval}{end}"))
}

#[test]
fn rules_give_the_times_that_other_software_reads_in_them() {
    let mut runner = TestRunner::default();
    let now = at("2026-11-23 09:00");
    let zone: Zone = Zone::Europe__Copenhagen;
    let starts = ["2026-11-24T10:00:00", "2026-01-31T08:30:00", "2024-02-29T13:00:00", "2027-03-21T02:00:00"];
    let asked: Vec<(String, &str)> = (0..400)
        .map(|nth| (rule().new_tree(&mut runner).expect("a rule").current(), starts[nth % starts.len()]))
        .collect();
    let python = env::var("TEST_PYTHON")
        .expect("set TEST_PYTHON to a python3 with the packages of server/tests/it/requirements.txt");
    let mut told = Command::new(python);
    told.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/calendar_rules.py"));
    let mut told = told.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("TEST_PYTHON starts");
    let lines: String = asked
        .iter()
        .map(|(rule, starts)| {
            let until = now.plus_days(366).local(zone).to_string();
            format!(
                "{}\n",
                json!({"rule": rule, "starts": starts, "after": "2026-11-23T09:00:00", "until": until, "most": 53})
            )
        })
        .collect();
    told.stdin.take().expect("its input").write_all(lines.as_bytes()).expect("it reads");
    let output = told.wait_with_output().expect("it ends");
    assert!(output.status.success());
    let oracle = String::from_utf8(output.stdout).expect("JSON");
    assert_eq!(oracle.lines().count(), asked.len());
    let mut some = 0;
    for ((rule, starts), oracle) in asked.iter().zip(oracle.lines()) {
        let starts: NaiveDateTime = starts.parse().expect("a time");
        let starts = starts.format("%Y%m%dT%H%M%S");
        let file =
            outlook("1", 0, &format!("DTSTART;TZID=Romance Standard Time:{starts}\r\nDURATION:PT1H\r\nRRULE:{rule}"));
        let reader = Reader { host: "plan.example", zone, now };
        let read = CalendarFile::read(file.as_bytes(), reader).expect("a calendar").events.remove(0);
        assert_eq!(read.refused, None, "{rule}");
        let read: Vec<String> = read
            .occurrences
            .iter()
            .map(|one| one.starts.local().format("%Y-%m-%dT%H:%M").to_string())
            .map(|time| time.replace("2027-03-28T03:00", "2027-03-28T02:00"))
            .collect();
        let oracle: Value = serde_json::from_str(oracle).expect("JSON");
        assert_eq!(json!(read), oracle, "{rule} from {starts}");
        some += usize::from(!read.is_empty());
    }
    assert!(some > 200, "only {some} rules gave any time");
}

//! Calendar files, read by software that is not ours.

use std::{
    env,
    io::Write as _,
    process::{Command, Stdio},
};

use app::domain::moment::Zone;
use axum::http::StatusCode;
use serde_json::Value;

use crate::{
    browser::{Browser, Got, TestApp, at},
    databases::each,
    meetings::book,
};

const ZONE: Zone = chrono_tz::Europe::Copenhagen;

/// What a calendar program reads in a file.
fn read(file: &str) -> Vec<Value> {
    let python = env::var("TEST_PYTHON")
        .expect("set TEST_PYTHON to a python3 with the packages of server/tests/it/requirements.txt");
    let mut check = Command::new(python);
    check.arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/calendar_check.py"));
    let mut check = check.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("TEST_PYTHON starts");
    check.stdin.take().expect("its input").write_all(file.as_bytes()).expect("it reads");
    let output = check.wait_with_output().expect("it ends");
    assert!(output.status.success(), "{file}");
    serde_json::from_slice(&output.stdout).expect("JSON")
}

/// The event of a meeting.
fn event<'a>(events: &'a [Value], meeting: &str) -> &'a Value {
    let id = meeting.rsplit('/').next().expect("an id");
    let found = events.iter().find(|event| event["uid"].as_str().is_some_and(|uid| uid.starts_with(id)));
    found.unwrap_or_else(|| panic!("{meeting} is not in {events:?}"))
}

fn is_calendar(got: &Got) -> bool {
    got.status == StatusCode::OK
        && got.header("content-type") == "text/calendar; charset=utf-8"
        && got.header("cache-control") == "no-store"
}

/// Makes an address and gives its path.
pub(crate) async fn address(browser: &mut Browser, detail: &str) -> String {
    let made = browser.post("/calendar", &format!("detail={detail}")).await;
    assert_eq!(made.status, StatusCode::OK);
    let address = made.values("value", "http").first().expect("the address").clone();
    let path = address.split_once("/calendar/").expect("its secret").1.to_owned();
    assert!(made.body.contains("href=\"webcal://") && path.len() == 43);
    assert!(!browser.get("/calendar").await.body.contains(&path), "it is shown once");
    format!("/calendar/{path}")
}

#[tokio::test]
async fn a_calendar_follows_a_series_over_summer_time_a_move_and_a_cancellation() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        app.clock.set(at("2026-10-12 09:00"));
        let mut adviser = app.sign_in("adviser").await;
        let mut meetings = Vec::new();
        for day in ["2026-10-20", "2027-03-23"] {
            let more = format!(
                "day={day}&time=10:00&repeat=1_week&times=2&place_words=K%C3%A6lderen%2C+lokale+4%3B+%5C+d%C3%B8r"
            );
            meetings.push(book(&app, &mut adviser, &more).await);
        }
        let mut parent = app.sign_in("parent").await;
        let calendar = address(&mut parent, "full").await;
        let mut nobody = app.browser();
        let feed = nobody.get(&calendar).await;
        assert!(is_calendar(&feed), "{}", feed.body);
        let events = read(&feed.body);
        for (first, days) in meetings.iter().zip([["2026-10-20", "2026-10-27"], ["2027-03-23", "2027-03-30"]]) {
            let found: Vec<&Value> = days
                .iter()
                .map(|day| {
                    let starts = format!("{day}T10:00");
                    events.iter().find(|event| event["starts"] == starts.as_str()).expect("it is there")
                })
                .collect();
            let shift = if days[0].starts_with("2026") { 3600 } else { -3600 };
            let starts: Vec<i64> = found.iter().map(|event| event["starts_at"].as_i64().expect("seconds")).collect();
            assert_eq!(starts[1] - starts[0], 7 * 86_400 + shift);
            assert_eq!(found[0]["uid"], event(&events, first)["uid"]);
            assert_eq!(found[0]["zone"], ZONE.name());
            assert_eq!(found[0]["summary"], "Om skolen");
            assert_eq!(found[0]["location"], "På kontoret, Kælderen, lokale 4; \\ dør");
            assert_eq!(found[1]["ends_at"].as_i64().expect("seconds") - starts[1], 3600);
        }
        let before = event(&events, &meetings[0]).clone();
        assert_eq!((before["sequence"].as_i64(), before["status"].as_str()), (Some(0), Some("CONFIRMED")));

        let edit = format!("{}/edit", meetings[0]);
        let version = adviser.get(&edit).await.hidden("version");
        let moved = format!(
            "version={version}&title=Om+skolen&day=2026-10-21&time=13:00&minutes=30&place=office&with={}",
            app.person("parent")
        );
        assert_eq!(adviser.post(&edit, &moved).await.status, StatusCode::SEE_OTHER);
        let events = read(&nobody.get(&calendar).await.body);
        let after = event(&events, &meetings[0]);
        assert_eq!(after["uid"], before["uid"], "the same appointment");
        assert_eq!((after["sequence"].as_i64(), after["starts"].as_str()), (Some(1), Some("2026-10-21T13:00")));

        assert_eq!(adviser.post(&format!("{}/cancel", meetings[0]), "").await.status, StatusCode::SEE_OTHER);
        let events = read(&nobody.get(&calendar).await.body);
        let after = event(&events, &meetings[0]);
        assert_eq!((after["sequence"].as_i64(), after["status"].as_str()), (Some(2), Some("CANCELLED")));
        assert_eq!(after["uid"], before["uid"]);

        let one = parent.get(&format!("{}/calendar.ics", meetings[1])).await;
        assert!(is_calendar(&one));
        assert_eq!(event(&read(&one.body), &meetings[1])["uid"], event(&events, &meetings[1])["uid"]);
    })
    .await;
}

#[tokio::test]
async fn a_calendar_tells_nothing_but_times_until_more_is_asked_for_and_ends_when_it_is_closed() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let (mut adviser, mut parent) = (app.sign_in("adviser").await, app.sign_in("parent").await);
        let meeting = book(&app, &mut adviser, "day=2027-03-23&time=10:00&repeat=never&place_words=Lokale+4").await;
        let calendar = address(&mut parent, "poor").await;
        let mut nobody = app.browser();
        let feed = nobody.get(&calendar).await;
        let events = read(&feed.body);
        assert!(events.iter().all(|event| event["summary"] == "Aftale" && event["location"] == ""));
        let names = ["parent", "other_parent", "adviser"].map(|role| app.cast[role].name.clone());
        for told in names.iter().map(String::as_str).chain(["skolen", "Lokale", "ommune"]) {
            assert!(!feed.body.contains(told), "{told}");
        }
        let one = parent.get(&format!("{meeting}/calendar.ics")).await;
        assert_eq!(event(&read(&one.body), &meeting)["summary"], "Aftale");
        for wrong in ["/calendar/x", &format!("/calendar/{}", "A".repeat(43)), &calendar[..calendar.len() - 1]] {
            assert_eq!(nobody.get(wrong).await.status, StatusCode::NOT_FOUND, "{wrong}");
        }
        let revoke = parent.get("/calendar").await.values("action", "/calendar-addresses/");
        assert_eq!(parent.post(revoke.first().expect("a way to close it"), "").await.status, StatusCode::SEE_OTHER);
        assert_eq!(nobody.get(&calendar).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

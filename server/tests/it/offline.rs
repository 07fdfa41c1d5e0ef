//! What a parent's own device keeps, and what reaches the server late because there was no net.

use axum::http::{Method, StatusCode};

use crate::{
    browser::{Browser, Got, TestApp, at},
    databases::{each, rows},
};

const FORM: (&str, &str) = ("content-type", "application/x-www-form-urlencoded");
const OURS: (&str, &str) = ("sec-fetch-site", "same-origin");

/// Sends a form that waited so many seconds on the device.
async fn late(browser: &mut Browser, path: &str, waited: &str, form: &str) -> Got {
    browser.send(Method::POST, path, &[FORM, OURS, ("waited", waited)], form.as_bytes().to_vec()).await
}

#[tokio::test]
async fn a_device_is_told_what_it_may_keep_and_for_whom_and_until_when() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let first = parent.get("/").await;
        let offline = first.header("offline").to_owned();
        let (session, until) = offline.split_once(' ').expect("a session and a time");
        assert_eq!(session.len(), 32);
        let days = (until.parse::<i64>().expect("seconds") - at("2026-11-23 09:10").seconds()) / 86_400;
        assert!((59..=61).contains(&days), "the session ends after {days} days without use");

        let words = parent.get("/offline.json").await;
        assert_eq!((words.status, words.header("offline")), (StatusCode::OK, offline.as_str()));
        let words: serde_json::Value = serde_json::from_str(&words.body).expect("JSON");
        let pages: Vec<&str> =
            words["pages"].as_array().expect("a list").iter().filter_map(|page| page.as_str()).collect();
        assert_eq!(pages[..5], ["/", "/check-in/who5", "/plan", "/meetings", "/team"]);
        assert!(pages[5].starts_with("/meetings/"), "the next meeting: {pages:?}");
        for page in pages {
            assert_eq!(parent.get(page).await.header("offline"), offline, "{page}");
        }
        for page in ["/me", "/check-ins", "/notes", "/looked", "/sharing", "/reminders"] {
            assert_eq!(parent.get(page).await.header("offline"), "", "{page} stays on the server");
        }
        assert_eq!(parent.post("/check-in/who5", "version=1").await.header("offline"), "", "nor what was typed");

        let mut other = app.sign_in("other_parent").await;
        assert_ne!(other.get("/").await.header("offline"), offline);
        for role in ["adviser", "contact_person", "project_lead"] {
            let mut browser = app.sign_in(role).await;
            assert_eq!(browser.get("/offline.json").await.status, StatusCode::NOT_FOUND);
            for page in ["/inbox", "/families", "/shared", "/numbers", "/me"] {
                assert_eq!(browser.get(page).await.header("offline"), "", "{role} {page}");
            }
        }
        assert_eq!(app.browser().get("/").await.header("offline"), "no");
        assert_eq!(parent.post("/sign-out", "").await.status, StatusCode::SEE_OTHER);
        assert_eq!(parent.get("/").await.header("offline"), "no");
        assert_eq!(parent.get("/plan").await.header("offline"), "no", "on the way to the door");
    })
    .await;
}

#[tokio::test]
async fn a_shared_phone_keeps_nothing() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let mut at_home = app.sign_in("parent").await;
        assert!(parent.get("/me").await.text().contains("Gem intet på telefonen"));
        assert_eq!(parent.post("/me/offline", "keep=maybe").await.status, StatusCode::BAD_REQUEST);
        assert_eq!(parent.post("/me/offline", "").await.location(), "/me");
        assert!(parent.get("/me").await.text().contains("Vis siderne uden net"));
        let home = parent.get("/").await;
        assert_eq!(home.header("offline"), "no");
        assert!(!home.body.contains("<script"), "and nothing asks it to");
        assert_eq!(parent.get("/offline.json").await.header("offline"), "no");
        assert_ne!(at_home.get("/").await.header("offline"), "no", "it is each device's own");
        assert_eq!(parent.post("/me/offline", "keep=yes").await.location(), "/me");
        assert_ne!(parent.get("/").await.header("offline"), "no");
    })
    .await;
}

#[tokio::test]
async fn what_waited_for_a_net_keeps_the_time_it_was_filled_in() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let id = parent.get("/check-in/who5").await.hidden("id");
        let filled = format!("id={id}&version=1&happy=3&calm=3&active=3&rested=3&interest=3&words=I+tunnellen");
        app.clock.set(at("2026-11-23 11:40"));
        let sent = late(&mut parent, "/check-in/who5", "5400", &filled).await;
        assert_eq!(sent.location(), format!("/check-ins/{id}"));
        assert!(
            parent.get(sent.location()).await.text().contains("gemt i dag kl. 11.40"),
            "saved is when it is on disk"
        );
        let again = late(&mut parent, "/check-in/who5", "9000", &filled).await;
        assert_eq!(again.location(), sent.location(), "what was cut off and sent again is one");
        assert_eq!(number(database, "SELECT COUNT(*) FROM check_in WHERE words = 'I tunnellen'").await, 1);
        let mut adviser = app.sign_in("adviser").await;
        let opened = adviser.get(&format!("/inbox/{id}")).await;
        assert!(
            opened.text().contains("Svaret er skrevet i dag kl. 10.10, mens der ikke var net."),
            "{}",
            opened.text()
        );
        assert!(opened.text().contains("Svar fra i dag kl. 11.40"), "what is promised counts from when it came");

        let plan = parent.get("/plan").await;
        let steps = plan.values("action", "/steps/");
        let step = steps.first().expect("a step to tick");
        assert_eq!(late(&mut parent, step, "700", "done=no&from=plan").await.status, StatusCode::SEE_OTHER);
        let ticked = late(&mut parent, step, "600", "done=yes&from=plan").await;
        assert_eq!(ticked.status, StatusCode::SEE_OTHER);
        let done = "SELECT MAX(done_at) FROM step";
        assert_eq!(number(database, done).await, at("2026-11-23 11:30").seconds());

        for (place, strange) in ["0", "-600", "1e9", "99999999999", "ti", ""].into_iter().enumerate() {
            assert_eq!(late(&mut parent, step, "1", "done=no&from=plan").await.status, StatusCode::SEE_OTHER);
            app.clock.set(at(&format!("2026-11-23 12:0{place}")));
            assert_eq!(late(&mut parent, step, strange, "done=yes&from=plan").await.status, StatusCode::SEE_OTHER);
            assert_eq!(number(database, done).await, at(&format!("2026-11-23 12:0{place}")).seconds(), "{strange}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_browser_is_told_how_to_put_it_on_the_home_screen() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut guest = app.browser();
        for (language, meetings) in [("da", "Møder"), ("en", "Meetings")] {
            let page = guest.get(&format!("/?language={language}")).await;
            let address = format!("/manifest.webmanifest?language={language}");
            assert_eq!(page.values("href", "/manifest"), std::slice::from_ref(&address));
            let got = guest.get(&address).await;
            assert_eq!(got.header("content-type"), "application/manifest+json");
            let manifest: serde_json::Value = serde_json::from_str(&got.body).expect("JSON");
            assert_eq!((&manifest["name"], &manifest["display"]), (&"Vores Plan".into(), &"standalone".into()));
            assert_eq!((&manifest["lang"], &manifest["shortcuts"][1]["name"]), (&language.into(), &meetings.into()));
            let purposes = manifest["icons"].as_array().expect("pictures").iter().map(|icon| icon["purpose"].as_str());
            assert!(purposes.clone().any(|purpose| purpose == Some("maskable")) && purposes.clone().count() == 4);
        }
    })
    .await;
}

#[tokio::test]
async fn the_home_screen_is_spoken_of_from_the_second_day_on_until_that_is_read() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let speaks = async |browser: &mut Browser| browser.get("/").await.body.contains("href=\"/install\"");
        assert!(!speaks(&mut parent).await, "not on the first visit");
        app.clock.set(at("2026-11-24 18:00"));
        assert!(speaks(&mut parent).await);
        let guide = parent.get("/install").await;
        for words in ["På Android", "På iPhone", "Føj til hjemmeskærm", "Føj til startskærm"] {
            assert!(guide.text().contains(words), "{words}");
        }
        assert_eq!(parent.post("/install", "").await.location(), "/");
        assert!(!speaks(&mut parent).await);
        app.clock.set(at("2026-12-24 18:00"));
        assert!(!speaks(&mut parent).await);
    })
    .await;
}

async fn number(database: &crate::databases::Database, sql: &str) -> i64 {
    let rows: Vec<(i64,)> = rows!(database, sql);
    rows[0].0
}

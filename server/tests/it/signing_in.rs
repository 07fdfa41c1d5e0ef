//! Coming in with an invitation, staying, and going.

use axum::http::{Method, StatusCode};

use crate::{
    browser::{ELSEWHERE, HERE, TestApp, at},
    databases::{each, rows},
};

#[tokio::test]
async fn a_quick_exit_is_there_when_asked_for_and_ends_the_session_and_leads_elsewhere() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        const PAGES: [&str; 4] = ["/", "/plan", "/check-in/who5", "/notes"];
        for address in PAGES {
            let page = parent.get(address).await;
            assert!(!page.body.contains("/quick-exit"), "nobody is signed out by a button they did not ask for");
        }
        assert!(parent.get("/me").await.text().contains("Et tryk viser en helt anden side og logger dig ud."));
        assert_eq!(parent.post("/me/quick-exit", "shown=yes").await.status, StatusCode::SEE_OTHER);
        for address in PAGES.into_iter().chain(["/privacy", "/accessibility", "/nowhere", "/families"]) {
            assert!(parent.get(address).await.body.contains("action=\"/quick-exit\""), "{address}");
        }
        assert!(!app.browser().get("/privacy").await.body.contains("/quick-exit"));
        let mut other = app.sign_in("other_parent").await;
        assert!(!other.get("/").await.body.contains("/quick-exit"), "it is each parent's own choice");
        let mut stale = parent.clone();
        let left = parent.post("/quick-exit", "").await;
        assert_eq!((left.status, left.location()), (StatusCode::SEE_OTHER, ELSEWHERE));
        assert_eq!(left.header("clear-site-data"), "\"cache\", \"storage\"");
        assert!(parent.cookie.is_none());
        let ended = stale.get("/plan").await;
        assert_eq!(ended.location(), "/", "the session is over, not only forgotten");
        assert_eq!(ended.header("clear-site-data"), "\"storage\"", "nothing of it stays on a device it ended on");
        assert_eq!(stale.get("/").await.header("clear-site-data"), "\"storage\"");
        assert_eq!(app.browser().get("/plan").await.header("clear-site-data"), "");
        assert_eq!(stale.post("/quick-exit", "").await.location(), ELSEWHERE, "also when it is over");
        let mut adviser = app.sign_in("adviser").await;
        assert!(!adviser.get("/inbox").await.body.contains("/quick-exit"));
    })
    .await;
}

#[tokio::test]
async fn looking_at_an_invitation_uses_nothing_up_and_the_button_works_once() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let address = app.invitation(app.person("parent")).await;
        let mut messenger = app.browser();
        for _ in 0..3 {
            let looked = messenger.get(&address).await;
            assert_eq!(looked.status, StatusCode::OK);
            assert!(looked.text().contains("Tryk for at åbne"));
            assert!(messenger.cookie.is_none());
        }
        let mut parent = app.browser();
        let entered = parent.post(&address, "").await;
        assert_eq!((entered.status, entered.location()), (StatusCode::SEE_OTHER, "/"));
        assert_eq!(parent.get("/plan").await.status, StatusCode::OK);
        assert_eq!(parent.get(&address).await.location(), "/", "her own used link leads her home");
        assert_eq!(parent.post(&address, "").await.location(), "/");

        let mut thief = app.browser();
        let used = thief.post(&address, "").await;
        assert_eq!(used.status, StatusCode::OK);
        assert!(used.text().contains("Linket virker ikke mere"));
        assert!(thief.cookie.is_none());
        assert!(thief.get(&address).await.text().contains("Få et nyt link"));
    })
    .await;
}

#[tokio::test]
async fn an_expired_a_revoked_and_an_unknown_link_say_whom_to_call() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut adviser = app.sign_in("adviser").await;
        let families = adviser.get("/families").await;
        let mut invites = Vec::new();
        for family in families.values("href", "/families/") {
            let page = adviser.get(&family).await;
            invites.extend(page.values("action", "/families/"));
        }
        let person = app.person("parent").to_string();
        let invite = invites.into_iter().find(|action| action.contains(&person)).expect("the parent can be invited");
        let made = adviser.post(&invite, "").await;
        let address = made.values("value", HERE).first().cloned().expect("the link");
        assert!(made.body.contains("<svg"), "the code to show");
        let path = address.strip_prefix(HERE).expect("an address of ours").to_owned();

        let mut parent = app.browser();
        assert!(parent.get(&path).await.text().contains(&app.cast["adviser"].name));
        app.clock.set(at("2026-12-07 08:59"));
        assert!(parent.get(&path).await.text().contains("Tryk for at åbne"));
        app.clock.set(at("2026-12-07 09:00"));
        let expired = parent.get(&path).await;
        assert!(expired.text().contains(&format!("Ring til {}", app.cast["adviser"].name)));
        assert!(expired.body.contains("href=\"tel:"));
        assert!(parent.post(&path, "").await.text().contains("Linket virker ikke mere"));

        let mut adviser = app.sign_in("adviser").await;
        let made = adviser.post(&invite, "").await;
        let path = made.values("value", HERE)[0].strip_prefix(HERE).expect("an address of ours").to_owned();
        let revoke = made.values("action", "/invitations/")[0].clone();
        assert_eq!(adviser.post(&revoke, "").await.status, StatusCode::SEE_OTHER);
        assert!(parent.get(&path).await.text().contains("Linket virker ikke mere"));

        for unknown in [format!("/sign-in/{}", "A".repeat(43)), "/sign-in/x".into(), "/sign-in/%00".into()] {
            let got = parent.get(&unknown).await;
            assert_eq!(got.status, StatusCode::OK);
            assert!(got.text().contains("Ring til den, der gav dig linket."));
        }
    })
    .await;
}

#[tokio::test]
async fn sessions_end_idle_at_their_limit_here_and_everywhere() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let mut adviser = app.sign_in("adviser").await;
        app.clock.set(at("2026-11-23 16:59"));
        assert_eq!(adviser.get("/inbox").await.status, StatusCode::OK);
        app.clock.set(at("2026-11-23 17:00"));
        assert_eq!(adviser.get("/inbox").await.status, StatusCode::SEE_OTHER, "eight hours, in use or not");

        app.clock.set(at("2027-01-20 09:00"));
        assert_eq!(parent.get("/plan").await.status, StatusCode::OK);
        app.clock.set(at("2027-03-20 09:00"));
        assert_eq!(parent.get("/plan").await.status, StatusCode::OK, "use moved the limit");
        app.clock.set(at("2027-05-20 09:00"));
        assert_eq!(parent.get("/plan").await.status, StatusCode::SEE_OTHER, "sixty days without use");

        let mut phone = app.sign_in("parent").await;
        let mut tablet = app.sign_in("parent").await;
        let mut old = app.sign_in("parent").await;
        let me = phone.get("/me").await;
        let devices = me.values("action", "/me/devices/");
        assert_eq!(devices.len(), 2, "the two others; this one has its own button");
        for device in &devices {
            assert_eq!(phone.post(device, "").await.location(), "/me");
        }
        assert_eq!(tablet.get("/plan").await.status, StatusCode::SEE_OTHER);
        assert_eq!(old.get("/plan").await.status, StatusCode::SEE_OTHER);

        let mut tablet = app.sign_in("parent").await;
        let stolen = phone.clone();
        assert_eq!(phone.post("/sign-out/everywhere", "").await.status, StatusCode::SEE_OTHER);
        let late = tablet.post("/me/language", "language=da").await;
        assert_eq!(late.status, StatusCode::UNAUTHORIZED);
        assert!(late.text().contains("Derfor er det, du skrev, ikke gemt."));
        for mut browser in [phone, tablet.clone(), stolen] {
            assert_eq!(browser.get("/plan").await.location(), "/");
        }
        tablet.cookie = None;
        assert!(tablet.get("/").await.text().contains("Sådan kommer du ind"));
    })
    .await;
}

#[tokio::test]
async fn signing_in_on_somebody_elses_browser_signs_them_out() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut shared = app.sign_in("parent").await;
        let before = shared.clone();
        let address = app.invitation(app.person("other_parent")).await;
        shared.post(&address, "").await;
        let mut before = before;
        assert_eq!(before.get("/plan").await.status, StatusCode::SEE_OTHER);
        assert!(shared.get("/me").await.text().contains(&app.cast["other_parent"].name));
    })
    .await;
}

#[tokio::test]
async fn a_browser_forgets_what_pages_kept_on_it_when_somebody_goes_or_comes() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let forgets = "clear-site-data";
        for way_out in ["here", "everywhere", "this device"] {
            let address = app.invitation(app.person("parent")).await;
            let mut parent = app.browser();
            assert_eq!(parent.post(&address, "").await.header(forgets), "\"storage\"");
            assert_eq!(parent.get("/me").await.header(forgets), "", "only then");
            assert_eq!(parent.post("/me/language", "language=da").await.header(forgets), "");
            let out = match way_out {
                "here" => parent.post("/sign-out", "").await,
                "everywhere" => parent.post("/sign-out/everywhere", "").await,
                _ => {
                    let form = parent.get("/check-in/who5").await;
                    let draft = form.values("data-draft", "").remove(0);
                    let session = draft.split(' ').next().expect("the session");
                    parent.post(&format!("/me/devices/{session}/sign-out"), "").await
                }
            };
            assert_eq!((out.location(), out.header(forgets)), ("/", "\"storage\""), "{way_out}");
        }
    })
    .await;
}

#[tokio::test]
async fn guessing_is_slowed_down() {
    each(async |database| {
        let app = TestApp::start_with_tries(&database.db, 5).await;
        let mut guesser = app.browser();
        for _ in 0..5 {
            assert_eq!(guesser.get("/sign-in/guess").await.status, StatusCode::OK);
        }
        assert_eq!(guesser.get("/sign-in/guess").await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(guesser.post("/sign-in/guess", "").await.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(guesser.get("/").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn nothing_changes_at_the_word_of_another_site() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let form = "application/x-www-form-urlencoded";
        for foreign in [
            vec![("content-type", form)],
            vec![("content-type", form), ("sec-fetch-site", "cross-site")],
            vec![("content-type", form), ("origin", "https://evil.example")],
            vec![("content-type", form), ("origin", "null")],
        ] {
            let got = parent.send(Method::POST, "/sign-out/everywhere", &foreign, Vec::new()).await;
            assert_eq!(got.status, StatusCode::FORBIDDEN);
        }
        assert_eq!(parent.get("/plan").await.status, StatusCode::OK, "still signed in");
        let own = [("content-type", form), ("origin", HERE)];
        let got = parent.send(Method::POST, "/sign-out", &own, Vec::new()).await;
        assert_eq!(got.status, StatusCode::SEE_OTHER);
        assert_eq!(parent.get("/plan").await.location(), "/");
    })
    .await;
}

#[tokio::test]
async fn a_new_invitation_ends_the_old() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let first = app.invitation(app.person("parent")).await;
        let second = app.invitation(app.person("parent")).await;
        let mut parent = app.browser();
        assert!(parent.post(&first, "").await.text().contains("Linket virker ikke mere"));
        assert_eq!(parent.post(&second, "").await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn a_browser_forgets_answers_that_were_begun_more_than_a_day_ago_whatever_page_it_opens() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let minutes = app.clock.now().seconds() / 60;
        let session = parent.cookie.clone().expect("a session");
        for (begun, forgets) in [
            (minutes, false),
            (minutes - 24 * 60 + 1, false),
            (minutes - 24 * 60, true),
            (0, true),
            (minutes + 5, false),
            (minutes + 48 * 60, true),
        ] {
            for page in ["/", "/plan", "/health"] {
                parent.cookie = Some(format!("{session}; draft={begun}"));
                let got = parent.get(page).await;
                let told = got.header("clear-site-data") == "\"storage\"";
                assert_eq!(told, forgets, "{page} {begun}");
                let cookies: Vec<_> = got.headers.get_all("set-cookie").iter().collect();
                let gone = cookies.iter().any(|set| set.as_bytes().starts_with(b"draft=; "));
                assert_eq!(gone, forgets, "the cookie goes with the answers");
            }
        }
        for (mode, forgets) in [("navigate", "\"storage\""), ("cors", ""), ("same-origin", "")] {
            parent.cookie = Some(format!("{session}; draft=0"));
            let got = parent.send(Method::GET, "/", &[("sec-fetch-mode", mode)], Vec::new()).await;
            assert_eq!(got.header("clear-site-data"), forgets, "what waits for a net is sent first: {mode}");
        }
        parent.cookie = Some(format!("{session}; draft=nonsense"));
        assert_eq!(parent.get("/").await.header("clear-site-data"), "");
    })
    .await;
}

#[tokio::test]
async fn a_form_sent_late_writes_what_it_is_about_and_the_page_after_it_that_the_session_is_in_use() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let id = parent.get("/check-in/who5").await.hidden("id");
        let seen = async || {
            let rows: Vec<(i64,)> = rows!(database, "SELECT MAX(seen_at) FROM session");
            rows[0].0
        };
        let before = seen().await;
        app.clock.set(app.clock.now().plus_seconds(11 * 60));
        let told = parent
            .post("/check-in/who5", &format!("id={id}&version=1&happy=3&calm=3&active=3&rested=3&interest=3"))
            .await;
        assert_eq!((told.status, seen().await), (StatusCode::SEE_OTHER, before));
        parent.get(told.location()).await;
        assert_eq!(seen().await, app.clock.now().seconds());
    })
    .await;
}

//! The main job: a parent tells, her adviser reads, she sees that it was read.

use app::store;
use axum::http::StatusCode;

use crate::{
    browser::{TestApp, at},
    databases::each,
};

const LOW: &str = "version=1&happy=1&calm=1&active=1&rested=2&interest=2";

#[tokio::test]
async fn a_parent_tells_and_sees_who_read_it_and_what_happens_next() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let home = parent.get("/").await;
        assert!(home.text().contains("i morgen kl. 10"), "the next meeting in words");
        assert!(home.body.contains("href=\"/check-in/who5\""), "a check-in is due");

        app.clock.set(at("2026-11-23 22:41"));
        let form = parent.get("/check-in/who5").await;
        let adviser_name = app.cast["adviser"].name.clone();
        assert!(form.text().contains(&format!("{adviser_name} og {}", app.cast["second_adviser"].name)));
        assert!(form.text().contains("senest i morgen"), "when it is read");
        let id = form.hidden("id");
        let filled = format!("id={id}&{LOW}&words=Jeg+sover+n%C3%A6sten+ikke&call_me=yes");
        let sent = parent.post("/check-in/who5", &filled).await;
        assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, format!("/check-ins/{id}").as_str()));
        let again = parent.post("/check-in/who5", &filled).await;
        assert_eq!(again.location(), sent.location(), "sent twice, saved once");

        let saved = parent.get(sent.location()).await;
        for words in ["gemt i dag kl. 22.41", "Dit tal er 28 af 100", "1888", "112", "Du bad om, at vi ringer"] {
            assert!(saved.text().contains(words), "{words}");
        }
        let home = parent.get("/").await;
        assert!(home.text().contains("Du svarede i dag kl. 22.41"));
        assert!(!home.text().contains("Læst af"));

        app.clock.set(at("2026-11-24 08:30"));
        let mut adviser = app.sign_in("adviser").await;
        let inbox = adviser.get("/inbox").await;
        let list = inbox.values("href", "/inbox/");
        let first = format!("/inbox/{id}");
        assert!(
            list.iter().take(2).any(|link| *link == first),
            "only the other parent's can need it as much: {list:?}"
        );
        assert!(inbox.text().contains("Lavt tal: 28. Vil gerne ringes op"));
        let opened = adviser.get(&first).await;
        assert!(opened.text().contains("Jeg sover næsten ikke"));

        let refused = adviser.post(&first, "words=Jeg+ringer").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Jeg ringer") && refused.text().contains("Vælg et af svarene"));

        assert!(
            opened.text().contains("Vil gerne ringes op. Læses senest i dag kl. 15. Det har familien fået at vide.")
        );
        let nothing = adviser.post(&first, "next_step=nothing").await;
        assert_eq!(nothing.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nothing.text().contains("Der er lovet et opkald."));

        app.clock.set(at("2026-11-24 10:14"));
        let closed = adviser.post(&first, "next_step=call&by=2026-11-25&words=Jeg+ringer+onsdag+kl.+9").await;
        assert_eq!((closed.status, closed.location()), (StatusCode::SEE_OTHER, "/inbox"));
        assert!(!adviser.get("/inbox").await.body.contains(&id));
        let mut second = app.sign_in("second_adviser").await;
        assert_eq!(
            second.post(&first, "next_step=meeting&by=2026-11-25&words=Enig").await.status,
            StatusCode::CONFLICT
        );

        app.clock.set(at("2026-11-26 12:00"));
        let home = parent.get("/").await;
        assert!(home.text().contains(&format!("Læst af {adviser_name} tirsdag kl. 10.14.")), "{}", home.text());
        assert!(home.text().contains("Jeg ringer onsdag kl. 9"));

        let id = parent.get("/check-in/who5").await.hidden("id");
        let newer = format!("id={id}&version=1&happy=4&calm=4&active=4&rested=4&interest=4");
        assert_eq!(parent.post("/check-in/who5", &newer).await.status, StatusCode::SEE_OTHER);
        let changed = parent.post("/check-in/who5", &format!("{newer}&words=Ring+alligevel")).await;
        assert_ne!(changed.location(), format!("/check-ins/{id}"), "what was changed is told anew");
        assert!(parent.get(changed.location()).await.body.contains("tel:1888"));
        let home = parent.get("/").await;
        assert!(home.text().contains("Jeg ringer onsdag kl. 9"), "a reply stays though something newer was told");
        assert!(home.text().contains("Du svarede i dag"));
    })
    .await;
}

#[tokio::test]
async fn a_promise_that_was_missed_is_said_to_be_missed() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let id = parent.get("/check-in/who5").await.hidden("id");
        let sent = parent.post("/check-in/who5", &format!("id={id}&{LOW}&call_me=yes")).await;
        assert!(parent.get(sent.location()).await.text().contains("læser det senest i morgen."));

        app.clock.set(at("2026-11-25 10:00"));
        let late = parent.get(sent.location()).await;
        assert!(late.text().contains("Det skulle være læst senest i går."));
        assert!(late.text().contains("Har ingen ringet, så ring til os."));
        assert!(!late.text().contains("læser det senest"));
        let mut adviser = app.sign_in("adviser").await;
        let opened = adviser.get(&format!("/inbox/{id}")).await;
        assert!(opened.text().contains("Skulle være læst i går kl. 15. Det har familien fået at vide."));
    })
    .await;
}

#[tokio::test]
async fn a_missing_answer_gets_a_sentence_and_loses_nothing() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let id = parent.get("/check-in/who5").await.hidden("id");
        let filled = format!("id={id}&version=1&happy=3&active=1&rested=2&interest=2&words=Hej&call_me=yes");
        let refused = parent.post("/check-in/who5", &filled).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("id=\"calm-problem\""));
        assert!(refused.text().contains("Vælg det svar, der passer bedst."));
        assert_eq!(refused.body.matches(" checked").count(), 5, "four answers and the check box are still there");
        assert!(refused.text().contains("Hej"));
        assert_eq!(refused.hidden("id"), id);
        assert_eq!(parent.get(&format!("/check-ins/{id}")).await.status, StatusCode::NOT_FOUND, "nothing is stored");
    })
    .await;
}

#[tokio::test]
async fn a_step_is_ticked_and_the_tick_taken_back() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let home = parent.get("/").await;
        let step = home
            .body
            .split("<form")
            .find(|form| form.contains("class=\"step\""))
            .and_then(|form| form.split("action=\"").nth(1))
            .and_then(|action| action.split('"').next())
            .expect("a step to tick")
            .to_owned();
        let done = |got: &crate::browser::Got| {
            got.body.split("<form").any(|form| form.contains("class=\"step done\"") && form.contains(&step))
        };
        assert!(!done(&home));
        let ticked = parent.post(&step, "done=yes&from=home").await;
        assert_eq!(ticked.status, StatusCode::SEE_OTHER);
        assert!(ticked.location().starts_with("/#s"));
        assert!(done(&parent.get("/").await));
        parent.post(&step, "done=no&from=home").await;
        assert!(!done(&parent.get("/").await));
        for wrong in ["", "done=perhaps", "done=yes&done=no", "done=yes&from=https://evil.example"] {
            assert_eq!(parent.post(&step, wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
    })
    .await;
}

#[tokio::test]
async fn help_numbers_come_with_free_words_whatever_the_score() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        for (words, helped) in [("", false), ("Det+g%C3%A5r+fint", true)] {
            let id = parent.get("/check-in/who5").await.hidden("id");
            let filled = format!("id={id}&version=1&happy=5&calm=5&active=5&rested=5&interest=5&words={words}");
            let sent = parent.post("/check-in/who5", &filled).await;
            let saved = parent.get(sent.location()).await;
            assert!(saved.text().contains("Dit tal er 100 af 100"));
            assert_eq!(saved.body.contains("tel:1888"), helped);
        }
    })
    .await;
}

/// Is away on these days.
async fn be_away(app: &TestApp, role: &str, from: &str, until: &str) {
    let sent = app.sign_in(role).await.post("/away", &format!("from={from}&until={until}")).await;
    assert_eq!(sent.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn only_those_who_are_there_are_named_to_read_it() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        app.clock.set(at("2026-11-23 22:40"));
        let [primary, secondary] = ["adviser", "second_adviser"].map(|role| app.cast[role].name.to_string());
        let promises = async |minutes: i64| {
            app.clock.set(at("2026-11-23 22:40").plus_seconds(60 * minutes));
            let mut parent = app.sign_in("parent").await;
            let form = parent.get("/check-in/who5").await;
            let told = parent.post("/check-in/who5", &format!("id={}&{LOW}", form.hidden("id"))).await;
            [form.text(), parent.get(told.location()).await.text()]
        };
        let both = format!("{primary} og {secondary} læser d");
        assert!(promises(0).await.iter().all(|promise| promise.contains(&both)));
        be_away(&app, "adviser", "2026-11-24", "2026-11-27").await;
        for promise in promises(15).await {
            assert!(promise.contains(&format!("{secondary} læser d")) && !promise.contains(&primary), "{promise}");
        }
        be_away(&app, "second_adviser", "2026-11-24", "2026-11-24").await;
        for promise in promises(30).await {
            assert!(!promise.contains(&primary) && !promise.contains(&secondary), "{promise}");
            assert!(promise.contains(" læser d"), "somebody does: {promise}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_calm_answer_stands_in_the_second_inbox_next_morning_when_the_first_is_away() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let next_morning = async |told_at: &str, morning: &str| {
            app.clock.set(at(told_at));
            let mut parent = app.sign_in("parent").await;
            let id = parent.get("/check-in/who5").await.hidden("id");
            let calm = format!("id={id}&version=1&happy=4&calm=4&active=4&rested=4&interest=4");
            assert_eq!(parent.post("/check-in/who5", &calm).await.location(), format!("/check-ins/{id}"));
            app.clock.set(at(morning));
            store::move_on(&app.db, app.clock.now()).await.expect("what was due");
            let inbox = app.sign_in("second_adviser").await.get("/inbox").await;
            inbox.values("href", "/inbox/").contains(&format!("/inbox/{id}"))
        };
        assert!(!next_morning("2026-11-22 22:40", "2026-11-23 08:50").await, "the first is there");
        be_away(&app, "adviser", "2026-11-24", "2026-11-27").await;
        assert!(next_morning("2026-11-23 22:40", "2026-11-24 08:50").await, "the first is away");
    })
    .await;
}

//! The team meeting: every family on a line, promises kept, and what was agreed noted on a walk through the families.

use axum::http::StatusCode;

use crate::{
    browser::{Browser, Got, TestApp, at},
    databases::each,
};

const LOW: &str = "version=1&happy=1&calm=1&active=1&rested=1&interest=1";

/// The parent of the story tells that it is hard, and her adviser promises to call by the 24th.
async fn promised(app: &TestApp) -> Browser {
    let mut parent = app.sign_in("parent").await;
    let id = parent.get("/check-in/who5").await.hidden("id");
    parent.post("/check-in/who5", &format!("id={id}&{LOW}&call_me=yes")).await;
    let mut adviser = app.sign_in("adviser").await;
    let closed = adviser.post(&format!("/inbox/{id}"), "next_step=call&by=2026-11-24&words=Jeg+ringer").await;
    assert_eq!(closed.status, StatusCode::SEE_OTHER, "{}", closed.text());
    adviser
}

/// The line of the family of the story.
fn line_of(got: &Got, family: &str) -> String {
    let body = got.body.split("<li id=\"f").find(|line| line.starts_with(family)).expect("the family has a line");
    let headers = got.headers.clone();
    Got { status: got.status, headers, body: format!("<{body}") }.text()
}

/// Every family of the list, in its order.
fn families(list: &Got) -> Vec<String> {
    list.values("id", "f").into_iter().filter(|id| id.len() == 33).map(|id| id[1..].to_owned()).collect()
}

async fn family_of_story(app: &TestApp, adviser: &mut Browser) -> String {
    let name = app.cast["parent"].name.rsplit(' ').next().expect("a last name").to_owned();
    let list = adviser.get("/team-meeting").await;
    let all = families(&list);
    let story = all.iter().find(|family| line_of(&list, family).contains(&format!("Familien {name}")));
    story.expect("the family of the story").clone()
}

#[tokio::test]
async fn every_family_has_a_line_with_what_is_new_what_was_promised_and_who_speaks_first() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut adviser = promised(&app).await;
        let list = adviser.get("/team-meeting").await;
        let own = adviser.get("/families").await;
        assert!(own.body.contains("href=\"/team-meeting\"") && own.text().contains("Teammøde torsdag"));
        let mut lines = families(&list);
        let mut all: Vec<String> =
            own.values("href", "/families/").iter().map(|link| link.replace("/families/", "")).collect();
        all.retain(|family| family.len() == 32);
        assert_eq!(lines.len(), all.len());
        let family = family_of_story(&app, &mut adviser).await;
        assert!(lines.iter().take(3).any(|first| *first == family), "those in need stand first");
        lines.sort_unstable();
        all.sort_unstable();
        assert_eq!(lines, all);

        let karen = &app.cast["adviser"].name;
        let line = line_of(&list, &family);
        let promise = format!("{karen} ringer til Amina. Senest i morgen.");
        for words in ["lavt", &promise, &format!("{karen} har ordet")] {
            assert!(line.contains(words), "{words}: {line}");
        }
        assert!(line.contains("fra 60 til 20"), "numbers in words too: {line}");

        app.clock.set(at("2026-11-26 10:00"));
        let mut adviser = app.sign_in("adviser").await;
        let list = adviser.get("/team-meeting").await;
        assert!(list.text().contains("Næste teammøde er i dag."));
        assert!(list.text().contains("siden teammødet torsdag den 12. november"), "{}", list.text());
        assert!(line_of(&list, &family).contains("Det skulle være sket senest tirsdag."));
        let longer = adviser.get("/team-meeting/4-weeks").await;
        assert!(longer.text().contains("i de sidste 4 uger, siden torsdag den 29. oktober."));
        assert_eq!(families(&longer).len(), families(&list).len());
    })
    .await;
}

#[tokio::test]
async fn a_promise_is_ticked_off_where_one_was_and_once_is_enough() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut adviser = promised(&app).await;
        let family = family_of_story(&app, &mut adviser).await;
        let own = format!("/team-meeting/4-weeks/{family}");
        let page = adviser.get(&own).await;
        let promise = page.values("action", "/promises/").first().expect("a promise").clone();
        let review = promise.replace("/promises/", "").replace("/kept", "");
        for wrong in
            ["", "period=since_last", "on=list", "period=ever&on=list", "period=4_weeks&on=https://evil.example"]
        {
            assert_eq!(adviser.post(&promise, wrong).await.status, StatusCode::BAD_REQUEST, "{wrong}");
        }
        for (form, back) in [
            ("period=4_weeks&on=family", format!("{own}#p{review}")),
            ("period=since_last&on=list", format!("/team-meeting#p{review}")),
        ] {
            let kept = adviser.post(&promise, form).await;
            assert_eq!((kept.status, kept.location()), (StatusCode::SEE_OTHER, back.as_str()));
        }
        let page = adviser.get(&own).await;
        assert!(page.text().contains("ringer til Amina. Holdt."));
        assert!(!page.values("action", "/promises/").contains(&promise));
        app.clock.set(at("2026-11-24 10:00"));
        assert!(!adviser.get(&own).await.text().contains("ringer til Amina."), "done is done");
    })
    .await;
}

#[tokio::test]
async fn a_walk_leads_through_every_family_once_and_keeps_what_was_agreed() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut adviser = promised(&app).await;
        for (list, period) in [("/team-meeting", "since_last"), ("/team-meeting/4-weeks", "4_weeks")] {
            let order = families(&adviser.get(list).await);
            assert!(order.len() > 2);
            let mut here = format!("{list}/{}", order[0]);
            for family in &order {
                assert_eq!(here, format!("{list}/{family}"));
                let page = adviser.get(&here).await;
                assert_eq!(page.status, StatusCode::OK);
                assert_eq!(page.body.matches(" autofocus").count(), 1, "one thing has the focus");
                for promise in page.values("action", "/promises/") {
                    adviser.post(&promise, &format!("period={period}&on=family")).await;
                }
                let form = format!("id={}&words=Vi+m%C3%B8des+igen", page.hidden("id"));
                let saved = adviser.post(&here, &form).await;
                assert_eq!(saved.status, StatusCode::SEE_OTHER);
                assert_eq!(adviser.post(&here, &form).await.location(), saved.location(), "sent twice, saved once");
                assert_eq!(
                    adviser.get(&here).await.body.matches("Vi mødes igen").count(),
                    1 + usize::from(list.ends_with("weeks"))
                );
                here = saved.location().to_owned();
            }
            assert_eq!(here, list, "after the last comes the list");
            let said = adviser.get(list).await.body.matches("Vi mødes igen").count();
            assert_eq!(said, order.len() * if period == "4_weeks" { 2 } else { 1 });
        }
    })
    .await;
}

#[tokio::test]
async fn an_empty_or_endless_agreement_gets_a_sentence_and_loses_nothing() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut adviser = promised(&app).await;
        let family = family_of_story(&app, &mut adviser).await;
        let address = format!("/team-meeting/{family}");
        let id = adviser.get(&address).await.hidden("id");
        let long = format!("id={id}&words=Karen+ringer+{}", "m%C3%A5ske+".repeat(400));
        for (form, sentence, kept) in [
            (format!("id={id}&words=++"), "Skriv noget her.", ""),
            (format!("id={id}"), "Skriv noget her.", ""),
            (long, "Det er for langt. Brug højst 2000 tegn.", "Karen ringer måske måske"),
            (format!("id={id}&words=a&words=b"), "Vælg kun ét svar.", "a"),
        ] {
            let refused = adviser.post(&address, &form).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{sentence}");
            assert!(refused.text().contains(sentence) && refused.text().contains(kept), "{sentence}");
            assert!(refused.body.contains("id=\"words-problem\"") && refused.body.contains("words-hint words-problem"));
            assert_eq!(refused.hidden("id"), id);
            assert_eq!(refused.body.matches(" autofocus").count(), 1);
        }
        assert_eq!(adviser.post(&address, "words=Uden+id").await.status, StatusCode::BAD_REQUEST);
        let made = database.texts("SELECT words FROM agreement").await;
        assert!(made.is_empty(), "nothing is stored: {made:?}");
    })
    .await;
}

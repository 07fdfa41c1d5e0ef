//! Meetings from the first booking to what all heard: booked, answered, moved, held and written down.

use axum::http::StatusCode;

use crate::{
    browser::{Browser, Got, TestApp, at},
    databases::each,
};

/// The address of the family of the story, for its adviser.
pub(crate) async fn family(app: &TestApp, adviser: &mut Browser) -> String {
    let other_parent = &app.cast["other_parent"].name;
    for link in adviser.get("/families").await.values("href", "/families/") {
        if adviser.get(&link).await.text().contains(other_parent) {
            return link;
        }
    }
    panic!("no family of {other_parent}")
}

/// A form that books a meeting with both parents and the adviser.
fn booking(app: &TestApp, page: &Got, more: &str) -> String {
    let with: Vec<String> =
        ["parent", "other_parent", "adviser"].iter().map(|role| format!("with={}", app.person(role))).collect();
    format!("id={}&title=Om+skolen&minutes=60&place=office&{}&{more}", page.hidden("id"), with.join("&"))
}

/// Books it; gives the address of the (first) meeting.
pub(crate) async fn book(app: &TestApp, adviser: &mut Browser, more: &str) -> String {
    let new = format!("{}/meetings/new", family(app, adviser).await);
    let form = booking(app, &adviser.get(&new).await, more);
    let booked = adviser.post(&new, &form).await;
    assert_eq!(booked.status, StatusCode::SEE_OTHER, "{}", booked.text());
    assert_eq!(adviser.post(&new, &form).await.location(), booked.location(), "sent twice, booked once");
    booked.location().to_owned()
}

/// The meetings a parent's list leads to.
async fn listed(parent: &mut Browser) -> Vec<String> {
    let mut links = parent.get("/meetings").await.values("href", "/meetings/");
    links.sort_unstable();
    links
}

#[tokio::test]
async fn a_repeated_meeting_keeps_its_hour_is_answered_with_other_times_and_moves() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        app.clock.set(at("2027-03-08 09:00"));
        let (mut adviser, mut parent) = (app.sign_in("adviser").await, app.sign_in("parent").await);
        let before = listed(&mut parent).await;
        let first = book(&app, &mut adviser, "day=2027-03-23&time=10:00&repeat=1_week&times=3&agenda=Lektier").await;
        let all = listed(&mut parent).await;
        assert_eq!(all.len(), before.len() + 3);
        let list = parent.get("/meetings").await.text();
        for day in ["tirsdag den 23. marts kl. 10", "tirsdag den 30. marts kl. 10", "tirsdag den 6. april kl. 10"] {
            assert!(list.to_lowercase().contains(day), "{day}: {list}");
        }

        let page = parent.get(&first).await;
        assert!(page.text().contains("Kommer du?") && page.text().contains("Lektier"));
        assert!(page.text().contains("Digital Post"));
        let version = page.hidden("version");
        let answer = format!("{first}/answer");
        let typed = format!(
            "version={version}&coming=another_time&interpreter=Somali&leave_out={}",
            app.person("other_parent")
        );
        let refused = parent.post(&answer, &typed).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Vælg en dag.") && refused.body.contains("value=\"Somali\""), "all is kept");
        let times = "day_1=2027-03-24&time_1=13:00&day_2=2027-03-25&time_2=09:30";
        assert_eq!(parent.post(&answer, &format!("{typed}&{times}")).await.status, StatusCode::SEE_OTHER);
        assert!(parent.get(&first).await.text().contains("Du har bedt om en anden tid."));

        let seen = adviser.get(&first).await.text();
        let amina = app.cast["parent"].name.clone();
        for words in [
            format!("{amina} vil gerne have en anden tid."),
            format!("{} foreslår onsdag den 24. marts kl. 13.", amina.split(' ').next().expect("a name")),
            "kl. 9.30".into(),
            "Har brug for en tolk: Somali.".into(),
            format!("Vil helst ikke mødes med {}.", app.cast["other_parent"].name),
        ] {
            assert!(seen.contains(&words), "{words}: {seen}");
        }
        let mut other = app.sign_in("other_parent").await;
        let seen = other.get(&first).await.text();
        assert!(seen.contains(&format!("{amina} vil gerne have en anden tid.")));
        for private in ["Somali", "foreslår", "Vil helst ikke"] {
            assert!(!seen.contains(private), "{private} is told to the other parent");
        }

        let edit = format!("{first}/edit");
        let page = adviser.get(&edit).await;
        assert!(page.text().contains("foreslår onsdag den 24. marts kl. 13"));
        let family = family(&app, &mut adviser).await;
        let form = booking(&app, &adviser.get(&format!("{family}/meetings/new")).await, "");
        let form = form.split_once('&').expect("fields").1.to_owned();
        let moved = format!("version={}&{form}&day=2027-03-24&time=13:00", page.hidden("version"));
        assert_eq!(adviser.post(&edit, &moved).await.status, StatusCode::SEE_OTHER);
        let page = parent.get(&first).await;
        assert!(page.text().contains("Onsdag den 24. marts kl. 13") && !page.text().contains("Du har bedt om"));
        let late = parent.post(&answer, &format!("version={version}&coming=yes")).await;
        assert_eq!(late.status, StatusCode::CONFLICT, "a yes to another time is no yes");
        let yes = format!("version={}&coming=yes", page.hidden("version"));
        assert_eq!(parent.post(&answer, &yes).await.status, StatusCode::SEE_OTHER);
        assert!(adviser.get(&family).await.text().contains(&format!("{amina} kommer.")));
    })
    .await;
}

#[tokio::test]
async fn a_stale_change_shows_what_is_there_now_beside_what_was_typed() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let (mut one, mut other) = (app.sign_in("adviser").await, app.sign_in("second_adviser").await);
        let meeting = book(&app, &mut one, "day=2027-03-24&time=13:00&repeat=never").await;
        let edit = format!("{meeting}/edit");
        let version = one.get(&edit).await.hidden("version");
        let change = |title: &str, version: &str| {
            format!("version={version}&title={title}&day=2027-03-24&time=14:00&minutes=30&place=phone")
        };
        assert_eq!(other.post(&edit, &change("Fritid", &version)).await.status, StatusCode::SEE_OTHER);
        let stale = one.post(&edit, &change("Penge", &version)).await;
        assert_eq!(stale.status, StatusCode::CONFLICT);
        let text = stale.text();
        assert!(text.contains("En anden har ændret mødet imens.") && text.contains("Fritid"), "{text}");
        assert!(stale.body.contains("value=\"Penge\""), "what was typed is kept");
        assert_eq!(one.post(&edit, &change("Penge", &stale.hidden("version"))).await.status, StatusCode::SEE_OTHER);
        assert!(one.get(&meeting).await.text().contains("Penge"));
    })
    .await;
}

#[tokio::test]
async fn who_is_busy_is_shown_before_it_is_booked_over() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut adviser = app.sign_in("adviser").await;
        book(&app, &mut adviser, "day=2027-03-23&time=10:00&repeat=never").await;
        let new = format!("{}/meetings/new", family(&app, &mut adviser).await);
        let page = adviser.get(&new).await;
        let form = booking(&app, &page, "day=2027-03-16&time=10:30&repeat=1_week&times=2&bring=Skemaet");
        let shown = adviser.post(&new, &form).await;
        assert_eq!(shown.status, StatusCode::UNPROCESSABLE_ENTITY);
        let text = shown.text();
        let busy = format!("{} har allerede en aftale tirsdag den 23. marts kl. 10.", app.cast["adviser"].name);
        assert!(text.contains(&busy) && text.contains("Skemaet"), "{text}");
        let anyway = shown.body.split(" name=\"anyway\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let anyway = anyway.expect("a way on").replace(' ', "+");
        let others = form.replace("2027-03-16", "2027-03-23");
        let again = adviser.post(&new, &format!("{others}&anyway=1")).await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY, "only what was shown is booked over");
        assert_eq!(adviser.post(&new, &format!("{form}&anyway={anyway}")).await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

#[tokio::test]
async fn what_all_heard_is_the_same_for_all_and_a_decision_stands_in_the_plan() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let (mut adviser, mut parent) = (app.sign_in("adviser").await, app.sign_in("parent").await);
        let meeting = book(&app, &mut adviser, "day=2026-11-24&time=09:00&repeat=never").await;
        let point = format!("id={}&point=Vores+kat", parent.get(&meeting).await.hidden("id"));
        for _ in 0..2 {
            assert_eq!(parent.post(&format!("{meeting}/agenda"), &point).await.status, StatusCode::SEE_OTHER);
        }
        assert_eq!(adviser.get(&meeting).await.body.matches("Vores kat").count(), 1);
        assert!(!adviser.get(&meeting).await.text().contains("Det blev sagt"), "it has not been held");

        app.clock.set(at("2026-11-24 10:30"));
        let (mut adviser, mut parent) = (app.sign_in("adviser").await, app.sign_in("parent").await);
        let written = adviser.post(&format!("{meeting}/note"), "before=&note=Vi+pr%C3%B8ver+en+uge").await;
        assert_eq!(written.status, StatusCode::SEE_OTHER);
        let clash = adviser.post(&format!("{meeting}/note"), "before=&note=Noget+andet").await;
        assert_eq!(clash.status, StatusCode::CONFLICT);
        assert!(clash.text().contains("Vi prøver en uge") && clash.text().contains("Noget andet"));
        let page = parent.get(&meeting).await;
        let comment = format!("id={}&comment=Det+er+godt", page.hidden("id"));
        assert_eq!(parent.post(&format!("{meeting}/comments"), &comment).await.status, StatusCode::SEE_OTHER);
        let mut other = app.sign_in("other_parent").await;
        for browser in [&mut parent, &mut other, &mut adviser] {
            let text = browser.get(&meeting).await.text();
            assert!(text.contains("Vi prøver en uge") && text.contains("Det er godt"));
        }
        let page = adviser.get(&meeting).await;
        let goal = page.body.split("name=\"goal\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
        let form = format!("id={}&goal={}&doer=&due=", page.hidden("id"), goal.expect("a goal"));
        let refused = adviser.post(&format!("{meeting}/decisions"), &form).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        let decided = adviser.post(&format!("{meeting}/decisions"), &format!("{form}&step=K%C3%B8b+en+madkasse")).await;
        assert_eq!(decided.status, StatusCode::SEE_OTHER);
        assert!(parent.get("/plan").await.text().contains("Køb en madkasse"));

        assert_eq!(adviser.post(&format!("{meeting}/missed"), "missed=yes").await.status, StatusCode::SEE_OTHER);
        assert!(parent.get(&meeting).await.text().contains("Det blev ikke til noget denne gang."));
        assert_eq!(adviser.post(&format!("{meeting}/missed"), "").await.status, StatusCode::SEE_OTHER);
        assert!(!parent.get(&meeting).await.text().contains("ikke til noget"));
    })
    .await;
}

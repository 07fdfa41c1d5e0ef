//! The plan, written together by a family and its team.

use app::domain::id::Id;
use axum::http::StatusCode;

use crate::{
    browser::{Browser, Got, TestApp},
    databases::each,
};

fn fresh(app: &TestApp) -> Id<()> {
    Id::fresh(app.clock.now())
}

/// The address of the family whose plan a parent reads, from the links on it.
async fn family(parent: &mut Browser) -> String {
    let plan = parent.get("/plan").await;
    let new = plan.values("href", "/families/").into_iter().find(|link| link.ends_with("/hopes/new"));
    new.expect("a way to write a hope").trim_end_matches("/hopes/new").to_owned()
}

/// Fills in the form of an address: what it holds already, with these fields instead.
async fn fill(browser: &mut Browser, address: &str, fields: &[(&str, &str)]) -> Got {
    let page = browser.get(address).await;
    assert_eq!(page.status, StatusCode::OK, "{address}");
    let mut form: Vec<String> = ["id", "entry", "seen"]
        .into_iter()
        .filter(|name| page.body.contains(&format!("type=\"hidden\" name=\"{name}\"")))
        .map(|name| format!("{name}={}", page.hidden(name)))
        .collect();
    form.extend(fields.iter().map(|(name, value)| format!("{name}={value}")));
    browser.post(address, &form.join("&")).await
}

const GOAL: [(&str, &str); 6] = [
    ("title", "Fodbold"),
    ("area", "leisure"),
    ("state", "waiting"),
    ("going_well", "Han+vil+gerne"),
    ("worries", ""),
    ("scale", "4"),
];

#[tokio::test]
async fn a_family_writes_a_hope_and_agrees_on_a_goal_with_its_adviser() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let family = family(&mut parent).await;
        let written = fill(&mut parent, &format!("{family}/hopes/new"), &[("words", "Mere+tid+sammen")]).await;
        assert_eq!((written.status, written.location()), (StatusCode::SEE_OTHER, "/plan"));
        assert!(parent.get("/plan").await.text().contains("Mere tid sammen"));

        let mut adviser = app.sign_in("adviser").await;
        assert!(adviser.get(&format!("{family}/plan")).await.text().contains("Mere tid sammen"));
        let proposed = fill(&mut adviser, &format!("{family}/goals/new"), &GOAL).await;
        assert_eq!(proposed.location(), format!("{family}/plan"));
        let waits = adviser.get(&format!("{family}/plan")).await;
        assert!(waits.text().contains("Familien har ikke svaret endnu."));

        let plan = parent.get("/plan").await;
        let name = app.cast["adviser"].name.split(' ').next().expect("a first name").to_owned();
        assert!(plan.text().contains(&format!("{name} foreslår et mål")), "{}", plan.text());
        let answer = plan.values("action", "/plan/changes/").remove(0);
        assert_eq!(adviser.post(&answer, "seen=0&answer=yes").await.status, StatusCode::NOT_FOUND);
        let yes = parent.post(&answer, "seen=0&answer=yes").await;
        assert_eq!((yes.status, yes.location()), (StatusCode::SEE_OTHER, "/plan"));
        let plan = parent.get("/plan").await;
        assert!(plan.text().contains("Fodbold") && !plan.text().contains("foreslår"));

        let history = parent.get(&format!("{family}/plan/changes")).await;
        assert!(history.text().contains("sagde ja"), "{}", history.text());
        let undo = history.values("action", "/plan/changes/").remove(0);
        assert_eq!(parent.post(&undo, "").await.status, StatusCode::SEE_OTHER);
        assert!(parent.get("/plan").await.text().contains("Det lader I ligge"));
        let twice = parent.post(&undo, "").await;
        assert_eq!(twice.status, StatusCode::CONFLICT);
        assert!(twice.text().contains("Det er ændret, siden du så det."));
        let looked = parent.get("/looked").await;
        assert!(looked.text().contains("Arbejdede med jeres plan."));
    })
    .await;
}

#[tokio::test]
async fn whoever_writes_second_sees_both_and_loses_nothing() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let (mut one, mut other) = (app.sign_in("parent").await, app.sign_in("other_parent").await);
        let plan = one.get("/plan").await;
        let goal = plan.values("href", "/goals/").into_iter().find(|link| !link.ends_with("/new")).expect("a goal");
        let (mine, theirs) = (one.get(&goal).await, other.get(&goal).await);
        let form = |page: &Got, title: &str, id: Id<()>| {
            format!(
                "id={id}&seen={}&title={title}&area=school&state=live&going_well=Godt&worries=&scale=7",
                page.hidden("seen")
            )
        };
        let first = one.post(&goal, &form(&mine, "Ro+om+morgenen", fresh(&app))).await;
        assert_eq!(first.status, StatusCode::SEE_OTHER);
        let second = other.post(&goal, &form(&theirs, "Ro+om+aftenen", fresh(&app))).await;
        assert_eq!(second.status, StatusCode::CONFLICT);
        let text = second.text();
        assert!(text.contains("En anden ændrede det, mens du skrev.") && text.contains("Ro om morgenen"));
        assert!(second.body.contains("value=\"Ro om aftenen\""), "what was typed is still there");
        assert!(one.get("/plan").await.text().contains("Ro om morgenen"), "nothing is overwritten unseen");
        let again = other.post(&goal, &form(&second, "Ro+om+aftenen", fresh(&app))).await;
        assert_eq!(again.status, StatusCode::SEE_OTHER);
        assert!(one.get("/plan").await.text().contains("Ro om aftenen"));
    })
    .await;
}

#[tokio::test]
async fn bad_input_gets_a_sentence_at_its_field_and_changes_nothing() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let family = family(&mut parent).await;
        let plan = parent.get("/plan").await.text();
        let long = "a".repeat(121);
        for (name, value, sentence) in [
            ("title", "", "Skriv noget her."),
            ("title", long.as_str(), "Brug højst 120 tegn."),
            ("area", "war", "Vælg et af svarene."),
            ("scale", "11", "Vælg et af svarene."),
            ("state", "live", "I har allerede tre mål i gang."),
        ] {
            let fields: Vec<_> =
                GOAL.into_iter().map(|(field, was)| (field, if field == name { value } else { was })).collect();
            let got = fill(&mut parent, &format!("{family}/goals/new"), &fields).await;
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{name}={value}");
            assert!(got.text().contains(sentence), "{name}={value}: {}", got.text());
            assert!(got.body.contains(&format!("id=\"{name}-problem\"")), "beside the field");
            assert!(got.body.contains("Han vil gerne"), "what was typed is kept");
        }
        for form in ["", "id=x&entry=y&title=Fodbold", "title=Fodbold&area=leisure&state=waiting"] {
            let got = parent.post(&format!("{family}/goals/new"), form).await;
            assert_eq!(got.status, StatusCode::BAD_REQUEST, "{form}");
        }
        assert_eq!(parent.get("/plan").await.text(), plan);
    })
    .await;
}

#[tokio::test]
async fn help_is_asked_for_and_answered_with_a_reason() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let (mut parent, mut adviser) = (app.sign_in("parent").await, app.sign_in("adviser").await);
        let family = family(&mut parent).await;
        let list = format!("{family}/measures");
        let empty = fill(&mut parent, &list, &[("title", "")]).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(fill(&mut parent, &list, &[("title", "Aflastning")]).await.status, StatusCode::SEE_OTHER);
        assert!(parent.get(&list).await.text().contains("Venter på svar"));
        let answer = adviser.get(&list).await.values("href", "/measures/").remove(0);
        let page = adviser.get(&answer).await;
        let seen = page.hidden("seen");
        let form = |outcome: &str, reason: &str| format!("seen={seen}&outcome={outcome}&reason={reason}");
        let unsaid = adviser.post(&answer, &form("refused", "")).await;
        assert_eq!(unsaid.status, StatusCode::UNPROCESSABLE_ENTITY, "a no has a reason");
        assert_eq!(adviser.post(&answer, &form("refused", "I+har+en+plads")).await.status, StatusCode::SEE_OTHER);
        assert_eq!(adviser.post(&answer, &form("granted", "Jo")).await.status, StatusCode::CONFLICT);
        let told = parent.get(&list).await.text();
        assert!(told.contains("I har en plads") && told.contains(app.cast["adviser"].name.as_str()), "{told}");
    })
    .await;
}

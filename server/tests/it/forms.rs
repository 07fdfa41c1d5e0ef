//! Bad input: whatever is sent, the answer is a clear 4xx, never a 5xx, and nothing is stored.

use app::domain::id::Id;
use axum::http::{Method, StatusCode};
use proptest::{collection::vec, prelude::*, strategy::ValueTree, test_runner::TestRunner};
use server::{
    posts::LARGEST_FORM,
    router::{Door, ROUTES},
};

use crate::{
    access_matrix::{Who, address, expected, plant, refresh},
    browser::{Browser, TestApp},
    databases::{Database, each, on_postgres},
};

/// The rows that forms could make or change.
async fn stored(database: &Database) -> Vec<String> {
    database.dump_without(&["access_log", "session", "invitation"]).await
}

#[tokio::test]
async fn huge_malformed_and_foreign_bodies_are_refused_and_store_nothing() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let id = parent.get("/check-in/who5").await.hidden("id");
        let complete = format!("id={id}&version=1&happy=5&calm=5&active=5&rested=5&interest=5");
        let large = ["Gør det kortere, og prøv igen.", "Make it shorter, and try again."];
        let unreadable = ["Gå tilbage, og prøv igen.", "Go back and try again."];
        let long = ["Det er for langt. Brug højst 2000 tegn.", "That is too long. Use at most 2000 characters."];
        let strange = ["Her er tegn, vi ikke kan læse.", "There are characters here that we cannot read."];
        let twice = ["Vælg kun ét svar.", "Choose only one answer."];
        let unknown = ["Vælg et af svarene.", "Choose one of the answers."];
        let missing = ["Vælg det svar, der passer bedst.", "Choose the answer that fits best."];
        let outdated = ["Spørgsmålene er blevet ændret.", "The questions have changed."];
        let bad = [
            (vec![b'a'; 10_000_000], StatusCode::PAYLOAD_TOO_LARGE, large),
            (vec![b'a'; LARGEST_FORM + 1], StatusCode::PAYLOAD_TOO_LARGE, large),
            (format!("{complete}&words=%FF").into_bytes(), StatusCode::BAD_REQUEST, unreadable),
            (vec![0xff, 0xfe, 0x00], StatusCode::BAD_REQUEST, unreadable),
            ("a=1&".repeat(200).into_bytes(), StatusCode::BAD_REQUEST, unreadable),
            (Vec::new(), StatusCode::BAD_REQUEST, unreadable),
            (complete.replace(&id, "x").into_bytes(), StatusCode::BAD_REQUEST, unreadable),
            (format!("{complete}&joyful=5").into_bytes(), StatusCode::BAD_REQUEST, unreadable),
            (format!("{complete}&school=5").into_bytes(), StatusCode::BAD_REQUEST, unreadable),
            (format!("{complete}&words={}", "a".repeat(2001)).into_bytes(), StatusCode::UNPROCESSABLE_ENTITY, long),
            (format!("{complete}&words=%00").into_bytes(), StatusCode::UNPROCESSABLE_ENTITY, strange),
            (format!("{complete}&happy=4").into_bytes(), StatusCode::UNPROCESSABLE_ENTITY, twice),
            (format!("{complete}&call_me=no").into_bytes(), StatusCode::UNPROCESSABLE_ENTITY, unknown),
            (complete.replace("happy=5", "happy=6").into_bytes(), StatusCode::UNPROCESSABLE_ENTITY, unknown),
            (complete.replace("happy=5", "happy=-1").into_bytes(), StatusCode::UNPROCESSABLE_ENTITY, unknown),
            (complete.replace("happy=5", "happy=05").into_bytes(), StatusCode::UNPROCESSABLE_ENTITY, unknown),
            (complete.replace("&happy=5", "").into_bytes(), StatusCode::UNPROCESSABLE_ENTITY, missing),
            (complete.replace("=1&happy", "=99&happy").into_bytes(), StatusCode::UNPROCESSABLE_ENTITY, outdated),
            (complete.replace("=1&happy", "=&happy").into_bytes(), StatusCode::UNPROCESSABLE_ENTITY, outdated),
            (complete.replace("version=1&", "").into_bytes(), StatusCode::UNPROCESSABLE_ENTITY, outdated),
        ];
        for (place, language) in ["da", "en"].into_iter().enumerate() {
            parent.post("/me/language", &format!("language={language}")).await;
            let before = stored(database).await;
            for (body, status, sentences) in &bad {
                let shown = String::from_utf8_lossy(&body[..body.len().min(80)]).into_owned();
                let got = parent.post_bytes("/check-in/who5", body.clone()).await;
                assert_eq!(got.status, *status, "{shown}");
                assert!(got.text().contains(sentences[place]), "{shown} is not told “{}”", sentences[place]);
            }
            assert_eq!(stored(database).await, before);
        }
        let before = stored(database).await;
        let json = [("content-type", "application/json"), ("sec-fetch-site", "same-origin")];
        let got = parent.send(Method::POST, "/check-in/who5", &json, b"{}".to_vec()).await;
        assert_eq!(got.status, StatusCode::BAD_REQUEST);
        let unknown = parent.post("/check-in/who6", &complete).await;
        assert_eq!(unknown.status, StatusCode::NOT_FOUND);
        assert_eq!(stored(database).await, before);
    })
    .await;
}

fn fields() -> impl Strategy<Value = Vec<u8>> {
    let names = prop::sample::select(vec![
        "id",
        "happy",
        "calm",
        "active",
        "rested",
        "interest",
        "words",
        "call_me",
        "next_step",
        "done",
        "from",
        "language",
    ]);
    let values =
        prop_oneof![any::<String>(), "[0-9]{0,3}".prop_map(String::from), Just("yes".into()), Just("call".into())];
    let pair = (names, values).prop_map(|(name, value)| {
        let value: String = value.bytes().map(|byte| format!("%{byte:02X}")).collect();
        format!("{name}={value}").into_bytes()
    });
    prop_oneof![vec(pair, 0..20).prop_map(|pairs| pairs.join(&b'&')), vec(any::<u8>(), 0..200)]
}

async fn throw(browser: &mut Browser, address: &str, body: Vec<u8>) {
    let shown = String::from_utf8_lossy(&body).into_owned();
    let got = browser.post_bytes(address, body).await;
    let clear = got.status.is_client_error() || got.status == StatusCode::SEE_OTHER || got.status == StatusCode::OK;
    assert!(clear, "{} for {address} with {shown}", got.status);
}

#[tokio::test]
async fn no_form_takes_the_program_down() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut runner = TestRunner::default();
        for (path, method, _) in ROUTES {
            let signs_out = path.contains("sign-out");
            if *method != Method::POST || signs_out {
                continue;
            }
            for role in ["parent", "adviser", "contact_person", "administrator"] {
                let mut browser = app.sign_in(role).await;
                for round in 0..40 {
                    let body = fields().new_tree(&mut runner).expect("a form").current();
                    let part = match round % 4 {
                        0 => "who5".to_owned(),
                        1 => "0".repeat(32),
                        2 => "%F0%9F%A6%80".to_owned(),
                        _ => app.person(role).to_string(),
                    };
                    let address: String = path
                        .split('/')
                        .map(|piece| if piece.starts_with('{') { part.as_str() } else { piece })
                        .collect::<Vec<_>>()
                        .join("/");
                    throw(&mut browser, &address, body).await;
                }
            }
        }
    })
    .await;
}

/// What nobody means to send in a field.
fn nonsense() -> impl Strategy<Value = String> {
    prop_oneof![
        any::<String>(),
        "[0-9]{0,25}",
        "-[0-9]{1,3}",
        Just("\u{0}".into()),
        Just("<script>".into()),
        Just("0".repeat(32)),
        Just("2027-02-30".into()),
        Just("å".repeat(2001)),
    ]
}

fn encoded(text: &str) -> String {
    text.bytes().map(|byte| format!("%{byte:02X}")).collect()
}

/// The forms that are nearly this one: each field missing, come twice, or with nonsense in it, and a field too many.
fn nearly(form: &str, runner: &mut TestRunner) -> Vec<String> {
    let fields: Vec<&str> = form.split('&').filter(|field| !field.is_empty()).collect();
    let mut forms = vec![format!("{form}&nobody=asked")];
    for (at, field) in fields.iter().enumerate() {
        let name = field.split('=').next().unwrap_or_default();
        let with = |instead: &[String]| {
            let others =
                fields.iter().enumerate().filter(|(other, _)| *other != at).map(|(_, field)| (*field).to_owned());
            others.chain(instead.iter().cloned()).collect::<Vec<_>>().join("&")
        };
        forms.push(with(&[]));
        forms.push(with(&[(*field).to_owned(), (*field).to_owned()]));
        for _ in 0..2 {
            let value = nonsense().new_tree(runner).expect("nonsense").current();
            forms.push(with(&[format!("{name}={}", encoded(&value))]));
        }
    }
    forms
}

/// Who sends forms, by what they are called in the matrix and in the cast.
const SENDERS: [(Who, &str); 5] = [
    (Who::Parent, "parent"),
    (Who::Primary, "adviser"),
    (Who::Contact, "contact_person"),
    (Who::Lead, "project_lead"),
    (Who::Administrator, "administrator"),
];

/// On the database that takes less: what it takes the other takes too.
#[tokio::test]
async fn whatever_is_wrong_in_a_form_it_is_said_and_nothing_is_stored() {
    on_postgres(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut things = plant(&app, database).await;
        let mut runner = TestRunner::default();
        let mut refused = Vec::new();
        for (path, method, door) in ROUTES {
            // Nobody proves here who they are elsewhere.
            let by_provider = path.contains("{provider}");
            if *method != Method::POST || *door == Door::Anybody || path.contains("sign-out") || by_provider {
                continue;
            }
            let sender = SENDERS.iter().find(|(who, _)| expected(method, path, *who).is_some());
            let (_, role) = sender.unwrap_or_else(|| panic!("nobody may send {path}"));
            refresh(&app, database, &mut things, path).await;
            let (mut to, form) = address(path, &things, Id::fresh(app.clock.now()));
            let mut browser = app.sign_in(role).await;
            let mut before = stored(database).await;
            for form in nearly(&form, &mut runner) {
                let got = browser.post(&to, &form).await;
                if got.status == StatusCode::OK || got.status == StatusCode::SEE_OTHER {
                    refresh(&app, database, &mut things, path).await;
                    (to, _) = address(path, &things, Id::fresh(app.clock.now()));
                    browser = app.sign_in(role).await;
                    before = stored(database).await;
                    continue;
                }
                assert!(got.status.is_client_error(), "{} for {to} with {form}", got.status);
                assert!(
                    got.text().trim().len() > "Vores Plan".len(),
                    "{} says nothing for {to} with {form}",
                    got.status
                );
                assert_eq!(stored(database).await, before, "{} for {to} with {form}", got.status);
                refused.push((*path, got.status));
            }
        }
        let parsed = |path| refused.contains(&(path, StatusCode::UNPROCESSABLE_ENTITY));
        for path in [
            "/check-in/{instrument}",
            "/notes",
            "/sharing",
            "/settings",
            "/reminders/channel",
            "/inbox/{item}",
            "/families/{family}/goals/new",
            "/families/{family}/meetings/new",
            "/families/{family}/meetings/file/take",
            "/families/{family}/sector-plans",
            "/people/{about}/rights",
            "/people/{about}/words",
            "/words/{words}/open/{adult}",
            "/measures/{measure}",
            "/staff/new",
            "/staff/{colleague}/role",
            "/staff/{colleague}/unit",
            "/staff/{colleague}/away",
            "/staff/{colleague}/leave",
            "/units",
            "/units/{unit}",
        ] {
            assert!(parsed(path), "nothing was refused at {path}: its form was never read");
        }
    })
    .await;
}

#[tokio::test]
async fn strange_addresses_are_404_for_everybody() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        for mut browser in [app.browser(), app.sign_in("parent").await, app.sign_in("adviser").await] {
            for address in
                ["/nowhere", "/static/../Cargo.toml", "/%2e%2e/", "/static/", "//", "/inbox/%00/x", "/sign-in/%ff/x"]
            {
                let got = browser.get(address).await;
                assert_eq!(got.status, StatusCode::NOT_FOUND, "{address}");
            }
            let deleted = browser.send(Method::DELETE, "/plan", &[("sec-fetch-site", "same-origin")], Vec::new()).await;
            assert_eq!(deleted.status, StatusCode::METHOD_NOT_ALLOWED);
        }
    })
    .await;
}

#[tokio::test]
async fn what_staff_note_is_read_as_strictly_as_what_parents_tell() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut adviser = app.sign_in("adviser").await;
        let family = adviser.get("/families").await.values("href", "/families/").remove(0);
        let list = adviser.get(&format!("{family}/records")).await;
        let sdq = list.values("href", &format!("{family}/records/sdq/")).remove(0);
        let id = adviser.get(&sdq).await.hidden("id");
        let complete =
            format!("id={id}&version=1&emotional=1&conduct=1&hyperactivity=1&peer=1&prosocial=9&informant=0&norms=0");
        let before = stored(database).await;
        for (form, status) in [
            (format!("{complete}&happy=5"), StatusCode::BAD_REQUEST),
            (format!("{complete}&words=Hej"), StatusCode::BAD_REQUEST),
            (complete.replace("version=1", "version=99"), StatusCode::UNPROCESSABLE_ENTITY),
            (complete.replace("peer=1", "peer=11"), StatusCode::UNPROCESSABLE_ENTITY),
            (format!("{complete}&peer=1"), StatusCode::UNPROCESSABLE_ENTITY),
            (complete.replace("&peer=1", ""), StatusCode::UNPROCESSABLE_ENTITY),
        ] {
            assert_eq!(adviser.post(&sdq, &form).await.status, status, "{form}");
        }
        assert_eq!(stored(database).await, before);
        assert_eq!(adviser.post(&sdq, &complete).await.status, StatusCode::SEE_OTHER);
    })
    .await;
}

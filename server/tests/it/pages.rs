//! Every page, for every role, in every language: it is whole, it says who it is for, and it carries its headers.

use std::collections::BTreeSet;

use app::domain::id::Id;
use axum::http::StatusCode;

use crate::{
    browser::{Browser, Got, TestApp},
    databases::each,
    one_more_instrument::WORDS,
};

/// An address without the ids in it: what is one page about many things.
fn kind(address: &str) -> String {
    address
        .split('/')
        .map(|part| if part.parse::<Id<()>>().is_ok() { "{}" } else { part })
        .collect::<Vec<_>>()
        .join("/")
}

/// Every page of a role that links lead to; of one about many things, the first two.
pub(crate) async fn pages(browser: &mut Browser) -> Vec<(String, Got)> {
    let mut seen: Vec<(String, Got)> = Vec::new();
    let mut next = vec!["/".to_owned()];
    while let Some(address) = next.pop() {
        let alike = seen.iter().filter(|(known, _)| kind(known) == kind(&address)).count();
        if alike > 1 || seen.iter().any(|(known, _)| *known == address) {
            continue;
        }
        let got = browser.get(&address).await;
        if got.status == StatusCode::SEE_OTHER {
            next.push(got.location().to_owned());
            continue;
        }
        let links = got.values("href", "/").into_iter().filter(|link| !link.contains('.'));
        next.extend(links.map(|link| link.split(['#', '?']).next().unwrap_or_default().to_owned()));
        seen.push((address, got));
    }
    seen
}

/// Whether a phrase is no translation's: what people wrote, their initials, a word that both languages have, or from
/// the throw-away instrument of another test.
fn is_own(phrase: &str, written: &str) -> bool {
    let phrase = phrase.trim_start_matches(": ").trim_end_matches(" · Vores Plan");
    let initials = phrase.len() == 2 && phrase.chars().all(char::is_uppercase);
    let both = ["Vores Plan", "Dansk", "English", "Stop", "Team", "Administrator"];
    let written = phrase.split(", ").all(|part| written.contains(part));
    initials || written || both.contains(&phrase) || format!("{WORDS:?}").contains(phrase)
}

#[tokio::test]
async fn every_page_is_whole_in_every_language() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        for role in
            ["parent", "other_parent", "contact_person", "adviser", "second_adviser", "project_lead", "administrator"]
        {
            let mut said: [BTreeSet<String>; 2] = Default::default();
            for (language, said) in ["da", "en"].into_iter().zip(&mut said) {
                let mut browser = app.sign_in(role).await;
                let chosen = browser.post("/me/language", &format!("language={language}")).await;
                assert_eq!(chosen.status, StatusCode::SEE_OTHER);
                let pages = pages(&mut browser).await;
                assert!(pages.len() >= 2, "{role} has pages");
                for (address, got) in pages {
                    assert_eq!(got.status, StatusCode::OK, "{role} {address}");
                    assert!(got.body.starts_with("<!doctype html><html lang=\""), "{address}");
                    assert!(got.body.contains(&format!("lang=\"{language}\" dir=\"ltr\"")), "{address}");
                    assert!(got.body.ends_with("</html>") && got.text().contains("Vores Plan"), "{address}");
                    assert_eq!(got.body.matches("<h1").count(), 1, "one main heading on {address}");
                    assert_eq!(got.body.matches("<main").count(), 1, "{address}");
                    assert!(!got.body.contains(" style=") && !got.body.contains("<style"), "{address}");
                    assert!(!got.body.contains(" onclick") && !got.body.contains("javascript:"), "{address}");
                    headers(&address, &got);
                    said.extend(got.phrases());
                }
            }
            let [danish, english] = said;
            let own = database.dump().await.join("\n");
            let alike = danish.intersection(&english).filter(|phrase| !is_own(phrase, &own)).collect::<Vec<_>>();
            assert_eq!(alike, [""; 0], "{role} reads the same in Danish and English");
        }
    })
    .await;
}

fn headers(address: &str, got: &Got) {
    assert_eq!(got.header("cache-control"), "no-store", "{address}");
    assert_eq!(got.header("x-content-type-options"), "nosniff");
    assert_eq!(got.header("referrer-policy"), "same-origin");
    let policy = got.header("content-security-policy");
    assert!(policy.contains("default-src 'none'") && policy.contains("frame-ancestors 'none'"));
    assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"));
    let scripts = got.values("nonce", "");
    match scripts.as_slice() {
        [] => assert!(policy.contains("script-src 'none'") && !got.body.contains("<script"), "{address}"),
        [nonce] => assert!(policy.contains(&format!("'nonce-{nonce}'")), "{address}"),
        _ => panic!("{address} has more than one script"),
    }
}

#[tokio::test]
async fn only_pages_with_an_island_the_first_one_and_ones_own_have_a_script() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let mut adviser = app.sign_in("adviser").await;
        let one_of =
            |address: &str, room: &str| address.strip_prefix(room).is_some_and(|id| id.parse::<Id<()>>().is_ok());
        for (address, got) in pages(&mut parent).await.into_iter().chain(pages(&mut adviser).await) {
            let check_in = got.body.contains("class=\"check-in one-by-one\"") || one_of(&address, "/check-ins/");
            let island = check_in || address == "/reminders" || one_of(&address, "/families/");
            assert_eq!(got.body.contains("browser.wasm"), island, "{address}");
            assert_eq!(got.body.contains("<script"), island || address == "/" || address == "/me", "{address}");
        }
        let (one, other) = (parent.get("/check-in/who5").await, parent.get("/check-in/who5").await);
        assert_ne!(one.values("nonce", ""), other.values("nonce", ""));
    })
    .await;
}

#[tokio::test]
async fn a_contact_person_without_consent_meets_an_empty_kind_page() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut contact = app.sign_in("contact_person").await;
        assert!(contact.get("/shared").await.text().contains("de næste møder"));
        app.clock.set(app.clock.now().plus_days(30));
        let mut contact = app.sign_in("contact_person").await;
        assert_eq!(contact.get("/shared").await.status, StatusCode::OK);
        app.clock.set(app.clock.now().plus_days(100));
        let mut contact = app.sign_in("contact_person").await;
        let empty = contact.get("/shared").await;
        assert!(empty.text().contains("Familien bestemmer selv, hvad du kan se."));
        assert!(!empty.text().contains(app.cast["parent"].name.as_str()));
    })
    .await;
}

#[tokio::test]
async fn the_project_lead_sees_counts_and_no_small_ones() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut lead = app.sign_in("project_lead").await;
        let numbers = lead.get("/numbers").await;
        let cells: Vec<&str> = numbers
            .body
            .split("<td class=\"number")
            .skip(1)
            .filter_map(|cell| cell.split('>').nth(1)?.split('<').next())
            .collect();
        assert_eq!(cells.len(), 10);
        assert!(
            cells.iter().all(|cell| *cell == "skjult" || cell.parse::<i64>().is_ok_and(|count| count >= 5)),
            "{cells:?}"
        );
        assert!(cells.iter().any(|cell| *cell != "skjult"));
        assert!(!numbers.text().contains(app.cast["parent"].name.as_str()));
    })
    .await;
}

#[tokio::test]
async fn the_program_says_that_it_lives_and_is_ready() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut probe = app.browser();
        assert_eq!(probe.get("/health").await.status, StatusCode::OK);
        assert_eq!(probe.get("/ready").await.status, StatusCode::OK);
        database.db.close().await;
        assert_eq!(probe.get("/ready").await.status, StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(probe.get("/health").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn guests_choose_their_language_without_anything_being_kept() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut guest = app.browser();
        assert!(guest.get("/").await.text().contains("Sådan kommer du ind"));
        assert!(guest.get("/?language=en").await.text().contains("How to get in"));
        guest.language = "en-GB,en;q=0.9";
        assert!(guest.get("/").await.text().contains("How to get in"));
        assert!(guest.cookie.is_none());
    })
    .await;
}

/// LIX: words per sentence, plus the percentage of words over six letters (Björnsson, "Läsbarhet", 1968).
fn lix(text: &str) -> f64 {
    let sentences = text.split(['.', '!', '?', ':']).filter(|part| part.chars().any(char::is_alphabetic)).count();
    let words: Vec<&str> = text.split_whitespace().filter(|word| word.chars().any(char::is_alphabetic)).collect();
    let long = words.iter().filter(|word| word.chars().filter(|c| c.is_alphabetic()).count() > 6).count();
    let (sentences, words, long) = (sentences.max(1) as f64, words.len().max(1) as f64, long as f64);
    words / sentences + 100.0 * long / words
}

#[test]
fn the_reading_ease_is_counted_as_it_is_defined() {
    assert_eq!(lix("Du må altid ringe. Vi er her."), 7.0 / 2.0);
    assert_eq!(lix("Kommunalbestyrelsen behandler ansøgningen."), 103.0);
}

#[tokio::test]
async fn a_child_of_twelve_can_read_what_families_read() {
    /// A number of few words says nothing about how they read.
    const WORDS: usize = 25;
    each(async |database| {
        let mut everything = String::new();
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let id = parent.get("/check-in/who5").await.hidden("id");
        let low = format!("id={id}&version=1&happy=0&calm=0&active=0&rested=0&interest=0&words=x&call_me=yes");
        let mut all = vec![("/check-in/who5".to_owned(), parent.get("/check-in/who5").await)];
        let sent = parent.post("/check-in/who5", &low).await.location().to_owned();
        all.push((sent.clone(), parent.get(&sent).await));
        all.extend(pages(&mut parent).await);
        all.push(("the door".into(), app.browser().get("/").await));
        all.push(("an invitation".into(), app.browser().get(&app.invitation(app.person("parent")).await).await));
        all.push(("a wrong link".into(), app.browser().get("/sign-in/x").await));
        all.push(("nowhere".into(), parent.get("/nowhere").await));
        for address in ["/privacy", "/accessibility"] {
            all.push((address.into(), app.browser().get(address).await));
        }
        for (address, got) in all {
            let paragraphs = got.body.split("<p").skip(1).filter(|rest| rest.starts_with(['>', ' ']));
            let paragraphs = paragraphs.filter_map(|rest| rest.split("</p>").next());
            let labels_apart = |paragraph: &&str| paragraph.split_whitespace().count() > 5;
            let paragraphs = paragraphs.filter(labels_apart);
            let sentences: String = paragraphs.map(|paragraph| format!("<p{paragraph}. ")).collect();
            let read = Got { status: got.status, headers: got.headers, body: sentences }.text();
            if read.split_whitespace().count() >= WORDS {
                assert!(lix(&read) <= 30.0, "LIX {:.0} on {address}: {read}", lix(&read));
            }
            everything.push_str(&read);
        }
        assert!(lix(&everything) <= 30.0, "LIX {:.0} of all pages", lix(&everything));
    })
    .await;
}

#[tokio::test]
async fn the_licensed_form_is_reached_by_the_link_of_the_municipality() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut adviser = app.sign_in("adviser").await;
        let family = adviser.get("/families").await.values("href", "/families/").remove(0);
        let list = adviser.get(&format!("{family}/records")).await;
        let [sdq, belief] = ["sdq", "belief"].map(|key| list.values("href", &format!("{family}/records/{key}/")));
        let outside = |got: &Got| got.values("href", "https://");
        let (sdq, belief) = (&sdq[0], &belief[0]);
        assert_eq!(outside(&adviser.get(sdq).await), [""; 0], "there is none until somebody sets it");
        let mut lead = app.sign_in("project_lead").await;
        for (address, links) in [("https://skema.example/sdq?a=1&b=2", 1), ("http://skema.example", 1), ("", 0)] {
            let form = format!(
                "opens=09:00&closes=15:00&team_meeting=2026-11-26&team_meeting_days=14&sdq_address={}",
                address.replace('&', "%26")
            );
            lead.post("/settings", &form).await;
            let page = adviser.get(sdq).await;
            assert_eq!(outside(&page), vec!["https://skema.example/sdq?a=1&amp;b=2"; links], "after {address}");
            assert_eq!(page.text().contains("Åbn kommunens skema"), links == 1);
            assert_eq!(outside(&adviser.get(belief).await), [""; 0], "no other instrument has it");
        }
    })
    .await;
}

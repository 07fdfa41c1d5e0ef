//! Coming in with a passkey, made and used by a device that exists in memory.

use app::domain::chance;
use aws_lc_rs::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_ASN1_SIGNING, EcdsaKeyPair, KeyPair},
};
use axum::http::StatusCode;
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD as BASE64};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, Got, HERE, TestApp, at, play},
    databases::{Database, each, rows},
};

/// What the program is known as to devices.
const SIDE: &str = "localhost";

/// Somebody was there, and showed a finger, a face or a code (Web Authentication Level 3 §6.1).
const PRESENT: u8 = 0x01;
const VERIFIED: u8 = 0x04;
/// A new key is named in what is signed.
const NEW_KEY: u8 = 0x40;

fn sha256(bytes: &[u8]) -> Vec<u8> {
    aws_lc_rs::digest::digest(&aws_lc_rs::digest::SHA256, bytes).as_ref().to_vec()
}

/// A device with one passkey. Whatever it says of itself can be changed to what it must not say.
pub(crate) struct Device {
    credential: Vec<u8>,
    key: EcdsaKeyPair,
    handle: String,
    origin: &'static str,
    side: &'static str,
    flags: u8,
    counter: u32,
}

impl Device {
    fn new() -> Self {
        Self {
            credential: chance::bytes::<32>().to_vec(),
            key: EcdsaKeyPair::generate(&ECDSA_P256_SHA256_ASN1_SIGNING).expect("a key"),
            handle: String::new(),
            origin: HERE,
            side: SIDE,
            flags: PRESENT | VERIFIED,
            counter: 0,
        }
    }

    fn said(&self, kind: &str, asked: &Value) -> String {
        json!({ "type": kind, "challenge": asked["challenge"], "origin": self.origin, "crossOrigin": false })
            .to_string()
    }

    fn answer(&self, response: Value) -> Value {
        let id = BASE64.encode(&self.credential);
        json!({ "id": id, "rawId": id, "type": "public-key", "clientExtensionResults": {}, "response": response })
    }

    /// Makes its key as it is asked to, and tells the public half.
    fn make(&mut self, asked: &Value) -> Value {
        self.handle = asked["user"]["id"].as_str().expect("a handle").to_owned();
        let (x, y) = self.key.public_key().as_ref()[1..].split_at(32);
        let key = [b"\xa5\x01\x02\x03\x26\x20\x01\x21\x58\x20", x, b"\x22\x58\x20", y].concat();
        let named = [&[0; 16][..], &[0, 32], &self.credential, &key].concat();
        let data = [self.data(self.flags | NEW_KEY), named].concat();
        let length = u8::try_from(data.len()).expect("it is short");
        let attestation = [b"\xa3\x63fmt\x64none\x67attStmt\xa0\x68authData\x58", &[length][..], &data].concat();
        self.answer(json!({
            "clientDataJSON": BASE64.encode(self.said("webauthn.create", asked)),
            "attestationObject": BASE64.encode(attestation),
            "transports": ["internal"],
        }))
    }

    /// Signs what it is asked to.
    pub(crate) fn sign(&mut self, asked: &Value) -> Value {
        self.counter += 1;
        let (said, data) = (self.said("webauthn.get", asked), self.data(self.flags));
        let signed = self.key.sign(&SystemRandom::new(), &[&data[..], &sha256(said.as_bytes())].concat());
        self.answer(json!({
            "clientDataJSON": BASE64.encode(said),
            "authenticatorData": BASE64.encode(data),
            "signature": BASE64.encode(signed.expect("a signature").as_ref()),
            "userHandle": self.handle,
        }))
    }

    fn data(&self, flags: u8) -> Vec<u8> {
        [&sha256(self.side.as_bytes())[..], &[flags], &self.counter.to_be_bytes()].concat()
    }
}

/// The form in which the script sends what a device answered.
pub(crate) fn form(answer: &Value) -> String {
    form_of(&answer.to_string())
}

fn form_of(json: &str) -> String {
    let escaped: String = json.bytes().map(|byte| format!("%{byte:02X}")).collect();
    format!("answer={escaped}")
}

pub(crate) async fn ask(browser: &mut Browser, address: &str) -> Value {
    let asked = browser.post(&format!("{address}/ask"), "").await;
    assert_eq!((asked.status, asked.header("content-type")), (StatusCode::OK, "application/json"), "{address}");
    serde_json::from_str(&asked.body).expect("json")
}

/// Whoever is signed in there turns it on.
pub(crate) async fn turn_on(browser: &mut Browser) -> Device {
    let mut device = Device::new();
    let asked = ask(browser, "/me/passkeys").await;
    let made = browser.post("/me/passkeys", &form(&device.make(&asked))).await;
    assert_eq!((made.status, made.location()), (StatusCode::SEE_OTHER, "/me#passkeys"));
    device
}

/// What a device would have to be sent to that address for it to be taken there; nothing where none can be asked for.
pub(crate) async fn form_for(path: &str, browser: &mut Browser, parents: &mut Device) -> Option<String> {
    match path {
        "/passkeys/enter" => Some(form(&parents.sign(&ask(browser, path).await))),
        "/me/prove" if browser.cookie.is_some() => {
            let chosen = browser.post("/me/code", "code=2580&again=2580").await;
            assert_eq!(chosen.status, StatusCode::SEE_OTHER);
            Some("code=2580".into())
        }
        "/me/passkeys" if browser.cookie.is_some() => Some(form(&Device::new().make(&ask(browser, path).await))),
        "/me/passkeys/prove" if browser.cookie.is_some() => {
            let mut own = turn_on(browser).await;
            Some(form(&own.sign(&ask(browser, path).await)))
        }
        _ => None,
    }
}

async fn come_in(app: &TestApp, device: &mut Device) -> (Browser, Got) {
    let mut browser = app.browser();
    let asked = ask(&mut browser, "/passkeys/enter").await;
    let got = browser.post("/passkeys/enter", &form(&device.sign(&asked))).await;
    (browser, got)
}

fn is_in(browser: &Browser, got: &Got) -> bool {
    let is_in = browser.cookie.is_some();
    let fits = if is_in { got.status == StatusCode::SEE_OTHER } else { got.status == StatusCode::UNPROCESSABLE_ENTITY };
    assert!(fits && (is_in || got.text().contains("link")), "{} {}", got.status, got.text());
    is_in
}

async fn count(database: &Database, from: &str) -> i64 {
    let found: Vec<(i64,)> = rows!(database, format!("SELECT COUNT(*) FROM {from}"));
    found[0].0
}

#[tokio::test]
async fn it_is_offered_once_made_and_lets_in_without_a_name() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let home = parent.get("/").await;
        assert!(home.text().contains("Brug din finger næste gang"));
        assert!(home.text().contains("Alle, der kan låse enheden op, kan så komme ind som dig."));
        assert!(!home.body.contains("passkey.js"), "the first page stays without it");
        let me = parent.get("/me").await;
        assert!(me.body.contains("scripts/passkey.js") && me.text().contains("Slå til på denne enhed"));

        let mut phone = turn_on(&mut parent).await;
        assert!(!parent.get("/").await.text().contains("Brug din finger næste gang"));
        let me = parent.get("/me").await.text();
        assert!(me.contains("Browser") && me.contains("Slået til i dag kl. 9") && me.contains("Ikke brugt endnu"));
        assert_eq!(parent.post("/sign-out", "").await.status, StatusCode::SEE_OTHER);

        app.clock.set(at("2026-11-24 10:00"));
        let door = parent.get("/").await;
        assert!(door.body.contains("action=\"/passkeys/enter\"") && door.body.contains("scripts/passkey.js"));
        assert!(door.text().contains("Du får et link af din rådgiver."), "the way without is there");
        let (mut parent, got) = come_in(&app, &mut phone).await;
        assert!(is_in(&parent, &got));
        assert_eq!((got.location(), got.header("clear-site-data")), ("/", "\"storage\""));
        assert!(parent.get("/").await.text().contains(app.cast["parent"].name.split(' ').next().expect("a name")));
        assert!(parent.get("/me").await.text().contains("Sidst brugt i dag kl. 10"));
        for role in ["contact_person", "adviser", "project_lead"] {
            let mut browser = app.sign_in(role).await;
            let first = browser.get("/").await.location().to_owned();
            assert!(browser.get(&first).await.text().contains("Brug din finger næste gang"), "{role}");
            let mut device = turn_on(&mut browser).await;
            let (browser, got) = come_in(&app, &mut device).await;
            assert!(is_in(&browser, &got), "{role}");
        }
    })
    .await;
}

#[tokio::test]
async fn it_is_offered_neither_after_a_no_nor_later_nor_to_whom_must_leave_in_a_hurry() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        const OFFER: &str = "Brug din finger næste gang";
        let mut parent = app.sign_in("parent").await;
        assert!(parent.get("/").await.text().contains(OFFER));
        assert!(!parent.get("/check-in/who5").await.text().contains(OFFER), "not in the middle of something");
        assert_eq!(parent.post("/me/passkeys/no", "").await.location(), "/");
        assert!(!parent.get("/").await.text().contains(OFFER));

        let mut other = app.sign_in("other_parent").await;
        assert!(other.get("/").await.text().contains(OFFER));
        other.post("/me/quick-exit", "shown=yes").await;
        assert!(!other.get("/").await.text().contains(OFFER));
        assert!(other.get("/me").await.text().contains("Er du bange for en, der kan låse den op? Så lad være."));
        other.post("/me/quick-exit", "").await;
        app.clock.set(at("2026-11-23 09:10"));
        assert!(!other.get("/").await.text().contains(OFFER));
    })
    .await;
}

#[tokio::test]
async fn an_answer_lets_in_only_when_all_of_it_holds() {
    type Spoil = fn(&mut Device, &mut Value);
    const KEEPS: [(&str, Spoil); 9] = [
        ("another origin", |device, _| device.origin = "https://vores-plan.example"),
        ("another port", |device, _| device.origin = "http://localhost:8081"),
        ("another side", |device, _| device.side = "vores-plan.example"),
        ("nobody showed who they are", |device, _| device.flags = PRESENT),
        ("nobody was there", |device, _| device.flags = VERIFIED),
        ("another challenge", |_, asked| asked["challenge"] = BASE64.encode([1; 16]).into()),
        ("another key", |device, _| device.key = Device::new().key),
        ("another credential", |device, _| device.credential = vec![7; 32]),
        ("another handle", |device, _| device.handle = BASE64.encode([1; 32])),
    ];
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        for (what, spoil) in KEEPS {
            let mut device = turn_on(&mut parent).await;
            let mut browser = app.browser();
            let mut asked = ask(&mut browser, "/passkeys/enter").await;
            let whole = (device.origin, device.side, device.flags, device.credential.clone(), device.handle.clone());
            let sessions = count(database, "session").await;
            spoil(&mut device, &mut asked);
            let got = browser.post("/passkeys/enter", &form(&device.sign(&asked))).await;
            assert!(!is_in(&browser, &got), "{what}");
            assert_eq!(count(database, "session").await, sessions, "{what}");
            if what != "another key" {
                (device.origin, device.side, device.flags, device.credential, device.handle) = whole;
                let (browser, got) = come_in(&app, &mut device).await;
                assert!(is_in(&browser, &got), "it was nothing but {what}");
            }
            for passkey in parent.get("/me").await.values("href", "/me/passkeys/") {
                parent.post(&format!("{passkey}/remove"), "").await;
            }
        }
    })
    .await;
}

#[tokio::test]
async fn a_passkey_is_made_only_when_all_of_the_answer_holds() {
    type Spoil = fn(&mut Device, &mut Value);
    const KEEPS: [(&str, Spoil); 5] = [
        ("another origin", |device, _| device.origin = "https://vores-plan.example"),
        ("another side", |device, _| device.side = "vores-plan.example"),
        ("nobody showed who they are", |device, _| device.flags = PRESENT),
        ("another challenge", |_, asked| asked["challenge"] = BASE64.encode([1; 16]).into()),
        ("a short name", |device, _| device.credential = vec![1; 8]),
    ];
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        for (what, spoil) in KEEPS {
            let (mut device, mut asked) = (Device::new(), ask(&mut parent, "/me/passkeys").await);
            spoil(&mut device, &mut asked);
            let got = parent.post("/me/passkeys", &form(&device.make(&asked))).await;
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{what}");
            assert_eq!(count(database, "passkey").await, 0, "{what}");
        }
        let (mut device, asked) = (Device::new(), ask(&mut parent, "/me/passkeys").await);
        let answer = form(&device.make(&asked));
        let mut other = app.sign_in("other_parent").await;
        let others = other.post("/me/passkeys", &answer).await;
        assert_eq!(others.status, StatusCode::UNPROCESSABLE_ENTITY, "it was not asked of the other parent");
        assert_eq!(parent.post("/me/passkeys", &answer).await.status, StatusCode::UNPROCESSABLE_ENTITY, "it was tried");
        let asked = ask(&mut parent, "/me/passkeys").await;
        let answer = form(&device.make(&asked));
        assert_eq!(parent.post("/me/passkeys", &answer).await.status, StatusCode::SEE_OTHER);
        assert_eq!(parent.post("/me/passkeys", &answer).await.status, StatusCode::UNPROCESSABLE_ENTITY, "once");
        let known = ask(&mut parent, "/me/passkeys").await;
        assert_eq!(known["excludeCredentials"][0]["id"], BASE64.encode(&device.credential));
        let twice = parent.post("/me/passkeys", &form(&device.make(&known))).await;
        assert!(twice.text().contains("Det er slået til på denne enhed i forvejen."));
        assert_eq!(count(database, "passkey").await, 1);
    })
    .await;
}

#[tokio::test]
async fn an_answer_counts_once_and_for_five_minutes_and_for_what_was_asked() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let mut phone = turn_on(&mut parent).await;
        let mut browser = app.browser();
        let answer = form(&phone.sign(&ask(&mut browser, "/passkeys/enter").await));
        assert_eq!(browser.post("/passkeys/enter", &answer).await.status, StatusCode::SEE_OTHER);
        let mut thief = app.browser();
        let got = thief.post("/passkeys/enter", &answer).await;
        assert!(!is_in(&thief, &got) && got.text().contains("Det tog for lang tid. Prøv igen."));

        let answer = form(&phone.sign(&ask(&mut parent, "/me/passkeys/prove").await));
        let got = thief.post("/passkeys/enter", &answer).await;
        assert!(!is_in(&thief, &got), "it was asked to prove, not to come in");

        let answer = form(&phone.sign(&ask(&mut thief, "/passkeys/enter").await));
        app.clock.set(at("2026-11-23 09:05"));
        let got = thief.post("/passkeys/enter", &answer).await;
        assert!(!is_in(&thief, &got), "five minutes have passed");
    })
    .await;
}

#[tokio::test]
async fn a_device_that_counts_back_lets_nobody_in() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let mut phone = turn_on(&mut parent).await;
        phone.counter = 40;
        let (browser, got) = come_in(&app, &mut phone).await;
        assert!(is_in(&browser, &got));
        phone.counter = 7;
        let (browser, got) = come_in(&app, &mut phone).await;
        assert!(!is_in(&browser, &got));
        assert!(got.text().contains("Noget ser ikke rigtigt ud med den nøgle"));
        phone.counter = 41;
        let (browser, got) = come_in(&app, &mut phone).await;
        assert!(is_in(&browser, &got), "the one that counts on is hers");
    })
    .await;
}

#[tokio::test]
async fn it_can_be_named_and_removed_by_its_person_alone_and_then_lets_nobody_in() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let mut phone = turn_on(&mut parent).await;
        let address = parent.get("/me").await.values("href", "/me/passkeys/")[0].clone();
        let mut other = app.sign_in("other_parent").await;
        for (path, form) in [(address.clone(), "name=Min"), (format!("{address}/remove"), "")] {
            assert_eq!(other.post(&path, form).await.status, StatusCode::NOT_FOUND);
        }
        let nameless = parent.post(&address, "name=+").await;
        assert_eq!(nameless.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(parent.post(&address, "name=K%C3%B8kkenet").await.location(), "/me#passkeys");
        assert!(parent.get("/me").await.text().contains("Køkkenet"));
        assert!(is_in_after(&app, &mut phone).await);
        assert_eq!(parent.post(&format!("{address}/remove"), "").await.location(), "/me#passkeys");
        let (browser, got) = come_in(&app, &mut phone).await;
        assert!(!is_in(&browser, &got) && got.text().contains("Den nøgle virker ikke mere."));

        let mut tablet = turn_on(&mut parent).await;
        assert!(is_in_after(&app, &mut tablet).await);
        database.run(format!("UPDATE person SET left_at = 1 WHERE name = '{}'", app.cast["parent"].name)).await;
        assert!(!is_in_after(&app, &mut tablet).await, "who has left does not come in");
    })
    .await;
}

async fn is_in_after(app: &TestApp, device: &mut Device) -> bool {
    let (browser, got) = come_in(app, device).await;
    is_in(&browser, &got)
}

#[tokio::test]
async fn only_who_has_just_shown_who_they_are_turns_it_on() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let mut other = app.sign_in("other_parent").await;
        let mut phone = turn_on(&mut parent).await;
        app.clock.set(at("2026-11-23 09:10"));
        for browser in [&mut parent, &mut other] {
            assert_eq!(browser.post("/me/passkeys/ask", "").await.status, StatusCode::FORBIDDEN);
        }
        let me = other.get("/me").await;
        assert!(!me.body.contains("action=\"/me/passkeys\"") && !me.body.contains("/me/passkeys/prove"));
        assert!(me.text().contains("Bed om et nyt link, når du vil."));

        let asked = ask(&mut other, "/me/passkeys/prove").await;
        let with_hers = other.post("/me/passkeys/prove", &form(&phone.sign(&asked))).await;
        assert_eq!(with_hers.status, StatusCode::UNPROCESSABLE_ENTITY, "another person's passkey proves nothing");
        assert_eq!(other.post("/me/passkeys/ask", "").await.status, StatusCode::FORBIDDEN);

        assert!(parent.get("/me").await.body.contains("action=\"/me/passkeys/prove\""));
        let asked = ask(&mut parent, "/me/passkeys/prove").await;
        let proven = parent.post("/me/passkeys/prove", &form(&phone.sign(&asked))).await;
        assert_eq!((proven.status, proven.location()), (StatusCode::SEE_OTHER, "/me#passkeys"));
        turn_on(&mut parent).await;

        let asked = ask(&mut parent, "/me/passkeys").await;
        app.clock.set(at("2026-11-23 09:20"));
        let late = parent.post("/me/passkeys", &form(&Device::new().make(&asked))).await;
        assert_eq!(late.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(count(database, "passkey").await, 2);
    })
    .await;
}

#[tokio::test]
async fn ten_of_them_are_enough() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        for _ in 0..10 {
            turn_on(&mut parent).await;
        }
        assert!(parent.get("/me").await.text().contains("Du har slået det til 10 steder."));
        let asked = ask(&mut parent, "/me/passkeys").await;
        let one_more = parent.post("/me/passkeys", &form(&Device::new().make(&asked))).await;
        assert_eq!(one_more.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert_eq!(count(database, "passkey").await, 10);
    })
    .await;
}

#[tokio::test]
async fn what_no_browser_sends_changes_nothing() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let mut phone = turn_on(&mut parent).await;
        let whole = phone.sign(&ask(&mut parent, "/me/passkeys/prove").await).to_string();
        let before = [count(database, "passkey").await, count(database, "session").await];
        let cut = &whole[..whole.len() / 2];
        let forged: Vec<String> = ["", "null", "{}", "[]", "\u{0}", "{\"id\":{}}", cut, &"[".repeat(20_000)]
            .into_iter()
            .map(form_of)
            .chain(["".into(), "answer=a&answer=b".into(), "%ff".into()])
            .collect();
        for address in ["/passkeys/enter", "/me/passkeys", "/me/passkeys/prove"] {
            for forged in &forged {
                let mut browser = if address == "/passkeys/enter" { app.browser() } else { parent.clone() };
                let got = browser.post(address, forged).await;
                assert!(got.status.is_client_error(), "{address} {} {}", got.status, forged.len());
            }
            let huge = parent.post_bytes(address, [b"answer=".to_vec(), vec![b'1'; 10_000_000]].concat()).await;
            assert_eq!(huge.status, StatusCode::PAYLOAD_TOO_LARGE);
            let foreign = [("sec-fetch-site", "cross-site"), ("content-type", "application/x-www-form-urlencoded")];
            for address in [address.to_owned(), format!("{address}/ask")] {
                let got = parent.clone().send(axum::http::Method::POST, &address, &foreign, Vec::new()).await;
                assert_eq!(got.status, StatusCode::FORBIDDEN, "{address}");
            }
        }
        assert_eq!([count(database, "passkey").await, count(database, "session").await], before);
        assert!(is_in_after(&app, &mut phone).await, "and hers still lets her in");
    })
    .await;
}

#[tokio::test]
async fn a_passkey_of_another_municipality_lets_in_there_and_nowhere_else() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let far = play(&database.db, 4, 2, app.clock.now()).await;
        let mut there = app.sign_in_as(far["parent"].person).await;
        let mut phone = turn_on(&mut there).await;
        let (browser, got) = come_in(&app, &mut phone).await;
        assert!(is_in(&browser, &got));
        assert_eq!(count(database, "session WHERE person = (SELECT person FROM passkey)").await, 2);
        let mut here = app.sign_in("parent").await;
        let asked = ask(&mut here, "/me/passkeys/prove").await;
        let got = here.post("/me/passkeys/prove", &form(&phone.sign(&asked))).await;
        assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY);
        let address = there.get("/me").await.values("href", "/me/passkeys/")[0].clone();
        assert_eq!(here.get(&address).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn an_invitation_for_a_lost_phone_ends_what_was_before() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut lost = app.sign_in("parent").await;
        let mut phone = turn_on(&mut lost).await;
        let mut adviser = app.sign_in("adviser").await;
        let invite = invite_address(&app, &mut adviser).await;
        assert!(adviser.get(invite.split("/people").next().expect("one")).await.text().contains("Telefonen er væk"));
        let nonsense = adviser.post(&invite, "lost=maybe").await;
        assert_eq!(nonsense.status, StatusCode::BAD_REQUEST);
        let made = adviser.post(&invite, "lost=yes").await;
        assert!(made.text().contains("bliver alle gamle enheder logget ud"));
        let path = made.values("value", HERE)[0].strip_prefix(HERE).expect("an address of ours").to_owned();
        assert!(is_in_after(&app, &mut phone).await, "until it is used");
        assert_eq!(lost.get("/plan").await.status, StatusCode::OK);

        let mut found = app.browser();
        assert!(found.get(&path).await.text().contains("Din gamle telefon er væk."));
        assert_eq!(found.post(&path, "").await.status, StatusCode::SEE_OTHER);
        assert_eq!(lost.get("/plan").await.location(), "/");
        assert!(!is_in_after(&app, &mut phone).await);
        assert!(found.get("/").await.text().contains("Brug din finger næste gang"));
        let mut new = turn_on(&mut found).await;

        let made = adviser.post(&invite, "").await;
        assert!(!made.text().contains("bliver alle gamle enheder logget ud"));
        let path = made.values("value", HERE)[0].strip_prefix(HERE).expect("an address of ours").to_owned();
        let mut tablet = app.browser();
        assert!(!tablet.get(&path).await.text().contains("Din gamle telefon er væk."));
        tablet.post(&path, "").await;
        assert_eq!(found.get("/plan").await.status, StatusCode::OK, "one more device ends nothing");
        assert!(is_in_after(&app, &mut new).await);
    })
    .await;
}

async fn invite_address(app: &TestApp, adviser: &mut Browser) -> String {
    let person = app.person("parent").to_string();
    for family in adviser.get("/families").await.values("href", "/families/") {
        let page = adviser.get(&family).await;
        let found = page.values("action", "/families/").into_iter().find(|action| action.contains(&person));
        if let Some(found) = found {
            return found;
        }
    }
    panic!("the parent can be invited");
}

#[tokio::test]
async fn trying_too_often_is_refused_for_a_while() {
    each(async |database| {
        let app = TestApp::start_with_tries(&database.db, 3).await;
        for address in ["/passkeys/enter/ask", "/passkeys/enter"] {
            let mut browser = app.browser();
            let mut statuses = Vec::new();
            for _ in 0..4 {
                statuses.push(browser.post(address, "").await.status);
            }
            assert_eq!(statuses.last(), Some(&StatusCode::TOO_MANY_REQUESTS), "{address}");
        }
    })
    .await;
}

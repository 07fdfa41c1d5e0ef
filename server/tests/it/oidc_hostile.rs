//! A provider that says what it should not: everything that OpenID Connect asks us to look at is looked at.

use std::sync::{Arc, Mutex};

use app::domain::moment::Moment;
use aws_lc_rs::{
    hmac,
    rand::SystemRandom,
    signature::{EcdsaKeyPair, KeyPair as _},
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, Method, StatusCode, header},
    response::{IntoResponse as _, Response},
    routing::{get, post},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde_json::{Value, json};

use crate::{
    browser::{Browser, Got, TestApp},
    databases::{Database, Scratch, each, rows},
    oidc::{LEVEL, is_in, key_pair, onward, read, set_staff_id, today, two_at},
};

const CLIENT: &str = "vores-plan-ad";

/// How the next token is signed.
#[derive(Clone, Copy, Debug)]
enum Signed {
    /// As it should be.
    Soundly,
    /// Not at all (RFC 7515 §A.5).
    Not,
    /// With a secret that both know.
    WithSecret,
    /// With the public key, as if that were a secret (RFC 8725 §2.1).
    WithPublicKey,
    /// With somebody else's key under the name of the provider's.
    ByAnother,
    /// With somebody else's key that comes along (RFC 7515 §4.1.3).
    ByAnotherThatComesAlong,
    /// With another signature than its own.
    Wrongly,
}

/// What the token endpoint answers.
#[derive(Clone, Debug)]
enum Answers {
    Token(String),
    Refusal,
    NoToken,
    Elsewhere,
    TooMuch,
    Nonsense,
}

struct Ways {
    answers: Answers,
    discovery: Value,
    keys: Value,
    /// How often the keys were asked for.
    asked: usize,
    /// What the token endpoint was sent.
    sent: String,
    authorization: String,
}

type Shared = Arc<Mutex<Ways>>;

struct Hostile {
    issuer: String,
    ways: Shared,
    key: EcdsaKeyPair,
    public: Value,
    another: EcdsaKeyPair,
    another_public: Value,
}

async fn discovery(State(ways): State<Shared>) -> Response {
    as_json(&ways.lock().expect("the ways").discovery)
}

async fn keys(State(ways): State<Shared>) -> Response {
    let mut ways = ways.lock().expect("the ways");
    ways.asked += 1;
    as_json(&ways.keys)
}

async fn token(State(ways): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let mut ways = ways.lock().expect("the ways");
    ways.sent = String::from_utf8_lossy(&body).into_owned();
    ways.authorization =
        headers.get(header::AUTHORIZATION).and_then(|line| line.to_str().ok()).unwrap_or_default().to_owned();
    match &ways.answers {
        Answers::Token(token) => {
            let answer = json!({ "access_token": "x", "token_type": "Bearer", "expires_in": 60, "id_token": token });
            as_json(&answer)
        }
        Answers::Refusal => {
            let refusal = json!({ "error": "invalid_grant" }).to_string();
            (StatusCode::BAD_REQUEST, [(header::CONTENT_TYPE, "application/json")], refusal).into_response()
        }
        Answers::NoToken => as_json(&json!({ "access_token": "x", "token_type": "Bearer" })),
        Answers::Elsewhere => (StatusCode::TEMPORARY_REDIRECT, [(header::LOCATION, "/sound")]).into_response(),
        Answers::TooMuch => as_json(&json!({ "access_token": "x".repeat(1_000_000), "token_type": "Bearer" })),
        Answers::Nonsense => "<html>".into_response(),
    }
}

fn as_json(value: &Value) -> Response {
    ([(header::CONTENT_TYPE, "application/json")], value.to_string()).into_response()
}

impl Hostile {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let issuer = format!("http://{}", listener.local_addr().expect("its address"));
        let (key, _, public) = key_pair("one");
        let (another, _, another_public) = key_pair("one");
        let ways = Arc::new(Mutex::new(Ways {
            answers: Answers::NoToken,
            discovery: json!({
                "issuer": issuer,
                "authorization_endpoint": format!("{issuer}/auth"),
                "token_endpoint": format!("{issuer}/token"),
                "jwks_uri": format!("{issuer}/keys"),
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["ES256", "none", "HS256"],
            }),
            keys: json!({ "keys": [public] }),
            asked: 0,
            sent: String::new(),
            authorization: String::new(),
        }));
        let router = Router::new()
            .route("/.well-known/openid-configuration", get(discovery))
            .route("/keys", get(keys))
            .route("/token", post(token))
            .with_state(ways.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { issuer, ways, key, public, another, another_public }
    }

    fn with<T>(&self, change: impl FnOnce(&mut Ways) -> T) -> T {
        change(&mut self.ways.lock().expect("the ways"))
    }

    /// What a sound provider says of Karen now.
    fn claims(&self, nonce: &str, now: Moment) -> Value {
        json!({
            "iss": self.issuer,
            "aud": CLIENT,
            "sub": "dir-karen",
            "iat": now.seconds(),
            "exp": now.seconds() + 300,
            "nonce": nonce,
            "acr": format!("{LEVEL}Substantial"),
            "employee_id": "M-1001",
            "sid": "s-1",
        })
    }

    fn write(&self, typ: &str, claims: &Value, signed: Signed) -> String {
        let mut header = json!({ "typ": typ, "alg": "ES256", "kid": "one" });
        match signed {
            Signed::Not => header = json!({ "typ": typ, "alg": "none" }),
            Signed::WithSecret | Signed::WithPublicKey => header["alg"] = "HS256".into(),
            Signed::ByAnotherThatComesAlong => header["jwk"] = self.another_public.clone(),
            _ => {}
        }
        let said = format!("{}.{}", BASE64URL.encode(header.to_string()), BASE64URL.encode(claims.to_string()));
        let by = |key: &EcdsaKeyPair| {
            key.sign(&SystemRandom::new(), said.as_bytes()).expect("a signature").as_ref().to_vec()
        };
        let mac =
            |secret: &[u8]| hmac::sign(&hmac::Key::new(hmac::HMAC_SHA256, secret), said.as_bytes()).as_ref().to_vec();
        let signature = match signed {
            Signed::Soundly => by(&self.key),
            Signed::Not => Vec::new(),
            Signed::WithSecret => mac(b"hemmeligt-nok-til-en-proeve"),
            Signed::WithPublicKey => mac(self.key.public_key().as_ref()),
            Signed::ByAnother | Signed::ByAnotherThatComesAlong => by(&self.another),
            Signed::Wrongly => {
                let mut signature = by(&self.key);
                signature[10] ^= 1;
                signature
            }
        };
        format!("{said}.{}", BASE64URL.encode(signature))
    }
}

/// What stands in an address under that name.
fn asked(address: &str, name: &str) -> String {
    let query = address.split_once('?').expect("a query").1;
    let mut pairs = query.split('&').filter_map(|pair| pair.split_once('='));
    let value = pairs.find(|(found, _)| *found == name).map_or("", |(_, value)| value);
    value.replace("%3A", ":").replace("%2F", "/").replace('+', " ")
}

struct Town {
    app: TestApp,
    hostile: Hostile,
    _folder: Scratch,
}

impl Town {
    async fn start(database: &Database) -> Self {
        let (folder, hostile) = (Scratch::new(), Hostile::start().await);
        let (_, pem, _) = key_pair("2026-1");
        let providers = read(folder.path(), &pem, &two_at(&hostile.issuer)).expect("providers");
        let app = TestApp::start_with_providers(&database.db, today(), providers).await;
        set_staff_id(&app, app.person("adviser"), "M-1001").await;
        Self { app, hostile, _folder: folder }
    }

    /// Sets out, and comes back with a code, for which the provider answers so.
    async fn enter(&self, browser: &mut Browser, answers: impl FnOnce(&str) -> Answers) -> Got {
        let address = onward(&browser.post("/oidc/ad", "").await);
        self.hostile.with(|ways| ways.answers = answers(&asked(&address, "nonce")));
        browser.get(&format!("/oidc/ad/callback?code=c&state={}", asked(&address, "state"))).await
    }

    async fn say(&self, browser: &mut Browser, change: impl FnOnce(&mut Value), typ: &str, signed: Signed) -> Got {
        let now = self.app.clock.now();
        self.enter(browser, |nonce| {
            let mut claims = self.hostile.claims(nonce, now);
            change(&mut claims);
            Answers::Token(self.hostile.write(typ, &claims, signed))
        })
        .await
    }

    /// Signs Karen in.
    async fn karen(&self) -> Browser {
        let mut karen = self.app.browser();
        assert!(is_in(&self.say(&mut karen, |_| {}, "JWT", Signed::Soundly).await));
        karen
    }

    async fn tell_signed_out(&self, token: &str) -> StatusCode {
        let kind = [("content-type", "application/x-www-form-urlencoded")];
        let form = format!("logout_token={token}").into_bytes();
        self.app.browser().send(Method::POST, "/oidc/ad/logout", &kind, form).await.status
    }
}

async fn begun(database: &Database) -> (i64, i64) {
    let rows: Vec<(i64, i64)> =
        rows!(database, "SELECT (SELECT COUNT(*) FROM session), (SELECT COUNT(*) FROM identity)");
    rows[0]
}

#[tokio::test]
async fn what_a_provider_says_is_taken_only_when_all_of_it_is_as_it_must_be() {
    each(async |database| {
        let town = Town::start(database).await;
        let now = town.app.clock.now().seconds();
        let before = begun(database).await;
        type Change = fn(&mut Value, i64);
        let untrusted: [(&str, Change, &str, Signed); 26] = [
            ("another issuer", |said, _| said["iss"] = "https://evil.example".into(), "JWT", Signed::Soundly),
            ("no issuer", |said, _| said["iss"] = Value::Null, "JWT", Signed::Soundly),
            ("another audience", |said, _| said["aud"] = "somebody-else".into(), "JWT", Signed::Soundly),
            ("one more audience", |said, _| said["aud"] = json!([CLIENT, "somebody-else"]), "JWT", Signed::Soundly),
            ("no audience", |said, _| said["aud"] = json!([]), "JWT", Signed::Soundly),
            ("another party", |said, _| said["azp"] = "somebody-else".into(), "JWT", Signed::Soundly),
            ("another nonce", |said, _| said["nonce"] = "n".into(), "JWT", Signed::Soundly),
            ("no nonce", |said, _| said["nonce"] = Value::Null, "JWT", Signed::Soundly),
            ("expired", |said, now| said["exp"] = now.into(), "JWT", Signed::Soundly),
            ("no end", |said, _| said["exp"] = Value::Null, "JWT", Signed::Soundly),
            ("from the future", |said, now| said["iat"] = (now + 61).into(), "JWT", Signed::Soundly),
            ("from long ago", |said, now| said["iat"] = (now - 600).into(), "JWT", Signed::Soundly),
            ("from no time", |said, _| said["iat"] = Value::Null, "JWT", Signed::Soundly),
            ("no subject", |said, _| said["sub"] = Value::Null, "JWT", Signed::Soundly),
            ("an empty subject", |said, _| said["sub"] = "".into(), "JWT", Signed::Soundly),
            ("a long subject", |said, _| said["sub"] = "s".repeat(256).into(), "JWT", Signed::Soundly),
            ("a subject of two lines", |said, _| said["sub"] = "a\nb".into(), "JWT", Signed::Soundly),
            ("a level that is no text", |said, _| said["acr"] = json!(3), "JWT", Signed::Soundly),
            ("another kind of token", |_, _| {}, "logout+jwt", Signed::Soundly),
            ("not signed", |_, _| {}, "JWT", Signed::Not),
            ("signed with the secret", |_, _| {}, "JWT", Signed::WithSecret),
            ("signed with the public key", |_, _| {}, "JWT", Signed::WithPublicKey),
            ("signed by another", |_, _| {}, "JWT", Signed::ByAnother),
            ("signed by another that comes along", |_, _| {}, "JWT", Signed::ByAnotherThatComesAlong),
            ("signed wrongly", |_, _| {}, "JWT", Signed::Wrongly),
            ("signed wrongly, as another", |said, _| said["sub"] = "dir-soren".into(), "JWT", Signed::Wrongly),
        ];
        for (what, change, typ, signed) in untrusted {
            let mut browser = town.app.browser();
            let got = town.say(&mut browser, |said| change(said, now), typ, signed).await;
            assert_eq!(got.status, StatusCode::BAD_REQUEST, "{what}");
            assert!(got.text().contains("som vi ikke kan stole på"), "{what}");
            assert_eq!((browser.cookie, begun(database).await), (None, before), "{what}");
        }
        let levels: [(&str, Change); 4] = [
            ("a lower level", |said, _| said["acr"] = format!("{LEVEL}Low").into()),
            ("no level", |said, _| said["acr"] = Value::Null),
            ("a level with more", |said, _| said["acr"] = format!("{LEVEL}Substantial x").into()),
            ("a level elsewhere", |said, _| {
                said["loa"] = said["acr"].take();
            }),
        ];
        for (what, change) in levels {
            let mut browser = town.app.browser();
            let got = town.say(&mut browser, |said| change(said, now), "JWT", Signed::Soundly).await;
            assert_eq!(got.status, StatusCode::FORBIDDEN, "{what}");
            assert!(got.text().contains("Vi skal være mere sikre på"), "{what}");
            assert_eq!((browser.cookie, begun(database).await), (None, before), "{what}");
        }
        let sound: [(&str, Change); 5] = [
            ("as it should be", |_, _| {}),
            ("a higher level", |said, _| said["acr"] = format!("{LEVEL}High").into()),
            ("one audience in a list", |said, _| said["aud"] = json!([CLIENT])),
            ("ourselves as the party", |said, _| said["azp"] = CLIENT.into()),
            ("a clock that is a little fast", |said, now| said["iat"] = (now + 60).into()),
        ];
        for (what, change) in sound {
            let got = town.say(&mut town.app.browser(), |said| change(said, now), "JWT", Signed::Soundly).await;
            assert!(is_in(&got), "{what}: {}", got.text());
        }
    })
    .await;
}

#[tokio::test]
async fn an_answer_that_is_none_lets_nobody_in() {
    each(async |database| {
        let town = Town::start(database).await;
        let before = begun(database).await;
        for (answers, status) in [
            (Answers::Refusal, StatusCode::BAD_REQUEST),
            (Answers::NoToken, StatusCode::BAD_REQUEST),
            (Answers::Elsewhere, StatusCode::BAD_REQUEST),
            (Answers::Nonsense, StatusCode::BAD_REQUEST),
            (Answers::Token("x".into()), StatusCode::BAD_REQUEST),
            (Answers::Token("x.y.z".into()), StatusCode::BAD_REQUEST),
            (Answers::TooMuch, StatusCode::SERVICE_UNAVAILABLE),
        ] {
            let mut browser = town.app.browser();
            let got = town.enter(&mut browser, |_| answers.clone()).await;
            assert_eq!(got.status, status, "{answers:?}");
            assert_eq!((browser.cookie, begun(database).await), (None, before), "{answers:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn who_is_to_prove_it_anew_did_so_just_now_or_has_not_proven_it() {
    each(async |database| {
        let town = Town::start(database).await;
        let mut karen = town.karen().await;
        database.run("UPDATE session SET proven_at = 0".into()).await;
        let now = town.app.clock.now().seconds();
        for (said, taken) in [
            (Value::Null, false),
            (json!(now - 601), false),
            (json!(now + 120), false),
            (json!("x"), false),
            (json!(now), true),
        ] {
            let address = onward(&karen.post("/me/oidc/ad/prove", "to=/me/code").await);
            assert_eq!((asked(&address, "prompt"), asked(&address, "max_age")), ("login".to_owned(), "0".to_owned()));
            let mut claims = town.hostile.claims(&asked(&address, "nonce"), town.app.clock.now());
            claims["auth_time"] = said.clone();
            let token = town.hostile.write("JWT", &claims, Signed::Soundly);
            town.hostile.with(|ways| ways.answers = Answers::Token(token));
            let got = karen.get(&format!("/oidc/ad/callback?code=c&state={}", asked(&address, "state"))).await;
            assert_eq!(got.location() == "/me/code", taken, "{said}");
            let proven: Vec<(i64,)> = rows!(database, "SELECT MAX(proven_at) FROM session");
            assert_eq!(proven[0].0 > 0, taken, "{said}");
        }
    })
    .await;
}

#[tokio::test]
async fn what_we_ask_for_and_how_we_prove_who_we_are() {
    each(async |database| {
        let town = Town::start(database).await;
        let mut browser = town.app.browser();
        browser.language = "en";
        let address = onward(&browser.post("/oidc/ad", "").await);
        for (name, value) in [
            ("response_type", "code"),
            ("client_id", CLIENT),
            ("redirect_uri", "http://localhost:8080/oidc/ad/callback"),
            ("scope", "openid staff email"),
            ("code_challenge_method", "S256"),
            ("acr_values", &format!("{LEVEL}Substantial {LEVEL}High")),
            ("ui_locales", "en"),
            ("prompt", ""),
        ] {
            assert_eq!(asked(&address, name), value, "{name}");
        }
        let citizens = onward(&browser.post("/oidc/mitid", "").await);
        assert_eq!(asked(&citizens, "prompt"), "login");
        town.karen().await;
        let (sent, authorization) = town.hostile.with(|ways| (ways.sent.clone(), ways.authorization.clone()));
        assert!(sent.contains("grant_type=authorization_code") && sent.contains("code_verifier="), "{sent}");
        assert!(authorization.starts_with("Basic ") && !sent.contains("hemmeligt"), "{sent}");

        town.hostile.with(|ways| ways.answers = Answers::Refusal);
        browser.get(&format!("/oidc/mitid/callback?code=c&state={}", asked(&citizens, "state"))).await;
        let (sent, authorization) = town.hostile.with(|ways| (ways.sent.clone(), ways.authorization.clone()));
        assert_eq!(authorization, "");
        let assertion = sent.split("client_assertion=").nth(1).and_then(|rest| rest.split('&').next());
        let said = assertion.and_then(|assertion| assertion.split('.').nth(1)).expect("an assertion");
        let said: Value = serde_json::from_slice(&BASE64URL.decode(said).expect("base64url")).expect("JSON");
        let now = town.app.clock.now().seconds();
        assert_eq!((&said["iss"], &said["sub"]), (&json!("vores-plan-mitid"), &json!("vores-plan-mitid")));
        assert_eq!(said["aud"], format!("{}/token", town.hostile.issuer));
        assert_eq!(said["exp"], now + 60);
        assert!(said["jti"].as_str().is_some_and(|id| id.len() == 43));
    })
    .await;
}

#[tokio::test]
async fn unknown_keys_are_asked_for_at_most_once_a_minute() {
    each(async |database| {
        let town = Town::start(database).await;
        town.karen().await;
        let asked = || town.hostile.with(|ways| ways.asked);
        assert_eq!(asked(), 1);
        let unknown = json!({ "keys": [town.hostile.another_public] });
        town.hostile.with(|ways| ways.keys["keys"][0]["kid"] = "two".into());
        for _ in 0..5 {
            town.say(&mut town.app.browser(), |_| {}, "JWT", Signed::ByAnother).await;
        }
        assert_eq!(asked(), 1, "within the first minute");
        town.app.clock.set(town.app.clock.now().plus_seconds(60));
        for _ in 0..5 {
            let got = town.say(&mut town.app.browser(), |_| {}, "JWT", Signed::ByAnother).await;
            assert_eq!(got.status, StatusCode::BAD_REQUEST);
        }
        assert_eq!(asked(), 2);
        town.hostile.with(|ways| ways.keys = unknown);
        town.app.clock.set(town.app.clock.now().plus_seconds(60));
        let got = town.say(&mut town.app.browser(), |_| {}, "JWT", Signed::ByAnother).await;
        assert!(is_in(&got), "the keys of the provider are other ones now");
        let old = town.say(&mut town.app.browser(), |_| {}, "JWT", Signed::Soundly).await;
        assert_eq!(old.status, StatusCode::BAD_REQUEST, "and the old ones count no more");
        town.hostile.with(|ways| ways.keys = json!({ "keys": [town.hostile.public] }));
        town.app.clock.set(town.app.clock.now().plus_seconds(3600));
        town.karen().await;
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_announces_what_it_must_not_is_not_followed() {
    each(async |database| {
        let town = Town::start(database).await;
        let sound = town.hostile.with(|ways| ways.discovery.clone());
        for (field, value) in [
            ("issuer", json!("https://evil.example")),
            ("authorization_endpoint", json!("https://evil.example/auth")),
            ("authorization_endpoint", json!("javascript:alert(1)")),
            ("jwks_uri", json!("https://evil.example/keys")),
            ("token_endpoint", Value::Null),
            ("end_session_endpoint", json!("https://evil.example/out")),
        ] {
            town.hostile.with(|ways| ways.discovery[field] = value.clone());
            let mut browser = town.app.browser();
            let got = browser.post("/oidc/ad", "").await;
            assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE, "{field} {value}");
            assert!(browser.cookie.is_none() && got.header("refresh").is_empty());
            town.hostile.with(|ways| ways.discovery = sound.clone());
            town.app.clock.set(town.app.clock.now().plus_seconds(5));
        }
        town.hostile.with(|ways| ways.discovery["token_endpoint"] = json!("https://evil.example/token"));
        let got = town.say(&mut town.app.browser(), |_| {}, "JWT", Signed::Soundly).await;
        assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE, "no secret goes there");
    })
    .await;
}

#[tokio::test]
async fn only_a_sound_word_of_the_provider_signs_somebody_out() {
    each(async |database| {
        let town = Town::start(database).await;
        const EVENT: &str = "http://schemas.openid.net/event/backchannel-logout";
        let mut karen = town.karen().await;
        let now = town.app.clock.now().seconds();
        let word = json!({
            "iss": town.hostile.issuer,
            "aud": CLIENT,
            "iat": now,
            "exp": now + 120,
            "jti": "j-1",
            "events": { EVENT: {} },
            "sub": "dir-karen",
            "sid": "s-1",
        });
        type Change = fn(&mut Value, i64);
        let untrusted: [(&str, Change, &str, Signed); 16] = [
            ("another issuer", |said, _| said["iss"] = "https://evil.example".into(), "logout+jwt", Signed::Soundly),
            ("another audience", |said, _| said["aud"] = "somebody-else".into(), "logout+jwt", Signed::Soundly),
            ("expired", |said, now| said["exp"] = now.into(), "logout+jwt", Signed::Soundly),
            ("from the future", |said, now| said["iat"] = (now + 61).into(), "logout+jwt", Signed::Soundly),
            ("from long ago", |said, now| said["iat"] = (now - 600).into(), "logout+jwt", Signed::Soundly),
            ("no name of its own", |said, _| said["jti"] = Value::Null, "logout+jwt", Signed::Soundly),
            ("another event", |said, _| said["events"] = json!({ "x": {} }), "logout+jwt", Signed::Soundly),
            ("no event", |said, _| said["events"] = Value::Null, "logout+jwt", Signed::Soundly),
            ("a nonce: an ID token", |said, _| said["nonce"] = "n".into(), "logout+jwt", Signed::Soundly),
            (
                "nobody",
                |said, _| {
                    said["sub"] = Value::Null;
                    said["sid"] = Value::Null;
                },
                "logout+jwt",
                Signed::Soundly,
            ),
            ("another kind", |_, _| {}, "at+jwt", Signed::Soundly),
            ("not signed", |_, _| {}, "logout+jwt", Signed::Not),
            ("signed with the secret", |_, _| {}, "logout+jwt", Signed::WithSecret),
            ("signed with the public key", |_, _| {}, "logout+jwt", Signed::WithPublicKey),
            ("signed by another", |_, _| {}, "logout+jwt", Signed::ByAnother),
            ("signed wrongly", |_, _| {}, "logout+jwt", Signed::Wrongly),
        ];
        for (what, change, typ, signed) in untrusted {
            let mut said = word.clone();
            change(&mut said, now);
            let token = town.hostile.write(typ, &said, signed);
            assert_eq!(town.tell_signed_out(&token).await, StatusCode::BAD_REQUEST, "{what}");
            assert_eq!(karen.get("/inbox").await.status, StatusCode::OK, "{what}");
        }
        for token in ["", "x", "x.y.z"] {
            assert_eq!(town.tell_signed_out(token).await, StatusCode::BAD_REQUEST, "{token}");
        }
        let of_others: [Change; 2] = [|said, _| said["sub"] = "dir-soren".into(), |said, _| said["sid"] = "s-2".into()];
        for change in of_others {
            let mut said = word.clone();
            change(&mut said, now);
            let token = town.hostile.write("logout+jwt", &said, Signed::Soundly);
            assert_eq!(town.tell_signed_out(&token).await, StatusCode::OK);
            assert_eq!(karen.get("/inbox").await.status, StatusCode::OK, "{said}");
        }
        let own: [Change; 4] = [
            |_, _| {},
            |said, _| said["sid"] = Value::Null,
            |said, _| said["sub"] = Value::Null,
            |said, _| said["aud"] = json!([CLIENT, "somebody-else"]),
        ];
        for change in own {
            let mut said = word.clone();
            change(&mut said, now);
            let token = town.hostile.write("logout+jwt", &said, Signed::Soundly);
            assert_eq!(town.tell_signed_out(&token).await, StatusCode::OK);
            assert_eq!(karen.get("/inbox").await.location(), "/", "{said}");
            karen = town.karen().await;
        }
        town.app.clock.set(town.app.clock.now().plus_seconds(1));
        let mut later = town.karen().await;
        let token = town.hostile.write("logout+jwt", &word, Signed::Soundly);
        assert_eq!(town.tell_signed_out(&token).await, StatusCode::OK);
        assert_eq!(later.get("/inbox").await.status, StatusCode::OK, "an old word ends nothing that came after it");
    })
    .await;
}

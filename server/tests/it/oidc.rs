//! Signing in by a provider of another's making (npm `oidc-provider`), from the button to the session and out again.

use std::{
    collections::HashMap,
    fs,
    io::{BufRead as _, BufReader},
    net::SocketAddr,
    path::Path,
    process::{Child, ChildStdout, Command, Stdio},
};

use app::{
    domain::{
        id::Id,
        moment::{Clock, Moment},
        person::Person,
    },
    store::{self, Batch, load},
};
use aws_lc_rs::signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _};
use axum::http::StatusCode;
use base64::{
    Engine as _,
    engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD as BASE64URL},
};
use reqwest::{Client, header, redirect};
use serde_json::{Value, json};
use server::oidc::Providers;

use crate::{
    browser::{Browser, Got, HERE, TestApp},
    databases::{Database, Scratch, each, rows},
    sessions::carried,
};

pub(crate) const LEVEL: &str = "https://data.gov.dk/concept/core/nsis/loa/";
pub(crate) const TOWN: &str = "Eksempelby Kommune (demo 1)";
const SECRET: &str = "hemmeligt-nok-til-en-proeve";

/// A private key of P-256 in PEM, and its public half as a JSON Web Key (RFC 7517).
pub(crate) fn key_pair(id: &str) -> (EcdsaKeyPair, String, Value) {
    let key = EcdsaKeyPair::generate(&ECDSA_P256_SHA256_FIXED_SIGNING).expect("a key");
    let pkcs8 = key.to_pkcs8v1().expect("a document");
    let pem = format!("-----BEGIN PRIVATE KEY-----\n{}\n-----END PRIVATE KEY-----\n", STANDARD.encode(pkcs8.as_ref()));
    let point = key.public_key().as_ref();
    let (x, y) = (BASE64URL.encode(&point[1..33]), BASE64URL.encode(&point[33..65]));
    let public = json!({ "kty": "EC", "crv": "P-256", "use": "sig", "alg": "ES256", "kid": id, "x": x, "y": y });
    (key, pem, public)
}

/// Writes the file with providers and its secrets, and reads it as the program does.
pub(crate) fn read(folder: &Path, pem: &str, providers: &Value) -> Result<Providers, String> {
    fs::write(folder.join("secret"), format!("{SECRET}\n")).expect("a file");
    fs::write(folder.join("key.pem"), pem).expect("a file");
    let file = folder.join("providers.json");
    fs::write(&file, providers.to_string()).expect("a file");
    Providers::read(&file, HERE)
}

/// The directory and the broker at that issuer.
pub(crate) fn two_at(issuer: &str) -> Value {
    json!([
        {
            "key": "ad",
            "title": { "da": "Kommunens login", "en": "Council login" },
            "for": "staff",
            "municipality": TOWN,
            "issuer": issuer,
            "client_id": "vores-plan-ad",
            "client_secret_file": "secret",
            "scopes": ["openid", "staff", "email"],
            "acr": [format!("{LEVEL}Substantial"), format!("{LEVEL}High")],
            "staff_claim": "employee_id",
        },
        {
            "key": "mitid",
            "title": "MitID",
            "for": "citizens",
            "issuer": issuer,
            "client_id": "vores-plan-mitid",
            "private_key_file": "key.pem",
            "key_id": "2026-1",
            "acr": [format!("{LEVEL}Substantial"), format!("{LEVEL}High")],
        },
    ])
}

/// The time now, which the provider goes by.
pub(crate) fn today() -> Moment {
    Clock::System.now()
}

/// The provider, in a process of its own.
struct Provider {
    child: Child,
    issuer: String,
    /// It ends when nobody hears it any more.
    _says: BufReader<ChildStdout>,
}

impl Provider {
    fn start(public: &Value, back_channel: &str) -> Self {
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/oidc/provider.mjs");
        let logout = |key: &str| format!("{back_channel}/oidc/{key}/logout");
        let clients = json!([
            {
                "client_id": "vores-plan-ad",
                "client_secret": SECRET,
                "redirect_uris": [format!("{HERE}/oidc/ad/callback")],
                "post_logout_redirect_uris": [format!("{HERE}/")],
                "backchannel_logout_uri": logout("ad"),
                "backchannel_logout_session_required": true,
                "scope": "openid staff email",
            },
            {
                "client_id": "vores-plan-mitid",
                "redirect_uris": [format!("{HERE}/oidc/mitid/callback")],
                "post_logout_redirect_uris": [format!("{HERE}/")],
                "token_endpoint_auth_method": "private_key_jwt",
                "jwks": { "keys": [public] },
                "id_token_signed_response_alg": "ES256",
            },
        ]);
        let mut node = Command::new("node");
        node.arg(script).arg(clients.to_string()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        let mut child = node.spawn().expect("node starts");
        let mut says = BufReader::new(child.stdout.take().expect("what it says"));
        let mut line = String::new();
        says.read_line(&mut line).expect("a line");
        let said: Value = serde_json::from_str(&line)
            .expect("the provider says where it is; its packages come with npm ci in server/tests/it/oidc");
        Self { child, issuer: said["issuer"].as_str().expect("an issuer").to_owned(), _says: says }
    }

    async fn take_new_keys(&self) {
        let client = Client::builder().no_proxy().build().expect("a client");
        client.get(format!("{}/new-keys", self.issuer)).send().await.expect("new keys");
    }

    fn stop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Drop for Provider {
    fn drop(&mut self) {
        self.stop();
    }
}

/// The same browser at the provider: it keeps the cookies it gets there.
struct There {
    client: Client,
    cookies: HashMap<String, String>,
}

impl There {
    fn new() -> Self {
        let client = Client::builder().redirect(redirect::Policy::none()).no_proxy().build().expect("a client");
        Self { client, cookies: HashMap::new() }
    }

    /// Where it is led, and what it reads.
    async fn go(&mut self, address: &str, form: Option<&str>) -> (String, String) {
        let request = match form {
            None => self.client.get(address),
            Some(form) => self
                .client
                .post(address)
                .header(header::CONTENT_TYPE, "application/x-www-form-urlencoded")
                .body(form.to_owned()),
        };
        let cookies: Vec<String> = self.cookies.iter().map(|(name, value)| format!("{name}={value}")).collect();
        let got = request.header(header::COOKIE, cookies.join("; ")).send().await.expect("an answer");
        for set in got.headers().get_all(header::SET_COOKIE) {
            let pair = set.to_str().expect("text").split(';').next().expect("a pair").to_owned();
            let (name, value) = pair.split_once('=').expect("a pair");
            self.cookies.insert(name.to_owned(), value.to_owned());
        }
        let to = got.headers().get(header::LOCATION).map(|to| to.to_str().expect("text").to_owned());
        let to = to.map(|to| match to.strip_prefix('/') {
            Some(path) => {
                let origin: Vec<&str> = address.splitn(4, '/').take(3).collect();
                format!("{}/{path}", origin.join("/"))
            }
            None => to,
        });
        (to.unwrap_or_default(), got.text().await.expect("a body"))
    }

    /// Proves to be somebody, at that level, and comes back with the address that leads to us. The second tells whether it
    /// was asked who somebody is.
    async fn prove(&mut self, address: &str, account: &str, level: &str) -> (String, bool) {
        let level = if level.is_empty() { String::new() } else { format!("{LEVEL}{level}") };
        self.answer(address, &format!("account={account}&acr={level}")).await
    }

    async fn answer(&mut self, address: &str, form: &str) -> (String, bool) {
        let (mut to, said) = self.go(address, None).await;
        assert!(!to.is_empty(), "{said}");
        let asked = to.contains("/interaction/");
        if asked {
            let (on, said) = self.go(&to, Some(form)).await;
            assert!(!on.is_empty(), "{said}");
            (to, _) = self.go(&on, None).await;
        }
        let back = to.strip_prefix(HERE).expect("it leads back to us").to_owned();
        (back, asked)
    }
}

/// Where a page leads on to by itself.
pub(crate) fn onward(page: &Got) -> String {
    assert_eq!(page.status, StatusCode::OK, "{}", page.text());
    let address = page.header("refresh").strip_prefix("0; url=").expect("it leads on").to_owned();
    let linked = page.values("href", "http").iter().any(|href| href.replace("&amp;", "&") == address);
    assert!(linked, "also for those whose browser does not go by itself");
    address
}

/// A town with two providers.
struct Town<'a> {
    app: TestApp,
    provider: Provider,
    database: &'a Database,
    _folder: Scratch,
}

impl<'a> Town<'a> {
    async fn start(database: &'a Database) -> Self {
        let folder = Scratch::new();
        let (_, pem, public) = key_pair("2026-1");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("its address"));
        let provider = Provider::start(&public, &origin);
        let providers = read(folder.path(), &pem, &two_at(&provider.issuer)).expect("providers");
        let app = TestApp::start_with_providers(&database.db, today(), providers).await;
        let service = app.router().into_make_service_with_connect_info::<SocketAddr>();
        tokio::spawn(async move { axum::serve(listener, service).await });
        let town = Self { app, provider, database, _folder: folder };
        town.set_staff_id("adviser", "M-1001").await;
        town
    }

    async fn set_staff_id(&self, role: &str, staff_id: &str) {
        set_staff_id(&self.app, self.app.person(role), staff_id).await;
    }

    /// The whole way of somebody who presses the button of a provider.
    async fn enter(&self, browser: &mut Browser, key: &str, account: &str, level: &str) -> Got {
        let page = browser.post(&format!("/oidc/{key}"), "").await;
        let (back, _) = There::new().prove(&onward(&page), account, level).await;
        browser.get(&back).await
    }

    async fn name(&self, browser: &mut Browser) -> String {
        let me = browser.get("/me").await;
        assert_eq!(me.status, StatusCode::OK);
        let name = me.body.split("<h1>").nth(1).and_then(|rest| rest.split('<').next()).expect("a name");
        name.to_owned()
    }

    async fn identities(&self) -> i64 {
        let rows: Vec<(i64,)> = rows!(self.database, "SELECT COUNT(*) FROM identity WHERE ended_at IS NULL");
        rows[0].0
    }
}

pub(crate) async fn set_staff_id(app: &TestApp, person: Id<Person>, staff_id: &str) {
    let towns = store::municipalities(&app.db).await.expect("municipalities");
    let town = towns.into_iter().find(|(town, _)| town.name.as_str() == TOWN).expect("the town").0.id;
    let staff_ids = vec![(person, staff_id.parse().expect("an id"))];
    load(&app.db, town, &Batch { staff_ids, ..Batch::default() }, app.clock.now()).await.expect("a batch");
}

pub(crate) fn is_in(got: &Got) -> bool {
    got.status == StatusCode::SEE_OTHER && got.location() == "/"
}

#[tokio::test]
async fn an_employee_comes_in_by_the_directory_the_first_time_by_their_id_and_then_as_who_they_are_there() {
    each(async |database| {
        let town = Town::start(database).await;
        let door = town.app.browser().get("/").await;
        assert_eq!(door.values("action", "/oidc/"), ["/oidc/mitid", "/oidc/ad"]);
        for account in ["dir-new", "mitid-amina"] {
            let mut nobody = town.app.browser();
            let got = town.enter(&mut nobody, "ad", account, "Substantial").await;
            assert_eq!(got.status, StatusCode::FORBIDDEN, "{account}: whatever their e-mail");
            assert!(got.text().contains("Vi kender dig ikke endnu"));
            assert!(nobody.cookie.is_none());
        }
        for (level, enough) in [("Low", false), ("", false), ("High", true)] {
            let got = town.enter(&mut town.app.browser(), "ad", "dir-karen", level).await;
            assert_eq!((is_in(&got), town.identities().await), (enough, i64::from(enough)), "{level}");
            assert!(enough || got.text().contains("Vi skal være mere sikre på"));
        }
        let mut karen = town.app.browser();
        assert!(is_in(&town.enter(&mut karen, "ad", "dir-karen", "Substantial").await));
        assert_eq!(town.name(&mut karen).await, town.app.cast["adviser"].name);
        assert_eq!(town.identities().await, 1);

        town.set_staff_id("second_adviser", "M-1002").await;
        database.run("UPDATE person SET staff_id = NULL WHERE staff_id = 'M-1001'".into()).await;
        database.run("UPDATE person SET staff_id = 'M-1001' WHERE staff_id = 'M-1002'".into()).await;
        assert!(is_in(&town.enter(&mut karen, "ad", "dir-karen", "Substantial").await));
        assert_eq!(town.name(&mut karen).await, town.app.cast["adviser"].name, "the id counts the first time only");
        let soren = town.enter(&mut town.app.browser(), "ad", "dir-soren", "Substantial").await;
        assert!(soren.text().contains("Vi kender dig ikke endnu"), "M-1002 is nobody's now");

        town.app.clock.set(town.app.clock.now().plus_seconds(8 * 3600));
        assert_eq!(karen.get("/inbox").await.location(), "/", "a working day, as with a link");
    })
    .await;
}

#[tokio::test]
async fn an_id_given_to_somebody_else_lets_nobody_else_in_and_a_new_id_is_proven_anew() {
    each(async |database| {
        let town = Town::start(database).await;
        let mut karen = town.app.browser();
        assert!(is_in(&town.enter(&mut karen, "ad", "dir-karen", "Substantial").await));
        let other = format!("UPDATE identity SET subject = 'dir-before' WHERE subject = '{}'", "dir-karen");
        database.run(other).await;
        let got = town.enter(&mut town.app.browser(), "ad", "dir-karen", "Substantial").await;
        assert!(got.text().contains("Det passer ikke sammen"), "the id is known by somebody else of the directory");
        assert_eq!(karen.get("/inbox").await.status, StatusCode::OK);

        town.set_staff_id("adviser", "M-1002").await;
        assert_eq!(karen.get("/inbox").await.location(), "/", "she is to prove it anew");
        let got = town.enter(&mut town.app.browser(), "ad", "dir-karen", "Substantial").await;
        assert!(got.text().contains("Vi kender dig ikke endnu"));
        assert!(is_in(&town.enter(&mut town.app.browser(), "ad", "dir-soren", "Substantial").await));
    })
    .await;
}

#[tokio::test]
async fn who_has_left_or_works_elsewhere_is_turned_away() {
    each(async |database| {
        let town = Town::start(database).await;
        assert!(is_in(&town.enter(&mut town.app.browser(), "ad", "dir-karen", "Substantial").await));
        for (change, back) in [
            ("UPDATE person SET left_at = 1 WHERE staff_id = 'M-1001'", "UPDATE person SET left_at = NULL"),
            (
                "UPDATE person SET role = 'contact_person' WHERE staff_id = 'M-1001'",
                "UPDATE person SET role = 'adviser' WHERE staff_id = 'M-1001'",
            ),
            (
                "UPDATE municipality SET name = 'Andetsted' WHERE name = 'Eksempelby Kommune (demo 1)'",
                "UPDATE municipality SET name = 'Eksempelby Kommune (demo 1)'",
            ),
        ] {
            database.run(change.into()).await;
            let mut browser = town.app.browser();
            let got = town.enter(&mut browser, "ad", "dir-karen", "Substantial").await;
            assert_eq!(got.status, StatusCode::FORBIDDEN, "{change}");
            assert!(got.text().contains("Du har ikke adgang mere"), "{change}");
            assert!(browser.cookie.is_none());
            database.run(back.into()).await;
        }
        assert!(is_in(&town.enter(&mut town.app.browser(), "ad", "dir-karen", "Substantial").await));
        database.run("DELETE FROM errand".into()).await;
        database.run("UPDATE session SET identity = NULL".into()).await;
        database.run("DELETE FROM identity".into()).await;
        database.run("UPDATE person SET left_at = 1 WHERE staff_id = 'M-1001'".into()).await;
        let got = town.enter(&mut town.app.browser(), "ad", "dir-karen", "Substantial").await;
        assert!(got.text().contains("Du har ikke adgang mere"), "nor the first time");
    })
    .await;
}

#[tokio::test]
async fn a_parent_confirms_an_invitation_once_and_comes_in_without_one_from_then_on() {
    each(async |database| {
        let town = Town::start(database).await;
        let nobody = town.enter(&mut town.app.browser(), "mitid", "mitid-amina", "Substantial").await;
        assert!(nobody.text().contains("Bed din rådgiver om en invitation."));

        let invitation = town.app.invitation(town.app.person("parent")).await;
        let confirm = format!("{invitation}/oidc/mitid");
        let mut phone = town.app.browser();
        assert_eq!(phone.get(&invitation).await.values("action", "/sign-in/"), [invitation.clone(), confirm.clone()]);
        assert_eq!(phone.post(&format!("{invitation}/oidc/ad"), "").await.values("action", "/sign-in/").len(), 2);
        let mut there = There::new();
        let (back, _) = there.prove(&onward(&phone.post(&confirm, "").await), "mitid-amina", "Low").await;
        assert!(phone.get(&back).await.text().contains("Vi skal være mere sikre på"));
        let (back, asked) = there.prove(&onward(&phone.post(&confirm, "").await), "mitid-amina", "Substantial").await;
        assert!(asked);
        assert!(is_in(&phone.get(&back).await));
        assert_eq!(town.name(&mut phone).await, town.app.cast["parent"].name);
        let used = town.app.browser().post(&confirm, "").await;
        assert!(used.text().contains("Linket virker ikke mere"));

        phone.post("/sign-out", "").await;
        let page = phone.post("/oidc/mitid", "").await;
        let (back, asked) = there.prove(&onward(&page), "mitid-amina", "High").await;
        assert!(asked, "a phone that others use proves nothing");
        assert!(is_in(&phone.get(&back).await));
        assert_eq!(town.name(&mut phone).await, town.app.cast["parent"].name);

        let father = town.app.invitation(town.app.person("other_parent")).await;
        let mut browser = town.app.browser();
        let page = browser.post(&format!("{father}/oidc/mitid"), "").await;
        let (back, _) = There::new().prove(&onward(&page), "mitid-amina", "Substantial").await;
        let got = browser.get(&back).await;
        assert!(got.text().contains("Det passer ikke sammen") && browser.cookie.is_none());
        assert!(is_in(&browser.post(&father, "").await), "the invitation was not used up");

        let anew = town.app.invitation(town.app.person("parent")).await;
        let mut new = town.app.browser();
        let page = new.post(&format!("{anew}/oidc/mitid"), "").await;
        let (back, _) = There::new().prove(&onward(&page), "mitid-jonas", "Substantial").await;
        assert!(is_in(&new.get(&back).await));
        assert_eq!(town.name(&mut new).await, town.app.cast["parent"].name);
        assert_eq!(phone.get("/plan").await.location(), "/", "who came in by the other one is out");
        let before = town.enter(&mut town.app.browser(), "mitid", "mitid-amina", "Substantial").await;
        assert!(before.text().contains("Vi kender dig ikke endnu"));
    })
    .await;
}

#[tokio::test]
async fn an_invitation_taken_back_meanwhile_lets_nobody_in() {
    each(async |database| {
        let town = Town::start(database).await;
        let invitation = town.app.invitation(town.app.person("parent")).await;
        let mut phone = town.app.browser();
        let page = phone.post(&format!("{invitation}/oidc/mitid"), "").await;
        let (back, _) = There::new().prove(&onward(&page), "mitid-amina", "Substantial").await;
        town.app.invitation(town.app.person("parent")).await;
        let got = phone.get(&back).await;
        assert!(got.text().contains("Vi må begynde forfra"));
        assert_eq!((phone.cookie, town.identities().await), (None, 0));
    })
    .await;
}

#[tokio::test]
async fn parents_and_contact_persons_confirm_from_their_own_page_and_stop_again_and_nobody_else_does() {
    each(async |database| {
        let town = Town::start(database).await;
        for role in ["adviser", "project_lead"] {
            let mut browser = town.app.sign_in(role).await;
            assert!(!browser.get("/me").await.body.contains("/me/oidc/"));
            for address in ["/me/oidc/mitid", "/me/oidc/ad", "/me/oidc/mitid/remove", "/me/oidc/ad/remove"] {
                assert_eq!(browser.post(address, "").await.status, StatusCode::NOT_FOUND, "{role} {address}");
            }
        }
        for (role, account) in [("parent", "mitid-amina"), ("contact_person", "mitid-stranger")] {
            let mut browser = town.app.sign_in(role).await;
            for address in ["/me/oidc/ad", "/me/oidc/nothing", "/me/oidc/mitid/remove", "/me/oidc/ad/remove"] {
                assert_eq!(browser.post(address, "").await.status, StatusCode::NOT_FOUND, "{role} {address}");
            }
            let session = browser.cookie.clone();
            assert_eq!(browser.get("/me").await.values("action", "/me/oidc/"), ["/me/oidc/mitid"]);
            let page = browser.post("/me/oidc/mitid", "").await;
            let (back, _) = There::new().prove(&onward(&page), account, "Substantial").await;
            assert_eq!(browser.get(&back).await.location(), "/me");
            assert_eq!(browser.cookie, session, "they were signed in already");
            assert_eq!(browser.get("/me").await.values("action", "/me/oidc/"), ["/me/oidc/mitid/remove"]);

            let mut tablet = town.app.browser();
            assert!(is_in(&town.enter(&mut tablet, "mitid", account, "Substantial").await));
            assert_eq!(browser.post("/me/oidc/mitid/remove", "").await.location(), "/me");
            assert_eq!(tablet.get("/me").await.location(), "/", "who came in by it is out");
            assert_eq!(browser.get("/me").await.status, StatusCode::OK);
            let got = town.enter(&mut town.app.browser(), "mitid", account, "Substantial").await;
            assert!(got.text().contains("Vi kender dig ikke endnu"));
        }
        let mut parent = town.app.sign_in("parent").await;
        let page = parent.post("/me/oidc/mitid", "").await;
        let (back, _) = There::new().prove(&onward(&page), "mitid-amina", "Substantial").await;
        parent.post(&town.app.invitation(town.app.person("other_parent")).await, "").await;
        assert!(parent.get(&back).await.text().contains("Vi må begynde forfra"), "somebody else is signed in now");
        assert_eq!(town.identities().await, 0);
    })
    .await;
}

#[tokio::test]
async fn who_is_known_there_shows_again_that_it_is_them_and_what_was_typed_comes_back_with_them() {
    each(async |database| {
        let town = Town::start(database).await;
        let mut parent = town.app.sign_in("parent").await;
        assert_eq!(parent.post("/me/oidc/mitid/prove", "").await.status, StatusCode::NOT_FOUND, "not known there yet");
        let page = parent.post("/me/oidc/mitid", "").await;
        let (back, _) = There::new().prove(&onward(&page), "mitid-amina", "Substantial").await;
        parent.get(&back).await;
        database.run("UPDATE session SET proven_at = 0".into()).await;

        let consents = async || -> i64 {
            let rows: Vec<(i64,)> = rows!(database, "SELECT COUNT(*) FROM consent");
            rows[0].0
        };
        let before = consents().await;
        let day = town.app.clock.now().plus_days(30).date(chrono_tz::Europe::Copenhagen);
        let asked = parent.post("/sharing", &format!("item=meetings&until={day}")).await;
        assert_eq!(asked.values("action", "/me/oidc/"), ["/me/oidc/mitid/prove"]);
        let page = parent.post("/me/oidc/mitid/prove", &carried(&asked)).await;
        let state = onward(&page).split("state=").nth(1).and_then(|rest| rest.split('&').next()).map(str::to_owned);
        let state = state.expect("a state");
        let back = parent.get(&format!("/oidc/mitid/callback?error=access_denied&state={state}")).await;
        assert_eq!(carried(&back), carried(&asked), "who changes their mind there has what they typed still");
        for (account, shows) in [("mitid-stranger", false), ("mitid-amina", true)] {
            let page = parent.post("/me/oidc/mitid/prove", &carried(&asked)).await;
            let address = onward(&page);
            assert!(address.contains("prompt=login") && address.contains("max_age=0"), "{address}");
            let (back, was_asked) = There::new().prove(&address, account, "Substantial").await;
            assert!(was_asked);
            let got = parent.get(&back).await;
            assert_eq!(got.status == StatusCode::OK, shows, "{account}");
            if shows {
                assert_eq!(got.values("action", "/sharing"), ["/sharing"]);
                assert_eq!(consents().await, before, "nothing happens unseen");
                assert_eq!(parent.post("/sharing", &carried(&got)).await.location(), "/sharing");
                assert_eq!(consents().await, before + 1);
            }
        }
        database.run("UPDATE session SET proven_at = 0".into()).await;
        let mut other = town.app.sign_in("other_parent").await;
        database.run("UPDATE session SET proven_at = 0".into()).await;
        assert_eq!(other.post("/me/oidc/mitid", "").await.status, StatusCode::FORBIDDEN, "nobody else binds their own");
        assert!(other.get("/me").await.values("action", "/me/oidc/").is_empty());
    })
    .await;
}

#[tokio::test]
async fn somebody_else_who_was_signed_in_is_signed_out_and_the_session_is_a_new_one() {
    each(async |database| {
        let town = Town::start(database).await;
        let mut shared = town.app.sign_in("parent").await;
        let before = shared.clone();
        let got = town.enter(&mut shared, "ad", "dir-karen", "Substantial").await;
        assert!(is_in(&got));
        assert_eq!(got.header("clear-site-data"), "\"storage\"");
        assert_ne!(shared.cookie, before.cookie);
        assert_eq!(town.name(&mut shared).await, town.app.cast["adviser"].name);
        assert_eq!({ before }.get("/plan").await.location(), "/");
        let first = shared.clone();
        assert!(is_in(&town.enter(&mut shared, "ad", "dir-karen", "Substantial").await));
        assert_eq!({ first }.get("/inbox").await.location(), "/", "also one of their own");
    })
    .await;
}

#[tokio::test]
async fn the_way_back_is_open_once_for_ten_minutes_and_to_the_browser_that_set_out() {
    each(async |database| {
        let town = Town::start(database).await;
        let over = |got: &Got| got.status == StatusCode::BAD_REQUEST && got.text().contains("Vi må begynde forfra");
        let set_out = async |browser: &mut Browser| {
            let page = browser.post("/oidc/ad", "").await;
            There::new().prove(&onward(&page), "dir-karen", "Substantial").await.0
        };
        let mut karen = town.app.browser();
        let back = set_out(&mut karen).await;

        let mut lured = town.app.browser();
        assert!(over(&lured.get(&back).await), "no browser is led into the session of another");
        lured.post("/oidc/ad", "").await;
        assert!(over(&lured.get(&back).await), "nor one that set out itself");
        let elsewhere = back.replace("/oidc/ad/", "/oidc/mitid/");
        assert!(over(&karen.clone().get(&elsewhere).await), "nor from another provider");
        let again = karen.clone();
        assert!(is_in(&karen.get(&back).await), "and nobody spoiled hers");
        assert!(over(&{ again }.get(&back).await), "once");

        let back = set_out(&mut karen).await;
        town.app.clock.set(town.app.clock.now().plus_seconds(600));
        assert!(over(&karen.get(&back).await), "ten minutes");

        for query in ["", "?code=x", "?state=x&code=x", "?state=%00", "?error=access_denied&state=x"] {
            assert!(over(&karen.get(&format!("/oidc/ad/callback{query}")).await), "{query}");
        }
        let back = set_out(&mut karen).await;
        assert!(over(&karen.get(&format!("{back}&code=another")).await), "one code");
        let cancelled = karen.post("/oidc/ad", "").await;
        let (back, _) = There::new().answer(&onward(&cancelled), "cancel=yes").await;
        assert!(back.contains("error=access_denied"));
        assert!(over(&karen.get(&back).await));
        assert!(!over(&karen.get(&back.replace("/ad/", "/nothing/")).await), "a provider there is not");

        for change in [
            |back: &str| back.split("&iss=").next().expect("the rest").to_owned(),
            |back: &str| back.replace("&iss=", "&iss=https%3A%2F%2Fevil.example&was="),
        ] {
            let mut browser = town.app.browser();
            let back = change(&set_out(&mut browser).await);
            let got = browser.get(&back).await;
            assert!(got.text().contains("som vi ikke kan stole på"), "{back}");
            assert!(browser.cookie.is_none());
        }
    })
    .await;
}

#[tokio::test]
async fn new_keys_of_the_provider_are_learned_but_not_at_every_word_of_them() {
    each(async |database| {
        let town = Town::start(database).await;
        assert!(is_in(&town.enter(&mut town.app.browser(), "ad", "dir-karen", "Substantial").await));
        town.provider.take_new_keys().await;
        let got = town.enter(&mut town.app.browser(), "ad", "dir-karen", "Substantial").await;
        assert!(got.text().contains("som vi ikke kan stole på"), "they were asked for just before");
        town.app.clock.set(town.app.clock.now().plus_seconds(60));
        assert!(is_in(&town.enter(&mut town.app.browser(), "ad", "dir-karen", "Substantial").await));
        assert!(is_in(&town.enter(&mut town.app.browser(), "ad", "dir-karen", "Substantial").await));
    })
    .await;
}

#[tokio::test]
async fn signing_out_here_leads_to_signing_out_there_and_signing_out_there_ends_it_here() {
    each(async |database| {
        let town = Town::start(database).await;
        let sign_in = async || {
            let (mut browser, mut there) = (town.app.browser(), There::new());
            let page = browser.post("/oidc/ad", "").await;
            let (back, _) = there.prove(&onward(&page), "dir-karen", "Substantial").await;
            assert!(is_in(&browser.get(&back).await));
            (browser, there)
        };
        let sign_out_there = async |there: &mut There, address: &str| {
            let (_, page) = there.go(address, None).await;
            let xsrf = page.split("name=\"xsrf\" value=\"").nth(1).and_then(|rest| rest.split('"').next());
            let form = format!("xsrf={}&logout=yes", xsrf.expect("a form"));
            there.go(&format!("{}/session/end/confirm", town.provider.issuer), Some(&form)).await.0
        };
        for way_out in ["/sign-out", "/sign-out/everywhere"] {
            let (mut browser, mut there) = sign_in().await;
            let mut stolen = browser.clone();
            let got = browser.post(way_out, "").await;
            let address = onward(&got);
            assert!(address.starts_with(&format!("{}/session/end?", town.provider.issuer)));
            assert_eq!(got.header("clear-site-data"), "\"storage\"");
            assert_eq!((browser.cookie.clone(), stolen.get("/inbox").await.location()), (None, "/"), "{way_out}");
            let back = sign_out_there(&mut there, &address).await;
            assert!(back.starts_with(&format!("{HERE}/")), "{back}");
            let page = browser.post("/oidc/ad", "").await;
            let (_, asked) = there.prove(&onward(&page), "dir-karen", "Substantial").await;
            assert!(asked, "it is over there too");
        }

        let (mut desk, mut there) = sign_in().await;
        let (mut laptop, _) = sign_in().await;
        let mut link = town.app.sign_in("adviser").await;
        let address = format!("{}/session/end?client_id=vores-plan-ad", town.provider.issuer);
        sign_out_there(&mut there, &address).await;
        assert_eq!(desk.get("/inbox").await.location(), "/", "the provider said so");
        assert_eq!(laptop.get("/inbox").await.status, StatusCode::OK, "of this session alone");
        assert_eq!(link.get("/inbox").await.status, StatusCode::OK);
        assert_eq!(link.post("/sign-out", "").await.location(), "/", "who came otherwise goes as before");
    })
    .await;
}

#[tokio::test]
async fn a_provider_that_is_down_says_so_kindly_and_the_other_ways_stay_open() {
    each(async |database| {
        let mut town = Town::start(database).await;
        let (mut staying, mut leaving) = (town.app.browser(), town.app.browser());
        assert!(is_in(&town.enter(&mut leaving, "ad", "dir-karen", "Substantial").await));
        let page = staying.post("/oidc/ad", "").await;
        let (back, _) = There::new().prove(&onward(&page), "dir-karen", "Substantial").await;
        town.provider.stop();
        let got = staying.get(&back).await;
        assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE);
        assert!(got.text().contains("Vi kan ikke få fat i Kommunens login."));
        town.app.clock.set(town.app.clock.now().plus_seconds(3600));
        for path in ["/oidc/ad", "/oidc/mitid"] {
            let got = town.app.browser().post(path, "").await;
            assert_eq!(got.status, StatusCode::SERVICE_UNAVAILABLE, "{path}");
        }
        assert_eq!(leaving.post("/sign-out", "").await.location(), "/");
        assert_eq!(town.app.browser().get("/").await.status, StatusCode::OK);
        town.app.sign_in("parent").await;
    })
    .await;
}

#[test]
fn a_file_that_is_wrong_is_told_with_the_reason_and_without_the_secret() {
    let folder = Scratch::new();
    let (_, pem, _) = key_pair("2026-1");
    let sound = two_at("https://login.example");
    read(folder.path(), &pem, &sound).expect("two providers");
    let with = |at: usize, field: &str, value: Value| {
        let mut changed = sound.clone();
        changed[at][field] = value;
        changed
    };
    for (changed, reason) in [
        (with(0, "key", json!("AD")), "a key is"),
        (with(1, "key", json!("ad")), "ad stands there twice"),
        (with(0, "for", json!("everybody")), "staff or citizens"),
        (with(0, "municipality", json!(null)), "\"municipality\""),
        (with(0, "staff_claim", json!(null)), "\"staff_claim\""),
        (with(0, "staff_claim", json!("email")), "address of e-mail"),
        (with(1, "subject_claim", json!("email")), "address of e-mail"),
        (with(1, "staff_claim", json!("oid")), "citizens have no"),
        (with(0, "issuer", json!("http://login.example")), "https://"),
        (with(0, "issuer", json!("https://login.example/?a=b")), "https://"),
        (with(0, "acr", json!([])), "\"acr\""),
        (with(0, "acr", json!(["to ord"])), "\"acr\""),
        (with(0, "title", json!("")), "a title"),
        (with(0, "client_secret_file", json!("nowhere")), "nowhere"),
        (with(0, "private_key_file", json!("key.pem")), "either"),
        (with(1, "private_key_file", json!("secret")), "PKCS #8"),
        (with(1, "secret", json!("x")), "unknown field"),
        (json!({}), "providers.json"),
    ] {
        let why = read(folder.path(), &pem, &changed).expect_err(reason);
        assert!(why.starts_with("--providers") && why.contains(reason), "{why}");
        assert!(!why.contains(SECRET) && !why.contains("PRIVATE KEY-----\n"), "{why}");
    }
    assert!(Providers::read(&folder.path().join("nothing"), HERE).is_err());
    let providers = read(folder.path(), &pem, &sound).expect("two providers");
    let shown = format!("{providers:?}");
    assert!(!shown.contains(SECRET), "{shown}");
}

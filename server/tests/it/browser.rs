//! The real router behind a clock that stands still, and people who use it: verbs, not requests.

use std::{
    collections::{BTreeSet, HashMap},
    num::NonZeroU32,
    sync::Arc,
};

use app::{
    domain::{
        channel::Carrier,
        id::Id,
        moment::{Clock, Moment, WallTime},
        person::Person,
        push::PushService,
    },
    store::{self, Db},
    ui::{Push, Site},
};
use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Method, Request, StatusCode, header},
};
use chrono::NaiveDateTime;
use chrono_tz::Europe::Copenhagen;
use server::{
    Shared,
    demo::{Cast, demo},
    files::Files,
    oidc::Providers,
    push::encrypt,
    router::router,
    security::Tries,
    session::Cookie,
};
use tower::ServiceExt;

/// Where the tested program believes to be reached.
pub(crate) const HERE: &str = "http://localhost:8080";

/// Where a quick exit leads in tests.
pub(crate) const ELSEWHERE: &str = "https://vejret.example";

/// A PNG of one pixel.
pub(crate) const PIXEL: &[u8] = b"\x89\x50\x4e\x47\x0d\x0a\x1a\x0a\x00\x00\x00\x0d\x49\x48\x44\x52\x00\x00\x00\x01\x00\x00\x00\x01\x08\x06\x00\x00\x00\x1f\x15\xc4\x89\x00\x00\x00\x0d\x49\x44\x41\x54\x78\xda\x63\x64\x60\xf8\x5f\x0f\x00\x02\x87\x01\x80\xeb\x47\xba\x92\x00\x00\x00\x00\x49\x45\x4e\x44\xae\x42\x60\x82";

/// That time in Denmark.
pub(crate) fn at(local: &str) -> Moment {
    let local = NaiveDateTime::parse_from_str(local, "%Y-%m-%d %H:%M").expect("a time");
    WallTime::new(local, Copenhagen).expect("it exists").instant()
}

/// A program with an invented municipality in it.
pub(crate) struct TestApp {
    pub(crate) db: Db,
    pub(crate) clock: Clock,
    pub(crate) cast: HashMap<&'static str, Cast>,
    router: Router,
}

impl TestApp {
    /// The program on a Monday morning.
    pub(crate) async fn start(db: &Db) -> Self {
        Self::start_with_tries(db, 10_000).await
    }

    /// As [`TestApp::start`], with so many tries a minute to sign in.
    pub(crate) async fn start_with_tries(db: &Db, tries: u32) -> Self {
        Self::begin(
            db,
            tries,
            Push {
                key: "key".into(),
                services: vec![PushService::Here("http://127.0.0.1:9".into())],
                locks: encrypt::locks,
            },
        )
        .await
    }

    /// As [`TestApp::start`], with push services that devices may be reached at, and the public key to subscribe with.
    pub(crate) async fn start_with_push(db: &Db, key: &str, services: Vec<PushService>) -> Self {
        Self::begin(db, 10_000, Push { key: key.into(), services, locks: encrypt::locks }).await
    }

    /// As [`TestApp::start`], at that moment and with those providers to sign in by.
    pub(crate) async fn start_with_providers(db: &Db, now: Moment, providers: Providers) -> Self {
        Self::begin_at(
            db,
            10_000,
            Push { key: "key".into(), services: Vec::new(), locks: encrypt::locks },
            now,
            providers,
        )
        .await
    }

    async fn begin(db: &Db, tries: u32, push: Push) -> Self {
        Self::begin_at(db, tries, push, at("2026-11-23 09:00"), Providers::default()).await
    }

    async fn begin_at(db: &Db, tries: u32, push: Push, now: Moment, providers: Providers) -> Self {
        let clock = Clock::fixed(now);
        let cast = play(db, 24, 1, clock.now()).await;
        let shared = Shared {
            db: db.clone(),
            clock: clock.clone(),
            site: Arc::new(Site {
                public_url: HERE.into(),
                quick_exit_to: ELSEWHERE.into(),
                push: Some(push),
                carriers: Carrier::ALL.to_vec(),
                providers: providers.shown(),
                ..Site::default()
            }),
            providers: Arc::new(providers),
            files: Arc::new(Files::default()),
            cookie: Cookie::of(HERE),
            tries: Arc::new(Tries::per_minute(NonZeroU32::new(tries).expect("some tries"))),
            proxies: 0,
        };
        Self { db: db.clone(), clock, cast, router: router(shared) }
    }

    pub(crate) fn person(&self, role: &str) -> Id<Person> {
        self.cast[role].person
    }

    /// The program itself, to be served.
    pub(crate) fn router(&self) -> Router {
        self.router.clone()
    }

    /// A browser nobody has signed in with.
    pub(crate) fn browser(&self) -> Browser {
        Browser { router: self.router.clone(), cookie: None, language: "da" }
    }

    /// The address of a fresh invitation for somebody.
    pub(crate) async fn invitation(&self, person: Id<Person>) -> String {
        let token = store::invite_from_console(&self.db, person, self.clock.now()).await.expect("an invitation");
        format!("/sign-in/{}", token.reveal())
    }

    /// A browser in which somebody of the cast is signed in.
    pub(crate) async fn sign_in(&self, role: &str) -> Browser {
        self.sign_in_as(self.person(role)).await
    }

    /// A browser in which somebody is signed in.
    pub(crate) async fn sign_in_as(&self, person: Id<Person>) -> Browser {
        let mut browser = self.browser();
        let entered = browser.post(&self.invitation(person).await, "").await;
        assert_eq!((entered.status, entered.location()), (StatusCode::SEE_OTHER, "/"));
        browser
    }
}

/// An invented municipality's cast, by role.
pub(crate) async fn play(db: &Db, families: u32, seed: u64, now: Moment) -> HashMap<&'static str, Cast> {
    let cast = demo(db, families, seed, now).await.expect("a demo");
    cast.into_iter().map(|person| (person.role, person)).collect()
}

/// Somebody's browser: it keeps its cookie and says where its requests come from.
#[derive(Clone)]
pub(crate) struct Browser {
    router: Router,
    pub(crate) cookie: Option<String>,
    pub(crate) language: &'static str,
}

/// What came back.
pub(crate) struct Got {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: String,
}

impl Got {
    pub(crate) fn location(&self) -> &str {
        self.header(header::LOCATION.as_str())
    }

    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }

    /// What a person reads: the text without its tags.
    pub(crate) fn text(&self) -> String {
        let mut text = String::new();
        let mut inside = false;
        for letter in self.body.chars() {
            match letter {
                '<' => inside = true,
                '>' => inside = false,
                _ if !inside => text.push(letter),
                _ => {}
            }
        }
        text.replace("&amp;", "&").replace('\u{a0}', " ")
    }

    /// What stands between two tags and has letters in it, each piece once.
    pub(crate) fn phrases(&self) -> BTreeSet<String> {
        let pieces = self.body.split('<').filter_map(|rest| rest.split_once('>')).map(|(_, words)| words.trim());
        pieces.filter(|words| words.contains(char::is_alphabetic)).map(str::to_owned).collect()
    }

    /// The values of an attribute whose value begins so, such as every `href` that begins with `/inbox/`.
    pub(crate) fn values(&self, attribute: &str, begin: &str) -> Vec<String> {
        let mark = format!(" {attribute}=\"");
        self.body
            .split(&mark)
            .skip(1)
            .filter_map(|rest| rest.split('"').next())
            .filter(|value| value.starts_with(begin))
            .map(str::to_owned)
            .collect()
    }

    /// The value of a hidden field.
    pub(crate) fn hidden(&self, name: &str) -> String {
        let mark = format!("type=\"hidden\" name=\"{name}\" value=\"");
        let rest = self.body.split(&mark).nth(1).expect("the hidden field");
        rest.split('"').next().expect("its value").to_owned()
    }
}

impl Browser {
    pub(crate) async fn get(&mut self, path: &str) -> Got {
        self.send(Method::GET, path, &[], Vec::new()).await
    }

    pub(crate) async fn post(&mut self, path: &str, form: &str) -> Got {
        self.post_bytes(path, form.as_bytes().to_vec()).await
    }

    pub(crate) async fn post_bytes(&mut self, path: &str, form: Vec<u8>) -> Got {
        let own = [("sec-fetch-site", "same-origin"), ("content-type", "application/x-www-form-urlencoded")];
        self.send(Method::POST, path, &own, form).await
    }

    /// Sends a form with a file in it.
    pub(crate) async fn post_file(&mut self, path: &str, field: &str, file: &[u8]) -> Got {
        let head = format!("--here\r\nContent-Disposition: form-data; name=\"{field}\"; filename=\"a\"\r\n\r\n");
        let body = [head.as_bytes(), file, b"\r\n--here--\r\n"].concat();
        let own = [("sec-fetch-site", "same-origin"), ("content-type", "multipart/form-data; boundary=here")];
        self.send(Method::POST, path, &own, body).await
    }

    /// Keeps a cookie in place of the one with the same name, or drops that where the new one is empty.
    fn keep(&mut self, set: &str) {
        let name = |pair: &str| pair.split('=').next().unwrap_or_default().to_owned();
        let kept = self.cookie.take().unwrap_or_default();
        let others = kept.split("; ").filter(|pair| !pair.is_empty() && name(pair) != name(set));
        let pairs: Vec<&str> = others.chain((!set.ends_with('=')).then_some(set)).collect();
        self.cookie = (!pairs.is_empty()).then(|| pairs.join("; "));
    }

    pub(crate) async fn send(&mut self, method: Method, path: &str, headers: &[(&str, &str)], body: Vec<u8>) -> Got {
        let mut request = Request::builder().method(method).uri(path).header("accept-language", self.language);
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        if let Some(cookie) = &self.cookie {
            request = request.header(header::COOKIE, cookie);
        }
        let request = request.body(Body::from(body)).expect("a request");
        let response = self.router.clone().oneshot(request).await.expect("an answer");
        let (parts, body) = response.into_parts();
        let bytes = to_bytes(body, 10_000_000).await.expect("a body");
        for set in parts.headers.get_all(header::SET_COOKIE).iter().filter_map(|set| set.to_str().ok()) {
            self.keep(set.split(';').next().unwrap_or_default());
        }
        let body = String::from_utf8_lossy(&bytes).into_owned();
        Got { status: parts.status, headers: parts.headers, body }
    }
}

//! What a session withstands: a pause on a shared phone, somebody else's hands, a stolen cookie, a planted one.

use app::domain::{id::Id, phone_code::PAUSE, sign_in::PROVEN};
use axum::http::{Method, StatusCode};
use server::router::{Door, ROUTES};

use crate::{
    access_matrix::{SECRETS, address, plant, refresh},
    browser::{Browser, ELSEWHERE, Got, TestApp},
    databases::{Database, each, rows},
    passkeys::{ask, form, turn_on},
};

const CODE: &str = "code=2580&again=2580";

async fn choose(browser: &mut Browser) {
    assert_eq!(browser.post("/me/code", CODE).await.location(), "/me#code");
}

/// So long does nobody do anything.
fn pause(app: &TestApp, seconds: i64) {
    app.clock.set(app.clock.now().plus_seconds(seconds));
}

fn is_locked(got: &Got) -> bool {
    got.status == StatusCode::LOCKED && got.text().contains("Siden er låst") && got.header("offline") == "no"
}

/// How many rows a table has.
async fn count(database: &Database, table: &str) -> i64 {
    let rows: Vec<(i64,)> = rows!(database, format!("SELECT COUNT(*) FROM {table}"));
    rows[0].0
}

/// What the forms of a page would send, as the browser does it.
pub(crate) fn carried(got: &Got) -> String {
    let fields = got.body.split("<input ").skip(1).filter_map(|input| {
        let input = input.split('>').next()?;
        let value =
            |name: &str| Some(input.split(&format!("{name}=\"")).nth(1)?.split('"').next()?.replace("&amp;", "&"));
        input.contains("type=\"hidden\"").then_some(())?;
        let escaped: String = value("value")?.bytes().map(|byte| format!("%{byte:02X}")).collect();
        Some(format!("{}={escaped}", value("name")?))
    });
    let mut fields: Vec<String> = fields.filter(|field| !field.starts_with("answer=")).collect();
    fields.dedup();
    let mut seen = Vec::new();
    fields.retain(|field| {
        let new = !seen.contains(field);
        seen.push(field.clone());
        new
    });
    fields.join("&")
}

#[tokio::test]
async fn a_locked_device_gives_nothing_whatever_is_asked_of_it() {
    const OPEN: [&str; 5] = ["/locked", "/locked/finger", "/locked/finger/ask", "/sign-out", "/sign-out/everywhere"];
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut things = plant(&app, database).await;
        refresh(&app, database, &mut things, "/me/passkeys/{passkey}").await;
        let mut people = Vec::new();
        for role in ["parent", "adviser", "contact_person", "project_lead", "administrator"] {
            let mut browser = app.sign_in(role).await;
            choose(&mut browser).await;
            people.push(browser);
        }
        pause(&app, PAUSE);
        let before = database.dump().await;
        let mut leaks = Vec::new();
        for (path, method, door) in ROUTES.iter().filter(|(path, ..)| !OPEN.contains(path)) {
            let (address, form) = address(path, &things, Id::fresh(app.clock.now()));
            for browser in &mut people {
                let mut browser = browser.clone();
                if *door == Door::Anybody && *path != "/" {
                    continue;
                }
                let got = match *method {
                    Method::GET => browser.get(&address).await,
                    _ if path.ends_with("/photo") => browser.post_file(&address, "photo", b"").await,
                    _ => browser.post(&address, &form).await,
                };
                let told = SECRETS.iter().any(|secret| got.body.contains(secret) && !form.contains(secret));
                if !is_locked(&got) || told {
                    leaks.push(format!("{method} {path}: {}", got.status));
                }
            }
        }
        assert!(leaks.is_empty(), "{}", leaks.join("\n"));
        assert_eq!(database.dump().await, before, "and nothing happened");
        for path in ["/privacy", "/health", "/manifest.webmanifest"] {
            assert_eq!(people[0].get(path).await.status, StatusCode::OK, "{path}");
        }
        let out = people[0].post("/sign-out", "").await;
        assert_eq!((out.location(), people[0].cookie.is_none()), ("/", true), "whoever is locked out can go");
    })
    .await;
}

#[tokio::test]
async fn the_code_leads_back_to_where_one_was_and_nowhere_else() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        assert!(parent.get("/me").await.text().contains("Når du ikke har brugt siden i 5 minutter"));
        choose(&mut parent).await;
        assert!(parent.get("/me").await.text().contains("Telefonen har en kode. Derfor ligger der ingen sider på den"));
        assert_eq!(parent.get("/me").await.header("offline"), "no", "what it kept before goes");
        for _ in 0..4 {
            pause(&app, PAUSE - 1);
            assert_eq!(parent.get("/plan").await.status, StatusCode::OK, "in use");
        }
        pause(&app, PAUSE);
        let locked = parent.get("/looked?by=&back=month&what=").await;
        assert!(is_locked(&locked) && !locked.body.contains(&app.cast["parent"].name), "it does not say whose it is");
        assert_eq!(locked.hidden("to").replace("&amp;", "&"), "/looked?by=&back=month&what=");
        let wrong = parent.post("/locked", &format!("{}&code=0000", carried(&locked))).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("Det var ikke koden. Du kan prøve 4 gange til."));
        assert!(!wrong.body.contains("0000"), "a code is never shown");
        for (typed, words) in
            [("", "Skriv noget her."), ("ab", "Skriv 4 til 8 tal."), ("1&code=2", "Vælg kun ét svar.")]
        {
            let refused = parent.post("/locked", &format!("{}&code={typed}", carried(&wrong))).await;
            assert!(refused.text().contains(words) && refused.status == StatusCode::UNPROCESSABLE_ENTITY, "{typed}");
        }
        assert!(is_locked(&parent.get("/plan").await));
        let right = parent.post("/locked", &format!("{}&code=2580", carried(&wrong))).await;
        assert_eq!(right.location(), "/looked?by=&back=month&what=");
        assert_eq!(parent.get(right.location()).await.status, StatusCode::OK);

        for elsewhere in ["//evil.example", "/%5Cevil.example", "https://evil.example", "/%09/evil.example", ""] {
            pause(&app, PAUSE);
            let on = parent.post("/locked", &format!("to={elsewhere}&code=2580")).await;
            assert_eq!((on.status, on.location()), (StatusCode::SEE_OTHER, "/"), "{elsewhere}");
        }
        let mut without = app.sign_in("parent").await;
        assert_eq!(without.get("/locked?to=//evil.example").await.location(), "/");
        let planted = parent.get("/locked?to=/sharing&sent=item%3Dnotes%26until%3D2027-01-02").await;
        assert!(planted.body.contains("/sharing") && !planted.body.contains("item="), "no address brings a form along");
    })
    .await;
}

#[tokio::test]
async fn what_was_written_before_a_pause_is_there_after_the_code() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        choose(&mut parent).await;
        let id = parent.get("/notes").await.hidden("id");
        pause(&app, 3 * PAUSE);
        let locked = parent.post("/notes", &format!("id={id}&words=Ugler+%26+%22m%C3%A5ger%22")).await;
        assert!(is_locked(&locked));
        assert_eq!(count(database, "note").await, 0);
        let back = parent.post("/locked", &format!("{}&code=2580", carried(&locked))).await;
        assert_eq!(back.status, StatusCode::OK);
        assert!(back.text().contains("Det, du skrev, er her endnu."));
        assert_eq!(back.values("action", "/notes"), ["/notes"]);
        let form = carried(&back).replace("%26%71%75%6F%74%3B", "%22");
        assert_eq!(parent.post("/notes", &form).await.status, StatusCode::SEE_OTHER);
        assert!(parent.get("/notes").await.text().contains("Ugler & \"måger\""));

        pause(&app, 3 * PAUSE);
        let locked = parent.post("/me/code", CODE).await;
        assert!(is_locked(&locked) && !locked.body.contains("2580"), "a code is carried nowhere");
    })
    .await;
}

#[tokio::test]
async fn five_wrong_codes_sign_out_there_and_say_so() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut other = app.sign_in("parent").await;
        let mut parent = app.sign_in("parent").await;
        choose(&mut parent).await;
        let stolen = parent.clone();
        for left in ["4 gange", "3 gange", "2 gange", "1 gang"] {
            let wrong = parent.post("/locked", "code=1111").await;
            assert!(wrong.text().contains(&format!("Du kan prøve {left} til.")), "{left}");
        }
        let over = parent.post("/locked", "code=1111").await;
        assert_eq!((over.status, over.header("clear-site-data")), (StatusCode::UNAUTHORIZED, "\"storage\""));
        assert!(over.text().contains("Koden var forkert fem gange.") && parent.cookie.is_none());
        for mut browser in [parent, stolen] {
            assert_eq!(browser.post("/locked", "code=2580").await.status, StatusCode::UNAUTHORIZED);
            assert_eq!(browser.get("/plan").await.location(), "/");
        }
        assert_eq!(other.get("/plan").await.status, StatusCode::OK, "elsewhere she is still in");
    })
    .await;
}

#[tokio::test]
async fn a_finger_opens_a_locked_device_and_another_persons_does_not() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let mut finger = turn_on(&mut parent).await;
        let mut others = turn_on(&mut app.sign_in("other_parent").await).await;
        choose(&mut parent).await;
        pause(&app, PAUSE);
        let locked = parent.get("/plan").await;
        assert!(locked.text().contains("Brug din finger"));
        let asked = ask(&mut parent, "/locked/finger").await;
        let refused = parent.post("/locked/finger", &format!("to=/plan&{}", form(&others.sign(&asked)))).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(is_locked(&parent.get("/plan").await));
        let asked = ask(&mut parent, "/locked/finger").await;
        let opened = parent.post("/locked/finger", &format!("to=/plan&{}", form(&finger.sign(&asked)))).await;
        assert_eq!(opened.location(), "/plan");
        assert_eq!(parent.get("/plan").await.status, StatusCode::OK);

        let mut without = app.sign_in("adviser").await;
        choose(&mut without).await;
        pause(&app, PAUSE);
        assert!(!without.get("/inbox").await.text().contains("Brug din finger"));
    })
    .await;
}

#[tokio::test]
async fn a_page_that_stays_open_leads_to_the_lock_by_itself_unless_something_is_typed_there() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        assert_eq!(parent.get("/plan").await.header("refresh"), "");
        choose(&mut parent).await;
        assert_eq!(parent.get("/plan").await.header("refresh"), "300; url=/locked?to=%2Fplan");
        assert_eq!(parent.get("/").await.header("refresh"), "300; url=/locked?to=%2F");
        for typed in ["/notes", "/check-in/who5", "/contact", "/me/code"] {
            assert_eq!(parent.get(typed).await.header("refresh"), "", "{typed}");
        }
        let lock = parent.get("/locked?to=%2Fplan").await;
        assert!(is_locked(&lock), "also where the pause is not over");
        assert_eq!((lock.hidden("to").as_str(), lock.header("refresh")), ("/plan", ""));
        pause(&app, PAUSE - 1);
        parent.get("/locked?to=%2Fplan").await;
        pause(&app, 1);
        assert!(is_locked(&parent.get("/plan").await), "a page that leads there is not in use");
    })
    .await;
}

#[tokio::test]
async fn a_quick_exit_locks_where_that_was_chosen_and_a_new_link_leads_in_all_the_same() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        parent.post("/me/quick-exit", "shown=yes").await;
        assert!(!parent.get("/me").await.text().contains("Skal Forlad låse i stedet?"), "there is no code to open it");
        parent.post("/me/quick-exit/locks", "locks=yes").await;
        let mut plain = parent.clone();
        assert_eq!(plain.post("/quick-exit", "").await.location(), ELSEWHERE);
        assert_eq!(plain.cookie, None, "without a code it ends the session");

        let mut parent = app.sign_in("parent").await;
        choose(&mut parent).await;
        assert!(parent.get("/me").await.text().contains("kan presse dig til at sige den"), "it is said before");
        assert_eq!(parent.post("/me/quick-exit/locks", "locks=maybe").await.status, StatusCode::BAD_REQUEST);
        assert_eq!(parent.post("/me/quick-exit/locks", "locks=yes").await.location(), "/me");
        assert!(parent.get("/me").await.text().contains("Et tryk låser telefonen."));
        let left = parent.post("/quick-exit", "").await;
        assert_eq!((left.location(), left.header("clear-site-data")), (ELSEWHERE, "\"cache\", \"storage\""));
        assert!(is_locked(&parent.get("/").await), "at once");
        assert!(parent.get("/").await.body.contains("action=\"/quick-exit\""));
        assert_eq!(parent.post("/quick-exit", "").await.location(), ELSEWHERE, "again");
        assert_eq!(parent.post("/locked", "to=/plan&code=2580").await.location(), "/plan");

        parent.post("/quick-exit", "").await;
        let before = parent.clone();
        let link = app.invitation(app.person("parent")).await;
        assert_eq!(parent.post(&link, "").await.location(), "/");
        assert_eq!(parent.get("/plan").await.status, StatusCode::OK, "a new session has no code");
        let mut before = before;
        assert_eq!(before.post("/locked", "code=2580").await.status, StatusCode::UNAUTHORIZED, "the old one is over");
    })
    .await;
}

#[tokio::test]
async fn what_only_she_should_do_asks_who_it_is_and_keeps_what_was_typed() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        pause(&app, PROVEN);
        let before = database.dump().await;
        let contact = app.person("contact_person");
        for (address, form) in [
            ("/sharing", "item=meetings&until=2027-01-02".to_owned()),
            ("/contact", format!("person={contact}")),
            ("/contact/wish", "name=Kim&phone=12345678".into()),
            ("/reminders/channel", "channel=email&email=amina%40eksempel.dk&sms=".into()),
            ("/calendar", "detail=poor".into()),
        ] {
            let asked = parent.post(address, &form).await;
            assert_eq!(asked.status, StatusCode::FORBIDDEN, "{address}");
            assert!(asked.text().contains("Er det dig?") && asked.text().contains("Vælg en kode"), "{address}");
            assert_eq!((asked.hidden("to").as_str(), asked.hidden("sent").replace("&amp;", "&")), (address, form));
        }
        for address in ["/check-ins/table.csv", "/check-ins/answers.json", "/looked/table.csv?by=&back=&what="] {
            let asked = parent.get(address).await;
            assert_eq!(asked.status, StatusCode::FORBIDDEN, "{address}");
            assert_eq!(asked.hidden("to").replace("&amp;", "&"), address);
        }
        let quiet = |dump: Vec<String>| {
            dump.into_iter().filter(|row| !row.starts_with("access_log:") && !row.starts_with("session:"))
        };
        assert!(quiet(database.dump().await).eq(quiet(before)), "nothing was stored");
        let refused = parent.post("/sharing", "item=nothing&until=2027-01-02").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "what is wrong is said first");

        let asked = parent.post("/sharing", "item=meetings&until=2027-01-02").await;
        let on = carried(&asked);
        let wrong = parent.post("/me/code", &format!("{on}&code=2580&again=2581")).await;
        assert_eq!(wrong.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(wrong.text().contains("De to koder er ikke ens."));
        let chosen = parent.post("/me/code", &format!("{}&code=2580&again=2580", carried(&wrong))).await;
        assert!(chosen.text().contains("Tak. Det er dig.") && chosen.status == StatusCode::OK);
        let given = count(database, "consent").await;
        assert_eq!(parent.post("/sharing", &carried(&chosen)).await.location(), "/sharing");
        assert_eq!(count(database, "consent").await, given + 1);

        for _ in 0..3 {
            pause(&app, PAUSE - 1);
            parent.get("/plan").await;
        }
        let asked = parent.get("/check-ins/table.csv").await;
        assert_eq!(asked.status, StatusCode::FORBIDDEN);
        assert!(
            parent.post("/me/prove", &format!("{}&code=9999", carried(&asked))).await.text().contains("4 gange til")
        );
        let shown = parent.post("/me/prove", &format!("{}&code=2580", carried(&asked))).await;
        assert!(shown.text().contains("Nu kan du hente filen."));
        assert_eq!(shown.values("href", "/check-ins/"), ["/check-ins/table.csv"]);
        assert_eq!(parent.get("/check-ins/table.csv").await.status, StatusCode::OK);
    })
    .await;
}

#[tokio::test]
async fn taking_back_and_closing_never_ask() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut things = plant(&app, database).await;
        refresh(&app, database, &mut things, "").await;
        let mut parent = app.sign_in("parent").await;
        pause(&app, PROVEN);
        for path in [
            "/consents/{consent}/withdraw",
            "/consents/{consent}/again",
            "/contact-wishes/{wish}/take-back",
            "/contact",
            "/reminders/off",
            "/me/devices/{session}/sign-out",
            "/me/code/remove",
        ] {
            let (address, form) = address(path, &things, Id::fresh(app.clock.now()));
            assert_eq!(parent.post(&address, &form).await.status, StatusCode::SEE_OTHER, "{path}");
        }
        let none = parent.post("/reminders/channel", "channel=none&email=&sms=").await;
        assert_eq!(none.status, StatusCode::SEE_OTHER);
        let other = app.invitation(app.person("parent")).await;
        assert_eq!(app.browser().post(&other, "").await.status, StatusCode::SEE_OTHER);
        assert_eq!(parent.post("/sign-out/everywhere", "").await.location(), "/");
    })
    .await;
}

#[tokio::test]
async fn whoever_finds_the_phone_open_chooses_no_code_and_no_passkey_in_her_place() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let mut finger = turn_on(&mut parent).await;
        pause(&app, PROVEN);
        for got in [parent.get("/me/code").await, parent.post("/me/code", CODE).await] {
            assert_eq!(got.status, StatusCode::FORBIDDEN);
            assert!(got.text().contains("Brug din finger") && !got.text().contains("Vælg en kode"));
        }
        let own = parent.get("/me").await.values("href", "/me/passkeys/").remove(0);
        let removed = parent.post(&format!("{own}/remove"), "").await;
        assert_eq!(removed.status, StatusCode::FORBIDDEN, "nor takes away what asks");
        let asked = ask(&mut parent, "/me/passkeys/prove").await;
        let others = parent.post("/me/passkeys/prove", "to=/me/code&answer=x").await;
        assert_eq!((others.status, others.hidden("to").as_str()), (StatusCode::UNPROCESSABLE_ENTITY, "/me/code"));
        let shown = format!("to=/me/code&{}", form(&finger.sign(&asked)));
        assert_eq!(parent.post("/me/passkeys/prove", &shown).await.location(), "/me/code");
        choose(&mut parent).await;

        let mut alone = app.sign_in("other_parent").await;
        pause(&app, PROVEN);
        choose(&mut alone).await;
        assert_eq!(alone.post("/me/passkeys/ask", "").await.status, StatusCode::FORBIDDEN, "a code proves no more");
        for _ in 0..3 {
            pause(&app, PAUSE - 1);
            alone.get("/plan").await;
        }
        for (path, sent) in [("/me/code", CODE), ("/me/code/remove", "")] {
            assert_eq!(alone.post(path, sent).await.status, StatusCode::FORBIDDEN, "{path}");
        }
        assert!(alone.post("/me/prove", "to=/me/code&code=2580").await.location() == "/me/code");
        assert_eq!(alone.post("/me/code/remove", "").await.location(), "/me#code");
        assert_eq!(alone.post("/me/prove", "code=2580").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn every_way_in_has_a_new_token_and_a_planted_one_is_never_taken_over() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut attacker = app.sign_in("other_parent").await;
        let planted = attacker.cookie.clone().expect("the attacker's own session");
        let (mut invited, mut tokens) = (app.browser(), Vec::new());
        for cookie in [planted.clone(), format!("session={}", "A".repeat(43)), "session=x".into()] {
            invited.cookie = Some(cookie.clone());
            let entered = invited.post(&app.invitation(app.person("parent")).await, "").await;
            assert_eq!(entered.status, StatusCode::SEE_OTHER);
            let fresh = invited.cookie.clone().expect("a session");
            assert_ne!(fresh, cookie);
            tokens.push(fresh);
            let mut with_planted = app.browser();
            with_planted.cookie = Some(cookie);
            assert_eq!(with_planted.get("/plan").await.location(), "/", "nobody is in with what was planted");
        }
        assert_eq!(attacker.get("/plan").await.location(), "/");
        let mut parent = invited.clone();
        let mut finger = turn_on(&mut parent).await;
        for _ in 0..2 {
            let asked = ask(&mut parent, "/passkeys/enter").await;
            parent.post("/passkeys/enter", &form(&finger.sign(&asked))).await;
            tokens.push(parent.cookie.clone().expect("a session"));
        }
        let many = tokens.len();
        tokens.sort();
        tokens.dedup();
        assert_eq!(tokens.len(), many);

        let mut stolen = app.browser();
        stolen.cookie = parent.cookie.clone();
        assert_eq!(stolen.get("/plan").await.status, StatusCode::OK);
        assert_eq!(parent.post("/sign-out/everywhere", "").await.location(), "/");
        assert_eq!(stolen.get("/plan").await.location(), "/", "a copy of the cookie ends with it");
        for token in tokens {
            stolen.cookie = Some(token);
            assert_eq!(stolen.get("/plan").await.location(), "/");
        }
    })
    .await;
}

#[tokio::test]
async fn each_device_says_how_one_came_in() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let mut finger = turn_on(&mut parent).await;
        let mut other = app.browser();
        let asked = ask(&mut other, "/passkeys/enter").await;
        other.post("/passkeys/enter", &form(&finger.sign(&asked))).await;
        pause(&app, 3600);
        let me = other.get("/me").await.text();
        assert!(me.contains("Bruges nu.Kom ind med en finger."), "{me}");
        assert!(me.contains("Sidst brugt i dag kl."), "{me}");
        assert!(me.contains("Kom ind med et link."));
    })
    .await;
}

//! Letters from their cause to the mailbox and the phone: a mail server of another's making, and a gateway that enforces
//! the rules of the real one.

use std::{
    env,
    io::{BufRead as _, BufReader},
    process::{Child, ChildStdout, Command, Stdio},
    sync::{Arc, Mutex},
};

use app::{
    domain::{push::PushService, words::Email},
    store,
};
use axum::{
    Router,
    body::Bytes,
    extract::State,
    http::{HeaderMap, StatusCode},
    response::{IntoResponse as _, Response},
    routing::post,
};
use server::letters::{
    Secret,
    mail::Mail,
    sms::Sms,
    worker::{Round, Worker},
};

use crate::{
    browser::{Browser, HERE, TestApp, at},
    databases::{Database, each},
    meetings::{book, family},
};

fn secret(text: &str) -> Secret {
    text.parse().expect("a secret")
}

/// A mail server in Python.
struct MailServer {
    child: Child,
    says: BufReader<ChildStdout>,
    port: u64,
}

impl MailServer {
    fn start() -> Self {
        let python = env::var("TEST_PYTHON")
            .expect("set TEST_PYTHON to a python3 with the packages of server/tests/it/requirements.txt");
        let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/it/smtp_server.py");
        let mut server = Command::new(python);
        let mut child = server.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("it starts");
        let says = BufReader::new(child.stdout.take().expect("what it says"));
        let mut server = Self { child, says, port: 0 };
        server.port = server.next()["port"].as_u64().expect("its port");
        server
    }

    /// The next thing it says.
    fn next(&mut self) -> serde_json::Value {
        let mut line = String::new();
        self.says.read_line(&mut line).expect("a line");
        serde_json::from_str(&line).expect("JSON")
    }

    fn way(&self) -> Mail {
        let from = Email::parse("plan@kommune.example").expect("an address");
        Mail::to(&secret(&format!("smtp://127.0.0.1:{}", self.port)), &from, "Vores Plan").expect("a way")
    }
}

impl Drop for MailServer {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the gateway took: number and text.
type Taken = Arc<Mutex<Vec<(u64, String)>>>;

/// Takes a text message as GatewayAPI's does, or says what is wrong with it. What it answers is said in the number.
async fn take(State(taken): State<Taken>, headers: HeaderMap, body: Bytes) -> Response {
    let header = |name: &str| headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default();
    let refuse = |status: u16, code: &str, message: &str| {
        let said = serde_json::json!({ "code": code, "incident_uuid": "0", "message": message, "variables": [] });
        (StatusCode::from_u16(status).expect("a status"), said.to_string()).into_response()
    };
    if header("authorization") != "Token hemmeligt" {
        return refuse(401, "0x0211", "Invalid password");
    }
    let Ok(told) = serde_json::from_slice::<serde_json::Value>(&body) else { return refuse(400, "0x0308", "No JSON") };
    let (sender, message) = (told["sender"].as_str(), told["message"].as_str());
    let sound = header("content-type") == "application/json"
        && sender.is_some_and(|sender| (1..=11).contains(&sender.len()))
        && message.is_some_and(|message| !message.is_empty());
    let recipients = told["recipients"].as_array().map(Vec::as_slice);
    let (true, Some(message), Some([recipient])) = (sound, message, recipients) else {
        return refuse(422, "0x0308", "Invalid argument");
    };
    let Some(msisdn) = recipient["msisdn"].as_u64().filter(|number| (8..=15).contains(&number.to_string().len()))
    else {
        return refuse(422, "0x0308", "Invalid MSISDN");
    };
    match msisdn % 10_000 {
        403 => refuse(403, "0x0215", "MSISDN %1 blacklisted"),
        429 if taken.lock().expect("the list").iter().all(|(number, _)| *number != msisdn) => {
            taken.lock().expect("the list").push((msisdn, String::new()));
            (StatusCode::TOO_MANY_REQUESTS, [("retry-after", "240")]).into_response()
        }
        500 => refuse(500, "0x0301", "Unknown error"),
        _ => {
            taken.lock().expect("the list").push((msisdn, message.to_owned()));
            r#"{"ids":[421332671],"usage":{"countries":{"DK":1},"currency":"DKK","total_cost":0.3}}"#.into_response()
        }
    }
}

struct Gateway {
    origin: String,
    taken: Taken,
}

impl Gateway {
    async fn start() -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("its address"));
        let taken = Taken::default();
        let router = Router::new().route("/rest/mtsms", post(take)).with_state(taken.clone());
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { origin, taken }
    }

    fn way(&self, token: &str) -> Sms {
        Sms::to(&format!("{}/rest/mtsms", self.origin), &secret(token), "Vores Plan").expect("a way")
    }

    /// What arrived since somebody asked last.
    fn taken(&self) -> Vec<(u64, String)> {
        let taken = std::mem::take(&mut *self.taken.lock().expect("the list"));
        taken.into_iter().filter(|(_, message)| !message.is_empty()).collect()
    }
}

struct Rig {
    app: TestApp,
    mail: MailServer,
    gateway: Gateway,
    worker: Worker,
}

impl Rig {
    /// With everything told and called that an invented municipality begins with.
    async fn start(database: &Database) -> Self {
        let app =
            TestApp::start_with_push(&database.db, "key", vec![PushService::Here("http://127.0.0.1:9".into())]).await;
        let (mail, gateway) = (MailServer::start(), Gateway::start().await);
        let worker = Worker::new(database.db.clone(), Some(mail.way()), Some(gateway.way("hemmeligt")), HERE);
        let rig = Self { app, mail, gateway, worker };
        rig.tick("2026-11-23 09:00").await;
        rig
    }

    async fn tick(&self, local: &str) -> Round {
        self.app.clock.set(at(local));
        self.worker.tick(at(local)).await.expect("a round")
    }

    async fn chooses(&self, role: &str, form: &str) -> Browser {
        let mut browser = self.app.sign_in(role).await;
        let chosen = browser.post("/reminders/channel", form).await;
        assert_eq!((chosen.status, chosen.location()), (StatusCode::SEE_OTHER, "/reminders"), "{}", chosen.text());
        browser
    }
}

const BOOKED: &str = "day=2027-02-10&time=10:00&repeat=never";

#[tokio::test]
async fn a_letter_says_only_that_there_is_something_to_read() {
    each(async |database| {
        let mut rig = Rig::start(database).await;
        rig.tick("2027-02-01 09:00").await;
        let mut parent = rig.chooses("parent", "channel=email&email=amina%40eksempel.dk&sms=").await;
        let mut adviser = rig.app.sign_in("adviser").await;
        book(&rig.app, &mut adviser, BOOKED).await;
        assert_eq!(rig.tick("2027-02-01 09:01").await, Round { sent: 1, ..Round::default() });
        let told = rig.mail.next();
        assert_eq!(
            (told["sender"].as_str(), &told["to"][0]),
            (Some("plan@kommune.example"), &"amina@eksempel.dk".into())
        );
        let headers = &told["headers"];
        assert_eq!(headers["subject"], "Vores Plan");
        assert_eq!(headers["from"], "Vores Plan <plan@kommune.example>");
        assert_eq!(headers["auto-submitted"], "auto-generated");
        let text = told["text"].as_str().expect("words");
        assert_eq!(text.lines().next(), Some("Der er noget at læse i Vores Plan: http://localhost:8080"));
        for secret in ["møde", "Om skolen", "Solsort", "Amina"] {
            assert!(!text.contains(secret) && !headers.to_string().contains(secret), "{secret}: {told}");
        }
        assert_eq!(rig.tick("2027-02-01 09:02").await, Round::default(), "once");
        assert_eq!(rig.tick("2027-02-09 17:00").await.sent, 1, "the evening before");
        let again = rig.mail.next();
        assert_ne!(again["headers"]["message-id"], headers["message-id"]);

        parent.post("/me/language", "language=en").await;
        rig.chooses("parent", "channel=sms&sms=20+12+34+56").await;
        rig.app.clock.set(at("2027-02-09 18:00"));
        assert_eq!(parent.post("/reminders/try", "").await.status, StatusCode::SEE_OTHER);
        assert_eq!(rig.tick("2027-02-09 18:00").await.sent, 1);
        let english = "There is something to read in Vores Plan: http://localhost:8080".to_owned();
        assert_eq!(rig.gateway.taken(), [(4_520_123_456, english)]);
        rig.chooses("parent", "channel=none").await;
        parent.post("/reminders/try", "").await;
        assert_eq!(rig.tick("2027-02-09 18:01").await, Round::default());
    })
    .await;
}

#[tokio::test]
async fn what_is_not_taken_is_tried_again_and_given_up_in_time_to_call() {
    each(async |database| {
        let mut rig = Rig::start(database).await;
        rig.tick("2027-02-01 09:00").await;
        let mut adviser = rig.app.sign_in("adviser").await;
        rig.chooses("parent", "channel=email&email=later%40eksempel.dk").await;
        book(&rig.app, &mut adviser, BOOKED).await;
        assert_eq!(rig.tick("2027-02-01 09:01").await, Round { again: 1, ..Round::default() });
        assert_eq!(rig.tick("2027-02-01 09:01").await, Round::default());
        assert_eq!(rig.tick("2027-02-01 09:02").await, Round { sent: 1, ..Round::default() });
        assert_eq!(rig.mail.next()["to"][0], "later@eksempel.dk");

        rig.chooses("parent", "channel=sms&sms=20120429").await;
        rig.app.clock.set(at("2027-02-01 10:00"));
        let mut adviser = rig.app.sign_in("adviser").await;
        book(&rig.app, &mut adviser, "day=2027-02-11&time=10:00&repeat=never").await;
        assert_eq!(rig.tick("2027-02-01 10:00").await.again, 1);
        assert_eq!(rig.tick("2027-02-01 10:03").await, Round::default(), "it asked for four minutes");
        assert_eq!(rig.tick("2027-02-01 10:04").await.sent, 1);
        assert_eq!(rig.gateway.taken().len(), 1);

        rig.chooses("parent", "channel=sms&sms=20120500").await;
        rig.app.clock.set(at("2027-02-01 11:00"));
        let mut adviser = rig.app.sign_in("adviser").await;
        book(&rig.app, &mut adviser, "day=2027-02-12&time=10:00&repeat=never").await;
        let mut rounds = (0, 0);
        for minute in 0..60 {
            let round = rig.tick(&format!("2027-02-01 11:{minute:02}")).await;
            rounds = (rounds.0 + round.again, rounds.1 + round.failed);
        }
        assert_eq!(rounds, (5, 1), "six tries within the hour");
        let mut adviser = rig.app.sign_in("adviser").await;
        let calls = adviser.get("/inbox").await.values("href", "/calls/");
        let opened = adviser.get(&calls[calls.len() - 1]).await;
        assert!(opened.text().contains("12."), "{}", opened.text());
        let mut parent = rig.app.sign_in("parent").await;
        assert!(
            parent.get("/reminders").await.text().contains("Vi skriver til 20 12 05 00."),
            "the number is no worse"
        );
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_refused_is_marked_shown_and_written_to_no_more() {
    each(async |database| {
        let rig = Rig::start(database).await;
        rig.tick("2027-02-01 09:00").await;
        let mut adviser = rig.app.sign_in("adviser").await;
        let family = family(&rig.app, &mut adviser).await;
        let unreached = async |adviser: &mut Browser| {
            adviser.get(&family).await.text().matches("Får ingen påmindelser herfra lige nu.").count()
        };
        let nobody = unreached(&mut adviser).await;
        for (minute, day, form, spoken) in [
            (1, 10, "channel=email&email=nobody%40eksempel.dk", "nobody@eksempel.dk"),
            (3, 11, "channel=sms&sms=20120403", "20 12 04 03"),
        ] {
            let mut parent = rig.chooses("parent", form).await;
            assert!(parent.get("/reminders").await.text().contains(&format!("Vi skriver til {spoken}.")));
            assert_eq!(unreached(&mut adviser).await, nobody - 1);
            book(&rig.app, &mut adviser, &format!("day=2027-02-{day}&time=10:00&repeat=never")).await;
            assert_eq!(rig.tick(&format!("2027-02-01 09:0{minute}")).await, Round { failed: 1, ..Round::default() });
            let shown = parent.get("/reminders").await.text();
            assert!(shown.contains(&format!("Vi kan ikke skrive til {spoken}.")), "{shown}");
            assert_eq!(unreached(&mut adviser).await, nobody);
            parent.post("/reminders/try", "").await;
            assert_eq!(rig.tick(&format!("2027-02-01 09:0{}", minute + 1)).await, Round::default());
        }
        let mut parent = rig.chooses("parent", "channel=email&email=stranger%40eksempel.dk").await;
        book(&rig.app, &mut adviser, "day=2027-02-12&time=10:00&repeat=never").await;
        assert_eq!(rig.tick("2027-02-01 09:05").await, Round { failed: 1, ..Round::default() });
        let shown = parent.get("/reminders").await.text();
        assert!(shown.contains("Vi skriver til stranger@eksempel.dk."), "the fault is ours: {shown}");
    })
    .await;
}

#[tokio::test]
async fn an_adviser_sees_in_which_families_a_parent_is_not_reached() {
    each(async |database| {
        let rig = Rig::start(database).await;
        rig.app.clock.set(at("2027-02-01 09:00"));
        let mut adviser = rig.app.sign_in("adviser").await;
        let families = async |adviser: &mut Browser| {
            adviser.get("/families").await.text().matches("En forælder får ingen påmindelser.").count()
        };
        let all = families(&mut adviser).await;
        rig.chooses("parent", "channel=email&email=amina%40eksempel.dk").await;
        assert_eq!(families(&mut adviser).await, all, "the other parent is not");
        rig.chooses("other_parent", "channel=sms&sms=20120403").await;
        assert_eq!(families(&mut adviser).await, all - 1);
        database.run("UPDATE channel SET refused_at = 1".into()).await;
        assert_eq!(families(&mut adviser).await, all);
    })
    .await;
}

#[tokio::test]
async fn whom_nothing_reaches_stands_in_the_inbox_until_somebody_called() {
    each(async |database| {
        let rig = Rig::start(database).await;
        rig.tick("2027-02-01 09:00").await;
        let mut adviser = rig.app.sign_in("adviser").await;
        let before = adviser.get("/inbox").await.values("href", "/calls/");
        book(&rig.app, &mut adviser, BOOKED).await;
        assert_eq!(rig.tick("2027-02-01 09:01").await, Round::default(), "there is nowhere to write");
        let inbox = adviser.get("/inbox").await;
        let calls: Vec<String> =
            inbox.values("href", "/calls/").into_iter().filter(|call| !before.contains(call)).collect();
        let [call, _] = calls.as_slice() else { panic!("{calls:?}") };
        assert!(inbox.text().contains("Skal have besked på telefon"), "{}", inbox.text());
        let opened = adviser.get(call).await;
        for words in ["Ring senest i\u{a0}morgen kl. 15", "10. februar", "Jeg har fortalt det"] {
            assert!(opened.text().contains(&words.replace('\u{a0}', " ")), "{words}: {}", opened.text());
        }
        let item = call.replace("/calls/", "/inbox/");
        assert_eq!(adviser.get(&item).await.location(), call, "from a reminder");
        let review = "next_step=call&by=2027-02-02&words=Ringet";
        assert_eq!(adviser.post(&item, review).await.status, StatusCode::NOT_FOUND, "there is nothing to answer");
        assert_eq!(adviser.post(call, "").await.location(), "/inbox");
        assert_eq!(adviser.post(call, "").await.status, StatusCode::CONFLICT, "once");
        assert!(adviser.get(call).await.text().contains("Der er givet besked."));
        assert!(!adviser.get("/inbox").await.values("href", "/calls/").contains(call));
        let logged = "SELECT purpose FROM access_log WHERE purpose = 'call'";
        assert!(!database.texts(logged).await.is_empty());
        for role in ["parent", "contact_person", "project_lead"] {
            let mut other = rig.app.sign_in(role).await;
            assert_eq!(other.get(call).await.status, StatusCode::NOT_FOUND, "{role}");
        }
    })
    .await;
}

#[tokio::test]
async fn two_servers_write_nothing_twice_and_a_wrong_token_is_nobodys_number() {
    each(async |database| {
        let rig = Rig::start(database).await;
        rig.tick("2027-02-01 09:00").await;
        let mut adviser = rig.app.sign_in("adviser").await;
        rig.chooses("parent", "channel=sms&sms=20123456").await;
        for day in 10..16 {
            book(&rig.app, &mut adviser, &format!("day=2027-02-{day}&time=1{}:00&repeat=never", day % 10)).await;
        }
        let wrong = Worker::new(database.db.clone(), None, Some(rig.gateway.way("forkert")), HERE);
        let now = at("2027-02-01 09:01");
        assert_eq!(wrong.tick(now).await.expect("a round"), Round { again: 6, ..Round::default() });
        let (now, other) = (at("2027-02-01 09:03"), rig.worker.clone());
        let (one, two) = tokio::join!(rig.worker.tick(now), other.tick(now));
        assert_eq!(one.expect("a round").sent + two.expect("a round").sent, 6);
        assert_eq!(rig.gateway.taken().len(), 6);
        let mut parent = rig.app.sign_in("parent").await;
        assert!(parent.get("/reminders").await.text().contains("Vi skriver til 20 12 34 56."));
        assert_eq!(store::take_letters(&database.db, &[], 10, now).await.expect("none").len(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_address_that_is_none_is_said_beside_its_field_and_changes_nothing() {
    each(async |database| {
        let rig = Rig::start(database).await;
        let mut parent = rig.chooses("parent", "channel=email&email=amina%40eksempel.dk").await;
        let kept = database.texts("SELECT address FROM channel").await;
        for (form, words) in [
            ("channel=email&email=amina", "amina"),
            ("channel=email&email=", "channel"),
            ("channel=sms&sms=12", "12"),
            ("channel=sms&email=amina%40eksempel.dk", "channel"),
            ("channel=pigeon", "channel"),
            ("", "channel"),
            ("channel=sms&channel=none&sms=20123456", "channel"),
        ] {
            let got = parent.post("/reminders/channel", form).await;
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
            assert!(got.body.contains("class=\"problem\"") && got.body.contains(words), "{form}: {}", got.body);
        }
        assert_eq!(database.texts("SELECT address FROM channel").await, kept);
        let seen = parent.get("/reminders").await;
        assert!(seen.body.contains("value=\"amina@eksempel.dk\""), "{}", seen.body);
    })
    .await;
}

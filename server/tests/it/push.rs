//! Reminders from their cause to the device: planned, sent to a push service that enforces the rules of the real ones,
//! unlocked by another's reading of the standards, and said to have been seen.

use std::{
    collections::HashMap,
    sync::Arc,
    time::{Duration, Instant},
};

use app::{
    domain::{id::Id, master_key::MasterKey, moment::Clock, push::PushService},
    store,
};
use axum::http::StatusCode;
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use server::push::{
    transport::Transport,
    vapid::{Sender, new_key},
    worker::{Round, Worker},
};
use web_push_native::p256::{SecretKey, elliptic_curve::sec1::ToEncodedPoint as _};

use crate::{
    browser::{Browser, HERE, TestApp, at},
    databases::{Database, each, rows},
    meetings::book,
    push_service::{Service, Taken},
};

/// A device with its keys.
struct Phone {
    key: SecretKey,
    secret: [u8; 16],
    endpoint: String,
}

impl Phone {
    fn at(service: &Service, address: &str) -> Self {
        let key = SecretKey::random(&mut web_push_native::p256::elliptic_curve::rand_core::OsRng);
        Self { key, secret: [7; 16], endpoint: format!("{}/{address}", service.origin) }
    }

    fn form(&self) -> String {
        let point = self.key.public_key().to_encoded_point(false);
        let (public, secret) = (BASE64URL.encode(point.as_bytes()), BASE64URL.encode(self.secret));
        format!("endpoint={}&p256dh={public}&auth={secret}", self.endpoint.replace(':', "%3A").replace('/', "%2F"))
    }

    /// Whether a message went to this device.
    fn asked(&self, taken: &Taken) -> bool {
        self.endpoint.ends_with(&format!("/{}", taken.device))
    }

    fn reads(&self, taken: &Taken) -> serde_json::Value {
        let told = web_push_native::decrypt(taken.body.clone(), &self.key, &self.secret.into()).expect("it unlocks");
        serde_json::from_slice(&told).expect("JSON")
    }
}

/// A program with a push service, and who sends to it.
struct Rig {
    app: TestApp,
    service: Service,
    worker: Worker,
}

impl Rig {
    async fn start(database: &Database) -> Self {
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("its address"));
        let service = Service::start(listener, origin, at("2026-11-23 09:00"));
        let services: Vec<PushService> = vec![service.origin.parse().expect("this machine")];
        let key = store::push_key(&database.db, &new_key().expect("a key")).await.expect("kept");
        let sender = Arc::new(Sender::new(&key, "mailto:plan@kommune.example".into()).expect("a sender"));
        let app = TestApp::start_with_push(&database.db, sender.public(), services.clone()).await;
        let transport = Transport::to(services).expect("a way");
        let worker = Worker::new(database.db.clone(), sender, transport, HERE);
        let rig = Self { app, service, worker };
        rig.tick("2026-11-23 09:00").await;
        rig.service.taken();
        rig
    }

    async fn tick(&self, local: &str) -> Round {
        self.app.clock.set(at(local));
        self.service.set(at(local));
        let round = self.worker.tick(at(local)).await.expect("a round");
        assert_eq!(self.service.unsound(), [""; 0]);
        round
    }

    async fn with_phone(&self, role: &str, address: &str) -> (Browser, Phone) {
        let mut browser = self.app.sign_in(role).await;
        let phone = Phone::at(&self.service, address);
        let on = browser.post("/reminders/on", &phone.form()).await;
        assert_eq!((on.status, on.location()), (StatusCode::SEE_OTHER, "/reminders"), "{}", on.text());
        (browser, phone)
    }
}

fn words(told: &serde_json::Value) -> &str {
    told["notification"]["body"].as_str().expect("words")
}

#[tokio::test]
async fn a_meeting_is_told_of_the_evening_before_and_two_hours_before_across_a_clock_change() {
    each(async |database| {
        let rig = Rig::start(database).await;
        rig.tick("2027-03-08 09:00").await;
        let (mut parent, phone) = rig.with_phone("parent", "ok/amina").await;
        let mut adviser = rig.app.sign_in("adviser").await;
        book(&rig.app, &mut adviser, "day=2027-03-29&time=10:00&repeat=never").await;
        let starts = at("2027-03-29 10:00");
        let mut topics = Vec::new();
        for (when, urgency) in [
            ("2027-03-08 09:00", Some("normal")),
            ("2027-03-28 16:59", None),
            ("2027-03-28 17:00", Some("normal")),
            ("2027-03-28 17:01", None),
            ("2027-03-29 07:59", None),
            ("2027-03-29 08:00", Some("high")),
            ("2027-03-29 10:00", None),
            ("2027-03-30 10:00", None),
        ] {
            rig.tick(when).await;
            let taken: Vec<_> = rig.service.taken().into_iter().filter(|taken| phone.asked(taken)).collect();
            assert_eq!(
                taken.iter().map(|taken| taken.urgency.as_str()).collect::<Vec<_>>(),
                Vec::from_iter(urgency),
                "{when}"
            );
            for taken in &taken {
                assert_eq!(taken.ttl, starts.seconds() - at(when).seconds(), "{when}: of use until it begins");
                let told = phone.reads(taken);
                assert_eq!(
                    (words(&told), &told["notification"]["title"]),
                    ("Der er noget at se.", &"Vores Plan".into())
                );
                topics.push(taken.topic.clone());
                let delivery = format!("delivery={}", told["delivery"].as_str().expect("an id"));
                assert_eq!(parent.post("/reminders/seen", &delivery).await.status, StatusCode::SEE_OTHER);
            }
        }
        topics.dedup();
        assert_eq!(topics.len(), 1, "on the screen each takes the place of the one before");
        assert!(parent.get("/reminders").await.text().contains("Påmindelser virker på denne enhed."));
    })
    .await;
}

#[tokio::test]
async fn reminders_move_with_their_meeting_and_go_with_it_and_with_a_no() {
    each(async |database| {
        let rig = Rig::start(database).await;
        let (mut parent, phone) = rig.with_phone("parent", "ok/amina").await;
        let mut adviser = rig.app.sign_in("adviser").await;
        let choice = "quiet_from=21:00&quiet_until=07:00&detail=full";
        assert_eq!(parent.post("/reminders", choice).await.status, StatusCode::SEE_OTHER);
        let meeting = book(&rig.app, &mut adviser, "day=2026-12-10&time=10:00&repeat=never").await;
        let other = book(&rig.app, &mut adviser, "day=2026-12-17&time=10:00&repeat=never").await;
        let told = async |when: &str| {
            rig.tick(when).await;
            let taken = rig.service.taken();
            let mut told: Vec<String> = taken
                .iter()
                .filter(|taken| phone.asked(taken))
                .map(|taken| words(&phone.reads(taken)).to_owned())
                .collect();
            told.retain(|words| words.contains("møde"));
            told
        };
        assert_eq!(told("2026-11-24 10:00").await, ["Der er nyt om et møde.", "Der er nyt om et møde."]);
        assert_eq!(told("2026-11-24 22:00").await, [""; 0]);
        let mut adviser = rig.app.sign_in("adviser").await;
        let edit = format!("{meeting}/edit");
        let version = adviser.get(&edit).await.hidden("version");
        let with = format!("with={}&with={}", rig.app.person("parent"), rig.app.person("adviser"));
        let moved =
            format!("version={version}&title=Om+skolen&minutes=60&place=office&{with}&day=2026-12-11&time=20:30");
        assert_eq!(adviser.post(&edit, &moved).await.status, StatusCode::SEE_OTHER);
        assert_eq!(told("2026-11-24 22:30").await, [""; 0], "it is quiet");
        assert_eq!(told("2026-11-25 07:00").await, ["Der er nyt om et møde."]);
        assert_eq!(told("2026-12-09 17:00").await, [""; 0], "it moved");
        assert_eq!(told("2026-12-10 17:00").await, ["Der er et møde i morgen."]);
        assert_eq!(told("2026-12-11 18:30").await, ["Der er et møde om lidt."]);
        let version = parent.get(&other).await.hidden("version");
        assert_eq!(
            parent.post(&format!("{other}/answer"), &format!("version={version}&coming=no")).await.status,
            StatusCode::SEE_OTHER
        );
        assert_eq!(told("2026-12-16 17:00").await, [""; 0], "who said no is left in peace");
        assert_eq!(
            parent.post(&format!("{other}/answer"), &format!("version={version}&coming=yes")).await.status,
            StatusCode::SEE_OTHER
        );
        let mut adviser = rig.app.sign_in("adviser").await;
        assert_eq!(adviser.post(&format!("{other}/cancel"), "").await.status, StatusCode::SEE_OTHER);
        assert_eq!(told("2026-12-16 18:00").await, ["Et møde er aflyst."]);
        assert_eq!(told("2026-12-17 08:00").await, [""; 0], "what is cancelled is not soon");
    })
    .await;
}

#[tokio::test]
async fn a_device_goes_with_its_session_and_nothing_of_it_stays() {
    each(async |database| {
        let rig = Rig::start(database).await;
        let rows = async || {
            let left = "SELECT endpoint FROM subscription UNION ALL SELECT 'a delivery' FROM delivery";
            database.texts(left).await
        };
        let others = rig.app.invitation(rig.app.person("other_parent")).await;
        let ways = ["/sign-out", "/sign-out/everywhere", "/quick-exit", "/reminders/off", others.as_str()];
        for (minute, how) in ways.into_iter().enumerate() {
            let (mut parent, phone) = rig.with_phone("parent", "ok/amina").await;
            assert_eq!(rows().await, std::slice::from_ref(&phone.endpoint));
            parent.post("/reminders/try", "").await;
            rig.tick(&format!("2026-11-23 09:{:02}", minute * 2)).await;
            assert_eq!(rig.service.taken().len(), 1);
            assert_eq!(rows().await, [phone.endpoint.as_str(), "a delivery"]);
            // One that is planned when the device goes is sent nowhere.
            rig.app.clock.set(at(&format!("2026-11-23 09:{:02}", minute * 2 + 1)));
            parent.post("/reminders/try", "").await;
            parent.post(how, "").await;
            assert_eq!(rows().await, [""; 0], "after {how}");
            rig.tick(&format!("2026-11-23 09:{:02}", minute * 2 + 1)).await;
            assert_eq!(rig.service.taken().len(), 0, "after {how}");
        }
        let (_, phone) = rig.with_phone("parent", "ok/amina").await;
        let mut other = rig.app.sign_in("other_parent").await;
        assert_eq!(other.post("/reminders/on", &phone.form()).await.status, StatusCode::SEE_OTHER);
        let whose = "SELECT p.name FROM subscription s JOIN person p ON p.id = s.person";
        assert_eq!(
            database.texts(whose).await,
            [rig.app.cast["other_parent"].name.clone()],
            "a device is one person's"
        );
        rig.tick("2027-11-23 10:00").await;
        assert_eq!(rows().await, [""; 0], "after the session ended by itself");
    })
    .await;
}

#[tokio::test]
async fn whatever_a_push_service_answers_nothing_is_lost_doubled_or_sent_to_who_is_gone() {
    each(async |database| {
        let rig = Rig::start(database).await;
        let fails =
            ["ok", "gone", "unknown", "busy", "broken", "broken-once", "elsewhere", "refused", "large", "hung-once"];
        for answer in fails {
            rig.with_phone("parent", &format!("{answer}/{answer}")).await;
        }
        let mut parent = rig.app.sign_in("parent").await;
        parent.post("/reminders/try", "").await;
        let round = rig.tick("2026-11-23 09:00").await;
        assert_eq!((round.due, round.accepted, round.again, round.failed), (1, 1, 4, 5));
        assert_eq!(rig.tick("2026-11-23 09:00").await, Round::default(), "nothing twice");
        let again = rig.tick("2026-11-23 09:03").await;
        assert_eq!((again.due, again.accepted, again.again), (0, 3, 1));
        let mut took: Vec<String> = rig.service.taken().into_iter().map(|taken| taken.device).collect();
        took.sort();
        assert_eq!(took, ["broken-once", "busy", "hung-once", "ok"], "each once");
        assert_eq!(rig.tick("2026-11-23 09:11").await.failed, 0);
        let states = database.texts("SELECT outcome FROM delivery ORDER BY outcome").await;
        let came_to_nothing = ["failed", "failed", "gone", "gone", "late", "refused"];
        assert_eq!(states, [&["accepted"; 4][..], &came_to_nothing].concat());

        let gone = database.texts("SELECT endpoint FROM subscription WHERE gone_at IS NOT NULL ORDER BY 1").await;
        assert_eq!(gone, ["gone/gone", "unknown/unknown"].map(|end| format!("{}/{end}", rig.service.origin)));
        rig.service.asked();
        parent.post("/reminders/try", "").await;
        rig.app.clock.set(at("2026-11-23 09:20"));
        parent.post("/reminders/try", "").await;
        assert!(rig.tick("2026-11-23 09:20").await.accepted > 0);
        let asked = rig.service.asked();
        assert!(!asked.contains_key("gone") && !asked.contains_key("unknown"), "{asked:?}");
    })
    .await;
}

#[tokio::test]
async fn a_push_service_that_is_too_busy_for_everybody_is_left_alone() {
    each(async |database| {
        let rig = Rig::start(database).await;
        for role in ["parent", "adviser"] {
            for number in 0..15 {
                let (mut browser, _) = rig.with_phone(role, &format!("swamped/{role}-{number}")).await;
                if number == 14 {
                    browser.post("/reminders/try", "").await;
                }
            }
        }
        let (mut other, _) = rig.with_phone("other_parent", "ok/other").await;
        assert_eq!(rig.tick("2026-11-23 09:00").await.again, 30);
        assert_eq!(rig.service.asked().len(), 30);
        other.post("/reminders/try", "").await;
        assert_eq!(rig.tick("2026-11-23 09:01").await.again, 1);
        assert_eq!(rig.service.asked().len(), 0, "not even for those it would take");
        let after = rig.tick("2026-11-23 09:04").await;
        assert_eq!((after.accepted, after.again), (1, 30), "it is asked again once it had its time");
    })
    .await;
}

#[tokio::test]
async fn a_device_that_is_refused_for_a_day_is_given_up() {
    each(async |database| {
        let rig = Rig::start(database).await;
        let (mut parent, _) = rig.with_phone("parent", "refused/a").await;
        for (when, gone) in [("23 10:00", 0), ("23 11:00", 0), ("23 12:00", 0), ("24 09:59", 0), ("24 10:01", 1)] {
            rig.app.clock.set(at(&format!("2026-11-{when}")));
            parent.post("/reminders/try", "").await;
            rig.tick(&format!("2026-11-{when}")).await;
            let given_up = database.texts("SELECT endpoint FROM subscription WHERE gone_at IS NOT NULL").await;
            assert_eq!(given_up.len(), gone, "{when}");
        }
        assert!(parent.get("/reminders").await.text().contains("virker ikke på denne enhed mere"));
    })
    .await;
}

#[tokio::test]
async fn two_servers_share_the_work_and_send_nothing_twice() {
    each(async |database| {
        let rig = Rig::start(database).await;
        let mut phones = Vec::new();
        for number in 0..15 {
            let (mut parent, phone) = rig.with_phone("parent", &format!("ok/{number}")).await;
            parent.post("/reminders/try", "").await;
            phones.push(phone);
        }
        let other = rig.worker.clone();
        let now = rig.app.clock.now();
        let (one, two) = tokio::join!(rig.worker.tick(now), other.tick(now));
        let (one, two) = (one.expect("a round"), two.expect("a round"));
        // Each try is for every device of the parent.
        assert_eq!((one.due + two.due, one.accepted + two.accepted), (15, 15 * 15));
        let taken = rig.service.taken();
        assert_eq!(taken.len(), 15 * 15);
        let mut deliveries: Vec<String> = taken
            .iter()
            .map(|taken| {
                let phone = phones.iter().find(|phone| phone.asked(taken)).expect("its phone");
                phone.reads(taken)["delivery"].to_string()
            })
            .collect();
        deliveries.sort();
        deliveries.dedup();
        assert_eq!(deliveries.len(), 15 * 15);
    })
    .await;
}

#[tokio::test]
async fn what_a_killed_server_had_in_hand_comes_again_and_nothing_else() {
    each(async |database| {
        let rig = Rig::start(database).await;
        let now = Clock::System.now();
        rig.app.clock.set(now);
        rig.service.set(now);
        for answer in ["ok", "hung"] {
            for number in 0..3 {
                rig.with_phone("parent", &format!("{answer}/{answer}-{number}")).await;
            }
        }
        rig.app.sign_in("parent").await.post("/reminders/try", "").await;
        let mut server = std::process::Command::new(env!("CARGO_BIN_EXE_vores-plan"))
            .args(["serve", "--listen", "127.0.0.1:0", "--site", ".", "--push-contact", "mailto:plan@kommune.example"])
            .args(["--push-services", &rig.service.origin])
            .args(database.place())
            .env("VORES_PLAN_KEY", MasterKey::fresh().reveal())
            .spawn()
            .expect("the server starts");
        // The server asks and reminds of more on its own; what is tried is looked at.
        let tried = "SELECT s.endpoint || ' ' || COALESCE(d.outcome, 'again') || CASE WHEN d.tries = 1 THEN '' ELSE ' twice' END
            FROM delivery d JOIN reminder r ON r.id = d.reminder JOIN subscription s ON s.id = d.subscription
            WHERE r.kind = 'try' ORDER BY s.endpoint";
        let tried = async || {
            let short = |line: String| line.rsplit('/').next().unwrap_or_default().to_owned();
            database.texts(tried).await.into_iter().map(short).collect::<Vec<_>>()
        };
        let before = ["hung-0 again", "hung-1 again", "hung-2 again", "ok-0 accepted", "ok-1 accepted", "ok-2 accepted"];
        let (begun, mut asked) = (Instant::now(), HashMap::new());
        while tried().await != before || asked.len() < 6 {
            assert!(begun.elapsed() < Duration::from_secs(60), "the server sends");
            tokio::time::sleep(Duration::from_millis(20)).await;
            asked.extend(rig.service.asked());
        }
        server.kill().expect("SIGKILL");
        server.wait().expect("it is gone");
        rig.service.taken();
        let tick = async |seconds| rig.worker.tick(now.plus_seconds(seconds)).await.expect("a round");
        tick(0).await;
        assert_eq!(tried().await, before, "it could still be on its way");
        rig.service.asked();
        tick(120).await;
        let again = ["hung-0", "hung-1", "hung-2"].map(|device| format!("{device} again twice"));
        assert_eq!(tried().await[..3], again, "what it had in hand comes again");
        assert_eq!(tried().await[3..], before[3..], "what was taken does not");
        let asked = rig.service.asked();
        assert!(again.iter().all(|line| asked.contains_key(&line[..6])), "{asked:?}");
    })
    .await;
}

#[tokio::test]
async fn a_contact_person_is_told_of_meetings_while_they_are_shared() {
    each(async |database| {
        let rig = Rig::start(database).await;
        let (_, phone) = rig.with_phone("contact_person", "ok/freja").await;
        let count = async |when: &str| {
            rig.tick(when).await;
            rig.service.taken().iter().filter(|taken| phone.asked(taken)).count()
        };
        let mut adviser = rig.app.sign_in("adviser").await;
        let contact = format!("&with={}", rig.app.person("contact_person"));
        book(&rig.app, &mut adviser, &format!("day=2026-12-01&time=15:00&repeat=never{contact}")).await;
        book(&rig.app, &mut adviser, &format!("day=2026-12-03&time=15:00&repeat=never{contact}")).await;
        assert_eq!(count("2026-11-23 10:00").await, 2);
        let before = count("2026-11-30 17:00").await;
        assert!(before > 0, "the evening before");
        let mut parent = rig.app.sign_in("parent").await;
        for consent in parent.get("/sharing").await.values("action", "/consents/") {
            parent.post(&consent, "").await;
        }
        let mut other = rig.app.sign_in("other_parent").await;
        for consent in other.get("/sharing").await.values("action", "/consents/") {
            other.post(&consent, "").await;
        }
        for when in ["2026-12-01 13:00", "2026-12-01 17:00", "2026-12-03 13:00"] {
            assert_eq!(count(when).await, 0, "nothing is shared any more: {when}");
        }
    })
    .await;
}

#[tokio::test]
async fn where_nothing_may_be_sent_no_device_is_kept() {
    each(async |database| {
        let rig = Rig::start(database).await;
        let phone = Phone::at(&rig.service, "ok/a");
        let sound = phone.form();
        let mut parent = rig.app.sign_in("parent").await;
        let key = sound.split("p256dh=").nth(1).and_then(|rest| rest.split('&').next()).expect("a key").to_owned();
        let off_the_curve = BASE64URL.encode([&[4][..], &[1; 64]].concat());
        for form in [
            String::new(),
            sound.replace("127.0.0.1", "127.0.0.2"),
            sound.replace("http%3A", "https%3A"),
            sound.replace("http%3A%2F%2F127.0.0.1", "https%3A%2F%2F10.0.0.1"),
            sound.replace(&key, &key[..40]),
            sound.replace(&key, &format!("A{}", &key[1..])),
            sound.replace(&key, &off_the_curve),
            sound.replace("auth=Bw", "auth=B!"),
            sound.replace("auth=", "auth=AAAA"),
            format!("{sound}&endpoint=https%3A%2F%2Fevil.example%2Fx"),
        ] {
            let got = parent.post("/reminders/on", &form).await;
            assert_eq!(got.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
            assert!(got.text().contains("Den her browser kan ikke få påmindelser herfra."), "{form}");
        }
        assert_eq!(database.texts("SELECT endpoint FROM subscription").await, [""; 0]);
        let mut guest = rig.app.browser();
        for delivery in ["", "x", &"0".repeat(32), &Id::<()>::fresh(rig.app.clock.now()).to_string()] {
            let forged = guest.post("/reminders/seen", &format!("delivery={delivery}")).await;
            assert_eq!(forged.status, StatusCode::NOT_FOUND, "{delivery}");
        }
        assert_eq!(rig.service.taken().len(), 0);
    })
    .await;
}

#[tokio::test]
async fn a_device_says_once_that_it_showed_something_and_nobody_says_it_for_another() {
    each(async |database| {
        let rig = Rig::start(database).await;
        let (mut parent, phone) = rig.with_phone("parent", "ok/amina").await;
        parent.post("/reminders/try", "").await;
        rig.tick("2026-11-23 09:00").await;
        let taken = rig.service.taken();
        let receipt = format!("delivery={}", phone.reads(&taken[0])["delivery"].as_str().expect("an id"));
        let seen = async || -> Vec<(Option<i64>, Option<i64>)> {
            rows!(database, "SELECT s.seen_at, d.seen_at FROM subscription s JOIN delivery d ON d.subscription = s.id")
        };
        assert_eq!(seen().await, [(None, None)]);
        let mut guest = rig.app.browser();
        let last = receipt.len() - 1;
        for forged in
            [format!("{}{}", &receipt[..last], if receipt.ends_with('0') { '1' } else { '0' }), format!("{receipt}0")]
        {
            assert_eq!(guest.post("/reminders/seen", &forged).await.status, StatusCode::NOT_FOUND, "{forged}");
        }
        assert_eq!(seen().await, [(None, None)], "what is guessed changes nothing");
        let at_ten = Some(at("2026-11-23 10:00").seconds());
        for when in ["2026-11-23 10:00", "2026-11-23 11:00", "2026-12-23 10:00"] {
            rig.app.clock.set(at(when));
            let said = guest.post("/reminders/seen", &receipt).await;
            assert_eq!((said.status, said.body.as_str()), (StatusCode::SEE_OTHER, ""), "{when}");
            assert!(guest.cookie.is_none(), "who says so is not signed in by it");
            assert_eq!(seen().await, [(at_ten, at_ten)], "{when}: said again, it changes nothing");
        }
    })
    .await;
}

#[tokio::test]
async fn an_account_has_twenty_devices_at_most() {
    each(async |database| {
        let rig = Rig::start(database).await;
        for number in 0..25 {
            rig.with_phone("parent", &format!("ok/{number}")).await;
        }
        rig.tick("2026-11-23 09:00").await;
        assert_eq!(database.texts("SELECT endpoint FROM subscription").await.len(), 20);
    })
    .await;
}

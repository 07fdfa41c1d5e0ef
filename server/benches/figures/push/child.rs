//! What sends, in a process of its own so that nothing else counts: the bench calls itself.

use std::{fs, process::Command, sync::Arc, time::Instant};

use app::{
    domain::{
        moment::{Clock, Moment},
        push::{Keys, PushService},
    },
    store::{self, Db},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use server::push::{
    outcome::Outcome,
    transport::{Message, Transport},
    vapid::Sender,
    worker::Worker,
};
use tokio::{runtime::Runtime, task::JoinSet};

use super::{CONTACT, service::Running};
use crate::program::cpu_of;

/// The argument by which the bench knows that it was called by itself.
pub(crate) const CHILD: &str = "as-child";

/// So many messages are on their way at once, as in the program.
const AT_ONCE: usize = 256;
/// So many messages warm a sender up.
const WARM_UP: usize = 1000;

/// What every sender beside is given.
#[derive(Deserialize, Serialize)]
pub(super) struct Given {
    pub(super) subscriptions: Vec<Subscription>,
    pub(super) text: String,
    pub(super) ttl: u64,
    pub(super) topic: String,
    pub(super) contact: String,
    pub(super) key: Key,
}

/// A subscription as browsers give it (W3C Push API, `PushSubscriptionJSON`).
#[derive(Clone, Deserialize, Serialize)]
pub(super) struct Subscription {
    pub(super) endpoint: String,
    pub(super) keys: SubscriptionKeys,
}

#[derive(Clone, Deserialize, Serialize)]
pub(super) struct SubscriptionKeys {
    pub(super) p256dh: String,
    pub(super) auth: String,
}

/// The key that signs, in the forms the senders want.
#[derive(Deserialize, Serialize)]
pub(super) struct Key {
    pub(super) public: String,
    pub(super) private: String,
    pub(super) pkcs8: String,
}

/// What a sender did.
#[derive(Deserialize, Serialize)]
pub(super) struct Sent {
    pub(super) accepted: u64,
    pub(super) seconds: f64,
    /// Seconds of CPU.
    pub(super) cpu: f64,
}

/// What a round of the program did.
#[derive(Deserialize, Serialize)]
pub(super) struct Ticked {
    pub(super) due: u64,
    pub(super) seconds: f64,
    /// Seconds of CPU of the program, without those of a database that runs elsewhere.
    pub(super) cpu: f64,
}

/// Runs a command that answers with lines of JSON, and trusts the push service.
pub(super) fn ask<T: DeserializeOwned>(mut command: Command, running: &Running) -> Result<Vec<T>, String> {
    for name in ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"] {
        command.env(name, &running.certificate);
    }
    let name = command.get_program().display().to_string();
    let done = command.output().map_err(|error| format!("{name} does not start: {error}"))?;
    let said = String::from_utf8_lossy(&done.stdout);
    if !done.status.success() {
        return Err(format!("{name} failed ({}): {}", done.status, String::from_utf8_lossy(&done.stderr)));
    }
    said.lines().map(|line| serde_json::from_str(line).map_err(|error| format!("{name}: {error}: {line}"))).collect()
}

/// The bench as its own child.
pub(super) fn this_program(arguments: &[String]) -> Result<Command, String> {
    let own = std::env::current_exe().map_err(words)?;
    let mut command = Command::new(own);
    command.arg(CHILD).args(arguments);
    Ok(command)
}

/// Two cores, as the program has that is measured.
pub(super) fn runtime() -> Result<Runtime, String> {
    tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build().map_err(words)
}

/// Does what the bench called itself for.
pub(crate) fn run(arguments: &[String]) -> Result<(), String> {
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match arguments[..] {
        ["send", file] => send(file),
        ["remind", database, origin, ref ticks @ ..] => remind(database, origin, ticks),
        _ => Err("a bench calls itself otherwise".into()),
    }
}

fn transport(origin: &str) -> Result<Transport, String> {
    let host = origin.strip_prefix("https://").unwrap_or_default();
    Transport::to(vec![PushService::Host(host.to_owned())]).map_err(words)
}

fn send(file: &str) -> Result<(), String> {
    let given: Given = serde_json::from_slice(&fs::read(file).map_err(words)?).map_err(words)?;
    let key = BASE64URL.decode(&given.key.pkcs8).map_err(words)?;
    let sender = Sender::new(&key, given.contact.clone()).map_err(words)?;
    let first = given.subscriptions.first().ok_or("there is nobody to send to")?;
    let origin = first.endpoint.splitn(4, '/').take(3).collect::<Vec<_>>().join("/");
    let devices = given.subscriptions.iter().map(|subscription| {
        let keys = Keys::parse(&subscription.keys.p256dh, &subscription.keys.auth);
        keys.map(|keys| (subscription.endpoint.clone(), keys))
    });
    let devices: Arc<Vec<(String, Keys)>> =
        Arc::new(devices.collect::<Result<_, _>>().map_err(|why| format!("{why:?}"))?);
    let way = Arc::new((transport(&origin)?, sender, given));
    let sent = runtime()?.block_on(async {
        send_all(&way, &devices, WARM_UP).await;
        let (begun, used) = (Instant::now(), cpu_of("self")?);
        let accepted = send_all(&way, &devices, devices.len()).await;
        Ok::<_, String>(Sent { accepted, seconds: begun.elapsed().as_secs_f64(), cpu: cpu_of("self")? - used })
    })?;
    say(&sent)
}

type Way = Arc<(Transport, Sender, Given)>;

/// Sends to the first so many. Gives how many the push service took.
async fn send_all(way: &Way, devices: &Arc<Vec<(String, Keys)>>, number: usize) -> u64 {
    let mut sending = JoinSet::new();
    let mut accepted = 0;
    for at in 0..number {
        if sending.len() >= AT_ONCE {
            accepted += sending.join_next().await.is_some_and(|done| done.is_ok_and(|done| done)) as u64;
        }
        let (way, devices) = (way.clone(), devices.clone());
        sending.spawn(async move {
            let (transport, sender, given) = &*way;
            let (endpoint, keys) = &devices[at];
            let text = given.text.as_bytes();
            let message = Message { endpoint, keys, text, ttl: given.ttl, urgent: false, topic: &given.topic };
            transport.send(sender, &message, Clock::System.now()).await == Outcome::Accepted
        });
    }
    accepted + sending.join_all().await.into_iter().filter(|done| *done).count() as u64
}

fn remind(database: &str, origin: &str, ticks: &[&str]) -> Result<(), String> {
    let transport = transport(origin)?;
    runtime()?.block_on(async {
        let db = if database.starts_with("postgres") {
            Db::open_postgres(database).await
        } else {
            Db::open_sqlite(database.as_ref()).await
        };
        let db = db.map_err(words)?;
        let key = store::push_key(&db, &server::push::vapid::new_key().map_err(words)?).await.map_err(words)?;
        let sender = Sender::new(&key, CONTACT.into()).map_err(words)?;
        let worker = Worker::new(db, Arc::new(sender), transport, "https://plan.kommune.example");
        for at in ticks {
            let now = Moment::from_seconds(at.parse().map_err(words)?);
            let (begun, used) = (Instant::now(), cpu_of("self")?);
            let round = worker.tick(now).await.map_err(words)?;
            let seconds = begun.elapsed().as_secs_f64();
            say(&Ticked { due: round.due, seconds, cpu: cpu_of("self")? - used })?;
        }
        Ok(())
    })
}

#[expect(clippy::print_stdout, reason = "this is what a child answers with")]
fn say(what: &impl Serialize) -> Result<(), String> {
    println!("{}", serde_json::to_string(what).map_err(words)?);
    Ok(())
}

fn words(error: impl std::fmt::Display) -> String {
    format!("the sender failed: {error}")
}

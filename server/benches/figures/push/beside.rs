//! Our sender beside npm's `web-push` and PyPI's `pywebpush`: the same devices, the same text, the same push service, in
//! turns.

use std::{collections::HashSet, env, fs, path::Path, process::Command};

use aws_lc_rs::{
    encoding::{AsBigEndian as _, EcPrivateKeyBin},
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair as _},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};

use super::{
    CONTACT, DEVICES,
    child::{Given, Key, Sent, ask, this_program},
    service::Running,
    town::{all_sound, devices, read_some},
};
use crate::{
    figure::{Figure, Report, median},
    program::SCRATCH,
    say,
};

/// The senders take turns, so that whatever else the machine does meets all.
const ROUNDS: usize = 3;
/// The text is about as long as ours are.
const LENGTH: usize = 256;
/// Ours is to send so many times what the better of the others does, for each second of CPU.
const RATIO: f64 = 4.0;
const TTL: i64 = 3600;
const TOPIC: &str = "0123456789abcdefghijklmnopqrstuv";
const PEERS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/benches/figures/peers");

/// How to run a sender on the file of what it is given.
type Run = fn(&str) -> Result<Command, String>;

/// The senders, ours first, with the names of their figures.
const SENDERS: [(&str, [&str; 2], Run); 3] = [
    ("ours", ["push_per_cpu_second", "push_per_second"], |file| this_program(&["send".into(), file.into()])),
    ("web-push", ["web_push_per_cpu_second", "web_push_per_second"], |file| {
        let mut node = Command::new("node");
        node.args([&format!("{PEERS}/send.mjs"), file]);
        Ok(node)
    }),
    ("pywebpush", ["pywebpush_per_cpu_second", "pywebpush_per_second"], |file| {
        let python = env::var_os("PEERS_PYTHON").ok_or(
            "Set PEERS_PYTHON to a python3 with the packages of benches/figures/peers/requirements.txt; ./dev bench \
             makes one.",
        )?;
        let mut python = Command::new(python);
        python.args([&format!("{PEERS}/send.py"), file]);
        Ok(python)
    }),
];

/// Measures every sender, in turns.
pub(super) fn measure(running: &Running, report: &mut Report) -> Result<(), String> {
    let devices = devices(&running.service, DEVICES, |_| "ok");
    let text = "Der er noget at se. ".repeat(LENGTH).chars().take(LENGTH).collect::<String>();
    let given = Given {
        subscriptions: devices.iter().map(|device| device.subscription()).collect(),
        text: text.clone(),
        ttl: TTL.unsigned_abs(),
        topic: TOPIC.into(),
        contact: CONTACT.into(),
        key: key().map_err(|_| "no key could be made")?,
    };
    let file = Path::new(SCRATCH).join("push-given.json");
    fs::write(&file, serde_json::to_vec(&given).map_err(|error| error.to_string())?)
        .map_err(|error| format!("{} cannot be written: {error}", file.display()))?;
    let file = file.display().to_string();
    let mut paces: [Vec<[f64; 2]>; 3] = Default::default();
    for round in 1..=ROUNDS {
        for (at, (name, _, run)) in SENDERS.iter().enumerate() {
            say(&format!("sending {DEVICES} messages with {name}, round {round} of {ROUNDS}"));
            let [sent]: [Sent; 1] =
                ask(run(&file)?, running)?.try_into().map_err(|_| format!("{name} says nothing"))?;
            all_sound(&running.service)?;
            let taken = running.service.taken();
            running.service.asked();
            // Before it counts, a sender warms up on some of the devices.
            let reached: HashSet<&str> = taken.iter().map(|taken| taken.device.as_str()).collect();
            let as_given = taken.iter().all(|one| (one.ttl, &*one.topic, &*one.urgency) == (TTL, TOPIC, "normal"));
            if sent.accepted != DEVICES as u64 || reached.len() != DEVICES || !as_given {
                return Err(format!("{name} reached {} devices and says {}", reached.len(), sent.accepted));
            }
            read_some(&devices, &taken, &text)?;
            #[expect(clippy::cast_precision_loss, reason = "a count of messages is far below 2⁵²")]
            let messages = sent.accepted as f64;
            paces[at].push([messages / sent.cpu, messages / sent.seconds]);
        }
    }
    let [ours, npm, pypi] = &paces;
    let ratios = |which: usize| {
        let rounds = ours.iter().zip(npm).zip(pypi);
        median(rounds.map(|((ours, npm), pypi)| ours[which] / npm[which].max(pypi[which])))
    };
    report.add(Figure::quantity("push", "push_cpu_ratio_to_best_peer", ratios(0), "ratio").at_least(RATIO));
    report.add(Figure::quantity("push", "push_ratio_to_best_peer", ratios(1), "ratio"));
    for ((_, names, _), paces) in SENDERS.iter().zip(&paces) {
        let units = ["messages/CPU s", "messages/s"];
        for (which, (name, unit)) in names.iter().zip(units).enumerate() {
            let pace = median(paces.iter().map(|pace| pace[which])).round();
            report.add(Figure::quantity("push", name, pace, unit));
        }
    }
    Ok(())
}

/// A key that signs, in every form that is wanted.
fn key() -> Result<Key, Box<dyn std::error::Error>> {
    let pkcs8 = server::push::vapid::new_key()?;
    let key = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &pkcs8)?;
    let private: EcPrivateKeyBin<'_> = key.private_key().as_be_bytes()?;
    let write = |bytes: &[u8]| BASE64URL.encode(bytes);
    Ok(Key { public: write(key.public_key().as_ref()), private: write(private.as_ref()), pkcs8: write(&pkcs8) })
}

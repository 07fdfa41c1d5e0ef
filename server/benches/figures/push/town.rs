//! Devices with their keys, and the parents whose they are.

use app::domain::{id::Id, moment::Moment};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use uuid::Uuid;
use web_push_native::p256::{
    SecretKey,
    elliptic_curve::{rand_core::OsRng, sec1::ToEncodedPoint as _},
};

use super::{
    child::{Subscription, SubscriptionKeys},
    service::{Service, Taken},
};
use crate::database::Database;

/// One in so many messages is unlocked again, to see that the right thing was sent.
const LOOKED_AT: usize = 100;
/// So many rows are written in one statement.
const ROWS: usize = 500;

/// A device that a push service reaches.
pub(super) struct Device {
    pub(super) name: String,
    key: SecretKey,
    secret: [u8; 16],
    endpoint: String,
}

/// So many devices, with what the push service answers each.
pub(super) fn devices(service: &Service, number: usize, answers: impl Fn(usize) -> &'static str) -> Vec<Device> {
    let device = |at: usize| {
        let name = format!("device-{at}");
        let endpoint = format!("{}/{}/{name}", service.origin, answers(at));
        let secret = std::array::from_fn(|byte| (at >> (byte % 4 * 8)) as u8);
        Device { name, key: SecretKey::random(&mut OsRng), secret, endpoint }
    };
    (0..number).map(device).collect()
}

impl Device {
    fn public(&self) -> Vec<u8> {
        self.key.public_key().to_encoded_point(false).as_bytes().to_vec()
    }

    /// As a browser gives it.
    pub(super) fn subscription(&self) -> Subscription {
        let keys = SubscriptionKeys { p256dh: BASE64URL.encode(self.public()), auth: BASE64URL.encode(self.secret) };
        Subscription { endpoint: self.endpoint.clone(), keys }
    }

    fn reads(&self, taken: &Taken) -> Result<String, String> {
        let text = web_push_native::decrypt(taken.body.clone(), &self.key, &self.secret.into());
        let text = text.map_err(|error| format!("{} cannot read what it got: {error}", self.name))?;
        String::from_utf8(text).map_err(|error| error.to_string())
    }
}

/// Fails where some of what was taken cannot be read by its device, or does not say `words`.
pub(super) fn read_some(devices: &[Device], taken: &[Taken], words: &str) -> Result<(), String> {
    let named: std::collections::HashMap<&str, &Device> =
        devices.iter().map(|device| (device.name.as_str(), device)).collect();
    for taken in taken.iter().step_by(LOOKED_AT) {
        let device = named.get(taken.device.as_str()).ok_or("a message for nobody")?;
        let text = device.reads(taken)?;
        if !text.contains(words) {
            return Err(format!("{} got something else: {text}", device.name));
        }
    }
    Ok(())
}

/// Signs a parent in on each device, lets reminders come to it, and plans one for each of these times.
pub(super) fn settle_in(database: &Database, devices: &[Device], now: Moment, due: &[Moment]) -> Result<(), String> {
    const PARENTS: &str =
        "SELECT id, municipality, family FROM person WHERE role = 'parent' AND left_at IS NULL ORDER BY id";
    let parents: Vec<(Uuid, Uuid, Uuid)> = database.rows(PARENTS)?;
    if parents.len() < devices.len() {
        return Err(format!("{} parents have not {} devices", parents.len(), devices.len()));
    }
    let (mut sessions, mut subscriptions, mut reminders) = (Vec::new(), Vec::new(), Vec::new());
    let (at, end) = (now.seconds(), now.plus_days(300).seconds());
    for (device, (person, municipality, family)) in devices.iter().zip(parents) {
        let fresh = || Id::<()>::fresh(now).uuid();
        let id = fresh();
        let [whose, session, family, subscription] =
            [municipality, id, family, fresh()].map(|uuid| database.uuid(uuid));
        let [person, token] = [database.uuid(person), database.bytes(id.as_bytes())];
        let [public, secret] = [&device.public()[..], &device.secret[..]].map(|bytes| database.bytes(bytes));
        let endpoint = &device.endpoint;
        sessions.push(format!("({session}, {whose}, {family}, {person}, {token}, 'Firefox', {at}, {at}, {end})"));
        subscriptions
            .push(format!("({subscription}, {whose}, {person}, {session}, '{endpoint}', {public}, {secret}, {at})"));
        for due in due {
            let [id, subject] = [fresh(), fresh()].map(|uuid| database.uuid(uuid));
            let (due, end) = (due.seconds(), due.plus_days(1).seconds());
            reminders.push(format!("({id}, {whose}, {person}, 'day_before', {subject}, {due}, {end})"));
        }
    }
    let tables = [
        ("session (id, municipality, family, person, token_hash, device, created_at, seen_at, ends_at)", sessions),
        ("subscription (id, municipality, person, session, endpoint, public_key, secret, made_at)", subscriptions),
        ("reminder (id, municipality, person, kind, subject, due_at, ends_at)", reminders),
    ];
    let clear = ["delivery", "reminder", "subscription"].map(|table| format!("DELETE FROM {table}"));
    let fill = tables.iter().flat_map(|(table, rows)| {
        rows.chunks(ROWS).map(move |rows| format!("INSERT INTO {table} VALUES {}", rows.join(", ")))
    });
    // PostgreSQL looks at its tables by itself, but not within seconds.
    let look = database.place().starts_with("postgres").then(|| "ANALYZE".to_owned());
    database.run(clear.into_iter().chain(fill).chain(look))
}

/// Fails where the push service found something wrong with a message.
pub(super) fn all_sound(service: &Service) -> Result<(), String> {
    match service.unsound().first() {
        None => Ok(()),
        Some(why) => Err(format!("the push service refuses: {why}")),
    }
}

//! Takes what is due and sends it, as often as it is called. Several servers may do so on one database.

use std::{
    collections::{HashMap, HashSet},
    sync::{Arc, Mutex},
    time::{Duration, Instant},
};

use app::{
    domain::{
        moment::Moment,
        push::{Fate, Notice, PushService},
        reminder::Kind,
    },
    store::{self, Db},
};
use tokio::{task::JoinSet, time::timeout};

use super::{
    notice::{message, topic},
    outcome::Outcome,
    transport::{Message, Transport},
    vapid::Sender,
};

/// So many are on their way at once: several times what a push service takes over one connection, so that those that
/// hang do not hold up the others.
const AT_ONCE: usize = 256;
/// So many are settled together …
const TOGETHER: usize = 500;
/// … and none waits longer for that.
const SOON: Duration = Duration::from_millis(200);
/// For so long one round goes on taking what is due, then the next does.
const ROUND: Duration = Duration::from_secs(30);
/// A push service that was too busy for so many in a row, and took none in between, is left alone. One device alone may
/// have had too many (RFC 8030 §8.4).
const IN_A_ROW: u32 = 20;
/// The longest wait before something is tried again, in seconds.
const LONGEST_WAIT: i64 = 3600;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Reminders that were due.
    pub due: u64,
    /// Deliveries that a push service took.
    pub accepted: u64,
    /// Deliveries that are to be tried again.
    pub again: u64,
    /// Deliveries that came to nothing.
    pub failed: u64,
}

impl Round {
    const fn count(&mut self, fate: Fate) {
        match fate {
            Fate::Accepted => self.accepted += 1,
            Fate::Again(_) => self.again += 1,
            _ => self.failed += 1,
        }
    }
}

/// Sends reminders from one database.
#[derive(Clone, Debug)]
pub struct Worker {
    db: Db,
    sender: Arc<Sender>,
    transport: Transport,
    public_url: Arc<str>,
    /// How busy the push services are.
    busy: Arc<Mutex<HashMap<String, Busy>>>,
    /// Devices that turned out to be reached no more in this round, before the database knows.
    gone: Arc<Mutex<HashSet<String>>>,
}

/// How busy a push service is.
#[derive(Clone, Copy, Debug)]
struct Busy {
    /// How often it said so since it last took something.
    in_a_row: u32,
    /// Until then it wants to be left alone.
    until: Moment,
}

impl Worker {
    /// A worker that signs as `sender` and sends by `transport`.
    pub fn new(db: Db, sender: Arc<Sender>, transport: Transport, public_url: &str) -> Self {
        Self { db, sender, transport, public_url: public_url.into(), busy: Arc::default(), gone: Arc::default() }
    }

    /// Sends what is due at `now`, and forgets devices whose session is over.
    ///
    /// # Errors
    /// When the database fails; what was taken comes again.
    pub async fn tick(&self, now: Moment) -> Result<Round, store::Error> {
        store::forget_devices(&self.db, now).await?;
        let mut round = Round { due: store::deliver_due(&self.db, now).await?, ..Round::default() };
        if let Ok(mut gone) = self.gone.lock() {
            gone.clear();
        }
        let begun = Instant::now();
        let (mut settled, mut are_more) = (begun, true);
        let (mut sending, mut fates) = (JoinSet::new(), Vec::new());
        loop {
            let now = now.plus_seconds(seconds(begun.elapsed()));
            are_more &= begun.elapsed() < ROUND;
            if are_more && sending.len() <= AT_ONCE / 2 {
                let taken = store::take_deliveries(&self.db, AT_ONCE - sending.len(), now).await?;
                are_more = !taken.is_empty();
                for notice in taken {
                    let worker = self.clone();
                    sending.spawn(async move { (notice.delivery, worker.one(&notice, now).await) });
                }
            }
            // Whatever went down with its task is not settled, and so comes again.
            let done = timeout(SOON, sending.join_next()).await;
            fates.extend(done.ok().flatten().and_then(Result::ok));
            if fates.len() < TOGETHER && settled.elapsed() < SOON && !sending.is_empty() {
                continue;
            }
            store::settle(&self.db, &fates, now).await?;
            fates.drain(..).for_each(|(_, fate)| round.count(fate));
            settled = Instant::now();
            if sending.is_empty() && !are_more {
                return Ok(round);
            }
        }
    }

    async fn one(&self, notice: &Notice, now: Moment) -> Fate {
        if notice.not_before > now {
            return again(notice, notice.not_before);
        }
        if self.gone.lock().is_ok_and(|gone| gone.contains(&notice.endpoint)) {
            return Fate::Gone;
        }
        let origin = PushService::origin(&notice.endpoint, self.transport.services()).unwrap_or_default();
        if let Some(until) = self.resting(&origin, now) {
            return again(notice, until);
        }
        let outcome = self
            .transport
            .send(
                &self.sender,
                &Message {
                    endpoint: &notice.endpoint,
                    keys: &notice.keys,
                    text: &message(notice, &self.public_url),
                    ttl: u64::try_from(notice.ends_at.seconds() - now.seconds()).unwrap_or(0),
                    urgent: matches!(notice.kind, Kind::Soon | Kind::Cancelled | Kind::Try),
                    topic: &topic(notice),
                },
                now,
            )
            .await;
        match outcome {
            Outcome::Accepted => {
                self.took(&origin);
                Fate::Accepted
            }
            Outcome::Gone => {
                if let Ok(mut gone) = self.gone.lock() {
                    gone.insert(notice.endpoint.clone());
                }
                Fate::Gone
            }
            Outcome::Refused => Fate::Refused,
            Outcome::Ours => {
                tracing::error!(origin, "a push service cannot take our reminders");
                Fate::Failed
            }
            Outcome::Busy(wait) => {
                let until = now.plus_seconds(seconds(wait));
                self.was_busy(origin, until);
                again(notice, until.plus_seconds(spread(notice, seconds(wait))))
            }
            Outcome::Later(wait) => {
                let doubled = 2_i64.saturating_pow(u32::try_from(notice.tries).unwrap_or(u32::MAX));
                let wait = seconds(wait).max(doubled.min(LONGEST_WAIT));
                again(notice, now.plus_seconds(wait + spread(notice, wait)))
            }
        }
    }

    /// Until when a push service is left alone.
    fn resting(&self, origin: &str, now: Moment) -> Option<Moment> {
        let busy = self.busy.lock().ok()?.get(origin).copied()?;
        (busy.in_a_row >= IN_A_ROW && busy.until > now).then_some(busy.until)
    }

    fn was_busy(&self, origin: String, until: Moment) {
        if let Ok(mut all) = self.busy.lock() {
            let busy = all.entry(origin).or_insert(Busy { in_a_row: 0, until });
            *busy = Busy { in_a_row: busy.in_a_row.saturating_add(1), until: busy.until.max(until) };
        }
    }

    fn took(&self, origin: &str) {
        if let Ok(mut all) = self.busy.lock() {
            all.remove(origin);
        }
    }
}

fn seconds(wait: Duration) -> i64 {
    i64::try_from(wait.as_secs()).unwrap_or(LONGEST_WAIT)
}

/// Up to a quarter longer, in seconds, by its own id, so that not all come again at once.
fn spread(notice: &Notice, wait: i64) -> i64 {
    i64::try_from(notice.delivery.uuid().as_u128() % 64).unwrap_or(0) * wait / 256
}

/// At that time again, where it is of use then.
fn again(notice: &Notice, at: Moment) -> Fate {
    if at < notice.ends_at { Fate::Again(at) } else { Fate::Late }
}

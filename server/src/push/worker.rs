//! Takes what is due and sends it, as often as it is called. Several servers may do so on one database.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex},
    time::Duration,
};

use app::{
    domain::{
        id::Id,
        moment::Moment,
        push::{Delivery, Fate, Notice, PushService},
        reminder::Kind,
    },
    store::{self, Db},
};
use tokio::{sync::Semaphore, task::JoinSet};

use super::{
    notice::{message, topic},
    outcome::Outcome,
    transport::{Message, Transport},
    vapid::Sender,
};

/// So many are taken at once.
const TOGETHER: i64 = 500;
/// So many are on their way at once.
const AT_ONCE: usize = 64;
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

/// Sends reminders from one database.
#[derive(Clone, Debug)]
pub struct Worker {
    db: Db,
    sender: Arc<Sender>,
    transport: Transport,
    public_url: Arc<str>,
    /// Push services that want to be left alone, until when.
    resting: Arc<Mutex<HashMap<String, Moment>>>,
}

impl Worker {
    /// A worker that signs as `sender` and sends by `transport`.
    pub fn new(db: Db, sender: Arc<Sender>, transport: Transport, public_url: &str) -> Self {
        Self { db, sender, transport, public_url: public_url.into(), resting: Arc::default() }
    }

    /// Sends what is due at `now`, and forgets devices whose session is over.
    ///
    /// # Errors
    /// When the database fails; what was taken comes again.
    pub async fn tick(&self, now: Moment) -> Result<Round, store::Error> {
        store::forget_devices(&self.db, now).await?;
        let mut round = Round { due: store::deliver_due(&self.db, now).await?, ..Round::default() };
        loop {
            let taken = store::take_deliveries(&self.db, TOGETHER, now).await?;
            if taken.is_empty() {
                return Ok(round);
            }
            let fates = self.send(taken, now).await;
            for (_, fate) in &fates {
                match fate {
                    Fate::Accepted => round.accepted += 1,
                    Fate::Again(_) => round.again += 1,
                    _ => round.failed += 1,
                }
            }
            store::settle(&self.db, &fates, now).await?;
        }
    }

    async fn send(&self, taken: Vec<Notice>, now: Moment) -> Vec<(Id<Delivery>, Fate)> {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let mut sending = JoinSet::new();
        for notice in taken {
            let (worker, places) = (self.clone(), places.clone());
            sending.spawn(async move {
                let _place = places.acquire_owned().await;
                (notice.delivery, worker.one(&notice, now).await)
            });
        }
        let mut fates = Vec::new();
        while let Some(done) = sending.join_next().await {
            // Whatever went down with its task is not settled, and so comes again.
            fates.extend(done);
        }
        fates
    }

    async fn one(&self, notice: &Notice, now: Moment) -> Fate {
        if notice.not_before > now {
            return again(notice, notice.not_before);
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
            Outcome::Accepted => Fate::Accepted,
            Outcome::Gone => Fate::Gone,
            Outcome::Refused => Fate::Refused,
            Outcome::Ours => {
                tracing::error!(origin, "a push service cannot take our reminders");
                Fate::Failed
            }
            Outcome::Busy(wait) => {
                let until = now.plus_seconds(seconds(wait));
                self.rest(origin, until);
                again(notice, until.plus_seconds(spread(notice, seconds(wait))))
            }
            Outcome::Later(wait) => {
                let doubled = 2_i64.saturating_pow(u32::try_from(notice.tries).unwrap_or(u32::MAX));
                let wait = seconds(wait).max(doubled.min(LONGEST_WAIT));
                again(notice, now.plus_seconds(wait + spread(notice, wait)))
            }
        }
    }

    fn resting(&self, origin: &str, now: Moment) -> Option<Moment> {
        self.resting.lock().ok()?.get(origin).copied().filter(|until| *until > now)
    }

    fn rest(&self, origin: String, until: Moment) {
        if let Ok(mut resting) = self.resting.lock() {
            resting.insert(origin, until);
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

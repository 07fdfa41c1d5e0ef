//! Writes the letters that are due, as often as it is called, and has parents called whom nothing else reaches. Several
//! servers may do so on one database.

use std::sync::Arc;

use app::{
    domain::{
        channel::{Address, Carrier, Fate, Letter},
        moment::Moment,
    },
    store::{self, Db},
    text::text,
};
use tokio::{sync::Semaphore, task::JoinSet};

use super::{Brought, mail::Mail, sms::Sms};

/// So many are taken at once.
const TOGETHER: i64 = 200;
/// So many are on their way at once.
const AT_ONCE: usize = 16;
/// A letter is given up after so many tries, about an hour; then there is still time to call.
const MOST_TRIES: i64 = 6;
/// The wait after the first try, in seconds; each after that is twice as long.
const WAIT: i64 = 60;

/// What a round did.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Round {
    /// Letters that were taken.
    pub sent: u64,
    /// Letters that are to be tried again.
    pub again: u64,
    /// Letters that came to nothing.
    pub failed: u64,
}

/// Writes letters from one database.
#[derive(Clone, Debug)]
pub struct Worker {
    db: Db,
    public_url: Arc<str>,
    mail: Option<Mail>,
    sms: Option<Sms>,
}

impl Worker {
    /// A worker that sends letters these ways, where there are any.
    pub fn new(db: Db, mail: Option<Mail>, sms: Option<Sms>, public_url: &str) -> Self {
        Self { db, public_url: public_url.into(), mail, sms }
    }

    /// The ways there are.
    pub fn carriers(&self) -> Vec<Carrier> {
        let mail = self.mail.as_ref().map(|_| Carrier::Email);
        mail.into_iter().chain(self.sms.as_ref().map(|_| Carrier::Sms)).collect()
    }

    /// Tells what is due at `now`, and writes to those who have not seen what matters.
    ///
    /// # Errors
    /// When the database fails; what was taken comes again.
    pub async fn tick(&self, now: Moment) -> Result<Round, store::Error> {
        store::deliver_due(&self.db, now).await?;
        let (mut round, carriers) = (Round::default(), self.carriers());
        loop {
            let letters = store::take_letters(&self.db, &carriers, TOGETHER, now).await?;
            if letters.is_empty() {
                return Ok(round);
            }
            let fates = self.send(letters, now).await;
            for (_, fate) in &fates {
                match fate {
                    Fate::Sent => round.sent += 1,
                    Fate::Again(_) => round.again += 1,
                    Fate::Refused | Fate::Failed => round.failed += 1,
                }
            }
            store::settle_letters(&self.db, &fates, now).await?;
        }
    }

    async fn send(&self, letters: Vec<Letter>, now: Moment) -> Vec<(Letter, Fate)> {
        let places = Arc::new(Semaphore::new(AT_ONCE));
        let mut sending = JoinSet::new();
        for letter in letters {
            let (worker, places) = (self.clone(), places.clone());
            sending.spawn(async move {
                let _place = places.acquire_owned().await;
                let fate = worker.one(&letter, now).await;
                (letter, fate)
            });
        }
        let mut fates = Vec::new();
        while let Some(done) = sending.join_next().await {
            // Whatever went down with its task is not settled, and so comes again.
            fates.extend(done);
        }
        fates
    }

    async fn one(&self, letter: &Letter, now: Moment) -> Fate {
        let text = text(letter.language);
        let words = &text.reminders;
        let told = (words.letter)(&self.public_url);
        let brought = match (&letter.address, &self.mail, &self.sms) {
            (Address::Email(to), Some(mail), _) => {
                let body = format!("{told}\r\n\r\n{}\r\n", words.letter_why);
                mail.send(to, &letter.reminder.to_string(), (text.app, body), now).await
            }
            (Address::Sms(to), _, Some(sms)) => sms.send(to, &told).await,
            _ => Brought::Failed,
        };
        match brought {
            Brought::Taken => Fate::Sent,
            Brought::Refused => Fate::Refused,
            Brought::Failed => Fate::Failed,
            Brought::Later(asked) => {
                let doubled = WAIT << letter.tries.clamp(1, MOST_TRIES).saturating_sub(1);
                let asked = asked.and_then(|wait| i64::try_from(wait.as_secs()).ok()).unwrap_or(0);
                let at = now.plus_seconds(doubled.max(asked));
                if letter.tries < MOST_TRIES && at < letter.ends_at { Fate::Again(at) } else { Fate::Failed }
            }
        }
    }
}

//! How fast a page comes, with few families in the database and with many.

use std::time::Duration;

use crate::{families::Town, figure::median, people::Crowd, say};

/// So many parents visit, as far as there are as many.
const PARENTS: usize = 500;
/// The two servers take turns, so that whatever else the machine does meets both.
const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_secs(2);

/// How one round went.
struct Pace {
    per_second: f64,
    cpu_ms: f64,
}

/// How the rounds went with few families and with many.
pub(crate) struct Compared {
    few: Vec<Pace>,
    many: Vec<Pace>,
}

impl Compared {
    /// The pace with many families to that with few, in the middle of the rounds.
    pub(crate) fn ratio(&self) -> f64 {
        median(self.few.iter().zip(&self.many).map(|(few, many)| many.per_second / few.per_second))
    }

    /// Pages a second, with few and with many.
    pub(crate) fn per_second(&self) -> [f64; 2] {
        [&self.few, &self.many].map(|rounds| median(rounds.iter().map(|pace| pace.per_second)))
    }

    /// Milliseconds of CPU for a page, with many.
    pub(crate) fn cpu_ms(&self) -> f64 {
        median(self.many.iter().map(|pace| pace.cpu_ms))
    }
}

/// Lets parents of either town open a page, in turns.
pub(crate) fn compare(few: &mut Town, many: &mut Town, path: &str) -> Result<Compared, String> {
    say(&format!(
        "opening {path}, {ROUNDS} rounds of {} s on {} and on {} families",
        ROUND.as_secs(),
        few.families.number,
        many.families.number
    ));
    let (mut few_crowd, mut many_crowd) = (few.crowd(path)?, many.crowd(path)?);
    let mut compared = Compared { few: Vec::new(), many: Vec::new() };
    for round in 0..=ROUNDS {
        let (pace_of_few, pace_of_many);
        if round % 2 == 0 {
            pace_of_few = few.pace(&mut few_crowd)?;
            pace_of_many = many.pace(&mut many_crowd)?;
        } else {
            pace_of_many = many.pace(&mut many_crowd)?;
            pace_of_few = few.pace(&mut few_crowd)?;
        }
        // The first round warms both up.
        if round > 0 {
            compared.few.push(pace_of_few);
            compared.many.push(pace_of_many);
        }
    }
    Ok(compared)
}

impl Town {
    fn crowd(&self, path: &str) -> Result<Crowd, String> {
        Crowd::gather(self.server.address, &self.families.database.invite_parents(PARENTS)?, path)
            .map_err(|error| format!("{} families: {error}", self.families.number))
    }

    fn pace(&mut self, crowd: &mut Crowd) -> Result<Pace, String> {
        let before = self.server.cpu()?;
        let (pages, seconds) = crowd.visit(ROUND)?;
        #[expect(clippy::cast_precision_loss, reason = "a count of pages is far below 2⁵²")]
        let pages = pages as f64;
        Ok(Pace { per_second: pages / seconds, cpu_ms: (self.server.cpu()? - before) * 1000.0 / pages })
    }
}

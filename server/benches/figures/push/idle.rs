//! What a round costs that finds nothing due, with one reminder planned and with a million.

use std::{
    sync::Arc,
    time::{Duration, Instant},
};

use app::domain::moment::{Clock, Moment};
use server::push::{
    transport::Transport,
    vapid::{Sender, new_key},
    worker::{Round, Worker},
};

use super::{CONTACT, child::runtime};
use crate::{
    database::{Database, Kind},
    families::Families,
    figure::{Figure, Report, median},
    say,
};

const FAMILIES: u32 = 50;
const MANY: u32 = 1_000_000;
/// The two take turns, so that whatever else the machine does meets both.
const ROUNDS: usize = 15;
const ROUND: Duration = Duration::from_millis(500);
const RATIO: f64 = 1.25;

/// Measures on one database.
pub(super) fn measure(kind: Kind, report: &mut Report) -> Result<(), String> {
    let now = Clock::System.now();
    let few = planned(kind, "idle_1", 1, now)?;
    let many = planned(kind, "idle_1000000", MANY, now)?;
    say(&format!("{}: looking for what is due, {ROUNDS} rounds with 1 and with {MANY} planned", kind.key()));
    let (ratio, costs) = runtime()?.block_on(async {
        let workers = [worker(&few.database).await?, worker(&many.database).await?];
        let mut costs: [Vec<f64>; 2] = Default::default();
        for round in 0..=ROUNDS {
            let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
            for which in order {
                let cost = cost(&workers[which], now).await?;
                // The first round warms both up.
                if round > 0 {
                    costs[which].push(cost);
                }
            }
        }
        Ok::<_, String>((median(costs[0].iter().zip(&costs[1]).map(|(few, many)| many / few)), costs))
    })?;
    let quantity = |figure, value, unit| Figure::quantity("push", figure, value, unit).on(kind.key());
    report.add(quantity("idle_tick_cost_ratio_1000000_to_1", ratio, "ratio").below(RATIO));
    for (figure, costs) in [("idle_tick_ms_1", &costs[0]), ("idle_tick_ms_1000000", &costs[1])] {
        report.add(quantity(figure, median(costs.iter().map(|cost| cost * 1000.0)), "ms"));
    }
    Ok(())
}

/// Families with so many reminders planned for the next year, none of them due.
fn planned(kind: Kind, name: &str, number: u32, now: Moment) -> Result<Families, String> {
    let families = Families::invent(kind, name, FAMILIES)?;
    let (row, from) = match kind {
        Kind::Sqlite => (
            "randomblob(16), p.municipality, p.id, 'day_before', randomblob(16)",
            "(WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < {}) SELECT i FROM n)",
        ),
        Kind::Postgres => (
            "gen_random_uuid(), p.municipality, p.id, 'day_before', gen_random_uuid()",
            "(SELECT generate_series(1, {}) AS i)",
        ),
    };
    let from = from.replace("{}", &number.to_string());
    let tomorrow = now.plus_days(1).seconds();
    families.database.run([
        "DELETE FROM reminder".to_owned(),
        format!(
            "INSERT INTO reminder (id, municipality, person, kind, subject, due_at, ends_at)
                SELECT {row}, {tomorrow} + i * 31, {tomorrow} + i * 31 + 86400
                FROM {from} n CROSS JOIN (SELECT id, municipality FROM person WHERE role = 'parent' LIMIT 1) p"
        ),
    ])?;
    Ok(families)
}

async fn worker(database: &Database) -> Result<Worker, String> {
    let sender = Sender::new(&new_key().map_err(words)?, CONTACT.into()).map_err(words)?;
    let transport = Transport::to(Vec::new()).map_err(words)?;
    Ok(Worker::new(database.open().await?, Arc::new(sender), transport, "https://plan.kommune.example"))
}

/// Seconds a round takes that finds nothing.
async fn cost(worker: &Worker, now: Moment) -> Result<f64, String> {
    let begun = Instant::now();
    let mut count = 0_u32;
    while begun.elapsed() < ROUND {
        if worker.tick(now).await.map_err(words)? != Round::default() {
            return Err("something was due".into());
        }
        count += 1;
    }
    Ok(begun.elapsed().as_secs_f64() / f64::from(count))
}

fn words(error: impl std::fmt::Display) -> String {
    format!("nothing could be looked for: {error}")
}

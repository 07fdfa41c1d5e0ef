//! What the server does with its machine: how fast home comes, what it asks of the database, what it holds in memory.

use std::{thread, time::Duration};

use crate::{
    database::Kind,
    families::{Families, Town},
    figure::{Figure, Report, median},
    http::Connection,
    people::{Crowd, home, sign_in},
    program::Server,
    say,
};

const FEW: u32 = 50;
const MANY: u32 = 50_000;
/// So many parents visit, as far as there are as many.
const PARENTS: usize = 500;
/// The two servers take turns, so that whatever else the machine does meets both.
const ROUNDS: usize = 9;
const ROUND: Duration = Duration::from_secs(2);
/// A server without visitors for so long is idle.
const IDLE: Duration = Duration::from_secs(3);

const QUERIES: u64 = 6;
const RATIO: f64 = 0.8;

/// Measures on both databases.
pub(crate) fn measure(report: &mut Report) -> Result<(), String> {
    Kind::ALL.into_iter().try_for_each(|kind| on(kind, report))
}

fn on(kind: Kind, report: &mut Report) -> Result<(), String> {
    let key = kind.key();
    let count = |figure, value, unit| Figure::count("server", figure, value, unit).on(key);
    let quantity = |figure, value, unit| Figure::quantity("server", figure, value, unit).on(key);

    let few = Families::invent(kind, "server", FEW)?;
    let many = Families::invent(kind, "server", MANY)?;
    report.add(count("home_queries", queries_of_home(&few)?, "statements").at_most(QUERIES));

    let mut few = few.serve()?;
    let mut many = many.serve()?;
    say(&format!("{key}: leaving the server alone"));
    thread::sleep(IDLE);
    report.add(quantity("idle_rss", many.server.memory()?, "MB"));

    say(&format!("{key}: opening home, {ROUNDS} rounds of {} s on {FEW} and on {MANY} families", ROUND.as_secs()));
    let (mut few_crowd, mut many_crowd) = (few.crowd()?, many.crowd()?);
    let (mut rounds_of_few, mut rounds_of_many) = (Vec::new(), Vec::new());
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
            rounds_of_few.push(pace_of_few);
            rounds_of_many.push(pace_of_many);
        }
    }
    let ratios = rounds_of_few.iter().zip(&rounds_of_many).map(|(few, many)| many.per_second / few.per_second);
    report.add(quantity("home_rps_ratio_50000_to_50", median(ratios), "ratio").at_least(RATIO));
    let per_second = |rounds: &[Pace]| median(rounds.iter().map(|pace| pace.per_second));
    report.add(quantity("home_rps_50", per_second(&rounds_of_few).round(), "requests/s"));
    report.add(quantity("home_rps_50000", per_second(&rounds_of_many).round(), "requests/s"));
    report.add(quantity("home_cpu_ms", median(rounds_of_many.iter().map(|pace| pace.cpu_ms)), "ms/request"));
    report.add(quantity("loaded_rss", many.server.most_memory()?, "MB"));
    Ok(())
}

/// How many SQL statements one home of a signed-in parent takes, counted in the program's own log. (The home page
/// begins no transaction, which that log would not show.)
fn queries_of_home(families: &Families) -> Result<u64, String> {
    let server = Server::start(&families.database, "info,sqlx::query=debug")?;
    let mut on = Connection::open(server.address)?;
    let home = home(&sign_in(&mut on, &families.parent)?);
    let mut open = || match on.status(&home)? {
        200 => server.log(),
        status => Err(format!("the first page answered {status}")),
    };
    let before = open()?.len();
    let log = open()?;
    let statements = log[before..].lines().filter(|line| line.contains("\"sqlx::query\"")).count();
    if statements == 0 {
        return Err("the log shows no statement, so none was counted".into());
    }
    u64::try_from(statements).map_err(|_| "too many statements".into())
}

/// How one round went.
struct Pace {
    per_second: f64,
    cpu_ms: f64,
}

impl Town {
    fn crowd(&self) -> Result<Crowd, String> {
        Crowd::gather(self.server.address, &self.families.database.invite_parents(PARENTS)?)
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

//! What the server does with its machine: how fast home comes, what it asks of the database, what it holds in memory.

use std::{thread, time::Duration};

use crate::{
    database::Kind,
    families::Families,
    figure::{Figure, Report},
    pace::compare,
    program::statements,
};

const FEW: u32 = 50;
const MANY: u32 = 50_000;
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
    report.add(count("home_queries", statements(&few.database, &few.parent, "/")?, "statements").at_most(QUERIES));

    let mut few = few.serve()?;
    let mut many = many.serve()?;
    crate::say(&format!("{key}: leaving the server alone"));
    thread::sleep(IDLE);
    report.add(quantity("idle_rss", many.server.memory()?, "MB"));

    let compared = compare(&mut few, &mut many, "/")?;
    report.add(quantity("home_rps_ratio_50000_to_50", compared.ratio(), "ratio").at_least(RATIO));
    let [per_second_of_few, per_second_of_many] = compared.per_second();
    report.add(quantity("home_rps_50", per_second_of_few.round(), "requests/s"));
    report.add(quantity("home_rps_50000", per_second_of_many.round(), "requests/s"));
    report.add(quantity("home_cpu_ms", compared.cpu_ms(), "ms/request"));
    report.add(quantity("loaded_rss", many.server.most_memory()?, "MB"));
    Ok(())
}

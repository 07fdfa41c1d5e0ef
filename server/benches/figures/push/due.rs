//! From the database to the push service: how long what is due together takes, and whether anything is lost when the
//! push service fails.

use std::collections::HashMap;

use app::domain::moment::{Clock, Moment};

use super::{
    DEVICES,
    child::{Ticked, ask, this_program},
    service::Running,
    town::{Device, all_sound, devices, read_some, settle_in},
};
use crate::{
    database::{Database, Kind},
    families::Families,
    figure::{Figure, Report},
    say,
};

/// So many families have as many parents as there are devices.
const FAMILIES: u32 = 7_500;
/// Seconds within which all are sent.
const SECONDS: f64 = 4.0;
const DAY: i64 = 86_400;
/// After midnight in UTC, in seconds.
const NOON: i64 = 11 * 3600;
/// The second reminder of everybody comes so much later.
const LATER: i64 = 3600;
/// When rounds take place while the push service fails, in seconds: after each, whatever waits has its time again.
const ROUNDS: [i64; 8] = [0, 200, 400, 800, LATER, LATER + 200, LATER + 400, LATER + 800];

/// Of a hundred devices, so many are gone, have had too much, meet a push service that is broken, and one that hangs.
fn failing(at: usize) -> &'static str {
    match at % 100 {
        0..5 => "gone",
        5..10 => "busy",
        10..15 => "broken-once",
        15..17 => "hung-once",
        _ => "ok",
    }
}

/// Measures on one database.
pub(super) fn measure(kind: Kind, running: &Running, report: &mut Report) -> Result<(), String> {
    let families = Families::invent(kind, "push", FAMILIES)?;
    let database = &families.database;
    // By day in Denmark, so that it is quiet for nobody.
    let now = Moment::from_seconds(Clock::System.now().seconds().div_euclid(DAY) * DAY + NOON);
    running.service.set(now);
    let quantity = |figure, value, unit| Figure::quantity("push", figure, value, unit).on(kind.key());
    let count = |figure, value, unit| Figure::count("push", figure, value, unit).on(kind.key());

    say(&format!("{}: sending {DEVICES} reminders that are due", kind.key()));
    let sound = devices(&running.service, DEVICES, |_| "ok");
    settle_in(database, &sound, now, &[now])?;
    let ticks = remind(database, running, now, &[0])?;
    let due: u64 = ticks.iter().map(|tick| tick.due).sum();
    let came = arrived(running, &sound)?;
    if due != DEVICES as u64 || came.len() != DEVICES || came.values().any(|times| *times != 1) {
        return Err(format!("of {due} reminders, {} arrived", came.len()));
    }
    for tick in &ticks {
        report.add(quantity("due_10000_seconds", tick.seconds, "s").below(SECONDS));
        report.add(quantity("due_10000_cpu_seconds", tick.cpu, "CPU s"));
    }

    say(&format!("{}: sending while the push service fails", kind.key()));
    // It answers a device by how often that was asked for, and devices have the names they had.
    running.service.asked();
    let failing = devices(&running.service, DEVICES, failing);
    settle_in(database, &failing, now, &[now, now.plus_seconds(LATER)])?;
    let ticks = remind(database, running, now, &ROUNDS)?;
    let asked = running.service.asked();
    let came = arrived(running, &failing)?;
    let (mut lost, mut doubled, mut after_gone) = (0, 0, 0);
    for (at, device) in failing.iter().enumerate() {
        let came = u64::from(came.get(&device.name).copied().unwrap_or_default());
        if self::failing(at) == "gone" {
            after_gone += u64::from(asked.get(&device.name).copied().unwrap_or_default().saturating_sub(1));
            continue;
        }
        lost += 2_u64.saturating_sub(came);
        doubled += came.saturating_sub(2);
    }
    report.add(count("faulty_lost", lost, "reminders").at_most(0));
    report.add(count("faulty_doubled", doubled, "reminders").at_most(0));
    report.add(count("sent_after_410", after_gone, "messages").at_most(0));
    if let Some(first) = ticks.first() {
        report.add(quantity("faulty_first_round_seconds", first.seconds, "s"));
    }
    Ok(())
}

/// Sends what is due, in a round at each of these times after `now`.
fn remind(database: &Database, running: &Running, now: Moment, rounds: &[i64]) -> Result<Vec<Ticked>, String> {
    let mut arguments = vec!["remind".to_owned(), database.place(), running.service.origin.clone()];
    arguments.extend(rounds.iter().map(|after| now.plus_seconds(*after).seconds().to_string()));
    let ticked = ask(this_program(&arguments)?, running)?;
    all_sound(&running.service)?;
    Ok(ticked)
}

/// How often the push service took something for each device.
fn arrived(running: &Running, devices: &[Device]) -> Result<HashMap<String, u32>, String> {
    let taken = running.service.taken();
    read_some(devices, &taken, "\"web_push\":8030")?;
    let mut times = HashMap::new();
    for taken in taken {
        *times.entry(taken.device).or_default() += 1;
    }
    Ok(times)
}

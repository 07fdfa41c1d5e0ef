//! What was acknowledged is there once, though the program was killed the moment after, and the phone sent it again.

use app::domain::{id::Id, moment::Clock};

use crate::{
    database::{Database, Kind},
    figure::{Figure, Report},
    http::{Connection, form},
    people::sign_in,
    program::{Server, demo},
    say,
};

/// So many check-ins are sent, and the program killed after each.
const KILLS: u64 = 200;

/// Measures on both databases.
pub(crate) fn measure(report: &mut Report) -> Result<(), String> {
    Kind::ALL.into_iter().try_for_each(|kind| on(kind, report))
}

fn on(kind: Kind, report: &mut Report) -> Result<(), String> {
    let database = Database::make(kind, "kill")?;
    let cast = demo(&database, 5)?;
    let (_, path) = cast.iter().find(|(role, _)| role == "parent").ok_or("the demo has no parent")?;
    let mut server = Server::start(&database, "warn")?;
    let cookie = sign_in(&mut Connection::open(server.address)?, path)?;
    say(&format!("{}: killing the program right after its answer, {KILLS} times", kind.key()));
    let mut lost = 0;
    for turn in 0..KILLS {
        let id = Id::<()>::fresh(Clock::System.now());
        let body = format!("id={id}&version=1&happy=3&calm=3&active=3&rested=3&interest=3&words=drab-{turn}");
        let filled = form("/check-in/who5", &cookie, &body);
        let acknowledged = Connection::open(server.address)?.status(&filled)?;
        drop(server);
        server = Server::start(&database, "warn")?;
        let mut on = Connection::open(server.address)?;
        let there = on.get(&format!("/check-ins/{id}"), &[("Cookie", &cookie)])?.status == 200;
        lost += u64::from(!there);
        let again = on.status(&filled)?;
        if (acknowledged, again) != (303, 303) {
            return Err(format!("a check-in was answered {acknowledged}, and sent again {again}"));
        }
    }
    drop(server);
    let stored: Vec<(i64, i64)> = database.rows(
        "SELECT (SELECT COUNT(*) FROM answer a WHERE a.check_in = c.id),
            (SELECT COUNT(*) FROM inbox_item i WHERE i.check_in = c.id)
        FROM check_in c WHERE c.words LIKE 'drab-%'",
    )?;
    let whole = stored.iter().filter(|(answers, items)| (*answers, *items) == (5, 1)).count() as u64;
    lost += KILLS.saturating_sub(whole);
    let doubled = (stored.len() as u64).saturating_sub(KILLS);
    let count = |figure, value| Figure::count("kill", figure, value, "check-ins").on(kind.key()).at_most(0);
    report.add(count("acknowledged_checkins_lost", lost));
    report.add(count("checkins_doubled", doubled));
    Ok(())
}

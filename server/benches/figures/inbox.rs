//! What an adviser's inbox costs, with few families in the database and with many.

use std::time::{Duration, Instant};

use app::domain::id::Id;
use uuid::Uuid;

use crate::{
    database::Kind,
    families::{Families, Town},
    figure::{Figure, Report, median},
    http::{Connection, request},
    people::enter,
    say,
};

const FEW: u32 = 50;
const MANY: u32 = 50_000;
/// An adviser's families, at least.
const FAMILIES: i64 = 20;
/// What rounds to 1.2 million.
const CHECK_INS: f64 = 1_150_000.0;
/// The two servers take turns, so that whatever else the machine does meets both.
const ROUNDS: usize = 15;
const ROUND: Duration = Duration::from_secs(1);
const RATIO: f64 = 1.5;

/// Who has how much in the inbox, and beside how many families.
const READERS: &str = "SELECT h.person, COUNT(*),
        (SELECT COUNT(*) FROM beside b WHERE b.person = h.person AND b.part <> 'contact_person')
    FROM holder h WHERE h.until IS NULL GROUP BY h.person ORDER BY 2 DESC, h.person";

/// Measures on both databases.
pub(crate) fn measure(report: &mut Report) -> Result<(), String> {
    Kind::ALL.into_iter().try_for_each(|kind| on(kind, report))
}

fn on(kind: Kind, report: &mut Report) -> Result<(), String> {
    let quantity = |figure, value, unit| Figure::quantity("inbox", figure, value, unit).on(kind.key());
    let few = Families::invent(kind, "inbox", FEW)?;
    let many = Families::invent(kind, "inbox", MANY)?;
    let told: Vec<(i64,)> = many.database.rows("SELECT COUNT(*) FROM check_in")?;
    let told = told.first().map_or(0, |(count,)| *count);
    report.add(
        Figure::count("inbox", "checkins_50000", told.unsigned_abs(), "check-ins").on(kind.key()).at_least(CHECK_INS),
    );
    let ([one, other], items, families) = alike(&few, &many)?;
    report.add(Figure::count("inbox", "inbox_families", families.unsigned_abs(), "families").on(kind.key()));
    report.add(Figure::count("inbox", "inbox_items", items.unsigned_abs(), "items").on(kind.key()));
    let (few, many) = (few.serve()?, many.serve()?);
    let mut visitors = [Reader::enter(&few, one)?, Reader::enter(&many, other)?];
    say(&format!("{}: opening the inbox, {ROUNDS} rounds on {FEW} and on {MANY} families", kind.key()));
    // Each morning there are many to ask, and SQLite has one writer.
    let asking = visitors[1].cost(items)?;
    report.add(quantity("inbox_ms_50000_while_asking", asking * 1000.0, "ms/request"));
    for town in [&few, &many] {
        town.server.wait_until_at_rest()?;
    }
    let mut costs: [Vec<f64>; 2] = Default::default();
    for round in 0..=ROUNDS {
        let order = if round % 2 == 0 { [0, 1] } else { [1, 0] };
        for which in order {
            let cost = visitors[which].cost(items)?;
            // The first round warms both up.
            if round > 0 {
                costs[which].push(cost);
            }
        }
    }
    let ratios = costs[0].iter().zip(&costs[1]).map(|(few, many)| many / few);
    report.add(quantity("inbox_cost_ratio_50000_to_50", median(ratios), "ratio").below(RATIO));
    for (figure, costs) in [("inbox_ms_50", &costs[0]), ("inbox_ms_50000", &costs[1])] {
        report.add(quantity(figure, median(costs.iter().map(|cost| cost * 1000.0)), "ms/request"));
    }
    Ok(())
}

/// Who, how much in the inbox, and beside how many families.
type Load = (Uuid, i64, i64);

/// The fullest inbox of the few that somebody among the many has as full a one as, beside as many families: whose
/// they are, how full, and how many families.
fn alike(few: &Families, many: &Families) -> Result<([Uuid; 2], i64, i64), String> {
    let few: Vec<Load> = few.database.rows(READERS)?;
    let many: Vec<Load> = many.database.rows(READERS)?;
    few.iter()
        .filter(|(.., families)| *families >= FAMILIES)
        .find_map(|(one, items, families)| {
            let (other, ..) = many.iter().find(|(_, same, beside)| (same, beside) == (items, families))?;
            Some(([*one, *other], *items, *families))
        })
        .ok_or_else(|| "no two inboxes are alike".into())
}

/// An adviser at work.
struct Reader {
    on: Connection,
    inbox: Vec<u8>,
}

impl Reader {
    fn enter(town: &Town, person: Uuid) -> Result<Self, String> {
        let mut on = Connection::open(town.server.address)?;
        let cookie = enter(&mut on, &town.families.database.invite(Id::from_uuid(person))?)?;
        Ok(Self { on, inbox: request("GET", "/inbox", &[("Cookie", &cookie)]) })
    }

    /// Seconds from asking for the inbox to having it whole, over a round.
    fn cost(&mut self, items: i64) -> Result<f64, String> {
        let begun = Instant::now();
        let mut count = 0_u32;
        while begun.elapsed() < ROUND {
            let answer = self.on.ask(&self.inbox)?;
            let html = String::from_utf8(answer.body).map_err(|_| "the inbox is no text")?;
            let found = html.matches("href=\"/inbox/").count();
            if answer.status != 200 || i64::try_from(found) != Ok(items) {
                return Err(format!("the inbox answered {} with {found} of {items} items", answer.status));
            }
            count += 1;
        }
        Ok(begun.elapsed().as_secs_f64() / f64::from(count))
    }
}

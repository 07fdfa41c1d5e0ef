//! What the plan costs its family, and a family's page its team.

use uuid::Uuid;

use app::domain::id::Id;

use crate::{
    database::Kind,
    families::Families,
    figure::{Figure, Report},
    pace::compare,
    program::statements,
};

const FEW: u32 = 50;
const MANY: u32 = 50_000;
const QUERIES: u64 = 8;
const RATIO: f64 = 0.8;

/// A parent, an adviser and the id of families: those with the fewest goals, steps and people, then those with the most.
macro_rules! extremes {
    ($order:literal) => {
        concat!(
            "SELECT p.id, b.person, f.id FROM family f JOIN beside b ON b.family = f.id AND b.part = 'primary'
            JOIN person p ON p.id = (
                SELECT id FROM person WHERE family = f.id AND role = 'parent' AND left_at IS NULL ORDER BY id LIMIT 1
            ) ORDER BY (SELECT COUNT(*) FROM goal WHERE family = f.id) + (SELECT COUNT(*) FROM step WHERE family = f.id)
                + (SELECT COUNT(*) FROM person WHERE family = f.id) ",
            $order,
            " LIMIT 3"
        )
    };
}
const EXTREMES: [&str; 2] = [extremes!("ASC"), extremes!("DESC")];

/// Measures on both databases.
pub(crate) fn measure(report: &mut Report) -> Result<(), String> {
    Kind::ALL.into_iter().try_for_each(|kind| on(kind, report))
}

fn on(kind: Kind, report: &mut Report) -> Result<(), String> {
    let key = kind.key();
    let count = |figure, value| Figure::count("plan", figure, value, "statements").on(key).at_most(QUERIES);
    let few = Families::invent(kind, "plan", FEW)?;
    let many = Families::invent(kind, "plan", MANY)?;
    let (mut of_plan, mut of_page) = (0, 0);
    for sql in EXTREMES {
        for (parent, adviser, family) in few.database.rows::<(Uuid, Uuid, Uuid)>(sql)? {
            let invite = |person| few.database.invite(Id::from_uuid(person));
            of_plan = of_plan.max(statements(&few.database, &invite(parent)?, "/plan")?);
            let page = format!("/families/{}", family.simple());
            of_page = of_page.max(statements(&few.database, &invite(adviser)?, &page)?);
        }
    }
    report.add(count("plan_queries", of_plan));
    report.add(count("family_page_queries", of_page));
    let compared = compare(&mut few.serve()?, &mut many.serve()?, "/plan")?;
    report
        .add(Figure::quantity("plan", "plan_rps_ratio_50000_to_50", compared.ratio(), "ratio").on(key).at_least(RATIO));
    let [few, many] = compared.per_second();
    report.add(Figure::quantity("plan", "plan_rps_50", few.round(), "requests/s").on(key));
    report.add(Figure::quantity("plan", "plan_rps_50000", many.round(), "requests/s").on(key));
    Ok(())
}

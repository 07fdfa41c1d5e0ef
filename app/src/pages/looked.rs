//! Who looked at the family's data, in the family's words.

use leptos::prelude::*;

use super::own_family;
use crate::{
    domain::{look::Look, moment::WallTime},
    problem::Problem,
    store,
    ui::{
        Visit, date,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
    },
};

/// So many looks are shown at most.
const LINES: i64 = 200;

/// Shows them day by day, the newest first.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let text = visit.text;
    let zone = visit.viewer.zone;
    let looks = store::looks(&visit.db, &own_family(&visit).await?, LINES).await?;
    let days: Vec<_> =
        looks.chunk_by(|one, other| one.at.date(zone) == other.at.date(zone)).map(|looks| day(&visit, looks)).collect();
    let none = days.is_empty().then(|| view! { <p class="soft">{text.looked.none}</p> });
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/me">{icon(Icon::Back)}{text.me.title}</a></p>
                <h1>{text.looked.title}</h1>
                <p>{text.looked.lead}</p>
                {none}
            </section>
            {days}
        </div>
    };
    Ok(Sheet::new(text.looked.title, main).tabs(&visit.viewer, Tab::Me).page(&visit.setting).into())
}

/// The looks of one day.
fn day(visit: &Visit, looks: &[Look]) -> impl IntoView + use<> {
    let zone = visit.viewer.zone;
    let heading = looks.first().map(|look| date::day(visit.text, look.at.date(zone), visit.now.date(zone)));
    let rows: Vec<_> = looks.iter().map(|look| row(visit, look)).collect();
    view! {
        <section>
            <h2>{heading.as_deref().map(date::capital)}</h2>
            <ol class="rows">{rows}</ol>
        </section>
    }
}

fn row(visit: &Visit, look: &Look) -> impl IntoView + use<> {
    let text = visit.text;
    let wall = WallTime::at(look.at, visit.viewer.zone);
    let relation = (text.looked.relation)(look.relation);
    let who = look.name.as_ref().map_or_else(|| relation.to_owned(), |name| format!("{name}, {relation}"));
    view! {
        <li>
            <h3>{who}</h3>
            <p>
                <time class="soft" datetime=date::machine(&wall)>
                    {date::capital(&date::instant(text, look.at, visit.viewer.zone, visit.now))}
                </time>
                ". "
                {(text.looked.purpose)(look.purpose)}
            </p>
        </li>
    }
}

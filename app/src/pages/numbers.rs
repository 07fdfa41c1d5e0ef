//! Counts for the project lead.

use chrono::{Days, Weekday};
use leptos::prelude::*;

use crate::{
    domain::{
        checkin::Level,
        moment::start_of,
        numbers::{Count, alone, of_one_total},
        person::Role,
    },
    problem::Problem,
    store::{self, Overview},
    text::Text,
    ui::{
        Visit, date,
        page::{Answer, Sheet, Tab},
        passkey,
    },
};

/// Things that happen are counted over so many whole weeks, so that no reload shows what one family just did.
const WEEKS: u64 = 4;

/// Shows them, small cells hidden.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a project lead; those of the store.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    if visit.viewer.role != Role::ProjectLead {
        return Err(Problem::NotFound);
    }
    let overview = Overview::open(&visit.db, &visit.viewer, visit.now).await?;
    let zone = visit.viewer.zone;
    let this_week = visit.now.date(zone).week(Weekday::Mon).first_day();
    let first_week = this_week.checked_sub_days(Days::new(7 * WEEKS)).unwrap_or(this_week);
    let (since, until) = (start_of(first_week, zone), start_of(this_week, zone));
    let numbers = store::numbers(&visit.db, &overview, since, until).await?;
    let words = &visit.text.numbers;
    let of_families = of_one_total(&[numbers.families_with_goals, numbers.families - numbers.families_with_goals]);
    let of_parents = of_one_total(&[numbers.parents_signed_in, numbers.parents - numbers.parents_signed_in]);
    let of_told = of_one_total(&[numbers.families_read, numbers.families_told - numbers.families_read]);
    let of_levels = of_one_total(&numbers.levels);
    let levels: Vec<(&'static str, Count)> =
        Level::ALL.iter().zip(of_levels).map(|(level, count)| ((words.level)(*level), count)).collect();
    let main = view! {
        <div class="path">
            <section>
                <h1>{words.title}</h1>
                <p>{(words.lead)(&date::full_date(visit.text, visit.now.date(visit.viewer.zone)))}</p>
            </section>
            {passkey::offer(&visit)}
        </div>
        <div class="split">
            {table(visit.text, words.families_caption, words.what, &[
                (words.families, alone(numbers.families)),
                (words.families_with_goals, of_families[0]),
                (words.parents, alone(numbers.parents)),
                (words.parents_signed_in, of_parents[0]),
            ])}
            {table(visit.text, words.recent_caption, words.what, &[
                (words.steps_done, alone(numbers.families_with_steps)),
                (words.told, alone(numbers.families_told)),
                (words.read, of_told[0]),
            ])}
            {table(visit.text, words.levels_caption, words.wellbeing, &levels)}
        </div>
    };
    Ok(Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Numbers).page(&visit.setting).into())
}

fn table(
    text: &'static Text,
    caption: &'static str,
    heading: &'static str,
    rows: &[(&'static str, Count)],
) -> impl IntoView + use<> {
    let rows: Vec<_> = rows
        .iter()
        .map(|(name, count)| {
            let class = if *count == Count::Hidden { "number soft" } else { "number" };
            view! { <tr><th scope="row">{*name}</th><td class=class>{(text.numbers.count)(*count)}</td></tr> }
        })
        .collect();
    view! {
        <table>
            <caption>{caption}</caption>
            <thead><tr><th scope="col">{heading}</th><th scope="col" class="number">{text.numbers.how_many}</th></tr></thead>
            <tbody>{rows}</tbody>
        </table>
    }
}

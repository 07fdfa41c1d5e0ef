//! The family's meetings, each leading to its page.

use leptos::prelude::*;

use super::super::own_family;
use crate::{
    domain::meeting::Meeting,
    problem::Problem,
    store,
    ui::{
        Visit, date,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
        parts,
    },
};

/// So many meetings are shown at most, each way.
const MOST: i64 = 20;

/// Shows them: the next ones, and those that were.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent; those of the store.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let next = store::upcoming(&visit.db, &access, visit.now, MOST).await?;
    let past = store::past(&visit.db, &access, visit.now, MOST).await?;
    let text = visit.text;
    let rows = |meetings: &[Meeting]| meetings.iter().map(|meeting| row(&visit, meeting)).collect::<Vec<_>>();
    let none = next.is_empty().then(|| view! { <p>{text.meetings.none}</p> });
    let next = (!next.is_empty()).then(|| {
        view! { <section><h2>{text.meetings.next}</h2><ol class="rows">{rows(&next)}</ol></section> }
    });
    let past = (!past.is_empty()).then(|| {
        view! { <section class="past"><h2>{text.meetings.past}</h2><ol class="rows">{rows(&past)}</ol></section> }
    });
    let main = view! {
        <div class="path">
            <section>
                <h1>{text.meetings.title}</h1>
                {none}
            </section>
            {next}
            {past}
        </div>
        <p class="aside">{text.meetings.digital_post}</p>
    };
    Ok(Sheet::new(text.shell.meetings, main)
        .tabs(&visit.viewer, Tab::Meetings)
        .kept(&visit)
        .page(&visit.setting)
        .into())
}

fn row(visit: &Visit, meeting: &Meeting) -> impl IntoView + use<> {
    let text = visit.text;
    let when = date::capital(&date::when(text, &meeting.starts, visit.now));
    view! {
        <li>
            <h3><time datetime=date::machine(&meeting.starts)>{when}</time></h3>
            <p>{meeting.title.to_string()}</p>
            {parts::facts(text, meeting, visit.viewer.person, text.people.place, visit.now)}
            <p>
                <a class="quiet" href=format!("/meetings/{}", meeting.id)>
                    {text.meetings.open} <span class="unseen">{format!(": {}", meeting.title)}</span>
                    {icon(Icon::Forward)}
                </a>
            </p>
        </li>
    }
}

//! What is shown: how each thing that was told went through time, and how to take a copy along.

use leptos::prelude::*;

use crate::{
    domain::checkin::{CheckIn, Instrument, Target, instruments},
    ui::{
        Visit,
        chart::{self, Chart, Point},
        date,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
        parts,
    },
};

/// The history of the viewer, and what they may tell more about.
pub(super) fn history(visit: &Visit, told: &[CheckIn], offered: &[&'static Instrument]) -> Page {
    let text = visit.text;
    let lead = if told.is_empty() { text.told.nothing } else { text.told.lead };
    let histories: Vec<_> = by_instrument(told).iter().filter_map(|history| one(visit, history)).collect();
    let copy = (!told.is_empty()).then(|| copy(visit));
    let main = view! {
        <div class="path">
            <section><h1>{text.told.title}</h1><p>{lead}</p></section>
            {histories}
            {more(visit, offered)}
            {copy}
        </div>
    };
    Sheet::new(text.told.title, main).tabs(&visit.viewer, Tab::Me).page(&visit.setting)
}

/// Everything told with one instrument about one thing, the newest first; the instruments in the order they are offered.
fn by_instrument(told: &[CheckIn]) -> Vec<Vec<&CheckIn>> {
    let mut histories: Vec<Vec<&CheckIn>> = Vec::new();
    for instrument in instruments() {
        let first = histories.len();
        for check_in in told.iter().filter(|check_in| check_in.instrument == instrument) {
            let same = |other: &&CheckIn| other.target == check_in.target;
            match histories.iter_mut().skip(first).find(|history| history.iter().any(same)) {
                Some(history) => history.push(check_in),
                None => histories.push(vec![check_in]),
            }
        }
    }
    histories
}

fn one(visit: &Visit, history: &[&CheckIn]) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let zone = visit.viewer.zone;
    let latest = history.first()?;
    let instrument = latest.instrument;
    let title = text.instruments.of(instrument.key).map_or(text.home.how_are_you, |words| words.title);
    let about = latest.about.as_ref().map(ToString::to_string);
    let about = about.or_else(|| latest.goal.as_ref().map(ToString::to_string));
    let label = title.trim_end_matches('?');
    let label = about.as_ref().map_or_else(|| label.to_owned(), |about| format!("{label}: {about}"));
    let chart = Chart {
        label,
        range: instrument.range,
        marks: Vec::new(),
        points: history.iter().rev().map(|told| Point { on: told.sent_at.date(zone), value: told.score }).collect(),
        today: visit.now.date(zone),
    };
    let addresses: Vec<String> = history.iter().rev().map(|told| address(told)).collect();
    let when = date::capital(&date::instant(text, latest.sent_at, zone, visit.now));
    let (_, highest) = instrument.range;
    Some(view! {
        <section>
            <h2>{title} {about.map(|about| view! { " " <small>{about}</small> })}</h2>
            <div>
                <p class="latest">
                    <strong>{(text.told.number)(latest.score, highest)}</strong>
                    " "
                    <a class="quiet" href=address(latest)>{when}</a>
                </p>
                {latest.change().map(|change| view! { <p>{(text.told.change)(change)}</p> })}
                {(history.len() > 1).then(|| chart::chart_with_links(text, &chart, &addresses))}
            </div>
        </section>
    })
}

fn address(check_in: &CheckIn) -> String {
    format!("/check-ins/{}", check_in.id)
}

fn more(visit: &Visit, offered: &[&'static Instrument]) -> impl IntoView + use<> {
    let text = visit.text;
    let links: Vec<_> = offered
        .iter()
        .map(|instrument| {
            let title = text.instruments.of(instrument.key).map(|words| words.title);
            let address = parts::check_in_address(instrument, Target::Teller);
            view! { <li><a href=address>{title} {icon(Icon::Forward)}</a></li> }
        })
        .collect();
    view! {
        <section>
            <h2>{text.told.more}</h2>
            <ul class="links">{links}</ul>
        </section>
    }
}

fn copy(visit: &Visit) -> impl IntoView + use<> {
    let text = visit.text;
    view! {
        <section>
            <h2>{text.told.save_copy}</h2>
            <div>
                <p>{text.told.save_copy_words}</p>
                <p class="reach">
                    <a class="button" href="/check-ins/table.csv" download="">{text.told.as_table}</a>
                    " "
                    <a class="button" href="/check-ins/answers.json" download="">{text.told.as_fhir}</a>
                </p>
            </div>
        </section>
    }
}

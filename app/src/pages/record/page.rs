//! What is shown: what staff can note and what they did, and the form of one instrument.

use leptos::prelude::*;

use crate::{
    domain::{
        checkin::{CheckIn, Instrument, Target, sdq::SDQ},
        family::Family,
        id::Id,
        settings::Settings,
    },
    ui::{
        Visit, date,
        field::{Fields, Refusals, problem_at},
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
        questions::{Filled, SEND, VERSION, hidden, questions, summary},
    },
};

/// What can be noted about whom.
pub(super) struct Asked {
    pub(super) instrument: &'static Instrument,
    pub(super) target: Target,
    pub(super) name: String,
}

/// A form as it was filled in.
pub(super) struct RecordForm {
    pub(super) id: Id<CheckIn>,
    pub(super) typed: Fields,
    pub(super) refusals: Refusals,
}

impl RecordForm {
    pub(super) fn empty(id: Id<CheckIn>) -> Self {
        Self { id, typed: Fields::default(), refusals: Refusals::default() }
    }
}

/// Where a family's records stand.
pub(super) fn address(family: Id<Family>) -> String {
    format!("/families/{family}/records")
}

fn form_address(family: Id<Family>, instrument: &Instrument, target: Target) -> String {
    let about = target.person().map(|id| id.to_string()).unwrap_or_default();
    format!("{}/{}/{about}", address(family), instrument.key)
}

pub(super) fn list(visit: &Visit, family: &Family, asked: &[Asked], noted: &[CheckIn]) -> Page {
    let text = visit.text;
    let title = |instrument: &Instrument| text.instruments.of(instrument.key).map_or("", |words| words.title);
    let rows: Vec<_> = asked
        .iter()
        .map(|asked| {
            let address = form_address(family.id, asked.instrument, asked.target);
            let mine = |noted: &&CheckIn| noted.instrument == asked.instrument && noted.target == asked.target;
            let before: Vec<_> = noted
                .iter()
                .filter(mine)
                .map(|noted| {
                    let when = date::instant(text, noted.sent_at, visit.viewer.zone, visit.now);
                    let score = (text.told.number)(noted.score, noted.instrument.range.1);
                    view! { <li class="soft"><b>{score}</b> " " {(text.record.noted)(noted.person.as_str(), &when)}</li> }
                })
                .collect();
            view! {
                <li class="device">
                    <div>
                        <p><strong>{asked.name.clone()}</strong></p>
                        <p>{title(asked.instrument)}</p>
                        <ul>{before}</ul>
                    </div>
                    <a class="button" href=address>
                        {text.record.note}
                        <span class="unseen">{(text.record.what)(title(asked.instrument), &asked.name)}</span>
                    </a>
                </li>
            }
        })
        .collect();
    let main = view! {
        <div class="path">
            <section>
                <p>
                    <a class="quiet" href=format!("/families/{}", family.id)>
                        {icon(Icon::Back)}
                        {family.name.to_string()}
                    </a>
                </p>
                <h1>{text.record.title}</h1>
                <p>{text.record.lead} " " {text.record.hidden}</p>
            </section>
        </div>
        <ul class="rows">{rows}</ul>
    };
    Sheet::new(text.record.title, main).tabs(&visit.viewer, Tab::Families).page(&visit.setting)
}

pub(super) fn form(visit: &Visit, family: &Family, asked: &Asked, form: &RecordForm, settings: &Settings) -> Page {
    let text = visit.text;
    let instrument = asked.instrument;
    let words = text.instruments.of(instrument.key);
    let title = words.map_or("", |words| words.title);
    let licensed = settings.sdq_address.clone().filter(|_| *instrument == SDQ).map(|address| {
        view! { <p><a class="button" href=address rel="noreferrer">{text.record.open_form}</a></p> }
    });
    let filled = Filled { about: "", typed: &form.typed, refusals: &form.refusals };
    let main = view! {
        <p><a class="quiet" href=address(family.id)>{icon(Icon::Back)}{text.record.title}</a></p>
        <h1><small>{title}</small> " " {asked.name.clone()}</h1>
        <p>{text.record.hidden}</p>
        {licensed}
        <form
            method="post"
            action=form_address(family.id, instrument, asked.target)
            class="check-in"
            novalidate=true
        >
            {hidden(instrument, form.id)}
            {summary(text, instrument, &form.refusals, text.record.save)}
            {problem_at(text, &form.refusals, VERSION)}
            {questions(text, instrument, filled)}
            <p class="reach" id=SEND><button class="button main">{text.record.save}</button></p>
        </form>
        <p class="aside soft">{words.map(|words| words.source)}</p>
    };
    Sheet::new(title, main).task().refused(!form.refusals.is_empty()).page(&visit.setting)
}

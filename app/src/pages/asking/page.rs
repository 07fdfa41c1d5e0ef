//! What is shown: for staff the rhythm of each instrument; for everybody the pauses.

use leptos::prelude::*;

use crate::{
    domain::{
        checkin::Instrument,
        family::Family,
        id::Id,
        rhythm::{Pause, Rhythm},
    },
    ui::{
        Visit, date,
        days::DaysForm,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
    },
};

/// The field with a rhythm.
pub(super) const RHYTHM: &str = "rhythm";

/// What somebody sees of the asking.
pub(super) struct Asking {
    /// The family with its rhythms; nothing for a parent, who sees the pauses only.
    pub(super) family: Option<(Family, Vec<(&'static Instrument, Rhythm)>)>,
    pub(super) pauses: Vec<(Id<Pause>, Pause)>,
    pub(super) form: DaysForm,
}

/// Where the asking of a family stands for its staff; without one, the viewer's own.
pub(super) fn address(family: Option<Id<Family>>) -> String {
    family.map_or_else(|| "/asking".to_owned(), |family| format!("/families/{family}/asking"))
}

pub(super) fn asking(visit: &Visit, asking: &Asking) -> Page {
    let text = visit.text;
    let (tab, title) = match &asking.family {
        Some(_) => (Tab::Families, text.asking.title),
        None => (Tab::Me, text.asking.pause),
    };
    let main = match &asking.family {
        Some((family, rhythms)) => view! {
            <div class="path">
                <section>
                    <p>
                        <a class="quiet" href=format!("/families/{}", family.id)>
                            {icon(Icon::Back)}
                            {family.name.to_string()}
                        </a>
                    </p>
                    <h1>{title}</h1>
                    <p>{text.asking.lead}</p>
                </section>
                <section>
                    <h2>{text.asking.how_often}</h2>
                    <ul class="rows">{rhythms.iter().map(|rhythm| rhythm_form(visit, family.id, *rhythm)).collect_view()}</ul>
                </section>
                <section>
                    <h2>{text.asking.pause}</h2>
                    <div>{pauses(visit, asking)}</div>
                </section>
            </div>
        }
        .into_any(),
        None => view! {
            <div class="path">
                <section>
                    <p><a class="quiet" href="/me">{icon(Icon::Back)}{text.me.title}</a></p>
                    <h1>{title}</h1>
                    {pauses(visit, asking)}
                </section>
            </div>
        }
        .into_any(),
    };
    Sheet::new(title, main).tabs(&visit.viewer, tab).refused(asking.form.is_refused()).page(&visit.setting)
}

fn rhythm_form(
    visit: &Visit,
    family: Id<Family>,
    (instrument, rhythm): (&'static Instrument, Rhythm),
) -> impl IntoView + use<> {
    let text = visit.text;
    let title = text.instruments.of(instrument.key).map(|words| words.title);
    let id = format!("rhythm-{}", instrument.key);
    let options: Vec<_> = Rhythm::ALL
        .iter()
        .map(|offered| {
            let (key, words) = (offered.key(), (text.asking.rhythm)(*offered));
            view! { <option value=key selected=*offered == rhythm>{words}</option> }
        })
        .collect();
    view! {
        <li>
            <form class="device" method="post" action=format!("/families/{family}/asking/{}", instrument.key)>
                <div>
                    <label for=id.clone()><strong>{title}</strong></label>
                    <select id=id name=RHYTHM>{options}</select>
                </div>
                <button class="button">{text.asking.save}<span class="unseen">": " {title}</span></button>
            </form>
        </li>
    }
}

fn pauses(visit: &Visit, asking: &Asking) -> impl IntoView + use<> {
    let text = visit.text;
    let today = visit.now.date(visit.viewer.zone);
    let rows: Vec<_> = asking
        .pauses
        .iter()
        .map(|(id, (from, until))| {
            let [from, until] = [from, until].map(|day| date::day(text, *day, today));
            view! {
                <li class="device">
                    <div><strong>{(text.asking.paused)(&from, &until)}</strong></div>
                    <form method="post" action=format!("/pauses/{id}/end")>
                        <button class="button">{text.asking.end_pause}</button>
                    </form>
                </li>
            }
        })
        .collect();
    let rows = (!rows.is_empty()).then(|| view! { <ul class="rows">{rows}</ul> });
    let family = asking.family.as_ref().map(|(family, _)| family.id);
    let action = match family {
        Some(family) => format!("/families/{family}/pause"),
        None => address(None),
    };
    let words = if family.is_some() { text.asking.pause_family } else { text.asking.pause_words };
    view! {
        <p>{words}</p>
        {rows}
        <form method="post" action=action novalidate=true>
            {asking.form.fields(text, text.asking.from, text.asking.until)}
            <p class="reach"><button class="button main">{text.asking.begin_pause}</button></p>
        </form>
    }
}

//! How a municipality works: its project lead says when things are read and when teams meet.

use leptos::prelude::*;

use crate::{
    domain::{
        moment::{clock, minutes},
        person::Role,
        settings::Settings,
        why::Why,
        working_time::Office,
    },
    problem::Problem,
    store::{self, Overview},
    ui::{
        Visit,
        field::{Fields, Refusals, problem_at},
        form::Form,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
    },
};

const OPENS: &str = "opens";
const CLOSES: &str = "closes";
const TEAM_MEETING: &str = "team_meeting";
const TEAM_MEETING_DAYS: &str = "team_meeting_days";
const SDQ_ADDRESS: &str = "sdq_address";
const ASSOCIATION_CONTACTS: &str = "association_contacts";
const STAFF_NAMES: &str = "staff_names";

/// Settings as they were filled in.
#[derive(Debug)]
struct SettingsForm {
    typed: Fields,
    refusals: Refusals,
}

impl SettingsForm {
    fn of(settings: &Settings) -> Self {
        let (opens, closes) = settings.office.hours();
        let (day, days) = settings.office.team_meetings();
        let typed = [
            (OPENS, clock(opens)),
            (CLOSES, clock(closes)),
            (TEAM_MEETING, day.to_string()),
            (TEAM_MEETING_DAYS, days.to_string()),
            (SDQ_ADDRESS, settings.sdq_address.clone().unwrap_or_default()),
        ];
        let switches = [(ASSOCIATION_CONTACTS, settings.association_contacts), (STAFF_NAMES, settings.staff_names)];
        let ticked = switches.into_iter().filter(|(_, on)| *on).map(|(name, _)| (name, "yes".to_owned()));
        Self { typed: typed.into_iter().chain(ticked).collect(), refusals: Refusals::default() }
    }

    /// The settings, for an office in the zone of `before`.
    fn read(typed: Fields, before: &Settings) -> Result<Settings, Self> {
        let mut refusals = Refusals::default();
        let once = |field| typed.once(field).map(Option::unwrap_or_default);
        let opens = refusals.take(OPENS, once(OPENS).and_then(minutes));
        let closes = once(CLOSES).and_then(minutes).and_then(|closes| match opens {
            Some(opens) if closes <= opens => Err(Why::EndsFirst),
            _ => Ok(closes),
        });
        let closes = refusals.take(CLOSES, closes);
        let day = once(TEAM_MEETING).and_then(|day| day.parse().map_err(|_| Why::NoSuchDate));
        let day = refusals.take(TEAM_MEETING, day);
        let days = once(TEAM_MEETING_DAYS).and_then(|days| match days.parse() {
            Ok(days @ Office::MEETING_DAYS_MIN..=Office::MEETING_DAYS_MAX) => Ok(days),
            Ok(_) => Err(Why::NotWithin(Office::MEETING_DAYS_MIN, Office::MEETING_DAYS_MAX)),
            Err(_) => Err(Why::NotANumber),
        });
        let days = refusals.take(TEAM_MEETING_DAYS, days);
        let sdq_address = refusals.take(SDQ_ADDRESS, once(SDQ_ADDRESS).and_then(Settings::address));
        let association_contacts = refusals.take(ASSOCIATION_CONTACTS, typed.ticked(ASSOCIATION_CONTACTS));
        let staff_names = refusals.take(STAFF_NAMES, typed.ticked(STAFF_NAMES));
        if let (Some(opens), Some(closes), Some(day), Some(days), Some(sdq_address)) =
            (opens, closes, day, days, sdq_address)
            && let (Some(association_contacts), Some(staff_names)) = (association_contacts, staff_names)
            && let Some(office) = refusals.take(CLOSES, Office::new(before.office.zone(), opens, closes, day, days))
        {
            return Ok(Settings { office, sdq_address, association_contacts, staff_names });
        }
        Err(Self { typed, refusals })
    }
}

async fn overview(visit: &Visit) -> Result<Overview, Problem> {
    match visit.viewer.role {
        Role::ProjectLead => Ok(Overview::open(&visit.db, &visit.viewer, visit.now).await?),
        _ => Err(Problem::NotFound),
    }
}

/// Shows them.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a project lead.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    overview(&visit).await?;
    let settings = store::settings(&visit.db, &visit.viewer).await?;
    Ok(shown(&visit, &SettingsForm::of(&settings)))
}

/// Changes them.
///
/// # Errors
/// As [`show`].
pub async fn save(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let overview = overview(&visit).await?;
    let before = store::settings(&visit.db, &visit.viewer).await?;
    match SettingsForm::read(fields, &before) {
        Ok(settings) => {
            store::set(&visit.db, &overview, &settings).await?;
            Ok(Answer::See("/settings".into()))
        }
        Err(form) => Ok(shown(&visit, &form)),
    }
}

fn shown(visit: &Visit, form: &SettingsForm) -> Answer {
    let text = visit.text;
    let words = &text.settings;
    let fields = Form { text, typed: &form.typed, refusals: &form.refusals };
    let switch = |name: &'static str, label: &'static str, hint: &'static str| {
        let hint_id = format!("{name}-hint");
        view! {
            {problem_at(text, &form.refusals, name)}
            <label class="choice">
                <input
                    type="checkbox"
                    name=name
                    value="yes"
                    checked=form.typed.get(name).is_some()
                    aria-describedby=hint_id.clone()
                />
                <span>{label}</span>
            </label>
            <p class="soft" id=hint_id>{hint}</p>
        }
    };
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/me">{icon(Icon::Back)}{text.me.title}</a></p>
                <h1>{words.title}</h1>
                <p>{words.lead}</p>
                <form method="post" action="/settings" novalidate=true>
                    {fields.line(OPENS, "time", words.opens, "")}
                    {fields.line(CLOSES, "time", words.closes, "")}
                    {fields.line(TEAM_MEETING, "date", words.team_meeting, "")}
                    {fields.line(TEAM_MEETING_DAYS, "number", words.team_meeting_days, "")}
                    {fields.line(SDQ_ADDRESS, "url", words.sdq_address, words.sdq_words)}
                    <div class="field">
                        {switch(ASSOCIATION_CONTACTS, words.association_contacts, words.association_contacts_words)}
                        {switch(STAFF_NAMES, words.staff_names, words.staff_names_words)}
                    </div>
                    <p class="reach"><button class="button main">{words.save}</button></p>
                </form>
            </section>
        </div>
    };
    let sheet = Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Me).refused(!form.refusals.is_empty());
    sheet.page(&visit.setting).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::moment::Zone;

    #[test]
    fn settings_that_make_no_sense_are_refused_where_they_stand() {
        let before = Settings {
            office: Office::usual(Zone::Europe__Copenhagen),
            sdq_address: None,
            association_contacts: true,
            staff_names: true,
        };
        let typed = |body: &str| Fields::read(body.as_bytes()).expect("a form");
        let fine = "opens=08:30&closes=15:00&team_meeting=2026-11-26&team_meeting_days=14&sdq_address=";
        let read = SettingsForm::read(typed(fine), &before).expect("sound settings");
        assert_eq!(read.office.hours(), (510, 900));
        assert_eq!((read.association_contacts, read.staff_names), (false, false), "what is not ticked is off");
        for (from, to, field, why) in [
            ("08:30", "8.30", OPENS, Why::NoSuchTime),
            ("08:30", "24:00", OPENS, Why::NoSuchTime),
            ("15:00", "08:30", CLOSES, Why::EndsFirst),
            ("2026-11-26", "2026-11-31", TEAM_MEETING, Why::NoSuchDate),
            ("days=14", "days=0", TEAM_MEETING_DAYS, Why::NotWithin(1, 91)),
            ("days=14", "days=often", TEAM_MEETING_DAYS, Why::NotANumber),
            ("sdq_address=", "sdq_address=http://a.dk", SDQ_ADDRESS, Why::NotAnAddress),
        ] {
            let form = SettingsForm::read(typed(&fine.replace(from, to)), &before).expect_err(to);
            assert_eq!(form.refusals.of(field), Some(why), "{to}");
        }
    }
}

//! How a municipality works: its project lead says when things are read and when teams meet.

use leptos::prelude::*;

use crate::{
    domain::{
        moment::minutes,
        person::Role,
        settings::{
            ASSOCIATION_CONTACTS, CLOSES, HELP_LINES, LINKS, OPENS, SDQ_ADDRESS, STAFF_NAMES, Settings, TEAM_MEETING,
            TEAM_MEETING_DAYS,
        },
        why::Why,
        working_time::Office,
    },
    problem::Problem,
    store::{self, Administration},
    ui::{
        Visit,
        field::{Fields, Refusals, problem_at},
        form::Form,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
    },
};

/// A field of several lines has at most so many characters.
const MOST: usize = 4000;

/// Settings as they were filled in.
#[derive(Debug)]
struct SettingsForm {
    typed: Fields,
    refusals: Refusals,
}

impl SettingsForm {
    fn of(settings: &Settings) -> Self {
        let ticked =
            |(name, value): &(&str, String)| !matches!(*name, ASSOCIATION_CONTACTS | STAFF_NAMES) || value == "yes";
        Self { typed: settings.typed().into_iter().filter(ticked).collect(), refusals: Refusals::default() }
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
        let help_lines = refusals.take(HELP_LINES, once(HELP_LINES).and_then(Settings::help_lines));
        let links = refusals.take(LINKS, once(LINKS).and_then(Settings::links));
        if let (Some(opens), Some(closes), Some(day), Some(days), Some(sdq_address)) =
            (opens, closes, day, days, sdq_address)
            && let (Some(association_contacts), Some(staff_names)) = (association_contacts, staff_names)
            && let (Some(help_lines), Some(links)) = (help_lines, links)
            && let Some(office) = refusals.take(CLOSES, Office::new(before.office.zone(), opens, closes, day, days))
        {
            return Ok(Settings { office, sdq_address, association_contacts, staff_names, help_lines, links });
        }
        Err(Self { typed, refusals })
    }
}

async fn administration(visit: &Visit) -> Result<Administration, Problem> {
    match visit.viewer.role {
        Role::Administrator | Role::ProjectLead => Ok(Administration::open(&visit.db, &visit.viewer, visit.now).await?),
        _ => Err(Problem::NotFound),
    }
}

/// Shows them.
///
/// # Errors
/// [`Problem::NotFound`] for anybody who neither administers nor leads the project.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    administration(&visit).await?;
    let settings = store::settings(&visit.db, &visit.viewer).await?;
    Ok(shown(&visit, &SettingsForm::of(&settings)))
}

/// Changes them.
///
/// # Errors
/// As [`show`].
pub async fn save(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let right = administration(&visit).await?;
    let before = store::settings(&visit.db, &visit.viewer).await?;
    match SettingsForm::read(fields, &before) {
        Ok(settings) => {
            store::set(&visit.db, &right, &settings, visit.now).await?;
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
                    {fields.lines(HELP_LINES, words.help_lines, words.help_lines_words, MOST)}
                    {fields.lines(LINKS, words.links, words.links_words, MOST)}
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
        let before = Settings::usual(Office::usual(Zone::Europe__Copenhagen));
        let typed = |body: &str| Fields::read(body.as_bytes()).expect("a form");
        let fine = "opens=08:30&closes=15:00&team_meeting=2026-11-26&team_meeting_days=14&sdq_address=\
            &help_lines=1888+Lev&links=https://a.dk+Hjem";
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
            ("1888", "18", HELP_LINES, Why::NotAPhone),
            ("1888+Lev", "1888", HELP_LINES, Why::NoWords),
            ("help_lines=", "help_lines=&help_lines=", HELP_LINES, Why::Twice),
            ("links=https", "links=http", LINKS, Why::NotAnAddress),
            ("https://a.dk+Hjem", "https://a.dk", LINKS, Why::NoWords),
            ("links=", "association_contacts=maybe&links=", ASSOCIATION_CONTACTS, Why::Unknown),
            ("links=", "staff_names=yes&staff_names=yes&links=", STAFF_NAMES, Why::Twice),
        ] {
            let form = SettingsForm::read(typed(&fine.replace(from, to)), &before).expect_err(to);
            assert_eq!(form.refusals.of(field), Some(why), "{to}");
        }
    }
}

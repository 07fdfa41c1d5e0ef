//! What is shown: the form that asks for a file, and what is in it.

use leptos::prelude::*;

use super::form::{CARRIED, FILE, Found, Item, TAKE, place_field, place_of, title_field};
use crate::{
    domain::{
        calendar_file::{Change, Event, Step},
        family::Family,
        meeting::{Busy, Place},
        moment::{WallTime, Zone},
        person::Person,
        team::TeamMember,
        why::Why,
        words::Title,
    },
    ui::{
        Visit, coming, date,
        field::{Fields, FilledIn, Refusals},
        form::Form,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
        parts::fact,
    },
};

/// The steps in the order in which they are counted.
const STEPS: [Step; 7] =
    [Step::New, Step::Moved, Step::Cancelled, Step::Same, Step::Older, Step::Past, Step::CancelledHere];

fn address(family: &Family) -> String {
    format!("/families/{}/meetings/file", family.id)
}

pub(super) fn ask(visit: &Visit, family: &Family, refusals: &Refusals, found: &Found) -> Page {
    let text = visit.text;
    let words = &text.calendar_file;
    let refused = !refusals.is_empty();
    let form = Form { text, typed: &Fields::default(), refusals };
    let main = view! {
        <div class="path">
            <section>
                <p>
                    <a class="quiet" href=format!("/families/{}", family.id)>{icon(Icon::Back)}{family.name.to_string()}</a>
                </p>
                <h1>{words.title}</h1>
                <p>{words.how}</p>
                <p>{words.private}</p>
                <form method="post" action=address(family) enctype="multipart/form-data" novalidate=true class="review">
                    {form.file(FILE, ".ics,text/calendar", words.choose, words.hint)}
                    <p class="reach"><button class="button main">{words.look}</button></p>
                </form>
            </section>
            {not_taken(visit, found)}
        </div>
    };
    Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Families).refused(refused).page(&visit.setting)
}

/// What staff see of a file.
pub(super) struct Shown {
    pub(super) family: Family,
    pub(super) people: Vec<Person>,
    pub(super) team: Vec<TeamMember>,
    pub(super) found: Found,
    pub(super) form: FilledIn,
    /// What is wrong with the fields of single events.
    pub(super) fields: Vec<(String, Why)>,
    pub(super) busy: Vec<Busy>,
    /// Whether the plan changed meanwhile.
    pub(super) changed: bool,
}

impl Shown {
    /// What was typed in a field of an event, or what it suggests.
    fn value(&self, field: &str, suggested: &str) -> String {
        self.form.typed.get(field).unwrap_or(suggested).to_owned()
    }

    fn problem(&self, visit: &Visit, field: &str) -> Option<impl IntoView + use<>> {
        let why = self.fields.iter().find(|(refused, _)| refused == field)?.1;
        let (id, words) = (format!("{field}-problem"), (visit.text.why)(why));
        Some(view! { <p class="problem" id=id>{words}</p> })
    }
}

pub(super) fn found(visit: &Visit, shown: &Shown) -> Page {
    let text = visit.text;
    let words = &text.calendar_file;
    let found = &shown.found;
    let form = Form::of(text, &shown.form);
    let items: Vec<_> = found.takes.iter().map(|item| item_row(visit, shown, item).into_any()).collect();
    let new = found.takes.iter().any(Item::is_new);
    let who = new.then(|| coming::who(form, words.who, &shown.people, &shown.team, &None));
    let left_out = (found.left_out > 0).then(|| view! { <p class="note">{(words.left_out)(found.left_out)}</p> });
    let choose = (!found.takes.is_empty()).then(|| {
        view! {
            <form method="post" action=format!("{}/take", address(&shown.family)) novalidate=true class="review">
                <input type="hidden" name=CARRIED value=found.carried.clone() />
                {coming::in_the_way(text, &shown.busy, visit.now)}
                {form.problem(TAKE)}
                <ol class="rows events">{items}</ol>
                {left_out}
                {who}
                <p class="reach"><button class="button main">{words.take}</button> {coming::anyway(text, &shown.busy)}</p>
            </form>
        }
    });
    let changed = shown.changed.then(|| view! { <p class="problem" role="alert">{words.changed}</p> });
    let main = view! {
        <div class="path">
            <section>
                <p>
                    <a class="quiet" href=address(&shown.family)>{icon(Icon::Back)}{words.another}</a>
                </p>
                <h1>{words.found}</h1>
                <p>{words.found_lead}</p>
                {changed}
                {choose}
            </section>
            {same(visit, found)}
            {not_taken(visit, found)}
        </div>
        <p class="aside">{text.meetings.digital_post}</p>
    };
    let refused = shown.form.is_refused() || !shown.fields.is_empty() || !shown.busy.is_empty();
    Sheet::new(words.found, main)
        .tabs(&visit.viewer, Tab::Families)
        .refused(refused)
        .changed(shown.changed)
        .page(&visit.setting)
}

fn name(visit: &Visit, event: &Event) -> String {
    if event.title.is_empty() { visit.text.calendar_file.nameless.to_owned() } else { event.title.clone() }
}

/// From when to when, on which day: "Tirsdag den 16. marts kl. 10 til 11".
fn when(visit: &Visit, starts: &WallTime, minutes: i64) -> String {
    let day = starts.local().date();
    let far = (day - visit.now.date(starts.zone())).num_days() > 180;
    let day = if far { date::full_date(visit.text, day) } else { date::weekday_and_date(visit.text, day) };
    let ends = starts.instant().plus_seconds(minutes * 60);
    date::capital(&format!("{day} {}", date::span(visit.text, starts, ends)))
}

/// A zone as people may know it: the town in its name.
fn town(zone: Zone) -> String {
    zone.name().rsplit('/').next().unwrap_or_default().replace('_', " ")
}

fn item_row(visit: &Visit, shown: &Shown, item: &Item) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.calendar_file;
    let event = &item.event;
    let to_come = item.changes.iter().find(|change| change.step.is_change());
    let first = to_come.map(|change| fact(Icon::Clock, when(visit, &change.starts, change.minutes)).into_any());
    let moved = to_come.filter(|change| change.step == Step::Moved).and_then(|change| before(visit, change));
    let moved = moved.map(|words| fact(Icon::Back, date::capital(&words)).into_any());
    let elsewhere = event.elsewhere.map(|(local, zone)| {
        let time = (text.dates.clock)(chrono::Timelike::hour(&local), chrono::Timelike::minute(&local));
        fact(Icon::Language, (words.elsewhere)(&time, &town(zone))).into_any()
    });
    let every = event.every.map(|every| fact(Icon::Calendar, (words.every)(every)).into_any());
    let place = (!event.place.is_empty()).then(|| fact(Icon::Place, (words.place_in_file)(&event.place)).into_any());
    let steps: Vec<String> = STEPS
        .iter()
        .map(|step| (*step, item.changes.iter().filter(|change| change.step == *step).count()))
        .filter(|(_, count)| *count > 0)
        .map(|(step, count)| (words.step)(step, count))
        .collect();
    let rows: Vec<_> = item.changes.iter().map(|change| time_row(visit, change).into_any()).collect();
    let times = (rows.len() > 1).then(|| {
        let more = event.more.then(|| view! { <p class="soft">{words.more}</p> });
        view! { <details><summary>{words.all_times}</summary><ol class="note">{rows}</ol>{more}</details> }
    });
    let fields = if item.is_new() {
        fields(visit, shown, item).into_any()
    } else {
        item.changes
            .iter()
            .any(|change| change.step == Step::Moved)
            .then(|| view! { <p class="soft">{words.only_time}</p> })
            .into_any()
    };
    let checked = item.is_ticked(&shown.form.typed);
    view! {
        <li>
            <label class="choice">
                <input type="checkbox" name=TAKE value=item.seen() checked=checked />
                <span><strong>{name(visit, event)}</strong> " " <small>{steps.join(" · ")}</small></span>
            </label>
            <ul class="facts">{first}{moved}{elsewhere}{every}{place}</ul>
            {times}
            {fields}
        </li>
    }
}

/// When a meeting that moves was before.
fn before(visit: &Visit, change: &Change) -> Option<String> {
    let meeting = change.known.as_ref()?.meeting.as_ref()?;
    Some((visit.text.calendar_file.before)(&date::when(visit.text, &meeting.starts, visit.now)))
}

fn time_row(visit: &Visit, change: &Change) -> impl IntoView + use<> {
    let words = (visit.text.calendar_file.becomes)(change.step);
    let before = if change.step == Step::Moved { before(visit, change) } else { None };
    let words = before.map_or_else(|| words.to_owned(), |before| format!("{words}, {before}"));
    let time = when(visit, &change.starts, change.minutes);
    view! { <li><time datetime=date::machine(&change.starts)>{time}</time> ": " {words}</li> }
}

/// What the new meetings of an event are called, and where they are.
fn fields(visit: &Visit, shown: &Shown, item: &Item) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.calendar_file;
    let of = format!(" {}", name(visit, &item.event));
    let (title, place) = (title_field(item.event.uid), place_field(item.event.uid));
    let (title_problem, place_problem) = (shown.problem(visit, &title), shown.problem(visit, &place));
    let described = |there: bool, field: &str| there.then(|| format!("{field}-problem"));
    let (title_described, place_described) =
        (described(title_problem.is_some(), &title), described(place_problem.is_some(), &place));
    let typed = shown.value(&title, &item.event.title);
    let chosen = shown.value(&place, place_of(&item.event.place).map_or("", Place::key));
    let options = Place::ALL.iter().map(|place| (place.key(), (text.people.place_of_family)(*place)));
    let options: Vec<_> = [("", words.no_place)]
        .into_iter()
        .chain(options)
        .map(|(key, words)| view! { <option value=key selected=key == chosen>{words}</option> })
        .collect();
    view! {
        <div class="field">
            <label for=title.clone()>{words.about}<span class="unseen">{of.clone()}</span></label>
            {title_problem}
            <input
                type="text"
                id=title.clone()
                name=title
                value=typed
                maxlength=Title::MAX.to_string()
                aria-invalid=title_described.as_ref().map(|_| "true")
                aria-describedby=title_described
            />
        </div>
        <div class="field">
            <label for=place.clone()>{words.place}<span class="unseen">{of}</span></label>
            {place_problem}
            <select
                id=place.clone()
                name=place
                aria-invalid=place_described.as_ref().map(|_| "true")
                aria-describedby=place_described
            >
                {options}
            </select>
        </div>
    }
}

/// What the family has already.
fn same(visit: &Visit, found: &Found) -> Option<impl IntoView + use<>> {
    let words = &visit.text.calendar_file;
    let rows: Vec<_> = found
        .same
        .iter()
        .map(|item| {
            let href = item.meeting().map(|meeting| format!("/meetings/{meeting}"));
            view! { <li><a class="quiet" href=href>{name(visit, &item.event)}{icon(Icon::Forward)}</a></li> }
        })
        .collect();
    (!rows.is_empty()).then(|| {
        view! {
            <section>
                <h2>{words.same}</h2>
                <div><p class="soft">{words.same_words}</p><ul class="rows">{rows}</ul></div>
            </section>
        }
    })
}

/// What cannot be taken, and why.
fn not_taken(visit: &Visit, found: &Found) -> Option<impl IntoView + use<>> {
    let words = &visit.text.calendar_file;
    let rows: Vec<_> = found
        .refused
        .iter()
        .map(|(event, why)| {
            view! { <li><h3>{name(visit, event)}</h3><p class="soft">{(visit.text.why)(*why)}</p></li> }
        })
        .collect();
    let over = (found.over > 0).then(|| view! { <p class="soft">{(words.over)(found.over)}</p> });
    (!rows.is_empty() || over.is_some()).then(|| {
        view! {
            <section>
                <h2>{words.refused}</h2>
                <div><ul class="rows">{rows}</ul>{over}</div>
            </section>
        }
    })
}

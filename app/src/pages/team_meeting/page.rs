//! What is shown: every family on a line, and one of them with what the team agrees on.

use chrono::NaiveDate;
use leptos::prelude::*;

use super::{
    act,
    form::{AgreementForm, FAMILY, ID, LIST, ON, PERIOD, WORDS},
};
use crate::{
    domain::{
        inbox::Matter,
        moment::{Moment, start_of},
        team_meeting::{Agreement, Period, Promise, Trend, Turn, next_meeting},
        words::Note,
        working_time::Office,
    },
    text::Text,
    ui::{
        Visit,
        chart::{Chart, Point, chart},
        date,
        field::problem_at,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
        parts,
    },
};

/// The families of a meeting, in the order they are talked about.
pub(super) struct Round {
    pub(super) period: Period,
    pub(super) office: Office,
    pub(super) turns: Vec<Turn>,
}

impl Round {
    fn since(&self, today: NaiveDate) -> NaiveDate {
        self.period.since(&self.office, today)
    }
}

/// What every part of these pages needs to know.
#[derive(Clone, Copy)]
struct View {
    text: &'static Text,
    period: Period,
    since: Moment,
    today: NaiveDate,
    /// The page a promise is ticked off on.
    on: &'static str,
}

impl View {
    fn of(visit: &Visit, round: &Round, on: &'static str) -> Self {
        let today = visit.now.date(visit.viewer.zone);
        let since = start_of(round.since(today), round.office.zone());
        Self { text: visit.text, period: round.period, since, today, on }
    }

    fn day(&self, day: NaiveDate) -> String {
        date::day(self.text, day, self.today)
    }
}

pub(super) fn list(visit: &Visit, round: &Round) -> Page {
    let view = View::of(visit, round, LIST);
    let words = &visit.text.team_meeting;
    let lead = match round.turns.len() {
        0 => visit.text.families.none.to_owned(),
        count => (words.lead)(count, round.period, &view.day(round.since(view.today))),
    };
    let next = (words.next)(&view.day(next_meeting(&round.office, view.today)));
    let (other, other_words) = match round.period {
        Period::SinceLast => (Period::FourWeeks, words.four_weeks),
        Period::FourWeeks => (Period::SinceLast, words.since_last),
    };
    let begin = round.turns.first().map(|turn| {
        let first = act::turn(round.period, turn.family);
        view! { <a class="button main" href=first>{words.begin}</a> }
    });
    let rows: Vec<_> = round.turns.iter().map(|turn| row(view, visit, turn)).collect();
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/families">{icon(Icon::Back)}{visit.text.families.title}</a></p>
                <h1>{words.title}</h1>
                <p>{next} " " {lead}</p>
                <p class="reach">{begin} <a class="button" href=act::list(other)>{other_words}</a></p>
            </section>
        </div>
        <ol class="round">{rows}</ol>
        <p class="aside soft">{words.print} " " {visit.text.families.logged}</p>
    };
    Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Families).page(&visit.setting)
}

fn row(view: View, visit: &Visit, turn: &Turn) -> impl IntoView + use<> {
    let words = &view.text.team_meeting;
    view! {
        <li id=format!("f{}", turn.family)>
            <div>
                <h2><a href=act::turn(view.period, turn.family)>{turn.name.to_string()}</a></h2>
                {word(view, turn)}
            </div>
            <div>{changes(view, turn)}</div>
            <div>{promises(view, turn).map(|list| view! { <h3>{words.promises}</h3> {list} })}</div>
            <div>{lately_agreed(view, visit, turn)}</div>
        </li>
    }
}

fn word(view: View, turn: &Turn) -> Option<impl IntoView + use<>> {
    let name = turn.word.as_ref()?;
    Some(view! { <p class="soft">{(view.text.team_meeting.word)(name.as_str())}</p> })
}

/// What changed, in words with numbers.
fn changes(view: View, turn: &Turn) -> impl IntoView + use<> {
    let words = &view.text.team_meeting;
    let numbers: Vec<_> =
        turn.trends.iter().filter(|trend| trend.matters(view.since)).map(|trend| number(view, trend)).collect();
    let open = || turn.unread.iter().filter(|unread| !unread.closed);
    let silent = open().filter(|unread| unread.matter == Matter::Silent);
    let unread = open().filter(|unread| unread.matter != Matter::Silent);
    let calls = unread.clone().filter(|unread| unread.call_me || unread.matter == Matter::CallAnyway);
    let counted = [
        (words.steps as fn(usize) -> String, turn.steps_done.len()),
        (words.goals, turn.new_goals.len()),
        (words.unread, unread.count()),
    ];
    let sentences: Vec<String> = calls
        .map(|unread| (words.wants_call)(unread.person.first()))
        .chain(silent.map(|unread| (words.silent)(unread.person.first())))
        .chain(counted.into_iter().filter(|(_, count)| *count > 0).map(|(say, count)| say(count)))
        .collect();
    let nothing = numbers.is_empty() && sentences.is_empty();
    let list = (!numbers.is_empty()).then(|| view! { <ul class="numbers">{numbers}</ul> });
    let sentences = if nothing { words.nothing.to_owned() } else { sentences.join(" ") };
    view! { {list} {(!sentences.is_empty()).then(|| view! { <p class=nothing.then_some("soft")>{sentences}</p> })} }
}

/// Who or what numbers are about.
fn subject(text: &Text, trend: &Trend) -> String {
    match &trend.about {
        None => trend.person.first().to_owned(),
        Some(about) => {
            let title = text.instruments.of(trend.instrument.key).map_or("", |words| words.title);
            (text.team_meeting.about)(title, about, trend.person.first())
        }
    }
}

/// The latest number beside the last one before the period, and how it went.
fn number(view: View, trend: &Trend) -> impl IntoView + use<> {
    let words = &view.text.team_meeting;
    let now = trend.latest.1;
    let before = trend.before(view.since).filter(|_| trend.is_new(view.since));
    let news = match before {
        Some(_) => None,
        None if trend.is_new(view.since) => Some(words.first),
        None => Some(words.no_news),
    };
    let said: Vec<&str> = trend.level().and_then(words.level).into_iter().chain(news).collect();
    let told = match before {
        Some(before) => view! {
            <b aria-hidden="true">{format!("{before} → {now}")}</b>
            <span class="unseen">{(words.from_to)(before, now)}</span>
        }
        .into_any(),
        None => view! { <b>{now}</b> }.into_any(),
    };
    let scores: Vec<i64> = trend.earlier.iter().map(|(_, score)| *score).chain([now]).collect();
    view! {
        <li>
            <span>{subject(view.text, trend)} " " {told} " " <small>{said.join(", ")}</small></span>
            {parts::spark(view.text, trend.instrument, &scores)}
        </li>
    }
}

/// What was promised, what is late in words, and a button for each that is not kept.
fn promises(view: View, turn: &Turn) -> Option<impl IntoView + use<>> {
    let rows: Vec<_> = turn.promises.iter().map(|promised| promise(view, promised)).collect();
    (!rows.is_empty()).then(|| view! { <ul class="promises">{rows}</ul> })
}

fn promise(view: View, promise: &Promise) -> impl IntoView + use<> {
    let words = &view.text.team_meeting;
    let what = (words.promise)(promise.next_step, promise.name.as_str(), promise.to.first());
    let by = view.day(promise.by);
    let (class, when) = match (promise.kept, promise.is_late(view.today)) {
        (true, _) => ("kept", words.kept_today.to_owned()),
        (false, true) => ("late", (words.late)(&by)),
        (false, false) => ("", (words.by)(&by)),
    };
    let keep = (!promise.kept).then(|| {
        view! {
            <form method="post" action=format!("/promises/{}/kept", promise.review)>
                <input type="hidden" name=PERIOD value=view.period.key() />
                <input type="hidden" name=ON value=view.on />
                <button class="button">{words.keep}<span class="unseen">{format!(": {what}")}</span></button>
            </form>
        }
    });
    view! {
        <li id=format!("p{}", promise.review)>
            <p>{what.clone()} " " <span class=class>{when}</span></p>
            {keep}
        </li>
    }
}

/// What was agreed today, and on the last day before on which something was.
fn lately_agreed(view: View, visit: &Visit, turn: &Turn) -> impl IntoView + use<> {
    let words = &view.text.team_meeting;
    let day = |agreement: &Agreement| agreement.made_at.date(visit.viewer.zone);
    let today: Vec<&Agreement> = turn.agreements.iter().filter(|agreement| day(agreement) == view.today).collect();
    let last_day = turn.agreements.iter().map(day).find(|day| *day != view.today);
    let last: Vec<&Agreement> = turn.agreements.iter().filter(|agreement| Some(day(agreement)) == last_day).collect();
    let part = |title: String, agreements: &[&Agreement]| {
        let said: Vec<_> = agreements
            .iter()
            .rev()
            .map(|agreement| view! { <p class="said">{agreement.words.to_string()}</p> })
            .collect();
        (!said.is_empty()).then(|| view! { <h3>{title}</h3> {said} })
    };
    let last_title = last_day.map(|day| (words.agreed)(&view.day(day))).unwrap_or_default();
    view! { {part(words.agreed_today.to_owned(), &today)} {part(last_title, &last)} }
}

/// One family's turn; `None` where the round has no turn there.
pub(super) fn turn(
    visit: &Visit,
    round: &Round,
    at: usize,
    agreements: &[Agreement],
    form: &AgreementForm,
) -> Option<Page> {
    let view = View::of(visit, round, FAMILY);
    let words = &visit.text.team_meeting;
    let turn = round.turns.get(at)?;
    let charts: Vec<_> =
        turn.trends.iter().filter(|trend| trend.matters(view.since)).map(|trend| drawn(view, visit, trend)).collect();
    let titled = |title: &'static str, titles: &[crate::domain::words::Title]| {
        let rows: Vec<_> = titles.iter().map(|title| view! { <li>{title.to_string()}</li> }).collect();
        (!rows.is_empty()).then(|| view! { <h3>{title}</h3> <ul>{rows}</ul> })
    };
    let steps = titled(words.steps_done, &turn.steps_done);
    let goals = titled(words.new_goals, &turn.new_goals);
    let open = promises(view, turn).map(|list| view! { <h2>{words.promises}</h2> {list} });
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href=act::list(round.period)>{icon(Icon::Back)}{words.title}</a></p>
                <h1>
                    <small>{(words.place)(at + 1, round.turns.len())}</small>
                    " "
                    {turn.name.to_string()}
                </h1>
                {word(view, turn)}
                {way(round, at, visit.text, form.refusals.is_empty())}
            </section>
        </div>
        <div class="turn-taken">
            <div>
                <h2>{words.changed}</h2>
                {changes(view, turn)}
                {steps}
                {goals}
                {open}
                {agreement_form(visit, round, at, form)}
            </div>
            <div>
                {charts}
                {agreed_so_far(visit, agreements)}
            </div>
        </div>
        <p class="aside soft">{visit.text.families.logged}</p>
    };
    let title = format!("{} · {}", turn.name, words.title);
    let refused = !form.refusals.is_empty();
    Some(Sheet::new(title, main).tabs(&visit.viewer, Tab::Families).refused(refused).page(&visit.setting))
}

/// The way on and back. The way on has the focus, so that Enter alone leads through the families.
fn way(round: &Round, at: usize, text: &'static Text, focus: bool) -> impl IntoView + use<> {
    let words = &text.team_meeting;
    let to = |at: usize| round.turns.get(at).map(|turn| (act::turn(round.period, turn.family), turn.name.to_string()));
    let (on, on_words, on_name) = match to(at + 1) {
        Some((address, name)) => (address, words.next_family, Some(format!(": {name}"))),
        None => (act::list(round.period).to_owned(), words.back_to_list, None),
    };
    let back = at.checked_sub(1).and_then(to).map(|(address, name)| {
        view! {
            <a class="button" href=address>
                {icon(Icon::Back)}
                {words.previous_family}
                <span class="unseen">{format!(": {name}")}</span>
            </a>
        }
    });
    view! {
        <nav class="reach way" aria-label=words.way>
            <a class="button" href=on autofocus=focus>
                {on_words}
                <span class="unseen">{on_name}</span>
                {icon(Icon::Forward)}
            </a>
            {back}
        </nav>
    }
}

/// The numbers of a trend as a chart.
fn drawn(view: View, visit: &Visit, trend: &Trend) -> impl IntoView + use<> {
    let title = view.text.instruments.of(trend.instrument.key).map_or("", |words| words.title);
    let whose = subject(view.text, trend);
    let label = if trend.about.is_none() { format!("{title} {whose}") } else { whose };
    let points = trend.earlier.iter().chain([&trend.latest]);
    let points = points.map(|(at, value)| Point { on: at.date(visit.viewer.zone), value: *value }).collect();
    let marks = (trend.instrument.marks)(&[]).to_vec();
    let shown = Chart { label: label.clone(), range: trend.instrument.range, marks, points, today: view.today };
    view! { <h2>{label}</h2> {chart(view.text, &shown)} }
}

fn agreed_so_far(visit: &Visit, agreements: &[Agreement]) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let rows: Vec<_> = agreements
        .iter()
        .map(|agreement| {
            let when = date::instant(text, agreement.made_at, visit.viewer.zone, visit.now);
            view! {
                <li>
                    <p class="said">{agreement.words.to_string()}</p>
                    <p class="soft">{(text.team_meeting.by_whom)(agreement.author.as_str(), &when)}</p>
                </li>
            }
        })
        .collect();
    (!rows.is_empty()).then(|| view! { <h2>{text.team_meeting.so_far}</h2> <ol class="rows">{rows}</ol> })
}

fn agreement_form(visit: &Visit, round: &Round, at: usize, form: &AgreementForm) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.team_meeting;
    let refused = form.refusals.of(WORDS).is_some();
    let typed = form.typed.get(WORDS).unwrap_or_default().to_owned();
    let action = round.turns.get(at).map(|turn| act::turn(round.period, turn.family));
    let save = if at + 1 < round.turns.len() { words.save } else { words.save_last };
    view! {
        <form method="post" action=action novalidate=true class="review">
            <input type="hidden" name=ID value=form.id.to_string() />
            <div class="field">
                <label for=WORDS>{words.agree}</label>
                <small id="words-hint">{words.agree_hint}</small>
                {problem_at(text, &form.refusals, WORDS)}
                <textarea
                    id=WORDS
                    name=WORDS
                    rows="3"
                    maxlength=Note::MAX.to_string()
                    autofocus=refused
                    aria-invalid=refused.then_some("true")
                    aria-describedby=if refused { "words-hint words-problem" } else { "words-hint" }
                >
                    {typed}
                </textarea>
            </div>
            <p class="reach"><button class="button main">{save}</button></p>
        </form>
    }
}

//! What is shown: the questions, and after sending what became of the answers.

use leptos::prelude::*;

use super::form::{CALL_ME, CheckInForm, ID, WORDS};
use crate::{
    domain::{
        checkin::{CheckIn, Instrument, Level},
        team::TeamMember,
        words::Note,
        working_time::read_by,
    },
    islands::CheckInGuide,
    text::{Text, list},
    ui::{
        Visit, date,
        field::problem_at,
        page::{Page, Sheet},
    },
};

/// The last part of the form, after the questions.
const SEND: &str = "send";

pub(super) fn form(visit: &Visit, instrument: &'static Instrument, form: &CheckInForm, team: &[TeamMember]) -> Page {
    let text = visit.text;
    let words = text.instruments.of(instrument.key);
    let refused = !form.refusals.is_empty();
    let title = words.map_or(text.home.how_are_you, |words| words.title);
    let questions: Vec<_> = (0..instrument.items.len()).map(|at| question(text, instrument, form, at)).collect();
    let main = view! {
        <h1 class="unseen">{title}</h1>
        <form
            method="post"
            action=format!("/check-in/{}", instrument.key)
            class=if refused { "check-in refused" } else { "check-in" }
            data-missing=text.check_in.missing_answer
            novalidate=true
        >
            <input type="hidden" name=ID value=form.id.to_string() />
            {summary(text, instrument, form)}
            <CheckInGuide />
            {questions}
            {send(visit, instrument, form, team)}
        </form>
        <p class="aside">{words.map(|words| words.source)}</p>
    };
    Sheet::new(title, main).task().island().refused(refused).page(&visit.setting)
}

fn summary(text: &'static Text, instrument: &Instrument, form: &CheckInForm) -> Option<impl IntoView + use<>> {
    let links: Vec<_> = form
        .refusals
        .fields()
        .map(|field| {
            let at = instrument.items.iter().position(|item| *item == field);
            let (target, words) = match at {
                Some(at) => (field, (text.check_in.question)(at + 1)),
                None => (SEND, text.check_in.more.to_owned()),
            };
            view! { <li><a href=format!("#{target}")>{words}</a></li> }
        })
        .collect();
    (!links.is_empty()).then(|| {
        view! {
            <div class="summary" role="alert" tabindex="-1">
                <h2>{text.check_in.summary}</h2>
                <p>{text.check_in.summary_words}</p>
                <ul>{links}</ul>
            </div>
        }
    })
}

fn question(
    text: &'static Text,
    instrument: &'static Instrument,
    form: &CheckInForm,
    at: usize,
) -> impl IntoView + use<> {
    let item = instrument.items[at];
    let words = text.instruments.of(instrument.key);
    let refused = form.refusals.of(item).is_some();
    let chosen = form.typed.get(item);
    let choices: Vec<_> = instrument
        .answers
        .iter()
        .map(|answer| {
            let value = answer.to_string();
            let checked = chosen == Some(value.as_str());
            view! {
                <label class="choice">
                    <input type="radio" name=item value=value checked=checked aria-invalid=refused.then_some("true") />
                    <span>{words.map(|words| words.answer(*answer))}</span>
                </label>
            }
        })
        .collect();
    let previous = at.checked_sub(1).map(|at| instrument.items[at]);
    let next = instrument.items.get(at + 1).copied().unwrap_or(SEND);
    view! {
        <fieldset
            class="question"
            id=item
            tabindex="-1"
            data-progress=(text.check_in.progress)(at + 1, instrument.items.len())
            aria-describedby=refused.then(|| format!("{item}-problem"))
        >
            <legend>
                <small>{words.map(|words| words.lead)}</small>
                " "
                {words.map(|words| words.item(item))}
            </legend>
            {problem_at(text, &form.refusals, item)}
            {choices}
            {turn(text, Some(next), previous)}
        </fieldset>
    }
}

/// Links to the next and the previous part of the form, for those who see one part at a time.
fn turn(text: &'static Text, next: Option<&'static str>, previous: Option<&'static str>) -> impl IntoView {
    let next = next.map(|next| view! { <a class="button main" href=format!("#{next}")>{text.check_in.next}</a> });
    let back = previous.map(|back| view! { <a class="quiet" href=format!("#{back}")>{text.check_in.back}</a> });
    view! { <p class="turn">{next} " " {back}</p> }
}

fn send(
    visit: &Visit,
    instrument: &'static Instrument,
    form: &CheckInForm,
    team: &[TeamMember],
) -> impl IntoView + use<> {
    let text = visit.text;
    let typed = form.typed.get(WORDS).unwrap_or_default().to_owned();
    let called = form.typed.get(CALL_ME) == Some("yes");
    let refused = form.refusals.of(WORDS).is_some();
    let by = date::day(text, read_by(visit.now, visit.viewer.zone), visit.now.date(visit.viewer.zone));
    let who = match readers(text, team) {
        Some(names) => (text.check_in.who_reads)(&names, &by),
        None => text.check_in.nobody_reads.to_owned(),
    };
    let [emergency, _, lifeline, _] = text.sent.hotlines;
    view! {
        <fieldset class="question" id=SEND tabindex="-1">
            <legend>{text.check_in.more}</legend>
            <p>{text.check_in.more_words}</p>
            <div class="field">
                <label for=WORDS>{text.check_in.own_words}</label>
                {problem_at(text, &form.refusals, WORDS)}
                <textarea
                    id=WORDS
                    name=WORDS
                    rows="3"
                    maxlength=Note::MAX.to_string()
                    aria-invalid=refused.then_some("true")
                    aria-describedby=refused.then_some("words-problem")
                >
                    {typed}
                </textarea>
            </div>
            {problem_at(text, &form.refusals, CALL_ME)}
            <label class="choice">
                <input type="checkbox" name=CALL_ME value="yes" checked=called />
                <span>{text.check_in.call_me}</span>
            </label>
            <p class="note">
                {who}
                " "
                {text.check_in.not_at_night}
                " "
                {text.check_in.help_before}
                " "
                <a href=format!("tel:{}", emergency.0)>{emergency.1}</a>
                " "
                {text.dates.or}
                " "
                <a href=format!("tel:{}", lifeline.0)>{lifeline.1}</a>
                "."
            </p>
            <p class="reach"><button type="submit" class="button main">{text.check_in.send}</button></p>
            {turn(text, None, instrument.items.last().copied())}
        </fieldset>
    }
}

/// The names of the adviser pair, who read check-ins.
fn readers(text: &'static Text, team: &[TeamMember]) -> Option<String> {
    let names: Vec<String> = team
        .iter()
        .filter(|member| member.part.reads_check_ins())
        .take(2)
        .map(|member| member.name.to_string())
        .collect();
    (!names.is_empty()).then(|| list(text, &names))
}

pub(super) fn sent(visit: &Visit, check_in: &CheckIn, team: &[TeamMember]) -> Page {
    let text = visit.text;
    let zone = visit.viewer.zone;
    let say = |at| date::instant(text, at, zone, visit.now);
    let today = visit.now.date(zone);
    let read_by = read_by(check_in.sent_at, zone);
    let (by, late) = (date::day(text, read_by, today), read_by < today);
    let level = check_in.level();
    let help = (level == Level::Low || check_in.words.is_some()).then(|| help(text));
    let who = match (&check_in.review, readers(text, team)) {
        (Some(review), _) => {
            let words =
                review.words.as_ref().map(|words| view! { <blockquote class="quote">{words.to_string()}</blockquote> });
            view! {
                <p class="note">
                    <strong>{(text.home.read_by)(review.reviewer.as_str(), &say(review.at))}</strong>
                    " "
                    {(text.home.next_step)(review.next_step, review.reviewer.first())}
                </p>
                {words}
            }
            .into_any()
        }
        (None, Some(names)) => {
            let call = if late { text.sent.call_late.to_owned() } else { (text.sent.will_call)(&by) };
            let call = check_in.call_me.then(|| view! { <p>{call}</p> });
            let read = if late { (text.sent.read_late)(&by) } else { (text.sent.will_read)(&names, &by) };
            view! { <p>{read}</p> {call} }.into_any()
        }
        (None, None) => view! { <p>{text.check_in.nobody_reads}</p> }.into_any(),
    };
    let main = view! {
        <div class="path">
            <section class="hero">
                <h1>
                    <small>{(text.sent.thanks)(visit.viewer.name.first())}</small>
                    " "
                    {(text.sent.saved)(&say(check_in.sent_at))}
                </h1>
            </section>
            {help}
            <section>
                <h2>{text.sent.who_reads}</h2>
                <div>{who}</div>
            </section>
            <section>
                <h2>{text.sent.shows}</h2>
                <div>
                    <p>{(text.sent.score)(check_in.score, level)}</p>
                    <p class="soft">{text.sent.not_a_diagnosis}</p>
                </div>
            </section>
        </div>
        <p class="aside"><a class="button" href="/">{text.shell.to_home}</a></p>
    };
    Sheet::new(text.sent.title, main).task().page(&visit.setting)
}

fn help(text: &'static Text) -> impl IntoView {
    let lines: Vec<_> = text
        .sent
        .hotlines
        .iter()
        .map(|(dial, number, words)| {
            view! { <li><a href=format!("tel:{dial}")><b>{*number}</b> " " {*words}</a></li> }
        })
        .collect();
    view! {
        <section>
            <h2>{text.sent.help}</h2>
            <ul class="help">{lines}</ul>
        </section>
    }
}

//! What is shown: who waits and why, and one of them with the form that closes it.

use std::collections::HashMap;

use leptos::prelude::*;

use super::form::{BY, NEXT_STEP, ReviewForm, WORDS, wants_call, wants_words};
use crate::{
    domain::{
        checkin::{CheckIn, Level},
        id::Id,
        inbox::{InboxItem, Matter, Reason},
        moment::{Moment, WallTime},
        review::NextStep,
        words::{Note, PersonName},
        working_time::next_working_day,
    },
    text::Text,
    ui::{
        Visit, date,
        field::problem_at,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
        parts, passkey,
        questions::given,
    },
};

pub(super) fn list(visit: &Visit, items: &[InboxItem], scores: &HashMap<Id<CheckIn>, Vec<i64>>) -> Page {
    let text = visit.text;
    let lead = if items.is_empty() { text.inbox.empty.to_owned() } else { (text.inbox.waiting)(items.len()) };
    let rows: Vec<_> = items.iter().map(|item| row(visit, item, scores)).collect();
    let main = view! {
        <div class="path">
            <section>
                <h1>{text.inbox.title}</h1>
                <p>{lead}</p>
            </section>
        </div>
        <ol class="inbox">{rows}</ol>
        {passkey::offer(visit).map(|offer| view! { <div class="path">{offer}</div> })}
    };
    Sheet::new(text.inbox.title, main).tabs(&visit.viewer, Tab::Inbox).page(&visit.setting)
}

/// Every reason in words, the most pressing first.
fn reasons(text: &Text, item: &InboxItem) -> String {
    let (score, before) = item.check_in.as_ref().map_or((0, None), |check_in| (check_in.score, check_in.score_before));
    let reasons: Vec<String> = item.needs().into_iter().map(|need| (text.inbox.need)(need, score, before)).collect();
    reasons.join(". ")
}

/// What it is about, where that is not the parent's own wellbeing.
fn subject(text: &Text, item: &InboxItem) -> Option<String> {
    let words = text.instruments.of(item.instrument?.key)?;
    let about = item.check_in.as_ref().and_then(|check_in| {
        let person = check_in.about.as_ref().map(ToString::to_string);
        person.or_else(|| check_in.goal.as_ref().map(ToString::to_string))
    });
    Some(about.map_or_else(|| words.title.to_owned(), |about| format!("{}: {about}", words.title)))
}

/// By when it is to be read, and whether that has passed.
fn deadline(visit: &Visit, item: &InboxItem) -> (String, bool) {
    let text = visit.text;
    let zone = visit.viewer.zone;
    let by = date::instant(text, item.waiting.read_by, zone, visit.now);
    let late = item.waiting.read_by < visit.now;
    let (was, is) = match item.matter {
        Matter::ByPhone => (text.calls.late, text.calls.by),
        Matter::Told | Matter::Silent | Matter::CallAnyway => (text.inbox.late, text.inbox.read_by),
    };
    (if late { was(&by) } else { is(&by) }, late)
}

fn row(visit: &Visit, item: &InboxItem, scores: &HashMap<Id<CheckIn>, Vec<i64>>) -> impl IntoView + use<> {
    let text = visit.text;
    let level = item.check_in.as_ref().and_then(CheckIn::level);
    let class = match (item.waiting.pressing, level) {
        (true, _) => "first",
        (false, Some(Level::Middle)) => "soon",
        _ => "",
    };
    let came = WallTime::at(item.waiting.came_at, visit.viewer.zone);
    let (by, late) = deadline(visit, item);
    let spark = item.check_in.as_ref().and_then(|check_in| {
        let values = scores.get(&check_in.id)?;
        parts::spark(text, check_in.instrument, values)
    });
    let place = if item.matter == Matter::ByPhone { "calls" } else { "inbox" };
    let subject = match &item.call {
        Some(call) => Some((text.calls.about)(&date::when(text, &call.starts, visit.now))),
        None => subject(text, item),
    };
    view! {
        <li class=class>
            <a href=format!("/{place}/{}", item.id)>
                <strong>{reasons(text, item)}</strong>
                " "
                <span>
                    {(text.inbox.who)(item.person.as_str(), item.family_name.as_str())}
                    <small>{subject}</small>
                </span>
                " "
                <span class="soft">
                    <time datetime=date::machine(&came)>{date::capital(&date::when(text, &came, visit.now))}</time>
                    ". "
                    <span class=if late { "late" } else { "" }>{by}</span>
                    {spark}
                </span>
                {icon(Icon::Forward)}
            </a>
        </li>
    }
}

/// Who has or had it: name, reason, since when, until when.
type Holder = (PersonName, Reason, Moment, Option<Moment>);

pub(super) fn opened(
    visit: &Visit,
    item: &InboxItem,
    answers: &[(String, i64)],
    holders: &[Holder],
    form: &ReviewForm,
) -> Page {
    let text = visit.text;
    let came = date::instant(text, item.waiting.came_at, visit.viewer.zone, visit.now);
    let intro = match item.matter {
        Matter::Told => (text.inbox.answer_from)(&came),
        Matter::Silent => (text.inbox.silent_since)(&came),
        Matter::CallAnyway => (text.inbox.call_anyway_since)(&came),
        Matter::ByPhone => String::new(),
    };
    let waited = item.check_in.as_ref().filter(|told| told.answered_at < told.sent_at).map(|told| {
        let answered = date::instant(text, told.answered_at, visit.viewer.zone, visit.now);
        view! { <p>{(text.inbox.answered_offline)(&answered)}</p> }
    });
    let call = wants_call(item).then_some(text.inbox.wants_call);
    let lead = (!item.closed).then(|| {
        view! { <p>{call} " " {deadline(visit, item).0} " " {text.inbox.told_so}</p> }
    });
    let next = if item.closed { closed(visit, item).into_any() } else { review_form(visit, item, form).into_any() };
    let earlier = (item.matter == Matter::CallAnyway && !item.closed).then(|| closed(visit, item));
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/inbox">{icon(Icon::Back)}{text.inbox.title}</a></p>
                <h1><small>{intro}</small> " " {item.person.to_string()}</h1>
                <p>{subject(text, item)}</p>
                {waited}
                {lead}
                <p class="soft">
                    <a href=format!("/families/{}", item.family)>{item.family_name.to_string()}</a>
                    ". "
                    {text.families.logged}
                </p>
            </section>
        </div>
        <div class="split">
            <div>{item.check_in.as_ref().map(|check_in| told(text, check_in, answers))} {earlier} {held(visit, holders)}</div>
            {next}
        </div>
    };
    Sheet::new(text.inbox.title, main)
        .tabs(&visit.viewer, Tab::Inbox)
        .refused(!form.refusals.is_empty())
        .page(&visit.setting)
}

fn told(text: &'static Text, check_in: &CheckIn, answers: &[(String, i64)]) -> impl IntoView + use<> {
    let instrument = check_in.instrument;
    let words = text.instruments.of(instrument.key);
    let before = check_in.score_before.map(|before| (text.inbox.before)(before));
    let quote =
        check_in.words.as_ref().map(|words| view! { <blockquote class="quote">{words.to_string()}</blockquote> });
    let values: Vec<i64> = answers.iter().map(|(_, value)| *value).collect();
    view! {
        <h2>{(text.inbox.score)(check_in.score, instrument.range.1)}</h2>
        <p>{check_in.level().map(text.inbox.band)} " " {before}</p>
        {parts::scale(text, instrument, check_in.score, &values)}
        {quote}
        <h2>{text.inbox.answers}</h2>
        <p class="soft">{words.map(|words| words.lead)}</p>
        {given(text, instrument, answers)}
        <p class="soft">{words.map(|words| words.source)} " " {text.sent.not_a_diagnosis}</p>
    }
}

/// In whose inbox it stands, since when and why.
fn held(visit: &Visit, holders: &[Holder]) -> impl IntoView + use<> {
    let text = visit.text;
    let rows: Vec<_> = holders
        .iter()
        .map(|(name, reason, since, until)| {
            let say = |at: &Moment| date::instant(text, *at, visit.viewer.zone, visit.now);
            let ended = until.as_ref().map(|until| format!(" {}", (text.inbox.held_until)(&say(until))));
            view! { <li>{(text.inbox.held)(name.as_str(), &say(since))} " " {(text.inbox.reason)(*reason)} {ended}</li> }
        })
        .collect();
    view! {
        <details>
            <summary>{text.inbox.holders}</summary>
            <ul class="soft">{rows}</ul>
        </details>
    }
}

fn closed(visit: &Visit, item: &InboxItem) -> impl IntoView + use<> {
    let text = visit.text;
    let review = item.check_in.as_ref().and_then(|check_in| check_in.review.as_ref());
    let words = review.map(|review| parts::reply(text, review, visit.viewer.zone, visit.now));
    view! { <div><p>{item.closed.then_some(text.inbox.closed)}</p> {words}</div> }
}

fn review_form(visit: &Visit, item: &InboxItem, form: &ReviewForm) -> impl IntoView + use<> {
    let text = visit.text;
    let name = item.person.first().to_owned();
    let refused = form.refusals.of(NEXT_STEP).is_some();
    let words_refused = form.refusals.of(WORDS).is_some();
    let by_refused = form.refusals.of(BY).is_some();
    let chosen = form.typed.get(NEXT_STEP).map(str::to_owned);
    let typed = form.typed.get(WORDS).unwrap_or_default().to_owned();
    let today = visit.now.date(visit.viewer.zone);
    let by = form.typed.get(BY).map_or_else(|| next_working_day(today).to_string(), str::to_owned);
    let choices: Vec<_> = NextStep::ALL
        .iter()
        .map(|next_step| {
            let key = next_step.key();
            view! {
                <label class="choice">
                    <input
                        type="radio"
                        name=NEXT_STEP
                        value=key
                        checked=chosen.as_deref() == Some(key)
                        aria-invalid=refused.then_some("true")
                    />
                    <span>{(text.inbox.next_step)(*next_step)}</span>
                </label>
            }
        })
        .collect();
    let hint = if wants_words(item) { text.inbox.words_hint } else { text.inbox.words_optional };
    view! {
        <form method="post" action=format!("/inbox/{}", item.id) novalidate=true class="review">
            <div class="field">
                <label for=WORDS>{text.inbox.understood}</label>
                <small id="words-hint">{hint(&name)}</small>
                {problem_at(text, &form.refusals, WORDS)}
                <textarea
                    id=WORDS
                    name=WORDS
                    rows="3"
                    maxlength=Note::MAX.to_string()
                    aria-invalid=words_refused.then_some("true")
                    aria-describedby=if words_refused { "words-hint words-problem" } else { "words-hint" }
                >
                    {typed}
                </textarea>
            </div>
            <fieldset aria-describedby=refused.then_some("next_step-problem")>
                <legend>{text.inbox.what_next}</legend>
                {problem_at(text, &form.refusals, NEXT_STEP)}
                {choices}
            </fieldset>
            <div class="field">
                <label for=BY>{text.inbox.by}</label>
                <small id="by-hint">{text.inbox.by_hint}</small>
                {problem_at(text, &form.refusals, BY)}
                <input
                    type="date"
                    id=BY
                    name=BY
                    value=by
                    min=today.to_string()
                    aria-invalid=by_refused.then_some("true")
                    aria-describedby=if by_refused { "by-hint by-problem" } else { "by-hint" }
                />
            </div>
            <p class="reach"><button class="button main">{(text.inbox.save)(&name)}</button></p>
            <p class="soft">{(text.inbox.preview)(&name, visit.viewer.name.as_str())}</p>
        </form>
    }
}

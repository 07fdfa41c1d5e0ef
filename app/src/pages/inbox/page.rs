//! What is shown: who waits and why, and one check-in with the form that closes it.

use leptos::prelude::*;

use super::form::{NEXT_STEP, ReviewForm, WORDS};
use crate::{
    domain::{
        checkin::{CheckIn, Level},
        family::Family,
        moment::WallTime,
        review::{NextStep, Review},
        words::Note,
        working_time::read_by,
    },
    store::Unread,
    text::Text,
    ui::{
        Visit, date,
        field::problem_at,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
    },
};

pub(super) fn list(visit: &Visit, unread: &[Unread]) -> Page {
    let text = visit.text;
    let lead = if unread.is_empty() { text.inbox.empty.to_owned() } else { (text.inbox.waiting)(unread.len()) };
    let rows: Vec<_> = unread.iter().map(|unread| row(visit, unread)).collect();
    let main = view! {
        <div class="path">
            <section>
                <h1>{text.inbox.title}</h1>
                <p>{lead}</p>
            </section>
        </div>
        <ol class="inbox">{rows}</ol>
    };
    Sheet::new(text.inbox.title, main).tabs(&visit.viewer, Tab::Inbox).page(&visit.setting)
}

/// Every reason in words, the most pressing first.
fn reasons(text: &Text, check_in: &CheckIn) -> String {
    let reasons: Vec<String> = check_in
        .needs()
        .into_iter()
        .map(|need| (text.inbox.need)(need, check_in.score, check_in.score_before))
        .collect();
    reasons.join(". ")
}

fn row(visit: &Visit, unread: &Unread) -> impl IntoView + use<> {
    let text = visit.text;
    let check_in = &unread.check_in;
    let class = match (check_in.level(), check_in.call_me) {
        (Level::Low, _) | (_, true) => "first",
        (Level::Middle, _) => "soon",
        (Level::Fine, _) => "",
    };
    let sent = WallTime::at(check_in.sent_at, visit.viewer.zone);
    view! {
        <li class=class>
            <a href=format!("/inbox/{}", check_in.id)>
                <strong>{reasons(text, check_in)}</strong>
                " "
                <span>{(text.inbox.who)(check_in.person.as_str(), unread.family_name.as_str())}</span>
                " "
                <time class="soft" datetime=date::machine(&sent)>
                    {date::capital(&date::when(text, &sent, visit.now))}
                </time>
                {icon(Icon::Forward)}
            </a>
        </li>
    }
}

pub(super) fn opened(
    visit: &Visit,
    family: &Family,
    check_in: &CheckIn,
    answers: &[(String, i64)],
    form: &ReviewForm,
) -> Page {
    let text = visit.text;
    let zone = visit.viewer.zone;
    let sent = date::instant(text, check_in.sent_at, zone, visit.now);
    let today = visit.now.date(zone);
    let read_by = read_by(check_in.sent_at, zone);
    let promised = if read_by < today { text.inbox.promised_before } else { text.inbox.promised };
    let promised = promised(&date::day(text, read_by, today));
    let call = check_in.call_me.then_some(text.inbox.wants_call);
    let called = check_in.call_me.then(|| (text.inbox.promised_call)(&date::day(text, read_by, today)));
    let lead = match &check_in.review {
        Some(_) => None,
        None => Some(view! { <p>{call} " " {promised} " " {called}</p> }),
    };
    let next = match &check_in.review {
        Some(review) => reviewed(visit, review).into_any(),
        None => review_form(visit, check_in, form).into_any(),
    };
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/inbox">{icon(Icon::Back)}{text.inbox.title}</a></p>
                <h1><small>{(text.inbox.answer_from)(&sent)}</small> " " {check_in.person.to_string()}</h1>
                {lead}
                <p class="soft">
                    <a href=format!("/families/{}", family.id)>{family.name.to_string()}</a>
                    ". "
                    {text.families.logged}
                </p>
            </section>
        </div>
        <div class="split">
            {told(text, check_in, answers)}
            {next}
        </div>
    };
    Sheet::new(text.inbox.title, main)
        .tabs(&visit.viewer, Tab::Inbox)
        .refused(!form.refusals.is_empty())
        .page(&visit.setting)
}

fn told(text: &'static Text, check_in: &CheckIn, answers: &[(String, i64)]) -> impl IntoView + use<> {
    let score = check_in.score;
    let words = text.instruments.of(check_in.instrument.key);
    let before = check_in.score_before.map(|before| (text.inbox.before)(before));
    let quote =
        check_in.words.as_ref().map(|words| view! { <blockquote class="quote">{words.to_string()}</blockquote> });
    let rows: Vec<_> = check_in
        .instrument
        .items
        .iter()
        .filter_map(|item| {
            let (_, value) = answers.iter().find(|(answered, _)| answered == item)?;
            let value = *value;
            Some(view! {
                <div>
                    <dt>{words.map(|words| words.item(item))}</dt>
                    <dd>{words.map(|words| words.answer(value))} " " <small>{(text.inbox.points)(value)}</small></dd>
                </div>
            })
        })
        .collect();
    view! {
        <div>
            <h2>{(text.inbox.score)(score)}</h2>
            <p>{(text.inbox.band)(check_in.level())} " " {before}</p>
            <figure>
                <svg class="scale" viewBox="-3 -5 106 10" role="img" aria-label=(text.inbox.scale)(score)>
                    <path d="M0 0H100M35-2V2M50-2V2"></path>
                    <circle cx=score.to_string() cy="0" r="3"></circle>
                </svg>
                <figcaption class="soft">{text.inbox.scale_words}</figcaption>
            </figure>
            {quote}
            <h2>{text.inbox.answers}</h2>
            <p class="soft">{words.map(|words| words.lead)}</p>
            <dl class="answers">{rows}</dl>
            <p class="soft">{words.map(|words| words.source)} " " {text.sent.not_a_diagnosis}</p>
        </div>
    }
}

fn reviewed(visit: &Visit, review: &Review) -> impl IntoView + use<> {
    let text = visit.text;
    let when = date::instant(text, review.at, visit.viewer.zone, visit.now);
    let words = review.words.as_ref().map(|words| view! { <blockquote class="quote">{words.to_string()}</blockquote> });
    view! {
        <div>
            <p class="note">
                <strong>{(text.inbox.already)(review.reviewer.as_str(), &when)}</strong>
                " "
                {(text.home.next_step)(review.next_step, review.reviewer.first())}
            </p>
            {words}
        </div>
    }
}

fn review_form(visit: &Visit, check_in: &CheckIn, form: &ReviewForm) -> impl IntoView + use<> {
    let text = visit.text;
    let name = check_in.person.first().to_owned();
    let refused = form.refusals.of(NEXT_STEP).is_some();
    let words_refused = form.refusals.of(WORDS).is_some();
    let chosen = form.typed.get(NEXT_STEP).map(str::to_owned);
    let typed = form.typed.get(WORDS).unwrap_or_default().to_owned();
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
    view! {
        <form method="post" action=format!("/inbox/{}", check_in.id) novalidate=true class="review">
            <fieldset aria-describedby=refused.then_some("next_step-problem")>
                <legend>{text.inbox.what_next}</legend>
                {problem_at(text, &form.refusals, NEXT_STEP)}
                {choices}
            </fieldset>
            <div class="field">
                <label for=WORDS>{(text.inbox.words)(&name)}</label>
                <small id="words-hint">{(text.inbox.words_hint)(&name)}</small>
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
            <p class="reach"><button class="button main">{(text.inbox.save)(&name)}</button></p>
            <p class="soft">{(text.inbox.preview)(&name, visit.viewer.name.as_str())}</p>
        </form>
    }
}

//! The questions of an instrument, as whoever answers them sees them.

use leptos::prelude::*;

use super::field::{Fields, Refusals, problem_at};
use crate::{
    domain::{
        checkin::{CheckIn, Instrument, Look, Question},
        id::Id,
        why::Why,
    },
    text::{InstrumentText, Text},
};

/// The last part of a form with questions, after them.
pub const SEND: &str = "send";

/// The id under which the answers will be saved; it comes with the page, so that sending twice saves once.
pub const ID: &str = "id";
/// The version of the questions that were shown.
pub const VERSION: &str = "version";

/// Whether a form holds nothing but answers to these questions, what came with the page, and fields named in `more`:
/// nothing else is ever taken, nor quietly passed over.
pub fn is_of(instrument: &Instrument, typed: &Fields, more: &[&str]) -> bool {
    typed.names().all(|name| {
        matches!(name, ID | VERSION) || more.contains(&name) || instrument.items.iter().any(|item| item.key == name)
    })
}

/// Whether the questions are still those that were shown.
///
/// # Errors
/// [`Why::Outdated`] when they are not, or nobody can tell; [`Why::Twice`].
pub fn still_asked(instrument: &Instrument, typed: &Fields) -> Result<(), Why> {
    match typed.once(VERSION)? {
        Some(version) if version == instrument.version.to_string() => Ok(()),
        _ => Err(Why::Outdated),
    }
}

/// What comes with the page: the id, and the version of the questions.
pub fn hidden(instrument: &Instrument, id: Id<CheckIn>) -> impl IntoView + use<> {
    view! {
        <input type="hidden" name=ID value=id.to_string() />
        <input type="hidden" name=VERSION value=instrument.version.to_string() />
    }
}

/// What stands at the questions.
#[derive(Clone, Copy)]
pub struct Filled<'a> {
    /// Whom or what they are about, by name; empty where that needs no word.
    pub about: &'a str,
    /// What was typed.
    pub typed: &'a Fields,
    /// What is wrong with it.
    pub refusals: &'a Refusals,
}

/// Every question with its answers. Links lead from one to the next, for those who see one at a time.
pub fn questions(text: &'static Text, instrument: &'static Instrument, filled: Filled<'_>) -> Vec<AnyView> {
    (0..instrument.items.len()).map(|at| one(text, instrument, filled, at).into_any()).collect()
}

/// Where something is wrong, with a link to each place. `others` names what is no question.
pub fn summary(
    text: &'static Text,
    instrument: &Instrument,
    refusals: &Refusals,
    others: &'static str,
) -> Option<impl IntoView + use<>> {
    let links: Vec<_> = refusals
        .fields()
        .map(|field| {
            let at = instrument.items.iter().position(|question| question.key == field);
            let (target, words) = match at {
                Some(at) => (field, (text.check_in.question)(at + 1)),
                None => (SEND, others.to_owned()),
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

fn one(text: &'static Text, instrument: &'static Instrument, filled: Filled<'_>, at: usize) -> impl IntoView + use<> {
    let question = &instrument.items[at];
    let item = question.key;
    let words = text.instruments.of(instrument.key);
    let refused = filled.refusals.of(item).is_some();
    let chosen = filled.typed.get(item);
    let choices: Vec<_> =
        question.answers.iter().map(|answer| choice(words, question, *answer, chosen, refused)).collect();
    let (class, ends) = match question.look {
        Look::Words => (None, None),
        Look::Scale | Look::Faces => (Some("line"), words.and_then(|words| words.ends)),
    };
    let low = ends.map(|(low, _)| view! { <p class="low">"0: " {low}</p> });
    let high = ends.map(|(_, high)| view! { <p class="high">"10: " {high}</p> });
    let about = (!filled.about.is_empty()).then(|| view! { <strong>{filled.about.to_owned()}</strong> });
    let previous = at.checked_sub(1).map(|at| instrument.items[at].key);
    let next = instrument.items.get(at + 1).map_or(SEND, |next| next.key);
    view! {
        <fieldset
            class="question"
            id=item
            tabindex="-1"
            data-progress=(text.check_in.progress)(at + 1, instrument.items.len())
            aria-describedby=refused.then(|| format!("{item}-problem"))
        >
            <legend>
                <small>{about} {words.map(|words| words.lead)}</small>
                " "
                {words.map(|words| words.item(item))}
            </legend>
            {problem_at(text, filled.refusals, item)}
            <div class=class>{low} {choices} {high}</div>
            {turn(text, Some(next), previous)}
        </fieldset>
    }
}

fn choice(
    words: Option<&'static InstrumentText>,
    question: &Question,
    answer: i64,
    chosen: Option<&str>,
    refused: bool,
) -> impl IntoView + use<> {
    let item = question.key;
    let value = answer.to_string();
    let checked = chosen == Some(value.as_str());
    let label = match question.look {
        Look::Words => view! { <span>{words.map(|words| words.answer(item, answer))}</span> }.into_any(),
        Look::Scale => view! { <span>{answer}</span> }.into_any(),
        Look::Faces => {
            let face = (answer % 5 == 0).then(|| face(answer));
            view! { <span>{face} {answer}</span> }.into_any()
        }
    };
    view! {
        <label class="choice">
            <input type="radio" name=item value=value checked=checked aria-invalid=refused.then_some("true") />
            {label}
        </label>
    }
}

/// A face for a number from 0 to 10: the corners of the mouth rise with it.
fn face(answer: i64) -> impl IntoView {
    let bend = answer - 5;
    let mouth = format!("M8 {}q4 {bend} 8 0", 15 - bend / 2);
    view! {
        <svg class="icon" viewBox="0 0 24 24" aria-hidden="true">
            <circle cx="12" cy="12" r="9.5"></circle>
            <path d="M9 9v.5M15 9v.5"></path>
            <path d=mouth></path>
        </svg>
    }
}

/// Links to the next and the previous part of the form, for those who see one part at a time.
pub fn turn(text: &'static Text, next: Option<&'static str>, previous: Option<&'static str>) -> impl IntoView {
    let next = next.map(|next| view! { <a class="button main" href=format!("#{next}")>{text.check_in.next}</a> });
    let back = previous.map(|back| view! { <a class="quiet" href=format!("#{back}")>{text.check_in.back}</a> });
    view! { <p class="turn">{next} " " {back}</p> }
}

/// The answers that were given, question by question.
pub fn given(text: &'static Text, instrument: &'static Instrument, answers: &[(String, i64)]) -> impl IntoView + use<> {
    let words = text.instruments.of(instrument.key);
    let rows: Vec<_> = instrument
        .items
        .iter()
        .filter_map(|question| {
            let (_, value) = answers.iter().find(|(answered, _)| answered == question.key)?;
            let value = *value;
            let (answer, points) = match question.look {
                Look::Words => (words.map(|words| words.answer(question.key, value)), None),
                _ => (None, Some((text.inbox.of_ten)(value))),
            };
            Some(view! {
                <div>
                    <dt>{words.map(|words| words.item(question.key))}</dt>
                    <dd>{answer}{points}</dd>
                </div>
            })
        })
        .collect();
    view! { <dl class="answers">{rows}</dl> }
}

//! What is shown at the door.

use leptos::prelude::*;

use super::provider;
use crate::{
    domain::{
        passkey::Refused,
        person::{Language, Viewer},
        sign_in::OldWays,
        words::Phone,
    },
    problem::Problem,
    store::Entry,
    ui::{
        Setting,
        icon::{Icon, icon},
        page::{Page, Sheet},
        parts, passkey,
    },
};

pub(super) fn welcome(setting: &Setting, refused: Option<Refused>) -> Page {
    let (words, fingers) = (&setting.text.door, &setting.text.passkeys);
    let failed = fingers.enter_failed;
    let problem = refused.map(|why| view! { <p class="problem">{passkey::refused(setting.text, why, failed)}</p> });
    let can = setting.site.side().is_some();
    let finger = can.then(|| passkey::form(setting.text, "/passkeys/enter", fingers.enter, "button main", failed));
    let other = match setting.text.language {
        Language::Danish => Language::English,
        Language::English => Language::Danish,
    };
    let main = view! {
        <div class="path">
            <section class="hero">
                <h1>{words.welcome}</h1>
                <p>{words.welcome_words}</p>
                {problem}
                {finger}
            </section>
            <section>
                <h2>{words.how}</h2>
                <div>
                    <p>{words.how_words}</p>
                    <p class="soft">{words.lost}</p>
                </div>
            </section>
            {provider::ways_in(setting)}
        </div>
        <p class="aside">
            <a class="quiet" href=format!("/?language={}", other.key()) lang=other.key()>
                {icon(Icon::Language)}
                {words.other_language}
            </a>
        </p>
        {parts::about(setting.text)}
    };
    let sheet = Sheet::new(words.how, main).door().refused(refused.is_some());
    let sheet = if can { sheet.script(passkey::SCRIPT) } else { sheet };
    sheet.page(setting)
}

pub(super) fn open(setting: &Setting, token: &str, entry: &Entry) -> Page {
    let words = &setting.text.door;
    let made = match &entry.inviter {
        Some((name, _)) => (words.made_for_you)(name.as_str()),
        None => words.made.to_owned(),
    };
    let main = view! {
        <div class="path">
            <section class="hero">
                <h1>{(words.hello)(entry.name.first())}</h1>
                <p>{made}</p>
                {(entry.old_ways == OldWays::End).then(|| view! { <p>{words.ends_old_ways}</p> })}
                <form method="post" action=format!("/sign-in/{token}")>
                    <p class="reach">
                        <button class="button main">{words.open} " " {icon(Icon::Forward)}</button>
                    </p>
                </form>
            </section>
            {provider::invited(setting, token, entry)}
            <section>
                <h2>{words.not_you}</h2>
                <div>
                    <p>{words.not_you_words}</p>
                    <p class="soft">{words.lending}</p>
                </div>
            </section>
        </div>
    };
    Sheet::new(words.open, main).door().page(setting)
}

pub(super) fn closed(setting: &Setting, entry: &Entry) -> Page {
    let words = &setting.text.door;
    let inviter = entry.inviter.as_ref();
    let whom = match inviter {
        Some((name, _)) => (words.call_whom)(name.as_str()),
        None => words.call_sender.to_owned(),
    };
    let phone = inviter.and_then(|(_, phone)| phone.as_ref()).or(entry.municipality_phone.as_ref());
    no_use(setting, words.closed, words.closed_words, whom, phone)
}

pub(super) fn unknown(setting: &Setting) -> Page {
    let words = &setting.text.door;
    no_use(setting, words.unknown, words.unknown_words, words.call_sender.to_owned(), None)
}

/// A link that is of no use, and whom to call about it.
fn no_use(setting: &Setting, title: &'static str, why: &'static str, whom: String, phone: Option<&Phone>) -> Page {
    let words = &setting.text.door;
    let call = phone.or(setting.site.phone.as_ref()).map(|phone| {
        view! {
            <p class="reach">
                <a class="button main" href=format!("tel:{}", phone.dial())>
                    {icon(Icon::Phone)}
                    {(words.call_number)(&phone.spoken())}
                </a>
            </p>
        }
    });
    let main = view! {
        <div class="path">
            <section class="hero">
                <h1>{title}</h1>
                <p>{why}</p>
            </section>
            <section>
                <h2>{words.new_link}</h2>
                <div>
                    <p>{whom}</p>
                    {call}
                </div>
            </section>
        </div>
    };
    Sheet::new(title, main).door().page(setting)
}

/// The page for something in the way. `reference` leads to its line in the log when it is our fault.
pub fn problem(setting: &Setting, viewer: Option<&Viewer>, problem: &Problem, reference: &str) -> Page {
    let words = &setting.text.problems;
    let (title, why) = match problem {
        Problem::SignIn => (setting.text.door.signed_out, setting.text.door.signed_out_words),
        Problem::Locked(_) => (setting.text.phone_code.locked, setting.text.phone_code.locked_words),
        Problem::Unproven(_) => (setting.text.prove.title, setting.text.prove.words),
        Problem::PutOut => (setting.text.phone_code.over, setting.text.phone_code.over_words),
        Problem::NotFound => words.not_found,
        Problem::Changed => words.changed,
        Problem::Foreign => words.foreign,
        Problem::TooMany => words.too_many,
        Problem::TooLarge => words.too_large,
        Problem::Malformed => words.malformed,
        Problem::Ours(_) => words.ours,
    };
    let reference = matches!(problem, Problem::Ours(_))
        .then(|| view! { <p class="soft">{words.reference} " " <strong>{reference.to_owned()}</strong></p> });
    let main = view! {
        <div class="path">
            <section class="hero">
                <h1>{title}</h1>
                <p>{why}</p>
                {reference}
                <p class="reach">
                    <a class="button main" href="/">{icon(Icon::Home)}{setting.text.shell.to_home}</a>
                </p>
            </section>
        </div>
    };
    Sheet::new(title, main).door().quick_exit_for(viewer).page(setting)
}

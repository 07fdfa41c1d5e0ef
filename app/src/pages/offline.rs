//! Without a net: what a parent's own device may keep, and what it says while there is none.
//!
//! The device shows these words itself, so they come before they are needed, as one file. In braces stand the places it
//! fills in.

use leptos::prelude::*;
use serde_json::json;

use super::own_family;
use crate::{
    domain::{
        checkin::{Target, who5::WHO5},
        moment::start_of,
    },
    problem::Problem,
    store,
    ui::{
        Visit,
        icon::{Icon, icon},
        page::{Answer, File, Page, Sheet, Tab, offline},
        parts,
    },
};

/// So many of the next meetings are kept, each with its page.
const MEETINGS: i64 = 3;

/// Gives the words, and the addresses of the pages that are worth keeping now.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent; those of the store.
pub async fn words(visit: Visit) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let today = visit.now.date(visit.viewer.zone);
    let meetings = store::upcoming(&visit.db, &access, visit.now, MEETINGS).await?;
    let news = store::news(&visit.db, &access, today, start_of(today, visit.viewer.zone)).await?;
    let mut pages = vec!["/".to_owned()];
    let (asked, about) = news.ask.map_or((&WHO5, Target::Teller), |ask| (ask.instrument, ask.target));
    pages.push(parts::check_in_address(asked, about));
    pages.extend(["/plan", "/meetings", "/team"].map(str::to_owned));
    pages.extend(meetings.iter().map(|meeting| format!("/meetings/{}", meeting.id)));
    let text = visit.text;
    let help_lines = store::settings(&visit.db, &visit.viewer).await?.help_lines;
    let words = &text.offline;
    let note = |words: &'static str| view! { <aside class="net" role="status">{words}</aside> }.to_html();
    let waits = view! {
        <aside class="net"><a href="/waiting">{words.something_waits} {icon(Icon::Forward)}</a></aside>
    };
    let saved = view! {
        <li><strong>"{what}"</strong> " " {words.saved} " " <a class="quiet" href="{told}">{words.see}</a></li>
    };
    let refused = view! {
        <li>
            <strong>"{what}"</strong>
            " "
            {words.refused}
            <form method="post" action="{address}">
                "{fields}"
                <p class="reach"><button class="button main">{words.look}</button></p>
            </form>
        </li>
    };
    let all = json!({
        "lang": text.lang,
        "zone": visit.viewer.zone.name(),
        "today": words.today,
        "other_day": words.other_day,
        "pages": pages,
        "kept": note(words.kept),
        "saved_note": note(words.saved_note),
        "something_waits": waits.to_html(),
        "help": parts::hotlines(text, &help_lines).to_html(),
        "waiting": waiting_page(&visit, words.waiting_title, words.waiting_words).html,
        "arrived": waiting_page(&visit, words.arrived_title, words.arrived_words).html,
        "missing": missing_page(&visit).html,
        "leaving": leaving_page(&visit).html,
        "left": left_page(&visit).html,
        "elsewhere": visit.site.quick_exit_to,
        "what": {
            "check_in": words.check_in,
            "not_today": text.home.not_today,
            "step": words.step,
            "meeting": words.meeting,
        },
        "rows": {
            "waiting": view! { <li><strong>"{what}"</strong> " " {words.waits}</li> }.to_html(),
            "saved": saved.to_html(),
            "refused": refused.to_html(),
        },
    });
    let file = File { name: "offline.json", media_type: "application/json", bytes: all.to_string().into_bytes() };
    Ok(Answer::Kept(file, offline(&visit.viewer, visit.now)))
}

fn waiting_page(visit: &Visit, title: &'static str, words: &'static str) -> Page {
    let rows = view! { <section><ul class="rows">"{rows}"</ul></section> "{help}" };
    let main = view! {
        {said(title, words, rows)}
        <p class="aside"><a class="button" href="/">{visit.text.shell.to_home}</a></p>
    };
    Sheet::new(title, main).tabs(&visit.viewer, Tab::Home).page(&visit.setting)
}

fn missing_page(visit: &Visit) -> Page {
    let words = &visit.text.offline;
    let main = view! {
        {said(words.missing_title, words.missing_words, ())}
        <p class="aside"><a class="button" href="/">{visit.text.shell.to_home}</a></p>
    };
    Sheet::new(words.missing_title, main).tabs(&visit.viewer, Tab::Home).page(&visit.setting)
}

fn leaving_page(visit: &Visit) -> Page {
    let words = &visit.text.offline;
    let main = view! {
        {said(words.leaving_title, words.leaving_words, ())}
        <div class="aside">
            <p><a class="button main" href="/waiting">{words.stay}</a></p>
            <form method="post" action="{address}">
                <input type="hidden" name="sure" value="yes" />
                <button class="quiet">{words.leave_anyway}</button>
            </form>
        </div>
    };
    Sheet::new(words.leaving_title, main).task().quick_exit(&visit.viewer).page(&visit.setting)
}

fn left_page(visit: &Visit) -> Page {
    let words = &visit.text.offline;
    Sheet::new(words.left_title, said(words.left_title, words.left_words, ())).door().page(&visit.setting)
}

/// What is said, and what follows from it.
fn said(title: &'static str, words: &'static str, more: impl IntoView) -> impl IntoView {
    view! {
        <div class="path">
            <section class="hero"><h1>{title}</h1><p>{words}</p></section>
            {more}
        </div>
    }
}

/// Nothing waits where no device answers for itself.
///
/// # Errors
/// None.
pub async fn waiting(_: Visit) -> Result<Answer, Problem> {
    Ok(Answer::See("/".into()))
}

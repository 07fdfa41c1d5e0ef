//! What is shown: what an address is for, the one there is, and a new one, once.

use leptos::prelude::*;

use crate::{
    domain::{
        calendar::{CalendarAddress, Detail},
        chance::Token,
    },
    ui::{
        Visit, date,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
    },
};

/// The field with how much is told.
pub(super) const DETAIL: &str = "detail";

pub(super) fn calendar(visit: &Visit, address: Option<&CalendarAddress>) -> Page {
    let text = visit.text;
    let words = &text.calendar;
    let there = address.map(|address| {
        let when = date::instant(text, address.created_at, visit.viewer.zone, visit.now);
        view! {
            <section>
                <h2>{words.there}</h2>
                <form method="post" action=format!("/calendar-addresses/{}/revoke", address.id)>
                    <p>{(words.made)(&when)} " " {(words.tells)(address.detail)}</p>
                    <p class="reach"><button class="button">{words.revoke}</button></p>
                </form>
            </section>
        }
    });
    let (title, make) = if address.is_some() { (words.another, words.make_another) } else { (words.first, words.make) };
    let choices: Vec<_> = Detail::ALL
        .iter()
        .map(|detail| {
            view! {
                <label class="choice">
                    <input type="radio" name=DETAIL value=detail.key() checked=*detail == Detail::Poor />
                    <span>{(words.detail)(*detail)}</span>
                </label>
            }
        })
        .collect();
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/me">{icon(Icon::Back)}{text.me.title}</a></p>
                <h1>{words.title}</h1>
                <p>{words.lead}</p>
            </section>
            {there}
            <section>
                <h2>{title}</h2>
                <form method="post" action="/calendar">
                    <fieldset>
                        <legend class="unseen">{words.how_much}</legend>
                        {choices}
                    </fieldset>
                    <p class="reach"><button class="button main">{make}</button></p>
                </form>
            </section>
        </div>
    };
    Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Me).page(&visit.setting)
}

/// The address, which nobody can show again.
pub(super) fn made(visit: &Visit, token: &Token) -> Page {
    let text = visit.text;
    let words = &text.calendar;
    let address = format!("{}/calendar/{}", visit.site.public_url, token.reveal());
    let subscribe = address.split_once("://").map(|(_, rest)| format!("webcal://{rest}"));
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/calendar">{icon(Icon::Back)}{words.title}</a></p>
                <h1>{words.yours}</h1>
                <p>{words.once}</p>
                <p class="reach"><a class="button main" href=subscribe>{icon(Icon::Calendar)}{words.open}</a></p>
                <p><label for="link"><strong>{words.or_copy}</strong></label></p>
                <input id="link" readonly=true value=address />
                <p class="soft">{words.keep_private}</p>
            </section>
        </div>
    };
    Sheet::new(words.yours, main).tabs(&visit.viewer, Tab::Me).page(&visit.setting)
}

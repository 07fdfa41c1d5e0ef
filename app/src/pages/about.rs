//! What anybody may read: what becomes of what one tells, and for whom the pages are made.

use leptos::prelude::*;

use crate::{
    domain::person::Viewer,
    text::About,
    ui::{
        Setting,
        icon::{Icon, icon},
        page::{Page, Sheet},
    },
};

/// What is kept, who sees it, and what one may decide (GDPR art. 13).
pub fn privacy(setting: &Setting, viewer: Option<&Viewer>) -> Page {
    page(setting, viewer, &setting.text.privacy)
}

/// For whom the pages are made and what does not work yet: the statement that Danish law asks of public authorities
/// (lov om tilgængelighed af offentlige organers websteder og mobilapplikationer § 5).
pub fn accessibility(setting: &Setting, viewer: Option<&Viewer>) -> Page {
    page(setting, viewer, &setting.text.accessibility)
}

fn page(setting: &Setting, viewer: Option<&Viewer>, about: &'static About) -> Page {
    let sections: Vec<_> = about
        .sections
        .iter()
        .map(|(title, lines)| {
            let lines: Vec<_> = lines.iter().map(|line| view! { <p>{*line}</p> }).collect();
            view! { <section><h2>{*title}</h2><div>{lines}</div></section> }
        })
        .collect();
    let main = view! {
        <div class="path">
            <section class="hero"><h1>{about.title}</h1><p>{about.lead}</p></section>
            {sections}
        </div>
        <p class="aside">
            <a class="button" href="/">{icon(Icon::Home)}{setting.text.shell.to_home}</a>
        </p>
    };
    Sheet::new(about.title, main).door().quick_exit_for(viewer).page(setting)
}

//! Ways in by a provider: its buttons at the door, and the pages on the way to it and back.

use leptos::prelude::*;

use crate::{
    domain::identity::{Audience, Entered, Provider},
    store::Entry,
    ui::{
        Setting,
        icon::{Icon, icon},
        page::{Page, Sheet},
    },
};

/// What became of the way to a provider and back, where it did not lead in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Turned {
    /// Nobody is known by what it proved.
    Unknown,
    /// Who is known by it may not come in any more.
    Left,
    /// It was not as sure as it must be.
    Level,
    /// Somebody else is known by it.
    Taken,
    /// It took too long, was left off, or was done already.
    Over,
    /// What the provider said cannot be trusted.
    Failed,
    /// The provider does not answer.
    Down,
}

impl Turned {
    /// What became of a proof, where it did not lead in.
    pub const fn away(entered: Entered) -> Option<Self> {
        match entered {
            Entered::In => None,
            Entered::Unknown => Some(Self::Unknown),
            Entered::Left => Some(Self::Left),
            Entered::Taken => Some(Self::Taken),
            Entered::Over => Some(Self::Over),
        }
    }
}

/// A button for each provider people can come in by; nothing where there is none.
pub(super) fn ways_in(setting: &Setting) -> impl IntoView + use<> {
    let words = &setting.text.providers;
    let buttons = |audience: Audience| -> Vec<_> {
        let own = setting.site.providers.iter().filter(|provider| provider.audience == audience);
        own.map(|provider| {
            let title = provider.title(setting.text.language);
            view! {
                <form method="post" action=format!("/oidc/{}", provider.key)>
                    <button class="button">{(words.sign_in_with)(title)} " " {icon(Icon::Forward)}</button>
                </form>
            }
        })
        .collect()
    };
    let (citizens, staff) = (buttons(Audience::Citizens), buttons(Audience::Staff));
    let citizens = (!citizens.is_empty()).then(|| {
        view! {
            <section>
                <h2>{words.again}</h2>
                <div>
                    <p>{words.again_words}</p>
                    <div class="reach">{citizens}</div>
                </div>
            </section>
        }
    });
    let staff = (!staff.is_empty()).then(|| {
        view! {
            <section>
                <h2>{words.staff}</h2>
                <div class="reach">{staff}</div>
            </section>
        }
    });
    view! { {citizens} {staff} }
}

/// The providers at which somebody who is invited can prove who they are.
pub(super) fn for_invited<'a>(setting: &'a Setting, entry: &'a Entry) -> impl Iterator<Item = &'a Provider> {
    let citizens = setting.site.providers.iter().filter(|provider| provider.audience == Audience::Citizens);
    citizens.filter(|provider| provider.is_for(entry.role, entry.municipality.as_str()))
}

/// A button for each of those.
pub(super) fn invited(setting: &Setting, token: &str, entry: &Entry) -> impl IntoView + use<> {
    let words = &setting.text.providers;
    let ways: Vec<_> = for_invited(setting, entry)
        .map(|provider| {
            let title = provider.title(setting.text.language);
            view! {
                <div>
                    <p>{(words.invited_words)(title)}</p>
                    <form method="post" action=format!("/sign-in/{token}/oidc/{}", provider.key)>
                        <p class="reach"><button class="button">{(words.confirm_with)(title)}</button></p>
                    </form>
                </div>
            }
        })
        .collect();
    (!ways.is_empty()).then(|| view! { <section><h2>{words.invited}</h2> {ways}</section> })
}

/// The page that leads on to a provider: for those whose browser does not go on by itself.
pub fn leaving(setting: &Setting, provider: &Provider, address: &str) -> Page {
    let words = &setting.text.providers;
    let title = (words.leaving)(provider.title(setting.text.language));
    onward(setting, provider, title, words.leaving_words.to_owned(), address)
}

/// The page that leads on to the provider at which a person who is signed out here is to be signed out too.
pub fn signing_out(setting: &Setting, provider: &Provider, address: &str) -> Page {
    let words = &setting.text.providers;
    let why = (words.signed_out_words)(provider.title(setting.text.language));
    onward(setting, provider, words.signed_out.to_owned(), why, address)
}

fn onward(setting: &Setting, provider: &Provider, title: String, why: String, address: &str) -> Page {
    let on = (setting.text.providers.on)(provider.title(setting.text.language));
    let main = view! {
        <div class="path">
            <section class="hero">
                <h1>{title.clone()}</h1>
                <p>{why}</p>
                <p class="reach">
                    <a class="button main" href=address.to_owned()>{on} " " {icon(Icon::Forward)}</a>
                </p>
            </section>
        </div>
    };
    Sheet::new(title, main).door().page(setting)
}

/// The page for somebody who came back from a provider, or did not get there, and is not in.
pub fn turned(setting: &Setting, provider: &Provider, turned: Turned) -> Page {
    let words = &setting.text.providers;
    let name = provider.title(setting.text.language);
    let staff = provider.audience == Audience::Staff;
    let other_ways = if staff { words.other_ways_staff } else { words.other_ways };
    let (title, why, next) = match turned {
        Turned::Unknown if staff => (words.unknown, (words.unknown_staff_words)(name), words.unknown_staff_next),
        Turned::Unknown => (words.unknown, (words.unknown_words)(name), words.unknown_next),
        Turned::Left => (words.left, words.left_words.to_owned(), words.left_next),
        Turned::Level => (words.level, (words.level_words)(name), words.level_next),
        Turned::Taken => (words.taken, (words.taken_words)(name), words.taken_next),
        Turned::Over => (words.over, words.over_words.to_owned(), words.over_next),
        Turned::Failed => (words.failed, (words.failed_words)(name), other_ways),
        Turned::Down => (words.down, (words.down_words)(name), other_ways),
    };
    let main = view! {
        <div class="path">
            <section class="hero">
                <h1>{title}</h1>
                <p>{why}</p>
            </section>
            <section>
                <h2>{words.what_now}</h2>
                <div>
                    <p>{next}</p>
                    <p class="reach">
                        <a class="button main" href="/">{icon(Icon::Home)} {words.to_door}</a>
                    </p>
                </div>
            </section>
        </div>
    };
    Sheet::new(title, main).door().page(setting)
}

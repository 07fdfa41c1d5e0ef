//! Showing who one is before what only that person should do.

use leptos::prelude::*;

use super::phone_code;
use crate::{
    domain::{
        detour::Detour,
        identity::{Errand, Provider, ProviderKey},
        phone_code::{PhoneCode, PhoneLock, Tried},
    },
    problem::Problem,
    store,
    ui::{
        Visit,
        detour::{self, CODE, Words},
        field::{Fields, FilledIn, Refusals},
        form::Form,
        page::{Answer, Sheet},
        passkey,
    },
};

/// The ways somebody has to show who they are.
pub(super) struct Ways {
    finger: bool,
    code: bool,
    providers: Vec<Provider>,
}

impl Ways {
    pub(super) async fn of(visit: &Visit) -> Result<Self, Problem> {
        let (db, viewer) = (&visit.db, &visit.viewer);
        let known = store::own_providers(db, viewer).await?;
        let providers = visit.site.providers.iter().filter(|provider| known.contains(&provider.key));
        Ok(Self {
            finger: visit.site.side().is_some() && !store::passkeys(db, viewer).await?.is_empty(),
            code: viewer.lock != PhoneLock::None,
            providers: providers.cloned().collect(),
        })
    }

    pub(super) fn any(&self) -> bool {
        self.finger || self.code || !self.providers.is_empty()
    }
}

/// Asks who somebody is, and carries along where they were going.
///
/// # Errors
/// Those of the store.
pub async fn ask(visit: &Visit, on: &Detour) -> Result<Answer, Problem> {
    shown(visit, on, &FilledIn::default(), None).await
}

pub(super) async fn shown(
    visit: &Visit,
    on: &Detour,
    form: &FilledIn,
    problem: Option<String>,
) -> Result<Answer, Problem> {
    let text = visit.text;
    let words = &text.prove;
    let ways = Ways::of(visit).await?;
    let fields = Form::of(text, form);
    let refused = problem.is_some() || form.is_refused();
    let problem = problem.map(|problem| view! { <p class="problem">{problem}</p> });
    let finger = ways.finger.then(|| {
        let failed = text.passkeys.failed;
        let class = if ways.code { "button" } else { "button main" };
        passkey::form_with(text, "/me/passkeys/prove", words.finger, class, failed, detour::hidden(on))
    });
    let code = ways.code.then(|| {
        view! {
            <form method="post" action="/me/prove" autocomplete="off" novalidate=true>
                {detour::hidden(on)}
                {fields.code(CODE, text.phone_code.own, "")}
                <p class="reach"><button class="button main">{words.code}</button></p>
            </form>
        }
    });
    let providers: Vec<_> = ways
        .providers
        .iter()
        .map(|provider| {
            let button = (words.provider)(provider.title(text.language));
            view! {
                <form method="post" action=format!("/me/oidc/{}/prove", provider.key)>
                    {detour::hidden(on)}
                    <p class="reach"><button class="button">{button}</button></p>
                </form>
            }
        })
        .collect();
    let no_way = (!ways.any()).then(|| {
        view! {
            <section>
                <h2>{words.no_way}</h2>
                <form method="post" action="/me/code" autocomplete="off" novalidate=true>
                    <p>{words.no_way_words}</p>
                    {detour::hidden(on)}
                    {phone_code::fields(fields)}
                    <p class="reach"><button class="button main">{text.phone_code.save}</button></p>
                </form>
            </section>
        }
    });
    let main = view! {
        <div class="path">
            <section class="hero">
                <h1>{words.title}</h1>
                <p>{words.words}</p>
                {problem}
                {code}
                {finger}
                {providers}
            </section>
            {no_way}
            <section>
                <h2>{words.cannot}</h2>
                <div>
                    <p>{words.cannot_words}</p>
                    <p class="reach"><a class="quiet" href="/">{words.not_now}</a></p>
                </div>
            </section>
        </div>
    };
    let sheet = Sheet::new(words.title, main).door().quick_exit(&visit.viewer).unproven().refused(refused);
    let sheet = if ways.finger { sheet.script(passkey::SCRIPT) } else { sheet };
    Ok(sheet.page(&visit.setting).into())
}

/// Goes on, once it was shown who it is.
pub fn done(visit: &Visit, on: &Detour) -> Answer {
    let words = &visit.text.prove;
    let form = Words { title: words.done, words: words.done_words, go_on: words.go_on };
    let file = Words { title: words.done, words: words.file_words, go_on: words.file };
    detour::go_on(visit, on, &form, &file)
}

/// The viewer shows with the code of this device that it is them, and goes on; or reads what is wrong. Five wrong codes end
/// the session.
///
/// # Errors
/// [`Problem::NotFound`] on a device without a code, [`Problem::PutOut`] for the last of them; those of the store.
pub async fn by_code(visit: Visit, typed: Fields) -> Result<Answer, Problem> {
    if visit.viewer.lock == PhoneLock::None {
        return Err(Problem::NotFound);
    }
    let on = detour::read(&typed).unwrap_or_default();
    let mut refusals = Refusals::default();
    let code = typed.once(CODE).and_then(|code| PhoneCode::parse(code.unwrap_or_default()));
    let problem = match refusals.take(CODE, code) {
        Some(code) => match store::try_phone_code(&visit.db, &visit.viewer, code, visit.now).await? {
            Tried::Right => return Ok(done(&visit, &on)),
            Tried::Over => return Err(Problem::PutOut),
            Tried::Wrong(left) => Some((visit.text.phone_code.wrong)(left)),
        },
        None => None,
    };
    shown(&visit, &on, &FilledIn { typed: Fields::default(), refusals }, problem).await
}

/// What the viewer sets out to a provider for, to show there that it is them.
///
/// # Errors
/// [`Problem::NotFound`] where they are not known by that provider.
pub async fn by_provider(visit: &Visit, key: &ProviderKey, typed: &Fields) -> Result<Errand, Problem> {
    let ways = Ways::of(visit).await?;
    let known = ways.providers.iter().any(|provider| provider.key == *key);
    let on = detour::read(typed).unwrap_or_default();
    if known { Ok(Errand::Prove(visit.viewer.session, on)) } else { Err(Problem::NotFound) }
}

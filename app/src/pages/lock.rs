//! A device that waits for its code: the one page there is then, and opening it again.

use leptos::prelude::*;

use super::{ask_for_passkey, signed};
use crate::{
    domain::{
        detour::Detour,
        passkey::{Kind, Refused},
        person::Viewer,
        phone_code::{PhoneCode, PhoneLock, Tried},
    },
    problem::Problem,
    store,
    ui::{
        Setting, Visit,
        detour::{self, CODE, Words},
        field::{Fields, FilledIn, Refusals},
        form::Form,
        icon::{Icon, icon},
        page::{Answer, Page, Sheet},
        passkey::{self, ANSWER},
    },
};

/// The page of a device that waits for its code. It tells nothing of whom it belongs to. `finger` says whether that person
/// has a passkey.
pub fn page(setting: &Setting, viewer: &Viewer, finger: bool, on: &Detour) -> Page {
    shown(setting, viewer, finger, on, &FilledIn::default(), None)
}

fn shown(
    setting: &Setting,
    viewer: &Viewer,
    finger: bool,
    on: &Detour,
    form: &FilledIn,
    problem: Option<String>,
) -> Page {
    let text = setting.text;
    let words = &text.phone_code;
    let fields = Form::of(text, form);
    let finger = finger && setting.site.side().is_some();
    let by_finger = finger.then(|| {
        let failed = text.passkeys.failed;
        passkey::form_with(text, "/locked/finger", words.finger, "button", failed, detour::hidden(on))
    });
    let refused = problem.is_some() || form.is_refused();
    let problem = problem.map(|problem| view! { <p class="problem">{problem}</p> });
    let main = view! {
        <div class="path">
            <section class="hero">
                <h1>{words.locked}</h1>
                <p>{words.locked_words}</p>
                {problem}
                <form method="post" action="/locked" autocomplete="off" novalidate=true>
                    {detour::hidden(on)}
                    {fields.code(CODE, words.own, "")}
                    <p class="reach"><button class="button main">{words.open}</button></p>
                </form>
                {by_finger}
            </section>
            <section>
                <h2>{words.forgotten}</h2>
                <form method="post" action="/sign-out">
                    <p>{words.forgotten_words}</p>
                    <p class="reach"><button class="button">{icon(Icon::SignOut)} {text.me.sign_out_here}</button></p>
                </form>
            </section>
        </div>
    };
    let sheet = Sheet::new(words.locked, main).door().quick_exit(viewer).locked().refused(refused);
    let sheet = if finger { sheet.script(passkey::SCRIPT) } else { sheet };
    sheet.page(setting)
}

/// Whether the viewer has a passkey to open the device with.
///
/// # Errors
/// Those of the store.
pub async fn has_finger(setting: &Setting, viewer: &Viewer) -> Result<bool, Problem> {
    Ok(!store::passkeys(&setting.db, viewer).await?.is_empty())
}

/// Shows the page, also before the pause is over: what stands open on a screen leads here by then. Without a code there is
/// nothing to wait for.
///
/// # Errors
/// Those of the store.
pub async fn show(visit: Visit, asked: Fields) -> Result<Answer, Problem> {
    // A form comes along with a form alone: anybody can write an address.
    let on = detour::read(&asked).unwrap_or_default().with(None);
    if visit.viewer.lock == PhoneLock::None {
        return Ok(Answer::See(on.address().to_owned()));
    }
    let finger = has_finger(&visit, &visit.viewer).await?;
    Ok(page(&visit, &visit.viewer, finger, &on).into())
}

/// Opens the device with its code, and goes on; or says what is wrong. Five wrong codes end the session.
///
/// # Errors
/// [`Problem::PutOut`] for the last of them; those of the store.
pub async fn open(visit: Visit, typed: Fields) -> Result<Answer, Problem> {
    let on = detour::read(&typed).unwrap_or_default();
    if visit.viewer.lock == PhoneLock::None {
        return Ok(goes_on(&visit, &on));
    }
    let mut refusals = Refusals::default();
    let code = typed.once(CODE).and_then(|code| PhoneCode::parse(code.unwrap_or_default()));
    let problem = match refusals.take(CODE, code) {
        Some(code) => match store::try_phone_code(&visit.db, &visit.viewer, code, visit.now).await? {
            Tried::Right => return Ok(goes_on(&visit, &on)),
            Tried::Over => return Err(Problem::PutOut),
            Tried::Wrong(left) => Some((visit.text.phone_code.wrong)(left)),
        },
        None => None,
    };
    let finger = has_finger(&visit, &visit.viewer).await?;
    let form = FilledIn { typed: Fields::default(), refusals };
    Ok(shown(&visit, &visit.viewer, finger, &on, &form, problem).into())
}

/// Says what the device is to sign to open it.
///
/// # Errors
/// [`Problem::NotFound`] where there can be no passkeys.
pub async fn ask_finger(visit: Visit, _: Fields) -> Result<Answer, Problem> {
    Ok(Answer::Json(ask_for_passkey(&visit, Kind::Prove, Some(&visit.viewer)).await?))
}

/// Opens the device with a passkey of its person, and goes on; or says why that did not work.
///
/// # Errors
/// [`Problem::NotFound`] where there can be no passkeys; those of the store.
pub async fn open_with_finger(visit: Visit, typed: Fields) -> Result<Answer, Problem> {
    let on = detour::read(&typed).unwrap_or_default();
    if visit.viewer.lock == PhoneLock::None {
        return Ok(goes_on(&visit, &on));
    }
    let answer = typed.once(ANSWER).ok().flatten().unwrap_or_default();
    let (db, viewer) = (&visit.db, &visit.viewer);
    let refused = match signed(&visit, Kind::Prove, Some(viewer), answer).await? {
        Ok(signed) => {
            let state = (&signed.before[..], &signed.after[..]);
            match store::prove(db, viewer, signed.passkey, state, visit.now).await {
                Ok(()) => {
                    store::open_phone(db, viewer, visit.now).await?;
                    return Ok(goes_on(&visit, &on));
                }
                Err(store::Error::NotFound) => Refused::Unknown,
                Err(error) => return Err(error.into()),
            }
        }
        Err(refused) => refused,
    };
    let why = passkey::refused(visit.text, refused, visit.text.passkeys.failed).to_owned();
    let finger = has_finger(&visit, viewer).await?;
    Ok(shown(&visit, viewer, finger, &on, &FilledIn::default(), Some(why)).into())
}

fn goes_on(visit: &Visit, on: &Detour) -> Answer {
    let words = &visit.text.phone_code;
    let form = Words { title: words.back, words: words.back_words, go_on: words.go_on };
    let file = Words { words: visit.text.prove.file_words, go_on: visit.text.prove.file, ..form };
    detour::go_on(visit, on, &form, &file)
}

/// The page for whoever was signed out because the code was wrong too often.
pub fn put_out(setting: &Setting) -> Page {
    let text = setting.text;
    let words = &text.phone_code;
    let main = view! {
        <div class="path">
            <section class="hero">
                <h1>{words.over}</h1>
                <p>{words.over_words}</p>
                <p>{words.over_next}</p>
                <p class="reach"><a class="button main" href="/">{text.providers.to_door}</a></p>
            </section>
        </div>
    };
    Sheet::new(words.over, main).door().locked().page(setting)
}

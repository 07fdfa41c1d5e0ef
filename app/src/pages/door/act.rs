//! What happens: looking at an invitation changes nothing; the button uses it up. Whoever has a passkey comes in with that.

use super::{
    super::{ask_for_passkey, signed},
    page, provider,
};
use crate::{
    domain::{
        chance::Token,
        identity::{Errand, ProviderKey},
        passkey::{Kind, Refused},
        person::{Language, Viewer},
        sign_in::{InvitationState, device_of},
    },
    problem::Problem,
    store,
    text::text,
    ui::{
        Setting,
        field::Fields,
        page::{Answer, Page},
        passkey::ANSWER,
    },
};

/// Shows how one comes in.
pub fn welcome(setting: &Setting) -> Page {
    page::welcome(setting, None)
}

/// Says what a device is to sign to come in.
///
/// # Errors
/// [`Problem::NotFound`] where there can be no passkeys.
pub async fn ask(setting: Setting) -> Result<Answer, Problem> {
    Ok(Answer::Json(ask_for_passkey(&setting, Kind::Enter, None).await?))
}

/// Signs in whoever comes with a passkey, or says kindly that it did not work, and why for the log. Whoever was signed in
/// on this browser before is signed out.
///
/// # Errors
/// Those of the store.
pub async fn enter(
    setting: Setting,
    before: Option<Viewer>,
    fields: Fields,
    agent: &str,
) -> Result<(Answer, Option<Refused>), Problem> {
    let session = Token::fresh();
    let answer = fields.once(ANSWER).ok().flatten().unwrap_or_default();
    let entered = match signed(&setting, Kind::Enter, None, answer).await? {
        Ok(signed) => {
            let (whose, state) = ((signed.passkey, signed.person), (&signed.before[..], &signed.after[..]));
            match store::enter_with_passkey(&setting.db, whose, state, &session, &device_of(agent), setting.now).await {
                Err(store::Error::NotFound) => Err(Refused::Unknown),
                entered => Ok(entered?),
            }
        }
        Err(refused) => Err(refused),
    };
    if let Err(refused) = entered {
        return Ok((page::welcome(&setting, Some(refused)).into(), Some(refused)));
    }
    if let Some(before) = before {
        store::close_session(&setting.db, &before, before.session, setting.now).await?;
    }
    Ok((Answer::SignedIn(session), None))
}

/// Shows an invitation with the button that uses it, or says kindly that it is of no use any more. Whoever came in
/// with it and still is in goes on to the first page.
///
/// # Errors
/// Those of the store.
pub async fn entry(setting: Setting, viewer: Option<&Viewer>, token: &str) -> Result<Answer, Problem> {
    let known = match Token::read(token) {
        Some(token) => store::entry(&setting.db, &token, setting.now).await?,
        None => None,
    };
    let page = match known {
        Some(entry) if entry.state == InvitationState::Open => {
            let setting = speaking(setting, entry.language);
            page::open(&setting, token, &entry)
        }
        Some(entry) if viewer.is_some_and(|viewer| viewer.person == entry.person) => {
            return Ok(Answer::See("/".into()));
        }
        Some(entry) => {
            let setting = speaking(setting, entry.language);
            page::closed(&setting, &entry)
        }
        None => page::unknown(&setting),
    };
    Ok(page.into())
}

fn speaking(setting: Setting, language: Language) -> Setting {
    Setting { text: text(language), ..setting }
}

/// Uses an invitation up and signs its person in. Whoever was signed in on this browser before is signed out. When it
/// is of no use any more, it says so as [`entry`] does.
///
/// # Errors
/// Those of the store.
pub async fn accept(setting: Setting, before: Option<Viewer>, token: &str, agent: &str) -> Result<Answer, Problem> {
    let session = Token::fresh();
    let accepted = match Token::read(token) {
        Some(token) => store::accept(&setting.db, &token, &session, &device_of(agent), setting.now).await,
        None => Err(store::Error::NotFound),
    };
    match accepted {
        Err(store::Error::NotFound) => return entry(setting, before.as_ref(), token).await,
        accepted => accepted?,
    }
    if let Some(before) = before {
        store::close_session(&setting.db, &before, before.session, setting.now).await?;
    }
    Ok(Answer::SignedIn(session))
}

/// What somebody who wants to use an invitation by proving at a provider who they are sets out for; nothing when the
/// invitation is of no use any more, or not for whom that provider lets in.
///
/// # Errors
/// Those of the store.
pub async fn confirm(setting: &Setting, token: &str, key: &ProviderKey) -> Result<Option<Errand>, Problem> {
    let Some(token) = Token::read(token) else { return Ok(None) };
    let known = store::entry(&setting.db, &token, setting.now).await?;
    let open = known.filter(|entry| entry.state == InvitationState::Open);
    let open = open.filter(|entry| provider::for_invited(setting, entry).any(|provider| provider.key == *key));
    Ok(open.map(|entry| Errand::Invited(entry.id)))
}

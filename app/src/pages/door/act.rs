//! What happens: looking at an invitation changes nothing; the button uses it up.

use super::page;
use crate::{
    domain::{
        chance::Token,
        person::{Language, Viewer},
        sign_in::InvitationState,
    },
    problem::Problem,
    store,
    text::text,
    ui::{
        Setting,
        page::{Answer, Page},
    },
};

/// Shows how one comes in.
pub fn welcome(setting: &Setting) -> Page {
    page::welcome(setting)
}

/// Shows an invitation with the button that uses it, or says kindly that it is of no use any more. The second value
/// says whether the link was unknown: whoever asks for many of these is guessing.
///
/// # Errors
/// Those of the store.
pub async fn entry(setting: Setting, token: &str) -> Result<(Page, bool), Problem> {
    let known = match Token::read(token) {
        Some(token) => store::entry(&setting.db, &token, setting.now).await?,
        None => None,
    };
    Ok(match known {
        Some(entry) if entry.state == InvitationState::Open => {
            let setting = speaking(setting, entry.language);
            (page::open(&setting, token, &entry), false)
        }
        Some(entry) => {
            let setting = speaking(setting, entry.language);
            (page::closed(&setting, &entry), false)
        }
        None => (page::unknown(&setting), true),
    })
}

fn speaking(setting: Setting, language: Language) -> Setting {
    Setting { text: text(language), ..setting }
}

/// Uses an invitation up and signs its person in. Whoever was signed in on this browser before is signed out.
///
/// # Errors
/// [`Problem::NotFound`] when it cannot be used (any more).
pub async fn accept(setting: Setting, before: Option<Viewer>, token: &str, device: &str) -> Result<Answer, Problem> {
    let token = Token::read(token).ok_or(Problem::NotFound)?;
    let session = Token::fresh();
    store::accept(&setting.db, &token, &session, device, setting.now).await?;
    if let Some(before) = before {
        store::close_session(&setting.db, &before, before.session, setting.now).await?;
    }
    Ok(Answer::SignedIn(session))
}

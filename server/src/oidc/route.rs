//! The way of a browser to a provider and back, and out.

use app::{
    domain::{
        chance::Token,
        identity::{Entered, Errand, ProviderKey},
        person::Viewer,
        phone_code::PhoneLock,
        sign_in::device_of,
    },
    pages::{
        door::{self, Turned},
        me,
    },
    problem::Problem,
    store,
    ui::{
        field::Fields,
        page::{Answer, Page},
    },
};
use axum::{
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header, request::Parts},
    response::{IntoResponse as _, Response},
};
use openidconnect::url::Url;

use super::party::{Party, Unproven};
use crate::{
    Shared,
    posts::{PathParts, answered, holder, html, one_too_many, problem, read_form, setting, viewer, visit},
    security::CLEAR_SITE_DATA,
};

/// Where a provider says that somebody signed out there.
pub const BACK_CHANNEL: &str = "/oidc/{provider}/logout";

/// The last part of an address that names a provider, and that provider.
fn party<'a>(shared: &'a Shared, path: &PathParts, name: &str) -> Result<&'a Party, Problem> {
    let path = path.as_ref().map_err(|_| Problem::NotFound)?;
    let key = path.iter().find(|(part, _)| *part == name).and_then(|(_, key)| key.parse::<ProviderKey>().ok());
    key.and_then(|key| shared.providers.find(&key)).ok_or(Problem::NotFound)
}

const PROVIDER: &str = "provider";

/// Somebody sets out to a provider to come in.
pub async fn set_out(State(shared): State<Shared>, path: PathParts, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let leaving = async {
        if one_too_many(&shared, &parts) {
            return Err(Problem::TooMany);
        }
        leave(&shared, &parts, party(&shared, &path, PROVIDER)?, Errand::SignIn).await
    };
    leaving.await.unwrap_or_else(|trouble| problem(&shared, &parts, None, trouble))
}

/// Somebody sets out to prove that an invitation is for them.
pub async fn confirm_invitation(State(shared): State<Shared>, path: PathParts, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let leaving = async {
        if one_too_many(&shared, &parts) {
            return Err(Problem::TooMany);
        }
        let party = party(&shared, &path, PROVIDER)?;
        let token = path.as_ref().ok().and_then(|path| path.iter().next()).map_or("", |(_, token)| token);
        let setting = setting(&shared, &parts, None);
        match door::confirm(&setting, token, &party.shown().key).await? {
            Some(errand) => leave(&shared, &parts, party, errand).await,
            None => Ok(answered(&shared, &parts, door::entry(setting, None, token).await?)),
        }
    };
    leaving.await.unwrap_or_else(|trouble| problem(&shared, &parts, None, trouble))
}

/// Somebody who is signed in sets out to prove who they are, to come in this way the next time.
pub async fn confirm_own(State(shared): State<Shared>, path: PathParts, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let viewer = match viewer(&shared, &parts).await.and_then(|viewer| viewer.ok_or(Problem::SignIn)) {
        Ok(viewer) => viewer,
        Err(trouble) => return problem(&shared, &parts, None, trouble),
    };
    let leaving = async {
        let party = party(&shared, &path, PROVIDER)?;
        let errand = me::confirm(&visit(&shared, &parts, viewer.clone()), &party.shown().key)?;
        leave(&shared, &parts, party, errand).await
    };
    leaving.await.unwrap_or_else(|trouble| problem(&shared, &parts, Some(&viewer), trouble))
}

/// Somebody who is signed in sets out to show that it is them, and comes back to what they were doing.
pub async fn prove_own(State(shared): State<Shared>, path: PathParts, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let viewer = match viewer(&shared, &parts).await.and_then(|viewer| viewer.ok_or(Problem::SignIn)) {
        Ok(viewer) => viewer,
        Err(trouble) => return problem(&shared, &parts, None, trouble),
    };
    let leaving = async {
        if one_too_many(&shared, &parts) {
            return Err(Problem::TooMany);
        }
        let party = party(&shared, &path, PROVIDER)?;
        let fields = read_form(&parts.headers, body).await?;
        let visit = visit(&shared, &parts, viewer.clone());
        let errand = me::prove_by_provider(&visit, &party.shown().key, &fields).await?;
        leave(&shared, &parts, party, errand).await
    };
    leaving.await.unwrap_or_else(|trouble| problem(&shared, &parts, Some(&viewer), trouble))
}

/// Sends a browser to a provider, and binds the way back to that browser. A form that led there itself would have to be
/// allowed to lead wherever the provider sends people on (CSP `form-action`); a page that goes on by itself need not.
async fn leave(shared: &Shared, parts: &Parts, party: &Party, errand: Errand) -> Result<Response, Problem> {
    let setting = setting(shared, parts, None);
    let (state, browser) = (Token::fresh(), Token::fresh());
    let anew = matches!(errand, Errand::Prove(..));
    let address = match party.address(&state, &browser, setting.text.language, anew, setting.now).await {
        Ok(address) => address,
        Err(unproven) => return Ok(turned(shared, parts, party, why(party, unproven))),
    };
    store::set_out(&shared.db, &party.shown().key, &errand, &state, &browser, setting.now).await?;
    let page = door::leaving(&setting, party.shown(), address.as_str());
    let mut response = onward(shared, parts, page, &address);
    if let Some(cookie) = shared.cookie.of_errand().set(&browser) {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    Ok(response)
}

fn onward(shared: &Shared, parts: &Parts, page: Page, address: &Url) -> Response {
    let mut response = html(shared, parts, StatusCode::OK, page);
    if let Ok(refresh) = HeaderValue::from_str(&format!("0; url={address}")) {
        response.headers_mut().insert(header::REFRESH, refresh);
    }
    response
}

/// Why somebody is turned away. Only what a provider does wrong is logged, and nothing of whom it is about.
fn why(party: &Party, unproven: Unproven) -> Turned {
    let provider = party.shown().key.as_str();
    match unproven {
        Unproven::Down(cause) => {
            tracing::warn!(provider, cause, "a provider does not answer");
            Turned::Down
        }
        Unproven::Failed(cause) => {
            tracing::warn!(provider, cause, "what a provider said was not taken");
            Turned::Failed
        }
        Unproven::Level => Turned::Level,
    }
}

fn turned(shared: &Shared, parts: &Parts, party: &Party, turned: Turned) -> Response {
    let status = match turned {
        Turned::Unknown | Turned::Left | Turned::Level | Turned::Taken => StatusCode::FORBIDDEN,
        Turned::Over | Turned::Failed => StatusCode::BAD_REQUEST,
        Turned::Down => StatusCode::SERVICE_UNAVAILABLE,
    };
    html(shared, parts, status, door::turned(&setting(shared, parts, None), party.shown(), turned))
}

/// Somebody comes back from a provider.
pub async fn come_back(State(shared): State<Shared>, path: PathParts, request: Request) -> Response {
    let (parts, _) = request.into_parts();
    let back = async {
        if one_too_many(&shared, &parts) {
            return Err(Problem::TooMany);
        }
        let party = party(&shared, &path, PROVIDER)?;
        let asked = Fields::read(parts.uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
        Ok(match arrive(&shared, &parts, party, &asked).await? {
            Ok(answer) => answered(&shared, &parts, answer),
            Err(away) => turned(&shared, &parts, party, away),
        })
    };
    let mut response = back.await.unwrap_or_else(|trouble| problem(&shared, &parts, None, trouble));
    if let Some(cookie) = shared.cookie.of_errand().clear() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

async fn arrive(
    shared: &Shared,
    parts: &Parts,
    party: &Party,
    asked: &Fields,
) -> Result<Result<Answer, Turned>, Problem> {
    let (db, provider, now) = (&shared.db, party.shown(), shared.clock.now());
    let once = |name| asked.once(name).ok().flatten();
    let state = once("state").and_then(Token::read);
    let (Some(state), Some(browser)) = (state, shared.cookie.of_errand().read(&parts.headers)) else {
        return Ok(Err(Turned::Over));
    };
    let Some(errand) = store::come_back(db, &provider.key, &state, &browser, now).await? else {
        return Ok(Err(Turned::Over));
    };
    let before = holder(shared, parts).await?;
    let (Some(code), None, Ok(sender)) = (once("code"), once("error"), asked.once("iss")) else {
        // Whoever was to show that it is them and changed their mind there has what they sent still.
        return match (errand, before) {
            (Errand::Prove(of, on), Some(viewer)) if viewer.session == of && viewer.lock != PhoneLock::Locked => {
                Ok(Ok(me::ask_who(&visit(shared, parts, viewer), &on).await?))
            }
            _ => Ok(Err(Turned::Over)),
        };
    };
    let anew = matches!(errand, Errand::Prove(..));
    let proof = match party.proof(code, sender, &browser, anew, now).await {
        Ok(proof) => proof,
        Err(unproven) => return Ok(Err(why(party, unproven))),
    };
    let session = Token::fresh();
    let agent = parts.headers.get(header::USER_AGENT).and_then(|agent| agent.to_str().ok()).unwrap_or_default();
    let device = device_of(agent);
    let same = |of| before.as_ref().filter(|viewer| viewer.session == of);
    let entered = match &errand {
        Errand::SignIn => store::enter_by_provider(db, provider, &proof, &session, &device, now).await?,
        Errand::Invited(invitation) => {
            store::enter_invited(db, provider, &proof, *invitation, &session, &device, now).await?
        }
        Errand::Bind(of) => match same(*of).filter(|viewer| viewer.lock != PhoneLock::Locked) {
            Some(viewer) => store::bind_own(db, provider, &proof, viewer, now).await?,
            None => Entered::Over,
        },
        Errand::Prove(of, _) => match same(*of) {
            Some(viewer) => store::prove_by_provider(db, provider, &proof, viewer, now).await?,
            None => Entered::Over,
        },
    };
    if let Some(away) = Turned::away(entered) {
        return Ok(Err(away));
    }
    // The device may have locked on the way: to be known there again opens it as a finger does.
    if let (Errand::Prove(..), Some(viewer)) = (&errand, &before)
        && viewer.lock == PhoneLock::Locked
    {
        store::open_phone(db, viewer, now).await?;
    }
    Ok(Ok(match (errand, before) {
        (Errand::Bind(_), _) => Answer::See("/me".into()),
        (Errand::Prove(_, on), Some(viewer)) => me::proven(&visit(shared, parts, viewer), &on),
        (Errand::Prove(..), None) => return Ok(Err(Turned::Over)),
        (_, Some(before)) => {
            store::close_session(db, &before, before.session, now).await?;
            Answer::SignedIn(session)
        }
        (_, None) => Answer::SignedIn(session),
    }))
}

/// Signs the viewer out, here or everywhere; and at the provider by which they came in.
pub async fn sign_out(State(shared): State<Shared>, request: Request, everywhere: bool) -> Response {
    let (parts, _) = request.into_parts();
    let viewer = match holder(&shared, &parts).await.and_then(|viewer| viewer.ok_or(Problem::SignIn)) {
        Ok(viewer) => viewer,
        Err(trouble) => return problem(&shared, &parts, None, trouble),
    };
    let out = async {
        let came_by = came_by(&shared, &viewer).await?;
        let visit = visit(&shared, &parts, viewer.clone());
        let setting = visit.setting.clone();
        let answer = if everywhere {
            me::sign_out_everywhere(visit, Fields::default()).await?
        } else {
            me::sign_out(visit, Fields::default()).await?
        };
        let mut response = answered(&shared, &parts, answer);
        if let Some((party, address)) = came_by {
            let page = door::signing_out(&setting, party.shown(), address.as_str());
            let mut way = onward(&shared, &parts, page, &address);
            for name in [header::SET_COOKIE, CLEAR_SITE_DATA] {
                for value in response.headers().get_all(&name) {
                    way.headers_mut().append(name.clone(), value.clone());
                }
            }
            response = way;
        }
        Ok(response)
    };
    out.await.unwrap_or_else(|trouble| problem(&shared, &parts, Some(&viewer), trouble))
}

/// The provider by which a session began, and where somebody signs out there.
async fn came_by<'a>(shared: &'a Shared, viewer: &Viewer) -> Result<Option<(&'a Party, Url)>, Problem> {
    let key = store::came_by(&shared.db, viewer).await?;
    let Some(party) = key.and_then(|key| shared.providers.find(&key)) else { return Ok(None) };
    Ok(party.sign_out_address(shared.clock.now()).await.map(|address| (party, address)))
}

/// A provider says that somebody signed out there (OpenID Connect Back-Channel Logout 1.0 §2.5).
pub async fn back_channel(State(shared): State<Shared>, path: PathParts, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let told = async {
        let party = party(&shared, &path, PROVIDER)?;
        let fields = read_form(&parts.headers, body).await?;
        let token = fields.once("logout_token").ok().flatten().ok_or(Problem::Malformed)?;
        let (provider, now) = (party.shown(), shared.clock.now());
        let out = match party.signed_out(token, now).await {
            Ok(out) => out,
            Err(unproven) => {
                why(party, unproven);
                return Ok(StatusCode::BAD_REQUEST.into_response());
            }
        };
        let issuer = party.terms().issuer.as_str();
        let whose = (out.subject.as_ref(), out.session.as_deref());
        let closed = store::close_sessions_by(&shared.db, &provider.key, issuer, whose, out.at, now).await?;
        tracing::info!(provider = provider.key.as_str(), closed, "a provider signed somebody out");
        Ok(StatusCode::OK.into_response())
    };
    told.await.unwrap_or_else(|trouble| problem(&shared, &parts, None, trouble))
}

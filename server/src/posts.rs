//! From a request to a call of a page, and from its answer to a response.
//!
//! A form posts to its own page: 303 when it is done, 422 with everything that was typed when it is refused.

use std::{convert::Infallible, future::Future, net::SocketAddr, time::Duration};

use app::{
    domain::{
        chance,
        detour::Detour,
        id::Id,
        person::{Language, Viewer},
        phone_code::{PAUSE, PhoneLock},
        sign_in::Limits,
    },
    pages::{door, lock, me},
    problem::{Locked, Problem},
    text::{preferred, text},
    ui::{
        Setting, Visit, detour,
        field::Fields,
        page::{Answer, File, Left, NOT_KEPT, Page, Standing},
    },
};
use axum::{
    body::{Body, to_bytes},
    extract::{
        ConnectInfo, DefaultBodyLimit, FromRequest, Multipart, RawPathParams, Request, State,
        multipart::MultipartError, rejection::RawPathParamsRejection,
    },
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header, request::Parts},
    response::{IntoResponse, Response},
    routing::{MethodRouter, get, post},
};
use tokio::time::timeout;
use uuid::Uuid;

use crate::{
    Shared,
    files::takes_brotli,
    security::{self, CLEAR_SITE_DATA, content_security_policy},
    session,
};

/// The most bytes a form may have.
pub const LARGEST_FORM: usize = 64 * 1024;

/// A form that takes longer to arrive is given up.
const SLOWEST_FORM: Duration = Duration::from_secs(60);

/// Pages smaller than this are not worth compressing, in bytes.
const WORTH_COMPRESSING: usize = 1024;

/// Says whether a device may keep what it gets, for which session and until when.
const OFFLINE: HeaderName = HeaderName::from_static("offline");

/// For how many seconds a form waited on the device that sends it, because there was no net.
const WAITED: HeaderName = HeaderName::from_static("waited");

/// What an address says, read from its parts.
pub trait FromPath: Sized + Send {
    /// Reads it; `None` when the address cannot be one of ours.
    fn from_path(parts: &[&str]) -> Option<Self>;
}

impl FromPath for String {
    fn from_path(parts: &[&str]) -> Option<Self> {
        match parts {
            [one] => Some((*one).to_owned()),
            _ => None,
        }
    }
}

impl<T> FromPath for Id<T> {
    fn from_path(parts: &[&str]) -> Option<Self> {
        match parts {
            [one] => one.parse().ok(),
            _ => None,
        }
    }
}

impl FromPath for Uuid {
    fn from_path(parts: &[&str]) -> Option<Self> {
        Id::<()>::from_path(parts).map(Id::uuid)
    }
}

impl<A: FromPath, B: FromPath> FromPath for (A, B) {
    fn from_path(parts: &[&str]) -> Option<Self> {
        match parts {
            [one, other] => Some((A::from_path(&[one])?, B::from_path(&[other])?)),
            _ => None,
        }
    }
}

impl<A: FromPath, B: FromPath, C: FromPath> FromPath for (A, B, C) {
    fn from_path(parts: &[&str]) -> Option<Self> {
        match parts {
            [one, others @ ..] => {
                let (other, third) = <(B, C)>::from_path(others)?;
                Some((A::from_path(&[one])?, other, third))
            }
            [] => None,
        }
    }
}

/// A page for those who are signed in.
pub fn show<F, R>(page: F) -> MethodRouter<Shared, Infallible>
where
    F: Fn(Visit) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Answer, Problem>> + Send,
{
    get(async move |State(shared): State<Shared>, request: Request| {
        let (parts, _) = request.into_parts();
        respond(&shared, &parts, async |visit| page(visit).await).await
    })
}

/// A page for those who are signed in, about the thing in its address.
pub fn show_at<P, F, R>(page: F) -> MethodRouter<Shared, Infallible>
where
    P: FromPath + 'static,
    F: Fn(Visit, P) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Answer, Problem>> + Send,
{
    get(async move |State(shared): State<Shared>, path: PathParts, request: Request| {
        let (parts, _) = request.into_parts();
        respond(&shared, &parts, async |visit| page(visit, read_path(&path)?).await).await
    })
}

/// A page for those who are signed in, as the form in its address asks for it.
pub fn show_asked<F, R>(page: F) -> MethodRouter<Shared, Infallible>
where
    F: Fn(Visit, Fields) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Answer, Problem>> + Send,
{
    get(async move |State(shared): State<Shared>, request: Request| {
        let (parts, _) = request.into_parts();
        let asked = Fields::read(parts.uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
        respond(&shared, &parts, async |visit| page(visit, asked).await).await
    })
}

/// A form of those who are signed in.
pub fn act<F, R>(act: F) -> MethodRouter<Shared, Infallible>
where
    F: Fn(Visit, Fields) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Answer, Problem>> + Send,
{
    post(async move |State(shared): State<Shared>, request: Request| {
        let (parts, body) = request.into_parts();
        respond_to_form(&shared, &parts, body, async |visit, fields| act(visit, fields).await).await
    })
}

/// A form of whoever holds a session, also while the device waits for its code: to open it again. It counts as a try to sign
/// in.
pub fn act_locked<F, R>(act: F) -> MethodRouter<Shared, Infallible>
where
    F: Fn(Visit, Fields) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Answer, Problem>> + Send,
{
    post(async move |State(shared): State<Shared>, request: Request| {
        let (parts, body) = request.into_parts();
        if one_too_many(&shared, &parts) {
            return problem(&shared, &parts, None, Problem::TooMany);
        }
        let held = holder(&shared, &parts).await;
        respond_as(&shared, &parts, held, async |visit| act(visit, read_form(&parts.headers, body).await?).await).await
    })
}

/// A page for whoever holds a session, also while the device waits for its code, as the form in its address asks for it.
pub fn show_locked<F, R>(page: F) -> MethodRouter<Shared, Infallible>
where
    F: Fn(Visit, Fields) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Answer, Problem>> + Send,
{
    get(async move |State(shared): State<Shared>, request: Request| {
        let (parts, _) = request.into_parts();
        let asked = Fields::read(parts.uri.query().unwrap_or_default().as_bytes()).unwrap_or_default();
        let held = holder(&shared, &parts).await;
        respond_as(&shared, &parts, held, async |visit| page(visit, asked).await).await
    })
}

/// A form of those who are signed in that counts as a try to sign in.
pub fn act_counted<F, R>(act: F) -> MethodRouter<Shared, Infallible>
where
    F: Fn(Visit, Fields) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Answer, Problem>> + Send,
{
    post(async move |State(shared): State<Shared>, request: Request| {
        let (parts, body) = request.into_parts();
        if one_too_many(&shared, &parts) {
            return problem(&shared, &parts, None, Problem::TooMany);
        }
        respond_to_form(&shared, &parts, body, async |visit, fields| act(visit, fields).await).await
    })
}

/// Counts a try to sign in; true when it was one too many.
pub fn one_too_many(shared: &Shared, parts: &Parts) -> bool {
    let connection = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    !shared.tries.count(security::client(connection, &parts.headers, shared.proxies))
}

/// A form of those who are signed in, about the thing in its address.
pub fn act_at<P, F, R>(act: F) -> MethodRouter<Shared, Infallible>
where
    P: FromPath + 'static,
    F: Fn(Visit, P, Fields) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Answer, Problem>> + Send,
{
    post(async move |State(shared): State<Shared>, path: PathParts, request: Request| {
        let (parts, body) = request.into_parts();
        respond_to_form(&shared, &parts, body, async |visit, fields| act(visit, read_path(&path)?, fields).await).await
    })
}

/// A form of those who are signed in that brings one file along, bounded.
pub fn act_with_file<F, R>(field: &'static str, largest: usize, act: F) -> MethodRouter<Shared, Infallible>
where
    F: Fn(Visit, Vec<u8>) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Answer, Problem>> + Send,
{
    let post = post(async move |State(shared): State<Shared>, request: Request| {
        let (parts, body) = request.into_parts();
        let whole = Request::from_parts(parts.clone(), body);
        respond(&shared, &parts, async |visit| act(visit, read_file(whole, field, largest).await?).await).await
    });
    post.layer(DefaultBodyLimit::max(largest + LARGEST_FORM))
}

/// The same about the thing in its address. A file that is too large, but not four times that, comes as one byte more than
/// `largest`, so that this can be said where it was chosen.
pub fn act_at_with_file<P, F, R>(field: &'static str, largest: usize, act: F) -> MethodRouter<Shared, Infallible>
where
    P: FromPath + 'static,
    F: Fn(Visit, P, Vec<u8>) -> R + Clone + Send + Sync + 'static,
    R: Future<Output = Result<Answer, Problem>> + Send,
{
    let post = post(async move |State(shared): State<Shared>, path: PathParts, request: Request| {
        let (parts, body) = request.into_parts();
        let whole = Request::from_parts(parts.clone(), body);
        respond(&shared, &parts, async |visit| {
            let about = read_path(&path)?;
            act(visit, about, read_file(whole, field, largest).await?).await
        })
        .await
    });
    post.layer(DefaultBodyLimit::max(4 * largest + LARGEST_FORM))
}

/// Reads the file in a field of a form (RFC 7578), and keeps one byte more than `largest` of it at most; nothing where
/// none was chosen.
async fn read_file(request: Request, field: &str, largest: usize) -> Result<Vec<u8>, Problem> {
    let whole = async {
        let mut form = Multipart::from_request(request, &()).await.map_err(|_| Problem::Malformed)?;
        let mut file = Vec::new();
        while let Some(mut part) = form.next_field().await.map_err(refused)? {
            if part.name() != Some(field) {
                continue;
            }
            while let Some(chunk) = part.chunk().await.map_err(refused)? {
                let room = (largest + 1).saturating_sub(file.len());
                file.extend_from_slice(chunk.get(..room).unwrap_or(&chunk));
            }
            return Ok(file);
        }
        Ok(file)
    };
    timeout(SLOWEST_FORM, whole).await.map_err(|_| Problem::Malformed)?
}

fn refused(error: MultipartError) -> Problem {
    if error.status() == StatusCode::PAYLOAD_TOO_LARGE { Problem::TooLarge } else { Problem::Malformed }
}

/// The parts of an address; an error when they are not UTF-8.
pub type PathParts = Result<RawPathParams, RawPathParamsRejection>;

fn read_path<P: FromPath>(path: &PathParts) -> Result<P, Problem> {
    let path = path.as_ref().map_err(|_| Problem::NotFound)?;
    let parts: Vec<&str> = path.iter().map(|(_, value)| value).collect();
    P::from_path(&parts).ok_or(Problem::NotFound)
}

/// Reads a form body, bounded.
///
/// # Errors
/// [`Problem::TooLarge`] or [`Problem::Malformed`].
pub async fn read_form(headers: &HeaderMap, body: Body) -> Result<Fields, Problem> {
    let kind = headers.get(header::CONTENT_TYPE).and_then(|kind| kind.to_str().ok()).unwrap_or_default();
    let kind = kind.split(';').next().unwrap_or_default().trim();
    let form = kind.eq_ignore_ascii_case("application/x-www-form-urlencoded");
    let whole = timeout(SLOWEST_FORM, to_bytes(body, LARGEST_FORM)).await.map_err(|_| Problem::Malformed)?;
    let bytes = whole.map_err(|_| Problem::TooLarge)?;
    if !form && !bytes.is_empty() {
        return Err(Problem::Malformed);
    }
    Fields::read(&bytes).ok_or(Problem::Malformed)
}

/// Who is signed in with a request, on a device that does not wait for its code.
///
/// # Errors
/// [`Problem::Locked`]; or when the database fails.
pub async fn viewer(shared: &Shared, parts: &Parts) -> Result<Option<Viewer>, Problem> {
    let now = shared.clock.now();
    let Some(held) = session::holder(&shared.db, shared.cookie, &parts.headers, now).await? else {
        return Ok(None);
    };
    if held.0.lock == PhoneLock::Locked {
        let finger = lock::has_finger(&setting(shared, parts, Some(&held.0)), &held.0).await?;
        return Err(Problem::Locked(Box::new(Locked { viewer: held.0, finger })));
    }
    session::note_use(&shared.db, &held, &parts.method, now).await?;
    Ok(Some(held.0))
}

/// Whose session comes with a request, whether or not their device waits for its code: to go, to come in anew, and to open
/// the device again; for nothing else.
///
/// # Errors
/// When the database fails.
pub async fn holder(shared: &Shared, parts: &Parts) -> Result<Option<Viewer>, Problem> {
    let held = session::holder(&shared.db, shared.cookie, &parts.headers, shared.clock.now()).await?;
    Ok(held.map(|(viewer, _)| viewer))
}

/// What a page has at hand, in the language of `viewer`, or else the one the address or the browser asks for.
pub fn setting(shared: &Shared, parts: &Parts, viewer: Option<&Viewer>) -> Setting {
    let language = viewer.map(|viewer| viewer.language).unwrap_or_else(|| asked_language(parts));
    Setting { db: shared.db.clone(), now: shared.clock.now(), text: text(language), site: shared.site.clone() }
}

fn asked_language(parts: &Parts) -> Language {
    let in_address =
        parts.uri.query().and_then(|query| query.strip_prefix("language=")).and_then(|key| key.parse().ok());
    in_address.unwrap_or_else(|| {
        let asked = parts.headers.get(header::ACCEPT_LANGUAGE).and_then(|line| line.to_str().ok());
        asked.map_or(Language::Danish, preferred)
    })
}

/// The request of somebody who is signed in.
pub fn visit(shared: &Shared, parts: &Parts, viewer: Viewer) -> Visit {
    let setting = setting(shared, parts, Some(&viewer));
    let longest = Limits::of(viewer.role).idle;
    let waited = parts.headers.get(WAITED).and_then(|seconds| seconds.to_str().ok()?.parse::<i64>().ok());
    let filled_in_at = waited.filter(|seconds| (1..=longest).contains(seconds));
    Visit { filled_in_at: filled_in_at.map(|seconds| setting.now.plus_seconds(-seconds)), setting, viewer }
}

async fn respond(shared: &Shared, parts: &Parts, page: impl AsyncFnOnce(Visit) -> Result<Answer, Problem>) -> Response {
    respond_as(shared, parts, viewer(shared, parts).await, page).await
}

/// As [`respond`], with a form. What somebody sent while their device waits for its code is carried along.
async fn respond_to_form(
    shared: &Shared,
    parts: &Parts,
    body: Body,
    act: impl AsyncFnOnce(Visit, Fields) -> Result<Answer, Problem>,
) -> Response {
    match viewer(shared, parts).await {
        Err(Problem::Locked(phone)) => {
            let form = read_form(&parts.headers, body).await.ok();
            locked(shared, parts, &phone, form.as_ref())
        }
        who => {
            respond_as(shared, parts, who, async |visit| act(visit, read_form(&parts.headers, body).await?).await).await
        }
    }
}

async fn respond_as(
    shared: &Shared,
    parts: &Parts,
    who: Result<Option<Viewer>, Problem>,
    page: impl AsyncFnOnce(Visit) -> Result<Answer, Problem>,
) -> Response {
    let viewer = match who {
        Ok(Some(viewer)) => viewer,
        Ok(None) => return problem(shared, parts, None, Problem::SignIn),
        Err(trouble) => return problem(shared, parts, None, trouble),
    };
    let outcome = page(visit(shared, parts, viewer.clone())).await;
    told(shared, parts, &viewer, outcome).await
}

/// The response to what somebody who is signed in asked for.
pub async fn told(shared: &Shared, parts: &Parts, viewer: &Viewer, outcome: Result<Answer, Problem>) -> Response {
    let outcome = match outcome {
        Err(Problem::Unproven(form)) => {
            let on = going(parts, form.as_ref());
            me::ask_who(&visit(shared, parts, viewer.clone()), &on).await
        }
        outcome => outcome,
    };
    match outcome {
        Ok(answer) => {
            let leads_away = viewer.lock == PhoneLock::Open
                && matches!(&answer, Answer::Page(page) if page.standing != Standing::Locked && !page.takes_words());
            let mut response = answered(shared, parts, answer);
            if leads_away {
                locks_later(&mut response, parts);
            }
            response
        }
        Err(trouble) => problem(shared, parts, Some(viewer), trouble),
    }
}

/// Where a request was going: to a page as it stands, to a form with what was sent; to the first page with a form that
/// cannot be carried along.
fn going(parts: &Parts, form: Option<&Fields>) -> Detour {
    let reads = matches!(parts.method, Method::GET | Method::HEAD);
    match form {
        None if reads => Detour::to(parts.uri.path_and_query().map_or("/", |address| address.as_str())),
        None => Detour::default(),
        Some(form) => detour::of(parts.uri.path(), form),
    }
}

/// Lets a page that stays open lead to the lock by itself once the pause is over, without script.
fn locks_later(response: &mut Response, parts: &Parts) {
    let to: Fields = [(detour::TO, going(parts, None).address().to_owned())].into_iter().collect();
    if let Ok(refresh) = HeaderValue::from_str(&format!("{PAUSE}; url=/locked?{}", to.write())) {
        response.headers_mut().insert(header::REFRESH, refresh);
    }
}

/// The response an answer stands for.
pub fn answered(shared: &Shared, parts: &Parts, answer: Answer) -> Response {
    let cleared = match answer {
        Answer::SignedIn(_) | Answer::SignedOut => Some("\"storage\""),
        Answer::QuickExit(_) => Some("\"cache\", \"storage\""),
        Answer::Page(_)
        | Answer::See(_)
        | Answer::File(_)
        | Answer::Kept(..)
        | Answer::Json(_)
        | Answer::Picture(_) => None,
    };
    let cookie = match &answer {
        Answer::SignedIn(token) => shared.cookie.set(token),
        Answer::SignedOut | Answer::QuickExit(Left::SignedOut) => shared.cookie.clear(),
        Answer::QuickExit(Left::Locked) => None,
        Answer::Page(_)
        | Answer::See(_)
        | Answer::File(_)
        | Answer::Kept(..)
        | Answer::Json(_)
        | Answer::Picture(_) => None,
    };
    let mut response = match answer {
        Answer::Page(page) => {
            let status = match page.standing {
                Standing::Fine => StatusCode::OK,
                Standing::Refused => StatusCode::UNPROCESSABLE_ENTITY,
                Standing::Changed => StatusCode::CONFLICT,
                Standing::Locked => StatusCode::LOCKED,
                Standing::Unproven => StatusCode::FORBIDDEN,
            };
            html(shared, parts, status, page)
        }
        Answer::See(address) => see(&address),
        Answer::File(file) => attached(file),
        Answer::Kept(file, offline) => kept(file, &offline),
        Answer::Json(json) => ([(header::CONTENT_TYPE, "application/json")], json).into_response(),
        Answer::Picture(jpeg) => picture(jpeg),
        Answer::SignedIn(_) | Answer::SignedOut => see("/"),
        Answer::QuickExit(_) => see(&shared.site.quick_exit_to),
    };
    if let Some(cleared) = cleared {
        response.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static(cleared));
    }
    if let Some(cookie) = cookie {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A file as a response that is kept, not shown. Like every response it is `no-store` and `nosniff`.
fn attached(file: File) -> Response {
    let name = format!("attachment; filename=\"{}\"", file.name);
    let kind = file.media_type.to_owned();
    ([(header::CONTENT_TYPE, kind), (header::CONTENT_DISPOSITION, name)], file.bytes).into_response()
}

/// What the viewer's own device keeps, with what the header `Offline` says of it.
fn kept(file: File, offline: &str) -> Response {
    let mut response = ([(header::CONTENT_TYPE, file.media_type)], file.bytes).into_response();
    if let Ok(offline) = HeaderValue::from_str(offline) {
        response.headers_mut().insert(OFFLINE, offline);
    }
    response
}

/// A picture as a response. The browser of whoever may see it keeps it for an hour, and nobody on the way does.
fn picture(jpeg: Vec<u8>) -> Response {
    const KEPT: &str = "private, max-age=3600";
    let vary = HeaderValue::from_static("Cookie");
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("image/jpeg")),
        (header::CACHE_CONTROL, HeaderValue::from_static(KEPT)),
        (header::VARY, vary),
    ];
    (headers, jpeg).into_response()
}

fn see(address: &str) -> Response {
    (StatusCode::SEE_OTHER, [(header::LOCATION, address.to_owned())]).into_response()
}

/// The response to something in the way. Only our own faults are logged with their cause, under a short reference.
pub fn problem(shared: &Shared, parts: &Parts, viewer: Option<&Viewer>, problem: Problem) -> Response {
    let status = match &problem {
        Problem::SignIn if matches!(parts.method, Method::GET | Method::HEAD) => {
            return forgotten(shared, parts, see("/"));
        }
        Problem::Locked(phone) => return locked(shared, parts, phone, None),
        Problem::PutOut => return put_out(shared, parts, viewer),
        Problem::SignIn => StatusCode::UNAUTHORIZED,
        Problem::Unproven(_) => StatusCode::FORBIDDEN,
        Problem::NotFound => StatusCode::NOT_FOUND,
        Problem::Changed => StatusCode::CONFLICT,
        Problem::Foreign => StatusCode::FORBIDDEN,
        Problem::TooMany => StatusCode::TOO_MANY_REQUESTS,
        Problem::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
        Problem::Malformed => StatusCode::BAD_REQUEST,
        Problem::Ours(_) => StatusCode::INTERNAL_SERVER_ERROR,
    };
    let reference = reference();
    if let Problem::Ours(cause) = &problem {
        tracing::error!(reference, cause, "a request failed");
    }
    let mut response =
        html(shared, parts, status, door::problem(&setting(shared, parts, viewer), viewer, &problem, &reference));
    if matches!(problem, Problem::TooMany) {
        response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("60"));
    }
    response
}

/// The response of a device that waits for its code, whatever was asked of it.
fn locked(shared: &Shared, parts: &Parts, phone: &Locked, form: Option<&Fields>) -> Response {
    let setting = setting(shared, parts, Some(&phone.viewer));
    let page = lock::page(&setting, &phone.viewer, phone.finger, &going(parts, form));
    answered(shared, parts, Answer::Page(page))
}

/// The response to the last wrong code: the session has ended, and its cookie goes with what was kept.
fn put_out(shared: &Shared, parts: &Parts, viewer: Option<&Viewer>) -> Response {
    let page = lock::put_out(&setting(shared, parts, viewer));
    let mut response = forgotten(shared, parts, html(shared, parts, StatusCode::UNAUTHORIZED, page));
    if let Some(cookie) = shared.cookie.clear() {
        response.headers_mut().append(header::SET_COOKIE, cookie);
    }
    response
}

/// A response to somebody who is not signed in. Of a session that has ended nothing stays on the device.
pub fn forgotten(shared: &Shared, parts: &Parts, mut response: Response) -> Response {
    response.headers_mut().insert(OFFLINE, HeaderValue::from_static(NOT_KEPT));
    if shared.cookie.read(&parts.headers).is_some() {
        response.headers_mut().insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"storage\""));
    }
    response
}

/// Six letters and digits that are hard to mix up when read aloud.
fn reference() -> String {
    const LETTERS: &[u8; 32] = b"ABCDEFGHJKLMNPQRSTUVWXYZ23456789";
    chance::bytes::<6>().iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect()
}

/// A page as a response.
pub fn html(shared: &Shared, parts: &Parts, status: StatusCode, page: Page) -> Response {
    let policy = content_security_policy(page.nonce.as_deref(), &shared.site.quick_exit_to);
    let compressed = (page.html.len() >= WORTH_COMPRESSING && takes_brotli(&parts.headers))
        .then(|| compress(page.html.as_bytes()))
        .flatten();
    let encoded = compressed.is_some();
    let body = compressed.unwrap_or_else(|| page.html.into_bytes());
    let mut response = (status, [(header::CONTENT_TYPE, "text/html; charset=utf-8")], body).into_response();
    let headers = response.headers_mut();
    headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding, Cookie"));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    if let Ok(policy) = HeaderValue::from_str(&policy) {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if let Some(offline) = page.offline.and_then(|said| HeaderValue::from_str(&said).ok()) {
        headers.insert(OFFLINE, offline);
    }
    if encoded {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("br"));
    }
    response
}

/// Compresses a page quickly. A small window suffices for a page and keeps the work small.
fn compress(html: &[u8]) -> Option<Vec<u8>> {
    let quick = brotli::enc::BrotliEncoderParams { quality: 4, lgwin: 16, size_hint: html.len(), ..Default::default() };
    let mut compressed = Vec::with_capacity(html.len() / 3);
    brotli::BrotliCompress(&mut &*html, &mut compressed, &quick).ok()?;
    Some(compressed)
}

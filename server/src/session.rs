//! The session cookie, and who comes with it.

use app::{
    domain::{
        chance::Token, identity::ERRAND_SECONDS, moment::Moment, person::Viewer, phone_code::PhoneLock, sign_in::Limits,
    },
    store::{self, Db},
};
use axum::http::{HeaderMap, HeaderValue, Method, header::COOKIE};

/// The cookie in which the script of a form says when the answers were begun that it keeps on the device, in minutes
/// since 1970. It is no secret and proves nothing.
const DRAFT: &str = "draft";
/// Answers not yet sent are kept on a device for so many minutes at most.
const DRAFT_KEPT: i64 = 24 * 60;

/// Answers not yet sent that a browser keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Draft {
    /// They may be kept.
    Fresh,
    /// They are older than a day.
    TooOld,
}

/// The answers not yet sent that a browser says it keeps.
pub fn draft(headers: &HeaderMap, now: Moment) -> Option<Draft> {
    let begun: i64 = cookies(headers, DRAFT).find_map(|minutes| minutes.parse().ok())?;
    let age = now.seconds() / 60 - begun;
    // The clock of a phone may be fast.
    Some(if (-DRAFT_KEPT..DRAFT_KEPT).contains(&age) { Draft::Fresh } else { Draft::TooOld })
}

/// The cookie by which a browser knows that it keeps no answers.
pub fn no_draft() -> HeaderValue {
    HeaderValue::from_static("draft=; Path=/; SameSite=Strict; Max-Age=0")
}

fn cookies<'a>(headers: &'a HeaderMap, name: &'a str) -> impl Iterator<Item = &'a str> {
    headers
        .get_all(COOKIE)
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(';'))
        .filter_map(|pair| pair.trim().split_once('='))
        .filter(move |(found, _)| *found == name)
        .map(|(_, value)| value)
}

/// Seconds a browser keeps the cookie: the absolute limit of a family's session. The server ends it sooner.
const KEPT: i64 = 365 * 86_400;

/// How a cookie with a secret is written. With https it carries the `__Host-` prefix (RFC 6265bis §4.1.3.2): bound to
/// this host, the whole of it, and sent encrypted only.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cookie {
    secure: bool,
    name: &'static str,
    /// How long a browser keeps it, in seconds.
    kept: i64,
}

impl Cookie {
    /// For a site reached at that address.
    pub fn of(public_url: &str) -> Self {
        Self { secure: public_url.starts_with("https://"), name: "session", kept: KEPT }
    }

    /// The cookie that binds the way to a provider and back to one browser.
    pub const fn of_errand(self) -> Self {
        Self { name: "errand", kept: ERRAND_SECONDS, ..self }
    }

    fn name(self) -> String {
        let host = if self.secure { "__Host-" } else { "" };
        format!("{host}{}", self.name)
    }

    fn write(self, value: &str, seconds: i64) -> String {
        let secure = if self.secure { "; Secure" } else { "" };
        format!("{}={value}; Path=/; HttpOnly; SameSite=Lax; Max-Age={seconds}{secure}", self.name())
    }

    /// The cookie with that token: the one of a session signs a browser in.
    pub fn set(self, token: &Token) -> Option<HeaderValue> {
        let mut value = HeaderValue::from_str(&self.write(&token.reveal(), self.kept)).ok()?;
        value.set_sensitive(true);
        Some(value)
    }

    /// The cookie without a token: the one of a session signs a browser out.
    pub fn clear(self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.write("", 0)).ok()
    }

    /// The token a browser sends; none when the cookie comes twice, since then one of them is not ours.
    pub fn read(self, headers: &HeaderMap) -> Option<Token> {
        let name = self.name();
        let mut found = cookies(headers, &name);
        match (found.next(), found.next()) {
            (Some(value), None) => Token::read(value),
            _ => None,
        }
    }
}

/// Whose session comes with these headers, if anybody's, whether or not their device waits for its code; and when it was
/// last seen.
///
/// # Errors
/// When the database fails.
pub async fn holder(
    db: &Db,
    cookie: Cookie,
    headers: &HeaderMap,
    now: Moment,
) -> Result<Option<(Viewer, Moment)>, store::Error> {
    match cookie.read(headers) {
        Some(token) => store::viewer(db, &token, now).await,
        None => Ok(None),
    }
}

/// When somebody looks at something, it is noted now and then that their session is in use: a form leads to a page, and
/// writes no more than what it is about.
///
/// # Errors
/// When the database fails.
pub async fn note_use(
    db: &Db,
    (viewer, seen_at): &(Viewer, Moment),
    method: &Method,
    now: Moment,
) -> Result<(), store::Error> {
    let every = if viewer.lock == PhoneLock::None { Limits::TOUCH } else { Limits::TOUCH_WITH_CODE };
    if method != Method::POST && now.seconds() - seen_at.seconds() >= every {
        store::touch(db, viewer, now).await?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_cookie_is_bound_to_the_host_where_there_is_https() {
        let token = Token::fresh();
        let cookie = Cookie::of("https://plan.example").set(&token).expect("a header");
        let cookie = cookie.to_str().expect("text");
        assert!(cookie.starts_with("__Host-session=") && cookie.contains("; Path=/;") && cookie.ends_with("; Secure"));
        assert!(cookie.contains("; HttpOnly; SameSite=Lax"));
        let cookie = Cookie::of("http://localhost:8080").set(&token).expect("a header");
        assert!(cookie.to_str().expect("text").starts_with("session="));
    }

    #[test]
    fn the_way_to_a_provider_has_a_cookie_of_its_own_for_as_long_as_it_may_take() {
        let token = Token::fresh();
        let cookie = Cookie::of("https://plan.example").of_errand();
        let set = cookie.set(&token).expect("a header");
        let set = set.to_str().expect("text");
        assert!(set.starts_with("__Host-errand=") && set.contains("; HttpOnly; SameSite=Lax; Max-Age=600; Secure"));
        let headers = HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(set).expect("a header"))]);
        assert_eq!(cookie.read(&headers), Some(token));
        assert_eq!(Cookie::of("https://plan.example").read(&headers), None, "it signs nobody in");
    }

    #[test]
    fn a_cookie_that_comes_twice_signs_nobody_in() {
        let (one, other) = (Token::fresh(), Token::fresh());
        let cookie = Cookie::of("http://localhost");
        let headers = |line: String| HeaderMap::from_iter([(COOKIE, HeaderValue::from_str(&line).expect("a header"))]);
        assert_eq!(cookie.read(&headers(format!("a=b; session={}", one.reveal()))), Some(one.clone()));
        assert_eq!(cookie.read(&headers(format!("session={}; session={}", one.reveal(), other.reveal()))), None);
        assert_eq!(cookie.read(&headers("session=; session".into())), None);
    }
}

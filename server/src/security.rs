//! What every response carries and every request must pass.

use std::{
    net::{IpAddr, SocketAddr},
    num::NonZeroU32,
};

use axum::{
    extract::{ConnectInfo, MatchedPath, Request, State},
    http::{HeaderMap, HeaderName, HeaderValue, Method, header},
    middleware::Next,
    response::{IntoResponse, Response},
};
use governor::{DefaultKeyedRateLimiter, Quota};

use crate::{
    Shared,
    oidc::BACK_CHANNEL,
    posts,
    session::{self, Draft},
};
use app::problem::Problem;

/// Headers that are the same for every response (OWASP ASVS 5.0 §3.4).
const HEADERS: [(HeaderName, &str); 6] = [
    (header::X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (header::X_FRAME_OPTIONS, "DENY"),
    (header::REFERRER_POLICY, "same-origin"),
    (HeaderName::from_static("cross-origin-opener-policy"), "same-origin"),
    (HeaderName::from_static("cross-origin-resource-policy"), "same-origin"),
    (
        HeaderName::from_static("permissions-policy"),
        "camera=(), geolocation=(), microphone=(), payment=(), usb=(), browsing-topics=()",
    ),
];

/// Tells a browser to forget what pages kept on the device (W3C, Clear Site Data): nobody sees the drafts of whoever
/// used it before.
pub const CLEAR_SITE_DATA: HeaderName = HeaderName::from_static("clear-site-data");

/// The Content Security Policy of a page. A page with an island allows the one script that carries `nonce`, and
/// WebAssembly; every other page allows no script at all. A form may only lead to ourselves, and, by way of a redirect,
/// to where a quick exit leads.
pub fn content_security_policy(nonce: Option<&str>, quick_exit_to: &str) -> String {
    let script = match nonce {
        Some(nonce) => format!("'nonce-{nonce}' 'wasm-unsafe-eval'"),
        None => "'none'".into(),
    };
    format!(
        "default-src 'none'; script-src {script}; style-src 'self'; img-src 'self'; font-src 'self'; \
         connect-src 'self'; manifest-src 'self'; worker-src 'self'; form-action 'self' {quick_exit_to}; base-uri 'none'; \
         frame-ancestors 'none'"
    )
}

/// Adds the headers that every response carries.
pub async fn headers(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let draft = session::draft(request.headers(), shared.clock.now());
    let is_page = request.headers().get("sec-fetch-mode").is_none_or(|mode| mode == "navigate");
    let mut response = next.run(request).await;
    let headers = response.headers_mut();
    // What waits on the device for a net is sent before a page is asked for, and stays until then.
    if draft == Some(Draft::TooOld) && is_page && !headers.contains_key(&CLEAR_SITE_DATA) {
        headers.insert(CLEAR_SITE_DATA, HeaderValue::from_static("\"storage\""));
    }
    if draft.is_some() && headers.contains_key(&CLEAR_SITE_DATA) {
        headers.append(header::SET_COOKIE, session::no_draft());
    }
    for (name, value) in HEADERS {
        headers.insert(name, HeaderValue::from_static(value));
    }
    if shared.site.public_url.starts_with("https://") {
        let year = HeaderValue::from_static("max-age=31536000; includeSubDomains");
        headers.insert(header::STRICT_TRANSPORT_SECURITY, year);
    }
    if !headers.contains_key(header::CONTENT_SECURITY_POLICY)
        && let Ok(policy) = HeaderValue::from_str(&content_security_policy(None, &shared.site.quick_exit_to))
    {
        headers.insert(header::CONTENT_SECURITY_POLICY, policy);
    }
    if !headers.contains_key(header::CACHE_CONTROL) {
        headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    }
    response
}

/// Lets a request that may change something pass only when a page of ours sent it. A provider that signs somebody out comes
/// from elsewhere, with a signature and without a session.
///
/// `Sec-Fetch-Site` must be `same-origin` (Fetch Metadata, W3C); a browser that does not send it must name our own
/// origin in `Origin` (RFC 6454 §7). A request with neither is refused.
pub async fn own_origin(State(shared): State<Shared>, request: Request, next: Next) -> Response {
    let safe = matches!(*request.method(), Method::GET | Method::HEAD);
    let signed = request.extensions().get::<MatchedPath>().is_some_and(|path| path.as_str() == BACK_CHANNEL);
    if safe || signed || is_own(request.headers(), &shared.site.public_url) {
        return next.run(request).await;
    }
    let (parts, _) = request.into_parts();
    posts::problem(&shared, &parts, None, Problem::Foreign).into_response()
}

fn is_own(headers: &HeaderMap, public_url: &str) -> bool {
    match headers.get("sec-fetch-site") {
        Some(site) => site == "same-origin",
        None => headers.get(header::ORIGIN).is_some_and(|origin| origin == public_url),
    }
}

/// How often one client may try to sign in.
pub struct Tries(DefaultKeyedRateLimiter<IpAddr>);

impl Tries {
    /// So many tries a minute, and as many at once.
    pub fn per_minute(tries: NonZeroU32) -> Self {
        Self(DefaultKeyedRateLimiter::keyed(Quota::per_minute(tries)))
    }

    /// Counts a try of a client; false when it was one too many. One household has a whole IPv6 network of 64 bits.
    pub fn count(&self, client: IpAddr) -> bool {
        const MANY: usize = 10_000;
        if self.0.len() > MANY {
            self.0.retain_recent();
        }
        let network = match client {
            IpAddr::V6(address) => IpAddr::from((u128::from(address) >> 64 << 64).to_be_bytes()),
            v4 => v4,
        };
        self.0.check_key(&network).is_ok()
    }
}

/// The address of the client: of the connection, or what the outermost of our own proxies saw.
///
/// Every proxy adds the address it saw to the end of `X-Forwarded-For`; what stands before ours anybody may have
/// written.
pub fn client(connection: Option<&ConnectInfo<SocketAddr>>, headers: &HeaderMap, proxies: usize) -> IpAddr {
    let connection = connection.map_or(IpAddr::from([0, 0, 0, 0]), |ConnectInfo(address)| address.ip());
    let Some(from_end) = proxies.checked_sub(1) else {
        return connection;
    };
    let seen: Vec<&str> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(str::trim)
        .collect();
    seen.iter().rev().nth(from_end).and_then(|address| address.parse().ok()).unwrap_or(connection)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn headers(pairs: &[(&'static str, &'static str)]) -> HeaderMap {
        pairs.iter().map(|(name, value)| (HeaderName::from_static(name), HeaderValue::from_static(value))).collect()
    }

    #[test]
    fn only_our_own_pages_may_change_something() {
        for (sent, own) in [
            (vec![("sec-fetch-site", "same-origin")], true),
            (vec![("sec-fetch-site", "same-site"), ("origin", "https://plan.example")], false),
            (vec![("sec-fetch-site", "cross-site")], false),
            (vec![("sec-fetch-site", "none")], false),
            (vec![("origin", "https://plan.example")], true),
            (vec![("origin", "https://plan.example.evil")], false),
            (vec![("origin", "null")], false),
            (vec![], false),
        ] {
            assert_eq!(is_own(&headers(&sent), "https://plan.example"), own, "{sent:?}");
        }
    }

    #[test]
    fn the_client_is_who_our_outermost_proxy_saw() {
        let connection = ConnectInfo(SocketAddr::from(([10, 0, 0, 1], 1)));
        let forged = headers(&[("x-forwarded-for", "6.6.6.6, 1.2.3.4, 10.0.0.2")]);
        for (proxies, expected) in [(0, "10.0.0.1"), (1, "10.0.0.2"), (2, "1.2.3.4"), (9, "10.0.0.1")] {
            assert_eq!(client(Some(&connection), &forged, proxies).to_string(), expected);
        }
    }

    #[test]
    fn one_try_too_many_is_noticed_per_client() {
        let tries = Tries::per_minute(NonZeroU32::MIN.saturating_add(2));
        let (guesser, other) = (IpAddr::from([1, 1, 1, 1]), IpAddr::from([2, 2, 2, 2]));
        assert_eq!([0; 4].map(|_| tries.count(guesser)), [true, true, true, false]);
        assert!(tries.count(other));
    }
}

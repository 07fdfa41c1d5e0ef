//! People who visit: signing in, and many of them at once.

use std::{
    net::SocketAddr,
    thread,
    time::{Duration, Instant},
};

use crate::http::{Connection, request};

/// So many people have a page on its way at any moment.
const AT_ONCE: usize = 8;

/// Uses a one-time sign-in as the button on its page does, and gives the cookie.
pub(crate) fn enter(on: &mut Connection, path: &str) -> Result<String, String> {
    let button = [("Sec-Fetch-Site", "same-origin"), ("Content-Type", "application/x-www-form-urlencoded")];
    let answer = on.ask(&request("POST", path, &button))?;
    let cookie = answer.header("set-cookie").and_then(|cookie| cookie.split(';').next());
    match (answer.status, cookie) {
        (303, Some(cookie)) => Ok(cookie.to_owned()),
        (status, _) => Err(format!("nobody could sign in: the server answered {status}")),
    }
}

/// Signs a parent in, and gives the cookie once it opens their home.
pub(crate) fn sign_in(on: &mut Connection, path: &str) -> Result<String, String> {
    let cookie = enter(on, path)?;
    let home = on.get("/", &[("Cookie", &cookie)])?;
    let signed_in = str::from_utf8(&home.body).is_ok_and(|html| html.contains("id=\"goals\""));
    if signed_in { Ok(cookie) } else { Err(format!("home is not there: the server answered {}", home.status)) }
}

/// A request for a page by whoever holds the cookie, with a browser that takes brotli.
pub(crate) fn page(path: &str, cookie: &str) -> Vec<u8> {
    request("GET", path, &[("Cookie", cookie), ("Accept-Encoding", "gzip, deflate, br")])
}

/// People who open a page of theirs again and again, each connection taking turns among its own.
pub(crate) struct Crowd(Vec<(Connection, Vec<Vec<u8>>)>);

impl Crowd {
    /// Signs everybody in; they will open the page at `path`.
    pub(crate) fn gather(address: SocketAddr, sign_ins: &[String], path: &str) -> Result<Self, String> {
        let mut crowd = Vec::new();
        for index in 0..AT_ONCE {
            let mut on = Connection::open(address)?;
            let mut pages = Vec::new();
            for sign_in_at in sign_ins.iter().skip(index).step_by(AT_ONCE) {
                pages.push(page(path, &sign_in(&mut on, sign_in_at)?));
            }
            crowd.push((on, pages));
        }
        Ok(Self(crowd))
    }

    /// Everybody opens their page until the time is up. Gives how many came back whole, and the seconds it took.
    pub(crate) fn visit(&mut self, time: Duration) -> Result<(u64, f64), String> {
        let begun = Instant::now();
        let end = begun + time;
        let counts: Result<Vec<u64>, String> = thread::scope(|scope| {
            let visitors: Vec<_> =
                self.0.iter_mut().map(|(on, pages)| scope.spawn(move || open_until(end, on, pages))).collect();
            let joined = visitors.into_iter().map(|visitor| visitor.join());
            joined.map(|count| count.unwrap_or_else(|_| Err("a visitor panicked".into()))).collect()
        });
        Ok((counts?.iter().sum(), begun.elapsed().as_secs_f64()))
    }
}

fn open_until(end: Instant, on: &mut Connection, pages: &mut [Vec<u8>]) -> Result<u64, String> {
    let mut count = 0;
    while Instant::now() < end {
        for page in pages.iter() {
            match on.status(page)? {
                200 => count += 1,
                status => return Err(format!("a page answered {status}")),
            }
            if Instant::now() >= end {
                break;
            }
        }
    }
    // The next round begins where this one ended, so that everybody gets their turn.
    let done = usize::try_from(count).unwrap_or(0) % pages.len().max(1);
    pages.rotate_left(done);
    Ok(count)
}

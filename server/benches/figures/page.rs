//! What pages weigh: the bytes of the bodies a browser that takes brotli fetches with an empty cache.

use std::collections::BTreeSet;

use crate::{
    database::{Database, Kind},
    figure::{Figure, Report},
    http::Connection,
    people::sign_in,
    program::{Server, demo},
    say,
};

/// Home and its style fit into the first flight of a connection: 14 kB (RFC 6928: ten segments).
const HOME_HTML_CSS: u64 = 14 * 1024;
const HOME_SCRIPT: u64 = 5 * 1024;
const HOME_WASM: u64 = 0;
const CHECKIN_SCRIPT_WASM: u64 = 40 * 1024;

/// Weighs the first page and the check-in of a parent whose every section has something in it.
pub(crate) fn measure(report: &mut Report) -> Result<(), String> {
    say("Weighing the pages");
    let kind = Kind::Sqlite;
    let database = Database::make(kind, "page")?;
    let cast = demo(&database, 50)?;
    let server = Server::start(&database, "warn")?;
    let mut on = Connection::open(server.address)?;
    let (_, path) = cast.iter().find(|(role, _)| role == "parent").ok_or("the demo has no parent")?;
    let cookie = sign_in(&mut on, path)?;

    let home = Weight::of(&mut on, "/", &cookie)?;
    let check_in = Weight::of(&mut on, "/check-in/who5", &cookie)?;
    for (figure, value, budget) in [
        ("home_html_css_brotli", home.html + home.style, HOME_HTML_CSS),
        ("home_script_brotli", home.script, HOME_SCRIPT),
        ("home_wasm", home.wasm, HOME_WASM),
        ("checkin_script_wasm_brotli", check_in.script + check_in.wasm, CHECKIN_SCRIPT_WASM),
    ] {
        report.add(Figure::count("page", figure, value, "B").on(kind.key()).at_most(budget));
    }
    Ok(())
}

/// A page and what it refers to, in bytes on the wire.
#[derive(Default)]
struct Weight {
    html: u64,
    style: u64,
    script: u64,
    wasm: u64,
}

impl Weight {
    fn of(on: &mut Connection, path: &str, cookie: &str) -> Result<Self, String> {
        let plain = on.get(path, &[("Cookie", cookie)])?;
        let html = String::from_utf8(plain.body).map_err(|_| format!("{path} is no text"))?;
        let mut weight = Self { html: fetch(on, path, cookie)?, ..Self::default() };
        let mut wanted = references(&html);
        let mut seen = BTreeSet::new();
        while let Some(address) = wanted.pop() {
            if !seen.insert(address.clone()) {
                continue;
            }
            let part = match address.rsplit('.').next() {
                Some("css") => &mut weight.style,
                Some("js" | "mjs") => &mut weight.script,
                Some("wasm") => &mut weight.wasm,
                _ => continue,
            };
            *part += fetch(on, &address, cookie)?;
        }
        if weight.style == 0 {
            return Err(format!("{path} has no stylesheet"));
        }
        Ok(weight)
    }
}

/// The bytes of one answer, compressed where that is offered.
fn fetch(on: &mut Connection, address: &str, cookie: &str) -> Result<u64, String> {
    let answer = on.get(address, &[("Cookie", cookie), ("Accept-Encoding", "gzip, deflate, br")])?;
    if answer.status != 200 {
        return Err(format!("{address} answered {}", answer.status));
    }
    u64::try_from(answer.body.len()).map_err(|_| format!("{address} is too long"))
}

/// Every address in an attribute `href` or `src`.
fn references(html: &str) -> Vec<String> {
    let after = |name: &'static str| html.split(name).skip(1).filter_map(|rest| rest.split('"').next());
    after(" href=\"").chain(after(" src=\"")).filter(|address| address.starts_with('/')).map(str::to_owned).collect()
}

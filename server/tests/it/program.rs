//! The program itself, started as an operator starts it.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Output, Stdio},
    time::{Duration, Instant},
};

use crate::databases::{Scratch, each};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_vores-plan"));
    command.args(arguments).stdin(Stdio::null());
    for (variable, _) in std::env::vars().filter(|(name, _)| name.starts_with("VORES_PLAN_")) {
        command.env_remove(variable);
    }
    command
}

fn run(arguments: &[&str]) -> Output {
    program(arguments).output().expect("the program starts")
}

fn said(output: &Output) -> String {
    String::from_utf8(output.stdout.clone()).expect("text")
}

fn complained(output: &Output) -> String {
    String::from_utf8(output.stderr.clone()).expect("text")
}

fn text(path: &Path) -> &str {
    path.to_str().expect("a path in text")
}

/// A server on a port of its own choice.
struct Serving {
    child: Child,
    address: String,
}

impl Serving {
    fn start(data: &str, site: &str) -> Self {
        Self::start_with(data, site, &[])
    }

    fn start_with(data: &str, site: &str, more: &[&str]) -> Self {
        Self::start_at(&["--data", data], site, more)
    }

    fn start_at(place: &[&str], site: &str, more: &[&str]) -> Self {
        let mut child = program(&["serve", "--site", site, "--listen", "127.0.0.1:0"])
            .args(place)
            .args(more)
            .stderr(Stdio::piped())
            .spawn()
            .expect("the server starts");
        let mut log = BufReader::new(child.stderr.take().expect("its log"));
        let mut line = String::new();
        while !line.contains("\"message\":\"serving\"") {
            line.clear();
            assert!(log.read_line(&mut line).expect("a line of the log") > 0, "the server ended");
        }
        let line: serde_json::Value = serde_json::from_str(&line).expect("a line of JSON");
        let address = line["fields"]["listen"].as_str().expect("where it listens").to_owned();
        std::thread::spawn(move || std::io::copy(&mut log, &mut std::io::sink()));
        Self { child, address }
    }

    fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(&self.address).expect("the server listens");
        stream.set_read_timeout(Some(Duration::from_secs(30))).expect("a limit");
        stream
    }

    /// Sends a form or asks for a page, with a cookie, and gives the whole answer.
    fn tell(&self, method: &str, path: &str, cookie: &str, form: &str) -> String {
        let mut stream = self.connect();
        let request = format!(
            "{method} {path} HTTP/1.1\r\nHost: plan.example\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\
            Content-Type: application/x-www-form-urlencoded\r\nCookie: {cookie}\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        );
        stream.write_all(request.as_bytes()).expect("a request");
        let mut answer = Vec::new();
        stream.read_to_end(&mut answer).expect("an answer");
        String::from_utf8_lossy(&answer).into_owned()
    }

    fn signal(&self, signal: &str) {
        let sent = Command::new("kill").args([signal, &self.child.id().to_string()]).status().expect("kill");
        assert!(sent.success());
    }
}

impl Drop for Serving {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn wrong_configuration_is_one_sentence_before_anything_is_opened() {
    let scratch = Scratch::new();
    let data = scratch.path().join("data");
    let data = text(&data);
    for (arguments, words) in [
        (vec!["serve"], "--data"),
        (vec!["serve", "--data", data, "--database", "postgres://localhost/x"], "cannot be used with"),
        (vec!["serve", "--data", data, "--public-url", "http://plan.example"], "http:// is for localhost only"),
        (vec!["serve", "--data", data, "--listen", "nowhere"], "--listen"),
        (vec!["serve", "--data", data, "--site", "/nowhere/at/all"], "there is no /nowhere/at/all"),
        (vec!["serve", "--data", data, "--sign-in-tries", "0"], "--sign-in-tries"),
        (vec!["serve", "--database", "mysql://localhost/x", "--site", "."], "must be an address that begins with"),
        (vec!["serve", "--data", data, "--mail-server", "smtps://mail.example"], "--mail-from"),
        (vec!["serve", "--data", data, "--mail-from", "plan@kommune.example"], "--mail-server"),
        (
            vec![
                "serve",
                "--data",
                data,
                "--site",
                ".",
                "--mail-from",
                "a@b.dk",
                "--mail-server",
                "smtp://u:hemmeligt@m.dk",
            ],
            "--mail-server must be smtps://",
        ),
        (vec!["serve", "--data", data, "--sms-token", "hemmeligt"], "--sms-sender"),
        (
            vec!["serve", "--data", data, "--site", ".", "--sms-token", "hemmeligt", "--sms-sender", "Den store plan"],
            "--sms-sender must be",
        ),
        (
            vec![
                "serve",
                "--data",
                data,
                "--site",
                ".",
                "--sms-token",
                "hemmeligt",
                "--sms-sender",
                "Plan",
                "--sms-gateway",
                "http://sms.example",
            ],
            "--sms-gateway must begin with https://",
        ),
        (
            vec!["serve", "--data", data, "--site", ".", "--key", "hemmeligt"],
            "--key must be what vores-plan key prints",
        ),
        (vec!["serve", "--data", data, "--site", ".", "--key-file", "/nowhere/at/all"], "cannot be read"),
        (vec!["serve", "--database", "postgres://localhost/x", "--site", "."], "--key-file is needed"),
        (vec!["demo", "--data", data, "--families", "0"], "--families"),
        (vec!["migrate", "--data", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")], "is a file"),
    ] {
        let output = run(&arguments);
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        assert!(complained(&output).contains(words), "{arguments:?}: {}", complained(&output));
        assert!(!complained(&output).contains("panicked"));
        assert!(!complained(&output).contains("hemmeligt"), "{arguments:?} tells a secret");
        assert!(!Path::new(data).exists(), "{arguments:?} opened the data folder");
    }
}

#[test]
fn the_help_names_every_command_and_every_variable() {
    let help = said(&run(&["--help"]));
    for command in
        ["serve", "migrate", "demo", "import", "invite", "confirm-role", "export", "backup", "restore", "check", "key"]
    {
        assert!(help.contains(&format!("  {command} ")), "{command}");
    }
    let help = said(&run(&["serve", "--help"]));
    for variable in [
        "DATA",
        "DATABASE",
        "KEY_FILE",
        "KEY",
        "LOG_COPY",
        "PUBLIC_URL",
        "LISTEN",
        "SITE",
        "PROXIES",
        "SIGN_IN_TRIES",
        "PHONE",
        "LOG",
        "MAIL_SERVER",
        "MAIL_FROM",
        "SMS_TOKEN",
        "SMS_SENDER",
        "SMS_GATEWAY",
    ] {
        assert!(help.contains(&format!("VORES_PLAN_{variable}")), "{variable}");
    }
}

#[test]
fn a_demo_is_told_as_json_and_told_again_with_fresh_addresses() {
    let scratch = Scratch::new();
    let demo = || {
        let output = run(&["demo", "--data", text(scratch.path()), "--families", "3", "--seed", "5", "--json"]);
        assert!(output.status.success(), "{}", complained(&output));
        let people: Vec<serde_json::Value> = serde_json::from_str(&said(&output)).expect("a list");
        people
    };
    let (first, second) = (demo(), demo());
    let roles: Vec<&str> = first.iter().filter_map(|person| person["role"].as_str()).collect();
    assert_eq!(roles, crate::demo::CAST);
    for (one, other) in first.iter().zip(&second) {
        assert_eq!(one["name"], other["name"]);
        assert_ne!(one["address"], other["address"]);
        assert!(one["address"].as_str().is_some_and(|address| address.starts_with("http://localhost:8080/sign-in/")));
    }
}

#[tokio::test]
async fn families_are_imported_invited_backed_up_and_restored() {
    let scratch = Scratch::new();
    let [data, other, copy] = ["data", "other", "copy.sqlite"].map(|name| scratch.path().join(name));
    let [data, other, copy] = [text(&data), text(&other), text(&copy)];
    let sample = concat!(env!("CARGO_MANIFEST_DIR"), "/samples/families");
    let site = text(scratch.path());

    let rehearsed = run(&["import", sample, "--data", data, "--dry-run"]);
    assert!(said(&rehearsed).contains("5 new"), "{}{}", said(&rehearsed), complained(&rehearsed));
    assert!(!Path::new(data).exists(), "a dry run makes nothing");
    let empty = run(&["check", "--data", data, "--site", site]);
    assert_eq!(empty.status.code(), Some(2), "nothing is there yet");
    for _ in 0..2 {
        let imported = run(&["import", sample, "--data", data]);
        assert!(imported.status.success(), "{}", complained(&imported));
    }
    let people = std::fs::read_to_string(format!("{sample}/people.csv")).expect("the sample");
    let adviser = people.lines().find(|line| line.contains("rådgiver")).expect("an adviser");
    let number = adviser.split(';').next().expect("a number");
    let invited = run(&["invite", number, "--data", data, "--public-url", "https://plan.example"]);
    assert!(said(&invited).starts_with("https://plan.example/sign-in/"), "{}", complained(&invited));
    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{data}/vores-plan.sqlite")).await.expect("the file");
    let hired = "INSERT INTO person (id, municipality, role, name, language, created_at)
        SELECT randomblob(16), id, 'adviser', 'Nina Ny', 'da', 0 FROM municipality RETURNING lower(hex(id))";
    let hired: String = sqlx::query_scalar(hired).fetch_one(&pool).await.expect("somebody without a number");
    pool.close().await;
    assert!(said(&run(&["invite", &hired, "--data", data])).contains("/sign-in/"), "by the id in her address");
    assert_eq!(run(&["invite", "nobody", "--data", data]).status.code(), Some(2));
    assert_eq!(said(&run(&["confirm-role", "--data", data])), "No role waits for a yes.\n");
    assert_eq!(complained(&run(&["confirm-role", "7", "--data", data])), "vores-plan: no role waits under 7\n");

    assert!(run(&["check", "--data", data, "--site", site]).status.success());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt as _;
        let open_to = |path: &Path| std::fs::metadata(path).expect("it is there").permissions().mode() & 0o077;
        assert_eq!((open_to(Path::new(data)), open_to(&Path::new(data).join("vores-plan.sqlite"))), (0, 0));
    }
    assert!(run(&["backup", copy, "--data", data]).status.success());
    assert_eq!(run(&["backup", copy, "--data", data]).status.code(), Some(2), "no backup is overwritten");
    assert_eq!(run(&["restore", copy, "--data", data]).status.code(), Some(2), "no database is overwritten");
    assert!(run(&["restore", copy, "--data", other]).status.success());
    assert!(run(&["check", "--data", other, "--site", site]).status.success());
    let again = run(&["import", sample, "--data", other]);
    assert!(said(&again).contains("0 new"), "{}", said(&again));
    std::fs::write(copy, b"SQLite format 3\0 but not really").expect("a damaged backup");
    let third = scratch.path().join("third");
    assert_eq!(run(&["restore", copy, "--data", text(&third)]).status.code(), Some(2));
    assert!(!third.join("vores-plan.sqlite").exists());
}

#[tokio::test]
async fn a_database_with_answers_the_program_cannot_name_is_refused() {
    each(async |database| {
        let site = Scratch::new();
        let [flag, place] = &database.place();
        let on = |command: &[&str]| run(&[command, &[flag, place]].concat());
        let key = said(&run(&["key"]));
        let check_it = ["check", "--site", text(site.path()), "--key", key.trim()];
        let check = || on(&check_it);
        assert!(on(&["demo", "--families", "1"]).status.success());
        assert!(check().status.success(), "{}", complained(&check()));
        for table in ["check_in", "inbox_item"] {
            let (known, unknown) = ("instrument = 'who5'", "instrument = 'pulse'");
            database.run(format!("UPDATE {table} SET {unknown} WHERE {known}")).await;
            for command in [&["migrate"][..], &check_it, &["invite", "1"]] {
                let refused = on(command);
                assert_eq!(refused.status.code(), Some(2), "{command:?} with an unknown {table}");
                assert!(complained(&refused).contains("pulse"), "{command:?}: {}", complained(&refused));
            }
            database.run(format!("UPDATE {table} SET {known} WHERE {unknown}")).await;
            assert!(check().status.success(), "{}", complained(&check()));
        }
    })
    .await;
}

#[test]
fn a_stopping_server_finishes_what_is_under_way() {
    let scratch = Scratch::new();
    let data = text(scratch.path());
    for signal in ["-TERM", "-INT"] {
        let demo = said(&run(&["demo", "--data", data, "--families", "1", "--json"]));
        let people: Vec<serde_json::Value> = serde_json::from_str(&demo).expect("a list");
        let address = people[0]["address"].as_str().expect("an address");
        let path = address.strip_prefix("http://localhost:8080").expect("its path");
        let mut serving = Serving::start(data, data);
        let head = "Host: localhost\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\
            Content-Type: application/x-www-form-urlencoded";
        let mut entering = serving.connect();
        let enter = format!("POST {path} HTTP/1.1\r\n{head}\r\nContent-Length: 0\r\n\r\n");
        entering.write_all(enter.as_bytes()).expect("a request");
        let mut entered = String::new();
        entering.read_to_string(&mut entered).expect("an answer");
        let cookie = entered.split("session=").nth(1).and_then(|rest| rest.split(';').next()).expect("a cookie");

        let mut request = serving.connect();
        let half = format!(
            "POST /me/language HTTP/1.1\r\n{head}\r\nCookie: session={cookie}\r\nContent-Length: 11\r\n\r\nlanguage"
        );
        request.write_all(half.as_bytes()).expect("most of a request");
        std::thread::sleep(Duration::from_millis(300));
        serving.signal(signal);
        std::thread::sleep(Duration::from_millis(300));
        assert!(serving.child.try_wait().expect("a state").is_none(), "it waits for what is under way");
        request.write_all(b"=en").expect("the rest of it");
        let mut answer = String::new();
        request.read_to_string(&mut answer).expect("the whole answer");
        assert!(answer.starts_with("HTTP/1.1 303"), "{answer}");
        let ended = serving.child.wait().expect("it ends");
        assert!(ended.success(), "{ended}");
    }
}

#[tokio::test]
async fn two_servers_on_one_database_hold_the_same_sessions_and_their_cookies_are_bound_to_the_host() {
    each(async |database| {
        let scratch = Scratch::new();
        let place = database.place();
        let key = said(&run(&["key"])).trim().to_owned();
        let place = [place[0].as_str(), place[1].as_str()];
        let https = ["--key", key.as_str(), "--public-url", "https://plan.example"];
        let demo = said(&run(&[&["demo", "--families", "1", "--json"], &place[..]].concat()));
        let people: Vec<serde_json::Value> = serde_json::from_str(&demo).expect("a list");
        let path = people[0]["address"].as_str().and_then(|address| address.strip_prefix("http://localhost:8080"));
        let [one, other] = [(); 2].map(|()| Serving::start_at(&place, text(scratch.path()), &https));

        let entered = one.tell("POST", path.expect("its path"), "a=b", "");
        let set = entered.lines().find_map(|line| line.strip_prefix("set-cookie: ")).expect("a cookie");
        let (cookie, bound) = set.split_once("; ").expect("what it is bound to");
        assert!(cookie.starts_with("__Host-session=") && cookie.len() == "__Host-session=".len() + 43, "{set}");
        assert_eq!(bound, "Path=/; HttpOnly; SameSite=Lax; Max-Age=31536000; Secure");
        let bare = cookie.strip_prefix("__Host-").expect("a prefix");
        assert!(one.tell("GET", "/plan", bare, "").starts_with("HTTP/1.1 303"), "by no other name");

        let stands =
            |at: &Serving, status: &str| at.tell("GET", "/plan", cookie, "")["HTTP/1.1 ".len()..].starts_with(status);
        assert!(stands(&one, "200") && stands(&other, "200"));
        assert!(one.tell("POST", "/me/code", cookie, "code=2580&again=2580").starts_with("HTTP/1.1 303"));
        one.tell("POST", "/me/quick-exit/locks", cookie, "locks=yes");
        one.tell("POST", "/quick-exit", cookie, "");
        assert!(stands(&one, "423") && stands(&other, "423"), "locked at one, locked at the other");
        assert!(other.tell("POST", "/locked", cookie, "code=2580").starts_with("HTTP/1.1 303"));
        assert!(stands(&one, "200") && stands(&other, "200"));
        let out = other.tell("POST", "/sign-out/everywhere", cookie, "");
        assert!(
            out.contains("set-cookie: __Host-session=; Path=/; HttpOnly; SameSite=Lax; Max-Age=0; Secure"),
            "{out}"
        );
        assert!(stands(&one, "303") && stands(&other, "303"), "out at one, out at the other");
    })
    .await;
}

#[tokio::test]
async fn check_names_what_was_bent_in_the_logs_of_the_database() {
    let scratch = Scratch::new();
    let data = text(scratch.path());
    let copy = scratch.path().join("copy");
    let demo = said(&run(&["demo", "--data", data, "--families", "1", "--json"]));
    let people: Vec<serde_json::Value> = serde_json::from_str(&demo).expect("a list");
    let path = people[0]["address"].as_str().expect("an address").replace("http://localhost:8080", "");
    let check = || run(&["check", "--data", data, "--site", data, "--log-copy", text(&copy)]);
    let copied = || std::fs::read_to_string(&copy).unwrap_or_default();
    let until = |is_so: &dyn Fn() -> bool| {
        let begun = Instant::now();
        while !is_so() {
            assert!(begun.elapsed() < Duration::from_secs(60), "the logs are copied: {}", copied());
            std::thread::sleep(Duration::from_millis(50));
        }
    };
    let serving = Serving::start_with(data, data, &["--log-copy", text(&copy)]);
    let send = |request: String| {
        let mut stream = serving.connect();
        stream.write_all(request.as_bytes()).expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    };
    let head = "Host: localhost\r\nSec-Fetch-Site: same-origin\r\nConnection: close";
    let entered = send(format!("POST {path} HTTP/1.1\r\n{head}\r\nContent-Length: 0\r\n\r\n"));
    let cookie = entered.split("session=").nth(1).and_then(|rest| rest.split(';').next()).expect("a cookie").to_owned();
    for page in ["/plan", "/team"] {
        let seen = send(format!("GET {page} HTTP/1.1\r\n{head}\r\nCookie: session={cookie}\r\n\r\n"));
        assert!(seen.starts_with("HTTP/1.1 200"), "{page}: {seen}");
    }
    let looks = |lines: &str| lines.lines().filter(|line| line.contains("\"purpose\":\"own_pages\"")).count();
    until(&|| looks(&copied()) == 2 && copied().ends_with('\n'));
    drop(serving);
    assert_eq!(said(&check()), "All is well.\n");
    let lines = copied();
    assert_eq!(lines.lines().filter(|line| line.contains("\"log\":\"access\"")).count(), 2, "{lines}");
    std::fs::write(&copy, &lines[..lines.len() - 20]).expect("a half written line");
    let again = Serving::start_with(data, data, &["--log-copy", text(&copy)]);
    until(&|| copied() == lines);
    drop(again);

    let pool = sqlx::SqlitePool::connect(&format!("sqlite://{data}/vores-plan.sqlite")).await.expect("the file");
    let edit = "DROP TRIGGER access_log_kept; UPDATE access_log SET at = at + 60 WHERE id = 1";
    sqlx::raw_sql(edit).execute(&pool).await.expect("edited by hand");
    pool.close().await;
    let found = check();
    assert_eq!(found.status.code(), Some(2));
    let complaint = complained(&found);
    assert!(complaint.contains("the logs were bent, 1 in number:"), "{complaint}");
    assert!(
        complaint.contains("entry 1 of the access log (number ") && complaint.contains(") was edited"),
        "{complaint}"
    );

    std::fs::remove_file(scratch.path().join("key")).expect("the key is lost");
    assert!(complained(&check()).contains("the logs were bent"), "with another key nothing fits");
}

#[test]
fn the_log_holds_no_token_no_answer_and_no_name() {
    let scratch = Scratch::new();
    let data = text(scratch.path());
    let demo = said(&run(&["demo", "--data", data, "--families", "1", "--json"]));
    let people: Vec<serde_json::Value> = serde_json::from_str(&demo).expect("a list");
    let address = people[0]["address"].as_str().expect("an address");
    let path = address.strip_prefix("http://localhost:8080").expect("its path");
    let token = path.rsplit('/').next().expect("its token");
    let mut child = program(&["serve", "--data", data, "--site", data, "--listen", "127.0.0.1:0", "--log", "debug"])
        .args(["--push-contact", "mailto:plan@kommune.example"])
        .stderr(Stdio::piped())
        .spawn()
        .expect("the server starts");
    let mut log = BufReader::new(child.stderr.take().expect("its log"));
    let mut all = String::new();
    while !all.contains("\"message\":\"serving\"") {
        assert!(log.read_line(&mut all).expect("a line of the log") > 0, "the server ended");
    }
    let line = all.lines().find(|line| line.contains("\"serving\"")).expect("the line");
    let line: serde_json::Value = serde_json::from_str(line).expect("a line of JSON");
    let serving = Serving { child, address: line["fields"]["listen"].as_str().expect("where").to_owned() };
    let send = |request: String| {
        let mut stream = serving.connect();
        stream.write_all(request.as_bytes()).expect("a request");
        let mut answer = String::new();
        stream.read_to_string(&mut answer).expect("an answer");
        answer
    };
    let head = "Host: localhost\r\nSec-Fetch-Site: same-origin\r\nConnection: close\r\n\
        Content-Type: application/x-www-form-urlencoded";
    let entered = send(format!("POST {path} HTTP/1.1\r\n{head}\r\nContent-Length: 0\r\n\r\n"));
    let cookie = entered.split("session=").nth(1).and_then(|rest| rest.split(';').next()).expect("a cookie").to_owned();
    let post = |place: &str, form: &str| {
        let told = send(format!(
            "POST {place} HTTP/1.1\r\n{head}\r\nCookie: session={cookie}\r\nContent-Length: {}\r\n\r\n{form}",
            form.len()
        ));
        told["HTTP/1.1 ".len()..][..3].to_owned()
    };
    let told =
        format!("id={}&version=1&happy=0&calm=0&active=0&rested=0&interest=0&words=hemmeligt-4711", "0".repeat(32));
    let device = "endpoint=https%3A%2F%2Felsewhere.example%2Fdevice-4711&p256dh=key-4711&auth=auth-4711";
    for (place, form, status) in [
        ("/check-in/who5", told.as_str(), "303"),
        ("/reminders/on", device, "422"),
        ("/reminders/seen", "delivery=receipt-4711", "404"),
        ("/me/code", "code=29474711&again=29474711", "303"),
        ("/me/prove", "code=29474711&to=%2Fplan", "303"),
    ] {
        assert_eq!(post(place, form), status, "{place}");
    }
    serving.signal("-TERM");
    log.read_to_string(&mut all).expect("the rest of the log");
    for (place, status) in [("/check-in/{instrument}", 303), ("/reminders/on", 422), ("/reminders/seen", 404)] {
        let logged = all.lines().filter_map(|line| serde_json::from_str::<serde_json::Value>(line).ok());
        let logged = logged.map(|line| line["fields"].clone());
        let logged = logged.filter(|fields| fields["route"] == place && fields["status"] == status);
        assert_eq!(logged.count(), 1, "{place}: {all}");
    }
    for secret in [token, cookie.as_str(), "-4711", "29474711", "argon2", "elsewhere", "Amina", "Solsort"] {
        assert!(!all.contains(secret), "{secret} is in the log");
    }
}

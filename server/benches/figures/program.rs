//! The program as its operators run it: a child process with a command line, an address and a log.

use std::{
    env, fs,
    fs::File,
    io::Read as _,
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use app::domain::master_key::MasterKey;

use crate::{
    database::Database,
    http::Connection,
    people::{enter, page},
};

const PROGRAM: &str = env!("CARGO_BIN_EXE_vores-plan");
/// Where `./dev build` leaves the stylesheet, the script and the WebAssembly.
const SITE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../target/site");
/// A server is at rest that uses less than this part of a core for a while.
const AT_REST: f64 = 0.05;
const A_WHILE: Duration = Duration::from_secs(6);
/// It comes to rest within this, however many families it has.
const RESTLESS: Duration = Duration::from_secs(900);
/// Where the benches keep what they throw away.
pub(crate) const SCRATCH: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/figures");

/// A server has to answer within so long.
const START: Duration = Duration::from_secs(60);
/// The kernel counts CPU time in ticks of which a second has so many, on every Linux (`USER_HZ`).
const TICKS_A_SECOND: f64 = 100.0;

/// Throws away what an earlier run left, and makes room.
pub(crate) fn clear_scratch() -> Result<(), String> {
    if Path::new(SCRATCH).exists() {
        fs::remove_dir_all(SCRATCH).map_err(|error| format!("{SCRATCH} cannot be emptied: {error}"))?;
    }
    fs::create_dir_all(SCRATCH).map_err(|error| format!("{SCRATCH} cannot be made: {error}"))
}

/// The program with a command, deaf to the environment it is called in.
fn program(command: &str, database: &Database) -> Command {
    let mut program = Command::new(PROGRAM);
    for (name, _) in env::vars_os() {
        if name.to_string_lossy().starts_with("VORES_PLAN_") {
            program.env_remove(name);
        }
    }
    program.arg(command).args(database.arguments()).stdin(Stdio::null());
    program
}

/// Fills a database with so many invented families. Gives the cast: role and the path of a one-time sign-in.
pub(crate) fn demo(database: &Database, families: u32) -> Result<Vec<(String, String)>, String> {
    let mut demo = program("demo", database);
    demo.args(["--families", &families.to_string(), "--seed", "1", "--json"]).stderr(Stdio::inherit());
    let made = demo.output().map_err(|error| format!("{PROGRAM} does not start: {error}"))?;
    if !made.status.success() {
        return Err(format!("no families were invented: {}", made.status));
    }
    let cast: Vec<serde_json::Value> =
        serde_json::from_slice(&made.stdout).map_err(|error| format!("the demo's answer cannot be read: {error}"))?;
    let field = |person: &serde_json::Value, name: &str| person[name].as_str().unwrap_or_default().to_owned();
    let path = |address: String| address.find("/sign-in/").map(|at| address[at..].to_owned()).unwrap_or_default();
    Ok(cast.iter().map(|person| (field(person, "role"), path(field(person, "address")))).collect())
}

/// How many SQL statements a page takes of whoever signs in at `sign_in_at`, counted in the program's own log: the
/// second time, when the session is known to be in use. (Beginning a transaction is not in that log.)
pub(crate) fn statements(database: &Database, sign_in_at: &str, path: &str) -> Result<u64, String> {
    let server = Server::start(database, "info,sqlx::query=debug")?;
    let mut on = Connection::open(server.address)?;
    let page = page(path, &enter(&mut on, sign_in_at)?);
    let mut open = || match on.status(&page)? {
        200 => server.log(),
        status => Err(format!("{path} answered {status}")),
    };
    let before = open()?.len();
    let log = open()?;
    let statements = log[before..].lines().filter(|line| line.contains("\"sqlx::query\"")).count();
    if statements == 0 {
        return Err("the log shows no statement, so none was counted".into());
    }
    u64::try_from(statements).map_err(|_| "too many statements".into())
}

/// A server under way. It ends with its owner.
pub(crate) struct Server {
    child: Child,
    pub(crate) address: SocketAddr,
    log: PathBuf,
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Server {
    /// Serves a database, logging as the operator asks.
    pub(crate) fn start(database: &Database, log: &str) -> Result<Self, String> {
        if !Path::new(SITE).is_dir() {
            return Err("The site files are missing. Run: ./dev build".into());
        }
        let address = free_address()?;
        let file = Path::new(SCRATCH).join(format!("{}.log", address.port()));
        let to = File::create(&file).map_err(|error| format!("{} cannot be made: {error}", file.display()))?;
        let listen = address.to_string();
        let child = program("serve", database)
            .args(["--listen", &listen, "--site", SITE, "--log", log, "--sign-in-tries", "1000000"])
            .env("VORES_PLAN_KEY", MasterKey::fresh().reveal())
            .stdout(Stdio::null())
            .stderr(to)
            .spawn()
            .map_err(|error| format!("{PROGRAM} does not start: {error}"))?;
        let mut server = Self { child, address, log: file };
        server.wait_until_ready()?;
        Ok(server)
    }

    fn wait_until_ready(&mut self) -> Result<(), String> {
        let begun = Instant::now();
        while begun.elapsed() < START {
            let ready = Connection::open(self.address).and_then(|mut on| on.get("/ready", &[]));
            if ready.is_ok_and(|answer| answer.status == 200) {
                return Ok(());
            }
            if let Ok(Some(ended)) = self.child.try_wait() {
                return Err(format!("the server ended ({ended}): {}", self.log()?.trim()));
            }
            thread::sleep(Duration::from_millis(20));
        }
        Err(format!("the server was not ready within {} s", START.as_secs()))
    }

    /// Waits until it has done what it does by itself after a start, such as asking everybody who is to be asked that day.
    pub(crate) fn wait_until_at_rest(&self) -> Result<(), String> {
        let process = self.child.id().to_string();
        let (begun, mut used) = (Instant::now(), cpu_of(&process)?);
        while begun.elapsed() < RESTLESS {
            thread::sleep(A_WHILE);
            let now = cpu_of(&process)?;
            if now - used < A_WHILE.as_secs_f64() * AT_REST {
                return Ok(());
            }
            used = now;
        }
        Err(format!("the server was not at rest within {} s", RESTLESS.as_secs()))
    }

    /// All it has logged so far.
    pub(crate) fn log(&self) -> Result<String, String> {
        let mut text = String::new();
        File::open(&self.log)
            .and_then(|mut file| file.read_to_string(&mut text))
            .map_err(|error| format!("the log cannot be read: {error}"))?;
        Ok(text)
    }

    fn proc(&self, file: &str) -> Result<String, String> {
        let path = format!("/proc/{}/{file}", self.child.id());
        fs::read_to_string(&path).map_err(|error| format!("{path} cannot be read: {error}"))
    }

    /// A line of `/proc/PID/status`, in megabytes (10⁶ bytes).
    fn megabytes(&self, name: &str) -> Result<f64, String> {
        let status = self.proc("status")?;
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default();
        let kibibytes: f64 =
            line.trim_matches(|c: char| !c.is_ascii_digit()).parse().map_err(|_| "no memory figure")?;
        Ok(kibibytes * 1024.0 / 1e6)
    }

    /// The memory it holds now, in megabytes.
    pub(crate) fn memory(&self) -> Result<f64, String> {
        self.megabytes("VmRSS:")
    }

    /// The most memory it ever held, in megabytes.
    pub(crate) fn most_memory(&self) -> Result<f64, String> {
        self.megabytes("VmHWM:")
    }

    /// The CPU time it has used so far, in seconds.
    pub(crate) fn cpu(&self) -> Result<f64, String> {
        cpu_of(&self.child.id().to_string())
    }
}

/// The CPU time a process has used so far, in seconds; "self" is this one.
pub(crate) fn cpu_of(process: &str) -> Result<f64, String> {
    let path = format!("/proc/{process}/stat");
    let stat = fs::read_to_string(&path).map_err(|error| format!("{path} cannot be read: {error}"))?;
    // The name, in brackets, may hold anything; user and system time are the 12th and 13th field after it.
    let fields = stat.rsplit_once(')').map(|(_, fields)| fields).unwrap_or_default();
    let ticks = fields.split_ascii_whitespace().skip(11).take(2).filter_map(|ticks| ticks.parse::<f64>().ok());
    Ok(ticks.sum::<f64>() / TICKS_A_SECOND)
}

fn free_address() -> Result<SocketAddr, String> {
    TcpListener::bind("127.0.0.1:0")
        .and_then(|listener| listener.local_addr())
        .map_err(|error| format!("nothing can listen on this machine: {error}"))
}

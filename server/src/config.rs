//! The command line and the environment, read once and checked before anything is opened.

use std::{
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use app::{
    domain::{
        master_key::MasterKey,
        person::Language,
        push::{PUSH_SERVICES, PushService},
        words::{Email, Phone},
    },
    store::{self, Db, SQLITE_FILE},
    text::text,
};
use clap::{Args, Parser, Subcommand, ValueEnum};

use crate::{
    letters::{
        Secret,
        mail::Mail,
        sms::{GATEWAY, Sms},
    },
    oidc::Providers,
};

/// Vores Plan: a family's plan, its meetings and its team; and how the parents are.
#[derive(Debug, Parser)]
#[command(name = "vores-plan", version, about, max_term_width = 100)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub command: Command,
}

/// What the program does.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Serve the pages until stopped (Ctrl-C or SIGTERM finish what is under way)
    Serve(Serve),
    /// Bring the database up to date
    Migrate(Database),
    /// Fill a database with invented families, and print one-time sign-in addresses
    ///
    /// The same number, seed and day give the same families. On a database that holds this seed already only new
    /// sign-in addresses are made. A database with real families is refused.
    Demo(Demo),
    /// Import families from spreadsheets: families.csv, people.csv, goals.csv, meetings.csv
    ///
    /// One line that is wrong means that nothing is imported; every such line is named. Running it again changes
    /// only what has changed in the files. The columns are described in the README.
    Import(Import),
    /// Make a one-time sign-in address for a person, by the number the municipality gave them
    Invite(Invite),
    /// Agree to a role that an administrator proposed, where the municipality has nobody else to; without one: print them
    ConfirmRole(ConfirmRole),
    /// Print the check-ins of a family, with what staff noted; the look is written down
    ///
    /// It contains health data: what is printed is yours to keep safe. The formats are described in the README.
    Export(Export),
    /// Write a checked copy of the SQLite database to FILE while the server may be running
    Backup(Backup),
    /// Put a backup in place as the SQLite database of a data folder that has none
    Restore(Backup),
    /// Check the configuration, the database and that nobody bent its logs; the exit code says whether all is well
    Check(Serve),
    /// Print a new master key, to be kept where the database and its backups are not
    Key,
}

/// Where the data lies. One of the two is needed.
#[derive(Args, Debug)]
#[group(id = "where", required = true, multiple = false)]
pub struct Database {
    /// Keep the data in an SQLite file in this folder
    #[arg(long, env = "VORES_PLAN_DATA", value_name = "DIR")]
    pub data: Option<PathBuf>,
    /// Keep the data on this PostgreSQL server: postgres://user:password@host/name
    #[arg(long, env = "VORES_PLAN_DATABASE", value_name = "URL", hide_env_values = true)]
    pub database: Option<Secret>,
}

/// The master key. A data folder without one is given its own, which is right for trying out only.
#[derive(Args, Debug)]
#[group(id = "master", multiple = false)]
pub struct Key {
    /// The file with the master key, as vores-plan key prints it; for a data folder by default the file "key" in it
    #[arg(long, env = "VORES_PLAN_KEY_FILE", value_name = "FILE")]
    pub key_file: Option<PathBuf>,
    /// The master key itself; better given by the environment
    #[arg(long, env = "VORES_PLAN_KEY", value_name = "KEY", hide_env_values = true)]
    pub key: Option<Secret>,
}

/// The address people use.
#[derive(Args, Clone, Debug)]
pub struct Public {
    /// The address people use: https://…, or http://localhost while trying out
    #[arg(long, env = "VORES_PLAN_PUBLIC_URL", value_name = "URL", default_value = "http://localhost:8080",
        value_parser = public_url)]
    pub public_url: String,
}

/// How to serve.
#[derive(Args, Debug)]
pub struct Serve {
    /// Where the data lies.
    #[command(flatten)]
    pub database: Database,
    /// The master key.
    #[command(flatten)]
    pub key: Key,
    /// Copy the logs to this file too, line by line; check holds the logs to it
    #[arg(long, env = "VORES_PLAN_LOG_COPY", value_name = "FILE")]
    pub log_copy: Option<PathBuf>,
    /// The address people use.
    #[command(flatten)]
    pub public: Public,
    /// Listen here
    #[arg(long, env = "VORES_PLAN_LISTEN", value_name = "IP:PORT", default_value = "127.0.0.1:8080")]
    pub listen: SocketAddr,
    /// The folder with the built files (stylesheet, script, icons)
    #[arg(long, env = "VORES_PLAN_SITE", value_name = "DIR", default_value = "target/site")]
    pub site: PathBuf,
    /// How many proxies of your own stand in front and add to X-Forwarded-For
    #[arg(long, env = "VORES_PLAN_PROXIES", value_name = "N", default_value_t = 0)]
    pub proxies: usize,
    /// How often a minute one client may try to sign in
    #[arg(long, env = "VORES_PLAN_SIGN_IN_TRIES", value_name = "N", default_value = "60")]
    pub sign_in_tries: NonZeroU32,
    /// Whom to call about a sign-in link that nobody knows
    #[arg(long, env = "VORES_PLAN_PHONE", value_name = "NUMBER", value_parser = phone)]
    pub phone: Option<Phone>,
    /// Where a quick exit leads: the first page of a site that tells a bystander nothing
    #[arg(long, env = "VORES_PLAN_QUICK_EXIT_TO", value_name = "URL", default_value = "https://www.dmi.dk", value_parser = public_url)]
    pub quick_exit_to: String,
    /// Whom a push service may write to about our reminders: mailto:… or https://…; without it none are sent
    #[arg(long, env = "VORES_PLAN_PUSH_CONTACT", value_name = "ADDRESS", value_parser = push_contact)]
    pub push_contact: Option<String>,
    /// The push services that devices may be reached at
    #[arg(long, env = "VORES_PLAN_PUSH_SERVICES", value_name = "HOST", value_delimiter = ',',
        default_values = PUSH_SERVICES, value_parser = push_service)]
    pub push_services: Vec<PushService>,
    /// The mail server for those who see no reminder: smtps://user:password@host, or smtp://…?tls=required
    #[arg(long, env = "VORES_PLAN_MAIL_SERVER", value_name = "URL", hide_env_values = true, requires = "mail_from")]
    pub mail_server: Option<Secret>,
    /// Whom those e-mails come from
    #[arg(long, env = "VORES_PLAN_MAIL_FROM", value_name = "ADDRESS", value_parser = email, requires = "mail_server")]
    pub mail_from: Option<Email>,
    /// The token of the gateway that sends text messages to those who see no reminder
    #[arg(long, env = "VORES_PLAN_SMS_TOKEN", value_name = "TOKEN", hide_env_values = true, requires = "sms_sender")]
    pub sms_token: Option<Secret>,
    /// Whom those text messages come from: up to 11 letters and digits
    #[arg(long, env = "VORES_PLAN_SMS_SENDER", value_name = "NAME", requires = "sms_token")]
    pub sms_sender: Option<String>,
    /// Where that gateway is; it must take what GatewayAPI's takes
    #[arg(long, env = "VORES_PLAN_SMS_GATEWAY", value_name = "URL", default_value = GATEWAY)]
    pub sms_gateway: String,
    /// The file that tells by which providers (OpenID Connect) people can sign in, as the README describes it
    #[arg(long, env = "VORES_PLAN_PROVIDERS", value_name = "FILE")]
    pub providers: Option<PathBuf>,
    /// How much to log: error, warn, info, debug; or more finely, as "info,sqlx=debug"
    #[arg(long, env = "VORES_PLAN_LOG", value_name = "LEVEL", default_value = "info")]
    pub log: String,
}

/// What invented families to make.
#[derive(Args, Debug)]
pub struct Demo {
    /// Where the data lies.
    #[command(flatten)]
    pub database: Database,
    /// The address people use.
    #[command(flatten)]
    pub public: Public,
    /// How many families
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..=1_000_000))]
    pub families: u32,
    /// The same seed gives the same families; another seed adds another municipality
    #[arg(long, value_name = "S", default_value_t = 1, value_parser = clap::value_parser!(u64).range(..=0x7fff_ffff_ffff_ffff))]
    pub seed: u64,
    /// Print the sign-in addresses as a JSON list of role, name and address
    #[arg(long)]
    pub json: bool,
}

/// What to import.
#[derive(Args, Debug)]
pub struct Import {
    /// The folder with the four files
    pub folder: PathBuf,
    /// Where the data lies.
    #[command(flatten)]
    pub database: Database,
    /// The municipality, made when it is new; needed when the database holds several
    #[arg(long, value_name = "NAME")]
    pub municipality: Option<String>,
    /// Read and check everything, change nothing
    #[arg(long)]
    pub dry_run: bool,
}

/// Whom to invite.
#[derive(Args, Debug)]
pub struct Invite {
    /// The number the municipality gave the person (column "nr" of people.csv)
    pub person: String,
    /// Their phone is gone: once they come in, every passkey and session they had ends
    #[arg(long)]
    pub lost_phone: bool,
    /// Where the data lies.
    #[command(flatten)]
    pub database: Database,
    /// The address people use.
    #[command(flatten)]
    pub public: Public,
    /// The municipality; needed when the database holds several
    #[arg(long, value_name = "NAME")]
    pub municipality: Option<String>,
}

/// Which role to give.
#[derive(Args, Debug)]
pub struct ConfirmRole {
    /// The proposal, as it is printed when none is named
    pub proposal: Option<String>,
    /// Where the data lies.
    #[command(flatten)]
    pub database: Database,
    /// The municipality; needed when the database holds several
    #[arg(long, value_name = "NAME")]
    pub municipality: Option<String>,
}

/// What to export.
#[derive(Args, Debug)]
pub struct Export {
    /// Where the data lies.
    #[command(flatten)]
    pub database: Database,
    /// The municipality; needed when the database holds several
    #[arg(long, value_name = "NAME")]
    pub municipality: Option<String>,
    /// The number the municipality gave the family (column "nr" of families.csv)
    #[arg(long, value_name = "NUMBER")]
    pub family: String,
    /// What to print
    #[arg(long)]
    pub format: Format,
}

/// The formats of an export.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum Format {
    /// A FHIR R4 bundle as JSON, for other systems
    Fhir,
    /// A table for a spreadsheet, as Danish Excel reads it
    Csv,
}

/// Which backup.
#[derive(Args, Debug)]
pub struct Backup {
    /// The backup
    pub file: PathBuf,
    /// The data folder
    #[arg(long, env = "VORES_PLAN_DATA", value_name = "DIR")]
    pub data: PathBuf,
}

impl Database {
    /// What is wrong with it, as one sentence.
    ///
    /// # Errors
    /// That sentence.
    pub fn check(&self) -> Result<(), String> {
        match (&self.data, &self.database) {
            (Some(folder), _) if folder.exists() && !folder.is_dir() => {
                Err(format!("--data must be a folder, but {} is a file.", folder.display()))
            }
            (_, Some(url))
                if !["postgres://", "postgresql://"].iter().any(|scheme| url.reveal().starts_with(scheme)) =>
            {
                Err("--database must be an address that begins with postgres://".into())
            }
            _ => Ok(()),
        }
    }

    /// Opens the database, making the data folder and the file where they are missing.
    ///
    /// # Errors
    /// When it cannot be opened.
    pub async fn open(&self) -> Result<Db, store::Error> {
        match (&self.data, &self.database) {
            (Some(folder), _) => {
                let mut private = tokio::fs::DirBuilder::new();
                private.recursive(true);
                #[cfg(unix)]
                private.mode(0o700);
                private.create(folder).await?;
                Db::open_sqlite(&sqlite_file(folder)).await
            }
            (None, url) => Db::open_postgres(url.as_ref().map_or("", Secret::reveal)).await,
        }
    }
}

/// The file with the master key of a data folder that was given none.
const KEY_FILE: &str = "key";

impl Key {
    /// The master key for the data that lies there; for a data folder that has none yet a new one, kept with `keep`.
    ///
    /// # Errors
    /// What is wrong with it, as one sentence that tells nothing of it.
    pub fn read(&self, place: &Database, keep: bool) -> Result<MasterKey, String> {
        if let Some(key) = &self.key {
            return key.reveal().parse().map_err(|_| "--key must be what vores-plan key prints.".into());
        }
        let file = match (&self.key_file, &place.data) {
            (Some(file), _) => file.clone(),
            (None, Some(folder)) => folder.join(KEY_FILE),
            (None, None) => return Err("--key-file is needed: make one with vores-plan key > FILE.".into()),
        };
        if self.key_file.is_none() && !file.exists() {
            let key = MasterKey::fresh();
            if keep {
                let unwritten = |why| format!("{} cannot be written: {why}.", file.display());
                write_private(&file, &key.reveal()).map_err(unwritten)?;
            }
            return Ok(key);
        }
        let text = std::fs::read_to_string(&file)
            .map_err(|why| format!("--key-file {} cannot be read: {why}.", file.display()))?;
        text.parse().map_err(|_| format!("--key-file {} must hold what vores-plan key prints.", file.display()))
    }
}

/// Writes a new file that only its owner may read.
fn write_private(file: &Path, text: &str) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(file)?;
    std::io::Write::write_all(&mut file, text.as_bytes())?;
    file.sync_all()
}

/// The SQLite file in a data folder.
pub fn sqlite_file(folder: &Path) -> PathBuf {
    folder.join(SQLITE_FILE)
}

impl Serve {
    /// What is wrong with the configuration, as one sentence. Nothing is opened to find out.
    ///
    /// # Errors
    /// That sentence.
    pub fn check(&self) -> Result<(), String> {
        self.database.check()?;
        if self.key.key.is_some() || self.key.key_file.is_some() || self.database.data.is_none() {
            self.key.read(&self.database, false)?;
        }
        if !self.site.is_dir() {
            return Err(format!(
                "--site must be the folder with the built files, but there is no {}.",
                self.site.display()
            ));
        }
        self.mail()?;
        self.sms()?;
        self.providers()?;
        tracing_subscriber::EnvFilter::try_new(&self.log).map_err(|_| format!("--log cannot be {:?}.", self.log))?;
        Ok(())
    }

    /// The way to the mail server, where one is named. Nothing is opened.
    ///
    /// # Errors
    /// What is wrong with it, as one sentence.
    pub fn mail(&self) -> Result<Option<Mail>, String> {
        let name = text(Language::Danish).app;
        let named = self.mail_server.as_ref().zip(self.mail_from.as_ref());
        named.map(|(server, from)| Mail::to(server, from, name)).transpose()
    }

    /// The way to the gateway of text messages, where a token is named. Nothing is opened.
    ///
    /// # Errors
    /// What is wrong with it, as one sentence.
    pub fn sms(&self) -> Result<Option<Sms>, String> {
        let named = self.sms_token.as_ref().zip(self.sms_sender.as_ref());
        named.map(|(token, sender)| Sms::to(&self.sms_gateway, token, sender)).transpose()
    }

    /// The providers people can sign in by. None of them is asked.
    ///
    /// # Errors
    /// What is wrong with their file, as one sentence.
    pub fn providers(&self) -> Result<Providers, String> {
        match &self.providers {
            Some(file) => Providers::read(file, &self.public.public_url),
            None => Ok(Providers::default()),
        }
    }
}

fn email(text: &str) -> Result<Email, String> {
    Email::parse(text).map_err(|_| "this is not an e-mail address".into())
}

fn phone(text: &str) -> Result<Phone, String> {
    Phone::parse(text).map_err(|_| "this is not a telephone number".into())
}

/// An address that push services can write to (RFC 8292 §2.1): Apple's refuses one that is not public.
fn push_contact(text: &str) -> Result<String, String> {
    let public = |host: &str| host.contains('.') && !host.ends_with(".local") && !host.starts_with("127.");
    let mailbox = text.strip_prefix("mailto:").filter(|address| Email::parse(address).is_ok());
    let host = mailbox.and_then(|address| address.rsplit_once('@')).map(|(_, host)| host);
    let host = host.or_else(|| text.strip_prefix("https://").and_then(|rest| rest.split('/').next()));
    match host {
        Some(host) if public(host) => Ok(text.to_owned()),
        _ => Err("it must be mailto: or https:// and an address that is public".into()),
    }
}

fn push_service(text: &str) -> Result<PushService, String> {
    text.parse().map_err(|_| "it must be a host, *.host, or http:// and this machine".into())
}

/// The origin people use: `https://host[:port]`, or `http://` on this machine only, without anything after it.
fn public_url(text: &str) -> Result<String, String> {
    let text = text.strip_suffix('/').unwrap_or(text);
    let (scheme, host) = text.split_once("://").ok_or("it must begin with https://")?;
    let sound = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | ':' | '[' | ']');
    if host.is_empty() || !host.chars().all(sound) {
        return Err("after https:// there may only be a host in small letters, and a port".into());
    }
    let here = |name: &str| host == name || host.strip_prefix(name).is_some_and(|rest| rest.starts_with(':'));
    match scheme {
        "https" => Ok(text.to_owned()),
        "http" if here("localhost") || here("127.0.0.1") || here("[::1]") => Ok(text.to_owned()),
        "http" => Err("http:// is for localhost only; use https://".into()),
        _ => Err("it must begin with https://".into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_command_line_is_sound() {
        use clap::CommandFactory as _;
        Cli::command().debug_assert();
    }

    #[test]
    fn the_public_address_is_an_origin_with_https_or_on_this_machine() {
        for (typed, read) in [
            ("https://plan.example", Some("https://plan.example")),
            ("https://plan.example/", Some("https://plan.example")),
            ("http://localhost:8080", Some("http://localhost:8080")),
            ("http://127.0.0.1:1", Some("http://127.0.0.1:1")),
            ("http://plan.example", None),
            ("http://localhost.evil", None),
            ("https://plan.example/sti", None),
            ("https://user@plan.example", None),
            ("plan.example", None),
            ("ftp://plan.example", None),
            ("https://", None),
        ] {
            assert_eq!(public_url(typed).ok().as_deref(), read, "{typed}");
        }
    }

    #[test]
    fn secrets_of_the_environment_are_not_in_the_help() {
        use clap::CommandFactory as _;
        let mut command = Cli::command();
        let serve = command.find_subcommand_mut("serve").expect("serve");
        for secret in ["database", "mail_server", "sms_token"] {
            let argument = serve.get_arguments().find(|arg| arg.get_id() == secret).expect("an argument");
            assert!(argument.is_hide_env_values_set(), "{secret}");
        }
    }
}

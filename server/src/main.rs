//! The program `vores-plan`.

use std::{io::Write as _, net::SocketAddr, path::Path, process::ExitCode, sync::Arc, time::Duration};

use app::{
    domain::{
        access::Purpose,
        administration::Proposal,
        family::Municipality,
        log_chain::LogKey,
        master_key::MasterKey,
        moment::{Clock, Moment},
        person::Language,
    },
    pages::check_ins::Told,
    store::{self, Access, Db},
    text::text,
    ui::{Push, Site},
};
use clap::Parser;
use server::{
    Shared,
    config::{Backup, Cli, Command, ConfirmRole, Demo, Export, Format, Import, Invite, Serve, sqlite_file},
    demo::demo,
    files::Files,
    import::import,
    letters,
    log_copy::{self, LogCopy},
    push::{
        encrypt,
        transport::Transport,
        vapid::{Sender, new_key},
        worker::{Round, Worker},
    },
    router::router,
    security::Tries,
    session::Cookie,
};
use tokio::{
    net::TcpListener,
    signal,
    time::{Interval, MissedTickBehavior, interval},
};

/// After so long a stopping server no longer waits for requests that do not end, in seconds.
const PATIENCE: u64 = 20;

/// So many faults of the logs are named at most.
const FAULTS_NAMED: usize = 100;

/// So often the inboxes are looked at.
const MOVE_EVERY: Duration = Duration::from_secs(5);

/// So often reminders that are due are sent.
const REMIND_EVERY: Duration = Duration::from_secs(5);

/// So often what is new in the logs is chained …
const CHAIN_EVERY: Duration = Duration::from_secs(5);

/// … and so often, in rounds, everything that is in them is looked through: what came late, by an import or another
/// server, is chained then.
const CHAIN_ALL: u64 = 86_400 / CHAIN_EVERY.as_secs();

/// So often it is looked for whom to ask.
const ASK_EVERY: Duration = Duration::from_secs(600);
/// What is kept for a while is forgotten so often.
const FORGET_EVERY: Duration = Duration::from_secs(60);

#[tokio::main]
async fn main() -> ExitCode {
    let cli = Cli::parse();
    let now = Clock::System.now();
    let done = match cli.command {
        Command::Serve(serve) => self::serve(&serve).await,
        Command::Migrate(database) => match database.check() {
            Ok(()) => open(&database).await.map(|_| ()),
            Err(why) => Err(why),
        },
        Command::Demo(demo) => invent(&demo, now).await,
        Command::Import(import) => bring(&import, now).await,
        Command::Invite(invite) => self::invite(&invite, now).await,
        Command::ConfirmRole(confirm) => confirm_role(&confirm, now).await,
        Command::Export(export) => self::export(&export, now).await,
        Command::Backup(backup) => back_up(&backup).await,
        Command::Restore(backup) => restore(&backup).await,
        Command::Check(serve) => check(&serve).await,
        Command::Key => {
            say(MasterKey::fresh().reveal());
            Ok(())
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(why) => {
            eprintln!("vores-plan: {why}");
            ExitCode::from(2)
        }
    }
}

fn words(error: impl std::fmt::Display) -> String {
    error.to_string()
}

/// Opens a database and brings it up to date.
async fn open(database: &server::config::Database) -> Result<Db, String> {
    database.check()?;
    let db = database.open().await.map_err(words)?;
    db.migrate().await.map_err(words)?;
    knows_what_was_told(&db).await?;
    Ok(db)
}

async fn knows_what_was_told(db: &Db) -> Result<(), String> {
    match db.unknown_instrument().await.map_err(words)? {
        None => Ok(()),
        Some(key) => Err(format!("the database holds check-ins of {key}, which this program does not know")),
    }
}

async fn serve(serve: &Serve) -> Result<(), String> {
    serve.check()?;
    tracing_subscriber::fmt().json().with_env_filter(&serve.log).with_writer(std::io::stderr).init();
    let (files, addresses) =
        Files::read(&serve.site).map_err(|error| format!("the built files cannot be read: {error}"))?;
    let listener = TcpListener::bind(serve.listen)
        .await
        .map_err(|error| format!("nothing can listen on {}: {error}", serve.listen))?;
    let db = open(&serve.database).await?;
    let log_key = LogKey::of(&serve.key.read(&serve.database, true)?);
    let log_copy = serve.log_copy.as_deref().map(LogCopy::open).transpose().map_err(copy_failed)?;
    let public_url = serve.public.public_url.clone();
    let sender = sender(&db, serve).await?;
    let push = sender.as_ref().map(|sender| Push {
        key: sender.public().to_owned(),
        services: serve.push_services.clone(),
        locks: encrypt::locks,
    });
    let letters = letters::worker::Worker::new(db.clone(), serve.mail()?, serve.sms()?, &public_url);
    let providers = serve.providers()?;
    let shared = Shared {
        db: db.clone(),
        clock: Clock::System,
        cookie: Cookie::of(&public_url),
        site: Arc::new(Site {
            public_url,
            files: addresses,
            phone: serve.phone.clone(),
            quick_exit_to: serve.quick_exit_to.clone(),
            push,
            carriers: letters.carriers(),
            providers: providers.shown(),
        }),
        providers: Arc::new(providers),
        files: Arc::new(files),
        tries: Arc::new(Tries::per_minute(serve.sign_in_tries)),
        proxies: serve.proxies,
    };
    tracing::info!(listen = %listener.local_addr().map_err(words)?, "serving");
    let (stopping, stopped) = tokio::sync::oneshot::channel();
    let until = async move {
        stop().await;
        tracing::info!("stopping");
        let _ = stopping.send(());
    };
    let moving = tokio::spawn(move_on(db.clone(), shared.clock.clone()));
    let asking = tokio::spawn(ask(db.clone(), shared.clock.clone()));
    let forgetting = tokio::spawn(forget(db.clone(), shared.clock.clone()));
    let chaining = tokio::spawn(chain(db.clone(), log_key, log_copy, shared.clock.clone()));
    let worker = match sender {
        Some(sender) => {
            let transport = Transport::to(serve.push_services.clone()).map_err(words)?;
            Some(Worker::new(db.clone(), Arc::new(sender), transport, &serve.public.public_url))
        }
        None => None,
    };
    let reminds = worker.is_some() || !letters.carriers().is_empty();
    let reminding = reminds.then(|| tokio::spawn(remind(worker, letters, shared.clock.clone())));
    let service = router(shared).into_make_service_with_connect_info::<SocketAddr>();
    let serving = axum::serve(listener, service).with_graceful_shutdown(until);
    let out_of_patience = async {
        let _ = stopped.await;
        tokio::time::sleep(Duration::from_secs(PATIENCE)).await;
    };
    tokio::select! {
        served = async { serving.await } => served.map_err(words)?,
        () = out_of_patience => tracing::warn!("some requests did not end"),
    }
    moving.abort();
    asking.abort();
    forgetting.abort();
    chaining.abort();
    if let Some(reminding) = reminding {
        reminding.abort();
    }
    db.close().await;
    Ok(())
}

/// For as long as the program serves, brings what stands unread to whoever is to have it now. What fails is tried again
/// on the next round.
async fn move_on(db: Db, clock: Clock) {
    let mut rounds = rounds(MOVE_EVERY);
    loop {
        rounds.tick().await;
        match store::move_on(&db, clock.now()).await {
            Ok(0) => {}
            Ok(items) => tracing::info!(items, "looked again at who has what"),
            Err(error) => tracing::error!(cause = error.to_string(), "the inboxes could not be looked at"),
        }
    }
}

/// For as long as the program serves, asks whoever is to be asked today. What fails is tried again on the next round.
async fn ask(db: Db, clock: Clock) {
    let mut rounds = rounds(ASK_EVERY);
    loop {
        rounds.tick().await;
        match store::ask_all(&db, clock.now()).await {
            Ok(store::Asked { asked: 0, silent: 0 }) => {}
            Ok(store::Asked { asked, silent }) => tracing::info!(asked, silent, "asked"),
            Err(error) => tracing::error!(cause = error.to_string(), "nobody could be asked"),
        }
    }
}

/// For as long as the program serves, forgets what was kept for a while only. What fails is tried again on the next round.
async fn forget(db: Db, clock: Clock) {
    let mut rounds = rounds(FORGET_EVERY);
    loop {
        rounds.tick().await;
        if let Err(error) = store::forget_errands(&db, clock.now()).await {
            tracing::error!(cause = error.to_string(), "what was kept for a while could not be forgotten");
        }
    }
}

/// For as long as the program serves, binds what is new in the logs, and copies it to a second place. What fails is tried
/// again on the next round.
async fn chain(db: Db, key: LogKey, mut copy: Option<LogCopy>, clock: Clock) {
    let mut rounds = rounds(CHAIN_EVERY);
    for round in 0_u64.. {
        rounds.tick().await;
        if let Err(error) = store::chain_logs(&db, &key, round % CHAIN_ALL == 0, clock.now()).await {
            tracing::error!(cause = error.to_string(), "the logs could not be chained");
        }
        if let Some(copy) = &mut copy
            && let Err(error) = copy.go_on(&db).await
        {
            tracing::error!(cause = error.to_string(), "the logs could not be copied");
        }
    }
}

fn copy_failed(error: log_copy::Error) -> String {
    format!("--log-copy cannot be used: {error}.")
}

/// Who signs what is sent to push services, where somebody may be written to about it.
async fn sender(db: &Db, serve: &Serve) -> Result<Option<Sender>, String> {
    let Some(contact) = &serve.push_contact else { return Ok(None) };
    let key = store::push_key(db, &new_key().map_err(words)?).await.map_err(words)?;
    Sender::new(&key, contact.clone()).map(Some).map_err(words)
}

/// For as long as the program serves, sends the reminders that are due, and letters to those who do not see them. What
/// fails is tried again on the next round.
async fn remind(worker: Option<Worker>, letters: letters::worker::Worker, clock: Clock) {
    let mut rounds = rounds(REMIND_EVERY);
    loop {
        rounds.tick().await;
        if let Some(worker) = &worker {
            match worker.tick(clock.now()).await {
                Ok(round) if round == Round::default() => {}
                Ok(Round { due, accepted, again, failed }) => tracing::info!(due, accepted, again, failed, "reminded"),
                Err(error) => tracing::error!(cause = error.to_string(), "nobody could be reminded"),
            }
        }
        match letters.tick(clock.now()).await {
            Ok(round) if round == letters::worker::Round::default() => {}
            Ok(letters::worker::Round { sent, again, failed }) => tracing::info!(sent, again, failed, "wrote letters"),
            Err(error) => tracing::error!(cause = error.to_string(), "no letters could be written"),
        }
    }
}

fn rounds(every: Duration) -> Interval {
    let mut rounds = interval(every);
    rounds.set_missed_tick_behavior(MissedTickBehavior::Delay);
    rounds
}

/// Waits for Ctrl-C or SIGTERM.
async fn stop() {
    let interrupt = async {
        if signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminate = async {
        match signal::unix::signal(signal::unix::SignalKind::terminate()) {
            Ok(mut terminate) => {
                terminate.recv().await;
            }
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminate = std::future::pending::<()>();
    tokio::select! { () = interrupt => (), () = terminate => () }
}

/// Prints to standard output, which is what the commands are asked for.
#[expect(clippy::print_stdout, reason = "this is what a command answers with")]
fn say(words: impl std::fmt::Display) {
    println!("{words}");
}

async fn invent(asked: &Demo, now: Moment) -> Result<(), String> {
    let db = open(&asked.database).await?;
    let cast = demo(&db, asked.families, asked.seed, now).await.map_err(words)?;
    let mut people = Vec::new();
    for person in cast {
        let token = store::invite_from_console(&db, person.person, now).await.map_err(words)?;
        let address = format!("{}/sign-in/{}", asked.public.public_url, token.reveal());
        people.push((person.role, person.name, address));
    }
    db.close().await;
    if asked.json {
        let people: Vec<_> = people
            .into_iter()
            .map(|(role, name, address)| serde_json::json!({ "role": role, "name": name, "address": address }))
            .collect();
        say(serde_json::Value::from(people));
    } else {
        say("Sign in as (each address works once, for 14 days):\n");
        for (role, name, address) in people {
            say(format!("  {:<16} {name}\n  {address}\n", role.replace('_', " ")));
        }
    }
    Ok(())
}

async fn bring(asked: &Import, now: Moment) -> Result<(), String> {
    let db = if asked.dry_run { rehearsal(&asked.database).await? } else { open(&asked.database).await? };
    let municipality = asked.municipality.as_deref();
    let report = import(&db, &asked.folder, municipality, asked.dry_run, now).await.map_err(words)?;
    db.close().await;
    say(report);
    Ok(())
}

/// The database as it is, for looking only; an empty one in memory's stead where there is no file yet.
async fn rehearsal(database: &server::config::Database) -> Result<Db, String> {
    database.check()?;
    if let Some(folder) = &database.data
        && !sqlite_file(folder).is_file()
    {
        let db = Db::open_empty().await.map_err(words)?;
        db.migrate().await.map_err(words)?;
        return Ok(db);
    }
    let db = database.open().await.map_err(words)?;
    match db.is_ready().await {
        Ok(true) => Ok(db),
        _ => Err("the database is not up to date: run vores-plan migrate".into()),
    }
}

async fn invite(asked: &Invite, now: Moment) -> Result<(), String> {
    let db = open_existing(&asked.database).await?;
    let municipality = municipality(&db, asked.municipality.as_deref()).await?;
    let known = store::known(&db, municipality.id).await.map_err(words)?;
    let person = known.people.get(&asked.person).map(|person| person.id).or_else(|| asked.person.parse().ok());
    let person = person.ok_or_else(|| format!("there is no person with number {}", asked.person))?;
    let made = match asked.lost_phone {
        true => store::invite_from_console_after_loss(&db, person, now).await,
        false => store::invite_from_console(&db, person, now).await,
    };
    let token = match made {
        Err(store::Error::NotFound) => {
            return Err("that person cannot be invited: there is none, or it is a child, or has left".into());
        }
        made => made.map_err(words)?,
    };
    db.close().await;
    say(format!("{}/sign-in/{}", asked.public.public_url, token.reveal()));
    Ok(())
}

async fn confirm_role(asked: &ConfirmRole, now: Moment) -> Result<(), String> {
    let db = open_existing(&asked.database).await?;
    let municipality = municipality(&db, asked.municipality.as_deref()).await?.id;
    let proposals = store::role_proposals_from_console(&db, municipality, now).await.map_err(words)?;
    let line = |one: &Proposal| format!("{} {}: {}, proposed by {}", one.id, one.name, one.role.key(), one.by_name);
    match &asked.proposal {
        None if proposals.is_empty() => say("No role waits for a yes."),
        None => proposals.iter().for_each(|one| say(line(one))),
        Some(named) => {
            let one = proposals.iter().find(|one| one.id.to_string() == *named);
            let one = one.ok_or_else(|| format!("no role waits under {named}"))?;
            match store::give_role_from_console(&db, municipality, one.id, now).await {
                Err(store::Error::Taken(_)) => return Err("they walk beside families: hand those over first".into()),
                given => given.map_err(words)?,
            }
            say(format!("{} has the role {} now.", one.name, one.role.key()));
        }
    }
    db.close().await;
    Ok(())
}

async fn export(asked: &Export, now: Moment) -> Result<(), String> {
    let db = open_existing(&asked.database).await?;
    let municipality = municipality(&db, asked.municipality.as_deref()).await?;
    let access = match Access::from_console(&db, municipality.id, &asked.family, Purpose::Export, now).await {
        Err(store::Error::NotFound) => return Err(format!("there is no family with number {}", asked.family)),
        opened => opened.map_err(words)?,
    };
    let told = Told::of(&db, &access).await.map_err(words)?;
    db.close().await;
    let text = text(Language::Danish);
    let file = match asked.format {
        Format::Csv => told.csv(text, municipality.zone),
        Format::Fhir => told.fhir(text, municipality.zone, now),
    };
    std::io::stdout().write_all(&file.bytes).map_err(words)
}

/// The database as [`open`] gives it, where there is one.
async fn open_existing(database: &server::config::Database) -> Result<Db, String> {
    if let Some(folder) = &database.data {
        existing(&sqlite_file(folder))?;
    }
    open(database).await
}

/// The municipality of that name, or the only one.
async fn municipality(db: &Db, name: Option<&str>) -> Result<Municipality, String> {
    let mut all = store::municipalities(db).await.map_err(words)?.into_iter().map(|(municipality, _)| municipality);
    match (name, all.len()) {
        (Some(name), _) => all
            .find(|municipality| municipality.name.as_str() == name)
            .ok_or_else(|| format!("there is no municipality named {name}")),
        (None, 0 | 1) => all.next().ok_or_else(|| "the database is empty: import families first".into()),
        (None, _) => Err("the database holds several municipalities: name one with --municipality".into()),
    }
}

async fn back_up(asked: &Backup) -> Result<(), String> {
    let file = sqlite_file(&asked.data);
    existing(&file)?;
    let db = Db::open_sqlite(&file).await.map_err(words)?;
    store::back_up(&db, &asked.file).await.map_err(words)?;
    db.close().await;
    say(format!("The backup {} is written and opens.", asked.file.display()));
    Ok(())
}

fn existing(file: &Path) -> Result<(), String> {
    if file.is_file() { Ok(()) } else { Err(format!("there is no database {}", file.display())) }
}

async fn restore(asked: &Backup) -> Result<(), String> {
    tokio::fs::create_dir_all(&asked.data).await.map_err(words)?;
    store::restore(&asked.file, &sqlite_file(&asked.data)).await.map_err(words)?;
    say(format!("The backup {} is in place.", asked.file.display()));
    Ok(())
}

/// Whether every entry of the logs is as it was when it was chained, and the chain as it was copied.
async fn logs_are_whole(db: &Db, asked: &Serve) -> Result<(), String> {
    let key = LogKey::of(&asked.key.read(&asked.database, false)?);
    let mut links =
        asked.log_copy.as_deref().map(log_copy::links).transpose().map_err(copy_failed)?.unwrap_or_default();
    let mut faults = Vec::new();
    for (municipality, _) in store::municipalities(db).await.map_err(words)? {
        let copied = links.remove(&municipality.id).unwrap_or_default();
        let found = store::check_logs(db, &key, municipality.id, &copied).await.map_err(words)?;
        faults.extend(found.into_iter().map(|fault| format!("{}: {fault}", municipality.name)));
    }
    match faults.len() {
        0 => Ok(()),
        count => {
            faults.truncate(FAULTS_NAMED);
            Err(format!("the logs were bent, {count} in number:\n{}", faults.join("\n")))
        }
    }
}

async fn check(asked: &Serve) -> Result<(), String> {
    asked.check()?;
    Files::read(&asked.site).map_err(|error| format!("the built files cannot be read: {error}"))?;
    if let Some(folder) = &asked.database.data {
        existing(&sqlite_file(folder))?;
    }
    let db = asked.database.open().await.map_err(words)?;
    let ready = db.is_ready().await;
    let durable = db.waits_for_the_disk().await;
    let known = if matches!(ready, Ok(true)) { knows_what_was_told(&db).await } else { Ok(()) };
    let logs = if matches!(ready, Ok(true)) { logs_are_whole(&db, asked).await } else { Ok(()) };
    db.close().await;
    match ready {
        Ok(true) if known.is_err() => known,
        Ok(true) if !durable.map_err(words)? => Err("the database acknowledges what is not on its disk yet".into()),
        Ok(true) if logs.is_err() => logs,
        Ok(true) => {
            say("All is well.");
            Ok(())
        }
        Ok(false) => Err("the database is not up to date: run vores-plan migrate".into()),
        Err(error) => Err(format!("{error}. Perhaps it is empty: run vores-plan migrate")),
    }
}

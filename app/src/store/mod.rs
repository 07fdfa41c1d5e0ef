//! The only place that speaks SQL, to SQLite and to PostgreSQL with the same text.
//!
//! Authority is a value: whatever gives a family's data takes an [`Access`], and only [`Access::open`] makes one,
//! writing the access log first. No `Access`, no data.

mod access;
mod administration;
mod asks;
mod backup;
mod bookings;
mod calendar_files;
mod calendars;
mod channels;
mod check_ins;
mod child_words;
mod columns;
mod consents;
mod contact;
mod hand_over;
mod identities;
mod inbox;
mod invitations;
mod load;
mod log_chain;
mod looks;
mod measures;
mod meeting_notes;
mod meetings;
mod notes;
mod numbers;
mod passkeys;
mod people;
mod phone_codes;
mod photos;
mod plan;
mod plan_changes;
mod reminders;
mod replies;
mod rights;
mod role_proposals;
mod sector_plans;
mod sessions;
mod settings;
mod staff;
mod team;
mod team_meetings;

pub use access::{Access, Administration, Caseload, Overview, Whose};
pub use administration::administration_log;
pub use asks::{Asked, ask_all, end_pause, not_today, pause, pauses, rhythms, set_rhythm};
pub use backup::{back_up, restore};
pub use bookings::{book, busy, cancel, change, set_missed};
pub use calendar_files::{Taken, take, taken_before};
pub use calendars::{Feed, calendar, calendar_address, make_calendar_address, revoke_calendar_address};
pub use channels::{call_to_make, called, channel, choose_channel, settle_letters, take_letters};
pub use check_ins::{News, answers, news, own, send, sent_since, targets, told};
pub use child_words::{
    child_words, close_child_words, one_of_child_words, open_child_words, opened_words, write_child_words,
};
pub use consents::{Seen, SharedScore, SharedTold, consents, ended, give, renew, seen, seen_with, withdraw};
pub use contact::{
    association, candidates, choose_contact, family_with_wish, forget_wish, grant_wish, set_association,
    wish_for_contact,
};
pub use hand_over::{NO_SEAT, hand_over, parts_of};
pub use identities::{
    bind_own, came_by, close_sessions_by, come_back, enter_by_provider, enter_invited, forget_errands, own_providers,
    prove_by_provider, set_out, unbind_own,
};
pub use inbox::{
    absences, be_away, be_back, call_anyway, call_waiting, holders, inbox, inbox_item, keep, move_on, read_by, review,
    scores_before,
};
pub use invitations::{
    Entry, accept, entry, invite, invite_after_loss, invite_from_console, invite_from_console_after_loss,
    open_invitations, revoke,
};
pub use load::{
    Batch, Holder, Known, KnownPerson, KnownPlan, Loaded, NewCheckIn, NewChildWords, NewConsent, NewFamily, NewGoal,
    NewGuardianship, NewHope, NewMeeting, NewPerson, NewReview, NewStep, NewTeamMember, NewUnit, found,
    found_municipality, known, load, municipalities, rehearse,
};
pub use log_chain::{Chained, chain_after, chain_logs, check_logs};
pub use looks::looks;
pub use measures::{ask_for, decide, measures};
pub use meeting_notes::{comment, decide_step, meeting_note, write_meeting_note};
pub use meetings::{meeting, past, upcoming};
pub use notes::{delete_note, notes, write_note};
pub use numbers::{Numbers, numbers};
pub use passkeys::{
    begin_ceremony, decline_passkey, device_name, end_ceremony, enter_with_passkey, find_passkey, keep_passkey,
    passkey, passkey_handle, passkeys, prove, remove_passkey, rename_passkey,
};
pub use people::{
    children, families, families_not_reached, family, find_families, people, people_and_reach, set_quick_exit, speak,
};
pub use phone_codes::{lock_on_exit, lock_phone, open_phone, remove_phone_code, set_phone_code, try_phone_code};
pub use photos::{has_photo, photo, remove_photo, set_photo};
pub use plan::{goals, hopes, live_goals, tick};
pub use plan_changes::{
    Changed, answer_proposal, change_plan, doers, plan_entry, plan_history, proposals, take_back_proposal, undo_change,
};
pub use reminders::{
    choose_reminders, deliver_due, device, forget_devices, push_key, reminder_choice, saw, settle, subscribe,
    take_deliveries, try_reminder, unsubscribe,
};
pub use replies::{add_item, agenda, answer, delete_item, given};
pub use rights::{own_rights, registered, rights_history, set_rights};
pub use role_proposals::{
    NewColleague, answer_role, give_role_from_console, propose_colleague, propose_role, role_proposals,
    role_proposals_from_console,
};
pub use sector_plans::{change_pointer, point_to, remove_pointer, sector_plan, sector_plans};
pub use sessions::{close_every_session, close_session, hide_install_hint, keep_pages, sessions, touch, viewer};
pub use settings::{set, settings};
pub use staff::{colleagues, invite_colleague, move_to_unit, open_unit, rename_unit, units, write_away};
pub use team::{away, team};
pub use team_meetings::{agree, agreements, team_meeting};

use std::{path::Path, str::FromStr, time::Duration};

use sqlx::{
    Connection, PgConnection, PgPool, Postgres, SqlitePool, Transaction,
    migrate::{MigrateError, Migrator},
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqliteJournalMode, SqlitePoolOptions, SqliteSynchronous},
};

use crate::domain::checkin::instrument;

static SQLITE_MIGRATIONS: Migrator = sqlx::migrate!("./migrations/sqlite");
static POSTGRES_MIGRATIONS: Migrator = sqlx::migrate!("./migrations/postgres");

/// The name of the SQLite file in a data folder.
pub const SQLITE_FILE: &str = "vores-plan.sqlite";

/// How many connections a server keeps open at most.
const CONNECTIONS: u32 = 8;

/// A connection to PostgreSQL that nobody used for so long is asked whether it still lives before it is used again.
const DOUBTFUL: Duration = Duration::from_secs(15);

/// Why the store could not do what was asked.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// It is not there, or not for the one who asks: nobody can tell which.
    #[error("not found")]
    NotFound,
    /// Somebody was there first; the name of the constraint that says so, as the migrations have it.
    #[error("taken: {0}")]
    Taken(String),
    /// The database failed.
    #[error("the database failed: {0}")]
    Failed(sqlx::Error),
    /// The database's tables could not be brought up to date.
    #[error("the migrations failed: {0}")]
    Migration(#[from] MigrateError),
    /// A file could not be read or written.
    #[error("the file failed: {0}")]
    File(#[from] std::io::Error),
    /// A backup file is not a sound database of this product.
    #[error("not a sound backup: {0}")]
    Unsound(String),
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match error {
            sqlx::Error::RowNotFound => Self::NotFound,
            sqlx::Error::Database(cause) if cause.is_unique_violation() => {
                Self::Taken(cause.constraint().map_or_else(|| constraint_in(cause.message()), str::to_owned))
            }
            other => Self::Failed(other),
        }
    }
}

/// SQLite tells the columns (`… failed: team_member.family, team_member.part`) instead of the constraint, which is
/// named after its table and its last column.
fn constraint_in(message: &str) -> String {
    message.rsplit(' ').next().unwrap_or(message).replace('.', "_")
}

/// Where the data lies.
#[derive(Clone, Debug)]
pub enum Db {
    /// A file on this machine.
    Sqlite(SqliteFile),
    /// A PostgreSQL server.
    Postgres(PgPool),
}

/// An SQLite file: many readers, and one writer so that writes queue instead of failing.
#[derive(Clone, Debug)]
pub struct SqliteFile {
    readers: SqlitePool,
    writer: SqlitePool,
}

/// Runs one reading query on either database.
macro_rules! read {
    ($db:expr, $on:ident => $query:expr) => {
        match $db {
            crate::store::Db::Sqlite(file) => {
                let $on = file.readers();
                $query
            }
            crate::store::Db::Postgres(pool) => {
                let $on = pool;
                $query
            }
        }
    };
}

/// Runs one writing statement, which is a transaction of its own, on either database.
macro_rules! write_one {
    ($db:expr, $on:ident => $query:expr) => {
        match $db {
            crate::store::Db::Sqlite(file) => {
                let $on = file.writer();
                $query
            }
            crate::store::Db::Postgres(pool) => {
                let $on = pool;
                $query
            }
        }
    };
}

/// Runs one statement inside a transaction on either database.
macro_rules! within {
    ($tx:expr, $on:ident => $query:expr) => {
        match $tx {
            crate::store::Tx::Sqlite(tx) => {
                let $on = &mut **tx;
                $query
            }
            crate::store::Tx::Postgres(tx) => {
                let $on = &mut **tx;
                $query
            }
        }
    };
}

/// Pushes a list of ids in parentheses.
macro_rules! among {
    ($query:expr, $ids:expr) => {{
        $query.push("(");
        let mut list = $query.separated(", ");
        for id in $ids {
            list.push_bind(*id);
        }
        $query.push(")");
    }};
}
pub(crate) use {among, read, within, write_one};

impl SqliteFile {
    pub(crate) const fn readers(&self) -> &SqlitePool {
        &self.readers
    }

    pub(crate) const fn writer(&self) -> &SqlitePool {
        &self.writer
    }
}

impl Db {
    /// Opens (and makes, when it is not there, for the eyes of its owner only) the SQLite file at `path`.
    ///
    /// # Errors
    /// When the file cannot be opened.
    pub async fn open_sqlite(path: &Path) -> Result<Self, Error> {
        tokio::fs::OpenOptions::new().create(true).append(true).mode(0o600).open(path).await?;
        let options = SqliteConnectOptions::new()
            .filename(path)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .foreign_keys(true)
            .busy_timeout(Duration::from_secs(10));
        let pool = |size| SqlitePoolOptions::new().max_connections(size).min_connections(1).test_before_acquire(false);
        let writer = pool(1).connect_with(options.clone()).await?;
        let readers = pool(CONNECTIONS / 2).connect_with(options.pragma("query_only", "ON")).await?;
        Ok(Self::Sqlite(SqliteFile { readers, writer }))
    }

    /// An empty SQLite database in memory, gone when it is closed: to rehearse with.
    ///
    /// # Errors
    /// When it cannot be made.
    pub async fn open_empty() -> Result<Self, Error> {
        let one = SqlitePoolOptions::new().max_connections(1).idle_timeout(None).max_lifetime(None);
        let only = one.connect_with(SqliteConnectOptions::new().in_memory(true).foreign_keys(true)).await?;
        Ok(Self::Sqlite(SqliteFile { readers: only.clone(), writer: only }))
    }

    /// Connects to the PostgreSQL server at `url`. Whatever its settings, it acknowledges what is on its disk.
    ///
    /// # Errors
    /// When it cannot be reached.
    pub async fn open_postgres(url: &str) -> Result<Self, Error> {
        let options = PgConnectOptions::from_str(url)?.options([("synchronous_commit", "on")]);
        PgConnection::connect_with(&options).await?.close().await?;
        let pool = PgPoolOptions::new()
            .max_connections(CONNECTIONS)
            .acquire_timeout(Duration::from_secs(10))
            .test_before_acquire(false)
            .before_acquire(|connection, used| {
                Box::pin(async move { Ok(used.idle_for < DOUBTFUL || connection.ping().await.is_ok()) })
            })
            .connect_with(options)
            .await?;
        Ok(Self::Postgres(pool))
    }

    /// Brings the tables up to date.
    ///
    /// # Errors
    /// When a migration fails.
    pub async fn migrate(&self) -> Result<(), Error> {
        match self {
            Self::Sqlite(file) => SQLITE_MIGRATIONS.run(&file.writer).await?,
            Self::Postgres(pool) => POSTGRES_MIGRATIONS.run(pool).await?,
        }
        Ok(())
    }

    /// Whether the database answers and every migration of this program is in it.
    ///
    /// # Errors
    /// When it does not answer, or has no tables of ours yet.
    pub async fn is_ready(&self) -> Result<bool, Error> {
        let applied: i64 = read!(self, on => {
            sqlx::query_scalar("SELECT COUNT(*) FROM _sqlx_migrations WHERE success").fetch_one(on).await?
        });
        let known = match self {
            Self::Sqlite(_) => SQLITE_MIGRATIONS.iter().count(),
            Self::Postgres(_) => POSTGRES_MIGRATIONS.iter().count(),
        };
        Ok(usize::try_from(applied) == Ok(known))
    }

    /// The key of an instrument that something told or waited for has, and this program lacks: what it cannot name it
    /// cannot show, so that it must not serve.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn unknown_instrument(&self) -> Result<Option<String>, Error> {
        const USED: &str = "SELECT instrument FROM check_in UNION SELECT instrument FROM inbox_item
            WHERE instrument IS NOT NULL";
        let used: Vec<String> = read!(self, on => sqlx::query_scalar(USED).fetch_all(on).await?);
        Ok(used.into_iter().find(|key| instrument(key).is_none()))
    }

    /// Whether a write is acknowledged only once it is on the disk, as far as this side of the database decides it:
    /// SQLite's `synchronous` is at least `FULL`, PostgreSQL's `synchronous_commit` is not `off`.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn waits_for_the_disk(&self) -> Result<bool, Error> {
        Ok(match self {
            Self::Sqlite(file) => {
                let level: i64 = sqlx::query_scalar("PRAGMA synchronous").fetch_one(&file.writer).await?;
                level >= 2
            }
            Self::Postgres(pool) => {
                let waits: String = sqlx::query_scalar("SHOW synchronous_commit").fetch_one(pool).await?;
                waits != "off"
            }
        })
    }

    /// Finishes what is under way and closes every connection.
    pub async fn close(&self) {
        match self {
            Self::Sqlite(file) => {
                file.readers.close().await;
                file.writer.close().await;
            }
            Self::Postgres(pool) => pool.close().await,
        }
    }

    /// Begins a transaction that may write. On SQLite it takes its turn at once.
    pub(crate) async fn begin(&self) -> Result<Tx, Error> {
        Ok(match self {
            Self::Sqlite(file) => Tx::Sqlite(file.writer.begin_with("BEGIN IMMEDIATE").await?),
            Self::Postgres(pool) => Tx::Postgres(pool.begin().await?),
        })
    }
}

/// A transaction; dropped without [`Tx::commit`], nothing of it happened.
pub(crate) enum Tx {
    Sqlite(Transaction<'static, sqlx::Sqlite>),
    Postgres(Transaction<'static, Postgres>),
}

impl Tx {
    pub(crate) async fn commit(self) -> Result<(), Error> {
        match self {
            Self::Sqlite(tx) => tx.commit().await?,
            Self::Postgres(tx) => tx.commit().await?,
        }
        Ok(())
    }
}

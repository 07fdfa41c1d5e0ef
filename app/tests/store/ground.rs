//! A fresh database of each kind for one test.

use std::{
    ops::Deref,
    panic::{AssertUnwindSafe, catch_unwind, resume_unwind},
    path::{Path, PathBuf},
    pin::pin,
    process,
    sync::{
        Arc,
        atomic::{AtomicU32, Ordering},
    },
    task::Poll,
    thread,
};

use app::store::{Db, SQLITE_FILE};
use sqlx::{
    AssertSqlSafe, ConnectOptions, Connection, PgConnection, PgPool, SqlitePool,
    postgres::{PgConnectOptions, PgPoolOptions},
    sqlite::{SqliteConnectOptions, SqlitePoolOptions},
};

const WHERE_POSTGRES_IS: &str = "TEST_DATABASE_URL";

/// A database without rows, and a way past the store to look at its tables.
#[derive(Clone)]
pub(crate) struct Ground {
    db: Db,
    pub(crate) behind: Behind,
    folder: Arc<Folder>,
}

/// The same database without the store in front.
#[derive(Clone)]
pub(crate) enum Behind {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

impl Deref for Ground {
    type Target = Db;

    fn deref(&self) -> &Db {
        &self.db
    }
}

impl Ground {
    pub(crate) fn folder(&self) -> &Path {
        &self.folder.0
    }
}

/// The rows a query gives, asked past the store.
macro_rules! rows {
    ($ground:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        match &$ground.behind {
            crate::ground::Behind::Sqlite(on) => sqlx::query_as($sql)$(.bind($value))*.fetch_all(on).await,
            crate::ground::Behind::Postgres(on) => sqlx::query_as($sql)$(.bind($value))*.fetch_all(on).await,
        }
        .expect($sql)
    };
}

/// The one number a query gives, asked past the store.
macro_rules! number {
    ($ground:expr, $sql:expr $(, $value:expr)* $(,)?) => {{
        let rows: Vec<(i64,)> = crate::ground::rows!($ground, $sql $(, $value)*);
        rows[0].0
    }};
}

/// Runs a statement past the store.
macro_rules! run {
    ($ground:expr, $sql:expr $(, $value:expr)* $(,)?) => {
        match &$ground.behind {
            crate::ground::Behind::Sqlite(on) => {
                sqlx::query($sql)$(.bind($value))*.execute(on).await.map(|done| done.rows_affected())
            }
            crate::ground::Behind::Postgres(on) => {
                sqlx::query($sql)$(.bind($value))*.execute(on).await.map(|done| done.rows_affected())
            }
        }
    };
}
pub(crate) use {number, rows, run};

/// Runs a test on SQLite, then on PostgreSQL, each with a database of its own.
pub(crate) async fn on_both(test: impl AsyncFn(Ground)) {
    on_both_without_tables(async |db: Ground| {
        db.migrate().await.expect("the tables are made");
        test(db).await;
    })
    .await;
}

/// As [`on_both`], before anything was migrated.
pub(crate) async fn on_both_without_tables(test: impl AsyncFn(Ground)) {
    let on_sqlite = on_sqlite_too(&test).await;
    let on_postgres = on_postgres_too(&test).await;
    for (database, outcome) in [("SQLite", &on_sqlite), ("PostgreSQL", &on_postgres)] {
        if outcome.is_err() {
            eprintln!("it failed on {database}");
        }
    }
    if let Err(panic) = on_sqlite.and(on_postgres) {
        resume_unwind(panic);
    }
}

async fn on_sqlite_too(test: impl AsyncFn(Ground)) -> thread::Result<()> {
    let folder = Folder::fresh();
    let file = folder.0.join(SQLITE_FILE);
    let db = Db::open_sqlite(&file).await.expect("an SQLite file opens");
    let options = SqliteConnectOptions::new().filename(&file);
    let behind = SqlitePoolOptions::new().max_connections(1).connect_with(options).await.expect("it opens twice");
    let ground = Ground { db, behind: Behind::Sqlite(behind.clone()), folder: Arc::new(folder) };
    let outcome = outcome_of(test(ground.clone())).await;
    ground.close().await;
    behind.close().await;
    outcome
}

async fn on_postgres_too(test: impl AsyncFn(Ground)) -> thread::Result<()> {
    let server = Server::of_the_tests();
    let name = format!("vores_plan_{}", unique());
    server.say(format!("CREATE DATABASE {name}")).await;
    let options = server.0.clone().database(&name);
    let db = Db::open_postgres(options.to_url_lossy().as_str()).await.expect("the new database opens");
    let behind = PgPoolOptions::new().max_connections(2).connect_with(options).await.expect("it opens twice");
    let ground = Ground { db, behind: Behind::Postgres(behind.clone()), folder: Arc::new(Folder::fresh()) };
    let outcome = outcome_of(test(ground.clone())).await;
    ground.close().await;
    behind.close().await;
    server.say(format!("DROP DATABASE {name} WITH (FORCE)")).await;
    outcome
}

async fn outcome_of(test: impl Future<Output = ()>) -> thread::Result<()> {
    let mut test = pin!(test);
    std::future::poll_fn(|context| match catch_unwind(AssertUnwindSafe(|| test.as_mut().poll(context))) {
        Ok(Poll::Pending) => Poll::Pending,
        Ok(Poll::Ready(())) => Poll::Ready(Ok(())),
        Err(panic) => Poll::Ready(Err(panic)),
    })
    .await
}

struct Server(PgConnectOptions);

impl Server {
    fn of_the_tests() -> Self {
        let url = std::env::var(WHERE_POSTGRES_IS).unwrap_or_else(|_| {
            panic!(
                "{WHERE_POSTGRES_IS} is not set: name a PostgreSQL server on which databases may be made, such as \
                 postgres://postgres@localhost/postgres, or run ./dev test, which starts one"
            )
        });
        Self(url.parse().unwrap_or_else(|error| panic!("{WHERE_POSTGRES_IS} is no PostgreSQL address: {error}")))
    }

    async fn say(&self, sql: String) {
        let mut connection = PgConnection::connect_with(&self.0)
            .await
            .unwrap_or_else(|error| panic!("no PostgreSQL answers at {WHERE_POSTGRES_IS}: {error}"));
        sqlx::raw_sql(AssertSqlSafe(sql.clone())).execute(&mut connection).await.expect(&sql);
        connection.close().await.expect("the connection closes");
    }
}

/// A folder of the test's own, in memory where the machine offers that: a suite need not wait for a disk.
struct Folder(PathBuf);

impl Folder {
    fn fresh() -> Self {
        let memory = PathBuf::from("/dev/shm");
        let room = if memory.is_dir() { memory } else { std::env::temp_dir() };
        let folder = room.join(format!("vores-plan-{}", unique()));
        std::fs::create_dir(&folder).expect("a folder for the test");
        Self(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.0);
    }
}

fn unique() -> String {
    static COUNT: AtomicU32 = AtomicU32::new(0);
    format!("{}_{}", process::id(), COUNT.fetch_add(1, Ordering::Relaxed))
}

//! Runs a test on a fresh SQLite file and on a fresh PostgreSQL database.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
    sync::atomic::{AtomicU32, Ordering},
};

use app::store::{Db, SQLITE_FILE};
use sqlx::{ConnectOptions as _, Connection, PgConnection, PgPool, SqlitePool, postgres::PgConnectOptions};

static MADE: AtomicU32 = AtomicU32::new(0);

/// A folder that goes when the test ends.
pub(crate) struct Scratch(PathBuf);

impl Scratch {
    pub(crate) fn new() -> Self {
        let path = env::temp_dir().join(fresh_name());
        fs::create_dir_all(&path).expect("a folder for the test");
        Self(path)
    }

    pub(crate) fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for Scratch {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

/// A fresh database with every migration, and a second way in for a test that looks at the rows themselves.
pub(crate) struct Database {
    pub(crate) db: Db,
    pub(crate) rows: Rows,
}

/// The bare tables.
pub(crate) enum Rows {
    Sqlite(SqlitePool),
    Postgres(PgPool),
}

/// Every row one statement gives, as tuples.
macro_rules! rows {
    ($database:expr, $sql:expr) => {
        match &$database.rows {
            crate::databases::Rows::Sqlite(on) => {
                sqlx::query_as(sqlx::AssertSqlSafe($sql.to_string())).fetch_all(on).await.expect("SQLite answers")
            }
            crate::databases::Rows::Postgres(on) => {
                sqlx::query_as(sqlx::AssertSqlSafe($sql.to_string())).fetch_all(on).await.expect("PostgreSQL answers")
            }
        }
    };
}
pub(crate) use rows;

/// Runs the test on either database.
pub(crate) async fn each(test: impl AsyncFn(&Database)) {
    on_sqlite(&test).await;
    on_postgres(test).await;
}

fn fresh_name() -> String {
    format!("vores_plan_it_{}_{}", process::id(), MADE.fetch_add(1, Ordering::Relaxed))
}

async fn on_sqlite(test: &impl AsyncFn(&Database)) {
    let folder = Scratch::new();
    let file = folder.path().join(SQLITE_FILE);
    let db = Db::open_sqlite(&file).await.expect("an SQLite file");
    db.migrate().await.expect("migrations");
    let pool = SqlitePool::connect(&format!("sqlite://{}", file.display())).await.expect("the same file");
    let database = Database { db, rows: Rows::Sqlite(pool) };
    test(&database).await;
    database.close().await;
}

/// Runs a test on PostgreSQL alone, with a database of its own.
pub(crate) async fn on_postgres(test: impl AsyncFn(&Database)) {
    let server = env::var("TEST_DATABASE_URL").expect(
        "set TEST_DATABASE_URL to a PostgreSQL server where databases may be made, as postgres://postgres@localhost/postgres",
    );
    let server: PgConnectOptions = server.parse().expect("TEST_DATABASE_URL is an address of PostgreSQL");
    let name = fresh_name();
    let mut console = PgConnection::connect_with(&server).await.expect("PostgreSQL answers");
    for sql in [format!("DROP DATABASE IF EXISTS {name}"), format!("CREATE DATABASE {name}")] {
        sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(&mut console).await.expect("a database for the test");
    }
    let pool = PgPool::connect_with(server.database(&name)).await.expect("the new database");
    let db = Db::Postgres(pool.clone());
    db.migrate().await.expect("migrations");
    let database = Database { db, rows: Rows::Postgres(pool) };
    test(&database).await;
    database.close().await;
    let drop = sqlx::AssertSqlSafe(format!("DROP DATABASE {name}"));
    sqlx::raw_sql(drop).execute(&mut console).await.expect("the database goes again");
}

impl Database {
    async fn close(&self) {
        self.db.close().await;
        if let Rows::Sqlite(pool) = &self.rows {
            pool.close().await;
        }
    }

    /// The arguments that lead the program to it.
    pub(crate) fn place(&self) -> [String; 2] {
        match &self.rows {
            Rows::Sqlite(on) => {
                let options = on.connect_options();
                let folder = options.get_filename().parent().expect("the folder of the file").display().to_string();
                ["--data".into(), folder]
            }
            Rows::Postgres(on) => ["--database".into(), on.connect_options().to_url_lossy().to_string()],
        }
    }

    /// The first column of a query, as text.
    pub(crate) async fn texts(&self, sql: &str) -> Vec<String> {
        let rows: Vec<(String,)> = rows!(self, sql);
        rows.into_iter().map(|(text,)| text).collect()
    }

    /// Runs a statement on the bare tables.
    pub(crate) async fn run(&self, sql: String) {
        match &self.rows {
            Rows::Sqlite(on) => {
                sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(on).await.expect("SQLite answers");
            }
            Rows::Postgres(on) => {
                sqlx::raw_sql(sqlx::AssertSqlSafe(sql)).execute(on).await.expect("PostgreSQL answers");
            }
        }
    }

    /// Lets a test take back what was written down about rights, which otherwise only grows.
    pub(crate) async fn unlock_rights(&self) {
        let sql = match &self.rows {
            Rows::Sqlite(_) => "DROP TRIGGER IF EXISTS rights_change_held",
            Rows::Postgres(_) => "DROP TRIGGER IF EXISTS rights_change_kept ON rights_change",
        };
        self.run(sql.into()).await;
    }

    /// Every table of ours.
    pub(crate) async fn tables(&self) -> Vec<String> {
        let sql = match self.rows {
            Rows::Sqlite(_) => "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
            Rows::Postgres(_) => "SELECT table_name::text FROM information_schema.tables WHERE table_schema = 'public'",
        };
        let mut tables: Vec<(String,)> = rows!(self, sql);
        tables.retain(|(table,)| table != "_sqlx_migrations");
        tables.sort();
        tables.into_iter().map(|(table,)| table).collect()
    }

    /// Every row of every table as text, in an order that depends on nothing but the rows.
    pub(crate) async fn dump(&self) -> Vec<String> {
        self.dump_without(&[]).await
    }

    /// As [`Self::dump`], without the rows of these tables.
    pub(crate) async fn dump_without(&self, tables: &[&str]) -> Vec<String> {
        let mut dump = Vec::new();
        for table in self.tables().await.into_iter().filter(|table| !tables.contains(&table.as_str())) {
            let sql = match self.rows {
                Rows::Sqlite(_) => {
                    let columns: Vec<(String,)> = rows!(self, format!("SELECT name FROM pragma_table_info('{table}')"));
                    let quoted: Vec<String> = columns.iter().map(|(column,)| format!("quote({column})")).collect();
                    format!("SELECT {} FROM {table}", quoted.join(" || ' ' || "))
                }
                Rows::Postgres(_) => format!("SELECT row_to_json(whole)::text FROM {table} AS whole"),
            };
            let all: Vec<(String,)> = rows!(self, sql);
            dump.extend(all.into_iter().map(|(row,)| format!("{table}: {row}")));
        }
        dump.sort();
        dump
    }
}

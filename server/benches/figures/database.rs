//! A database for a bench: an SQLite file in a folder, or a database on a PostgreSQL server. It goes with its owner.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process,
};

use app::{
    domain::{id::Id, moment::Clock, person::Person},
    store::{self, Db, SQLITE_FILE},
};
use sqlx::{
    AssertSqlSafe, Connection as _, FromRow, PgConnection, SqliteConnection,
    postgres::{PgConnectOptions, PgRow},
    sqlite::SqliteRow,
};
use uuid::Uuid;

use crate::program::SCRATCH;

/// The databases the product runs on.
#[derive(Clone, Copy)]
pub(crate) enum Kind {
    Sqlite,
    Postgres,
}

impl Kind {
    pub(crate) const ALL: [Self; 2] = [Self::Sqlite, Self::Postgres];

    /// As it stands in the figures.
    pub(crate) const fn key(self) -> &'static str {
        match self {
            Self::Sqlite => "sqlite",
            Self::Postgres => "postgres",
        }
    }
}

/// An empty database.
pub(crate) enum Database {
    Sqlite { folder: PathBuf },
    Postgres { console: String, name: String, url: String },
}

impl Database {
    /// Makes one, told from the others by `name`.
    pub(crate) fn make(kind: Kind, name: &str) -> Result<Self, String> {
        match kind {
            Kind::Sqlite => Ok(Self::Sqlite { folder: Path::new(SCRATCH).join(name) }),
            Kind::Postgres => {
                let console = env::var("TEST_DATABASE_URL").map_err(|_| {
                    "Set TEST_DATABASE_URL to a PostgreSQL server where databases may be made; ./dev bench starts one."
                })?;
                let name = format!("vores_plan_figures_{}_{name}", process::id());
                let url = with_name(&console, &name)?;
                on_console(&console, format!("CREATE DATABASE {name}"))?;
                Ok(Self::Postgres { console, name, url })
            }
        }
    }

    /// How the program is told where it is.
    pub(crate) fn arguments(&self) -> [String; 2] {
        match self {
            Self::Sqlite { folder } => ["--data".into(), folder.display().to_string()],
            Self::Postgres { url, .. } => ["--database".into(), url.clone()],
        }
    }

    /// Where it is: a file, or an address.
    pub(crate) fn place(&self) -> String {
        match self {
            Self::Sqlite { folder } => folder.join(SQLITE_FILE).display().to_string(),
            Self::Postgres { url, .. } => url.clone(),
        }
    }

    /// Invites somebody. Gives the path of the one-time sign-in.
    pub(crate) fn invite(&self, person: Id<Person>) -> Result<String, String> {
        self.invite_all(&[person])?.pop().ok_or_else(|| "nobody was invited".into())
    }

    /// Invites so many parents, spread evenly over the families. Gives the paths of their one-time sign-ins.
    pub(crate) fn invite_parents(&self, most: usize) -> Result<Vec<String>, String> {
        let parents: Vec<(Uuid,)> = self.rows("SELECT id FROM person WHERE role = 'parent' ORDER BY id")?;
        let spread = parents.iter().step_by(parents.len().div_ceil(most).max(1));
        self.invite_all(&spread.map(|(id,)| Id::from_uuid(*id)).collect::<Vec<_>>())
    }

    fn invite_all(&self, people: &[Id<Person>]) -> Result<Vec<String>, String> {
        block_on(async {
            let db = self.open().await?;
            let mut paths = Vec::new();
            for person in people {
                let token = store::invite_from_console(&db, *person, Clock::System.now()).await.map_err(words)?;
                paths.push(format!("/sign-in/{}", token.reveal()));
            }
            db.close().await;
            Ok(paths)
        })
    }

    /// An identity, as it is written in SQL.
    pub(crate) fn uuid(&self, uuid: Uuid) -> String {
        match self {
            Self::Sqlite { .. } => self.bytes(uuid.as_bytes()),
            Self::Postgres { .. } => format!("'{uuid}'"),
        }
    }

    /// Bytes, as they are written in SQL.
    pub(crate) fn bytes(&self, bytes: &[u8]) -> String {
        let hex: String = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
        match self {
            Self::Sqlite { .. } => format!("X'{hex}'"),
            Self::Postgres { .. } => format!("'\\x{hex}'"),
        }
    }

    /// Opens it as the program does.
    pub(crate) async fn open(&self) -> Result<Db, String> {
        match self {
            Self::Sqlite { folder } => Db::open_sqlite(&folder.join(SQLITE_FILE)).await,
            Self::Postgres { url, .. } => Db::open_postgres(url).await,
        }
        .map_err(words)
    }

    /// Runs statements on the bare tables, all of them or none.
    pub(crate) fn run(&self, statements: impl IntoIterator<Item = String>) -> Result<(), String> {
        let text = statements.into_iter().collect::<Vec<_>>().join(";");
        let text = AssertSqlSafe(format!("BEGIN;{text};COMMIT"));
        block_on(async {
            match self {
                Self::Sqlite { folder } => {
                    let mut on = SqliteConnection::connect(&file_in(folder)).await.map_err(words)?;
                    sqlx::raw_sql(text).execute(&mut on).await.map_err(words)?;
                    on.close().await.map_err(words)
                }
                Self::Postgres { url, .. } => {
                    let mut on = PgConnection::connect(url).await.map_err(words)?;
                    sqlx::raw_sql(text).execute(&mut on).await.map_err(words)?;
                    on.close().await.map_err(words)
                }
            }
        })
    }

    /// The rows a query gives on the bare tables.
    pub(crate) fn rows<T>(&self, sql: &'static str) -> Result<Vec<T>, String>
    where
        T: for<'r> FromRow<'r, SqliteRow> + for<'r> FromRow<'r, PgRow> + Send + Unpin,
    {
        block_on(async {
            match self {
                Self::Sqlite { folder } => {
                    let mut on = SqliteConnection::connect(&file_in(folder)).await.map_err(words)?;
                    sqlx::query_as(sql).fetch_all(&mut on).await.map_err(words)
                }
                Self::Postgres { url, .. } => {
                    let mut on = PgConnection::connect(url).await.map_err(words)?;
                    sqlx::query_as(sql).fetch_all(&mut on).await.map_err(words)
                }
            }
        })
    }
}

fn file_in(folder: &Path) -> String {
    format!("sqlite://{}", folder.join(SQLITE_FILE).display())
}

impl Drop for Database {
    fn drop(&mut self) {
        match self {
            Self::Sqlite { folder } => {
                let _ = fs::remove_dir_all(folder);
            }
            Self::Postgres { console, name, .. } => {
                let _ = on_console(console, format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)"));
            }
        }
    }
}

fn words(error: impl std::fmt::Display) -> String {
    format!("the database failed: {error}")
}

fn block_on<T>(work: impl Future<Output = Result<T, String>>) -> Result<T, String> {
    tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(words)?.block_on(work)
}

/// The address of another database on the same server.
fn with_name(console: &str, name: &str) -> Result<String, String> {
    use sqlx::ConnectOptions as _;
    let options: PgConnectOptions = console.parse().map_err(words)?;
    Ok(options.database(name).to_url_lossy().to_string())
}

fn on_console(console: &str, sql: String) -> Result<(), String> {
    block_on(async {
        let mut on = PgConnection::connect(console).await.map_err(words)?;
        sqlx::raw_sql(AssertSqlSafe(sql)).execute(&mut on).await.map_err(words)?;
        on.close().await.map_err(words)
    })
}

//! Backups of an SQLite file that are known to open again.

use std::{
    io::ErrorKind,
    path::{Path, PathBuf},
};

use sqlx::{Connection, SqliteConnection, SqlitePool, sqlite::SqliteConnectOptions};
use tokio::fs::File;

use super::{Db, Error};

/// What SQLite keeps beside a database and would replay into another one that takes its place.
const BESIDE: [&str; 3] = ["-wal", "-shm", "-journal"];

/// Writes a copy of the whole database to `file` while the server may be running, and checks that copy. Only its
/// owner may read it. What fails leaves no file behind.
///
/// # Errors
/// [`Error::Unsound`] on PostgreSQL, which has tools of its own, when the file is there already, or when the copy
/// does not pass SQLite's integrity check.
pub async fn back_up(db: &Db, file: &Path) -> Result<(), Error> {
    let Db::Sqlite(sqlite) = db else {
        return Err(Error::Unsound("PostgreSQL is backed up with pg_dump".into()));
    };
    let mut options = tokio::fs::OpenOptions::new();
    options.write(true).create_new(true).mode(0o600);
    let copy = options.open(file).await.map_err(|error| match error.kind() {
        ErrorKind::AlreadyExists => Error::Unsound(format!("{} is there already", file.display())),
        _ => Error::File(error),
    })?;
    let outcome = copy_to(sqlite.writer(), file, &copy).await;
    if outcome.is_err() {
        tokio::fs::remove_file(file).await?;
    }
    outcome
}

async fn copy_to(from: &SqlitePool, file: &Path, copy: &File) -> Result<(), Error> {
    sqlx::query("VACUUM INTO $1").bind(file.to_string_lossy().into_owned()).execute(from).await?;
    check(file).await?;
    copy.sync_all().await?;
    sync_folder_of(file).await
}

/// Puts a checked backup in the place of `target`, which must not be there yet.
///
/// # Errors
/// [`Error::Unsound`] when the backup is damaged, is no database of this product, or something is at `target` or left
/// of what was there.
pub async fn restore(file: &Path, target: &Path) -> Result<(), Error> {
    for left in ["", BESIDE[0], BESIDE[1], BESIDE[2]] {
        let left = beside(target, left);
        if left.exists() {
            return Err(Error::Unsound(format!("{} is there already; move it away first", left.display())));
        }
    }
    if !file.is_file() {
        return Err(Error::Unsound(format!("there is no file {}", file.display())));
    }
    check(file).await?;
    let unfinished = beside(target, ".restoring");
    let outcome = move_in(file, &unfinished, target).await;
    if outcome.is_err() {
        let _ = tokio::fs::remove_file(&unfinished).await;
    }
    outcome
}

async fn move_in(file: &Path, unfinished: &Path, target: &Path) -> Result<(), Error> {
    tokio::fs::copy(file, unfinished).await?;
    check(unfinished).await?;
    File::open(unfinished).await?.sync_all().await?;
    tokio::fs::rename(unfinished, target).await?;
    sync_folder_of(target).await
}

fn beside(file: &Path, ending: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(ending);
    name.into()
}

/// A new name is on disk once its folder is.
async fn sync_folder_of(file: &Path) -> Result<(), Error> {
    let folder = file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok(File::open(folder).await?.sync_all().await?)
}

async fn check(file: &Path) -> Result<(), Error> {
    let unsound = |error: sqlx::Error| Error::Unsound(error.to_string());
    let options = SqliteConnectOptions::new().filename(file).read_only(true).immutable(true);
    let mut connection = SqliteConnection::connect_with(&options).await.map_err(unsound)?;
    let verdict: String =
        sqlx::query_scalar("PRAGMA integrity_check").fetch_one(&mut connection).await.map_err(unsound)?;
    let tables: i64 =
        sqlx::query_scalar("SELECT COUNT(*) FROM sqlite_master WHERE name IN ('family', '_sqlx_migrations')")
            .fetch_one(&mut connection)
            .await
            .map_err(unsound)?;
    connection.close().await.map_err(unsound)?;
    match (verdict.as_str(), tables) {
        ("ok", 2) => Ok(()),
        ("ok", _) => Err(Error::Unsound("it holds none of this program's tables".into())),
        _ => Err(Error::Unsound(verdict)),
    }
}

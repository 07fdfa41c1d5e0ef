//! Backups of an SQLite file that are known to open again.

use std::path::Path;

use sqlx::{Connection, SqliteConnection, sqlite::SqliteConnectOptions};

use super::{Db, Error};

/// Writes a copy of the whole database to `file` while the server may be running, and checks that copy.
///
/// # Errors
/// [`Error::Unsound`] on PostgreSQL, which has tools of its own, when the file is there already, or when the copy
/// does not pass SQLite's integrity check.
pub async fn back_up(db: &Db, file: &Path) -> Result<(), Error> {
    let Db::Sqlite(sqlite) = db else {
        return Err(Error::Unsound("PostgreSQL is backed up with pg_dump".into()));
    };
    if file.exists() {
        return Err(Error::Unsound(format!("{} is there already", file.display())));
    }
    sqlx::query("VACUUM INTO $1").bind(file.to_string_lossy().into_owned()).execute(sqlite.writer()).await?;
    check(file).await
}

/// Puts a checked backup in the place of `target`, which must not be there yet.
///
/// # Errors
/// [`Error::Unsound`] when the backup is damaged, is no database of this product, or something is at `target`.
pub async fn restore(file: &Path, target: &Path) -> Result<(), Error> {
    if target.exists() {
        return Err(Error::Unsound(format!("{} is there already; move it away first", target.display())));
    }
    if !file.is_file() {
        return Err(Error::Unsound(format!("there is no file {}", file.display())));
    }
    check(file).await?;
    let unfinished = target.with_extension("restoring");
    tokio::fs::copy(file, &unfinished).await?;
    check(&unfinished).await?;
    tokio::fs::File::open(&unfinished).await?.sync_all().await?;
    tokio::fs::rename(&unfinished, target).await?;
    Ok(())
}

async fn check(file: &Path) -> Result<(), Error> {
    let unsound = |error: sqlx::Error| Error::Unsound(error.to_string());
    let options = SqliteConnectOptions::new().filename(file).read_only(true);
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

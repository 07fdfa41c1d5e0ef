//! Codes of devices: each belongs to one session, locks it after a pause, and opens it again.

use tokio::task::spawn_blocking;

use super::{
    Db, Error,
    sessions::{close_session, touch},
    write_one,
};
use crate::domain::{
    moment::Moment,
    person::Viewer,
    phone_code::{PhoneCode, TRIES, Tried},
};

/// Keeps a code for the viewer's device, in place of the one before.
///
/// # Errors
/// [`Error::NotFound`] when the session has ended; [`Error::Unsound`] when nothing can be kept of it.
pub async fn set_phone_code(db: &Db, viewer: &Viewer, code: PhoneCode, now: Moment) -> Result<(), Error> {
    const SET: &str =
        "UPDATE session SET code_hash = $2, code_tries = 0, locked = FALSE, confirmed_at = $3, seen_at = $3
        WHERE id = $1 AND revoked_at IS NULL";
    let hash = spawn_blocking(move || code.hash()).await.map_err(|error| Error::Unsound(error.to_string()))?;
    let hash = hash.map_err(Error::Unsound)?;
    let set = write_one!(db, on => {
        sqlx::query(SET).bind(viewer.session).bind(hash).bind(now).execute(on).await?.rows_affected()
    });
    if set == 1 { Ok(()) } else { Err(Error::NotFound) }
}

/// Removes the code of the viewer's device: it locks no more.
///
/// # Errors
/// When the database fails.
pub async fn remove_phone_code(db: &Db, viewer: &Viewer) -> Result<(), Error> {
    const REMOVE: &str =
        "UPDATE session SET code_hash = NULL, code_tries = 0, locked = FALSE, exit_locks = FALSE WHERE id = $1";
    write_one!(db, on => {
        sqlx::query(REMOVE).bind(viewer.session).execute(on).await?;
    });
    Ok(())
}

/// Tries a code on the viewer's device. The right one opens it and shows that it is them; the last wrong one ends the
/// session. A try counts before it is looked at, so that trying several at once is no way around.
///
/// # Errors
/// When the database fails.
pub async fn try_phone_code(db: &Db, viewer: &Viewer, code: PhoneCode, now: Moment) -> Result<Tried, Error> {
    const TRY: &str = "UPDATE session SET code_tries = code_tries + 1
        WHERE id = $1 AND revoked_at IS NULL AND code_hash IS NOT NULL AND code_tries < $2
        RETURNING code_hash, code_tries";
    let tried: Option<(String, i64)> =
        write_one!(db, on => sqlx::query_as(TRY).bind(viewer.session).bind(TRIES).fetch_optional(on).await?);
    let left = match tried {
        Some((hash, tries)) => {
            let right = spawn_blocking(move || code.is(&hash)).await;
            if right.map_err(|error| Error::Unsound(error.to_string()))? {
                open_phone(db, viewer, now).await?;
                return Ok(Tried::Right);
            }
            TRIES - tries
        }
        None => 0,
    };
    if left > 0 {
        return Ok(Tried::Wrong(left));
    }
    close_session(db, viewer, viewer.session, now).await?;
    Ok(Tried::Over)
}

/// Opens the viewer's device, who has shown that it is them.
///
/// # Errors
/// When the database fails.
pub async fn open_phone(db: &Db, viewer: &Viewer, now: Moment) -> Result<(), Error> {
    const OPEN: &str = "UPDATE session SET code_tries = 0, locked = FALSE, confirmed_at = $2
        WHERE id = $1 AND revoked_at IS NULL";
    write_one!(db, on => {
        sqlx::query(OPEN).bind(viewer.session).bind(now).execute(on).await?;
    });
    touch(db, viewer, now).await
}

/// Locks the viewer's device at once, where it has a code.
///
/// # Errors
/// When the database fails.
pub async fn lock_phone(db: &Db, viewer: &Viewer) -> Result<(), Error> {
    const LOCK: &str = "UPDATE session SET locked = TRUE WHERE id = $1 AND code_hash IS NOT NULL";
    write_one!(db, on => {
        sqlx::query(LOCK).bind(viewer.session).execute(on).await?;
    });
    Ok(())
}

/// Whether the button that leaves at once locks the viewer's device instead of ending the session; never where it has no
/// code.
///
/// # Errors
/// When the database fails.
pub async fn lock_on_exit(db: &Db, viewer: &Viewer, locks: bool) -> Result<(), Error> {
    const CHOOSE: &str = "UPDATE session SET exit_locks = $2 AND code_hash IS NOT NULL WHERE id = $1";
    write_one!(db, on => {
        sqlx::query(CHOOSE).bind(viewer.session).bind(locks).execute(on).await?;
    });
    Ok(())
}

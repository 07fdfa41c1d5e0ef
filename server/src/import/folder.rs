//! The folder with the four files.

use std::path::Path;

use tokio::{fs::File, io::AsyncReadExt};

use super::{Refused, families, goals, meetings, people};

/// The most bytes a file may have.
pub(super) const MOST_BYTES: u64 = 20 * 1024 * 1024;

/// The bytes of the four files.
pub(super) struct Files {
    pub(super) families: Vec<u8>,
    pub(super) people: Vec<u8>,
    pub(super) goals: Vec<u8>,
    pub(super) meetings: Vec<u8>,
}

pub(super) async fn read(folder: &Path) -> Result<Files, Refused> {
    Ok(Files {
        families: bytes(folder, families::FILE).await?,
        people: bytes(folder, people::FILE).await?,
        goals: bytes(folder, goals::FILE).await?,
        meetings: bytes(folder, meetings::FILE).await?,
    })
}

async fn bytes(folder: &Path, file: &'static str) -> Result<Vec<u8>, Refused> {
    let unreadable = |cause: String| Refused::Unreadable { file, cause };
    let path = folder.join(file);
    let about = tokio::fs::metadata(&path).await.map_err(|cause| unreadable(cause.to_string()))?;
    if !about.is_file() {
        return Err(unreadable("it is not a file".into()));
    }
    let mut bytes = Vec::new();
    let opened = File::open(&path).await.map_err(|cause| unreadable(cause.to_string()))?;
    opened.take(MOST_BYTES + 1).read_to_end(&mut bytes).await.map_err(|cause| unreadable(cause.to_string()))?;
    if bytes.len() as u64 > MOST_BYTES {
        return Err(unreadable(format!("it is larger than {} MB", MOST_BYTES / 1024 / 1024)));
    }
    Ok(bytes)
}

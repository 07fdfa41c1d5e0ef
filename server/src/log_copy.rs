//! A copy of the logs in a second place: one line of JSON for each entry, with what binds it to the one before. Whoever
//! bends the logs in the database would have to bend this file too.

use std::{
    collections::HashMap,
    io::{self, BufRead as _, BufReader, Seek as _, SeekFrom},
    path::Path,
};

use app::{
    domain::{
        family::Municipality,
        id::Id,
        log_chain::{Entry, Link},
    },
    store::{self, Chained, Db},
};
use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD as BASE64URL};
use serde_json::{Map, Value, json};
use tokio::io::AsyncWriteExt as _;

/// What an entry says that is copied: who, whose, why and when. What a family's plan says stays where it is.
const COPIED: [&str; 10] =
    ["family", "person", "relation", "purpose", "at", "entry", "author", "made_at", "answered_by", "answered_at"];

/// The links in a copy, by municipality and number.
pub type Links = HashMap<Id<Municipality>, HashMap<i64, Link>>;

/// A file that takes every entry of the logs once.
#[derive(Debug)]
pub struct LogCopy {
    file: tokio::fs::File,
    copied: HashMap<Id<Municipality>, i64>,
}

/// Why logs could not be copied.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The file failed.
    #[error("{0}")]
    File(#[from] io::Error),
    /// A line of the file is none of ours.
    #[error("line {0} is not one of a copied log")]
    Line(usize),
    /// The database failed.
    #[error("{0}")]
    Store(#[from] store::Error),
}

impl LogCopy {
    /// Goes on with the file, or begins it. A last line that was only half written goes.
    ///
    /// # Errors
    /// When the file cannot be read and written, or is something else.
    pub fn open(path: &Path) -> Result<Self, Error> {
        let mut options = std::fs::OpenOptions::new();
        options.create(true).read(true).write(true).truncate(false);
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let mut file = options.open(path)?;
        let (links, whole) = read(&file)?;
        file.set_len(whole)?;
        file.seek(SeekFrom::End(0))?;
        let last = |links: HashMap<i64, Link>| links.into_keys().max().unwrap_or(0);
        let file = tokio::fs::File::from_std(file);
        Ok(Self { file, copied: links.into_iter().map(|(of, links)| (of, last(links))).collect() })
    }

    /// Copies what is new in the chain, and gives how many entries that was. When it returns they are on the disk.
    ///
    /// # Errors
    /// When the database or the file fails; the next round goes on from there.
    pub async fn go_on(&mut self, db: &Db) -> Result<u64, Error> {
        let mut copied = 0;
        for (municipality, _) in store::municipalities(db).await? {
            loop {
                let last = self.copied.get(&municipality.id).copied().unwrap_or(0);
                let chain = store::chain_after(db, municipality.id, last).await?;
                let Some((newest, _)) = chain.last() else { break };
                let newest = newest.number;
                let mut lines = String::new();
                for (chained, entry) in &chain {
                    lines.push_str(&line(chained, entry.as_ref()).to_string());
                    lines.push('\n');
                }
                self.file.write_all(lines.as_bytes()).await?;
                self.file.sync_data().await?;
                self.copied.insert(municipality.id, newest);
                copied += chain.len() as u64;
            }
        }
        Ok(copied)
    }
}

/// The links in a copy.
///
/// # Errors
/// When the file cannot be read, or is something else.
pub fn links(path: &Path) -> Result<Links, Error> {
    Ok(read(&std::fs::File::open(path)?)?.0)
}

/// The links of every whole line, and how many bytes those lines are.
fn read(file: &std::fs::File) -> Result<(Links, u64), Error> {
    let (mut links, mut whole, mut number) = (Links::new(), 0, 0);
    let mut lines = BufReader::new(file);
    let mut text = Vec::new();
    loop {
        text.clear();
        let length = lines.read_until(b'\n', &mut text)?;
        if length == 0 || text.last() != Some(&b'\n') {
            return Ok((links, whole));
        }
        number += 1;
        whole += length as u64;
        let (municipality, at, link) = link_in(&text).ok_or(Error::Line(number))?;
        links.entry(municipality).or_default().insert(at, link);
    }
}

fn link_in(line: &[u8]) -> Option<(Id<Municipality>, i64, Link)> {
    let line: Value = serde_json::from_slice(line).ok()?;
    let municipality = line["municipality"].as_str()?.parse().ok()?;
    Some((municipality, line["number"].as_i64()?, BASE64URL.decode(line["link"].as_str()?).ok()?))
}

fn line(chained: &Chained, entry: Option<&Entry>) -> Value {
    let says = entry.iter().flat_map(|entry| &entry.values);
    let says = says.filter(|(name, _)| COPIED.contains(name));
    let says: Map<String, Value> =
        says.filter_map(|(name, value)| Some(((*name).to_owned(), Value::from(value.clone()?)))).collect();
    json!({
        "municipality": chained.municipality.to_string(),
        "number": chained.number,
        "log": chained.log.key(),
        "id": chained.entry.simple().to_string(),
        "link": BASE64URL.encode(&chained.link),
        "says": says,
    })
}

//! The chain of the logs: what is new is bound to what stood there before, and what was bent since is found.

use std::collections::{HashMap, HashSet};

use sqlx::{FromRow, QueryBuilder};
use uuid::Uuid;

use super::{Db, Error, Tx, among, read, within};
use crate::domain::{
    family::Municipality,
    id::Id,
    log_chain::{Entry, Fault, Link, Log, LogKey},
    moment::Moment,
};

/// So many entries are chained in one transaction, or checked together.
const TOGETHER: usize = 500;

/// Who writes an entry may take so long until others see it, in seconds: so far back is looked for new ones.
const LATE: i64 = 86_400;

/// Of an entry with a number, others with up to so many numbers more may be seen before it.
const OUT_OF_TURN: i64 = 1000;

/// An entry is in the chain after so long, in seconds, where a server runs.
const SOON: i64 = 3600;

/// An entry with whose chain it belongs to and when it was written.
struct Logged {
    municipality: Id<Municipality>,
    at: Moment,
    entry: Entry,
}

/// A link of the chain.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Chained {
    /// Whose chain it is in.
    pub municipality: Id<Municipality>,
    /// Its number there, from 1.
    pub number: i64,
    /// The log whose entry it binds.
    pub log: Log,
    /// Which entry of that log.
    pub entry: Uuid,
    /// What binds it.
    pub link: Link,
}

#[derive(FromRow)]
struct ChainedRow {
    municipality: Id<Municipality>,
    number: i64,
    log: Log,
    entry: Uuid,
    link: Link,
}

impl From<ChainedRow> for Chained {
    fn from(row: ChainedRow) -> Self {
        let ChainedRow { municipality, number, log, entry, link } = row;
        Self { municipality, number, log, entry, link }
    }
}

#[derive(FromRow)]
struct AccessRow {
    id: i64,
    municipality: Id<Municipality>,
    family: Option<Uuid>,
    person: Option<Uuid>,
    relation: Option<String>,
    purpose: String,
    at: Moment,
}

#[derive(FromRow)]
struct PlanRow {
    id: Uuid,
    municipality: Id<Municipality>,
    family: Uuid,
    number: i64,
    entry: Uuid,
    author: Uuid,
    made_at: Moment,
    content_before: Option<String>,
    content_after: Option<String>,
    state: String,
    answered_by: Option<Uuid>,
    answered_at: Option<Moment>,
}

#[derive(FromRow)]
struct RightsRow {
    id: Uuid,
    municipality: Id<Municipality>,
    family: Uuid,
    number: i64,
    person: Uuid,
    author: Option<Uuid>,
    made_at: Moment,
    rights_before: String,
    rights_after: String,
}

impl AccessRow {
    fn logged(self, log: Log) -> Logged {
        let values = vec![
            ("family", self.family.map(said)),
            ("person", self.person.map(said)),
            ("relation", self.relation),
            ("purpose", Some(self.purpose)),
            ("at", Some(said(self.at.seconds()))),
        ];
        let entry = Entry { log, id: Log::id_of(self.id), values };
        Logged { municipality: self.municipality, at: self.at, entry }
    }
}

impl From<PlanRow> for Logged {
    fn from(row: PlanRow) -> Self {
        let values = vec![
            ("family", Some(said(row.family))),
            ("number", Some(said(row.number))),
            ("entry", Some(said(row.entry))),
            ("author", Some(said(row.author))),
            ("made_at", Some(said(row.made_at.seconds()))),
            ("content_before", row.content_before),
            ("content_after", row.content_after),
            ("state", Some(row.state)),
            ("answered_by", row.answered_by.map(said)),
            ("answered_at", row.answered_at.map(|at| said(at.seconds()))),
        ];
        let entry = Entry { log: Log::Plan, id: row.id, values };
        Self { municipality: row.municipality, at: row.answered_at.unwrap_or(row.made_at), entry }
    }
}

#[derive(FromRow)]
struct AdministrationRow {
    id: Uuid,
    municipality: Id<Municipality>,
    number: i64,
    author: Option<Uuid>,
    deed: String,
    about: Option<String>,
    said_before: Option<String>,
    said_after: Option<String>,
    made_at: Moment,
}

impl From<AdministrationRow> for Logged {
    fn from(row: AdministrationRow) -> Self {
        let values = vec![
            ("number", Some(said(row.number))),
            ("author", row.author.map(said)),
            ("deed", Some(row.deed)),
            ("about", row.about),
            ("said_before", row.said_before),
            ("said_after", row.said_after),
            ("made_at", Some(said(row.made_at.seconds()))),
        ];
        let entry = Entry { log: Log::Administration, id: row.id, values };
        Self { municipality: row.municipality, at: row.made_at, entry }
    }
}

impl From<RightsRow> for Logged {
    fn from(row: RightsRow) -> Self {
        let values = vec![
            ("family", Some(said(row.family))),
            ("number", Some(said(row.number))),
            ("person", Some(said(row.person))),
            ("author", row.author.map(said)),
            ("made_at", Some(said(row.made_at.seconds()))),
            ("rights_before", Some(row.rights_before)),
            ("rights_after", Some(row.rights_after)),
        ];
        let entry = Entry { log: Log::Rights, id: row.id, values };
        Self { municipality: row.municipality, at: row.made_at, entry }
    }
}

fn said(value: impl ToString) -> String {
    value.to_string()
}

/// Reads entries of a log from a statement that goes on with `$rest`.
macro_rules! entries {
    ($db:expr, $log:expr, |$query:ident| $rest:block) => {{
        match $log {
            Log::Access | Log::Console => {
                let rows: Vec<AccessRow> = read!($db, on => {
                    let mut $query = QueryBuilder::new(select($log));
                    $rest
                    $query.build_query_as().fetch_all(on).await?
                });
                rows.into_iter().map(|row| row.logged($log)).collect::<Vec<Logged>>()
            }
            Log::Plan => {
                let rows: Vec<PlanRow> = read!($db, on => {
                    let mut $query = QueryBuilder::new(select($log));
                    $rest
                    $query.build_query_as().fetch_all(on).await?
                });
                rows.into_iter().map(Logged::from).collect()
            }
            Log::Rights => {
                let rows: Vec<RightsRow> = read!($db, on => {
                    let mut $query = QueryBuilder::new(select($log));
                    $rest
                    $query.build_query_as().fetch_all(on).await?
                });
                rows.into_iter().map(Logged::from).collect()
            }
            Log::Administration => {
                let rows: Vec<AdministrationRow> = read!($db, on => {
                    let mut $query = QueryBuilder::new(select($log));
                    $rest
                    $query.build_query_as().fetch_all(on).await?
                });
                rows.into_iter().map(Logged::from).collect()
            }
        }
    }};
}

/// Every column of an entry that never changes. What is proposed for a plan is no entry before it is answered.
const fn select(log: Log) -> &'static str {
    match log {
        Log::Access => "SELECT id, municipality, family, person, relation, purpose, at FROM access_log WHERE TRUE",
        Log::Console => {
            "SELECT id, municipality, family, CAST(NULL AS UUID) AS person, CAST(NULL AS TEXT) AS relation, purpose, at
            FROM console_log WHERE TRUE"
        }
        Log::Plan => {
            "SELECT id, municipality, family, number, entry, author, made_at, content_before, content_after, state,
                answered_by, answered_at FROM plan_change WHERE state <> 'proposed'"
        }
        Log::Rights => {
            "SELECT id, municipality, family, number, person, author, made_at, rights_before, rights_after
            FROM rights_change WHERE TRUE"
        }
        Log::Administration => {
            "SELECT id, municipality, number, author, deed, about, said_before, said_after, made_at
            FROM administration_change WHERE TRUE"
        }
    }
}

/// Entries of a log after `after`, in the order of their ids, written at `since` or later where the log knows.
async fn page(db: &Db, log: Log, after: Uuid, since: Moment) -> Result<Vec<Logged>, Error> {
    let most = i64::try_from(TOGETHER).unwrap_or(i64::MAX);
    Ok(entries!(db, log, |query| {
        query.push(" AND id > ");
        match log {
            Log::Access | Log::Console => query.push_bind(Log::number_of(after)),
            Log::Plan | Log::Rights | Log::Administration => query.push_bind(after),
        };
        match log {
            Log::Access | Log::Console => {}
            Log::Rights | Log::Administration => {
                query.push(" AND made_at >= ").push_bind(since);
            }
            Log::Plan => {
                query.push(" AND (made_at >= ").push_bind(since);
                query.push(" OR answered_at >= ").push_bind(since).push(")");
            }
        }
        query.push(" ORDER BY id LIMIT ").push_bind(most);
    }))
}

/// The entries with these ids that are there.
async fn by_ids(db: &Db, log: Log, ids: &[Uuid]) -> Result<Vec<Logged>, Error> {
    if ids.is_empty() {
        return Ok(Vec::new());
    }
    Ok(entries!(db, log, |query| {
        query.push(" AND id IN ");
        match log {
            Log::Access | Log::Console => {
                let numbers: Vec<i64> = ids.iter().copied().map(Log::number_of).collect();
                among!(query, &numbers);
            }
            Log::Plan | Log::Rights | Log::Administration => among!(query, ids),
        }
    }))
}

/// Which of these entries are in the chain.
async fn chained(db: &Db, log: Log, entries: &[Logged]) -> Result<HashSet<Uuid>, Error> {
    let ids: Vec<Uuid> = read!(db, on => {
        let mut query = QueryBuilder::new("SELECT entry FROM log_chain WHERE log = ");
        query.push_bind(log).push(" AND entry IN ");
        among!(query, entries.iter().map(|logged| &logged.entry.id));
        query.build_query_scalar().fetch_all(on).await?
    });
    Ok(ids.into_iter().collect())
}

/// Binds what is new in the logs: what was written in the last day, or `all` there is. Gives how many entries it bound.
/// Of several servers one binds; the others look again on their next round.
///
/// # Errors
/// When the database fails; what was bound stays bound.
pub async fn chain_logs(db: &Db, key: &LogKey, all: bool, now: Moment) -> Result<u64, Error> {
    const NEWEST: &str = "SELECT entry FROM log_chain WHERE log = $1 AND entry <= $2 ORDER BY entry DESC LIMIT 1";
    let since = if all { Moment::from_seconds(i64::MIN) } else { now.plus_seconds(-LATE) };
    let mut bound = 0;
    for log in Log::ALL {
        let newest: Option<Uuid> = match log {
            Log::Access | Log::Console if !all => {
                read!(db, on => sqlx::query_scalar(NEWEST).bind(*log).bind(Log::id_of(i64::MAX)).fetch_optional(on).await?)
            }
            _ => None,
        };
        let mut after =
            newest.map_or(log.beginning(), |newest| Log::id_of(Log::number_of(newest).saturating_sub(OUT_OF_TURN)));
        loop {
            let mut entries = page(db, *log, after, since).await?;
            let Some(last) = entries.last() else { break };
            after = last.entry.id;
            let there = chained(db, *log, &entries).await?;
            entries.retain(|logged| !there.contains(&logged.entry.id));
            if entries.is_empty() {
                continue;
            }
            let mut tx = db.begin().await?;
            match bind(&mut tx, key, &entries).await {
                Ok(()) => tx.commit().await?,
                Err(Error::Taken(_)) => return Ok(bound),
                Err(error) => return Err(error),
            }
            bound += entries.len() as u64;
        }
    }
    Ok(bound)
}

async fn bind(tx: &mut Tx, key: &LogKey, entries: &[Logged]) -> Result<(), Error> {
    const HEAD: &str = "SELECT number, link FROM log_chain WHERE municipality = $1 ORDER BY number DESC LIMIT 1";
    const BIND: &str = "INSERT INTO log_chain (municipality, number, log, entry, link) VALUES ($1, $2, $3, $4, $5)";
    let mut heads: HashMap<Id<Municipality>, (i64, Link)> = HashMap::new();
    for Logged { municipality, entry, .. } in entries {
        let before = match heads.remove(municipality) {
            Some(head) => head,
            None => within!(&mut *tx, on => sqlx::query_as(HEAD).bind(*municipality).fetch_optional(on).await?)
                .unwrap_or_default(),
        };
        let number = before.0 + 1;
        let link = key.link(*municipality, number, &before.1, entry);
        within!(&mut *tx, on => {
            sqlx::query(BIND)
                .bind(*municipality)
                .bind(number)
                .bind(entry.log)
                .bind(entry.id)
                .bind(&link)
                .execute(on)
                .await?;
        });
        heads.insert(*municipality, (number, link));
    }
    Ok(())
}

/// Links of a municipality's chain after a number, in their order, each with its entry where that is still there.
///
/// # Errors
/// When the database fails.
pub async fn chain_after(
    db: &Db,
    municipality: Id<Municipality>,
    number: i64,
) -> Result<Vec<(Chained, Option<Entry>)>, Error> {
    const AFTER: &str = "SELECT municipality, number, log, entry, link FROM log_chain
        WHERE municipality = $1 AND number > $2 ORDER BY number LIMIT $3";
    let most = i64::try_from(TOGETHER).unwrap_or(i64::MAX);
    let rows: Vec<ChainedRow> = read!(db, on => {
        sqlx::query_as(AFTER).bind(municipality).bind(number).bind(most).fetch_all(on).await?
    });
    let mut there: HashMap<(Log, Uuid), Logged> = HashMap::new();
    for log in Log::ALL {
        let ids: Vec<Uuid> = rows.iter().filter(|row| row.log == *log).map(|row| row.entry).collect();
        let entries = by_ids(db, *log, &ids).await?;
        there.extend(entries.into_iter().map(|logged| ((*log, logged.entry.id), logged)));
    }
    let with_entry = |row: ChainedRow| {
        let logged = there.remove(&(row.log, row.entry)).filter(|logged| logged.municipality == municipality);
        (row.into(), logged.map(|logged| logged.entry))
    };
    Ok(rows.into_iter().map(with_entry).collect())
}

/// What is wrong with the logs of a municipality; nothing, where nobody bent them. `copied` gives the link of a number
/// in a copy of the chain that lies elsewhere, where there is one.
///
/// # Errors
/// When the database fails.
pub async fn check_logs(
    db: &Db,
    key: &LogKey,
    municipality: Id<Municipality>,
    copied: &HashMap<i64, Link>,
) -> Result<Vec<Fault>, Error> {
    let mut faults = Vec::new();
    let (mut number, mut before) = (0, Link::new());
    loop {
        let chain = chain_after(db, municipality, number).await?;
        if chain.is_empty() {
            break;
        }
        for (chained, entry) in chain {
            let follows = chained.number == number + 1;
            if !follows {
                faults.push(Fault::Gap(number + 1, chained.number - 1));
            }
            match entry {
                None => faults.push(Fault::Removed(chained.log, chained.entry, chained.number)),
                // What stood before is gone; what this one was bound to cannot be told.
                Some(_) if !follows => {}
                Some(entry) if key.link(municipality, chained.number, &before, &entry) == chained.link => {}
                Some(_) => faults.push(Fault::Edited(chained.log, chained.entry, chained.number)),
            }
            if copied.get(&chained.number).is_some_and(|link| *link != chained.link) {
                faults.push(Fault::NotAsCopied(chained.number));
            }
            (number, before) = (chained.number, chained.link);
        }
    }
    let mut lost: Vec<i64> = copied.keys().copied().filter(|copied| *copied > number).collect();
    lost.sort_unstable();
    faults.extend(lost.into_iter().map(Fault::NotAsCopied));
    if number > 0 {
        faults.extend(unchained(db, municipality).await?);
    }
    Ok(faults)
}

/// Entries that were written well before the newest one in the chain, and are not in it themselves.
async fn unchained(db: &Db, municipality: Id<Municipality>) -> Result<Vec<Fault>, Error> {
    let mut faults = Vec::new();
    for log in Log::ALL {
        let (mut after, mut newest, mut outside) = (log.beginning(), None, Vec::new());
        loop {
            let entries = page(db, *log, after, Moment::from_seconds(i64::MIN)).await?;
            let Some(last) = entries.last() else { break };
            after = last.entry.id;
            let there = chained(db, *log, &entries).await?;
            for logged in entries.into_iter().filter(|logged| logged.municipality == municipality) {
                if there.contains(&logged.entry.id) {
                    newest = newest.max(Some(logged.at));
                } else {
                    outside.push(logged);
                }
            }
        }
        let early = |logged: &Logged| newest.is_some_and(|newest| logged.at.plus_seconds(SOON) < newest);
        faults.extend(
            outside.iter().filter(|logged| early(logged)).map(|logged| Fault::Unchained(*log, logged.entry.id)),
        );
    }
    Ok(faults)
}

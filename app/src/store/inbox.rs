//! What stands in whose inbox, and what came of it.

use std::collections::{HashMap, HashSet, hash_map::Entry};

use sqlx::{FromRow, QueryBuilder};

use super::{
    Access, Caseload, Db, Error, Tx, among,
    check_ins::{CheckInRow, check_ins_where},
    columns::{DayColumn, LocalColumn, ZoneColumn},
    meetings::wall,
    read,
    reminders::{forget_inbox, plan_inbox, tell},
    settings::{office_of, offices},
    within, write_one,
};
use crate::domain::{
    access::{Relation, Subject},
    checkin::{CheckIn, Instrument, instrument},
    family::{Family, Municipality},
    id::Id,
    inbox::{Absence, Call, End, InboxItem, Matter, Reader, Reason, Waiting, held, most_in_need_first},
    meeting::Meeting,
    moment::Moment,
    person::{Person, Viewer},
    reminder::Kind,
    review::{Reply, Review},
    team::Part,
    words::{PersonName, Phone, Title},
    working_time::Office,
};

/// So many items are looked at again in one transaction.
const TOGETHER: i64 = 200;

/// Everything is looked at again so often, in seconds, whatever else was noted: a team may have changed in the instant
/// something came, and where everybody has it, somebody may have come back or been employed.
const LOOK_AGAIN: i64 = 3600;

/// Something new for the inbox.
pub(super) struct NewItem {
    pub(super) id: Id<InboxItem>,
    pub(super) municipality: Id<Municipality>,
    pub(super) family: Id<Family>,
    pub(super) person: Id<Person>,
    pub(super) matter: Matter,
    pub(super) check_in: Option<Id<CheckIn>>,
    pub(super) instrument: Option<&'static Instrument>,
    pub(super) meeting: Option<Id<Meeting>>,
    pub(super) waiting: Waiting,
}

/// An item whose holders are to be found.
#[derive(FromRow)]
struct Standing {
    id: Id<InboxItem>,
    municipality: Id<Municipality>,
    family: Id<Family>,
    came_at: Moment,
    read_by: Moment,
    pressing: bool,
}

/// Puts something into the inbox of whoever is to have it now. A call that is to be made already
/// does not stand there twice.
pub(super) async fn put(tx: &mut Tx, item: &NewItem, office: &Office, now: Moment) -> Result<(), Error> {
    const PUT: &str = "INSERT INTO inbox_item
            (id, municipality, family, person, matter, check_in, instrument, pressing, came_at, read_by, move_at, meeting)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $9, $11)
        ON CONFLICT (meeting, person) WHERE matter = 'by_phone' AND closed_at IS NULL DO NOTHING";
    let new = within!(&mut *tx, on => {
        sqlx::query(PUT)
            .bind(item.id)
            .bind(item.municipality)
            .bind(item.family)
            .bind(item.person)
            .bind(item.matter)
            .bind(item.check_in)
            .bind(item.instrument.map(|instrument| instrument.key))
            .bind(item.waiting.pressing)
            .bind(item.waiting.came_at)
            .bind(item.waiting.read_by)
            .bind(item.meeting)
            .execute(on)
            .await?
            .rows_affected()
    });
    if new != 1 {
        return Ok(());
    }
    let Waiting { came_at, read_by, pressing } = item.waiting;
    let standing =
        Standing { id: item.id, municipality: item.municipality, family: item.family, came_at, read_by, pressing };
    let offices = HashMap::from([(item.municipality, *office)]);
    find_holders(tx, &[standing], &offices, now).await
}

/// Lets each item stand with whoever is to have it now, ends it with those who are not, and notes when to look again.
async fn find_holders(
    tx: &mut Tx,
    items: &[Standing],
    offices: &HashMap<Id<Municipality>, Office>,
    now: Moment,
) -> Result<(), Error> {
    let families: HashSet<Id<Family>> = items.iter().map(|item| item.family).collect();
    let readers = readers(tx, &families).await?;
    let mut there: HashMap<Id<InboxItem>, Vec<(Id<Person>, Reason)>> = HashMap::new();
    let rows: Vec<(Id<InboxItem>, Id<Person>, Reason)> = within!(&mut *tx, on => {
        let mut query = QueryBuilder::new("SELECT item, person, reason FROM holder WHERE until IS NULL AND item IN ");
        among!(query, items.iter().map(|item| &item.id));
        query.build_query_as().fetch_all(on).await?
    });
    for (item, person, reason) in rows {
        there.entry(item).or_default().push((person, reason));
    }
    let mut everybody: HashMap<Id<Municipality>, Vec<Id<Person>>> = HashMap::new();
    for item in items {
        let office = offices.get(&item.municipality).ok_or(Error::NotFound)?;
        let waiting = Waiting { came_at: item.came_at, read_by: item.read_by, pressing: item.pressing };
        let of_family = readers.get(&item.family).map_or(&[][..], Vec::as_slice);
        let mut held = held(of_family, &waiting, office, now);
        if held.by_everybody {
            let others = match everybody.entry(item.municipality) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => place.insert(everybody_there(tx, item.municipality, office, now).await?),
            };
            let new: Vec<_> =
                others.iter().filter(|person| held.by.iter().all(|(holder, _)| holder != *person)).collect();
            held.by.extend(new.into_iter().map(|person| (*person, Reason::NobodyElse)));
        }
        held.until = held.until.min(now.plus_seconds(LOOK_AGAIN));
        let before = there.remove(&item.id).unwrap_or_default();
        let keeps = |person: &Id<Person>| {
            held.by.iter().any(|(holder, _)| holder == person)
                || of_family.iter().any(|reader| reader.person == *person)
        };
        for (person, reason) in before.iter().filter(|(person, _)| !keeps(person)) {
            const END: &str =
                "UPDATE holder SET until = $3, ended = $4 WHERE item = $1 AND person = $2 AND until IS NULL";
            let end = match reason {
                Reason::NobodyElse if held.by_everybody => End::Away,
                Reason::NobodyElse => End::ReadersBack,
                _ => End::Left,
            };
            within!(&mut *tx, on => {
                sqlx::query(END)
                    .bind(item.id)
                    .bind(*person)
                    .bind(now)
                    .bind(end)
                    .execute(on)
                    .await?;
            });
            forget_inbox(tx, item.id, Some(*person)).await?;
        }
        let mut new = Vec::new();
        for (person, reason) in held.by.iter().filter(|(person, _)| before.iter().all(|(holder, _)| holder != person)) {
            const HOLD: &str = "INSERT INTO holder (municipality, family, item, person, reason, since)
                VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (item, person) WHERE until IS NULL DO NOTHING";
            new.push(*person);
            within!(&mut *tx, on => {
                sqlx::query(HOLD)
                    .bind(item.municipality)
                    .bind(item.family)
                    .bind(item.id)
                    .bind(*person)
                    .bind(*reason)
                    .bind(now)
                    .execute(on)
                    .await?;
            });
        }
        plan_inbox(tx, (item.id, waiting), &new, office, now).await?;
        within!(&mut *tx, on => {
            sqlx::query("UPDATE inbox_item SET move_at = $2, read_by = $3 WHERE id = $1")
                .bind(item.id)
                .bind(held.until)
                .bind(item.read_by)
                .execute(on)
                .await?;
        });
    }
    Ok(())
}

/// Who reads for these families, and when they are away.
async fn readers(tx: &mut Tx, families: &HashSet<Id<Family>>) -> Result<HashMap<Id<Family>, Vec<Reader>>, Error> {
    type Row = (Id<Family>, Id<Person>, Part, Option<DayColumn>, Option<DayColumn>);
    let rows: Vec<Row> = within!(tx, on => {
        let mut query = QueryBuilder::new(
            "SELECT b.family, b.person, b.part, a.from_day, a.until_day FROM beside b
            LEFT JOIN absence a ON a.person = b.person AND a.removed_at IS NULL
            WHERE b.part <> 'contact_person' AND b.family IN ",
        );
        among!(query, families);
        query.build_query_as().fetch_all(on).await?
    });
    let mut readers: HashMap<Id<Family>, Vec<Reader>> = HashMap::new();
    for (family, person, part, from, until) in rows {
        let of_family = readers.entry(family).or_default();
        let away = from.zip(until).map(|(from, until)| (from.0, until.0));
        match of_family.iter_mut().find(|reader| (reader.person, reader.part) == (person, part)) {
            Some(reader) => reader.away.extend(away),
            None => of_family.push(Reader { person, part, away: away.into_iter().collect() }),
        }
    }
    Ok(readers)
}

/// Everybody who advises in a municipality and is not away; everybody at all, when all are away.
async fn everybody_there(
    tx: &mut Tx,
    municipality: Id<Municipality>,
    office: &Office,
    now: Moment,
) -> Result<Vec<Id<Person>>, Error> {
    const EVERYBODY: &str = "SELECT p.id, EXISTS (
            SELECT 1 FROM absence a
            WHERE a.person = p.id AND a.removed_at IS NULL AND a.from_day <= $2 AND $2 <= a.until_day
        ) FROM person p
        WHERE p.municipality = $1 AND p.role IN ('adviser', 'coordinator') AND p.left_at IS NULL ORDER BY p.id";
    let today = DayColumn(now.date(office.zone()));
    let all: Vec<(Id<Person>, bool)> =
        within!(tx, on => sqlx::query_as(EVERYBODY).bind(municipality).bind(today).fetch_all(on).await?);
    let somebody_is_there = all.iter().any(|(_, away)| !away);
    Ok(all.into_iter().filter(|(_, away)| !away || !somebody_is_there).map(|(person, _)| person).collect())
}

/// Lets everything whose time has come, or whose holder has left, stand with whoever is to have it now. Gives how many
/// items were looked at.
///
/// # Errors
/// When the database fails; what was done up to then stays done.
pub async fn move_on(db: &Db, now: Moment) -> Result<u64, Error> {
    const LEFT: &str = "SELECT DISTINCT h.item FROM holder h WHERE h.until IS NULL AND NOT EXISTS (
            SELECT 1 FROM holding g WHERE g.item = h.item AND g.person = h.person
        )";
    let left: Vec<Id<InboxItem>> = read!(db, on => sqlx::query_scalar(LEFT).fetch_all(on).await?);
    if !left.is_empty() {
        let mut tx = db.begin().await?;
        look_again(&mut tx, left).await?;
        tx.commit().await?;
    }
    let mut moved = 0;
    loop {
        const DUE: &str =
            "SELECT id FROM inbox_item WHERE closed_at IS NULL AND move_at <= $1 ORDER BY move_at LIMIT $2";
        let due: Vec<Id<InboxItem>> =
            read!(db, on => sqlx::query_scalar(DUE).bind(now).bind(TOGETHER).fetch_all(on).await?);
        if due.is_empty() {
            return Ok(moved);
        }
        // After the items: they may be those of a municipality that has just been founded.
        let offices: HashMap<Id<Municipality>, Office> = offices(db).await?.into_iter().collect();
        moved += move_some(db, due, &offices, now).await?;
    }
}

/// Takes items whose time has come, in the order in which everybody takes items. Of several servers only one takes each.
async fn move_some(
    db: &Db,
    mut due: Vec<Id<InboxItem>>,
    offices: &HashMap<Id<Municipality>, Office>,
    now: Moment,
) -> Result<u64, Error> {
    due.sort();
    let mut tx = db.begin().await?;
    let moved = move_within(&mut tx, &due, offices, now).await?;
    tx.commit().await?;
    Ok(moved)
}

async fn move_within(
    tx: &mut Tx,
    due: &[Id<InboxItem>],
    offices: &HashMap<Id<Municipality>, Office>,
    now: Moment,
) -> Result<u64, Error> {
    const TAKE: &str = "UPDATE inbox_item SET move_at = $3 WHERE id = $1 AND closed_at IS NULL AND move_at <= $2
        RETURNING id, municipality, family, came_at, read_by, pressing";
    let mut items: Vec<Standing> = Vec::with_capacity(due.len());
    for id in due {
        let taken: Option<Standing> = within!(&mut *tx, on => {
            sqlx::query_as(TAKE).bind(*id).bind(now).bind(now.plus_seconds(LOOK_AGAIN)).fetch_optional(on).await?
        });
        items.extend(taken);
    }
    for item in &mut items {
        if item.read_by == Moment::from_seconds(0)
            && let Some(office) = offices.get(&item.municipality)
        {
            item.read_by = office.read_by(item.came_at, item.pressing);
        }
    }
    if !items.is_empty() {
        find_holders(tx, &items, offices, now).await?;
    }
    Ok(items.len() as u64)
}

/// Looks at everything again that stands with the families somebody walks beside, or with that person.
pub(super) async fn stir(tx: &mut Tx, person: Id<Person>) -> Result<(), Error> {
    stirred(tx, person).await.map(|_| ())
}

/// As [`stir`], and lets it stand with whoever is to have it now before the transaction ends: there is no instant in
/// which nobody has it.
pub(super) async fn hand_on(
    tx: &mut Tx,
    person: Id<Person>,
    municipality: Id<Municipality>,
    now: Moment,
) -> Result<(), Error> {
    let items = stirred(tx, person).await?;
    let offices = HashMap::from([(municipality, office_of(tx, municipality).await?)]);
    move_within(tx, &items, &offices, now).await.map(|_| ())
}

/// The items that are looked at again, in the order of their ids.
async fn stirred(tx: &mut Tx, person: Id<Person>) -> Result<Vec<Id<InboxItem>>, Error> {
    const STIR: &str = "SELECT id FROM inbox_item WHERE closed_at IS NULL AND (
            family IN (SELECT family FROM team_member WHERE person = $1)
            OR id IN (SELECT item FROM holder WHERE person = $1 AND until IS NULL)
        )";
    let mut items: Vec<Id<InboxItem>> =
        within!(&mut *tx, on => sqlx::query_scalar(STIR).bind(person).fetch_all(on).await?);
    items.sort();
    look_again(tx, items.clone()).await?;
    Ok(items)
}

/// Lets items be looked at on the next round. Whoever takes several takes them in the order of their ids, so that two
/// never wait for each other.
pub(super) async fn look_again(tx: &mut Tx, mut items: Vec<Id<InboxItem>>) -> Result<(), Error> {
    items.sort();
    for item in items {
        within!(&mut *tx, on => {
            sqlx::query("UPDATE inbox_item SET move_at = 0 WHERE id = $1 AND closed_at IS NULL")
                .bind(item)
                .execute(on)
                .await?;
        });
    }
    Ok(())
}

#[derive(FromRow)]
struct ItemRow {
    id: Id<InboxItem>,
    family: Id<Family>,
    family_name: Title,
    person: PersonName,
    matter: Matter,
    check_in: Option<Id<CheckIn>>,
    instrument: Option<String>,
    pressing: bool,
    came_at: Moment,
    read_by: Moment,
    closed_at: Option<Moment>,
    meeting: Option<Id<Meeting>>,
    starts_local: Option<LocalColumn>,
    zone: Option<ZoneColumn>,
    starts_at: Option<Moment>,
    cancelled: bool,
    phone: Option<Phone>,
}

impl ItemRow {
    fn call(&self) -> Option<Call> {
        let starts = wall(self.starts_local?, self.zone?, self.starts_at?);
        Some(Call { meeting: self.meeting?, starts, cancelled: self.cancelled, phone: self.phone.clone() })
    }

    /// Nothing, where it cannot be named: an instrument that is not known, a meeting that is not there.
    fn item(self, check_in: Option<CheckIn>) -> Option<InboxItem> {
        let known = self.instrument.as_deref().map(instrument);
        let (instrument, call) = (known.flatten(), self.call());
        (instrument.is_some() || call.is_some()).then_some(InboxItem {
            id: self.id,
            family: self.family,
            family_name: self.family_name,
            person: self.person,
            matter: self.matter,
            instrument,
            call,
            check_in,
            waiting: Waiting { came_at: self.came_at, read_by: self.read_by, pressing: self.pressing },
            closed: self.closed_at.is_some(),
        })
    }
}

macro_rules! items_where {
    ($rest:literal) => {
        concat!(
            "SELECT i.id, i.family, f.name AS family_name, p.name AS person, i.matter, i.check_in, i.instrument,
                i.pressing, i.came_at, i.read_by, i.closed_at, i.meeting, m.starts_local, m.zone, m.starts_at,
                m.cancelled_at IS NOT NULL AS cancelled, p.phone
            FROM inbox_item i JOIN family f ON f.id = i.family JOIN person p ON p.id = i.person
            LEFT JOIN meeting m ON m.id = i.meeting WHERE ",
            $rest
        )
    };
}

/// What stands in the viewer's inbox, those most in need first.
///
/// # Errors
/// When the database fails.
pub async fn inbox(db: &Db, caseload: &Caseload) -> Result<Vec<InboxItem>, Error> {
    const HELD: &str = items_where!(
        "i.closed_at IS NULL AND i.municipality = $2
            AND i.id IN (SELECT item FROM holding WHERE person = $1)"
    );
    let rows: Vec<ItemRow> = read!(db, on => {
        sqlx::query_as(HELD).bind(caseload.viewer).bind(caseload.municipality).fetch_all(on).await?
    });
    let brought: Vec<Id<CheckIn>> = rows.iter().filter_map(|row| row.check_in).collect();
    let told: Vec<CheckInRow> = match brought.as_slice() {
        [] => Vec::new(),
        brought => read!(db, on => {
            let mut query = QueryBuilder::new(check_ins_where!("c.id IN "));
            among!(query, brought);
            query.build_query_as().fetch_all(on).await?
        }),
    };
    let told: HashMap<Id<CheckIn>, CheckIn> =
        told.into_iter().filter_map(CheckInRow::check_in).map(|check_in| (check_in.id, check_in)).collect();
    let mut items: Vec<InboxItem> = rows
        .into_iter()
        .filter_map(|row| match row.check_in {
            Some(id) => row.item(Some(told.get(&id)?.clone())),
            None => row.item(None),
        })
        .collect();
    most_in_need_first(&mut items);
    Ok(items)
}

/// The scores somebody told before with the same instrument about the same, the oldest first, for each item of the
/// viewer's inbox. At most twelve each.
///
/// # Errors
/// When the database fails.
pub async fn scores_before(db: &Db, caseload: &Caseload) -> Result<HashMap<Id<CheckIn>, Vec<i64>>, Error> {
    const SCORES: &str = "SELECT id, score FROM (
            SELECT now.id AS id, c.score, c.sent_at, ROW_NUMBER() OVER (
                PARTITION BY now.id ORDER BY c.sent_at DESC, c.id DESC
            ) AS place
            FROM holding h JOIN inbox_item i ON i.id = h.item JOIN check_in now ON now.id = i.check_in
            JOIN check_in c ON c.person = now.person AND c.instrument = now.instrument AND c.sent_at <= now.sent_at
                AND c.about IS NOT DISTINCT FROM now.about AND c.goal IS NOT DISTINCT FROM now.goal
            WHERE h.person = $1 AND h.municipality = $2 AND i.closed_at IS NULL
        ) AS scored WHERE place <= 12 ORDER BY id, place DESC";
    let rows: Vec<(Id<CheckIn>, i64)> = read!(db, on => {
        sqlx::query_as(SCORES).bind(caseload.viewer).bind(caseload.municipality).fetch_all(on).await?
    });
    let mut scores: HashMap<Id<CheckIn>, Vec<i64>> = HashMap::new();
    for (check_in, score) in rows {
        scores.entry(check_in).or_default().push(score);
    }
    Ok(scores)
}

/// One thing of an inbox with the answers told, in the order of the questions, for the one who reads it.
///
/// # Errors
/// [`Error::NotFound`] when the viewer does not read for this family, or stands in and does not have it.
pub async fn inbox_item(db: &Db, access: &Access, id: Id<InboxItem>) -> Result<(InboxItem, Vec<(String, i64)>), Error> {
    access.require(Subject::CheckIns)?;
    const ITEM: &str = items_where!(
        "i.id = $1 AND i.family = $2 AND ($3 OR EXISTS (
            SELECT 1 FROM holding h WHERE h.item = i.id AND h.person = $4
        ))"
    );
    const TOLD: &str = check_ins_where!("c.id = $1 AND c.family = $2");
    const ANSWERS: &str = "SELECT item, value FROM answer WHERE check_in = $1 AND family = $2";
    let row: ItemRow = read!(db, on => {
        sqlx::query_as(ITEM)
            .bind(id)
            .bind(access.family)
            .bind(access.relation() != Relation::StandIn)
            .bind(access.viewer)
            .fetch_one(on)
            .await?
    });
    let Some(told) = row.check_in else {
        return Ok((row.item(None).ok_or(Error::NotFound)?, Vec::new()));
    };
    let check_in: CheckInRow =
        read!(db, on => sqlx::query_as(TOLD).bind(told).bind(access.family).fetch_one(on).await?);
    let mut answers: Vec<(String, i64)> =
        read!(db, on => sqlx::query_as(ANSWERS).bind(told).bind(access.family).fetch_all(on).await?);
    let item = row.item(check_in.check_in()).ok_or(Error::NotFound)?;
    let items = item.instrument.map_or(&[][..], |instrument| instrument.items);
    answers.sort_by_key(|(key, _)| items.iter().position(|item| item.key == key));
    Ok((item, answers))
}

/// Who has or had an item in their inbox, since when and why, the earliest first.
///
/// # Errors
/// [`Error::NotFound`] when the viewer does not read for this family. Who stands in and does not have it is told
/// nothing.
pub async fn holders(
    db: &Db,
    access: &Access,
    id: Id<InboxItem>,
) -> Result<Vec<(PersonName, Reason, Moment, Option<Moment>)>, Error> {
    access.require(Subject::CheckIns)?;
    const HOLDERS: &str = "SELECT p.name, h.reason, h.since, h.until FROM holder h JOIN person p ON p.id = h.person
        WHERE h.item = $1 AND h.family = $2 AND ($3 OR EXISTS (
            SELECT 1 FROM holding g WHERE g.item = h.item AND g.person = $4
        )) ORDER BY h.since, h.id";
    Ok(read!(db, on => {
        sqlx::query_as(HOLDERS)
            .bind(id)
            .bind(access.family)
            .bind(access.relation() != Relation::StandIn)
            .bind(access.viewer)
            .fetch_all(on)
            .await?
    }))
}

/// Closes something in an inbox: a person read it, understood this, and this happens next.
///
/// # Errors
/// [`Error::NotFound`] when the viewer does not read for this family, or stands in and does not have it;
/// [`Error::Taken`] when somebody has closed it already.
pub async fn review(db: &Db, access: &Access, id: Id<InboxItem>, reply: &Reply, now: Moment) -> Result<(), Error> {
    let (item, _) = inbox_item(db, access, id).await?;
    if access.relation() == Relation::Console || item.matter == Matter::ByPhone {
        return Err(Error::NotFound);
    }
    let mut tx = db.begin().await?;
    let closed = close(&mut tx, access, id, now).await?;
    if !closed {
        return Err(Error::Taken("inbox_item".to_owned()));
    }
    const REVIEW: &str = "INSERT INTO review
            (id, municipality, family, item, check_in, reviewer, next_step, words, by_day, at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)";
    const READ: &str = "UPDATE check_in SET reviewed_at = $3 WHERE id = $1 AND family = $2";
    let check_in = item.check_in.as_ref().map(|check_in| check_in.id);
    within!(&mut tx, on => {
        sqlx::query(REVIEW)
            .bind(Id::<Review>::fresh(now))
            .bind(access.municipality)
            .bind(access.family)
            .bind(id)
            .bind(check_in)
            .bind(access.viewer)
            .bind(reply.next_step)
            .bind(reply.words.as_ref())
            .bind(reply.by.map(DayColumn))
            .bind(now)
            .execute(&mut *on)
            .await?;
        sqlx::query(READ).bind(check_in).bind(access.family).bind(now).execute(on).await?;
    });
    if let Some(told) = &item.check_in {
        tell(&mut tx, told.teller, Kind::Read, told.id.uuid(), now).await?;
    }
    if item.matter == Matter::Silent {
        super::asks::start_again(&mut tx, access, id, now).await?;
    }
    tx.commit().await
}

/// Closes an item and takes it out of every inbox; false when somebody has closed it already.
pub(super) async fn close(tx: &mut Tx, access: &Access, id: Id<InboxItem>, now: Moment) -> Result<bool, Error> {
    const CLOSE: &str = "UPDATE inbox_item SET closed_at = $3, closed_by = $4
        WHERE id = $1 AND family = $2 AND closed_at IS NULL";
    const END: &str = "UPDATE holder SET until = $2, ended = $3 WHERE item = $1 AND until IS NULL";
    let closed = within!(&mut *tx, on => {
        sqlx::query(CLOSE).bind(id).bind(access.family).bind(now).bind(access.viewer).execute(on).await?.rows_affected()
    });
    within!(&mut *tx, on => {
        sqlx::query(END).bind(id).bind(now).bind(End::Read).execute(on).await?;
    });
    forget_inbox(tx, id, None).await?;
    Ok(closed == 1)
}

/// Closes the silences of the viewer with an instrument, as there is an answer now; false when there were none.
pub(super) async fn end_silences(
    tx: &mut Tx,
    access: &Access,
    instrument: &Instrument,
    now: Moment,
) -> Result<bool, Error> {
    const SILENCES: &str = "SELECT id FROM inbox_item WHERE family = $1 AND person = $2 AND instrument = $3
        AND matter = 'silent' AND closed_at IS NULL";
    let silences: Vec<Id<InboxItem>> = within!(&mut *tx, on => {
        sqlx::query_scalar(SILENCES).bind(access.family).bind(access.viewer).bind(instrument.key).fetch_all(on).await?
    });
    for silence in &silences {
        close(tx, access, *silence, now).await?;
    }
    Ok(!silences.is_empty())
}

/// The parent has read the answer and wants to be called all the same. Asking twice is asking once.
///
/// # Errors
/// [`Error::NotFound`] when the check-in is not the viewer's own or nobody has answered it.
pub async fn call_anyway(db: &Db, access: &Access, check_in: Id<CheckIn>, now: Moment) -> Result<(), Error> {
    let told = super::own(db, access, check_in).await?;
    if told.review.is_none() {
        return Err(Error::NotFound);
    }
    const ASKED: &str = "SELECT COUNT(*) FROM inbox_item
        WHERE check_in = $1 AND matter = 'call_anyway' AND closed_at IS NULL";
    const TURN: &str = "UPDATE check_in SET call_me = call_me WHERE id = $1";
    let mut tx = db.begin().await?;
    let asked: i64 = within!(&mut tx, on => {
        sqlx::query(TURN).bind(check_in).execute(&mut *on).await?;
        sqlx::query_scalar(ASKED).bind(check_in).fetch_one(on).await?
    });
    if asked == 0 {
        let office = office_of(&mut tx, access.municipality).await?;
        let item = NewItem {
            id: Id::fresh(now),
            municipality: access.municipality,
            family: access.family,
            person: access.viewer,
            matter: Matter::CallAnyway,
            check_in: Some(check_in),
            instrument: Some(told.instrument),
            meeting: None,
            waiting: Waiting { came_at: now, read_by: office.read_by(now, true), pressing: true },
        };
        put(&mut tx, &item, &office, now).await?;
    }
    tx.commit().await
}

/// By when a call the parent asked for after the answer is to be made, while it is not closed.
///
/// # Errors
/// [`Error::NotFound`] when the viewer is no parent of the family.
pub async fn call_waiting(db: &Db, access: &Access, check_in: Id<CheckIn>) -> Result<Option<Moment>, Error> {
    access.require(Subject::OwnCheckIns)?;
    const WAITING: &str = "SELECT read_by FROM inbox_item
        WHERE check_in = $1 AND person = $2 AND matter = 'call_anyway' AND closed_at IS NULL";
    Ok(read!(db, on => {
        sqlx::query_scalar(WAITING).bind(check_in).bind(access.viewer).fetch_optional(on).await?
    }))
}

/// By when the viewer's check-in is to be read.
///
/// # Errors
/// [`Error::NotFound`] when it is not the viewer's own.
pub async fn read_by(db: &Db, access: &Access, check_in: Id<CheckIn>) -> Result<Moment, Error> {
    access.require(Subject::OwnCheckIns)?;
    const READ_BY: &str = "SELECT c.sent_at, i.read_by, COALESCE(i.pressing, TRUE)
        FROM check_in c LEFT JOIN inbox_item i ON i.check_in = c.id AND i.matter = 'told'
        WHERE c.id = $1 AND c.person = $2";
    let (sent_at, read_by, pressing): (Moment, Option<Moment>, bool) = read!(db, on => {
        sqlx::query_as(READ_BY).bind(check_in).bind(access.viewer).fetch_one(on).await?
    });
    match read_by {
        Some(read_by) if read_by > Moment::from_seconds(0) => Ok(read_by),
        _ => {
            let office = offices(db).await?.into_iter().find(|(id, _)| *id == access.municipality);
            office.map(|(_, office)| office.read_by(sent_at, pressing)).ok_or(Error::NotFound)
        }
    }
}

/// Somebody keeps the promise of a review: of the family's staff anybody, who stands in their own.
///
/// # Errors
/// [`Error::NotFound`] when the viewer does not read for this family, or it is not theirs; [`Error::Taken`] when it was
/// kept already.
pub async fn keep(db: &Db, access: &Access, review: Id<Review>, now: Moment) -> Result<(), Error> {
    access.require(Subject::CheckIns)?;
    const KEEP: &str = "UPDATE review SET kept_at = $3, kept_by = $4 WHERE id = $1 AND family = $2 AND kept_at IS NULL";
    const REVIEWER: &str = "SELECT reviewer FROM review WHERE id = $1 AND family = $2";
    let reviewer: Id<Person> =
        read!(db, on => sqlx::query_scalar(REVIEWER).bind(review).bind(access.family).fetch_one(on).await?);
    if !access.is_staff() && reviewer != access.viewer {
        return Err(Error::NotFound);
    }
    let kept = write_one!(db, on => {
        sqlx::query(KEEP).bind(review).bind(access.family).bind(now).bind(access.viewer).execute(on).await?.rows_affected()
    });
    if kept == 1 { Ok(()) } else { Err(Error::Taken("review".to_owned())) }
}

/// The viewer is away on these days; what stands with their families moves at once.
///
/// # Errors
/// When the database fails.
pub async fn be_away(db: &Db, viewer: &Viewer, days: Absence, now: Moment) -> Result<(), Error> {
    let mut tx = db.begin().await?;
    write_absence(&mut tx, viewer.municipality, viewer.person, days, now).await?;
    tx.commit().await?;
    move_on(db, now).await.map(|_| ())
}

/// Somebody is away on these days; what stands with their families is looked at again.
pub(super) async fn write_absence(
    tx: &mut Tx,
    municipality: Id<Municipality>,
    person: Id<Person>,
    (from, until): Absence,
    now: Moment,
) -> Result<(), Error> {
    const AWAY: &str =
        "INSERT INTO absence (id, municipality, person, from_day, until_day) VALUES ($1, $2, $3, $4, $5)";
    within!(&mut *tx, on => {
        sqlx::query(AWAY)
            .bind(Id::<Absence>::fresh(now))
            .bind(municipality)
            .bind(person)
            .bind(DayColumn(from))
            .bind(DayColumn(until))
            .execute(on)
            .await?;
    });
    stir(tx, person).await
}

/// When the viewer is or will be away.
///
/// # Errors
/// When the database fails.
pub async fn absences(db: &Db, viewer: &Viewer, now: Moment) -> Result<Vec<(Id<Absence>, Absence)>, Error> {
    const AWAY: &str = "SELECT id, from_day, until_day FROM absence
        WHERE person = $1 AND removed_at IS NULL AND until_day >= $2 ORDER BY from_day, id";
    let today = DayColumn(now.date(viewer.zone));
    let rows: Vec<(Id<Absence>, DayColumn, DayColumn)> =
        read!(db, on => sqlx::query_as(AWAY).bind(viewer.person).bind(today).fetch_all(on).await?);
    Ok(rows.into_iter().map(|(id, from, until)| (id, (from.0, until.0))).collect())
}

/// The viewer is not away then after all.
///
/// # Errors
/// [`Error::NotFound`] when it is not the viewer's own.
pub async fn be_back(db: &Db, viewer: &Viewer, absence: Id<Absence>, now: Moment) -> Result<(), Error> {
    const BACK: &str = "UPDATE absence SET removed_at = $3 WHERE id = $1 AND person = $2 AND removed_at IS NULL";
    let mut tx = db.begin().await?;
    let back = within!(&mut tx, on => {
        sqlx::query(BACK).bind(absence).bind(viewer.person).bind(now).execute(on).await?.rows_affected()
    });
    if back != 1 {
        return Err(Error::NotFound);
    }
    stir(&mut tx, viewer.person).await?;
    tx.commit().await?;
    move_on(db, now).await.map(|_| ())
}

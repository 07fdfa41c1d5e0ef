//! What somebody is told and when, and on which devices.

use std::collections::{HashMap, HashSet};

use sha2::{Digest as _, Sha256};
use sqlx::{FromRow, QueryBuilder};
use uuid::Uuid;

use super::{
    Db, Error, Tx, among,
    channels::{plan_look, plan_looks},
    columns::{DayColumn, LocalColumn, ZoneColumn},
    meetings::wall,
    read,
    settings::office_of,
    within, write_one,
};
use crate::domain::{
    calendar::Detail,
    channel::look_at,
    consent::Consent,
    family::{Family, Municipality},
    id::Id,
    inbox::{InboxItem, Waiting},
    meeting::Meeting,
    moment::{Moment, Zone},
    person::{Language, Person, Role, Viewer},
    push::{Delivery, Device, Fate, Keys, Notice, Subscription},
    reminder::{Choice, Kind, Planned, Reminder, of_inbox, of_meeting, of_news, of_proposal, of_share},
    working_time::{Office, last_working_day_before},
};

/// So many are looked at in one transaction.
const TOGETHER: i64 = 500;
/// Whoever sends something has so long to say what came of it, in seconds; then it is sent again.
const LEASE: i64 = 60;
/// A device whose push service refuses us is given up after so many times …
const REFUSALS: i64 = 3;
/// … over at least so long, in seconds; perhaps the fault was ours for a while.
const REFUSED_FOR: i64 = 86_400;

/// Pushes whether the person (`p`) has a device that reminders come to.
macro_rules! push_has_device {
    ($query:expr, $now:expr) => {
        $query
            .push(
                "EXISTS (SELECT 1 FROM subscription s JOIN session e ON e.id = s.session
                WHERE s.person = p.id AND s.gone_at IS NULL AND e.revoked_at IS NULL AND e.ends_at > ",
            )
            .push_bind($now)
            .push(")")
    };
}
pub(super) use push_has_device;

#[derive(FromRow)]
pub(super) struct ChoiceRow {
    quiet_from: Option<i64>,
    quiet_until: Option<i64>,
    detail: Option<Detail>,
}

impl ChoiceRow {
    /// What somebody chose; the usual where they did not.
    pub(super) fn choice(&self) -> Choice {
        let minutes = |minutes: Option<i64>| minutes.and_then(|minutes| u32::try_from(minutes).ok());
        let chosen = minutes(self.quiet_from).zip(minutes(self.quiet_until)).zip(self.detail);
        chosen.and_then(|((from, until), detail)| Choice::new(from, until, detail).ok()).unwrap_or_default()
    }
}

/// How the viewer wants to be reminded.
///
/// # Errors
/// When the database fails.
pub async fn reminder_choice(db: &Db, viewer: &Viewer) -> Result<Choice, Error> {
    const CHOSEN: &str = "SELECT quiet_from, quiet_until, detail FROM reminder_choice WHERE person = $1";
    let row: Option<ChoiceRow> = read!(db, on => sqlx::query_as(CHOSEN).bind(viewer.person).fetch_optional(on).await?);
    Ok(row.map_or_else(Choice::default, |row| row.choice()))
}

/// The viewer wants to be reminded so from now on: what is planned for them moves.
///
/// # Errors
/// When the database fails.
pub async fn choose_reminders(db: &Db, viewer: &Viewer, choice: &Choice, now: Moment) -> Result<(), Error> {
    const CHOOSE: &str = "INSERT INTO reminder_choice (person, municipality, quiet_from, quiet_until, detail)
        VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (person) DO UPDATE SET quiet_from = $3, quiet_until = $4, detail = $5";
    const MEETINGS: &str = "SELECT id FROM meeting
        WHERE starts_at > $2 AND cancelled_at IS NULL
            AND (family = $3 OR id IN (SELECT meeting FROM participant WHERE person = $1)) ORDER BY id";
    let (from, until) = choice.quiet();
    let mut tx = db.begin().await?;
    within!(&mut tx, on => {
        sqlx::query(CHOOSE)
            .bind(viewer.person)
            .bind(viewer.municipality)
            .bind(i64::from(from))
            .bind(i64::from(until))
            .bind(choice.detail)
            .execute(on)
            .await?;
    });
    let meetings: Vec<Id<Meeting>> = within!(&mut tx, on => {
        sqlx::query_scalar(MEETINGS).bind(viewer.person).bind(now).bind(viewer.family).fetch_all(on).await?
    });
    for meeting in meetings {
        plan_meeting(&mut tx, meeting, now).await?;
    }
    tx.commit().await
}

/// Somebody who can be reminded.
#[derive(FromRow)]
struct Reminded {
    person: Id<Person>,
    municipality: Id<Municipality>,
    role: Role,
    #[sqlx(flatten)]
    choice: ChoiceRow,
}

impl Reminded {
    const fn whom(&self) -> (Id<Municipality>, Id<Person>) {
        (self.municipality, self.person)
    }
}

/// Plans the reminders of a meeting anew for everybody who comes to it, as it stands now. Called by whatever changes it,
/// or who comes, in the same transaction. What is due and was not sent yet stays, where it still holds; what somebody was
/// told of the meeting at this time is not told again.
pub(super) async fn plan_meeting(tx: &mut Tx, meeting: Id<Meeting>, now: Moment) -> Result<(), Error> {
    const FORGET: &str =
        "DELETE FROM reminder WHERE subject = $1 AND kind IN ('day_before', 'soon') AND told_at IS NULL
        RETURNING person, kind, due_at";
    const STARTS: &str =
        "SELECT starts_local, zone, starts_at FROM meeting WHERE id = $1 AND cancelled_at IS NULL AND starts_at > $2";
    const TOLD: &str = "SELECT person, kind FROM reminder WHERE subject = $1 AND told_at IS NOT NULL AND ends_at = $2";
    let forgotten: Vec<(Id<Person>, Kind, Moment)> =
        within!(&mut *tx, on => sqlx::query_as(FORGET).bind(meeting).fetch_all(on).await?);
    let starts: Option<(LocalColumn, ZoneColumn, Moment)> =
        within!(&mut *tx, on => sqlx::query_as(STARTS).bind(meeting).bind(now).fetch_optional(on).await?);
    let Some((local, zone, at)) = starts else { return Ok(()) };
    let told: Vec<(Id<Person>, Kind)> =
        within!(&mut *tx, on => sqlx::query_as(TOLD).bind(meeting).bind(at).fetch_all(on).await?);
    let starts = wall(local, zone, at);
    let since = forgotten.iter().map(|(.., due_at)| due_at.plus_seconds(-1)).min().map_or(now, |since| since.min(now));
    let people = who_comes(tx, meeting).await?;
    let office = match people.iter().find(|reminded| reminded.role == Role::Parent) {
        Some(parent) => Some(office_of(tx, parent.municipality).await?),
        None => None,
    };
    for reminded in people {
        for planned in of_meeting(starts, &reminded.choice.choice(), since) {
            let Planned { kind, due_at, .. } = planned;
            let is_ahead = due_at > now || forgotten.contains(&(reminded.person, kind, due_at));
            if !is_ahead || told.contains(&(reminded.person, kind)) {
                continue;
            }
            plan(tx, reminded.whom(), meeting.uuid(), planned).await?;
            if let Some(office) = &office
                && kind == Kind::DayBefore
                && reminded.role == Role::Parent
            {
                let opening = office.opening(last_working_day_before(starts.local().date()));
                let reminder = id_of(reminded.person, meeting.uuid(), &planned);
                plan_look(tx, reminded.municipality, reminder, opening.max(now)).await?;
            }
        }
    }
    Ok(())
}

/// Tells everybody who comes to a meeting, but for the one who did it, that it is new, other than it was, or cancelled.
pub(super) async fn tell_of_meeting(
    tx: &mut Tx,
    meeting: Id<Meeting>,
    kind: Kind,
    by: Id<Person>,
    now: Moment,
) -> Result<(), Error> {
    const ENDS: &str = "SELECT zone, starts_at FROM meeting WHERE id = $1";
    let (zone, until): (ZoneColumn, Moment) =
        within!(&mut *tx, on => sqlx::query_as(ENDS).bind(meeting).fetch_one(on).await?);
    for reminded in who_comes(tx, meeting).await?.iter().filter(|reminded| reminded.person != by) {
        if let Some(planned) = of_news(kind, &reminded.choice.choice(), zone.0, Some(until), now) {
            plan(tx, reminded.whom(), meeting.uuid(), planned).await?;
        }
    }
    Ok(())
}

/// Those who come to a meeting and can be reminded: whom it names, and the parents where it names none of them. Not those
/// who said no.
async fn who_comes(tx: &mut Tx, meeting: Id<Meeting>) -> Result<Vec<Reminded>, Error> {
    const WHO: &str = "SELECT p.id AS person, p.municipality, p.role, c.quiet_from, c.quiet_until, c.detail
        FROM person p LEFT JOIN reminder_choice c ON c.person = p.id
        WHERE p.id IN (
            SELECT person FROM participant WHERE meeting = $1
            UNION SELECT x.id FROM meeting m JOIN person x ON x.family = m.family AND x.role = 'parent'
            WHERE m.id = $1 AND NOT EXISTS (
                SELECT 1 FROM participant r JOIN person n ON n.id = r.person
                WHERE r.meeting = m.id AND n.family = m.family AND n.role = 'parent'
            )
        ) AND p.left_at IS NULL AND p.role <> 'child' AND NOT EXISTS (
            SELECT 1 FROM meeting_answer a WHERE a.meeting = $1 AND a.person = p.id AND a.answer = 'no'
        ) ORDER BY p.id";
    Ok(within!(tx, on => sqlx::query_as(WHO).bind(meeting).fetch_all(on).await?))
}

/// How these people want to be reminded, those of them who can be.
async fn reminded(tx: &mut Tx, people: &[Id<Person>]) -> Result<Vec<Reminded>, Error> {
    Ok(within!(tx, on => {
        let mut query = QueryBuilder::new(
            "SELECT p.id AS person, p.municipality, p.role, c.quiet_from, c.quiet_until, c.detail
            FROM person p LEFT JOIN reminder_choice c ON c.person = p.id WHERE p.left_at IS NULL AND p.id IN ",
        );
        among!(query, people);
        query.push(" ORDER BY p.id").build_query_as().fetch_all(on).await?
    }))
}

/// Tells somebody what has happened, as soon as it is not quiet for them.
pub(super) async fn tell(tx: &mut Tx, person: Id<Person>, kind: Kind, subject: Uuid, now: Moment) -> Result<(), Error> {
    for reminded in reminded(tx, &[person]).await? {
        let zone = zone_of(tx, reminded.municipality).await?;
        if let Some(planned) = of_news(kind, &reminded.choice.choice(), zone, None, now) {
            plan(tx, reminded.whom(), subject, planned).await?;
        }
    }
    Ok(())
}

async fn zone_of(tx: &mut Tx, municipality: Id<Municipality>) -> Result<Zone, Error> {
    const ZONE: &str = "SELECT zone FROM municipality WHERE id = $1";
    let zone: ZoneColumn = within!(tx, on => sqlx::query_scalar(ZONE).bind(municipality).fetch_one(on).await?);
    Ok(zone.0)
}

/// Tells the parents of a family that its team proposes something, once until they are told; nobody, where nothing is
/// proposed any more. Called by whatever proposes, answers or takes back, in the same transaction.
pub(super) async fn plan_proposals(tx: &mut Tx, family: Id<Family>, now: Moment) -> Result<(), Error> {
    const OPEN: &str = "SELECT COUNT(*) FROM plan_change WHERE family = $1 AND state = 'proposed'";
    const FORGET: &str = "DELETE FROM reminder WHERE subject = $1 AND kind = 'proposed' AND told_at IS NULL";
    const PARENTS: &str = "SELECT p.id FROM person p WHERE p.family = $1 AND p.role = 'parent' AND NOT EXISTS (
            SELECT 1 FROM reminder r
            WHERE r.subject = $1 AND r.person = p.id AND r.kind = 'proposed' AND r.told_at IS NULL
        )";
    let open: i64 = within!(&mut *tx, on => sqlx::query_scalar(OPEN).bind(family).fetch_one(on).await?);
    if open == 0 {
        within!(tx, on => {
            sqlx::query(FORGET).bind(family).execute(on).await?;
        });
        return Ok(());
    }
    let parents: Vec<Id<Person>> =
        within!(&mut *tx, on => sqlx::query_scalar(PARENTS).bind(family).fetch_all(on).await?);
    if parents.is_empty() {
        return Ok(());
    }
    for reminded in reminded(tx, &parents).await? {
        let zone = zone_of(tx, reminded.municipality).await?;
        if let Some(planned) = of_proposal(&reminded.choice.choice(), zone, now) {
            plan(tx, reminded.whom(), family.uuid(), planned).await?;
        }
    }
    Ok(())
}

/// Plans that whoever gave a consent is told before it ends; of an earlier one for the same thing and recipient they need
/// no telling any more.
pub(super) async fn plan_end(tx: &mut Tx, consent: Id<Consent>, now: Moment) -> Result<(), Error> {
    const GIVEN: &str = "SELECT given_by, ends_at FROM consent WHERE id = $1";
    const EARLIER: &str = "DELETE FROM reminder WHERE kind = 'share_ends' AND told_at IS NULL AND subject IN (
            SELECT o.id FROM consent n JOIN consent o ON o.family = n.family AND o.given_by = n.given_by
                AND o.recipient = n.recipient AND o.item = n.item AND o.child IS NOT DISTINCT FROM n.child
            WHERE n.id = $1
        )";
    let (giver, ends_at): (Id<Person>, Moment) =
        within!(&mut *tx, on => sqlx::query_as(GIVEN).bind(consent).fetch_one(on).await?);
    within!(&mut *tx, on => {
        sqlx::query(EARLIER).bind(consent).execute(on).await?;
    });
    for reminded in reminded(tx, &[giver]).await? {
        let zone = zone_of(tx, reminded.municipality).await?;
        if let Some(planned) = of_share(ends_at, &reminded.choice.choice(), zone, now) {
            plan(tx, reminded.whom(), consent.uuid(), planned).await?;
        }
    }
    Ok(())
}

/// What was withdrawn ends no more.
pub(super) async fn forget_ends(tx: &mut Tx, consents: &[Id<Consent>]) -> Result<(), Error> {
    for consent in consents {
        within!(&mut *tx, on => {
            sqlx::query("DELETE FROM reminder WHERE kind = 'share_ends' AND told_at IS NULL AND subject = $1")
                .bind(*consent)
                .execute(on)
                .await?;
        });
    }
    Ok(())
}

/// Plans that those who have something in their inbox from now on are told in time.
pub(super) async fn plan_inbox(
    tx: &mut Tx,
    (item, waiting): (Id<InboxItem>, Waiting),
    people: &[Id<Person>],
    office: &Office,
    now: Moment,
) -> Result<(), Error> {
    if people.is_empty() {
        return Ok(());
    }
    for reminded in reminded(tx, people).await? {
        for planned in of_inbox((waiting.came_at, waiting.read_by), office, &reminded.choice.choice(), now) {
            plan(tx, reminded.whom(), item.uuid(), planned).await?;
        }
    }
    Ok(())
}

/// What somebody, or with nobody named everybody, has in their inbox no more is told to them no more.
pub(super) async fn forget_inbox(tx: &mut Tx, item: Id<InboxItem>, person: Option<Id<Person>>) -> Result<(), Error> {
    const FORGET: &str = "DELETE FROM reminder WHERE subject = $1 AND kind = 'inbox' AND told_at IS NULL
        AND ($2 IS NULL OR person = $2)";
    within!(tx, on => {
        sqlx::query(FORGET).bind(item).bind(person).execute(on).await?;
    });
    Ok(())
}

/// What somebody has seen by now needs no telling.
pub(super) async fn tell_no_more(tx: &mut Tx, person: Id<Person>, kind: Kind, subject: Uuid) -> Result<(), Error> {
    const FORGET: &str = "DELETE FROM reminder WHERE subject = $1 AND person = $2 AND kind = $3 AND told_at IS NULL";
    within!(tx, on => {
        sqlx::query(FORGET).bind(subject).bind(person).bind(kind).execute(on).await?;
    });
    Ok(())
}

/// The identity of what somebody is to be told of a thing at a time: always the same, so that invented families come out
/// the same each time (UUID version 8, RFC 9562 §5.8).
fn id_of(person: Id<Person>, subject: Uuid, planned: &Planned) -> Id<Reminder> {
    let hash = Sha256::new()
        .chain_update(person.uuid())
        .chain_update(subject)
        .chain_update(planned.kind.key())
        .chain_update(planned.due_at.seconds().to_be_bytes())
        .finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(byte, hashed)| *byte = hashed);
    Id::from_uuid(uuid::Builder::from_custom_bytes(bytes).into_uuid())
}

async fn plan(
    tx: &mut Tx,
    (municipality, person): (Id<Municipality>, Id<Person>),
    subject: Uuid,
    planned: Planned,
) -> Result<(), Error> {
    const PLAN: &str = "INSERT INTO reminder (id, municipality, person, kind, subject, due_at, ends_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (subject, person, kind, due_at) DO NOTHING";
    within!(tx, on => {
        sqlx::query(PLAN)
            .bind(id_of(person, subject, &planned))
            .bind(municipality)
            .bind(person)
            .bind(planned.kind)
            .bind(subject)
            .bind(planned.due_at)
            .bind(planned.ends_at)
            .execute(on)
            .await?;
    });
    Ok(())
}

/// Lets what is due go out to every device its person has, once: of several servers one takes each. What nobody may
/// see any more, or is of no use any more, goes nowhere. Gives how many reminders were taken.
///
/// # Errors
/// When the database fails; what was done up to then stays done.
pub async fn deliver_due(db: &Db, now: Moment) -> Result<u64, Error> {
    const TAKE: &str = "UPDATE reminder SET told_at = $1
        WHERE told_at IS NULL AND due_at <= $1 AND id IN (
            SELECT id FROM reminder WHERE told_at IS NULL AND due_at <= $1 ORDER BY due_at LIMIT $2
        ) RETURNING id";
    // Parents are told of the meetings they come to; who walks beside the family, while they do, and a contact person
    // while somebody shares the meetings with them. Nobody hears of what was taken back meanwhile. Letters to try whether
    // they come are written three times a day, as anybody's address can be typed.
    const WHERE_TO: &str = "SELECT r.municipality, r.id AS reminder, r.kind, r.ends_at, p.role,
            EXISTS (SELECT 1 FROM channel c WHERE c.person = p.id AND c.refused_at IS NULL) AND (r.kind <> 'try' OR (
                SELECT COUNT(*) FROM reminder o JOIN reach h ON h.reminder = o.id
                WHERE o.kind = 'try' AND o.person = r.person AND o.told_at > r.told_at - 86400
            ) < 3) AS address,
            s.id AS subscription
        FROM reminder r JOIN person p ON p.id = r.person AND p.left_at IS NULL
        LEFT JOIN subscription s ON s.person = p.id AND s.gone_at IS NULL AND EXISTS (
            SELECT 1 FROM session e WHERE e.id = s.session AND e.revoked_at IS NULL AND e.ends_at > ";
    const MAY_SEE: &str = " AND (p.role = 'parent' OR NOT EXISTS (SELECT 1 FROM meeting m WHERE m.id = r.subject)
            OR EXISTS (
                SELECT 1 FROM meeting m JOIN beside b ON b.family = m.family AND b.person = p.id
                WHERE m.id = r.subject AND (p.role <> 'contact_person' OR EXISTS (
                    SELECT 1 FROM sound_consent c
                    WHERE c.family = m.family AND c.recipient = p.id AND c.item = 'meetings'
                        AND c.given_at <= r.told_at AND r.told_at < c.ends_at
                        AND (c.withdrawn_at IS NULL OR r.told_at < c.withdrawn_at)
                ))
            ))
        AND (r.kind <> 'share_ends' OR EXISTS (
            SELECT 1 FROM consent c JOIN beside b ON b.family = c.family AND b.person = c.recipient
            WHERE c.id = r.subject AND c.withdrawn_at IS NULL AND (c.child IS NULL OR EXISTS (
                SELECT 1 FROM guardianship g WHERE g.child = c.child AND g.adult = c.given_by AND g.may_see
            ))
        ))
        AND (r.kind <> 'inbox' OR EXISTS (SELECT 1 FROM holding h WHERE h.item = r.subject AND h.person = p.id))
        AND r.id IN ";
    let mut all = 0;
    loop {
        let mut tx = db.begin().await?;
        let taken: Vec<Id<Reminder>> =
            within!(&mut tx, on => sqlx::query_scalar(TAKE).bind(now).bind(TOGETHER).fetch_all(on).await?);
        if taken.is_empty() {
            return Ok(all);
        }
        let ways: Vec<Way> = within!(&mut tx, on => {
            let mut query = QueryBuilder::new(WHERE_TO);
            query.push_bind(now).push(") WHERE r.ends_at > ").push_bind(now).push(MAY_SEE);
            among!(query, &taken);
            query.build_query_as().fetch_all(on).await?
        });
        let away = away(&mut tx, &taken, now).await?;
        let ways: Vec<Way> = ways.into_iter().filter(|way| !away.contains(&way.reminder)).collect();
        let looks = ways.iter().filter(|way| way.is_looked_at());
        let looks = looks.map(|way| (way.reminder, (way.municipality, way.look_at(now))));
        plan_looks(&mut tx, &looks.collect()).await?;
        let devices: Vec<_> = ways.iter().filter_map(|way| Some((way, way.subscription?))).collect();
        for some in devices.chunks(100) {
            within!(&mut tx, on => {
                let mut query =
                    QueryBuilder::new("INSERT INTO delivery (id, municipality, reminder, subscription, next_at) ");
                query.push_values(some, |mut bind, (way, subscription)| {
                    bind.push_bind(Id::<Delivery>::fresh(now))
                        .push_bind(way.municipality)
                        .push_bind(way.reminder)
                        .push_bind(*subscription)
                        .push_bind(now);
                });
                query.push(" ON CONFLICT (reminder, subscription) DO NOTHING");
                query.build().execute(on).await?;
            });
        }
        tx.commit().await?;
        all += taken.len() as u64;
    }
}

/// A device a reminder goes to, or that there is none.
#[derive(FromRow)]
struct Way {
    municipality: Id<Municipality>,
    reminder: Id<Reminder>,
    kind: Kind,
    ends_at: Moment,
    role: Role,
    address: bool,
    subscription: Option<Id<Subscription>>,
}

impl Way {
    /// Whether it is looked whether the reminder reaches its person: where it matters, and there is another way or, for a
    /// meeting, a parent can be called. Who tries whether reminders come tries the other way too, at once.
    fn is_looked_at(&self) -> bool {
        match self.kind {
            Kind::DayBefore | Kind::Changed | Kind::Cancelled => self.address || self.role == Role::Parent,
            Kind::Inbox | Kind::Try => self.address,
            Kind::Soon | Kind::CheckIn | Kind::Read | Kind::Proposed | Kind::ShareEnds => false,
        }
    }

    fn look_at(&self, now: Moment) -> Moment {
        look_at(now, self.ends_at, self.kind != Kind::Try && self.subscription.is_some())
    }
}

/// Those of these reminders of an inbox whose person is away today.
async fn away(tx: &mut Tx, reminders: &[Id<Reminder>], now: Moment) -> Result<HashSet<Id<Reminder>>, Error> {
    type Row = (Id<Reminder>, ZoneColumn, DayColumn, DayColumn);
    let rows: Vec<Row> = within!(tx, on => {
        let mut query = QueryBuilder::new(
            "SELECT r.id, m.zone, a.from_day, a.until_day FROM reminder r
            JOIN absence a ON a.person = r.person AND a.removed_at IS NULL JOIN municipality m ON m.id = a.municipality
            WHERE r.kind = 'inbox' AND r.id IN ",
        );
        among!(query, reminders);
        query.build_query_as().fetch_all(on).await?
    });
    let today = |zone: &ZoneColumn| now.date(zone.0);
    let away = rows.into_iter().filter(|(_, zone, from, until)| (from.0..=until.0).contains(&today(zone)));
    Ok(away.map(|(reminder, ..)| reminder).collect())
}

#[derive(FromRow)]
struct NoticeRow {
    id: Id<Delivery>,
    tries: i64,
    kind: Kind,
    subject: Uuid,
    ends_at: Moment,
    endpoint: String,
    public_key: Vec<u8>,
    secret: Vec<u8>,
    language: Language,
    zone: ZoneColumn,
    #[sqlx(flatten)]
    choice: ChoiceRow,
}

impl NoticeRow {
    fn notice(self, now: Moment) -> Option<Notice> {
        let choice = self.choice.choice();
        Some(Notice {
            delivery: self.id,
            tries: self.tries,
            kind: self.kind,
            subject: self.subject,
            not_before: if self.kind == Kind::Try { now } else { choice.awake(now, self.zone.0) },
            ends_at: self.ends_at,
            endpoint: self.endpoint,
            keys: Keys { public: self.public_key.try_into().ok()?, secret: self.secret.try_into().ok()? },
            language: self.language,
            detail: choice.detail,
        })
    }
}

/// Takes up to `most` deliveries whose time has come, for one server to send now. One that nobody settles comes again.
///
/// # Errors
/// When the database fails.
pub async fn take_deliveries(db: &Db, most: usize, now: Moment) -> Result<Vec<Notice>, Error> {
    const TAKE: &str = "UPDATE delivery SET next_at = $2, tries = tries + 1
        WHERE next_at <= $1 AND id IN (SELECT id FROM delivery WHERE next_at <= $1 ORDER BY next_at LIMIT $3)
        RETURNING id";
    const NOTICES: &str = "SELECT d.id, d.tries, r.kind, r.subject, r.ends_at, s.endpoint, s.public_key, s.secret,
            p.language, m.zone, c.quiet_from, c.quiet_until, c.detail
        FROM delivery d JOIN reminder r ON r.id = d.reminder JOIN subscription s ON s.id = d.subscription
        JOIN person p ON p.id = r.person JOIN session e ON e.id = s.session
        JOIN municipality m ON m.id = p.municipality LEFT JOIN reminder_choice c ON c.person = p.id
        WHERE s.gone_at IS NULL AND e.revoked_at IS NULL AND p.left_at IS NULL AND e.ends_at > ";
    let most = i64::try_from(most).unwrap_or(i64::MAX);
    let taken: Vec<Id<Delivery>> = write_one!(db, on => {
        sqlx::query_scalar(TAKE).bind(now).bind(now.plus_seconds(LEASE)).bind(most).fetch_all(on).await?
    });
    if taken.is_empty() {
        return Ok(Vec::new());
    }
    let rows: Vec<NoticeRow> = read!(db, on => {
        let mut query = QueryBuilder::new(NOTICES);
        query.push_bind(now).push(" AND r.ends_at > ").push_bind(now).push(" AND d.id IN ");
        among!(query, &taken);
        query.build_query_as().fetch_all(on).await?
    });
    let notices: Vec<Notice> = rows.into_iter().filter_map(|row| row.notice(now)).collect();
    let of_use: HashSet<Id<Delivery>> = notices.iter().map(|notice| notice.delivery).collect();
    let late = taken.into_iter().filter(|id| !of_use.contains(id)).map(|id| (id, Fate::Late));
    settle(db, &late.collect::<Vec<_>>(), now).await?;
    Ok(notices)
}

/// Notes what came of deliveries.
///
/// # Errors
/// When the database fails: then they are sent again.
pub async fn settle(db: &Db, fates: &[(Id<Delivery>, Fate)], now: Moment) -> Result<(), Error> {
    // What no device took, and none is about to take, is looked at now, unless somebody looks at it already.
    const NO_DEVICE_LEFT: &str = " AND tries = 0 AND NOT EXISTS (
            SELECT 1 FROM delivery o WHERE o.reminder = reach.reminder AND (o.next_at IS NOT NULL OR o.outcome = 'accepted')
        ) AND reminder IN (SELECT d.reminder FROM delivery d WHERE d.id IN ";
    if fates.is_empty() {
        return Ok(());
    }
    let mut by: HashMap<Fate, Vec<Id<Delivery>>> = HashMap::new();
    for (id, fate) in fates {
        by.entry(*fate).or_default().push(*id);
    }
    let mut tx = db.begin().await?;
    for (fate, ids) in by {
        within!(&mut tx, on => {
            let mut query = QueryBuilder::new("UPDATE delivery SET next_at = ");
            match fate {
                Fate::Again(at) => query.push_bind(at),
                _ => query.push("NULL, outcome = ").push_bind(fate.key()).push(", sent_at = ").push_bind(now),
            };
            query.push(" WHERE id IN ");
            among!(query, &ids);
            query.build().execute(on).await?;
        });
        if fate != Fate::Accepted {
            within!(&mut tx, on => {
                let mut query = QueryBuilder::new("UPDATE reach SET next_at = ");
                query.push_bind(now).push(" WHERE next_at > ").push_bind(now).push(NO_DEVICE_LEFT);
                among!(query, &ids);
                query.push(")").build().execute(on).await?;
            });
        }
        if !matches!(fate, Fate::Gone | Fate::Refused) {
            continue;
        }
        within!(&mut tx, on => {
            let mut query = QueryBuilder::new("UPDATE subscription SET ");
            if fate == Fate::Gone {
                query.push("gone_at = COALESCE(gone_at, ").push_bind(now).push(")");
            } else {
                query.push("refusals = refusals + 1, refused_at = COALESCE(refused_at, ").push_bind(now);
                query.push("), gone_at = CASE WHEN refusals + 1 >= ").push_bind(REFUSALS);
                query.push(" AND refused_at <= ").push_bind(now.plus_seconds(-REFUSED_FOR));
                query.push(" THEN ").push_bind(now).push(" ELSE gone_at END");
            }
            query.push(" WHERE id IN (SELECT subscription FROM delivery WHERE id IN ");
            among!(query, &ids);
            query.push(")");
            query.build().execute(on).await?;
        });
    }
    tx.commit().await
}

/// A device says that it showed a delivery. Who says so need not be signed in: only the device knows the id, and only
/// what was sent can be seen, once: saying so again changes nothing.
///
/// # Errors
/// [`Error::NotFound`] when no such delivery was sent.
pub async fn saw(db: &Db, delivery: Id<Delivery>, now: Moment) -> Result<(), Error> {
    const SAW: &str = "UPDATE delivery SET seen_at = COALESCE(seen_at, $2) WHERE id = $1 AND tries > 0";
    const ALIVE: &str = "UPDATE subscription SET seen_at = $2, refusals = 0, refused_at = NULL
        WHERE id = (SELECT subscription FROM delivery WHERE id = $1 AND seen_at = $2)";
    let mut tx = db.begin().await?;
    let seen = within!(&mut tx, on => {
        sqlx::query(SAW).bind(delivery).bind(now).execute(on).await?.rows_affected()
    });
    if seen != 1 {
        return Err(Error::NotFound);
    }
    within!(&mut tx, on => {
        sqlx::query(ALIVE).bind(delivery).bind(now).execute(on).await?;
    });
    tx.commit().await
}

/// Lets reminders come to the device the viewer is on, in place of whatever reached it before.
///
/// # Errors
/// When the database fails.
pub async fn subscribe(db: &Db, viewer: &Viewer, endpoint: &str, keys: &Keys, now: Moment) -> Result<(), Error> {
    const FORGET: &str = "DELETE FROM subscription WHERE session = $1 OR endpoint = $2";
    const KEEP: &str = "INSERT INTO subscription
            (id, municipality, person, session, endpoint, public_key, secret, made_at)
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)";
    let mut tx = db.begin().await?;
    within!(&mut tx, on => {
        sqlx::query(FORGET).bind(viewer.session).bind(endpoint).execute(on).await?;
    });
    within!(&mut tx, on => {
        sqlx::query(KEEP)
            .bind(Id::<Subscription>::fresh(now))
            .bind(viewer.municipality)
            .bind(viewer.person)
            .bind(viewer.session)
            .bind(endpoint)
            .bind(&keys.public[..])
            .bind(&keys.secret[..])
            .bind(now)
            .execute(on)
            .await?;
    });
    tx.commit().await
}

/// No reminder comes to the device the viewer is on any more.
///
/// # Errors
/// When the database fails.
pub async fn unsubscribe(db: &Db, viewer: &Viewer) -> Result<(), Error> {
    write_one!(db, on => {
        sqlx::query("DELETE FROM subscription WHERE session = $1").bind(viewer.session).execute(on).await?;
    });
    Ok(())
}

/// Takes away the devices of somebody's sessions that are over.
pub(super) async fn forget_devices_of(tx: &mut Tx, person: Id<Person>, now: Moment) -> Result<(), Error> {
    const FORGET: &str = "DELETE FROM subscription WHERE person = $1 AND session IN (
            SELECT id FROM session WHERE person = $1 AND (revoked_at IS NOT NULL OR ends_at <= $2)
        )";
    within!(tx, on => {
        sqlx::query(FORGET).bind(person).bind(now).execute(on).await?;
    });
    Ok(())
}

/// Takes away the devices of sessions that are over. Gives how many there were.
///
/// # Errors
/// When the database fails.
pub async fn forget_devices(db: &Db, now: Moment) -> Result<u64, Error> {
    const FORGET: &str = "DELETE FROM subscription WHERE session IN (
            SELECT s.session FROM subscription s JOIN session e ON e.id = s.session JOIN person p ON p.id = s.person
            WHERE e.revoked_at IS NOT NULL OR e.ends_at <= $1 OR p.left_at IS NOT NULL
        )";
    Ok(write_one!(db, on => sqlx::query(FORGET).bind(now).execute(on).await?.rows_affected()))
}

/// What stands with the device the viewer is on, where reminders come to it.
///
/// # Errors
/// When the database fails.
pub async fn device(db: &Db, viewer: &Viewer) -> Result<Option<Device>, Error> {
    const DEVICE: &str = "SELECT s.gone_at IS NOT NULL, s.seen_at,
            (SELECT MAX(d.sent_at) FROM delivery d WHERE d.subscription = s.id AND d.outcome = 'accepted')
        FROM subscription s WHERE s.session = $1";
    let row: Option<(bool, Option<Moment>, Option<Moment>)> =
        read!(db, on => sqlx::query_as(DEVICE).bind(viewer.session).fetch_optional(on).await?);
    Ok(row.map(|(gone, seen_at, sent_at)| Device { gone, seen_at, sent_at }))
}

/// Sends the viewer one reminder now, to try whether they come.
///
/// # Errors
/// When the database fails.
pub async fn try_reminder(db: &Db, viewer: &Viewer, now: Moment) -> Result<(), Error> {
    let planned = Planned { kind: Kind::Try, due_at: now, ends_at: now.plus_seconds(600) };
    let mut tx = db.begin().await?;
    plan(&mut tx, (viewer.municipality, viewer.person), viewer.session.uuid(), planned).await?;
    tx.commit().await
}

/// The key that signs for the push services; `new` is kept where there was none.
///
/// # Errors
/// When the database fails.
pub async fn push_key(db: &Db, new: &[u8]) -> Result<Vec<u8>, Error> {
    const KEEP: &str = "INSERT INTO push_key (one, key) VALUES (1, $1) ON CONFLICT (one) DO NOTHING";
    write_one!(db, on => {
        sqlx::query(KEEP).bind(new).execute(on).await?;
    });
    Ok(read!(db, on => sqlx::query_scalar("SELECT key FROM push_key").fetch_one(on).await?))
}

//! Loading many rows at once, all or nothing: what an import or a demo brings.
//!
//! It gives back ids and numbers only, never a family's data.

use std::collections::{HashMap, HashSet};

use chrono::NaiveDate;
use sqlx::{Database, Encode, QueryBuilder, Type};

use super::{
    Db, Error, Tx,
    administration::{NewEntry, take_turn, write_down_as},
    among,
    columns::{DayColumn, LocalColumn, ZoneColumn},
    identities::end_after_change,
    inbox::look_again,
    read,
    reminders::plan_meeting,
    rights,
    settings::office_of,
    within, write_one,
};
use crate::domain::{
    administration::Deed,
    checkin::{Answers, CheckIn, Instrument, Level, Target, Teller},
    child_words::{Assent, ChildWords, Opening, Said},
    consent::{Consent, Item},
    family::{Family, Municipality, Unit},
    id::Id,
    identity::StaffId,
    inbox::InboxItem,
    meeting::{Meeting, Place},
    moment::{Moment, WallTime, Zone},
    person::{Guardianship, Language, Person, Role},
    plan::{Area, Goal, GoalState, Hope, Step},
    review::{NextStep, Review},
    team::{Part, TeamMember},
    words::{Email, Note, PersonName, Phone, Title},
};

/// So many rows go to the database in one statement.
const CHUNK: usize = 200;

/// A unit to load.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the thing itself")]
pub struct NewUnit {
    pub id: Id<Unit>,
    pub name: Title,
}

/// A family to load.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the thing itself")]
pub struct NewFamily {
    pub id: Id<Family>,
    pub unit: Option<Id<Unit>>,
    pub number: Option<String>,
    pub name: Title,
}

/// A person to load.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the thing itself")]
pub struct NewPerson {
    pub id: Id<Person>,
    pub family: Option<Id<Family>>,
    pub number: Option<String>,
    pub role: Role,
    pub name: PersonName,
    pub born: Option<NaiveDate>,
    pub phone: Option<Phone>,
    pub email: Option<Email>,
    pub language: Language,
    pub address_protected: bool,
    /// Where somebody of the staff works; where that is known already, nothing here leaves it as it is.
    pub unit: Option<Id<Unit>>,
}

/// What one adult may do for one child of a family.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the fields are those of the thing itself")]
pub struct NewGuardianship {
    pub family: Id<Family>,
    pub guardianship: Guardianship,
}

/// Somebody's part in a family's team.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the fields are those of the thing itself")]
pub struct NewTeamMember {
    pub id: Id<TeamMember>,
    pub family: Id<Family>,
    pub person: Id<Person>,
    pub part: Part,
}

/// A consent to load.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the fields are those of the thing itself")]
pub struct NewConsent {
    pub id: Id<Consent>,
    pub family: Id<Family>,
    pub recipient: Id<Person>,
    pub item: Item,
    pub given_by: Id<Person>,
    pub given_at: Moment,
    pub ends_at: Moment,
}

/// A hope to load.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the thing itself")]
pub struct NewHope {
    pub id: Id<Hope>,
    pub family: Id<Family>,
    pub author: Id<Person>,
    pub words: Note,
}

/// A goal to load.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the thing itself")]
pub struct NewGoal {
    pub id: Id<Goal>,
    pub family: Id<Family>,
    pub number: Option<String>,
    pub area: Area,
    pub title: Title,
    pub state: GoalState,
    pub position: i64,
}

/// A step to load. It is new to its goal when no step there has the same title; it then comes last.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the thing itself")]
pub struct NewStep {
    pub id: Id<Step>,
    pub family: Id<Family>,
    pub goal: Id<Goal>,
    pub title: Title,
    pub doer: Option<Id<Person>>,
    pub due: Option<NaiveDate>,
    pub position: i64,
    pub done: Option<(Moment, Id<Person>)>,
}

/// A meeting to load.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the thing itself")]
pub struct NewMeeting {
    pub id: Id<Meeting>,
    pub family: Id<Family>,
    pub number: Option<String>,
    pub title: Title,
    pub starts: WallTime,
    pub minutes: i64,
    pub place: Place,
    pub place_words: Option<Title>,
    pub bring: Option<Note>,
    pub participants: Vec<Id<Person>>,
}

/// A check-in to load, already sent and perhaps read.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the thing itself")]
pub struct NewCheckIn {
    pub id: Id<CheckIn>,
    pub family: Id<Family>,
    pub person: Id<Person>,
    pub instrument: &'static Instrument,
    pub target: Target,
    pub answers: Answers,
    pub score_before: Option<i64>,
    pub call_me: bool,
    pub words: Option<Note>,
    pub sent_at: Moment,
    pub review: Option<NewReview>,
}

/// A review to load with its check-in.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the thing itself")]
pub struct NewReview {
    pub id: Id<Review>,
    pub reviewer: Id<Person>,
    pub next_step: NextStep,
    pub words: Option<Note>,
    pub by: Option<NaiveDate>,
    pub at: Moment,
    pub kept_at: Option<Moment>,
}

/// What a child said, to load, and the adult it is opened to from then on.
#[derive(Clone, Debug)]
#[expect(missing_docs, reason = "the fields are those of the thing itself")]
pub struct NewChildWords {
    pub id: Id<ChildWords>,
    pub family: Id<Family>,
    pub child: Id<Person>,
    pub author: Id<Person>,
    pub said: Said,
    pub written_at: Moment,
    pub open_to: Option<(Id<Opening>, Id<Person>, Assent)>,
}

/// Everything one load brings. What is there already, by id, is brought up to date; whom a child lives with is for staff
/// to change, and of what staff wrote about rights a load only takes away.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are lists of what their types say")]
pub struct Batch {
    pub units: Vec<NewUnit>,
    pub families: Vec<NewFamily>,
    pub people: Vec<NewPerson>,
    /// What the directory knows employees by. Whoever was let in by another one proves anew who they are.
    pub staff_ids: Vec<(Id<Person>, StaffId)>,
    pub guardianships: Vec<NewGuardianship>,
    pub team: Vec<NewTeamMember>,
    /// Parts in a team that end as the load happens, before new ones begin.
    pub team_ends: Vec<Id<TeamMember>>,
    pub consents: Vec<NewConsent>,
    pub hopes: Vec<NewHope>,
    pub goals: Vec<NewGoal>,
    pub steps: Vec<NewStep>,
    pub meetings: Vec<NewMeeting>,
    pub check_ins: Vec<NewCheckIn>,
    pub child_words: Vec<NewChildWords>,
}

/// How many of each a load made or changed. A person counts with their rights, a goal with its steps, a meeting with its
/// participants, a part in a team with whom it passes to, each once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[expect(missing_docs, reason = "the fields are counts of what their names say")]
pub struct Loaded {
    pub families: u64,
    pub people: u64,
    pub team: u64,
    pub goals: u64,
    pub meetings: u64,
}

/// The ids behind the numbers a municipality uses, so that an import finds what it brought before and moves nobody.
#[derive(Clone, Debug, Default)]
#[expect(missing_docs, reason = "the fields are maps of what their names say")]
pub struct Known {
    pub units: HashMap<String, Id<Unit>>,
    pub families: HashMap<String, Id<Family>>,
    pub people: HashMap<String, KnownPerson>,
    /// Whom the directory knows by which id.
    pub staff_ids: HashMap<String, Id<Person>>,
    pub goals: HashMap<String, (Id<Goal>, Id<Family>)>,
    pub meetings: HashMap<String, (Id<Meeting>, Id<Family>)>,
    pub team: HashMap<(Id<Family>, Part), Holder>,
    /// Everybody who is or was in a family's team.
    pub beside: HashSet<(Id<Family>, Id<Person>)>,
    /// The adults with a line of rights, by child.
    pub guardians: HashMap<Id<Person>, Vec<Id<Person>>>,
    pub plans: HashMap<Id<Family>, KnownPlan>,
}

/// Who holds a part in a team now.
pub type Holder = (Id<TeamMember>, Id<Person>);

/// What an import needs to know of a person it brought before.
#[derive(Clone, Copy, Debug)]
#[expect(missing_docs, reason = "the fields are those of the thing itself")]
pub struct KnownPerson {
    pub id: Id<Person>,
    pub family: Option<Id<Family>>,
    pub role: Role,
    pub address_protected: bool,
    /// Whether they work here no more.
    pub left: bool,
}

/// How full a family's plan is.
#[derive(Clone, Copy, Debug, Default)]
pub struct KnownPlan {
    /// How many goals are live.
    pub live: i64,
    /// The position after the last goal.
    pub next: i64,
}

/// The municipality with that name, made when it is not there yet.
///
/// # Errors
/// When the database fails.
pub async fn found_municipality(
    db: &Db,
    name: &Title,
    zone: Zone,
    phone: Option<&Phone>,
    demo_seed: Option<i64>,
    now: Moment,
) -> Result<Id<Municipality>, Error> {
    let municipality = Municipality { id: Id::fresh(now), name: name.clone(), zone, phone: phone.cloned() };
    found(db, &municipality, demo_seed).await
}

/// As [`found_municipality`], with an id the caller drew: a demo's ids come out the same each time.
///
/// # Errors
/// When the database fails.
pub async fn found(db: &Db, municipality: &Municipality, demo_seed: Option<i64>) -> Result<Id<Municipality>, Error> {
    const FOUND: &str = "INSERT INTO municipality (id, name, zone, phone, demo_seed) VALUES ($1, $2, $3, $4, $5)
        ON CONFLICT (name) DO NOTHING";
    const BY_NAME: &str = "SELECT id FROM municipality WHERE name = $1";
    write_one!(db, on => {
        sqlx::query(FOUND)
            .bind(municipality.id)
            .bind(&municipality.name)
            .bind(ZoneColumn(municipality.zone))
            .bind(municipality.phone.as_ref())
            .bind(demo_seed)
            .execute(on)
            .await?;
    });
    Ok(read!(db, on => sqlx::query_scalar(BY_NAME).bind(&municipality.name).fetch_one(on).await?))
}

/// Every municipality in the database with the seed of its demo, if it is one.
///
/// # Errors
/// When the database fails.
pub async fn municipalities(db: &Db) -> Result<Vec<(Municipality, Option<i64>)>, Error> {
    const ALL: &str = "SELECT id, name, zone, phone, demo_seed FROM municipality ORDER BY id";
    type Row = (Id<Municipality>, Title, ZoneColumn, Option<Phone>, Option<i64>);
    let rows: Vec<Row> = read!(db, on => sqlx::query_as(ALL).fetch_all(on).await?);
    Ok(rows
        .into_iter()
        .map(|(id, name, zone, phone, seed)| (Municipality { id, name, zone: zone.0, phone }, seed))
        .collect())
}

/// The numbers a municipality has used, with their ids.
///
/// # Errors
/// When the database fails.
pub async fn known(db: &Db, municipality: Id<Municipality>) -> Result<Known, Error> {
    macro_rules! rows {
        ($sql:literal) => {
            read!(db, on => sqlx::query_as($sql).bind(municipality).fetch_all(on).await?)
        };
    }
    type PersonRow = (String, Id<Person>, Option<Id<Family>>, Role, bool, bool);
    type TeamRow = (Id<Family>, Part, Id<TeamMember>, Id<Person>, bool);
    let people: Vec<PersonRow> = rows!(
        "SELECT number, id, family, role, address_protected, left_at IS NOT NULL FROM person
        WHERE municipality = $1 AND number IS NOT NULL"
    );
    let goals: Vec<(String, Id<Goal>, Id<Family>)> =
        rows!("SELECT number, id, family FROM goal WHERE municipality = $1 AND number IS NOT NULL");
    let meetings: Vec<(String, Id<Meeting>, Id<Family>)> =
        rows!("SELECT number, id, family FROM meeting WHERE municipality = $1 AND number IS NOT NULL");
    let team: Vec<TeamRow> =
        rows!("SELECT family, part, id, person, until IS NULL FROM team_member WHERE municipality = $1");
    let rights: Vec<(Id<Person>, Id<Person>)> = rows!("SELECT child, adult FROM guardianship WHERE municipality = $1");
    let plans: Vec<(Id<Family>, i64, i64)> = rows!(
        "SELECT family, COUNT(CASE WHEN state = 'live' THEN 1 END), MAX(position) + 1 FROM goal
        WHERE municipality = $1 GROUP BY family"
    );
    let mut guardians: HashMap<Id<Person>, Vec<Id<Person>>> = HashMap::new();
    for (child, adult) in rights {
        guardians.entry(child).or_default().push(adult);
    }
    Ok(Known {
        units: rows!("SELECT name, id FROM unit WHERE municipality = $1").into_iter().collect(),
        families: rows!("SELECT number, id FROM family WHERE municipality = $1 AND number IS NOT NULL")
            .into_iter()
            .collect(),
        people: people
            .into_iter()
            .map(|(number, id, family, role, address_protected, left)| {
                (number, KnownPerson { id, family, role, address_protected, left })
            })
            .collect(),
        staff_ids: rows!("SELECT staff_id, id FROM person WHERE municipality = $1 AND staff_id IS NOT NULL")
            .into_iter()
            .collect(),
        goals: goals.into_iter().map(|(number, id, family)| (number, (id, family))).collect(),
        meetings: meetings.into_iter().map(|(number, id, family)| (number, (id, family))).collect(),
        beside: team.iter().map(|(family, _, _, person, _)| (*family, *person)).collect(),
        team: team
            .into_iter()
            .filter(|(.., current)| *current)
            .map(|(family, part, id, person, _)| ((family, part), (id, person)))
            .collect(),
        guardians,
        plans: plans.into_iter().map(|(family, live, next)| (family, KnownPlan { live, next })).collect(),
    })
}

/// Inserts rows in chunks and counts what was made or changed.
macro_rules! insert {
    ($tx:expr, $rows:expr, $into:literal, |$bind:ident, $row:pat_param| $binds:block, $conflict:literal) => {{
        let mut changed = 0;
        for chunk in $rows.chunks(CHUNK) {
            changed += within!(&mut *$tx, on => {
                let mut query = QueryBuilder::new(concat!("INSERT INTO ", $into, " "));
                query.push_values(chunk, |mut $bind, $row| $binds);
                query.push(concat!(" ", $conflict));
                query.build().execute(on).await?.rows_affected()
            });
        }
        changed
    }};
}

/// Inserts rows in chunks and puts the column named of every row made or changed into a set.
macro_rules! upsert {
    ($tx:expr, $rows:expr, $into:literal, |$bind:ident, $row:pat_param| $binds:block, $conflict:literal,
        $returning:literal => $touched:expr) => {
        for chunk in $rows.chunks(CHUNK) {
            let ids: Vec<Id<_>> = within!(&mut *$tx, on => {
                let mut query = QueryBuilder::new(concat!("INSERT INTO ", $into, " "));
                query.push_values(chunk, |mut $bind, $row| $binds);
                query.push(concat!(" ", $conflict, " RETURNING ", $returning));
                query.build_query_scalar().fetch_all(on).await?
            });
            $touched.extend(ids);
        }
    };
}

/// Loads a batch into a municipality in one transaction.
///
/// # Errors
/// When the database fails or a row contradicts what is there; then nothing is loaded.
pub async fn load(db: &Db, municipality: Id<Municipality>, batch: &Batch, now: Moment) -> Result<Loaded, Error> {
    let mut tx = db.begin().await?;
    let loaded = load_within(&mut tx, municipality, batch, now).await?;
    tx.commit().await?;
    Ok(loaded)
}

/// What [`load`] would do, without doing it.
///
/// # Errors
/// As [`load`].
pub async fn rehearse(db: &Db, municipality: Id<Municipality>, batch: &Batch, now: Moment) -> Result<Loaded, Error> {
    let mut tx = db.begin().await?;
    load_within(&mut tx, municipality, batch, now).await
}

async fn load_within(tx: &mut Tx, municipality: Id<Municipality>, batch: &Batch, now: Moment) -> Result<Loaded, Error> {
    insert!(
        tx,
        batch.units,
        "unit (id, municipality, name)",
        |bind, unit| {
            bind.push_bind(unit.id).push_bind(municipality).push_bind(unit.name.clone());
        },
        "ON CONFLICT (id) DO NOTHING"
    );
    let families = insert!(
        tx,
        batch.families,
        "family (id, municipality, unit, number, name, created_at)",
        |bind, family| {
            bind.push_bind(family.id)
                .push_bind(municipality)
                .push_bind(family.unit)
                .push_bind(family.number.clone())
                .push_bind(family.name.clone())
                .push_bind(now);
        },
        "ON CONFLICT (id) DO UPDATE SET unit = excluded.unit, name = excluded.name
        WHERE family.municipality = excluded.municipality
            AND (family.unit IS DISTINCT FROM excluded.unit OR family.name <> excluded.name)"
    );
    let about = batch.people.iter().map(|person| person.id);
    let about = about.chain(batch.guardianships.iter().map(|row| row.guardianship.child)).collect::<HashSet<_>>();
    let rights_before = rights::standing(tx, &about.into_iter().collect::<Vec<_>>()).await?;
    write_down_roles(tx, municipality, &batch.people, now).await?;
    let mut people: HashSet<Id<Person>> = HashSet::new();
    upsert!(
        tx,
        batch.people,
        "person (id, municipality, family, number, role, name, born, phone, email, language,
            address_protected, unit, created_at)",
        |bind, person| {
            bind.push_bind(person.id)
                .push_bind(municipality)
                .push_bind(person.family)
                .push_bind(person.number.clone())
                .push_bind(person.role)
                .push_bind(person.name.clone())
                .push_bind(person.born.map(DayColumn))
                .push_bind(person.phone.clone())
                .push_bind(person.email.clone())
                .push_bind(person.language)
                .push_bind(person.address_protected)
                .push_bind(person.unit)
                .push_bind(now);
        },
        "ON CONFLICT (id) DO UPDATE SET role = excluded.role, name = excluded.name, born = excluded.born,
            phone = excluded.phone, email = excluded.email, address_protected = excluded.address_protected
                OR (person.address_protected AND person.protected_by_staff)
        WHERE person.municipality = excluded.municipality AND (
            person.role <> excluded.role OR person.name <> excluded.name
            OR person.born IS DISTINCT FROM excluded.born OR person.phone IS DISTINCT FROM excluded.phone
            OR person.email IS DISTINCT FROM excluded.email
            OR (person.address_protected <> excluded.address_protected
                AND NOT (person.address_protected AND person.protected_by_staff))
        )",
        "id" => people
    );
    people.extend(set_staff_ids(tx, municipality, &batch.staff_ids, now).await?);
    upsert!(
        tx,
        batch.guardianships,
        "guardianship (municipality, family, child, adult, custody, may_see, lives_with)",
        |bind, row| {
            let rights = row.guardianship;
            bind.push_bind(municipality)
                .push_bind(row.family)
                .push_bind(rights.child)
                .push_bind(rights.adult)
                .push_bind(rights.custody)
                .push_bind(rights.may_see)
                .push_bind(rights.lives_with);
        },
        "ON CONFLICT (child, adult) DO UPDATE SET
            custody = excluded.custody AND (guardianship.custody OR NOT guardianship.by_staff),
            may_see = excluded.may_see AND (guardianship.may_see OR NOT guardianship.by_staff)
        WHERE guardianship.municipality = excluded.municipality AND (
            (guardianship.custody <> excluded.custody AND NOT (excluded.custody AND guardianship.by_staff))
            OR (guardianship.may_see <> excluded.may_see AND NOT (excluded.may_see AND guardianship.by_staff))
        )",
        "child" => people
    );
    rights::write_changes(tx, municipality, rights_before, now).await?;
    stir(tx, municipality, batch).await?;
    let ended = end_parts(tx, municipality, &batch.team_ends, now).await?;
    let team = insert!(
        tx,
        batch.team,
        "team_member (id, municipality, family, person, part, since)",
        |bind, member| {
            bind.push_bind(member.id)
                .push_bind(municipality)
                .push_bind(member.family)
                .push_bind(member.person)
                .push_bind(member.part)
                .push_bind(now);
        },
        "ON CONFLICT (id) DO NOTHING"
    );
    insert!(
        tx,
        batch.consents,
        "consent (id, municipality, family, recipient, item, given_by, given_at, ends_at)",
        |bind, consent| {
            bind.push_bind(consent.id)
                .push_bind(municipality)
                .push_bind(consent.family)
                .push_bind(consent.recipient)
                .push_bind(consent.item)
                .push_bind(consent.given_by)
                .push_bind(consent.given_at)
                .push_bind(consent.ends_at);
        },
        "ON CONFLICT (id) DO NOTHING"
    );
    insert!(
        tx,
        batch.hopes,
        "hope (id, municipality, family, author, words, created_at)",
        |bind, hope| {
            bind.push_bind(hope.id)
                .push_bind(municipality)
                .push_bind(hope.family)
                .push_bind(hope.author)
                .push_bind(hope.words.clone())
                .push_bind(now);
        },
        "ON CONFLICT (id) DO NOTHING"
    );
    let mut goals: HashSet<Id<Goal>> = HashSet::new();
    upsert!(
        tx,
        batch.goals,
        "goal (id, municipality, family, number, area, title, state, position, created_at)",
        |bind, goal| {
            bind.push_bind(goal.id)
                .push_bind(municipality)
                .push_bind(goal.family)
                .push_bind(goal.number.clone())
                .push_bind(goal.area)
                .push_bind(goal.title.clone())
                .push_bind(goal.state)
                .push_bind(goal.position)
                .push_bind(now);
        },
        "ON CONFLICT (id) DO UPDATE SET area = excluded.area, title = excluded.title
        WHERE goal.municipality = excluded.municipality
            AND (goal.area <> excluded.area OR goal.title <> excluded.title)",
        "id" => goals
    );
    load_steps(tx, municipality, &batch.steps, &mut goals).await?;
    let mut meetings: HashSet<Id<Meeting>> = HashSet::new();
    upsert!(
        tx,
        batch.meetings,
        "meeting (id, municipality, family, number, title, starts_local, zone, starts_at,
            minutes, place, place_words, bring)",
        |bind, meeting| {
            bind.push_bind(meeting.id)
                .push_bind(municipality)
                .push_bind(meeting.family)
                .push_bind(meeting.number.clone())
                .push_bind(meeting.title.clone())
                .push_bind(LocalColumn(meeting.starts.local()))
                .push_bind(ZoneColumn(meeting.starts.zone()))
                .push_bind(meeting.starts.instant())
                .push_bind(meeting.minutes)
                .push_bind(meeting.place)
                .push_bind(meeting.place_words.clone())
                .push_bind(meeting.bring.clone());
        },
        "ON CONFLICT (id) DO UPDATE SET title = excluded.title, starts_local = excluded.starts_local,
            zone = excluded.zone, starts_at = excluded.starts_at, minutes = excluded.minutes, place = excluded.place,
            place_words = excluded.place_words, bring = excluded.bring, version = meeting.version + 1
        WHERE meeting.municipality = excluded.municipality AND (
            meeting.title <> excluded.title OR meeting.starts_local <> excluded.starts_local
            OR meeting.zone <> excluded.zone OR meeting.minutes <> excluded.minutes OR meeting.place <> excluded.place
            OR meeting.place_words IS DISTINCT FROM excluded.place_words
            OR meeting.bring IS DISTINCT FROM excluded.bring
        )",
        "id" => meetings
    );
    load_participants(tx, municipality, &batch.meetings, &mut meetings).await?;
    for meeting in batch.meetings.iter().filter(|meeting| meetings.contains(&meeting.id)) {
        if meeting.starts.instant() > now {
            plan_meeting(tx, meeting.id, now).await?;
        }
    }
    load_check_ins(tx, municipality, &batch.check_ins).await?;
    load_child_words(tx, municipality, &batch.child_words).await?;
    let followed = |ended: &(Id<Family>, Part)| batch.team.iter().any(|new| (new.family, new.part) == *ended);
    let left_open = ended.iter().filter(|part| !followed(part)).count() as u64;
    Ok(Loaded {
        families,
        people: people.len() as u64,
        team: team + left_open,
        goals: goals.len() as u64,
        meetings: meetings.len() as u64,
    })
}

/// Writes to the log which roles of the staff an import gives or takes: nobody agreed to them here. The entry of somebody
/// new has their id, so that a demo is the same every time.
async fn write_down_roles(
    tx: &mut Tx,
    municipality: Id<Municipality>,
    people: &[NewPerson],
    now: Moment,
) -> Result<(), Error> {
    let staff: Vec<Id<Person>> =
        people.iter().filter(|person| person.family.is_none()).map(|person| person.id).collect();
    if staff.is_empty() {
        return Ok(());
    }
    take_turn(tx, municipality).await?;
    let mut standing: HashMap<Id<Person>, (Id<Municipality>, Role)> = HashMap::new();
    for chunk in staff.chunks(CHUNK) {
        let rows: Vec<(Id<Person>, Id<Municipality>, Role)> = within!(&mut *tx, on => {
            let mut query = QueryBuilder::new("SELECT id, municipality, role FROM person WHERE id IN ");
            among!(query, chunk);
            query.build_query_as().fetch_all(on).await?
        });
        standing.extend(rows.into_iter().map(|(id, of, role)| (id, (of, role))));
    }
    for person in people {
        let before = match standing.get(&person.id) {
            Some((of, _)) if *of != municipality => continue,
            before => before.map(|(_, role)| *role),
        };
        let of_staff = person.role.is_employed() || before.is_some_and(Role::is_employed);
        if !of_staff || before == Some(person.role) {
            continue;
        }
        let entry = NewEntry {
            deed: Deed::RoleGiven,
            about: Some(person.name.as_str()),
            before: before.map(Role::key),
            after: Some(person.role.key()),
        };
        let id = if before.is_none() { Id::from_uuid(person.id.uuid()) } else { Id::fresh(now) };
        write_down_as(tx, id, municipality, None, &entry, now).await?;
    }
    Ok(())
}

/// Writes down what the directory knows employees by, and gives those for whom that is new.
async fn set_staff_ids(
    tx: &mut Tx,
    municipality: Id<Municipality>,
    staff_ids: &[(Id<Person>, StaffId)],
    now: Moment,
) -> Result<Vec<Id<Person>>, Error> {
    const STANDING: &str = "SELECT id, staff_id FROM person WHERE municipality = $1 AND staff_id IS NOT NULL";
    const SET: &str = "UPDATE person SET staff_id = $3 WHERE id = $1 AND municipality = $2";
    let mut changed = Vec::new();
    if staff_ids.is_empty() {
        return Ok(changed);
    }
    let standing: Vec<(Id<Person>, StaffId)> =
        within!(&mut *tx, on => sqlx::query_as(STANDING).bind(municipality).fetch_all(on).await?);
    let standing: HashMap<_, _> = standing.into_iter().collect();
    for (person, staff_id) in staff_ids {
        let before = standing.get(person);
        if before == Some(staff_id) {
            continue;
        }
        within!(&mut *tx, on => {
            sqlx::query(SET).bind(*person).bind(municipality).bind(staff_id).execute(on).await?;
        });
        if before.is_some() {
            end_after_change(tx, municipality, *person, now).await?;
        }
        changed.push(*person);
    }
    Ok(changed)
}

/// Looks again at who has what in the inbox, in every family whose team changes; when staff come, everywhere.
async fn stir(tx: &mut Tx, municipality: Id<Municipality>, batch: &Batch) -> Result<(), Error> {
    const OF_NEW: &str = "SELECT id FROM inbox_item WHERE closed_at IS NULL AND municipality = $2 AND family = $1";
    const OF_ENDED: &str = "SELECT id FROM inbox_item WHERE closed_at IS NULL AND municipality = $2
        AND family = (SELECT family FROM team_member WHERE id = $1)";
    const ALL: &str = "SELECT id FROM inbox_item WHERE closed_at IS NULL AND municipality = $1";
    let mut items: HashSet<Id<InboxItem>> = HashSet::new();
    if batch.people.iter().any(|person| person.role.advises()) {
        let all: Vec<Id<InboxItem>> =
            within!(&mut *tx, on => sqlx::query_scalar(ALL).bind(municipality).fetch_all(on).await?);
        items.extend(all);
    }
    for family in batch.team.iter().map(|member| member.family).collect::<HashSet<_>>() {
        let of_new: Vec<Id<InboxItem>> = within!(&mut *tx, on => {
            sqlx::query_scalar(OF_NEW).bind(family).bind(municipality).fetch_all(on).await?
        });
        items.extend(of_new);
    }
    for ended in &batch.team_ends {
        let of_ended: Vec<Id<InboxItem>> = within!(&mut *tx, on => {
            sqlx::query_scalar(OF_ENDED).bind(*ended).bind(municipality).fetch_all(on).await?
        });
        items.extend(of_ended);
    }
    look_again(tx, items.into_iter().collect()).await
}

/// Ends parts that have not ended yet, and gives them.
async fn end_parts(
    tx: &mut Tx,
    municipality: Id<Municipality>,
    parts: &[Id<TeamMember>],
    now: Moment,
) -> Result<Vec<(Id<Family>, Part)>, Error> {
    const END: &str = "UPDATE team_member SET until = $3 WHERE id = $1 AND municipality = $2 AND until IS NULL
        RETURNING family, part";
    let mut ended = Vec::new();
    for part in parts {
        let rows: Vec<(Id<Family>, Part)> = within!(&mut *tx, on => {
            sqlx::query_as(END).bind(*part).bind(municipality).bind(now).fetch_all(on).await?
        });
        ended.extend(rows);
    }
    Ok(ended)
}

/// A step is new when its goal has none with that title. One that is there keeps its tick and its place.
async fn load_steps(
    tx: &mut Tx,
    municipality: Id<Municipality>,
    steps: &[NewStep],
    touched: &mut HashSet<Id<Goal>>,
) -> Result<(), Error> {
    type StepRow = (Id<Step>, Id<Goal>, Title, Option<Id<Person>>, Option<DayColumn>, i64);
    type Standing = (Id<Step>, Option<Id<Person>>, Option<NaiveDate>);
    let mut there: HashMap<(Id<Goal>, Title), Standing> = HashMap::new();
    let mut next: HashMap<Id<Goal>, i64> = HashMap::new();
    let goals: Vec<Id<Goal>> = steps.iter().map(|step| step.goal).collect::<HashSet<_>>().into_iter().collect();
    for chunk in goals.chunks(CHUNK) {
        let rows: Vec<StepRow> = within!(&mut *tx, on => {
            let mut query = QueryBuilder::new("SELECT id, goal, title, doer, due, position FROM step WHERE goal IN ");
            among!(query, chunk);
            query.build_query_as().fetch_all(on).await?
        });
        for (id, goal, title, doer, due, position) in rows {
            there.insert((goal, title), (id, doer, due.map(|day| day.0)));
            let last = next.entry(goal).or_default();
            *last = (*last).max(position + 1);
        }
    }
    let mut new: Vec<(&NewStep, i64)> = Vec::new();
    for step in steps {
        match there.get(&(step.goal, step.title.clone())) {
            None => new.push((step, next.get(&step.goal).map_or(step.position, |next| next + step.position))),
            Some((_, doer, due)) if (*doer, *due) == (step.doer, step.due) => {}
            Some((id, ..)) => {
                touched.insert(step.goal);
                within!(&mut *tx, on => {
                    sqlx::query("UPDATE step SET doer = $2, due = $3 WHERE id = $1")
                        .bind(*id)
                        .bind(step.doer)
                        .bind(step.due.map(DayColumn))
                        .execute(on)
                        .await?;
                });
            }
        }
    }
    upsert!(
        tx,
        new,
        "step (id, municipality, family, goal, title, doer, due, position, done_at, done_by)",
        |bind, (step, position)| {
            bind.push_bind(step.id)
                .push_bind(municipality)
                .push_bind(step.family)
                .push_bind(step.goal)
                .push_bind(step.title.clone())
                .push_bind(step.doer)
                .push_bind(step.due.map(DayColumn))
                .push_bind(*position)
                .push_bind(step.done.map(|done| done.0))
                .push_bind(step.done.map(|done| done.1));
        },
        "ON CONFLICT (id) DO NOTHING",
        "goal" => touched
    );
    Ok(())
}

async fn load_participants(
    tx: &mut Tx,
    municipality: Id<Municipality>,
    meetings: &[NewMeeting],
    touched: &mut HashSet<Id<Meeting>>,
) -> Result<(), Error> {
    let rows: Vec<(&NewMeeting, Id<Person>)> =
        meetings.iter().flat_map(|meeting| meeting.participants.iter().map(move |person| (meeting, *person))).collect();
    upsert!(
        tx,
        rows,
        "participant (municipality, family, meeting, person)",
        |bind, (meeting, person)| {
            bind.push_bind(municipality).push_bind(meeting.family).push_bind(meeting.id).push_bind(*person);
        },
        "ON CONFLICT (meeting, person) DO NOTHING",
        "meeting" => touched
    );
    let wanted: HashSet<(Id<Meeting>, Id<Person>)> =
        rows.iter().map(|(meeting, person)| (meeting.id, *person)).collect();
    for chunk in meetings.chunks(CHUNK) {
        let there: Vec<(Id<Meeting>, Id<Person>)> = within!(&mut *tx, on => {
            let mut query = QueryBuilder::new("SELECT meeting, person FROM participant WHERE municipality = ");
            query.push_bind(municipality).push(" AND meeting IN ");
            among!(query, chunk.iter().map(|meeting| &meeting.id));
            query.build_query_as().fetch_all(on).await?
        });
        for (meeting, person) in there.into_iter().filter(|pair| !wanted.contains(pair)) {
            touched.insert(meeting);
            within!(&mut *tx, on => {
                sqlx::query("DELETE FROM participant WHERE meeting = $1 AND person = $2")
                    .bind(meeting)
                    .bind(person)
                    .execute(on)
                    .await?;
            });
        }
    }
    Ok(())
}

async fn load_child_words(tx: &mut Tx, municipality: Id<Municipality>, words: &[NewChildWords]) -> Result<(), Error> {
    insert!(
        tx,
        words,
        "child_words (id, municipality, family, child, author, heard_by, heard_on, words, written_at)",
        |bind, row| {
            bind.push_bind(row.id)
                .push_bind(municipality)
                .push_bind(row.family)
                .push_bind(row.child)
                .push_bind(row.author)
                .push_bind(row.said.heard_by.clone())
                .push_bind(DayColumn(row.said.heard_on))
                .push_bind(row.said.words.clone())
                .push_bind(row.written_at);
        },
        "ON CONFLICT (id) DO NOTHING"
    );
    let openings: Vec<_> = words.iter().filter_map(|row| row.open_to.map(|opening| (row, opening))).collect();
    insert!(
        tx,
        openings,
        "opening (id, municipality, family, child_words, adult, assent, opened_by, opened_at)",
        |bind, (row, (id, adult, assent))| {
            bind.push_bind(*id)
                .push_bind(municipality)
                .push_bind(row.family)
                .push_bind(row.id)
                .push_bind(*adult)
                .push_bind(*assent)
                .push_bind(row.author)
                .push_bind(row.written_at);
        },
        "ON CONFLICT (id) DO NOTHING"
    );
    Ok(())
}

async fn load_check_ins(tx: &mut Tx, municipality: Id<Municipality>, check_ins: &[NewCheckIn]) -> Result<(), Error> {
    insert!(
        tx,
        check_ins,
        "check_in (id, municipality, family, person, instrument, version, about, goal, score, score_before, call_me,
            words, sent_at, reviewed_at)",
        |bind, row| {
            bind.push_bind(row.id)
                .push_bind(municipality)
                .push_bind(row.family)
                .push_bind(row.person)
                .push_bind(row.instrument.key)
                .push_bind(row.instrument.version)
                .push_bind(row.target.person())
                .push_bind(row.target.goal())
                .push_bind((row.instrument.score)(row.answers.values()))
                .push_bind(row.score_before)
                .push_bind(row.call_me)
                .push_bind(row.words.clone())
                .push_bind(row.sent_at)
                .push_bind(row.review.as_ref().map(|review| review.at));
        },
        "ON CONFLICT (id) DO NOTHING"
    );
    let answers: Vec<(&NewCheckIn, &str, i64)> = check_ins
        .iter()
        .flat_map(|row| {
            row.instrument.items.iter().zip(row.answers.values()).map(move |(item, value)| (row, item.key, *value))
        })
        .collect();
    insert!(
        tx,
        answers,
        "answer (municipality, family, check_in, item, value)",
        |bind, (row, item, value)| {
            bind.push_bind(municipality).push_bind(row.family).push_bind(row.id).push_bind(*item).push_bind(*value);
        },
        "ON CONFLICT (check_in, item) DO NOTHING"
    );
    let mut reviews: Vec<(&NewCheckIn, &NewReview)> =
        check_ins.iter().filter_map(|row| Some((row, row.review.as_ref()?))).collect();
    let mut answered: HashSet<Id<CheckIn>> = HashSet::new();
    for chunk in reviews.chunks(CHUNK) {
        let known: Vec<Id<CheckIn>> = within!(&mut *tx, on => {
            among(QueryBuilder::new("SELECT check_in FROM review WHERE check_in IN "), chunk)
                .build_query_scalar()
                .fetch_all(on)
                .await?
        });
        answered.extend(known);
    }
    reviews.retain(|(row, _)| !answered.contains(&row.id));
    insert!(
        tx,
        reviews,
        "review (id, municipality, family, check_in, reviewer, next_step, words, at, by_day, kept_at, kept_by)",
        |bind, (row, review)| {
            bind.push_bind(review.id)
                .push_bind(municipality)
                .push_bind(row.family)
                .push_bind(row.id)
                .push_bind(review.reviewer)
                .push_bind(review.next_step)
                .push_bind(review.words.clone())
                .push_bind(review.at)
                .push_bind(review.by.map(DayColumn))
                .push_bind(review.kept_at)
                .push_bind(review.kept_at.map(|_| review.reviewer));
        },
        "ON CONFLICT (id) DO NOTHING"
    );
    const READ: &str = "UPDATE check_in SET reviewed_at = (
            SELECT r.at FROM review r WHERE r.check_in = check_in.id
        ) WHERE reviewed_at IS NULL AND id IN ";
    const CLOSE: &str = "UPDATE inbox_item SET closed_at = (
            SELECT r.at FROM review r WHERE r.check_in = inbox_item.check_in
        ), closed_by = (
            SELECT r.reviewer FROM review r WHERE r.check_in = inbox_item.check_in
        ) WHERE closed_at IS NULL AND id IN ";
    const END: &str = "UPDATE holder SET ended = 'read', until = (
            SELECT i.closed_at FROM inbox_item i WHERE i.id = holder.item
        ) WHERE until IS NULL AND item IN ";
    for chunk in reviews.chunks(CHUNK) {
        for sql in [READ, CLOSE, END] {
            within!(&mut *tx, on => {
                among(QueryBuilder::new(sql), chunk).build().execute(on).await?;
            });
        }
    }
    ask_again(tx, municipality, check_ins).await?;
    wait_to_be_read(tx, municipality, check_ins).await
}

/// Puts what parents told and nobody has read into the inbox; who has it there is found out when things move on.
async fn wait_to_be_read(tx: &mut Tx, municipality: Id<Municipality>, check_ins: &[NewCheckIn]) -> Result<(), Error> {
    let told = check_ins.iter().filter(|row| row.review.is_none() && row.instrument.teller == Teller::Parent);
    let (pressing, calm): (Vec<&NewCheckIn>, Vec<&NewCheckIn>) = told.partition(|row| {
        let score = (row.instrument.score)(row.answers.values());
        row.call_me || row.instrument.level.is_some_and(|level| level(score) == Level::Low)
    });
    for (rows, pressing) in [(pressing, true), (calm, false)] {
        for chunk in rows.chunks(CHUNK) {
            within!(&mut *tx, on => {
                let mut query = QueryBuilder::new(
                    "INSERT INTO inbox_item
                        (id, municipality, family, person, matter, check_in, instrument, pressing, came_at, read_by, move_at)
                    SELECT id, municipality, family, person, 'told', id, instrument, ",
                );
                query.push_bind(pressing).push(", sent_at, 0, 0 FROM check_in WHERE reviewed_at IS NULL");
                query.push(" AND municipality = ").push_bind(municipality).push(" AND id IN ");
                among!(query, chunk.iter().map(|row| &row.id));
                query.push(" ON CONFLICT (id) DO NOTHING");
                query.build().execute(on).await?;
            });
        }
    }
    Ok(())
}

/// The list of the check-ins in parentheses, after what the query says already. The item a check-in brings has its id.
fn among<'q, DB: Database>(mut query: QueryBuilder<DB>, reviews: &[(&'q NewCheckIn, &NewReview)]) -> QueryBuilder<DB>
where
    Id<CheckIn>: Encode<'q, DB> + Type<DB>,
{
    among!(query, reviews.iter().map(|(row, _)| &row.id));
    query
}

/// After what was told before, the next asking follows the instrument's rhythm.
async fn ask_again(tx: &mut Tx, municipality: Id<Municipality>, check_ins: &[NewCheckIn]) -> Result<(), Error> {
    if check_ins.is_empty() {
        return Ok(());
    }
    let office = office_of(tx, municipality).await?;
    let mut latest: HashMap<(Id<Person>, &str, Target), &NewCheckIn> = HashMap::new();
    for row in check_ins.iter().filter(|row| row.instrument.teller == Teller::Parent) {
        let known = latest.entry((row.person, row.instrument.key, row.target)).or_insert(row);
        if known.sent_at < row.sent_at {
            *known = row;
        }
    }
    let mut latest: Vec<&NewCheckIn> = latest.into_values().collect();
    latest.sort_by_key(|row| row.id);
    insert!(
        tx,
        latest,
        "ask (municipality, family, person, instrument, about, goal, asked, next_on)",
        |bind, row| {
            let next = row.instrument.rhythm.next(row.sent_at.date(office.zone()), &office);
            bind.push_bind(municipality)
                .push_bind(row.family)
                .push_bind(row.person)
                .push_bind(row.instrument.key)
                .push_bind(row.target.person())
                .push_bind(row.target.goal())
                .push_bind(0_i64)
                .push_bind(next.map(DayColumn));
        },
        "ON CONFLICT (person, instrument, COALESCE(about, goal, person)) DO NOTHING"
    );
    Ok(())
}

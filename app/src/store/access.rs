//! Authority as a value. Making one writes who looked, at whose data, why and when.

use super::{Db, Error, read, write_one};
use crate::domain::{
    access::{Purpose, Relation, Subject, may_see},
    calendar::Detail,
    checkin::CheckIn,
    child_words::ChildWords,
    consent::{Consent, Grant, Item, Thing},
    contact::ContactWish,
    family::{Family, Municipality},
    id::Id,
    inbox::InboxItem,
    measure::Measure,
    meeting::{AgendaItem, Meeting},
    moment::{Moment, Zone},
    person::{Person, Role, Viewer},
    plan::{Goal, Hope, Step},
    plan_change::Change,
    review::Review,
    rhythm::Pause,
    sector_plan::SectorPlan,
    sign_in::Invitation,
};

/// One line in the log for each family of a list.
macro_rules! looks {
    ($families:literal) => {
        concat!(
            "INSERT INTO access_log (municipality, family, person, relation, purpose, at)
            SELECT look.municipality, look.family, $1, look.relation, $2, $3 FROM (",
            $families,
            ") AS look"
        )
    };
}

/// Whose data a viewer asks for, by the thing whose address they hold.
#[derive(Clone, Copy, Debug)]
pub enum Whose {
    /// A family itself.
    Family(Id<Family>),
    /// The family a check-in belongs to.
    CheckIn(Id<CheckIn>),
    /// The family something in an inbox is about.
    InboxItem(Id<InboxItem>),
    /// The family a person belongs to.
    Person(Id<Person>),
    /// The family an invitation belongs to.
    Invitation(Id<Invitation>),
    /// The family a hope belongs to.
    Hope(Id<Hope>),
    /// The family a goal belongs to.
    Goal(Id<Goal>),
    /// The family a step belongs to.
    Step(Id<Step>),
    /// The family a change of a plan belongs to.
    Change(Id<Change>),
    /// The family that asked for some help.
    Measure(Id<Measure>),
    /// The family a pause belongs to.
    Pause(Id<Pause>),
    /// The family a review belongs to.
    Review(Id<Review>),
    /// The family a meeting belongs to.
    Meeting(Id<Meeting>),
    /// The family a point to talk about belongs to.
    AgendaItem(Id<AgendaItem>),
    /// The family a consent belongs to.
    Consent(Id<Consent>),
    /// The family that would like somebody new as contact person.
    ContactWish(Id<ContactWish>),
    /// The family a plan with others is about.
    SectorPlan(Id<SectorPlan>),
    /// The family of a child who said something.
    ChildWords(Id<ChildWords>),
}

/// The right of one viewer to look at one family's data, for one purpose. Its making is in the access log.
#[derive(Debug)]
pub struct Access {
    pub(super) viewer: Id<Person>,
    pub(super) municipality: Id<Municipality>,
    pub(super) family: Id<Family>,
    /// Whose meetings the viewer sees: the own, but for a parent who sees with the eyes of somebody else.
    pub(super) meetings_of: Id<Person>,
    relation: Relation,
    pub(super) grants: Vec<Grant>,
    pub(super) opened_at: Moment,
}

impl Access {
    /// Writes the look to the access log and gives the right to it.
    ///
    /// One statement decides and writes: without a right there is no line, without a line no right. An adviser whom the
    /// family chose as contact person opens what stands in their inbox as a stand-in.
    ///
    /// # Errors
    /// [`Error::NotFound`] when there is no such thing or the viewer stands in no relation to that family.
    pub async fn open(db: &Db, viewer: &Viewer, whose: Whose, purpose: Purpose, now: Moment) -> Result<Self, Error> {
        let family = match whose {
            Whose::Family(family) => family,
            Whose::CheckIn(id) => family_of(db, viewer, owner_of!("check_in"), id).await?,
            Whose::InboxItem(id) => family_of(db, viewer, owner_of!("inbox_item"), id).await?,
            Whose::Person(id) => family_of(db, viewer, owner_of!("person"), id).await?,
            Whose::Invitation(id) => family_of(db, viewer, owner_of!("invitation"), id).await?,
            Whose::Hope(id) => family_of(db, viewer, owner_of!("hope"), id).await?,
            Whose::Goal(id) => family_of(db, viewer, owner_of!("goal"), id).await?,
            Whose::Change(id) => family_of(db, viewer, owner_of!("plan_change"), id).await?,
            Whose::Measure(id) => family_of(db, viewer, owner_of!("measure"), id).await?,
            Whose::Step(id) => family_of(db, viewer, owner_of!("step"), id).await?,
            Whose::Pause(id) => family_of(db, viewer, owner_of!("pause"), id).await?,
            Whose::Review(id) => family_of(db, viewer, owner_of!("review"), id).await?,
            Whose::Meeting(id) => family_of(db, viewer, owner_of!("meeting"), id).await?,
            Whose::AgendaItem(id) => family_of(db, viewer, owner_of!("agenda_item"), id).await?,
            Whose::Consent(id) => family_of(db, viewer, owner_of!("consent"), id).await?,
            Whose::ContactWish(id) => family_of(db, viewer, owner_of!("contact_wish"), id).await?,
            Whose::SectorPlan(id) => family_of(db, viewer, owner_of!("sector_plan"), id).await?,
            Whose::ChildWords(id) => family_of(db, viewer, owner_of!("child_words"), id).await?,
        };
        const LOOK: &str = "INSERT INTO access_log (municipality, family, person, relation, purpose, at)
            SELECT look.municipality, look.family, look.person, look.relation, $4, $5
            FROM (
                SELECT f.municipality AS municipality, f.id AS family, p.id AS person,
                    CASE WHEN p.role = 'parent' AND p.family = f.id THEN 'parent' ELSE COALESCE((
                        SELECT b.part FROM beside b WHERE b.family = f.id AND b.person = p.id
                            AND (b.part <> 'contact_person' OR $4 NOT IN ('check_in', 'call'))
                        ORDER BY b.part = 'contact_person', b.part LIMIT 1
                    ), (
                        SELECT 'stand_in' FROM holding h WHERE h.person = p.id AND h.family = f.id
                        LIMIT 1
                    ), (
                        SELECT b.part FROM beside b WHERE b.family = f.id AND b.person = p.id LIMIT 1
                    )) END AS relation
                FROM family f JOIN person p ON p.municipality = f.municipality
                WHERE f.id = $1 AND p.id = $2 AND f.municipality = $3 AND p.left_at IS NULL
            ) AS look
            WHERE look.relation IS NOT NULL
            RETURNING relation";
        let relations: Vec<Relation> = write_one!(db, on => {
            sqlx::query_scalar(LOOK)
                .bind(family)
                .bind(viewer.person)
                .bind(viewer.municipality)
                .bind(purpose)
                .bind(now)
                .fetch_all(on)
                .await?
        });
        let relation = relations.first().copied().ok_or(Error::NotFound)?;
        let grants = match relation {
            Relation::ContactPerson => granted_to(db, viewer.person, family, now).await?,
            _ => Vec::new(),
        };
        let (viewer, municipality) = (viewer.person, viewer.municipality);
        Ok(Self { viewer, municipality, family, meetings_of: viewer, relation, grants, opened_at: now })
    }

    /// The right of somebody's calendar program to the meetings of each family they belong to or walk beside, where
    /// that may see meetings. Who walks beside a family and reads more than times is in the log once a day.
    pub(super) async fn of_calendar(
        db: &Db,
        person: Id<Person>,
        detail: Detail,
        now: Moment,
    ) -> Result<Vec<Self>, Error> {
        const DAY: i64 = 86_400;
        const FAMILIES: &str = "SELECT municipality, family, 'parent' AS relation FROM person
            WHERE id = $1 AND role = 'parent' AND family IS NOT NULL AND left_at IS NULL
            UNION ALL
            SELECT municipality, family, COALESCE(MIN(CASE WHEN part <> 'contact_person' THEN part END), MIN(part))
            FROM beside WHERE person = $1 GROUP BY municipality, family";
        const LOOK: &str = looks!(
            "SELECT b.municipality, b.family, MIN(b.part) AS relation FROM beside b
            WHERE b.person = $1 AND b.municipality = $4 AND EXISTS (
                SELECT 1 FROM participant r JOIN meeting m ON m.id = r.meeting
                WHERE r.person = b.person AND r.family = b.family AND m.starts_at > $3
            ) AND NOT EXISTS (
                SELECT 1 FROM access_log l
                WHERE l.family = b.family AND l.person = b.person AND l.purpose = $2 AND l.at > $5
            )
            GROUP BY b.municipality, b.family"
        );
        let rows: Vec<(Id<Municipality>, Id<Family>, Relation)> =
            read!(db, on => sqlx::query_as(FAMILIES).bind(person).fetch_all(on).await?);
        if let (Detail::Full, Some((municipality, ..))) = (detail, rows.first()) {
            write_one!(db, on => {
                sqlx::query(LOOK)
                    .bind(person)
                    .bind(Purpose::Calendar)
                    .bind(now)
                    .bind(*municipality)
                    .bind(now.plus_seconds(-DAY))
                    .execute(on)
                    .await?;
            });
        }
        let mut rights = Vec::new();
        for (municipality, family, relation) in rows {
            let grants = match relation {
                Relation::ContactPerson => granted_to(db, person, family, now).await?,
                _ => Vec::new(),
            };
            let meetings_of = person;
            let access = Self { viewer: person, municipality, family, meetings_of, relation, grants, opened_at: now };
            rights.extend(access.sees(Subject::Meetings).then_some(access));
        }
        Ok(rights)
    }

    /// Writes the look to the log of looks from the server's own machine and gives the right to it.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the municipality has no family with that number.
    pub async fn from_console(
        db: &Db,
        municipality: Id<Municipality>,
        number: &str,
        purpose: Purpose,
        now: Moment,
    ) -> Result<Self, Error> {
        const LOOK: &str = "INSERT INTO console_log (municipality, family, purpose, at)
            SELECT municipality, id, $3, $4 FROM family WHERE municipality = $1 AND number = $2 RETURNING family";
        let families: Vec<Id<Family>> = write_one!(db, on => {
            sqlx::query_scalar(LOOK).bind(municipality).bind(number).bind(purpose).bind(now).fetch_all(on).await?
        });
        let family = families.first().copied().ok_or(Error::NotFound)?;
        let nobody = Id::from_uuid(uuid::Uuid::nil());
        let grants = Vec::new();
        let relation = Relation::Console;
        Ok(Self { viewer: nobody, municipality, family, meetings_of: nobody, relation, grants, opened_at: now })
    }

    /// What a contact person would see if this parent shared `thing`, and nothing of what the other parent shares. Goals
    /// that are shared already are there to carry their steps. Only for reading inside the store.
    ///
    /// # Errors
    /// [`Error::NotFound`] when the viewer is no parent of the family, or has no rights for the child it is about.
    pub(super) async fn as_seen_by(&self, db: &Db, recipient: Id<Person>, thing: Thing) -> Result<Self, Error> {
        self.require(Subject::Consents)?;
        if let Some(child) = thing.child() {
            self.require_rights_for(db, child).await?;
        }
        let grant = |thing| Grant { thing, giver: self.viewer };
        let mut grants = vec![grant(thing)];
        if thing.item() == Item::Steps {
            let given = granted_to(db, recipient, self.family, self.opened_at).await?;
            let goals = given.into_iter().find(|given| given.thing.item() == Item::Goals);
            grants.extend(goals.map(|goals| grant(goals.thing)));
        }
        Ok(Self {
            viewer: recipient,
            municipality: self.municipality,
            family: self.family,
            meetings_of: self.viewer,
            relation: Relation::ContactPerson,
            grants,
            opened_at: self.opened_at,
        })
    }

    async fn require_rights_for(&self, db: &Db, child: Id<Person>) -> Result<(), Error> {
        const RIGHTS: &str = "SELECT p.id FROM guardianship g JOIN person p ON p.id = g.child
            WHERE g.child = $1 AND g.adult = $2 AND g.may_see AND p.family = $3 AND p.left_at IS NULL";
        let _: Id<Person> = read!(db, on => {
            sqlx::query_scalar(RIGHTS).bind(child).bind(self.viewer).bind(self.family).fetch_one(on).await?
        });
        Ok(())
    }

    /// Refuses what the viewer may not see as if it were not there.
    pub(super) fn require(&self, subject: Subject) -> Result<(), Error> {
        if self.sees(subject) { Ok(()) } else { Err(Error::NotFound) }
    }

    /// Whether the viewer may see `subject`.
    pub fn sees(&self, subject: Subject) -> bool {
        may_see(self.relation, subject, &self.shared())
    }

    /// Whether the viewer is one of the family's advisers or its coordinator.
    pub const fn is_staff(&self) -> bool {
        !matches!(self.relation, Relation::Parent | Relation::ContactPerson | Relation::StandIn | Relation::Console)
    }

    /// What the viewer is to the family.
    pub const fn relation(&self) -> Relation {
        self.relation
    }

    /// What kinds of things the family shared with the viewer, when the viewer is its contact person.
    pub fn shared(&self) -> Vec<Item> {
        let shared = |item: &Item| self.grants.iter().any(|grant| grant.thing.item() == *item);
        if self.grants.is_empty() { Vec::new() } else { Item::ALL.iter().copied().filter(shared).collect() }
    }

    /// The family it is about.
    pub const fn family(&self) -> Id<Family> {
        self.family
    }
}

/// Whose family a row of a table belongs to.
macro_rules! owner_of {
    ($table:literal) => {
        concat!("SELECT family FROM ", $table, " WHERE id = $1 AND municipality = $2")
    };
}
use owner_of;

async fn family_of<T>(db: &Db, viewer: &Viewer, sql: &'static str, id: Id<T>) -> Result<Id<Family>, Error> {
    let family: Option<Id<Family>> = read!(db, on => {
        sqlx::query_scalar(sql).bind(id).bind(viewer.municipality).fetch_optional(on).await?
    })
    .flatten();
    family.ok_or(Error::NotFound)
}

async fn granted_to(db: &Db, recipient: Id<Person>, family: Id<Family>, now: Moment) -> Result<Vec<Grant>, Error> {
    const GRANTED: &str = "SELECT DISTINCT item, child, given_by FROM sound_consent
        WHERE family = $1 AND recipient = $2 AND given_at <= $3 AND $3 < ends_at
            AND (withdrawn_at IS NULL OR $3 < withdrawn_at)
        ORDER BY given_by, child";
    let rows: Vec<(Item, Option<Id<Person>>, Id<Person>)> = read!(db, on => {
        sqlx::query_as(GRANTED).bind(family).bind(recipient).bind(now).fetch_all(on).await?
    });
    Ok(rows.into_iter().map(|(item, child, giver)| Grant { thing: Thing::stored(item, child), giver }).collect())
}

/// The right of staff, or of a contact person, to see the list of the families they walk beside.
#[derive(Debug)]
pub struct Caseload {
    pub(super) viewer: Id<Person>,
    pub(super) municipality: Id<Municipality>,
    pub(super) now: Moment,
}

impl Caseload {
    /// Writes the look to the log of every family in the list and gives the right to it.
    ///
    /// # Errors
    /// When the database fails. Somebody without families gets a list without families.
    pub async fn open(db: &Db, viewer: &Viewer, purpose: Purpose, now: Moment) -> Result<Self, Error> {
        const WALKING: &str = looks!(
            "SELECT b.municipality, b.family, b.part AS relation FROM beside b
            WHERE b.person = $1 AND b.municipality = $4"
        );
        const HOLDING: &str = looks!(
            "SELECT h.municipality, h.family, COALESCE((
                SELECT b.part FROM beside b WHERE b.family = h.family AND b.person = h.person
                ORDER BY b.part = 'contact_person', b.part LIMIT 1
            ), 'stand_in') AS relation
            FROM (SELECT DISTINCT municipality, family, person FROM holding
                WHERE person = $1 AND municipality = $4) h"
        );
        const READING: &str = looks!(
            "SELECT b.municipality, b.family, MIN(b.part) AS relation FROM beside b
            WHERE b.person = $1 AND b.municipality = $4 AND b.part <> 'contact_person'
            GROUP BY b.municipality, b.family"
        );
        let sql = match purpose {
            Purpose::Inbox => HOLDING,
            Purpose::TeamMeeting => READING,
            _ => WALKING,
        };
        write_one!(db, on => {
            sqlx::query(sql)
                .bind(viewer.person)
                .bind(purpose)
                .bind(now)
                .bind(viewer.municipality)
                .execute(on)
                .await?;
        });
        Ok(Self { viewer: viewer.person, municipality: viewer.municipality, now })
    }
}

/// The right of a project lead to counts over a whole municipality.
#[derive(Debug)]
pub struct Overview {
    pub(super) municipality: Id<Municipality>,
}

impl Overview {
    /// Writes the look to the log and gives the right to it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for anybody but a project lead.
    pub async fn open(db: &Db, viewer: &Viewer, now: Moment) -> Result<Self, Error> {
        const LOOK: &str = "INSERT INTO access_log (municipality, person, purpose, at)
            SELECT p.municipality, p.id, $2, $3 FROM person p
            WHERE p.id = $1 AND p.municipality = $4 AND p.role = 'project_lead' AND p.left_at IS NULL";
        let lines = write_one!(db, on => {
            sqlx::query(LOOK)
                .bind(viewer.person)
                .bind(Purpose::Numbers)
                .bind(now)
                .bind(viewer.municipality)
                .execute(on)
                .await?
                .rows_affected()
        });
        if lines == 1 { Ok(Self { municipality: viewer.municipality }) } else { Err(Error::NotFound) }
    }
}

/// The right to see who works in a municipality and how that works, never a family.
#[derive(Debug)]
pub struct Administration {
    pub(super) viewer: Id<Person>,
    pub(super) municipality: Id<Municipality>,
    pub(super) role: Role,
    pub(super) zone: Zone,
}

impl Administration {
    /// Writes the look to the log and gives the right to it.
    ///
    /// # Errors
    /// [`Error::NotFound`] for anybody but who administers, or a project lead, who may read the log and set how the
    /// municipality works.
    pub async fn open(db: &Db, viewer: &Viewer, now: Moment) -> Result<Self, Error> {
        const LOOK: &str = "INSERT INTO access_log (municipality, person, purpose, at)
            SELECT p.municipality, p.id, $2, $3 FROM person p
            WHERE p.id = $1 AND p.municipality = $4 AND p.role IN ('administrator', 'project_lead')
                AND p.role = $5 AND p.left_at IS NULL";
        let lines = write_one!(db, on => {
            sqlx::query(LOOK)
                .bind(viewer.person)
                .bind(Purpose::Administration)
                .bind(now)
                .bind(viewer.municipality)
                .bind(viewer.role)
                .execute(on)
                .await?
                .rows_affected()
        });
        let Viewer { person, municipality, role, zone, .. } = *viewer;
        if lines == 1 { Ok(Self { viewer: person, municipality, role, zone }) } else { Err(Error::NotFound) }
    }

    /// Refuses whoever does not administer, as if nothing were there.
    pub(super) const fn require_administrator(&self) -> Result<(), Error> {
        if matches!(self.role, Role::Administrator) { Ok(()) } else { Err(Error::NotFound) }
    }
}

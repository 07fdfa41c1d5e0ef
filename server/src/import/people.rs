//! `people.csv`: everybody, and which adult may see which child.

use std::collections::{HashMap, HashSet};

use app::{
    domain::{
        family::Family,
        id::Id,
        identity::StaffId,
        moment::Moment,
        person::{Guardianship, Language, Person, Role},
        team::Part,
        words::{Email, PersonName, Phone},
    },
    store::{Known, NewGuardianship, NewPerson},
};
use chrono::NaiveDate;

use super::{
    bad_line::{BadLines, quoted},
    cell::{self, Reason, role_words},
    draft::{At, Draft, Index, World},
    families::part_words,
    sheet::{Column, Row, Sheet},
};

pub(super) const FILE: &str = "people.csv";

const NUMBER: Column = Column::open("nr", &["nummer", "number", "no"]).required();
const FAMILY: Column = Column::open("familie", &["family"]);
const ROLE: Column = Column::open("rolle", &["role"]).required();
const NAME: Column = Column::private("navn", &["name"]).required();
const BORN: Column = Column::open("født", &["fødselsdato", "born", "date of birth"]);
const PHONE: Column = Column::private("telefon", &["tlf", "mobil", "phone"]);
const EMAIL: Column = Column::private("email", &["e mail", "mail"]);
const LANGUAGE: Column = Column::open("sprog", &["language"]);
const PROTECTED: Column =
    Column::open("beskyttet adresse", &["adressebeskyttelse", "protected address", "address protected"]);
const CUSTODY: Column = Column::open("forældremyndighed", &["custody"]);
const CONTACT: Column = Column::open("samvær", &["må se", "may see"]);
const STAFF_ID: Column = Column::open("medarbejder id", &["medarbejdernummer", "staff id", "employee id"]);
const COLUMNS: [&Column; 12] =
    [&NUMBER, &FAMILY, &ROLE, &NAME, &BORN, &PHONE, &EMAIL, &LANGUAGE, &PROTECTED, &CUSTODY, &CONTACT, &STAFF_ID];

/// Where somebody belongs.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Home {
    /// In a family.
    In(Id<Family>),
    /// In none: staff and contact persons.
    Nowhere,
    /// The cell that says so is bad.
    Unclear,
}

/// What a person's number stands for.
#[derive(Clone, Copy)]
pub(super) struct Who {
    pub(super) id: Id<Person>,
    /// None when the cell that says so is bad.
    pub(super) role: Option<Role>,
    pub(super) home: Home,
    /// Whether they work here no more.
    pub(super) left: bool,
}

struct Line {
    line: usize,
    number: Option<String>,
    family: Option<String>,
    home: Home,
    role: Option<Role>,
    name: Option<PersonName>,
    born: Option<NaiveDate>,
    phone: Option<Phone>,
    email: Option<Email>,
    language: Option<Language>,
    protected: Option<bool>,
    custody: Vec<String>,
    contact: Vec<String>,
    staff_id: Option<StaffId>,
}

/// The sheet of people.
pub(super) struct People {
    sheet: Sheet,
    lines: Vec<Line>,
}

impl People {
    pub(super) fn read(bytes: &[u8], today: NaiveDate, bad: &mut BadLines) -> Self {
        let sheet = Sheet::read(FILE, bytes, &COLUMNS, bad);
        let mut seen = HashMap::new();
        let born = |text: &str| match cell::date(text)? {
            day if day > today => Err(Reason::from("is in the future")),
            day => Ok(day),
        };
        let mut read = |row: Row<'_>| Line {
            line: row.line(),
            number: row.own_number(&NUMBER, bad, &mut seen),
            family: row.reference(&FAMILY, bad),
            home: Home::Unclear,
            role: row.required(&ROLE, bad, cell::role),
            name: row.required(&NAME, bad, PersonName::parse),
            born: row.optional(&BORN, bad, born),
            phone: row.optional(&PHONE, bad, Phone::parse),
            email: row.optional(&EMAIL, bad, Email::parse),
            language: row.optional(&LANGUAGE, bad, cell::language),
            protected: row.optional(&PROTECTED, bad, cell::yes),
            custody: row.references(&CUSTODY, bad),
            contact: row.references(&CONTACT, bad),
            staff_id: row.optional(&STAFF_ID, bad, |text| {
                text.parse::<StaffId>()
                    .map_err(|_| Reason::from("is not an id of at most 80 characters without spaces"))
            }),
        };
        let lines = sheet.rows().map(&mut read).collect();
        Self { sheet, lines }
    }

    const fn at<'a>(&'a self, line: &Line, column: &'a Column) -> At<'a> {
        At { sheet: &self.sheet, line: line.line, column }
    }

    /// Finds the family each person belongs to.
    pub(super) fn find_homes(&mut self, families: &Index<Id<Family>>, bad: &mut BadLines) {
        let Self { sheet, lines } = self;
        for line in lines {
            let at = At { sheet, line: line.line, column: &FAMILY };
            line.home = match &line.family {
                None => Home::Nowhere,
                Some(number) => families.find(number, &at, bad).map_or(Home::Unclear, Home::In),
            };
            match (line.role, &line.family) {
                (Some(Role::Parent | Role::Child), None) => {
                    at.refuse(bad, "the cell is empty, but a parent or a child belongs to a family".into());
                    line.home = Home::Unclear;
                }
                (
                    Some(
                        role @ (Role::ContactPerson
                        | Role::Adviser
                        | Role::Coordinator
                        | Role::ProjectLead
                        | Role::Administrator),
                    ),
                    Some(_),
                ) => {
                    at.refuse(bad, format!("{} belongs to no family: leave the cell empty", role_words(role)));
                    line.home = Home::Unclear;
                }
                _ => {}
            }
        }
    }

    pub(super) fn index(&self, known: &Known, now: Moment) -> Index<Who> {
        let home = |family: Option<Id<Family>>| family.map_or(Home::Nowhere, Home::In);
        let mut by_number: HashMap<String, Who> = known
            .people
            .iter()
            .map(|(number, one)| {
                let (role, home) = (Some(one.role), home(one.family));
                (number.clone(), Who { id: one.id, role, home, left: one.left })
            })
            .collect();
        for line in &self.lines {
            if let Some(number) = &line.number {
                let known = by_number.get(number);
                let (id, left) = known.map_or_else(|| (Id::fresh(now), false), |known| (known.id, known.left));
                by_number.insert(number.clone(), Who { id, role: line.role, home: line.home, left });
            }
        }
        Index::new(&self.sheet, &NUMBER, by_number)
    }

    pub(super) fn draft(&self, world: &World<'_>, draft: &mut Draft, bad: &mut BadLines) {
        let ended: HashSet<_> = draft.batch.team_ends.iter().copied().collect();
        let mut parts: HashMap<Id<Person>, Vec<Part>> = HashMap::new();
        for ((_, part), (member, person)) in &world.known.team {
            if !ended.contains(member) {
                parts.entry(*person).or_default().push(*part);
            }
        }
        for line in &self.lines {
            let who = world.people.own(line.number.as_ref());
            if let (Some(number), Some(who)) = (&line.number, who) {
                self.hold_still(line, number, world.known, bad);
                self.keep_parts(line, number, parts.get(&who.id).map_or(&[], Vec::as_slice), bad);
            }
            self.draft_rights(line, who, world, draft, bad);
            self.draft_staff_id(line, who, world, draft, bad);
            if let (Some(who), Some(number), Some(role), Some(name)) = (who, &line.number, line.role, &line.name) {
                let before = world.known.people.get(number);
                draft.new.people += u64::from(before.is_none());
                draft.batch.people.push(NewPerson {
                    id: who.id,
                    family: match line.home {
                        Home::In(family) => Some(family),
                        Home::Nowhere | Home::Unclear => None,
                    },
                    number: Some(number.clone()),
                    role,
                    name: name.clone(),
                    born: line.born,
                    phone: line.phone.clone(),
                    email: line.email.clone(),
                    language: line.language.unwrap_or(Language::Danish),
                    unit: None,
                    address_protected: line.protected.unwrap_or(before.is_some_and(|before| before.address_protected)),
                });
            }
        }
    }

    /// What the directory knows an employee by: nobody else may have it.
    fn draft_staff_id(&self, line: &Line, who: Option<Who>, world: &World<'_>, draft: &mut Draft, bad: &mut BadLines) {
        let (Some(staff_id), Some(who)) = (&line.staff_id, who) else { return };
        let at = self.at(line, &STAFF_ID);
        let before = world.known.staff_ids.get(staff_id.as_str());
        let here = draft.batch.staff_ids.iter().find(|(_, taken)| taken == staff_id).map(|(person, _)| person);
        match line.role {
            Some(role) if !role.is_employed() => {
                at.refuse(bad, format!("only employees have one, and this one is {}", role_words(role)));
            }
            _ if before.or(here).is_some_and(|person| *person != who.id) => {
                at.refuse(bad, format!("{} is somebody else's already", quoted(staff_id.as_str())));
            }
            _ => draft.batch.staff_ids.push((who.id, staff_id.clone())),
        }
    }

    /// Nobody moves from one family to another, into one or out of one.
    fn hold_still(&self, line: &Line, number: &str, known: &Known, bad: &mut BadLines) {
        let Some(before) = known.people.get(number) else { return };
        let was = match (before.family, line.home) {
            (Some(before), Home::In(now)) if before != now => "belongs to another family already",
            (Some(_), Home::Nowhere) => "belongs to a family already",
            (None, Home::In(_)) => "belongs to no family so far",
            _ => return,
        };
        self.at(line, &FAMILY).refuse(bad, format!("{} {was}, and an import moves nobody", quoted(number)));
    }

    /// A new role must suit what somebody goes on being to families.
    fn keep_parts(&self, line: &Line, number: &str, parts: &[Part], bad: &mut BadLines) {
        let Some(role) = line.role else { return };
        if let Some(part) = parts.iter().filter(|part| !part.fits(role)).min() {
            let (who, part) = (quoted(number), part_words(*part));
            self.at(line, &ROLE).refuse(
                bad,
                format!("{who} is {part} of a family and cannot become {}: name another one first", role_words(role)),
            );
        }
    }

    /// The rights for one child: custody, contact, and an end to those no longer named.
    fn draft_rights(&self, line: &Line, who: Option<Who>, world: &World<'_>, draft: &mut Draft, bad: &mut BadLines) {
        let mut adults: Vec<(Id<Person>, bool)> = Vec::new();
        for (column, numbers, custody) in [(&CUSTODY, &line.custody, true), (&CONTACT, &line.contact, false)] {
            let at = self.at(line, column);
            if let (Some(role), false) = (line.role, numbers.is_empty())
                && role != Role::Child
            {
                at.refuse(
                    bad,
                    format!("only a child's line may name adults here, and this one is {}", role_words(role)),
                );
                continue;
            }
            for number in numbers {
                let Some(adult) = world.people.find(number, &at, bad) else { continue };
                if let Some(role) = adult.role
                    && role != Role::Parent
                {
                    at.refuse(bad, format!("{} is {}, not a parent", quoted(number), role_words(role)));
                } else if let (Home::In(theirs), Home::In(ours)) = (adult.home, line.home)
                    && theirs != ours
                {
                    at.refuse(bad, format!("{} belongs to another family than the child", quoted(number)));
                } else if !adults.iter().any(|(before, _)| *before == adult.id) {
                    adults.push((adult.id, custody));
                }
            }
        }
        let (Some(child), Home::In(family), Some(Role::Child)) = (who, line.home, line.role) else { return };
        let named = |adult: Id<Person>| adults.iter().any(|(one, _)| *one == adult);
        let before = world.known.guardians.get(&child.id).map_or(&[][..], Vec::as_slice);
        let ended = before.iter().filter(|adult| !named(**adult)).map(|adult| (*adult, false, false));
        for (adult, custody, may_see) in adults.iter().map(|(adult, custody)| (*adult, *custody, true)).chain(ended) {
            let guardianship = Guardianship { child: child.id, adult, custody, may_see, lives_with: false };
            draft.batch.guardianships.push(NewGuardianship { family, guardianship });
        }
    }
}

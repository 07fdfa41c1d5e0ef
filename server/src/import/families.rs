//! `families.csv`: the families, and the team beside each.

use std::collections::HashMap;

use app::{
    domain::{
        family::{Family, Unit},
        id::Id,
        moment::Moment,
        person::Person,
        team::{Part, TeamMember},
        words::Title,
    },
    store::{Known, NewFamily, NewTeamMember, NewUnit},
};

use super::{
    bad_line::{BadLines, quoted},
    cell::role_words,
    draft::{At, Draft, Index, World},
    sheet::{Column, Row, Sheet},
};

pub(super) const FILE: &str = "families.csv";

const NUMBER: Column = Column::open("nr", &["nummer", "number", "no"]).required();
const NAME: Column = Column::private("navn", &["name"]).required();
const UNIT: Column = Column::private("enhed", &["unit"]);

/// A part of the team and the column that says who has it.
struct Seat {
    column: Column,
    part: Part,
    words: &'static str,
}

static SEATS: [Seat; 5] = [
    Seat {
        column: Column::open("primær", &["primær rådgiver", "primary", "primary adviser"]),
        part: Part::Primary,
        words: "the primary adviser",
    },
    Seat {
        column: Column::open("sekundær", &["sekundær rådgiver", "secondary", "secondary adviser"]),
        part: Part::Secondary,
        words: "the secondary adviser",
    },
    Seat {
        column: Column::open("koordinator", &["familiekoordinator", "coordinator"]),
        part: Part::Coordinator,
        words: "the coordinator",
    },
    Seat { column: Column::open("stedfortræder", &["back up", "backup"]), part: Part::BackUp, words: "the back-up" },
    Seat {
        column: Column::open("kontaktperson", &["contact person", "contact"]),
        part: Part::ContactPerson,
        words: "the contact person",
    },
];

/// The words a report has for a part.
pub(super) fn part_words(part: Part) -> &'static str {
    SEATS.iter().find(|seat| seat.part == part).map_or("in the team", |seat| seat.words)
}

struct Line {
    line: usize,
    number: Option<String>,
    name: Option<Title>,
    unit: Option<Title>,
    /// Who sits where, for the seats that have a column.
    seats: Vec<(&'static Seat, Option<String>)>,
}

/// The sheet of families.
pub(super) struct Families {
    sheet: Sheet,
    lines: Vec<Line>,
}

impl Families {
    pub(super) fn read(bytes: &[u8], bad: &mut BadLines) -> Self {
        let mut columns: Vec<&'static Column> = vec![&NUMBER, &NAME, &UNIT];
        columns.extend(SEATS.iter().map(|seat| &seat.column));
        let sheet = Sheet::read(FILE, bytes, &columns, bad);
        let mut seen = HashMap::new();
        let seats: Vec<&'static Seat> = SEATS.iter().filter(|seat| sheet.has(&seat.column)).collect();
        let mut read = |row: Row<'_>| Line {
            line: row.line(),
            number: row.own_number(&NUMBER, bad, &mut seen),
            name: row.required(&NAME, bad, Title::parse),
            unit: row.optional(&UNIT, bad, Title::parse),
            seats: seats.iter().map(|seat| (*seat, row.reference(&seat.column, bad))).collect(),
        };
        let lines = sheet.rows().map(&mut read).collect();
        Self { sheet, lines }
    }

    pub(super) fn index(&self, known: &Known, now: Moment) -> Index<Id<Family>> {
        let mut by_number = known.families.clone();
        for number in self.lines.iter().filter_map(|line| line.number.as_ref()) {
            by_number.entry(number.clone()).or_insert_with(|| Id::fresh(now));
        }
        Index::new(&self.sheet, &NUMBER, by_number)
    }

    pub(super) fn draft(&self, world: &mut World<'_>, draft: &mut Draft, bad: &mut BadLines) {
        let mut units: HashMap<String, Id<Unit>> = world.known.units.clone();
        for line in &self.lines {
            let id = world.families.own(line.number.as_ref());
            for (seat, number) in &line.seats {
                let at = At { sheet: &self.sheet, line: line.line, column: &seat.column };
                let person = match number {
                    Some(number) => match find(seat, number, &at, world, bad) {
                        Some(person) => Some(person),
                        None => continue,
                    },
                    None => None,
                };
                if let Some(family) = id {
                    world.beside.extend(person.map(|person| (family, person)));
                    sit(seat.part, family, person, world, draft);
                }
            }
            let unit = line.unit.as_ref().map(|name| {
                *units.entry(name.as_str().to_owned()).or_insert_with(|| {
                    let id = Id::fresh(world.now);
                    draft.batch.units.push(NewUnit { id, name: name.clone() });
                    id
                })
            });
            if let (Some(id), Some(number), Some(name)) = (id, &line.number, &line.name) {
                draft.new.families += u64::from(!world.known.families.contains_key(number));
                let number = Some(number.clone());
                draft.batch.families.push(NewFamily { id, unit, number, name: name.clone() });
            }
        }
    }
}

/// Who is meant, when they may sit there.
fn find(seat: &Seat, number: &str, at: &At<'_>, world: &World<'_>, bad: &mut BadLines) -> Option<Id<Person>> {
    let who = world.people.find(number, at, bad)?;
    match who.role {
        _ if who.left => {
            at.refuse(bad, format!("{} works here no more and cannot be {}", quoted(number), seat.words));
            None
        }
        Some(role) if !seat.part.fits(role) => {
            at.refuse(bad, format!("{} is {} and cannot be {}", quoted(number), role_words(role), seat.words));
            None
        }
        _ => Some(who.id),
    }
}

/// Lets somebody, or nobody, have a part from now on. A contact person is the family's choice: one that is there stays.
fn sit(part: Part, family: Id<Family>, person: Option<Id<Person>>, world: &World<'_>, draft: &mut Draft) {
    let before: Option<(Id<TeamMember>, Id<Person>)> = world.known.team.get(&(family, part)).copied();
    match (before, person) {
        (None, None) => return,
        (Some((_, there)), Some(person)) if there == person => {
            draft.team.unchanged += 1;
            return;
        }
        (Some(_), _) if part == Part::ContactPerson => {
            draft.team.unchanged += 1;
            return;
        }
        (Some((ended, _)), _) => {
            draft.batch.team_ends.push(ended);
            draft.team.changed += 1;
        }
        (None, Some(_)) => draft.team.new += 1,
    }
    draft.batch.team.extend(person.map(|person| NewTeamMember { id: Id::fresh(world.now), family, person, part }));
}

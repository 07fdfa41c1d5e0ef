//! `meetings.csv`: when, where and with whom.

use std::collections::HashMap;

use app::{
    domain::{
        id::Id,
        meeting::Place,
        moment::{WallTime, Zone},
        words::{Note, Title},
    },
    store::NewMeeting,
};

use super::{
    bad_line::{BadLines, quoted},
    cell::{self, Reason},
    draft::{At, Draft, World},
    sheet::{Column, Row, Sheet},
};

pub(super) const FILE: &str = "meetings.csv";

const NUMBER: Column = Column::open("nr", &["nummer", "number", "no"]).required();
const FAMILY: Column = Column::open("familie", &["family"]).required();
const TITLE: Column = Column::private("emne", &["subject", "topic"]).required();
const DATE: Column = Column::open("dato", &["date"]).required();
const FROM: Column = Column::open("fra", &["from", "start"]).required();
const UNTIL: Column = Column::open("til", &["to", "until", "slut", "end"]);
const PLACE: Column = Column::open("sted", &["place"]).required();
const ADDRESS: Column = Column::private("adresse", &["address"]);
const PARTICIPANTS: Column = Column::open("deltagere", &["participants"]);
const BRING: Column = Column::private("medbring", &["bring"]);
const COLUMNS: [&Column; 10] =
    [&NUMBER, &FAMILY, &TITLE, &DATE, &FROM, &UNTIL, &PLACE, &ADDRESS, &PARTICIPANTS, &BRING];

/// How long a meeting lasts when its line does not say, in minutes.
const USUAL: i64 = 60;

/// How short and how long a meeting may be, in minutes.
const POSSIBLE: std::ops::RangeInclusive<i64> = 5..=1440;

struct Line {
    line: usize,
    number: Option<String>,
    family: Option<String>,
    title: Option<Title>,
    starts: Option<WallTime>,
    minutes: i64,
    place: Option<Place>,
    address: Option<Title>,
    participants: Vec<String>,
    bring: Option<Note>,
}

/// The sheet of meetings.
pub(super) struct Meetings {
    sheet: Sheet,
    lines: Vec<Line>,
}

impl Meetings {
    pub(super) fn read(bytes: &[u8], zone: Zone, bad: &mut BadLines) -> Self {
        let sheet = Sheet::read(FILE, bytes, &COLUMNS, bad);
        let mut seen = HashMap::new();
        let mut read = |row: Row<'_>| {
            let number = row.own_number(&NUMBER, bad, &mut seen);
            let family = row.required_reference(&FAMILY, bad);
            let title = row.required(&TITLE, bad, Title::parse);
            let (starts, minutes) = read_times(row, zone, bad);
            Line {
                line: row.line(),
                number,
                family,
                title,
                starts,
                minutes,
                place: row.required(&PLACE, bad, cell::place),
                address: row.optional(&ADDRESS, bad, Title::parse),
                participants: row.references(&PARTICIPANTS, bad),
                bring: row.optional(&BRING, bad, Note::parse),
            }
        };
        let lines = sheet.rows().map(&mut read).collect();
        Self { sheet, lines }
    }

    const fn at<'a>(&'a self, line: &Line, column: &'a Column) -> At<'a> {
        At { sheet: &self.sheet, line: line.line, column }
    }

    pub(super) fn draft(&self, world: &World<'_>, draft: &mut Draft, bad: &mut BadLines) {
        for line in &self.lines {
            let at = self.at(line, &FAMILY);
            let family = line.family.as_ref().and_then(|number| world.families.find(number, &at, bad));
            let before = line.number.as_ref().and_then(|number| world.known.meetings.get(number)).copied();
            if let (Some(number), Some((_, before)), Some(family)) = (&line.number, before, family)
                && before != family
            {
                let number = quoted(number);
                at.refuse(bad, format!("{number} belongs to another family already, and an import moves no meeting"));
            }
            let at = self.at(line, &PARTICIPANTS);
            let participants =
                line.participants.iter().filter_map(|number| world.find_near(number, family, &at, bad)).collect();
            let (Some(number), Some(family), Some(title), Some(starts), Some(place)) =
                (&line.number, family, &line.title, line.starts, line.place)
            else {
                continue;
            };
            draft.new.meetings += u64::from(before.is_none());
            draft.batch.meetings.push(NewMeeting {
                id: before.map_or_else(|| Id::fresh(world.now), |(id, _)| id),
                family,
                number: Some(number.clone()),
                title: title.clone(),
                starts,
                minutes: line.minutes,
                place,
                place_words: line.address.clone(),
                bring: line.bring.clone(),
                participants,
            });
        }
    }
}

/// When a meeting starts and how many minutes it lasts. Both ends are times on the wall that exist.
fn read_times(row: Row<'_>, zone: Zone, bad: &mut BadLines) -> (Option<WallTime>, i64) {
    let date = row.required(&DATE, bad, cell::date);
    let on_the_wall = |text: &str| {
        let time = cell::time(text)?;
        date.map(|date| WallTime::new(date.and_time(time), zone).map_err(Reason::from)).transpose()
    };
    let starts = row.required(&FROM, bad, on_the_wall).flatten();
    let minutes = row.optional(&UNTIL, bad, |text| {
        let (Some(starts), Some(ends)) = (starts, on_the_wall(text)?) else { return Ok(USUAL) };
        if ends.local() <= starts.local() {
            return Err(Reason::from("is not after the meeting starts"));
        }
        match (ends.instant().seconds() - starts.instant().seconds()) / 60 {
            minutes if POSSIBLE.contains(&minutes) => Ok(minutes),
            minutes => Err(Reason::from(format!(
                "makes the meeting last {minutes} minutes: {} to {} are possible",
                POSSIBLE.start(),
                POSSIBLE.end()
            ))),
        }
    });
    (starts, minutes.unwrap_or(USUAL))
}

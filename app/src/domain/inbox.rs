//! In whose inbox something stands until a person has read it, and why.
//!
//! Nothing ever leaves an inbox unread: with time, and while people are away, it only comes to stand in more of them.

use chrono::NaiveDate;

use super::{
    checkin::{CheckIn, Instrument, Need},
    family::Family,
    id::Id,
    keyed,
    moment::{Moment, days_after, start_of},
    person::Person,
    team::Part,
    words::{PersonName, Title},
    working_time::Office,
};

keyed! {
    /// What stands in an inbox.
    pub enum Matter {
        /// A parent told how it is going.
        Told = "told",
        /// A parent was asked and did not answer.
        Silent = "silent",
        /// A parent read the answer and wants to be called all the same.
        CallAnyway = "call_anyway",
    }
}

keyed! {
    /// Why something stands in somebody's inbox.
    pub enum Reason {
        /// They read for this family first.
        First = "first",
        /// It is pressing, so the second reader has it at once.
        Pressing = "pressing",
        /// Half the working time has passed.
        HalfTime = "half_time",
        /// Whoever reads before them is away.
        Away = "away",
        /// The time in which it should have been read is over.
        Late = "late",
        /// All who read for this family are away, or nobody does.
        NobodyElse = "nobody_else",
    }
}

/// Days on which somebody is away, both included.
pub type Absence = (NaiveDate, NaiveDate);

/// Somebody who reads for a family.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Reader {
    /// Who.
    pub person: Id<Person>,
    /// Their part in the family's team.
    pub part: Part,
    /// When they are away.
    pub away: Vec<Absence>,
}

impl Reader {
    fn is_away(&self, day: NaiveDate) -> bool {
        self.away.iter().any(|(from, until)| (*from..=*until).contains(&day))
    }
}

/// When something came that somebody has to read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Waiting {
    /// When it came.
    pub came_at: Moment,
    /// By when it is to be read.
    pub read_by: Moment,
    /// Whether it is pressing.
    pub pressing: bool,
}

/// Who has it in their inbox.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Held {
    /// Those who read for the family, with the reason.
    pub by: Vec<(Id<Person>, Reason)>,
    /// Whether nobody who reads for the family is there: then everybody who advises in the municipality has it too.
    pub by_everybody: bool,
    /// When that may change by itself.
    pub until: Moment,
}

/// Who has something in their inbox at `now`: the first reader always; the second at once when it is pressing, and from
/// half the time on; the next past the deadline; each as soon as all before them are away.
pub fn held(readers: &[Reader], waiting: &Waiting, office: &Office, now: Moment) -> Held {
    let today = now.date(office.zone());
    let half = office.half_way(waiting.came_at, waiting.read_by);
    let mut by: Vec<(Id<Person>, Reason)> = Vec::new();
    let mut nobody_there = true;
    let in_order = Part::ALL.iter().filter(|part| part.reads_check_ins());
    let in_order = in_order.filter_map(|part| readers.iter().find(|reader| reader.part == *part));
    for (place, reader) in in_order.enumerate() {
        let reason = match place {
            0 => Some(Reason::First),
            1 if waiting.pressing => Some(Reason::Pressing),
            _ if nobody_there => Some(Reason::Away),
            1 if half <= now => Some(Reason::HalfTime),
            _ if waiting.read_by <= now => Some(Reason::Late),
            _ => None,
        };
        if let Some(reason) = reason
            && by.iter().all(|(person, _)| *person != reader.person)
        {
            by.push((reader.person, reason));
        }
        nobody_there &= reader.is_away(today);
    }
    let changes = readers
        .iter()
        .flat_map(|reader| &reader.away)
        .flat_map(|(from, until)| [*from, days_after(*until, 1)])
        .map(|day| start_of(day, office.zone()))
        .chain([half, waiting.read_by])
        .filter(|moment| *moment > now);
    let until = changes.min().unwrap_or(Moment::from_seconds(i64::MAX));
    Held { by, by_everybody: nobody_there, until }
}

/// Something in somebody's inbox.
#[derive(Clone, Debug)]
pub struct InboxItem {
    /// Its identity; that of the check-in, where a check-in brought it.
    pub id: Id<InboxItem>,
    /// The family.
    pub family: Id<Family>,
    /// What the team calls it.
    pub family_name: Title,
    /// The parent it is about.
    pub person: PersonName,
    /// What it is.
    pub matter: Matter,
    /// The instrument told with, or asked with in vain.
    pub instrument: &'static Instrument,
    /// What was told; nothing in a silence.
    pub check_in: Option<CheckIn>,
    /// When it came and by when it is to be read.
    pub waiting: Waiting,
    /// Whether somebody has closed it.
    pub closed: bool,
}

impl InboxItem {
    /// Every reason it needs a reader, the most pressing first; never empty.
    pub fn needs(&self) -> Vec<Need> {
        match (self.matter, &self.check_in) {
            (Matter::Told, Some(check_in)) => check_in.needs(),
            (Matter::Told | Matter::Silent, _) => vec![Need::Silent],
            (Matter::CallAnyway, _) => vec![Need::CallMe],
        }
    }
}

/// Sorts an inbox: those most in need first, with more reasons before fewer, among equals the lower score of the same
/// instrument, then the one that has waited longest.
pub fn most_in_need_first(list: &mut [InboxItem]) {
    list.sort_by_cached_key(|item| {
        let needs = item.needs();
        let missing: Vec<bool> = Need::ALL.iter().map(|need| !needs.contains(need)).collect();
        let level = item.check_in.as_ref().filter(|check_in| check_in.level().is_some());
        (missing, level.map_or(i64::MAX, |check_in| check_in.score), item.waiting.came_at, item.id)
    });
}

//! In whose inbox something stands until a person has read it, and why.
//!
//! Nothing ever leaves an inbox unread: with time, and while people are away, it only comes to stand in more of them.

use chrono::NaiveDate;

use super::{
    checkin::{CheckIn, Instrument, Need},
    family::Family,
    id::Id,
    keyed,
    meeting::Meeting,
    moment::{Moment, WallTime, days_after, start_of},
    person::Person,
    team::{Part, TeamMember},
    words::{PersonName, Phone, Title},
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
        /// A parent was reached in no other way and is to be told of a meeting by phone.
        ByPhone = "by_phone",
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

keyed! {
    /// Why something stands in somebody's inbox no more.
    pub enum End {
        /// A person has read it.
        Read = "read",
        /// They do not read for this family any more.
        Left = "left",
        /// They stood in and are away now.
        Away = "away",
        /// They stood in, and somebody who reads for this family is there again.
        ReadersBack = "readers_back",
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
/// half the time on; the next past the deadline; each as soon as all before them are away. Somebody with two parts
/// counts once.
pub fn held(readers: &[Reader], waiting: &Waiting, office: &Office, now: Moment) -> Held {
    let today = now.date(office.zone());
    let half = office.half_way(waiting.came_at, waiting.read_by);
    let mut by: Vec<(Id<Person>, Reason)> = Vec::new();
    let mut nobody_there = true;
    for (place, reader) in in_order(readers).into_iter().enumerate() {
        let reason = match place {
            0 => Some(Reason::First),
            1 if waiting.pressing => Some(Reason::Pressing),
            _ if nobody_there => Some(Reason::Away),
            1 if half <= now => Some(Reason::HalfTime),
            _ if waiting.read_by <= now => Some(Reason::Late),
            _ => None,
        };
        by.extend(reason.map(|reason| (reader.person, reason)));
        nobody_there &= reader.is_away(today);
    }
    let changes = readers
        .iter()
        .flat_map(|reader| &reader.away)
        .flat_map(|(from, until)| [*from, days_after(*until, 1)])
        .map(|day| start_of(day, office.zone()))
        .chain([half, waiting.read_by])
        .chain(nobody_there.then(|| start_of(days_after(today, 1), office.zone())))
        .filter(|moment| *moment > now);
    let until = changes.min().unwrap_or(Moment::from_seconds(i64::MAX));
    Held { by, by_everybody: nobody_there, until }
}

/// Who of a family's team can be promised to read between two moments: the first two of those who read, as far as they
/// are at work then; else the first after them who is. Nobody where all are away. `away` is who is away and when.
pub fn will_read<'a>(
    team: &'a [TeamMember],
    away: &[(Id<Person>, Absence)],
    office: &Office,
    from: Moment,
    until: Moment,
) -> Vec<&'a PersonName> {
    let readers: Vec<Reader> = team
        .iter()
        .filter(|member| member.part.reads_check_ins())
        .map(|member| {
            let away = away.iter().filter(|(person, _)| *person == member.person).map(|(_, days)| *days).collect();
            Reader { person: member.person, part: member.part, away }
        })
        .collect();
    let order = in_order(&readers);
    let at_work = |reader: &&Reader| office.working_days(from, until).any(|day| !reader.is_away(day));
    let (pair, rest) = order.split_at(order.len().min(2));
    let mut chosen: Vec<&Reader> = pair.iter().copied().filter(at_work).collect();
    if chosen.is_empty() {
        chosen.extend(rest.iter().copied().find(at_work));
    }
    chosen
        .iter()
        .filter_map(|reader| team.iter().find(|member| member.person == reader.person))
        .map(|member| &member.name)
        .collect()
}

/// Those who read for a family, in the order in which they take over from each other, each once.
fn in_order(readers: &[Reader]) -> Vec<&Reader> {
    let mut in_order: Vec<&Reader> = Vec::new();
    for part in Part::ALL.iter().filter(|part| part.reads_check_ins()) {
        if let Some(reader) = readers.iter().find(|reader| reader.part == *part)
            && in_order.iter().all(|before| before.person != reader.person)
        {
            in_order.push(reader);
        }
    }
    in_order
}

/// A meeting that a parent is to be told of by phone, as it stands now.
#[derive(Clone, Debug)]
pub struct Call {
    /// Which meeting.
    pub meeting: Id<Meeting>,
    /// When it begins.
    pub starts: WallTime,
    /// Whether it does not take place.
    pub cancelled: bool,
    /// The parent's telephone number, where one is known.
    pub phone: Option<Phone>,
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
    /// The instrument told with, or asked with in vain; none where somebody is to be called about a meeting.
    pub instrument: Option<&'static Instrument>,
    /// What to call about, where somebody is to be called about a meeting.
    pub call: Option<Call>,
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
            (Matter::ByPhone, _) => vec![Need::ByPhone],
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

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::{moment::Zone, person::Role};

    const HOUR: i64 = 3600;

    #[test]
    fn only_whoever_is_at_work_is_promised_to_read() {
        let parts = [Part::ContactPerson, Part::Primary, Part::Secondary, Part::BackUp];
        let team: Vec<TeamMember> = (1..)
            .zip(parts)
            .map(|(number, part)| TeamMember {
                person: Id::from_uuid(uuid::Uuid::from_u128(number)),
                name: PersonName::stored(part.key().into()),
                role: Role::Adviser,
                part,
                phone: None,
                photo: false,
            })
            .collect();
        let office = Office::usual(Zone::Europe__Copenhagen);
        let day = |day: &str| day.parse::<NaiveDate>().expect("a day");
        // Tuesday 1 December 2026, 22:40 and 10:00 in Denmark; by the end of the next working day.
        let (night, morning) = (Moment::from_seconds(1_796_161_200), Moment::from_seconds(1_796_115_600));
        let until = office.read_by(night, true);
        let promised = |from: Moment, away: &[usize]| {
            let away: Vec<_> =
                away.iter().map(|at| (team[*at].person, (day("2026-12-02"), day("2026-12-04")))).collect();
            let names = will_read(&team, &away, &office, from, until);
            names.into_iter().map(PersonName::to_string).collect::<Vec<_>>()
        };
        assert_eq!(promised(night, &[]), ["primary", "secondary"]);
        assert_eq!(promised(night, &[1]), ["secondary"]);
        assert_eq!(promised(morning, &[1]), ["primary", "secondary"], "there is still today");
        assert_eq!(promised(night, &[1, 2]), ["back_up"]);
        assert_eq!(promised(night, &[1, 2, 3]), [""; 0]);
    }

    /// A team of up to five people in parts of their own or two of them, each with some absences, and when something
    /// came: any time of the years 2026 to 2036.
    fn situations() -> impl Strategy<Value = (Vec<Reader>, Waiting, Office)> {
        let absence = (0u64..60, 0u64..25);
        let reader = (0usize..4, 0usize..5, prop::collection::vec(absence, 0..4));
        let team = prop::collection::vec(reader, 0..5);
        let came = 0i64..(11 * 365 * 24);
        let hours = (0u32..1439).prop_flat_map(|opens| (Just(opens), opens + 1..1440));
        (team, came, any::<bool>(), hours, 1u64..=91).prop_map(|(team, came, pressing, (opens, closes), days)| {
            let parts = [Part::Primary, Part::Secondary, Part::Coordinator, Part::BackUp];
            let people: Vec<Id<Person>> = (0..5).map(|nth| Id::from_uuid(uuid::Uuid::from_u128(nth + 1))).collect();
            let came_at = Moment::from_seconds(1_767_225_600 + came * HOUR + 17);
            let zone = Zone::Europe__Copenhagen;
            let begin = came_at.date(zone);
            let mut readers: Vec<Reader> = Vec::new();
            for (part, person, away) in team {
                if readers.iter().any(|reader| reader.part == parts[part]) {
                    continue;
                }
                let before = begin - chrono::Days::new(20);
                let away = away
                    .into_iter()
                    .map(|(from, length)| (days_after(before, from), days_after(before, from + length)));
                readers.push(Reader { person: people[person], part: parts[part], away: away.collect() });
            }
            for at in 0..readers.len() {
                let same = readers.iter().find(|reader| reader.person == readers[at].person).map(|of| of.away.clone());
                readers[at].away = same.unwrap_or_default();
            }
            let (day, _) = Office::usual(zone).team_meetings();
            let office = Office::new(zone, opens, closes, day, days).expect("an office");
            (readers, Waiting { came_at, read_by: office.read_by(came_at, pressing), pressing }, office)
        })
    }

    fn holders(held: &Held) -> Vec<Id<Person>> {
        held.by.iter().map(|(person, _)| *person).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2000))]

        #[test]
        fn whatever_the_calendar_somebody_who_is_there_has_it_from_the_first_instant_on(
            (readers, waiting, office) in situations(),
            hours in prop::collection::vec(0i64..(24 * 40), 1..12),
        ) {
            let order: Vec<&Reader> = in_order(&readers);
            let half = office.half_way(waiting.came_at, waiting.read_by);
            prop_assert!(waiting.came_at < half && half < waiting.read_by);
            for hours in hours {
                let now = waiting.came_at.plus_seconds(hours * HOUR);
                let today = now.date(office.zone());
                let held = held(&readers, &waiting, &office, now);
                let by = holders(&held);
                let is_there = |person: &Id<Person>| {
                    readers.iter().any(|reader| reader.person == *person && !reader.is_away(today))
                };
                prop_assert!(held.by_everybody || by.iter().any(is_there));
                prop_assert_eq!(held.by_everybody, readers.iter().all(|reader| reader.is_away(today)));
                prop_assert!(by.iter().enumerate().all(|(at, person)| !by[..at].contains(person)), "each once");
                prop_assert!(held.until > now);
                let has = |place: usize| order.get(place).is_none_or(|reader| by.contains(&reader.person));
                prop_assert!(has(0));
                prop_assert!(has(1) || !waiting.pressing && now < half);
                prop_assert!(now < waiting.read_by || by.len() == order.len());
                for place in 1..order.len() {
                    let all_away = order[..place].iter().all(|reader| reader.is_away(today));
                    prop_assert!(has(place) || !all_away, "it moves at once");
                }
            }
        }

        #[test]
        fn nothing_changes_before_the_moment_it_is_looked_at_again(
            (readers, waiting, office) in situations(),
            hours in 0i64..(24 * 40),
            part in 0i64..1000,
        ) {
            let now = waiting.came_at.plus_seconds(hours * HOUR);
            let before = held(&readers, &waiting, &office, now);
            let wait = before.until.seconds().min(now.seconds() + 400 * 24 * HOUR) - now.seconds();
            for later in [now.plus_seconds(wait * part / 1000), now.plus_seconds(wait - 1)] {
                let after = held(&readers, &waiting, &office, later);
                prop_assert_eq!(holders(&after), holders(&before));
                prop_assert_eq!(after.by_everybody, before.by_everybody);
            }
        }

        #[test]
        fn with_time_it_only_comes_to_stand_in_more_inboxes(
            (mut readers, waiting, office) in situations(),
            mut hours in prop::collection::vec(0i64..(24 * 40), 2..12),
            away in any::<bool>(),
        ) {
            if !away {
                readers.iter_mut().for_each(|reader| reader.away.clear());
            }
            hours.sort_unstable();
            let mut before: Vec<Id<Person>> = Vec::new();
            for hours in hours {
                let now = waiting.came_at.plus_seconds(hours * HOUR);
                let held = held(&readers, &waiting, &office, now);
                let by = holders(&held);
                let lost = before.iter().find(|person| !by.contains(person));
                prop_assert!(away || lost.is_none(), "who is never away and had it still has it");
                if now >= waiting.read_by {
                    prop_assert!(lost.is_none(), "nobody had it who has not past the deadline");
                }
                before = by;
            }
        }

        #[test]
        fn when_somebody_leaves_somebody_else_has_it(
            (readers, waiting, office) in situations(),
            hours in 0i64..(24 * 40),
            leaver in 0usize..5,
        ) {
            let now = waiting.came_at.plus_seconds(hours * HOUR);
            let Some(leaver) = readers.get(leaver).map(|reader| reader.person) else {
                return Ok(());
            };
            let left: Vec<Reader> = readers.iter().filter(|reader| reader.person != leaver).cloned().collect();
            let after = held(&left, &waiting, &office, now);
            prop_assert!(!holders(&after).contains(&leaver));
            let today = now.date(office.zone());
            let there = |person: &Id<Person>| left.iter().any(|reader| reader.person == *person && !reader.is_away(today));
            prop_assert!(after.by_everybody || holders(&after).iter().any(there));
            let before = holders(&held(&readers, &waiting, &office, now));
            let kept = before.iter().filter(|person| **person != leaver);
            prop_assert!(kept.clone().all(|person| holders(&after).contains(person)), "and nobody else loses it");
        }
    }

    #[test]
    fn somebody_with_two_parts_counts_once() {
        let office = Office::usual(Zone::Europe__Copenhagen);
        let person = |nth| Id::from_uuid(uuid::Uuid::from_u128(nth));
        let reader = |nth, part| Reader { person: person(nth), part, away: Vec::new() };
        let readers = [reader(1, Part::Coordinator), reader(1, Part::Primary), reader(2, Part::BackUp)];
        let came_at = Moment::from_seconds(1_800_000_000);
        let waiting = Waiting { came_at, read_by: office.read_by(came_at, true), pressing: true };
        let held = held(&readers, &waiting, &office, came_at);
        assert_eq!(held.by, [(person(1), Reason::First), (person(2), Reason::Pressing)]);
    }
}

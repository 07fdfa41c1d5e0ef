//! Ten years of meetings that are booked, moved, cancelled and declined, by people who change their quiet hours, across
//! every change of the clocks: each reminder comes once, at its minute, and no other.
//!
//! What is expected is reckoned here from the rule alone: minute by minute, on a clock that knows nothing but when the
//! clocks change in the European Union (Directive 2000/84/EC), as Greenland does too.

use std::collections::{BTreeMap, BTreeSet};

use app::{
    domain::{
        calendar::Detail,
        id::Id,
        meeting::{Coming, Details, Meeting, Said, Wish},
        moment::{Moment, WallTime, Zone},
        person::{Person, Viewer},
        push::{Fate, Keys},
        reminder::{Choice, Kind},
    },
    store::{self, Access},
};
use chrono::{DateTime, Datelike as _, NaiveDate, NaiveDateTime, Timelike as _, Weekday};

use crate::{
    bookings::details,
    cast::{HOUR, NOW, Town, cast, enter, look},
    ground::{Ground, on_both, rows, run},
};

const YEARS: i64 = 10;
const MINUTE: i64 = 60;
const DAY: i64 = 24 * HOUR;

/// Where the people are, and how far their clocks are from UTC in winter, in seconds.
const PLACES: [(Zone, i64); 2] = [(Zone::Europe__Copenhagen, HOUR), (Zone::America__Nuuk, -2 * HOUR)];

/// Quiet hours, from and until, in minutes after midnight: usual ones, those of people who work at night, none at all,
/// and some that begin or end where the clocks change.
const QUIET: [(u32, u32); 9] = [
    (20 * 60, 8 * 60),
    (21 * 60 + 30, 6 * 60 + 45),
    (16 * 60, 9 * 60),
    (0, 0),
    (150, 18 * 60),
    (60, 150),
    (8 * 60, 22 * 60),
    (17 * 60, 17 * 60 + 1),
    (22 * 60 + 30, 23 * 60 + 30),
];

/// Numbers that look thrown and are always the same (SplitMix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, end: i64) -> i64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        i64::try_from((z ^ (z >> 31)) >> 1).expect("63 bits") % end
    }

    fn one_in(&mut self, number: i64) -> bool {
        self.below(number) == 0
    }
}

// ---- The rule -----------------------------------------------------------------------------------

/// What the clock shows there, in seconds since the beginning of 1970 on that clock.
fn shows(at: i64, winter: i64) -> i64 {
    let year = utc(at).year();
    let summer = last_sunday(year, 3) + HOUR..last_sunday(year, 10) + HOUR;
    at + winter + if summer.contains(&at) { HOUR } else { 0 }
}

fn utc(at: i64) -> NaiveDateTime {
    DateTime::from_timestamp(at, 0).expect("a time").naive_utc()
}

/// When the last Sunday of a month of 31 days begins in UTC.
fn last_sunday(year: i32, month: u32) -> i64 {
    let last = (25..=31).filter_map(|day| NaiveDate::from_ymd_opt(year, month, day));
    let sunday = last.into_iter().find(|day| day.weekday() == Weekday::Sun).expect("a week has one");
    sunday.and_hms_opt(0, 0, 0).expect("midnight").and_utc().timestamp()
}

/// Whether somebody wants to be left alone at that time.
fn quiet((from, until): (u32, u32), at: i64, winter: i64) -> bool {
    let shown = utc(shows(at, winter));
    let minute = shown.hour() * 60 + shown.minute();
    // From its beginning on, the quiet lasts until the clock first shows its end.
    (minute + 1440 - from) % 1440 < (until + 1440 - from) % 1440
}

/// When somebody is told of a meeting that begins at `start`: at 17 on the day before, or at the last minute before that
/// at which they may be told; and two hours before, or at the first minute after that.
fn when(start: i64, hours: (u32, u32), winter: i64) -> [(Kind, i64); 2] {
    let midnight = shows(start, winter).div_euclid(DAY) * DAY;
    let five = midnight - 7 * HOUR;
    let mut evening = five - winter - 2 * HOUR;
    while shows(evening, winter) != five {
        evening += MINUTE;
    }
    while quiet(hours, evening, winter) {
        evening -= MINUTE;
    }
    [(Kind::DayBefore, evening), (Kind::Soon, first_after(start - 2 * HOUR, hours, winter))]
}

/// That time, or the first minute after it at which somebody may be told.
fn first_after(at: i64, hours: (u32, u32), winter: i64) -> i64 {
    if !quiet(hours, at, winter) {
        return at;
    }
    let mut minute = at - at.rem_euclid(MINUTE);
    while quiet(hours, minute, winter) {
        minute += MINUTE;
    }
    minute
}

// ---- The people ---------------------------------------------------------------------------------

/// Somebody is told of a thing, of a meeting, at a time.
type Told = (i64, Id<Person>, Kind, Id<Meeting>);

/// A meeting as everybody knows it.
struct Known {
    start: i64,
    version: i64,
    people: Vec<Id<Person>>,
    declined: BTreeSet<Id<Person>>,
}

struct Home {
    winter: i64,
    zone: Zone,
    adviser: Id<Person>,
    staff: Access,
    parents: [(Id<Person>, Access, Viewer); 2],
    hours: BTreeMap<Id<Person>, (u32, u32)>,
    meetings: BTreeMap<Id<Meeting>, Known>,
    /// What is still to come.
    expected: BTreeSet<Told>,
    /// Who was told what of a meeting at that time already.
    was_told: BTreeSet<(Id<Meeting>, Id<Person>, Kind, i64)>,
}

/// Lets reminders come to a device of somebody that stays signed in for all these years.
async fn with_device(db: &Ground, person: Id<Person>) -> Viewer {
    let viewer = enter(db, person, NOW).await;
    let keys = Keys { public: [4; 65], secret: [7; 16] };
    let endpoint = format!("https://push.example/{person}");
    store::subscribe(db, &viewer, &endpoint, &keys, NOW).await.expect("a device");
    let stays = "UPDATE session SET ends_at = $2 WHERE person = $1";
    run!(db, stays, person.uuid(), NOW.seconds() + 20 * 366 * DAY).expect("it stays");
    viewer
}

impl Home {
    async fn of(db: &Ground, town: &Town, (zone, winter): (Zone, i64)) -> Self {
        let move_to = "UPDATE municipality SET zone = $2 WHERE id = $1";
        run!(db, move_to, town.id.uuid(), zone.name()).expect("it lies there");
        let (home, mut parents) = (town.home(), Vec::new());
        for person in [home.mother, home.father] {
            parents.push((person, look(db, person, home.id).await, with_device(db, person).await));
        }
        with_device(db, town.primary).await;
        let hours = [home.mother, home.father, town.primary].map(|person| (person, QUIET[0])).into();
        // What the cast has planned is not of this story.
        run!(db, "DELETE FROM reminder WHERE municipality = $1", town.id.uuid()).expect("forgotten");
        Self {
            winter,
            zone,
            adviser: town.primary,
            staff: look(db, town.primary, home.id).await,
            parents: parents.try_into().map_err(|_| "two").expect("two parents"),
            hours,
            meetings: BTreeMap::new(),
            expected: BTreeSet::new(),
            was_told: BTreeSet::new(),
        }
    }

    /// Who is told of a meeting.
    fn told_of(&self, id: Id<Meeting>) -> Vec<Id<Person>> {
        let known = &self.meetings[&id];
        known.people.iter().copied().filter(|person| !known.declined.contains(person)).collect()
    }

    /// What is to come of a meeting as it stands now.
    fn expect_anew(&mut self, id: Id<Meeting>, stands: bool, now: i64) {
        let kinds = [Kind::DayBefore, Kind::Soon];
        let (old, rest) = self.expected.iter().partition(|(_, _, kind, of)| *of == id && kinds.contains(kind));
        self.expected = rest;
        let old: BTreeSet<Told> = old;
        let start = self.meetings[&id].start;
        if !stands || start <= now {
            return;
        }
        for person in self.told_of(id) {
            for (kind, due) in when(start, self.hours[&person], self.winter) {
                let told = (due, person, kind, id);
                let is_new = due > now && !self.was_told.contains(&(id, person, kind, start));
                if due + HOUR / 2 <= start && (is_new || old.contains(&told)) {
                    self.expected.insert(told);
                }
            }
        }
    }

    fn expect_news(&mut self, id: Id<Meeting>, kind: Kind, now: i64) {
        for person in self.told_of(id) {
            let due = first_after(now, self.hours[&person], self.winter);
            if person != self.adviser && due < self.meetings[&id].start {
                self.expected.insert((due, person, kind, id));
            }
        }
    }

    /// A time within the next forty days, rather often where the clocks change.
    fn some_time(&self, dice: &mut Dice, now: i64) -> i64 {
        let year = utc(now).year();
        let changes = [last_sunday(year, 3), last_sunday(year, 10)];
        let soon = changes.into_iter().find(|day| (now + 2 * DAY..now + 60 * DAY).contains(day));
        let day = match soon {
            Some(sunday) if dice.one_in(2) => sunday + dice.below(2) * DAY,
            _ => now - now.rem_euclid(DAY) + dice.below(40) * DAY,
        };
        let minutes = if dice.one_in(8) { dice.below(24 * 4) * 15 } else { 7 * 60 + dice.below(14 * 4) * 15 };
        (day + minutes * MINUTE - self.winter).max(now + 5 * MINUTE)
    }

    fn details(&self, start: i64, people: Vec<Id<Person>>) -> Details {
        let starts = WallTime::at(Moment::from_seconds(start), self.zone);
        Details { starts, ..details(starts.instant(), people) }
    }

    /// Somebody does something.
    async fn act(&mut self, db: &Ground, dice: &mut Dice, now: i64) {
        let at = Moment::from_seconds(now);
        let ahead: Vec<_> = self.meetings.iter().filter(|(_, known)| known.start > now).map(|(id, _)| *id).collect();
        let one = usize::try_from(dice.below(ahead.len().max(1) as i64)).expect("an index");
        let (Some(id), false) = (ahead.get(one).copied(), dice.one_in(3)) else {
            return self.book(db, dice, now).await;
        };
        match dice.below(8) {
            0..3 => self.change(db, dice, id, now).await,
            3 => {
                store::cancel(db, &self.staff, id, false, at).await.expect("cancelled");
                self.expect_anew(id, false, now);
                self.expect_news(id, Kind::Cancelled, now);
                self.meetings.remove(&id);
            }
            4..7 => {
                let (person, access, _) = &self.parents[usize::try_from(dice.below(2)).expect("one of two")];
                let (person, known) = (*person, self.meetings.get_mut(&id).expect("it is known"));
                if !known.people.contains(&person) {
                    return;
                }
                let coming = if dice.one_in(2) { Coming::No } else { Coming::Yes };
                let said = Said { coming, proposals: Vec::new(), wish: Wish::default() };
                store::answer(db, access, id, known.version, &said, at).await.expect("answered");
                match coming {
                    Coming::No => known.declined.insert(person),
                    _ => known.declined.remove(&person),
                };
                self.expect_anew(id, true, now);
            }
            _ => {
                let (person, _, viewer) = &self.parents[usize::try_from(dice.below(2)).expect("one of two")];
                let person = *person;
                // What is new and waits for the end of the old hours would wait for that of the new ones too.
                if self
                    .expected
                    .iter()
                    .any(|told| told.1 == person && [Kind::Changed, Kind::Cancelled].contains(&told.2))
                {
                    return;
                }
                let hours = QUIET[usize::try_from(dice.below(QUIET.len() as i64)).expect("one of them")];
                let choice = Choice::new(hours.0, hours.1, Detail::Full).expect("hours");
                store::choose_reminders(db, viewer, &choice, at).await.expect("chosen");
                self.hours.insert(person, hours);
                for id in ahead {
                    if self.meetings[&id].people.contains(&person) {
                        self.expect_anew(id, true, now);
                    }
                }
            }
        }
    }

    async fn book(&mut self, db: &Ground, dice: &mut Dice, now: i64) {
        let (at, start) = (Moment::from_seconds(now), self.some_time(dice, now));
        let people = self.people(dice);
        let details = self.details(start, people.clone());
        let id = store::book(db, &self.staff, Id::fresh(at), &details, &[details.starts], &[], at).await;
        let id = id.expect("booked");
        self.meetings.insert(id, Known { start, version: 0, people, declined: BTreeSet::new() });
        self.expect_anew(id, true, now);
        self.expect_news(id, Kind::Changed, now);
    }

    fn people(&self, dice: &mut Dice) -> Vec<Id<Person>> {
        let [mother, father] = [&self.parents[0].0, &self.parents[1].0];
        let mut people = vec![*mother, self.adviser];
        people.extend(dice.one_in(2).then_some(*father));
        people
    }

    /// Moves a meeting, or changes who comes to it.
    async fn change(&mut self, db: &Ground, dice: &mut Dice, id: Id<Meeting>, now: i64) {
        let moves = !dice.one_in(4);
        let before = self.meetings[&id].start;
        let start = if moves { self.some_time(dice, now) } else { before };
        let people = self.people(dice);
        let details = self.details(start, people.clone());
        let known = self.meetings.get_mut(&id).expect("it is known");
        let at = Moment::from_seconds(now);
        store::change(db, &self.staff, id, known.version, &details, at).await.expect("changed");
        known.version += 1;
        known.start = start;
        known.declined.retain(|person| people.contains(person));
        known.people = people;
        if start != before {
            known.declined.clear();
        }
        self.expect_anew(id, true, now);
        if start != before {
            self.expect_news(id, Kind::Changed, now);
        }
    }
}

/// What is told now, by the store.
async fn tick(db: &Ground, now: i64) -> Vec<Told> {
    let now = Moment::from_seconds(now);
    store::deliver_due(db, now).await.expect("taken");
    let notices = store::take_deliveries(db, 1000, now).await.expect("notices");
    let fates: Vec<_> = notices.iter().map(|notice| (notice.delivery, Fate::Accepted)).collect();
    store::settle(db, &fates, now).await.expect("settled");
    let told = notices.into_iter().map(|notice| {
        assert_eq!(notice.not_before, now, "nothing is quiet now");
        let person = notice.endpoint.rsplit('/').next().and_then(|person| person.parse().ok()).expect("whose it is");
        (now.seconds(), person, notice.kind, Id::from_uuid(notice.subject))
    });
    told.collect()
}

#[tokio::test]
async fn ten_years_of_reminders_come_once_each_at_their_minute() {
    on_both(async |db| {
        let house = cast(&db).await;
        let mut homes = [Home::of(&db, &house.here, PLACES[0]).await, Home::of(&db, &house.there, PLACES[1]).await];
        let (begins, mut dice) = (NOW.seconds(), Dice(10));
        let mut next_acts = [begins; 2];
        let mut told_in_all = 0;
        while next_acts.iter().any(|at| *at < begins + YEARS * 365 * DAY) {
            let turn = usize::from(next_acts[1] < next_acts[0]);
            let act_at = next_acts[turn];
            // Up to then whatever is due is told, at its time: both what is planned and what is expected are looked at.
            loop {
                let rows: Vec<(Option<i64>,)> = rows!(db, "SELECT MIN(due_at) FROM reminder WHERE told_at IS NULL");
                let expected = homes.iter().filter_map(|home| home.expected.first()).map(|told| told.0).min();
                let Some(due) = rows[0].0.into_iter().chain(expected).min().filter(|due| *due < act_at) else { break };
                assert_eq!(tick(&db, due - 1).await, [], "before its time");
                let mut told = tick(&db, due).await;
                told.sort();
                let mut right: Vec<Told> = Vec::new();
                for home in &mut homes {
                    let (now, later): (BTreeSet<_>, BTreeSet<_>) = home.expected.iter().partition(|told| told.0 <= due);
                    home.expected = later;
                    for (_, person, kind, id) in &now {
                        let start = home.meetings.get(id).map_or(0, |known| known.start);
                        home.was_told.insert((*id, *person, *kind, start));
                    }
                    right.extend(now);
                }
                right.sort();
                assert_eq!(told, right, "at {}", utc(due));
                told_in_all += told.len();
            }
            homes[turn].act(&db, &mut dice, act_at).await;
            let due = homes[turn].expected.first().map(|told| told.0).filter(|due| *due > act_at);
            // Now and then something is done in the very second at which something is due.
            next_acts[turn] = match due {
                Some(due) if dice.one_in(6) => due,
                _ => act_at + 7 * MINUTE + dice.below(10 * DAY),
            };
        }
        assert!(told_in_all > 2000, "only {told_in_all} reminders in ten years");
    })
    .await;
}

//! The generator, the calendar, and the batch being put together.

use app::{
    domain::{
        id::Id,
        moment::{Moment, WallTime, Zone, days_after, start_of},
        person::{Language, Person, Role},
        why::Why,
        words::{Email, PersonName, Phone},
        working_time::{is_working_day, next_working_day},
    },
    store::{Batch, NewPerson},
};
use chrono::{Days, NaiveDate};
use rand::{Rng, RngExt, SeedableRng, rngs::StdRng};

/// The zone every demo lives in.
pub(super) const ZONE: Zone = chrono_tz::Europe::Copenhagen;

/// So many ids are drawn within one second of their time stamps: the 12 bits before an id's random ones count.
const IDS_A_SECOND: u16 = 4096;

/// Where a demo is put together.
pub(super) struct Stage {
    rng: StdRng,
    today: NaiveDate,
    made_at: Moment,
    made: u16,
    families: u32,
    /// What the next load brings.
    pub(super) batch: Batch,
}

impl Stage {
    pub(super) fn new(seed: u64, now: Moment) -> Self {
        let today = now.date(ZONE);
        Self {
            rng: StdRng::seed_from_u64(seed),
            today,
            made_at: start_of(today, ZONE),
            made: 0,
            families: 0,
            batch: Batch::default(),
        }
    }

    /// The batch so far; the next one starts empty.
    pub(super) fn take_batch(&mut self) -> Batch {
        std::mem::take(&mut self.batch)
    }

    /// The moment the demo is made at: the first one of its day.
    pub(super) fn now(&self) -> Moment {
        start_of(self.today, ZONE)
    }

    /// A new id, greater than all before, so that databases append it to their indexes.
    pub(super) fn id<T>(&mut self) -> Id<T> {
        let mut bytes = [0; 10];
        self.rng.fill_bytes(&mut bytes);
        bytes[..2].copy_from_slice(&self.made.to_be_bytes());
        let id = Id::drawn(self.made_at, bytes);
        self.made = (self.made + 1) % IDS_A_SECOND;
        if self.made == 0 {
            self.made_at = self.made_at.plus_seconds(1);
        }
        id
    }

    /// The number of the next family; two of one name are told apart by it.
    pub(super) fn family_number(&mut self) -> String {
        self.families += 1;
        (1000 + self.families).to_string()
    }

    /// A number from `least` to `most`, both included.
    pub(super) fn number(&mut self, least: u64, most: u64) -> u64 {
        self.rng.random_range(least..=most)
    }

    /// An index below `end`.
    pub(super) fn index(&mut self, end: usize) -> usize {
        self.rng.random_range(0..end)
    }

    /// True in so many cases of a hundred.
    pub(super) fn chance(&mut self, percent: u32) -> bool {
        self.rng.random_ratio(percent, 100)
    }

    /// One of some things.
    pub(super) fn one_of<T: Copy>(&mut self, things: &[T]) -> T {
        things[self.index(things.len())]
    }

    /// So many days ago.
    pub(super) fn days_ago(&self, days: u64) -> NaiveDate {
        self.today.checked_sub_days(Days::new(days)).unwrap_or(self.today)
    }

    /// In so many days.
    pub(super) fn in_days(&self, days: u64) -> NaiveDate {
        days_after(self.today, days)
    }

    /// In so many days, or the first working day after.
    pub(super) fn working_day_in(&self, days: u64) -> NaiveDate {
        working_day_from(self.in_days(days))
    }

    /// Whether a day is over.
    pub(super) fn is_past(&self, day: NaiveDate) -> bool {
        day < self.today
    }

    /// Some moment of a day between two hours.
    pub(super) fn moment(&mut self, day: NaiveDate, from: u64, before: u64) -> Moment {
        let (hour, minute) = (self.number(from, before - 1), self.number(0, 59));
        wall(day, hour, minute).instant().plus_seconds(self.rng.random_range(0..60))
    }

    /// Somebody without a family, a birthday or an address, who can be called.
    pub(super) fn adult(&mut self, role: Role, name: &str) -> Result<NewPerson, Why> {
        let digits = self.number(0, 9_999_999);
        Ok(NewPerson {
            id: self.id(),
            family: None,
            number: None,
            role,
            name: PersonName::parse(name)?,
            born: None,
            phone: Some(Phone::parse(&format!("+450{digits:07}"))?),
            email: Some(Email::parse(&format!("{}@demo.example", plain(name)))?),
            language: Language::Danish,
            address_protected: false,
            unit: None,
        })
    }

    /// Puts somebody into the batch.
    pub(super) fn enter(&mut self, person: NewPerson) -> Id<Person> {
        let id = person.id;
        self.batch.people.push(person);
        id
    }
}

/// The day itself when somebody is at work, or the next one when somebody is.
pub(super) fn working_day_from(day: NaiveDate) -> NaiveDate {
    if is_working_day(day) { day } else { next_working_day(day) }
}

/// A time of day that the clocks never skip: from 4 in the morning on.
pub(super) fn wall(day: NaiveDate, hour: u64, minute: u64) -> WallTime {
    let local =
        day.and_hms_opt(0, 0, 0).unwrap_or_default() + chrono::Duration::minutes((hour * 60 + minute).cast_signed());
    WallTime::new(local, ZONE).unwrap_or_else(|_| WallTime::at(start_of(day, ZONE), ZONE))
}

/// A name as it stands in an e-mail address.
fn plain(name: &str) -> String {
    let lower = name.to_lowercase().replace('æ', "ae").replace('ø', "oe").replace('å', "aa").replace(' ', ".");
    lower.chars().filter(|c| c.is_ascii_lowercase() || *c == '.').collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_ascend_in_the_order_they_are_drawn() {
        let mut stage = Stage::new(1, Moment::from_seconds(1_800_000_000));
        let ids: Vec<Id<()>> = (0..10_000).map(|_| stage.id()).collect();
        assert!(ids.is_sorted_by(|a, b| a < b));
    }

    #[test]
    fn a_name_becomes_an_address_in_plain_letters() {
        assert_eq!(plain("Søren Rønnebær"), "soeren.roennebaer");
    }
}

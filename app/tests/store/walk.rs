//! Nothing falls out of the inbox: whatever happens in whatever order, everything unread stands with somebody who is
//! there, and whoever reads for the family and had it keeps it.

use std::{
    collections::{HashMap, HashSet},
    hash::{BuildHasher, RandomState},
};

use app::{
    domain::{
        access::Purpose,
        administration::Heirs,
        checkin::{CheckIn, Telling},
        family::Family,
        id::Id,
        inbox::{Absence, InboxItem},
        moment::{Moment, days_after, start_of},
        person::{Person, Role, Viewer},
        review::NextStep,
        rhythm::Rhythm,
        settings::Settings,
        team::{Part, TeamMember},
        working_time::Office,
    },
    store::{self, Access, Administration, Batch, Caseload, NewTeamMember, Whose},
};

use crate::{
    cast::{HOUR, ZONE, at, cast, enter, person, reply, telling},
    ground::{Ground, number, on_both, rows, run},
};

const STEPS: usize = 180;

/// Numbers that look drawn and come out the same for the same seed (Marsaglia's xorshift).
struct Dice(u64);

impl Dice {
    fn below(&mut self, limit: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).expect("31 bits") % limit
    }

    fn pick<T: Copy>(&mut self, list: &[T]) -> Option<T> {
        if list.is_empty() { None } else { Some(list[self.below(list.len())]) }
    }
}

type Inboxes = HashMap<Id<InboxItem>, HashSet<Id<Person>>>;

struct Walk {
    db: Ground,
    dice: Dice,
    now: Moment,
    town: Id<app::domain::family::Municipality>,
    families: Vec<Id<Family>>,
    parents: Vec<(Viewer, Id<Family>)>,
    staff: Vec<Viewer>,
    lead: Viewer,
    administrator: Viewer,
    told: Vec<(Viewer, Id<CheckIn>)>,
    before: Inboxes,
}

impl Walk {
    async fn begin(db: Ground, seed: u64) -> Self {
        let mut dice = Dice(seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1);
        let town = cast(&db).await.here;
        let days = i64::try_from(dice.below(3652)).expect("a day");
        let now = at("2026-01-01T08:00").plus_days(days);
        let mut staff = Vec::new();
        for person in [town.primary, town.secondary, town.back_up, town.coordinator, town.other_primary] {
            staff.push(enter(&db, person, now).await);
        }
        let mut parents = Vec::new();
        for home in &town.homes {
            for parent in [home.mother, home.father] {
                parents.push((enter(&db, parent, now).await, home.id));
            }
        }
        let families = town.homes.iter().map(|home| home.id).collect();
        let lead = enter(&db, town.lead, now).await;
        let administrator = enter(&db, town.administrator, now).await;
        let (town, told, before) = (town.id, Vec::new(), Inboxes::new());
        Self { db, dice, now, town, families, parents, staff, lead, administrator, told, before }
    }

    async fn step(&mut self) -> String {
        match self.dice.below(21) {
            0..=3 => self.tell().await,
            4..=7 => self.time_passes().await,
            8 | 9 => self.somebody_goes_away().await,
            10 => self.somebody_is_back().await,
            11 => self.somebody_leaves().await,
            12 => self.somebody_joins().await,
            13 => self.a_part_ends().await,
            14 => self.a_pause_or_a_rhythm().await,
            15 | 16 => self.the_office_changes().await,
            17 => self.a_parent_leaves().await,
            18 => self.somebody_hands_over(true).await,
            19 => self.somebody_hands_over(false).await,
            _ => self.somebody_reads().await,
        }
    }

    async fn tell(&mut self) -> String {
        let (parent, family) = self.parents[self.dice.below(self.parents.len())].clone();
        let access = self.open(&parent, Whose::Family(family)).await;
        let again = self.told.iter().rev().find(|(teller, _)| teller.person == parent.person).map(|(_, id)| *id);
        if let Some(id) = again
            && self.dice.below(3) == 0
            && store::call_anyway(&self.db, &access, id, self.now).await.is_ok()
        {
            return format!("{} wants a call all the same", parent.name);
        }
        let answers = [i64::try_from(self.dice.below(6)).expect("an answer"); 5];
        let telling = Telling { call_me: self.dice.below(5) == 0, ..telling(answers) };
        let id = store::send(&self.db, &access, Id::fresh(self.now), &telling, self.now).await.expect("it is saved");
        let did = format!("{} tells {answers:?}", parent.name);
        self.told.push((parent, id));
        did
    }

    async fn time_passes(&mut self) -> String {
        let next: Vec<(i64,)> =
            rows!(self.db, "SELECT move_at FROM inbox_item WHERE closed_at IS NULL ORDER BY move_at LIMIT 1");
        let some = i64::try_from(self.dice.below(80)).expect("hours");
        let day = days_after(self.now.date(ZONE), 1 + u64::try_from(some / 24).expect("days"));
        self.now = match (self.dice.below(4), next.first()) {
            (0, Some((moment,))) => self.now.max(Moment::from_seconds(*moment)),
            (1, _) => start_of(day, ZONE),
            (2, _) => self.now.plus_days(some / 2),
            _ => self.now.plus_seconds(some * HOUR + 1),
        };
        self.round().await;
        store::ask_all(&self.db, self.now).await.expect("a round of asking");
        "time passes".into()
    }

    async fn round(&self) {
        store::move_on(&self.db, self.now).await.expect("a round");
        assert_eq!(store::move_on(&self.db, self.now).await.expect("a round"), 0, "one round is enough");
    }

    async fn somebody_goes_away(&mut self) -> String {
        let viewer = self.staff[self.dice.below(self.staff.len())].clone();
        let today = self.now.date(ZONE);
        let from = days_after(today, u64::try_from(self.dice.below(6)).expect("days").saturating_sub(2));
        let until = days_after(from, u64::try_from(self.dice.below(25)).expect("days"));
        store::be_away(&self.db, &viewer, (from, until), self.now).await.expect("away");
        format!("{} is away {from} to {until}", viewer.name)
    }

    async fn somebody_is_back(&mut self) -> String {
        let viewer = self.staff[self.dice.below(self.staff.len())].clone();
        let absences = store::absences(&self.db, &viewer, self.now).await.expect("absences");
        let ids: Vec<Id<Absence>> = absences.into_iter().map(|(id, _)| id).collect();
        if let Some(id) = self.dice.pick(&ids) {
            store::be_back(&self.db, &viewer, id, self.now).await.expect("back");
        }
        format!("{} is back", viewer.name)
    }

    async fn somebody_leaves(&mut self) -> String {
        if self.staff.len() < 3 {
            return "nobody leaves".into();
        }
        let leaver = self.staff.remove(self.dice.below(self.staff.len()));
        let left = run!(self.db, "UPDATE person SET left_at = $2 WHERE id = $1", leaver.person, self.now);
        left.expect("they leave");
        self.round().await;
        format!("{} leaves", leaver.name)
    }

    /// Somebody's families go to others, for good or while they stay: before anybody looks again, all is with somebody.
    async fn somebody_hands_over(&mut self, leaves: bool) -> String {
        if self.staff.len() < 3 {
            return "nobody hands over".into();
        }
        let person = self.staff.remove(self.dice.below(self.staff.len()));
        let right = Administration::open(&self.db, &self.administrator, self.now).await.expect("the administrator may");
        let mut heirs = Heirs::default();
        for held in store::parts_of(&self.db, &right, person.person).await.expect("parts") {
            let heir = self.staff[self.dice.below(self.staff.len())].person;
            let nobody = self.dice.below(3) == 0;
            let heir = heirs.of_family.entry(held.family).or_insert((!nobody).then_some(heir));
            if held.part == Part::Primary && heir.is_none() {
                *heir = Some(self.staff[0].person);
            }
        }
        store::hand_over(&self.db, &right, person.person, &heirs, leaves, self.now).await.expect("handed over");
        let did = format!("{} hands over and {}", person.name, if leaves { "leaves" } else { "stays" });
        if !leaves {
            self.staff.push(person);
        }
        did
    }

    /// Other hours, another day and another rhythm of the team's meetings.
    async fn the_office_changes(&mut self) -> String {
        let mut number = |limit| u32::try_from(self.dice.below(limit)).expect("a small number");
        let opens = number(23 * 60);
        let closes = opens + 1 + number(24 * 60 - 1 - usize::try_from(opens).expect("a small number"));
        let (day, days) = (number(200), 1 + number(91));
        let day = days_after(self.now.date(ZONE), u64::from(day));
        let office = Office::new(ZONE, opens, closes.min(24 * 60 - 1), day, u64::from(days)).expect("an office");
        let lead = Administration::open(&self.db, &self.lead, self.now).await.expect("the lead may");
        let settings = store::settings(&self.db, &self.lead).await.expect("settings");
        store::set(&self.db, &lead, &Settings { office, ..settings }, self.now).await.expect("set");
        format!("the office is {office:?}")
    }

    /// What they told stays with the team; nobody asks them any more.
    async fn a_parent_leaves(&mut self) -> String {
        if self.parents.len() < 3 {
            return "no parent leaves".into();
        }
        let (leaver, _) = self.parents.remove(self.dice.below(self.parents.len()));
        let left = run!(self.db, "UPDATE person SET left_at = $2 WHERE id = $1", leaver.person, self.now);
        left.expect("they leave");
        self.told.retain(|(teller, _)| teller.person != leaver.person);
        self.round().await;
        format!("{} leaves", leaver.name)
    }

    async fn part(&self, family: Id<Family>, part: Part) -> Vec<Id<TeamMember>> {
        const PART: &str = "SELECT id FROM team_member WHERE family = $1 AND part = $2 AND until IS NULL";
        let rows: Vec<(Id<TeamMember>,)> = rows!(self.db, PART, family, part);
        rows.into_iter().map(|(id,)| id).collect()
    }

    async fn somebody_joins(&mut self) -> String {
        let family = self.families[self.dice.below(self.families.len())];
        let part = [Part::Primary, Part::Secondary, Part::BackUp][self.dice.below(3)];
        let (people, who) = if self.dice.below(2) == 0 || self.staff.len() > 8 {
            (vec![], self.staff[self.dice.below(self.staff.len())].person)
        } else {
            let newcomer = person(None, "Nina Ny", Role::Adviser);
            let who = newcomer.id;
            (vec![newcomer], who)
        };
        let is_new = !people.is_empty();
        let member = NewTeamMember { id: Id::fresh(self.now), family, person: who, part };
        let team_ends = self.part(family, part).await;
        let batch = Batch { people, team: vec![member], team_ends, ..Batch::default() };
        store::load(&self.db, self.town, &batch, self.now).await.expect("loaded");
        if is_new {
            self.staff.push(enter(&self.db, who, self.now).await);
        }
        self.round().await;
        format!("{who} becomes {part:?}")
    }

    async fn a_part_ends(&mut self) -> String {
        let family = self.families[self.dice.below(self.families.len())];
        let part = [Part::Primary, Part::Secondary, Part::Coordinator, Part::BackUp][self.dice.below(4)];
        let batch = Batch { team_ends: self.part(family, part).await, ..Batch::default() };
        store::load(&self.db, self.town, &batch, self.now).await.expect("loaded");
        self.round().await;
        format!("nobody is {part:?} any more")
    }

    async fn a_pause_or_a_rhythm(&mut self) -> String {
        let (parent, family) = self.parents[self.dice.below(self.parents.len())].clone();
        let access = self.open(&parent, Whose::Family(family)).await;
        let today = self.now.date(ZONE);
        let pauses = store::pauses(&self.db, &access, today).await.expect("pauses");
        match pauses.first() {
            Some((pause, _)) => store::end_pause(&self.db, &access, *pause, self.now).await.expect("ended"),
            None => {
                let until = days_after(today, u64::try_from(self.dice.below(20)).expect("days"));
                store::pause(&self.db, &access, (today, until), self.now).await.expect("a pause");
            }
        }
        for reader in self.staff.clone() {
            let whose = Whose::Family(family);
            let opened = Access::open(&self.db, &reader, whose, Purpose::FamilyPage, self.now).await;
            if let Ok(access) = opened
                && access.relation().key() != "stand_in"
            {
                let rhythm = Rhythm::ALL[self.dice.below(Rhythm::ALL.len())];
                let instrument = store::rhythms(&self.db, &access).await.expect("rhythms")[0].0;
                store::set_rhythm(&self.db, &access, instrument, rhythm, self.now).await.expect("set");
                break;
            }
        }
        "a pause or a rhythm".into()
    }

    async fn somebody_reads(&mut self) -> String {
        let viewer = self.staff[self.dice.below(self.staff.len())].clone();
        let items: Vec<Id<InboxItem>> = self.inbox(&viewer).await;
        if let Some(item) = self.dice.pick(&items) {
            self.read(&viewer, item).await;
        }
        format!("{} reads", viewer.name)
    }

    async fn read(&mut self, reader: &Viewer, item: Id<InboxItem>) {
        let access = self.open(reader, Whose::InboxItem(item)).await;
        store::review(&self.db, &access, item, &reply(NextStep::Nothing, None), self.now).await.expect("closed");
        self.before.remove(&item);
    }

    async fn open(&self, viewer: &Viewer, whose: Whose) -> Access {
        Access::open(&self.db, viewer, whose, Purpose::CheckIn, self.now).await.expect("a relation")
    }

    async fn inbox(&self, viewer: &Viewer) -> Vec<Id<InboxItem>> {
        let caseload = Caseload::open(&self.db, viewer, Purpose::Inbox, self.now).await.expect("a caseload");
        let items = store::inbox(&self.db, &caseload).await.expect("an inbox");
        items.into_iter().map(|item| item.id).collect()
    }

    async fn inboxes(&self) -> Inboxes {
        let mut inboxes = Inboxes::new();
        for viewer in &self.staff {
            for item in self.inbox(viewer).await {
                inboxes.entry(item).or_default().insert(viewer.person);
            }
        }
        inboxes
    }

    /// Looks whether all is as it must be; gives how many items are open.
    async fn check(&mut self, did: &str) -> usize {
        let today = self.now.date(ZONE).to_string();
        let away: Vec<(Id<Person>,)> = rows!(
            self.db,
            "SELECT person FROM absence WHERE removed_at IS NULL AND from_day <= $1 AND $1 <= until_day",
            today
        );
        let there: HashSet<Id<Person>> = self
            .staff
            .iter()
            .map(|viewer| viewer.person)
            .filter(|person| away.iter().all(|(away,)| away != person))
            .collect();
        let readers: Vec<(Id<Family>, Id<Person>)> =
            rows!(self.db, "SELECT family, person FROM beside WHERE part <> 'contact_person'");
        let open: Vec<(Id<InboxItem>, Id<Family>, i64)> =
            rows!(self.db, "SELECT id, family, read_by FROM inbox_item WHERE closed_at IS NULL");
        let inboxes = self.inboxes().await;
        for (item, family, read_by) in &open {
            let nobody = HashSet::new();
            let holders = inboxes.get(item).unwrap_or(&nobody);
            assert!(!holders.is_empty(), "nobody has it after: {did}");
            assert!(there.is_empty() || !holders.is_disjoint(&there), "nobody who is there has it after: {did}");
            let of_family: HashSet<Id<Person>> =
                readers.iter().filter(|(of, _)| of == family).map(|(_, person)| *person).collect();
            for before in self.before.get(item).into_iter().flatten().filter(|person| of_family.contains(person)) {
                assert!(holders.contains(before), "somebody lost it after: {did}");
            }
            if *read_by <= self.now.seconds() {
                assert!(of_family.is_subset(holders), "late, and not everybody who reads has it after: {did}");
            }
        }
        const LOST: &str = "SELECT COUNT(*) FROM check_in c WHERE c.reviewed_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM inbox_item i WHERE i.check_in = c.id AND i.closed_at IS NULL
            )";
        assert_eq!(number!(self.db, LOST), 0, "something unread is lost after: {did}");
        const TWICE: &str = "SELECT COUNT(*) FROM (
                SELECT person FROM ask WHERE asked_on IS NOT NULL GROUP BY person, asked_on HAVING COUNT(*) > 1
            ) AS twice";
        assert_eq!(number!(self.db, TWICE), 0, "somebody was asked twice on one day after: {did}");
        assert_eq!(inboxes.len(), open.len(), "something closed still stands somewhere after: {did}");
        self.before = inboxes;
        open.len()
    }

    /// Whoever has something reads it, until nothing is left.
    async fn read_all(&mut self) {
        for (item, holders) in self.inboxes().await {
            let reader = self.staff.iter().find(|viewer| holders.contains(&viewer.person)).expect("a holder").clone();
            self.read(&reader, item).await;
        }
        assert_eq!(number!(self.db, "SELECT COUNT(*) FROM inbox_item WHERE closed_at IS NULL"), 0);
        assert_eq!(number!(self.db, "SELECT COUNT(*) FROM check_in WHERE reviewed_at IS NULL"), 0);
        assert_eq!(number!(self.db, "SELECT COUNT(*) FROM holder WHERE until IS NULL"), 0);
    }
}

async fn walk(seed: u64) {
    on_both(async |db| {
        let mut walk = Walk::begin(db, seed).await;
        let mut most = 0;
        for step in 0..STEPS {
            let did = walk.step().await;
            most = most.max(walk.check(&format!("step {step} of walk {seed}: {did}")).await);
        }
        assert!(most > 5, "only {most} at once were open on walk {seed}");
        walk.read_all().await;
    })
    .await;
}

/// A walk nobody went before. When it fails, its number is in the message: give it a test of its own.
#[tokio::test]
async fn nothing_falls_out_of_the_inbox_on_a_fresh_walk() {
    walk(RandomState::new().hash_one(0)).await;
}

#[tokio::test]
async fn nothing_falls_out_of_the_inbox_on_a_first_walk() {
    walk(1).await;
}

#[tokio::test]
async fn nothing_falls_out_of_the_inbox_on_a_second_walk() {
    walk(2).await;
}

#[tokio::test]
async fn nothing_falls_out_of_the_inbox_on_a_third_walk() {
    walk(3).await;
}

#[tokio::test]
async fn nothing_falls_out_of_the_inbox_on_a_fourth_walk() {
    walk(4).await;
}

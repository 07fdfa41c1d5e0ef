//! A family like many: parents, children, hopes, goals and meetings, each a little different.

use app::{
    domain::{
        consent::{Consent, Item},
        family::Family,
        id::Id,
        meeting::Place,
        moment::start_of,
        person::{Guardianship, Language, Person, Role},
        plan::{GoalState, LIVE_GOALS},
        team::Part,
        why::Why,
        words::{Note, PersonName, Title},
    },
    store::{NewConsent, NewFamily, NewGoal, NewGuardianship, NewHope, NewMeeting, NewPerson, NewStep, NewTeamMember},
};
use chrono::NaiveDate;

use super::{
    plans::{GOALS, Plan},
    staff::{Shared, Staff, Team},
    stage::{Stage, ZONE, wall, working_day_from},
    words::{self, FIRST_NAMES, HOPES, LAST_NAMES, MEETINGS, TO_BRING},
};

/// A parent, as far as the rest of the family's data needs to know them.
#[derive(Clone, Copy)]
pub(super) struct Parent {
    pub(super) id: Id<Person>,
    pub(super) language: Language,
}

impl Stage {
    /// Draws the family with that index in its unit.
    pub(super) fn family(&mut self, staff: &Staff, index: u32) -> Result<(), Why> {
        let last_name = self.one_of(LAST_NAMES);
        let family = self.enter_family(staff, last_name)?;
        let team = self.team(staff, index);
        let parents = self.parents(family, last_name)?;
        self.children(family, last_name, &parents)?;
        self.enter_team(family, &team, parents[0].id);
        for _ in 0..self.number(1, 2) {
            let author = self.one_of(&parents);
            let hope = self.one_of(HOPES);
            self.hope(family, author.id, words::said(hope, author.language))?;
        }
        self.plan(family, &team, &parents)?;
        self.meetings(family, &team)?;
        for parent in parents {
            self.check_ins(family, &team, parent)?;
        }
        Ok(())
    }

    pub(super) fn enter_family(&mut self, staff: &Staff, last_name: &str) -> Result<Id<Family>, Why> {
        let id = self.id();
        let name = Title::parse(&format!("Familien {last_name}"))?;
        let number = Some(self.family_number());
        self.batch.families.push(NewFamily { id, unit: Some(staff.unit), number, name });
        Ok(id)
    }

    fn parents(&mut self, family: Id<Family>, last_name: &str) -> Result<Vec<Parent>, Why> {
        let language = if self.chance(12) { Language::English } else { Language::Danish };
        let (two, protected) = (self.chance(70), self.chance(2));
        (0..if two { 2 } else { 1 })
            .map(|index| {
                let own_name = if index == 1 && self.chance(35) { self.one_of(LAST_NAMES) } else { last_name };
                let name = format!("{} {own_name}", self.one_of(FIRST_NAMES));
                let born = self.birthday(20, 52);
                let parent = NewPerson {
                    family: Some(family),
                    born: Some(born),
                    language,
                    address_protected: protected,
                    unit: None,
                    ..self.adult(Role::Parent, &name)?
                };
                Ok(Parent { id: self.enter(parent), language })
            })
            .collect()
    }

    fn children(&mut self, family: Id<Family>, last_name: &str, parents: &[Parent]) -> Result<(), Why> {
        let step_parent = self.chance(15);
        for _ in 0..1 + (self.number(0, 6) + self.number(0, 3)) / 3 {
            let name = format!("{} {last_name}", self.one_of(FIRST_NAMES));
            let born = self.birthday(0, 17);
            let child = self.child(family, &name, born)?;
            for (index, parent) in parents.iter().enumerate() {
                let custody = index == 0 || !step_parent;
                let may_see = custody || self.chance(50);
                self.guardian(family, child, parent.id, custody, may_see);
            }
        }
        Ok(())
    }

    pub(super) fn child(&mut self, family: Id<Family>, name: &str, born: NaiveDate) -> Result<Id<Person>, Why> {
        let child = NewPerson {
            id: self.id(),
            family: Some(family),
            number: None,
            role: Role::Child,
            name: PersonName::parse(name)?,
            born: Some(born),
            phone: None,
            email: None,
            language: Language::Danish,
            address_protected: false,
            unit: None,
        };
        Ok(self.enter(child))
    }

    pub(super) fn guardian(
        &mut self,
        family: Id<Family>,
        child: Id<Person>,
        adult: Id<Person>,
        custody: bool,
        may_see: bool,
    ) {
        let guardianship = Guardianship { child, adult, custody, may_see, lives_with: custody };
        self.batch.guardianships.push(NewGuardianship { family, guardianship });
    }

    fn birthday(&mut self, youngest: u64, oldest: u64) -> NaiveDate {
        let days = self.number(youngest * 365 + 30, oldest * 365 + 360);
        self.days_ago(days)
    }

    /// Puts the team together; `parent` is the one who shared things with the contact person.
    pub(super) fn enter_team(&mut self, family: Id<Family>, team: &Team, parent: Id<Person>) {
        let parts = [
            (Part::ContactPerson, team.contact_person.map(|(person, _)| person)),
            (Part::Primary, Some(team.primary)),
            (Part::Secondary, Some(team.secondary)),
            (Part::Coordinator, team.coordinator),
            (Part::BackUp, Some(team.back_up)),
        ];
        for (part, person) in parts {
            if let Some(person) = person {
                let id = self.id();
                self.batch.team.push(NewTeamMember { id, family, person, part });
            }
        }
        if let Some((recipient, shared)) = team.contact_person {
            let (items, ends): (&[Item], _) = match shared {
                Shared::Nothing => (&[], self.in_days(0)),
                Shared::Meetings => (&[Item::Meetings], self.in_days(90)),
                Shared::Everything => (&Item::COMMON, self.in_days(90)),
                Shared::NoMore => (&[Item::Meetings], self.days_ago(3)),
            };
            let (given_at, ends_at) = (wall(self.days_ago(33), 19, 30).instant(), start_of(ends, ZONE));
            for item in items.iter().copied() {
                let id: Id<Consent> = self.id();
                let consent = NewConsent { id, family, recipient, item, given_by: parent, given_at, ends_at };
                self.batch.consents.push(consent);
            }
        }
    }

    pub(super) fn hope(&mut self, family: Id<Family>, author: Id<Person>, said: &str) -> Result<(), Why> {
        let (id, words) = (self.id(), Note::parse(said)?);
        self.batch.hopes.push(NewHope { id, family, author, words });
        Ok(())
    }

    fn plan(&mut self, family: Id<Family>, team: &Team, parents: &[Parent]) -> Result<(), Why> {
        let goals = self.number(1, 4);
        let mut plans: Vec<&Plan> = Vec::new();
        for _ in 0..goals {
            let plan = &GOALS[self.index(GOALS.len())];
            if plans.iter().all(|other| other.area != plan.area) {
                plans.push(plan);
            }
        }
        let reached = usize::from(plans.len() > 1 && self.chance(35));
        for (position, plan) in plans.into_iter().rev().enumerate() {
            let (state, done) = match position.checked_sub(reached) {
                None => (GoalState::Reached, plan.steps.len()),
                Some(live) if live < LIVE_GOALS => (GoalState::Live, self.index(plan.steps.len())),
                Some(_) => (GoalState::Waiting, 0),
            };
            let doer = self.one_of(parents).id;
            self.goal(family, plan, state, position, done, [doer, team.primary])?;
        }
        Ok(())
    }

    /// A goal of which so many steps are done. The family's own `doers[0]` does most, the adviser some.
    pub(super) fn goal(
        &mut self,
        family: Id<Family>,
        plan: &Plan,
        state: GoalState,
        position: usize,
        done: usize,
        doers: [Id<Person>; 2],
    ) -> Result<(), Why> {
        let id = self.id();
        let position = i64::try_from(position).unwrap_or_default();
        let title = Title::parse(plan.title)?;
        self.batch.goals.push(NewGoal { id, family, number: None, area: plan.area, title, state, position });
        let mut days_ago = self.number(3, 9) + 9 * done as u64;
        for (index, step) in plan.steps.iter().enumerate() {
            let by_adviser = index > 0 && self.chance(20);
            let doer = doers[usize::from(by_adviser)];
            let ticked = index < done;
            let day = self.days_ago(days_ago);
            let (soon, due) = (self.number(2, 16), state == GoalState::Live && index == done && self.chance(60));
            let step = NewStep {
                id: self.id(),
                family,
                goal: id,
                title: Title::parse(step)?,
                doer: (ticked || !self.chance(15)).then_some(doer),
                due: due.then(|| self.in_days(soon)),
                position: i64::try_from(index).unwrap_or_default(),
                done: ticked.then(|| (self.moment(day, 7, 22), doers[0])),
            };
            self.batch.steps.push(step);
            days_ago = days_ago.saturating_sub(9).max(1);
        }
        Ok(())
    }

    /// A series that keeps its weekday and its time on the wall, whatever the clocks do in between.
    fn meetings(&mut self, family: Id<Family>, team: &Team) -> Result<(), Why> {
        let (coming, past) = (self.number(0, 2), self.number(0, 4));
        let every = self.one_of(&[14, 28]);
        let first = self.number(1, every - 1);
        let (hour, minute) = (self.number(8, 15), self.one_of(&[0, 30]));
        let place = self.one_of(&[Place::Home, Place::Home, Place::Office, Place::Office, Place::Elsewhere]);
        for turn in (0..past).rev() {
            let day = working_day_from(self.days_ago(every * (turn + 1) - first));
            if self.is_past(day) {
                self.meeting(family, team, day, (hour, minute), place)?;
            }
        }
        for turn in 0..coming {
            let day = self.working_day_in(first + every * turn);
            self.meeting(family, team, day, (hour, minute), place)?;
        }
        Ok(())
    }

    fn meeting(
        &mut self,
        family: Id<Family>,
        team: &Team,
        day: NaiveDate,
        (hour, minute): (u64, u64),
        usual: Place,
    ) -> Result<(), Why> {
        let place = if self.chance(80) { usual } else { self.one_of(&[Place::Phone, Place::Video]) };
        let contact_person = team.contact_person.map(|(person, _)| person).filter(|_| self.chance(50));
        let secondary = self.chance(30).then_some(team.secondary);
        let meeting = NewMeeting {
            id: self.id(),
            family,
            number: None,
            title: Title::parse(self.one_of(MEETINGS))?,
            starts: wall(day, hour, minute),
            minutes: if place == Place::Phone { 20 } else { self.one_of(&[30, 45, 60, 60, 90]) },
            place,
            place_words: words::rooms(place).map(|rooms| Title::parse(self.one_of(rooms))).transpose()?,
            bring: self.chance(35).then(|| Note::parse(self.one_of(TO_BRING))).transpose()?,
            participants: [Some(team.primary), secondary, contact_person].into_iter().flatten().collect(),
        };
        self.batch.meetings.push(meeting);
        Ok(())
    }
}

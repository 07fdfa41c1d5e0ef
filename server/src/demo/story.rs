//! The cast and its family: the story a visitor walks through.
//!
//! Amina has not told how she is for five weeks, so a check-in is due. Jonas sent one yesterday evening that nobody
//! has read. Tomorrow at ten their adviser and the coach of the children's football club come by.

use app::{
    domain::{
        checkin::{Target, belief::BELIEF, child::CHILD, sdq::SDQ, work::WORK},
        child_words::{Assent, Said},
        family::Family,
        id::Id,
        meeting::Place,
        person::{Person, Role},
        plan::{Area, GoalState},
        review::NextStep,
        why::Why,
        words::{Note, PersonName, Title},
        working_time::next_working_day,
    },
    store::{NewChildWords, NewMeeting, NewPerson},
};
use chrono::NaiveDate;

use super::{
    check_ins::{Read, Sent},
    plans::Plan,
    staff::{Staff, Team},
    stage::{Stage, wall, working_day_from},
};

/// One of the cast.
pub(super) struct Part {
    pub(super) role: &'static str,
    /// The number they are found by.
    pub(super) number: &'static str,
    pub(super) name: &'static str,
}

const fn part(role: &'static str, number: &'static str, name: &'static str) -> Part {
    Part { role, number, name }
}

/// The first parent of the first family.
const PARENT: Part = part("parent", "demo-parent", "Amina Solsort");
/// The second one.
const OTHER_PARENT: Part = part("other_parent", "demo-other-parent", "Jonas Solsort");
/// The football coach.
pub(super) const CONTACT_PERSON: Part = part("contact_person", "demo-contact-person", "Freja Lyng");
/// The first family's primary adviser.
pub(super) const ADVISER: Part = part("adviser", "demo-adviser", "Karen Havblik");
/// Its secondary adviser.
pub(super) const SECOND_ADVISER: Part = part("second_adviser", "demo-second-adviser", "Thomas Rønnebær");
/// Sees counts only.
pub(super) const PROJECT_LEAD: Part = part("project_lead", "demo-project-lead", "Birgit Engsø");

/// Sees staff and settings only.
const ADMINISTRATOR: Part = part("administrator", "demo-administrator", "Lise Kornblomst");
/// Agrees, or does not, to what the other proposes.
const SECOND_ADMINISTRATOR: Part = part("second_administrator", "demo-second-administrator", "Henrik Mosevang");

/// The cast, in the order it is shown.
pub(super) const CAST: [Part; 8] =
    [PARENT, OTHER_PARENT, CONTACT_PERSON, ADVISER, SECOND_ADVISER, PROJECT_LEAD, ADMINISTRATOR, SECOND_ADMINISTRATOR];

const HOPES: [(usize, &str); 3] = [
    (0, "At vi har ro om morgenen og kan nå at kramme, før vi går."),
    (0, "At jeg får et arbejde, hvor jeg kan bruge mine hænder."),
    (1, "At børnene husker den her tid som en god tid."),
];

/// Each goal with where it stands and how many of its steps are done.
const GOALS: [(Plan, GoalState, usize); 5] = [
    (
        Plan {
            area: Area::EverydayLife,
            title: "Rolige morgener, hvor vi når det hele",
            steps: &["Læg tøjet frem om aftenen", "Sæt vækkeuret et kvarter før", "Pak taskerne før aftensmaden"],
        },
        GoalState::Live,
        2,
    ),
    (
        Plan {
            area: Area::School,
            title: "Villads er glad for at gå i skole",
            steps: &["Tal med hans lærer", "Gå med til første time i en uge", "Inviter en fra klassen hjem"],
        },
        GoalState::Live,
        1,
    ),
    (
        Plan {
            area: Area::Work,
            title: "Amina finder et job på 15 timer om ugen",
            steps: &["Skriv tre ting, du er god til", "Lav et cv sammen med Karen", "Besøg bageriet", "Søg ét job"],
        },
        GoalState::Live,
        1,
    ),
    (
        Plan {
            area: Area::Leisure,
            title: "Noor begynder til svømning",
            steps: &["Se, hvornår der er prøvetime", "Søg om hjælp til kontingentet"],
        },
        GoalState::Waiting,
        0,
    ),
    (
        Plan {
            area: Area::Money,
            title: "Vi har styr på regningerne",
            steps: &["Saml alle breve i én mappe", "Skriv de faste udgifter ned", "Lav en aftale om at betale af"],
        },
        GoalState::Reached,
        3,
    ),
];

/// Amina's answers about work, about Villads, and what Karen noted of both.
const WORK_TOLD: [&[i64]; 3] = [&[3, 2, 4, 5, 4, 3], &[4, 4, 4, 5, 6, 4], &[5, 6, 5, 6, 7, 6]];
const CHILD_TOLD: [&[i64]; 4] = [&[3, 4, 6, 6], &[4, 4, 6, 7], &[4, 5, 7, 7], &[6, 5, 7, 8]];
const SDQ_NOTED: [&[i64]; 1] = [&[4, 2, 6, 3, 7, 1, 0]];
const BELIEF_NOTED: [&[i64]; 2] = [&[5], &[8]];

/// What Villads said to Karen, so many days ago. Amina may read the second: he asked for it.
const CHILD_SAID: [(u64, &str); 2] = [
    (20, "Når de voksne råber, går jeg ind til Alma. Så tegner vi, indtil der er stille."),
    (9, "Jeg vil gerne have, at nogen kommer og ser mig spille fodbold. Bare én gang."),
];

/// The sums of Amina's answers, the latest five weeks ago and the others four weeks apart before it.
const PARENT_SUMS: [i64; 7] = [9, 10, 12, 11, 13, 14, 15];
/// The sums of Jonas' answers, the latest yesterday.
const OTHER_PARENT_SUMS: [i64; 5] = [14, 15, 13, 13, 7];

impl Stage {
    /// Somebody of the cast, found later by their number.
    pub(super) fn cast_member(&mut self, part: &Part, role: Role) -> Result<Id<Person>, Why> {
        let person = NewPerson { number: Some(part.number.to_owned()), ..self.adult(role, part.name)? };
        Ok(self.enter(person))
    }

    /// Draws the cast's family, the first of the first unit.
    pub(super) fn story(&mut self, staff: &Staff) -> Result<(), Why> {
        let family = self.enter_family(staff, "Solsort")?;
        let team = self.team(staff, 0);
        let parent = self.story_parent(family, &PARENT, 34)?;
        let other_parent = self.story_parent(family, &OTHER_PARENT, 37)?;
        let mut children = Vec::new();
        for (name, age, both) in [("Noor Solsort", 13, false), ("Villads Solsort", 8, true), ("Alma Solsort", 4, true)]
        {
            let born = self.days_ago(age * 365 + 140);
            let child = self.child(family, name, born)?;
            children.push(child);
            self.guardian(family, child, parent, true, true);
            if both {
                self.guardian(family, child, other_parent, true, true);
            }
        }
        self.enter_team(family, &team, parent);
        for (author, words) in HOPES {
            self.hope(family, [parent, other_parent][author], words)?;
        }
        for (position, (plan, state, done)) in GOALS.iter().enumerate() {
            self.goal(family, plan, *state, position, *done, [parent, team.primary])?;
        }
        self.story_meetings(family, &team)?;
        self.parent_check_ins(family, &team, parent)?;
        self.other_parent_check_ins(family, &team, other_parent)?;
        let reader = Some(team.primary);
        self.told_with(family, parent, (&WORK, Target::Teller), 40, &WORK_TOLD, reader)?;
        if let [_, villads, _] = children[..] {
            let about = Target::Person(villads);
            self.told_with(family, parent, (&CHILD, about), 38, &CHILD_TOLD, reader)?;
            self.told_with(family, team.primary, (&SDQ, about), 50, &SDQ_NOTED, None)?;
            self.child_words(family, villads, team.primary, parent)?;
        }
        self.told_with(family, team.primary, (&BELIEF, Target::Person(parent)), 30, &BELIEF_NOTED, None)?;
        for part in [&ADMINISTRATOR, &SECOND_ADMINISTRATOR] {
            self.cast_member(part, Role::Administrator)?;
        }
        Ok(())
    }

    fn child_words(
        &mut self,
        family: Id<Family>,
        child: Id<Person>,
        adviser: Id<Person>,
        parent: Id<Person>,
    ) -> Result<(), Why> {
        for (at, (days, words)) in CHILD_SAID.into_iter().enumerate() {
            let heard_on = self.days_ago(days);
            let words = NewChildWords {
                id: self.id(),
                family,
                child,
                author: adviser,
                said: Said { words: Note::parse(words)?, heard_by: PersonName::parse(ADVISER.name)?, heard_on },
                written_at: wall(heard_on, 14, 30).instant(),
                open_to: (at == 1).then(|| (self.id(), parent, Assent::Agreed)),
            };
            self.batch.child_words.push(words);
        }
        Ok(())
    }

    fn story_parent(&mut self, family: Id<Family>, part: &Part, age: u64) -> Result<Id<Person>, Why> {
        let number = Some(part.number.to_owned());
        let born = Some(self.days_ago(age * 365 + 200));
        let parent = NewPerson { family: Some(family), number, born, ..self.adult(Role::Parent, part.name)? };
        Ok(self.enter(parent))
    }

    fn story_meetings(&mut self, family: Id<Family>, team: &Team) -> Result<(), Why> {
        let coach = team.contact_person.map(|(person, _)| person);
        let weeks_ago = |weeks: u64| working_day_from(self.days_ago(weeks * 7));
        let past = [weeks_ago(14), weeks_ago(10), weeks_ago(6), weeks_ago(2)];
        for day in past {
            let who = [Some(team.primary), Some(team.secondary), None];
            self.story_meeting(family, "Opfølgning på planen", (day, 13), 60, Place::Office, None, who)?;
        }
        let (tomorrow, next, last) = (self.in_days(1), self.working_day_in(15), self.working_day_in(36));
        let bring = Some("ugeplanen fra skolen og jeres kalender");
        let who = [Some(team.primary), None, coach];
        self.story_meeting(family, "Morgener, skole og fodbold", (tomorrow, 10), 60, Place::Home, bring, who)?;
        let who = [Some(team.primary), Some(team.secondary), None];
        self.story_meeting(family, "Opfølgning på planen", (next, 13), 60, Place::Office, None, who)?;
        let who = [Some(team.secondary), None, None];
        self.story_meeting(family, "Hvordan går det med jobbet?", (last, 9), 20, Place::Phone, None, who)
    }

    #[expect(clippy::too_many_arguments, reason = "a line of it reads as the meeting")]
    fn story_meeting(
        &mut self,
        family: Id<Family>,
        title: &str,
        (day, hour): (NaiveDate, u64),
        minutes: i64,
        place: Place,
        bring: Option<&str>,
        participants: [Option<Id<Person>>; 3],
    ) -> Result<(), Why> {
        let meeting = NewMeeting {
            id: self.id(),
            family,
            number: None,
            title: Title::parse(title)?,
            starts: wall(day, hour, 0),
            minutes,
            place,
            place_words: (place == Place::Office).then(|| Title::parse("Familiehuset, lokale 2")).transpose()?,
            bring: bring.map(Note::parse).transpose()?,
            participants: participants.into_iter().flatten().collect(),
        };
        self.batch.meetings.push(meeting);
        Ok(())
    }

    fn parent_check_ins(&mut self, family: Id<Family>, team: &Team, parent: Id<Person>) -> Result<(), Why> {
        let mut before = None;
        for (turn, sum) in (0..PARENT_SUMS.len() as u64).rev().zip(PARENT_SUMS) {
            let day = self.days_ago(35 + 28 * turn);
            let newest = turn == 0;
            let review = Read {
                reviewer: if turn % 3 == 2 { team.secondary } else { team.primary },
                next_step: if newest { NextStep::AtNextMeeting } else { NextStep::Nothing },
                words: newest.then_some("Dejligt at se, at det går fremad. Vi taler om jobbet, når vi ses."),
                at: self.moment(next_working_day(day), 9, 11),
            };
            let sent = Sent {
                sum,
                sent_at: wall(day, 20, 12).instant(),
                call_me: false,
                words: newest.then_some("Morgenerne er blevet lettere."),
                review: Some(review),
            };
            self.check_in(family, parent, before, &sent)?;
            before = Some(sum * 4);
        }
        Ok(())
    }

    fn other_parent_check_ins(&mut self, family: Id<Family>, team: &Team, parent: Id<Person>) -> Result<(), Why> {
        let mut before = None;
        for (turn, sum) in (0..OTHER_PARENT_SUMS.len() as u64).rev().zip(OTHER_PARENT_SUMS) {
            let day = self.days_ago(1 + 28 * turn);
            let newest = turn == 0;
            let review = Read {
                reviewer: team.secondary,
                next_step: NextStep::AtNextMeeting,
                words: None,
                at: self.moment(next_working_day(day), 9, 15),
            };
            let sent = Sent {
                sum,
                sent_at: wall(day, 21, 40).instant(),
                call_me: newest,
                words: newest.then_some("Det har været en lang uge. Jeg vil gerne tale med Karen."),
                review: (!newest).then_some(review),
            };
            self.check_in(family, parent, before, &sent)?;
            before = Some(sum * 4);
        }
        Ok(())
    }
}

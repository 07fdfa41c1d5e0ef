//! One cast of people: two municipalities with two families each, and those who walk beside them.

use app::{
    domain::{
        access::Purpose,
        chance::Token,
        checkin::{Answers, CheckIn, Instrument, Target, Telling, who5::WHO5},
        family::{Family, Municipality, Unit},
        id::Id,
        inbox::InboxItem,
        meeting::{Meeting, Place},
        moment::{Moment, WallTime, Zone, start_of},
        person::{Guardianship, Language, Person, Role, Viewer},
        plan::{Area, Goal, GoalState, Hope, Step},
        review::{NextStep, Reply},
        team::{Part, TeamMember},
        words::{Note, PersonName, Phone, Title},
    },
    store::{
        self, Access, Batch, Caseload, Db, NewFamily, NewGoal, NewGuardianship, NewHope, NewMeeting, NewPerson,
        NewStep, NewTeamMember, NewUnit, News, Whose,
    },
};

/// Friday 15 January 2027, 09:00 in Copenhagen.
pub(crate) const NOW: Moment = Moment::from_seconds(1_800_000_000);
pub(crate) const ZONE: Zone = Zone::Europe__Copenhagen;
pub(crate) const HOUR: i64 = 3600;

pub(crate) struct House {
    pub(crate) here: Town,
    pub(crate) there: Town,
}

/// A municipality. Its second family has an adviser of its own; the secondary adviser and the contact person walk
/// beside both.
pub(crate) struct Town {
    pub(crate) id: Id<Municipality>,
    pub(crate) unit: Id<Unit>,
    pub(crate) homes: [Home; 2],
    pub(crate) primary: Id<Person>,
    pub(crate) secondary: Id<Person>,
    pub(crate) back_up: Id<Person>,
    pub(crate) coordinator: Id<Person>,
    pub(crate) other_primary: Id<Person>,
    pub(crate) contact: Id<Person>,
    pub(crate) lead: Id<Person>,
    pub(crate) administrator: Id<Person>,
    pub(crate) other_administrator: Id<Person>,
}

/// A family with a live goal of two steps, a waiting goal, a hope, and a meeting tomorrow with mother and adviser.
pub(crate) struct Home {
    pub(crate) id: Id<Family>,
    pub(crate) mother: Id<Person>,
    pub(crate) father: Id<Person>,
    pub(crate) daughter: Id<Person>,
    pub(crate) son: Id<Person>,
    pub(crate) goal: Id<Goal>,
    pub(crate) waiting: Id<Goal>,
    pub(crate) steps: [Id<Step>; 2],
    pub(crate) hope: Id<Hope>,
    pub(crate) meeting: Id<Meeting>,
    /// The parts in its team, the contact person's first.
    pub(crate) parts: Vec<Id<TeamMember>>,
}

impl Town {
    /// The family most tests are about.
    pub(crate) fn home(&self) -> &Home {
        &self.homes[0]
    }

    /// The family next door.
    pub(crate) fn next_door(&self) -> &Home {
        &self.homes[1]
    }
}

pub(crate) async fn cast(db: &Db) -> House {
    House { here: town(db, "Holmby", "Holm", "Madsen").await, there: town(db, "Lundby", "Lund", "Krogh").await }
}

async fn town(db: &Db, name: &str, first: &str, second: &str) -> Town {
    let id = store::found_municipality(db, &title(name), ZONE, Some(&phone("70121314")), None, NOW)
        .await
        .expect("a municipality");
    let mut batch = Batch::default();
    let unit = Id::fresh(NOW);
    batch.units.push(NewUnit { id: unit, name: title("Familiehuset") });
    let mut staff = |name: &str, role| {
        let person = person(None, name, role);
        let id = person.id;
        batch.people.push(person);
        id
    };
    let primary = staff("Anna Primær", Role::Adviser);
    let secondary = staff("Bent Sekundær", Role::Adviser);
    let back_up = staff("Dorte Afløser", Role::Adviser);
    let coordinator = staff("Eva Koordinator", Role::Coordinator);
    let other_primary = staff("Carl Nabo", Role::Adviser);
    let contact = staff("Frida Forening", Role::ContactPerson);
    let lead = staff("Gert Leder", Role::ProjectLead);
    let administrator = staff("Hanne Kontor", Role::Administrator);
    let other_administrator = staff("Ib Kontor", Role::Administrator);
    let beside_first = [
        (contact, Part::ContactPerson),
        (primary, Part::Primary),
        (secondary, Part::Secondary),
        (coordinator, Part::Coordinator),
        (back_up, Part::BackUp),
    ];
    let beside_second = [(contact, Part::ContactPerson), (other_primary, Part::Primary), (secondary, Part::Secondary)];
    let homes = [home(&mut batch, unit, first, &beside_first), home(&mut batch, unit, second, &beside_second)];
    store::load(db, id, &batch, NOW).await.expect("the cast is loaded");
    Town {
        id,
        unit,
        homes,
        primary,
        secondary,
        back_up,
        coordinator,
        other_primary,
        contact,
        lead,
        administrator,
        other_administrator,
    }
}

fn home(batch: &mut Batch, unit: Id<Unit>, name: &str, beside: &[(Id<Person>, Part)]) -> Home {
    let id = Id::fresh(NOW);
    batch.families.push(NewFamily { id, unit: Some(unit), number: Some(name.to_owned()), name: title(name) });
    let mut member = |first: &str, role| {
        let mut person = person(Some(id), &format!("{first} {name}"), role);
        person.born = (role == Role::Child).then(|| "2016-05-01".parse().expect("a day"));
        let id = person.id;
        batch.people.push(person);
        id
    };
    let mother = member("Mette", Role::Parent);
    let father = member("Finn", Role::Parent);
    let daughter = member("Dina", Role::Child);
    let son = member("Storm", Role::Child);
    for (child, adult, may_see) in [(daughter, mother, true), (daughter, father, true), (son, mother, true)] {
        let guardianship = Guardianship { child, adult, custody: true, may_see, lives_with: false };
        batch.guardianships.push(NewGuardianship { family: id, guardianship });
    }
    let refused = Guardianship { child: son, adult: father, custody: false, may_see: false, lives_with: false };
    batch.guardianships.push(NewGuardianship { family: id, guardianship: refused });
    let parts = beside
        .iter()
        .map(|(person, part)| {
            let member = NewTeamMember { id: Id::fresh(NOW), family: id, person: *person, part: *part };
            batch.team.push(member);
            member.id
        })
        .collect();
    let hope = Id::fresh(NOW);
    batch.hopes.push(NewHope { id: hope, family: id, author: mother, words: note("Ro om morgenen") });
    let (goal, waiting) = (Id::fresh(NOW), Id::fresh(NOW));
    for (position, goal, state) in [(0, goal, GoalState::Live), (1, waiting, GoalState::Waiting)] {
        let title = title(&format!("Mål {position}"));
        batch.goals.push(NewGoal { id: goal, family: id, number: None, area: Area::School, title, state, position });
    }
    let steps = [Id::fresh(NOW), Id::fresh(NOW)];
    for (position, step) in steps.into_iter().enumerate() {
        batch.steps.push(NewStep {
            id: step,
            family: id,
            goal,
            title: title(&format!("Skridt {position}")),
            doer: Some(mother),
            due: None,
            position: i64::try_from(position).expect("a position"),
            done: None,
        });
    }
    let adviser = beside[1].0;
    let tomorrow = meeting(id, NOW.plus_days(1), vec![mother, adviser]);
    let meeting = tomorrow.id;
    batch.meetings.push(tomorrow);
    Home { id, mother, father, daughter, son, goal, waiting, steps, hope, meeting, parts }
}

pub(crate) fn person(family: Option<Id<Family>>, name: &str, role: Role) -> NewPerson {
    NewPerson {
        id: Id::fresh(NOW),
        family,
        number: None,
        role,
        name: PersonName::parse(name).expect("a name"),
        born: None,
        phone: Some(phone("12345678")),
        email: None,
        language: Language::Danish,
        address_protected: false,
        unit: None,
    }
}

pub(crate) fn meeting(family: Id<Family>, starts: Moment, participants: Vec<Id<Person>>) -> NewMeeting {
    NewMeeting {
        id: Id::fresh(NOW),
        family,
        number: None,
        title: title("Møde om skolen"),
        starts: WallTime::at(starts, ZONE),
        minutes: 60,
        place: Place::Home,
        place_words: Some(title("Skovvej 1")),
        bring: None,
        participants,
    }
}

/// Signs somebody in as people do: with an invitation and its button.
pub(crate) async fn enter(db: &Db, person: Id<Person>, now: Moment) -> Viewer {
    let (viewer, _) = enter_with_token(db, person, now).await;
    viewer
}

pub(crate) async fn enter_with_token(db: &Db, person: Id<Person>, now: Moment) -> (Viewer, Token) {
    let invitation = store::invite_from_console(db, person, now).await.expect("an invitation");
    let session = Token::fresh();
    store::accept(db, &invitation, &session, "Firefox · Linux", now).await.expect("a session");
    let (viewer, _) = store::viewer(db, &session, now).await.expect("an answer").expect("a living session");
    (viewer, session)
}

/// Lets somebody look at a family they stand in a relation to.
pub(crate) async fn look(db: &Db, person: Id<Person>, family: Id<Family>) -> Access {
    look_at(db, person, family, NOW).await
}

pub(crate) async fn look_at(db: &Db, person: Id<Person>, family: Id<Family>, now: Moment) -> Access {
    let viewer = enter(db, person, now).await;
    Access::open(db, &viewer, Whose::Family(family), Purpose::FamilyPage, now).await.expect("a relation to the family")
}

pub(crate) async fn inbox(db: &Db, person: Id<Person>) -> Caseload {
    let viewer = enter(db, person, NOW).await;
    Caseload::open(db, &viewer, Purpose::Inbox, NOW).await.expect("a caseload")
}

/// Sends a check-in of a parent, every question answered with `answer`.
pub(crate) async fn send(db: &Db, person: Id<Person>, family: Id<Family>, answer: i64, now: Moment) -> Id<CheckIn> {
    let access = look_at(db, person, family, now).await;
    store::send(db, &access, Id::fresh(now), &telling([answer; 5]), now).await.expect("it is saved")
}

pub(crate) fn telling(answers: [i64; 5]) -> Telling {
    let (answers, answered_at) = (who5(answers), None);
    Telling { instrument: &WHO5, target: Target::Teller, answers, words: None, call_me: false, answered_at }
}

/// Every question of an instrument answered with `answer`.
pub(crate) fn about(instrument: &'static Instrument, target: Target, answer: i64) -> Telling {
    let typed = answer.to_string();
    let answers = Answers::parse(instrument, |_| Ok(Some(&typed))).expect("an answer to every question");
    Telling { instrument, target, answers, words: None, call_me: false, answered_at: None }
}

/// What stands in somebody's inbox.
pub(crate) async fn items(db: &Db, person: Id<Person>) -> Vec<InboxItem> {
    store::inbox(db, &inbox(db, person).await).await.expect("an inbox")
}

/// The ids of what stands in somebody's inbox, in its order.
pub(crate) async fn held(db: &Db, person: Id<Person>) -> Vec<Id<InboxItem>> {
    items(db, person).await.into_iter().map(|item| item.id).collect()
}

/// What is new for somebody who looks at [`NOW`].
pub(crate) async fn news(db: &Db, access: &Access) -> News {
    news_at(db, access, NOW).await
}

pub(crate) async fn news_at(db: &Db, access: &Access, now: Moment) -> News {
    let today = now.date(ZONE);
    store::news(db, access, today, start_of(today, ZONE)).await.expect("news")
}

/// The item a check-in brought.
pub(crate) fn item(check_in: Id<CheckIn>) -> Id<InboxItem> {
    Id::from_uuid(check_in.uuid())
}

/// A reply that promises a call tomorrow, or what else is said.
pub(crate) fn reply(next_step: NextStep, words: Option<&str>) -> Reply {
    let tomorrow = NOW.plus_days(1).date(ZONE);
    Reply { next_step, by: next_step.is_promise().then_some(tomorrow), words: words.map(note) }
}

/// A time on the wall in Copenhagen, as `2027-01-18T15:00`.
pub(crate) fn at(local: &str) -> Moment {
    let local = local.parse().or_else(|_| format!("{local}:00").parse()).expect("a local time");
    WallTime::new(local, ZONE).expect("a time that exists").instant()
}

pub(crate) fn who5(answers: [i64; 5]) -> Answers {
    let typed = answers.map(|answer| answer.to_string());
    let mut next = typed.iter();
    Answers::parse(&WHO5, |_| Ok(next.next().map(String::as_str))).expect("five answers")
}

pub(crate) fn title(words: &str) -> Title {
    Title::parse(words).expect("a title")
}

pub(crate) fn note(words: &str) -> Note {
    Note::parse(words).expect("a note")
}

pub(crate) fn phone(digits: &str) -> Phone {
    Phone::parse(digits).expect("a telephone number")
}

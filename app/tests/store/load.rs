use app::{
    domain::{
        checkin::{Target, who5::WHO5},
        child_words::{Assent, Said},
        consent::Item,
        family::Municipality,
        id::Id,
        meeting::Meeting,
        person::{Guardianship, Language, Role},
        plan::{Area, GoalState},
        review::NextStep,
        team::Part,
        words::Email,
    },
    store::{
        self, Batch, Error, Loaded, NewCheckIn, NewChildWords, NewConsent, NewFamily, NewGoal, NewGuardianship,
        NewHope, NewMeeting, NewPerson, NewReview, NewStep, NewTeamMember, NewUnit,
    },
};

use crate::{
    cast::{
        House, NOW, Town, ZONE, at, cast, enter_with_token, held, item, items, look, meeting, note, person, phone,
        send, title, who5,
    },
    ground::{Ground, number, on_both, rows},
};

async fn rows_in_all(db: &Ground) -> Vec<i64> {
    let mut counts = Vec::new();
    macro_rules! count {
        ($($table:literal),+) => {$(counts.push(number!(db, concat!("SELECT COUNT(*) FROM ", $table)));)+};
    }
    count!(
        "municipality",
        "unit",
        "family",
        "person",
        "guardianship",
        "team_member",
        "consent",
        "hope",
        "goal",
        "step",
        "meeting",
        "participant",
        "check_in",
        "answer",
        "review",
        "inbox_item",
        "holder",
        "ask",
        "child_words",
        "opening",
        "rights_change"
    );
    counts
}

fn family(name: &str) -> NewFamily {
    NewFamily { id: Id::fresh(NOW), unit: None, number: Some(name.to_owned()), name: title(name) }
}

/// One of everything.
fn everything(town: &Town) -> Batch {
    let unit = NewUnit { id: Id::fresh(NOW), name: title("Ungehuset") };
    let family = NewFamily { unit: Some(unit.id), ..family("Berg") };
    let mut parent = person(Some(family.id), "Pia Berg", Role::Parent);
    parent.number = Some("P1".to_owned());
    parent.email = Some(Email::parse("pia@eksempel.dk").expect("an address"));
    let child = NewPerson {
        born: Some("2020-02-29".parse().expect("a day")),
        ..person(Some(family.id), "Bo Berg", Role::Child)
    };
    let guardianship =
        Guardianship { child: child.id, adult: parent.id, custody: true, may_see: true, lives_with: false };
    let part = |part, person| NewTeamMember { id: Id::fresh(NOW), family: family.id, person, part };
    let goal = NewGoal {
        id: Id::fresh(NOW),
        family: family.id,
        number: Some("M1".to_owned()),
        area: Area::Work,
        title: title("Et job"),
        state: GoalState::Live,
        position: 0,
    };
    let step = |at: i64, words: &str| NewStep {
        id: Id::fresh(NOW),
        family: family.id,
        goal: goal.id,
        title: title(words),
        doer: Some(parent.id),
        due: Some("2027-02-01".parse().expect("a day")),
        position: at,
        done: (at == 0).then_some((NOW, parent.id)),
    };
    let review = NewReview {
        id: Id::fresh(NOW),
        reviewer: town.primary,
        next_step: NextStep::AtNextMeeting,
        words: Some(note("Tak")),
        by: None,
        at: NOW.plus_seconds(5),
        kept_at: None,
    };
    let check_in = NewCheckIn {
        id: Id::fresh(NOW),
        family: family.id,
        person: parent.id,
        instrument: &WHO5,
        target: Target::Teller,
        answers: who5([1, 2, 3, 4, 5]),
        score_before: Some(40),
        call_me: false,
        words: None,
        sent_at: NOW,
        review: Some(review),
    };
    let consent = NewConsent {
        id: Id::fresh(NOW),
        family: family.id,
        recipient: town.contact,
        item: Item::Meetings,
        given_by: parent.id,
        given_at: NOW,
        ends_at: NOW.plus_days(9),
    };
    let child_words = NewChildWords {
        id: Id::fresh(NOW),
        family: family.id,
        child: child.id,
        author: town.primary,
        said: Said {
            words: note("Hej"),
            heard_by: parent.name.clone(),
            heard_on: "2027-01-14".parse().expect("a day"),
        },
        written_at: NOW,
        open_to: Some((Id::fresh(NOW), parent.id, Assent::Told)),
    };
    Batch {
        units: vec![unit],
        guardianships: vec![NewGuardianship { family: family.id, guardianship }],
        team: vec![part(Part::Primary, town.primary), part(Part::ContactPerson, town.contact)],
        team_ends: vec![],
        consents: vec![consent],
        hopes: vec![NewHope { id: Id::fresh(NOW), family: family.id, author: parent.id, words: note("Ro") }],
        steps: vec![step(0, "Ring"), step(1, "Skriv")],
        goals: vec![goal],
        meetings: vec![NewMeeting {
            number: Some("A1".to_owned()),
            ..meeting(family.id, NOW.plus_days(3), vec![parent.id, town.primary])
        }],
        check_ins: vec![check_in],
        child_words: vec![child_words],
        people: vec![parent, child],
        staff_ids: vec![(town.secondary, "M-1".parse().expect("an id"))],
        families: vec![family],
    }
}

#[tokio::test]
async fn a_municipality_is_founded_once_and_found_by_its_name() {
    on_both(async |db| {
        let name = title("Nørreå");
        let first = store::found_municipality(&db, &name, ZONE, Some(&phone("70121314")), Some(7), NOW).await;
        let first = first.expect("founded");
        let again = store::found_municipality(&db, &name, ZONE, None, None, NOW.plus_days(1)).await.expect("found");
        assert_eq!(again, first);
        let other =
            store::found_municipality(&db, &title("Sønderå"), ZONE, None, None, NOW.plus_days(2)).await.expect("new");
        let all = store::municipalities(&db).await.expect("both");
        let told: Vec<_> = all.iter().map(|(town, seed)| (town.id, town.name.as_str(), town.zone, *seed)).collect();
        assert_eq!(told, [(first, "Nørreå", ZONE, Some(7)), (other, "Sønderå", ZONE, None)]);
        assert_eq!(all[0].0.phone.as_ref().map(|phone| phone.dial()), Some("+4570121314"));
        assert!(all[1].0.phone.is_none());
    })
    .await;
}

#[tokio::test]
async fn a_municipality_may_be_founded_under_an_id_of_the_callers() {
    on_both(async |db| {
        let town = Municipality { id: Id::drawn(NOW, [7; 10]), name: title("Nørreå"), zone: ZONE, phone: None };
        assert_eq!(store::found(&db, &town, Some(7)).await.expect("founded"), town.id);
        let twin = Municipality { id: Id::drawn(NOW, [8; 10]), ..town.clone() };
        assert_eq!(store::found(&db, &twin, None).await.expect("found"), town.id);
        let namesake = Municipality { name: title("Sønderå"), ..town.clone() };
        assert!(matches!(store::found(&db, &namesake, None).await, Err(Error::Taken(_))));
        assert_eq!(store::municipalities(&db).await.expect("one").len(), 1);
    })
    .await;
}

#[tokio::test]
async fn a_rehearsal_tells_what_a_load_would_do_and_does_nothing() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (batch, there) = (everything(&house.here), rows_in_all(&db).await);
        let told = store::rehearse(&db, house.here.id, &batch, NOW).await.expect("a rehearsal");
        assert_eq!(rows_in_all(&db).await, there);
        assert_eq!(store::load(&db, house.here.id, &batch, NOW).await.expect("the real thing"), told);
        assert_eq!(store::rehearse(&db, house.here.id, &batch, NOW).await.expect("again"), Loaded::default());
        let mut wrong = batch.clone();
        wrong.people[1].family = Some(Id::fresh(NOW));
        wrong.people[1].id = Id::fresh(NOW);
        assert!(store::rehearse(&db, house.here.id, &wrong, NOW).await.is_err());
    })
    .await;
}

#[tokio::test]
async fn one_of_everything_is_loaded_and_the_second_time_changes_nothing() {
    on_both(async |db| {
        let house = cast(&db).await;
        let batch = everything(&house.here);
        let loaded = store::load(&db, house.here.id, &batch, NOW).await.expect("loaded");
        assert_eq!(loaded, Loaded { families: 1, people: 3, team: 2, goals: 1, meetings: 1 });
        let there = rows_in_all(&db).await;
        let again = store::load(&db, house.here.id, &batch, NOW.plus_days(1)).await.expect("loaded again");
        assert_eq!(again, Loaded::default());
        assert_eq!(rows_in_all(&db).await, there);

        let known = store::known(&db, house.here.id).await.expect("numbers");
        let (berg, pia) = (batch.families[0].id, batch.people[0].id);
        assert_eq!(known.units.get("Ungehuset"), Some(&batch.units[0].id));
        assert_eq!(known.units.get("Familiehuset"), Some(&house.here.unit));
        assert_eq!(known.families.get("Berg"), Some(&berg));
        let person = known.people.get("P1").expect("a person");
        assert_eq!((person.id, person.family, person.role), (pia, Some(berg), Role::Parent));
        assert!(!person.address_protected);
        assert_eq!(known.goals.get("M1"), Some(&(batch.goals[0].id, berg)));
        assert_eq!(known.meetings.get("A1"), Some(&(batch.meetings[0].id, berg)));
        assert_eq!(known.guardians.get(&batch.people[1].id), Some(&vec![pia]));
        let plan = |family| known.plans.get(&family).map(|plan| (plan.live, plan.next));
        assert_eq!((plan(berg), plan(house.here.home().id)), (Some((1, 1)), Some((1, 2))));
        assert_eq!(known.team.get(&(berg, Part::Primary)), Some(&(batch.team[0].id, house.here.primary)));
        assert_eq!((known.families.len(), known.people.len(), known.team.len()), (3, 1, 10));
        let theirs = store::known(&db, house.there.id).await.expect("numbers");
        assert_eq!((theirs.families.get("Berg"), theirs.people.len(), theirs.plans.len()), (None, 0, 2));
    })
    .await;
}

#[tokio::test]
async fn what_is_loaded_is_read_back_as_it_was() {
    on_both(async |db| {
        let house = cast(&db).await;
        let batch = everything(&house.here);
        store::load(&db, house.here.id, &batch, NOW).await.expect("loaded");
        let (berg, pia) = (batch.families[0].id, batch.people[0].id);
        let adviser = look(&db, house.here.primary, berg).await;
        let children = store::children(&db, &adviser).await.expect("children");
        assert_eq!(children[0].born, Some("2020-02-29".parse().expect("a day")));
        let goals = store::goals(&db, &adviser).await.expect("goals");
        let steps: Vec<_> = goals[0].steps.iter().map(|step| (step.title.as_str(), step.done)).collect();
        assert_eq!(steps, [("Ring", Some(NOW)), ("Skriv", None)]);
        assert_eq!(goals[0].steps[0].due, Some("2027-02-01".parse().expect("a day")));
        let check_in = store::told(&db, &adviser).await.expect("check-ins").remove(0);
        let answers = store::answers(&db, &adviser).await.expect("answers").remove(&check_in.id).expect("its answers");
        assert_eq!((check_in.score, check_in.score_before, answers.len()), (60, Some(40), 5));
        assert_eq!(check_in.review.expect("a review").reply.next_step, NextStep::AtNextMeeting);
        store::move_on(&db, NOW).await.expect("a round");
        assert_eq!(held(&db, house.here.primary).await, [], "what was read stands nowhere");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM inbox_item"), 0);
        let next: Vec<(String, String)> = rows!(db, "SELECT instrument, next_on FROM ask");
        assert_eq!(next, [("who5".to_owned(), "2027-02-12".to_owned())], "four weeks later");
        let contact = look(&db, house.here.contact, berg).await;
        assert_eq!(store::upcoming(&db, &contact, NOW, 9).await.expect("shared").len(), 1);
        let kept: Vec<(String,)> = rows!(db, "SELECT email FROM person WHERE id = $1", pia);
        assert_eq!(kept[0].0, "pia@eksempel.dk");
    })
    .await;
}

#[tokio::test]
async fn what_changed_in_the_files_is_brought_up_to_date_and_counted() {
    on_both(async |db| {
        let house = cast(&db).await;
        let mut batch = everything(&house.here);
        store::load(&db, house.here.id, &batch, NOW).await.expect("loaded");
        let (pia, token) = enter_with_token(&db, batch.people[0].id, NOW).await;
        store::speak(&db, &pia, Language::English).await.expect("her language");
        let parent = look(&db, batch.people[0].id, batch.families[0].id).await;
        store::tick(&db, &parent, batch.steps[1].id, true, NOW).await.expect("done");

        batch.families[0].name = title("Bjerg");
        batch.people[0].phone = None;
        batch.goals[0].title = title("Et godt job");
        batch.goals[0].state = GoalState::Reached;
        batch.meetings[0].minutes = 45;
        batch.meetings[0].participants = vec![house.here.primary, house.here.contact];
        batch.steps[1].due = None;
        batch.steps.push(NewStep { id: Id::fresh(NOW), title: title("Sov"), position: 2, ..batch.steps[1].clone() });
        batch.steps[0].id = Id::fresh(NOW);
        let loaded = store::load(&db, house.here.id, &batch, NOW).await.expect("loaded again");
        assert_eq!(loaded, Loaded { families: 1, people: 1, team: 0, goals: 1, meetings: 1 });

        let adviser = look(&db, house.here.primary, batch.families[0].id).await;
        assert_eq!(store::family(&db, &adviser).await.expect("the family").name.as_str(), "Bjerg");
        let people = store::people(&db, &adviser).await.expect("people");
        assert!(people[0].phone.is_none());
        let (pia, _) = store::viewer(&db, &token, NOW).await.expect("an answer").expect("signed in");
        assert_eq!(pia.language, Language::English, "a language is the person's own choice");
        let goals = store::goals(&db, &adviser).await.expect("goals");
        assert_eq!((goals[0].title.as_str(), goals[0].state), ("Et godt job", GoalState::Live));
        let steps: Vec<_> = goals[0].steps.iter().map(|step| (step.title.as_str(), step.done.is_some())).collect();
        assert_eq!(steps, [("Ring", true), ("Skriv", true), ("Sov", false)]);
        assert!(goals[0].steps[0].due.is_some() && goals[0].steps[1].due.is_none());
        let meetings: Vec<Meeting> = store::upcoming(&db, &adviser, NOW, 9).await.expect("meetings");
        assert_eq!(meetings[0].minutes, 45);
        let who: Vec<_> = meetings[0].participants.iter().map(|who| who.name.as_str()).collect();
        assert_eq!(who, ["Anna Primær", "Frida Forening"]);
        assert_eq!(store::load(&db, house.here.id, &batch, NOW).await.expect("a third time"), Loaded::default());
    })
    .await;
}

#[tokio::test]
async fn a_part_that_ends_makes_room_and_stays_ended_when_it_was() {
    on_both(async |db| {
        let house = cast(&db).await;
        let home = house.here.home();
        let follows = NewTeamMember {
            id: Id::fresh(NOW),
            family: home.id,
            person: house.here.other_primary,
            part: Part::Primary,
        };
        let batch = Batch { team_ends: vec![home.parts[1]], team: vec![follows], ..Batch::default() };
        let loaded = store::load(&db, house.here.id, &batch, NOW.plus_days(1)).await.expect("a new primary adviser");
        assert_eq!(loaded.team, 1, "one part, from one to the next");
        let loaded = store::load(&db, house.here.id, &batch, NOW.plus_days(2)).await.expect("again");
        assert_eq!(loaded, Loaded::default());
        let until = number!(db, "SELECT until FROM team_member WHERE id = $1", home.parts[1]);
        assert_eq!(until, NOW.plus_days(1).seconds());
        let known = store::known(&db, house.here.id).await.expect("numbers");
        assert_eq!(known.team.get(&(home.id, Part::Primary)).map(|part| part.1), Some(house.here.other_primary));
        assert!(known.beside.contains(&(home.id, house.here.primary)), "who once was");
        assert!(known.beside.contains(&(home.id, house.here.other_primary)), "who is now");
        let left = Batch { team_ends: vec![home.parts[0]], ..Batch::default() };
        assert_eq!(store::load(&db, house.here.id, &left, NOW.plus_days(1)).await.expect("nobody follows").team, 1);
        let theirs = Batch { team_ends: house.there.home().parts.clone(), ..Batch::default() };
        store::load(&db, house.here.id, &theirs, NOW).await.expect("nothing of ours");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM team_member WHERE until IS NOT NULL"), 2);
    })
    .await;
}

#[tokio::test]
async fn a_contradiction_anywhere_loads_nothing_at_all() {
    on_both(async |db| {
        let house = cast(&db).await;
        let there = rows_in_all(&db).await;
        type Spoil = fn(&mut Batch, &House);
        let cases: [(Spoil, Option<&str>); 9] = [
            (|batch, _| batch.families.push(family("Holm")), Some("family_number")),
            (
                |batch, _| batch.units.push(NewUnit { id: Id::fresh(NOW), name: title("Familiehuset") }),
                Some("unit_name"),
            ),
            (
                |batch, _| {
                    let twin = NewPerson { id: Id::fresh(NOW), ..batch.people[0].clone() };
                    batch.people.push(twin);
                },
                Some("person_number"),
            ),
            (
                |batch, _| {
                    let second = NewTeamMember { id: Id::fresh(NOW), ..batch.team[0] };
                    batch.team.push(second);
                },
                Some("team_member_part"),
            ),
            (
                |batch, _| {
                    let second = NewStep { id: Id::fresh(NOW), title: title("Igen"), ..batch.steps[0].clone() };
                    batch.steps.push(second);
                },
                Some("step_position"),
            ),
            (|batch, _| batch.people[1].family = Some(Id::fresh(NOW)), None),
            (|batch, _| batch.check_ins[0].person = Id::fresh(NOW), None),
            (|batch, _| batch.meetings[0].participants.push(Id::fresh(NOW)), None),
            (|batch, house| batch.hopes[0].family = house.there.home().id, None),
        ];
        for (at, (spoil, taken)) in cases.into_iter().enumerate() {
            let mut batch = everything(&house.here);
            spoil(&mut batch, &house);
            let error = store::load(&db, house.here.id, &batch, NOW).await.expect_err("a contradiction");
            let as_expected = match &error {
                Error::Taken(by) => taken == Some(by),
                error => matches!(error, Error::Failed(_)) && taken.is_none(),
            };
            assert!(as_expected, "case {at}: {error:?}");
            assert_eq!(rows_in_all(&db).await, there, "case {at}");
        }
        store::load(&db, house.here.id, &everything(&house.here), NOW).await.expect("and then all is well");
    })
    .await;
}

#[tokio::test]
async fn one_municipality_never_changes_what_is_anothers() {
    on_both(async |db| {
        let house = cast(&db).await;
        let theirs = house.there.home();
        let family = NewFamily { id: theirs.id, ..family("Overtaget") };
        let batch = Batch { families: vec![family], ..Batch::default() };
        let loaded = store::load(&db, house.here.id, &batch, NOW).await.expect("nothing of ours");
        assert_eq!(loaded, Loaded::default());
        let mother = NewPerson { id: theirs.mother, ..person(None, "Overtaget", Role::ProjectLead) };
        let meeting = NewMeeting { id: theirs.meeting, ..meeting(house.here.home().id, NOW, vec![]) };
        let goal = NewGoal {
            id: theirs.goal,
            family: house.here.home().id,
            number: None,
            area: Area::Money,
            title: title("Overtaget"),
            state: GoalState::Live,
            position: 0,
        };
        let batch = Batch { people: vec![mother], goals: vec![goal], ..Batch::default() };
        assert_eq!(store::load(&db, house.here.id, &batch, NOW).await.expect("nothing of ours"), Loaded::default());
        let batch = Batch { meetings: vec![meeting], ..Batch::default() };
        assert_eq!(store::load(&db, house.here.id, &batch, NOW).await.expect("nothing of ours"), Loaded::default());
        let parents = Batch {
            guardianships: vec![NewGuardianship {
                family: house.here.home().id,
                guardianship: Guardianship {
                    child: theirs.son,
                    adult: theirs.father,
                    custody: true,
                    may_see: true,
                    lives_with: false,
                },
            }],
            ..Batch::default()
        };
        store::load(&db, house.here.id, &parents, NOW).await.expect("nothing of ours");

        let adviser = look(&db, house.there.primary, theirs.id).await;
        assert_eq!(store::family(&db, &adviser).await.expect("theirs").name.as_str(), "Lund");
        assert_eq!(store::goals(&db, &adviser).await.expect("theirs")[0].title.as_str(), "Mål 0");
        let meetings = store::upcoming(&db, &adviser, NOW, 9).await.expect("theirs");
        assert_eq!((meetings.len(), meetings[0].participants.len()), (1, 2));
        let father = look(&db, theirs.father, theirs.id).await;
        assert_eq!(store::children(&db, &father).await.expect("theirs").len(), 1);
        assert_eq!(look(&db, theirs.mother, theirs.id).await.relation().key(), "parent");
    })
    .await;
}

#[tokio::test]
async fn what_is_loaded_unread_stands_in_an_inbox_from_the_next_round_on() {
    on_both(async |db| {
        let house = cast(&db).await;
        let mut batch = everything(&house.here);
        let mut read = batch.check_ins[0].clone();
        read.id = Id::fresh(NOW);
        read.sent_at = NOW.plus_days(-30);
        batch.check_ins[0].review = None;
        batch.check_ins[0].call_me = true;
        batch.check_ins.push(read);
        if let Some(review) = &mut batch.check_ins[1].review {
            review.id = Id::fresh(NOW);
        }
        store::load(&db, house.here.id, &batch, NOW).await.expect("loaded");
        let (berg, pia) = (batch.families[0].id, batch.people[0].id);
        let unread = item(batch.check_ins[0].id);
        let parent = look(&db, pia, berg).await;
        let promised = store::read_by(&db, &parent, batch.check_ins[0].id).await.expect("a time");
        assert_eq!(promised, at("2027-01-18T15:00"), "before the round as after");
        assert_eq!(held(&db, house.here.primary).await, []);

        assert_eq!(store::move_on(&db, NOW).await.expect("a round"), 1);
        let first = items(&db, house.here.primary).await.remove(0);
        assert_eq!((first.id, first.waiting.came_at, first.waiting.pressing), (unread, NOW, true));
        assert_eq!(first.waiting.read_by, promised);
        assert_eq!(store::read_by(&db, &parent, batch.check_ins[0].id).await.expect("a time"), promised);

        store::load(&db, house.here.id, &batch, NOW.plus_seconds(9)).await.expect("again");
        store::move_on(&db, NOW.plus_seconds(9)).await.expect("a round");
        assert_eq!(held(&db, house.here.primary).await, [unread]);
        assert_eq!(number!(db, "SELECT COUNT(*) FROM holder"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_review_loaded_later_closes_its_check_in_unless_somebody_did() {
    on_both(async |db| {
        let house = cast(&db).await;
        let mut batch = everything(&house.here);
        let review = batch.check_ins[0].review.take();
        store::load(&db, house.here.id, &batch, NOW).await.expect("loaded");
        let unread = async || {
            store::move_on(&db, NOW).await.expect("a round");
            held(&db, house.here.primary).await.len()
        };
        assert_eq!(unread().await, 1);
        batch.check_ins[0].review = review;
        store::load(&db, house.here.id, &batch, NOW).await.expect("loaded with its review");
        assert_eq!(unread().await, 0);
        let closed = "SELECT COUNT(*) FROM inbox_item WHERE closed_at IS NOT NULL AND closed_by = $1";
        assert_eq!(number!(db, closed, house.here.primary), 1);
        assert_eq!(number!(db, "SELECT COUNT(*) FROM holder WHERE until IS NULL"), 0);
        if let Some(review) = &mut batch.check_ins[0].review {
            review.id = Id::fresh(NOW);
            review.next_step = NextStep::Call;
        }
        store::load(&db, house.here.id, &batch, NOW).await.expect("the first review stays");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM review"), 1);
        let parent = look(&db, batch.people[0].id, batch.families[0].id).await;
        let told = store::own(&db, &parent, batch.check_ins[0].id).await.expect("the check-in");
        assert_eq!(told.review.expect("a review").reply.next_step, NextStep::AtNextMeeting);
    })
    .await;
}

#[tokio::test]
async fn a_team_that_changes_in_the_files_takes_what_is_unread_with_it() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.next_door();
        let told = item(send(&db, home.mother, home.id, 5, NOW).await);
        assert_eq!(held(&db, town.other_primary).await, [told]);
        let part = NewTeamMember { id: Id::fresh(NOW), family: home.id, person: town.back_up, part: Part::Primary };
        let batch = Batch { team_ends: vec![home.parts[1]], team: vec![part], ..Batch::default() };
        store::load(&db, town.id, &batch, NOW).await.expect("loaded");
        store::move_on(&db, NOW).await.expect("a round");
        assert_eq!(held(&db, town.back_up).await, [told]);
        assert_eq!(held(&db, town.other_primary).await, []);
        let batch = Batch { team_ends: vec![part.id, home.parts[2]], ..Batch::default() };
        store::load(&db, town.id, &batch, NOW).await.expect("loaded");
        store::move_on(&db, NOW).await.expect("a round");
        for anybody in [town.primary, town.secondary, town.back_up, town.coordinator, town.other_primary] {
            assert_eq!(held(&db, anybody).await, [told], "nobody reads for them, so everybody has it");
        }
        for nobody in [town.contact, town.lead] {
            assert_eq!(held(&db, nobody).await, []);
        }
    })
    .await;
}

#[tokio::test]
async fn more_rows_than_one_statement_takes_are_all_loaded() {
    on_both(async |db| {
        let house = cast(&db).await;
        let mut batch = Batch::default();
        for nth in 0..450 {
            let family = family(&format!("F{nth}"));
            batch.people.push(person(Some(family.id), "Pia Berg", Role::Parent));
            batch.meetings.push(meeting(family.id, NOW, vec![batch.people[nth].id, house.here.primary]));
            batch.families.push(family);
        }
        let loaded = store::load(&db, house.here.id, &batch, NOW).await.expect("loaded");
        assert_eq!(loaded, Loaded { families: 450, people: 450, team: 0, goals: 0, meetings: 450 });
        assert_eq!(store::load(&db, house.here.id, &batch, NOW).await.expect("again"), Loaded::default());
    })
    .await;
}

#[tokio::test]
async fn an_empty_database_in_memory_is_there_to_rehearse_with() {
    let db = store::Db::open_empty().await.expect("memory");
    db.migrate().await.expect("migrations");
    assert!(db.is_ready().await.expect("an answer"));
    assert!(store::municipalities(&db).await.expect("municipalities").is_empty());
}

#[tokio::test]
async fn what_was_loaded_with_its_review_never_comes_to_an_inbox() {
    on_both(async |db| {
        let house = cast(&db).await;
        let mut batch = everything(&house.here);
        store::load(&db, house.here.id, &batch, NOW).await.expect("loaded and read");
        batch.check_ins[0].review = None;
        store::load(&db, house.here.id, &batch, NOW).await.expect("loaded again, without the review");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM inbox_item"), 0);
    })
    .await;
}

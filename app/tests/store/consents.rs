use app::{
    domain::{
        access::{Purpose, Subject},
        checkin::{Target, child::CHILD, who5::WHO5},
        consent::{Consent, Item, Receipt, Thing},
        id::Id,
        meeting::Meeting,
        moment::Moment,
        person::{Person, Viewer},
        words::PersonName,
    },
    store::{self, Access, Batch, Error, NewConsent, Whose},
};

use crate::{
    cast::{House, NOW, about, cast, enter, look, look_at, news_at, note, send},
    ground::{Ground, number, on_both, run},
};

const START: Moment = NOW.plus_days(10);
const END: Moment = NOW.plus_days(20);

async fn share(db: &Ground, house: &House, item: Item) -> Id<Consent> {
    let home = house.here.home();
    let consent = NewConsent {
        id: Id::fresh(NOW),
        family: home.id,
        recipient: house.here.contact,
        item,
        given_by: home.mother,
        given_at: START,
        ends_at: END,
    };
    let batch = Batch { consents: vec![consent], ..Batch::default() };
    store::load(db, house.here.id, &batch, NOW).await.expect("a consent");
    consent.id
}

fn thing(item: Item) -> Thing {
    Thing::of(item).expect("about no child")
}

async fn seen(db: &Ground, viewer: &Viewer, house: &House, now: Moment) -> (bool, bool, bool) {
    let family = Whose::Family(house.here.home().id);
    let access = Access::open(db, viewer, family, Purpose::Shared, now).await.expect("a relation");
    let given = |subject, outcome: Result<usize, Error>| match outcome {
        Ok(count) => {
            assert!(access.sees(subject) && count > 0, "{subject:?}");
            true
        }
        Err(Error::NotFound) => {
            assert!(!access.sees(subject), "{subject:?}");
            false
        }
        Err(error) => panic!("{error}"),
    };
    let meetings = store::upcoming(db, &access, NOW, 9).await.map(|meetings| meetings.len());
    let goals = store::goals(db, &access).await.map(|goals| goals.len());
    let step = house.here.home().steps[0];
    let ticked = store::tick(db, &access, step, true, now).await.map(|()| 1);
    let past = store::past(db, &access, NOW.plus_days(300), 9).await.is_ok();
    let meetings = given(Subject::Meetings, meetings);
    assert_eq!(past, meetings);
    assert!(matches!(store::hopes(db, &access).await, Err(Error::NotFound)));
    assert!(matches!(store::team(db, &access).await, Err(Error::NotFound)));
    assert!(matches!(store::people(db, &access).await, Err(Error::NotFound)));
    assert!(matches!(store::children(db, &access).await, Err(Error::NotFound)));
    assert!(matches!(store::open_invitations(db, &access, now).await, Err(Error::NotFound)));
    let seen = (meetings, given(Subject::Goals, goals), given(Subject::Steps, ticked));
    let name = store::family(db, &access).await.map(|_| 1);
    assert_eq!(given(Subject::Name, name), seen != (false, false, false), "a name when anything is shared");
    let shared = [(seen.0, Item::Meetings), (seen.1, Item::Goals), (seen.2, Item::Steps)];
    assert!(shared.into_iter().all(|(seen, item)| seen == access.shared().contains(&item)));
    seen
}

#[tokio::test]
async fn a_contact_person_sees_what_is_shared_from_its_start_until_its_end_and_nothing_else() {
    on_both(async |db| {
        let house = cast(&db).await;
        let viewer = enter(&db, house.here.contact, NOW).await;
        assert_eq!(seen(&db, &viewer, &house, START).await, (false, false, false));
        share(&db, &house, Item::Meetings).await;
        for (now, meetings) in [
            (NOW, false),
            (START.plus_seconds(-1), false),
            (START, true),
            (END.plus_seconds(-1), true),
            (END, false),
            (END.plus_days(1), false),
        ] {
            assert_eq!(seen(&db, &viewer, &house, now).await, (meetings, false, false), "{now:?}");
        }
        share(&db, &house, Item::Steps).await;
        assert_eq!(seen(&db, &viewer, &house, START).await, (true, false, true));
        share(&db, &house, Item::Goals).await;
        assert_eq!(seen(&db, &viewer, &house, START).await, (true, true, true));
    })
    .await;
}

#[tokio::test]
async fn goals_are_shown_without_steps_unless_steps_are_shared_too() {
    on_both(async |db| {
        let house = cast(&db).await;
        let viewer = enter(&db, house.here.contact, NOW).await;
        share(&db, &house, Item::Goals).await;
        let family = Whose::Family(house.here.home().id);
        let access = Access::open(&db, &viewer, family, Purpose::Shared, START).await.expect("a relation");
        let goals = store::live_goals(&db, &access).await.expect("goals");
        assert_eq!((goals.len(), goals[0].steps.len()), (1, 0));
        share(&db, &house, Item::Steps).await;
        let access = Access::open(&db, &viewer, family, Purpose::Shared, START).await.expect("a relation");
        assert_eq!(store::goals(&db, &access).await.expect("goals")[0].steps.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn what_one_family_shares_shows_nothing_of_the_other() {
    on_both(async |db| {
        let house = cast(&db).await;
        share(&db, &house, Item::Meetings).await;
        let viewer = enter(&db, house.here.contact, NOW).await;
        let next_door = Whose::Family(house.here.next_door().id);
        let access = Access::open(&db, &viewer, next_door, Purpose::Shared, START).await.expect("a relation");
        assert!(matches!(store::upcoming(&db, &access, NOW, 9).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_parent_gives_a_consent_and_takes_it_back() {
    on_both(async |db| {
        let house = cast(&db).await;
        let home = house.here.home();
        let viewer = enter(&db, house.here.contact, NOW).await;
        let mother = look(&db, home.mother, home.id).await;
        let consent =
            store::give(&db, &mother, house.here.contact, thing(Item::Meetings), END, START).await.expect("given");
        assert_eq!(seen(&db, &viewer, &house, START).await, (true, false, false));
        let father = look(&db, home.father, home.id).await;
        let back = START.plus_days(1);
        store::withdraw(&db, &father, consent, back).await.expect("taken back");
        store::withdraw(&db, &father, consent, back.plus_days(1)).await.expect("it was");
        assert_eq!(number!(db, "SELECT withdrawn_at FROM consent"), back.seconds());
        assert_eq!(seen(&db, &viewer, &house, back.plus_seconds(-1)).await, (true, false, false));
        assert_eq!(seen(&db, &viewer, &house, back).await, (false, false, false));
    })
    .await;
}

#[tokio::test]
async fn what_was_given_twice_is_taken_back_at_once() {
    on_both(async |db| {
        let house = cast(&db).await;
        let home = house.here.home();
        let viewer = enter(&db, house.here.contact, NOW).await;
        let (mother, father) = (look(&db, home.mother, home.id).await, look(&db, home.father, home.id).await);
        let first =
            store::give(&db, &mother, house.here.contact, thing(Item::Meetings), END, START).await.expect("given");
        store::give(&db, &father, house.here.contact, thing(Item::Meetings), END, START).await.expect("given again");
        store::give(&db, &mother, house.here.contact, thing(Item::Steps), END, START).await.expect("something else");
        let back = START.plus_days(1);
        store::withdraw(&db, &mother, first, back).await.expect("taken back");
        assert_eq!(seen(&db, &viewer, &house, back).await, (false, false, true));

        let later = back.plus_days(1);
        store::give(&db, &mother, house.here.contact, thing(Item::Meetings), END, later).await.expect("given anew");
        store::withdraw(&db, &mother, first, later).await.expect("an old page, sent again");
        assert_eq!(seen(&db, &viewer, &house, later).await, (true, false, true));
    })
    .await;
}

#[tokio::test]
async fn only_a_parent_gives_and_only_to_the_familys_own_contact_person() {
    on_both(async |db| {
        let house = cast(&db).await;
        let home = house.here.home();
        let give = async |giver: Id<Person>, recipient: Id<Person>| {
            let access = look(&db, giver, home.id).await;
            store::give(&db, &access, recipient, thing(Item::Meetings), END, NOW).await
        };
        for giver in [house.here.primary, house.here.coordinator, house.here.contact] {
            assert!(matches!(give(giver, house.here.contact).await, Err(Error::NotFound)));
        }
        for recipient in [house.there.contact, house.here.primary, house.here.lead, home.father, Id::fresh(NOW)] {
            assert!(matches!(give(home.mother, recipient).await, Err(Error::NotFound)));
        }
        assert_eq!(number!(db, "SELECT COUNT(*) FROM consent"), 0);
        let ended = Batch { team_ends: vec![home.parts[0]], ..Batch::default() };
        store::load(&db, house.here.id, &ended, NOW).await.expect("the contact person leaves the team");
        assert!(matches!(give(home.mother, house.here.contact).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn only_a_parent_of_the_family_takes_back() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (home, next_door) = (house.here.home(), house.here.next_door());
        let mother = look(&db, home.mother, home.id).await;
        let consent = store::give(&db, &mother, house.here.contact, thing(Item::Goals), END, NOW).await.expect("given");
        for (person, family) in [
            (house.here.primary, home.id),
            (house.here.contact, home.id),
            (next_door.mother, next_door.id),
            (house.there.home().mother, house.there.home().id),
        ] {
            let access = look(&db, person, family).await;
            assert!(matches!(store::withdraw(&db, &access, consent, NOW).await, Err(Error::NotFound)));
        }
        assert!(matches!(store::withdraw(&db, &mother, Id::fresh(NOW), NOW).await, Err(Error::NotFound)));
        assert_eq!(number!(db, "SELECT COUNT(*) FROM consent WHERE withdrawn_at IS NULL"), 1);
    })
    .await;
}

#[tokio::test]
async fn a_parent_sees_beforehand_just_what_the_contact_person_would_see() {
    on_both(async |db| {
        let house = cast(&db).await;
        let home = house.here.home();
        let contact = house.here.contact;
        let (mother, father) = (look(&db, home.mother, home.id).await, look(&db, home.father, home.id).await);
        let with = async |access: &Access, item| {
            let seen = store::seen_with(&db, access, contact, thing(item), NOW).await.expect("a parent");
            let steps = seen.goals.iter().map(|goal| goal.steps.len()).sum::<usize>();
            (seen.meetings.len(), seen.goals.len(), steps)
        };
        assert_eq!(with(&mother, Item::Meetings).await, (1, 0, 0));
        assert_eq!(with(&father, Item::Meetings).await, (0, 0, 0), "the meeting names the mother alone");
        assert_eq!(with(&mother, Item::Goals).await, (0, 1, 0));
        assert_eq!(with(&mother, Item::Steps).await, (0, 0, 0), "steps stand with their goals");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM consent"), 0);

        store::give(&db, &mother, contact, thing(Item::Meetings), END, NOW).await.expect("given");
        assert_eq!(with(&father, Item::Meetings).await, (0, 0, 0), "not what the mother shares");
        let viewer = enter(&db, contact, NOW).await;
        let open = async || Access::open(&db, &viewer, Whose::Family(home.id), Purpose::Shared, NOW).await;
        let beforehand = store::seen_with(&db, &mother, contact, thing(Item::Meetings), NOW).await.expect("a parent");
        let afterwards = store::seen(&db, &open().await.expect("a relation"), NOW).await.expect("something");
        assert_eq!(format!("{beforehand:?}"), format!("{afterwards:?}"));

        store::give(&db, &mother, contact, thing(Item::Goals), END, NOW).await.expect("given");
        assert_eq!(with(&mother, Item::Steps).await, (0, 1, 2));
        for person in [house.here.primary, contact] {
            let access = look(&db, person, home.id).await;
            let outcome = store::seen_with(&db, &access, contact, thing(Item::Goals), NOW).await;
            assert!(matches!(outcome, Err(Error::NotFound)));
        }
    })
    .await;
}

#[tokio::test]
async fn the_names_of_children_are_no_part_of_what_is_seen_beforehand() {
    on_both(async |db| {
        let house = cast(&db).await;
        let home = house.here.home();
        let sql = "INSERT INTO participant (municipality, family, meeting, person) VALUES ($1, $2, $3, $4)";
        run!(db, sql, house.here.id, home.id, home.meeting, home.daughter).expect("she comes too");
        let mother = look(&db, home.mother, home.id).await;
        let names = |meetings: &[Meeting]| meetings[0].participants.iter().map(|one| one.person).collect::<Vec<_>>();
        let own = store::upcoming(&db, &mother, NOW, 9).await.expect("meetings");
        assert!(names(&own).contains(&home.daughter));
        let seen =
            store::seen_with(&db, &mother, house.here.contact, thing(Item::Meetings), NOW).await.expect("a parent");
        assert!(names(&seen.meetings).contains(&home.mother) && !names(&seen.meetings).contains(&home.daughter));
    })
    .await;
}

#[tokio::test]
async fn parents_see_every_consent_of_their_family_and_nobody_elses() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (home, next_door) = (house.here.home(), house.here.next_door());
        let mother = look(&db, home.mother, home.id).await;
        let contact = house.here.contact;
        let first = store::give(&db, &mother, contact, thing(Item::Meetings), END, NOW).await.expect("given");
        let second = store::give(&db, &mother, contact, thing(Item::Goals), END, START).await.expect("given");
        store::withdraw(&db, &mother, first, START).await.expect("taken back");
        let father = look(&db, home.father, home.id).await;
        let seen = store::consents(&db, &father).await.expect("consents");
        let line = |one: &Receipt| {
            let name = |name: &PersonName| name.first().to_owned();
            (one.consent.id, one.consent.withdrawn_at, name(&one.recipient), one.stopped_by.as_ref().map(name))
        };
        let lines: Vec<_> = seen.iter().map(line).collect();
        let (frida, mette) = ("Frida".to_owned(), "Mette".to_owned());
        assert_eq!(lines, [(second, None, frida.clone(), None), (first, Some(START), frida, Some(mette))]);
        let neighbour = look(&db, next_door.mother, next_door.id).await;
        assert!(store::consents(&db, &neighbour).await.expect("consents").is_empty());
        for person in [house.here.primary, contact] {
            let access = look(&db, person, home.id).await;
            assert!(matches!(store::consents(&db, &access).await, Err(Error::NotFound)));
        }
    })
    .await;
}

/// What the contact person sees at `now` of what parents share of their own.
async fn own_things(db: &Ground, house: &House, now: Moment) -> (Vec<(String, Option<String>, Vec<i64>)>, Vec<String>) {
    let viewer = enter(db, house.here.contact, NOW).await;
    let family = Whose::Family(house.here.home().id);
    let access = Access::open(db, &viewer, family, Purpose::Shared, now).await.expect("a relation");
    let Ok(seen) = store::seen(db, &access, now).await else {
        return Default::default();
    };
    let first = |name: &PersonName| name.first().to_owned();
    let mut told: Vec<_> = seen
        .told
        .iter()
        .map(|one| {
            let scores = one.told.iter().map(|told| told.score).collect();
            assert!(one.told.iter().all(|told| told.level().is_none_or(|_| told.instrument == &WHO5)));
            (first(&one.teller), one.child.as_ref().map(first), scores)
        })
        .collect();
    told.sort();
    let notes = seen.notes.iter().flat_map(|(_, notes)| notes.iter().map(|note| note.words.to_string())).collect();
    (told, notes)
}

#[tokio::test]
async fn a_parent_shares_of_their_own_and_nothing_of_the_others() {
    on_both(async |db| {
        let house = cast(&db).await;
        let home = house.here.home();
        let contact = house.here.contact;
        send(&db, home.mother, home.id, 3, NOW).await;
        send(&db, home.father, home.id, 1, NOW).await;
        let (mother, father) = (look(&db, home.mother, home.id).await, look(&db, home.father, home.id).await);
        for (access, child, answer) in
            [(&mother, home.daughter, 5), (&mother, home.son, 7), (&father, home.daughter, 2)]
        {
            let telling = about(&CHILD, Target::Person(child), answer);
            store::send(&db, access, Id::fresh(NOW), &telling, NOW).await.expect("told");
        }
        for (access, words) in [(&mother, "mors note"), (&father, "fars note")] {
            store::write_note(&db, access, Id::fresh(NOW), &note(words), NOW).await.expect("a note");
        }
        let nothing = (Vec::new(), Vec::new());
        assert_eq!(own_things(&db, &house, NOW).await, nothing);
        let give = async |access: &Access, thing| store::give(&db, access, contact, thing, END, NOW).await;

        let told = give(&mother, thing(Item::CheckIns)).await.expect("given");
        let line =
            |teller: &str, child: Option<&str>, score| (teller.to_owned(), child.map(str::to_owned), vec![score]);
        assert_eq!(own_things(&db, &house, NOW).await, (vec![line("Mette", None, 60)], vec![]));
        give(&father, Thing::about(home.daughter)).await.expect("given");
        give(&mother, Thing::about(home.son)).await.expect("given");
        let (about_children, _) = own_things(&db, &house, NOW).await;
        let tellers: Vec<_> =
            about_children.iter().map(|(teller, child, _)| (teller.as_str(), child.as_deref())).collect();
        assert_eq!(tellers, [("Finn", Some("Dina")), ("Mette", None), ("Mette", Some("Storm"))]);
        let refused = give(&father, Thing::about(home.son)).await;
        assert!(matches!(refused, Err(Error::NotFound)), "no rights for that child");
        let refused = store::seen_with(&db, &father, contact, Thing::about(home.son), NOW).await;
        assert!(matches!(refused, Err(Error::NotFound)), "nor a look beforehand");
        assert!(matches!(give(&mother, Thing::about(home.father)).await, Err(Error::NotFound)), "no child");
        give(&mother, thing(Item::Notes)).await.expect("given");
        assert_eq!(own_things(&db, &house, NOW).await.1, ["mors note"]);

        assert!(matches!(store::withdraw(&db, &father, told, NOW).await, Err(Error::NotFound)), "it is hers");
        let of_father = store::consents(&db, &father).await.expect("receipts");
        assert!(of_father.iter().all(|one| one.giver.first() == "Finn"), "nor does he know of it");
        assert_eq!(of_father.len(), 1);
        store::withdraw(&db, &mother, told, NOW.plus_seconds(1)).await.expect("stopped");
        let (left, _) = own_things(&db, &house, NOW.plus_seconds(1)).await;
        assert!(left.iter().all(|(_, child, _)| child.is_some()));

        run!(db, "UPDATE guardianship SET may_see = FALSE WHERE child = $1 AND adult = $2", home.daughter, home.father)
            .expect("no rights any more");
        let (left, _) = own_things(&db, &house, NOW.plus_seconds(1)).await;
        assert!(left.iter().all(|(teller, _, _)| teller != "Finn"), "at once");
        assert!(store::consents(&db, &father).await.expect("receipts").is_empty());
        run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", home.mother, NOW).expect("she leaves");
        assert_eq!(own_things(&db, &house, NOW.plus_seconds(1)).await, nothing);
    })
    .await;
}

#[tokio::test]
async fn a_parent_is_asked_once_whether_what_ended_by_itself_shall_go_on() {
    on_both(async |db| {
        let house = cast(&db).await;
        let home = house.here.home();
        let contact = house.here.contact;
        let (mother, father) = (look(&db, home.mother, home.id).await, look(&db, home.father, home.id).await);
        let asked = async |person, now| {
            let access = look_at(&db, person, home.id, now).await;
            let ended = store::ended(&db, &access, now).await.expect("an answer").map(|receipt| receipt.consent.id);
            let told = news_at(&db, &access, now).await.consent_ended;
            assert_eq!(told, ended.is_some(), "home knows whether there is anything to ask");
            ended
        };
        let give = async |access: &Access, item, now| {
            store::give(&db, access, contact, thing(item), END, now).await.expect("given")
        };
        let goals = give(&mother, Item::Goals, NOW).await;
        assert_eq!(asked(home.mother, END.plus_seconds(-1)).await, None);
        assert!(matches!(store::renew(&db, &mother, goals, None, NOW).await, Err(Error::NotFound)), "it still holds");
        assert_eq!(asked(home.mother, END).await, Some(goals));
        assert_eq!(asked(home.father, END).await, None, "she gave it");
        assert_eq!(asked(home.mother, END.plus_days(14)).await, None, "no longer than two weeks");
        assert!(matches!(store::renew(&db, &father, goals, None, END).await, Err(Error::NotFound)));

        let until = END.plus_days(90);
        store::renew(&db, &mother, goals, Some(until), END).await.expect("yes");
        store::renew(&db, &mother, goals, Some(until), END).await.expect("pressed twice");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM consent"), 2);
        assert_eq!(asked(home.mother, END).await, None);
        let viewer = enter(&db, contact, NOW).await;
        assert_eq!(seen(&db, &viewer, &house, END).await, (false, true, false));

        let steps = give(&mother, Item::Steps, NOW).await;
        assert_eq!(asked(home.mother, END).await, Some(steps));
        store::renew(&db, &mother, steps, None, END).await.expect("no");
        assert_eq!(asked(home.mother, END).await, None, "asked once");
        assert_eq!(seen(&db, &viewer, &house, END).await, (false, true, false));

        let meetings = give(&mother, Item::Meetings, NOW).await;
        store::withdraw(&db, &mother, meetings, START).await.expect("stopped");
        assert_eq!(asked(home.mother, END).await, None, "what was stopped did not end by itself");
        give(&mother, Item::Notes, NOW).await;
        assert!(asked(home.mother, END).await.is_some());
        store::give(&db, &mother, contact, thing(Item::Notes), until, END).await.expect("given anew");
        assert_eq!(asked(home.mother, END).await, None, "something newer says the same");
        store::choose_contact(&db, &mother, None, END).await.expect("nobody");
        assert_eq!(asked(home.mother, until).await, None, "nor about somebody who is gone");
        for person in [house.here.primary, house.here.coordinator] {
            let access = look(&db, person, home.id).await;
            assert!(matches!(store::ended(&db, &access, END).await, Err(Error::NotFound)));
        }
    })
    .await;
}

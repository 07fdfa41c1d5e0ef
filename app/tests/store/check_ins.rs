use std::collections::HashSet;

use app::{
    domain::{
        checkin::{
            Answers, CheckIn, Level, Target, Telling, belief::BELIEF, child::CHILD, sdq::SDQ, step_up::STEP_UP,
            who5::WHO5,
        },
        consent::Item,
        id::Id,
        review::{NextStep, Reply},
    },
    store::{self, Access, Batch, Error, NewConsent},
};

use crate::{
    cast::{HOUR, House, NOW, about, at, cast, enter, held, item, items, look, news, note, reply, send, telling},
    ground::{Behind, Ground, number, on_both, rows, run},
};

async fn stored(db: &Ground) -> (i64, i64, i64) {
    (
        number!(db, "SELECT COUNT(*) FROM check_in"),
        number!(db, "SELECT COUNT(*) FROM answer"),
        number!(db, "SELECT COUNT(*) FROM review"),
    )
}

fn not_found<T>(outcome: Result<T, Error>) -> bool {
    matches!(outcome, Err(Error::NotFound))
}

#[tokio::test]
async fn what_waited_for_a_net_keeps_the_time_it_was_answered_and_is_promised_from_when_it_came() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = look(&db, home.mother, home.id).await;
        let answered = NOW.plus_seconds(-3 * HOUR);
        let late = Telling { answered_at: Some(answered), ..telling([1; 5]) };
        let id = store::send(&db, &mother, Id::fresh(NOW), &late, NOW).await.expect("it is saved");
        let own = store::own(&db, &mother, id).await.expect("her own");
        assert_eq!((own.answered_at, own.sent_at), (answered, NOW));
        let again = Telling { answered_at: Some(answered.plus_seconds(-60)), ..late };
        assert_eq!(store::send(&db, &mother, id, &again, NOW).await.expect("sent again"), id, "it is one");

        let reader = look(&db, town.primary, home.id).await;
        let (read, _) = store::inbox_item(&db, &reader, item(id)).await.expect("for its reader");
        assert_eq!(read.waiting.came_at, NOW);
        let told = store::told(&db, &reader).await.expect("all that was told");
        assert_eq!(told.iter().map(|told| told.answered_at).collect::<Vec<_>>(), [answered]);
        let at_once = store::send(&db, &mother, Id::fresh(NOW), &telling([5; 5]), NOW).await.expect("it is saved");
        let at_once = store::own(&db, &mother, at_once).await.expect("her own");
        assert_eq!(at_once.answered_at, at_once.sent_at);
    })
    .await;
}

#[tokio::test]
async fn what_is_told_under_the_id_of_something_else_in_the_inbox_is_refused_and_not_kept_unseen() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = look(&db, home.mother, home.id).await;
        let told = send(&db, home.mother, home.id, 1, NOW).await;
        let adviser = look(&db, town.primary, home.id).await;
        store::review(&db, &adviser, item(told), &reply(NextStep::Call, None), NOW).await.expect("read");
        store::call_anyway(&db, &mother, told, NOW).await.expect("asked for");
        let waits = items(&db, town.primary).await.first().expect("a call to make").id;
        assert_ne!(waits.uuid(), told.uuid());
        let sent = store::send(&db, &mother, Id::from_uuid(waits.uuid()), &telling([0; 5]), NOW).await;
        assert!(sent.is_err(), "it would stand in nobody's inbox");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM check_in WHERE family = $1", home.id), 1);
    })
    .await;
}

#[tokio::test]
async fn what_a_parent_tells_is_kept_word_for_word() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = look(&db, home.mother, home.id).await;
        let id = Id::fresh(NOW);
        let telling =
            Telling { words: Some(note("Hård uge.\nMen bedre i går")), call_me: true, ..telling([5, 4, 3, 2, 1]) };
        store::send(&db, &mother, id, &telling, NOW).await.expect("it is saved");

        let own = store::own(&db, &mother, id).await.expect("her own");
        assert_eq!((own.id, own.score, own.level(), own.score_before), (id, 60, Some(Level::Fine), None));
        assert_eq!((own.call_me, own.sent_at, own.instrument), (true, NOW, &WHO5));
        assert_eq!(own.words.expect("words").as_str(), "Hård uge.\nMen bedre i går");
        assert_eq!(own.person.as_str(), "Mette Holm");
        assert!(own.review.is_none());

        let reader = look(&db, town.primary, home.id).await;
        let (read, answers) = store::inbox_item(&db, &reader, item(id)).await.expect("for its reader");
        assert_eq!(read.check_in.map(|check_in| (check_in.id, check_in.score)), Some((id, 60)));
        let expected = [("happy", 5), ("calm", 4), ("active", 3), ("rested", 2), ("interest", 1)];
        assert_eq!(answers, expected.map(|(item, value)| (item.to_owned(), value)));
        assert_eq!(
            number!(db, "SELECT COUNT(*) FROM answer WHERE municipality = $1 AND family = $2", town.id, home.id),
            5
        );
    })
    .await;
}

#[tokio::test]
async fn the_same_check_in_sent_twice_is_one_and_a_changed_one_is_told_anew() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let mother = look(&db, home.mother, home.id).await;
        let id = Id::fresh(NOW);
        for seconds in [0, 5] {
            let saved = store::send(&db, &mother, id, &telling([3; 5]), NOW.plus_seconds(seconds)).await;
            assert_eq!(saved.expect("it is saved"), id);
        }
        assert_eq!(stored(&db).await, (1, 5, 0));
        let changed = [
            telling([0; 5]),
            Telling { call_me: true, ..telling([3; 5]) },
            Telling { words: Some(note("Hjælp")), ..telling([3; 5]) },
        ];
        for changed in changed {
            let anew = store::send(&db, &mother, id, &changed, NOW.plus_seconds(9)).await.expect("it is saved");
            assert_ne!(anew, id);
            let own = store::own(&db, &mother, anew).await.expect("her own");
            assert_eq!((own.score, own.call_me, own.words), (changed.score(), changed.call_me, changed.words));
        }
        for changed in [telling([0; 5]), Telling { words: Some(note("Hjælp")), ..telling([3; 5]) }] {
            store::send(&db, &mother, id, &changed, NOW.plus_seconds(12)).await.expect("and that twice");
        }
        assert_eq!(stored(&db).await.0, 4);
        assert_eq!(number!(db, "SELECT COUNT(*) FROM inbox_item"), 4);
        let own = store::own(&db, &mother, id).await.expect("her own");
        assert_eq!((own.score, own.sent_at, own.score_before), (60, NOW, None));
    })
    .await;
}

#[tokio::test]
async fn the_same_told_again_within_ten_minutes_is_one_whatever_its_id() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let mother = look(&db, home.mother, home.id).await;
        let father = look(&db, home.father, home.id).await;
        let first = Id::fresh(NOW);
        let tell = async |access, id, answers, seconds| {
            store::send(&db, access, id, &telling(answers), NOW.plus_seconds(seconds)).await.expect("it is saved")
        };
        assert_eq!(tell(&mother, first, [3; 5], 0).await, first);
        assert_eq!(tell(&mother, Id::fresh(NOW), [3; 5], 599).await, first);
        let fathers = Id::fresh(NOW);
        assert_eq!(tell(&father, fathers, [3; 5], 9).await, fathers, "another person");
        let later = Id::fresh(NOW);
        assert_eq!(tell(&mother, later, [3; 5], 600).await, later, "later it is news");
        assert_eq!(stored(&db).await.0, 3);

        let since = async |access, seconds| store::sent_since(&db, access, NOW.plus_seconds(seconds)).await;
        assert_eq!(since(&mother, 1).await.expect("hers"), [later]);
        assert_eq!(since(&father, 0).await.expect("his"), [fathers]);
        let mut hers = since(&mother, 0).await.expect("hers");
        hers.sort_by_key(|id| *id == later);
        assert_eq!(hers, [first, later]);
    })
    .await;
}

#[tokio::test]
async fn what_somebody_answered_already_is_told_anew_however_soon() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let first = send(&db, home.mother, home.id, 0, NOW).await;
        let reader = look(&db, town.primary, home.id).await;
        store::review(&db, &reader, item(first), &reply(NextStep::Nothing, None), NOW).await.expect("closed");
        let second = send(&db, home.mother, home.id, 0, NOW.plus_seconds(60)).await;
        assert_eq!(held(&db, town.primary).await, [item(second)], "somebody reads it");
    })
    .await;
}

#[tokio::test]
async fn somebody_elses_check_in_cannot_be_written_over_and_nothing_is_stored() {
    on_both(async |db| {
        let house = cast(&db).await;
        let home = house.here.home();
        let id = send(&db, home.mother, home.id, 3, NOW).await;
        let next_door = house.here.next_door();
        for (person, family) in [(home.father, home.id), (next_door.mother, next_door.id)] {
            let access = look(&db, person, family).await;
            assert!(not_found(store::send(&db, &access, id, &telling([0; 5]), NOW).await));
        }
        assert_eq!(stored(&db).await, (1, 5, 0));
    })
    .await;
}

#[tokio::test]
async fn nobody_but_a_parent_sends() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        for person in [town.primary, town.coordinator, town.back_up, town.contact] {
            let access = look(&db, person, town.home().id).await;
            assert!(not_found(store::send(&db, &access, Id::fresh(NOW), &telling([3; 5]), NOW).await));
        }
        assert_eq!(stored(&db).await, (0, 0, 0));
    })
    .await;
}

#[tokio::test]
async fn the_score_before_is_ones_own_latest() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        send(&db, home.mother, home.id, 4, NOW).await;
        send(&db, home.mother, home.id, 5, NOW.plus_days(28)).await;
        send(&db, home.father, home.id, 1, NOW.plus_days(40)).await;
        let last = send(&db, home.mother, home.id, 2, NOW.plus_days(56)).await;
        let mother = look(&db, home.mother, home.id).await;
        assert_eq!(store::own(&db, &mother, last).await.expect("her own").score_before, Some(100));
        let latest = news(&db, &look(&db, home.mother, home.id).await).await.last.expect("the latest");
        assert_eq!((latest.id, latest.score), (last, 40));
        let latest = news(&db, &look(&db, home.father, home.id).await).await.last.expect("the latest");
        assert_eq!((latest.score, latest.score_before), (20, None));
    })
    .await;
}

#[tokio::test]
async fn the_latest_that_was_read_is_there_though_something_newer_was_told() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let first = send(&db, home.mother, home.id, 1, NOW).await;
        let reader = look(&db, town.primary, home.id).await;
        store::review(&db, &reader, item(first), &reply(NextStep::Call, None), NOW).await.expect("closed");
        let second = send(&db, home.mother, home.id, 2, NOW.plus_days(1)).await;
        let news = news(&db, &look(&db, home.mother, home.id).await).await;
        assert_eq!(news.last.map(|last| last.id), Some(second));
        assert_eq!(news.read.map(|read| (read.id, read.review.is_some())), Some((first, true)));
    })
    .await;
}

#[tokio::test]
async fn who_never_told_has_no_latest() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        send(&db, home.mother, home.id, 4, NOW).await;
        let news = news(&db, &look(&db, home.father, home.id).await).await;
        assert!(news.last.is_none() && news.read.is_none() && news.ask.is_none() && !news.asked_before);
    })
    .await;
}

#[tokio::test]
async fn parents_never_see_each_others_check_ins() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let id = send(&db, home.mother, home.id, 1, NOW).await;
        let father = look(&db, home.father, home.id).await;
        assert!(not_found(store::own(&db, &father, id).await));
        assert!(not_found(store::inbox_item(&db, &father, item(id)).await));
        assert!(not_found(store::holders(&db, &father, item(id)).await));
        assert!(not_found(store::read_by(&db, &father, id).await));
        assert!(not_found(store::review(&db, &father, item(id), &reply(NextStep::Nothing, None), NOW).await));
        assert!(store::told(&db, &father).await.expect("his own").is_empty());
        assert!(store::answers(&db, &father).await.expect("his own").is_empty());
        let mother = look(&db, home.mother, home.id).await;
        assert!(not_found(store::inbox_item(&db, &mother, item(id)).await), "not even one's own as its reader");
        assert!(not_found(store::holders(&db, &mother, item(id)).await));
        assert!(not_found(store::review(&db, &mother, item(id), &reply(NextStep::Nothing, None), NOW).await));
        assert_eq!(stored(&db).await.2, 0);
    })
    .await;
}

async fn share_everything(db: &Ground, house: &House) {
    let home = house.here.home();
    let consents = Item::ALL
        .iter()
        .map(|item| NewConsent {
            id: Id::fresh(NOW),
            family: home.id,
            recipient: house.here.contact,
            item: *item,
            given_by: home.mother,
            given_at: NOW,
            ends_at: NOW.plus_days(100),
        })
        .collect();
    store::load(db, house.here.id, &Batch { consents, ..Batch::default() }, NOW).await.expect("consents");
}

#[tokio::test]
async fn a_contact_person_never_sees_a_check_in_whatever_is_shared() {
    on_both(async |db| {
        let house = cast(&db).await;
        share_everything(&db, &house).await;
        let home = house.here.home();
        let id = send(&db, home.mother, home.id, 1, NOW).await;
        let contact = look(&db, house.here.contact, home.id).await;
        assert!(not_found(store::inbox_item(&db, &contact, item(id)).await));
        assert!(not_found(store::own(&db, &contact, id).await));
        assert!(not_found(store::told(&db, &contact).await));
        assert!(not_found(store::answers(&db, &contact).await));
        assert!(not_found(store::targets(&db, &contact, &WHO5).await));
        assert!(not_found(store::news(&db, &contact, NOW.date(crate::cast::ZONE), NOW).await));
        assert!(not_found(store::review(&db, &contact, item(id), &reply(NextStep::Call, None), NOW).await));
        assert_eq!(held(&db, house.here.contact).await, []);
    })
    .await;
}

#[tokio::test]
async fn another_familys_check_in_is_not_found_through_ones_own_family() {
    on_both(async |db| {
        let house = cast(&db).await;
        let next_door = house.here.next_door();
        let id = send(&db, next_door.mother, next_door.id, 1, NOW).await;
        let access = look(&db, house.here.primary, house.here.home().id).await;
        assert!(not_found(store::inbox_item(&db, &access, item(id)).await));
        assert!(not_found(store::review(&db, &access, item(id), &reply(NextStep::Call, None), NOW).await));
        assert!(store::holders(&db, &access, item(id)).await.expect("no line").is_empty());
        let both = look(&db, house.here.secondary, house.here.home().id).await;
        assert!(not_found(store::inbox_item(&db, &both, item(id)).await), "an access is for one family");
        assert!(not_found(store::inbox_item(&db, &both, Id::fresh(NOW)).await));
        assert_eq!(stored(&db).await.2, 0);
        let closed: Vec<(Option<i64>,)> = rows!(db, "SELECT reviewed_at FROM check_in");
        assert_eq!(closed, [(None,)]);
    })
    .await;
}

#[tokio::test]
async fn a_review_is_told_to_the_parent_and_closes_the_check_in() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let id = send(&db, home.mother, home.id, 1, NOW).await;
        let reader = look(&db, town.back_up, home.id).await;
        let at = NOW.plus_seconds(HOUR);
        let by = Some("2027-01-18".parse().expect("a day"));
        let said = Reply { next_step: NextStep::Call, by, words: Some(note("Jeg ringer i dag")) };
        store::review(&db, &reader, item(id), &said, at).await.expect("closed");
        let mother = look(&db, home.mother, home.id).await;
        let review = store::own(&db, &mother, id).await.expect("her own").review.expect("it was read");
        assert_eq!((review.at, review.reviewer.as_str(), review.kept_at), (at, "Dorte Afløser", None));
        assert_eq!(review.reply, said);
        assert_eq!(held(&db, town.primary).await, []);
    })
    .await;
}

#[tokio::test]
async fn a_second_review_is_refused_and_the_first_stays() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let id = send(&db, home.mother, home.id, 1, NOW).await;
        let (first, second) = (look(&db, town.primary, home.id).await, look(&db, town.secondary, home.id).await);
        store::review(&db, &first, item(id), &reply(NextStep::Meeting, None), NOW).await.expect("closed");
        let outcome = store::review(&db, &second, item(id), &reply(NextStep::Nothing, None), NOW.plus_seconds(9)).await;
        assert!(matches!(&outcome, Err(Error::Taken(by)) if by == "inbox_item"), "{outcome:?}");
        let (closed, _) = store::inbox_item(&db, &second, item(id)).await.expect("for its reader");
        assert!(closed.closed);
        let review = closed.check_in.and_then(|check_in| check_in.review).expect("the first");
        assert_eq!(
            (review.reply, review.reviewer.as_str(), review.at),
            (reply(NextStep::Meeting, None), "Anna Primær", NOW)
        );
        assert_eq!(number!(db, "SELECT reviewed_at FROM check_in"), NOW.seconds());
    })
    .await;
}

async fn tell(db: &Ground, access: &Access, seconds: i64, telling: Telling) -> Id<CheckIn> {
    let now = NOW.plus_seconds(seconds);
    let id = Id::fresh(now);
    store::send(db, access, id, &telling, now).await.expect("it is saved");
    id
}

#[tokio::test]
async fn the_inbox_holds_the_unread_of_ones_own_families_those_most_in_need_first() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (home, next_door) = (house.here.home(), house.here.next_door());
        let mother = look(&db, home.mother, home.id).await;
        let father = look(&db, home.father, home.id).await;
        let neighbour = look(&db, next_door.mother, next_door.id).await;
        let stranger = look(&db, house.there.home().mother, house.there.home().id).await;
        let fine = tell(&db, &mother, 1, telling([5; 5])).await;
        let middle = tell(&db, &father, 2, telling([2; 5])).await;
        let low = tell(&db, &neighbour, 3, telling([0; 5])).await;
        let low_and_calls = tell(&db, &neighbour, 4, Telling { call_me: true, ..telling([0; 5]) }).await;
        let calls = tell(&db, &father, 5, Telling { call_me: true, ..telling([5; 5]) }).await;
        let wrote = tell(&db, &father, 6, Telling { words: Some(note("Tak")), ..telling([5; 5]) }).await;
        let dropped = tell(&db, &mother, 7, telling([4, 4, 5, 5, 4])).await;
        tell(&db, &stranger, 8, telling([0; 5])).await;
        let read = tell(&db, &mother, 9, telling([0; 5])).await;
        let reader = look(&db, house.here.primary, home.id).await;
        store::review(&db, &reader, item(read), &reply(NextStep::Call, None), NOW.plus_seconds(10))
            .await
            .expect("closed");

        assert_eq!(held(&db, house.here.primary).await, [calls, middle, dropped, wrote, fine].map(item));
        assert_eq!(held(&db, house.here.other_primary).await, [low_and_calls, low].map(item));
        let both = [low_and_calls, low, calls].map(item);
        assert_eq!(held(&db, house.here.secondary).await, both, "what is pressing, of both families");
        for empty in [house.here.coordinator, house.here.back_up, house.here.contact, house.here.lead, home.mother] {
            assert_eq!(held(&db, empty).await, []);
        }
        store::move_on(&db, at("2027-01-19T10:00")).await.expect("a round");
        let late = [low_and_calls, low, calls, middle, dropped, wrote, fine].map(item);
        assert_eq!(held(&db, house.here.secondary).await, late, "all of it after half the time");
        assert_eq!(held(&db, house.here.coordinator).await, [item(calls)], "what is late");

        let first = items(&db, house.here.other_primary).await.remove(0);
        assert_eq!((first.family, first.family_name.as_str()), (next_door.id, "Madsen"));
        assert_eq!((first.person.as_str(), first.closed), ("Mette Madsen", false));
        assert!(first.check_in.is_some_and(|check_in| check_in.review.is_none()));
    })
    .await;
}

#[tokio::test]
async fn a_parent_tells_about_the_children_they_may_see_and_the_live_goals_of_their_own_family_only() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (home, next_door) = (house.here.home(), house.here.next_door());
        let names = async |access: &Access, instrument| -> HashSet<Target> {
            let targets = store::targets(&db, access, instrument).await.expect("targets");
            targets.into_iter().map(|(target, _)| target).collect()
        };
        let mother = look(&db, home.mother, home.id).await;
        let father = look(&db, home.father, home.id).await;
        let child = Target::Person;
        assert_eq!(names(&mother, &WHO5).await, HashSet::from([Target::Teller]));
        assert_eq!(names(&mother, &CHILD).await, HashSet::from([child(home.daughter), child(home.son)]));
        assert_eq!(names(&father, &CHILD).await, HashSet::from([child(home.daughter)]));
        assert_eq!(names(&father, &STEP_UP).await, HashSet::from([Target::Goal(home.goal)]));

        let wrong = [
            (&father, about(&CHILD, child(home.son), 5)),
            (&mother, about(&CHILD, child(next_door.son), 5)),
            (&mother, about(&CHILD, child(home.father), 5)),
            (&mother, about(&CHILD, child(Id::fresh(NOW)), 5)),
            (&mother, about(&CHILD, Target::Teller, 5)),
            (&mother, about(&CHILD, Target::Goal(home.goal), 5)),
            (&mother, about(&STEP_UP, Target::Goal(home.waiting), 5)),
            (&mother, about(&STEP_UP, Target::Goal(next_door.goal), 5)),
            (&mother, about(&STEP_UP, Target::Goal(house.there.home().goal), 5)),
            (&mother, about(&WHO5, child(home.daughter), 5)),
            (&mother, about(&BELIEF, child(home.father), 5)),
            (&mother, about(&SDQ, child(home.daughter), 1)),
        ];
        for (nth, (access, telling)) in wrong.into_iter().enumerate() {
            assert!(not_found(store::send(&db, access, Id::fresh(NOW), &telling, NOW).await), "case {nth}");
            let put_off = store::not_today(&db, access, telling.instrument, telling.target, NOW).await;
            assert!(not_found(put_off), "case {nth}");
        }
        assert_eq!(stored(&db).await, (0, 0, 0));
        assert_eq!(number!(db, "SELECT COUNT(*) FROM ask"), 0);

        let of_daughter = tell(&db, &father, 1, about(&CHILD, child(home.daughter), 7)).await;
        let told = store::own(&db, &father, of_daughter).await.expect("his own");
        assert_eq!(
            (told.target, told.about.expect("a name").as_str(), told.score),
            (child(home.daughter), "Dina Holm", 70)
        );
        tell(&db, &mother, 2, about(&CHILD, child(home.son), 2)).await;
        let again = tell(&db, &mother, 3, about(&CHILD, child(home.daughter), 3)).await;
        let told = store::own(&db, &mother, again).await.expect("her own");
        assert_eq!(told.score_before, None, "neither another child's nor the other parent's");
        let goal = tell(&db, &mother, 4, about(&STEP_UP, Target::Goal(home.goal), 4)).await;
        let told = store::own(&db, &mother, goal).await.expect("her own");
        assert_eq!((told.goal.expect("a title").as_str(), told.score), ("Mål 0", 4));

        run!(db, "UPDATE guardianship SET may_see = FALSE WHERE adult = $1", home.father).expect("he may no more");
        assert!(not_found(
            store::send(&db, &father, Id::fresh(NOW), &about(&CHILD, child(home.daughter), 5), NOW).await
        ));
    })
    .await;
}

#[tokio::test]
async fn what_staff_note_is_kept_apart_and_no_parent_ever_sees_it() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (home, next_door) = (house.here.home(), house.here.next_door());
        let adviser = look(&db, house.here.primary, home.id).await;
        let belief = tell(&db, &adviser, 1, about(&BELIEF, Target::Person(home.mother), 8)).await;
        let typed = |key: &str| if matches!(key, "informant" | "norms") { "1" } else { "6" };
        let answers = Answers::parse(&SDQ, |key| Ok(Some(typed(key)))).expect("totals");
        let totals = Telling { answers, ..about(&SDQ, Target::Person(home.son), 1) };
        let sdq = tell(&db, &adviser, 2, totals).await;
        let own = send(&db, home.mother, home.id, 3, NOW.plus_seconds(3)).await;

        let told = async |access: &Access| -> Vec<Id<CheckIn>> {
            store::told(&db, access).await.expect("a list").into_iter().map(|check_in| check_in.id).collect()
        };
        let mut with_answers: Vec<_> = store::answers(&db, &adviser).await.expect("answers").into_iter().collect();
        with_answers.sort_by_key(|(id, _)| *id);
        assert_eq!(told(&adviser).await, [own, sdq, belief]);
        assert_eq!(told(&look(&db, house.here.coordinator, home.id).await).await, [own, sdq, belief]);
        let mut ids = vec![own, sdq, belief];
        ids.sort();
        assert_eq!(with_answers.iter().map(|(id, _)| *id).collect::<Vec<_>>(), ids);

        for parent in [home.mother, home.father] {
            let access = look(&db, parent, home.id).await;
            for noted in [belief, sdq] {
                assert!(not_found(store::own(&db, &access, noted).await));
                assert!(not_found(store::read_by(&db, &access, noted).await));
                assert!(not_found(store::call_anyway(&db, &access, noted, NOW).await));
            }
            let of_parent: Vec<_> = if parent == home.mother { vec![own] } else { vec![] };
            assert_eq!(told(&access).await, of_parent);
            assert_eq!(store::answers(&db, &access).await.expect("answers").into_keys().collect::<Vec<_>>(), of_parent);
            let news = news(&db, &look(&db, parent, home.id).await).await;
            assert_eq!(news.last.map(|last| last.id), of_parent.first().copied());
            assert!(not_found(store::targets(&db, &access, &BELIEF).await));
        }
        assert_eq!(held(&db, house.here.primary).await, [item(own)], "what staff note asks nobody to read it");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM ask"), 1);

        let wrong = [
            about(&BELIEF, Target::Person(home.son), 5),
            about(&BELIEF, Target::Person(next_door.mother), 5),
            about(&SDQ, Target::Person(home.mother), 1),
            about(&SDQ, Target::Person(next_door.son), 1),
            about(&SDQ, Target::Person(Id::fresh(NOW)), 1),
            about(&SDQ, Target::Teller, 1),
        ];
        for (nth, telling) in wrong.into_iter().enumerate() {
            assert!(not_found(store::send(&db, &adviser, Id::fresh(NOW), &telling, NOW).await), "case {nth}");
        }
        assert!(not_found(store::send(&db, &adviser, own, &about(&BELIEF, Target::Person(home.father), 2), NOW).await));
        let contact = look(&db, house.here.contact, home.id).await;
        assert!(not_found(store::targets(&db, &contact, &SDQ).await));
        assert_eq!(stored(&db).await, (3, 13, 0));
    })
    .await;
}

#[tokio::test]
async fn a_promise_made_in_an_answer_is_kept_once_by_the_familys_own_staff() {
    on_both(async |db| {
        let house = cast(&db).await;
        let home = house.here.home();
        let told = send(&db, home.mother, home.id, 1, NOW).await;
        let reader = look(&db, house.here.primary, home.id).await;
        let by = Some("2027-01-18".parse().expect("a day"));
        let promise = Reply { by, ..reply(NextStep::Call, None) };
        store::review(&db, &reader, item(told), &promise, NOW).await.expect("closed");
        let mother = look(&db, home.mother, home.id).await;
        let review = store::own(&db, &mother, told).await.expect("her own").review.expect("it was read").id;
        let strangers = [
            look(&db, home.mother, home.id).await,
            look(&db, house.here.contact, home.id).await,
            look(&db, house.here.other_primary, house.here.next_door().id).await,
            look(&db, house.there.primary, house.there.home().id).await,
        ];
        for access in &strangers {
            assert!(not_found(store::keep(&db, access, review, NOW).await));
        }
        let second = look(&db, house.here.secondary, home.id).await;
        assert!(not_found(store::keep(&db, &second, Id::fresh(NOW), NOW).await));
        let later = NOW.plus_seconds(HOUR);
        store::keep(&db, &second, review, later).await.expect("kept");
        assert!(matches!(store::keep(&db, &reader, review, later.plus_seconds(1)).await, Err(Error::Taken(_))));
        let review = store::own(&db, &mother, told).await.expect("her own").review.expect("it was read");
        assert_eq!(review.kept_at, Some(later));
        assert_eq!(number!(db, "SELECT COUNT(*) FROM review WHERE kept_by = $1", house.here.secondary), 1);
    })
    .await;
}

/// How many transactions that wrote are on the disk of an SQLite database: the frames of its log that end one.
fn commits(db: &Ground) -> usize {
    let log = std::fs::read(db.folder().join(format!("{}-wal", store::SQLITE_FILE))).expect("a log");
    let frames = log.get(32..).unwrap_or_default().chunks_exact(24 + 4096);
    frames.filter(|frame| frame[8..16] == log[16..24] && frame[4..8] != [0; 4]).count()
}

#[tokio::test]
async fn telling_takes_two_transactions_that_write_the_look_and_the_rest() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let viewer = enter(&db, home.mother, NOW).await;
        store::ask_all(&db, NOW).await.expect("asked");
        let tell = async || {
            let whose = store::Whose::Family(home.id);
            let purpose = app::domain::access::Purpose::OwnPages;
            let access = Access::open(&db, &viewer, whose, purpose, NOW).await.expect("a relation");
            store::send(&db, &access, Id::fresh(NOW), &telling([0; 5]), NOW).await.expect("it is saved");
        };
        match db.behind {
            Behind::Sqlite(_) => {
                let before = commits(&db);
                tell().await;
                assert_eq!(commits(&db) - before, 2);
            }
            Behind::Postgres(_) => {
                const WROTE: &str = "SELECT DISTINCT xmin::text FROM (
                        SELECT xmin FROM access_log UNION SELECT xmin FROM check_in UNION SELECT xmin FROM answer
                        UNION SELECT xmin FROM inbox_item UNION SELECT xmin FROM holder
                        UNION SELECT xmin FROM ask WHERE instrument = 'who5'
                    ) AS wrote";
                tell().await;
                let wrote: Vec<(String,)> = rows!(db, WROTE);
                assert_eq!(wrote.len(), 2, "{wrote:?}");
            }
        }
    })
    .await;
}

use app::{
    domain::{
        checkin::{CheckIn, Level, Telling, who5::WHO5},
        consent::Item,
        id::Id,
        moment::start_of,
        review::NextStep,
    },
    store::{self, Access, Batch, Error, NewConsent},
};

use crate::{
    cast::{HOUR, House, NOW, ZONE, cast, item, items, look, news, note, reply, send, telling},
    ground::{Ground, number, on_both, rows},
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
        assert_eq!(read.check_in.expect("what was told").score, 60);
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
        assert_eq!(stored(&db).await.0, 4);
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
        let latest = news(&db, &mother).await.last.expect("the latest");
        assert_eq!((latest.id, latest.score), (last, 40));
        let father = look(&db, home.father, home.id).await;
        let latest = news(&db, &father).await.last.expect("the latest");
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
        store::review(&db, &reader, item(first), &reply(NextStep::Call, Some("Jeg ringer")), NOW)
            .await
            .expect("closed");
        let second = send(&db, home.mother, home.id, 2, NOW.plus_days(1)).await;
        let mother = look(&db, home.mother, home.id).await;
        let news = news(&db, &mother).await;
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
        let father = look(&db, home.father, home.id).await;
        assert!(news(&db, &father).await.last.is_none());
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
        assert!(not_found(store::review(&db, &father, item(id), &reply(NextStep::Nothing, None), NOW).await));
        let mother = look(&db, home.mother, home.id).await;
        assert!(not_found(store::inbox_item(&db, &mother, item(id)).await), "not even one's own as its reader");
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
        let today = NOW.date(ZONE);
        assert!(not_found(store::news(&db, &contact, today, start_of(today, ZONE)).await));
        assert!(not_found(store::review(&db, &contact, item(id), &reply(NextStep::Call, None), NOW).await));
        assert!(items(&db, house.here.contact).await.is_empty());
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
        store::review(&db, &reader, item(id), &reply(NextStep::Call, Some("Jeg ringer i dag")), at)
            .await
            .expect("closed");
        let mother = look(&db, home.mother, home.id).await;
        let review = store::own(&db, &mother, id).await.expect("her own").review.expect("it was read");
        assert_eq!(
            (review.at, review.reply.next_step, review.reviewer.as_str()),
            (at, NextStep::Call, "Dorte Afløser")
        );
        assert_eq!(review.reply.words.expect("words").as_str(), "Jeg ringer i dag");
        assert!(items(&db, town.primary).await.is_empty());
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
        let (read, _) = store::inbox_item(&db, &second, item(id)).await.expect("for its reader");
        let review = read.check_in.and_then(|check_in| check_in.review).expect("the first");
        assert_eq!(
            (review.reply.next_step, review.reviewer.as_str(), review.at),
            (NextStep::Meeting, "Anna Primær", NOW)
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

        let inbox_of = async |person| -> Vec<Id<CheckIn>> {
            items(&db, person).await.into_iter().filter_map(|item| Some(item.check_in?.id)).collect()
        };
        let both = [low_and_calls, low, calls, middle, dropped, wrote, fine];
        assert_eq!(inbox_of(house.here.secondary).await, both);
        assert_eq!(inbox_of(house.here.primary).await, [calls, middle, dropped, wrote, fine]);
        assert_eq!(inbox_of(house.here.coordinator).await, [calls, middle, dropped, wrote, fine]);
        assert_eq!(inbox_of(house.here.other_primary).await, [low_and_calls, low]);
        for empty in [house.here.contact, house.here.lead, home.mother] {
            assert_eq!(inbox_of(empty).await, []);
        }
        let first = items(&db, house.here.other_primary).await.remove(0);
        assert_eq!((first.family, first.family_name.as_str()), (next_door.id, "Madsen"));
        assert_eq!(first.person.as_str(), "Mette Madsen");
        assert!(first.check_in.expect("what was told").review.is_none());
    })
    .await;
}

use app::{
    domain::{
        id::Id,
        meeting::{Meeting, Place},
        moment::{Moment, WallTime},
        person::Role,
    },
    store::{self, Access, Batch, NewMeeting},
};

use crate::{
    cast::{HOUR, NOW, Town, ZONE, cast, look, meeting, note, title},
    ground::{Ground, on_both, run},
};

async fn book(db: &Ground, town: &Town, meetings: Vec<NewMeeting>) {
    store::load(db, town.id, &Batch { meetings, ..Batch::default() }, NOW).await.expect("meetings");
}

fn ids(meetings: &[Meeting]) -> Vec<Id<Meeting>> {
    meetings.iter().map(|meeting| meeting.id).collect()
}

async fn upcoming(db: &Ground, access: &Access, now: Moment) -> Vec<Id<Meeting>> {
    ids(&store::upcoming(db, access, now, 9).await.expect("meetings"))
}

async fn past(db: &Ground, access: &Access, now: Moment) -> Vec<Id<Meeting>> {
    ids(&store::past(db, access, now, 9).await.expect("meetings"))
}

#[tokio::test]
async fn a_meeting_is_told_with_when_where_and_with_whom() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        for person in [home.mother, town.primary, town.back_up] {
            let access = look(&db, person, home.id).await;
            let meetings = store::upcoming(&db, &access, NOW, 9).await.expect("meetings");
            let [meeting] = &meetings[..] else { panic!("one meeting") };
            assert_eq!((meeting.id, meeting.title.as_str(), meeting.minutes), (home.meeting, "Møde om skolen", 60));
            assert_eq!(meeting.starts, WallTime::at(NOW.plus_days(1), ZONE));
            assert_eq!(meeting.place, Place::Home);
            assert_eq!(meeting.place_words.as_ref().map(|words| words.as_str()), Some("Skovvej 1"));
            let who: Vec<_> =
                meeting.participants.iter().map(|who| (who.person, who.name.as_str(), who.role)).collect();
            let adviser = (town.primary, "Anna Primær", Role::Adviser);
            assert_eq!(who, [adviser, (home.mother, "Mette Holm", Role::Parent)]);
        }
    })
    .await;
}

#[tokio::test]
async fn a_meeting_that_names_parents_is_for_those_it_names_and_a_child_is_named_to_who_may_see_it() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let father = look(&db, home.father, home.id).await;
        assert_eq!(upcoming(&db, &father, NOW).await, [], "the mother's own meeting");

        let everybodys = meeting(home.id, NOW.plus_days(3), vec![town.primary, home.daughter]);
        let id = everybodys.id;
        book(&db, &town, vec![everybodys]).await;
        let names = async |person| {
            let access = look(&db, person, home.id).await;
            let meetings = store::upcoming(&db, &access, NOW, 9).await.expect("meetings");
            let meeting = meetings.into_iter().find(|meeting| meeting.id == id).expect("everybody's meeting");
            meeting.participants.iter().map(|who| who.person).collect::<Vec<_>>()
        };
        run!(db, "UPDATE guardianship SET may_see = (adult = $2) WHERE child = $1", home.daughter, home.mother)
            .expect("hers only");
        assert!(names(home.mother).await.contains(&home.daughter));
        assert_eq!(names(home.father).await, [town.primary]);
        assert!(names(town.primary).await.contains(&home.daughter));
    })
    .await;
}

#[tokio::test]
async fn a_meeting_is_upcoming_until_it_has_ended_and_past_from_then_on() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = look(&db, home.mother, home.id).await;
        let starts = NOW.plus_days(1);
        for (now, is_upcoming) in [
            (NOW, true),
            (starts, true),
            (starts.plus_seconds(HOUR - 1), true),
            (starts.plus_seconds(HOUR), false),
            (starts.plus_days(400), false),
        ] {
            let expected = |is: bool| if is { vec![home.meeting] } else { vec![] };
            assert_eq!(upcoming(&db, &access, now).await, expected(is_upcoming), "{now:?}");
            assert_eq!(past(&db, &access, now).await, expected(!is_upcoming), "{now:?}");
        }
    })
    .await;
}

#[tokio::test]
async fn a_meeting_that_lasts_all_day_is_upcoming_all_day() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let long = NewMeeting { minutes: 1440, ..meeting(home.id, NOW, vec![]) };
        let id = long.id;
        book(&db, &town, vec![long]).await;
        let access = look(&db, home.mother, home.id).await;
        assert!(upcoming(&db, &access, NOW.plus_seconds(24 * HOUR - 1)).await.contains(&id));
        assert!(!upcoming(&db, &access, NOW.plus_seconds(24 * HOUR)).await.contains(&id));
        assert!(past(&db, &access, NOW.plus_seconds(24 * HOUR)).await.contains(&id));
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_meeting_is_never_told() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        run!(db, "UPDATE meeting SET cancelled_at = $2 WHERE id = $1", home.meeting, NOW).expect("cancelled");
        let access = look(&db, home.mother, home.id).await;
        assert_eq!(upcoming(&db, &access, NOW).await, []);
        assert_eq!(past(&db, &access, NOW.plus_days(9)).await, []);
    })
    .await;
}

#[tokio::test]
async fn the_nearest_come_first_and_no_more_than_asked_for() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let booked: Vec<NewMeeting> = [4, 2, 3, 5]
            .into_iter()
            .map(|day| meeting(home.id, NOW.plus_days(day), vec![home.mother, home.father, town.primary]))
            .collect();
        let [fourth, second, third, fifth] = [0, 1, 2, 3].map(|at: usize| booked[at].id);
        book(&db, &town, booked).await;
        let access = look(&db, home.mother, home.id).await;
        assert_eq!(upcoming(&db, &access, NOW).await, [home.meeting, second, third, fourth, fifth]);
        assert_eq!(past(&db, &access, NOW.plus_days(30)).await, [fifth, fourth, third, second, home.meeting]);
        let two = store::upcoming(&db, &access, NOW, 2).await.expect("meetings");
        assert_eq!(ids(&two), [home.meeting, second]);
        assert_eq!(two[1].participants.len(), 3, "a limit counts meetings, not people");
        let two = store::past(&db, &access, NOW.plus_days(30), 2).await.expect("meetings");
        assert_eq!(ids(&two), [fifth, fourth]);
        assert!(store::upcoming(&db, &access, NOW, 0).await.expect("meetings").is_empty());
    })
    .await;
}

#[tokio::test]
async fn meetings_at_the_same_time_are_cut_off_in_the_order_they_are_told() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mut booked: Vec<NewMeeting> =
            (0..8).map(|_| meeting(home.id, NOW.plus_seconds(HOUR), vec![home.mother])).collect();
        booked.sort_by_key(|meeting| std::cmp::Reverse(meeting.id));
        let mut all: Vec<_> = booked.iter().map(|meeting| meeting.id).collect();
        all.sort_unstable();
        book(&db, &town, booked).await;
        let access = look(&db, home.mother, home.id).await;
        assert_eq!(ids(&store::upcoming(&db, &access, NOW, 3).await.expect("meetings")), all[..3]);
        let later = NOW.plus_seconds(3 * HOUR);
        assert_eq!(ids(&store::past(&db, &access, later, 3).await.expect("meetings")), all[..3]);
    })
    .await;
}

#[tokio::test]
async fn a_meeting_keeps_its_hour_on_the_wall_across_summer_time() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let wall = |text: &str| WallTime::new(text.parse().expect("a local time"), ZONE).expect("it exists");
        let starts = ["2027-03-27T10:00:00", "2027-03-28T10:00:00"].map(wall);
        assert_eq!(starts[1].instant().seconds() - starts[0].instant().seconds(), 23 * HOUR);
        let booked = starts.map(|starts| NewMeeting { starts, ..meeting(home.id, NOW, vec![]) });
        let [before, after] = booked.each_ref().map(|meeting| meeting.id);
        book(&db, &town, booked.to_vec()).await;
        let access = look(&db, home.mother, home.id).await;
        let meetings = store::upcoming(&db, &access, NOW.plus_days(30), 9).await.expect("meetings");
        assert_eq!(
            meetings.iter().map(|m| (m.id, m.starts)).collect::<Vec<_>>(),
            [(before, starts[0]), (after, starts[1])]
        );
    })
    .await;
}

#[tokio::test]
async fn another_familys_meetings_are_never_among_them() {
    on_both(async |db| {
        let house = cast(&db).await;
        let both = look(&db, house.here.secondary, house.here.next_door().id).await;
        assert_eq!(upcoming(&db, &both, NOW).await, [house.here.next_door().meeting]);
        assert_eq!(past(&db, &both, NOW.plus_days(9)).await, [house.here.next_door().meeting]);
    })
    .await;
}

#[tokio::test]
async fn a_protected_address_is_told_to_nobody() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let office = NewMeeting {
            place: Place::Office,
            place_words: Some(title("Rådhuset, lokale 4")),
            bring: Some(note("Tag skemaet med")),
            ..meeting(home.id, NOW.plus_days(2), vec![])
        };
        book(&db, &town, vec![office]).await;
        run!(db, "UPDATE person SET address_protected = TRUE WHERE id = $1", home.daughter).expect("protected");
        for person in [home.mother, home.father, town.primary] {
            let access = look(&db, person, home.id).await;
            let (next, past) = (
                store::upcoming(&db, &access, NOW, 9).await.expect("meetings"),
                store::past(&db, &access, NOW.plus_days(9), 9).await.expect("meetings"),
            );
            for meeting in next.iter().chain(&past) {
                let words = meeting.place_words.as_ref().map(|words| words.as_str());
                let expected = (meeting.place == Place::Office).then_some("Rådhuset, lokale 4");
                assert_eq!(words, expected);
            }
            let office = next.last().expect("the meeting for everybody");
            assert_eq!(office.bring.as_ref().map(|words| words.as_str()), Some("Tag skemaet med"));
        }
    })
    .await;
}

use app::{
    domain::{
        id::Id,
        meeting::{Coming, Details, Meeting, Place, Repeat, Said, Wish},
        moment::{Moment, WallTime},
        person::Person,
    },
    store::{self, Access, Error},
};

use crate::{
    cast::{HOUR, NOW, Town, ZONE, at, cast, look, look_at, title},
    ground::{Ground, number, on_both, rows, run},
};

pub(crate) fn details(starts: Moment, participants: Vec<Id<Person>>) -> Details {
    Details {
        title: title("Møde om fritid"),
        starts: WallTime::at(starts, ZONE),
        minutes: 60,
        place: Place::Office,
        place_words: None,
        bring: None,
        participants,
    }
}

async fn staff(db: &Ground, town: &Town) -> Access {
    look(db, town.primary, town.home().id).await
}

async fn book(db: &Ground, access: &Access, starts: &[WallTime], with: Vec<Id<Person>>) -> Id<Meeting> {
    let details = Details { starts: starts[0], ..details(NOW, with) };
    store::book(db, access, Id::fresh(NOW), &details, starts, &[title("Skolen")], NOW).await.expect("booked")
}

async fn shown(db: &Ground, access: &Access) -> Vec<(Id<Meeting>, WallTime)> {
    let meetings = store::upcoming(db, access, NOW, 50).await.expect("meetings");
    meetings.into_iter().map(|meeting| (meeting.id, meeting.starts)).collect()
}

#[tokio::test]
async fn a_repeated_meeting_is_booked_once_and_keeps_its_time_on_the_wall() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = staff(&db, &town).await;
        let first = "2027-03-16T10:00:00".parse().expect("a time");
        let starts = Repeat::Weekly.starts(first, 4, ZONE).expect("they exist");
        let (id, details) = (Id::fresh(NOW), details(starts[0].instant(), vec![home.mother, town.primary]));
        for _ in 0..2 {
            let agenda = [title("Skolen"), title("Penge")];
            let booked = store::book(&db, &access, id, &details, &starts, &agenda, NOW).await.expect("booked");
            assert_eq!(booked, id, "sent twice, booked once");
        }
        let later: Vec<_> = shown(&db, &access).await.into_iter().filter(|(id, _)| *id != home.meeting).collect();
        assert_eq!(later.iter().map(|(_, starts)| *starts).collect::<Vec<_>>(), starts);
        let apart = |a: usize| later[a + 1].1.instant().seconds() - later[a].1.instant().seconds();
        assert_eq!([apart(0), apart(1), apart(2)], [7 * 24 * HOUR, 7 * 24 * HOUR - HOUR, 7 * 24 * HOUR]);
        for (id, _) in &later {
            let meeting = store::meeting(&db, &access, *id).await.expect("it is there");
            assert!(meeting.in_series && meeting.participants.len() == 2 && meeting.version == 0);
            assert_eq!(store::agenda(&db, &access, *id).await.expect("points").len(), 2);
        }
        let other = Details { title: title("Noget andet"), ..details.clone() };
        let anew = store::book(&db, &access, id, &other, &starts[..1], &[], NOW).await.expect("booked");
        assert_ne!(anew, id, "what was changed before it was sent again is a booking of its own");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM meeting WHERE family = $1", home.id), 6);
    })
    .await;
}

#[tokio::test]
async fn only_the_familys_staff_book_and_only_for_its_own_people() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, home) = (&house.here, house.here.home());
        let at = WallTime::at(NOW.plus_days(2), ZONE);
        let meeting = details(at.instant(), vec![home.mother]);
        for person in [home.mother, town.contact] {
            let access = look(&db, person, home.id).await;
            let (id, now) = (Id::fresh(NOW), NOW);
            let gone = |outcome: Result<(), Error>| assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
            gone(store::book(&db, &access, id, &meeting, &[at], &[], now).await.map(|_| ()));
            gone(store::change(&db, &access, home.meeting, 0, &meeting, now).await);
            gone(store::cancel(&db, &access, home.meeting, false, now).await);
            gone(store::set_missed(&db, &access, home.meeting, true, now.plus_days(2)).await);
            gone(store::busy(&db, &access, &[home.mother], &[(now, now)], id).await.map(|_| ()));
        }
        let access = staff(&db, &house.here).await;
        for stranger in [town.next_door().mother, town.other_primary, town.lead, house.there.primary] {
            let details = Details { participants: vec![home.mother, stranger], ..meeting.clone() };
            let booked = store::book(&db, &access, Id::fresh(NOW), &details, &[at], &[], NOW).await;
            assert!(matches!(booked, Err(Error::NotFound)));
            let changed = store::change(&db, &access, home.meeting, 0, &details, NOW).await;
            assert!(matches!(changed, Err(Error::NotFound)));
        }
        for theirs in [town.next_door().meeting, house.there.home().meeting] {
            assert!(matches!(store::cancel(&db, &access, theirs, true, NOW).await, Err(Error::NotFound)));
            let booked = store::book(&db, &access, theirs, &meeting, &[at], &[], NOW).await;
            assert!(matches!(booked, Err(Error::NotFound)), "an id of another family's");
        }
        assert_eq!(number!(db, "SELECT COUNT(*) FROM meeting WHERE version > 0"), 0);
        assert_eq!(number!(db, "SELECT COUNT(*) FROM meeting"), 4, "nothing of it was kept");
    })
    .await;
}

#[tokio::test]
async fn a_change_counts_for_whoever_saw_the_meeting_as_it_is_and_asks_anew_where_it_moves() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = staff(&db, &town).await;
        let mother = look(&db, home.mother, home.id).await;
        let said = Said { coming: Coming::Yes, proposals: vec![], wish: Wish { lift: true, ..Wish::default() } };
        store::answer(&db, &mother, home.meeting, 0, &said, NOW).await.expect("answered");
        let before = store::meeting(&db, &access, home.meeting).await.expect("it is there");

        let stays = Details { starts: before.starts, ..details(NOW, vec![home.mother, town.secondary]) };
        store::change(&db, &access, home.meeting, 0, &stays, NOW).await.expect("changed");
        let seen = store::meeting(&db, &access, home.meeting).await.expect("it is there");
        assert_eq!((seen.version, seen.changed_at, seen.title.as_str()), (1, NOW, "Møde om fritid"));
        let with: Vec<_> = seen.participants.iter().map(|who| who.person).collect();
        assert_eq!(with.len(), 2);
        assert!(with.contains(&home.mother) && with.contains(&town.secondary));
        assert_eq!(store::given(&db, &access, home.meeting).await.expect("answers").len(), 1, "the time stayed");

        let stale = store::change(&db, &access, home.meeting, 0, &stays, NOW).await;
        assert!(matches!(stale, Err(Error::Taken(_))));
        let moves = Details { starts: WallTime::at(NOW.plus_days(3), ZONE), ..stays };
        store::change(&db, &access, home.meeting, 1, &moves, NOW).await.expect("moved");
        assert!(store::given(&db, &access, home.meeting).await.expect("answers").is_empty(), "everybody is asked anew");
        assert!(matches!(store::answer(&db, &mother, home.meeting, 1, &said, NOW).await, Err(Error::Taken(_))));
        assert_eq!(number!(db, "SELECT COUNT(*) FROM wish"), 1, "what somebody needs stays");

        let alone = Details { participants: vec![town.primary], ..moves };
        store::change(&db, &access, home.meeting, 2, &alone, NOW).await.expect("without her");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM wish"), 0);
        store::cancel(&db, &access, home.meeting, false, NOW).await.expect("cancelled");
        assert!(matches!(store::change(&db, &access, home.meeting, 4, &alone, NOW).await, Err(Error::Taken(_))));
    })
    .await;
}

#[tokio::test]
async fn of_two_changes_at_once_one_counts() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (one, other) = (staff(&db, &town).await, look(&db, town.secondary, home.id).await);
        let (first, second) = (details(NOW.plus_days(2), vec![home.mother]), details(NOW.plus_days(3), vec![]));
        let (a, b) = tokio::join!(
            store::change(&db, &one, home.meeting, 0, &first, NOW),
            store::change(&db, &other, home.meeting, 0, &second, NOW)
        );
        assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
        assert_eq!(store::meeting(&db, &one, home.meeting).await.expect("it is there").version, 1);
    })
    .await;
}

#[tokio::test]
async fn a_cancelled_meeting_stays_cancelled_and_takes_the_later_ones_along_where_asked() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = staff(&db, &town).await;
        let first = "2027-02-01T10:00:00".parse().expect("a time");
        let starts = Repeat::EveryTwoWeeks.starts(first, 4, ZONE).expect("they exist");
        let with = vec![home.mother, town.primary];
        let id = book(&db, &access, &starts, with.clone()).await;
        let series: Vec<_> = shown(&db, &access).await.into_iter().map(|(id, _)| id).skip(1).collect();
        assert_eq!(series[0], id);
        store::cancel(&db, &access, series[1], false, NOW).await.expect("cancelled");
        store::cancel(&db, &access, series[2], true, NOW.plus_seconds(9)).await.expect("cancelled");
        store::cancel(&db, &access, series[2], true, NOW.plus_seconds(99)).await.expect("again");
        let left: Vec<_> = shown(&db, &access).await.into_iter().map(|(id, _)| id).collect();
        assert_eq!(left, [home.meeting, id]);
        for (id, version, at) in
            [(series[0], 0, None), (series[1], 1, Some(NOW)), (series[3], 1, Some(NOW.plus_seconds(9)))]
        {
            let meeting = store::meeting(&db, &access, id).await.expect("its page stays");
            assert_eq!((meeting.version, meeting.cancelled), (version, at));
        }
    })
    .await;
}

#[tokio::test]
async fn a_meeting_comes_to_nothing_once_it_has_begun_and_that_can_be_taken_back() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = staff(&db, &town).await;
        let early = store::set_missed(&db, &access, home.meeting, true, NOW).await;
        assert!(matches!(early, Err(Error::Taken(_))));
        let later = NOW.plus_days(2);
        store::set_missed(&db, &access, home.meeting, true, later).await.expect("said");
        let seen = |now| look_at(&db, home.mother, home.id, now);
        let meeting = store::meeting(&db, &seen(later).await, home.meeting).await.expect("it is there");
        assert_eq!(meeting.missed, Some(later));
        assert!(!meeting.is_ahead(NOW));
        store::set_missed(&db, &access, home.meeting, false, later).await.expect("taken back");
        let meeting = store::meeting(&db, &seen(later).await, home.meeting).await.expect("it is there");
        assert_eq!(meeting.missed, None);
    })
    .await;
}

#[tokio::test]
async fn whoever_has_a_meeting_then_is_busy_and_nothing_more_is_told() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let (home, next_door) = (town.home(), town.next_door());
        let access = staff(&db, &town).await;
        let there = look(&db, town.secondary, next_door.id).await;
        let starts = at("2027-02-01T10:00");
        let other = book(&db, &there, &[WallTime::at(starts, ZONE)], vec![town.secondary, next_door.mother]).await;
        let people = [town.secondary, home.mother, next_door.mother];
        let nobody = Id::fresh(NOW);
        for (from, until, busy) in [
            (starts.plus_seconds(-HOUR), starts, false),
            (starts.plus_seconds(-HOUR), starts.plus_seconds(1), true),
            (starts.plus_seconds(HOUR - 1), starts.plus_seconds(2 * HOUR), true),
            (starts.plus_seconds(HOUR), starts.plus_seconds(2 * HOUR), false),
        ] {
            let found = store::busy(&db, &access, &people, &[(from, until)], nobody).await.expect("an answer");
            let names: Vec<_> = found.iter().map(|busy| busy.name.as_str()).collect();
            assert_eq!(names, if busy { vec!["Bent Sekundær"] } else { vec![] }, "never somebody of another family");
        }
        let spans =
            [(starts, starts.plus_seconds(HOUR)), (starts.plus_days(7), starts.plus_days(7).plus_seconds(HOUR))];
        assert_eq!(store::busy(&db, &access, &people, &spans, nobody).await.expect("an answer").len(), 1);
        assert!(store::busy(&db, &access, &people, &spans, other).await.expect("an answer").is_empty());
        assert!(store::busy(&db, &access, &people, &[], nobody).await.expect("an answer").is_empty());
        run!(db, "UPDATE meeting SET cancelled_at = 1 WHERE id = $1", other).expect("cancelled");
        assert!(store::busy(&db, &access, &people, &spans, nobody).await.expect("an answer").is_empty());
        let kept: Vec<(i64,)> = rows!(db, "SELECT version FROM meeting WHERE id = $1", other);
        assert_eq!(kept, [(0,)]);
    })
    .await;
}

#[tokio::test]
async fn a_protected_place_stays_when_the_meeting_is_changed_by_somebody_who_does_not_see_it() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = staff(&db, &town).await;
        let protect = async |on: bool| {
            run!(db, "UPDATE person SET address_protected = $2 WHERE id = $1", home.mother, on).expect("set");
        };
        let shown = async || store::meeting(&db, &access, home.meeting).await.expect("it is there");
        let change = async |place: Place, words: Option<&str>| {
            let meeting = shown().await;
            let details = Details {
                place,
                place_words: words.map(title),
                participants: meeting.participants.iter().map(|who| who.person).collect(),
                ..details(NOW.plus_days(4), Vec::new())
            };
            store::change(&db, &access, home.meeting, meeting.version, &details, NOW).await.expect("changed");
        };
        let words = async || {
            protect(false).await;
            let words = shown().await.place_words.map(|words| words.to_string());
            protect(true).await;
            words
        };
        protect(true).await;
        assert!(shown().await.place_words.is_none(), "nobody reads it");
        change(Place::Home, None).await;
        assert_eq!(words().await.as_deref(), Some("Skovvej 1"), "but it stands there");
        change(Place::Home, Some("Engvej 2")).await;
        assert_eq!(words().await.as_deref(), Some("Engvej 2"), "until somebody writes another");
        change(Place::Elsewhere, None).await;
        assert_eq!(words().await, None, "it was the home's");
        change(Place::Elsewhere, Some("Søvej 3")).await;
        change(Place::Office, None).await;
        assert_eq!(words().await, None, "and never becomes a place that is told");
        change(Place::Home, Some("Engvej 2")).await;
        protect(false).await;
        change(Place::Home, None).await;
        assert_eq!(words().await, None, "who reads it can remove it");
    })
    .await;
}

use app::{
    domain::{
        calendar::Detail,
        calendar_file::{CalendarFile, Reader, Step, changes},
        id::Id,
        meeting::{Coming, Details, Meeting, Said, Wish},
        moment::Moment,
        person::Person,
    },
    store::{self, Access, Error, Taken},
};

use crate::{
    bookings::details,
    cast::{NOW, Town, ZONE, at, cast, enter, look},
    ground::{Ground, number, on_both, run},
};

/// A file that says this of the event called `uid`.
fn file(uid: &str, sequence: i64, lines: &str) -> String {
    format!(
        "BEGIN:VCALENDAR\nBEGIN:VEVENT\nUID:{uid}\nSEQUENCE:{sequence}\nDTSTAMP:20270110T090000Z\n{lines}\nEND:VEVENT\n\
         END:VCALENDAR\n"
    )
}

const SERIES: &str = "DTSTART;TZID=Romance Standard Time:20270316T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=3";

/// What taking a file would change for a family.
async fn read(db: &Ground, access: &Access, file: &str, with: &[Id<Person>], now: Moment) -> Vec<Taken> {
    let reader = Reader { host: "plan.example", zone: ZONE, now };
    let events = CalendarFile::read(file.as_bytes(), reader).expect("a calendar").events;
    let mut known = store::taken_before(db, access, now).await.expect("what was taken");
    events
        .iter()
        .map(|event| Taken {
            uid: event.uid,
            details: Some(details(NOW, with.to_vec())),
            changes: changes(event, known.remove(&event.uid).unwrap_or_default(), now),
        })
        .collect()
}

async fn take(db: &Ground, access: &Access, file: &str, with: &[Id<Person>]) -> Vec<Step> {
    let taken = read(db, access, file, with, NOW).await;
    let changed = store::take(db, access, &taken, NOW).await.expect("taken");
    let steps: Vec<Step> = taken.iter().flat_map(|event| event.changes.iter().map(|change| change.step)).collect();
    assert_eq!(changed.len(), steps.iter().filter(|step| step.is_change()).count());
    steps
}

async fn ahead(db: &Ground, access: &Access) -> Vec<Meeting> {
    let meetings = store::upcoming(db, access, NOW, 50).await.expect("meetings");
    meetings.into_iter().filter(|meeting| meeting.title.as_str() == "Møde om fritid").collect()
}

async fn starts(db: &Ground, access: &Access) -> Vec<String> {
    ahead(db, access).await.iter().map(|meeting| meeting.starts.local().format("%m-%dT%H").to_string()).collect()
}

async fn staff(db: &Ground, town: &Town) -> Access {
    look(db, town.primary, town.home().id).await
}

#[tokio::test]
async fn what_a_file_says_is_taken_once_and_followed_when_it_comes_again() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = staff(&db, &town).await;
        let with = [home.mother, town.primary];
        assert_eq!(take(&db, &access, &file("1", 0, SERIES), &with).await, [Step::New; 3]);
        assert_eq!(starts(&db, &access).await, ["03-16T10", "03-23T10", "03-30T10"]);
        let before = ahead(&db, &access).await;
        assert!(before.iter().all(|meeting| meeting.in_series && meeting.participants.len() == 2));
        assert_eq!(take(&db, &access, &file("1", 0, SERIES), &with).await, [Step::Same; 3]);
        assert_eq!(ahead(&db, &access).await.len(), 3, "taken twice, booked once");

        let mother = look(&db, home.mother, home.id).await;
        let said = Said { coming: Coming::Yes, proposals: vec![], wish: Wish::default() };
        for meeting in &before {
            store::answer(&db, &mother, meeting.id, 0, &said, NOW).await.expect("answered");
        }
        let viewer = enter(&db, home.mother, NOW).await;
        let calendar = store::make_calendar_address(&db, &viewer, Detail::Full, NOW).await.expect("an address");
        let moved = SERIES.replace("T100000", "T130000").replace("COUNT=3", "COUNT=2");
        let steps = take(&db, &access, &file("1", 1, &moved), &with).await;
        assert_eq!(steps, [Step::Moved, Step::Moved, Step::Cancelled]);
        assert_eq!(starts(&db, &access).await, ["03-16T13", "03-23T13"]);
        assert_eq!(number!(db, "SELECT COUNT(*) FROM meeting_answer"), 1, "who was asked anew has not answered");
        let feed = store::calendar(&db, &calendar, NOW).await.expect("a calendar").meetings;
        for (meeting, cancelled) in before.iter().zip([false, false, true]) {
            let now = feed.iter().find(|now| now.id == meeting.id).expect("the same meeting");
            assert_eq!((now.version, now.cancelled.is_some()), (1, cancelled));
        }
        assert_eq!(take(&db, &access, &file("1", 0, SERIES), &with).await, [Step::Older; 3], "an older file");
        assert_eq!(starts(&db, &access).await, ["03-16T13", "03-23T13"]);
        let steps = take(&db, &access, &file("1", 2, "STATUS:CANCELLED"), &with).await;
        assert_eq!(steps, [Step::Cancelled; 2]);
        assert_eq!(starts(&db, &access).await, Vec::<String>::new());
    })
    .await;
}

#[tokio::test]
async fn the_same_event_of_another_family_stays_as_it_is() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let (home, next_door) = (town.home(), town.next_door());
        let here = look(&db, town.secondary, home.id).await;
        let there = look(&db, town.secondary, next_door.id).await;
        take(&db, &here, &file("1", 0, SERIES), &[home.mother]).await;
        assert!(store::taken_before(&db, &there, NOW).await.expect("nothing").is_empty());
        assert_eq!(take(&db, &there, &file("1", 5, SERIES), &[next_door.mother]).await, [Step::New; 3]);
        assert_eq!(take(&db, &there, &file("1", 6, "STATUS:CANCELLED"), &[]).await, [Step::Cancelled; 3]);
        assert_eq!(ahead(&db, &there).await.len(), 0);
        assert_eq!(starts(&db, &here).await, ["03-16T10", "03-23T10", "03-30T10"]);
        let theirs = read(&db, &here, &file("1", 7, "STATUS:CANCELLED"), &[], NOW).await;
        assert!(matches!(store::take(&db, &there, &theirs, NOW).await, Err(Error::Taken(_))));
        assert_eq!(ahead(&db, &here).await.len(), 3, "nothing of it counts");
    })
    .await;
}

#[tokio::test]
async fn only_the_familys_staff_take_and_only_for_its_own_people() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, home) = (&house.here, house.here.home());
        let access = staff(&db, town).await;
        let taken = read(&db, &access, &file("1", 0, SERIES), &[home.mother], NOW).await;
        for person in [home.mother, town.contact] {
            let access = look(&db, person, home.id).await;
            assert!(matches!(store::take(&db, &access, &taken, NOW).await, Err(Error::NotFound)));
            assert!(matches!(store::taken_before(&db, &access, NOW).await, Err(Error::NotFound)));
        }
        for stranger in [town.next_door().mother, town.other_primary, house.there.primary] {
            let taken = read(&db, &access, &file("1", 0, SERIES), &[home.mother, stranger], NOW).await;
            assert!(matches!(store::take(&db, &access, &taken, NOW).await, Err(Error::NotFound)));
        }
        assert_eq!(number!(db, "SELECT COUNT(*) FROM calendar_event"), 0);
        assert_eq!(number!(db, "SELECT COUNT(*) FROM meeting"), 4, "nothing of it was kept");
    })
    .await;
}

#[tokio::test]
async fn of_two_who_take_the_same_at_once_one_does() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (one, other) = (staff(&db, &town).await, look(&db, town.secondary, home.id).await);
        let first = read(&db, &one, &file("1", 0, SERIES), &[home.mother], NOW).await;
        let second = read(&db, &other, &file("1", 0, SERIES), &[home.mother], NOW).await;
        let (a, b) = tokio::join!(store::take(&db, &one, &first, NOW), store::take(&db, &other, &second, NOW));
        assert!(a.is_ok() != b.is_ok(), "{a:?} {b:?}");
        assert_eq!(ahead(&db, &one).await.len(), 3);

        let moved = file("1", 1, &SERIES.replace("T100000", "T130000"));
        let stale = read(&db, &one, &moved, &[], NOW).await;
        let last = ahead(&db, &one).await.pop().expect("a meeting");
        let by_hand = Details { participants: vec![home.mother], ..details(at("2027-04-01T09:00"), vec![]) };
        store::change(&db, &other, last.id, 0, &by_hand, NOW).await.expect("moved by hand");
        assert!(matches!(store::take(&db, &one, &stale, NOW).await, Err(Error::Taken(_))));
        assert_eq!(starts(&db, &one).await, ["03-16T10", "03-23T10", "04-01T09"], "all or nothing");
        assert_eq!(take(&db, &one, &file("1", 1, SERIES), &[]).await, [Step::Same; 3], "the file did not move it");
        assert_eq!(starts(&db, &one).await.last().map(String::as_str), Some("04-01T09"));
    })
    .await;
}

#[tokio::test]
async fn what_took_place_is_history_and_comes_again_as_a_new_meeting() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = staff(&db, &town).await;
        let single = "DTSTART:20270116T090000Z\nDURATION:PT1H";
        take(&db, &access, &file("1", 0, single), &[home.mother]).await;
        let held = ahead(&db, &access).await.pop().expect("a meeting");
        let later = NOW.plus_days(3);
        let again = file("1", 1, &single.replace("0116", "0216"));
        let taken = read(&db, &access, &again, &[home.mother], later).await;
        assert_eq!(taken[0].changes[0].step, Step::New);
        store::take(&db, &access, &taken, later).await.expect("taken");
        let before = store::meeting(&db, &access, held.id).await.expect("it stays");
        assert_eq!((before.version, before.starts), (0, held.starts));
        let known = store::taken_before(&db, &access, later).await.expect("what was taken");
        let known = known.values().flatten().collect::<Vec<_>>();
        assert!(known.len() == 1 && known[0].id != held.id && known[0].edition.sequence == 1);
        run!(db, "UPDATE meeting SET cancelled_at = 1 WHERE id = $1", known[0].id).expect("cancelled here");
        let moved = read(&db, &access, &file("1", 2, &single.replace("0116", "0218")), &[], later).await;
        assert_eq!(moved[0].changes[0].step, Step::CancelledHere);
        store::take(&db, &access, &moved, later).await.expect("nothing to do");
    })
    .await;
}

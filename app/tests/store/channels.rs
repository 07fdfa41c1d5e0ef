//! What matters reaches people on a device, by a letter or by phone, and each of these once.

use std::collections::HashSet;

use app::{
    domain::{
        access::Purpose,
        channel::{Address, Carrier, Channel, Fate, Letter},
        id::Id,
        inbox::{InboxItem, Matter},
        meeting::{Coming, Said, Wish},
        moment::Moment,
        person::{Person, Viewer},
        push::{Fate as Delivered, Keys},
        review::NextStep,
    },
    store::{self, Access, Caseload, Db, Error, Whose},
};

use crate::{
    bookings::details,
    cast::{HOUR, NOW, Town, at, cast, enter, held, item, items, look, look_at, reply, send},
    ground::{Ground, number, on_both, run},
};

const BOTH: &[Carrier] = &[Carrier::Email, Carrier::Sms];

fn email(typed: &str) -> Address {
    Address::parse(Carrier::Email, typed).expect("an address")
}

async fn with_device(db: &Db, person: Id<Person>) -> Viewer {
    let viewer = enter(db, person, NOW).await;
    let keys = Keys { public: [4; 65], secret: [7; 16] };
    store::subscribe(db, &viewer, &format!("https://push.example/{person}"), &keys, NOW).await.expect("a device");
    viewer
}

/// Tells what is due, and gives the letters to write.
async fn letters(db: &Db, now: Moment) -> Vec<Letter> {
    store::deliver_due(db, now).await.expect("told");
    store::take_letters(db, BOTH, 100, now).await.expect("looked at")
}

/// How often a reminder of that kind came to that with somebody.
async fn came_to(db: &Ground, person: Id<Person>, kind: &str, outcome: &str) -> i64 {
    const CAME_TO: &str = "SELECT COUNT(*) FROM reach h JOIN reminder r ON r.id = h.reminder
        WHERE r.person = $1 AND r.kind = $2 AND h.outcome = $3";
    number!(db, CAME_TO, person.uuid(), kind.to_owned(), outcome.to_owned())
}

/// The calls in somebody's inbox.
async fn calls(db: &Db, person: Id<Person>) -> Vec<InboxItem> {
    items(db, person).await.into_iter().filter(|item| item.matter == Matter::ByPhone).collect()
}

/// The meeting of the mother tomorrow is at nine; this is when she is told.
fn evening() -> Moment {
    at("2027-01-15T17:00")
}

async fn call_of(db: &Db, town: &Town, item: &InboxItem, now: Moment) -> Result<(), Error> {
    let viewer = enter(db, town.primary, now).await;
    let access = Access::open(db, &viewer, Whose::InboxItem(item.id), Purpose::Call, now).await?;
    store::call_to_make(db, &access, item.id).await?;
    store::called(db, &access, item.id, now).await
}

#[tokio::test]
async fn whom_nothing_reaches_is_called_while_there_is_time_and_once() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        assert_eq!(letters(&db, NOW).await.len(), 0);
        let asked = calls(&db, town.primary).await;
        let [item] = asked.as_slice() else { panic!("{asked:?}") };
        let call = item.call.as_ref().expect("what about");
        assert_eq!((call.meeting, call.starts.instant(), call.cancelled), (home.meeting, NOW.plus_days(1), false));
        assert_eq!(
            (item.waiting.read_by, item.closed),
            (at("2027-01-15T15:00"), false),
            "today, while she can be called"
        );
        assert_eq!(calls(&db, town.secondary).await.len(), 2, "of both families");
        assert_eq!(held(&db, town.back_up).await, []);

        assert_eq!(letters(&db, evening()).await.len(), 0);
        assert_eq!(calls(&db, town.primary).await.len(), 1, "not again in the evening");
        call_of(&db, &town, item, NOW).await.expect("told");
        assert!(matches!(call_of(&db, &town, item, NOW).await, Err(Error::Taken(_)) | Err(Error::NotFound)));
        assert_eq!(calls(&db, town.primary).await.len(), 0);
        let looks = "SELECT COUNT(*) FROM access_log WHERE family = $1 AND purpose = 'call'";
        assert!(number!(db, looks, home.id.uuid()) > 0);

        let told = look(&db, town.primary, home.id).await;
        store::cancel(&db, &told, home.meeting, false, evening().plus_seconds(1)).await.expect("cancelled");
        letters(&db, evening().plus_seconds(1)).await;
        let asked = calls(&db, town.primary).await;
        assert!(asked.iter().all(|item| item.call.as_ref().expect("what about").cancelled));
        assert_eq!(asked.len(), 1, "that it is cancelled is news");
    })
    .await;
}

#[tokio::test]
async fn what_is_seen_on_no_device_is_written_once_and_by_one_server() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let mother = town.home().mother;
        let viewer = with_device(&db, mother).await;
        assert_eq!(store::channel(&db, &viewer).await.expect("an answer"), None);
        store::choose_channel(&db, &viewer, Some(&email("mette@eksempel.dk")), NOW).await.expect("chosen");
        let channel = Channel { address: email("mette@eksempel.dk"), refused: false };
        assert_eq!(store::channel(&db, &viewer).await.expect("an answer"), Some(channel));
        assert_eq!(letters(&db, NOW).await.len(), 0, "there is a way");
        assert_eq!(calls(&db, town.primary).await.len(), 0);

        assert_eq!(letters(&db, evening()).await.len(), 0, "her device has two hours");
        let notices = store::take_deliveries(&db, 10, evening()).await.expect("notices");
        let fates: Vec<_> = notices.iter().map(|notice| (notice.delivery, Delivered::Accepted)).collect();
        store::settle(&db, &fates, evening()).await.expect("settled");
        let later = evening().plus_seconds(2 * HOUR);
        assert_eq!(letters(&db, later.plus_seconds(-1)).await.len(), 0);
        let first = letters(&db, later).await;
        assert_eq!(first.iter().map(|letter| letter.address.clone()).collect::<Vec<_>>(), [email("mette@eksempel.dk")]);
        assert_eq!(letters(&db, later).await.len(), 0, "somebody is writing it");
        let again = letters(&db, later.plus_seconds(301)).await;
        assert_eq!((again.len(), again[0].tries), (1, 2), "who took it went down");
        let fate = Fate::Again(later.plus_seconds(600));
        store::settle_letters(&db, &[(again[0].clone(), fate)], later).await.expect("settled");
        assert_eq!(letters(&db, later.plus_seconds(599)).await.len(), 0);
        let last = letters(&db, later.plus_seconds(600)).await;
        store::settle_letters(&db, &[(last[0].clone(), Fate::Sent)], later).await.expect("settled");
        assert_eq!(letters(&db, later.plus_seconds(900)).await.len(), 0);
        assert_eq!(came_to(&db, mother, "day_before", "written").await, 1);
        assert_eq!(calls(&db, town.primary).await.len(), 0);
        store::choose_channel(&db, &viewer, None, NOW).await.expect("chosen");
        assert_eq!(store::channel(&db, &viewer).await.expect("an answer"), None);
    })
    .await;
}

#[tokio::test]
async fn nobody_writes_or_calls_about_what_was_seen_or_answered() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let viewer = with_device(&db, home.mother).await;
        store::choose_channel(&db, &viewer, Some(&email("mette@eksempel.dk")), NOW).await.expect("chosen");
        store::try_reminder(&db, &viewer, NOW).await.expect("planned");
        assert_eq!(letters(&db, NOW).await.len(), 1, "who tries, tries both");
        for (second, written) in [(1, 1), (2, 1), (3, 0), (4, 0)] {
            let now = NOW.plus_seconds(second);
            store::try_reminder(&db, &viewer, now).await.expect("planned");
            assert_eq!(letters(&db, now).await.len(), written, "three times a day");
        }
        assert_eq!(letters(&db, evening()).await.len(), 0);
        let notices = store::take_deliveries(&db, 10, evening()).await.expect("notices");
        for notice in notices {
            store::saw(&db, notice.delivery, evening()).await.expect("seen");
        }
        let later = evening().plus_seconds(2 * HOUR);
        assert_eq!(letters(&db, later).await.len(), 0);
        assert_eq!(came_to(&db, home.mother, "day_before", "seen").await, 1);

        let adviser = look(&db, town.primary, home.id).await;
        let (meeting, day) = (Id::fresh(NOW), at("2027-01-18T10:00"));
        let booked = details(at("2027-02-03T10:00"), vec![home.mother]);
        store::book(&db, &adviser, meeting, &booked, &[booked.starts], &[], day).await.expect("booked");
        assert_eq!(letters(&db, day).await.len(), 0);
        let mother = look_at(&db, home.mother, home.id, day).await;
        let yes = Said { coming: Coming::Yes, proposals: Vec::new(), wish: Wish::default() };
        store::answer(&db, &mother, meeting, 0, &yes, day.plus_seconds(60)).await.expect("answered");
        assert_eq!(letters(&db, day.plus_seconds(2 * HOUR)).await.len(), 0);
        assert_eq!(came_to(&db, home.mother, "changed", "seen").await, 1);
        assert_eq!(calls(&db, town.primary).await.len(), 0);
    })
    .await;
}

#[tokio::test]
async fn an_adviser_sees_the_own_families_of_which_a_parent_is_not_reached() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let unreached = async |person, carriers| {
            let viewer = enter(&db, person, NOW).await;
            let caseload = Caseload::open(&db, &viewer, Purpose::FamilyList, NOW).await.expect("a list");
            store::families_not_reached(&db, &caseload, carriers, NOW).await.expect("families")
        };
        assert_eq!(unreached(town.primary, BOTH).await, HashSet::from([home.id]));
        assert_eq!(unreached(town.secondary, BOTH).await, HashSet::from([home.id, town.next_door().id]));
        assert_eq!(unreached(town.contact, BOTH).await, HashSet::new(), "that is the team's to know");
        with_device(&db, home.mother).await;
        assert_eq!(unreached(town.primary, BOTH).await.len(), 1, "the father is not reached");
        let father = enter(&db, home.father, NOW).await;
        store::choose_channel(&db, &father, Some(&email("far@eksempel.dk")), NOW).await.expect("chosen");
        assert_eq!(unreached(town.primary, BOTH).await, HashSet::new());
        assert_eq!(
            unreached(town.primary, &[Carrier::Sms]).await,
            HashSet::from([home.id]),
            "nobody writes e-mails here"
        );
    })
    .await;
}

#[tokio::test]
async fn where_every_way_fails_somebody_calls_and_the_address_is_marked() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let viewer = with_device(&db, home.mother).await;
        let number = Address::parse(Carrier::Sms, "20 12 34 56").expect("a number");
        store::choose_channel(&db, &viewer, Some(&number), NOW).await.expect("chosen");
        let reach = async |carriers| {
            let access = look(&db, town.primary, home.id).await;
            let people = store::people_and_reach(&db, &access, carriers, NOW).await.expect("people");
            let reached = |person| people.iter().any(|(one, reached)| one.id == person && *reached);
            (reached(home.mother), reached(home.father))
        };
        assert_eq!(reach(BOTH).await, (true, false));
        letters(&db, evening()).await;
        let notices = store::take_deliveries(&db, 10, evening()).await.expect("notices");
        let fates: Vec<_> = notices.iter().map(|notice| (notice.delivery, Delivered::Gone)).collect();
        store::settle(&db, &fates, evening()).await.expect("settled");
        assert_eq!(reach(BOTH).await, (true, false), "she can be written to");
        assert_eq!(reach(&[Carrier::Email]).await, (false, false), "nobody sends text messages here");
        let written = letters(&db, evening()).await;
        assert_eq!(written.len(), 1, "no device is left: nobody waits for one");
        store::settle_letters(&db, &[(written[0].clone(), Fate::Refused)], evening()).await.expect("settled");
        assert!(store::channel(&db, &viewer).await.expect("an answer").expect("a channel").refused);
        assert_eq!(reach(BOTH).await, (false, false));
        assert_eq!(calls(&db, town.primary).await.len(), 1);
        assert_eq!(came_to(&db, home.mother, "day_before", "by_phone").await, 1);
        store::choose_channel(&db, &viewer, Some(&number), NOW).await.expect("corrected");
        assert_eq!(reach(BOTH).await, (true, false));

        let adviser = enter(&db, town.primary, NOW).await;
        store::choose_channel(&db, &adviser, Some(&email("anna@kommune.dk")), NOW).await.expect("chosen");
        let staff = look(&db, town.secondary, home.id).await;
        store::cancel(&db, &staff, home.meeting, false, at("2027-01-15T18:00")).await.expect("cancelled");
        let both = letters(&db, at("2027-01-15T18:00")).await;
        assert_eq!(both.len(), 2);
        let failed: Vec<_> = both.into_iter().map(|letter| (letter, Fate::Failed)).collect();
        store::settle_letters(&db, &failed, at("2027-01-15T18:00")).await.expect("settled");
        assert_eq!(came_to(&db, home.mother, "cancelled", "by_phone").await, 1);
        assert_eq!(came_to(&db, town.primary, "cancelled", "nobody").await, 1, "nobody calls the staff");
    })
    .await;
}

#[tokio::test]
async fn who_reads_for_families_is_written_to_of_what_stands_in_their_inbox_while_it_does() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        for (person, name) in [(town.primary, "anna"), (town.secondary, "bent")] {
            let viewer = enter(&db, person, NOW).await;
            let address = email(&format!("{name}@kommune.dk"));
            store::choose_channel(&db, &viewer, Some(&address), NOW).await.expect("chosen");
        }
        with_device(&db, town.secondary).await;
        let told = send(&db, home.mother, home.id, 0, NOW).await;
        let half = at("2027-01-15T15:00");
        let written = letters(&db, half).await;
        let whom: Vec<_> = written.iter().map(|letter| letter.address.as_str()).collect();
        assert_eq!(whom, ["anna@kommune.dk"], "the other has a device");
        let adviser = look_at(&db, town.primary, home.id, half).await;
        store::review(&db, &adviser, item(told), &reply(NextStep::Call, None), half).await.expect("read");
        let later = letters(&db, half.plus_seconds(2 * HOUR)).await;
        assert!(later.iter().all(|letter| letter.address.as_str() != "bent@kommune.dk"), "it is read");
        assert_eq!(came_to(&db, town.secondary, "inbox", "seen").await, 1);
    })
    .await;
}

#[tokio::test]
async fn the_look_moves_with_its_meeting_waits_for_the_morning_and_comes_never_too_late() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let adviser = look(&db, town.primary, home.id).await;
        let meeting = Id::fresh(NOW);
        let mut booked = details(at("2027-02-03T10:00"), vec![home.mother]);
        store::book(&db, &adviser, meeting, &booked, &[booked.starts], &[], NOW).await.expect("booked");
        let planned = "SELECT h.next_at FROM reach h JOIN reminder r ON r.id = h.reminder
            WHERE r.subject = $1 AND r.kind = 'day_before'";
        assert_eq!(number!(db, planned, meeting.uuid()), at("2027-02-02T09:00").seconds());
        booked.starts = details(at("2027-02-08T10:00"), Vec::new()).starts;
        store::change(&db, &adviser, meeting, 0, &booked, NOW).await.expect("moved");
        assert_eq!(number!(db, planned, meeting.uuid()), at("2027-02-05T09:00").seconds(), "Friday before a Monday");

        let viewer = enter(&db, home.mother, NOW).await;
        store::choose_channel(&db, &viewer, Some(&email("mette@eksempel.dk")), NOW).await.expect("chosen");
        let late = at("2027-02-05T21:00");
        booked.starts = details(at("2027-02-09T10:00"), Vec::new()).starts;
        store::change(&db, &adviser, meeting, 1, &booked, late).await.expect("moved");
        assert_eq!(letters(&db, late).await.len(), 0, "it is night");
        assert_eq!(letters(&db, at("2027-02-06T08:00")).await.len(), 1);

        run!(db, "UPDATE reach SET outcome = NULL, next_at = 1").expect("looked at again");
        assert_eq!(letters(&db, at("2027-03-01T10:00")).await.len(), 0);
        assert_eq!(
            number!(db, "SELECT COUNT(*) FROM reach WHERE outcome = 'late'"),
            number!(db, "SELECT COUNT(*) FROM reach")
        );
    })
    .await;
}

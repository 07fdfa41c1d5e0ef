//! Reminders are planned with their cause, taken once, and settled once.

use app::{
    domain::{
        calendar::Detail,
        checkin::{Target, who5::WHO5},
        id::Id,
        meeting::{Coming, Said, Wish},
        moment::Moment,
        person::{Person, Viewer},
        push::{Delivery, Fate, Keys, Notice},
        reminder::{Choice, Kind},
        review::NextStep,
    },
    store::{self, Db, Error},
};

use crate::{
    bookings::details,
    cast::{HOUR, NOW, at, cast, enter, item, look, look_at, reply, send, telling},
    ground::{Ground, number, on_both, rows, run},
};

const DAY: i64 = 24 * HOUR;

fn keys() -> Keys {
    Keys { public: [4; 65], secret: [7; 16] }
}

async fn with_device(db: &Db, person: Id<Person>, endpoint: &str) -> Viewer {
    let viewer = enter(db, person, NOW).await;
    store::subscribe(db, &viewer, endpoint, &keys(), NOW).await.expect("a device");
    viewer
}

/// What is planned for somebody and not told yet, the next first.
async fn planned(db: &Ground, person: Id<Person>) -> Vec<(String, Moment)> {
    let rows: Vec<(String, i64)> = rows!(
        db,
        "SELECT kind, due_at FROM reminder WHERE person = $1 AND told_at IS NULL ORDER BY due_at, kind",
        person.uuid()
    );
    rows.into_iter().map(|(kind, due)| (kind, Moment::from_seconds(due))).collect()
}

/// Takes everything that is due, and gives it.
async fn due(db: &Db, now: Moment) -> Vec<Notice> {
    store::deliver_due(db, now).await.expect("taken");
    store::take_deliveries(db, 1000, now).await.expect("notices")
}

fn kinds(notices: &[Notice]) -> Vec<Kind> {
    notices.iter().map(|notice| notice.kind).collect()
}

#[tokio::test]
async fn the_plan_of_a_meeting_follows_it_and_who_comes_and_what_they_chose() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let viewer = with_device(&db, home.mother, "https://push.example/mother").await;
        let loaded = planned(&db, home.mother).await;
        assert_eq!(
            loaded.iter().map(|(kind, _)| kind.as_str()).collect::<Vec<_>>(),
            ["day_before", "soon"],
            "as loaded"
        );

        let access = look(&db, town.primary, home.id).await;
        let starts = at("2027-02-03T10:00");
        let meeting = Id::fresh(NOW);
        let booked = details(starts, vec![home.mother, home.father]);
        store::book(&db, &access, meeting, &booked, &[booked.starts], &[], NOW).await.expect("booked");
        let plan = planned(&db, home.mother).await;
        assert!(plan.contains(&("day_before".into(), at("2027-02-02T17:00"))), "{plan:?}");
        assert!(plan.contains(&("soon".into(), at("2027-02-03T08:00"))), "{plan:?}");
        assert!(plan.contains(&("changed".into(), NOW)), "{plan:?}");

        let quiet = Choice::new(16 * 60, 9 * 60, Detail::Full).expect("hours");
        assert_eq!(store::reminder_choice(&db, &viewer).await.expect("a choice"), Choice::default());
        store::choose_reminders(&db, &viewer, &quiet, NOW).await.expect("chosen");
        assert_eq!(store::reminder_choice(&db, &viewer).await.expect("a choice"), quiet);
        let plan = planned(&db, home.mother).await;
        assert!(plan.contains(&("day_before".into(), at("2027-02-02T15:59"))), "{plan:?}");
        assert!(planned(&db, home.father).await.contains(&("day_before".into(), at("2027-02-02T17:00"))));

        let mother = look(&db, home.mother, home.id).await;
        let no = Said { coming: Coming::No, proposals: Vec::new(), wish: Wish::default() };
        store::answer(&db, &mother, meeting, 0, &no, NOW).await.expect("answered");
        let of_meeting = "SELECT COUNT(*) FROM reminder WHERE subject = $1 AND person = $2 AND kind <> 'changed'";
        assert_eq!(number!(db, of_meeting, meeting.uuid(), home.mother.uuid()), 0);
        assert_eq!(number!(db, of_meeting, meeting.uuid(), home.father.uuid()), 2);

        store::cancel(&db, &access, meeting, false, NOW).await.expect("cancelled");
        assert_eq!(number!(db, of_meeting, meeting.uuid(), home.father.uuid()), 1, "that it is cancelled");
    })
    .await;
}

#[tokio::test]
async fn each_reminder_goes_to_every_device_once_and_comes_again_until_it_is_settled() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let told = send(&db, home.mother, home.id, 1, NOW).await;
        let one = with_device(&db, home.mother, "https://push.example/1").await;
        with_device(&db, home.mother, "https://push.example/2").await;
        let adviser = look(&db, town.primary, home.id).await;
        let answer = reply(NextStep::Call, None);
        store::review(&db, &adviser, item(told), &answer, NOW).await.expect("read");
        let first = due(&db, NOW).await;
        assert_eq!(kinds(&first), [Kind::Read, Kind::Read]);
        assert_eq!(due(&db, NOW).await.len(), 0, "somebody is sending them");
        let again = due(&db, NOW.plus_seconds(61)).await;
        assert_eq!(again.iter().map(|notice| notice.tries).collect::<Vec<_>>(), [2, 2], "who took them went down");

        let later = NOW.plus_seconds(HOUR);
        let [accepted, waits] = [again[0].delivery, again[1].delivery];
        let fates = [(accepted, Fate::Accepted), (waits, Fate::Again(later))];
        store::settle(&db, &fates, NOW.plus_seconds(61)).await.expect("settled");
        assert_eq!(due(&db, later.plus_seconds(-1)).await.len(), 0);
        let last = due(&db, later).await;
        assert_eq!(last.iter().map(|notice| notice.delivery).collect::<Vec<_>>(), [waits]);
        store::settle(&db, &[(waits, Fate::Gone)], later).await.expect("settled");
        assert_eq!(due(&db, later.plus_seconds(DAY)).await.len(), 0, "nothing is left");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM subscription WHERE gone_at IS NOT NULL"), 1);

        assert!(matches!(store::saw(&db, Id::<Delivery>::fresh(NOW), later).await, Err(Error::NotFound)));
        store::saw(&db, accepted, later).await.expect("seen");
        let devices = [store::device(&db, &one).await.expect("an answer")];
        assert_eq!(devices.iter().flatten().filter(|device| device.seen_at == Some(later) || device.gone).count(), 1);
    })
    .await;
}

#[tokio::test]
async fn nothing_is_sent_to_a_device_whose_session_is_over_or_of_somebody_else() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = with_device(&db, home.mother, "https://push.example/phone").await;
        store::try_reminder(&db, &mother, NOW).await.expect("planned");
        let father = with_device(&db, home.father, "https://push.example/phone").await;
        assert_eq!(due(&db, NOW).await.len(), 0, "the phone is his now");
        store::try_reminder(&db, &father, NOW).await.expect("planned");
        store::deliver_due(&db, NOW).await.expect("taken");
        store::close_session(&db, &father, father.session, NOW).await.expect("closed");
        assert_eq!(store::take_deliveries(&db, 10, NOW).await.expect("notices").len(), 0);
        assert_eq!(number!(db, "SELECT COUNT(*) FROM subscription"), 0, "nothing of it stays");

        let mother = with_device(&db, home.mother, "https://push.example/phone").await;
        store::unsubscribe(&db, &mother).await.expect("off");
        assert_eq!(store::device(&db, &mother).await.expect("an answer"), None);
        with_device(&db, home.mother, "https://push.example/phone").await;
        assert_eq!(store::forget_devices(&db, NOW).await.expect("swept"), 0);
        assert_eq!(store::forget_devices(&db, NOW.plus_seconds(400 * DAY)).await.expect("swept"), 1);
    })
    .await;
}

#[tokio::test]
async fn who_has_answered_or_wants_no_question_today_needs_no_reminder() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        enter(&db, home.mother, NOW).await;
        let asked = async || planned(&db, home.mother).await.iter().filter(|(kind, _)| kind == "check_in").count();
        let mut answers = 0;
        for hours in 0..24 * 40 {
            let now = NOW.plus_seconds(hours * HOUR);
            store::ask_all(&db, now).await.expect("asked");
            if asked().await == 0 {
                continue;
            }
            assert_eq!(asked().await, 1);
            let access = look_at(&db, home.mother, home.id, now).await;
            if answers == 0 {
                store::not_today(&db, &access, &WHO5, Target::Teller, now).await.expect("left in peace");
            } else {
                store::send(&db, &access, Id::fresh(now), &telling([3; 5]), now).await.expect("sent");
            }
            assert_eq!(asked().await, 0);
            answers += 1;
        }
        assert!(answers > 1, "she was asked {answers} times in forty days");
    })
    .await;
}

#[tokio::test]
async fn who_walks_beside_the_family_no_more_is_told_of_its_meetings_no_more() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        with_device(&db, home.mother, "https://push.example/mother").await;
        let told = async |now: Moment| {
            let adviser = enter(&db, town.primary, now).await;
            store::subscribe(&db, &adviser, "https://push.example/adviser", &keys(), now).await.expect("a device");
            let notices = due(&db, now).await;
            let fates: Vec<_> = notices.iter().map(|notice| (notice.delivery, Fate::Accepted)).collect();
            store::settle(&db, &fates, now).await.expect("settled");
            let mut told: Vec<String> = notices.into_iter().map(|notice| notice.endpoint).collect();
            told.sort();
            told
        };
        let meeting = planned(&db, home.mother).await;
        let [evening, soon] = [meeting[0].1, meeting[1].1];
        let part = "UPDATE team_member SET until = $2 WHERE person = $1";
        run!(db, part, town.primary.uuid(), Some(NOW.seconds())).expect("replaced");
        assert_eq!(told(evening).await, ["https://push.example/mother"]);
        run!(db, part, town.primary.uuid(), None::<i64>).expect("back");
        assert_eq!(told(soon).await, ["https://push.example/adviser", "https://push.example/mother"]);
    })
    .await;
}

#[tokio::test]
async fn the_key_that_signs_is_made_once() {
    on_both(async |db| {
        assert_eq!(store::push_key(&db, b"first").await.expect("kept"), b"first");
        assert_eq!(store::push_key(&db, b"second").await.expect("kept"), b"first");
    })
    .await;
}

#[tokio::test]
async fn whoever_names_ten_thousand_devices_has_one() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let mother = with_device(&db, town.home().mother, "https://push.example/first").await;
        for number in 0..10_000 {
            let endpoint = format!("https://push.example/{number}");
            store::subscribe(&db, &mother, &endpoint, &keys(), NOW).await.expect("a device");
        }
        let left: Vec<(String,)> = rows!(db, "SELECT endpoint FROM subscription");
        assert_eq!(left, [("https://push.example/9999".to_owned(),)]);
        store::try_reminder(&db, &mother, NOW).await.expect("planned");
        store::try_reminder(&db, &mother, NOW).await.expect("planned");
        assert_eq!(due(&db, NOW).await.len(), 1, "however often it is asked for, it comes once a second");
    })
    .await;
}

#[tokio::test]
async fn what_is_due_is_told_though_the_meeting_is_written_anew_before_and_never_twice() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        with_device(&db, home.mother, "https://push.example/mother").await;
        let access = look(&db, town.primary, home.id).await;
        let [(_, evening), (_, soon)] = planned(&db, home.mother).await.try_into().expect("two");
        let starts = NOW.plus_days(1);
        let write = async |version, with, now| {
            let written = details(starts, with);
            store::change(&db, &access, home.meeting, version, &written, now).await.expect("changed");
        };
        // A second after it was due, and before anybody looked.
        write(0, vec![home.mother, home.father, town.primary], evening.plus_seconds(1)).await;
        let mut told = due(&db, evening.plus_seconds(5)).await;
        told.sort_by_key(|notice| notice.kind);
        assert_eq!(kinds(&told), [Kind::DayBefore, Kind::Changed], "it is in the office now");
        let fates: Vec<_> = told.iter().map(|notice| (notice.delivery, Fate::Accepted)).collect();
        store::settle(&db, &fates, evening.plus_seconds(5)).await.expect("settled");

        let quiet = Choice::new(18 * 60, 8 * 60, Detail::Poor).expect("hours");
        let mother = enter(&db, home.mother, evening).await;
        store::choose_reminders(&db, &mother, &quiet, evening.plus_seconds(60)).await.expect("chosen");
        assert_eq!(kinds(&due(&db, soon).await), [Kind::Soon]);
        assert_eq!(
            planned(&db, home.father).await,
            [],
            "the evening before was over when he was asked, and he was told since that it is soon"
        );
    })
    .await;
}

//! Reminders are planned with their cause, taken once, and settled once.

use app::{
    domain::{
        calendar::Detail,
        checkin::{Target, who5::WHO5},
        id::Id,
        meeting::{Coming, Said, Wish},
        moment::Moment,
        person::{Person, Viewer},
        plan_change::{Content, Entry, NewChange},
        push::{Delivery, Fate, Keys, Notice},
        reminder::{Choice, Kind},
        review::NextStep,
    },
    store::{self, Changed, Db, Error},
};

use crate::{
    bookings::details,
    cast::{HOUR, NOW, ZONE, at, cast, enter, item, look, look_at, note, reply, send, telling},
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
async fn both_parents_are_told_of_a_meeting_that_names_neither_and_one_of_theirs_alone() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let access = look(&db, town.primary, home.id).await;
        let of_meeting = "SELECT COUNT(*) FROM reminder WHERE subject = $1 AND person = $2 AND kind = 'day_before'";
        let booked = async |day: &str, named: Vec<Id<Person>>| {
            let meeting = Id::<()>::fresh(NOW).uuid();
            let details = details(at(&format!("{day}T10:00")), named);
            let id = Id::from_uuid(meeting);
            store::book(&db, &access, id, &details, &[details.starts], &[], NOW).await.expect("booked");
            let told = async |person: Id<Person>| number!(db, of_meeting, meeting, person.uuid());
            [told(home.mother).await, told(home.father).await, told(town.primary).await]
        };
        assert_eq!(booked("2027-02-03", Vec::new()).await, [1, 1, 0]);
        assert_eq!(booked("2027-02-04", vec![town.primary]).await, [1, 1, 1]);
        assert_eq!(booked("2027-02-05", vec![home.mother]).await, [1, 0, 0]);

        let father = enter(&db, home.father, NOW).await;
        let quiet = Choice::new(16 * 60, 9 * 60, Detail::Full).expect("hours");
        store::choose_reminders(&db, &father, &quiet, NOW).await.expect("chosen");
        let plan = planned(&db, home.father).await;
        assert!(plan.contains(&("day_before".into(), at("2027-02-02T15:59"))), "{plan:?}");
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

/// How many reminders of a kind are planned for somebody.
async fn count(db: &Ground, person: Id<Person>, kind: &str) -> usize {
    planned(db, person).await.iter().filter(|(planned, _)| planned == kind).count()
}

#[tokio::test]
async fn parents_are_told_of_a_proposal_once_until_it_is_answered_or_taken_back() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (adviser, mother) = (look(&db, town.primary, home.id).await, look(&db, home.mother, home.id).await);
        let propose = async |minutes: i64| {
            let (id, hope) = (Id::fresh(NOW), Id::fresh(NOW));
            let after = Some(Content::Hope(note("Ro om aftenen")));
            let new = NewChange { id, entry: Entry::Hope(hope), seen: 0, after };
            let state = store::change_plan(&db, &adviser, &new, NOW.plus_seconds(minutes * 60)).await.expect("made");
            assert_eq!(state, Changed::Proposed);
            id
        };
        let (one, two) = (propose(0).await, propose(5).await);
        for parent in [home.mother, home.father] {
            let due: Vec<_> = planned(&db, parent).await.into_iter().filter(|(kind, _)| kind == "proposed").collect();
            assert_eq!(due, [("proposed".into(), NOW.plus_seconds(600))], "both at once");
        }
        assert_eq!(count(&db, town.next_door().mother, "proposed").await, 0);
        store::answer_proposal(&db, &mother, one, 0, true, NOW).await.expect("yes");
        assert_eq!(count(&db, home.father, "proposed").await, 1, "the other waits");
        store::answer_proposal(&db, &mother, two, 0, false, NOW).await.expect("no");
        assert_eq!(count(&db, home.father, "proposed").await, 0);
        let three = propose(10).await;
        assert_eq!(count(&db, home.father, "proposed").await, 1);
        store::take_back_proposal(&db, &adviser, three, NOW).await.expect("taken back");
        assert_eq!(count(&db, home.father, "proposed").await, 0);
        propose(15).await;
        with_device(&db, home.mother, "https://push.example/mother").await;
        assert_eq!(kinds(&due(&db, NOW.plus_seconds(3600)).await), [Kind::Proposed]);
        propose(120).await;
        assert_eq!(count(&db, home.mother, "proposed").await, 1, "a new one, a new telling");
    })
    .await;
}

#[tokio::test]
async fn who_shares_something_is_told_before_it_ends_unless_it_ended_or_goes_on() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = look(&db, home.mother, home.id).await;
        let give = async |ends: &str, now: Moment| {
            store::give(&db, &mother, town.contact, "goals".parse().expect("a thing"), at(ends), now)
                .await
                .expect("given")
        };
        let ends = async || {
            let all = planned(&db, home.mother).await;
            all.into_iter().filter(|(kind, _)| kind == "share_ends").map(|(_, due)| due).collect::<Vec<_>>()
        };
        give("2027-04-01T00:00", NOW).await;
        assert_eq!(ends().await, [at("2027-03-18T17:00")]);
        assert_eq!(count(&db, home.father, "share_ends").await, 0);
        let longer = give("2027-05-01T00:00", NOW.plus_seconds(1)).await;
        assert_eq!(ends().await, [at("2027-04-17T17:00")], "it goes on");
        store::withdraw(&db, &mother, longer, NOW.plus_seconds(2)).await.expect("withdrawn");
        assert_eq!(ends().await, []);
        give("2027-04-01T00:00", NOW.plus_seconds(3)).await;
        store::choose_contact(&db, &mother, None, NOW.plus_seconds(4)).await.expect("chosen");
        assert_eq!(ends().await, [], "nobody is there to see it");
        store::choose_contact(&db, &mother, Some(town.secondary), NOW.plus_seconds(5)).await.expect("chosen");
        run!(db, "UPDATE person SET association = 'Klubben' WHERE id = $1", town.contact.uuid()).expect("offered");
        store::choose_contact(&db, &mother, Some(town.contact), NOW.plus_seconds(6)).await.expect("chosen");
        let last = give("2027-04-01T00:00", NOW.plus_seconds(7)).await;
        run!(db, "UPDATE team_member SET until = 1 WHERE person = $1 AND until IS NULL", town.contact.uuid())
            .expect("ended");
        let evening = at("2027-03-18T17:00");
        let viewer = enter(&db, home.mother, evening).await;
        store::subscribe(&db, &viewer, "https://push.example/mother", &keys(), evening).await.expect("a device");
        assert_eq!(due(&db, evening).await.len(), 0, "an import ended it");
        run!(db, "UPDATE team_member SET until = NULL WHERE person = $1 AND until = 1", town.contact.uuid())
            .expect("back");
        run!(db, "UPDATE reminder SET told_at = NULL WHERE subject = $1", last.uuid()).expect("again");
        assert_eq!(kinds(&due(&db, evening).await), [Kind::ShareEnds]);
        let over = at("2027-04-02T10:00");
        let again = look_at(&db, home.mother, home.id, over).await;
        store::renew(&db, &again, last, Some(at("2027-07-01T00:00")), over).await.expect("it goes on");
        assert_eq!(ends().await, [at("2027-06-17T17:00")]);
    })
    .await;
}

#[tokio::test]
async fn who_has_something_in_their_inbox_is_told_in_time_and_no_more_once_it_is_read() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        // Friday at 10, and pressing: to be read on Monday before 15. Half the working time has passed on Monday at 10.
        let now = at("2027-01-15T10:00");
        let told = send(&db, home.mother, home.id, 0, now).await;
        let due = async |person| {
            let all = planned(&db, person).await;
            all.into_iter().filter(|(kind, _)| kind == "inbox").map(|(_, due)| due).collect::<Vec<_>>()
        };
        let both = [at("2027-01-18T09:30"), at("2027-01-18T14:00")];
        assert_eq!(due(town.primary).await, both);
        assert_eq!(due(town.secondary).await, both);
        assert_eq!(due(town.back_up).await, []);

        let device = async |person: Id<Person>, name: &str, now: Moment| {
            let viewer = enter(&db, person, now).await;
            store::subscribe(&db, &viewer, &format!("https://push.example/{name}"), &keys(), now).await.expect("one");
            viewer
        };
        let monday = at("2027-01-18T09:30");
        device(town.secondary, "secondary", monday).await;
        let primary = device(town.primary, "primary", monday).await;
        let day = monday.date(ZONE);
        store::be_away(&db, &primary, (day, day), monday).await.expect("away");
        store::deliver_due(&db, monday).await.expect("taken");
        let notices = store::take_deliveries(&db, 10, monday).await.expect("notices");
        let whom: Vec<_> = notices.iter().map(|notice| (notice.kind, notice.endpoint.as_str())).collect();
        assert_eq!(whom, [(Kind::Inbox, "https://push.example/secondary")], "who is away is left in peace");

        let late = at("2027-01-18T15:00");
        store::move_on(&db, late).await.expect("moved");
        assert_eq!(due(town.back_up).await, [late], "it is late, and theirs now");
        let end = "UPDATE team_member SET until = 1 WHERE person = $1";
        run!(db, end, town.back_up.uuid()).expect("ended");
        run!(db, "UPDATE inbox_item SET move_at = 0").expect("stirred");
        store::move_on(&db, late).await.expect("moved");
        assert_eq!(due(town.back_up).await, [], "and no more");
        let adviser = look_at(&db, town.secondary, home.id, monday).await;
        assert_eq!(count(&db, town.secondary, "inbox").await, 1);
        store::review(&db, &adviser, item(told), &reply(NextStep::Call, None), monday).await.expect("read");
        assert_eq!(count(&db, town.secondary, "inbox").await, 0);
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

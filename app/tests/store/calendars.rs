use app::{
    domain::{
        calendar::Detail,
        chance::Token,
        consent::{Item, Thing},
        id::Id,
        meeting::{Details, Meeting, Place},
        moment::{Moment, WallTime},
        person::Person,
    },
    store::{self, Error},
};

use crate::{
    cast::{NOW, ZONE, cast, enter, look, title},
    ground::{Ground, number, on_both, run},
};

async fn address(db: &Ground, person: Id<Person>, detail: Detail) -> Token {
    let viewer = enter(db, person, NOW).await;
    store::make_calendar_address(db, &viewer, detail, NOW).await.expect("an address")
}

async fn read(db: &Ground, token: &Token, now: Moment) -> Vec<Id<Meeting>> {
    let feed = store::calendar(db, token, now).await.expect("a calendar");
    feed.meetings.into_iter().map(|meeting| meeting.id).collect()
}

async fn gone(db: &Ground, token: &Token) {
    assert!(matches!(store::calendar(db, token, NOW).await, Err(Error::NotFound)));
}

#[tokio::test]
async fn a_calendar_holds_a_parents_meetings_and_those_that_name_anybody_else() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let (home, next_door) = (town.home(), town.next_door());
        let [mother, father, primary, secondary] = [
            address(&db, home.mother, Detail::Poor).await,
            address(&db, home.father, Detail::Poor).await,
            address(&db, town.primary, Detail::Full).await,
            address(&db, town.secondary, Detail::Full).await,
        ];
        assert_eq!(read(&db, &mother, NOW).await, [home.meeting]);
        assert_eq!(read(&db, &father, NOW).await, [], "the mother's own");
        assert_eq!(read(&db, &primary, NOW).await, [home.meeting]);
        assert_eq!(read(&db, &secondary, NOW).await, [], "walking beside is not taking part");
        let staff = look(&db, town.secondary, next_door.id).await;
        let details = Details {
            title: title("Fælles"),
            starts: WallTime::at(NOW.plus_days(3), ZONE),
            minutes: 30,
            place: Place::Office,
            place_words: None,
            bring: None,
            participants: vec![town.secondary],
        };
        let id = store::book(&db, &staff, Id::fresh(NOW), &details, &[details.starts], &[], NOW).await.expect("booked");
        assert_eq!(read(&db, &secondary, NOW).await, [id]);

        store::cancel(&db, &staff, id, false, NOW).await.expect("cancelled");
        let feed = store::calendar(&db, &secondary, NOW).await.expect("a calendar");
        assert_eq!((feed.detail, feed.is_parent, feed.person), (Detail::Full, false, town.secondary));
        assert_eq!(feed.meetings[0].cancelled, Some(NOW), "calendars learn that it is cancelled");
        assert_eq!(read(&db, &secondary, NOW.plus_days(31)).await, []);
        assert_eq!(read(&db, &mother, NOW.plus_days(2)).await, [home.meeting]);
        assert_eq!(read(&db, &mother, NOW.plus_days(40)).await, []);
    })
    .await;
}

#[tokio::test]
async fn an_address_ends_with_its_revocation_its_successor_and_its_person() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = enter(&db, home.mother, NOW).await;
        assert!(store::calendar_address(&db, &mother).await.expect("an answer").is_none());
        let first = address(&db, home.mother, Detail::Poor).await;
        let second = address(&db, home.mother, Detail::Full).await;
        gone(&db, &first).await;
        gone(&db, &Token::fresh()).await;
        let own = store::calendar_address(&db, &mother).await.expect("an answer").expect("an address");
        assert_eq!((own.detail, own.created_at), (Detail::Full, NOW));
        let father = enter(&db, home.father, NOW).await;
        let theirs = store::revoke_calendar_address(&db, &father, own.id, NOW).await;
        assert!(matches!(theirs, Err(Error::NotFound)));
        assert_eq!(read(&db, &second, NOW).await, [home.meeting]);
        for _ in 0..2 {
            store::revoke_calendar_address(&db, &mother, own.id, NOW).await.expect("ended");
            gone(&db, &second).await;
        }
        let third = address(&db, home.mother, Detail::Poor).await;
        run!(db, "UPDATE person SET left_at = 1 WHERE id = $1", home.mother).expect("she left");
        gone(&db, &third).await;
        let lead = enter(&db, town.lead, NOW).await;
        let none = store::make_calendar_address(&db, &lead, Detail::Poor, NOW).await;
        assert!(matches!(none, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_contact_persons_calendar_follows_the_consent_and_a_look_at_more_than_times_is_in_the_log() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        run!(
            db,
            "INSERT INTO participant (municipality, family, meeting, person) VALUES ($1, $2, $3, $4)",
            town.id,
            home.id,
            home.meeting,
            town.contact
        )
        .expect("named");
        let token = address(&db, town.contact, Detail::Full).await;
        assert_eq!(read(&db, &token, NOW).await, []);
        let mother = look(&db, home.mother, home.id).await;
        let thing = Thing::of(Item::Meetings).expect("about no child");
        let consent = store::give(&db, &mother, town.contact, thing, NOW.plus_days(90), NOW).await.expect("given");
        assert_eq!(read(&db, &token, NOW).await, [home.meeting]);
        store::withdraw(&db, &mother, consent, NOW).await.expect("withdrawn");
        assert_eq!(read(&db, &token, NOW).await, [], "gone at once");

        const LOOKS: &str = "SELECT COUNT(*) FROM access_log WHERE purpose = 'calendar' AND person = $1";
        let before = number!(db, LOOKS, town.contact);
        read(&db, &token, NOW.plus_seconds(3600)).await;
        assert_eq!(number!(db, LOOKS, town.contact), before, "once a day");
        for (detail, lines) in [(Detail::Poor, 0), (Detail::Full, 1)] {
            let token = address(&db, town.primary, detail).await;
            for _ in 0..3 {
                read(&db, &token, NOW).await;
            }
            assert_eq!(number!(db, LOOKS, town.primary), lines);
        }
    })
    .await;
}

use app::{
    domain::{
        consent::{Item, Thing},
        id::Id,
        meeting::{Coming, Given, Meeting, Said, Wish},
        moment::WallTime,
        person::Person,
    },
    store::{self, Access, Batch, Error, NewMeeting},
};

use crate::{
    cast::{NOW, Town, ZONE, cast, look, meeting, note, title},
    ground::{Ground, number, on_both, run},
};

fn said(coming: Coming) -> Said {
    Said { coming, proposals: Vec::new(), wish: Wish::default() }
}

/// A meeting in five days that names these people.
async fn meeting_of(db: &Ground, town: &Town, people: Vec<Id<Person>>) -> Id<Meeting> {
    let new: NewMeeting = meeting(town.home().id, NOW.plus_days(5), people);
    let id = new.id;
    store::load(db, town.id, &Batch { meetings: vec![new], ..Batch::default() }, NOW).await.expect("a meeting");
    id
}

async fn given(db: &Ground, access: &Access, id: Id<Meeting>) -> Vec<Given> {
    store::given(db, access, id).await.expect("answers")
}

async fn share_meetings(db: &Ground, town: &Town, parent: Id<Person>) {
    let giver = look(db, parent, town.home().id).await;
    let item = Thing::of(Item::Meetings).expect("about no child");
    store::give(db, &giver, town.contact, item, NOW.plus_days(90), NOW).await.expect("given");
}

#[tokio::test]
async fn an_answer_is_seen_by_those_who_are_asked_and_what_is_proposed_and_needed_by_staff_alone() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let id = meeting_of(&db, &town, vec![home.mother, home.father, town.primary]).await;
        let mother = look(&db, home.mother, home.id).await;
        let times: Vec<WallTime> = [6, 7].map(|day| WallTime::at(NOW.plus_days(day), ZONE)).to_vec();
        let father = look(&db, home.father, home.id).await;
        let wish = Wish {
            interpreter: Some(title("Somali")),
            lift: true,
            leave_out: Some((home.father, app::domain::words::PersonName::parse("Finn Holm").expect("a name"))),
            words: Some(note("Jeg tør ikke")),
        };
        let full = Said { coming: Coming::AnotherTime, proposals: times.clone(), wish: wish.clone() };
        store::answer(&db, &mother, id, 0, &full, NOW).await.expect("answered");

        for whole in [&mother, &look(&db, town.primary, home.id).await] {
            let [own] = &given(&db, whole, id).await[..] else { panic!("one answer") };
            assert_eq!((own.person, own.said.coming), (home.mother, Coming::AnotherTime));
            assert_eq!((&own.said.proposals, &own.said.wish), (&times, &wish));
        }
        let [hers] = &given(&db, &father, id).await[..] else { panic!("one answer") };
        assert_eq!(hers.said.coming, Coming::AnotherTime);
        assert!(hers.said.proposals.is_empty());
        assert_eq!(hers.said.wish, Wish::default(), "he never learns of it");
        let listed = async |access: &Access| {
            let meetings = store::upcoming(&db, access, NOW, 9).await.expect("meetings");
            let meeting = meetings.into_iter().find(|meeting| meeting.id == id).expect("it is there");
            meeting.participants.into_iter().filter_map(|who| who.answer).collect::<Vec<_>>()
        };
        assert_eq!(listed(&look(&db, town.primary, home.id).await).await, [Coming::AnotherTime]);
        assert_eq!((listed(&mother).await.len(), listed(&father).await.len()), (1, 0));

        store::answer(&db, &mother, id, 0, &said(Coming::Yes), NOW).await.expect("anew");
        let [own] = &given(&db, &mother, id).await[..] else { panic!("one answer") };
        assert_eq!((own.said.coming, own.said.proposals.len()), (Coming::Yes, 0));
        assert_eq!(own.said.wish, Wish::default(), "what was answered before no longer counts");
        store::answer(&db, &father, id, 0, &said(Coming::No), NOW.plus_seconds(1)).await.expect("answered");
        assert_eq!(given(&db, &mother, id).await.len(), 2);
    })
    .await;
}

#[tokio::test]
async fn nobody_answers_a_meeting_they_are_not_asked_to() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, home) = (&house.here, house.here.home());
        let fine = said(Coming::Yes);
        let gone = |outcome: Result<(), Error>| assert!(matches!(outcome, Err(Error::NotFound)), "{outcome:?}");
        let father = look(&db, home.father, home.id).await;
        gone(store::answer(&db, &father, home.meeting, 0, &fine, NOW).await);
        gone(store::meeting(&db, &father, home.meeting).await.map(|_| ()));
        gone(store::given(&db, &father, home.meeting).await.map(|_| ()));
        gone(store::agenda(&db, &father, home.meeting).await.map(|_| ()));
        gone(store::add_item(&db, &father, home.meeting, Id::fresh(NOW), &title("Penge"), NOW).await);
        let primary = look(&db, town.primary, home.id).await;
        gone(store::answer(&db, &primary, home.meeting, 0, &fine, NOW).await);
        let contact = look(&db, town.contact, home.id).await;
        gone(store::answer(&db, &contact, home.meeting, 0, &fine, NOW).await);

        let id = meeting_of(&db, town, vec![home.mother, town.contact]).await;
        gone(store::answer(&db, &contact, id, 0, &fine, NOW).await);
        share_meetings(&db, town, home.mother).await;
        let contact = look(&db, town.contact, home.id).await;
        store::answer(
            &db,
            &contact,
            id,
            0,
            &Said { wish: Wish { lift: true, ..Wish::default() }, ..fine.clone() },
            NOW,
        )
        .await
        .expect("with the family's consent");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM wish"), 0, "what a contact person needs is not asked for");
        gone(store::answer(&db, &contact, home.meeting, 0, &fine, NOW).await);
        assert!(given(&db, &contact, home.meeting).await.is_empty(), "seen with consent, but not asked to");
        gone(store::add_item(&db, &contact, id, Id::fresh(NOW), &title("Penge"), NOW).await);

        let mother = look(&db, home.mother, home.id).await;
        let stranger = (home.father, app::domain::words::PersonName::parse("Finn").expect("a name"));
        let wish = Wish { leave_out: Some(stranger), ..Wish::default() };
        gone(store::answer(&db, &mother, id, 0, &Said { wish, ..fine.clone() }, NOW).await);
        let over = store::answer(&db, &mother, id, 0, &fine, NOW.plus_days(9)).await;
        assert!(matches!(over, Err(Error::Taken(_))));
        run!(db, "UPDATE meeting SET cancelled_at = 1 WHERE id = $1", id).expect("cancelled");
        assert!(matches!(store::answer(&db, &mother, id, 0, &fine, NOW).await, Err(Error::Taken(_))));
    })
    .await;
}

#[tokio::test]
async fn points_to_talk_about_are_everybodys_to_read_and_their_writers_to_delete() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let id = meeting_of(&db, &town, vec![home.mother, home.father, town.primary]).await;
        let [mother, father, primary] = [
            look(&db, home.mother, home.id).await,
            look(&db, home.father, home.id).await,
            look(&db, town.primary, home.id).await,
        ];
        let item = Id::fresh(NOW);
        for _ in 0..2 {
            store::add_item(&db, &mother, id, item, &title("Lektier"), NOW).await.expect("added");
        }
        store::add_item(&db, &primary, id, Id::fresh(NOW), &title("Fritid"), NOW.plus_seconds(1)).await.expect("added");
        let points: Vec<_> = store::agenda(&db, &father, id).await.expect("points");
        let told: Vec<_> = points.iter().map(|p| (p.words.as_str(), p.author.as_str(), p.own)).collect();
        assert_eq!(told, [("Lektier", "Mette Holm", false), ("Fritid", "Anna Primær", false)]);
        for other in [&father, &primary] {
            assert!(matches!(store::delete_item(&db, other, item).await, Err(Error::NotFound)));
        }
        assert_eq!(store::delete_item(&db, &mother, item).await.expect("deleted"), id);
        assert!(matches!(store::delete_item(&db, &mother, item).await, Err(Error::NotFound)));
        let late = store::add_item(&db, &mother, id, item, &title("For sent"), NOW.plus_days(9)).await;
        assert!(matches!(late, Err(Error::Taken(_))));
    })
    .await;
}

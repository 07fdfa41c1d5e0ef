use app::{
    domain::{
        access::{Purpose, Subject},
        consent::{Item, Thing},
        id::Id,
        person::{Person, Role},
        team::Part,
        words::PersonName,
    },
    store::{self, Access, Batch, Error, Whose},
};

use crate::{
    cast::{NOW, Town, cast, enter, look, look_at, person, phone, title},
    ground::{Ground, number, on_both, run},
};

/// Who is the contact person of the first family.
async fn contact(db: &Ground, town: &Town) -> Option<Id<Person>> {
    let home = town.home();
    let team = store::team(db, &look(db, home.mother, home.id).await).await.expect("a team");
    team.into_iter().find(|member| member.part == Part::ContactPerson).map(|member| member.person)
}

/// Somebody from an association who offers themselves.
async fn volunteer(db: &Ground, town: &Town) -> Id<Person> {
    let volunteer = person(None, "Åse Åben", Role::ContactPerson);
    let id = volunteer.id;
    let batch = Batch { people: vec![volunteer], ..Batch::default() };
    store::load(db, town.id, &batch, NOW).await.expect("a volunteer");
    let viewer = enter(db, id, NOW).await;
    store::set_association(db, &viewer, Some(&title("Holmby IF"))).await.expect("a contact person");
    assert_eq!(store::association(db, &viewer).await.expect("words"), Some(title("Holmby IF")));
    id
}

#[tokio::test]
async fn a_family_chooses_among_its_own_staff_and_those_who_offer_themselves() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, home) = (&house.here, house.here.home());
        let volunteer = volunteer(&db, town).await;
        let mother = look(&db, home.mother, home.id).await;
        let chosen = async || -> Vec<(Id<Person>, bool)> {
            let candidates = store::candidates(&db, &mother).await.expect("candidates");
            candidates.into_iter().map(|one| (one.person, one.association.is_some())).collect()
        };
        let own = [town.primary, town.secondary, town.back_up, town.coordinator].map(|person| (person, false));
        assert_eq!(chosen().await, [&own[..], &[(volunteer, true)]].concat());
        let choose = async |person| store::choose_contact(&db, &mother, Some(person), NOW).await;
        for nobody in
            [town.other_primary, town.lead, home.father, home.daughter, house.there.contact, house.there.primary]
        {
            assert!(matches!(choose(nobody).await, Err(Error::NotFound)));
        }
        for somebody in [volunteer, town.primary] {
            choose(somebody).await.expect("chosen");
            assert_eq!(contact(&db, town).await, Some(somebody));
        }
        store::choose_contact(&db, &mother, None, NOW).await.expect("nobody");
        assert_eq!(contact(&db, town).await, None);
        let neighbour = look(&db, town.next_door().mother, town.next_door().id).await;
        let next_door = store::team(&db, &neighbour).await.expect("a team");
        assert!(next_door.iter().any(|member| member.person == town.contact), "the other family keeps theirs");

        run!(db, "UPDATE municipality SET association_contacts = FALSE WHERE id = $1", town.id).expect("switched off");
        assert_eq!(chosen().await, own);
        assert!(matches!(choose(volunteer).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn whoever_was_chosen_before_sees_nothing_from_that_moment() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let volunteer = volunteer(&db, &town).await;
        let (mother, father) = (look(&db, home.mother, home.id).await, look(&db, home.father, home.id).await);
        let until = NOW.plus_days(30);
        let goals = Thing::of(Item::Goals).expect("a thing");
        let own = Thing::of(Item::CheckIns).expect("a thing");
        store::give(&db, &mother, town.contact, goals, until, NOW).await.expect("given");
        store::give(&db, &father, town.contact, own, until, NOW).await.expect("given");
        let adviser = look(&db, town.primary, home.id).await;
        store::invite(&db, &adviser, town.contact, NOW).await.expect("invited");
        let before = enter(&db, town.contact, NOW).await;
        store::invite(&db, &adviser, town.contact, NOW).await.expect("invited again");
        let later = NOW.plus_seconds(60);

        store::choose_contact(&db, &father, Some(town.contact), later).await.expect("the same again");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM consent WHERE withdrawn_at IS NULL"), 2);

        store::choose_contact(&db, &father, Some(volunteer), later).await.expect("changed");
        let family = Whose::Family(home.id);
        let refused = Access::open(&db, &before, family, Purpose::Shared, later).await;
        assert!(matches!(refused, Err(Error::NotFound)));
        let open = store::open_invitations(&db, &adviser, later).await.expect("invitations");
        assert!(open.is_empty(), "nor does an old link lead in");
        let receipts = store::consents(&db, &mother).await.expect("receipts");
        let by: Vec<_> = receipts
            .iter()
            .map(|one| (one.consent.withdrawn_at, one.stopped_by.as_ref().map(PersonName::first)))
            .collect();
        assert_eq!(by, [(Some(later), Some("Finn"))]);
        let viewer = enter(&db, volunteer, later).await;
        let access = Access::open(&db, &viewer, family, Purpose::Shared, later).await.expect("a relation");
        assert!(!access.sees(Subject::Name), "the new one begins with nothing");
        const LOGGED: &str = "SELECT COUNT(*) FROM team_member WHERE family = $1 AND part = 'contact_person'";
        assert_eq!(number!(db, LOGGED, home.id), 2);
    })
    .await;
}

#[tokio::test]
async fn who_is_chosen_again_begins_with_nothing_whatever_way_their_part_ended_before() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = look(&db, home.mother, home.id).await;
        let viewer = enter(&db, town.contact, NOW).await;
        store::set_association(&db, &viewer, Some(&title("Holmby IF"))).await.expect("a contact person");
        let goals = Thing::of(Item::Goals).expect("a thing");
        store::give(&db, &mother, town.contact, goals, NOW.plus_days(30), NOW).await.expect("given");
        let ended = Batch { team_ends: vec![home.parts[0]], ..Batch::default() };
        store::load(&db, town.id, &ended, NOW).await.expect("an import ends the part");
        store::choose_contact(&db, &mother, Some(town.contact), NOW).await.expect("chosen again");
        let access =
            Access::open(&db, &viewer, Whose::Family(home.id), Purpose::Shared, NOW).await.expect("a relation");
        assert!(!access.sees(Subject::Name));
    })
    .await;
}

#[tokio::test]
async fn two_parents_who_choose_at_once_end_with_one_contact_person() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (mother, father) = (look(&db, home.mother, home.id).await, look(&db, home.father, home.id).await);
        for _ in 0..5 {
            let (one, other) = tokio::join!(
                store::choose_contact(&db, &mother, Some(town.primary), NOW),
                store::choose_contact(&db, &father, Some(town.secondary), NOW),
            );
            one.expect("chosen");
            other.expect("chosen");
            let chosen = contact(&db, &town).await;
            assert!(chosen == Some(town.primary) || chosen == Some(town.secondary));
        }
    })
    .await;
}

#[tokio::test]
async fn somebody_new_is_wished_for_by_a_parent_and_made_by_the_adviser() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, home) = (&house.here, house.here.home());
        let mother = look(&db, home.mother, home.id).await;
        let adviser = look(&db, town.primary, home.id).await;
        let wish = async |name: &str| {
            let name = PersonName::parse(name).expect("a name");
            store::wish_for_contact(&db, &mother, &name, &phone("87654321"), NOW).await
        };
        let first = wish("Bo Bold").await.expect("a wish");
        let second = wish("Kim Klub").await.expect("a wish");
        let open = store::family_with_wish(&db, &adviser).await.expect("a wish").1.expect("one");
        assert_eq!((open.id, open.name.as_str(), open.made_by.first()), (second, "Kim Klub", "Mette"));
        let neighbour = look(&db, town.next_door().mother, town.next_door().id).await;
        assert!(store::family_with_wish(&db, &neighbour).await.expect("none").1.is_none());
        for (who, family) in [(town.contact, home.id), (town.other_primary, town.next_door().id)] {
            let access = look(&db, who, family).await;
            assert!(matches!(store::grant_wish(&db, &access, second, NOW).await, Err(Error::NotFound)));
            assert!(matches!(store::forget_wish(&db, &access, second, NOW).await, Err(Error::NotFound)));
        }
        assert!(matches!(store::grant_wish(&db, &mother, second, NOW).await, Err(Error::NotFound)));
        assert!(matches!(store::grant_wish(&db, &adviser, first, NOW).await, Err(Error::NotFound)), "it was replaced");

        let kim = store::grant_wish(&db, &adviser, second, NOW).await.expect("granted");
        assert!(matches!(store::grant_wish(&db, &adviser, second, NOW).await, Err(Error::NotFound)), "once");
        assert_eq!(contact(&db, town).await, Some(kim));
        store::invite(&db, &adviser, kim, NOW).await.expect("and can be invited");

        let third = wish("Lis Let").await.expect("a wish");
        store::forget_wish(&db, &mother, third, NOW).await.expect("forgotten");
        store::forget_wish(&db, &mother, third, NOW).await.expect("it was");
        assert!(matches!(store::grant_wish(&db, &adviser, third, NOW).await, Err(Error::NotFound)));
        let fourth = wish("Lis Let").await.expect("a wish");
        store::choose_contact(&db, &mother, Some(town.primary), NOW).await.expect("somebody else after all");
        assert!(store::family_with_wish(&db, &adviser).await.expect("none").1.is_none());
        assert!(matches!(store::grant_wish(&db, &adviser, fourth, NOW).await, Err(Error::NotFound)));
        run!(db, "UPDATE municipality SET association_contacts = FALSE WHERE id = $1", town.id).expect("switched off");
        assert!(matches!(wish("Bo Bold").await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn only_a_parent_chooses_and_only_a_contact_person_offers_themselves() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        for who in [town.primary, town.coordinator, town.contact] {
            let access = look(&db, who, home.id).await;
            let chosen = store::choose_contact(&db, &access, Some(town.secondary), NOW).await;
            assert!(matches!(chosen, Err(Error::NotFound)));
            let name = PersonName::parse("Bo").expect("a name");
            let wished = store::wish_for_contact(&db, &access, &name, &phone("87654321"), NOW).await;
            assert!(matches!(wished, Err(Error::NotFound)));
        }
        let outsider = look(&db, town.contact, home.id).await;
        assert!(matches!(store::candidates(&db, &outsider).await, Err(Error::NotFound)));
        for who in [town.primary, home.mother, town.lead] {
            let viewer = enter(&db, who, NOW).await;
            assert!(matches!(store::set_association(&db, &viewer, Some(&title("Klub"))).await, Err(Error::NotFound)));
        }
        let viewer = enter(&db, town.contact, NOW).await;
        store::set_association(&db, &viewer, None).await.expect("no more");
        assert_eq!(store::association(&db, &viewer).await.expect("nothing"), None);
    })
    .await;
}

#[tokio::test]
async fn where_a_municipality_does_without_them_contact_persons_from_outside_see_nothing() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mother = look(&db, home.mother, home.id).await;
        let goals = Thing::of(Item::Goals).expect("a thing");
        store::give(&db, &mother, town.contact, goals, NOW.plus_days(9), NOW).await.expect("given");
        let viewer = enter(&db, town.contact, NOW).await;
        let open = async || Access::open(&db, &viewer, Whose::Family(home.id), Purpose::Shared, NOW).await;
        assert!(open().await.expect("a relation").sees(Subject::Goals));
        run!(db, "UPDATE municipality SET association_contacts = FALSE WHERE id = $1", town.id).expect("switched off");
        assert!(matches!(open().await, Err(Error::NotFound)));
        assert_eq!(contact(&db, &town).await, None);
        let again = store::give(&db, &mother, town.contact, goals, NOW.plus_days(9), NOW).await;
        assert!(matches!(again, Err(Error::NotFound)));
        run!(db, "UPDATE municipality SET association_contacts = TRUE WHERE id = $1", town.id).expect("switched on");
        assert!(open().await.expect("a relation").sees(Subject::Goals));
    })
    .await;
}

#[tokio::test]
async fn a_family_sees_when_those_of_its_team_are_away() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let day = |day: &str| day.parse().expect("a day");
        for (who, from, until) in [
            (town.primary, "2027-01-14", "2027-01-18"),
            (town.primary, "2027-01-15", "2027-01-20"),
            (town.secondary, "2027-01-16", "2027-01-17"),
            (town.other_primary, "2027-01-14", "2027-01-18"),
        ] {
            let viewer = enter(&db, who, NOW).await;
            store::be_away(&db, &viewer, (day(from), day(until)), NOW).await.expect("away");
        }
        let mother = look_at(&db, home.mother, home.id, NOW).await;
        let away = store::away(&db, &mother, day("2027-01-15")).await.expect("who is away");
        let of = |person| away.iter().filter(move |(who, _)| *who == person).map(|(_, days)| *days).collect::<Vec<_>>();
        let longest_first = [(day("2027-01-15"), day("2027-01-20")), (day("2027-01-14"), day("2027-01-18"))];
        assert_eq!(of(town.primary), longest_first);
        assert_eq!(of(town.secondary), [(day("2027-01-16"), day("2027-01-17"))]);
        assert_eq!(away.len(), 3, "nobody of another team");
        let later = store::away(&db, &mother, day("2027-01-19")).await.expect("who is away");
        assert_eq!(later, [(town.primary, longest_first[0])]);
        assert!(store::away(&db, &mother, day("2027-01-21")).await.expect("nobody").is_empty());
    })
    .await;
}

use app::{
    domain::{
        access::Purpose,
        consent::{Item, Thing},
        id::Id,
        person::{Language, Role},
        team::Part,
    },
    store::{self, Access, Batch, Caseload, Error, NewFamily, NewTeamMember, Whose},
};

use crate::{
    cast::{NOW, cast, enter, enter_with_token, inbox, look, person, title},
    ground::{on_both, run},
};

#[tokio::test]
async fn staff_see_a_familys_name_and_people_parents_first() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        for staff in [town.primary, town.secondary, town.coordinator, town.back_up] {
            let access = look(&db, staff, home.id).await;
            let family = store::family(&db, &access).await.expect("the family");
            assert_eq!((family.id, family.name.as_str(), family.number.as_deref()), (home.id, "Holm", Some("Holm")));
            let people = store::people(&db, &access).await.expect("its people");
            let roles: Vec<_> = people.iter().map(|person| person.role).collect();
            assert_eq!(roles, [Role::Parent, Role::Parent, Role::Child, Role::Child]);
            assert!(people.iter().all(|person| person.family == Some(home.id)));
            let mother = people.iter().find(|person| person.id == home.mother).expect("the mother");
            assert_eq!((mother.name.as_str(), mother.language), ("Mette Holm", Language::Danish));
            assert_eq!(mother.phone.as_ref().map(|phone| phone.dial()), Some("+4512345678"));
        }
    })
    .await;
}

#[tokio::test]
async fn a_parent_sees_the_familys_name_and_not_the_others_telephone() {
    on_both(async |db| {
        let home = &cast(&db).await.here.homes[0];
        let access = look(&db, home.mother, home.id).await;
        assert_eq!(store::family(&db, &access).await.expect("the family").name.as_str(), "Holm");
        assert!(matches!(store::people(&db, &access).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_parent_sees_the_children_they_have_rights_for_and_staff_see_all() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let children = async |person| {
            let access = look(&db, person, home.id).await;
            let mut ids: Vec<_> =
                store::children(&db, &access).await.expect("children").into_iter().map(|child| child.id).collect();
            ids.sort_unstable();
            ids
        };
        let mut both = vec![home.daughter, home.son];
        both.sort_unstable();
        assert_eq!(children(home.mother).await, both);
        assert_eq!(children(home.father).await, [home.daughter]);
        assert_eq!(children(town.primary).await, both);
        let contact = look(&db, town.contact, home.id).await;
        assert!(matches!(store::children(&db, &contact).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn people_stand_in_the_same_order_on_every_database() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let mut baby = person(Some(home.id), "Ane Holm", Role::Child);
        baby.born = Some("2026-12-01".parse().expect("a day"));
        let unborn = person(Some(home.id), "Aja Holm", Role::Child);
        let expected = [baby.id, unborn.id];
        let batch = Batch { people: vec![unborn, baby], ..Batch::default() };
        store::load(&db, town.id, &batch, NOW).await.expect("two more");
        run!(db, "UPDATE person SET born = '1990-01-01' WHERE id = $1", home.father).expect("a birthday");
        let access = look(&db, town.primary, home.id).await;
        let people: Vec<_> = store::people(&db, &access).await.expect("people").iter().map(|p| p.id).collect();
        assert_eq!(people[..2], [home.father, home.mother], "whose birthday is not known comes last");
        assert_eq!(people[4..], expected);
        let children: Vec<_> = store::children(&db, &access).await.expect("children").iter().map(|c| c.id).collect();
        assert_eq!(children[2..], expected);
        run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", home.son, NOW).expect("one moves out");
        assert_eq!(store::people(&db, &access).await.expect("people").len(), 5);
        assert_eq!(store::children(&db, &access).await.expect("children").len(), 3);
    })
    .await;
}

#[tokio::test]
async fn families_are_listed_in_the_order_of_the_danish_alphabet() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let names = ["Ågård", "øst", "Zander", "ærø", "berg", "Aagesen"];
        let mut batch = Batch::default();
        for name in names {
            let family = NewFamily { id: Id::fresh(NOW), unit: None, number: None, name: title(name) };
            let id = Id::fresh(NOW);
            let part = Part::BackUp;
            batch.team.push(NewTeamMember { id, family: family.id, person: town.other_primary, part });
            batch.families.push(family);
        }
        store::load(&db, town.id, &batch, NOW).await.expect("families");
        let families = store::families(&db, &inbox(&db, town.other_primary).await).await.expect("a list");
        let told: Vec<_> = families.iter().map(|family| family.name.as_str()).collect();
        assert_eq!(told, ["berg", "Madsen", "Zander", "ærø", "øst", "Aagesen", "Ågård"]);
    })
    .await;
}

#[tokio::test]
async fn a_family_is_found_by_its_name_its_number_and_its_people() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let find = async |person, search: &str| {
            let caseload = inbox(&db, person).await;
            let found = store::find_families(&db, &caseload, search).await.expect("families");
            found.iter().map(|family| family.id).collect::<Vec<_>>()
        };
        let (home, next_door) = (town.home().id, town.next_door().id);
        for (search, found) in [
            ("HOLM", vec![home]),
            ("finn madsen", vec![next_door]),
            ("Mette", vec![home, next_door]),
            (" storm h", vec![home]),
            ("Zander", Vec::new()),
            ("%", Vec::new()),
        ] {
            assert_eq!(find(town.secondary, search).await, found, "{search}");
        }
        assert_eq!(find(town.primary, "Madsen").await, [], "only among one's own");
    })
    .await;
}

#[tokio::test]
async fn a_contact_person_lists_the_families_that_share_something() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let viewer = enter(&db, town.contact, NOW).await;
        let listed = async || {
            let caseload = Caseload::open(&db, &viewer, Purpose::Shared, NOW).await.expect("a caseload");
            let families = store::families(&db, &caseload).await.expect("a list");
            families.iter().map(|family| family.id).collect::<Vec<_>>()
        };
        assert_eq!(listed().await, []);
        let mother = look(&db, town.home().mother, town.home().id).await;
        store::give(&db, &mother, town.contact, Thing::of(Item::Goals).expect("a thing"), NOW.plus_days(9), NOW)
            .await
            .expect("given");
        assert_eq!(listed().await, [town.home().id]);
    })
    .await;
}

#[tokio::test]
async fn a_person_chooses_their_own_language() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (viewer, token) = enter_with_token(&db, home.mother, NOW).await;
        assert_eq!(viewer.language, Language::Danish);
        store::speak(&db, &viewer, Language::English).await.expect("chosen");
        let (viewer, _) = store::viewer(&db, &token, NOW).await.expect("an answer").expect("signed in");
        assert_eq!(viewer.language, Language::English);
        let access = Access::open(
            &db,
            &enter(&db, town.primary, NOW).await,
            Whose::Person(home.father),
            Purpose::FamilyPage,
            NOW,
        )
        .await
        .expect("a relation");
        let people = store::people(&db, &access).await.expect("people");
        let english: Vec<_> = people.iter().filter(|p| p.language == Language::English).map(|p| p.id).collect();
        assert_eq!(english, [home.mother]);
    })
    .await;
}

#[tokio::test]
async fn a_quick_exit_is_each_ones_own_choice() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let (viewer, token) = enter_with_token(&db, home.mother, NOW).await;
        let has_one =
            async || store::viewer(&db, &token, NOW).await.expect("an answer").expect("signed in").0.quick_exit;
        assert!(!has_one().await);
        store::set_quick_exit(&db, &viewer, true).await.expect("chosen");
        assert!(has_one().await);
        assert!(!enter(&db, home.father, NOW).await.quick_exit);
        store::set_quick_exit(&db, &viewer, false).await.expect("chosen");
        assert!(!has_one().await);
    })
    .await;
}

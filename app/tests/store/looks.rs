use app::{
    domain::{
        access::{Purpose, Relation},
        look::{Aim, Look, LookFilter, Looker},
        words::{PersonName, Title},
    },
    store::{self, Access, Caseload, Error, Whose},
};

use crate::{
    cast::{NOW, cast, enter, look},
    ground::{on_both, run},
};

#[tokio::test]
async fn a_parent_sees_who_else_looked_at_the_own_family_and_nobody_sees_anothers() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (home, next_door) = (house.here.home(), house.here.next_door());
        let mother = look(&db, home.mother, home.id).await;
        look(&db, home.father, home.id).await;
        assert_eq!(store::looks(&db, &mother, LookFilter::default(), 9).await.expect("looks"), []);

        let adviser = enter(&db, house.here.primary, NOW).await;
        let at = |seconds| NOW.plus_seconds(seconds);
        Access::open(&db, &adviser, Whose::Family(home.id), Purpose::FamilyPage, at(1)).await.expect("a relation");
        Caseload::open(&db, &adviser, Purpose::TeamMeeting, at(2)).await.expect("a list");
        let contact = enter(&db, house.here.contact, NOW).await;
        Access::open(&db, &contact, Whose::Family(home.id), Purpose::Shared, at(3)).await.expect("a relation");
        Access::open(&db, &contact, Whose::Family(next_door.id), Purpose::Shared, at(3)).await.expect("a relation");
        Access::from_console(&db, house.here.id, "Holm", Purpose::Export, at(4)).await.expect("a family");
        Access::from_console(&db, house.here.id, "Madsen", Purpose::Export, at(4)).await.expect("a family");
        Access::from_console(&db, house.there.id, "Lund", Purpose::Export, at(4)).await.expect("a family");
        run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", house.here.primary, at(5)).expect("she leaves");

        let line = |seconds, name: Option<&str>, relation, purpose: Purpose| {
            let name = name.map(|name| PersonName::parse(name).expect("a name"));
            let unit = (relation == Relation::Primary).then(|| Title::parse("Familiehuset").expect("a title"));
            Look { at: at(seconds), name, unit, relation, aim: purpose.into() }
        };
        let seen = store::looks(&db, &mother, LookFilter::default(), 9).await.expect("looks");
        let all = [
            line(4, None, Relation::Console, Purpose::Export),
            line(3, Some("Frida Forening"), Relation::ContactPerson, Purpose::Shared),
            line(2, Some("Anna Primær"), Relation::Primary, Purpose::TeamMeeting),
            line(1, Some("Anna Primær"), Relation::Primary, Purpose::FamilyPage),
        ];
        assert_eq!(seen, all);
        assert_eq!(store::looks(&db, &mother, LookFilter::default(), 2).await.expect("looks"), all[..2]);

        let chosen = async |by, since| {
            let filter = LookFilter { by, since, aim: None };
            let seen = store::looks(&db, &mother, filter, 9).await.expect("looks");
            seen.iter().map(|look| look.at).collect::<Vec<_>>()
        };
        assert_eq!(chosen(Some(Looker::Staff), None).await, [at(2), at(1)]);
        assert_eq!(chosen(Some(Looker::ContactPerson), None).await, [at(3)]);
        assert_eq!(chosen(Some(Looker::Console), None).await, [at(4)]);
        assert_eq!(chosen(Some(Looker::Staff), Some(at(2))).await, [at(2)]);
        assert_eq!(chosen(None, Some(at(3))).await, [at(4), at(3)]);
        for (aim, told) in [
            (Aim::Shared, vec![at(3)]),
            (Aim::Page, vec![at(1)]),
            (Aim::TeamMeeting, vec![at(2)]),
            (Aim::Work, vec![at(4)]),
            (Aim::Plan, vec![]),
        ] {
            let filter = LookFilter { aim: Some(aim), ..LookFilter::default() };
            let seen = store::looks(&db, &mother, filter, 9).await.expect("looks");
            assert_eq!(seen.iter().map(|look| look.at).collect::<Vec<_>>(), told, "{aim:?}");
        }

        run!(db, "UPDATE municipality SET staff_names = FALSE WHERE id = $1", house.here.id).expect("no names");
        let seen = store::looks(&db, &mother, LookFilter::default(), 9).await.expect("looks");
        let names: Vec<_> = seen.iter().map(|look| look.name.as_ref().map(PersonName::as_str)).collect();
        assert_eq!(names, [None, Some("Frida Forening"), None, None], "staff are named no more, but the contact is");

        let neighbour = look(&db, next_door.mother, next_door.id).await;
        let seen = store::looks(&db, &neighbour, LookFilter::default(), 9).await.expect("looks");
        assert_eq!(seen.iter().map(|look| look.at).collect::<Vec<_>>(), [at(4), at(3)]);
        for person in [house.here.secondary, house.here.coordinator, house.here.contact] {
            let access = look(&db, person, home.id).await;
            assert!(matches!(store::looks(&db, &access, LookFilter::default(), 9).await, Err(Error::NotFound)));
        }
        let console = Access::from_console(&db, house.here.id, "Holm", Purpose::Export, NOW).await.expect("a family");
        assert!(matches!(store::looks(&db, &console, LookFilter::default(), 9).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn a_look_for_whatever_purpose_is_found_among_all_and_by_its_own_aim_alone() {
    on_both(async |db| {
        let house = cast(&db).await;
        let home = house.here.home();
        let adviser = enter(&db, house.here.primary, NOW).await;
        for purpose in Purpose::ALL {
            Access::open(&db, &adviser, Whose::Family(home.id), *purpose, NOW).await.expect("a relation");
        }
        let mother = look(&db, home.mother, home.id).await;
        let found = async |aim| {
            store::looks(&db, &mother, LookFilter { aim, ..LookFilter::default() }, 99).await.expect("looks")
        };
        assert_eq!(found(None).await.len(), Purpose::ALL.len());
        for aim in Aim::ALL {
            let found = found(Some(*aim)).await;
            assert_eq!(found.len(), aim.purposes().count());
            assert!(!found.is_empty() && found.iter().all(|look| look.aim == *aim), "{aim:?}");
        }
    })
    .await;
}

use app::{
    domain::{
        id::Id,
        person::Person,
        sector_plan::{Pointer, SectorPlan},
        words::Source,
    },
    store::{self, Access, Error, Whose},
};

use crate::{
    cast::{NOW, cast, enter, look, title},
    ground::{Ground, number, on_both, run},
};

fn pointer(name: &str) -> Pointer {
    Pointer {
        title: title(name),
        owner: title("Jobcentret"),
        source: Source::parse("https://jobnet.dk/plan").expect("a source"),
        made_on: "2026-12-01".parse().expect("a day"),
        next_review: Some("2027-02-01".parse().expect("a day")),
    }
}

async fn point(db: &Ground, access: &Access, name: &str, about: Option<Id<Person>>) -> Result<Id<SectorPlan>, Error> {
    let id = Id::fresh(NOW);
    store::point_to(db, access, id, about, &pointer(name), NOW).await.map(|()| id)
}

#[tokio::test]
async fn each_parent_sees_the_plans_about_them_all_themselves_and_the_children_they_have_rights_for() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, home) = (&house.here, house.here.home());
        let adviser = look(&db, town.primary, home.id).await;
        for (name, about) in [
            ("alle", None),
            ("mor", Some(home.mother)),
            ("far", Some(home.father)),
            ("datter", Some(home.daughter)),
            ("son", Some(home.son)),
        ] {
            point(&db, &adviser, name, about).await.expect("pointed to");
        }
        let seen = async |who: Id<Person>, family| {
            let access = look(&db, who, family).await;
            let plans = store::sector_plans(&db, &access).await.expect("plans");
            let mut names: Vec<String> = plans.iter().map(|plan| plan.pointer.title.to_string()).collect();
            names.sort();
            names
        };
        assert_eq!(seen(home.mother, home.id).await, ["alle", "datter", "mor", "son"]);
        assert_eq!(seen(home.father, home.id).await, ["alle", "datter", "far"]);
        assert_eq!(seen(town.coordinator, home.id).await, ["alle", "datter", "far", "mor", "son"]);
        assert!(seen(town.next_door().mother, town.next_door().id).await.is_empty());
        run!(db, "UPDATE guardianship SET may_see = FALSE WHERE child = $1 AND adult = $2", home.daughter, home.father)
            .expect("no more");
        assert_eq!(seen(home.father, home.id).await, ["alle", "far"], "at once");
        let contact = look(&db, town.contact, home.id).await;
        assert!(matches!(store::sector_plans(&db, &contact).await, Err(Error::NotFound)));
    })
    .await;
}

#[tokio::test]
async fn staff_of_the_family_point_to_a_plan_change_that_and_take_it_away() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (town, home) = (&house.here, house.here.home());
        let adviser = look(&db, town.primary, home.id).await;
        let id = point(&db, &adviser, "Jobplan", None).await.expect("pointed to");
        store::point_to(&db, &adviser, id, None, &pointer("Jobplan"), NOW).await.expect("sent twice");
        assert_eq!(number!(db, "SELECT COUNT(*) FROM sector_plan"), 1);
        let plan = store::sector_plan(&db, &adviser, id).await.expect("it is there");
        assert_eq!((plan.pointer, plan.about.is_none()), (pointer("Jobplan"), true));
        let other = Pointer { next_review: None, ..pointer("Behandlingsplan") };
        store::change_pointer(&db, &adviser, id, Some(home.mother), &other).await.expect("changed");
        let plan = store::sector_plan(&db, &adviser, id).await.expect("it is there");
        assert_eq!((plan.pointer, plan.about.map(|(person, _)| person)), (other, Some(home.mother)));
        let father = look(&db, home.father, home.id).await;
        assert!(matches!(store::sector_plan(&db, &father, id).await, Err(Error::NotFound)));

        let stranger = look(&db, town.other_primary, town.next_door().id).await;
        let mother = look(&db, home.mother, home.id).await;
        for access in [&stranger, &mother] {
            let changed = store::change_pointer(&db, access, id, None, &pointer("x")).await;
            assert!(matches!(changed, Err(Error::NotFound)));
            assert!(matches!(store::remove_pointer(&db, access, id, NOW).await, Err(Error::NotFound)));
        }
        assert!(matches!(point(&db, &mother, "x", None).await, Err(Error::NotFound)));
        for nobody in [town.next_door().mother, town.primary, house.there.home().mother] {
            assert!(matches!(point(&db, &adviser, "x", Some(nobody)).await, Err(Error::NotFound)));
        }
        let viewer = enter(&db, town.other_primary, NOW).await;
        let opened =
            Access::open(&db, &viewer, Whose::SectorPlan(id), app::domain::access::Purpose::SectorPlans, NOW).await;
        assert!(matches!(opened, Err(Error::NotFound)));

        store::remove_pointer(&db, &adviser, id, NOW).await.expect("removed");
        store::remove_pointer(&db, &adviser, id, NOW.plus_days(1)).await.expect("it was");
        assert_eq!(number!(db, "SELECT removed_at FROM sector_plan"), NOW.seconds());
        assert!(store::sector_plans(&db, &adviser).await.expect("none").is_empty());
        let changed = store::change_pointer(&db, &adviser, id, None, &pointer("x")).await;
        assert!(matches!(changed, Err(Error::NotFound)));
    })
    .await;
}

use app::{
    domain::review::NextStep,
    store::{self, Numbers, Overview},
};

use crate::{
    cast::{NOW, cast, enter, item, look, reply, send},
    ground::{on_both, run},
};

#[tokio::test]
async fn the_numbers_count_one_municipality_and_what_happened_since() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (home, next_door) = (house.here.home(), house.here.next_door());
        let lead = enter(&db, house.here.lead, NOW).await;
        let overview = Overview::open(&db, &lead, NOW).await.expect("an overview");
        let before = store::numbers(&db, &overview, NOW, NOW).await.expect("counts");
        let empty = Numbers { families: 2, parents: 4, families_with_goals: 2, ..Numbers::default() };
        assert_eq!(before, empty);

        send(&db, home.mother, home.id, 0, NOW).await;
        let day = NOW.plus_days(1);
        let low = send(&db, home.mother, home.id, 1, day).await;
        send(&db, home.father, home.id, 2, day).await;
        send(&db, next_door.mother, next_door.id, 5, day).await;
        send(&db, next_door.mother, next_door.id, 5, day).await;
        send(&db, house.there.home().mother, house.there.home().id, 0, day).await;
        let reader = look(&db, house.here.primary, home.id).await;
        store::review(&db, &reader, item(low), &reply(NextStep::Call, None), day).await.expect("closed");
        let mother = look(&db, home.mother, home.id).await;
        store::tick(&db, &mother, home.steps[0], true, NOW).await.expect("done");
        store::tick(&db, &mother, home.steps[1], true, day).await.expect("done");

        let counts = store::numbers(&db, &overview, NOW.plus_seconds(1), day.plus_seconds(1)).await.expect("counts");
        let expected = Numbers {
            parents_signed_in: 3,
            families_with_steps: 1,
            families_told: 2,
            families_read: 1,
            levels: [1, 1, 1],
            ..empty
        };
        assert_eq!(counts, expected);

        run!(db, "UPDATE person SET left_at = $2 WHERE id = $1", home.father, day).expect("he leaves");
        run!(db, "UPDATE goal SET state = 'reached' WHERE family = $1", home.id).expect("reached");
        let counts = store::numbers(&db, &overview, day.plus_seconds(1), day.plus_days(9)).await.expect("counts");
        let expected =
            Numbers { families: 2, parents: 3, parents_signed_in: 2, families_with_goals: 1, ..Numbers::default() };
        assert_eq!(counts, expected);
    })
    .await;
}

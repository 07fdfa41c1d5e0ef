use app::{
    domain::{settings::Settings, working_time::Office},
    store::{self, Administration},
};

use crate::{
    cast::{NOW, ZONE, at, cast, enter, item, items, look_at, send},
    ground::{on_both, run},
};

#[tokio::test]
async fn a_municipality_has_the_usual_hours_until_its_project_lead_sets_others_for_it_alone() {
    on_both(async |db| {
        let house = cast(&db).await;
        let (lead, adviser) = (enter(&db, house.here.lead, NOW).await, enter(&db, house.here.primary, NOW).await);
        let elsewhere = enter(&db, house.there.primary, NOW).await;
        let usual = Settings::usual(Office::usual(ZONE));
        assert_eq!(store::settings(&db, &adviser).await.expect("settings"), usual);

        let office =
            Office::new(ZONE, 8 * 60, 16 * 60 + 30, "2027-01-19".parse().expect("a day"), 7).expect("an office");
        let own = Settings {
            office,
            sdq_address: Some("https://skema.eksempel.dk/sdq".to_owned()),
            association_contacts: false,
            staff_names: false,
            help_lines: Settings::help_lines("70 20 12 34 Kommunens døgnvagt").expect("a line"),
            links: Settings::links("https://kommunen.example Hjælp i hverdagen").expect("a line"),
        };
        let lead_of = Administration::open(&db, &lead, NOW).await.expect("a project lead");
        store::set(&db, &lead_of, &own, NOW).await.expect("set");
        assert_eq!(store::settings(&db, &adviser).await.expect("settings"), own);
        assert_eq!(store::settings(&db, &elsewhere).await.expect("settings"), usual);
        store::set(&db, &lead_of, &usual, NOW).await.expect("set back");
        assert_eq!(store::settings(&db, &adviser).await.expect("settings"), usual);
    })
    .await;
}

#[tokio::test]
async fn new_hours_count_for_what_comes_from_now_on_and_what_was_promised_stays_promised() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let home = town.home();
        let before = send(&db, home.mother, home.id, 5, NOW).await;
        let lead_of = Administration::open(&db, &enter(&db, town.lead, NOW).await, NOW).await.expect("a project lead");
        let office = Office::new(ZONE, 600, 720, "2027-01-22".parse().expect("a day"), 28).expect("an office");
        store::set(&db, &lead_of, &Settings::usual(office), NOW).await.expect("set");
        let after = send(&db, home.father, home.id, 5, NOW).await;
        store::move_on(&db, NOW.plus_days(1)).await.expect("a round");
        for (parent, told, read_by) in
            [(home.mother, before, "2027-01-20T15:00"), (home.father, after, "2027-01-21T12:00")]
        {
            let access = look_at(&db, parent, home.id, NOW).await;
            assert_eq!(store::read_by(&db, &access, told).await.expect("a time"), at(read_by));
            let items = items(&db, town.primary).await;
            let waiting = items.iter().find(|of| of.id == item(told)).expect("in the inbox").waiting;
            assert_eq!(waiting.read_by, at(read_by));
        }
    })
    .await;
}

#[tokio::test]
async fn hours_that_make_no_sense_are_read_as_the_usual_ones() {
    on_both(async |db| {
        let town = cast(&db).await.here;
        let adviser = enter(&db, town.primary, NOW).await;
        for (opens, closes, days) in [(900_i64, 540_i64, 14_i64), (-1, 900, 14), (540, 900, 0), (540, i64::MAX, 14)] {
            const SET: &str = "UPDATE municipality SET opens = $2, closes = $3, team_meeting_days = $4 WHERE id = $1";
            run!(db, SET, town.id, opens, closes, days).expect("set");
            assert_eq!(store::settings(&db, &adviser).await.expect("settings").office, Office::usual(ZONE));
            send(&db, town.home().mother, town.home().id, 3, NOW).await;
        }
        store::move_on(&db, NOW).await.expect("a round");
    })
    .await;
}

//! What a family shows to whom, and who looked: both are the family's to see.

use axum::http::StatusCode;

use crate::{browser::TestApp, databases::each};

#[tokio::test]
async fn a_parent_sees_who_looked_and_why_and_not_what_parents_do_themselves() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        assert!(parent.get("/me").await.body.contains("href=\"/looked\""));
        assert!(parent.get("/looked").await.text().contains("Ingen andre har set noget endnu."));
        let mut adviser = app.sign_in("adviser").await;
        adviser.get("/team-meeting").await;
        app.clock.set(app.clock.now().plus_days(1));
        let mut contact = app.sign_in("contact_person").await;
        contact.get("/shared").await;
        app.sign_in("other_parent").await.get("/plan").await;
        let mut parent = app.sign_in("parent").await;
        let looked = parent.get("/looked").await;
        let text = looked.text();
        let name = |role: &str| app.cast[role].name.clone();
        let places = [
            "I dag".to_owned(),
            format!("{}, kontaktperson", name("contact_person")),
            "Så det, I deler.".to_owned(),
            "I går".to_owned(),
            format!("{}, første rådgiver", name("adviser")),
            "I går kl. 9. Så på, hvordan det går jer, til et teammøde.".to_owned(),
        ]
        .map(|words| text.find(&words).unwrap_or_else(|| panic!("no {words} in {text}")));
        assert!(places.is_sorted(), "the newest day first: {places:?}");
        assert!(!text.contains(&name("other_parent")) && !text.contains("forælder"));
        let mut adviser = app.sign_in("adviser").await;
        assert_eq!(adviser.get("/looked").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn what_a_parent_says_yes_to_is_seen_until_it_is_stopped() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let (mut parent, mut contact) = (app.sign_in("parent").await, app.sign_in("contact_person").await);
        assert!(parent.get("/me").await.body.contains("href=\"/sharing\""));
        let page = parent.get("/sharing").await;
        let name = app.cast["contact_person"].name.clone();
        assert!(page.text().contains(&format!("{name} må se de næste møder til og med")), "{}", page.text());
        assert!(page.body.contains("value=\"2027-02-23\""), "three months unless another day is chosen");
        assert!(page.body.contains("href=\"/sharing/preview/goals\""));

        let beforehand = parent.get("/sharing/preview/goals").await;
        let goals = |body: &str| -> Vec<String> {
            body.split("<h4>").skip(1).filter_map(|rest| rest.split('<').next()).map(str::to_owned).collect()
        };
        assert!(beforehand.body.contains("<fieldset disabled"), "nothing in it can be pressed");
        assert!(!goals(&beforehand.body).is_empty() && !beforehand.body.contains("class=\"step"));
        let of_family = |body: &str| goals(&beforehand.body).iter().all(|goal| goals(body).contains(goal));
        assert!(!of_family(&contact.get("/shared").await.body), "looking shares nothing");

        for (form, words) in [
            ("until=2027-01-02", "Vælg et af svarene."),
            ("item=hopes&until=2027-01-02", "Vælg et af svarene."),
            ("item=goals&until=", "Vælg en dag."),
            ("item=goals&until=2026-11-22", "Den dag er gået."),
        ] {
            let refused = parent.post("/sharing", form).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{form}");
            assert!(refused.text().contains(words), "{form}");
        }
        let yes = parent.post("/sharing", "item=goals&until=2026-11-23").await;
        assert_eq!((yes.status, yes.location()), (StatusCode::SEE_OTHER, "/sharing"));
        assert!(of_family(&contact.get("/shared").await.body));

        let stranger = app.sign_in("adviser").await;
        let stops: Vec<String> = parent.get("/sharing").await.values("action", "/consents/");
        assert_eq!(stops.len(), 2);
        for stop in &stops {
            assert_eq!(stranger.clone().post(stop, "").await.status, StatusCode::NOT_FOUND);
            let stopped = parent.post(stop, "").await;
            assert_eq!((stopped.status, stopped.location()), (StatusCode::SEE_OTHER, "/sharing"));
        }
        let empty = contact.get("/shared").await;
        let family = app.cast["parent"].name.rsplit(' ').next().expect("a last name");
        assert!(!empty.text().contains(family) && !of_family(&empty.body), "{}", empty.text());
        let page = parent.get("/sharing").await;
        assert_eq!(page.text().matches("Stoppet i dag kl. 9").count(), 2);
        assert!(page.values("action", "/consents/").is_empty());
        assert_eq!(parent.get("/sharing/preview/hopes").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

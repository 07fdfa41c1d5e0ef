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

//! Staff and settings behind the router: who leaves is out on the next request, roles take two, and no family is seen.

use axum::http::StatusCode;

use crate::{
    browser::{Browser, TestApp},
    databases::{Database, each},
    pages::pages,
};

const DOOR: &str = "Sådan kommer du ind";

/// The address of somebody of the cast among the staff.
fn place(app: &TestApp, role: &str) -> String {
    format!("/staff/{}", app.person(role))
}

/// What an administrator proposed last, as another sees it.
async fn proposal(browser: &mut Browser) -> String {
    let list = browser.get("/staff").await;
    list.values("action", "/proposals/").pop().expect("it waits")
}

async fn role(database: &Database, name: &str) -> Vec<String> {
    database.texts(&format!("SELECT role FROM person WHERE name = '{name}' AND left_at IS NULL")).await
}

#[tokio::test]
async fn who_leaves_is_out_on_the_next_request_and_the_new_one_has_what_waited() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let (mut office, mut karen) = (app.sign_in("administrator").await, app.sign_in("adviser").await);
        let mut thomas = app.sign_in("second_adviser").await;
        let waited = karen.get("/inbox").await.values("href", "/inbox/");
        assert!(!waited.is_empty());
        let leave = format!("{}/leave", place(&app, "adviser"));
        let form = office.get(&leave).await;
        assert!(form.text().contains("Familie 1") && !form.text().contains("Solsort"), "numbers, never names");

        let nobody = office.post(&leave, "for_all=").await;
        assert_eq!(nobody.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(nobody.text().contains("Vælg det svar, der passer bedst."));
        let lead = office.post(&leave, &format!("for_all={}&stays=yes", app.person("project_lead"))).await;
        assert_eq!(lead.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(lead.body.contains("value=\"yes\" checked"), "what was ticked stays");
        assert_eq!(karen.get("/inbox").await.status, StatusCode::OK, "nothing happened");

        let left = office.post(&leave, &format!("for_all={}", app.person("second_adviser"))).await;
        assert_eq!((left.status, left.location()), (StatusCode::SEE_OTHER, "/staff"));
        assert_eq!(karen.get("/inbox").await.location(), "/", "to the door");
        assert!(karen.get("/").await.text().contains(DOOR));
        let sent = karen.post(&waited[0], "next_step=at_next_meeting&words=Tak").await;
        assert_eq!(sent.status, StatusCode::UNAUTHORIZED, "nor with a form that was open");
        let now = thomas.get("/inbox").await.values("href", "/inbox/");
        assert!(waited.iter().all(|item| now.contains(item)), "nothing fell out");
        assert_eq!(office.get(&leave).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_role_is_given_by_another_and_families_go_before_a_role_without_them() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let (mut lise, mut henrik) = (app.sign_in("administrator").await, app.sign_in("second_administrator").await);
        let of_lead = format!("{}/role", place(&app, "project_lead"));
        assert_eq!(lise.post(&of_lead, "role=administrator").await.status, StatusCode::SEE_OTHER);
        let waits = proposal(&mut lise).await;
        assert_eq!(lise.post(&waits, "answer=yes").await.status, StatusCode::NOT_FOUND);
        let mut birgit = app.sign_in("project_lead").await;
        assert_eq!(birgit.post(&waits, "answer=yes").await.status, StatusCode::NOT_FOUND);
        assert_eq!(henrik.post(&waits, "answer=maybe").await.status, StatusCode::BAD_REQUEST);
        assert_eq!(role(database, "Birgit Engsø").await, ["project_lead"]);
        assert_eq!(henrik.post(&waits, "answer=yes").await.status, StatusCode::SEE_OTHER);
        assert_eq!(role(database, "Birgit Engsø").await, ["administrator"]);
        assert_eq!(birgit.get("/staff").await.status, StatusCode::OK, "on the next request");

        let of_karen = format!("{}/role", place(&app, "adviser"));
        let refused = lise.post(&of_karen, "role=project_lead").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Giv familierne videre først."));
        assert_eq!(lise.post(&of_karen, "role=coordinator").await.status, StatusCode::SEE_OTHER);
        assert_eq!(role(database, "Karen Havblik").await, ["coordinator"], "what only takes away is done at once");
        let log = henrik.get("/administration").await.text();
        for told in
            ["Birgit Engsø foreslået til en rolle", "Birgit Engsø fik en rolle", "Karen Havblik fik en mindre rolle"]
        {
            assert!(log.contains(told), "{told}");
        }
    })
    .await;
}

#[tokio::test]
async fn who_administers_reads_no_name_of_a_family_on_any_page() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut names = database.texts("SELECT name FROM family").await;
        names.extend(database.texts("SELECT name FROM person WHERE family IS NOT NULL").await);
        let mut office = app.sign_in("administrator").await;
        let mut leaving = 0;
        for (address, got) in pages(&mut office).await {
            leaving += usize::from(address.ends_with("/leave"));
            let seen: Vec<_> = names.iter().filter(|name| got.text().contains(name.as_str())).collect();
            assert!(seen.is_empty(), "{address} tells of {seen:?}");
        }
        assert!(leaving > 0, "families are handed over there");
        for address in ["/families", "/inbox", "/numbers", "/team-meeting", "/away"] {
            assert_eq!(office.get(address).await.status, StatusCode::NOT_FOUND, "{address}");
        }
    })
    .await;
}

#[tokio::test]
async fn families_read_the_numbers_and_links_of_their_municipality_and_the_log_tells_who_set_them() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        assert!(!parent.get("/team").await.text().contains("Hjælp i kommunen"), "nothing until somebody sets it");
        let mut office = app.sign_in("administrator").await;
        let usual = "opens=09:00&closes=15:00&team_meeting=2026-11-26&team_meeting_days=14&sdq_address=\
            &association_contacts=yes&staff_names=yes";
        for (wrong, why) in [
            ("help_lines=Ring", "Det ligner ikke et telefonnummer."),
            ("help_lines=1888", "Skriv også på hver linje, hvad det er."),
            ("links=http://a.dk+Hjem", "Skriv en adresse, der begynder med https://"),
            ("links=https://a.dk+a%0Ahttps://a.dk+b%0Ahttps://a.dk+c%0Ahttps://a.dk+d%0Ahttps://a.dk+e%0Ahttps://a.dk+f", "Brug højst 5 linjer."),
        ] {
            let refused = office.post("/settings", &format!("{usual}&{wrong}")).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY, "{wrong}");
            assert!(refused.text().contains(why), "{wrong}");
        }
        let form = format!("{usual}&help_lines=70+20+12+34+D%C3%B8gnvagten&links=https://kommunen.example/a%3Fb Hverdag");
        assert_eq!(office.post("/settings", &form.replace(" Hverdag", "+Hverdag")).await.status, StatusCode::SEE_OTHER);
        let team = parent.get("/team").await;
        assert!(team.body.contains("href=\"tel:70201234\"") && team.text().contains("Døgnvagten"));
        assert_eq!(team.values("href", "https://kommunen"), ["https://kommunen.example/a?b"]);
        let id = parent.get("/check-in/who5").await.hidden("id");
        let low = format!("id={id}&version=1&happy=0&calm=0&active=0&rested=0&interest=0");
        let sent = parent.post("/check-in/who5", &low).await.location().to_owned();
        let numbers = parent.get(&sent).await.values("href", "tel:");
        assert_eq!(numbers[..2], ["tel:112", "tel:70201234"], "right after who comes where there is danger");
        assert!(parent.get("/offline.json").await.body.contains("tel:70201234"), "without a net too");
        let mut lead = app.sign_in("project_lead").await;
        let log = lead.get("/administration").await.text();
        assert!(log.contains("Indstillinger blev ændret") && log.contains("70 20 12 34 Døgnvagten"));
        assert_eq!(lead.get("/staff").await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

#[tokio::test]
async fn a_unit_has_a_name_no_other_has() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut office = app.sign_in("administrator").await;
        assert_eq!(office.post("/units", "name=Nordhuset").await.status, StatusCode::SEE_OTHER);
        let again = office.post("/units", "name=Nordhuset").await;
        assert_eq!(again.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(again.text().contains("Det navn er der allerede.") && again.body.contains("value=\"Nordhuset\""));
        let unit = office.get("/units").await.values("action", "/units/").remove(0);
        let long = office.post(&unit, &format!("name={}", "a".repeat(121))).await;
        assert_eq!(long.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(long.text().contains("Det er for langt. Brug højst 120 tegn."));
        assert_eq!(office.post(&unit, "name=Sydhuset").await.status, StatusCode::SEE_OTHER);
        assert!(office.get("/staff").await.text().contains("Sydhuset"), "those who work there are listed under it");
    })
    .await;
}

//! Rights for a child, per adult: what an adviser takes away is gone on everybody's next step, on open pages too.

use app::domain::id::Id;
use axum::http::StatusCode;
use uuid::Uuid;

use crate::{
    browser::{Browser, TestApp},
    calendar::address,
    databases::{Database, Rows, each, rows},
    meetings::{book, family},
};

async fn child(database: &Database, name: &str) -> String {
    let found: Vec<(Uuid,)> = rows!(database, format!("SELECT id FROM person WHERE name = '{name} Solsort'"));
    found.first().expect("a child of the story").0.simple().to_string()
}

/// An adviser ticks just these boxes of somebody's form.
async fn write_down(adviser: &mut Browser, person: &str, ticked: &str) {
    let form = format!("/people/{person}/rights");
    let seen = adviser.get(&form).await.hidden("seen");
    let saved = adviser.post(&form, &format!("seen={seen}&{ticked}")).await;
    assert_eq!(saved.status, StatusCode::SEE_OTHER, "{}", saved.text());
    assert!(saved.location().ends_with("/children"));
}

/// On which pages of a parent's a child's first name stands.
async fn named(parent: &mut Browser, meeting: &str, name: &str) -> Vec<&'static str> {
    let mut pages = Vec::new();
    for page in [
        "/",
        "/children",
        "/plan",
        "/plan/fridge",
        "/plan/sector-plans",
        "/meetings",
        "/check-in/child",
        "/check-ins",
        "/check-ins/table.csv",
        "/sharing",
        "/notes",
        "/me",
    ] {
        let got = parent.get(page).await;
        assert_eq!(got.status, StatusCode::OK, "{page}");
        pages.extend(got.body.contains(name).then_some(page));
    }
    pages.extend(parent.get(meeting).await.body.contains(name).then_some("the meeting"));
    pages
}

#[tokio::test]
async fn what_an_adviser_takes_away_is_gone_on_the_next_step_and_comes_back_when_it_is_given_back() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let (mut adviser, mut contact) = (app.sign_in("adviser").await, app.sign_in("contact_person").await);
        let (mut mother, mut father) = (app.sign_in("parent").await, app.sign_in("other_parent").await);
        let (alma, noor) = (child(database, "Alma").await, child(database, "Noor").await);
        let (amina, jonas) = (app.person("parent"), app.person("other_parent"));
        let of_family = family(&app, &mut adviser).await;

        let meeting = book(&app, &mut adviser, &format!("day=2026-12-01&time=10:00&repeat=never&with={alma}")).await;
        let goal = mother.get("/plan").await.values("href", "/goals/").remove(0).replace("/steps/new", "");
        let new = format!("{goal}/steps/new");
        let page = mother.get(&new).await;
        let step = format!("id={}&entry={}&title=Ring&doer={alma}&due=", page.hidden("id"), page.hidden("entry"));
        assert_eq!(mother.post(&new, &step).await.status, StatusCode::SEE_OTHER);
        let plans = format!("{of_family}/sector-plans");
        let id = adviser.get(&plans).await.hidden("id");
        let pointer = format!(
            "id={id}&about={alma}&title=Plan&owner=B%C3%B8rnehuset&source=Mappen&made_on=2026-10-01&next_review="
        );
        assert_eq!(adviser.post(&plans, &pointer).await.status, StatusCode::SEE_OTHER);
        let tell = format!("/check-in/child/{alma}");
        let open = father.get(&tell).await;
        let told = format!("id={}&version=1&school=5&friends=5&leisure=5&home=5", open.hidden("id"));
        let sent = father.post(&tell, &told).await.location().to_owned();
        let share = format!("item=child-{alma}&until=2027-01-02");
        assert_eq!(father.post("/sharing", &share).await.status, StatusCode::SEE_OTHER);
        assert!(contact.get("/shared").await.text().contains("Sådan går det Alma. Svar fra Jonas"));

        let everywhere = named(&mut father, &meeting, "Alma").await;
        for page in ["/children", "/plan", "/plan/sector-plans", "/check-ins/table.csv", "/sharing", "the meeting"] {
            assert!(everywhere.contains(&page), "{page} in {everywhere:?}");
        }
        let of_mother = named(&mut mother, &meeting, "Alma").await;
        let open = father.get(&tell).await;
        assert!(open.text().contains("Alma"));

        write_down(&mut adviser, &alma, &format!("custody={amina}&may_see={amina}&lives_with={amina}")).await;
        assert_eq!(named(&mut father, &meeting, "Alma").await, Vec::<&str>::new());
        assert_eq!(named(&mut mother, &meeting, "Alma").await, of_mother, "hers are as they were");
        let late = format!("id={}&version=1&school=5&friends=5&leisure=5&home=5", open.hidden("id"));
        for got in [father.get(&tell).await, father.post(&tell, &late).await, father.get(&sent).await] {
            assert_eq!(got.status, StatusCode::NOT_FOUND, "a page that is still open");
            assert!(!got.body.contains("Alma"));
        }
        assert_eq!(father.post("/sharing", &share).await.status, StatusCode::NOT_FOUND);
        assert!(!contact.get("/shared").await.text().contains("Alma"));
        let text = father.get("/children").await.text();
        assert!(text.contains("Mangler et barn, eller passer det ikke? Sig det til Karen."), "{text}");
        assert!(mother.get("/looked").await.text().contains("Arbejdede med noget om jer."));

        write_down(&mut adviser, &alma, &format!("custody={amina}&custody={jonas}&may_see={amina}&may_see={jonas}"))
            .await;
        assert_eq!(named(&mut father, &meeting, "Alma").await, everywhere, "nothing was lost");
        assert!(contact.get("/shared").await.text().contains("Alma"));
        let history = adviser.get(&format!("{of_family}/children")).await.text();
        assert_eq!(history.matches("Karen Havblik rettede Alma Solsort").count(), 2, "{history}");

        assert!(!father.get("/children").await.text().contains("Noor"), "he never had rights for her");
        write_down(&mut adviser, &noor, &format!("custody={amina}&may_see={amina}&may_see={jonas}")).await;
        let text = father.get("/children").await.text();
        assert!(text.contains("Noor Solsort") && text.contains("Du har ikke forældremyndighed."), "{text}");
        assert!(mother.get("/children").await.text().contains("Du har forældremyndighed alene."));
    })
    .await;
}

#[tokio::test]
async fn a_protected_address_is_hidden_everywhere_at_once_and_nobody_in_the_family_is_told_of_it() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let (mut adviser, mut mother) = (app.sign_in("adviser").await, app.sign_in("parent").await);
        let mut father = app.sign_in("other_parent").await;
        let more = "day=2026-12-01&time=10:00&repeat=never&place=elsewhere&place_words=Ugleveksvej+4711";
        let of_family = family(&app, &mut adviser).await;
        let new = format!("{of_family}/meetings/new");
        let id = adviser.get(&new).await.hidden("id");
        let (amina, jonas) = (app.person("parent"), app.person("other_parent"));
        let form = format!("id={id}&title=Om+skolen&minutes=60&{more}&with={amina}&with={jonas}");
        let meeting = adviser.post(&new, &form).await.location().to_owned();
        let (calendar, mut nobody) = (address(&mut father, "full").await, app.browser());
        let shown = async |who: &mut Browser| who.get(&meeting).await.body.contains("Ugleveksvej");
        assert!(shown(&mut mother).await && shown(&mut father).await && shown(&mut adviser).await);
        assert!(nobody.get(&calendar).await.body.contains("Ugleveksvej"));

        let alma = child(database, "Alma").await;
        let both = format!("custody={amina}&custody={jonas}&may_see={amina}&may_see={jonas}");
        for (person, ticked, lifted) in
            [(alma, format!("{both}&protected=yes"), both), (amina.to_string(), "protected=yes".into(), String::new())]
        {
            write_down(&mut adviser, &person, &ticked).await;
            assert!(!shown(&mut mother).await && !shown(&mut father).await && !shown(&mut adviser).await);
            assert!(!father.get("/meetings").await.body.contains("Ugleveksvej"));
            assert!(!father.get(&format!("{meeting}/calendar.ics")).await.body.contains("Ugleveksvej"));
            assert!(!nobody.get(&calendar).await.body.contains("Ugleveksvej"));
            assert!(!adviser.get(&format!("{meeting}/edit")).await.body.contains("Ugleveksvej"));
            for page in ["/children", "/me", "/meetings", "/looked"] {
                assert!(!father.get(page).await.text().contains("eskyttet"), "{page} tells that somebody hides");
            }
            let page = adviser.get(&format!("{of_family}/children")).await.text();
            assert!(page.contains("Adressen er beskyttet."), "{page}");
            write_down(&mut adviser, &person, &lifted).await;
            assert!(shown(&mut mother).await && shown(&mut adviser).await);
        }
    })
    .await;
}

#[tokio::test]
async fn two_advisers_at_once_are_told_and_nothing_typed_is_lost() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let (mut one, mut other) = (app.sign_in("adviser").await, app.sign_in("second_adviser").await);
        let (amina, jonas) = (app.person("parent"), app.person("other_parent"));
        let form = format!("/people/{}/rights", child(database, "Alma").await);
        let (first, second) = (one.get(&form).await.hidden("seen"), other.get(&form).await.hidden("seen"));
        let hers = format!("seen={first}&custody={amina}&may_see={amina}");
        assert_eq!(one.post(&form, &hers).await.status, StatusCode::SEE_OTHER);
        let typed = format!("custody={jonas}&may_see={jonas}&may_see={amina}&protected=yes");
        let late = other.post(&form, &format!("seen={second}&{typed}")).await;
        assert_eq!(late.status, StatusCode::CONFLICT);
        let text = late.text();
        assert!(text.contains("En anden ændrede det, mens du skrev."), "{text}");
        assert!(text.contains("Har forældremyndighed alene. Ser barnets side."), "what stands there now: {text}");
        let ticked = |field: &str, who: Id<_>| {
            late.body.contains(&format!("type=\"checkbox\" name=\"{field}\" value=\"{who}\" checked"))
        };
        assert!(ticked("custody", jonas) && !ticked("custody", amina) && ticked("may_see", amina), "what was typed");
        assert!(app.sign_in("other_parent").await.get("/children").await.text().find("Alma").is_none());
        let again = format!("seen={}&{typed}", late.hidden("seen"));
        assert_eq!(other.post(&form, &again).await.status, StatusCode::SEE_OTHER);
        for (body, status) in [
            (format!("seen={second}&custody=x"), StatusCode::UNPROCESSABLE_ENTITY),
            (format!("seen={second}&custody={}", app.person("adviser")), StatusCode::UNPROCESSABLE_ENTITY),
            ("custody=x".to_owned(), StatusCode::BAD_REQUEST),
        ] {
            assert_eq!(other.post(&form, &body).await.status, status, "{body}");
        }
    })
    .await;
}

#[tokio::test]
async fn somebody_of_the_staff_who_is_only_the_contact_person_sees_nothing_of_it() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut adviser = app.sign_in("adviser").await;
        let pages = [
            format!("{}/children", family(&app, &mut adviser).await),
            format!("/people/{}/rights", app.person("parent")),
        ];
        for page in &pages {
            assert_eq!(adviser.get(page).await.status, StatusCode::OK);
        }
        let person = match database.rows {
            Rows::Sqlite(_) => format!("X'{}'", app.person("adviser").uuid().simple()),
            Rows::Postgres(_) => format!("'{}'", app.person("adviser").uuid()),
        };
        let contact = format!("SELECT family FROM person WHERE name = '{}'", app.cast["parent"].name);
        for sql in [
            format!("UPDATE team_member SET until = 0 WHERE part = 'contact_person' AND family = ({contact})"),
            format!("UPDATE team_member SET part = 'contact_person' WHERE person = {person} AND family = ({contact})"),
        ] {
            database.run(sql).await;
        }
        for page in &pages {
            assert_eq!(adviser.get(page).await.status, StatusCode::NOT_FOUND, "{page}");
        }
    })
    .await;
}

//! What a family shows to whom, and who looked: both are the family's to see.

use std::{collections::BTreeSet, sync::Mutex};

use app::domain::id::Id;
use axum::http::StatusCode;
use proptest::{prelude::*, test_runner::TestRunner};
use tokio::{runtime::Handle, task::block_in_place};
use uuid::Uuid;

use crate::{
    browser::{PIXEL, TestApp, at},
    databases::{Database, Rows, each, rows},
};

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
async fn repeated_looks_of_a_day_are_one_row_and_those_for_one_thing_can_be_chosen() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut adviser = app.sign_in("adviser").await;
        let whose = format!("SELECT family FROM person WHERE id = {}", literal(database, app.person("parent").uuid()));
        let family = format!("/families/{}", id_of(database, &whose).await.simple());
        for _ in 0..3 {
            adviser.get(&family).await;
        }
        adviser.get(&format!("{family}/sector-plans")).await;
        app.sign_in("second_adviser").await.get(&family).await;
        app.clock.set(app.clock.now().plus_days(1));
        app.sign_in("adviser").await.get(&family).await;

        let mut parent = app.sign_in("parent").await;
        let text = parent.get("/looked").await.text();
        assert!(text.contains("Så jeres side. 3 gange den dag."), "{text}");
        assert_eq!(text.matches("Så jeres side.").count(), 3, "two days, two people: {text}");
        assert_eq!(text.matches("gange den dag").count(), 1, "one look is not told as several: {text}");

        let plans = parent.get("/looked?what=sector_plans").await;
        assert!(plans.text().contains("Så, hvor jeres andre planer ligger."));
        assert!(!plans.text().contains("Så jeres side."), "{}", plans.text());
        assert!(plans.body.contains("<option value=\"sector_plans\" selected"), "what was chosen stays chosen");
        let table = plans.values("href", "/looked/table.csv").remove(0).replace("&amp;", "&");
        let csv = parent.get(&table).await.body;
        assert_eq!(csv.lines().count(), 2, "{csv}");
        assert!(csv.contains("Så, hvor jeres andre planer ligger."));
        let none = parent.get("/looked?what=plan&by=staff&back=week").await.text();
        assert!(none.contains("Her er ikke noget, der passer til det, du har valgt."));
        for unknown in ["/looked?what=check_in", "/looked?what=%00", "/looked?what=plan&what=plan"] {
            assert_eq!(parent.get(unknown).await.text().matches("Så jeres side.").count(), 3, "{unknown}");
        }
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
        assert!(beforehand.body.contains("<fieldset disabled class=\"path\""), "nothing in it can be pressed");
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

#[tokio::test]
async fn what_ended_by_itself_is_asked_about_once_and_kindly() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        parent.post("/sharing", "item=goals&until=2026-11-24").await;
        assert!(!parent.get("/").await.text().contains("stadig"));
        app.clock.set(at("2026-11-25 09:00"));
        let mut parent = app.sign_in("parent").await;
        let first = app.cast["contact_person"].name.split(' ').next().expect("a first name").to_owned();
        let question = format!("Skal {first} stadig kunne se målene?");
        assert!(!app.sign_in("other_parent").await.get("/").await.text().contains(&question), "it is hers");
        for page in ["/", "/sharing"] {
            let got = parent.get(page).await;
            assert!(got.text().contains(&question) && got.body.contains("href=\"/sharing/preview/goals\""), "{page}");
        }
        let again = parent.get("/").await.values("action", "/consents/").remove(0);
        for form in ["", "again=maybe&from=home", "again=yes&from=elsewhere"] {
            assert_eq!(parent.post(&again, form).await.status, StatusCode::BAD_REQUEST, "{form}");
        }
        let yes = parent.post(&again, "again=yes&from=home").await;
        assert_eq!((yes.status, yes.location()), (StatusCode::SEE_OTHER, "/"));
        assert!(!parent.get("/").await.text().contains(&question));
        let name = app.cast["contact_person"].name.clone();
        let sharing = parent.get("/sharing").await.text();
        assert!(sharing.contains(&format!("{name} må se målene til og med")), "{sharing}");
    })
    .await;
}

#[tokio::test]
async fn a_family_changes_its_contact_person_with_one_press_and_the_old_one_sees_nothing_more() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let (mut parent, mut contact) = (app.sign_in("parent").await, app.sign_in("contact_person").await);
        let family = app.cast["parent"].name.rsplit(' ').next().expect("a last name").to_owned();
        assert!(contact.get("/shared").await.text().contains(&family));
        assert!(parent.get("/team").await.body.contains("href=\"/contact\""));
        let page = parent.get("/contact").await;
        assert!(page.text().contains("I kan skifte, når I vil, og I skal ikke sige hvorfor."));
        let adviser = app.person("adviser");
        assert!(page.body.contains(&format!("name=\"person\" value=\"{adviser}\"")), "{}", page.body);
        let refused = parent.post("/contact/wish", "name=&phone=12").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Det ligner ikke et telefonnummer."));
        assert_eq!(parent.post("/contact", "person=x").await.status, StatusCode::BAD_REQUEST);

        let chosen = parent.post("/contact", &format!("person={adviser}")).await;
        assert_eq!((chosen.status, chosen.location()), (StatusCode::SEE_OTHER, "/contact"));
        assert!(!contact.get("/shared").await.text().contains(&family), "an open page shows nothing either");
        assert!(parent.get("/sharing").await.text().contains("hjælper jer fra kommunen og ser jeres plan i forvejen."));
        assert!(parent.get("/sharing").await.text().contains("Stoppet i dag kl. 9 af Amina"));

        let wished = parent.post("/contact/wish", "name=Kim+Klub&phone=87654321").await;
        assert_eq!((wished.status, wished.location()), (StatusCode::SEE_OTHER, "/contact"));
        assert!(parent.get("/contact").await.text().contains("Amina har ønsket Kim Klub."));
        let mut staff = app.sign_in("adviser").await;
        let whose = format!("SELECT family FROM person WHERE id = {}", literal(database, app.person("parent").uuid()));
        let page = staff.get(&format!("/families/{}", id_of(database, &whose).await.simple())).await;
        assert!(page.text().contains("Amina ønsker Kim Klub som kontaktperson."));
        let grant = page.values("action", "/contact-wishes/").remove(0);
        let invitation = staff.post(&grant, "").await;
        assert_eq!(invitation.status, StatusCode::OK);
        assert!(invitation.text().contains("Kim Klub") && invitation.body.contains("/sign-in/"));
        assert!(parent.get("/team").await.text().contains("Kim Klub"));
        assert_eq!(staff.post(&grant, "").await.status, StatusCode::NOT_FOUND, "once");
        assert!(parent.get("/looked").await.text().contains("Hjalp jer med jeres kontaktperson."));
    })
    .await;
}

#[tokio::test]
async fn a_family_sees_the_face_an_adviser_shows_and_nobody_keeps_it_on_the_way() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let (mut parent, mut adviser) = (app.sign_in("parent").await, app.sign_in("adviser").await);
        let address = format!("/photos/{}", app.person("adviser"));
        assert!(!parent.get("/team").await.body.contains(&address));
        assert_eq!(parent.get(&address).await.status, StatusCode::NOT_FOUND);
        for file in [&b""[..], b"<svg>"] {
            let refused = adviser.post_file("/me/photo", "photo", file).await;
            assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
            assert!(refused.text().contains("Vælg et billede som JPEG, PNG eller WebP."), "{}", refused.text());
        }
        let large = adviser.post_file("/me/photo", "photo", &vec![0; 6 * 1024 * 1024]).await;
        assert_eq!(large.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(adviser.post("/me/photo", "photo=x").await.status, StatusCode::BAD_REQUEST);
        let kept = adviser.post_file("/me/photo", "photo", PIXEL).await;
        assert_eq!((kept.status, kept.location()), (StatusCode::SEE_OTHER, "/me"));
        assert!(parent.get("/team").await.body.contains(&format!("src=\"{address}\"")));
        let face = parent.get(&address).await;
        assert_eq!((face.status, face.header("content-type")), (StatusCode::OK, "image/jpeg"));
        assert_eq!(face.header("cache-control"), "private, max-age=3600");
        assert_eq!(adviser.post("/me/photo/remove", "").await.status, StatusCode::SEE_OTHER);
        assert_eq!(parent.get(&address).await.status, StatusCode::NOT_FOUND);
    })
    .await;
}

async fn id_of(database: &Database, sql: &str) -> Uuid {
    let found: Vec<(Uuid,)> = rows!(database, sql);
    found.first().expect(sql).0
}

/// An id as a literal of either database.
fn literal(database: &Database, id: Uuid) -> String {
    match database.rows {
        Rows::Sqlite(_) => format!("X'{}'", id.simple()),
        Rows::Postgres(_) => format!("'{id}'"),
    }
}

const ITEMS: [&str; 6] = ["meetings", "goals", "steps", "check_ins", "notes", "child"];

/// A yes: who gave it, to what, about which child, for whom, and its hours.
#[derive(Clone, Debug)]
struct Yes {
    giver: usize,
    item: usize,
    child: usize,
    recipient: usize,
    from: i64,
    until: i64,
    stopped: Option<i64>,
}

/// Some consents, which of two children each of two parents has rights for, whom of these four the family is without,
/// the hour, who looks, and whether the municipality has contact persons from outside.
#[derive(Clone, Debug)]
struct Case {
    yeses: Vec<Yes>,
    rights: [[bool; 2]; 2],
    gone: Option<Gone>,
    hour: i64,
    viewer: usize,
    outside: bool,
}

/// Somebody who left the family.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Gone {
    Parent(usize),
    Child(usize),
}

/// What the page must show, from the rule as it is told to families.
fn rule(case: &Case) -> BTreeSet<String> {
    let given = |item: &str, giver: usize, child: usize| {
        case.yeses.iter().any(|yes| {
            ITEMS[yes.item] == item
                && yes.giver == giver
                && case.gone != Some(Gone::Parent(giver))
                && (item != "child"
                    || yes.child == child && case.rights[giver][child] && case.gone != Some(Gone::Child(child)))
                && yes.recipient == case.viewer
                && (yes.from..yes.until).contains(&case.hour)
                && yes.stopped.is_none_or(|stopped| case.hour < stopped)
        })
    };
    let any = |item| given(item, 0, 0) || given(item, 1, 0);
    let mut shown = BTreeSet::new();
    let mut show = |yes: bool, what: String| yes.then(|| shown.insert(what));
    show(any("meetings"), "meeting of nobody".into());
    show(any("goals"), "goal".into());
    show(any("goals") && any("steps"), "step".into());
    for giver in [0, 1] {
        show(given("meetings", giver, 0), format!("meeting {giver}"));
        show(given("check_ins", giver, 0), format!("told {giver}"));
        show(given("notes", giver, 0), format!("note {giver}"));
        for child in [0, 1] {
            show(given("child", giver, child), format!("child {child} by {giver}"));
        }
    }
    if case.viewer == 0 && case.outside { shown } else { BTreeSet::new() }
}

fn cases() -> impl Strategy<Value = Case> {
    let item = prop_oneof![5 => 0..5usize, 5 => Just(5usize)];
    let stopped = prop::option::weighted(0.3, 0..10i64);
    let yes = (0..2usize, item, 0..2usize, 0..2usize, 0..4i64, 0..12i64, stopped);
    let yes = yes.prop_map(|(giver, item, child, recipient, from, hours, stopped)| {
        let recipient = usize::from(recipient == 1 && from == 0);
        Yes { giver, item, child, recipient, from, until: from + hours, stopped }
    });
    let viewer = prop_oneof![9 => Just(0usize), 1 => Just(1usize)];
    let outside = prop::bool::weighted(0.9);
    let gone = prop_oneof![4 => Just(None), 1 => (0..2usize).prop_map(|at| Some(Gone::Parent(at))), 2 => (0..2usize).prop_map(|at| Some(Gone::Child(at)))];
    (prop::collection::vec(yes, 0..8), any::<[[bool; 2]; 2]>(), gone, 0..10i64, viewer, outside)
        .prop_map(|(yeses, rights, gone, hour, viewer, outside)| Case { yeses, rights, gone, hour, viewer, outside })
}

/// A case as it would be without a condition.
type Without = fn(&Case) -> Case;

/// The conditions of a consent that must each have decided what the page shows, in at least one of the cases met.
const DECIDING: [(&str, Without); 4] = [
    ("the giver's rights for the child", |case| Case { rights: [[true; 2]; 2], ..case.clone() }),
    ("whether the giver or the child is there", |case| Case { gone: None, ..case.clone() }),
    ("whether it was stopped", |case| {
        let yeses = case.yeses.iter().map(|yes| Yes { stopped: None, ..yes.clone() }).collect();
        Case { yeses, ..case.clone() }
    }),
    ("its hours", |case| {
        let yeses = case.yeses.iter().map(|yes| Yes { from: 0, until: 99, ..yes.clone() }).collect();
        Case { yeses, ..case.clone() }
    }),
];

/// Whom and what the cases are about, and the words by which the page tells what it shows.
struct Scene {
    start: app::domain::moment::Moment,
    municipality: String,
    family: String,
    parents: [String; 2],
    children: [String; 2],
    recipients: [Id<app::domain::person::Person>; 2],
    signs: Vec<(String, String)>,
}

async fn scene(app: &TestApp, database: &Database) -> Scene {
    let parents = ["parent", "other_parent"].map(|role| literal(database, app.person(role).uuid()));
    let of = |column: &str| format!("SELECT {column} FROM person WHERE id = {}", parents[0]);
    let family = literal(database, id_of(database, &of("family")).await);
    let municipality = literal(database, id_of(database, &of("municipality")).await);
    let own = format!("SELECT id FROM person WHERE family = {family} AND role = 'child' ORDER BY id");
    let children: Vec<(Uuid,)> = rows!(database, own);
    let children = [0, 1].map(|at| literal(database, children[at].0));
    let stranger = format!(
        "SELECT p.id FROM person p WHERE p.role = 'contact_person' AND p.municipality = {municipality} AND NOT EXISTS (
            SELECT 1 FROM team_member t WHERE t.person = p.id AND t.family = {family}) ORDER BY p.id"
    );
    let stranger = Id::from_uuid(id_of(database, &stranger).await);
    database.run(format!("DELETE FROM participant WHERE family = {family}")).await;
    database.run(format!("DELETE FROM meeting WHERE family = {family}")).await;
    database.run(format!("DELETE FROM guardianship WHERE family = {family}")).await;
    let fresh = || literal(database, Id::<()>::fresh(app.clock.now()).uuid());
    for who in ["0", "1", "nobody"] {
        let meeting = fresh();
        database
            .run(format!(
                "INSERT INTO meeting (id, municipality, family, title, starts_local, zone, starts_at, minutes, place,
                    place_words) VALUES ({meeting}, {municipality}, {family}, 'Møde', '2026-12-24T10:00',
                    'Europe/Copenhagen', 1798102800, 60, 'elsewhere', 'ugle-sted-{who}')"
            ))
            .await;
        if let Some(parent) = who.parse::<usize>().ok().map(|at| &parents[at]) {
            database
                .run(format!(
                    "INSERT INTO participant (municipality, family, meeting, person)
                    VALUES ({municipality}, {family}, {meeting}, {parent})"
                ))
                .await;
        }
    }
    for (at, parent) in parents.iter().enumerate() {
        database
            .run(format!(
                "INSERT INTO note (id, municipality, family, person, words, written_at)
                VALUES ({}, {municipality}, {family}, {parent}, 'ugle-note-{at}', 0)",
                fresh()
            ))
            .await;
    }
    let text = async |sql: String| database.texts(&sql).await.remove(0);
    let goal = format!("FROM goal WHERE family = {family} AND state = 'live' ORDER BY position LIMIT 1");
    let step =
        format!("SELECT title FROM step WHERE goal = (SELECT id {goal}) AND done_at IS NULL ORDER BY position LIMIT 1");
    let first = async |id: &String| {
        let name = text(format!("SELECT name FROM person WHERE id = {id}")).await;
        name.split(' ').next().expect("a first name").to_owned()
    };
    let mut signs = vec![
        ("meeting of nobody".to_owned(), "ugle-sted-nobody".to_owned()),
        ("goal".into(), text(format!("SELECT title {goal}")).await),
        ("step".into(), text(step).await),
    ];
    for (giver, parent) in parents.iter().enumerate() {
        let name = first(parent).await;
        signs.push((format!("meeting {giver}"), format!("ugle-sted-{giver}")));
        signs.push((format!("told {giver}"), format!("Sådan har {name} det")));
        signs.push((format!("note {giver}"), format!("ugle-note-{giver}")));
        for (at, child) in children.iter().enumerate() {
            let about = format!("Sådan går det {}. Svar fra {name}", first(child).await);
            signs.push((format!("child {at} by {giver}"), about));
        }
    }
    let recipients = [app.person("contact_person"), stranger];
    Scene { start: app.clock.now(), municipality, family, parents, children, recipients, signs }
}

/// Plays a case and tells what the page shows, and whether it names the family.
async fn play_case(app: &TestApp, database: &Database, scene: &Scene, case: &Case) -> (BTreeSet<String>, bool) {
    let Scene { municipality, family, parents, children, .. } = scene;
    let hour = |hours: i64| scene.start.plus_seconds(hours * 3600).seconds();
    let mut sql = vec![
        format!("DELETE FROM consent WHERE family = {family}"),
        format!("DELETE FROM guardianship WHERE family = {family}"),
        format!("UPDATE municipality SET association_contacts = {} WHERE id = {municipality}", case.outside),
        format!("UPDATE person SET left_at = NULL WHERE family = {family}"),
    ];
    let gone = match case.gone {
        None => None,
        Some(Gone::Parent(at)) => Some(&parents[at]),
        Some(Gone::Child(at)) => Some(&children[at]),
    };
    sql.extend(gone.map(|id| format!("UPDATE person SET left_at = 0 WHERE id = {id}")));
    for (adult, rights) in parents.iter().zip(case.rights) {
        sql.extend(children.iter().zip(rights).map(|(child, may_see)| {
            format!(
                "INSERT INTO guardianship (municipality, family, child, adult, custody, may_see)
                VALUES ({municipality}, {family}, {child}, {adult}, TRUE, {may_see})"
            )
        }));
    }
    sql.extend(case.yeses.iter().map(|yes| {
        let (item, id) = (ITEMS[yes.item], Id::<()>::fresh(scene.start).uuid());
        let child = if item == "child" { children[yes.child].clone() } else { "NULL".into() };
        let stopped = yes.stopped.map_or_else(|| "NULL".into(), |at| hour(at).to_string());
        format!(
            "INSERT INTO consent
                (id, municipality, family, recipient, item, child, given_by, given_at, ends_at, withdrawn_at)
            VALUES ({}, {municipality}, {family}, {}, '{item}', {child}, {}, {}, {}, {stopped})",
            literal(database, id),
            literal(database, scene.recipients[yes.recipient].uuid()),
            parents[yes.giver],
            hour(yes.from),
            hour(yes.until),
        )
    }));
    database.run(sql.join(";\n")).await;
    app.clock.set(scene.start.plus_seconds(case.hour * 3600));
    let mut viewer = app.sign_in_as(scene.recipients[case.viewer]).await;
    let text = viewer.get("/shared").await.text();
    let shown = scene.signs.iter().filter(|(_, sign)| text.contains(sign)).map(|(what, _)| what.clone()).collect();
    (shown, text.contains("Familien Solsort"))
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_shared_for_whatever_time_the_page_shows_what_the_rule_says() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let scene = scene(&app, database).await;
        let mut runner = TestRunner::new(ProptestConfig { cases: 96, failure_persistence: None, ..Default::default() });
        let met = Mutex::new(Vec::new());
        let outcome = runner.run(&cases(), |case| {
            met.lock().expect("no case failed").push(case.clone());
            let play = play_case(&app, database, &scene, &case);
            let (shown, named) = block_in_place(|| Handle::current().block_on(play));
            let told = rule(&case);
            prop_assert_eq!(&shown, &told);
            prop_assert!(named || told.is_empty(), "the family is named where it shares something");
            Ok(())
        });
        outcome.unwrap_or_else(|failure| panic!("{failure}"));
        let met = met.into_inner().expect("no case failed");
        for (condition, without) in DECIDING {
            assert!(met.iter().any(|case| rule(case) != rule(&without(case))), "no case was about {condition}");
        }
    })
    .await;
}

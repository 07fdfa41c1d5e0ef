//! What children say: hidden from every parent until an adviser opens it to one, and gone again when it is closed.

use std::collections::{BTreeMap, BTreeSet};

use app::domain::id::Id;
use axum::http::StatusCode;
use proptest::{prelude::*, test_runner::TestRunner};
use tokio::{runtime::Handle, task::block_in_place};
use uuid::Uuid;

use crate::{
    browser::{Browser, TestApp},
    databases::{Database, Rows, each, rows},
    meetings::family,
    pages::pages,
};

fn literal(database: &Database, id: Uuid) -> String {
    match database.rows {
        Rows::Sqlite(_) => format!("X'{}'", id.simple()),
        Rows::Postgres(_) => format!("'{id}'"),
    }
}

async fn child(database: &Database, name: &str) -> Uuid {
    let found: Vec<(Uuid,)> = rows!(database, format!("SELECT id FROM person WHERE name = '{name} Solsort'"));
    found.first().expect("a child of the story").0
}

/// Writes down what a child said; gives the id it has.
async fn write(adviser: &mut Browser, child: Uuid, words: &str) -> String {
    let page = format!("/people/{}/words", child.simple());
    let id = adviser.get(&page).await.hidden("id");
    let form = format!("id={id}&words={words}&heard_by=Frk.+Nielsen&heard_on=2026-11-20");
    let written = adviser.post(&page, &form).await;
    assert_eq!((written.status, written.location()), (StatusCode::SEE_OTHER, page.as_str()));
    id
}

#[tokio::test]
async fn an_adviser_opens_a_childs_words_to_one_parent_and_closes_them_again() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let (mut adviser, mut mother) = (app.sign_in("adviser").await, app.sign_in("parent").await);
        let (mut father, mut contact) = (app.sign_in("other_parent").await, app.sign_in("contact_person").await);
        let alma = child(database, "Alma").await;
        let page = format!("/people/{}/words", alma.simple());
        let id = adviser.get(&page).await.hidden("id");
        let empty = adviser.post(&page, &format!("id={id}&words=&heard_by=Karen&heard_on=2026-11-24")).await;
        assert_eq!(empty.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(empty.text().contains("Skriv noget her.") && empty.body.contains("value=\"Karen\""), "all is kept");
        let id = write(&mut adviser, alma, "ugle-tuder-4711").await;
        let read = adviser.get(&page).await;
        assert!(read.text().contains("ugle-tuder-4711") && read.text().contains("Ingen forælder kan se det."));
        assert!(read.text().contains("Sagt til Frk. Nielsen"), "{}", read.text());
        assert!(app.sign_in("second_adviser").await.get(&page).await.text().contains("ugle-tuder-4711"));

        let mother_id = app.person("parent");
        let open = format!("/words/{id}/open/{mother_id}");
        assert!(read.values("href", "/words/").contains(&open), "{:?}", read.values("href", "/words/"));
        let confirm = adviser.get(&open).await;
        let text = confirm.text();
        assert!(text.contains("Amina Solsort kan læse det her, så snart du åbner. Tal med Alma først."), "{text}");
        assert!(text.contains("Alma har sagt ja til det.") && text.contains("ugle-tuder-4711"));
        let refused = adviser.post(&open, "").await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.text().contains("Vælg et af svarene."), "{}", refused.text());
        assert!(!mother.get("/children").await.body.contains("ugle-tuder-4711"), "nothing is opened by looking");

        let opened = adviser.post(&open, "assent=agreed").await;
        assert_eq!((opened.status, opened.location()), (StatusCode::SEE_OTHER, page.as_str()));
        let text = mother.get("/children").await.text();
        assert!(text.contains("Det har Alma sagt") && text.contains("ugle-tuder-4711"), "{text}");
        assert!(!father.get("/children").await.body.contains("ugle-tuder-4711"), "to her alone");
        let text = adviser.get(&page).await.text();
        for words in ["Amina kan læse det.", "Åbnet af Karen Havblik i dag kl. 9.", "Alma har sagt ja til det."] {
            assert!(text.contains(words), "{words}: {text}");
        }

        let close = format!("/words/{id}/close/{mother_id}");
        for browser in [&mut mother, &mut father, &mut contact] {
            for address in [&page, &open, &close] {
                assert!(!browser.get(address).await.status.is_success(), "{address}");
                assert_eq!(browser.post(address, "assent=agreed").await.status, StatusCode::NOT_FOUND);
            }
        }
        let closed = adviser.post(&close, "").await;
        assert_eq!((closed.status, closed.location()), (StatusCode::SEE_OTHER, page.as_str()));
        assert!(!mother.get("/children").await.body.contains("ugle-tuder-4711"), "on the next step");
        let text = adviser.get(&page).await.text();
        assert!(text.contains("Amina kunne læse det fra") && text.contains("Karen Havblik lukkede"), "{text}");
        let nobody = format!("/words/{id}/close/{}", app.person("other_parent"));
        assert_eq!(adviser.post(&nobody, "").await.status, StatusCode::NOT_FOUND, "never opened to him");
    })
    .await;
}

/// A page without what is new on it each time: ids, and what a script must carry.
fn lasting(body: &str) -> String {
    let is_hex = |c: char| c.is_ascii_hexdigit();
    let mut lasting = String::new();
    let mut run = String::new();
    for c in body.chars().chain(['\n']) {
        if is_hex(c) {
            run.push(c);
            continue;
        }
        lasting.push_str(if run.len() == 32 { "…" } else { &run });
        run.clear();
        lasting.push(c);
    }
    lasting
}

/// Everything somebody reads, page by page, with what they take along.
async fn everything(browser: &mut Browser) -> BTreeMap<String, String> {
    let mut all: BTreeMap<String, String> =
        pages(browser).await.into_iter().map(|(address, got)| (lasting(&address), lasting(&got.body))).collect();
    for file in ["/check-ins/table.csv", "/check-ins/answers.json", "/looked/table.csv"] {
        all.insert(file.to_owned(), lasting(&browser.get(file).await.body));
    }
    all
}

#[tokio::test]
async fn nobody_outside_the_team_learns_that_there_is_something_hidden() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut people = Vec::new();
        // What the contact person looks at stands in the parents' log of looks.
        for role in ["contact_person", "other_parent", "parent"] {
            let mut browser = app.sign_in(role).await;
            let before = everything(&mut browser).await;
            people.push((role, browser, before));
        }
        let adviser = literal(database, app.person("adviser").uuid());
        for name in ["Noor", "Villads", "Alma"] {
            for nth in 0..2 {
                let id = literal(database, Id::<()>::fresh(app.clock.now()).uuid());
                let child = literal(database, child(database, name).await);
                database
                    .run(format!(
                        "INSERT INTO child_words
                            (id, municipality, family, child, author, heard_by, heard_on, words, written_at)
                        SELECT {id}, municipality, family, id, {adviser}, 'Frk. Nielsen', '2026-11-20',
                            'ugle-tuder-{nth}', 0 FROM person WHERE id = {child}"
                    ))
                    .await;
            }
        }
        for (role, mut browser, before) in people.into_iter().rev() {
            let after = everything(&mut browser).await;
            assert_eq!(before.keys().collect::<Vec<_>>(), after.keys().collect::<Vec<_>>(), "{role}");
            for (address, page) in &before {
                assert!(after[address] == *page, "{role} sees something new at {address}");
            }
        }
        let mut adviser = app.sign_in("adviser").await;
        for name in ["Noor", "Villads", "Alma"] {
            let page = format!("/people/{}/words", child(database, name).await.simple());
            assert!(adviser.get(&page).await.body.contains("ugle-tuder-1"), "the team reads it");
        }
        let found = adviser.post("/families", "search=ugle-tuder").await;
        assert!(found.values("href", "/families/").is_empty(), "and finds no family by it");
    })
    .await;
}

/// What an adviser does with two things a child said, for two parents.
#[derive(Clone, Copy, Debug)]
enum Deed {
    Open(usize, usize),
    Close(usize, usize),
    Rights([bool; 2]),
}

fn deeds() -> impl Strategy<Value = Vec<Deed>> {
    let at = || (0..2usize, 0..2usize);
    let deed = prop_oneof![
        4 => at().prop_map(|(words, parent)| Deed::Open(words, parent)),
        2 => at().prop_map(|(words, parent)| Deed::Close(words, parent)),
        2 => any::<[bool; 2]>().prop_map(Deed::Rights),
    ];
    prop::collection::vec(deed, 1..8)
}

const SAID: [&str; 2] = ["ugle-tuder-0", "ugle-tuder-1"];

struct Scene {
    adviser: Browser,
    parents: [(Browser, String); 2],
    child: String,
    words: [String; 2],
}

impl Scene {
    async fn does(&mut self, deed: Deed) {
        match deed {
            Deed::Open(words, parent) => {
                let address = format!("/words/{}/open/{}", self.words[words], self.parents[parent].1);
                self.adviser.post(&address, "assent=told").await;
            }
            Deed::Close(words, parent) => {
                let address = format!("/words/{}/close/{}", self.words[words], self.parents[parent].1);
                self.adviser.post(&address, "").await;
            }
            Deed::Rights(may_see) => {
                let form = format!("/people/{}/rights", self.child);
                let seen = self.adviser.get(&form).await.hidden("seen");
                let adults = self.parents.iter().zip(may_see).filter(|(_, may)| *may);
                let ticked: String = adults.map(|((_, id), _)| format!("&may_see={id}")).collect();
                let saved = self.adviser.post(&form, &format!("seen={seen}{ticked}")).await;
                assert_eq!(saved.status, StatusCode::SEE_OTHER);
            }
        }
    }

    /// Which of the words each parent reads.
    async fn reads(&mut self) -> [BTreeSet<usize>; 2] {
        let mut read = [BTreeSet::new(), BTreeSet::new()];
        for ((parent, _), read) in self.parents.iter_mut().zip(&mut read) {
            let page = parent.get("/children").await.body;
            read.extend(SAID.iter().enumerate().filter(|(_, said)| page.contains(**said)).map(|(at, _)| at));
        }
        read
    }
}

/// Which of the words each parent reads, from the rule as it is told to staff.
fn rule(deeds: &[Deed]) -> [BTreeSet<usize>; 2] {
    let (mut rights, mut open) = ([true; 2], [BTreeSet::new(), BTreeSet::new()]);
    for deed in deeds {
        match *deed {
            Deed::Open(words, parent) if rights[parent] => {
                open[parent].insert(words);
            }
            Deed::Open(..) => {}
            Deed::Close(words, parent) => {
                open[parent].remove(&words);
            }
            Deed::Rights(may_see) => rights = may_see,
        }
    }
    let [mut one, mut other] = open;
    for (open, has_rights) in [(&mut one, rights[0]), (&mut other, rights[1])] {
        open.retain(|_| has_rights);
    }
    [one, other]
}

#[tokio::test(flavor = "multi_thread")]
async fn whatever_is_opened_closed_and_taken_away_each_parent_reads_what_the_rule_says() {
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut adviser = app.sign_in("adviser").await;
        family(&app, &mut adviser).await;
        let alma = child(database, "Alma").await;
        let words = [write(&mut adviser, alma, SAID[0]).await, write(&mut adviser, alma, SAID[1]).await];
        let parents = [
            (app.sign_in("parent").await, app.person("parent").to_string()),
            (app.sign_in("other_parent").await, app.person("other_parent").to_string()),
        ];
        let scene = Scene { adviser, parents, child: alma.simple().to_string(), words };
        let mut runner = TestRunner::new(ProptestConfig { cases: 48, failure_persistence: None, ..Default::default() });
        let met = std::sync::Mutex::new(0);
        let outcome = runner.run(&deeds(), |deeds| {
            let mut scene = Scene {
                adviser: scene.adviser.clone(),
                parents: scene.parents.clone(),
                child: scene.child.clone(),
                words: scene.words.clone(),
            };
            let play = async {
                for (words, parent) in [(0, 0), (0, 1), (1, 0), (1, 1)] {
                    scene.does(Deed::Close(words, parent)).await;
                }
                scene.does(Deed::Rights([true; 2])).await;
                for deed in &deeds {
                    scene.does(*deed).await;
                }
                scene.reads().await
            };
            let told = rule(&deeds);
            prop_assert_eq!(block_in_place(|| Handle::current().block_on(play)), told.clone());
            let without = |deed: &Deed| !matches!(deed, Deed::Rights(_));
            let deciding = rule(&deeds.iter().copied().filter(without).collect::<Vec<_>>()) != told;
            *met.lock().expect("no case failed") += usize::from(deciding);
            Ok(())
        });
        outcome.unwrap_or_else(|failure| panic!("{failure}"));
        assert!(*met.lock().expect("no case failed") > 0, "no case was about rights");
    })
    .await;
}

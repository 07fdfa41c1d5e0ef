//! An instrument is a value and its words: a throw-away one goes through every page, the store, the chart and the
//! exports, and nothing else was made for it.

use app::{
    domain::{
        checkin::{About, Instrument, Look, Question, Teller, add},
        rhythm::Rhythm,
    },
    text::{self, InstrumentText},
};
use axum::http::StatusCode;

use crate::{
    browser::{Browser, TestApp, at},
    databases::each,
};

static TOMATO: Instrument = Instrument {
    key: "tomato",
    version: 3,
    teller: Teller::Parent,
    about: About::Teller,
    items: &[
        Question { key: "ripe", answers: &[1, 2, 3], look: Look::Words },
        Question { key: "many", answers: &[0, 10, 20], look: Look::Scale },
    ],
    score: |answers| answers.iter().sum(),
    range: (1, 23),
    higher_is_better: true,
    marks: |_| &[],
    level: None,
    change: 5,
    rhythm: Rhythm::Never,
    published: None,
};

/// The words of the throw-away instrument, the same in every language.
pub(crate) static WORDS: InstrumentText = InstrumentText {
    key: "tomato",
    title: "Tomaternes trivsel",
    lead: "I drivhuset …",
    items: &[("ripe", "Er de røde?"), ("many", "Hvor mange er der?")],
    answers: &[(1, "Grønne"), (2, "Gule"), (3, "Røde")],
    choices: &[],
    ends: Some(("Ingen", "Fuldt hus")),
    own_words: None,
    source: "Fra naboens have.",
};

async fn tell(parent: &mut Browser, answers: &str) -> String {
    let id = parent.get("/check-in/tomato").await.hidden("id");
    let sent = parent.post("/check-in/tomato", &format!("id={id}&version=3&{answers}")).await;
    assert_eq!((sent.status, sent.location()), (StatusCode::SEE_OTHER, format!("/check-ins/{id}").as_str()));
    id
}

#[tokio::test]
async fn one_more_instrument_is_a_value_and_its_words() {
    add(&TOMATO);
    text::add(&WORDS);
    each(async |database| {
        let app = TestApp::start(&database.db).await;
        let mut parent = app.sign_in("parent").await;
        let page = parent.get("/check-in/tomato").await;
        for words in ["Tomaternes trivsel", "Er de røde?", "Gule", "Fuldt hus", "Fra naboens have."] {
            assert!(page.text().contains(words), "{words}");
        }
        let refused =
            parent.post("/check-in/tomato", &format!("id={}&version=3&ripe=4&many=5", page.hidden("id"))).await;
        assert_eq!(refused.status, StatusCode::UNPROCESSABLE_ENTITY);
        assert!(refused.body.contains("id=\"ripe-problem\"") && refused.body.contains("id=\"many-problem\""));

        tell(&mut parent, "ripe=1&many=10").await;
        app.clock.set(at("2026-12-21 09:00"));
        let mut parent = app.sign_in("parent").await;
        let id = tell(&mut parent, "ripe=3&many=20").await;
        assert!(parent.get(&format!("/check-ins/{id}")).await.text().contains("Det er lidt bedre end sidst."));

        let history = parent.get("/check-ins").await;
        let chart = history
            .body
            .split("<svg")
            .find(|svg| svg.contains("aria-label=\"Tomaternes trivsel"))
            .and_then(|svg| svg.split("</svg>").next())
            .expect("a chart");
        assert!(chart.contains("Det første er 11") && chart.contains("Det sidste er 23"), "{chart}");

        let table = parent.get("/check-ins/table.csv").await;
        assert!(table.body.lines().any(|line| line.contains("Tomaternes trivsel") && line.contains("23")));
        let answers: serde_json::Value =
            serde_json::from_str(&parent.get("/check-ins/answers.json").await.body).expect("JSON");
        let told = answers.to_string();
        assert!(told.contains("tomato") && told.contains("ripe"), "{told}");

        let mut adviser = app.sign_in("adviser").await;
        let opened = adviser.get(&format!("/inbox/{id}")).await;
        for words in ["Tal: 23 af 23", "Sidst var tallet 11.", "Er de røde?", "Røde"] {
            assert!(opened.text().contains(words), "{words}");
        }
    })
    .await;
}

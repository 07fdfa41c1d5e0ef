//! What was told as FHIR R4 (version 4.0.1): a response to a questionnaire for each check-in, and for an instrument whose
//! score has a published code an observation that follows from it.
//!
//! WHO-5 goes under the names of the Danish municipalities' guide to common instruments, which asks for the score as an
//! observation of its own. Our own questions go under names of ours; no code is made up for them. People and goals are
//! referred to by identifiers, without names.

use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use uuid::{Builder, Uuid};

use super::told::{Told, asked};
use crate::{
    domain::{
        checkin::{CheckIn, Look, Published, Question, Target, Teller},
        moment::{Moment, Zone},
    },
    text::Text,
    ui::page::File,
};

const SNOMED: &str = "http://snomed.info/sct";
const UCUM: &str = "http://unitsofmeasure.org";
const CATEGORY: &str = "http://terminology.hl7.org/CodeSystem/observation-category";

impl Told {
    /// A bundle of type collection, the oldest first.
    pub fn fhir(&self, text: &'static Text, zone: Zone, now: Moment) -> File {
        let entries: Vec<Value> = self
            .check_ins
            .iter()
            .rev()
            .flat_map(|check_in| {
                let published = check_in.instrument.published;
                let score = published.map(|published| observation(check_in, published, zone));
                std::iter::once(self.response(text, check_in, zone)).chain(score)
            })
            .collect();
        let mut bundle = json!({"resourceType": "Bundle", "type": "collection", "timestamp": now.with_offset(zone)});
        put(&mut bundle, "entry", entries);
        let bytes = format!("{bundle:#}\n").into_bytes();
        File { name: "vores-plan.json", media_type: "application/fhir+json", bytes }
    }

    fn response(&self, text: &'static Text, check_in: &CheckIn, zone: Zone) -> Value {
        let instrument = check_in.instrument;
        let mut items: Vec<Value> = instrument
            .items
            .iter()
            .filter_map(|question| {
                let value = answer(text, check_in, question, self.answer(check_in, question)?);
                let asked = plain(&asked(text, instrument, question));
                Some(json!({"linkId": question.key, "text": asked, "answer": [value]}))
            })
            .collect();
        items.extend(check_in.words.as_ref().map(|words| {
            let link = instrument.published.map_or("words", |published| published.words);
            json!({"linkId": link, "answer": [{"valueString": plain(words.as_str())}]})
        }));
        let questionnaire = instrument.published.map_or_else(
            || format!("urn:x-vores-plan:questionnaire:{}|{}", instrument.key, instrument.version),
            |published| published.questionnaire.to_owned(),
        );
        let id = check_in.id.uuid();
        let mut response = json!({
            "resourceType": "QuestionnaireResponse",
            "id": id.to_string(),
            "questionnaire": questionnaire,
            "status": "completed",
            "subject": subject(check_in),
            "authored": check_in.answered_at.with_offset(zone),
            "source": source(check_in),
        });
        put(&mut response, "item", items);
        entry(id, response)
    }
}

/// A list, where there is something in it: FHIR has no empty ones.
fn put(resource: &mut Value, name: &str, list: Vec<Value>) {
    if !list.is_empty() {
        resource[name] = list.into();
    }
}

fn entry(id: Uuid, resource: Value) -> Value {
    json!({"fullUrl": urn(id), "resource": resource})
}

fn urn(id: Uuid) -> String {
    id.urn().to_string()
}

/// An answer under its published code, in the words it was given in, or as the number it is.
fn answer(text: &Text, check_in: &CheckIn, question: &Question, value: i64) -> Value {
    let instrument = check_in.instrument;
    let published = instrument.published.and_then(|published| {
        let (code, display) = (published.answer)(question.key, value)?;
        Some(json!({"system": published.system, "code": code, "display": display}))
    });
    match (published, question.look) {
        (Some(coding), _) => json!({"valueCoding": coding}),
        (None, Look::Words) => {
            let words = text.instruments.of(instrument.key).map_or("", |words| words.answer(question.key, value));
            json!({"valueCoding": {"code": value.to_string(), "display": plain(words)}})
        }
        (None, _) => json!({"valueInteger": value}),
    }
}

fn observation(check_in: &CheckIn, published: &Published, zone: Zone) -> Value {
    let (code, display) = published.score;
    let id = score_of(check_in);
    let observation = json!({
        "resourceType": "Observation",
        "id": id.to_string(),
        "status": "final",
        "category": [{"coding": [{"system": CATEGORY, "code": "survey"}]}],
        "code": {"coding": [{"system": SNOMED, "code": code, "display": display}]},
        "subject": subject(check_in),
        "effectiveDateTime": check_in.answered_at.with_offset(zone),
        "performer": [source(check_in)],
        "valueQuantity": {"value": check_in.score, "system": UCUM, "code": "{score}"},
        "derivedFrom": [{"reference": urn(check_in.id.uuid())}],
    });
    entry(id, observation)
}

/// The identity of a check-in's score: always the same one for the same check-in.
fn score_of(check_in: &CheckIn) -> Uuid {
    let hash = Sha256::new_with_prefix("score").chain_update(check_in.id.uuid()).finalize();
    let mut bytes = [0; 16];
    bytes.iter_mut().zip(hash).for_each(|(byte, drawn)| *byte = drawn);
    Builder::from_custom_bytes(bytes).into_uuid()
}

fn subject(check_in: &CheckIn) -> Value {
    match check_in.target {
        Target::Teller => identified("Patient", check_in.teller.uuid()),
        Target::Person(person) => identified("Patient", person.uuid()),
        Target::Goal(goal) => identified("Goal", goal.uuid()),
    }
}

fn source(check_in: &CheckIn) -> Value {
    let kind = match (check_in.instrument.teller, check_in.target) {
        (Teller::Staff, _) => "Practitioner",
        (Teller::Parent, Target::Person(_)) => "RelatedPerson",
        (Teller::Parent, _) => "Patient",
    };
    identified(kind, check_in.teller.uuid())
}

fn identified(kind: &str, id: Uuid) -> Value {
    json!({"type": kind, "identifier": {"system": "urn:ietf:rfc:3986", "value": urn(id)}})
}

/// Words with no white space but what FHIR's strings have.
fn plain(words: &str) -> String {
    words.chars().map(|c| if c.is_whitespace() && !matches!(c, '\n' | '\t') { ' ' } else { c }).collect()
}

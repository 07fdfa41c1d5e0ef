//! Help a family asks for: granted, waiting or refused, with the reason and who decided.

use leptos::prelude::*;

use crate::{
    domain::{
        family::Family,
        id::Id,
        measure::{Measure, Outcome},
        person::Role,
        words::{Note, Title},
    },
    problem::Problem,
    store::{self, Access, Whose},
    ui::{
        Visit, date,
        field::{Fields, Refusals},
        form::Form,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
    },
};

/// The id it will have; it comes with the page, so that sending twice asks once.
const ID: &str = "id";
const TITLE: &str = "title";
/// How many decisions were seen.
const SEEN: &str = "seen";
const OUTCOME: &str = "outcome";
const REASON: &str = "reason";

/// A form as it was filled in: by a parent who asks, or by an adviser who decides.
#[derive(Default)]
struct MeasureForm {
    typed: Fields,
    refusals: Refusals,
}

async fn open(visit: &Visit, whose: Whose) -> Result<Access, Problem> {
    let purpose = super::plan_purpose(&visit.viewer)?;
    Ok(Access::open(&visit.db, &visit.viewer, whose, purpose, visit.now).await?)
}

/// Shows what the family asked for, with the answers.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer neither belongs to the family nor is on its team.
pub async fn show(visit: Visit, family: Id<Family>) -> Result<Answer, Problem> {
    let access = open(&visit, Whose::Family(family)).await?;
    shown(&visit, &access, &MeasureForm::default()).await
}

/// A parent asks for help.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent of the family, [`Problem::Malformed`] for a form of somebody else's.
pub async fn ask_for(visit: Visit, family: Id<Family>, fields: Fields) -> Result<Answer, Problem> {
    let access = open(&visit, Whose::Family(family)).await?;
    if visit.viewer.role != Role::Parent {
        return Err(Problem::NotFound);
    }
    let id = fields.parsed(ID).ok_or(Problem::Malformed)?;
    let mut refusals = Refusals::default();
    let title = fields.once(TITLE).and_then(|title| Title::parse(title.unwrap_or_default()));
    match refusals.take(TITLE, title) {
        Some(title) => {
            store::ask_for(&visit.db, &access, id, &title, visit.now).await?;
            Ok(Answer::See(format!("/families/{family}/measures")))
        }
        None => shown(&visit, &access, &MeasureForm { typed: fields, refusals }).await,
    }
}

async fn decider(visit: &Visit, measure: Id<Measure>) -> Result<Access, Problem> {
    let access = open(visit, Whose::Measure(measure)).await?;
    if access.relation().decides() { Ok(access) } else { Err(Problem::NotFound) }
}

/// Shows an adviser one measure and the form to decide.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer has no authority to decide for that family.
pub async fn answer(visit: Visit, measure: Id<Measure>) -> Result<Answer, Problem> {
    let access = decider(&visit, measure).await?;
    one(&visit, &access, measure, &MeasureForm::default()).await
}

/// An adviser decides.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer has no authority to decide for that family, [`Problem::Changed`] when somebody
/// decided meanwhile, [`Problem::Malformed`] for a form of somebody else's.
pub async fn decide(visit: Visit, measure: Id<Measure>, fields: Fields) -> Result<Answer, Problem> {
    let access = decider(&visit, measure).await?;
    let seen = fields.parsed(SEEN).ok_or(Problem::Malformed)?;
    let mut refusals = Refusals::default();
    let outcome = fields.once(OUTCOME).and_then(|outcome| outcome.unwrap_or_default().parse::<Outcome>());
    let outcome = refusals.take(OUTCOME, outcome);
    let reason = fields.once(REASON).and_then(|reason| Note::parse(reason.unwrap_or_default()));
    match (outcome, refusals.take(REASON, reason)) {
        (Some(outcome), Some(reason)) => {
            store::decide(&visit.db, &access, measure, seen, outcome, &reason, visit.now).await?;
            Ok(Answer::See(format!("/families/{}/measures", access.family())))
        }
        _ => one(&visit, &access, measure, &MeasureForm { typed: fields, refusals }).await,
    }
}

async fn shown(visit: &Visit, access: &Access, form: &MeasureForm) -> Result<Answer, Problem> {
    let text = visit.text;
    let words = &text.measures;
    let measures = store::measures(&visit.db, access).await?;
    let decides = access.relation().decides();
    let rows: Vec<_> = measures.iter().map(|measure| row(visit, measure, decides)).collect();
    let list = if rows.is_empty() {
        view! { <p class="soft">{words.none}</p> }.into_any()
    } else {
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    let family = visit.viewer.role == Role::Parent;
    let ask = family.then(|| {
        let id = form.typed.get(ID).map_or_else(|| Id::<Measure>::fresh(visit.now).to_string(), str::to_owned);
        let fields = Form { text, typed: &form.typed, refusals: &form.refusals };
        view! {
            <form method="post" action=format!("/families/{}/measures", access.family()) novalidate=true>
                <input type="hidden" name=ID value=id />
                {fields.line(TITLE, "text", words.what, words.what_words)}
                <p class="reach"><button class="button main">{words.ask}</button></p>
            </form>
        }
    });
    let no_authority = (!family && !decides).then(|| view! { <p class="note">{words.no_authority}</p> });
    let tab = if family { Tab::Plan } else { Tab::Families };
    let back = super::plan_address(&visit.viewer, access.family());
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href=back>{icon(Icon::Back)}{text.shell.plan}</a></p>
                <h1>{words.title}</h1>
                <p>{words.lead}</p>
                {no_authority}
                {ask}
            </section>
        </div>
        {list}
    };
    let sheet = Sheet::new(words.title, main).tabs(&visit.viewer, tab).refused(!form.refusals.is_empty());
    Ok(sheet.page(&visit.setting).into())
}

async fn one(visit: &Visit, access: &Access, measure: Id<Measure>, form: &MeasureForm) -> Result<Answer, Problem> {
    let text = visit.text;
    let words = &text.measures;
    let measures = store::measures(&visit.db, access).await?;
    let measure = measures.iter().find(|asked| asked.id == measure).ok_or(Problem::NotFound)?;
    let fields = Form { text, typed: &form.typed, refusals: &form.refusals };
    let offered = Outcome::ALL.iter().map(|outcome| (outcome.key().to_owned(), (words.outcome)(*outcome).to_owned()));
    let options = std::iter::once((String::new(), text.plan_edit.not_chosen.to_owned())).chain(offered);
    let seen = form.typed.get(SEEN).map_or_else(|| measure.decisions.len().to_string(), str::to_owned);
    let back = format!("/families/{}/measures", access.family());
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href=back>{icon(Icon::Back)}{words.title}</a></p>
                <h1>{measure.title.to_string()}</h1>
                {decisions(visit, measure)}
                <form method="post" action=format!("/measures/{}", measure.id) novalidate=true>
                    <input type="hidden" name=SEEN value=seen />
                    {fields.choice(OUTCOME, words.answer, "", options)}
                    {fields.lines(REASON, words.reason, words.reason_words, Note::MAX)}
                    <p class="reach"><button class="button main">{words.decide}</button></p>
                </form>
            </section>
        </div>
    };
    let sheet = Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Families);
    Ok(sheet.refused(!form.refusals.is_empty()).page(&visit.setting).into())
}

/// Who asked when, and what was decided.
fn decisions(visit: &Visit, measure: &Measure) -> impl IntoView + use<> {
    let words = &visit.text.measures;
    let when = |at| date::instant(visit.text, at, visit.viewer.zone, visit.now);
    let decisions: Vec<_> = measure
        .decisions
        .iter()
        .map(|decision| {
            view! {
                <p class="note">
                    <strong>{(words.outcome)(decision.outcome)} "."</strong>
                    " "
                    {(words.decided)(decision.by.as_str(), &when(decision.at))}
                </p>
                <blockquote class="quote">{decision.reason.to_string()}</blockquote>
            }
        })
        .collect();
    view! {
        <p class="soft">{(words.asked)(measure.asked_by.first(), &when(measure.asked_at))}</p>
        {decisions}
    }
}

/// One measure in the list; with the way to answer for whoever may decide.
fn row(visit: &Visit, measure: &Measure, decides: bool) -> impl IntoView + use<> {
    let words = &visit.text.measures;
    let state = measure.decisions.last().map_or(words.waits, |decision| (words.outcome)(decision.outcome));
    let answer = decides.then(|| {
        view! {
            <p class="reach">
                <a class="button" href=format!("/measures/{}", measure.id)>
                    {words.answer}
                    <span class="unseen">": " {measure.title.to_string()}</span>
                </a>
            </p>
        }
    });
    view! {
        <li>
            <h2>{measure.title.to_string()}</h2>
            <p><strong>{state}</strong></p>
            {decisions(visit, measure)}
            {answer}
        </li>
    }
}

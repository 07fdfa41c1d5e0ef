//! The units of a municipality and their names.

use leptos::prelude::*;

use super::{act::administration, form::NAME};
use crate::{
    domain::{family::Unit, id::Id, why::Why, words::Title},
    problem::Problem,
    store::{self, Administration},
    ui::{
        Visit,
        field::{Fields, FilledIn, Refusals, problem_at},
        form::Form,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
    },
};

/// Shows the units.
///
/// # Errors
/// [`Problem::NotFound`] for anybody who does not administer.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let right = administration(&visit).await?;
    shown(&visit, &right, None, &FilledIn::default()).await
}

/// Opens a unit.
///
/// # Errors
/// As [`show`].
pub async fn open_unit(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let right = administration(&visit).await?;
    let saved = match name(&fields) {
        Ok(name) => store::open_unit(&visit.db, &right, &name, visit.now).await,
        Err(why) => return refused(&visit, &right, None, fields, why).await,
    };
    settled(&visit, &right, None, fields, saved).await
}

/// Gives a unit another name.
///
/// # Errors
/// As [`show`], and when there is no such unit here.
pub async fn rename(visit: Visit, unit: Id<Unit>, fields: Fields) -> Result<Answer, Problem> {
    let right = administration(&visit).await?;
    let saved = match name(&fields) {
        Ok(name) => store::rename_unit(&visit.db, &right, unit, &name, visit.now).await,
        Err(why) => return refused(&visit, &right, Some(unit), fields, why).await,
    };
    settled(&visit, &right, Some(unit), fields, saved).await
}

fn name(fields: &Fields) -> Result<Title, Why> {
    Title::parse(fields.once(NAME)?.unwrap_or_default())
}

async fn settled(
    visit: &Visit,
    right: &Administration,
    unit: Option<Id<Unit>>,
    fields: Fields,
    saved: Result<(), store::Error>,
) -> Result<Answer, Problem> {
    match saved {
        Ok(()) => Ok(Answer::See("/units".into())),
        Err(store::Error::Taken(_)) => refused(visit, right, unit, fields, Why::NameTaken).await,
        Err(error) => Err(error.into()),
    }
}

async fn refused(
    visit: &Visit,
    right: &Administration,
    unit: Option<Id<Unit>>,
    typed: Fields,
    why: Why,
) -> Result<Answer, Problem> {
    shown(visit, right, unit, &FilledIn { typed, refusals: Refusals::from(vec![(NAME, why)]) }).await
}

/// With what was typed as the name of `at`, or of a new one.
async fn shown(
    visit: &Visit,
    right: &Administration,
    at: Option<Id<Unit>>,
    filled_in: &FilledIn,
) -> Result<Answer, Problem> {
    let words = &visit.text.staff;
    let units = store::units(&visit.db, right).await?;
    if at.is_some_and(|at| units.iter().all(|unit| unit.id != at)) {
        return Err(Problem::NotFound);
    }
    let nothing = FilledIn::default();
    let new = Form::of(visit.text, if at.is_none() { filled_in } else { &nothing });
    let rows: Vec<_> =
        units.iter().map(|unit| unit_row(visit, unit, (at == Some(unit.id)).then_some(filled_in))).collect();
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/staff">{icon(Icon::Back)}{words.title}</a></p>
                <h1>{words.units}</h1>
                <p>{words.units_lead}</p>
                <ul class="rows">{rows}</ul>
            </section>
            <section>
                <h2>{words.open_unit}</h2>
                <form method="post" action="/units" novalidate=true>
                    {new.line(NAME, "text", words.unit_name, "")}
                    <p class="reach"><button class="button main">{words.open_unit}</button></p>
                </form>
            </section>
        </div>
    };
    let sheet = Sheet::new(words.units, main).tabs(&visit.viewer, Tab::Staff);
    Ok(sheet.refused(filled_in.is_refused()).page(&visit.setting).into())
}

fn unit_row(visit: &Visit, unit: &Unit, filled_in: Option<&FilledIn>) -> impl IntoView + use<> {
    let words = &visit.text.staff;
    let name = unit.name.to_string();
    let typed = filled_in.and_then(|form| form.typed.get(NAME)).map_or_else(|| name.clone(), str::to_owned);
    let problem = filled_in.and_then(|form| problem_at(visit.text, &form.refusals, NAME));
    let refused = problem.is_some();
    let id = format!("name-{}", unit.id);
    view! {
        <li>
            <form method="post" action=format!("/units/{}", unit.id) novalidate=true>
                <div class="field">
                    <label for=id.clone()>{words.unit_name}</label>
                    {problem}
                    <input
                        id=id
                        name=NAME
                        value=typed
                        maxlength=Title::MAX.to_string()
                        aria-invalid=refused.then_some("true")
                        aria-describedby=refused.then_some("name-problem")
                    />
                </div>
                <p class="reach">
                    <button class="button">
                        {words.rename}
                        <span class="unseen">{(words.rename_which)(&name)}</span>
                    </button>
                </p>
            </form>
        </li>
    }
}

//! What has changed in a plan, and undoing it.

use leptos::prelude::*;

use crate::{
    domain::{
        family::Family,
        id::Id,
        person::{Person, Role},
        plan::Goal,
        plan_change::{Change, ChangeState},
        why::Why,
        words::PersonName,
    },
    problem::Problem,
    store::{self, Access, Changed, Whose},
    ui::{
        Visit, date,
        field::Fields,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
        plan_words::{Names, difference, headline},
    },
};

/// So many changes are shown at most.
const SHOWN: i64 = 200;

async fn open(visit: &Visit, whose: Whose) -> Result<Access, Problem> {
    let purpose = super::plan_purpose(&visit.viewer)?;
    Ok(Access::open(&visit.db, &visit.viewer, whose, purpose, visit.now).await?)
}

/// Shows what has changed, the newest first.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer neither belongs to the family nor is on its team.
pub async fn show(visit: Visit, family: Id<Family>) -> Result<Answer, Problem> {
    let access = open(&visit, Whose::Family(family)).await?;
    shown(&visit, &access, None).await
}

async fn shown(visit: &Visit, access: &Access, problem: Option<String>) -> Result<Answer, Problem> {
    let text = visit.text;
    let words = &text.plan_changes;
    let changes = store::plan_history(&visit.db, access, SHOWN).await?;
    let doers = store::doers(&visit.db, access).await?;
    let goals = store::goals(&visit.db, access).await?;
    let rows: Vec<_> = changes.iter().map(|change| row(visit, change, &doers, &goals)).collect();
    let list = if rows.is_empty() {
        view! { <p class="soft">{words.none}</p> }.into_any()
    } else {
        view! { <ol class="rows">{rows}</ol> }.into_any()
    };
    let changed = problem.is_some();
    let problem = problem.map(|words| view! { <p class="problem" role="alert">{words}</p> });
    let tab = if visit.viewer.role == Role::Parent { Tab::Plan } else { Tab::Families };
    let back = super::plan_address(&visit.viewer, access.family());
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href=back>{icon(Icon::Back)}{text.shell.plan}</a></p>
                <h1>{words.title}</h1>
                {problem}
                <p>{words.lead}</p>
            </section>
        </div>
        {list}
    };
    Ok(Sheet::new(words.title, main).tabs(&visit.viewer, tab).changed(changed).page(&visit.setting).into())
}

fn row(visit: &Visit, change: &Change, doers: &[(Id<Person>, PersonName)], goals: &[Goal]) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.plan_changes;
    let when = |at| date::instant(text, at, visit.viewer.zone, visit.now);
    let in_force = change.state == ChangeState::InForce;
    let answer = match (&change.answer, change.state) {
        (Some((name, at)), ChangeState::InForce) => Some((words.agreed)(name.first(), &when(*at))),
        (Some((name, at)), ChangeState::Declined) => Some((words.declined)(name.first(), &when(*at))),
        (_, ChangeState::TakenBack) => Some(words.taken_back.to_owned()),
        _ => None,
    };
    let proposed = answer.is_some();
    let undo = (change.is_newest() && visit.viewer.role == Role::Parent).then(|| {
        view! {
            <form method="post" action=format!("/plan/changes/{}/undo", change.id)>
                <p class="reach">
                    <button class="button">
                        {words.undo}
                        <span class="unseen">": " {headline(text, change, false)}</span>
                    </button>
                </p>
            </form>
        }
    });
    view! {
        <li class=(!in_force).then_some("past")>
            <h2>{headline(text, change, proposed)}</h2>
            <p class="soft">{date::capital(&when(change.made_at))} ". " {answer}</p>
            {difference(visit, Names { doers, goals }, change.before.as_ref(), change.after.as_ref())}
            {undo}
        </li>
    }
}

/// A parent undoes a change.
///
/// # Errors
/// [`Problem::NotFound`] when it is no change of the own family's plan that is in force. Where something newer stands
/// there, or three goals are worked on already, the page says so and nothing happens.
pub async fn undo(visit: Visit, change: Id<Change>, _: Fields) -> Result<Answer, Problem> {
    let access = open(&visit, Whose::Change(change)).await?;
    match store::undo_change(&visit.db, &access, change, visit.now).await? {
        Changed::InForce | Changed::Proposed | Changed::Dropped => {
            Ok(Answer::See(super::plan_address(&visit.viewer, access.family())))
        }
        Changed::Meanwhile => shown(&visit, &access, Some(visit.text.plan_changes.meanwhile.to_owned())).await,
        Changed::EnoughGoals => shown(&visit, &access, Some((visit.text.why)(Why::EnoughGoals))).await,
    }
}

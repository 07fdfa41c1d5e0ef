//! What is shown: the form of a hope, a goal or a step; beside it what stands there now, when somebody else wrote.

use leptos::prelude::*;

use super::form::{AREA, DOER, DUE, ENTRY, GOING_WELL, ID, Place, PlanForm, SCALE, SEEN, STATE, TITLE, WORDS, WORRIES};
use crate::{
    domain::{
        id::Id,
        person::{Person, Role},
        plan::{Area, Goal, GoalState},
        plan_change::{Content, GoalContent},
        words::{Note, PersonName},
    },
    ui::{
        Visit,
        form::Form,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
        plan_words::{Names, said},
    },
};

/// Something of the plan being written.
pub(super) struct Edit<'a> {
    pub(super) place: Place,
    pub(super) form: &'a PlanForm,
    /// What somebody else wrote there meanwhile.
    pub(super) stands: Option<&'a Content>,
    pub(super) doers: Vec<(Id<Person>, PersonName)>,
    pub(super) goals: Vec<Goal>,
    /// Where the plan is.
    pub(super) back: String,
}

pub(super) fn edit(visit: &Visit, edit: &Edit<'_>) -> Page {
    let text = visit.text;
    let words = &text.plan_edit;
    let family = visit.viewer.role == Role::Parent;
    let form = Form { text, typed: &edit.form.typed, refusals: &edit.form.refusals };
    let title = match edit.place {
        Place::NewHope(_) | Place::Hope(_) => words.hope,
        Place::NewGoal(_) | Place::Goal(_) => words.goal,
        Place::NewStep(_) | Place::Step(_) => words.step,
    };
    let fields = match edit.place {
        Place::NewHope(_) | Place::Hope(_) => form.lines(WORDS, words.hope_words, words.own_words, Note::MAX),
        Place::NewGoal(_) | Place::Goal(_) => goal_fields(visit, &form).into_any(),
        Place::NewStep(_) | Place::Step(_) => step_fields(visit, &form, &edit.doers).into_any(),
    };
    let hidden = || {
        [ID, ENTRY, SEEN]
            .into_iter()
            .filter_map(|name| Some((name, edit.form.typed.get(name)?.to_owned())))
            .map(|(name, value)| view! { <input type="hidden" name=name value=value /> })
            .collect_view()
    };
    let address = edit.place.address();
    let (save, remove) = if family { (words.save, words.remove) } else { (words.propose, words.propose_removal) };
    let removal = matches!(edit.place, Place::Hope(_) | Place::Step(_)).then(|| {
        let action = address.trim_end_matches("/edit").to_owned() + "/remove";
        view! {
            <form method="post" action=action>
                {hidden()}
                <button class="quiet">{icon(Icon::Cross)}{remove}</button>
            </form>
        }
    });
    let moves = match edit.place {
        Place::Goal(goal) => Some(moves(visit, goal)),
        _ => None,
    };
    let stands = edit.stands.map(|content| {
        view! {
            <div class="note" role="alert">
                <p><strong>{words.changed}</strong></p>
                <p>{words.stands_now}</p>
                {said(visit, Names { doers: &edit.doers, goals: &edit.goals }, content)}
                <p>{words.yours}</p>
            </div>
        }
    });
    let proposes = (!family).then(|| view! { <p class="soft">{words.family_decides}</p> });
    let tab = if family { Tab::Plan } else { Tab::Families };
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href=edit.back.clone()>{icon(Icon::Back)}{text.shell.plan}</a></p>
                <h1>{title}</h1>
                {stands}
                <form method="post" action=address novalidate=true>
                    {hidden()}
                    {fields}
                    {proposes}
                    <p class="reach"><button class="button main">{save}</button></p>
                </form>
                {removal}
                {moves}
            </section>
        </div>
    };
    Sheet::new(title, main)
        .tabs(&visit.viewer, tab)
        .refused(!edit.form.refusals.is_empty())
        .changed(edit.stands.is_some())
        .page(&visit.setting)
}

/// Buttons that move a goal up or down among those in the same state.
fn moves(visit: &Visit, goal: Id<Goal>) -> impl IntoView + use<> {
    let words = &visit.text.plan_edit;
    view! {
        <form method="post" action=format!("/goals/{goal}/order")>
            <p class="reach">
                <button class="quiet" name="to" value="up">{words.up}</button>
                " "
                <button class="quiet" name="to" value="down">{words.down}</button>
            </p>
        </form>
    }
}

fn goal_fields(visit: &Visit, form: &Form<'_>) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.plan_edit;
    let areas = Area::ALL.iter().map(|area| (area.key().to_owned(), (text.people.area)(*area).to_owned()));
    let states = GoalState::ALL.iter().map(|state| (state.key().to_owned(), (words.state)(*state).to_owned()));
    let far = (0..=GoalContent::SCALE).map(|far| (far.to_string(), far.to_string()));
    let scale = std::iter::once((String::new(), words.not_chosen.to_owned())).chain(far);
    view! {
        {form.line(TITLE, "text", words.goal_title, words.own_words)}
        {form.choice(AREA, words.area, "", areas)}
        {form.choice(STATE, words.when, "", states)}
        {form.lines(GOING_WELL, text.plan.going_well, words.may_be_empty, Note::MAX)}
        {form.lines(WORRIES, text.plan.worries, words.may_be_empty, Note::MAX)}
        {form.choice(SCALE, words.scale, words.scale_words, scale)}
    }
}

/// Whoever does it already stays among those who can be chosen, also where the viewer does not see their name.
fn step_fields(visit: &Visit, form: &Form<'_>, doers: &[(Id<Person>, PersonName)]) -> impl IntoView + use<> {
    let words = &visit.text.plan_edit;
    let chosen = form.value(DOER);
    let known = doers.iter().map(|(id, name)| (id.to_string(), name.to_string()));
    let unseen = (!chosen.is_empty() && doers.iter().all(|(id, _)| id.to_string() != chosen))
        .then(|| (chosen.clone(), words.somebody.to_owned()));
    let options = std::iter::once((String::new(), words.not_chosen.to_owned())).chain(known).chain(unseen);
    view! {
        {form.line(TITLE, "text", words.step_title, "")}
        {form.choice(DOER, words.doer, "", options)}
        {form.line(DUE, "date", words.due, words.may_be_empty)}
    }
}

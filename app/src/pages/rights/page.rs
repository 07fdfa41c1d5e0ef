//! What is shown: each child with its adults, whose address is protected, what changed, and the form to change it.

use leptos::prelude::*;

use super::form::{CUSTODY, LIVES_WITH, MAY_SEE, PROTECTED, SEEN};
use crate::{
    domain::{
        family::Family,
        id::Id,
        person::{Person, Role},
        rights::{Registered, Rights, RightsChange},
        words::PersonName,
    },
    ui::{
        Visit, date,
        field::FilledIn,
        form::Form,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
        parts,
    },
};

/// What staff see of the rights in a family.
pub(super) struct Overview {
    pub(super) family: Family,
    pub(super) registered: Vec<Registered>,
    pub(super) history: Vec<RightsChange>,
    /// Whether the viewer may change them.
    pub(super) decides: bool,
}

type Adults<'a> = Vec<(Id<Person>, &'a PersonName)>;

fn adults(registered: &[Registered]) -> Adults<'_> {
    let parents = registered.iter().filter(|one| one.person.role == Role::Parent);
    parents.map(|one| (one.person.id, &one.person.name)).collect()
}

pub(super) fn overview(visit: &Visit, overview: &Overview) -> Page {
    let text = visit.text;
    let words = &text.rights;
    let adults = adults(&overview.registered);
    let of = |role| overview.registered.iter().filter(move |one| one.person.role == role);
    let children: Vec<_> = of(Role::Child).map(|child| child_section(visit, overview, child, &adults)).collect();
    let parents: Vec<_> = of(Role::Parent)
        .map(|parent| {
            view! {
                <li class="device">
                    <div><h3>{parent.person.name.to_string()}</h3><p class=(!parent.rights.protected).then_some("soft")>{address(visit, &parent.rights)}</p></div>
                    {overview.decides.then(|| change(visit, &parent.person))}
                </li>
            }
        })
        .collect();
    let history: Vec<_> = overview.history.iter().map(|change| history_row(visit, change, &adults)).collect();
    let history = if history.is_empty() {
        view! { <p class="soft">{words.unchanged}</p> }.into_any()
    } else {
        view! { <ol class="rows">{history}</ol> }.into_any()
    };
    let no_authority = (!overview.decides).then(|| view! { <p class="note">{words.no_authority}</p> });
    let main = view! {
        <div class="path">
            <section>
                <p>
                    <a class="quiet" href=format!("/families/{}", overview.family.id)>
                        {icon(Icon::Back)}
                        {overview.family.name.to_string()}
                    </a>
                </p>
                <h1>{words.title}</h1>
                <p>{words.lead}</p>
                {no_authority}
            </section>
            {children}
            <section>
                <h2>{words.addresses}</h2>
                <div><p class="soft">{words.addresses_words}</p><ul class="rows">{parents}</ul></div>
            </section>
            <section><h2>{words.history}</h2>{history}</section>
        </div>
    };
    Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Families).page(&visit.setting)
}

fn child_section(visit: &Visit, overview: &Overview, child: &Registered, adults: &Adults<'_>) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.rights;
    let rights = &child.rights;
    let rows: Vec<_> = adults
        .iter()
        .map(|(adult, name)| {
            view! { <li><h3>{name.to_string()}</h3><p>{of_adult(visit, rights, *adult)}</p></li> }
        })
        .collect();
    let homeless = rights.adults().iter().all(|adult| !adult.lives_with);
    let home = homeless.then(|| view! { <p class="soft">{words.home_unknown}</p> });
    view! {
        <section>
            <h2>{child.person.name.to_string()}</h2>
            <div>
                <ul class="rows">{rows}</ul>
                {home}
                <p class=(!rights.protected).then_some("soft")>{address(visit, rights)}</p>
                <p class="reach">
                    {overview.decides.then(|| change(visit, &child.person))}
                    " "
                    <a class="button" href=format!("/people/{}/words", child.person.id)>
                        {text.child_words.title}
                        <span class="unseen">": " {child.person.name.to_string()}</span>
                    </a>
                </p>
            </div>
        </section>
    }
}

fn change(visit: &Visit, person: &Person) -> impl IntoView + use<> {
    view! {
        <a class="button" href=format!("/people/{}/rights", person.id)>
            {visit.text.rights.change}
            <span class="unseen">": " {person.name.to_string()}</span>
        </a>
    }
}

fn address(visit: &Visit, rights: &Rights) -> &'static str {
    let words = &visit.text.rights;
    if rights.protected { words.protected } else { words.not_protected }
}

/// What is true of one adult.
fn of_adult(visit: &Visit, rights: &Rights, adult: Id<Person>) -> String {
    let words = &visit.text.rights;
    let one = rights.of(adult);
    let sees = if one.is_some_and(|one| one.may_see) { words.sees } else { words.sees_not };
    let home = one.is_some_and(|one| one.lives_with).then_some(words.lives_here);
    [Some((words.custody)(rights.custody(adult))), Some(sees), home].into_iter().flatten().collect::<Vec<_>>().join(" ")
}

/// What stands there: each adult and the address, with their words.
fn parts_of(visit: &Visit, rights: &Rights, all: &[&Rights], adults: &Adults<'_>) -> Vec<(String, String)> {
    let words = &visit.text.rights;
    let mut ids: Vec<_> = all.iter().flat_map(|rights| rights.adults()).map(|one| one.adult).collect();
    ids.sort_unstable();
    ids.dedup();
    let name = |id| {
        let known = adults.iter().find(|(adult, _)| *adult == id);
        known.map_or_else(|| visit.text.plan_edit.somebody.to_owned(), |(_, name)| name.to_string())
    };
    let of_adults = ids.into_iter().map(|id| (name(id), of_adult(visit, rights, id)));
    of_adults.chain([(words.address.to_owned(), address(visit, rights).to_owned())]).collect()
}

fn history_row(visit: &Visit, change: &RightsChange, adults: &Adults<'_>) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.rights;
    let all = [&change.before, &change.after];
    let difference = parts::difference(
        text,
        &parts_of(visit, &change.before, &all, adults),
        &parts_of(visit, &change.after, &all, adults),
    );
    let when = date::capital(&date::instant(text, change.made_at, visit.viewer.zone, visit.now));
    view! {
        <li>
            <h3>{(words.changed_by)(change.author.as_ref().map(PersonName::as_str), change.person.as_str())}</h3>
            <p class="soft">{when}</p>
            {difference}
        </li>
    }
}

/// What is written down about one of a family, being changed.
pub(super) struct Edit<'a> {
    pub(super) family: Id<Family>,
    pub(super) registered: &'a [Registered],
    pub(super) one: &'a Registered,
    pub(super) form: &'a FilledIn,
    /// Whether somebody else changed it meanwhile.
    pub(super) changed: bool,
}

pub(super) fn edit(visit: &Visit, edit: &Edit<'_>) -> Page {
    let text = visit.text;
    let words = &text.rights;
    let form = Form::of(text, edit.form);
    let adults = adults(edit.registered);
    let is_child = edit.one.person.role == Role::Child;
    let stands = edit.changed.then(|| {
        let rights = &edit.one.rights;
        let rows: Vec<_> = parts_of(visit, rights, &[rights], &adults)
            .into_iter()
            .map(|(label, words)| view! { <dt>{label}</dt><dd>{words}</dd> })
            .collect();
        view! {
            <div class="note" role="alert">
                <p><strong>{text.plan_edit.changed}</strong></p>
                <p>{text.plan_edit.stands_now}</p>
                <dl class="said">{rows}</dl>
                <p>{text.plan_edit.yours}</p>
            </div>
        }
    });
    let boxes = |field: &'static str, legend: &'static str, hint: &'static str| {
        let boxes: Vec<_> = adults
            .iter()
            .map(|(adult, name)| form.tick(field, "checkbox", adult.to_string(), name.to_string()))
            .collect();
        view! {
            <fieldset aria-describedby=format!("{field}-hint")>
                <legend>{legend}</legend>
                <p class="soft" id=format!("{field}-hint")>{hint}</p>
                {form.problem(field)}
                {boxes}
            </fieldset>
        }
    };
    let of_child = is_child.then(|| {
        view! {
            {boxes(CUSTODY, words.who_decides, words.who_decides_hint)}
            {boxes(MAY_SEE, words.who_sees, words.who_sees_hint)}
            {boxes(LIVES_WITH, words.who_lives, words.who_lives_hint)}
        }
    });
    let main = view! {
        <div class="path">
            <section>
                <p>
                    <a class="quiet" href=format!("/families/{}/children", edit.family)>
                        {icon(Icon::Back)}
                        {words.title}
                    </a>
                </p>
                <h1>{edit.one.person.name.to_string()}</h1>
                <p>{words.lead}</p>
                {stands}
                <form method="post" action=format!("/people/{}/rights", edit.one.person.id) novalidate=true class="review">
                    <input type="hidden" name=SEEN value=edit.one.number.to_string() />
                    {of_child}
                    <fieldset aria-describedby="protected-hint">
                        <legend>{words.address}</legend>
                        <p class="soft" id="protected-hint">{words.addresses_words}</p>
                        {form.problem(PROTECTED)}
                        {form.tick(PROTECTED, "checkbox", "yes".to_owned(), words.protect.to_owned())}
                    </fieldset>
                    <p class="reach"><button class="button main">{words.save}</button></p>
                </form>
            </section>
        </div>
    };
    let sheet = Sheet::new(edit.one.person.name.to_string(), main).tabs(&visit.viewer, Tab::Families);
    sheet.refused(edit.form.is_refused()).changed(edit.changed).page(&visit.setting)
}

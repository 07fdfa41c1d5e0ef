//! Handing families over, and leaving: who takes over which, by numbers alone.

use leptos::prelude::*;

use super::{
    act::{administration, one_of},
    form::{self, FOR_ALL, NOBODY, ONE_BY_ONE, STAYS, TO},
};
use crate::{
    domain::{
        administration::{Colleague, Held},
        id::Id,
        person::Person,
        team::Part,
        why::Why,
    },
    problem::Problem,
    store::{self, Administration},
    ui::{
        Visit,
        field::{Fields, FilledIn, Refusals},
        form::Form,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
    },
};

struct Leaving {
    colleague: Colleague,
    others: Vec<Colleague>,
    held: Vec<Held>,
}

impl Leaving {
    async fn of(visit: &Visit, right: &Administration, person: Id<Person>) -> Result<Self, Problem> {
        if person == visit.viewer.person {
            return Err(Problem::NotFound);
        }
        let (colleague, mut others) = one_of(visit, right, person).await?;
        others.retain(|one| one.role.advises());
        others.sort_by_cached_key(|one| (one.unit != colleague.unit, one.name.to_string()));
        let held = store::parts_of(&visit.db, right, person).await?;
        Ok(Self { colleague, others, held })
    }
}

/// Asks who takes over what somebody has.
///
/// # Errors
/// [`Problem::NotFound`] for anybody who does not administer, when nobody here is that, and for oneself.
pub async fn ask(visit: Visit, person: Id<Person>) -> Result<Answer, Problem> {
    let right = administration(&visit).await?;
    Ok(shown(&visit, &Leaving::of(&visit, &right, person).await?, &FilledIn::default(), false))
}

/// Hands it over. Who leaves is gone with it.
///
/// # Errors
/// As [`ask`].
pub async fn hand_over(visit: Visit, person: Id<Person>, fields: Fields) -> Result<Answer, Problem> {
    let right = administration(&visit).await?;
    let leaving = Leaving::of(&visit, &right, person).await?;
    let others: Vec<&Colleague> = leaving.others.iter().collect();
    let typed = fields.clone();
    let (heirs, leaves) = match form::heirs(fields, &leaving.held, &others) {
        Ok(read) => read,
        Err(form) => return Ok(shown(&visit, &leaving, &form, false)),
    };
    match store::hand_over(&visit.db, &right, person, &heirs, leaves, visit.now).await {
        Ok(()) if leaves => Ok(Answer::See("/staff".into())),
        Ok(()) => Ok(Answer::See(format!("/staff/{person}"))),
        Err(store::Error::Taken(what)) if what == store::NO_SEAT => {
            let mut refusals = Refusals::default();
            refusals.add(TO, Why::NoSeat);
            Ok(shown(&visit, &leaving, &FilledIn { typed, refusals }, false))
        }
        Err(store::Error::Taken(_)) => {
            let now = Leaving::of(&visit, &right, person).await?;
            Ok(shown(&visit, &now, &FilledIn { typed, ..FilledIn::default() }, true))
        }
        Err(error) => Err(error.into()),
    }
}

fn shown(visit: &Visit, leaving: &Leaving, filled_in: &FilledIn, changed: bool) -> Answer {
    let text = visit.text;
    let words = &text.staff;
    let form = Form::of(text, filled_in);
    let one = &leaving.colleague;
    let first = one.name.first();
    let people = || leaving.others.iter().map(|other| (other.id.to_string(), other.name.to_string()));
    let rows = family_rows(visit, leaving, &form);
    let families = if leaving.held.is_empty() {
        view! { <p class="soft">{words.no_families}</p> }.into_any()
    } else {
        let options = [(String::new(), words.nobody_chosen.to_owned())].into_iter().chain(people());
        view! {
            {form.choice(FOR_ALL, words.for_all, words.for_all_hint, options)}
            <fieldset>
                <legend>{words.each}</legend>
                {form.problem(TO)}
                {rows}
            </fieldset>
        }
        .into_any()
    };
    let stands = changed.then(|| view! { <p class="note" role="alert">{text.plan_edit.changed}</p> });
    let main = view! {
        <div class="path">
            <section>
                <p>
                    <a class="quiet" href=format!("/staff/{}", one.id)>{icon(Icon::Back)}{one.name.to_string()}</a>
                </p>
                <h1>{(words.leaves)(first)}</h1>
                <p>{(words.leaves_lead)(first)}</p>
                {stands}
                <form method="post" action=format!("/staff/{}/leave", one.id) novalidate=true class="review">
                    {families}
                    <div class="field">
                        {form.problem(STAYS)}
                        {form.tick(STAYS, "checkbox", "yes".to_owned(), (words.stays)(first))}
                        <p class="soft">{words.stays_hint}</p>
                    </div>
                    <p class="reach"><button class="button main">{words.hand_on}</button></p>
                </form>
            </section>
        </div>
    };
    let sheet = Sheet::new((words.leaves)(first), main).tabs(&visit.viewer, Tab::Staff);
    sheet.refused(filled_in.is_refused()).changed(changed).page(&visit.setting).into()
}

/// A choice for each family, with its number and the parts that are handed over.
fn family_rows(visit: &Visit, leaving: &Leaving, form: &Form<'_>) -> Vec<AnyView> {
    let text = visit.text;
    let words = &text.staff;
    let families: Vec<&[Held]> = leaving.held.chunk_by(|one, other| one.family == other.family).collect();
    let named = families.into_iter().enumerate().take(ONE_BY_ONE);
    let row = |(place, parts): (usize, &[Held])| {
        let held = parts.first()?;
        let family = held.family;
        let number = held.number.as_deref();
        let name = number.map_or_else(|| (words.family_without_number)(place + 1), words.family);
        let part_names: Vec<_> = parts.iter().map(|held| (text.people.part)(held.part)).collect();
        let part_names = part_names.join(", ");
        if parts.iter().all(|held| held.part == Part::ContactPerson) {
            let row = view! {
                <p><strong>{name}</strong> " " <small>{part_names}</small></p>
                <p class="soft">{words.choose_contact}</p>
            };
            return Some(row.into_any());
        }
        let chosen = |value: &str| form.typed.all(TO).any(|typed| typed == value);
        let first = parts.iter().any(|held| held.part == Part::Primary);
        let nobody = (!first).then(|| (format!("{family}:{NOBODY}"), words.nobody_yet.to_owned()));
        let people = leaving.others.iter().map(|other| (format!("{family}:{}", other.id), other.name.to_string()));
        let options: Vec<_> = [(String::new(), words.as_above.to_owned())]
            .into_iter()
            .chain(nobody)
            .chain(people)
            .map(|(value, words)| {
                let selected = chosen(&value);
                view! { <option value=value selected=selected>{words}</option> }
            })
            .collect();
        let id = format!("to-{family}");
        let row = view! {
            <div class="field">
                <label for=id.clone()>{name} " " <small>{part_names}</small></label>
                <select id=id name=TO>{options}</select>
            </div>
        };
        Some(row.into_any())
    };
    named.filter_map(row).collect()
}

//! The family's team: faces, what they do, how to reach them.

use leptos::prelude::*;

use super::own_family;
use crate::{
    domain::team::Part,
    problem::Problem,
    store,
    ui::{
        Visit,
        page::{Answer, Sheet, Tab},
        parts,
    },
};

/// Shows it, the contact person first.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent; those of the store.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let team = store::team(&visit.db, &access).await?;
    let text = visit.text;
    let (contact, others): (Vec<_>, Vec<_>) = team.iter().partition(|member| member.part == Part::ContactPerson);
    let contact = match contact.first() {
        Some(member) => parts::member(text, member).into_any(),
        None => view! { <p>{text.home.no_contact}</p> }.into_any(),
    };
    let others: Vec<_> = others.into_iter().map(|member| view! { <li>{parts::member(text, member)}</li> }).collect();
    let others = if others.is_empty() {
        view! { <div><p>{text.team.nobody}</p></div> }.into_any()
    } else {
        view! { <ul class="team">{others}</ul> }.into_any()
    };
    let main = view! {
        <div class="path">
            <section>
                <h1>{text.team.title}</h1>
                <p>{text.team.lead}</p>
            </section>
            <section>
                <h2>{text.home.contact}</h2>
                <div>{contact}</div>
            </section>
            <section>
                <h2>{text.team.municipality}</h2>
                {others}
            </section>
        </div>
    };
    Ok(Sheet::new(text.shell.team, main).tabs(&visit.viewer, Tab::Team).page(&visit.setting).into())
}

//! A parent's children: what they said that is opened to the parent, who decides over what, and whom to tell when that is
//! wrong.

use leptos::prelude::*;

use super::own_family;
use crate::{
    domain::{
        child_words::{OpenedWords, Said},
        rights::OwnRights,
        team::Part,
    },
    problem::Problem,
    store,
    ui::{
        Visit, date,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
        parts,
    },
};

/// Shows the children the viewer has rights for.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let text = visit.text;
    let words = &text.children;
    let access = own_family(&visit).await?;
    let rights = store::own_rights(&visit.db, &access).await?;
    let opened = store::opened_words(&visit.db, &access).await?;
    let team = store::team(&visit.db, &access).await?;
    let children: Vec<_> = rights.iter().map(|rights| child(&visit, rights, &opened)).collect();
    let none = children.is_empty().then(|| view! { <p>{words.none}</p> });
    let adviser = team.iter().filter(|member| member.part != Part::ContactPerson).min_by_key(|member| member.part);
    let wrong = adviser.map_or_else(
        || view! { <p>{words.wrong}</p> }.into_any(),
        |adviser| {
            view! {
                <p>{(words.wrong_tell)(adviser.name.first())}</p>
                {parts::reach(text, &adviser.name, adviser.phone.as_ref())}
            }
            .into_any()
        },
    );
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/me">{icon(Icon::Back)}{text.me.title}</a></p>
                <h1>{words.title}</h1>
                {none}
            </section>
            {children}
            <section><h2>{words.wrong_title}</h2><div>{wrong}</div></section>
        </div>
    };
    Ok(Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Me).page(&visit.setting).into())
}

fn child(visit: &Visit, rights: &OwnRights, opened: &[OpenedWords]) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.children;
    let today = visit.now.date(visit.viewer.zone);
    let age = rights.child.born.and_then(|born| today.years_since(born)).map(|years| {
        view! { <small>{(text.people.years_old)(years)}</small> " " }
    });
    let name = rights.child.name.first();
    let said: Vec<_> =
        opened.iter().filter(|words| words.child == rights.child.id).map(|words| quote(visit, &words.said)).collect();
    let said = (!said.is_empty()).then(|| {
        view! { <h3 class="part">{(words.said)(name)}</h3> <div class="heard">{said}</div> }
    });
    let home = rights.lives_with.then(|| view! { <li>{(words.lives_with_you)(name)}</li> });
    view! {
        <section>
            <h2>{age} {rights.child.name.to_string()}</h2>
            <div>
                {said}
                <h3 class="part">{words.who_decides}</h3>
                <ul class="note">
                    <li>{(words.custody)(rights.custody)}</li>
                    <li>{(words.you_see)(name)}</li>
                    {home}
                </ul>
            </div>
        </section>
    }
}

/// What a child said, and to whom and when.
fn quote(visit: &Visit, said: &Said) -> impl IntoView + use<> {
    let day = date::full_date(visit.text, said.heard_on);
    view! {
        <figure>
            <blockquote class="quote">{said.words.to_string()}</blockquote>
            <figcaption class="soft">{(visit.text.children.heard)(said.heard_by.as_str(), &day)}</figcaption>
        </figure>
    }
}

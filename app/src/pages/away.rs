//! When somebody of the staff is away: what stands with their families moves at once.

use leptos::prelude::*;

use super::adviser;
use crate::{
    domain::{id::Id, inbox::Absence},
    problem::Problem,
    store,
    ui::{
        Visit, date,
        days::DaysForm,
        field::Fields,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
    },
};

/// Shows when the viewer is or will be away.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but advisers and coordinators.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    adviser(&visit)?;
    shown(&visit, &DaysForm::default()).await
}

async fn shown(visit: &Visit, form: &DaysForm) -> Result<Answer, Problem> {
    let text = visit.text;
    let today = visit.now.date(visit.viewer.zone);
    let rows: Vec<_> = store::absences(&visit.db, &visit.viewer, visit.now)
        .await?
        .into_iter()
        .map(|(id, (from, until))| {
            let [from, until] = [from, until].map(|day| date::day(text, day, today));
            view! {
                <li class="device">
                    <div><strong>{(text.away.days)(&from, &until)}</strong></div>
                    <form method="post" action=format!("/away/{id}/remove")>
                        <button class="button">{text.away.remove}</button>
                    </form>
                </li>
            }
        })
        .collect();
    let rows = (!rows.is_empty()).then(|| view! { <ul class="rows">{rows}</ul> });
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/me">{icon(Icon::Back)}{text.me.title}</a></p>
                <h1>{text.away.title}</h1>
                <p>{text.away.lead}</p>
                {rows}
                <form method="post" action="/away" novalidate=true>
                    {form.fields(text, text.away.from, text.away.until)}
                    <p class="reach"><button class="button main">{text.away.save}</button></p>
                </form>
            </section>
        </div>
    };
    let sheet = Sheet::new(text.away.title, main).tabs(&visit.viewer, Tab::Me).refused(form.is_refused());
    Ok(sheet.page(&visit.setting).into())
}

/// The viewer is away on these days.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but advisers and coordinators.
pub async fn be_away(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    adviser(&visit)?;
    match DaysForm::read(fields, visit.now.date(visit.viewer.zone)) {
        Ok(days) => {
            store::be_away(&visit.db, &visit.viewer, days, visit.now).await?;
            Ok(Answer::See("/away".into()))
        }
        Err(form) => shown(&visit, &form).await,
    }
}

/// The viewer is there after all.
///
/// # Errors
/// [`Problem::NotFound`] when it is not the viewer's own.
pub async fn be_back(visit: Visit, absence: Id<Absence>, _: Fields) -> Result<Answer, Problem> {
    adviser(&visit)?;
    store::be_back(&visit.db, &visit.viewer, absence, visit.now).await?;
    Ok(Answer::See("/away".into()))
}

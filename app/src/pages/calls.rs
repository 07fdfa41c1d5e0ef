//! Telling a parent of a meeting by phone, where nothing else reached them.

use leptos::prelude::*;

use super::of_staff;
use crate::{
    domain::{
        access::Purpose,
        id::Id,
        inbox::{Call, InboxItem},
    },
    problem::Problem,
    store::{self, Access, Whose},
    ui::{
        Visit, date,
        field::Fields,
        icon::{Icon, icon},
        page::{Answer, Page, Sheet, Tab},
        parts,
    },
};

async fn access(visit: &Visit, id: Id<InboxItem>) -> Result<Access, Problem> {
    of_staff(visit, Whose::InboxItem(id), Purpose::Call).await
}

/// Shows whom to call about which meeting, and by when.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer does not read for that family, or nobody is to be called.
pub async fn show(visit: Visit, id: Id<InboxItem>) -> Result<Answer, Problem> {
    let access = access(&visit, id).await?;
    let item = store::call_to_make(&visit.db, &access, id).await?;
    Ok(page(&visit, &item, access.is_staff()).into())
}

/// It is told.
///
/// # Errors
/// As [`show`]; [`Problem::Changed`] when somebody told it already.
pub async fn done(visit: Visit, id: Id<InboxItem>, _: Fields) -> Result<Answer, Problem> {
    let access = access(&visit, id).await?;
    store::called(&visit.db, &access, id, visit.now).await?;
    Ok(Answer::See("/inbox".into()))
}

fn page(visit: &Visit, item: &InboxItem, is_staff: bool) -> Page {
    let text = visit.text;
    let words = &text.calls;
    let by = date::instant(text, item.waiting.read_by, visit.viewer.zone, visit.now);
    let by = if item.waiting.read_by < visit.now { (words.late)(&by) } else { (words.by)(&by) };
    let next = if item.closed {
        view! { <p class="note">{words.closed}</p> }.into_any()
    } else {
        view! {
            <form method="post" action=format!("/calls/{}", item.id)>
                <p class="reach"><button class="button main">{icon(Icon::Check)} {words.done}</button></p>
            </form>
        }
        .into_any()
    };
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/inbox">{icon(Icon::Back)}{text.inbox.title}</a></p>
                <h1><small>{words.title}</small> " " {item.person.to_string()}</h1>
                <p>{words.why}</p>
                <p>{(!item.closed).then_some(by)}</p>
                <p class="soft">
                    <a href=format!("/families/{}", item.family)>{item.family_name.to_string()}</a>
                    ". "
                    {text.families.logged}
                </p>
            </section>
            {item.call.as_ref().map(|call| about(visit, item, call, is_staff))}
            <section>{next}</section>
        </div>
    };
    Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Inbox).page(&visit.setting)
}

/// Which meeting, and how the parent is reached.
fn about(visit: &Visit, item: &InboxItem, call: &Call, is_staff: bool) -> AnyView {
    let text = visit.text;
    let words = &text.calls;
    let when = date::capital(&date::when(text, &call.starts, visit.now));
    let cancelled = call.cancelled.then(|| view! { <p><strong>{words.cancelled}</strong></p> });
    let link = is_staff.then(|| {
        view! {
            <p>
                <a class="quiet" href=format!("/meetings/{}", call.meeting)>
                    {text.meetings.open}
                    {icon(Icon::Forward)}
                </a>
            </p>
        }
    });
    let number = match &call.phone {
        Some(phone) => phone.spoken(),
        None => words.no_number.to_owned(),
    };
    view! {
        <section>
            <h2>{words.meeting}</h2>
            <div>
                <p><time datetime=date::machine(&call.starts)>{when}</time></p>
                {cancelled}
                {link}
            </div>
        </section>
        <section>
            <h2>{words.number}</h2>
            <div>
                <p>{number}</p>
                {parts::reach(text, &item.person, call.phone.as_ref())}
            </div>
        </section>
    }
    .into_any()
}

//! A parent's own notes, which nobody else reads.

use leptos::prelude::*;

use super::own_family;
use crate::{
    domain::{
        consent::{Item, Receipt},
        id::Id,
        moment::Moment,
        note::OwnNote,
        words::Note,
    },
    problem::Problem,
    store,
    ui::{
        Visit, date,
        field::{Fields, Refusals},
        form::Form,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
    },
};

/// The field with what it says.
const WORDS: &str = "words";
/// The id it will have; it comes with the page, so that sending twice makes one.
const ID: &str = "id";

/// A note as it was filled in.
struct NoteForm {
    id: Id<OwnNote>,
    typed: Fields,
    refusals: Refusals,
}

/// Shows them, the newest first.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let form = NoteForm { id: Id::fresh(visit.now), typed: Fields::default(), refusals: Refusals::default() };
    shown(&visit, &form).await
}

async fn shown(visit: &Visit, form: &NoteForm) -> Result<Answer, Problem> {
    let text = visit.text;
    let access = own_family(visit).await?;
    let notes = store::notes(&visit.db, &access).await?;
    let receipts = store::consents(&visit.db, &access).await?;
    let shared: Vec<_> = receipts.iter().filter(|receipt| shows_notes(receipt, visit.now)).collect();
    let shared = shared.first().map(|receipt| shared_note(visit, receipt));
    let rows: Vec<_> = notes.iter().map(|note| row(visit, note)).collect();
    let list = if rows.is_empty() {
        view! { <p class="soft">{text.notes.none}</p> }.into_any()
    } else {
        view! { <ol class="rows">{rows}</ol> }.into_any()
    };
    let fields = Form { text, typed: &form.typed, refusals: &form.refusals };
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/me">{icon(Icon::Back)}{text.me.title}</a></p>
                <h1>{text.notes.title}</h1>
                <p>{text.notes.lead}</p>
                {shared}
                <form method="post" action="/notes" novalidate=true>
                    <input type="hidden" name=ID value=form.id.to_string() />
                    {fields.lines(WORDS, text.notes.write, "", Note::MAX)}
                    <p class="reach"><button class="button main">{text.notes.save}</button></p>
                </form>
            </section>
        </div>
        {list}
    };
    let sheet = Sheet::new(text.notes.title, main).tabs(&visit.viewer, Tab::Me).refused(!form.refusals.is_empty());
    Ok(sheet.page(&visit.setting).into())
}

fn shows_notes(receipt: &Receipt, now: Moment) -> bool {
    receipt.consent.thing.item() == Item::Notes && receipt.consent.holds(now)
}

/// With whom the notes are shared, and the way to stop it.
fn shared_note(visit: &Visit, receipt: &Receipt) -> impl IntoView + use<> {
    let text = visit.text;
    let last = receipt.consent.ends_at.plus_seconds(-1).date(visit.viewer.zone);
    let last = date::day(text, last, visit.now.date(visit.viewer.zone));
    view! {
        <p class="note">
            <strong>{(text.notes.shared_with)(receipt.recipient.as_str(), &last)}</strong>
            " "
            <a href="/sharing">{text.sharing.title}</a>
        </p>
    }
}

fn row(visit: &Visit, note: &OwnNote) -> impl IntoView + use<> {
    let text = visit.text;
    let when = date::instant(text, note.written_at, visit.viewer.zone, visit.now);
    view! {
        <li class="device">
            <div>
                <p class="written">{note.words.to_string()}</p>
                <p class="soft">{(text.notes.written)(&when)}</p>
            </div>
            <form method="post" action=format!("/notes/{}/delete", note.id)>
                <button class="button">
                    {text.notes.delete}
                    <span class="unseen">{(text.notes.delete_which)(&when)}</span>
                </button>
            </form>
        </li>
    }
}

/// Keeps a note.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent, [`Problem::Malformed`] for a form of somebody else's.
pub async fn write(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let id = fields.parsed(ID).ok_or(Problem::Malformed)?;
    let mut refusals = Refusals::default();
    let words = fields.once(WORDS).and_then(|words| Note::parse(words.unwrap_or_default()));
    match refusals.take(WORDS, words) {
        Some(words) => {
            store::write_note(&visit.db, &access, id, &words, visit.now).await?;
            Ok(Answer::See("/notes".into()))
        }
        None => shown(&visit, &NoteForm { id, typed: fields, refusals }).await,
    }
}

/// Deletes a note.
///
/// # Errors
/// [`Problem::NotFound`] when it is not the viewer's own.
pub async fn delete(visit: Visit, note: Id<OwnNote>, _: Fields) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    store::delete_note(&visit.db, &access, note).await?;
    Ok(Answer::See("/notes".into()))
}

//! What is shown: what a child said, to whom it is opened, the form to write, and the page before it is opened.

use leptos::prelude::*;

use super::form::{ASSENT, HEARD_BY, HEARD_ON, ID, WORDS};
use crate::{
    domain::{
        child_words::{Assent, ChildWords, Opening, Said},
        family::Family,
        id::Id,
        person::{Person, Role},
        rights::Registered,
        words::Note,
    },
    ui::{
        Visit, date,
        field::FilledIn,
        form::Form,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
    },
};

/// What staff see of a child's words.
pub(super) struct OfChild<'a> {
    pub(super) family: Id<Family>,
    pub(super) child: &'a Registered,
    pub(super) registered: &'a [Registered],
    pub(super) words: Vec<ChildWords>,
    pub(super) form: &'a FilledIn,
    pub(super) id: Id<ChildWords>,
    /// Whether the viewer may open them.
    pub(super) decides: bool,
}

pub(super) fn of_child(visit: &Visit, shown: &OfChild<'_>) -> Page {
    let text = visit.text;
    let words = &text.child_words;
    let child = &shown.child.person;
    let rows: Vec<_> = shown.words.iter().map(|words| row(visit, shown, words)).collect();
    let list = if rows.is_empty() {
        view! { <p class="soft">{words.none}</p> }.into_any()
    } else {
        view! { <ul class="rows">{rows}</ul> }.into_any()
    };
    let form = Form::of(text, shown.form);
    let main = view! {
        <div class="path">
            <section>
                <p>
                    <a class="quiet" href=format!("/families/{}/children", shown.family)>
                        {icon(Icon::Back)}
                        {text.rights.title}
                    </a>
                </p>
                <h1><small>{words.title}</small> " " {child.name.to_string()}</h1>
                <p>{words.lead}</p>
            </section>
            <section><h2>{words.said}</h2><div>{list}</div></section>
            <section>
                <h2>{words.write}</h2>
                <form method="post" action=format!("/people/{}/words", child.id) novalidate=true>
                    <input type="hidden" name=ID value=shown.id.to_string() />
                    {form.lines(WORDS, words.words, words.words_hint, Note::MAX)}
                    {form.line(HEARD_BY, "text", words.heard_by, "")}
                    {form.line(HEARD_ON, "date", words.heard_on, "")}
                    <p class="reach"><button class="button main">{words.save}</button></p>
                </form>
            </section>
        </div>
    };
    let sheet = Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Families);
    sheet.refused(shown.form.is_refused()).page(&visit.setting)
}

fn quote(visit: &Visit, said: &Said) -> impl IntoView + use<> {
    let heard = (visit.text.child_words.heard)(said.heard_by.as_str(), &date::full_date(visit.text, said.heard_on));
    view! {
        <blockquote class="quote">{said.words.to_string()}</blockquote>
        <p class="soft">{heard}</p>
    }
}

fn row(visit: &Visit, shown: &OfChild<'_>, words: &ChildWords) -> impl IntoView + use<> {
    let text = visit.text;
    let when = date::instant(text, words.written_at, visit.viewer.zone, visit.now);
    let (open, past): (Vec<_>, Vec<_>) = words.openings.iter().partition(|opening| opening.closed.is_none());
    let hidden = open.is_empty().then(|| view! { <p><strong>{text.child_words.hidden}</strong></p> });
    let open: Vec<_> = open.into_iter().map(|opening| opened(visit, words, opening)).collect();
    let past: Vec<_> = past.into_iter().map(|opening| view! { <li>{closed(visit, opening)}</li> }).collect();
    let past = (!past.is_empty()).then(|| view! { <ul class="note soft">{past}</ul> });
    let could: Vec<_> = shown
        .registered
        .iter()
        .map(|one| &one.person)
        .filter(|person| shown.decides && person.role == Role::Parent && !words.is_open_to(person.id))
        .filter(|person| shown.child.rights.of(person.id).is_some_and(|rights| rights.may_see))
        .map(|person| {
            let address = format!("/words/{}/open/{}", words.id, person.id);
            view! { <a class="button" href=address>{(text.child_words.open_to)(person.name.first())}</a> " " }
        })
        .collect();
    let could = (!could.is_empty()).then(|| view! { <p class="reach">{could}</p> });
    view! {
        <li>
            {quote(visit, &words.said)}
            <p class="soft">{(text.child_words.written)(words.author.as_str(), &when)}</p>
            {hidden}
            {open}
            {past}
            {could}
        </li>
    }
}

/// That somebody can read it, and the way to close it.
fn opened(visit: &Visit, words: &ChildWords, opening: &Opening) -> impl IntoView + use<> {
    let text = visit.text;
    let (child, adult) = (words.child.1.first().to_owned(), opening.adult.1.first().to_owned());
    let when = date::instant(text, opening.opened_at, visit.viewer.zone, visit.now);
    let unread = (!opening.reads).then(|| view! { <p class="note">{(text.child_words.no_rights)(&adult)}</p> });
    view! {
        <p><strong>{(text.child_words.reads)(&adult)}</strong></p>
        <p class="soft">
            {(text.child_words.opened)(opening.opened_by.as_str(), &when)}
            " "
            {(text.child_words.assented)(opening.assent, &child)}
        </p>
        {unread}
        <form class="reach" method="post" action=format!("/words/{}/close/{}", words.id, opening.adult.0)>
            <button class="button">{(text.child_words.close_to)(&adult)}</button>
        </form>
    }
}

fn closed(visit: &Visit, opening: &Opening) -> Option<String> {
    let text = visit.text;
    let when = |at| date::instant(text, at, visit.viewer.zone, visit.now);
    let (by, at) = opening.closed.as_ref()?;
    let adult = opening.adult.1.first();
    Some((text.child_words.closed)(adult, by.as_str(), &when(opening.opened_at), &when(*at)))
}

pub(super) fn confirm(visit: &Visit, words: &ChildWords, adult: &Person, form: &FilledIn) -> Page {
    let text = visit.text;
    let title = (text.child_words.open_to)(adult.name.first());
    let child = words.child.1.first();
    let fields = Form::of(text, form);
    let choices: Vec<_> = Assent::ALL
        .iter()
        .map(|assent| {
            let words = (text.child_words.assented)(*assent, child);
            fields.tick(ASSENT, "radio", assent.key().to_owned(), words)
        })
        .collect();
    let main = view! {
        <div class="path">
            <section>
                <p>
                    <a class="quiet" href=format!("/people/{}/words", words.child.0)>
                        {icon(Icon::Back)}
                        {text.child_words.title}
                    </a>
                </p>
                <h1>{title.clone()}</h1>
                <p>{(text.child_words.will_read)(adult.name.as_str(), child)}</p>
                {quote(visit, &words.said)}
                <form method="post" action=format!("/words/{}/open/{}", words.id, adult.id) novalidate=true class="review">
                    <fieldset aria-describedby=fields.refusals.of(ASSENT).map(|_| "assent-problem")>
                        <legend>{(text.child_words.what_says)(child)}</legend>
                        {fields.problem(ASSENT)}
                        {choices}
                    </fieldset>
                    <p class="soft">{text.child_words.read_is_read}</p>
                    <p class="reach"><button class="button main">{title.clone()}</button></p>
                </form>
            </section>
        </div>
    };
    Sheet::new(title.clone(), main).tabs(&visit.viewer, Tab::Families).refused(form.is_refused()).page(&visit.setting)
}

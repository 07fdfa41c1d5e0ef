//! One's own passkeys: making one, naming and removing it, and showing with one who one is.

use leptos::prelude::*;

use super::{proof, shown};
use crate::{
    domain::{
        chance,
        id::Id,
        passkey::{
            Kind, PASSKEYS, Passkey, Refused,
            ceremony::{HANDLE, MakeAnswer},
        },
        words::Title,
    },
    pages::{ask_for_passkey, not_asked, side, signed},
    problem::Problem,
    store,
    ui::{
        Visit, date, detour,
        field::{Fields, FilledIn, Refusals},
        form::Form,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
        passkey::{self, ANSWER},
    },
};

/// The field with what a passkey is called.
const NAME: &str = "name";

/// Where one's own passkeys stand.
const HERE: &str = "/me#passkeys";

/// One's own passkeys, and the way to one more. Without script, or in a browser that cannot, it says what to do instead.
pub(super) fn section(
    visit: &Visit,
    passkeys: &[(Passkey, Vec<u8>)],
    refused: Option<Refused>,
) -> Option<impl IntoView + use<>> {
    visit.site.side()?;
    let text = visit.text;
    let words = &text.passkeys;
    let rows: Vec<_> = passkeys.iter().map(|(passkey, _)| row(visit, passkey)).collect();
    let list = (!rows.is_empty()).then(|| view! { <ul class="rows">{rows}</ul> });
    let problem = refused.map(|why| view! { <p class="problem">{passkey::refused(text, why, words.failed)}</p> });
    let proven = visit.viewer.has_just_proven(visit.now);
    let form = |action, button| {
        view! {
            {passkey::form(text, action, button, "button", words.failed)}
            <p class="soft instead">{words.instead}</p>
        }
    };
    let add = match (passkeys.len(), proven) {
        (PASSKEYS.., _) => view! { <p class="soft">{(words.enough)(PASSKEYS)}</p> }.into_any(),
        (_, true) => {
            let afraid = visit.viewer.quick_exit.then_some(words.shared_and_afraid);
            view! {
                <p><strong>{words.shared}</strong> " " {afraid}</p>
                {form("/me/passkeys", words.add)}
            }
            .into_any()
        }
        (0, false) => view! { <p class="soft">{words.come_in_again}</p> }.into_any(),
        (_, false) => view! {
            <p class="soft">{words.prove_words}</p>
            {form("/me/passkeys/prove", words.prove)}
        }
        .into_any(),
    };
    Some(view! {
        <section id="passkeys">
            <h2>{words.title}</h2>
            <div>
                <p>{words.words}</p>
                {problem}
                {list}
                {add}
            </div>
        </section>
    })
}

fn row(visit: &Visit, passkey: &Passkey) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.passkeys;
    let day = |at| date::instant(text, at, visit.viewer.zone, visit.now);
    let used = passkey.used_at.map_or_else(|| words.not_used.to_owned(), |at| (words.used)(&day(at)));
    let made = (words.made)(&day(passkey.created_at));
    view! {
        <li class="device">
            {icon(Icon::Device)}
            <div>
                <h3>{passkey.name.to_string()}</h3>
                <p class="soft">{made} <br /> {used}</p>
            </div>
            <a class="button" href=format!("/me/passkeys/{}", passkey.id)>
                {words.edit}
                <span class="unseen">{(words.edit_which)(passkey.name.as_str())}</span>
            </a>
        </li>
    }
}

/// Shows one of the viewer's own passkeys, to name or remove it.
///
/// # Errors
/// [`Problem::NotFound`] when it is not the viewer's own.
pub async fn edit(visit: Visit, id: Id<Passkey>) -> Result<Answer, Problem> {
    let passkey = store::passkey(&visit.db, &visit.viewer, id).await?;
    let typed = [(NAME, passkey.name.to_string())].into_iter().collect();
    Ok(edited(&visit, &passkey, &FilledIn { typed, refusals: Refusals::default() }))
}

fn edited(visit: &Visit, passkey: &Passkey, form: &FilledIn) -> Answer {
    let words = &visit.text.passkeys;
    let fields = Form::of(visit.text, form);
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href=HERE>{icon(Icon::Back)}{visit.text.me.title}</a></p>
                <h1>{passkey.name.to_string()}</h1>
                <form method="post" action=format!("/me/passkeys/{}", passkey.id) novalidate=true>
                    {fields.line(NAME, "text", words.name, "")}
                    <p class="reach"><button class="button main">{words.save_name}</button></p>
                </form>
            </section>
            <section>
                <h2>{words.remove}</h2>
                <form method="post" action=format!("/me/passkeys/{}/remove", passkey.id)>
                    <p>{words.remove_words}</p>
                    <p class="reach"><button class="button">{words.remove_yes}</button></p>
                </form>
            </section>
        </div>
    };
    let sheet = Sheet::new(passkey.name.to_string(), main).tabs(&visit.viewer, Tab::Me).refused(form.is_refused());
    sheet.page(&visit.setting).into()
}

/// Gives one of the viewer's own passkeys another name.
///
/// # Errors
/// [`Problem::NotFound`] when it is not the viewer's own.
pub async fn rename(visit: Visit, id: Id<Passkey>, typed: Fields) -> Result<Answer, Problem> {
    let mut refusals = Refusals::default();
    let name = typed.once(NAME).and_then(|name| Title::parse(name.unwrap_or_default()));
    match refusals.take(NAME, name) {
        Some(name) => {
            store::rename_passkey(&visit.db, &visit.viewer, id, &name).await?;
            Ok(Answer::See(HERE.into()))
        }
        None => {
            let passkey = store::passkey(&visit.db, &visit.viewer, id).await?;
            Ok(edited(&visit, &passkey, &FilledIn { typed, refusals }))
        }
    }
}

/// Removes one of the viewer's own passkeys.
///
/// # Errors
/// [`Problem::NotFound`] when it is not the viewer's own; [`Problem::Unproven`] for whoever has not shown lately who they
/// are, and could choose a code in their place without it.
pub async fn remove(visit: Visit, id: Id<Passkey>, form: Fields) -> Result<Answer, Problem> {
    super::super::confirmed(&visit, Some(form))?;
    store::remove_passkey(&visit.db, &visit.viewer, id).await?;
    Ok(Answer::See(HERE.into()))
}

/// The viewer wants to hear no more of it.
///
/// # Errors
/// Those of the store.
pub async fn decline(visit: Visit, _: Fields) -> Result<Answer, Problem> {
    store::decline_passkey(&visit.db, &visit.viewer).await?;
    Ok(Answer::See("/".into()))
}

/// Says what a device is to make, to whoever has just shown who they are.
///
/// # Errors
/// [`Problem::NotFound`] where there can be no passkeys, [`Problem::Foreign`] for whoever came in too long ago.
pub async fn ask(visit: Visit, _: Fields) -> Result<Answer, Problem> {
    let side = side(&visit)?;
    if !visit.viewer.has_just_proven(visit.now) {
        return Err(Problem::Foreign);
    }
    let handle = store::passkey_handle(&visit.db, &visit.viewer, chance::bytes()).await?;
    let handle: [u8; HANDLE] = handle.try_into().map_err(|_| Problem::Ours("a handle of another length".into()))?;
    let known = store::passkeys(&visit.db, &visit.viewer).await?.into_iter().map(|(_, credential)| credential);
    let name = visit.viewer.name.first();
    let asked = side.make(handle, name, visit.text.app, known.collect()).map_err(not_asked)?;
    store::begin_ceremony(&visit.db, Kind::Make, Some(&visit.viewer), &asked, visit.now).await?;
    Ok(Answer::Json(asked.options))
}

/// Keeps a passkey that a device made, called as the device.
///
/// # Errors
/// [`Problem::NotFound`] where there can be no passkeys; those of the store.
pub async fn add(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    match added(&visit, &fields).await? {
        Ok(()) => Ok(Answer::See(HERE.into())),
        Err(refused) => shown_refused(&visit, refused).await,
    }
}

async fn added(visit: &Visit, fields: &Fields) -> Result<Result<(), Refused>, Problem> {
    let side = side(visit)?;
    let (db, viewer) = (&visit.db, &visit.viewer);
    let read = MakeAnswer::read(answer(fields)).and_then(|answer| Ok((answer.challenge()?, answer)));
    let (challenge, answer) = match read {
        Ok(read) => read,
        Err(refused) => return Ok(Err(refused)),
    };
    let state = match store::end_ceremony(db, Kind::Make, Some(viewer), challenge, visit.now).await {
        Err(store::Error::NotFound) => return Ok(Err(Refused::NotAsked)),
        state => state?,
    };
    if !viewer.has_just_proven(visit.now) {
        return Ok(Err(Refused::NotProven));
    }
    let made = match side.take(&answer, &state) {
        Ok(made) => made,
        Err(refused) => return Ok(Err(refused)),
    };
    let name = store::device_name(db, viewer).await?;
    match store::keep_passkey(db, viewer, &made, &name, visit.now).await {
        Err(store::Error::Taken(what)) if what == "passkey_count" => Ok(Err(Refused::Enough)),
        Err(store::Error::Taken(_)) => Ok(Err(Refused::Twice)),
        kept => Ok(Ok(kept?)),
    }
}

fn answer(fields: &Fields) -> &str {
    fields.once(ANSWER).ok().flatten().unwrap_or_default()
}

async fn shown_refused(visit: &Visit, refused: Refused) -> Result<Answer, Problem> {
    shown(visit, &super::offered(visit).await?, &Refusals::default(), Some(refused)).await
}

/// Says what a device is to sign to show who the viewer is.
///
/// # Errors
/// [`Problem::NotFound`] where there can be no passkeys.
pub async fn ask_proof(visit: Visit, _: Fields) -> Result<Answer, Problem> {
    Ok(Answer::Json(ask_for_passkey(&visit, Kind::Prove, Some(&visit.viewer)).await?))
}

/// The viewer has shown who they are, with a passkey of their own, and goes on where they were going.
///
/// # Errors
/// As [`add`].
pub async fn prove(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let on = detour::read(&fields);
    match (proven(&visit, &fields).await?, on) {
        (Ok(()), Some(on)) => Ok(proof::done(&visit, &on)),
        (Ok(()), None) => Ok(Answer::See(HERE.into())),
        (Err(refused), Some(on)) => {
            let why = passkey::refused(visit.text, refused, visit.text.passkeys.failed).to_owned();
            proof::shown(&visit, &on, &FilledIn::default(), Some(why)).await
        }
        (Err(refused), None) => shown_refused(&visit, refused).await,
    }
}

async fn proven(visit: &Visit, fields: &Fields) -> Result<Result<(), Refused>, Problem> {
    let signed = match signed(visit, Kind::Prove, Some(&visit.viewer), answer(fields)).await? {
        Ok(signed) => signed,
        Err(refused) => return Ok(Err(refused)),
    };
    let state = (&signed.before[..], &signed.after[..]);
    match store::prove(&visit.db, &visit.viewer, signed.passkey, state, visit.now).await {
        Err(store::Error::NotFound) => Ok(Err(Refused::Unknown)),
        proven => Ok(Ok(proven?)),
    }
}

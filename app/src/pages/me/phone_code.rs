//! The code of one's own device: choosing it, removing it, and what the quick exit does with it.

use leptos::prelude::*;

use crate::{
    domain::{
        person::Role,
        phone_code::{PhoneCode, PhoneLock},
        why::Why,
    },
    problem::Problem,
    store,
    ui::{
        Visit,
        detour::{self, CODE},
        field::{Fields, FilledIn, Refusals},
        form::Form,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
    },
};

/// The field with the code once more.
const AGAIN: &str = "again";

/// The field that lets the quick exit lock.
const LOCKS: &str = "locks";

/// Where the code stands among one's own things.
const HERE: &str = "/me#code";

/// Whether the device has a code, and the way to one.
pub(super) fn section(visit: &Visit) -> impl IntoView + use<> {
    let words = &visit.text.phone_code;
    let has_one = visit.viewer.lock != PhoneLock::None;
    let (said, way) = if has_one { (words.on, words.change) } else { (words.words, words.choose) };
    let remove = has_one.then(|| {
        view! { <form method="post" action="/me/code/remove"><button class="quiet">{words.remove}</button></form> }
    });
    view! {
        <section id="code">
            <h2>{words.title}</h2>
            <div>
                <p>{said}</p>
                <div class="reach">
                    <a class="button" href="/me/code">{way}</a>
                    {remove}
                </div>
            </div>
        </section>
    }
}

/// What the quick exit does, for parents who have it and a code.
pub(super) fn exit_choice(visit: &Visit) -> Option<impl IntoView + use<>> {
    let viewer = &visit.viewer;
    let words = &visit.text.me;
    let (on, said, button) = match viewer.exit_locks {
        true => (false, words.exit_end_words, words.exit_end_on),
        false => (true, words.exit_lock_words, words.exit_lock_on),
    };
    let may = viewer.role == Role::Parent && viewer.quick_exit && viewer.lock != PhoneLock::None;
    may.then(|| super::choice(words.exit_lock, said, "/me/quick-exit/locks", LOCKS, on, button))
}

/// The two fields in which a code is chosen.
pub(super) fn fields(fields: Form<'_>) -> impl IntoView + use<> {
    let words = &fields.text.phone_code;
    view! {
        {fields.code(CODE, words.code, words.hint)}
        {fields.code(AGAIN, words.again, "")}
    }
}

/// Shows the form to choose a code.
///
/// # Errors
/// [`Problem::Unproven`] as [`save`]; those of the store.
pub async fn ask(visit: Visit) -> Result<Answer, Problem> {
    may_choose(&visit).await?;
    Ok(form(&visit, &FilledIn::default()))
}

fn form(visit: &Visit, form: &FilledIn) -> Answer {
    let words = &visit.text.phone_code;
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href=HERE>{icon(Icon::Back)}{visit.text.me.title}</a></p>
                <h1>{words.form}</h1>
                <p>{words.form_words}</p>
                <form method="post" action="/me/code" autocomplete="off" novalidate=true>
                    {fields(Form::of(visit.text, form))}
                    <p class="reach"><button class="button main">{words.save}</button></p>
                </form>
            </section>
        </div>
    };
    let sheet = Sheet::new(words.form, main).tabs(&visit.viewer, Tab::Me).refused(form.is_refused());
    sheet.page(&visit.setting).into()
}

/// Whoever has another way to show who they are does so first: nobody who finds the device open chooses a code in their
/// place. Whoever has none chooses it without: they could not do anything else to go on.
async fn may_choose(visit: &Visit) -> Result<(), Problem> {
    let has_way = super::proof::Ways::of(visit).await?.any();
    if has_way { super::super::confirmed(visit, None) } else { Ok(()) }
}

/// Keeps a code for this device.
///
/// # Errors
/// [`Problem::Unproven`] when they have a way to show who they are and did not lately; those of the store.
pub async fn save(visit: Visit, typed: Fields) -> Result<Answer, Problem> {
    may_choose(&visit).await?;
    let on = detour::read(&typed);
    let refusals = match chosen(&typed) {
        Ok(code) => {
            store::set_phone_code(&visit.db, &visit.viewer, code, visit.now).await?;
            return Ok(match on {
                Some(on) => super::proof::done(&visit, &on),
                None => Answer::See(HERE.into()),
            });
        }
        Err(refusals) => refusals,
    };
    let filled_in = FilledIn { typed: Fields::default(), refusals };
    match on {
        Some(on) => super::proof::shown(&visit, &on, &filled_in, None).await,
        None => Ok(form(&visit, &filled_in)),
    }
}

fn chosen(typed: &Fields) -> Result<PhoneCode, Refusals> {
    let mut refusals = Refusals::default();
    let once = |field| typed.once(field).map(Option::unwrap_or_default);
    let code = refusals.take(CODE, once(CODE).and_then(PhoneCode::choose));
    let again = once(AGAIN).and_then(|again| match &code {
        Some(code) if PhoneCode::parse(again).as_ref() != Ok(code) => Err(Why::NotTheSame),
        _ => Ok(()),
    });
    match (code, refusals.take(AGAIN, again)) {
        (Some(code), Some(())) => Ok(code),
        _ => Err(refusals),
    }
}

/// Removes the code of this device.
///
/// # Errors
/// [`Problem::Unproven`] for whoever has not shown lately who they are; those of the store.
pub async fn remove(visit: Visit, typed: Fields) -> Result<Answer, Problem> {
    if visit.viewer.lock != PhoneLock::None {
        super::super::confirmed(&visit, Some(typed))?;
        store::remove_phone_code(&visit.db, &visit.viewer).await?;
    }
    Ok(Answer::See(HERE.into()))
}

/// Lets the quick exit lock this device, or end the session as before.
///
/// # Errors
/// [`Problem::NotFound`] for anybody but a parent, [`Problem::Malformed`] for a form of somebody else's.
pub async fn lock_on_exit(visit: Visit, typed: Fields) -> Result<Answer, Problem> {
    if visit.viewer.role != Role::Parent {
        return Err(Problem::NotFound);
    }
    let locks = typed.ticked(LOCKS).map_err(|_| Problem::Malformed)?;
    store::lock_on_exit(&visit.db, &visit.viewer, locks).await?;
    Ok(Answer::See("/me".into()))
}

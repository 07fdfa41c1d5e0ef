//! Whether reminders come to this device, when, and how much they say.

use leptos::prelude::*;

use crate::{
    domain::{
        calendar::Detail,
        id::Id,
        moment::{clock, minutes},
        push::{Delivery, Device, Keys, PushService},
        reminder::Choice,
        why::Why,
    },
    islands::ReminderSwitch,
    problem::Problem,
    store,
    ui::{
        Push, Setting, Visit, date,
        field::{Fields, FilledIn, Refusals, problem_at},
        form::Form,
        icon::{Icon, icon},
        page::{Answer, Sheet, Tab},
    },
};

const QUIET_FROM: &str = "quiet_from";
const QUIET_UNTIL: &str = "quiet_until";
const DETAIL: &str = "detail";
/// Where the browser is reached; it fills this in itself, with the two keys.
const ENDPOINT: &str = "endpoint";
const PUBLIC_KEY: &str = "p256dh";
const SECRET: &str = "auth";
/// The delivery that a device showed.
const DELIVERY: &str = "delivery";

fn filled_in(choice: &Choice) -> FilledIn {
    let (from, until) = choice.quiet();
    let typed = [(QUIET_FROM, clock(from)), (QUIET_UNTIL, clock(until)), (DETAIL, choice.detail.key().to_owned())];
    FilledIn { typed: typed.into_iter().collect(), refusals: Refusals::default() }
}

fn read(typed: Fields) -> Result<Choice, FilledIn> {
    let mut refusals = Refusals::default();
    let once = |field| typed.once(field).map(Option::unwrap_or_default);
    let from = refusals.take(QUIET_FROM, once(QUIET_FROM).and_then(minutes));
    let until = refusals.take(QUIET_UNTIL, once(QUIET_UNTIL).and_then(minutes));
    let detail = refusals.take(DETAIL, once(DETAIL).and_then(str::parse));
    match (from, until, detail) {
        (Some(from), Some(until), Some(detail)) => {
            refusals.take(QUIET_FROM, Choice::new(from, until, detail)).ok_or(FilledIn { typed, refusals })
        }
        _ => Err(FilledIn { typed, refusals }),
    }
}

/// Shows them.
///
/// # Errors
/// When the database fails.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let choice = store::reminder_choice(&visit.db, &visit.viewer).await?;
    shown(&visit, &filled_in(&choice)).await
}

/// Keeps when they come and how much they say.
///
/// # Errors
/// As [`show`].
pub async fn choose(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    match read(fields) {
        Ok(choice) => {
            store::choose_reminders(&visit.db, &visit.viewer, &choice, visit.now).await?;
            Ok(Answer::See("/reminders".into()))
        }
        Err(form) => shown(&visit, &form).await,
    }
}

/// Lets them come to this device, which says where it is reached.
///
/// # Errors
/// [`Problem::NotFound`] where reminders are not set up.
pub async fn turn_on(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let push = visit.site.push.as_ref().ok_or(Problem::NotFound)?;
    match device(push, &fields) {
        Ok((endpoint, keys)) => {
            store::subscribe(&visit.db, &visit.viewer, &endpoint, &keys, visit.now).await?;
            Ok(Answer::See("/reminders".into()))
        }
        Err(why) => {
            let choice = store::reminder_choice(&visit.db, &visit.viewer).await?;
            let mut form = filled_in(&choice);
            form.refusals.add(ENDPOINT, why);
            shown(&visit, &form).await
        }
    }
}

/// Where a device is reached and what to lock with. An address outside the list of push services is none.
fn device(push: &Push, fields: &Fields) -> Result<(String, Keys), Why> {
    let once = |field| fields.once(field).map(Option::unwrap_or_default);
    let read = || {
        let (endpoint, keys) = (once(ENDPOINT)?, Keys::parse(once(PUBLIC_KEY)?, once(SECRET)?)?);
        let is_reached = PushService::origin(endpoint, &push.services).is_some() && (push.locks)(&keys);
        if is_reached { Ok((endpoint.to_owned(), keys)) } else { Err(Why::NoDevice) }
    };
    read().map_err(|_: Why| Why::NoDevice)
}

/// No more of them on this device.
///
/// # Errors
/// When the database fails.
pub async fn turn_off(visit: Visit, _: Fields) -> Result<Answer, Problem> {
    store::unsubscribe(&visit.db, &visit.viewer).await?;
    Ok(Answer::See("/reminders".into()))
}

/// Sends one to try.
///
/// # Errors
/// [`Problem::NotFound`] where reminders are not set up.
pub async fn try_it(visit: Visit, _: Fields) -> Result<Answer, Problem> {
    visit.site.push.as_ref().ok_or(Problem::NotFound)?;
    store::try_reminder(&visit.db, &visit.viewer, visit.now).await?;
    Ok(Answer::See("/reminders".into()))
}

/// A device says that it showed one. It may not be signed in any more.
///
/// # Errors
/// [`Problem::NotFound`] when none such was sent.
pub async fn seen(setting: Setting, fields: Fields) -> Result<Answer, Problem> {
    let delivery: Id<Delivery> = fields.parsed(DELIVERY).ok_or(Problem::NotFound)?;
    store::saw(&setting.db, delivery, setting.now).await?;
    Ok(Answer::See("/".into()))
}

async fn shown(visit: &Visit, form: &FilledIn) -> Result<Answer, Problem> {
    let text = visit.text;
    let words = &text.reminders;
    let device = store::device(&visit.db, &visit.viewer).await?;
    let here = visit.site.push.as_ref().map_or_else(
        || view! { <p>{words.not_set_up}</p> }.into_any(),
        |push| switch(visit, push, device.as_ref(), &form.refusals).into_any(),
    );
    let fields = Form::of(text, form);
    let details: Vec<_> = Detail::ALL
        .iter()
        .map(|detail| fields.tick(DETAIL, "radio", detail.key().to_owned(), (words.detail)(*detail).to_owned()))
        .collect();
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/me">{icon(Icon::Back)}{text.me.title}</a></p>
                <h1>{words.title}</h1>
                <p>{words.lead}</p>
                {here}
            </section>
            <section>
                <h2>{words.when}</h2>
                <form method="post" action="/reminders" novalidate=true>
                    {fields.line(QUIET_FROM, "time", words.quiet_from, "")}
                    {fields.line(QUIET_UNTIL, "time", words.quiet_until, "")}
                    <fieldset class="field">
                        <legend>{words.how_much}</legend>
                        {fields.problem(DETAIL)}
                        {details}
                    </fieldset>
                    <p class="reach"><button class="button">{words.save}</button></p>
                </form>
            </section>
        </div>
    };
    let sheet = Sheet::new(words.title, main).tabs(&visit.viewer, Tab::Me).refused(!form.refusals.is_empty());
    let has_switch = visit.site.push.is_some() && device.is_none_or(|device| device.gone);
    let sheet = if has_switch { sheet.island() } else { sheet };
    Ok(sheet.page(&visit.setting).into())
}

/// What stands with this device, and the way to change it.
fn switch(visit: &Visit, push: &Push, device: Option<&Device>, refusals: &Refusals) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.reminders;
    let works = device.filter(|device| !device.gone);
    let state = match device {
        None => words.off.to_owned(),
        Some(device) if device.gone => words.gone.to_owned(),
        Some(device) => match device.seen_at {
            Some(at) => (words.seen)(&date::instant(text, at, visit.viewer.zone, visit.now)),
            None if device.sent_at.is_some() => words.sent.to_owned(),
            None => words.on.to_owned(),
        },
    };
    let act = if works.is_some() {
        view! {
            <form method="post" action="/reminders/try">
                <p class="reach"><button class="button main">{words.try_it}</button></p>
            </form>
            <form method="post" action="/reminders/off">
                <p class="reach"><button class="button">{words.turn_off}</button></p>
            </form>
        }
        .into_any()
    } else {
        view! {
            <form
                method="post"
                action="/reminders/on"
                class="switch"
                data-key=push.key.clone()
                data-unsupported=words.unsupported
                data-install=words.install
                data-denied=words.denied
                data-failed=words.failed
            >
                {[ENDPOINT, PUBLIC_KEY, SECRET].map(|name| view! { <input type="hidden" name=name value="" /> }).to_vec()}
                {problem_at(text, refusals, ENDPOINT)}
                <ReminderSwitch />
                <p class="reach"><button class="button main">{words.turn_on}</button></p>
            </form>
        }
        .into_any()
    };
    view! {
        <p class="note"><strong>{state}</strong></p>
        {act}
    }
}

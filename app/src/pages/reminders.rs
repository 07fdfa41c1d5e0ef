//! Whether reminders come to this device, when, and how much they say.

use leptos::prelude::*;

use super::confirmed;
use crate::{
    domain::{
        calendar::Detail,
        channel::{Address, Carrier, Channel},
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
/// The second way: how, and the address for each.
const CHANNEL: &str = "channel";
const NONE: &str = "none";

/// The field with an address letters are brought to.
const fn address_field(carrier: Carrier) -> &'static str {
    match carrier {
        Carrier::Email => "email",
        Carrier::Sms => "sms",
    }
}

/// What stands in the form of the second way.
fn chosen(channel: Option<&Channel>) -> FilledIn {
    let kind = channel.map_or(NONE, |channel| channel.address.carrier().key()).to_owned();
    let typed = channel
        .map(|channel| (address_field(channel.address.carrier()), channel.address.as_str().to_owned()))
        .into_iter()
        .chain([(CHANNEL, kind)]);
    FilledIn { typed: typed.collect(), refusals: Refusals::default() }
}

/// Where somebody wants to be written to, by one of these carriers; `None` for not at all.
fn read_channel(typed: Fields, carriers: &[Carrier]) -> Result<Option<Address>, FilledIn> {
    let mut refusals = Refusals::default();
    let carrier = typed.once(CHANNEL).and_then(|key| match key.unwrap_or_default() {
        NONE => Ok(None),
        key => key.parse().map(Some),
    });
    let carrier = refusals.take(
        CHANNEL,
        carrier.and_then(|carrier: Option<Carrier>| match carrier {
            Some(carrier) if !carriers.contains(&carrier) => Err(Why::Unknown),
            carrier => Ok(carrier),
        }),
    );
    let address = match carrier {
        Some(Some(carrier)) => {
            let field = address_field(carrier);
            let address = typed.once(field).and_then(|typed| Address::parse(carrier, typed.unwrap_or_default()));
            refusals.take(field, address).map(Some)
        }
        other => other.map(|_| None),
    };
    address.ok_or(FilledIn { typed, refusals })
}

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
    shown(&visit, &filled_in(&choice), None).await
}

/// Keeps where somebody wants to be written to.
///
/// # Errors
/// [`Problem::NotFound`] where no letters are written; [`Problem::Unproven`] for another address by whoever has not shown
/// lately that it is them.
pub async fn choose_channel(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    if visit.site.carriers.is_empty() {
        return Err(Problem::NotFound);
    }
    let sent = fields.clone();
    match read_channel(fields, &visit.site.carriers) {
        Ok(address) => {
            let now = store::channel(&visit.db, &visit.viewer).await?.map(|channel| channel.address);
            if address.is_some() && address != now {
                confirmed(&visit, Some(sent))?;
            }
            store::choose_channel(&visit.db, &visit.viewer, address.as_ref(), visit.now).await?;
            Ok(Answer::See("/reminders".into()))
        }
        Err(form) => {
            let choice = store::reminder_choice(&visit.db, &visit.viewer).await?;
            shown(&visit, &filled_in(&choice), Some(&form)).await
        }
    }
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
        Err(form) => shown(&visit, &form, None).await,
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
            shown(&visit, &form, None).await
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
    if visit.site.push.is_none() && visit.site.carriers.is_empty() {
        return Err(Problem::NotFound);
    }
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

async fn shown(visit: &Visit, form: &FilledIn, channel_form: Option<&FilledIn>) -> Result<Answer, Problem> {
    let text = visit.text;
    let words = &text.reminders;
    let device = store::device(&visit.db, &visit.viewer).await?;
    let here = visit.site.push.as_ref().map_or_else(
        || view! { <p>{words.not_set_up}</p> }.into_any(),
        |push| switch(visit, push, device.as_ref(), &form.refusals).into_any(),
    );
    let channel = store::channel(&visit.db, &visit.viewer).await?;
    let kept = chosen(channel.as_ref());
    let channel_form = channel_form.unwrap_or(&kept);
    let second = (!visit.site.carriers.is_empty()).then(|| second_way(visit, channel.as_ref(), channel_form));
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
            {second}
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
    let sheet = Sheet::new(words.title, main)
        .tabs(&visit.viewer, Tab::Me)
        .refused(form.is_refused() || channel_form.is_refused());
    let has_switch = visit.site.push.is_some() && device.is_none_or(|device| device.gone);
    let sheet = if has_switch { sheet.island() } else { sheet };
    Ok(sheet.page(&visit.setting).into())
}

/// What stands with the second way, and the form to change it.
fn second_way(visit: &Visit, channel: Option<&Channel>, form: &FilledIn) -> impl IntoView + use<> {
    let words = &visit.text.reminders;
    let fields = Form::of(visit.text, form);
    let state = channel.map(|channel| {
        let spoken = match &channel.address {
            Address::Email(email) => email.as_str().to_owned(),
            Address::Sms(phone) => phone.spoken(),
        };
        if channel.refused { (words.address_refused)(&spoken) } else { (words.written_to)(&spoken) }
    });
    let state = state.map(|state| view! { <p class="note"><strong>{state}</strong></p> });
    let works = channel.is_some_and(|channel| !channel.refused);
    let try_it = works.then(|| {
        view! {
            <form method="post" action="/reminders/try">
                <p class="reach"><button class="button">{words.try_it}</button></p>
                <p class="soft">{words.try_limit}</p>
            </form>
        }
    });
    let ways: Vec<_> = visit
        .site
        .carriers
        .iter()
        .map(|carrier| {
            let (kind, field) = (if *carrier == Carrier::Email { "email" } else { "tel" }, address_field(*carrier));
            view! {
                {fields.tick(CHANNEL, "radio", carrier.key().to_owned(), (words.by)(*carrier).to_owned())}
                {fields.line(field, kind, (words.address)(*carrier), (words.address_hint)(*carrier))}
            }
        })
        .collect();
    view! {
        <section>
            <h2>{words.channel}</h2>
            <div>
                <p>{words.channel_words} " " {words.channel_shared}</p>
                {state}
                {try_it}
                <form method="post" action="/reminders/channel" novalidate=true>
                    <fieldset>
                        <legend class="unseen">{words.channel}</legend>
                        {fields.problem(CHANNEL)}
                        {fields.tick(CHANNEL, "radio", NONE.to_owned(), words.no_channel.to_owned())}
                        {ways}
                    </fieldset>
                    <p class="reach"><button class="button">{words.save}</button></p>
                </form>
            </div>
        </section>
    }
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

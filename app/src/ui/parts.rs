//! Small parts that several pages show.

use leptos::prelude::*;

use super::{
    Visit, date,
    icon::{Icon, icon},
};
use crate::{
    domain::{
        checkin::{Instrument, Target},
        consent::Receipt,
        id::Id,
        meeting::{Meeting, Place},
        moment::{Moment, Zone},
        person::Person,
        plan::Step,
        review::Review,
        settings::{HelpLine, Settings},
        team::{Part, TeamMember},
        words::{PersonName, Phone},
    },
    text::{Text, list},
};

/// One fact with its icon, in a list of facts.
pub fn fact(mark: Icon, words: String) -> impl IntoView {
    view! { <li>{icon(mark)}{words}</li> }
}

/// Buttons to call and to write to somebody.
pub fn reach(text: &'static Text, name: &PersonName, phone: Option<&Phone>) -> Option<impl IntoView + use<>> {
    let dial = phone?.dial().to_owned();
    let first = name.first().to_owned();
    Some(view! {
        <p class="reach">
            <a class="button" href=format!("tel:{dial}")>
                {icon(Icon::Phone)}
                {text.people.call}
                <span class="unseen">{(text.people.call_whom)(&first)}</span>
            </a>
            " "
            <a class="button" href=format!("sms:{dial}")>
                {icon(Icon::Message)}
                {text.people.write}
                <span class="unseen">{(text.people.write_whom)(&first)}</span>
            </a>
        </p>
    })
}

/// Somebody of the team: face, name, what they do, how to reach them.
pub fn member(text: &'static Text, member: &TeamMember) -> impl IntoView + use<> {
    let class = if member.part == Part::ContactPerson { "face near" } else { "face" };
    let face = if member.photo {
        let address = format!("/photos/{}", member.person);
        view! { <img class=class src=address alt="" width="52" height="52" loading="lazy" /> }.into_any()
    } else {
        view! { <span class=class aria-hidden="true">{member.name.initials()}</span> }.into_any()
    };
    let badge = (!member.role.has_authority()).then(|| view! { <p class="badge">{text.people.no_authority}</p> });
    view! {
        <div class="person">
            {face}
            <div>
                <h3>{member.name.to_string()}</h3>
                <p>{(text.people.part_words)(member.part)}</p>
            </div>
            {badge}
            {reach(text, &member.name, member.phone.as_ref())}
        </div>
    }
}

/// A step that can be ticked, and unticked. `from` is the page to come back to.
pub fn step(text: &'static Text, step: &Step, from: &'static str, zone: Zone, now: Moment) -> impl IntoView + use<> {
    let done = step.done.map(|at| {
        let day = date::day(text, at.date(zone), now.date(zone));
        view! { <small>{(text.home.done_on)(&day)} " " <u>{text.home.undo}</u></small> }
    });
    let (class, mark, value, words) = if step.done.is_some() {
        ("step done", Icon::Ticked, "no", text.home.done)
    } else {
        ("step", Icon::Circle, "yes", text.home.tick)
    };
    let details = done.is_none().then(|| {
        let who = step.doer.as_ref().map(|(_, name)| (text.plan.doer)(name.first()));
        let due = step
            .due
            .filter(|due| *due >= now.date(zone))
            .map(|due| (text.plan.due)(&date::day(text, due, now.date(zone))));
        let words: Vec<String> = who.into_iter().chain(due).collect();
        (!words.is_empty()).then(|| view! { <small>{words.join(" ")}</small> })
    });
    view! {
        <form class=class method="post" action=format!("/steps/{}", step.id) id=format!("s{}", step.id)>
            <input type="hidden" name="from" value=from />
            <button name="done" value=value>
                {icon(mark)}
                <span>
                    <span class="unseen">{words}</span>
                    {step.title.to_string()}
                    " "
                    {done}
                    {details.flatten()}
                </span>
            </button>
        </form>
    }
}

/// Where, with whom besides the reader, when exactly, and what to bring.
pub fn facts(
    text: &'static Text,
    meeting: &Meeting,
    reader: Id<Person>,
    place: fn(Place) -> &'static str,
    now: Moment,
) -> impl IntoView + use<> {
    let mark = match meeting.place {
        Place::Phone => Icon::Phone,
        _ => Icon::Place,
    };
    let place = place(meeting.place);
    let place = meeting.place_words.as_ref().map_or_else(|| place.to_owned(), |words| format!("{place}, {words}"));
    let others: Vec<String> = meeting
        .participants
        .iter()
        .filter(|other| other.person != reader)
        .map(|other| other.name.to_string())
        .collect();
    let with = (!others.is_empty()).then(|| fact(Icon::People, (text.home.with)(&list(text, &others))));
    // The heading above has the day; only where it has it as "tomorrow" or "Monday" is its date worth a word.
    let day = meeting.starts.local().date();
    let date = date::weekday_and_date(text, day);
    let span = date::span(text, &meeting.starts, meeting.ends());
    let said = date::day(text, day, now.date(meeting.starts.zone())) == date;
    let time = date::capital(&if said { span } else { format!("{date} {span}") });
    let bring = meeting.bring.as_ref().map(|bring| fact(Icon::Bring, (text.meetings.bring)(bring.as_str())));
    view! {
        <ul class="facts">
            {fact(mark, place)}
            {with}
            {fact(Icon::Clock, time)}
            {bring}
        </ul>
    }
}

/// The address at which a parent answers an instrument about somebody or something.
pub fn check_in_address(instrument: &Instrument, target: Target) -> String {
    match target {
        Target::Teller => format!("/check-in/{}", instrument.key),
        Target::Person(id) => format!("/check-in/{}/{id}", instrument.key),
        Target::Goal(id) => format!("/check-in/{}/{id}", instrument.key),
    }
}

/// Who read it, when, what they understood, what happens next and by when.
pub fn reply(text: &'static Text, review: &Review, zone: Zone, now: Moment) -> impl IntoView + use<> {
    let when = date::instant(text, review.at, zone, now);
    let by = review.reply.by.map(|by| date::day(text, by, now.date(zone)));
    let words =
        review.reply.words.as_ref().map(|words| view! { <blockquote class="quote">{words.to_string()}</blockquote> });
    view! {
        <p class="note">
            <strong>{(text.home.read_by)(review.reviewer.as_str(), &when)}</strong>
            " "
            {(text.home.next_step)(review.reply.next_step, review.reviewer.first(), by.as_deref())}
        </p>
        {words}
    }
}

/// What a consent is about, said to a parent who may know of it.
pub fn shared_thing(text: &Text, receipt: &Receipt) -> String {
    let child = receipt.child.as_ref().map_or("", PersonName::first);
    (text.sharing.item)(receipt.consent.thing.item(), child)
}

/// The question whether what ended by itself shall go on. `from` is the page to come back to.
pub fn still_share(visit: &Visit, receipt: &Receipt, from: &'static str) -> impl IntoView + use<> {
    let text = visit.text;
    let name = receipt.recipient.first();
    let last = receipt.consent.ends_at.plus_seconds(-1).date(visit.viewer.zone);
    let last = date::day(text, last, visit.now.date(visit.viewer.zone));
    view! {
        <h2>{(text.sharing.still)(name, &shared_thing(text, receipt))}</h2>
        <div>
            <p>{(text.sharing.ended)(&last)}</p>
            <p>
                <a class="quiet" href=format!("/sharing/preview/{}", receipt.consent.thing)>
                    {(text.sharing.see_as)(name)}
                </a>
            </p>
            <form class="reach" method="post" action=format!("/consents/{}/again", receipt.consent.id)>
                <input type="hidden" name="from" value=from />
                <button class="button" name="again" value="yes">{text.sharing.still_yes}</button>
                " "
                <button class="button" name="again" value="no">{text.sharing.still_no}</button>
            </form>
        </div>
    }
}

/// A score on a line from the lowest to the highest, with the lines that go with the answers.
pub fn scale(text: &'static Text, instrument: &Instrument, score: i64, answers: &[i64]) -> impl IntoView + use<> {
    let (lowest, highest) = instrument.range;
    let marks = (instrument.marks)(answers);
    let place = |value: i64| (value - lowest).clamp(0, highest - lowest) * 100 / (highest - lowest).max(1);
    let lines: String = marks.iter().map(|mark| format!("M{} -2V2", place(*mark))).collect();
    let label = (text.inbox.scale)(score, lowest, highest, marks);
    let words =
        (!marks.is_empty()).then(|| view! { <figcaption class="soft">{(text.inbox.scale_words)(marks)}</figcaption> });
    view! {
        <figure>
            <svg class="scale" viewBox="-3 -5 106 10" role="img" aria-label=label>
                <path d=format!("M0 0H100{lines}")></path>
                <circle cx=place(score).to_string() cy="0" r="3"></circle>
            </svg>
            {words}
        </figure>
    }
}

/// How a score went lately, small enough for a list. Nothing where there was only one.
pub fn spark(text: &'static Text, instrument: &Instrument, scores: &[i64]) -> Option<impl IntoView + use<>> {
    let label = (text.chart.lately)(scores);
    super::chart::spark(label, instrument.range, scores)
}

/// What stands differently after a change: each part, by its label, with what was there and what is.
pub fn difference<L>(text: &'static Text, old: &[(L, String)], new: &[(L, String)]) -> impl IntoView + use<L>
where
    L: Clone + PartialEq + IntoView + 'static,
{
    let words = &text.plan_changes;
    let labels = if new.is_empty() { old } else { new };
    let of = |parts: &[(L, String)], label: &L| {
        parts.iter().find(|(other, _)| other == label).map(|(_, words)| words.clone()).unwrap_or_default()
    };
    let rows: Vec<_> = labels
        .iter()
        .map(|(label, _)| (label.clone(), of(old, label), of(new, label)))
        .filter(|(_, old, new)| old != new)
        .map(|(label, old, new)| {
            let old = (!old.is_empty()).then(
                || view! { <dd class="written"><del><span class="unseen">{words.before} " "</span>{old}</del></dd> },
            );
            let new = (!new.is_empty()).then(
                || view! { <dd class="written"><ins><span class="unseen">{words.after} " "</span>{new}</ins></dd> },
            );
            view! { <dt>{label}</dt>{old}{new} }
        })
        .collect();
    view! { <dl class="said">{rows}</dl> }
}

/// Whom one can talk with right now: who comes where there is danger, then the municipality's own, then the whole
/// country's.
pub fn hotlines(text: &'static Text, own: &[HelpLine]) -> impl IntoView + use<> {
    let of_all = text.sent.hotlines.iter().map(|(dial, number, words)| help_row((*dial).into(), *number, *words));
    let own = own.iter().map(|line| help_row(line.dial(), line.number.clone(), line.words.to_string()));
    let mut lines: Vec<_> = of_all.collect();
    lines.splice(1..1, own);
    view! {
        <section>
            <h2>{text.sent.help}</h2>
            <ul class="help">{lines}</ul>
        </section>
    }
}

fn help_row(dial: String, number: impl IntoView, words: impl IntoView) -> AnyView {
    view! { <li><a href=format!("tel:{dial}")><b>{number}</b> " " {words}</a></li> }.into_any()
}

/// The numbers and pages of the municipality's own, where it has any.
pub fn own_help(text: &'static Text, settings: &Settings) -> Option<impl IntoView + use<>> {
    let lines =
        settings.help_lines.iter().map(|line| help_row(line.dial(), line.number.clone(), line.words.to_string()));
    let links = settings.links.iter().map(|link| {
        view! { <li><a href=link.address.clone() rel="noreferrer"><b>{link.words.to_string()}</b></a></li> }.into_any()
    });
    let rows: Vec<_> = lines.chain(links).collect();
    (!rows.is_empty()).then(|| view! { <section><h2>{text.team.own_help}</h2><ul class="help">{rows}</ul></section> })
}

/// Where anybody reads what becomes of what one tells, and for whom the pages are made.
pub fn about(text: &'static Text) -> impl IntoView + use<> {
    view! {
        <p class="aside reach">
            <a class="quiet" href="/privacy">{text.privacy.title}</a>
            " "
            <a class="quiet" href="/accessibility">{text.accessibility.title}</a>
        </p>
    }
}

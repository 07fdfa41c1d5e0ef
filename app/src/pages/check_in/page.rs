//! What is shown: the questions, and after sending what became of the answers.

use leptos::prelude::*;

use super::form::{CALL_ME, CheckInForm, WORDS};
use crate::{
    domain::{
        checkin::{About, CheckIn, Instrument, Level, Target},
        id::Id,
        inbox::{Absence, will_read},
        moment::Moment,
        person::Person,
        settings::HelpLine,
        team::TeamMember,
        words::Note,
        working_time::Office,
    },
    islands::{CheckInGuide, DraftSaved},
    text::list,
    ui::{
        Visit, date,
        field::problem_at,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
        parts,
        questions::{Filled, SEND, VERSION, hidden, questions, summary, turn},
    },
};

/// What somebody is asked.
pub(super) struct Asked {
    pub(super) instrument: &'static Instrument,
    pub(super) target: Target,
    /// The name of the child or the goal; empty for themselves.
    pub(super) name: String,
}

/// The list of children or goals to tell about.
pub(super) fn choose(visit: &Visit, instrument: &'static Instrument, targets: &[(Target, String)]) -> Page {
    let text = visit.text;
    let title = text.instruments.of(instrument.key).map_or(text.home.how_are_you, |words| words.title);
    let rows: Vec<_> = targets
        .iter()
        .map(|(target, name)| {
            view! {
                <li><a href=parts::check_in_address(instrument, *target)>{name.clone()} {icon(Icon::Forward)}</a></li>
            }
        })
        .collect();
    let lead = match instrument.about {
        _ if rows.is_empty() => text.check_in.nothing_to_choose,
        About::Goal => text.check_in.choose_goal,
        About::Child | About::Parent | About::Teller => text.check_in.choose_child,
    };
    let main = view! {
        <div class="path">
            <section>
                <h1>{title}</h1>
                <p>{lead}</p>
                <ul class="links">{rows}</ul>
            </section>
        </div>
    };
    Sheet::new(title, main).tabs(&visit.viewer, Tab::Home).page(&visit.setting)
}

/// The form. `saved` are check-ins of late, of which this device may hold a draft that has to go.
pub(super) fn form(visit: &Visit, asked: &Asked, form: &CheckInForm, saved: &[Id<CheckIn>], readers: &Readers) -> Page {
    let text = visit.text;
    let instrument = asked.instrument;
    let words = text.instruments.of(instrument.key);
    let refused = !form.refusals.is_empty();
    let title = words.map_or(text.home.how_are_you, |words| words.title);
    let title = if asked.name.is_empty() { title.to_owned() } else { format!("{title}: {}", asked.name) };
    let address = parts::check_in_address(instrument, asked.target);
    let filled = Filled { about: &asked.name, typed: &form.typed, refusals: &form.refusals };
    let main = view! {
        <h1 class="unseen">{title.clone()}</h1>
        <form
            method="post"
            action=address.clone()
            class=if refused { "check-in" } else { "check-in one-by-one" }
            data-missing=text.check_in.missing_answer
            data-draft=format!("{} {}", visit.viewer.session, address)
            data-saved=ids(saved)
            novalidate=true
        >
            {hidden(instrument, form.id)}
            {summary(text, instrument, &form.refusals, text.check_in.more)}
            <CheckInGuide />
            {questions(text, instrument, filled)}
            {send(visit, asked, form, readers)}
        </form>
        <form class="aside" method="post" action=format!("{address}/not-today")>
            <button class="quiet">{text.home.not_today}</button>
        </form>
        <p class="aside soft">{words.map(|words| words.source)}</p>
    };
    Sheet::new(title, main).task().quick_exit(&visit.viewer).island().kept(visit).refused(refused).page(&visit.setting)
}

fn ids(saved: &[Id<CheckIn>]) -> String {
    saved.iter().map(ToString::to_string).collect::<Vec<_>>().join(" ")
}

fn send(visit: &Visit, asked: &Asked, form: &CheckInForm, readers: &Readers) -> impl IntoView + use<> {
    let text = visit.text;
    let instrument = asked.instrument;
    let typed = form.typed.get(WORDS).unwrap_or_default().to_owned();
    let called = form.typed.get(CALL_ME) == Some("yes");
    let refused = form.refusals.of(WORDS).is_some();
    let by = |pressing| readers.office.read_by(visit.now, pressing);
    let day = |pressing| date::day(text, by(pressing).date(visit.viewer.zone), visit.now.date(visit.viewer.zone));
    let (soon, later) = (day(true), day(false));
    let who = match readers.names(visit, by(true)) {
        Some(names) => {
            let sooner = if soon == later {
                String::new()
            } else if instrument.level.is_some() {
                format!(" {}", (text.check_in.sooner)(&soon))
            } else {
                format!(" {}", (text.check_in.call_sooner)(&soon))
            };
            format!("{}{sooner}", (text.check_in.who_reads)(&names, &later))
        }
        None => text.check_in.nobody_reads.to_owned(),
    };
    let own_words = text.instruments.of(instrument.key).and_then(|words| words.own_words);
    let [emergency, _, lifeline, _] = text.sent.hotlines;
    view! {
        <fieldset class="question" id=SEND tabindex="-1">
            <legend>{text.check_in.more}</legend>
            <p>{text.check_in.more_words}</p>
            <div class="field">
                <label for=WORDS>{own_words.unwrap_or(text.check_in.own_words)}</label>
                {problem_at(text, &form.refusals, WORDS)}
                <textarea
                    id=WORDS
                    name=WORDS
                    rows="3"
                    maxlength=Note::MAX.to_string()
                    aria-invalid=refused.then_some("true")
                    aria-describedby=refused.then_some("words-problem")
                >
                    {typed}
                </textarea>
            </div>
            {problem_at(text, &form.refusals, CALL_ME)}
            <label class="choice">
                <input type="checkbox" name=CALL_ME value="yes" checked=called />
                <span>{text.check_in.call_me}</span>
            </label>
            <p class="note">
                {who}
                " "
                {text.check_in.not_at_night}
                " "
                {text.check_in.help_before}
                " "
                <a href=format!("tel:{}", emergency.0)>{emergency.1}</a>
                " "
                {text.dates.or}
                " "
                <a href=format!("tel:{}", lifeline.0)>{lifeline.1}</a>
                "."
            </p>
            {problem_at(text, &form.refusals, VERSION)}
            <p class="reach"><button type="submit" class="button main">{text.check_in.send}</button></p>
            {turn(text, None, instrument.items.last().map(|question| question.key))}
        </fieldset>
    }
}

/// Those who read what a parent tells.
pub(super) struct Readers {
    pub(super) team: Vec<TeamMember>,
    /// Who of them is away, and when.
    pub(super) away: Vec<(Id<Person>, Absence)>,
    pub(super) office: Office,
}

impl Readers {
    /// Who can be promised to read until then; nothing where nobody was chosen to.
    fn names(&self, visit: &Visit, until: Moment) -> Option<String> {
        let text = visit.text;
        if !self.team.iter().any(|member| member.part.reads_check_ins()) {
            return None;
        }
        let names = will_read(&self.team, &self.away, &self.office, visit.now, until);
        let names: Vec<String> = names.into_iter().map(ToString::to_string).collect();
        Some(if names.is_empty() { text.check_in.somebody.to_owned() } else { list(text, &names) })
    }
}

/// A check-in that was sent, and what became of it.
pub(super) struct Sent {
    pub(super) check_in: CheckIn,
    /// Check-ins of late, of which this device may hold a draft that has to go.
    pub(super) saved: Vec<Id<CheckIn>>,
    pub(super) readers: Readers,
    /// By when it is read.
    pub(super) read_by: Moment,
    /// Numbers of the municipality's own to call.
    pub(super) help_lines: Vec<HelpLine>,
    /// By when somebody calls all the same, if the parent asked for that.
    pub(super) call_by: Option<Moment>,
}

pub(super) fn sent(visit: &Visit, sent: &Sent) -> Page {
    let text = visit.text;
    let check_in = &sent.check_in;
    let zone = visit.viewer.zone;
    let level = check_in.level();
    let help = (level == Some(Level::Low) || check_in.words.is_some()).then(|| parts::hotlines(text, &sent.help_lines));
    let shows = match level {
        Some(level) => view! {
            <p>{(text.sent.score)(check_in.score, level)}</p>
            <p class="soft">{text.sent.not_a_diagnosis}</p>
        }
        .into_any(),
        None => view! { <p>{text.sent.no_score}</p> }.into_any(),
    };
    let change = check_in.change().map(|change| view! { <p>{(text.sent.change)(change)}</p> });
    let main = view! {
        <div class="path" data-saved=ids(&sent.saved)>
            <DraftSaved />
            <section class="hero">
                <h1>
                    <small>{(text.sent.thanks)(visit.viewer.name.first())}</small>
                    " "
                    {(text.sent.saved)(&date::instant(text, check_in.sent_at, zone, visit.now))}
                </h1>
            </section>
            {help}
            <section>
                <h2>{text.sent.who_reads}</h2>
                <div>{became(visit, sent)}</div>
            </section>
            <section>
                <h2>{text.sent.shows}</h2>
                <div>
                    {shows}
                    {change}
                    <p><a class="quiet" href="/check-ins">{text.sent.all}</a></p>
                </div>
            </section>
        </div>
        <p class="aside"><a class="button" href="/">{text.shell.to_home}</a></p>
    };
    Sheet::new(text.sent.title, main).task().quick_exit(&visit.viewer).island().page(&visit.setting)
}

/// Who reads it until when, or who read it and what happens next.
fn became(visit: &Visit, sent: &Sent) -> AnyView {
    let text = visit.text;
    let check_in = &sent.check_in;
    let zone = visit.viewer.zone;
    let today = visit.now.date(zone);
    let by = date::day(text, sent.read_by.date(zone), today);
    let late = sent.read_by < visit.now;
    let call_by = |moment: Moment| date::day(text, moment.date(zone), today);
    match (&check_in.review, sent.readers.names(visit, sent.read_by)) {
        (Some(review), _) => {
            let again = match sent.call_by {
                Some(moment) if moment < visit.now => view! { <p class="note">{text.sent.call_late}</p> }.into_any(),
                Some(moment) => view! { <p class="note">{(text.sent.will_call)(&call_by(moment))}</p> }.into_any(),
                None => view! {
                    <form method="post" action=format!("/check-ins/{}/call", check_in.id)>
                        <p>{text.sent.not_enough}</p>
                        <p class="reach"><button class="button">{icon(Icon::Phone)}{text.sent.call_anyway}</button></p>
                    </form>
                }
                .into_any(),
            };
            view! { {parts::reply(text, review, zone, visit.now)} {again} }.into_any()
        }
        (None, Some(names)) => {
            let call = if late { text.sent.call_late.to_owned() } else { (text.sent.will_call)(&by) };
            let call = check_in.call_me.then(|| view! { <p>{call}</p> });
            let read = if late { (text.sent.read_late)(&by) } else { (text.sent.will_read)(&names, &by) };
            view! { <p>{read}</p> {call} }.into_any()
        }
        (None, None) => view! { <p>{text.check_in.nobody_reads}</p> }.into_any(),
    }
}

//! What is shown: one meeting, with who comes, what to talk about, and afterwards what all heard.

use leptos::prelude::*;

use super::{
    act::MISSED,
    form::{
        self, BEFORE, COMING, COMMENT, DOER, DUE, GOAL, ID, INTERPRETER, LEAVE_OUT, LIFT, NOTE, POINT, PROPOSED, STEP,
        VERSION, WISH,
    },
};
use crate::{
    domain::{
        family::Family,
        id::Id,
        meeting::{AgendaItem, Coming, Comment, Given, Meeting, MeetingNote, Place, Wish},
        person::Person,
        plan::Goal,
        words::{Note, PersonName},
    },
    ui::{
        Visit, date,
        field::FilledIn,
        form::Form,
        icon::{Icon, icon},
        page::{Page, Sheet, Tab},
        parts,
    },
};

/// The forms of the page, where one was sent and refused.
#[derive(Default)]
pub(super) struct Forms {
    pub(super) answer: Option<FilledIn>,
    pub(super) point: FilledIn,
    pub(super) note: Option<FilledIn>,
    /// Whether somebody else wrote the note meanwhile.
    pub(super) changed: bool,
    pub(super) comment: FilledIn,
    pub(super) decision: FilledIn,
}

impl Forms {
    fn are_refused(&self) -> bool {
        let optional = [&self.answer, &self.note].into_iter().flatten();
        optional.chain([&self.point, &self.comment, &self.decision]).any(FilledIn::is_refused)
    }
}

/// A meeting as somebody sees it.
pub(super) struct Opened {
    pub(super) family: Id<Family>,
    pub(super) meeting: Meeting,
    /// Whether the viewer is the family's staff.
    pub(super) staff: bool,
    /// Whether the viewer is asked to come.
    pub(super) asked: bool,
    /// Whether the viewer is a parent.
    pub(super) parent: bool,
    pub(super) given: Vec<Given>,
    pub(super) agenda: Vec<AgendaItem>,
    pub(super) note: Option<(MeetingNote, Vec<Comment>)>,
    /// For staff: the goals worked on, and who could do something.
    pub(super) goals: Vec<Goal>,
    pub(super) doers: Vec<(Id<Person>, PersonName)>,
    /// The id something new will have.
    pub(super) fresh: Id<()>,
    pub(super) forms: Forms,
}

impl Opened {
    fn address(&self, part: &str) -> String {
        format!("/meetings/{}/{part}", self.meeting.id)
    }
}

pub(super) fn meeting(visit: &Visit, opened: &Opened) -> Page {
    let text = visit.text;
    let meeting = &opened.meeting;
    let (tab, back, back_to) = match (opened.staff, opened.parent) {
        (true, _) => (Tab::Families, format!("/families/{}", opened.family), text.meeting.to_family),
        (_, true) => (Tab::Meetings, "/meetings".to_owned(), text.meetings.title),
        _ => (Tab::Shared, "/shared".to_owned(), text.home.title),
    };
    let place = if opened.parent { text.people.place } else { text.people.place_of_family };
    let when = date::capital(&date::when(text, &meeting.starts, visit.now));
    let stands = match (meeting.cancelled, meeting.missed) {
        (Some(_), _) => Some(text.meeting.cancelled),
        (_, Some(_)) => Some(text.meeting.missed),
        _ => None,
    };
    let link = meeting.place_words.as_ref().filter(|link| {
        meeting.place == Place::Video && link.as_str().starts_with("https://") && meeting.is_ahead(visit.now)
    });
    let link = link.map(|link| {
        view! { <p class="reach"><a class="button main" href=link.to_string() rel="noreferrer">{text.meeting.join}</a></p> }
    });
    let add_to_calendar = meeting.is_ahead(visit.now).then(|| {
        let address = opened.address("calendar.ics");
        view! { <p class="reach"><a class="quiet" href=address download="">{icon(Icon::Calendar)}{text.calendar.add}</a></p> }
    });
    let main = view! {
        <div class="path">
            <section class="meeting">
                <p><a class="quiet" href=back>{icon(Icon::Back)}{back_to}</a></p>
                <h1>
                    <small>{meeting.title.to_string()}</small>
                    " "
                    <time datetime=date::machine(&meeting.starts)>{when}</time>
                </h1>
                {stands.map(|words| view! { <p class="note"><strong>{words}</strong></p> })}
                {parts::facts(text, meeting, visit.viewer.person, place, visit.now)}
                {link}
                {add_to_calendar}
                {opened.staff.then(|| staff_actions(visit, opened).into_any())}
            </section>
            {answers(visit, opened).into_any()}
            {agenda(visit, opened).into_any()}
            {note(visit, opened).into_any()}
            {decisions(visit, opened).into_any()}
        </div>
        <p class="aside">{text.meetings.digital_post}</p>
    };
    let title = meeting.title.to_string();
    Sheet::new(title, main)
        .tabs(&visit.viewer, tab)
        .kept(visit)
        .refused(opened.forms.are_refused())
        .changed(opened.forms.changed)
        .page(&visit.setting)
}

fn staff_actions(visit: &Visit, opened: &Opened) -> impl IntoView + use<> {
    let text = visit.text;
    let meeting = &opened.meeting;
    let has_begun = meeting.starts.instant() <= visit.now;
    let open = meeting.cancelled.is_none() && meeting.missed.is_none();
    let change = meeting
        .is_ahead(visit.now)
        .then(|| view! { <a class="button" href=opened.address("edit")>{text.meeting.change}</a> });
    let missed = (has_begun && meeting.cancelled.is_none()).then(|| {
        let (value, words) = match meeting.missed {
            Some(_) => (None, text.meeting.not_missed),
            None => (Some("yes"), text.meeting.say_missed),
        };
        view! {
            <form method="post" action=opened.address("missed")>
                <button class="button" name=value.map(|_| MISSED) value=value>{words}</button>
            </form>
        }
    });
    let following = meeting.in_series.then(|| {
        view! {
            <label class="choice">
                <input type="checkbox" name="following" value="yes" />
                <span>{text.meeting.following}</span>
            </label>
        }
    });
    let cancel = (open && !has_begun).then(|| {
        view! {
            <details>
                <summary>{text.meeting.cancel}</summary>
                <form method="post" action=opened.address("cancel")>
                    <p>{text.meeting.cancel_words}</p>
                    {following}
                    <p class="reach"><button class="button">{text.meeting.cancel_now}</button></p>
                </form>
            </details>
        }
    });
    view! { <div class="reach">{change} {missed}</div> {cancel} }
}

fn answers(visit: &Visit, opened: &Opened) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let own = opened.given.iter().find(|given| given.person == visit.viewer.person);
    let others: Vec<_> = opened
        .given
        .iter()
        .filter(|given| given.person != visit.viewer.person)
        .map(|given| {
            let said = (text.meeting.said)(given.name.as_str(), given.said.coming);
            view! { <li><p>{said}</p>{details(visit, given).into_any()}</li> }
        })
        .collect();
    let nobody = (opened.staff && others.is_empty() && opened.meeting.is_ahead(visit.now))
        .then(|| view! { <p class="soft">{text.meeting.nobody_said}</p> });
    let others = (!others.is_empty()).then(|| view! { <ul class="rows">{others}</ul> });
    let form = (opened.asked && opened.meeting.is_ahead(visit.now)).then(|| answer_form(visit, opened, own).into_any());
    (nobody.is_some() || others.is_some() || form.is_some()).then(|| {
        let title = if opened.asked { text.meeting.your_answer } else { text.meeting.answers };
        view! { <section id="answer"><h2>{title}</h2><div>{nobody}{form}{others}</div></section> }
    })
}

/// The other times somebody proposes and what they need to come, for staff.
fn details(visit: &Visit, given: &Given) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let times = given
        .said
        .proposals
        .iter()
        .map(|time| (text.booking.proposed)(given.name.first(), &date::when(text, time, visit.now)));
    let Wish { interpreter, lift, leave_out, words } = &given.said.wish;
    let needs = [
        interpreter.as_ref().map(|language| (text.meeting.needs_interpreter)(language.as_str())),
        lift.then(|| text.meeting.needs_lift.to_owned()),
        leave_out.as_ref().map(|(_, name)| (text.meeting.leave_out_whom)(name.as_str())),
    ];
    let rows: Vec<_> = times.chain(needs.into_iter().flatten()).map(|words| view! { <li>{words}</li> }).collect();
    let words = words.as_ref().map(|words| view! { <blockquote class="quote">{words.to_string()}</blockquote> });
    let private = leave_out.is_some().then(|| view! { <p class="soft">{text.meeting.private}</p> });
    (!rows.is_empty() || words.is_some()).then(|| view! { <ul class="note">{rows}</ul> {words} {private} })
}

fn answer_form(visit: &Visit, opened: &Opened, own: Option<&Given>) -> impl IntoView + use<> {
    let text = visit.text;
    let words = &text.meeting;
    let given = own.map(|given| form::of(&given.said));
    let is_answered = given.is_some() && opened.forms.answer.is_none();
    let filled_in = opened.forms.answer.clone().or(given).unwrap_or_default();
    let form = Form::of(text, &filled_in);
    let said = is_answered
        .then(|| own.map(|own| view! { <p class="note"><strong>{(words.you_said)(own.said.coming)}</strong></p> }));
    let choices: Vec<_> = Coming::ALL
        .iter()
        .map(|coming| form.tick(COMING, "radio", coming.key().to_owned(), (words.coming)(*coming).to_owned()))
        .collect();
    let proposed: Vec<_> = PROPOSED
        .iter()
        .zip(words.proposals)
        .map(|((day, time), (day_words, time_words))| {
            view! { <div class="times">{form.line(day, "date", day_words, "")} {form.line(time, "time", time_words, "")}</div> }
        })
        .collect();
    let others = opened.meeting.participants.iter().filter(|who| who.person != visit.viewer.person);
    let others = others.map(|who| (who.person.to_string(), who.name.to_string()));
    let others: Vec<_> = std::iter::once((String::new(), words.nobody.to_owned())).chain(others).collect();
    let wishes = opened.parent.then(|| {
        // What was said before stays folded away: others may look at the same phone.
        let open = [INTERPRETER, LIFT, LEAVE_OUT, WISH].iter().any(|field| form.refusals.of(field).is_some());
        view! {
            <details open=open>
                <summary>{words.wishes}</summary>
                <p class="soft">{words.wishes_words}</p>
                {form.line(INTERPRETER, "text", words.interpreter, words.interpreter_hint)}
                {form.tick(LIFT, "checkbox", "yes".to_owned(), words.lift.to_owned())}
                {form.choice(LEAVE_OUT, words.leave_out, "", others)}
                {form.lines(WISH, words.wish_words, "", Note::MAX)}
            </details>
        }
        .into_any()
    });
    let refused = form.refusals.of(COMING).is_some();
    view! {
        {said}
        <form method="post" action=opened.address("answer") novalidate=true class="review">
            <input type="hidden" name=VERSION value=opened.meeting.version.to_string() />
            <fieldset aria-describedby=refused.then_some("coming-problem")>
                <legend>{words.do_you_come}</legend>
                {form.problem(COMING)}
                {choices}
            </fieldset>
            <fieldset class="other-times">
                <legend><small>{words.other_times}</small></legend>
                {proposed}
            </fieldset>
            {wishes}
            <p class="reach"><button class="button main">{words.send}</button></p>
        </form>
    }
}

fn agenda(visit: &Visit, opened: &Opened) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let may_add = (opened.parent || opened.staff) && opened.meeting.is_ahead(visit.now);
    let rows: Vec<_> = opened
        .agenda
        .iter()
        .map(|item| {
            let delete = (item.own && may_add).then(|| {
                view! {
                    <form method="post" action=format!("/agenda/{}/delete", item.id)>
                        <button class="button">
                            {text.meeting.delete}
                            <span class="unseen">{format!(": {}", item.words)}</span>
                        </button>
                    </form>
                }
            });
            view! {
                <li class="device">
                    <div><p>{item.words.to_string()}</p><p class="soft">{item.author.to_string()}</p></div>
                    {delete}
                </li>
            }
        })
        .collect();
    let form = may_add.then(|| {
        let label = if opened.staff { text.meeting.add_point } else { text.meeting.my_point };
        view! {
            <form method="post" action=opened.address("agenda") novalidate=true>
                <input type="hidden" name=ID value=opened.fresh.to_string() />
                {Form::of(text, &opened.forms.point).line(POINT, "text", label, "")}
                <p class="reach"><button class="button">{text.meeting.add}</button></p>
            </form>
        }
    });
    (!rows.is_empty() || form.is_some()).then(|| {
        view! {
            <section id="agenda">
                <h2>{text.meeting.agenda}</h2>
                <div><ul class="rows">{rows}</ul>{form}</div>
            </section>
        }
    })
}

fn note(visit: &Visit, opened: &Opened) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let may_write = opened.staff && opened.meeting.starts.instant() <= visit.now && opened.meeting.cancelled.is_none();
    if opened.note.is_none() && !may_write {
        return None;
    }
    let say = |at| date::instant(text, at, visit.viewer.zone, visit.now);
    let written = opened.note.as_ref().map(|(note, comments)| {
        let comments: Vec<_> = comments
            .iter()
            .map(|comment| {
                let by = (text.team_meeting.by_whom)(comment.author.as_str(), &say(comment.written_at));
                view! { <li><p class="written">{comment.words.to_string()}</p><p class="soft">{by}</p></li> }
            })
            .collect();
        let comments = (!comments.is_empty())
            .then(|| view! { <h3 class="part">{text.meeting.comments}</h3> <ul class="rows">{comments}</ul> });
        view! {
            <blockquote class="quote">{note.words.to_string()}</blockquote>
            <p class="soft">{(text.team_meeting.by_whom)(note.author.as_str(), &say(note.written_at))}</p>
            <p class="soft">{text.meeting.same_words}</p>
            {comments}
        }
    });
    let say_something = (opened.parent && opened.note.is_some()).then(|| {
        view! {
            <form method="post" action=opened.address("comments") novalidate=true>
                <input type="hidden" name=ID value=opened.fresh.to_string() />
                {Form::of(text, &opened.forms.comment).lines(COMMENT, text.meeting.comment, text.meeting.comment_hint, Note::MAX)}
                <p class="reach"><button class="button">{text.meeting.send_comment}</button></p>
            </form>
        }
    });
    let form = may_write.then(|| note_form(visit, opened).into_any());
    Some(view! {
        <section id="heard"><h2>{text.meeting.note}</h2><div>{written}{say_something}{form}</div></section>
    })
}

fn note_form(visit: &Visit, opened: &Opened) -> impl IntoView + use<> {
    let text = visit.text;
    let note = opened.note.as_ref().map(|(note, _)| note);
    let before = note.map(|note| note.written_at.seconds().to_string()).unwrap_or_default();
    let sent = opened.forms.note.clone();
    let form = sent.unwrap_or_else(|| FilledIn {
        typed: note.map(|note| (NOTE, note.words.to_string())).into_iter().collect(),
        ..FilledIn::default()
    });
    let changed =
        opened.forms.changed.then(|| view! { <p class="problem" role="alert">{text.meeting.note_changed}</p> });
    let label = if note.is_some() { text.meeting.correct_note } else { text.meeting.write_note };
    view! {
        {changed}
        <form method="post" action=opened.address("note") novalidate=true>
            <input type="hidden" name=BEFORE value=before />
            {Form::of(text, &form).lines(NOTE, label, text.meeting.note_hint, Note::MAX)}
            <p class="reach"><button class="button main">{text.meeting.save_note}</button></p>
        </form>
    }
}

/// For staff: what was decided becomes a step of a goal.
fn decisions(visit: &Visit, opened: &Opened) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let form = Form::of(text, &opened.forms.decision);
    if !opened.staff || opened.note.is_none() || opened.goals.is_empty() {
        return None;
    }
    let goals: Vec<_> =
        opened.goals.iter().map(|goal| form.tick(GOAL, "radio", goal.id.to_string(), goal.title.to_string())).collect();
    let doers = opened.doers.iter().map(|(id, name)| (id.to_string(), name.to_string()));
    let doers: Vec<_> = std::iter::once((String::new(), text.meeting.nobody.to_owned())).chain(doers).collect();
    Some(view! {
        <section id="decisions">
            <h2>{text.meeting.decisions}</h2>
            <form method="post" action=opened.address("decisions") novalidate=true class="review">
                <p>{text.meeting.decisions_words}</p>
                <input type="hidden" name=ID value=opened.fresh.to_string() />
                {form.line(STEP, "text", text.meeting.step, "")}
                <fieldset aria-describedby=form.refusals.of(GOAL).map(|_| "goal-problem")>
                    <legend>{text.meeting.which_goal}</legend>
                    {form.problem(GOAL)}
                    {goals}
                </fieldset>
                {form.choice(DOER, text.meeting.doer, "", doers)}
                {form.line(DUE, "date", text.meeting.due, "")}
                <p class="reach"><button class="button">{text.meeting.save_step}</button></p>
            </form>
        </section>
    })
}

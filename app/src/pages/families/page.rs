//! What is shown: the list, one family on one page, and an invitation with its code.

use std::collections::HashSet;

use chrono::NaiveDate;
use leptos::prelude::*;

use crate::{
    domain::{
        chance::Token,
        contact::ContactWish,
        family::Family,
        id::Id,
        inbox::InboxItem,
        meeting::Meeting,
        person::{Person, Role},
        plan::Goal,
        sign_in::{Invitation, OldWays},
        team::{Part, TeamMember},
        words::PersonName,
    },
    islands::EditInPlace,
    ui::{
        Visit, date,
        icon::{Icon, icon},
        invitation,
        page::{Page, Sheet, Tab},
        parts,
    },
};

/// The field with what is searched for.
pub(super) const SEARCH: &str = "search";

/// The families an adviser walks beside.
pub(super) struct FamilyList {
    pub(super) families: Vec<Family>,
    /// What waits to be read, of whichever family.
    pub(super) unread: Vec<InboxItem>,
    /// Families with a parent whom no reminder reaches.
    pub(super) unreached: HashSet<Id<Family>>,
    /// The day of the next team meeting.
    pub(super) meeting: NaiveDate,
}

/// The field that says that somebody's phone is gone.
pub(super) const LOST: &str = "lost";

pub(super) fn list(visit: &Visit, search: &str, page: &FamilyList) -> Page {
    let text = visit.text;
    let meeting = date::day(text, page.meeting, visit.now.date(visit.viewer.zone));
    let lead = match page.families.len() {
        0 if search.is_empty() => text.families.none.to_owned(),
        count if !search.is_empty() => (text.families.found)(count),
        count => (text.families.count)(count),
    };
    let rows: Vec<_> = page
        .families
        .iter()
        .map(|family| {
            let waiting = page.unread.iter().filter(|unread| unread.family == family.id).count();
            let waiting = (waiting > 0).then(|| view! { <b>{(text.families.waiting)(waiting)}</b> });
            view! {
                <li>
                    <a href=format!("/families/{}", family.id)>
                        <strong>{family.name.to_string()}</strong>
                        " "
                        <span>{family.number.as_deref().map(text.families.number)}</span>
                        " "
                        <span>
                            {waiting}
                            {page.unreached.contains(&family.id).then(|| view! { <small>{text.families.one_unreached}</small> })}
                        </span>
                        {icon(Icon::Forward)}
                    </a>
                </li>
            }
        })
        .collect();
    let main = view! {
        <div class="path">
            <section>
                <h1>{text.families.title}</h1>
                <p>{lead}</p>
                <p>
                    <a class="quiet" href="/team-meeting">{icon(Icon::Calendar)}{(text.families.team_meeting)(&meeting)}</a>
                </p>
                <form class="pick" method="post" action="/families" role="search">
                    <div class="field">
                        <label for=SEARCH>{text.families.search}</label>
                        <input type="search" id=SEARCH name=SEARCH value=search.to_owned() maxlength=PersonName::MAX.to_string() />
                    </div>
                    <button class="button">{text.families.find}</button>
                </form>
            </section>
        </div>
        <ul class="inbox families">{rows}</ul>
    };
    Sheet::new(text.families.title, main).tabs(&visit.viewer, Tab::Families).page(&visit.setting)
}

/// One family as its advisers see it.
pub(super) struct FamilyPage {
    pub(super) family: Family,
    pub(super) people: Vec<Person>,
    /// Parents whom no reminder reaches.
    pub(super) unreached: Vec<Id<Person>>,
    pub(super) invitations: Vec<(Id<Person>, Invitation)>,
    pub(super) goals: Vec<Goal>,
    pub(super) meetings: Vec<Meeting>,
    pub(super) team: Vec<TeamMember>,
    pub(super) wish: Option<ContactWish>,
}

pub(super) fn family(visit: &Visit, page: &FamilyPage) -> Page {
    let text = visit.text;
    let parents: Vec<_> = page
        .people
        .iter()
        .filter(|person| person.role == Role::Parent)
        .map(|person| person_row(visit, page, person.id, &person.name, (text.people.role)(person.role), "face", true))
        .collect();
    let children = page.people.iter().filter(|person| person.role == Role::Child);
    let children: Vec<_> = children.map(|child| child_row(visit, child)).collect();
    let team: Vec<_> = page
        .team
        .iter()
        .map(|member| {
            let class = if member.part == Part::ContactPerson { "face near" } else { "face" };
            let invites = member.role == Role::ContactPerson;
            person_row(visit, page, member.person, &member.name, (text.people.part)(member.part), class, invites)
        })
        .collect();
    let wish = page.wish.as_ref().map(|wish| wish_row(visit, wish));
    let main = view! {
        <div class="path">
            <section>
                <p><a class="quiet" href="/families">{icon(Icon::Back)}{text.families.title}</a></p>
                <h1>{page.family.name.to_string()}</h1>
                <p class="soft">{text.families.logged}</p>
                <p class="reach">
                    <a class="quiet" href=format!("/families/{}/plan", page.family.id)>{text.plan.open_plan}</a>
                    " "
                    <a class="quiet" href=format!("/families/{}/children", page.family.id)>{text.rights.title}</a>
                    " "
                    <a class="quiet" href=format!("/families/{}/asking", page.family.id)>{text.asking.title}</a>
                    " "
                    <a class="quiet" href=format!("/families/{}/records", page.family.id)>{text.record.title}</a>
                    " "
                    <a class="quiet" href=format!("/families/{}/sector-plans", page.family.id)>
                        {text.sector_plans.title}
                    </a>
                </p>
            </section>
            <section>
                <h2>{text.families.people}</h2>
                <ul class="rows">{parents}{children}</ul>
            </section>
            <section>
                <h2>{text.families.goals}</h2>
                <div>
                    {goals(visit, &page.goals)}
                    <p class="reach">
                        <a class="button" data-in-place="" href=format!("/families/{}/goals/new", page.family.id)>
                            {text.plan.new_goal}
                        </a>
                    </p>
                </div>
            </section>
            <section>
                <h2>{text.families.meetings}</h2>
                <div>
                    {meetings(visit, &page.meetings)}
                    <p class="reach">
                        <a class="button" data-in-place="" href=format!("/families/{}/meetings/new", page.family.id)>
                            {icon(Icon::Calendar)}
                            {text.booking.title}
                        </a>
                        " "
                        <a class="quiet" href=format!("/families/{}/meetings/file", page.family.id)>
                            {text.calendar_file.link}
                        </a>
                    </p>
                </div>
            </section>
            <section>
                <h2>{text.families.team}</h2>
                <ul class="rows">{wish}{team}</ul>
            </section>
        </div>
        <dialog class="in-place" aria-label=text.plan.edit>
            <form method="dialog"><button class="quiet">{icon(Icon::Cross)}{text.shell.close}</button></form>
            <EditInPlace />
        </dialog>
    };
    Sheet::new(page.family.name.to_string(), main).tabs(&visit.viewer, Tab::Families).island().page(&visit.setting)
}

fn person_row(
    visit: &Visit,
    page: &FamilyPage,
    person: Id<Person>,
    name: &PersonName,
    role: &'static str,
    class: &'static str,
    invites: bool,
) -> impl IntoView + use<> {
    let text = visit.text;
    let open = page.invitations.iter().find(|(invited, _)| *invited == person).map(|(_, invitation)| invitation);
    let invited = open.map(|invitation| {
        let until = date::instant(text, invitation.expires_at, visit.viewer.zone, visit.now);
        view! { <p class="soft">{(text.families.invited_until)(&until)}</p> }
    });
    let revoke = open.map(|invitation| {
        view! {
            <form method="post" action=format!("/invitations/{}/revoke", invitation.id)>
                <button class="button">
                    {text.families.revoke}
                    <span class="unseen">{(text.families.revoke_whose)(name.as_str())}</span>
                </button>
            </form>
        }
    });
    let invite = invites.then(|| {
        view! {
            <form method="post" action=format!("/families/{}/people/{person}/invite", page.family.id)>
                <label class="choice">
                    <input type="checkbox" name=LOST value="yes" />
                    <span>{text.families.phone_lost}</span>
                </label>
                <button class="button">
                    {text.families.invite}
                    <span class="unseen">{(text.families.invite_whom)(name.as_str())}</span>
                </button>
            </form>
        }
    });
    view! {
        <li class="device">
            <span class=class aria-hidden="true">{name.initials()}</span>
            <div>
                <h3>{name.to_string()}</h3>
                <p class="soft">{role}</p>
                {page.unreached.contains(&person).then(|| view! { <p>{text.families.unreached}</p> })}
                {invited}
            </div>
            {invite}
            {revoke}
        </li>
    }
}

/// Somebody new the family would like as contact person.
fn wish_row(visit: &Visit, wish: &ContactWish) -> impl IntoView + use<> {
    let words = &visit.text.contact;
    view! {
        <li>
            <p><strong>{(words.wish_of_family)(wish.made_by.first(), wish.name.as_str())}</strong></p>
            <p class="soft">{words.grant_words}</p>
            {parts::reach(visit.text, &wish.name, Some(&wish.phone))}
            <form class="reach" method="post" action=format!("/contact-wishes/{}/grant", wish.id)>
                <button class="button">
                    {words.grant}
                    <span class="unseen">" " {wish.name.to_string()}</span>
                </button>
            </form>
        </li>
    }
}

fn child_row(visit: &Visit, child: &Person) -> impl IntoView + use<> {
    let text = visit.text;
    let today = visit.now.date(visit.viewer.zone);
    let age = child.born.and_then(|born| today.years_since(born)).map(|years| (text.people.years_old)(years));
    let words: Vec<String> = [(text.people.role)(Role::Child).to_owned()].into_iter().chain(age).collect();
    view! {
        <li class="device">
            <span class="face child" aria-hidden="true">{child.name.initials()}</span>
            <div>
                <h3>{child.name.to_string()}</h3>
                <p class="soft">{words.join(", ")}</p>
            </div>
        </li>
    }
}

fn goals(visit: &Visit, goals: &[Goal]) -> impl IntoView + use<> {
    let text = visit.text;
    if goals.is_empty() {
        return view! { <p>{text.families.no_goals}</p> }.into_any();
    }
    let rows: Vec<_> = goals
        .iter()
        .map(|goal| {
            let title = goal.title.as_str();
            let step = goal.next_step();
            let next = step.map(|step| (text.families.next_step)(step.title.as_str()));
            let edit_step = step
                .map(|step| in_place(format!("/steps/{}/edit", step.id), text.families.edit_step, step.title.as_str()));
            view! {
                <li>
                    <h3>{title.to_owned()}</h3>
                    <p class="soft">{next.unwrap_or_else(|| text.home.no_steps.to_owned())}</p>
                    <p class="reach">
                        {in_place(format!("/goals/{}", goal.id), text.families.edit_goal, title)}
                        " "
                        {edit_step}
                        " "
                        {in_place(format!("/goals/{}/steps/new", goal.id), text.plan.new_step, title)}
                    </p>
                </li>
            }
        })
        .collect();
    view! { <ol class="rows">{rows}</ol> }.into_any()
}

/// A link to the form of a thing, which opens where it stands; `what` says which for those who do not see that.
fn in_place(address: String, words: &'static str, what: &str) -> impl IntoView + use<> {
    view! {
        <a class="quiet" data-in-place="" href=address>{words}<span class="unseen">{format!(": {what}")}</span></a>
    }
}

fn meetings(visit: &Visit, meetings: &[Meeting]) -> impl IntoView + use<> {
    let text = visit.text;
    if meetings.is_empty() {
        return view! { <p>{text.meetings.none}</p> }.into_any();
    }
    let rows: Vec<_> = meetings
        .iter()
        .map(|meeting| {
            let when = date::capital(&date::when(text, &meeting.starts, visit.now));
            view! {
                <li>
                    <h3><time datetime=date::machine(&meeting.starts)>{when}</time></h3>
                    <p>{meeting.title.to_string()}</p>
                    {parts::facts(text, meeting, visit.viewer.person, text.people.place_of_family, visit.now)}
                    {answers(visit, meeting)}
                    <p>
                        <a class="quiet" href=format!("/meetings/{}", meeting.id)>
                            {text.meetings.open} <span class="unseen">{format!(": {}", meeting.title)}</span>
                            {icon(Icon::Forward)}
                        </a>
                        " "
                        {in_place(format!("/meetings/{}/edit", meeting.id), text.plan.edit, meeting.title.as_str())}
                    </p>
                </li>
            }
        })
        .collect();
    view! { <ol class="rows">{rows}</ol> }.into_any()
}

/// What people answered so far.
fn answers(visit: &Visit, meeting: &Meeting) -> Option<impl IntoView + use<>> {
    let text = visit.text;
    let rows: Vec<_> = meeting
        .participants
        .iter()
        .filter_map(|who| who.answer.map(|coming| (text.meeting.said)(who.name.as_str(), coming)))
        .map(|words| view! { <li>{words}</li> })
        .collect();
    (!rows.is_empty()).then(|| view! { <ul class="note">{rows}</ul> })
}

pub(super) fn invitation(
    visit: &Visit,
    family: &Family,
    invited: &Invitation,
    token: &Token,
    old_ways: OldWays,
) -> Page {
    let text = visit.text;
    let revoke = view! {
        <form method="post" action=format!("/invitations/{}/revoke", invited.id)>
            <p class="reach"><button class="button">{icon(Icon::Cross)} {text.invite.revoke}</button></p>
        </form>
    };
    let main = view! {
        <div class="path">
            <section>
                <p>
                    <a class="quiet" href=format!("/families/{}", family.id)>
                        {icon(Icon::Back)}
                        {family.name.to_string()}
                    </a>
                </p>
                <h1><small>{text.invite.title}</small> " " {invited.name.to_string()}</h1>
                <p>{(text.invite.point)(invited.name.first())}</p>
                {(old_ways == OldWays::End).then(|| view! { <p>{(text.invite.ends_old_ways)(invited.name.first())}</p> })}
            </section>
            {invitation::code(visit, invited, token, revoke)}
        </div>
    };
    Sheet::new(text.invite.title, main).tabs(&visit.viewer, Tab::Families).page(&visit.setting)
}

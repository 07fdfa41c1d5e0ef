//! What people see and do: a file or a folder per feature.
//!
//! In a folder, `page` is what is shown, `form` what can be typed and `act` what happens. A feature never imports
//! another; they meet in `domain`.

pub mod about;
pub mod administration;
pub mod asking;
pub mod away;
pub mod booking;
pub mod calendar;
pub mod calendar_file;
pub mod calls;
pub mod check_in;
pub mod check_ins;
pub mod child_words;
pub mod children;
pub mod contact;
pub mod door;
pub mod families;
pub mod fridge;
pub mod home;
pub mod inbox;
pub mod install;
pub mod lock;
pub mod looked;
pub mod me;
pub mod measures;
pub mod meetings;
pub mod notes;
pub mod numbers;
pub mod offline;
pub mod plan;
pub mod plan_changes;
pub mod plan_edit;
pub mod record;
pub mod reminders;
pub mod rights;
pub mod sector_plans;
pub mod settings;
pub mod sharing;
pub mod staff;
pub mod team;
pub mod team_meeting;

use crate::{
    domain::{
        access::Purpose,
        family::Family,
        id::Id,
        passkey::{
            Kind, Passkey, Refused,
            ceremony::{Side, SignAnswer},
        },
        person::{Person, Role, Viewer},
    },
    problem::Problem,
    store::{self, Access, Whose},
    ui::{Setting, Visit, field::Fields},
};

/// A passkey that signed what it was asked to.
struct Signed {
    passkey: Id<Passkey>,
    person: Id<Person>,
    /// What was kept of it, and what is to be kept from now on.
    before: Vec<u8>,
    after: Vec<u8>,
}

/// What passkeys let in to, where there can be any.
fn side(setting: &Setting) -> Result<Side, Problem> {
    setting.site.side().ok_or(Problem::NotFound)
}

/// Asks for a passkey, for five minutes.
async fn ask_for_passkey(setting: &Setting, kind: Kind, viewer: Option<&Viewer>) -> Result<String, Problem> {
    let asked = side(setting)?.ask().map_err(not_asked)?;
    store::begin_ceremony(&setting.db, kind, viewer, &asked, setting.now).await?;
    Ok(asked.options)
}

fn not_asked(why: Refused) -> Problem {
    Problem::Ours(format!("a device could not be asked: {}", why.key()))
}

/// Whose passkey answered, if it was asked and all holds. What was asked can be answered once, whatever comes of it.
async fn signed(
    setting: &Setting,
    kind: Kind,
    viewer: Option<&Viewer>,
    answer: &str,
) -> Result<Result<Signed, Refused>, Problem> {
    let side = side(setting)?;
    let read = SignAnswer::read(answer).and_then(|answer| Ok((answer.challenge()?, answer)));
    let (challenge, answer) = match read {
        Ok(read) => read,
        Err(refused) => return Ok(Err(refused)),
    };
    let state = match store::end_ceremony(&setting.db, kind, viewer, challenge, setting.now).await {
        Err(store::Error::NotFound) => return Ok(Err(Refused::NotAsked)),
        state => state?,
    };
    let (passkey, person, kept) = match store::find_passkey(&setting.db, &answer.credential()).await {
        Err(store::Error::NotFound) => return Ok(Err(Refused::Unknown)),
        found => found?,
    };
    if viewer.is_some_and(|viewer| viewer.person != person) {
        return Ok(Err(Refused::Unknown));
    }
    let proven = side.proves(&answer, &state, &kept);
    Ok(proven.map(|after| Signed { passkey, person, before: kept.state, after }))
}

/// Refuses what only the viewer should do while it is a while since they showed that it is them. `form` is what they sent,
/// to be carried along.
fn confirmed(visit: &Visit, form: Option<Fields>) -> Result<(), Problem> {
    if visit.viewer.has_just_confirmed(visit.now) { Ok(()) } else { Err(Problem::Unproven(form)) }
}

/// A parent's access to the family's own pages.
async fn own_family(visit: &Visit) -> Result<Access, Problem> {
    own_family_for(visit, Purpose::OwnPages).await
}

async fn own_family_for(visit: &Visit, purpose: Purpose) -> Result<Access, Problem> {
    let family = parent_of(&visit.viewer)?;
    Ok(Access::open(&visit.db, &visit.viewer, Whose::Family(family), purpose, visit.now).await?)
}

/// Refuses whoever does not advise, as if the page were not there.
fn adviser(visit: &Visit) -> Result<(), Problem> {
    if visit.viewer.role.advises() { Ok(()) } else { Err(Problem::NotFound) }
}

/// An adviser's or a coordinator's access.
async fn of_staff(visit: &Visit, whose: Whose, purpose: Purpose) -> Result<Access, Problem> {
    adviser(visit)?;
    Ok(Access::open(&visit.db, &visit.viewer, whose, purpose, visit.now).await?)
}

/// For what somebody works on a plan: their own, or as one of a family's team.
fn plan_purpose(viewer: &Viewer) -> Result<Purpose, Problem> {
    match viewer.role {
        Role::Parent => Ok(Purpose::OwnPages),
        Role::Adviser | Role::Coordinator => Ok(Purpose::Plan),
        Role::ContactPerson | Role::ProjectLead | Role::Administrator | Role::Child => Err(Problem::NotFound),
    }
}

/// Where a plan stands for its family, or for its team.
fn plan_address(viewer: &Viewer, family: Id<Family>) -> String {
    match viewer.role {
        Role::Parent => "/plan".to_owned(),
        _ => format!("/families/{family}/plan"),
    }
}

fn parent_of(viewer: &Viewer) -> Result<Id<Family>, Problem> {
    viewer.family.ok_or(Problem::NotFound)
}

/// The right to something of a meeting, of whoever asks for it.
async fn of_meeting(visit: &Visit, whose: Whose) -> Result<Access, Problem> {
    let purpose = match visit.viewer.role {
        Role::Parent => Purpose::OwnPages,
        Role::ContactPerson => Purpose::Shared,
        _ => Purpose::Meeting,
    };
    Ok(Access::open(&visit.db, &visit.viewer, whose, purpose, visit.now).await?)
}

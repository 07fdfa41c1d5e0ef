//! What happens: the form is shown, a meeting is booked once, changed where nobody did meanwhile, and cancelled.

use super::{
    super::of_meeting,
    form::{self, Booking, ID, VERSION},
    page::{self, Shown},
};
use crate::{
    domain::{
        access::Purpose,
        family::Family,
        id::Id,
        meeting::{Busy, Meeting},
        moment::Moment,
    },
    problem::Problem,
    store::{self, Access, Whose},
    ui::{
        Visit,
        coming::{self, ANYWAY},
        field::{Fields, FilledIn},
        page::Answer,
    },
};

/// The check box that cancels the later meetings of a series too.
const FOLLOWING: &str = "following";

async fn staff(visit: &Visit, whose: Whose) -> Result<Access, Problem> {
    let access = match whose {
        Whose::Family(_) => Access::open(&visit.db, &visit.viewer, whose, Purpose::Meeting, visit.now).await?,
        _ => of_meeting(visit, whose).await?,
    };
    if access.is_staff() { Ok(access) } else { Err(Problem::NotFound) }
}

/// Shows an empty form.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not the family's staff.
pub async fn ask(visit: Visit, family: Id<Family>) -> Result<Answer, Problem> {
    let access = staff(&visit, Whose::Family(family)).await?;
    shown(&visit, &access, Id::fresh(visit.now), None, form::empty(), Vec::new(), false).await
}

/// Shows the form of a meeting as it is.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not the family's staff, [`Problem::Changed`] when it is cancelled.
pub async fn ask_change(visit: Visit, id: Id<Meeting>) -> Result<Answer, Problem> {
    let access = staff(&visit, Whose::Meeting(id)).await?;
    let meeting = store::meeting(&visit.db, &access, id).await?;
    let form = form::of(&meeting);
    shown(&visit, &access, id, Some(meeting), form, Vec::new(), false).await
}

async fn shown(
    visit: &Visit,
    access: &Access,
    id: Id<Meeting>,
    meeting: Option<Meeting>,
    form: FilledIn,
    busy: Vec<Busy>,
    changed: bool,
) -> Result<Answer, Problem> {
    if meeting.as_ref().is_some_and(|meeting| meeting.cancelled.is_some()) {
        return Err(Problem::Changed);
    }
    let given = match meeting {
        Some(_) => store::given(&visit.db, access, id).await?,
        None => Vec::new(),
    };
    let shown = Shown {
        id,
        family: store::family(&visit.db, access).await?,
        people: store::people(&visit.db, access).await?,
        team: store::team(&visit.db, access).await?,
        meeting,
        given,
        form,
        busy,
        changed,
    };
    Ok(page::form(visit, &shown).into())
}

/// The times at which somebody is busy, where they were not shown with the form already.
async fn in_the_way(
    visit: &Visit,
    access: &Access,
    id: Id<Meeting>,
    booking: &Booking,
    anyway: Option<String>,
) -> Result<Vec<Busy>, Problem> {
    let long = booking.details.minutes * 60;
    let span = |starts: Moment| (starts, starts.plus_seconds(long));
    let spans: Vec<_> = booking.starts.iter().map(|starts| span(starts.instant())).collect();
    let busy = store::busy(&visit.db, access, &booking.details.participants, &spans, id).await?;
    Ok(if anyway == Some(coming::times(&busy)) { Vec::new() } else { busy })
}

/// Books it. Or shows the form again, with what is wrong or who has a meeting already, keeping all that was typed.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not the family's staff, [`Problem::Malformed`] for a form of somebody
/// else's.
pub async fn book(visit: Visit, family: Id<Family>, fields: Fields) -> Result<Answer, Problem> {
    let access = staff(&visit, Whose::Family(family)).await?;
    let id = fields.parsed(ID).ok_or(Problem::Malformed)?;
    let anyway = fields.get(ANYWAY).map(str::to_owned);
    let typed = fields.clone();
    let booking = match form::read(fields, visit.viewer.zone, visit.now, None) {
        Ok(booking) => booking,
        Err(form) => return shown(&visit, &access, id, None, form, Vec::new(), false).await,
    };
    let busy = in_the_way(&visit, &access, id, &booking, anyway).await?;
    if !busy.is_empty() {
        return shown(&visit, &access, id, None, FilledIn { typed, ..FilledIn::default() }, busy, false).await;
    }
    let Booking { details, starts, agenda } = booking;
    let id = store::book(&visit.db, &access, id, &details, &starts, &agenda, visit.now).await?;
    Ok(Answer::See(format!("/meetings/{id}")))
}

/// Changes it. Or shows the form again, as [`book`] does; also when somebody else changed it meanwhile.
///
/// # Errors
/// As [`book`], and [`Problem::Changed`] when it was cancelled meanwhile.
pub async fn change(visit: Visit, id: Id<Meeting>, fields: Fields) -> Result<Answer, Problem> {
    let access = staff(&visit, Whose::Meeting(id)).await?;
    let before = store::meeting(&visit.db, &access, id).await?;
    let version: i64 = fields.parsed(VERSION).ok_or(Problem::Malformed)?;
    let anyway = fields.get(ANYWAY).map(str::to_owned);
    let typed = fields.clone();
    let booking = match form::read(fields, before.starts.zone(), visit.now, Some(&before)) {
        Ok(booking) => booking,
        Err(form) => return shown(&visit, &access, id, Some(before), form, Vec::new(), false).await,
    };
    let again = FilledIn { typed, ..FilledIn::default() };
    if version == before.version {
        let busy = in_the_way(&visit, &access, id, &booking, anyway).await?;
        if !busy.is_empty() {
            return shown(&visit, &access, id, Some(before), again, busy, false).await;
        }
    }
    match store::change(&visit.db, &access, id, version, &booking.details, visit.now).await {
        Ok(()) => Ok(Answer::See(format!("/meetings/{id}"))),
        Err(store::Error::Taken(_)) => {
            let now = store::meeting(&visit.db, &access, id).await?;
            shown(&visit, &access, id, Some(now), again, Vec::new(), true).await
        }
        Err(error) => Err(error.into()),
    }
}

/// Cancels it, and where that is asked for what comes later of its series.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not the family's staff, [`Problem::Malformed`] for a form of somebody
/// else's.
pub async fn cancel(visit: Visit, id: Id<Meeting>, fields: Fields) -> Result<Answer, Problem> {
    let access = staff(&visit, Whose::Meeting(id)).await?;
    let following = fields.ticked(FOLLOWING).map_err(|_| Problem::Malformed)?;
    store::cancel(&visit.db, &access, id, following, visit.now).await?;
    Ok(Answer::See(format!("/meetings/{id}")))
}

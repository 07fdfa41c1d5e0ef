//! What happens: an address is made, shown once, and ended; calendar programs read it; one meeting is handed out.

use super::{
    super::{confirmed, of_meeting},
    page,
};
use crate::{
    domain::{
        calendar::{CalendarAddress, Detail, Manner, write},
        chance::Token,
        id::Id,
        meeting::Meeting,
        person::Role,
    },
    problem::Problem,
    store::{self, Whose},
    text::{Text, text},
    ui::{
        Setting, Visit,
        field::Fields,
        page::{Answer, File},
    },
};

/// Shows whether the viewer has an address.
///
/// # Errors
/// [`Problem::NotFound`] for those who have no meetings.
pub async fn show(visit: Visit) -> Result<Answer, Problem> {
    let address = store::calendar_address(&visit.db, &visit.viewer).await?;
    Ok(page::calendar(&visit, address.as_ref()).into())
}

/// Makes an address, in place of the one before, and shows it, once.
///
/// # Errors
/// As [`show`]; [`Problem::Malformed`] for a form of somebody else's; [`Problem::Unproven`] for whoever has not shown lately
/// who they are: the address opens on any device.
pub async fn make(visit: Visit, fields: Fields) -> Result<Answer, Problem> {
    let detail: Option<Detail> = fields.parsed(page::DETAIL);
    let detail = detail.ok_or(Problem::Malformed)?;
    confirmed(&visit, Some(fields))?;
    let token = store::make_calendar_address(&visit.db, &visit.viewer, detail, visit.now).await?;
    Ok(page::made(&visit, &token).into())
}

/// Ends an address.
///
/// # Errors
/// [`Problem::NotFound`] when it is not the viewer's own.
pub async fn revoke(visit: Visit, address: Id<CalendarAddress>, _: Fields) -> Result<Answer, Problem> {
    store::revoke_calendar_address(&visit.db, &visit.viewer, address, visit.now).await?;
    Ok(Answer::See("/calendar".into()))
}

/// Hands out what stands at an address, to whoever holds it.
///
/// # Errors
/// [`Problem::NotFound`] when there is no such address, or it was ended.
pub async fn feed(setting: Setting, token: &str) -> Result<Answer, Problem> {
    let token = Token::read(token).ok_or(Problem::NotFound)?;
    let feed = store::calendar(&setting.db, &token, setting.now).await?;
    Ok(calendar(&setting, text(feed.language), feed.is_parent, feed.detail, &feed.meetings))
}

/// Hands out one meeting, telling as much of it as the viewer's calendar does.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer may not see it.
pub async fn file(visit: Visit, id: Id<Meeting>) -> Result<Answer, Problem> {
    let access = of_meeting(&visit, Whose::Meeting(id)).await?;
    let meeting = store::meeting(&visit.db, &access, id).await?;
    let address = store::calendar_address(&visit.db, &visit.viewer).await?;
    let detail = address.map_or(Detail::Poor, |address| address.detail);
    Ok(calendar(&visit, visit.text, visit.viewer.role == Role::Parent, detail, &[meeting]))
}

fn calendar(setting: &Setting, text: &Text, is_parent: bool, detail: Detail, meetings: &[Meeting]) -> Answer {
    let place = if is_parent { text.people.place } else { text.people.place_of_family };
    let manner = Manner { public_url: &setting.site.public_url, appointment: text.calendar.appointment, place, detail };
    Answer::File(File {
        name: "calendar.ics",
        media_type: "text/calendar; charset=utf-8",
        bytes: write(meetings, manner, setting.now).into_bytes(),
    })
}

//! What happens: a file is asked for, read and shown; what is chosen of it is taken, once.

use std::collections::HashSet;

use super::{
    super::of_staff,
    form::{self, CARRIED, FILE, Found, TAKE, Wrong},
    page::{self, Shown},
};
use crate::{
    domain::{
        access::Purpose,
        calendar,
        calendar_file::{CalendarFile, Reader, Step},
        family::Family,
        id::Id,
        meeting::{Busy, Meeting},
        person::Role,
        why::Why,
    },
    problem::Problem,
    store::{self, Access, Taken, Whose},
    ui::{
        Visit,
        coming::{self, ANYWAY},
        field::{Fields, FilledIn, Refusals},
        page::Answer,
    },
};

/// Asks for a file.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not the family's staff.
pub async fn ask(visit: Visit, family: Id<Family>) -> Result<Answer, Problem> {
    let access = staff(&visit, family).await?;
    asked(&visit, &access, &Refusals::default(), &Found::default()).await
}

async fn staff(visit: &Visit, family: Id<Family>) -> Result<Access, Problem> {
    of_staff(visit, Whose::Family(family), Purpose::Meeting).await
}

async fn asked(visit: &Visit, access: &Access, refusals: &Refusals, found: &Found) -> Result<Answer, Problem> {
    let family = store::family(&visit.db, access).await?;
    Ok(page::ask(visit, &family, refusals, found).into())
}

/// Reads a file, and finds what it changes.
async fn find(visit: &Visit, access: &Access, sent: Vec<u8>) -> Result<Result<Found, Why>, Problem> {
    let known = store::taken_before(&visit.db, access, visit.now).await?;
    let (zone, now, site) = (visit.viewer.zone, visit.now, visit.site.clone());
    let read = move || {
        let host = calendar::host(&site.public_url);
        CalendarFile::read(&sent, Reader { host, zone, now }).map(|file| Found::of(file, known, now))
    };
    Ok(tokio::task::spawn_blocking(read).await.unwrap_or(Err(Why::NotACalendar)))
}

/// Shows what is in a file. Nothing is stored.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not the family's staff.
pub async fn look(visit: Visit, family: Id<Family>, sent: Vec<u8>) -> Result<Answer, Problem> {
    let access = staff(&visit, family).await?;
    let found = match find(&visit, &access, sent).await? {
        Ok(found) => found,
        Err(why) => return asked(&visit, &access, &vec![(FILE, why)].into(), &Found::default()).await,
    };
    if let Some(why) = found.why_nothing() {
        return asked(&visit, &access, &vec![(FILE, why)].into(), &found).await;
    }
    let parents = store::people(&visit.db, &access).await?.into_iter();
    let parents = parents.filter(|person| person.role == Role::Parent).map(|person| person.id);
    let form = found.form(parents.chain([visit.viewer.person]).map(|id| id.to_string()));
    shown(&visit, &access, found, Wrong { form, fields: Vec::new() }, Vec::new(), false).await
}

async fn shown(
    visit: &Visit,
    access: &Access,
    found: Found,
    wrong: Wrong,
    busy: Vec<Busy>,
    changed: bool,
) -> Result<Answer, Problem> {
    let shown = Shown {
        family: store::family(&visit.db, access).await?,
        people: store::people(&visit.db, access).await?,
        team: store::team(&visit.db, access).await?,
        found,
        form: wrong.form,
        fields: wrong.fields,
        busy,
        changed,
    };
    Ok(page::found(visit, &shown).into())
}

/// What was chosen, held against what the family has by now.
enum Chosen {
    /// All of it is taken already, and this is one of its meetings.
    Done(Id<Meeting>),
    /// Some of it is not as it was seen.
    Changed(Found),
    /// It is as it was seen.
    AsSeen(Found),
}

async fn chosen(visit: &Visit, access: &Access, fields: &Fields) -> Result<Chosen, Problem> {
    let file = fields.once(CARRIED).ok().flatten().ok_or(Problem::Malformed)?;
    let found = find(visit, access, file.as_bytes().to_vec()).await?.map_err(|_| Problem::Malformed)?;
    let is_taken = |ticked: &str| found.same.iter().find(|item| item.is_called(ticked));
    let as_seen = |ticked: &str| found.takes.iter().any(|item| item.seen() == ticked);
    if fields.all(TAKE).all(|ticked| is_taken(ticked).is_some())
        && let Some(meeting) = fields.all(TAKE).find_map(|ticked| is_taken(ticked)?.meeting())
    {
        return Ok(Chosen::Done(meeting));
    }
    let same = fields.all(TAKE).all(|ticked| as_seen(ticked) || is_taken(ticked).is_some());
    Ok(if same { Chosen::AsSeen(found) } else { Chosen::Changed(found) })
}

/// When somebody who comes to a new meeting, or to one that moves, has another one.
async fn in_the_way(visit: &Visit, access: &Access, taken: &[Taken]) -> Result<Vec<Busy>, Problem> {
    let mut busy = Vec::new();
    for event in taken {
        let changes = event.changes.iter().filter(|change| matches!(change.step, Step::New | Step::Moved));
        let spans = changes.map(|change| {
            let starts = change.starts.instant();
            (starts, starts.plus_seconds(change.minutes * 60))
        });
        let spans: Vec<_> = spans.collect();
        let known = || event.changes.iter().filter_map(|change| change.known.as_ref());
        let named = known().filter_map(|known| known.meeting.as_ref()).flat_map(|meeting| &meeting.participants);
        let named = named.map(|who| who.person);
        let people: HashSet<_> = event.details.iter().flat_map(|new| new.participants.clone()).chain(named).collect();
        let people: Vec<_> = people.into_iter().collect();
        let except = known().next().map_or_else(|| Id::fresh(visit.now), |known| known.series.unwrap_or(known.id));
        busy.extend(store::busy(&visit.db, access, &people, &spans, except).await?);
    }
    busy.sort_by_key(|busy| busy.starts.instant());
    Ok(busy)
}

/// Takes what was chosen, where it still is as it was seen; what was taken already is not taken again. Or shows it again,
/// with what is wrong, who has a meeting then, or what changed meanwhile, keeping all that was typed.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not the family's staff, [`Problem::Malformed`] for a form of somebody
/// else's.
pub async fn take(visit: Visit, family: Id<Family>, fields: Fields) -> Result<Answer, Problem> {
    let access = staff(&visit, family).await?;
    let again = || Wrong { form: FilledIn { typed: fields.clone(), ..FilledIn::default() }, fields: Vec::new() };
    let found = match chosen(&visit, &access, &fields).await? {
        Chosen::Done(meeting) => return Ok(see(meeting)),
        Chosen::Changed(found) => return shown(&visit, &access, found, again(), Vec::new(), true).await,
        Chosen::AsSeen(found) => found,
    };
    let taken = match form::read(&fields, &found) {
        Ok(taken) => taken,
        Err(wrong) => return shown(&visit, &access, found, wrong, Vec::new(), false).await,
    };
    let busy = in_the_way(&visit, &access, &taken).await?;
    if !busy.is_empty() && fields.get(ANYWAY) != Some(&coming::times(&busy)) {
        return shown(&visit, &access, found, again(), busy, false).await;
    }
    match store::take(&visit.db, &access, &taken, visit.now).await {
        Ok(changed) => Ok(changed.first().map_or_else(|| Answer::See(format!("/families/{family}")), |id| see(*id))),
        Err(store::Error::Taken(_)) => match chosen(&visit, &access, &fields).await? {
            Chosen::Done(meeting) => Ok(see(meeting)),
            Chosen::Changed(found) | Chosen::AsSeen(found) => {
                shown(&visit, &access, found, again(), Vec::new(), true).await
            }
        },
        Err(error) => Err(error.into()),
    }
}

fn see(meeting: Id<Meeting>) -> Answer {
    Answer::See(format!("/meetings/{meeting}"))
}

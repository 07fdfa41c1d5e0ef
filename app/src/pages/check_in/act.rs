//! What happens: the form is shown, a filled-in one is saved once, and the parent sees that it was.

use super::{
    super::own_family,
    form::{CALL_ME, CheckInForm, WORDS},
    page::{self, Asked, Readers},
};
use crate::{
    domain::{
        checkin::{About, CheckIn, Instrument, Target, Teller, Telling, instrument},
        id::Id,
    },
    problem::Problem,
    store::{self, Access},
    ui::{
        Visit,
        field::Fields,
        page::Answer,
        questions::{ID, is_of},
    },
};

fn known(key: &str) -> Result<&'static Instrument, Problem> {
    instrument(key).filter(|instrument| instrument.teller == Teller::Parent).ok_or(Problem::NotFound)
}

/// What a check-in at that address is about, when the viewer may tell about it.
async fn about(visit: &Visit, access: &Access, key: &str, id: Option<uuid::Uuid>) -> Result<Asked, Problem> {
    let instrument = known(key)?;
    let target = Target::of(instrument, id).ok_or(Problem::NotFound)?;
    let targets = store::targets(&visit.db, access, instrument).await?;
    let name = targets.into_iter().find(|(of, _)| *of == target).map(|(_, name)| name).ok_or(Problem::NotFound)?;
    Ok(Asked { instrument, target, name })
}

/// Shows an empty form; for an instrument about children or goals, the list to choose one from.
///
/// # Errors
/// [`Problem::NotFound`] for an unknown instrument or anybody but a parent.
pub async fn ask(visit: Visit, key: String) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let instrument = known(&key)?;
    if instrument.about == About::Teller {
        return empty(&visit, &access, &about(&visit, &access, &key, None).await?).await;
    }
    let targets = store::targets(&visit.db, &access, instrument).await?;
    Ok(page::choose(&visit, instrument, &targets).into())
}

/// Shows an empty form about one child or goal.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer may not tell about it.
pub async fn ask_about(visit: Visit, (key, id): (String, uuid::Uuid)) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let asked = about(&visit, &access, &key, Some(id)).await?;
    empty(&visit, &access, &asked).await
}

async fn empty(visit: &Visit, access: &Access, asked: &Asked) -> Result<Answer, Problem> {
    shown(visit, access, asked, &CheckInForm::empty(Id::fresh(visit.now))).await
}

async fn shown(visit: &Visit, access: &Access, asked: &Asked, form: &CheckInForm) -> Result<Answer, Problem> {
    let saved = saved(visit, access).await?;
    Ok(page::form(visit, asked, form, &saved, &readers(visit, access).await?).into())
}

async fn readers(visit: &Visit, access: &Access) -> Result<Readers, Problem> {
    let office = store::settings(&visit.db, &visit.viewer).await?.office;
    let away = store::away(&visit.db, access, visit.now.date(office.zone())).await?;
    Ok(Readers { team: store::team(&visit.db, access).await?, away, office })
}

/// What the viewer saved while a device may keep a draft of it.
async fn saved(visit: &Visit, access: &Access) -> Result<Vec<Id<CheckIn>>, Problem> {
    const DAYS: i64 = 2;
    Ok(store::sent_since(&visit.db, access, visit.now.plus_days(-DAYS)).await?)
}

/// Saves what was told, and shows it; or shows the form again with what is wrong, keeping all that was typed.
///
/// # Errors
/// [`Problem::NotFound`] for an unknown instrument, anybody but a parent, or a check-in of somebody else.
pub async fn save(visit: Visit, key: String, fields: Fields) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let asked = about(&visit, &access, &key, None).await?;
    told(&visit, &access, &asked, fields).await
}

/// As [`save`], about one child or goal.
///
/// # Errors
/// As [`save`], and [`Problem::NotFound`] when the viewer may not tell about it.
pub async fn save_about(visit: Visit, (key, id): (String, uuid::Uuid), fields: Fields) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let asked = about(&visit, &access, &key, Some(id)).await?;
    told(&visit, &access, &asked, fields).await
}

async fn told(visit: &Visit, access: &Access, asked: &Asked, fields: Fields) -> Result<Answer, Problem> {
    let id = fields.parsed(ID).ok_or(Problem::Malformed)?;
    if !is_of(asked.instrument, &fields, &[WORDS, CALL_ME]) {
        return Err(Problem::Malformed);
    }
    match CheckInForm::read(asked.instrument, asked.target, id, fields) {
        Ok(telling) => {
            let telling = Telling { answered_at: visit.filled_in_at, ..telling };
            let id = store::send(&visit.db, access, id, &telling, visit.now).await?;
            Ok(Answer::See(format!("/check-ins/{id}")))
        }
        Err(form) => shown(visit, access, asked, &form).await,
    }
}

/// Not today: the parent is asked another day.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not asked this.
pub async fn not_today(visit: Visit, key: String, _: Fields) -> Result<Answer, Problem> {
    put_off(&visit, &key, None).await
}

/// As [`not_today`], about one child or goal.
///
/// # Errors
/// As [`not_today`].
pub async fn not_today_about(visit: Visit, (key, id): (String, uuid::Uuid), _: Fields) -> Result<Answer, Problem> {
    put_off(&visit, &key, Some(id)).await
}

async fn put_off(visit: &Visit, key: &str, id: Option<uuid::Uuid>) -> Result<Answer, Problem> {
    let access = own_family(visit).await?;
    let asked = about(visit, &access, key, id).await?;
    store::not_today(&visit.db, &access, asked.instrument, asked.target, visit.now).await?;
    Ok(Answer::See("/".into()))
}

/// Shows a check-in the viewer sent: saved when, read by whom until when, what it means.
///
/// # Errors
/// [`Problem::NotFound`] when it is not the viewer's own.
pub async fn sent(visit: Visit, id: Id<CheckIn>) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    let check_in = store::own(&visit.db, &access, id).await?;
    let sent = page::Sent {
        saved: saved(&visit, &access).await?,
        read_by: store::read_by(&visit.db, &access, id).await?,
        call_by: store::call_waiting(&visit.db, &access, id).await?,
        readers: readers(&visit, &access).await?,
        help_lines: store::settings(&visit.db, &visit.viewer).await?.help_lines,
        check_in,
    };
    Ok(page::sent(&visit, &sent).into())
}

/// The parent has read the answer and wants to be called all the same.
///
/// # Errors
/// [`Problem::NotFound`] when it is not the viewer's own, or nobody has answered it yet.
pub async fn call_anyway(visit: Visit, id: Id<CheckIn>, _: Fields) -> Result<Answer, Problem> {
    let access = own_family(&visit).await?;
    store::call_anyway(&visit.db, &access, id, visit.now).await?;
    Ok(Answer::See(format!("/check-ins/{id}")))
}

//! What happens: the list of what can be noted and what was, the empty form, and a filled-in one is saved once.

use uuid::Uuid;

use super::{
    super::of_staff,
    page::{self, Asked, RecordForm},
};
use crate::{
    domain::{
        access::Purpose,
        checkin::{Answers, CheckIn, Instrument, Target, Teller, Telling, instrument, instruments},
        family::Family,
        id::Id,
        why::Why,
    },
    problem::Problem,
    store::{self, Access, Whose},
    ui::{
        Visit,
        field::{Fields, Refusals},
        page::Answer,
        questions::{ID, VERSION, is_of, still_asked},
    },
};

async fn staff(visit: &Visit, family: Id<Family>) -> Result<Access, Problem> {
    of_staff(visit, Whose::Family(family), Purpose::Record).await
}

/// Shows what staff can note about a family, and what they did.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not its staff.
pub async fn list(visit: Visit, family: Id<Family>) -> Result<Answer, Problem> {
    let access = staff(&visit, family).await?;
    let mut asked = Vec::new();
    for instrument in instruments().filter(|instrument| instrument.teller == Teller::Staff) {
        for (target, name) in store::targets(&visit.db, &access, instrument).await? {
            asked.push(Asked { instrument, target, name });
        }
    }
    let told = store::told(&visit.db, &access).await?;
    let noted: Vec<CheckIn> = told.into_iter().filter(|check_in| check_in.instrument.teller == Teller::Staff).collect();
    let family = store::family(&visit.db, &access).await?;
    Ok(page::list(&visit, &family, &asked, &noted).into())
}

async fn about(visit: &Visit, access: &Access, key: &str, id: Uuid) -> Result<Asked, Problem> {
    let known = instrument(key).filter(|instrument| instrument.teller == Teller::Staff);
    let instrument: &'static Instrument = known.ok_or(Problem::NotFound)?;
    let target = Target::of(instrument, Some(id)).ok_or(Problem::NotFound)?;
    let targets = store::targets(&visit.db, access, instrument).await?;
    let name = targets.into_iter().find(|(of, _)| *of == target).map(|(_, name)| name).ok_or(Problem::NotFound)?;
    Ok(Asked { instrument, target, name })
}

/// Shows an empty form.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer is not the family's staff, or there is no such instrument or person.
pub async fn ask(visit: Visit, (family, key, id): (Id<Family>, String, Uuid)) -> Result<Answer, Problem> {
    let access = staff(&visit, family).await?;
    let asked = about(&visit, &access, &key, id).await?;
    shown(&visit, &access, &asked, &RecordForm::empty(Id::fresh(visit.now))).await
}

async fn shown(visit: &Visit, access: &Access, asked: &Asked, form: &RecordForm) -> Result<Answer, Problem> {
    let family = store::family(&visit.db, access).await?;
    let settings = store::settings(&visit.db, &visit.viewer).await?;
    Ok(page::form(visit, &family, asked, form, &settings).into())
}

fn outdated(why: Why) -> Vec<(&'static str, Why)> {
    vec![(VERSION, why)]
}

/// Saves it, or shows the form again with what is wrong, keeping all that was typed.
///
/// # Errors
/// As [`ask`], and [`Problem::Malformed`] for a form of somebody else's.
pub async fn save(
    visit: Visit,
    (family, key, id): (Id<Family>, String, Uuid),
    fields: Fields,
) -> Result<Answer, Problem> {
    let access = staff(&visit, family).await?;
    let asked = about(&visit, &access, &key, id).await?;
    let id = fields.parsed(ID).ok_or(Problem::Malformed)?;
    if !is_of(asked.instrument, &fields, &[]) {
        return Err(Problem::Malformed);
    }
    let answers = Answers::parse(asked.instrument, |item| fields.once(item));
    match answers.and_then(|answers| still_asked(asked.instrument, &fields).map(|()| answers).map_err(outdated)) {
        Ok(answers) => {
            let (instrument, target) = (asked.instrument, asked.target);
            let telling = Telling { instrument, target, answers, words: None, call_me: false, answered_at: None };
            store::send(&visit.db, &access, id, &telling, visit.now).await?;
            Ok(Answer::See(page::address(family)))
        }
        Err(refused) => {
            let form = RecordForm { id, typed: fields, refusals: Refusals::from(refused) };
            shown(&visit, &access, &asked, &form).await
        }
    }
}

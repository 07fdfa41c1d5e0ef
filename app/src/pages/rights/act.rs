//! What happens: staff see what is written down, and advisers change it where nobody did meanwhile.

use super::{
    super::of_staff,
    form::{self, SEEN},
    page::{self, Edit},
};
use crate::{
    domain::{
        access::Purpose,
        family::Family,
        id::Id,
        person::{Person, Role},
        rights::Registered,
    },
    problem::Problem,
    store::{self, Access, Whose},
    ui::{
        Visit,
        field::{Fields, FilledIn},
        page::Answer,
    },
};

/// So many changes are shown at most.
const SHOWN: i64 = 200;

/// Shows staff who decides over a family's children, and what changed.
///
/// # Errors
/// [`Problem::NotFound`] when the viewer does not read for the family.
pub async fn show(visit: Visit, family: Id<Family>) -> Result<Answer, Problem> {
    let access = of_staff(&visit, Whose::Family(family), Purpose::Children).await?;
    let overview = page::Overview {
        family: store::family(&visit.db, &access).await?,
        registered: store::registered(&visit.db, &access).await?,
        history: store::rights_history(&visit.db, &access, SHOWN).await?,
        decides: access.relation().decides(),
    };
    Ok(page::overview(&visit, &overview).into())
}

async fn decider(visit: &Visit, person: Id<Person>) -> Result<(Access, Vec<Registered>), Problem> {
    let access = of_staff(visit, Whose::Person(person), Purpose::Children).await?;
    if !access.relation().decides() {
        return Err(Problem::NotFound);
    }
    let registered = store::registered(&visit.db, &access).await?;
    Ok((access, registered))
}

fn of(registered: &[Registered], person: Id<Person>) -> Result<&Registered, Problem> {
    registered.iter().find(|one| one.person.id == person).ok_or(Problem::NotFound)
}

/// Shows an adviser what is written down about a child or a parent, to change it.
///
/// # Errors
/// [`Problem::NotFound`] when it is nobody of a family the viewer decides for.
pub async fn edit(visit: Visit, person: Id<Person>) -> Result<Answer, Problem> {
    let (access, registered) = decider(&visit, person).await?;
    let form = form::of(of(&registered, person)?);
    shown(&visit, &access, &registered, person, &form, false)
}

fn shown(
    visit: &Visit,
    access: &Access,
    registered: &[Registered],
    person: Id<Person>,
    form: &FilledIn,
    changed: bool,
) -> Result<Answer, Problem> {
    let edit = Edit { family: access.family(), registered, one: of(registered, person)?, form, changed };
    Ok(page::edit(visit, &edit).into())
}

/// Writes it down. Where somebody else did meanwhile, both are shown and nothing is lost.
///
/// # Errors
/// As [`edit`]; [`Problem::Malformed`] for a form of somebody else's.
pub async fn save(visit: Visit, person: Id<Person>, fields: Fields) -> Result<Answer, Problem> {
    let (access, registered) = decider(&visit, person).await?;
    let seen = fields.parsed(SEEN).ok_or(Problem::Malformed)?;
    let parents: Vec<_> =
        registered.iter().filter(|one| one.person.role == Role::Parent).map(|one| one.person.id).collect();
    let typed = fields.clone();
    let rights = match form::read(fields, &of(&registered, person)?.person, &parents) {
        Ok(rights) => rights,
        Err(form) => return shown(&visit, &access, &registered, person, &form, false),
    };
    match store::set_rights(&visit.db, &access, person, seen, &rights, visit.now).await {
        Ok(()) => Ok(Answer::See(format!("/families/{}/children", access.family()))),
        Err(store::Error::Taken(_)) => {
            let now = store::registered(&visit.db, &access).await?;
            shown(&visit, &access, &now, person, &FilledIn { typed, ..FilledIn::default() }, true)
        }
        Err(error) => Err(error.into()),
    }
}

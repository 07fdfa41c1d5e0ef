//! What happens: words are written down, opened to one adult after a page that says to whom, and closed.

use super::{
    super::of_staff,
    form::{self, ID},
    page,
};
use crate::{
    domain::{
        access::Purpose,
        child_words::ChildWords,
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

fn child(registered: &[Registered], child: Id<Person>) -> Result<&Registered, Problem> {
    let one = registered.iter().find(|one| one.person.id == child);
    one.filter(|one| one.person.role == Role::Child).ok_or(Problem::NotFound)
}

/// Shows staff what a child said, and the form to write down more.
///
/// # Errors
/// [`Problem::NotFound`] when it is no child of a family the viewer reads for.
pub async fn of_child(visit: Visit, child: Id<Person>) -> Result<Answer, Problem> {
    let access = of_staff(&visit, Whose::Person(child), Purpose::Children).await?;
    let form = form::empty(&visit.viewer.name, visit.now.date(visit.viewer.zone));
    shown(&visit, &access, child, &form, Id::fresh(visit.now)).await
}

async fn shown(
    visit: &Visit,
    access: &Access,
    of: Id<Person>,
    form: &FilledIn,
    id: Id<ChildWords>,
) -> Result<Answer, Problem> {
    let registered = store::registered(&visit.db, access).await?;
    let shown = page::OfChild {
        family: access.family(),
        child: child(&registered, of)?,
        registered: &registered,
        words: store::child_words(&visit.db, access, of).await?,
        form,
        id,
        decides: access.relation().decides(),
    };
    Ok(page::of_child(visit, &shown).into())
}

/// Writes down what a child said.
///
/// # Errors
/// As [`of_child`]; [`Problem::Malformed`] for a form of somebody else's.
pub async fn write(visit: Visit, child: Id<Person>, fields: Fields) -> Result<Answer, Problem> {
    let access = of_staff(&visit, Whose::Person(child), Purpose::Children).await?;
    let id = fields.parsed(ID).ok_or(Problem::Malformed)?;
    match form::read(fields, visit.now.date(visit.viewer.zone)) {
        Ok(said) => {
            store::write_child_words(&visit.db, &access, id, child, &said, visit.now).await?;
            Ok(Answer::See(address(child)))
        }
        Err(form) => shown(&visit, &access, child, &form, id).await,
    }
}

fn address(child: Id<Person>) -> String {
    format!("/people/{child}/words")
}

/// Shows an adviser to whom words are about to be opened.
///
/// # Errors
/// [`Problem::NotFound`] when they are of no child of a family the viewer decides for, or the adult has no rights for
/// that child.
pub async fn confirm(visit: Visit, at: (Id<ChildWords>, Id<Person>)) -> Result<Answer, Problem> {
    let access = of_staff(&visit, Whose::ChildWords(at.0), Purpose::Children).await?;
    asked(&visit, &access, at, &FilledIn::default()).await
}

async fn asked(
    visit: &Visit,
    access: &Access,
    (id, adult): (Id<ChildWords>, Id<Person>),
    form: &FilledIn,
) -> Result<Answer, Problem> {
    let words = store::one_of_child_words(&visit.db, access, id).await?;
    let registered = store::registered(&visit.db, access).await?;
    let sees = child(&registered, words.child.0)?.rights.of(adult).is_some_and(|rights| rights.may_see);
    let adult = registered.iter().find(|one| one.person.id == adult).ok_or(Problem::NotFound)?;
    if !sees || !access.relation().decides() {
        return Err(Problem::NotFound);
    }
    Ok(page::confirm(visit, &words, &adult.person, form).into())
}

/// Opens words to an adult.
///
/// # Errors
/// As [`confirm`].
pub async fn open(visit: Visit, at: (Id<ChildWords>, Id<Person>), fields: Fields) -> Result<Answer, Problem> {
    let access = of_staff(&visit, Whose::ChildWords(at.0), Purpose::Children).await?;
    let assent = match form::assent(fields) {
        Ok(assent) => assent,
        Err(form) => return asked(&visit, &access, at, &form).await,
    };
    store::open_child_words(&visit.db, &access, at.0, at.1, assent, visit.now).await?;
    let words = store::one_of_child_words(&visit.db, &access, at.0).await?;
    Ok(Answer::See(address(words.child.0)))
}

/// Closes words to an adult.
///
/// # Errors
/// [`Problem::NotFound`] when they are of no child of a family the viewer reads for, or were never opened to that adult.
pub async fn close(visit: Visit, at: (Id<ChildWords>, Id<Person>), _: Fields) -> Result<Answer, Problem> {
    let access = of_staff(&visit, Whose::ChildWords(at.0), Purpose::Children).await?;
    store::close_child_words(&visit.db, &access, at.0, at.1, visit.now).await?;
    let words = store::one_of_child_words(&visit.db, &access, at.0).await?;
    Ok(Answer::See(address(words.child.0)))
}

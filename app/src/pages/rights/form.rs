//! What can be typed: which adults something is true of, and whether an address is protected.

use crate::{
    domain::{
        id::Id,
        person::{Guardianship, Person, Role},
        rights::{Registered, Rights},
        why::Why,
    },
    ui::field::{Fields, FilledIn, Refusals},
};

/// The number of the last change that was seen.
pub(super) const SEEN: &str = "seen";
/// A check box for each adult who has custody of the child.
pub(super) const CUSTODY: &str = "custody";
/// A check box for each adult who may see the child's page.
pub(super) const MAY_SEE: &str = "may_see";
/// A check box for each adult the child lives with.
pub(super) const LIVES_WITH: &str = "lives_with";
/// The check box that protects the address.
pub(super) const PROTECTED: &str = "protected";

/// The form with what stands there.
pub(super) fn of(registered: &Registered) -> FilledIn {
    let rights = &registered.rights;
    let ticked = |name, is: fn(&Guardianship) -> bool| {
        rights.adults().iter().filter(move |one| is(one)).map(move |one| (name, one.adult.to_string()))
    };
    let typed = ticked(CUSTODY, |one| one.custody)
        .chain(ticked(MAY_SEE, |one| one.may_see))
        .chain(ticked(LIVES_WITH, |one| one.lives_with))
        .chain(rights.protected.then(|| (PROTECTED, "yes".to_owned())))
        .collect();
    FilledIn { typed, refusals: Refusals::default() }
}

/// Reads it. Of an adult only the address can be written down.
///
/// # Errors
/// The form with what was typed and what is wrong with it.
pub(super) fn read(typed: Fields, person: &Person, parents: &[Id<Person>]) -> Result<Rights, FilledIn> {
    let parents = if person.role == Role::Child { parents } else { &[] };
    let mut refusals = Refusals::default();
    let protected = refusals.take(PROTECTED, typed.ticked(PROTECTED));
    let mut named = |field| refusals.take(field, adults(&typed, field, parents));
    let (custody, may_see, lives_with) = (named(CUSTODY), named(MAY_SEE), named(LIVES_WITH));
    match (protected, custody, may_see, lives_with) {
        (Some(protected), Some(custody), Some(may_see), Some(lives_with)) => Ok(Rights::new(
            protected,
            parents.iter().map(|adult| Guardianship {
                child: person.id,
                adult: *adult,
                custody: custody.contains(adult),
                may_see: may_see.contains(adult),
                lives_with: lives_with.contains(adult),
            }),
        )),
        _ => Err(FilledIn { typed, refusals }),
    }
}

fn adults(typed: &Fields, field: &'static str, parents: &[Id<Person>]) -> Result<Vec<Id<Person>>, Why> {
    let known = |adult: &str| adult.parse().ok().filter(|adult| parents.contains(adult)).ok_or(Why::Unknown);
    typed.all(field).map(known).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{person::Language, words::PersonName};

    #[test]
    fn only_the_familys_own_parents_can_be_ticked_and_only_for_a_child() {
        let [child, mother, stranger] = [1, 2, 3].map(|number| Id::from_uuid(uuid::Uuid::from_u128(number)));
        let person = |id, role| Person {
            id,
            family: None,
            name: PersonName::stored("Bo".into()),
            role,
            born: None,
            phone: None,
            language: Language::Danish,
        };
        let read =
            |person: Person, body: String| read(Fields::read(body.as_bytes()).expect("a form"), &person, &[mother]);
        let rights = read(person(child, Role::Child), format!("custody={mother}&may_see={mother}&protected=yes"));
        let hers = Guardianship { child, adult: mother, custody: true, may_see: true, lives_with: false };
        assert_eq!(rights.expect("sound"), Rights::new(true, [hers]));
        for (who, body, field, why) in [
            (Role::Child, format!("custody={stranger}"), CUSTODY, Why::Unknown),
            (Role::Child, "may_see=x".into(), MAY_SEE, Why::Unknown),
            (Role::Child, "lives_with=".into(), LIVES_WITH, Why::Unknown),
            (Role::Child, "protected=no".into(), PROTECTED, Why::Unknown),
            (Role::Child, "protected=yes&protected=yes".into(), PROTECTED, Why::Twice),
            (Role::Parent, format!("custody={mother}"), CUSTODY, Why::Unknown),
        ] {
            let form = read(person(child, who), body.clone()).expect_err(&body);
            assert_eq!(form.refusals.of(field), Some(why), "{body}");
        }
    }
}

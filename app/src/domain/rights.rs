//! Who decides over a child and sees its page here, whom the child lives with, and whose address is told to nobody.

use serde::{Deserialize, Serialize};

use super::{
    id::Id,
    moment::Moment,
    person::{Child, Guardianship, Person},
    words::PersonName,
};

/// What is written down about one of a family: of a child with the adults, of an adult without any.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rights {
    /// Whether their address is told to nobody.
    pub protected: bool,
    /// The adults of whom anything is true, by identity.
    adults: Vec<Guardianship>,
}

impl Rights {
    /// With these adults, in whatever order; those of whom nothing is true are left out.
    pub fn new(protected: bool, adults: impl IntoIterator<Item = Guardianship>) -> Self {
        let mut adults: Vec<_> =
            adults.into_iter().filter(|one| one.custody || one.may_see || one.lives_with).collect();
        adults.sort_by_key(|one| one.adult);
        Self { protected, adults }
    }

    /// The adults of whom anything is true.
    pub fn adults(&self) -> &[Guardianship] {
        &self.adults
    }

    /// What is true of one adult, where anything is.
    pub fn of(&self, adult: Id<Person>) -> Option<&Guardianship> {
        self.adults.iter().find(|one| one.adult == adult)
    }

    /// What part one adult has in the custody of the child.
    pub fn custody(&self, adult: Id<Person>) -> Custody {
        let others = self.adults.iter().filter(|one| one.custody && one.adult != adult).count();
        Custody::of(self.of(adult).is_some_and(|one| one.custody), others > 0)
    }
}

/// What part an adult has in the custody of a child (forældreansvarsloven § 2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Custody {
    /// Together with somebody else.
    Joint,
    /// Alone.
    Sole,
    /// None.
    No,
}

impl Custody {
    /// From whether they have it, and whether somebody else has.
    pub const fn of(own: bool, others: bool) -> Self {
        match (own, others) {
            (true, true) => Self::Joint,
            (true, false) => Self::Sole,
            (false, _) => Self::No,
        }
    }
}

/// One of a family with what is written down.
#[derive(Clone, Debug)]
pub struct Registered {
    /// Who: a parent or a child.
    pub person: Person,
    /// What is written down.
    pub rights: Rights,
    /// The number of the last change of it; 0 where there was none.
    pub number: i64,
}

/// A change of what is written down.
#[derive(Clone, Debug)]
pub struct RightsChange {
    /// About whom.
    pub person: PersonName,
    /// Who made it; nobody where an import did.
    pub author: Option<PersonName>,
    /// When.
    pub made_at: Moment,
    /// What stood there before.
    pub before: Rights,
    /// What stood there then.
    pub after: Rights,
}

/// What a parent reads about themselves and a child they have rights for, and nothing about anybody else.
#[derive(Clone, Debug)]
pub struct OwnRights {
    /// The child.
    pub child: Child,
    /// Their part in the custody.
    pub custody: Custody,
    /// Whether the child lives with them.
    pub lives_with: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn custody_is_shared_by_those_who_have_it() {
        let [child, one, other, third] = [1, 2, 3, 4].map(|number| Id::from_uuid(uuid::Uuid::from_u128(number)));
        let adult = |adult, custody| Guardianship { child, adult, custody, may_see: true, lives_with: false };
        let joint = Rights::new(false, [adult(other, true), adult(one, true), adult(third, false)]);
        assert_eq!(
            [one, other, third].map(|adult| joint.custody(adult)),
            [Custody::Joint, Custody::Joint, Custody::No]
        );
        let sole = Rights::new(false, [adult(one, true), adult(other, false)]);
        assert_eq!([one, other].map(|adult| sole.custody(adult)), [Custody::Sole, Custody::No]);
    }

    #[test]
    fn rights_are_the_same_in_whatever_order_and_without_those_who_have_none() {
        let [child, one, other] = [1, 2, 3].map(|number| Id::from_uuid(uuid::Uuid::from_u128(number)));
        let adult = |adult, may_see| Guardianship { child, adult, custody: false, may_see, lives_with: false };
        let rights = Rights::new(true, [adult(other, true), adult(one, true)]);
        assert_eq!(rights, Rights::new(true, [adult(one, true), adult(other, true)]));
        assert_eq!(Rights::new(false, [adult(one, false)]), Rights::default());
        let written = serde_json::to_string(&rights).expect("it is written");
        assert_eq!(serde_json::from_str::<Rights>(&written).expect("it is read"), rights);
    }
}

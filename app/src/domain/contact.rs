//! Choosing a contact person: who there is to choose, and somebody new whom a family would like.

use super::{
    id::Id,
    moment::Moment,
    person::{Person, Role},
    words::{PersonName, Phone, Title},
};

/// Somebody a family may choose as its contact person.
#[derive(Clone, Debug)]
pub struct Candidate {
    /// Who.
    pub person: Id<Person>,
    /// Their name.
    pub name: PersonName,
    /// What they are in the municipality.
    pub role: Role,
    /// The association they come from; none for the municipality's own staff.
    pub association: Option<Title>,
}

/// Somebody new whom a family would like as contact person. An adviser invites them.
#[derive(Clone, Debug)]
pub struct ContactWish {
    /// Its identity.
    pub id: Id<ContactWish>,
    /// The name of the one they would like.
    pub name: PersonName,
    /// Where to call them.
    pub phone: Phone,
    /// The parent who wrote it.
    pub made_by: PersonName,
    /// When.
    pub made_at: Moment,
}

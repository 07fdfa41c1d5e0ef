//! The municipality, its units and the families they walk beside.

use super::{
    id::Id,
    moment::Zone,
    words::{Phone, Title},
};

/// A municipality: the boundary nothing crosses.
#[derive(Clone, Debug)]
pub struct Municipality {
    /// Its identity.
    pub id: Id<Municipality>,
    /// Its name, as people say it.
    pub name: Title,
    /// The zone its walls stand in.
    pub zone: Zone,
    /// Whom to call when nothing else works, such as the front desk.
    pub phone: Option<Phone>,
}

/// A unit of a municipality, for instance a family house.
#[derive(Clone, Debug)]
pub struct Unit {
    /// Its identity.
    pub id: Id<Unit>,
    /// Its name.
    pub name: Title,
}

/// A family with a plan of its own.
#[derive(Clone, Debug)]
pub struct Family {
    /// Its identity.
    pub id: Id<Family>,
    /// What the team calls it. Families and contact persons read it too.
    pub name: Title,
    /// The number the municipality knows it by, when it was imported.
    pub number: Option<String>,
}

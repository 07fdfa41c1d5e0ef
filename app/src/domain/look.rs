//! A look of somebody else at a family's data, as the family may see it.

use super::{
    access::{Purpose, Relation},
    moment::Moment,
    words::PersonName,
};

/// One line of the log.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// When.
    pub at: Moment,
    /// Who looked; nobody by name from the server's own machine.
    pub name: Option<PersonName>,
    /// What they were to the family then.
    pub relation: Relation,
    /// Why they looked.
    pub purpose: Purpose,
}

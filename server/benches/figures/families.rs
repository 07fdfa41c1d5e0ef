//! Invented families and the server that serves them.

use crate::{
    database::{Database, Kind},
    program::{Server, demo},
    say,
};

/// Invented families in a database of their own.
pub(crate) struct Families {
    pub(crate) database: Database,
    pub(crate) number: u32,
    /// The path of a parent's one-time sign-in.
    pub(crate) parent: String,
}

impl Families {
    /// Invents so many for the bench with that name.
    pub(crate) fn invent(kind: Kind, bench: &str, number: u32) -> Result<Self, String> {
        say(&format!("{}: inventing {number} families", kind.key()));
        let database = Database::make(kind, &format!("{bench}_{number}"))?;
        let cast = demo(&database, number)?;
        let parent = cast.into_iter().find(|(role, _)| role == "parent").ok_or("the demo has no parent")?.1;
        Ok(Self { database, number, parent })
    }

    /// Serves them.
    pub(crate) fn serve(self) -> Result<Town, String> {
        Ok(Town { server: Server::start(&self.database, "info")?, families: self })
    }
}

/// A server with its families. The server is dropped before what it serves.
pub(crate) struct Town {
    pub(crate) server: Server,
    pub(crate) families: Families,
}

//! Meetings: when, where and with whom.

use super::{
    id::Id,
    keyed,
    moment::{Moment, WallTime},
    person::{Person, Role},
    words::{Note, PersonName, Title},
};

keyed! {
    /// Where people meet.
    pub enum Place {
        /// At the family's home.
        Home = "home",
        /// In the team's rooms.
        Office = "office",
        /// On the phone.
        Phone = "phone",
        /// By video.
        Video = "video",
        /// Somewhere else.
        Elsewhere = "elsewhere",
    }
}

/// A meeting. It keeps its wall time when the clocks change.
#[derive(Clone, Debug)]
pub struct Meeting {
    /// Its identity.
    pub id: Id<Meeting>,
    /// What it is about.
    pub title: Title,
    /// When it starts.
    pub starts: WallTime,
    /// How long it lasts, in minutes (5 to 1440).
    pub minutes: i64,
    /// Where.
    pub place: Place,
    /// The address, room or link, in words.
    pub place_words: Option<Title>,
    /// What to bring.
    pub bring: Option<Note>,
    /// Who comes.
    pub participants: Vec<Participant>,
}

/// Somebody who comes to a meeting.
#[derive(Clone, Debug)]
pub struct Participant {
    /// Who.
    pub person: Id<Person>,
    /// Their name.
    pub name: PersonName,
    /// What they are.
    pub role: Role,
}

impl Meeting {
    /// The instant it ends.
    pub const fn ends(&self) -> Moment {
        self.starts.instant().plus_seconds(self.minutes * 60)
    }
}

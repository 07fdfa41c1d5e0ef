//! Invitations and sessions: how somebody gets in, and for how long.

use super::{id::Id, keyed, moment::Moment, person::Role, words::PersonName};

/// How long an invitation can be used, in days.
pub const INVITATION_DAYS: i64 = 14;

/// The most living sessions one person may have; the oldest makes room.
pub const SESSIONS: i64 = 20;

/// For so long after somebody came in, or showed since who they are, they may do what only they should do, in seconds.
pub const PROVEN: i64 = 600;

/// What becomes of the passkeys and sessions somebody had, once they use a new invitation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OldWays {
    /// They stay.
    Stay,
    /// They end: the phone is gone.
    End,
}

/// A single-use way in, shown to one person by an adviser.
#[derive(Clone, Debug)]
pub struct Invitation {
    /// Its identity.
    pub id: Id<Invitation>,
    /// The person it lets in.
    pub name: PersonName,
    /// Where it stands.
    pub state: InvitationState,
    /// When it ends by itself.
    pub expires_at: Moment,
}

/// Where an invitation stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum InvitationState {
    /// It can be used.
    Open,
    /// It was used.
    Used,
    /// It was taken back.
    Revoked,
    /// Its 14 days are over.
    Expired,
}

impl InvitationState {
    /// Where an invitation with these times stands at `now`.
    pub fn at(now: Moment, expires: Moment, used: Option<Moment>, revoked: Option<Moment>) -> Self {
        if used.is_some() {
            Self::Used
        } else if revoked.is_some() {
            Self::Revoked
        } else if expires <= now {
            Self::Expired
        } else {
            Self::Open
        }
    }
}

keyed! {
    /// How somebody came in.
    pub enum CameBy {
        /// With an invitation.
        Invitation = "invitation",
        /// With a passkey.
        Passkey = "passkey",
        /// By a provider, such as the municipality's directory.
        Provider = "provider",
    }
}

/// One signed-in device.
#[derive(Clone, Debug)]
pub struct Session {
    /// Its identity.
    pub id: Id<Session>,
    /// The device, as the browser names itself, in a few words.
    pub device: String,
    /// When it signed in.
    pub created_at: Moment,
    /// When it was last seen, to within [`Limits::TOUCH`] seconds.
    pub seen_at: Moment,
    /// How its person came in, where that was written down.
    pub came_by: Option<CameBy>,
}

/// How long a session lives without use and at most, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Ends after so long without use.
    pub idle: i64,
    /// Ends after so long in any case.
    pub absolute: i64,
}

impl Limits {
    /// A session's last use is written down at most this often, in seconds.
    pub const TOUCH: i64 = 600;

    /// That of a device with a code, which locks after a pause, as often as this.
    pub const TOUCH_WITH_CODE: i64 = 30;

    /// Staff: 8 hours, a working day. Families and contact persons: 60 days without use, a year at most.
    pub const fn of(role: Role) -> Self {
        const HOUR: i64 = 3600;
        const DAY: i64 = 24 * HOUR;
        if role.is_employed() {
            Self { idle: 8 * HOUR, absolute: 8 * HOUR }
        } else {
            Self { idle: 60 * DAY, absolute: 365 * DAY }
        }
    }
}

/// Names a browser in a few words from its `User-Agent`, which may be anything at all.
pub fn device_of(user_agent: &str) -> String {
    let browser = [
        ("Firefox", "Firefox"),
        ("Edg", "Edge"),
        ("SamsungBrowser", "Samsung"),
        ("Chrome", "Chrome"),
        ("Safari", "Safari"),
    ]
    .into_iter()
    .find(|(mark, _)| user_agent.contains(mark))
    .map_or("Browser", |(_, name)| name);
    let system = [
        ("Android", "Android"),
        ("iPhone", "iPhone"),
        ("iPad", "iPad"),
        ("Windows", "Windows"),
        ("Mac OS", "Mac"),
        ("Linux", "Linux"),
    ]
    .into_iter()
    .find(|(mark, _)| user_agent.contains(mark))
    .map(|(_, name)| name);
    system.map_or_else(|| browser.to_owned(), |system| format!("{browser} · {system}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_invitation_stands_where_its_times_say() {
        let (now, later) = (Moment::from_seconds(100), Moment::from_seconds(200));
        for (expires, used, revoked, state) in [
            (later, None, None, InvitationState::Open),
            (now, None, None, InvitationState::Expired),
            (later, Some(now), None, InvitationState::Used),
            (later, None, Some(now), InvitationState::Revoked),
        ] {
            assert_eq!(InvitationState::at(now, expires, used, revoked), state);
        }
    }

    #[test]
    fn devices_are_named_in_a_few_words() {
        let android = "Mozilla/5.0 (Linux; Android 14; Pixel 7) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0 Mobile Safari/537.36";
        let iphone =
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) AppleWebKit/605.1.15 Version/18.0 Safari/604.1";
        assert_eq!(device_of(android), "Chrome · Android");
        assert_eq!(device_of(iphone), "Safari · iPhone");
        assert_eq!(device_of("\u{1f980}"), "Browser");
    }
}

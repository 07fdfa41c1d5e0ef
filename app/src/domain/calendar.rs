//! Meetings as calendar programs read and write them (RFC 5545).

use calcard::{
    common::PartialDateTime,
    icalendar::{
        ICalendar, ICalendarClassification, ICalendarComponent, ICalendarComponentType, ICalendarEntry,
        ICalendarMethod, ICalendarParameter, ICalendarProperty, ICalendarStatus, ICalendarValue,
    },
};

use super::{
    id::Id,
    keyed,
    meeting::{Meeting, Place},
    moment::{Moment, WallTime},
};

keyed! {
    /// How much a calendar tells whoever looks at the phone it is on.
    pub enum Detail {
        /// That there is an appointment, and when.
        Poor = "poor",
        /// What it is about and where, too.
        Full = "full",
    }
}

/// A private address at which a calendar program reads somebody's meetings.
#[derive(Clone, Copy, Debug)]
pub struct CalendarAddress {
    /// Its identity, which is not the secret in it.
    pub id: Id<CalendarAddress>,
    /// How much it tells.
    pub detail: Detail,
    /// When it was made.
    pub created_at: Moment,
}

/// How a calendar is written.
#[derive(Clone, Copy, Debug)]
pub struct Manner<'a> {
    /// The address people use; its host makes the names of the meetings unlike any others.
    pub public_url: &'a str,
    /// What an appointment is called where its title is not told.
    pub appointment: &'static str,
    /// What the places are called.
    pub place: fn(Place) -> &'static str,
    /// How much it tells.
    pub detail: Detail,
}

/// A VTIMEZONE reaches so many seconds to either side of the meetings it is for.
const YEAR: i64 = 366 * 86_400;

/// The meetings as a calendar file. Each keeps its UID for good and counts its changes in SEQUENCE.
pub fn write(meetings: &[Meeting], manner: Manner, now: Moment) -> String {
    let mut calendar = ICalendarComponent::new(ICalendarComponentType::VCalendar);
    calendar.add_property(ICalendarProperty::Version, "2.0");
    calendar.add_property(ICalendarProperty::Prodid, "-//Vores Plan//Vores Plan//DA");
    calendar.add_property(ICalendarProperty::Method, ICalendarMethod::Publish);
    calendar.add_property(ICalendarProperty::Other("X-PUBLISHED-TTL".into()), "PT1H");
    let events: Vec<_> = meetings.iter().map(|meeting| event(meeting, manner, now)).collect();
    calendar.component_ids = (1..).take(events.len()).collect();
    let mut file = ICalendar { components: std::iter::once(calendar).chain(events).collect() };
    let mut zones: Vec<_> = meetings.iter().map(|meeting| meeting.starts.zone()).collect();
    zones.sort_by_key(|zone| zone.name());
    zones.dedup();
    for zone in zones {
        let starts = || meetings.iter().filter(|meeting| meeting.starts.zone() == zone);
        let starts = || starts().map(|meeting| meeting.starts.instant().seconds());
        if let (Some(first), Some(last)) = (starts().min(), starts().max()) {
            file.add_timezone(zone.name(), first - YEAR, last + YEAR);
        }
    }
    file.to_string()
}

/// The host of the address people use, which ends the names of our meetings.
pub fn host(public_url: &str) -> &str {
    let host = public_url.split("//").last().unwrap_or_default();
    host.split([':', '/']).next().unwrap_or_default()
}

fn event(meeting: &Meeting, manner: Manner, now: Moment) -> ICalendarComponent {
    let host = host(manner.public_url);
    let mut event = ICalendarComponent::new(ICalendarComponentType::VEvent);
    event.add_uid(&format!("{}@{host}", meeting.id));
    event.add_dtstamp(PartialDateTime::from_utc_timestamp(now.seconds()));
    event.add_sequence(meeting.version);
    event.entries.push(at(ICalendarProperty::Dtstart, &meeting.starts));
    event.entries.push(at(ICalendarProperty::Dtend, &WallTime::at(meeting.ends(), meeting.starts.zone())));
    let status = if meeting.cancelled.is_some() { ICalendarStatus::Cancelled } else { ICalendarStatus::Confirmed };
    event.add_property(ICalendarProperty::Status, status);
    event.add_property(ICalendarProperty::Class, ICalendarClassification::Private);
    match manner.detail {
        Detail::Poor => event.add_property(ICalendarProperty::Summary, manner.appointment),
        Detail::Full => {
            event.add_property(ICalendarProperty::Summary, meeting.title.as_str());
            let place = (manner.place)(meeting.place);
            let words = meeting.place_words.as_ref().map(|words| format!("{place}, {words}"));
            event.add_property(ICalendarProperty::Location, words.unwrap_or_else(|| place.to_owned()));
        }
    }
    event
}

fn at(name: ICalendarProperty, wall: &WallTime) -> ICalendarEntry {
    let local = PartialDateTime::from_naive_timestamp(wall.local().and_utc().timestamp());
    ICalendarEntry::new(name)
        .with_param(ICalendarParameter::tzid(wall.zone().name().to_owned()))
        .with_value(ICalendarValue::from(local))
}

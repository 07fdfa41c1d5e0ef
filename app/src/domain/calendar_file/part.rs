//! What stands in a component of a file: when, how long, how new and what it is called.

use std::{collections::HashMap, sync::Arc};

use calcard::{
    common::PartialDateTime,
    icalendar::{
        ICalendarComponent, ICalendarComponentType, ICalendarEntry, ICalendarProperty, ICalendarStatus, ICalendarValue,
    },
};
use chrono::{Duration, NaiveDateTime};

use super::{
    Edition, Occurrence, Uid,
    zone::{self, Clock},
};
use crate::domain::{
    meeting::Meeting,
    moment::{Moment, WallTime, Zone},
    why::Why,
    words::Title,
};

/// How Outlook says that an event takes whole days.
pub(super) const ALL_DAY: &str = "X-MICROSOFT-CDO-ALLDAYEVENT";

pub(super) fn is_event(component: &ICalendarComponent) -> bool {
    component.component_type == ICalendarComponentType::VEvent
}

/// What names an event; one that the file does not name is named by when it is and what it is called.
pub(super) fn uid(component: &ICalendarComponent) -> Uid {
    match component.uid().filter(|uid| !uid.trim().is_empty()) {
        Some(uid) => Uid::of(uid),
        None => {
            let starts = component.property(&ICalendarProperty::Dtstart).map(|entry| format!("{:?}", entry.values));
            Uid::of(&format!("{starts:?} {:?}", words(component, &ICalendarProperty::Summary)))
        }
    }
}

/// The zones of a calendar, and the one that is meant where none is named.
pub(super) struct Times {
    pub(super) zones: HashMap<String, Clock>,
    pub(super) zone: Zone,
}

/// A date or a time as a file tells it.
pub(super) struct Told {
    pub(super) clock: Clock,
    pub(super) local: NaiveDateTime,
    pub(super) has_time: bool,
}

impl Told {
    pub(super) fn instant(&self) -> Moment {
        self.clock.instant(self.local)
    }
}

impl Times {
    pub(super) fn of(&self, entry: &ICalendarEntry, value: &ICalendarValue) -> Result<Told, Why> {
        let ICalendarValue::PartialDateTime(told) = value else { return Err(Why::NoSuchTime) };
        self.told(entry, told)
    }

    pub(super) fn told(&self, entry: &ICalendarEntry, told: &PartialDateTime) -> Result<Told, Why> {
        let at = told.to_date_time().ok_or(Why::NoSuchTime)?;
        let clock = match (at.offset, entry.tz_id()) {
            (Some(_), _) => Clock::Known(Zone::UTC),
            (None, Some(name)) => {
                zone::known(name).map(Clock::Known).or_else(|| self.zones.get(name).cloned()).ok_or(Why::UnknownZone)?
            }
            (None, None) => Clock::Known(self.zone),
        };
        let east = at.offset.map_or(0, |offset| i64::from(offset.local_minus_utc()));
        Ok(Told { clock, local: at.date_time - Duration::seconds(east), has_time: told.has_time() })
    }

    /// What stands in a property that comes once.
    fn first(&self, component: &ICalendarComponent, name: &ICalendarProperty) -> Option<Result<Told, Why>> {
        let entry = component.property(name)?;
        Some(self.of(entry, entry.values.first()?))
    }
}

/// A component of a file: an event, or one time of it that is not as the others.
pub(super) struct Part<'a> {
    pub(super) component: &'a ICalendarComponent,
    pub(super) times: Arc<Times>,
    pub(super) edition: Edition,
    pub(super) cancelled: bool,
}

impl<'a> Part<'a> {
    pub(super) fn new(component: &'a ICalendarComponent, times: Arc<Times>, cancels: bool) -> Self {
        let written = [ICalendarProperty::LastModified, ICalendarProperty::Dtstamp];
        let written = written.iter().filter_map(|name| times.first(component, name)?.ok());
        let sequence = component.property(&ICalendarProperty::Sequence).and_then(|entry| entry.values.first());
        let edition = Edition {
            sequence: sequence.and_then(ICalendarValue::as_integer).unwrap_or(0).max(0),
            written_at: written.map(|told| told.instant()).max().unwrap_or(Moment::from_seconds(0)),
        };
        let cancelled = cancels || component.status() == Some(&ICalendarStatus::Cancelled);
        Self { component, times, edition, cancelled }
    }

    pub(super) fn is_exception(&self) -> bool {
        self.component.has_property(&ICalendarProperty::RecurrenceId)
    }

    /// When it starts, and how many minutes it lasts.
    pub(super) fn span(&self) -> Result<(Told, i64), Why> {
        let starts = self.times.first(self.component, &ICalendarProperty::Dtstart).ok_or(Why::NoSuchTime)??;
        let all_day = ICalendarProperty::Other(ALL_DAY.into());
        let all_day = self.component.property(&all_day).and_then(|entry| entry.values.first()?.as_text());
        if !starts.has_time || all_day.is_some_and(|said| said.eq_ignore_ascii_case("true")) {
            return Err(Why::AllDay);
        }
        let duration = self.component.property(&ICalendarProperty::Duration).and_then(|entry| entry.values.first());
        let seconds = match (self.times.first(self.component, &ICalendarProperty::Dtend), duration) {
            (Some(ends), _) => ends?.instant().seconds().saturating_sub(starts.instant().seconds()),
            (None, Some(ICalendarValue::Duration(duration))) => duration.as_seconds(),
            (None, Some(_)) => return Err(Why::NoSuchTime),
            (None, None) => 3600,
        };
        Ok((starts, minutes(seconds)?))
    }

    /// When it was to start by the rule, where it is a single time of what repeats by the clock of `rule`.
    pub(super) fn recurrence(&self, rule: Option<&Told>) -> Result<Moment, Why> {
        let told = self.times.first(self.component, &ICalendarProperty::RecurrenceId).ok_or(Why::NoSuchTime)??;
        Ok(match rule {
            Some(rule) if !told.has_time => rule.clock.instant(told.local.date().and_time(rule.local.time())),
            _ => told.instant(),
        })
    }

    pub(super) fn occurrence(&self, recurrence: Moment, at: Moment, minutes: i64, zone: Zone) -> Occurrence {
        let at = Moment::from_seconds(at.seconds() - at.seconds().rem_euclid(60));
        let starts = WallTime::at(at, zone);
        Occurrence { recurrence, starts, minutes, edition: self.edition, cancelled: self.cancelled }
    }
}

pub(super) fn minutes(seconds: i64) -> Result<i64, Why> {
    let (least, most) = Meeting::MINUTES;
    match seconds / 60 {
        _ if seconds < 0 => Err(Why::EndsBeforeStart),
        minutes if u64::try_from(minutes).is_ok_and(|minutes| (least..=most).contains(&minutes)) => Ok(minutes),
        _ => Err(Why::NotSoLong),
    }
}

/// The words of a property on one line, as far as they fit.
pub(super) fn words(component: &ICalendarComponent, name: &ICalendarProperty) -> String {
    let said = component.property(name).and_then(|entry| entry.values.first()?.as_text()).unwrap_or_default();
    let tidy: String = said.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let tidy = tidy.split_whitespace().collect::<Vec<_>>().join(" ");
    tidy.chars().take(Title::MAX).collect::<String>().trim().to_owned()
}

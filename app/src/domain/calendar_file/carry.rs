//! What is carried of a file from the page that shows it to the one that takes it.

use std::collections::HashSet;

use calcard::icalendar::{
    ICalendar, ICalendarComponent, ICalendarComponentType, ICalendarParameterName, ICalendarProperty, ICalendarValue,
};

use super::{
    Uid,
    part::{ALL_DAY, is_event, uid, words},
    zone,
};

/// What is carried of an event and of a zone.
fn is_carried(name: &ICalendarProperty) -> bool {
    use ICalendarProperty::{
        Dtend, Dtstamp, Dtstart, Duration, Exdate, LastModified, Location, Method, Other, Rdate, RecurrenceId, Rrule,
        Sequence, Status, Summary, Tzid, Tzoffsetfrom, Tzoffsetto, Uid,
    };
    match name {
        Other(name) => {
            ["X-LIC-LOCATION", "X-MICROSOFT-CDO-TZID", ALL_DAY].iter().any(|kept| name.eq_ignore_ascii_case(kept))
        }
        Dtend | Dtstamp | Dtstart | Duration | Exdate | LastModified | Location | Method | Rdate | RecurrenceId
        | Rrule | Sequence | Status | Summary | Tzid | Tzoffsetfrom | Tzoffsetto | Uid => true,
        _ => false,
    }
}

/// The part of a calendar that tells of these events, where there is one.
pub(super) fn carry(calendar: &ICalendar, uids: &[Uid]) -> Option<ICalendar> {
    let kept = |component: &ICalendarComponent| {
        let mut kept = ICalendarComponent::new(component.component_type.clone());
        kept.entries = component.entries.iter().filter(|entry| is_carried(&entry.name)).cloned().collect();
        for entry in &mut kept.entries {
            use ICalendarParameterName::{Range, Tzid, Value};
            entry.params.retain(|param| matches!(param.name, Range | Tzid | Value));
            if matches!(entry.name, ICalendarProperty::Summary | ICalendarProperty::Location) {
                entry.values = vec![ICalendarValue::Text(words(component, &entry.name))];
            }
        }
        kept
    };
    let mut components: Vec<ICalendarComponent> = calendar
        .components
        .iter()
        .filter(|component| is_event(component) && uids.contains(&uid(component)))
        .map(kept)
        .collect();
    if components.is_empty() {
        return None;
    }
    let mut root = ICalendarComponent::new(ICalendarComponentType::VCalendar);
    root.entries = calendar.components.first().map(kept).into_iter().flat_map(|root| root.entries).collect();
    root.entries.retain(|entry| entry.name == ICalendarProperty::Method);
    components.insert(0, root);
    let named = |name: Option<&str>| name.is_some_and(|name| zone::known(name).is_some());
    let tzid = |zone: &ICalendarComponent| zone.property(&ICalendarProperty::Tzid).cloned();
    for zone in calendar.timezones() {
        if named(tzid(zone).as_ref().and_then(|entry| entry.values.first()?.as_text())) {
            continue;
        }
        let at = components.len();
        components.push(kept(zone));
        let parts = zone.component_ids.iter().filter_map(|id| calendar.component_by_id(*id)).map(kept);
        components.extend(parts);
        let ids = (at + 1..components.len()).filter_map(|id| u32::try_from(id).ok()).collect();
        if let Some(zone) = components.get_mut(at) {
            zone.component_ids = ids;
        }
    }
    let within: HashSet<u32> = components.iter().flat_map(|component| component.component_ids.clone()).collect();
    let top = (1..components.len()).filter_map(|id| u32::try_from(id).ok()).filter(|id| !within.contains(id)).collect();
    if let Some(root) = components.first_mut() {
        root.component_ids = top;
    }
    Some(ICalendar { components })
}

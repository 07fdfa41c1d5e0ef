//! What can be chosen of a file: which events, what their meetings are called, where they are and who comes.

use std::collections::HashMap;

use crate::{
    domain::{
        calendar_file::{CalendarFile, Change, Event, Known, Step, Uid, changes},
        id::Id,
        meeting::{Details, Meeting, Place},
        moment::Moment,
        why::Why,
        words::Title,
    },
    store::Taken,
    ui::{
        coming::{self, WITH},
        field::{Fields, FilledIn, Refusals},
    },
};

/// The field with a file.
pub const FILE: &str = "calendar";
/// What of the file is carried from the page that shows it to the one that takes it. It is read as any other file.
pub(super) const CARRIED: &str = "file";
/// A check box for each event: its name, and what was seen of it.
pub(super) const TAKE: &str = "take";

/// So many events of a file are shown to choose from, and the carried file has so many bytes in a form, so that the form
/// keeps within what forms may have.
const MOST: usize = 25;
const MOST_BYTES: usize = 36 * 1024;
/// So many events are named that need nothing or cannot be taken.
const MOST_NAMED: usize = 50;

/// What the meetings of an event are to be called, and where they are: fields of its own for each.
pub(super) fn title_field(uid: Uid) -> String {
    format!("title-{uid}")
}

pub(super) fn place_field(uid: Uid) -> String {
    format!("place-{uid}")
}

/// An event of a file, and what taking it changes.
pub(super) struct Item {
    pub(super) event: Event,
    pub(super) changes: Vec<Change>,
}

/// How an event stands to what the family has.
pub(super) enum Standing {
    /// Taking it changes something.
    Takes,
    /// It is taken already.
    Same,
    /// It cannot be taken.
    Refused(Why),
}

impl Item {
    fn of(event: Event, known: Vec<Known>, now: Moment) -> Self {
        let changes = if event.refused.is_some() { Vec::new() } else { changes(&event, known, now) };
        Self { event, changes }
    }

    fn has(&self, step: Step) -> bool {
        self.changes.iter().any(|change| change.step == step)
    }

    /// Whether there are new meetings in it.
    pub(super) fn is_new(&self) -> bool {
        self.has(Step::New)
    }

    /// Whether the family has something of it.
    pub(super) fn is_known(&self) -> bool {
        self.changes.iter().any(|change| change.known.is_some())
    }

    pub(super) fn standing(&self) -> Standing {
        match self.event.refused {
            Some(why) => Standing::Refused(why),
            None if self.changes.iter().any(|change| change.step.is_change()) => Standing::Takes,
            None if self.has(Step::Same) => Standing::Same,
            None if self.has(Step::Older) => Standing::Refused(Why::OlderFile),
            None if self.has(Step::CancelledHere) => Standing::Refused(Why::CancelledHere),
            None if self.event.cancelled => Standing::Refused(Why::CancelledThere),
            None => Standing::Refused(Why::Over),
        }
    }

    /// What its check box sends: its name, and what was seen of it.
    pub(super) fn seen(&self) -> String {
        let seen: Vec<_> = self
            .changes
            .iter()
            .map(|change| {
                let meeting =
                    change.known.as_ref().map(|known| (known.id, known.meeting.as_ref().map(|now| now.version)));
                (change.step, change.starts.instant().seconds(), change.minutes, meeting)
            })
            .collect();
        format!("{}-{}", self.event.uid, Uid::of(&format!("{seen:?}")))
    }

    /// Whether a check box that sends this is its own, whatever was seen of it.
    pub(super) fn is_called(&self, ticked: &str) -> bool {
        ticked.split('-').next() == Some(&self.event.uid.to_string())
    }

    pub(super) fn is_ticked(&self, typed: &Fields) -> bool {
        typed.all(TAKE).any(|ticked| self.is_called(ticked))
    }

    /// The first meeting the family has of it.
    pub(super) fn meeting(&self) -> Option<Id<Meeting>> {
        self.changes.iter().find_map(|change| Some(change.known.as_ref()?.id))
    }
}

/// What is in a file, sorted by what can be done with it.
#[derive(Default)]
pub(super) struct Found {
    /// What can be taken: what the family has of it first, then what comes soonest.
    pub(super) takes: Vec<Item>,
    /// What is taken already.
    pub(super) same: Vec<Item>,
    /// What cannot be taken, and why.
    pub(super) refused: Vec<(Event, Why)>,
    /// How many are over.
    pub(super) over: usize,
    /// How many could be taken but do not fit on the page.
    pub(super) left_out: usize,
    /// What can be taken, as a file.
    pub(super) carried: String,
}

impl Found {
    pub(super) fn of(mut file: CalendarFile, mut known: HashMap<Uid, Vec<Known>>, now: Moment) -> Self {
        let mut found = Self::default();
        for event in std::mem::take(&mut file.events) {
            let known = known.remove(&event.uid).unwrap_or_default();
            let item = Item::of(event, known, now);
            match item.standing() {
                Standing::Takes => found.takes.push(item),
                Standing::Same => found.same.push(item),
                Standing::Refused(Why::Over) => found.over += 1,
                Standing::Refused(why) => found.refused.push((item.event, why)),
            }
        }
        found.takes.sort_by_key(|item| !item.is_known());
        let all = found.takes.len();
        found.takes.truncate(MOST);
        loop {
            let uids: Vec<Uid> = found.takes.iter().map(|item| item.event.uid).collect();
            found.carried = file.carry(&uids);
            let bytes: usize = form_urlencoded::byte_serialize(found.carried.as_bytes()).map(str::len).sum();
            if bytes <= MOST_BYTES || found.takes.pop().is_none() {
                break;
            }
        }
        found.left_out = all - found.takes.len();
        found.same.truncate(MOST_NAMED);
        found.refused.truncate(MOST_NAMED);
        found
    }

    /// Why nothing of it can be taken, where that is so.
    pub(super) fn why_nothing(&self) -> Option<Why> {
        match (self.takes.is_empty() && self.same.is_empty(), self.refused.first()) {
            (false, _) => None,
            (true, Some((_, why))) => Some(*why),
            (true, None) if self.left_out > 0 => Some(Why::TooManyEvents),
            (true, None) => Some(Why::Over),
        }
    }

    /// The form as it is shown first: what changes meetings the family has is ticked, and what is alone.
    pub(super) fn form(&self, people: impl Iterator<Item = String>) -> FilledIn {
        let alone = self.takes.len() == 1;
        let ticked = self.takes.iter().filter(|item| alone || item.is_known()).map(|item| (TAKE, item.seen()));
        FilledIn { typed: ticked.chain(people.map(|id| (WITH, id))).collect(), refusals: Refusals::default() }
    }
}

/// Where the meetings of an event are, as far as the file's words tell.
pub(super) fn place_of(words: &str) -> Option<Place> {
    let small = words.to_lowercase();
    let video = ["https://", "teams", "zoom"].iter().any(|sign| small.contains(sign));
    match words {
        "" => None,
        _ if video => Some(Place::Video),
        _ => Some(Place::Elsewhere),
    }
}

/// The words for a place; a video meeting has a link that is safe to follow, or none.
fn place_words(words: &str, place: Place) -> Option<Title> {
    let fits = place != Place::Video || words.starts_with("https://");
    Title::parse(words).ok().filter(|_| fits)
}

/// What is wrong with a form: with its own fields, and with those of single events.
pub(super) struct Wrong {
    pub(super) form: FilledIn,
    pub(super) fields: Vec<(String, Why)>,
}

/// What is taken of a file.
///
/// # Errors
/// The form with what was typed and what is wrong with it.
pub(super) fn read(typed: &Fields, found: &Found) -> Result<Vec<Taken>, Wrong> {
    let mut refusals = Refusals::default();
    let mut fields = Vec::new();
    let participants = refusals.take(WITH, coming::people(typed)).unwrap_or_default();
    let mut taken = Vec::new();
    for item in found.takes.iter().filter(|item| item.is_ticked(typed)) {
        let uid = item.event.uid;
        let new = item.changes.iter().find(|change| change.step == Step::New);
        let details = new.and_then(|new| {
            let once = |field: &str| typed.once(field).map(Option::unwrap_or_default);
            let (title, place) = (title_field(uid), place_field(uid));
            let title = take(&mut fields, &title, once(&title).and_then(Title::parse));
            let place: Option<Place> = take(&mut fields, &place, once(&place).and_then(str::parse));
            let (title, place) = (title?, place?);
            let (starts, minutes) = (new.starts, new.minutes);
            let (place_words, participants) = (place_words(&item.event.place, place), participants.clone());
            Some(Details { title, starts, minutes, place, place_words, bring: None, participants })
        });
        taken.push(Taken { uid, details, changes: item.changes.clone() });
    }
    if taken.is_empty() {
        refusals.add(TAKE, Why::NothingChosen);
    }
    if refusals.is_empty() && fields.is_empty() {
        Ok(taken)
    } else {
        Err(Wrong { form: FilledIn { typed: typed.clone(), refusals }, fields })
    }
}

fn take<T>(wrong: &mut Vec<(String, Why)>, field: &str, read: Result<T, Why>) -> Option<T> {
    read.map_err(|why| wrong.push((field.to_owned(), why))).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{calendar_file::Reader, moment::Zone};

    const NOW: Moment = Moment::from_seconds(1_800_000_000);

    fn found(events: usize, more: &str) -> Found {
        let events: String = (0..events)
            .map(|nth| format!("BEGIN:VEVENT\nUID:{nth}\nDTSTART:20270{}01T100000Z\n{more}\nEND:VEVENT\n", 2 + nth % 8))
            .collect();
        let file = format!("BEGIN:VCALENDAR\n{events}END:VCALENDAR\n");
        let reader = Reader { host: "plan.example", zone: Zone::Europe__Copenhagen, now: NOW };
        Found::of(CalendarFile::read(file.as_bytes(), reader).expect("a calendar"), HashMap::new(), NOW)
    }

    #[test]
    fn what_is_shown_fits_into_a_form() {
        let few = found(3, "LOCATION:Teams");
        assert_eq!((few.takes.len(), few.left_out), (3, 0));
        let many = found(200, "");
        assert_eq!((many.takes.len(), many.left_out), (MOST, 200 - MOST));
        let long: String =
            (1..400).map(|day| format!("EXDATE:2026{:02}{:02}T100000Z\n", 1 + day % 12, 1 + day % 28)).collect();
        let long = found(20, long.trim_end());
        assert!(!long.takes.is_empty() && long.left_out > 0);
        for found in [few, many, long] {
            let bytes: usize = form_urlencoded::byte_serialize(found.carried.as_bytes()).map(str::len).sum();
            assert!(bytes <= MOST_BYTES);
            assert_eq!(found.takes.len() + found.left_out > 0, found.why_nothing().is_none());
        }
        assert_eq!(found(1, "DTEND:20270101T090000Z").why_nothing(), Some(Why::EndsBeforeStart));
    }

    #[test]
    fn a_place_is_guessed_and_a_link_is_safe_to_follow() {
        for (words, place, kept) in [
            ("", None, None),
            ("Rådhuset, lokale 4", Some(Place::Elsewhere), Some("Rådhuset, lokale 4")),
            ("Microsoft Teams-møde", Some(Place::Video), None),
            ("https://meet.example/x", Some(Place::Video), Some("https://meet.example/x")),
            ("http://meet.example/zoom", Some(Place::Video), None),
        ] {
            assert_eq!(place_of(words), place, "{words}");
            let found = place.and_then(|place| place_words(words, place));
            assert_eq!(found.as_ref().map(Title::as_str), kept, "{words}");
        }
    }
}

use chrono::Datelike;
use proptest::prelude::*;

use super::{event::MOST_TIMES, *};
use crate::domain::{
    calendar::{self, Detail, Manner},
    id::Id,
    meeting::{Meeting, Place},
    words::Title,
};

const ZONE: Zone = Zone::Europe__Copenhagen;

/// A file as Outlook saves it: folded, the description twice, and a zone by its Windows name.
const OUTLOOK: &str = "\
BEGIN:VCALENDAR
PRODID:-//Microsoft Corporation//Outlook 16.0 MIMEDIR//EN
VERSION:2.0
METHOD:PUBLISH
X-MS-OLK-FORCEINSPECTOROPEN:TRUE
BEGIN:VTIMEZONE
TZID:Romance Standard Time
BEGIN:STANDARD
DTSTART:16011028T030000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010325T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
CLASS:PUBLIC
CREATED:20261101T090000Z
DESCRIPTION:Mor har det svært. HEMMELIGT\\n\\nDeltag i mødet\\, her: https://te
 ams.example/x
DTEND;TZID=\"Romance Standard Time\":20270316T110000
DTSTAMP:20261101T090000Z
DTSTART;TZID=\"Romance Standard Time\":20270316T100000
LAST-MODIFIED:20261101T090000Z
LOCATION:Rådhuset\\, lokale 4\\; kælderen
ORGANIZER;CN=\"Anna: Rådgiver; A\":mailto:anna.hemmelig@kommune.example
ATTENDEE;CN=\"Maja\";RSVP=TRUE:mailto:maja.hemmelig@mail.example
PRIORITY:5
RRULE:FREQ=WEEKLY;UNTIL=20270413T080000Z;INTERVAL=1;BYDAY=TU
SEQUENCE:0
SUMMARY;LANGUAGE=da:Møde med skolen\\, Noah
TRANSP:OPAQUE
UID:040000008200E00074C5B7101A82E00800000000D0A1B2C3D4E5DA01000000000000000
 010000000AABBCCDD
X-ALT-DESC;FMTTYPE=text/html:<html><body>HEMMELIGT</body></html>
X-MICROSOFT-CDO-BUSYSTATUS:BUSY
X-MICROSOFT-CDO-IMPORTANCE:1
X-MICROSOFT-DISALLOW-COUNTER:FALSE
BEGIN:VALARM
TRIGGER:-PT15M
ACTION:DISPLAY
DESCRIPTION:Reminder
END:VALARM
END:VEVENT
END:VCALENDAR
";

fn local(text: &str) -> NaiveDateTime {
    NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M").expect("a local time")
}

fn now() -> Moment {
    WallTime::new(local("2026-11-25T08:00"), ZONE).expect("it exists").instant()
}

fn reader() -> Reader<'static> {
    Reader { host: "plan.example", zone: ZONE, now: now() }
}

fn read(text: &str) -> Result<CalendarFile, Why> {
    CalendarFile::read(text.replace('\n', "\r\n").as_bytes(), reader())
}

/// A file with events that say this beside what every event says.
fn file(events: &[&str]) -> String {
    let events = events.iter().map(|event| format!("BEGIN:VEVENT\nDTSTAMP:20261101T090000Z\n{event}\nEND:VEVENT\n"));
    format!("BEGIN:VCALENDAR\nVERSION:2.0\n{}END:VCALENDAR\n", events.collect::<String>())
}

/// The one event of a file.
fn one(text: &str) -> Event {
    let mut events = read(text).unwrap_or_else(|why| panic!("{why:?}: {text}")).events;
    assert_eq!(events.len(), 1, "{text}");
    events.remove(0)
}

fn shown(event: &Event) -> Vec<String> {
    event.occurrences.iter().map(|one| one.starts.local().format("%Y-%m-%dT%H:%M").to_string()).collect()
}

#[test]
fn a_series_of_outlook_keeps_its_time_on_the_wall_and_its_last_meeting() {
    let event = one(OUTLOOK);
    let days = ["2027-03-16", "2027-03-23", "2027-03-30", "2027-04-06", "2027-04-13"];
    assert_eq!(shown(&event), days.map(|day| format!("{day}T10:00")));
    let apart = |a: usize, b: usize| {
        event.occurrences[b].starts.instant().seconds() - event.occurrences[a].starts.instant().seconds()
    };
    assert_eq!((apart(0, 1), apart(1, 2)), (7 * 86_400, 7 * 86_400 - 3600));
    assert!(event.occurrences.iter().all(|one| one.minutes == 60 && one.starts.zone() == ZONE && !one.cancelled));
    assert_eq!((event.title.as_str(), event.place.as_str()), ("Møde med skolen, Noah", "Rådhuset, lokale 4; kælderen"));
    assert_eq!(event.every, Some(Every { unit: Unit::Week, interval: 1 }));
    assert_eq!((event.elsewhere, event.refused, event.more), (None, None, false));
}

#[test]
fn what_is_carried_reads_the_same_and_holds_nothing_private() {
    let own = OUTLOOK.replace("Romance Standard Time", "tzone://Microsoft/Custom");
    let exception = OUTLOOK
        .replace("RRULE:FREQ=WEEKLY;UNTIL=20270413T080000Z;INTERVAL=1;BYDAY=TU", "RECURRENCE-ID:20270323T090000Z")
        .replace("BEGIN:VCALENDAR", "BEGIN:VCALENDAR\nMETHOD:CANCEL");
    for text in [OUTLOOK.to_owned(), own, format!("{OUTLOOK}{exception}")] {
        let first = read(&text).expect("a calendar");
        let uids: Vec<Uid> = first.events.iter().map(|event| event.uid).collect();
        let carried = first.carry(&uids);
        let again = CalendarFile::read(carried.as_bytes(), reader()).expect("a calendar");
        assert_eq!(again.events, first.events, "{carried}");
        for private in ["HEMMELIGT", "hemmelig", "DESC", "mailto", "Reminder", "CREATED"] {
            assert!(!carried.contains(private), "{carried}");
        }
        assert_eq!(first.carry(&[]), "");
    }
}

#[test]
fn endings_marks_folds_and_encodings_make_no_difference() {
    let plain = one(OUTLOOK);
    let crlf = OUTLOOK.replace('\n', "\r\n");
    let letter = crlf.find("kælderen").expect("it is there") + 2;
    let (before, after) = crlf.as_bytes().split_at(letter);
    let folded_in_a_letter = [before, b"\r\n ", after].concat();
    let (windows, _, lossy) = encoding_rs::WINDOWS_1252.encode(&crlf);
    assert!(!lossy && std::str::from_utf8(&folded_in_a_letter).is_err());
    for bytes in [OUTLOOK.as_bytes(), &[b"\xef\xbb\xbf", crlf.as_bytes()].concat(), &folded_in_a_letter, &windows] {
        let read = CalendarFile::read(bytes, reader()).expect("a calendar");
        assert_eq!(read.events, std::slice::from_ref(&plain));
    }
}

#[test]
fn zones_are_known_by_either_name_or_told_by_the_file() {
    let at = |zone: &str| one(&file(&[&format!("UID:1\nDTSTART{zone}\nDURATION:PT30M")]));
    for (zone, here, there) in [
        (";TZID=Europe/Copenhagen:20270330T100000", "2027-03-30T10:00", None),
        (";TZID=Romance Standard Time:20270330T100000", "2027-03-30T10:00", None),
        (";TZID=\"(UTC+01:00) Brussels, Copenhagen, Madrid, Paris\":20270330T100000", "2027-03-30T10:00", None),
        (";TZID=GMT Standard Time:20270330T100000", "2027-03-30T11:00", Some(Zone::Europe__London)),
        (";TZID=South Sudan Standard Time:20270330T100000", "2027-03-30T10:00", None),
        (":20270330T080000Z", "2027-03-30T10:00", None),
        (":20270330T100000", "2027-03-30T10:00", None),
    ] {
        let event = at(zone);
        assert_eq!(shown(&event), [here], "{zone}");
        assert_eq!(event.elsewhere.map(|(_, zone)| zone), there, "{zone}");
        assert_eq!(event.occurrences[0].minutes, 30);
    }
    assert_eq!(at(";TZID=Atlantis:20270330T100000").refused, Some(Why::UnknownZone));
    let told = one(&OUTLOOK.replace("Romance Standard Time", "Customized Time Zone"));
    assert_eq!(told.occurrences, one(OUTLOOK).occurrences);
    let rule = "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3";
    let ended = OUTLOOK
        .replace("Romance Standard Time", "Customized Time Zone")
        .replace(rule, &format!("{rule};UNTIL=20200329T010000Z"));
    assert_eq!(shown(&one(&ended))[3], "2027-04-06T11:00", "there the clocks go forward no more");
}

#[test]
fn every_zone_windows_gives_is_known() {
    // Unicode CLDR, supplemental/windowsZones: each Windows zone and the zone of its territory 001.
    let names = include_str!("windows_zones.txt").lines().map(|line| line.split_once('\t').expect("two names"));
    let mut count = 0;
    for (windows, iana) in names {
        let zone = zone::known(windows).unwrap_or_else(|| panic!("{windows}"));
        let iana: Zone = iana.parse().expect("an IANA name");
        for month in 1..=24 {
            let at = now().plus_days(30 * month);
            assert_eq!(at.local(zone), at.local(iana), "{windows}");
        }
        count += 1;
    }
    assert!(count > 130, "{count}");
}

#[test]
fn single_times_of_a_series_move_are_cancelled_left_out_and_added() {
    let series = "UID:1\nDTSTART;TZID=Romance Standard Time:20270105T100000\nDURATION:PT1H\nRRULE:FREQ=WEEKLY;COUNT=5\n\
        EXDATE;TZID=Romance Standard Time:20270119T100000\nRDATE;TZID=Romance Standard Time:20270401T120000";
    let moved = "UID:1\nRECURRENCE-ID;TZID=Romance Standard Time:20270112T100000\nSEQUENCE:2\n\
        DTSTART;TZID=Romance Standard Time:20270113T083000\nDTEND;TZID=Romance Standard Time:20270113T090000";
    let cancelled =
        "UID:1\nRECURRENCE-ID:20270126T090000Z\nDTSTART:20270126T090000Z\nDTEND:20270126T100000Z\nSTATUS:CANCELLED";
    let event = one(&file(&[series, moved, cancelled]));
    assert_eq!(
        shown(&event),
        ["2027-01-05T10:00", "2027-01-13T08:30", "2027-01-26T10:00", "2027-02-02T10:00", "2027-04-01T12:00"]
    );
    let [_, moved, cancelled, ..] = event.occurrences.as_slice() else { panic!("five") };
    assert_eq!((moved.minutes, moved.edition.sequence, moved.cancelled), (30, 2, false));
    assert_eq!(moved.recurrence.local(ZONE), local("2027-01-12T10:00"));
    assert!(cancelled.cancelled);
    let only = one(&file(&[&format!(
        "UID:1\nRECURRENCE-ID:20270112T090000Z\n{}",
        "DTSTART:20270113T090000Z\nDTEND:20270113T093000Z"
    )]));
    assert_eq!((shown(&only), only.whole), (vec!["2027-01-13T10:00".to_owned()], None));
}

#[test]
fn rules_give_the_times_they_say() {
    for (rule, days) in [
        ("FREQ=DAILY;INTERVAL=3;COUNT=3", vec!["01-05", "01-08", "01-11"]),
        ("FREQ=WEEKLY;BYDAY=TU,TH;COUNT=3", vec!["01-05", "01-07", "01-12"]),
        ("FREQ=WEEKLY;INTERVAL=2;UNTIL=20270202T090000Z;BYDAY=TU", vec!["01-05", "01-19", "02-02"]),
        ("FREQ=WEEKLY;UNTIL=20270112", vec!["01-05", "01-12"]),
        ("FREQ=WEEKLY;UNTIL=20270112T095959", vec!["01-05"]),
        ("FREQ=MONTHLY;BYDAY=1TU;COUNT=3", vec!["01-05", "02-02", "03-02"]),
        ("FREQ=MONTHLY;BYMONTHDAY=-1;COUNT=2", vec!["01-31", "02-28"]),
        ("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1;COUNT=2", vec!["01-29", "02-26"]),
        ("FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=5;COUNT=3", vec!["01-05"]),
        ("FREQ=YEARLY;BYDAY=-1SU,10MO", vec!["03-08"]),
        ("FREQ=MONTHLY;BYMONTHDAY=31;BYMONTH=2", vec![]),
    ] {
        let event = one(&file(&[&format!("UID:1\nDTSTART;TZID=Europe/Copenhagen:20270105T100000\nRRULE:{rule}")]));
        assert_eq!(shown(&event), days.iter().map(|day| format!("2027-{day}T10:00")).collect::<Vec<_>>(), "{rule}");
    }
}

#[test]
fn what_has_no_end_is_read_a_year_ahead_and_so_many_times() {
    let daily = one(&file(&["UID:1\nDTSTART;TZID=Europe/Copenhagen:20150105T100000\nRRULE:FREQ=DAILY"]));
    assert_eq!((daily.occurrences.len(), daily.more), (MOST_TIMES, true));
    assert_eq!(shown(&daily)[0], "2026-11-25T10:00");
    let weekly = one(&file(&["UID:1\nDTSTART;TZID=Europe/Copenhagen:20150107T070000\nRRULE:FREQ=WEEKLY"]));
    assert_eq!((weekly.occurrences.len(), weekly.more), (52, false));
    assert_eq!(weekly.occurrences.last().map(|one| one.starts.local().date().year()), Some(2027));
}

#[test]
fn what_cannot_be_taken_says_why() {
    let start = "UID:1\nDTSTART:20270330T080000Z\n";
    for (event, why) in [
        ("UID:1\nDTSTART;VALUE=DATE:20270330\nDTEND;VALUE=DATE:20270331".to_owned(), Why::AllDay),
        (format!("{start}DTEND:20270331T080000Z\nX-MICROSOFT-CDO-ALLDAYEVENT:TRUE"), Why::AllDay),
        (format!("{start}DTEND:20270330T070000Z"), Why::EndsBeforeStart),
        (format!("{start}DTEND:20270330T080400Z"), Why::NotSoLong),
        (format!("{start}DTEND:20270401T080000Z"), Why::NotSoLong),
        (format!("{start}DURATION:en time"), Why::NoSuchTime),
        ("UID:1\nSUMMARY:Uden tid".to_owned(), Why::NoSuchTime),
        ("UID:1\nDTSTART:20270230T080000Z".to_owned(), Why::NoSuchTime),
        ("UID:1\nDTSTART:20290330T080000Z".to_owned(), Why::TooFar),
        (format!("{start}RRULE:FREQ=HOURLY"), Why::UnknownRepeat),
        (format!("{start}RRULE:hver uge"), Why::UnknownRepeat),
        (format!("{start}RRULE:FREQ=DAILY;BYHOUR=8,9"), Why::UnknownRepeat),
        (format!("{start}RRULE:FREQ=YEARLY;BYWEEKNO=20"), Why::UnknownRepeat),
        (format!("{start}RRULE:FREQ=WEEKLY;BYDAY=1MO"), Why::UnknownRepeat),
        (format!("{start}RRULE:FREQ=DAILY\nRRULE:FREQ=WEEKLY"), Why::UnknownRepeat),
        ("UID:1\nDTSTART:15000101T080000Z\nRRULE:FREQ=DAILY".to_owned(), Why::UnknownRepeat),
        (format!("{start}RECURRENCE-ID;RANGE=THISANDFUTURE:20270330T080000Z"), Why::UnknownRepeat),
        ("UID:0192b3c4d5e67f8091a2b3c4d5e6f708@plan.example\nDTSTART:20270330T080000Z".to_owned(), Why::FromHere),
    ] {
        let found = one(&file(&[&event]));
        assert_eq!(found.refused, Some(why), "{event}");
        assert!(found.occurrences.is_empty());
    }
    assert_eq!(read("").err(), Some(Why::NotACalendar));
    assert_eq!(read("<html>").err(), Some(Why::NotACalendar));
    assert_eq!(read("BEGIN:VCALENDAR\nVERSION:2.0\nEND:VCALENDAR\n").err(), Some(Why::NoMeetings));
    assert_eq!(CalendarFile::read(&vec![b' '; LARGEST + 1], reader()).err(), Some(Why::TooManyBytes(5)));
}

#[test]
fn a_skipped_hour_is_read_as_if_the_clocks_had_stayed() {
    let event = one(&file(&["UID:1\nDTSTART;TZID=Europe/Copenhagen:20270327T023000\nRRULE:FREQ=DAILY;COUNT=3"]));
    assert_eq!(shown(&event), ["2027-03-27T02:30", "2027-03-28T03:30", "2027-03-29T02:30"]);
}

#[test]
fn what_we_write_reads_at_the_same_times_elsewhere() {
    let starts = ["2027-03-23T10:00", "2027-03-30T10:00", "2027-10-31T01:30"];
    let meetings: Vec<Meeting> = starts
        .iter()
        .map(|starts| Meeting {
            id: Id::fresh(now()),
            version: 3,
            changed_at: now(),
            in_series: false,
            cancelled: (*starts == "2027-10-31T01:30").then(now),
            missed: None,
            title: Title::parse("Om skolen; \\ og, penge").expect("a title"),
            starts: WallTime::new(local(starts), ZONE).expect("it exists"),
            minutes: 90,
            place: Place::Office,
            place_words: Title::parse_optional("Lokale 4, kælderen").expect("words"),
            bring: None,
            participants: Vec::new(),
        })
        .collect();
    let manner = |url| Manner { public_url: url, appointment: "Aftale", place: |_| "Kontoret", detail: Detail::Full };
    let text = calendar::write(&meetings, manner("https://other.example:8443"), now());
    let read = CalendarFile::read(text.as_bytes(), reader()).expect("a calendar").events;
    let came: Vec<String> = read.iter().flat_map(shown).collect();
    assert_eq!(came, starts[..2]);
    assert!(read[..2].iter().all(|event| event.title == "Om skolen; \\ og, penge"
        && event.place == "Kontoret, Lokale 4, kælderen"
        && event.occurrences[0].minutes == 90
        && event.occurrences[0].edition.sequence == 3));
    assert!(read[2].cancelled && read[2].occurrences.is_empty());
    let ours = calendar::write(&meetings, manner("https://plan.example"), now());
    let ours = CalendarFile::read(ours.as_bytes(), reader()).expect("a calendar").events;
    assert!(ours.iter().all(|event| event.refused == Some(Why::FromHere)));
}

/// Lines that a file may hold, sound and unsound.
fn line() -> impl Strategy<Value = String> {
    let rule = (
        prop::sample::select(vec!["DAILY", "WEEKLY", "MONTHLY", "YEARLY", "HOURLY", "SECONDLY", ""]),
        prop::sample::subsequence(
            vec![
                ";INTERVAL=2",
                ";INTERVAL=65535",
                ";COUNT=3",
                ";COUNT=0",
                ";COUNT=4294967295",
                ";UNTIL=20270401",
                ";UNTIL=00010101T000000Z",
                ";UNTIL=99991231T235959Z",
                ";BYDAY=MO,-1SU,5TU",
                ";BYDAY=-53WE",
                ";BYMONTHDAY=31,-31",
                ";BYMONTHDAY=-128",
                ";BYSETPOS=-1",
                ";BYSETPOS=366,-366",
                ";BYMONTH=2,12",
                ";BYYEARDAY=366,-366",
                ";BYWEEKNO=53,-53",
                ";BYHOUR=9,25",
                ";BYMINUTE=0,59",
                ";WKST=SU",
                ";BYEASTER=0",
                ";RSCALE=HEBREW",
                ";SKIP=BACKWARD",
            ],
            0..5,
        ),
    );
    let time = prop::sample::select(vec![
        "20270105T100000",
        "20270105T100000Z",
        "20270105",
        "00010101T000000",
        "99991231T235959",
        "19000101T000000Z",
        "20270328T023000",
        "20269999T999999",
        "20240229T080000",
        "20270105T1000",
        "20270105T100000+1400",
        "16010101T000000",
    ]);
    let zone = prop::sample::select(vec![
        "",
        ";TZID=Romance Standard Time",
        ";TZID=A",
        ";TZID=America/New_York",
        ";VALUE=DATE",
        ";TZID=\"",
        ";VALUE=PERIOD",
    ]);
    let name = prop::sample::select(vec![
        "DTSTART",
        "DTEND",
        "RECURRENCE-ID",
        "EXDATE",
        "RDATE",
        "DTSTAMP",
        "LAST-MODIFIED",
        "DURATION",
    ]);
    prop_oneof![
        rule.prop_map(|(freq, parts)| format!("RRULE:FREQ={freq}{}", parts.concat())),
        (name, zone, time.clone()).prop_map(|(name, zone, time)| format!("{name}{zone}:{time}")),
        (time.clone(), time)
            .prop_map(|(from, to)| format!("RDATE;VALUE=PERIOD:{from}/{to},{from}/PT99999999H,{from}/-P1W")),
        prop::sample::select(vec![
            "UID:1",
            "UID:2",
            "UID:",
            "SEQUENCE:-9223372036854775808",
            "SEQUENCE:9223372036854775807",
            "SEQUENCE:x",
            "STATUS:CANCELLED",
            "SUMMARY:\\",
            "SUMMARY;X=\"å",
            "LOCATION;ENCODING=QUOTED-PRINTABLE:=C3=A5=",
            "SUMMARY;ENCODING=BASE64:w6U",
            "DURATION:-PT1H",
            "DURATION:P99999999999W",
            "BEGIN:VEVENT",
            "END:VEVENT",
            "BEGIN:VTIMEZONE",
            "TZID:A",
            "BEGIN:STANDARD",
            "BEGIN:DAYLIGHT",
            "END:STANDARD",
            "TZOFFSETTO:+0100",
            "TZOFFSETTO:-9999",
            "TZOFFSETTO:",
            "END:VTIMEZONE",
            "BEGIN:VCALENDAR",
            "END:VCALENDAR",
            "METHOD:CANCEL",
            " ",
            ":",
            ";",
        ])
        .prop_map(str::to_owned),
    ]
}

/// Reads it, and again what is carried of it, without ever stopping.
fn survive(bytes: &[u8]) {
    if let Ok(file) = CalendarFile::read(bytes, reader()) {
        let uids: Vec<Uid> = file.events.iter().map(|event| event.uid).collect();
        let _ = CalendarFile::read(file.carry(&uids).as_bytes(), reader());
        for event in &file.events {
            assert!(event.refused.is_none() || event.occurrences.is_empty());
            let to_come = event.occurrences.iter().filter(|one| now() < one.starts.instant());
            assert!(to_come.count() <= MOST_TIMES);
            let _ = changes(event, Vec::new(), now());
        }
    }
}

proptest! {
    #[test]
    fn no_bytes_stop_it(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        at in 0..OUTLOOK.len(),
        gone in 0..40_usize,
    ) {
        survive(&bytes);
        let outlook = OUTLOOK.as_bytes();
        let rest = &outlook[(at + gone).min(outlook.len())..];
        survive(&[&outlook[..at], bytes.get(..20).unwrap_or(&bytes), rest].concat());
    }

    #[test]
    fn no_lines_stop_it(lines in prop::collection::vec(line(), 0..24)) {
        survive(file(&[&lines.join("\n")]).as_bytes());
        survive(OUTLOOK.replace("SEQUENCE:0", &lines.join("\n")).as_bytes());
    }
}

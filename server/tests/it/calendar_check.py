"""Reads a calendar file with software that is not ours, and tells what it says as JSON.

The bytes are held to RFC 5545 §3.1 before: CRLF, and no line over 75 octets.
"""

import json
import sys
from datetime import timezone

from icalendar import Calendar

file = sys.stdin.buffer.read()
lines = file.split(b"\r\n")
assert lines[-1] == b"" and not any(b"\n" in line or b"\r" in line for line in lines), "lines end in CRLF"
assert all(len(line) <= 75 for line in lines), "a line is too long"
file.decode("utf-8")
for line in lines:
    line.decode("utf-8")  # a fold never breaks a character

calendar = Calendar.from_ical(file)
assert calendar["VERSION"] == "2.0" and calendar["PRODID"]
zones = {str(zone["TZID"]): zone.to_tz(lookup_tzid=False) for zone in calendar.walk("VTIMEZONE")}


def instant(date):
    """The instant by the VTIMEZONE of the file itself, which must be that of the zone it names."""
    own = date.dt.replace(tzinfo=zones[date.params["TZID"]])
    assert own.utcoffset() == date.dt.utcoffset(), f"the VTIMEZONE is wrong at {date.dt}"
    return int(own.astimezone(timezone.utc).timestamp())


events = [
    {
        "uid": str(event["UID"]),
        "sequence": int(event["SEQUENCE"]),
        "status": str(event["STATUS"]),
        "summary": str(event["SUMMARY"]),
        "location": str(event.get("LOCATION", "")),
        "zone": event["DTSTART"].params["TZID"],
        "starts": event["DTSTART"].dt.strftime("%Y-%m-%dT%H:%M"),
        "starts_at": instant(event["DTSTART"]),
        "ends_at": instant(event["DTEND"]),
    }
    for event in calendar.walk("VEVENT")
]
assert all(event["DTSTAMP"].dt.tzinfo == timezone.utc or event["DTSTAMP"].dt.utcoffset().total_seconds() == 0 for event in calendar.walk("VEVENT"))
assert not calendar.errors and not any(event.errors for event in calendar.walk())
again = Calendar.from_ical(calendar.to_ical())
assert [str(event["UID"]) for event in again.walk("VEVENT")] == [event["uid"] for event in events]
json.dump(events, sys.stdout)

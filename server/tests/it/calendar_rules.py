"""Tells, with software that is not ours, which times on the wall rules give: one JSON list for each line read."""

import json
import sys
from datetime import datetime

from dateutil.rrule import rrulestr

for line in sys.stdin:
    asked = json.loads(line)
    after, until = datetime.fromisoformat(asked["after"]), datetime.fromisoformat(asked["until"])
    rule = rrulestr(asked["rule"], dtstart=datetime.fromisoformat(asked["starts"]))
    times = []
    for time in rule.xafter(after, count=asked["most"]):
        if time > until:
            break
        times.append(time.strftime("%Y-%m-%dT%H:%M"))
    print(json.dumps(times))

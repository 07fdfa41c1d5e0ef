-- Which event of somebody's calendar file became which meeting, by the hash of the event's UID, and how new what was
-- taken is. It belongs to the family: the same event may be meetings of others too.
CREATE TABLE calendar_event (
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    uid BLOB NOT NULL,
    recurrence INTEGER NOT NULL,
    meeting BLOB NOT NULL REFERENCES meeting (id),
    sequence INTEGER NOT NULL,
    written_at INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    PRIMARY KEY (family, uid, recurrence),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX calendar_event_meeting ON calendar_event (meeting);

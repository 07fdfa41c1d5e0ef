-- Which event of somebody's calendar file became which meeting, by the hash of the event's UID, and how new what was
-- taken is. It belongs to the family: the same event may be meetings of others too.
CREATE TABLE calendar_event (
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    uid BYTEA NOT NULL,
    recurrence BIGINT NOT NULL,
    meeting UUID NOT NULL REFERENCES meeting (id),
    sequence BIGINT NOT NULL,
    written_at BIGINT NOT NULL,
    starts_at BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    PRIMARY KEY (family, uid, recurrence),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX calendar_event_meeting ON calendar_event (meeting);

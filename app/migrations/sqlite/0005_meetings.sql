-- Meetings that staff book, move and cancel, what people answer and wish for, what is to be talked about, what all
-- heard afterwards, and the private addresses at which a calendar program reads them.

-- Meetings booked at once share a series. A version counts the changes, for calendars too.
ALTER TABLE meeting ADD COLUMN series BLOB;
ALTER TABLE meeting ADD COLUMN version INTEGER NOT NULL DEFAULT 0;
ALTER TABLE meeting ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
ALTER TABLE meeting ADD COLUMN missed_at INTEGER;
CREATE INDEX meeting_series ON meeting (series) WHERE series IS NOT NULL;
CREATE INDEX participant_person ON participant (person);

CREATE TABLE agenda_item (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    meeting BLOB NOT NULL REFERENCES meeting (id),
    author BLOB NOT NULL REFERENCES person (id),
    words TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX agenda_item_meeting ON agenda_item (meeting);

CREATE TABLE meeting_answer (
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    meeting BLOB NOT NULL REFERENCES meeting (id),
    person BLOB NOT NULL REFERENCES person (id),
    answer TEXT NOT NULL,
    answered_at INTEGER NOT NULL,
    PRIMARY KEY (meeting, person),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;

CREATE TABLE proposed_time (
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    meeting BLOB NOT NULL REFERENCES meeting (id),
    person BLOB NOT NULL REFERENCES person (id),
    position INTEGER NOT NULL,
    starts_local TEXT NOT NULL,
    zone TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    PRIMARY KEY (meeting, person, position),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;

-- What somebody needs to come, which only they and staff ever read.
CREATE TABLE wish (
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    meeting BLOB NOT NULL REFERENCES meeting (id),
    person BLOB NOT NULL REFERENCES person (id),
    interpreter TEXT,
    lift INTEGER NOT NULL,
    leave_out BLOB REFERENCES person (id),
    words TEXT,
    PRIMARY KEY (meeting, person),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;

CREATE TABLE meeting_note (
    meeting BLOB PRIMARY KEY NOT NULL REFERENCES meeting (id),
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    author BLOB NOT NULL REFERENCES person (id),
    words TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;

CREATE TABLE meeting_comment (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    meeting BLOB NOT NULL REFERENCES meeting (id),
    author BLOB NOT NULL REFERENCES person (id),
    words TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX meeting_comment_meeting ON meeting_comment (meeting);

CREATE TABLE calendar_address (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL REFERENCES municipality (id),
    family BLOB,
    person BLOB NOT NULL REFERENCES person (id),
    token_hash BLOB NOT NULL CONSTRAINT calendar_address_token UNIQUE,
    detail TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    revoked_at INTEGER,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX calendar_address_person ON calendar_address (person);

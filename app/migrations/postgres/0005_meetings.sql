-- Meetings that staff book, move and cancel, what people answer and wish for, what is to be talked about, what all
-- heard afterwards, and the private addresses at which a calendar program reads them.

-- Meetings booked at once share a series. A version counts the changes, for calendars too.
ALTER TABLE meeting ADD COLUMN series UUID;
ALTER TABLE meeting ADD COLUMN version BIGINT NOT NULL DEFAULT 0;
ALTER TABLE meeting ADD COLUMN changed_at BIGINT NOT NULL DEFAULT 0;
ALTER TABLE meeting ADD COLUMN missed_at BIGINT;
CREATE INDEX meeting_series ON meeting (series) WHERE series IS NOT NULL;
CREATE INDEX participant_person ON participant (person);

CREATE TABLE agenda_item (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    meeting UUID NOT NULL REFERENCES meeting (id),
    author UUID NOT NULL REFERENCES person (id),
    words TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX agenda_item_meeting ON agenda_item (meeting);

CREATE TABLE meeting_answer (
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    meeting UUID NOT NULL REFERENCES meeting (id),
    person UUID NOT NULL REFERENCES person (id),
    answer TEXT NOT NULL,
    answered_at BIGINT NOT NULL,
    PRIMARY KEY (meeting, person),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);

CREATE TABLE proposed_time (
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    meeting UUID NOT NULL REFERENCES meeting (id),
    person UUID NOT NULL REFERENCES person (id),
    position BIGINT NOT NULL,
    starts_local TEXT NOT NULL,
    zone TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    PRIMARY KEY (meeting, person, position),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);

-- What somebody needs to come, which only they and staff ever read.
CREATE TABLE wish (
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    meeting UUID NOT NULL REFERENCES meeting (id),
    person UUID NOT NULL REFERENCES person (id),
    interpreter TEXT,
    lift BOOLEAN NOT NULL,
    leave_out UUID REFERENCES person (id),
    words TEXT,
    PRIMARY KEY (meeting, person),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);

CREATE TABLE meeting_note (
    meeting UUID PRIMARY KEY NOT NULL REFERENCES meeting (id),
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    author UUID NOT NULL REFERENCES person (id),
    words TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);

CREATE TABLE meeting_comment (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    meeting UUID NOT NULL REFERENCES meeting (id),
    author UUID NOT NULL REFERENCES person (id),
    words TEXT NOT NULL,
    written_at BIGINT NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX meeting_comment_meeting ON meeting_comment (meeting);

CREATE TABLE calendar_address (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL REFERENCES municipality (id),
    family UUID,
    person UUID NOT NULL REFERENCES person (id),
    token_hash BYTEA NOT NULL CONSTRAINT calendar_address_token UNIQUE,
    detail TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    revoked_at BIGINT,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX calendar_address_person ON calendar_address (person);

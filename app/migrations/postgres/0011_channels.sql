-- A second way to people, and whether what matters reached them. All times are whole seconds in UTC.

-- Where somebody is written to when nothing is seen on their devices: what they typed themselves.
CREATE TABLE channel (
    person UUID PRIMARY KEY NOT NULL REFERENCES person (id),
    municipality UUID NOT NULL REFERENCES municipality (id),
    kind TEXT NOT NULL,
    address TEXT NOT NULL,
    chosen_at BIGINT NOT NULL,
    refused_at BIGINT
);

-- Whether a reminder that matters reached its person. `next_at` is when that is looked at next; whoever looks moves it on
-- first, so that of several servers one does. Empty once it is settled, or while it waits for the reminder to be told.
CREATE TABLE reach (
    reminder UUID PRIMARY KEY NOT NULL REFERENCES reminder (id) ON DELETE CASCADE,
    municipality UUID NOT NULL REFERENCES municipality (id),
    next_at BIGINT,
    tries BIGINT NOT NULL DEFAULT 0,
    outcome TEXT,
    settled_at BIGINT
);
CREATE INDEX reminder_try ON reminder (person, told_at) WHERE kind = 'try';
CREATE INDEX reach_next ON reach (next_at) WHERE next_at IS NOT NULL;

-- An item of an inbox may be a parent who is to be told of a meeting by phone: then nothing was asked with an instrument.
ALTER TABLE inbox_item ADD COLUMN meeting UUID REFERENCES meeting (id);
ALTER TABLE inbox_item ALTER COLUMN instrument DROP NOT NULL;
CREATE UNIQUE INDEX inbox_item_call ON inbox_item (meeting, person) WHERE matter = 'by_phone' AND closed_at IS NULL;

-- Reminders: how somebody wants them, on which devices they come, what is planned, and what came of each sending. All
-- times are whole seconds in UTC.

CREATE TABLE reminder_choice (
    person BLOB PRIMARY KEY NOT NULL REFERENCES person (id),
    municipality BLOB NOT NULL REFERENCES municipality (id),
    quiet_from INTEGER NOT NULL,
    quiet_until INTEGER NOT NULL,
    detail TEXT NOT NULL
) STRICT;

-- The key that signs what is sent to push services: one row, made by the first server that needs it.
CREATE TABLE push_key (
    one INTEGER PRIMARY KEY NOT NULL CHECK (one = 1),
    key BLOB NOT NULL
) STRICT;

-- A device that reminders come to. It belongs to a session and goes with it.
CREATE TABLE subscription (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL REFERENCES municipality (id),
    person BLOB NOT NULL REFERENCES person (id),
    session BLOB NOT NULL CONSTRAINT subscription_session UNIQUE REFERENCES session (id),
    endpoint TEXT NOT NULL CONSTRAINT subscription_endpoint UNIQUE,
    public_key BLOB NOT NULL,
    secret BLOB NOT NULL,
    made_at INTEGER NOT NULL,
    refused_at INTEGER,
    refusals INTEGER NOT NULL DEFAULT 0,
    seen_at INTEGER,
    gone_at INTEGER
) STRICT;
CREATE INDEX subscription_person ON subscription (person);

-- What somebody is to be told, once. The plan of a meeting is made anew with every change of it.
CREATE TABLE reminder (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL REFERENCES municipality (id),
    person BLOB NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL,
    subject BLOB NOT NULL,
    due_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    told_at INTEGER
) STRICT;
CREATE INDEX reminder_due ON reminder (due_at) WHERE told_at IS NULL;
CREATE UNIQUE INDEX reminder_subject ON reminder (subject, person, kind, due_at);

-- One reminder on its way to one device. `next_at` is when it is tried next; whoever tries it moves that on first, so
-- that of several servers one does. Empty once it is settled.
CREATE TABLE delivery (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL REFERENCES municipality (id),
    reminder BLOB NOT NULL REFERENCES reminder (id),
    subscription BLOB NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
    next_at INTEGER,
    tries INTEGER NOT NULL DEFAULT 0,
    outcome TEXT,
    sent_at INTEGER,
    seen_at INTEGER,
    CONSTRAINT delivery_once UNIQUE (reminder, subscription)
) STRICT;
CREATE INDEX delivery_next ON delivery (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX delivery_subscription ON delivery (subscription);

-- Reminders: how somebody wants them, on which devices they come, what is planned, and what came of each sending. All
-- times are whole seconds in UTC.

CREATE TABLE reminder_choice (
    person UUID PRIMARY KEY NOT NULL REFERENCES person (id),
    municipality UUID NOT NULL REFERENCES municipality (id),
    quiet_from BIGINT NOT NULL,
    quiet_until BIGINT NOT NULL,
    detail TEXT NOT NULL
);

-- The key that signs what is sent to push services: one row, made by the first server that needs it.
CREATE TABLE push_key (
    one BIGINT PRIMARY KEY NOT NULL CHECK (one = 1),
    key BYTEA NOT NULL
);

-- A device that reminders come to. It belongs to a session and goes with it.
CREATE TABLE subscription (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL REFERENCES municipality (id),
    person UUID NOT NULL REFERENCES person (id),
    session UUID NOT NULL CONSTRAINT subscription_session UNIQUE REFERENCES session (id),
    endpoint TEXT NOT NULL CONSTRAINT subscription_endpoint UNIQUE,
    public_key BYTEA NOT NULL,
    secret BYTEA NOT NULL,
    made_at BIGINT NOT NULL,
    refused_at BIGINT,
    refusals BIGINT NOT NULL DEFAULT 0,
    seen_at BIGINT,
    gone_at BIGINT
);
CREATE INDEX subscription_person ON subscription (person);

-- What somebody is to be told, once. The plan of a meeting is made anew with every change of it.
CREATE TABLE reminder (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL REFERENCES municipality (id),
    person UUID NOT NULL REFERENCES person (id),
    kind TEXT NOT NULL,
    subject UUID NOT NULL,
    due_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    told_at BIGINT
);
CREATE INDEX reminder_due ON reminder (due_at) WHERE told_at IS NULL;
CREATE UNIQUE INDEX reminder_subject ON reminder (subject, person, kind, due_at);

-- One reminder on its way to one device. `next_at` is when it is tried next; whoever tries it moves that on first, so
-- that of several servers one does. Empty once it is settled.
CREATE TABLE delivery (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL REFERENCES municipality (id),
    reminder UUID NOT NULL REFERENCES reminder (id),
    subscription UUID NOT NULL REFERENCES subscription (id) ON DELETE CASCADE,
    next_at BIGINT,
    tries BIGINT NOT NULL DEFAULT 0,
    outcome TEXT,
    sent_at BIGINT,
    seen_at BIGINT,
    CONSTRAINT delivery_once UNIQUE (reminder, subscription)
);
CREATE INDEX delivery_next ON delivery (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX delivery_subscription ON delivery (subscription);

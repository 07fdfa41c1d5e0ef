-- The plan as the family and its team write it together: every change with what was there before, what is proposed
-- and not yet answered, and the help a family asked for.

ALTER TABLE goal ADD COLUMN going_well TEXT;
ALTER TABLE goal ADD COLUMN worries TEXT;
ALTER TABLE goal ADD COLUMN scale INTEGER;

-- How many changes the plan has seen. Counting it up is how a change takes its turn.
ALTER TABLE family ADD COLUMN plan_number INTEGER NOT NULL DEFAULT 0;

CREATE TABLE plan_change (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    number INTEGER NOT NULL,
    entry BLOB NOT NULL,
    author BLOB NOT NULL REFERENCES person (id),
    made_at INTEGER NOT NULL,
    content_before TEXT,
    content_after TEXT,
    state TEXT NOT NULL,
    answered_by BLOB REFERENCES person (id),
    answered_at INTEGER,
    CONSTRAINT plan_change_number UNIQUE (family, number),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX plan_change_entry ON plan_change (entry, number);
CREATE INDEX plan_change_proposed ON plan_change (family) WHERE state = 'proposed';

CREATE TABLE measure (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    title TEXT NOT NULL,
    asked_by BLOB NOT NULL REFERENCES person (id),
    asked_at INTEGER NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX measure_family ON measure (family, asked_at);

CREATE TABLE decision (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    measure BLOB NOT NULL REFERENCES measure (id),
    number INTEGER NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    decided_by BLOB NOT NULL REFERENCES person (id),
    decided_at INTEGER NOT NULL,
    CONSTRAINT decision_number UNIQUE (measure, number),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;

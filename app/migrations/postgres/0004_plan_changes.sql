-- The plan as the family and its team write it together: every change with what was there before, what is proposed
-- and not yet answered, and the help a family asked for.

ALTER TABLE goal ADD COLUMN going_well TEXT;
ALTER TABLE goal ADD COLUMN worries TEXT;
ALTER TABLE goal ADD COLUMN scale BIGINT;

-- How many changes the plan has seen. Counting it up is how a change takes its turn.
ALTER TABLE family ADD COLUMN plan_number BIGINT NOT NULL DEFAULT 0;

CREATE TABLE plan_change (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    number BIGINT NOT NULL,
    entry UUID NOT NULL,
    author UUID NOT NULL REFERENCES person (id),
    made_at BIGINT NOT NULL,
    content_before TEXT,
    content_after TEXT,
    state TEXT NOT NULL,
    answered_by UUID REFERENCES person (id),
    answered_at BIGINT,
    CONSTRAINT plan_change_number UNIQUE (family, number),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX plan_change_entry ON plan_change (entry, number);
CREATE INDEX plan_change_proposed ON plan_change (family) WHERE state = 'proposed';

CREATE TABLE measure (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    title TEXT NOT NULL,
    asked_by UUID NOT NULL REFERENCES person (id),
    asked_at BIGINT NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX measure_family ON measure (family, asked_at);

CREATE TABLE decision (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    measure UUID NOT NULL REFERENCES measure (id),
    number BIGINT NOT NULL,
    outcome TEXT NOT NULL,
    reason TEXT NOT NULL,
    decided_by UUID NOT NULL REFERENCES person (id),
    decided_at BIGINT NOT NULL,
    CONSTRAINT decision_number UNIQUE (measure, number),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);

-- Who works where, which roles two of those who administer have to agree on, and a log of all that. Instants are UTC
-- seconds.

ALTER TABLE person ADD COLUMN unit UUID REFERENCES unit (id);

-- What the municipality tells families of: a telephone number, or a web address, and what it is, a line each.
ALTER TABLE municipality ADD COLUMN help_lines TEXT NOT NULL DEFAULT '';
ALTER TABLE municipality ADD COLUMN links TEXT NOT NULL DEFAULT '';

-- A role that somebody is to have: of the staff, or new. It is given once somebody else who administers says yes, or the
-- console of the server's machine does, which has no name.
CREATE TABLE role_proposal (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL REFERENCES municipality (id),
    person UUID REFERENCES person (id),
    name TEXT NOT NULL,
    phone TEXT,
    unit UUID REFERENCES unit (id),
    role TEXT NOT NULL,
    proposed_by UUID NOT NULL REFERENCES person (id),
    proposed_at BIGINT NOT NULL,
    answered_by UUID REFERENCES person (id),
    answered_at BIGINT,
    given BOOLEAN
);
CREATE UNIQUE INDEX role_proposal_person ON role_proposal (person) WHERE answered_at IS NULL;
CREATE INDEX role_proposal_open ON role_proposal (municipality) WHERE answered_at IS NULL;

-- What was done about staff and settings, in the order of its numbers. Nobody's name as the author means the console of the server's machine, or an
-- import.
CREATE TABLE administration_change (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL REFERENCES municipality (id),
    number BIGINT NOT NULL,
    author UUID REFERENCES person (id),
    deed TEXT NOT NULL,
    about TEXT,
    said_before TEXT,
    said_after TEXT,
    made_at BIGINT NOT NULL,
    CONSTRAINT administration_change_number UNIQUE (municipality, number)
);
CREATE INDEX administration_change_made ON administration_change (made_at);

CREATE TRIGGER administration_change_kept BEFORE UPDATE OR DELETE ON administration_change
    FOR EACH ROW EXECUTE FUNCTION only_grows();

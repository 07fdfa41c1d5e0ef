-- The house: municipalities, families, their people, teams, plans, meetings, check-ins, and who looked.
-- Every table with family data carries its municipality and family, which belong together. Instants are UTC seconds.

CREATE TABLE municipality (
    id UUID PRIMARY KEY NOT NULL,
    name TEXT NOT NULL CONSTRAINT municipality_name UNIQUE,
    zone TEXT NOT NULL,
    phone TEXT,
    demo_seed BIGINT
);

CREATE TABLE unit (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL REFERENCES municipality (id),
    name TEXT NOT NULL,
    CONSTRAINT unit_name UNIQUE (municipality, name)
);

CREATE TABLE family (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL REFERENCES municipality (id),
    unit UUID REFERENCES unit (id),
    number TEXT,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT family_municipality UNIQUE (municipality, id),
    CONSTRAINT family_number UNIQUE (municipality, number)
);

CREATE TABLE person (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL REFERENCES municipality (id),
    family UUID,
    number TEXT,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    born TEXT,
    phone TEXT,
    email TEXT,
    language TEXT NOT NULL,
    address_protected BOOLEAN NOT NULL DEFAULT FALSE,
    created_at BIGINT NOT NULL,
    left_at BIGINT,
    CONSTRAINT person_number UNIQUE (municipality, number),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX person_family ON person (family);

CREATE TABLE guardianship (
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    child UUID NOT NULL REFERENCES person (id),
    adult UUID NOT NULL REFERENCES person (id),
    custody BOOLEAN NOT NULL,
    may_see BOOLEAN NOT NULL,
    PRIMARY KEY (child, adult),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX guardianship_adult ON guardianship (adult);

CREATE TABLE team_member (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    person UUID NOT NULL REFERENCES person (id),
    part TEXT NOT NULL,
    since BIGINT NOT NULL,
    until BIGINT,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE UNIQUE INDEX team_member_part ON team_member (family, part) WHERE until IS NULL;
CREATE INDEX team_member_person ON team_member (person) WHERE until IS NULL;

-- Who walks beside which family now, in a part that fits their role.
CREATE VIEW beside AS
    SELECT t.municipality, t.family, t.person, t.part FROM team_member t JOIN person p ON p.id = t.person
    WHERE t.until IS NULL AND p.left_at IS NULL AND p.municipality = t.municipality
        AND (p.role IN ('adviser', 'coordinator') OR (p.role = 'contact_person' AND t.part = 'contact_person'));

CREATE TABLE consent (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    recipient UUID NOT NULL REFERENCES person (id),
    item TEXT NOT NULL,
    given_by UUID NOT NULL REFERENCES person (id),
    given_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    withdrawn_at BIGINT,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX consent_recipient ON consent (family, recipient);

CREATE TABLE hope (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    author UUID NOT NULL REFERENCES person (id),
    words TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX hope_family ON hope (family);

CREATE TABLE goal (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    number TEXT,
    area TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    position BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    CONSTRAINT goal_number UNIQUE (municipality, number),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX goal_family ON goal (family, position);

CREATE TABLE step (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    goal UUID NOT NULL REFERENCES goal (id),
    title TEXT NOT NULL,
    doer UUID REFERENCES person (id),
    due TEXT,
    position BIGINT NOT NULL,
    done_at BIGINT,
    done_by UUID REFERENCES person (id),
    CONSTRAINT step_position UNIQUE (goal, position),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX step_family ON step (family);

CREATE TABLE meeting (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    number TEXT,
    title TEXT NOT NULL,
    starts_local TEXT NOT NULL,
    zone TEXT NOT NULL,
    starts_at BIGINT NOT NULL,
    minutes BIGINT NOT NULL,
    place TEXT NOT NULL,
    place_words TEXT,
    bring TEXT,
    cancelled_at BIGINT,
    CONSTRAINT meeting_number UNIQUE (municipality, number),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX meeting_family ON meeting (family, starts_at);

CREATE TABLE participant (
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    meeting UUID NOT NULL REFERENCES meeting (id),
    person UUID NOT NULL REFERENCES person (id),
    PRIMARY KEY (meeting, person),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);

CREATE TABLE check_in (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    person UUID NOT NULL REFERENCES person (id),
    instrument TEXT NOT NULL,
    version BIGINT NOT NULL,
    score BIGINT NOT NULL,
    score_before BIGINT,
    call_me BOOLEAN NOT NULL,
    words TEXT,
    sent_at BIGINT NOT NULL,
    reviewed_at BIGINT,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX check_in_person ON check_in (person, instrument, sent_at);
CREATE INDEX check_in_family ON check_in (family, sent_at);
CREATE INDEX check_in_unread ON check_in (family) WHERE reviewed_at IS NULL;
CREATE INDEX check_in_municipality ON check_in (municipality, sent_at);

CREATE TABLE answer (
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    check_in UUID NOT NULL REFERENCES check_in (id),
    item TEXT NOT NULL,
    value BIGINT NOT NULL,
    PRIMARY KEY (check_in, item),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);

CREATE TABLE review (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    check_in UUID NOT NULL REFERENCES check_in (id),
    reviewer UUID NOT NULL REFERENCES person (id),
    next_step TEXT NOT NULL,
    words TEXT,
    at BIGINT NOT NULL,
    CONSTRAINT review_check_in UNIQUE (check_in),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);

CREATE TABLE invitation (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL REFERENCES municipality (id),
    family UUID,
    person UUID NOT NULL REFERENCES person (id),
    token_hash BYTEA NOT NULL CONSTRAINT invitation_token UNIQUE,
    created_by UUID REFERENCES person (id),
    created_at BIGINT NOT NULL,
    expires_at BIGINT NOT NULL,
    used_at BIGINT,
    revoked_at BIGINT,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX invitation_person ON invitation (person);

CREATE TABLE session (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL REFERENCES municipality (id),
    family UUID,
    person UUID NOT NULL REFERENCES person (id),
    token_hash BYTEA NOT NULL CONSTRAINT session_token UNIQUE,
    device TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    seen_at BIGINT NOT NULL,
    ends_at BIGINT NOT NULL,
    revoked_at BIGINT,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX session_person ON session (person);

CREATE TABLE access_log (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL REFERENCES municipality (id),
    family UUID,
    person UUID NOT NULL REFERENCES person (id),
    relation TEXT,
    purpose TEXT NOT NULL,
    at BIGINT NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX access_log_family ON access_log (family, at);
CREATE INDEX access_log_person ON access_log (person, at);

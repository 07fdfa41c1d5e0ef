-- The house: municipalities, families, their people, teams, plans, meetings, check-ins, and who looked.
-- Every table with family data carries its municipality and family, which belong together. Instants are UTC seconds.

CREATE TABLE municipality (
    id BLOB PRIMARY KEY NOT NULL,
    name TEXT NOT NULL CONSTRAINT municipality_name UNIQUE,
    zone TEXT NOT NULL,
    phone TEXT,
    demo_seed INTEGER
) STRICT;

CREATE TABLE unit (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL REFERENCES municipality (id),
    name TEXT NOT NULL,
    CONSTRAINT unit_name UNIQUE (municipality, name)
) STRICT;

CREATE TABLE family (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL REFERENCES municipality (id),
    unit BLOB REFERENCES unit (id),
    number TEXT,
    name TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT family_municipality UNIQUE (municipality, id),
    CONSTRAINT family_number UNIQUE (municipality, number)
) STRICT;

CREATE TABLE person (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL REFERENCES municipality (id),
    family BLOB,
    number TEXT,
    role TEXT NOT NULL,
    name TEXT NOT NULL,
    born TEXT,
    phone TEXT,
    email TEXT,
    language TEXT NOT NULL,
    address_protected INTEGER NOT NULL DEFAULT FALSE,
    created_at INTEGER NOT NULL,
    left_at INTEGER,
    CONSTRAINT person_number UNIQUE (municipality, number),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX person_family ON person (family);

CREATE TABLE guardianship (
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    child BLOB NOT NULL REFERENCES person (id),
    adult BLOB NOT NULL REFERENCES person (id),
    custody INTEGER NOT NULL,
    may_see INTEGER NOT NULL,
    PRIMARY KEY (child, adult),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX guardianship_adult ON guardianship (adult);

CREATE TABLE team_member (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    person BLOB NOT NULL REFERENCES person (id),
    part TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE UNIQUE INDEX team_member_part ON team_member (family, part) WHERE until IS NULL;
CREATE INDEX team_member_person ON team_member (person) WHERE until IS NULL;

-- Who walks beside which family now, in a part that fits their role.
CREATE VIEW beside AS
    SELECT t.municipality, t.family, t.person, t.part FROM team_member t JOIN person p ON p.id = t.person
    WHERE t.until IS NULL AND p.left_at IS NULL AND p.municipality = t.municipality
        AND (p.role IN ('adviser', 'coordinator') OR (p.role = 'contact_person' AND t.part = 'contact_person'));

CREATE TABLE consent (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    recipient BLOB NOT NULL REFERENCES person (id),
    item TEXT NOT NULL,
    given_by BLOB NOT NULL REFERENCES person (id),
    given_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    withdrawn_at INTEGER,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX consent_recipient ON consent (family, recipient);

CREATE TABLE hope (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    author BLOB NOT NULL REFERENCES person (id),
    words TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX hope_family ON hope (family);

CREATE TABLE goal (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    number TEXT,
    area TEXT NOT NULL,
    title TEXT NOT NULL,
    state TEXT NOT NULL,
    position INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    CONSTRAINT goal_number UNIQUE (municipality, number),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX goal_family ON goal (family, position);

CREATE TABLE step (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    goal BLOB NOT NULL REFERENCES goal (id),
    title TEXT NOT NULL,
    doer BLOB REFERENCES person (id),
    due TEXT,
    position INTEGER NOT NULL,
    done_at INTEGER,
    done_by BLOB REFERENCES person (id),
    CONSTRAINT step_position UNIQUE (goal, position),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX step_family ON step (family);

CREATE TABLE meeting (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    number TEXT,
    title TEXT NOT NULL,
    starts_local TEXT NOT NULL,
    zone TEXT NOT NULL,
    starts_at INTEGER NOT NULL,
    minutes INTEGER NOT NULL,
    place TEXT NOT NULL,
    place_words TEXT,
    bring TEXT,
    cancelled_at INTEGER,
    CONSTRAINT meeting_number UNIQUE (municipality, number),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX meeting_family ON meeting (family, starts_at);

CREATE TABLE participant (
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    meeting BLOB NOT NULL REFERENCES meeting (id),
    person BLOB NOT NULL REFERENCES person (id),
    PRIMARY KEY (meeting, person),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;

CREATE TABLE check_in (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    person BLOB NOT NULL REFERENCES person (id),
    instrument TEXT NOT NULL,
    version INTEGER NOT NULL,
    score INTEGER NOT NULL,
    score_before INTEGER,
    call_me INTEGER NOT NULL,
    words TEXT,
    sent_at INTEGER NOT NULL,
    reviewed_at INTEGER,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX check_in_person ON check_in (person, instrument, sent_at);
CREATE INDEX check_in_family ON check_in (family, sent_at);
CREATE INDEX check_in_unread ON check_in (family) WHERE reviewed_at IS NULL;
CREATE INDEX check_in_municipality ON check_in (municipality, sent_at);

CREATE TABLE answer (
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    check_in BLOB NOT NULL REFERENCES check_in (id),
    item TEXT NOT NULL,
    value INTEGER NOT NULL,
    PRIMARY KEY (check_in, item),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;

CREATE TABLE review (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    check_in BLOB NOT NULL REFERENCES check_in (id),
    reviewer BLOB NOT NULL REFERENCES person (id),
    next_step TEXT NOT NULL,
    words TEXT,
    at INTEGER NOT NULL,
    CONSTRAINT review_check_in UNIQUE (check_in),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;

CREATE TABLE invitation (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL REFERENCES municipality (id),
    family BLOB,
    person BLOB NOT NULL REFERENCES person (id),
    token_hash BLOB NOT NULL CONSTRAINT invitation_token UNIQUE,
    created_by BLOB REFERENCES person (id),
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    used_at INTEGER,
    revoked_at INTEGER,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX invitation_person ON invitation (person);

CREATE TABLE session (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL REFERENCES municipality (id),
    family BLOB,
    person BLOB NOT NULL REFERENCES person (id),
    token_hash BLOB NOT NULL CONSTRAINT session_token UNIQUE,
    device TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    seen_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    revoked_at INTEGER,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX session_person ON session (person);

CREATE TABLE access_log (
    id INTEGER PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL REFERENCES municipality (id),
    family BLOB,
    person BLOB NOT NULL REFERENCES person (id),
    relation TEXT,
    purpose TEXT NOT NULL,
    at INTEGER NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX access_log_family ON access_log (family, at);
CREATE INDEX access_log_person ON access_log (person, at);

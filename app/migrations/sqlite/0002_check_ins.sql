-- Check-ins about a child, a parent or a goal; when they are asked for; in whose inbox they stand until a person has
-- read them; and what was promised and agreed then. Days are local dates, hours are minutes after midnight.

ALTER TABLE municipality ADD COLUMN opens INTEGER NOT NULL DEFAULT 540;
ALTER TABLE municipality ADD COLUMN closes INTEGER NOT NULL DEFAULT 900;
ALTER TABLE municipality ADD COLUMN team_meeting TEXT NOT NULL DEFAULT '2026-01-08';
ALTER TABLE municipality ADD COLUMN team_meeting_days INTEGER NOT NULL DEFAULT 14;
ALTER TABLE municipality ADD COLUMN sdq_address TEXT;

ALTER TABLE check_in ADD COLUMN about BLOB REFERENCES person (id);
ALTER TABLE check_in ADD COLUMN goal BLOB REFERENCES goal (id);
CREATE INDEX check_in_about ON check_in (about) WHERE about IS NOT NULL;
CREATE INDEX check_in_goal ON check_in (goal) WHERE goal IS NOT NULL;
DROP INDEX check_in_unread;

-- What somebody of the team has to read: a check-in, a silence, or a parent who wants to be called all the same.
CREATE TABLE inbox_item (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    person BLOB NOT NULL REFERENCES person (id),
    matter TEXT NOT NULL,
    check_in BLOB REFERENCES check_in (id),
    instrument TEXT NOT NULL,
    pressing INTEGER NOT NULL,
    came_at INTEGER NOT NULL,
    read_by INTEGER NOT NULL,
    move_at INTEGER NOT NULL,
    closed_at INTEGER,
    closed_by BLOB REFERENCES person (id),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX inbox_item_move ON inbox_item (move_at) WHERE closed_at IS NULL;
CREATE INDEX inbox_item_family ON inbox_item (family) WHERE closed_at IS NULL;
CREATE INDEX inbox_item_check_in ON inbox_item (check_in);

-- A review answers an item of the inbox, and what it promises is kept or not yet. A check-in may have several: a parent
-- can ask to be called all the same.
ALTER TABLE review RENAME TO review_before;
CREATE TABLE review (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    item BLOB REFERENCES inbox_item (id),
    check_in BLOB REFERENCES check_in (id),
    reviewer BLOB NOT NULL REFERENCES person (id),
    next_step TEXT NOT NULL,
    words TEXT,
    by_day TEXT,
    at INTEGER NOT NULL,
    kept_at INTEGER,
    kept_by BLOB REFERENCES person (id),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
INSERT INTO review (id, municipality, family, check_in, reviewer, next_step, words, at, kept_at, kept_by)
    SELECT id, municipality, family, check_in, reviewer, next_step, words, at, at, reviewer FROM review_before;
DROP TABLE review_before;
CREATE UNIQUE INDEX review_item ON review (item);
CREATE INDEX review_check_in ON review (check_in, at);
CREATE INDEX review_open ON review (family) WHERE by_day IS NOT NULL AND kept_at IS NULL;

-- In whose inbox an item stands, since when and why. A line is never changed but for its end.
CREATE TABLE holder (
    id INTEGER PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    item BLOB NOT NULL REFERENCES inbox_item (id),
    person BLOB NOT NULL REFERENCES person (id),
    reason TEXT NOT NULL,
    since INTEGER NOT NULL,
    until INTEGER,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE UNIQUE INDEX holder_item ON holder (item, person) WHERE until IS NULL;
CREATE INDEX holder_person ON holder (person) WHERE until IS NULL;

-- Who has what in their inbox now, and may.
CREATE VIEW holding AS
    SELECT h.municipality, h.family, h.item, h.person FROM holder h JOIN person p ON p.id = h.person
    WHERE h.until IS NULL AND p.left_at IS NULL AND p.municipality = h.municipality
        AND p.role IN ('adviser', 'coordinator');

-- The days on which somebody of the staff is away, both included.
CREATE TABLE absence (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL REFERENCES municipality (id),
    person BLOB NOT NULL REFERENCES person (id),
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    removed_at INTEGER
) STRICT;
CREATE INDEX absence_person ON absence (person) WHERE removed_at IS NULL;

-- How often a family is asked with an instrument, where it is not the instrument's own rhythm.
CREATE TABLE rhythm (
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    instrument TEXT NOT NULL,
    rhythm TEXT NOT NULL,
    PRIMARY KEY (family, instrument),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;

-- The days on which a family is not asked, both included.
CREATE TABLE pause (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    made_by BLOB NOT NULL REFERENCES person (id),
    from_day TEXT NOT NULL,
    until_day TEXT NOT NULL,
    ended_at INTEGER,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX pause_family ON pause (family) WHERE ended_at IS NULL;

-- What a parent is asked with, about whom, how often they were asked since it was due, and the day of the next asking.
CREATE TABLE ask (
    id INTEGER PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    person BLOB NOT NULL REFERENCES person (id),
    instrument TEXT NOT NULL,
    about BLOB REFERENCES person (id),
    goal BLOB REFERENCES goal (id),
    asked INTEGER NOT NULL,
    asked_on TEXT,
    next_on TEXT,
    put_off INTEGER NOT NULL DEFAULT FALSE,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE UNIQUE INDEX ask_what ON ask (person, instrument, COALESCE(about, goal, person));
CREATE INDEX ask_next ON ask (next_on) WHERE next_on IS NOT NULL;

-- What may still be asked: the parent is there and may tell about that child, and the goal is live.
CREATE VIEW askable AS
    SELECT k.* FROM ask k JOIN person p ON p.id = k.person
    WHERE p.left_at IS NULL
        AND (k.about IS NULL OR EXISTS (
            SELECT 1 FROM guardianship g JOIN person c ON c.id = g.child
            WHERE g.child = k.about AND g.adult = k.person AND g.may_see AND c.left_at IS NULL
        ))
        AND (k.goal IS NULL OR EXISTS (SELECT 1 FROM goal g WHERE g.id = k.goal AND g.state = 'live'));

-- A parent's own notes. Nobody else reads them.
CREATE TABLE note (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    person BLOB NOT NULL REFERENCES person (id),
    words TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX note_person ON note (person, written_at);

-- What the team agreed on about a family at a team meeting.
CREATE TABLE agreement (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    author BLOB NOT NULL REFERENCES person (id),
    words TEXT NOT NULL,
    made_at INTEGER NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX agreement_family ON agreement (family, made_at);

-- Looks at a family through a command on the server's own machine, where the program knows nobody by name.
CREATE TABLE console_log (
    id INTEGER PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    purpose TEXT NOT NULL,
    at INTEGER NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX console_log_family ON console_log (family, at);

INSERT INTO inbox_item
    (id, municipality, family, person, matter, check_in, instrument, pressing, came_at, read_by, move_at)
    SELECT id, municipality, family, person, 'told', id, instrument, call_me OR score <= 35, sent_at, 0, 0
    FROM check_in WHERE reviewed_at IS NULL;

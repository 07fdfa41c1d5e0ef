-- Who decides over a child and sees its page, whom it lives with, and whose address is told to nobody: as staff write it
-- down, each change with what stood there before. An import only takes from what staff wrote.

ALTER TABLE guardianship ADD COLUMN lives_with INTEGER NOT NULL DEFAULT FALSE;
ALTER TABLE guardianship ADD COLUMN by_staff INTEGER NOT NULL DEFAULT FALSE;
ALTER TABLE person ADD COLUMN protected_by_staff INTEGER NOT NULL DEFAULT FALSE;

-- A change about a child or an adult; without an author where an import made it.
CREATE TABLE rights_change (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    number INTEGER NOT NULL,
    person BLOB NOT NULL REFERENCES person (id),
    author BLOB REFERENCES person (id),
    made_at INTEGER NOT NULL,
    rights_before TEXT NOT NULL,
    rights_after TEXT NOT NULL,
    CONSTRAINT rights_change_number UNIQUE (family, number),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX rights_change_person ON rights_change (person, number);

-- What a child said to somebody, in the child's own words. Staff read it; no parent knows of it unless it is opened.
CREATE TABLE child_words (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    child BLOB NOT NULL REFERENCES person (id),
    author BLOB NOT NULL REFERENCES person (id),
    heard_by TEXT NOT NULL,
    heard_on TEXT NOT NULL,
    words TEXT NOT NULL,
    written_at INTEGER NOT NULL,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE INDEX child_words_child ON child_words (child, heard_on);

-- To which adult they are opened, and what the child said to that. A line is never changed but for its end.
CREATE TABLE opening (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL,
    family BLOB NOT NULL,
    child_words BLOB NOT NULL REFERENCES child_words (id),
    adult BLOB NOT NULL REFERENCES person (id),
    assent TEXT NOT NULL,
    opened_by BLOB NOT NULL REFERENCES person (id),
    opened_at INTEGER NOT NULL,
    closed_by BLOB REFERENCES person (id),
    closed_at INTEGER,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
) STRICT;
CREATE UNIQUE INDEX opening_adult ON opening (child_words, adult) WHERE closed_at IS NULL;

-- Who may read which words now: they are opened, the adult is there and has rights for the child, and the child is there.
CREATE VIEW opened AS
    SELECT o.family, o.child_words, o.adult FROM opening o JOIN child_words w ON w.id = o.child_words
    JOIN guardianship g ON g.child = w.child AND g.adult = o.adult
    JOIN person c ON c.id = w.child JOIN person a ON a.id = o.adult
    WHERE o.closed_at IS NULL AND g.may_see AND c.left_at IS NULL AND a.left_at IS NULL;

-- Who decides over a child and sees its page, whom it lives with, and whose address is told to nobody: as staff write it
-- down, each change with what stood there before. An import only takes from what staff wrote.

ALTER TABLE guardianship ADD COLUMN lives_with BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE guardianship ADD COLUMN by_staff BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE person ADD COLUMN protected_by_staff BOOLEAN NOT NULL DEFAULT FALSE;

-- How many changes the rights in a family have seen. Counting it up is how a change takes its turn.
ALTER TABLE family ADD COLUMN rights_number BIGINT NOT NULL DEFAULT 0;

-- A change about a child or an adult; without an author where an import made it.
CREATE TABLE rights_change (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    number BIGINT NOT NULL,
    person UUID NOT NULL REFERENCES person (id),
    author UUID REFERENCES person (id),
    made_at BIGINT NOT NULL,
    rights_before TEXT NOT NULL,
    rights_after TEXT NOT NULL,
    CONSTRAINT rights_change_number UNIQUE (family, number),
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX rights_change_person ON rights_change (person, number);

-- What a parent shares of their own and of a child, who stopped it, and that its end was asked about; the contact person
-- a family chooses; faces; plans that others own and we only point to. Days are local dates.

ALTER TABLE consent ADD COLUMN child UUID REFERENCES person (id);
ALTER TABLE consent ADD COLUMN withdrawn_by UUID REFERENCES person (id);
ALTER TABLE consent ADD COLUMN asked_at BIGINT;

-- Consents of a parent who is there, about a child they have rights for. Whether one holds is a matter of the time.
CREATE VIEW sound_consent AS
    SELECT c.municipality, c.family, c.recipient, c.item, c.child, c.given_by, c.given_at, c.ends_at, c.withdrawn_at
    FROM consent c JOIN person p ON p.id = c.given_by
    WHERE p.family = c.family AND p.left_at IS NULL
        AND (c.child IS NULL OR EXISTS (
            SELECT 1 FROM guardianship g JOIN person k ON k.id = g.child
            WHERE g.child = c.child AND g.adult = c.given_by AND g.may_see AND k.left_at IS NULL
        ));

ALTER TABLE municipality ADD COLUMN association_contacts BOOLEAN NOT NULL DEFAULT TRUE;
ALTER TABLE municipality ADD COLUMN staff_names BOOLEAN NOT NULL DEFAULT TRUE;

-- Where a contact person comes from. Who says so can be chosen by families.
ALTER TABLE person ADD COLUMN association TEXT;

-- Who walks beside which family now, in a part that fits their role. A municipality may do without contact persons from
-- associations: then they walk beside nobody.
CREATE OR REPLACE VIEW beside AS
    SELECT t.municipality, t.family, t.person, t.part FROM team_member t JOIN person p ON p.id = t.person
    WHERE t.until IS NULL AND p.left_at IS NULL AND p.municipality = t.municipality
        AND (p.role IN ('adviser', 'coordinator') OR (p.role = 'contact_person' AND t.part = 'contact_person'
            AND EXISTS (SELECT 1 FROM municipality m WHERE m.id = t.municipality AND m.association_contacts)));

-- Somebody new whom a family wants as contact person, until the adviser has invited them or the family wants otherwise.
CREATE TABLE contact_wish (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    made_by UUID NOT NULL REFERENCES person (id),
    name TEXT NOT NULL,
    phone TEXT NOT NULL,
    made_at BIGINT NOT NULL,
    closed_at BIGINT,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE UNIQUE INDEX contact_wish_family ON contact_wish (family) WHERE closed_at IS NULL;

-- The face of somebody who walks beside families: a small square JPEG with nothing in it but the picture.
CREATE TABLE photo (
    person UUID PRIMARY KEY NOT NULL REFERENCES person (id),
    municipality UUID NOT NULL REFERENCES municipality (id),
    jpeg BYTEA NOT NULL,
    taken_at BIGINT NOT NULL
);

-- A plan of an authority or a clinic, about the whole family or one of it. It is pointed to and never copied.
CREATE TABLE sector_plan (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL,
    family UUID NOT NULL,
    about UUID REFERENCES person (id),
    title TEXT NOT NULL,
    owner TEXT NOT NULL,
    source TEXT NOT NULL,
    made_on TEXT NOT NULL,
    next_review TEXT,
    added_by UUID NOT NULL REFERENCES person (id),
    added_at BIGINT NOT NULL,
    removed_at BIGINT,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX sector_plan_family ON sector_plan (family) WHERE removed_at IS NULL;

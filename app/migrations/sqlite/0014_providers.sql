-- Ways in by a provider: the municipality's directory, or a broker of MitID. All times are whole seconds in UTC.

-- What the directory knows an employee by: their first way in by it.
ALTER TABLE person ADD COLUMN staff_id TEXT;
CREATE UNIQUE INDEX person_staff_id ON person (municipality, staff_id);

-- Who somebody is at a provider. One that ended stays, to tell who was let in by it.
CREATE TABLE identity (
    id BLOB PRIMARY KEY NOT NULL,
    municipality BLOB NOT NULL REFERENCES municipality (id),
    person BLOB NOT NULL REFERENCES person (id),
    provider TEXT NOT NULL,
    issuer TEXT NOT NULL,
    subject TEXT NOT NULL,
    bound_at INTEGER NOT NULL,
    ended_at INTEGER
) STRICT;
CREATE UNIQUE INDEX identity_subject ON identity (provider, issuer, subject) WHERE ended_at IS NULL;
CREATE UNIQUE INDEX identity_person ON identity (person, provider) WHERE ended_at IS NULL;

-- Who set out to a provider and is to come back once, with the same browser.
CREATE TABLE errand (
    state_hash BLOB PRIMARY KEY NOT NULL,
    browser_hash BLOB NOT NULL,
    provider TEXT NOT NULL,
    invitation BLOB REFERENCES invitation (id),
    session BLOB REFERENCES session (id),
    ends_at INTEGER NOT NULL
) STRICT;
CREATE INDEX errand_ends ON errand (ends_at);

-- By which identity somebody came in, and what the provider calls the session they have there.
ALTER TABLE session ADD COLUMN identity BLOB REFERENCES identity (id);
ALTER TABLE session ADD COLUMN provider_session TEXT;
CREATE INDEX session_identity ON session (identity) WHERE identity IS NOT NULL;

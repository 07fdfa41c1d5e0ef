-- Passkeys (W3C Web Authentication Level 3). All times are whole seconds in UTC.

-- When somebody last showed on this session who they are: as it began, or with a passkey since.
ALTER TABLE session ADD COLUMN proven_at BIGINT NOT NULL DEFAULT 0;
UPDATE session SET proven_at = created_at;
-- Whether it helps to say there that one can come in with a finger; until one does or says no.
ALTER TABLE session ADD COLUMN passkey_offer BOOLEAN NOT NULL DEFAULT FALSE;

-- What devices know a person by: random bytes, made with the first passkey.
ALTER TABLE person ADD COLUMN passkey_handle BYTEA;
CREATE UNIQUE INDEX person_passkey_handle ON person (passkey_handle);

-- Whether the phone is gone: whoever comes in with this invitation ends every way in they had before.
ALTER TABLE invitation ADD COLUMN ends_old_ways BOOLEAN NOT NULL DEFAULT FALSE;

-- A key on somebody's device. `public_key` and `state` (the counter and what else may change) are as the library writes them.
CREATE TABLE passkey (
    id UUID PRIMARY KEY NOT NULL,
    municipality UUID NOT NULL REFERENCES municipality (id),
    family UUID,
    person UUID NOT NULL REFERENCES person (id),
    credential BYTEA NOT NULL CONSTRAINT passkey_credential UNIQUE,
    public_key BYTEA NOT NULL,
    state BYTEA NOT NULL,
    name TEXT NOT NULL,
    created_at BIGINT NOT NULL,
    used_at BIGINT,
    FOREIGN KEY (municipality, family) REFERENCES family (municipality, id)
);
CREATE INDEX passkey_person ON passkey (person);

-- What a device was asked to sign and has not yet. Taken when the answer comes, whatever it says.
CREATE TABLE ceremony (
    challenge BYTEA PRIMARY KEY NOT NULL,
    kind TEXT NOT NULL,
    session UUID CONSTRAINT ceremony_session UNIQUE REFERENCES session (id),
    state BYTEA NOT NULL,
    ends_at BIGINT NOT NULL
);
CREATE INDEX ceremony_ends ON ceremony (ends_at);

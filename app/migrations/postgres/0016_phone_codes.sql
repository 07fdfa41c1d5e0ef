-- A code of a device, what it was asked for lately, and how somebody came in on it. All times are whole seconds in UTC.

-- The code as a slow hash (Argon2id), the wrong ones since the last right one, and whether it is locked without a pause.
ALTER TABLE session ADD COLUMN code_hash TEXT;
ALTER TABLE session ADD COLUMN code_tries BIGINT NOT NULL DEFAULT 0;
ALTER TABLE session ADD COLUMN locked BOOLEAN NOT NULL DEFAULT FALSE;
-- Whether the button that leaves at once locks the device instead of ending the session.
ALTER TABLE session ADD COLUMN exit_locks BOOLEAN NOT NULL DEFAULT FALSE;
-- When the code was last typed, or chosen.
ALTER TABLE session ADD COLUMN confirmed_at BIGINT NOT NULL DEFAULT 0;

-- How somebody came in; nothing where that was not written down.
ALTER TABLE session ADD COLUMN came_by TEXT;
UPDATE session SET came_by = 'provider' WHERE identity IS NOT NULL;

-- Where somebody goes on who set out to a provider to show that it is them, and what they sent there.
ALTER TABLE errand ADD COLUMN goes_on TEXT;
ALTER TABLE errand ADD COLUMN sent TEXT;

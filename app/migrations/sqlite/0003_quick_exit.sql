-- Whether somebody asked for a button that leaves every page at once and signs out.
ALTER TABLE person ADD COLUMN quick_exit INTEGER NOT NULL DEFAULT FALSE;

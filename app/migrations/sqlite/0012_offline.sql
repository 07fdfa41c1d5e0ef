-- What a device keeps to be read without a net, and when something was answered that waited on it.
ALTER TABLE session ADD COLUMN keeps_pages INTEGER NOT NULL DEFAULT TRUE;
ALTER TABLE session ADD COLUMN install_hint INTEGER NOT NULL DEFAULT TRUE;
ALTER TABLE check_in ADD COLUMN answered_at INTEGER;

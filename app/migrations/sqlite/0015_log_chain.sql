-- Every entry of a log, bound to the one before it. Numbers have no gaps within a municipality.
CREATE TABLE log_chain (
    municipality BLOB NOT NULL REFERENCES municipality (id),
    number INTEGER NOT NULL,
    log TEXT NOT NULL,
    entry BLOB NOT NULL,
    link BLOB NOT NULL,
    PRIMARY KEY (municipality, number),
    CONSTRAINT log_chain_entry UNIQUE (log, entry)
) STRICT;

CREATE INDEX plan_change_made ON plan_change (made_at);
CREATE INDEX plan_change_answered ON plan_change (answered_at) WHERE answered_at IS NOT NULL;
CREATE INDEX rights_change_made ON rights_change (made_at);

-- A log only grows.
CREATE TRIGGER access_log_kept BEFORE UPDATE ON access_log BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;
CREATE TRIGGER access_log_held BEFORE DELETE ON access_log BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;
CREATE TRIGGER console_log_kept BEFORE UPDATE ON console_log BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;
CREATE TRIGGER console_log_held BEFORE DELETE ON console_log BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;
CREATE TRIGGER rights_change_kept BEFORE UPDATE ON rights_change BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;
CREATE TRIGGER rights_change_held BEFORE DELETE ON rights_change BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;
CREATE TRIGGER plan_change_kept BEFORE UPDATE ON plan_change
WHEN OLD.state <> 'proposed' AND
    (OLD.id, OLD.municipality, OLD.family, OLD.number, OLD.entry, OLD.author, OLD.made_at, OLD.content_before,
        OLD.content_after, OLD.state, OLD.answered_by, OLD.answered_at)
    IS NOT (NEW.id, NEW.municipality, NEW.family, NEW.number, NEW.entry, NEW.author, NEW.made_at, NEW.content_before,
        NEW.content_after, NEW.state, NEW.answered_by, NEW.answered_at)
BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;
CREATE TRIGGER plan_change_held BEFORE DELETE ON plan_change BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;
CREATE TRIGGER log_chain_kept BEFORE UPDATE ON log_chain BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;
CREATE TRIGGER log_chain_held BEFORE DELETE ON log_chain BEGIN SELECT RAISE(ABORT, 'a log only grows'); END;

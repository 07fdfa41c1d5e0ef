-- Every entry of a log, bound to the one before it. Numbers have no gaps within a municipality.
CREATE TABLE log_chain (
    municipality UUID NOT NULL REFERENCES municipality (id),
    number BIGINT NOT NULL,
    log TEXT NOT NULL,
    entry UUID NOT NULL,
    link BYTEA NOT NULL,
    PRIMARY KEY (municipality, number),
    CONSTRAINT log_chain_entry UNIQUE (log, entry)
);

CREATE INDEX plan_change_made ON plan_change (made_at);
CREATE INDEX plan_change_answered ON plan_change (answered_at) WHERE answered_at IS NOT NULL;
CREATE INDEX rights_change_made ON rights_change (made_at);

-- A log only grows.
CREATE FUNCTION only_grows() RETURNS TRIGGER LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'a log only grows';
END
$$;
CREATE TRIGGER access_log_kept BEFORE UPDATE OR DELETE ON access_log FOR EACH ROW EXECUTE FUNCTION only_grows();
CREATE TRIGGER console_log_kept BEFORE UPDATE OR DELETE ON console_log FOR EACH ROW EXECUTE FUNCTION only_grows();
CREATE TRIGGER rights_change_kept BEFORE UPDATE OR DELETE ON rights_change FOR EACH ROW EXECUTE FUNCTION only_grows();
CREATE TRIGGER plan_change_kept BEFORE UPDATE ON plan_change FOR EACH ROW
    WHEN (OLD.state <> 'proposed' AND OLD IS DISTINCT FROM NEW) EXECUTE FUNCTION only_grows();
CREATE TRIGGER plan_change_held BEFORE DELETE ON plan_change FOR EACH ROW EXECUTE FUNCTION only_grows();
CREATE TRIGGER log_chain_kept BEFORE UPDATE OR DELETE ON log_chain FOR EACH ROW EXECUTE FUNCTION only_grows();

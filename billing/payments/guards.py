"""What PostgreSQL itself refuses about money held for a visit: using more of it than there is.

Looked at once at commit, as the owner, as `billing.guards` does.
"""

GUARDS = """
CREATE OR REPLACE FUNCTION held_suffices() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE used numeric; held numeric;
BEGIN
    SELECT amount INTO held FROM billing_heldforvisit WHERE practice_id = NEW.practice_id AND id = NEW.held_id;
    SELECT COALESCE(sum(amount), 0) INTO used
    FROM billing_helduse WHERE practice_id = NEW.practice_id AND held_id = NEW.held_id;
    IF used < 0 OR used > held THEN
        RAISE EXCEPTION 'of % held for a visit % would be used', held, used USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS suffices ON billing_helduse;
CREATE CONSTRAINT TRIGGER suffices AFTER INSERT ON billing_helduse
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION held_suffices();
"""

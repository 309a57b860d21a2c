"""What PostgreSQL itself refuses about write-offs, whoever asks.

A write-off that waited is decided by another person than who asked for it, and its posting gives up the same amount
of the same charge. The trigger looks as the owner, as those of the ledger do.
"""

GUARDS = """
CREATE OR REPLACE FUNCTION write_off_decided_by_another() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE asked billing_writeoff%ROWTYPE; given numeric;
BEGIN
    SELECT * INTO asked FROM billing_writeoff WHERE practice_id = NEW.practice_id AND id = NEW.write_off_id;
    IF asked.waits AND asked.by_id = NEW.by_id THEN
        RAISE EXCEPTION 'write-off % waits for another person than who asked', asked.id
            USING ERRCODE = 'check_violation';
    END IF;
    IF NEW.posting_id IS NOT NULL THEN
        SELECT sum(amount) INTO given FROM billing_entry
        WHERE practice_id = NEW.practice_id AND posting_id = NEW.posting_id
          AND account = 'adjustment' AND reason = asked.kind AND charge_id = asked.charge_id;
        IF given IS DISTINCT FROM asked.amount THEN
            RAISE EXCEPTION 'write-off % of % was posted as %', asked.id, asked.amount, given
                USING ERRCODE = 'check_violation';
        END IF;
    END IF;
    RETURN NEW;
END $$;

DROP TRIGGER IF EXISTS decided_by_another ON billing_writeoffdecision;
CREATE TRIGGER decided_by_another BEFORE INSERT ON billing_writeoffdecision
    FOR EACH ROW EXECUTE FUNCTION write_off_decided_by_another();
"""

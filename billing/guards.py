"""What PostgreSQL itself refuses in the ledger, whoever asks.

One constraint trigger per posting looks once, at commit: as many entries as declared, sum zero.
A statement trigger on entries refuses a line that comes after its posting is full. Both look as the
owner, so that leaving the practice before the commit does not hide the entries from them.
"""

GUARDS = """
CREATE OR REPLACE FUNCTION posting_balances() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE lines bigint; total numeric;
BEGIN
    SELECT count(*), COALESCE(sum(amount), 0) INTO lines, total
    FROM billing_entry WHERE practice_id = NEW.practice_id AND posting_id = NEW.id;
    IF lines <> NEW.entry_count OR total <> 0 THEN
        RAISE EXCEPTION 'posting % has % of % entries that sum to %', NEW.key, lines, NEW.entry_count, total
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS balances ON billing_posting;
CREATE CONSTRAINT TRIGGER balances AFTER INSERT ON billing_posting
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION posting_balances();

CREATE OR REPLACE FUNCTION entries_fit() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE late text;
BEGIN
    SELECT p.key INTO late FROM (SELECT DISTINCT practice_id, posting_id FROM fresh) AS f
    JOIN billing_posting p ON p.practice_id = f.practice_id AND p.id = f.posting_id
    WHERE (SELECT count(*) FROM billing_entry e
           WHERE e.practice_id = p.practice_id AND e.posting_id = p.id) > p.entry_count
    LIMIT 1;
    IF late IS NOT NULL THEN
        RAISE EXCEPTION 'posting % is complete: no entry may be added', late USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS fits ON billing_entry;
CREATE TRIGGER fits AFTER INSERT ON billing_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION entries_fit();
"""

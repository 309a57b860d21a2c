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

# A person never comes to owe, and is never sent an invoice of, what a plan of the charge forbids to ask her for
# (`clients.never_billed`). Settling entries only put back what was owed before.
NEVER_BILLED = """
CREATE OR REPLACE FUNCTION never_asked(practice bigint, charge bigint, reason text) RETURNS boolean
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public, pg_temp AS $$
    SELECT EXISTS (
        SELECT 1 FROM billing_entry e
        JOIN clients_coverage v ON v.practice_id = e.practice_id AND v.id = e.coverage_id
        JOIN clients_payer y ON y.practice_id = v.practice_id AND y.id = v.payer_id
        WHERE e.practice_id = $1 AND e.charge_id = $2 AND e.coverage_id IS NOT NULL
          AND (v.qmb OR y.plan_type = 'workers_comp'
               OR y.plan_type = 'medicaid' AND $3 NOT IN ('copay', 'expected copay'))
    )
$$;

CREATE OR REPLACE FUNCTION people_may_owe() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE wrong bigint;
BEGIN
    SELECT f.charge_id INTO wrong FROM (
        SELECT practice_id, posting_id, charge_id, sum(amount) AS gained,
               COALESCE(sum(amount) FILTER (WHERE reason NOT IN ('copay', 'expected copay')), 0) AS more
        FROM fresh
        WHERE account = 'receivable' AND contact_id IS NOT NULL AND reason NOT IN ('applied', 'adjusted', 'paid')
        GROUP BY practice_id, posting_id, charge_id
    ) AS f
    WHERE f.gained > 0 AND never_asked(f.practice_id, f.charge_id, 'copay')
       OR f.more > 0 AND never_asked(f.practice_id, f.charge_id, '')
    LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'nobody may be billed for charge %: its plan forbids it', wrong USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS people_may_owe ON billing_entry;
CREATE TRIGGER people_may_owe AFTER INSERT ON billing_entry
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION people_may_owe();

CREATE OR REPLACE FUNCTION people_may_be_invoiced() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE wrong bigint;
BEGIN
    SELECT l.charge_id INTO wrong FROM fresh l
    JOIN billing_entry e ON e.practice_id = l.practice_id AND e.id = l.entry_id
    WHERE never_asked(e.practice_id, e.charge_id, e.reason) LIMIT 1;
    IF wrong IS NOT NULL THEN
        RAISE EXCEPTION 'charge % may not be invoiced: its plan forbids it', wrong USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;

DROP TRIGGER IF EXISTS people_may_be_invoiced ON billing_invoiceline;
CREATE TRIGGER people_may_be_invoiced AFTER INSERT ON billing_invoiceline
    REFERENCING NEW TABLE AS fresh FOR EACH STATEMENT EXECUTE FUNCTION people_may_be_invoiced();
"""

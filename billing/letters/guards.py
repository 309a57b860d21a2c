"""What PostgreSQL itself refuses of lines that may be voided: everything but setting `voided`, once, when the row
that voids their letter is there.
"""

from collections.abc import Iterator

from django.conf import settings

ONLY_VOIDED = """
CREATE OR REPLACE FUNCTION only_voided() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE voids boolean;
BEGIN
    IF TG_OP = 'UPDATE' THEN
        IF NEW.voided AND NOT OLD.voided AND to_jsonb(NEW) - 'voided' = to_jsonb(OLD) - 'voided' THEN
            EXECUTE format('SELECT EXISTS (SELECT 1 FROM %I WHERE practice_id = $1 AND %I = $2)', TG_ARGV[0], TG_ARGV[1])
                INTO voids USING NEW.practice_id, (to_jsonb(NEW) ->> TG_ARGV[1])::bigint;
            IF voids THEN
                RETURN NEW;
            END IF;
        END IF;
    END IF;
    RAISE EXCEPTION '% is append-only: % refused', TG_TABLE_NAME, TG_OP USING ERRCODE = 'restrict_violation';
END $$
"""


def may_be_voided(table: str, by: str, letter: str) -> Iterator[str]:
    """SQL after `ProtectTable(…, append_only=True)`: lines of `table` may be voided when a row of table `by` names
    their `letter` (a column of both)."""
    yield f'DROP TRIGGER IF EXISTS never_update ON "{table}"'
    yield (
        f'CREATE TRIGGER never_update BEFORE UPDATE OR DELETE ON "{table}" FOR EACH ROW'
        f" EXECUTE FUNCTION only_voided('{by}', '{letter}')"
    )
    yield f'GRANT UPDATE (voided) ON "{table}" TO "{settings.DATABASE_APP_ROLE}"'

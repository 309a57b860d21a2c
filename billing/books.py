"""Proofs over the ledger. Each is a query that must find nothing; what it finds is a sentence.

Run by `manage.py verify_books` (nightly, in tests, after every fault test) inside each practice.
"""

from dataclasses import dataclass

from django.db import connection


@dataclass(frozen=True)
class Proof:
    """`sql` returns one text column, a row for each thing that is wrong."""

    claim: str
    sql: str


PROOFS = (
    Proof(
        "every posting balances and has its entries",
        """
        SELECT p.key || ': ' || count(e.id) || ' of ' || p.entry_count || ' entries sum to '
               || COALESCE(sum(e.amount), 0)
        FROM billing_posting p LEFT JOIN billing_entry e ON e.practice_id = p.practice_id AND e.posting_id = p.id
        GROUP BY p.id HAVING count(e.id) <> p.entry_count OR COALESCE(sum(e.amount), 0) <> 0
        """,
    ),
    Proof(
        "open items are the sums of their entries",
        """
        WITH summed AS (
            SELECT account, charge_id, coverage_id, contact_id, payer_id, sum(amount) AS balance
            FROM billing_entry WHERE account IN ('receivable', 'credit')
            GROUP BY account, charge_id, coverage_id, contact_id, payer_id
        )
        SELECT COALESCE(k.account, s.account) || ' of charge ' || COALESCE(k.charge_id, s.charge_id, 0)
               || ': kept ' || COALESCE(k.balance, 0) || ', entries say ' || COALESCE(s.balance, 0)
        FROM billing_openitem k FULL JOIN summed s
             ON s.account = k.account AND s.charge_id IS NOT DISTINCT FROM k.charge_id
             AND s.coverage_id IS NOT DISTINCT FROM k.coverage_id
             AND s.contact_id IS NOT DISTINCT FROM k.contact_id AND s.payer_id IS NOT DISTINCT FROM k.payer_id
        WHERE COALESCE(k.balance, 0) <> COALESCE(s.balance, 0)
        """,
    ),
    Proof(
        "aging is the receivable account",
        """
        SELECT 'open items hold ' || kept || ', the account ' || computed FROM (
            SELECT (SELECT COALESCE(sum(balance), 0) FROM billing_openitem WHERE account = 'receivable') AS kept,
                   (SELECT COALESCE(sum(amount), 0) FROM billing_entry WHERE account = 'receivable') AS computed
        ) AS both_sides WHERE kept <> computed
        """,
    ),
    Proof(
        "a charge earned its amount once, a reversed one nothing",
        """
        SELECT 'charge ' || c.id || ' of ' || c.amount || ' earned ' || COALESCE(-sum(e.amount), 0)
        FROM billing_charge c LEFT JOIN billing_entry e
             ON e.practice_id = c.practice_id AND e.charge_id = c.id AND e.account = 'income'
        GROUP BY c.id
        HAVING COALESCE(-sum(e.amount), 0) <> CASE WHEN c.reversed_by_id IS NULL THEN c.amount ELSE 0 END
        """,
    ),
    Proof(
        "a reversal is the opposite of its original",
        """
        SELECT r.key || ' does not undo ' || o.key
        FROM billing_posting r JOIN billing_posting o ON o.practice_id = r.practice_id AND o.id = r.reverses_id
        WHERE EXISTS (
            SELECT account, reason, charge_id, coverage_id, contact_id, payer_id
            FROM billing_entry WHERE posting_id IN (r.id, o.id)
            GROUP BY account, reason, charge_id, coverage_id, contact_id, payer_id HAVING sum(amount) <> 0
        )
        """,
    ),
    Proof(
        "an invoice is the sum of its lines",
        """
        SELECT 'invoice ' || i.number || ' says ' || i.total || ', its lines ' || COALESCE(sum(l.owed), 0)
        FROM billing_invoice i LEFT JOIN billing_invoiceline l
             ON l.practice_id = i.practice_id AND l.invoice_id = i.id
        GROUP BY i.id HAVING i.total <> COALESCE(sum(l.owed), 0)
        """,
    ),
)


def wrong() -> list[str]:
    """What is wrong with the books of the practice that was entered; empty when every proof holds."""
    found = []
    with connection.cursor() as cursor:
        for proof in PROOFS:
            cursor.execute(proof.sql)
            found += [f"{proof.claim}: {text}" for (text,) in cursor.fetchall()]
    return found


def rebuild() -> int:
    """Remake the open items from the entries, as the database's owner; how many rows there are now."""
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM billing_openitem")
        cursor.execute(REBUILD)
        return cursor.rowcount


REBUILD = """
INSERT INTO billing_openitem (practice_id, account, charge_id, coverage_id, contact_id, payer_id, balance, since_on)
SELECT e.practice_id, e.account, e.charge_id, e.coverage_id, e.contact_id, e.payer_id, sum(e.amount), min(p.posted_on)
FROM billing_entry e JOIN billing_posting p ON p.practice_id = e.practice_id AND p.id = e.posting_id
WHERE e.account IN ('receivable', 'credit')
GROUP BY e.practice_id, e.account, e.charge_id, e.coverage_id, e.contact_id, e.payer_id
"""

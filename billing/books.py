"""Proofs over the ledger. Each is a query that must find nothing; what it finds is a sentence.

Run by `manage.py verify_books` (nightly, in tests, after every fault test) inside each practice.
"""

from dataclasses import dataclass

from django.db import connection

from practice.tenancy import current_practice_id


@dataclass(frozen=True)
class Proof:
    """`sql` returns one text column, a row for each thing that is wrong.

    It names the practice itself: after a rebuild the owner asks, before whom there is no wall.
    """

    claim: str
    sql: str


PROOFS = (
    Proof(
        "every posting balances and has its entries",
        """
        SELECT p.key || ': ' || count(e.id) || ' of ' || p.entry_count || ' entries sum to '
               || COALESCE(sum(e.amount), 0)
        FROM billing_posting p LEFT JOIN billing_entry e ON e.practice_id = p.practice_id AND e.posting_id = p.id
        WHERE p.practice_id = %(practice)s GROUP BY p.id HAVING count(e.id) <> p.entry_count OR COALESCE(sum(e.amount), 0) <> 0
        """,
    ),
    Proof(
        "open items are the sums of their entries",
        """
        SELECT account || ' of charge ' || COALESCE(charge_id, 0)
               || ': kept ' || sum(kept) || ', entries say ' || sum(said)
        FROM (
            SELECT account, charge_id, coverage_id, contact_id, payer_id, balance AS kept, 0.00 AS said
            FROM billing_openitem WHERE practice_id = %(practice)s
            UNION ALL
            SELECT account, charge_id, coverage_id, contact_id, payer_id, 0.00, amount
            FROM billing_entry WHERE practice_id = %(practice)s AND account IN ('receivable', 'credit')
        ) AS both_sides
        GROUP BY account, charge_id, coverage_id, contact_id, payer_id HAVING sum(kept) <> sum(said)
        """,
    ),
    Proof(
        "aging is the receivable account",
        """
        SELECT 'open items hold ' || kept || ', the account ' || computed FROM (
            SELECT (SELECT COALESCE(sum(balance), 0) FROM billing_openitem
                    WHERE practice_id = %(practice)s AND account = 'receivable') AS kept,
                   (SELECT COALESCE(sum(amount), 0) FROM billing_entry
                    WHERE practice_id = %(practice)s AND account = 'receivable') AS computed
        ) AS both_sides WHERE kept <> computed
        """,
    ),
    Proof(
        "a charge earned its amount once, a reversed one nothing",
        """
        SELECT 'charge ' || c.id || ' of ' || c.amount || ' earned ' || COALESCE(-sum(e.amount), 0)
        FROM billing_charge c LEFT JOIN billing_entry e
             ON e.practice_id = c.practice_id AND e.charge_id = c.id AND e.account = 'income'
        WHERE c.practice_id = %(practice)s GROUP BY c.id
        HAVING COALESCE(-sum(e.amount), 0) <> CASE WHEN c.reversed_by_id IS NULL THEN c.amount ELSE 0 END
        """,
    ),
    Proof(
        "a reversal is the opposite of its original",
        """
        SELECT r.key || ' does not undo ' || o.key
        FROM billing_posting r JOIN billing_posting o ON o.practice_id = r.practice_id AND o.id = r.reverses_id
        WHERE r.practice_id = %(practice)s AND EXISTS (
            SELECT account, reason, charge_id, coverage_id, contact_id, payer_id
            FROM billing_entry WHERE practice_id = r.practice_id AND posting_id IN (r.id, o.id)
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
        WHERE i.practice_id = %(practice)s GROUP BY i.id HAVING i.total <> COALESCE(sum(l.owed), 0)
        """,
    ),
    Proof(
        "an invoice is void when it has its credit note, whole, and only then",
        """
        SELECT 'invoice ' || i.number || ': ' || count(l.id) FILTER (WHERE l.voided) || ' of ' || count(l.id)
               || ' lines void, credit note ' || COALESCE(n.number::text, 'none')
        FROM billing_invoice i JOIN billing_invoiceline l ON l.practice_id = i.practice_id AND l.invoice_id = i.id
             LEFT JOIN billing_creditnote n ON n.practice_id = i.practice_id AND n.invoice_id = i.id
        WHERE i.practice_id = %(practice)s
        GROUP BY i.id, n.id
        HAVING count(l.id) FILTER (WHERE l.voided) <> CASE WHEN n.id IS NULL THEN 0 ELSE count(l.id) END
               OR n.total <> i.total
        """,
    ),
    Proof(
        "a superbill is the sum of its lines, all void or none",
        """
        SELECT 'superbill ' || s.number || ' says ' || s.charged || ', its lines ' || COALESCE(sum(l.charged), 0)
        FROM billing_superbill s LEFT JOIN billing_superbillline l
             ON l.practice_id = s.practice_id AND l.superbill_id = s.id
             LEFT JOIN billing_superbillvoid v ON v.practice_id = s.practice_id AND v.superbill_id = s.id
        WHERE s.practice_id = %(practice)s GROUP BY s.id
        HAVING s.charged <> COALESCE(sum(l.charged), 0) OR s.paid <> COALESCE(sum(l.paid), 0)
               OR bool_or(l.voided <> (v.id IS NOT NULL))
        """,
    ),
)


def wrong() -> list[str]:
    """What is wrong with the books of the practice that was entered; empty when every proof holds."""
    found = []
    with connection.cursor() as cursor:
        for proof in PROOFS:
            cursor.execute(proof.sql, {"practice": current_practice_id()})
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

"""Numbers people may say aloud: charts, claims, invoices. Without gaps, one series a practice."""

from django.db import connection

from practice.tenancy import current_practice_id

TAKE = """
INSERT INTO practice_counter AS c (practice_id, name, next) VALUES (%s, %s, %s + %s)
ON CONFLICT (practice_id, name) DO UPDATE SET next = c.next + %s
RETURNING next
"""


def take(name: str, count: int = 1, *, first: int = 1) -> range:
    """The next `count` numbers of the series. The row stays locked until the transaction ends."""
    with connection.cursor() as cursor:
        cursor.execute(TAKE, [current_practice_id(), name, first, count, count])
        after = cursor.fetchone()[0]
    return range(after - count, after)

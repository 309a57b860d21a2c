"""One at a time: what two transactions of a practice must not do at once and no row stands for."""

from django.db import connection

from practice.tenancy import current_practice_id


def one_at_a_time(what: str) -> None:
    """Hold `what` in the present practice until the transaction ends; who asks for the same meanwhile waits."""
    with connection.cursor() as cursor:
        name = f"{current_practice_id()}:{what}"
        cursor.execute("SELECT pg_advisory_xact_lock(hashtextextended(%s, 0))", [name])

"""Bring the database up to date: `python -m practice.embedded.prepare`, in a process of its own, as owner.

Ends with READY, or EMPTY when there is no practice yet; with 1 and one line when the database does
not let us, or the wall between practices has a gap.
"""

import os
import sys

READY, EMPTY = 0, 3
ONE_AT_A_TIME = 77_001  # several of us may start at once on one database


def main() -> int:
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "practice.settings")
    os.environ["DATABASE_URL"] = os.environ.get("DATABASE_OWNER_URL") or os.environ["DATABASE_URL"]
    import django  # noqa: PLC0415  the supervisor reads READY and EMPTY and stays without Django

    django.setup()
    from django.db import DatabaseError  # noqa: PLC0415

    try:
        return _prepare()
    except DatabaseError as error:
        sys.stderr.write("FATAL: " + " ".join(str(error).split())[:400] + "\n")
        return 1


def _prepare() -> int:
    from django.core.management import call_command  # noqa: PLC0415
    from django.db import connection  # noqa: PLC0415
    from django.db.migrations.executor import MigrationExecutor  # noqa: PLC0415

    from practice.models import Practice  # noqa: PLC0415
    from practice.tenancy import unprotected  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_lock(%s)", [ONE_AT_A_TIME])
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        call_command("migrate", interactive=False, verbosity=1, skip_checks=True)
    gaps = unprotected()
    if gaps:
        told = [*gaps, f"FATAL: the wall between practices has {len(gaps)} gap(s): {gaps[0]}"]
        sys.stderr.write("\n".join(told) + "\n")
        return 1
    return READY if Practice.objects.exists() else EMPTY


if __name__ == "__main__":
    sys.exit(main())

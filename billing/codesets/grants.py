"""What the app's role may do with shared reference data: read it. Loading is the owner's."""

from collections.abc import Iterable

from django.conf import settings


def read_only(tables: Iterable[str]) -> list[str]:
    """The SQL that leaves the app's role nothing but SELECT on `tables`."""
    role = settings.DATABASE_APP_ROLE
    return [
        statement
        for table in tables
        for statement in (f'REVOKE ALL ON "{table}" FROM "{role}"', f'GRANT SELECT ON "{table}" TO "{role}"')
    ]

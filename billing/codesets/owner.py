"""Another log-in for what the app's role may not do: DATABASE_OWNER_URL, where it is known."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import DEFAULT_DB_ALIAS, connections
from psycopg.conninfo import conninfo_to_dict


@contextmanager
def as_owner() -> Iterator[None]:
    """Inside the block this thread speaks to the database as its owner; as before, where nobody told us how."""
    url = os.environ.get("DATABASE_OWNER_URL", "")
    if not url:
        yield
        return
    parts = conninfo_to_dict(url)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    told = {name: str(parts.pop(part, "")) for name, part in names.items()}
    before = connections[DEFAULT_DB_ALIAS]
    owners = type(before)({**before.settings_dict, **told, "OPTIONS": parts}, alias=DEFAULT_DB_ALIAS)
    connections[DEFAULT_DB_ALIAS] = owners
    try:
        yield
    finally:
        owners.close()
        connections[DEFAULT_DB_ALIAS] = before

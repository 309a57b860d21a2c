"""A second log-in for what the app's role may not do: DATABASE_OWNER_URL, where it is known."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

from django.db import connections
from psycopg.conninfo import conninfo_to_dict

ALIAS = "owner"


@contextmanager
def owners_connection() -> Iterator[str]:
    """The alias of a connection as the database's owner; "default" where nobody has told us that log-in."""
    url = os.environ.get("DATABASE_OWNER_URL", "")
    if not url:
        yield "default"
        return
    parts = conninfo_to_dict(url)
    names = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    told = {name: str(parts.pop(part, "")) for name, part in names.items()}
    connections.settings[ALIAS] = {**connections.settings["default"], **told, "OPTIONS": parts}
    try:
        yield ALIAS
    finally:
        connections[ALIAS].close()
        del connections[ALIAS], connections.settings[ALIAS]

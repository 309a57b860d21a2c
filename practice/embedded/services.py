"""PostgreSQL and Valkey, unless somebody else's are named by DATABASE_URL and REDIS_URL."""

from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg.conninfo import conninfo_to_dict

from practice.embedded import places, postgres, valkey
from practice.embedded.children import Child
from practice.embedded.trouble import Trouble


@dataclass
class Services:
    """What runs. `found` is how our processes find it; `env` their whole environment."""

    data_dir: Path
    given: Mapping[str, str]
    found: dict[str, str] = field(default_factory=dict)
    children: list[Child] = field(default_factory=list)

    @property
    def env(self) -> dict[str, str]:
        return {**self.given, **self.found}


@contextmanager
def running(data_dir: Path, given: Mapping[str, str]) -> Iterator[Services]:
    """Start what `given` does not name. Sets SECRET_KEY too, made once, unless given."""
    data_dir = places.open_data_dir(data_dir)
    services = Services(data_dir, given)
    services.found["CASELOAD_DATA"] = str(data_dir)
    services.found["SECRET_KEY"] = given.get("SECRET_KEY") or places.secret_key(data_dir)
    with ExitStack() as stack:
        sockets = None
        if given.get("DATABASE_URL"):
            services.found |= _named(given)
        else:
            database = stack.enter_context(postgres.running(data_dir))
            sockets = database.sockets
            services.children.append(database.child)
            services.found |= _urls(database)
        if not given.get("REDIS_URL"):
            broker = stack.enter_context(valkey.running(data_dir, sockets))
            services.children.append(broker.child)
            services.found["REDIS_URL"] = broker.url
        yield services


def _urls(server: postgres.Server) -> dict[str, str]:
    return {
        "DATABASE_URL": server.url(postgres.APP, postgres.DATABASE),
        "DATABASE_OWNER_URL": server.url(postgres.OWNER, postgres.DATABASE),
        "DATABASE_APP_ROLE": postgres.APP,
    }


def _named(given: Mapping[str, str]) -> dict[str, str]:
    """The person's own server: who owns, and for whom the migrations grant."""
    try:
        user = conninfo_to_dict(given["DATABASE_URL"]).get("user")
    except psycopg.ProgrammingError:  # its words repeat the password
        raise Trouble("DATABASE_URL cannot be read; it looks like postgresql://user:password@host/database.") from None
    owner = given.get("DATABASE_OWNER_URL") or given["DATABASE_URL"]
    role = given.get("DATABASE_APP_ROLE") or str(user or postgres.APP)
    return {"DATABASE_OWNER_URL": owner, "DATABASE_APP_ROLE": role}

"""One PostgreSQL to a test run, one migrated template in it, and cloned databases from that.

The server is the embedded one, or the one that DATABASE_URL (and DATABASE_OWNER_URL, whose role
needs CREATEDB) name. Who starts the run starts it; xdist's workers find it in their environment.
"""

import fcntl
import glob
import os
import secrets
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

import psycopg
from django.db import connections
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

from practice.embedded import places, postgres, prepare
from practice.embedded.children import run

NAMES = ("CASELOAD_TEST_APP", "CASELOAD_TEST_OWNER", "CASELOAD_TEST_RUN")
FOLDER = "caseload-tests-"
MEMORY, PLENTY = "/dev/shm", 8_000_000_000  # bytes
MIGRATING = 77_002  # PostgreSQL's advisory lock: workers share one template
LEFT_CONNECTIONS = (
    "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s AND usename = current_user"
)


def start_server(stack: ExitStack) -> None:
    """Start it, or take the named one, and tell this process and those it starts. Again: nothing."""
    if NAMES[0] in os.environ:
        return
    if os.environ.get("DATABASE_URL"):
        app = os.environ["DATABASE_URL"]
        owner = os.environ.get("DATABASE_OWNER_URL") or app
    else:
        server = stack.enter_context(_embedded())
        app, owner = (server.url(role, postgres.DATABASE) for role in (postgres.APP, postgres.OWNER))
    values = dict(zip(NAMES, (app, owner, f"test_{secrets.token_hex(4)}"), strict=True))
    os.environ.update(values)
    stack.callback(lambda: [os.environ.pop(name) for name in NAMES])
    stack.callback(lambda: Databases().drop_all())


@contextmanager
def _embedded() -> Iterator[postgres.Server]:
    """A server that forgets: speed counts here, not durability. A killed run's folder goes at the next."""
    place = _place()
    for left in glob.glob(os.path.join(place, FOLDER + "*")):
        with _held(Path(left)) as held:
            if held:
                places.remove(Path(left))
    data_dir = Path(tempfile.mkdtemp(prefix=FOLDER, dir=place))
    try:
        with _held(data_dir), postgres.running(data_dir, durable=False) as server:
            yield server
    finally:
        places.remove(data_dir)


def _place() -> str:
    """Memory, where there is plenty. A clone is a thousand files, and ext4 without a journal looks past each that was
    deleted within the last minutes: fifteen times the time, after a few clones.
    """
    roomy = os.access(MEMORY, os.W_OK) and shutil.disk_usage(MEMORY).free > PLENTY
    return MEMORY if roomy else tempfile.gettempdir()


@contextmanager
def _held(folder: Path) -> Iterator[bool]:
    """Hold a folder while this process lives; False when another process does."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield True
    except BlockingIOError:
        yield False
    finally:
        os.close(handle)


class Databases:
    """The databases of this run; their names start with its token."""

    def __init__(self) -> None:
        self.app, self.owner, self.run = (os.environ[name] for name in NAMES)

    def url(self, name: str, *, owner: bool = False) -> str:
        """How libpq reaches database `name` as the app's role, or as the owner."""
        return make_conninfo(self.owner if owner else self.app, dbname=name)

    def clone(self, part: str) -> str:
        """A fresh copy of the migrated template, owned by the owner. `part` makes the name ours."""
        name = f"{self.run}_{part}"
        template = self._template()
        with self._admin() as admin:
            self._drop(admin, name)
            admin.execute(sql.SQL("CREATE DATABASE {} TEMPLATE {}").format(_id(name), _id(template)))
        return name

    def drop(self, name: str) -> None:
        with self._admin() as admin:
            self._drop(admin, name)

    def drop_all(self) -> None:
        with self._admin() as admin:
            rows = admin.execute("SELECT datname FROM pg_database WHERE starts_with(datname, %s)", [self.run])
            for (name,) in rows.fetchall():
                self._drop(admin, name)

    def _drop(self, admin: psycopg.Connection, name: str) -> None:
        """Threads of a test may have left connections, and only their own role may end them."""
        for url in (self.app, self.owner):
            with psycopg.connect(url, autocommit=True) as same_role:
                same_role.execute(LEFT_CONNECTIONS, [name])
        admin.execute(sql.SQL("DROP DATABASE IF EXISTS {}").format(_id(name)))

    def _admin(self) -> psycopg.Connection:
        return psycopg.connect(self.owner, autocommit=True)

    def _template(self) -> str:
        """The template's name. Migrated once in a run; renamed when it is whole, so that a failed one is never cloned."""
        name = f"{self.run}_template"
        with self._admin() as admin:
            admin.execute("SELECT pg_advisory_lock(%s)", [MIGRATING])
            if not admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone():
                half = f"{self.run}_half"
                self._drop(admin, half)
                admin.execute(sql.SQL("CREATE DATABASE {}").format(_id(half)))
                self._migrate(half)
                admin.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(_id(half), _id(name)))
        return name

    def _migrate(self, name: str) -> None:
        """As the product does it, in a process of its own: as owner, and with a look at the wall."""
        env = os.environ | {
            "DATABASE_URL": self.url(name),
            "DATABASE_OWNER_URL": self.url(name, owner=True),
            "DJANGO_SETTINGS_MODULE": "practice.settings",
            "SECRET_KEY": "for tests only",
        }
        done = run([sys.executable, "-m", prepare.__name__], env=env)
        assert done.returncode in (prepare.READY, prepare.EMPTY), done.stderr


def use(url: str) -> None:
    """Point Django at another database, in every thread of this process."""
    connections.close_all()
    parts = conninfo_to_dict(url)
    keys = {"NAME": "dbname", "USER": "user", "PASSWORD": "password", "HOST": "host", "PORT": "port"}
    entry = {key: str(parts.pop(part, "")) for key, part in keys.items()}
    connections.settings["default"].update(entry | {"OPTIONS": parts})


@contextmanager
def as_owner(house: "Databases") -> Iterator[None]:
    """For some lines this process is logged in as the owner of the database, as a command that needs it is."""
    name = connections.settings["default"]["NAME"]
    use(house.url(name, owner=True))
    try:
        yield
    finally:
        use(house.url(name))


def _id(name: str) -> sql.Identifier:
    return sql.Identifier(name)

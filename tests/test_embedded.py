"""Our own PostgreSQL, Valkey and child processes: they start, survive, and leave nothing behind."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from practice.embedded import lock, places, ports, postgres, services, valkey
from practice.embedded.alone import AlreadyRunning, alone
from practice.embedded.children import Child, stop_all, wait_until
from practice.embedded.stopping import STOPS, rest, stopped_by_signals
from practice.embedded.trouble import Trouble


@pytest.fixture(scope="module")
def made() -> Iterator[Path]:
    """A data folder as PostgreSQL's first start leaves it: the slow part, done once."""
    top = Path(tempfile.mkdtemp(prefix="caseload-made-"))
    top.chmod(0o711)
    with postgres.running(top / "data"):
        pass
    yield top / "data"
    places.remove(top / "data")
    top.rmdir()


@pytest.fixture
def empty_dir() -> Iterator[Path]:
    """A place for a data folder, with a space in its path, which the servers' user may walk to."""
    top = Path(tempfile.mkdtemp(prefix="caseload test "))
    top.chmod(0o711)
    yield top / "my data"
    places.remove(top / "my data")
    top.rmdir()


@pytest.fixture
def data_dir(made: Path, empty_dir: Path) -> Path:
    subprocess.run(["cp", "-a", made, empty_dir], check=True)
    return empty_dir


def ask(server: postgres.Server, question: str, role: str = postgres.APP) -> object:
    with psycopg.connect(server.url(role, postgres.DATABASE), autocommit=True) as connection:
        return connection.execute(question).fetchone()[0]  # type: ignore[index]


def tell(server: postgres.Server, statement: str) -> None:
    with psycopg.connect(server.url(postgres.OWNER, postgres.DATABASE), autocommit=True) as connection:
        connection.execute(statement)


def gone(*pids: int, within: float = 5) -> bool:
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        if not any(alive(pid) for pid in pids):
            return True
        time.sleep(0.02)
    return False


def alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except FileNotFoundError:
        return False


def test_postgres_keeps_what_it_was_told(empty_dir: Path) -> None:
    data_dir = empty_dir
    with postgres.running(data_dir) as server:
        tell(server, "CREATE TABLE kept AS SELECT 7 AS number")
        tell(server, "GRANT SELECT ON kept TO caseload_app")
        pid = server.child.pid
    assert not alive(pid)
    began = time.monotonic()
    with postgres.running(data_dir) as server:
        assert ask(server, "SELECT number FROM kept") == 7
    assert time.monotonic() - began < 5


def test_the_roles_may_no_more_than_they_need(data_dir: Path) -> None:
    with postgres.running(data_dir) as server:
        may = (
            "SELECT rolsuper, rolbypassrls, rolcreatedb, rolcreaterole, rolreplication FROM pg_roles WHERE rolname = %s"
        )
        with psycopg.connect(server.url(postgres.APP, postgres.DATABASE)) as connection:
            assert connection.execute(may, [postgres.APP]).fetchone() == (False, False, False, False, False)
            assert connection.execute(may, [postgres.OWNER]).fetchone() == (False, False, True, False, False)
            with pytest.raises(psycopg.errors.InsufficientPrivilege):
                connection.execute("CREATE TABLE mine (id int)")
        owner = "SELECT pg_get_userbyid(datdba) FROM pg_database WHERE datname = current_database()"
        assert ask(server, owner) == postgres.OWNER


def test_a_grown_role_is_cut_back_at_the_next_start(data_dir: Path) -> None:
    with postgres.running(data_dir) as server:
        with psycopg.connect(server.url(postgres.SUPERUSER, "postgres"), autocommit=True) as connection:
            connection.execute("ALTER ROLE caseload_app SUPERUSER BYPASSRLS")
    with postgres.running(data_dir) as server:
        attributes = "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = 'caseload_app'"
        assert ask(server, attributes) is False


def test_the_ledger_is_durable_and_sorted_as_in_production(data_dir: Path) -> None:
    with postgres.running(data_dir) as server:
        for setting, value in {"fsync": "on", "synchronous_commit": "on", "full_page_writes": "on"}.items():
            assert ask(server, f"SHOW {setting}") == value
        assert ask(server, "SHOW listen_addresses") == ""
        locale = "SELECT datcollate || ' ' || datctype FROM pg_database WHERE datname = current_database()"
        assert ask(server, locale) == "C.UTF-8 C.UTF-8"


@pytest.mark.skipif(os.geteuid() != 0, reason="needs another account of the machine")
def test_no_other_account_gets_in(data_dir: Path) -> None:
    """Two locks, each tried alone: the folder, and PostgreSQL asking the kernel who is there."""
    with postgres.running(data_dir) as server:
        url = server.url(postgres.APP, postgres.DATABASE)
        assert "Permission denied" in _as_daemon(f"os.listdir({str(server.sockets)!r})")
        server.sockets.chmod(0o755)
        (server.sockets / ".s.PGSQL.5432").chmod(0o777)
        assert "Peer authentication failed" in _as_daemon(f"psycopg.connect({url!r})")


def _as_daemon(code: str) -> str:
    """What goes wrong when the account `daemon` runs this."""
    program = "import os, sys, psycopg; os.setgroups([]); os.setgid(1); os.setuid(1); exec(sys.argv[1])"
    return subprocess.run([sys.executable, "-c", program, code], capture_output=True, text=True, check=False).stderr


def test_postgres_recovers_from_kill_9(data_dir: Path) -> None:
    with postgres.running(data_dir) as server:
        tell(server, "CREATE TABLE kept AS SELECT 7 AS number")
        server.child.kill()
    with postgres.running(data_dir) as server:
        assert ask(server, "SELECT number FROM kept", postgres.OWNER) == 7
    assert "not properly shut down" in (data_dir / "logs" / "postgres.log").read_text()


def test_a_process_id_used_again_does_not_keep_postgres_from_starting(data_dir: Path) -> None:
    with postgres.running(data_dir) as server:
        pgdata = Path(server.child.argv[server.child.argv.index("-D") + 1])
        server.child.kill()
    pidfile = pgdata / "postmaster.pid"
    lines = pidfile.read_text().splitlines()
    pidfile.write_text("\n".join([str(os.getppid()), *lines[1:]]) + "\n")
    with postgres.running(data_dir) as server:
        assert ask(server, "SELECT 1") == 1


def test_an_interrupted_initdb_is_begun_again(empty_dir: Path) -> None:
    data_dir = empty_dir
    places.open_data_dir(data_dir)
    home = places.home_of_servers(data_dir, places.server_user())
    places.give(home / "postgres.new", places.server_user()).joinpath("PG_VERSION").write_text("18")
    with postgres.running(data_dir) as server:
        assert ask(server, "SELECT 1") == 1


def test_a_database_of_another_version_is_one_clear_line(data_dir: Path) -> None:
    with postgres.running(data_dir) as server:
        pgdata = Path(server.child.argv[server.child.argv.index("-D") + 1])
    (pgdata / "PG_VERSION").write_text("9\n")
    with pytest.raises(Trouble, match="made by PostgreSQL 9, which is not installed"), postgres.running(data_dir):
        pass


def test_what_postgres_says_is_passed_on(data_dir: Path) -> None:
    with postgres.running(data_dir) as server:
        pgdata = Path(server.child.argv[server.child.argv.index("-D") + 1])
    (pgdata / "postgresql.conf").write_text("no_such_setting = 1\n")
    with pytest.raises(Trouble, match="postgresql.conf.* contains errors"), postgres.running(data_dir):
        pass


def test_valkey_answers_on_its_socket_only(empty_dir: Path) -> None:
    import redis

    with valkey.running(empty_dir) as server:
        with redis.Redis(unix_socket_path=str(server.socket)) as wire:
            assert wire.ping()
            assert wire.config_get("port") == {b"port": b"0"} or wire.config_get("port") == {"port": "0"}
        pid = server.child.pid
    assert not alive(pid)


def test_named_servers_are_used_instead(empty_dir: Path) -> None:
    given = {"DATABASE_URL": "postgresql://reader@db.example/books", "REDIS_URL": "redis://broker.example/0"}
    with services.running(empty_dir, given) as found:
        assert found.children == []
        assert found.env["DATABASE_OWNER_URL"] == given["DATABASE_URL"]
        assert found.env["DATABASE_APP_ROLE"] == "reader"
        secret = found.env["SECRET_KEY"]
    assert (empty_dir / "secret_key").stat().st_mode & 0o777 == 0o600
    with services.running(empty_dir, given) as found:
        assert found.env["SECRET_KEY"] == secret and len(secret) > 50


SUPERVISOR = """
import sys, time
from pathlib import Path
from practice.embedded import services
from practice.embedded.children import Child
with services.running(Path(sys.argv[1]), {}) as found:
    user = found.children[0].user
    extra = Child("sleeper", ["sleep", "1000"], log=Path(sys.argv[1]) / "logs" / "sleeper.log", user=user).start()
    print(*(child.pid for child in [*found.children, extra]), flush=True)
    time.sleep(1000)
"""


def test_kill_9_of_the_supervisor_leaves_no_orphan(data_dir: Path) -> None:
    supervisor = subprocess.Popen([sys.executable, "-c", SUPERVISOR, data_dir], stdout=subprocess.PIPE, text=True)
    with supervisor:
        pids = [int(word) for word in supervisor.stdout.readline().split()]  # type: ignore[union-attr]
        assert len(pids) == 3 and all(alive(pid) for pid in pids)
        supervisor.send_signal(signal.SIGKILL)
    assert gone(*pids)
    with postgres.running(data_dir) as server:  # at once, and with nothing lost
        assert ask(server, "SELECT 1") == 1


def test_a_child_is_stopped_as_it_wishes_and_killed_when_it_does_not_listen(tmp_path: Path) -> None:
    polite = Child("polite", ["sleep", "1000"], log=tmp_path / "polite.log").start()
    deaf = Child("deaf", ["sh", "-c", "trap '' TERM; sleep 1000"], log=tmp_path / "deaf.log").start()
    time.sleep(0.2)
    began = time.monotonic()
    stop_all([polite, deaf], within=0.5)
    assert 0.4 < time.monotonic() - began < 2
    assert (polite.ended(), deaf.ended()) == (-signal.SIGTERM, -signal.SIGKILL)


def test_a_child_that_ends_at_once_is_told_with_its_last_words(tmp_path: Path) -> None:
    child = Child("gate", ["sh", "-c", "echo the hinge is broken >&2; exit 4"], log=tmp_path / "gate.log").start()
    with pytest.raises(Trouble, match="gate does not start: the hinge is broken"):
        wait_until(lambda: False, child, within=5)


def test_a_log_begins_anew_and_the_one_before_is_kept(tmp_path: Path) -> None:
    for word in ("first", "second"):
        child = Child("talker", ["echo", word], log=tmp_path / "talker.log").start()
        child.process.wait()  # type: ignore[union-attr]
    assert (tmp_path / "talker.log").read_text() == "second\n"
    assert (tmp_path / "talker.log.1").read_text() == "first\n"


def test_one_supervisor_to_a_data_folder(empty_dir: Path) -> None:
    with alone(empty_dir) as publish:
        publish({"address": "http://localhost:8123", "env": {}})
        with pytest.raises(AlreadyRunning, match=rf"already runs at http://localhost:8123 \(process {os.getpid()}\)"):
            with alone(empty_dir):
                pass
    with alone(empty_dir):
        pass


@pytest.mark.parametrize("wanted", ["http", "-1", "70000", "0", "８０００"])
def test_a_port_is_a_number(wanted: str) -> None:
    with pytest.raises(Trouble, match="is not a port number"):
        ports.choose(wanted)


def test_a_taken_port_is_told_only_to_who_asked_for_it(socket_enabled: None) -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert not ports.is_free(port)
        with pytest.raises(Trouble, match=f"Port {port} is taken"):
            ports.choose(str(port))
    assert ports.choose(str(port)) == port


def test_the_lock_holds_all_that_is_asked_for() -> None:
    assert lock.missing() == []


@pytest.mark.parametrize("number", STOPS)
def test_a_signal_that_falls_into_a_finaliser_is_heard(number: int) -> None:
    class Dies:
        def __del__(self) -> None:
            os.kill(os.getpid(), number)  # a handler that raises here is printed and forgotten
            time.sleep(0.01)

    before = signal.signal(number, signal.SIG_DFL)  # under nohup one of them is ignored
    with stopped_by_signals():
        dies = Dies()
        rest(0)
        del dies
        with pytest.raises(KeyboardInterrupt):
            rest(5)
        os.kill(os.getpid(), number)
        rest(0)  # what unwinds is not disturbed again
    assert signal.signal(number, before) is signal.SIG_DFL

"""`./run` on a fresh clone: it installs, starts, stops, recovers, and says in one line what is in its way."""

import os
import re
import shutil
import signal
import socket
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest

from practice.embedded import places, ports
from practice.embedded.children import Child, run
from tests.long.clones import Clone, all_gone, copy_project, page

pytestmark = pytest.mark.long
root = pytest.mark.skipif(os.geteuid() != 0, reason="needs root")


@pytest.fixture(scope="module")
def top() -> Iterator[Path]:
    folder = Path(tempfile.mkdtemp(prefix="caseload run "))
    folder.chmod(0o711)
    yield folder
    places.remove(folder / "fresh" / ".caseload")
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="module")
def clone(top: Path) -> Clone:
    """Installed once, from an empty home, by the first command that a person may type."""
    clone = fresh(top, "fresh")
    done = clone.run("manage", "check")
    assert done.returncode == 0, done.stdout
    assert "no issues" in done.stdout
    return clone


def fresh(top: Path, name: str) -> Clone:
    """A clone with nothing installed. All share one home, so packages are fetched once."""
    clone = Clone(top / name, top / "home")
    clone.home.mkdir(exist_ok=True)
    copy_project(clone.folder)
    return clone


def one_line(done: subprocess.CompletedProcess[str]) -> str:
    """The line it failed with. What it says while all is well comes before and is not counted."""
    assert done.returncode not in (0, 2), done.stdout
    assert "Traceback" not in done.stdout
    usual = ("Installing …", "Starting …", "Left out:", "Making an invented")
    lines = [line for line in done.stdout.splitlines() if line.strip() and not line.startswith(usual)]
    assert len(lines) == 1, done.stdout
    return lines[0]


def test_a_whole_life(clone: Clone) -> None:
    """First start, a second beside it, Ctrl-C, a start in seconds, kill -9, a start in seconds."""
    with clone.started() as first:
        address = first.ready(within=120)
        assert page(f"{address}/health/") == (200, "ok")
        assert page(f"{address}/sign-in/")[0] == 200
        assert re.fullmatch(
            rf"Caseload already runs at {address} \(process {first.process.pid}\)\.", one_line(clone.run())
        )
        assert "no issues" in clone.run("manage", "check").stdout
        family = first.family()
        assert len(family) > 10
        assert first.tell(signal.SIGINT) < 6
        assert first.process.returncode == 0
        assert all_gone(family, within=0.5)
    with clone.started() as second:
        second.ready(within=20)
        family = second.family()
        second.tell(signal.SIGKILL)
        assert all_gone(family, within=10)
    with clone.started() as third:
        third.ready(within=20)
        assert third.tell(signal.SIGTERM) < 6


def test_what_dies_is_started_again(clone: Clone) -> None:
    with clone.started() as caseload:
        address = caseload.ready(within=60)
        for name, pattern in {"worker": "celery -A practice worker", "PostgreSQL": "postgres -D"}.items():
            time.sleep(2)
            os.kill(_find(caseload.family(), pattern), signal.SIGKILL)
            assert re.match(rf"{name} stopped \(signal 9\); it starts again in \d s\. See ", caseload.line(name, 10))
        assert _eventually(lambda: page(f"{address}/health/")[0] == 200, within=20)
        assert _eventually(lambda: _find(caseload.family(), "celery -A practice worker") > 0, within=5)


def _eventually(true: Callable[[], bool], within: float) -> bool:
    ends = time.monotonic() + within
    while time.monotonic() < ends:
        try:
            if true():
                return True
        except (OSError, psycopg.OperationalError):
            pass
        time.sleep(0.3)
    return False


def _find(family: list[int], pattern: str) -> int:
    """The eldest of the family with this command line; 0 when there is none."""
    for pid in sorted(family):
        try:
            words = Path(f"/proc/{pid}/cmdline").read_text().replace("\0", " ")
        except OSError:
            continue
        if pattern in words:
            return pid
    return 0


def test_a_taken_port_is_told_to_who_asked_for_it(clone: Clone) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        line = one_line(clone.run(PORT=port))
    assert line == f"Port {port} is taken; choose another with PORT=…, or leave PORT unset."


def test_without_a_port_of_ones_own_the_next_free_one_is_taken(clone: Clone) -> None:
    if not ports.is_free(ports.FIRST):
        pytest.skip("somebody uses it already")
    with socket.create_server(("127.0.0.1", ports.FIRST)), clone.started() as caseload:
        assert int(caseload.ready(within=60).rpartition(":")[2]) > ports.FIRST


def test_no_python(top: Path) -> None:
    clone = fresh(top, "no python")
    bare = {"PATH": _only(top, "sh", "dirname", "cat", "cksum", "mkdir", "id", "flock"), "PYENV_ROOT": "", "PYTHON": ""}
    assert one_line(clone.run(**bare)).startswith("Caseload needs Python 3.12, 3.13 or 3.14, and found none")
    line = one_line(clone.run(PYTHON="/bin/false"))
    assert line == "PYTHON=/bin/false is not a Python 3.12, 3.13 or 3.14 that runs."


def _only(top: Path, *programs: str) -> str:
    """A search path with these programs and no other."""
    folder = top / "bin"
    folder.mkdir(exist_ok=True)
    for name in programs:
        found = shutil.which(name)
        if found and not (folder / name).exists():
            (folder / name).symlink_to(found)
    return str(folder)


def _cut_hashes(lock: str) -> str:
    return re.sub(r"sha256:[0-9a-f]{8}", "sha256:00000000", lock)


@pytest.mark.parametrize(
    ("spoil", "told"),
    [
        (_cut_hashes, "requirements.lock does not match the packages on offer"),
        (lambda lock: lock.replace("django==", "dja ngo==", 1), "requirements.lock is broken"),
        (lambda lock: lock[: len(lock) // 2], "requirements.lock is broken"),
        (lambda lock: re.sub(r"\ndjango==\S+", "\ndjango==99.1", lock), "requirements.lock is broken"),
    ],
    ids=["other hashes", "garbage", "half of it", "a version that is not"],
)
def test_a_broken_lock(top: Path, spoil: object, told: str) -> None:
    clone = fresh(top, "broken lock")
    lock = clone.folder / "requirements.lock"
    lock.write_text(spoil(lock.read_text()))  # type: ignore[operator]
    assert one_line(clone.run()).startswith(told)
    assert not (clone.folder / ".venv" / "installed").exists()


@root
def test_no_network(top: Path) -> None:
    clone = fresh(top, "no network")
    done = subprocess.run(
        ["unshare", "-n", clone.folder / "run"],
        env=clone.env | {"HOME": str(clone.folder)},
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    done.stdout += done.stderr
    assert one_line(done).startswith("The packages cannot be fetched: is there a network?")


@pytest.fixture
def small_disk(top: Path) -> Iterator[Path]:
    """A disk of 30 MB."""
    folder = top / "small"
    folder.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "size=30m,mode=0711", "none", folder], check=False).returncode:
        pytest.skip("may not mount here")
    yield folder
    subprocess.run(["umount", folder], check=True)
    folder.rmdir()


@root
def test_a_full_disk(top: Path, small_disk: Path, clone: Clone) -> None:
    """First where the packages go, then where the database goes."""
    copy_project(small_disk / "clone")
    there = Clone(small_disk / "clone", top / "home")
    assert one_line(there.run()).startswith("The disk is full;")
    shutil.rmtree(there.folder)
    line = one_line(clone.run(CASELOAD_DATA=str(small_disk / "data")))
    assert "No space left on device" in line or "disk is full" in line


def test_an_interrupted_installation_is_not_believed(top: Path) -> None:
    clone = fresh(top, "interrupted")
    with clone.started("manage", "check") as begun:
        ends = time.monotonic() + 60
        while not (clone.folder / ".venv" / "bin" / "python").exists() and time.monotonic() < ends:
            time.sleep(0.1)
        time.sleep(1)
        family = begun.family()
        begun.kill()
        all_gone(family, within=5)
    assert not (clone.folder / ".venv" / "installed").exists()
    done = clone.run("manage", "check")
    assert done.returncode == 0 and "no issues" in done.stdout, done.stdout


# --- servers that are not ours ---------------------------------------------------------------------


@pytest.fixture
def debian() -> Iterator[dict[str, str]]:
    """Debian's own PostgreSQL and Redis, on TCP with passwords."""
    if not (_postgres() and shutil.which("redis-server")) and os.geteuid() == 0 and shutil.which("apt-get"):
        subprocess.run(["apt-get", "install", "-y", "-q", "postgresql", "redis-server"], check=False)
    programs, redis = _postgres(), shutil.which("redis-server")
    if not (programs and redis):
        pytest.skip("apt-get install postgresql redis-server")
    top, user = Path(tempfile.mkdtemp(prefix="caseload-debian-")), places.server_user()
    top.chmod(0o711)
    home, port, broker = places.give(top / "home", user), ports.any_free(), ports.any_free()
    (top / "secret").write_text("house")
    (top / "secret").chmod(0o644)
    made = run(
        [programs / "initdb", "-D", home / "data", "-U", "postgres", "--auth=scram-sha-256", f"--pwfile={top}/secret",
         "--locale=C.UTF-8"],
        user=user,
    )  # fmt: skip
    assert made.returncode == 0, made.stderr
    options = ["-c", f"port={port}", "-c", "listen_addresses=127.0.0.1", "-c", "unix_socket_directories="]
    database = Child("Debian's", [programs / "postgres", "-D", home / "data", *options], log=top / "pg.log", user=user)
    wire = Child(
        "Redis", [redis, "--port", broker, "--bind", "127.0.0.1", "--save", "", "--dir", top], log=top / "r.log"
    )
    try:
        database.start()
        wire.start()
        assert _eventually(lambda: _roles(port), within=20), database.last_words()
        yield {
            "DATABASE_URL": f"postgresql://caseload_app:serves@127.0.0.1:{port}/caseload",
            "DATABASE_OWNER_URL": f"postgresql://caseload_owner:owns@127.0.0.1:{port}/caseload",
            "REDIS_URL": f"redis://127.0.0.1:{broker}/0",
        }
    finally:
        wire.stop()
        database.kill()
        shutil.rmtree(top)


def _postgres() -> Path | None:
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/postgres"))
    return found[-1].parent if found else None


def _roles(port: int) -> bool:
    """Made as docker-compose.yml makes them."""
    with psycopg.connect(f"postgresql://postgres:house@127.0.0.1:{port}/postgres", autocommit=True) as admin:
        admin.execute("CREATE ROLE caseload_owner LOGIN CREATEDB NOSUPERUSER NOBYPASSRLS PASSWORD 'owns'")
        admin.execute("CREATE ROLE caseload_app LOGIN NOSUPERUSER NOBYPASSRLS PASSWORD 'serves'")
        admin.execute("CREATE DATABASE caseload OWNER caseload_owner")
    return True


def test_on_debians_postgresql_and_redis(clone: Clone, debian: dict[str, str], tmp_path: Path) -> None:
    """The settings of docker-compose.yml, without docker: nothing of our own is started, jobs get done."""
    data_dir = tmp_path / "data"
    with clone.started(**debian, CASELOAD_DATA=str(data_dir)) as caseload:
        address = caseload.ready(within=120)
        assert page(f"{address}/health/") == (200, "ok")
        assert not _find(caseload.family(), "valkey-server")
        with psycopg.connect(debian["DATABASE_URL"], autocommit=True) as connection:
            done = "SELECT count(*) FROM practice_job WHERE state = 'done'"
            assert _eventually(lambda: connection.execute(done).fetchone() > (0,), within=120)
    assert not (data_dir / "postgres").exists()

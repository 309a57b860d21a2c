"""A fresh copy of the project in a folder with a space in its name, started the way a person starts it."""

import os
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from queue import Empty, Queue
from threading import Thread

PROJECT = Path(__file__).resolve().parents[2]
OURS = ("DATABASE_", "REDIS_URL", "CASELOAD_", "PORT", "PUBLIC_URL", "SECRET_KEY", "DJANGO_", "PYTEST_", "SEND_UNDO")


@dataclass
class Clone:
    """A project folder and a home; `run` and `started` are `./run …` in them."""

    folder: Path
    home: Path
    more: dict[str, str] = field(default_factory=dict)

    @property
    def env(self) -> dict[str, str]:
        mine = {name: value for name, value in os.environ.items() if not name.startswith(OURS)}
        trap = {"UV_PYTHON": "/usr/bin/python3", "PYTHONHOME": ""}
        return mine | trap | {"HOME": str(self.home), "PYTHON": base_python()} | self.more

    def run(self, *argv: str, within: float = 300, **more: str) -> subprocess.CompletedProcess[str]:
        """`./run argv…` to its end, output and errors in one."""
        return subprocess.run(
            [self.folder / "run", *argv],
            env=self.env | more,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=within,
            check=False,
        )

    @contextmanager
    def started(self, *argv: str, **more: str) -> Iterator["Started"]:
        """`./run`, killed at the end if the test has not stopped it."""
        one = Started([str(self.folder / "run"), *argv], self.env | more)
        try:
            yield one
        finally:
            one.kill()


class Started:
    """A `./run` that runs. Its lines are collected as they come."""

    def __init__(self, argv: list[str], env: dict[str, str]) -> None:
        self.began = time.monotonic()
        self.process = subprocess.Popen(
            argv, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, start_new_session=True,
        )  # fmt: skip
        self.lines: list[str] = []
        self._coming: Queue[str] = Queue()
        Thread(target=self._read, daemon=True).start()

    def _read(self) -> None:
        for line in self.process.stdout or ():
            self._coming.put(line.rstrip())

    def line(self, part: str, within: float) -> str:
        """Wait for a line that contains `part`."""
        ends = time.monotonic() + within
        while time.monotonic() < ends:
            try:
                self.lines.append(self._coming.get(timeout=0.2))
            except Empty:
                assert self.process.poll() is None, "\n".join(self.lines)
                continue
            if part in self.lines[-1]:
                return self.lines[-1]
        raise AssertionError(f"no line with {part!r} within {within} s:\n" + "\n".join(self.lines))

    def ready(self, within: float) -> str:
        """Its address, once it answers there."""
        line = self.line("is ready at", within)
        return line.split("ready at ")[1].split()[0]

    def tell(self, number: int) -> float:
        """Send a signal; how many seconds it took to end."""
        began = time.monotonic()
        self.process.send_signal(number)
        self.process.wait(timeout=30)
        return time.monotonic() - began

    def family(self) -> list[int]:
        """Every process that descends from it."""
        found, look = [], [self.process.pid]
        rows = [row.split() for row in _ps("-eo", "pid=,ppid=")]
        while look:
            parent = look.pop()
            children = [int(pid) for pid, ppid in rows if int(ppid) == parent]
            found += children
            look += children
        return found

    def kill(self) -> None:
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()


def _ps(*options: str) -> list[str]:
    return subprocess.run(["ps", *options], capture_output=True, text=True, check=True).stdout.splitlines()


def alive(pids: list[int]) -> list[str]:
    """Those that still run, as `ps` lines; zombies do not."""
    rows = _ps("-eo", "pid=,stat=,args=")
    return [row for row in rows if int(row.split()[0]) in pids and not row.split()[1].startswith("Z")]


def all_gone(pids: list[int], within: float) -> bool:
    ends = time.monotonic() + within
    while alive(pids) and time.monotonic() < ends:
        time.sleep(0.1)
    return not alive(pids)


def base_python() -> str:
    """The interpreter under our virtual environment."""
    return str(Path(sys.base_prefix) / "bin" / f"python{sys.version_info[0]}.{sys.version_info[1]}")


def copy_project(to: Path) -> None:
    """What a clone would have: committed or new, nothing that is ignored."""
    listed = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
    names = subprocess.run(listed, cwd=PROJECT, capture_output=True, text=True, check=True).stdout.split("\0")
    for name in filter(None, names):
        if (PROJECT / name).exists():
            (to / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(PROJECT / name, to / name)


def page(address: str) -> tuple[int, str]:
    with urllib.request.urlopen(address, timeout=10) as answer:
        return answer.status, answer.read().decode()

"""The whole of Caseload on one machine: services, web, worker, beat and the sandbox payer.

The same code serves `./run`, `./run check`, the journeys and the fault tests, each on a data folder
(and so a database) of its own.
"""

import http.client
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from signal import SIGKILL, SIGQUIT, SIGTERM
from typing import Any
from urllib.parse import urlsplit

from practice.embedded import ports, prepare
from practice.embedded.children import Child, stop_all, wait_until
from practice.embedded.services import Services
from practice.embedded.services import running as services_running
from practice.embedded.stopping import rest
from practice.embedded.trouble import Trouble

READY_WITHIN = 60  # seconds, from the start of the web server
STEADY_AFTER = 60  # seconds a child must live to be trusted again
LONGEST_PAUSE = 30


class Stack:
    """A running Caseload. `children` by name: "web", "worker", "beat", "sandbox", "PostgreSQL", "Valkey"."""

    def __init__(self, services: Services, port: int, say: Callable[[str], None]) -> None:
        self.port, self.say = port, say
        self.data_dir = services.data_dir
        self.env = {"PUBLIC_URL": f"http://localhost:{port}", **services.env}
        self.children = {child.name: child for child in services.children}
        self._failures: dict[str, int] = {}
        self._due: dict[str, float] = {}

    @property
    def url(self) -> str:
        """Where this machine reaches it. People may come by another PUBLIC_URL."""
        return f"http://localhost:{self.port}"

    def child(self, name: str, *argv: Any, **options: Any) -> Child:
        """A Python process of ours, not started yet."""
        log = self.data_dir / "logs" / f"{name}.log"
        return Child(name, [sys.executable, *argv], log=log, env=self.env, **options)

    def manage(self, *argv: str) -> Child:
        """Run a management command to its end; its output is in `.log`. Raises Trouble when it fails."""
        child = self.child(argv[0], "manage.py", *argv)
        if finish(child) != 0:
            raise Trouble(f"manage.py {argv[0]} failed: {child.last_words()} (see {child.log})")
        return child

    def healthy(self) -> bool:
        """Whether the web server and the database answer. Asked by the public name: it knows no other."""
        wire = http.client.HTTPConnection("127.0.0.1", self.port, timeout=10)
        try:
            wire.request("GET", "/health/", headers={"Host": urlsplit(self.env["PUBLIC_URL"]).netloc})
            return wire.getresponse().status == 200
        except OSError:
            return False
        finally:
            wire.close()

    def tend(self) -> None:
        """Start what died, once, after a pause that grows while it keeps dying. Call again and again."""
        now = time.monotonic()
        for name, child in self.children.items():
            code = child.ended()
            if code is None:
                continue
            if name not in self._due:
                self._due[name] = now + self._pause(child, code)
            elif now >= self._due[name]:
                del self._due[name]
                child.start()

    def _pause(self, child: Child, code: int) -> float:
        child.kill()  # what it has left behind
        steady = time.monotonic() - child.started_at > STEADY_AFTER
        failures = self._failures[child.name] = 1 if steady else self._failures.get(child.name, 0) + 1
        pause = min(2.0 ** (failures - 1), LONGEST_PAUSE)
        how = f"signal {-code}" if code < 0 else f"exit code {code}"
        self.say(f"{child.name} stopped ({how}); it starts again in {pause:.0f} s. See {child.log}")
        return pause


def finish(child: Child) -> int:
    """Start it, wait for its end, give its exit code."""
    child.start()
    try:
        while child.ended() is None:
            rest(0.02)
    finally:
        child.kill()
    return child.ended() or 0


@contextmanager
def running(
    data_dir: Path,
    *,
    port: int | None = None,
    env: Mapping[str, str],
    demo: bool = True,
    say: Callable[[str], None] = lambda line: None,
) -> Iterator[Stack]:
    """Everything, on `data_dir`. `env` is the whole environment of the processes; DATABASE_URL and
    REDIS_URL in it are used instead of own servers. Yields when the web server answers.
    """
    with services_running(data_dir, env) as services, serving(services, port=port, demo=demo, say=say) as stack:
        yield stack


@contextmanager
def serving(
    services: Services, *, port: int | None = None, demo: bool = True, say: Callable[[str], None] = lambda line: None
) -> Iterator[Stack]:
    """Migrate, then web, worker, beat and sandbox on services that run."""
    stack = Stack(services, port or ports.any_free(), say)
    _prepare(stack, demo)
    web, *others = _processes(stack)
    try:
        stack.children["web"] = web.start()
        wait_until(stack.healthy, web, within=READY_WITHIN)
        for child in others:  # later: two cores, and a person waits for the page
            stack.children[child.name] = child.start()
        yield stack
    finally:
        stop_all([web, *others], within=3)


def _prepare(stack: Stack, demo: bool) -> None:
    child = stack.child("prepare", "-m", prepare.__name__)
    code = finish(child)
    if code not in (prepare.READY, prepare.EMPTY):
        raise Trouble(f"The database cannot be used: {child.last_words()} (see {child.log})")
    if demo and code == prepare.EMPTY:
        stack.say("Making an invented practice …")
        stack.manage("demo", "--if-empty")


def _processes(stack: Stack) -> Iterator[Child]:
    """Web first. The owner's log-in is for migrating only: what serves people does not have it."""
    env = {name: value for name, value in stack.env.items() if name != "DATABASE_OWNER_URL"}
    bind = [word for *_, address in ports.addresses(stack.port) for word in ("--bind", address)]
    web = ["-m", "gunicorn", "practice.wsgi", "--preload", "--no-control-socket", *bind]
    web += ["--worker-class", "gthread", "--workers", "2", "--threads", "4", "--graceful-timeout", "2"]
    celery = ["-m", "celery", "-A", "practice"]
    worker = [*celery, "worker", "-c", "2", "-l", "WARNING", "--without-gossip", "--without-mingle"]
    worker += ["-I", "practice.embedded.pool"]
    beat = [*celery, "beat", "-l", "WARNING", "-s", stack.data_dir / "beat-schedule", "--pidfile", ""]
    sandbox = ["-m", "claims.clearinghouse.sandbox", stack.data_dir / "exchange"]
    programs: dict[str, tuple[list[Any], int, int]] = {
        "web": (web, SIGTERM, SIGQUIT),
        "worker": (worker, SIGTERM, SIGKILL),  # anything softer waits for a broker that is dying too
        "beat": (beat, SIGTERM, SIGTERM),
        "sandbox": (sandbox, SIGTERM, SIGTERM),
    }
    for name, (argv, stop, death) in programs.items():
        child = stack.child(name, *argv, stop=stop, death=death)
        child.env = env
        yield child

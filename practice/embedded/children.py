"""Child processes that cannot outlive us.

Linux sends each child a signal of its own choice when the thread that started it dies, so even
`kill -9` of the supervisor leaves no orphan. Start children from the main thread only.
"""

import ctypes
import os
import pwd
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any

from practice.embedded.stopping import rest
from practice.embedded.trouble import Trouble

PR_SET_PDEATHSIG = 1
_libc = ctypes.CDLL(None)


def die_with_parent(death: int) -> None:
    """Ask the kernel to send this process `death` when its parent dies."""
    if sys.platform == "linux":
        _libc.prctl(PR_SET_PDEATHSIG, death)


def _dies_with_us(death: int) -> Callable[[], None]:
    """To run in the child after it changed its user: changing the user clears the death signal."""
    parent = os.getpid()

    def before_exec() -> None:
        die_with_parent(death)
        if os.getppid() != parent:  # we died before the line above
            os._exit(1)

    return before_exec


def _as(user: pwd.struct_passwd | None) -> dict[str, Any]:
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []} if user else {}


def run(
    argv: list[Any], *, env: Mapping[str, str] | None = None, user: pwd.struct_passwd | None = None
) -> subprocess.CompletedProcess[str]:
    """Run to the end; output and errors come back as text."""
    return subprocess.run(
        [str(word) for word in argv],
        env=env,
        cwd="/" if user else None,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        preexec_fn=_dies_with_us(signal.SIGTERM),
        **_as(user),
    )


class Child:
    """One program, its log, and how it wants to be stopped.

    It runs in a process group of its own: Ctrl-C at the terminal reaches only the supervisor, which
    stops things in order, and what a killed child leaves behind can be killed with it.
    `death` is the signal it gets when we die without stopping it: quick and clean, never waiting.
    """

    def __init__(
        self,
        name: str,
        argv: list[Any],
        *,
        log: Path,
        env: Mapping[str, str] | None = None,
        user: pwd.struct_passwd | None = None,
        stop: int = signal.SIGTERM,
        death: int | None = None,
    ) -> None:
        self.name, self.log, self.env, self.user, self.stop_signal = name, log, env, user, stop
        self.argv = [str(word) for word in argv]
        self.death = death or stop
        self.process: subprocess.Popen[bytes] | None = None
        self.started_at = 0.0

    def start(self) -> "Child":
        self.log.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if self.process is None and self.log.exists():
            self.log.replace(self.log.with_suffix(".log.1"))
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                self.argv,
                env=self.env,
                cwd="/" if self.user else None,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=_dies_with_us(self.death),
                **_as(self.user),
            )
        self.started_at = time.monotonic()
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def ended(self) -> int | None:
        """Its exit code; None while it runs."""
        return self.process.poll() if self.process else None

    def signal(self, number: int) -> None:
        """To the program itself; its own children are its business."""
        if self.process and self.process.poll() is None:
            self.process.send_signal(number)

    def kill(self) -> None:
        """`kill -9` of the program and all it started."""
        if self.process is None:
            return
        try:
            os.killpg(self.process.pid, signal.SIGKILL)
        except ProcessLookupError:
            pass
        self.process.wait()

    def stop(self, within: float = 5.0) -> None:
        stop_all([self], within)

    def last_words(self) -> str:
        """The line of its log that most likely says what went wrong."""
        try:
            lines = self.log.read_text(errors="replace")[-20_000:].split("\n")
        except OSError:
            return ""
        lines = [line.strip() for line in lines if line.strip()]
        loud = [line for line in lines if "FATAL" in line or "PANIC" in line]
        return (loud or lines or [""])[-1][:300]


def stop_all(children: Iterable[Child], within: float) -> None:
    """Ask all at once, wait for all together, then kill what is left."""
    children = [child for child in children if child.process]
    ends = time.monotonic() + within
    for child in children:
        child.signal(child.stop_signal)
    while any(child.ended() is None for child in children) and time.monotonic() < ends:
        time.sleep(0.02)
    for child in children:
        child.kill()


def wait_until(ready: Callable[[], bool], *children: Child, within: float) -> None:
    """Wait for `ready()`; a child that ends meanwhile, or the time, is Trouble with its last words."""
    ends = time.monotonic() + within
    while not ready():
        for child in children:
            if child.ended() is not None:
                raise Trouble(f"{child.name} does not start: {child.last_words()} (see {child.log})")
        if time.monotonic() > ends:
            names = ", ".join(child.name for child in children)
            raise Trouble(f"{names} not ready after {within:.0f} s; see {children[0].log.parent}")
        rest(0.01)

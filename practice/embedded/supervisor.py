"""What a person's terminal is tied to: starts, tells, tends, stops."""

import os
import sys
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TextIO

from practice.embedded import ports
from practice.embedded.alone import AlreadyRunning, alone
from practice.embedded.services import running as services_running
from practice.embedded.stack import Stack, serving
from practice.embedded.stopping import rest, stopped_by_signals
from practice.embedded.trouble import Trouble, in_one_line


def say(line: str, to: TextIO | None = None) -> None:
    """A line on the terminal, at once."""
    to = to or sys.stdout
    to.write(line + "\n")
    to.flush()


def in_words(work: Callable[[], int], *, interrupted: int = 130) -> int:
    """Run `work`, give its exit code; whatever is in the way is said in one line."""
    os.umask(0o077)  # logs, files for payers and keys are ours alone
    try:
        with stopped_by_signals():
            return work()
    except KeyboardInterrupt:
        say("Stopped.")
        return interrupted
    except Trouble as trouble:
        line = str(trouble)
    except OSError as error:
        line = in_one_line(error)
    say(line, sys.stderr)
    return 1


def up(data_dir: Path, env: Mapping[str, str] = os.environ) -> int:
    """Everything, until told to stop. Returns the exit code."""
    return in_words(lambda: _up(data_dir, env, time.monotonic()), interrupted=0)


def _up(data_dir: Path, env: Mapping[str, str], began: float) -> int:
    with alone(data_dir) as publish:
        port = ports.choose(env.get("PORT", ""))
        say("Starting …")
        with services_running(data_dir, env) as services:
            publish({"env": services.found})
            with serving(services, port=port, say=say) as stack:
                address = stack.env["PUBLIC_URL"]
                publish({"env": {**services.found, "PUBLIC_URL": address}, "address": address})
                say(f"Caseload is ready at {_where(stack)} ({time.monotonic() - began:.1f} s). Ctrl-C stops it.")
                _tell_logins(stack)
                while True:
                    _tend(stack)
                    rest(0.3)


def _where(stack: Stack) -> str:
    address = stack.env["PUBLIC_URL"]
    return address if address == stack.url else f"{address}, here {stack.url}"


def _tend(stack: Stack) -> None:
    try:
        stack.tend()
    except OSError as error:  # a full disk: what runs goes on, and the next try may succeed
        say(in_one_line(error))
        rest(5)


def _tell_logins(stack: Stack) -> None:
    try:
        say(stack.manage("demo", "--logins").log.read_text().rstrip())
    except Trouble as trouble:
        say(str(trouble))


def wait_for_note(data_dir: Path, seconds: float = 90) -> Mapping[str, str]:
    """Where the services are that another process runs on this data folder, as environment variables."""
    ends = time.monotonic() + seconds
    while True:
        try:
            with alone(data_dir):
                raise Trouble("The running Caseload has just stopped; try again.")
        except AlreadyRunning as other:
            if other.note.get("env"):
                return other.note["env"]
            if time.monotonic() > ends:
                raise
        rest(0.2)

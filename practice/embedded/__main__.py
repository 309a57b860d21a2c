"""What `./run` calls: `python -m practice.embedded up|manage|check|bench …`.

It imports no Django: it starts at once, and when the house itself cannot start it says so in one line.
"""

import ast
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from practice.embedded import places, stack
from practice.embedded.alone import AlreadyRunning, alone
from practice.embedded.services import running as services_running
from practice.embedded.stopping import rest
from practice.embedded.supervisor import in_words, say, up, wait_for_note
from practice.embedded.trouble import Trouble

PROJECT = Path(__file__).resolve().parents[2]
BENCHES = PROJECT / "tests" / "benchmarks"
UNDO_SECONDS = "2"  # nobody sits there to take a batch back


def main() -> int:
    commands: dict[str, Callable[[list[str]], int]] = {"manage": manage, "check": check, "bench": bench}
    name, *rest = sys.argv[1:] or ["up"]
    if name == "up":
        return up(_data_dir())
    if name not in commands:
        say(f"One of: up, {', '.join(commands)}", sys.stderr)
        return 2
    return in_words(lambda: commands[name](rest))


def manage(argv: list[str]) -> int:
    """Any management command, on the services that are named or run, else on some started for it."""
    data_dir, command = _data_dir(), ["manage.py", *argv]
    if os.environ.get("DATABASE_URL") and os.environ.get("REDIS_URL"):
        with services_running(data_dir, os.environ) as services:  # starts none
            return _in_front(command, services.env)
    try:
        with alone(data_dir) as publish, services_running(data_dir, os.environ) as services:
            publish({"env": services.found})
            return _in_front(command, services.env)
    except AlreadyRunning:
        return _in_front(command, {**os.environ, **wait_for_note(data_dir)})


def check(argv: list[str]) -> int:
    """The main job through a whole stack of its own, by plain HTTP."""
    with _aside() as data_dir:
        env = {"SEND_UNDO_SECONDS": UNDO_SECONDS, **_environment()}
        with stack.running(data_dir, env=env, demo=False, say=say) as caseload:
            return _in_front(["manage.py", "check_story", "--url", caseload.url, *argv], caseload.env)


def bench(argv: list[str]) -> int:
    """One of tests/benchmarks, on a migrated database of its own; without a name, what there is."""
    files = {path.stem: path for path in sorted(BENCHES.glob("*.py")) if not path.stem.startswith("_")}
    if not argv:
        for name, path in files.items():
            say(f"{name:<12} {_first_line(path)}")
        return 0
    if argv[0] not in files:
        raise Trouble(f"There is no benchmark “{argv[0]}”; there are: {', '.join(files)}.")
    with _aside() as data_dir, stack.running(data_dir, env=_environment(), demo=False, say=say) as caseload:
        env = {**caseload.env, "CASELOAD_URL": caseload.url}
        return _in_front(["-m", f"tests.benchmarks.{argv[0]}", *argv[1:]], env)


def _first_line(path: Path) -> str:
    """What a program says about itself, without starting it."""
    return (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").partition("\n")[0]


def _data_dir() -> Path:
    """As in the settings."""
    return Path(os.environ.get("CASELOAD_DATA") or PROJECT / ".caseload")


def _environment() -> dict[str, str]:
    """Ours, less what is meant for `./run`: a trial never touches a person's own database."""
    meant = ("DATABASE_URL", "DATABASE_OWNER_URL", "DATABASE_APP_ROLE", "REDIS_URL", "PUBLIC_URL", "SECRET_KEY")
    return {name: value for name, value in os.environ.items() if name not in meant}


@contextmanager
def _aside() -> Iterator[Path]:
    """A data folder that is thrown away."""
    data_dir = Path(tempfile.mkdtemp(prefix="caseload-aside-"))
    try:
        yield data_dir
    finally:
        places.remove(data_dir)


def _in_front(argv: list[str], env: Mapping[str, str]) -> int:
    """Run it on the person's terminal: Ctrl-C is its business (a shell goes on after it), not ours."""
    before = signal.signal(signal.SIGINT, lambda number, frame: None)
    child = subprocess.Popen([sys.executable, *argv], env=env)
    try:
        while (code := child.poll()) is None:
            rest(0.05)
        return 128 - code if code < 0 else code
    finally:
        child.terminate()
        child.wait()
        signal.signal(signal.SIGINT, before)


if __name__ == "__main__":
    sys.exit(main())

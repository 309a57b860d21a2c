"""One supervisor to a data folder, and a note by which others find what it has started."""

import fcntl
import json
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from practice.embedded import places
from practice.embedded.trouble import Trouble

type Publish = Callable[[Mapping[str, Any]], None]


class AlreadyRunning(Trouble):
    """Somebody else holds the data folder. `note` is what they published; empty while they start."""

    def __init__(self, note: Mapping[str, Any]) -> None:
        self.note = note
        where = f"at {note['address']}" if note.get("address") else "and is not ready yet"
        who = f" (process {note['pid']})" if note.get("pid") else ""
        super().__init__(f"Caseload already runs {where}{who}.")


@contextmanager
def alone(data_dir: Path) -> Iterator[Publish]:
    """Hold the data folder. Yields a function that publishes a note: pid, env, address.

    The lock is the kernel's: it ends with this process, however that ends, and children do not inherit it.
    """
    data_dir = places.open_data_dir(data_dir)
    note = data_dir / "running.json"
    with (data_dir / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise AlreadyRunning(_read(note)) from None

        def publish(content: Mapping[str, Any]) -> None:
            fresh = note.with_suffix(".new")
            fresh.touch(mode=0o600)
            fresh.write_text(json.dumps({"pid": os.getpid(), **content}))
            fresh.replace(note)

        publish({})
        try:
            yield publish
        finally:
            note.unlink(missing_ok=True)


def _read(note: Path) -> dict[str, Any]:
    try:
        return json.loads(note.read_text())
    except (FileNotFoundError, ValueError):
        return {}

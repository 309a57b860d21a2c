"""Files as people hand them over: text, or a zip of CMS with the text in it, read line by line and bounded."""

import zipfile
import zlib
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from typing import IO

from billing.codesets.rows import BadFile

MOST_BYTES = 512 * 1024 * 1024  # of one part, unpacked; a part of the pair edits has about 50 million
MOST_PARTS = 40
LONGEST_LINE = 16 * 1024
WORKBOOK = "[Content_Types].xml"


class Digest:
    """SHA-256 of what was read, the same for a zip and for the files that were in it, in whatever order."""

    def __init__(self) -> None:
        self._parts: list[str] = []

    def of(self, lines: Iterable[bytes]) -> Iterator[bytes]:
        """The lines, counted in when they were read to their end."""
        part = sha256()
        for line in lines:
            part.update(line)
            yield line
        self._parts.append(part.hexdigest())

    @property
    def hex(self) -> str:
        return sha256("".join(sorted(self._parts)).encode()).hexdigest()


@dataclass(frozen=True)
class Part:
    """One text file: `member` of the zip at `path`, or the file at `path` itself."""

    path: Path
    member: str = ""

    @property
    def name(self) -> str:
        return self.member.rpartition("/")[2] or self.path.name

    def lines(self) -> Iterator[bytes]:
        """Lines with their ends on; raises BadFile for what is damaged or too large."""
        try:
            with self._open() as stream:
                yield from _bounded(self.name, stream)
        except (zipfile.BadZipFile, zlib.error, EOFError):
            raise BadFile(self.path.name, f"the zip is damaged at {self.name}") from None
        except (NotImplementedError, RuntimeError) as error:  # an unknown packing, a password
            raise BadFile(
                self.path.name, f"the zip cannot be unpacked: {error}", "Unpack it and give the files."
            ) from None
        except OSError as error:
            raise BadFile(
                self.path.name, f"cannot be read: {error.strerror or error}", "Look at its name and rights."
            ) from None

    @contextmanager
    def _open(self) -> Iterator[IO[bytes]]:
        if not self.member:
            with self.path.open("rb") as stream:
                yield stream
            return
        with zipfile.ZipFile(self.path) as packed, packed.open(self.member) as stream:
            yield stream


def _bounded(name: str, stream: IO[bytes]) -> Iterator[bytes]:
    total = number = 0
    while line := stream.readline(LONGEST_LINE + 1):
        total, number = total + len(line), number + 1
        if total > MOST_BYTES:
            raise BadFile(name, f"is larger than {MOST_BYTES:,} bytes", "Give the files of one quarter only.", number)
        if len(line) > LONGEST_LINE:
            raise BadFile(name, f"a line is longer than {LONGEST_LINE:,} bytes", line=number)
        yield line


def parts_of(paths: Iterable[Path], ending: str) -> list[Part]:
    """The parts that `paths` hold: files as they are, and of zips what ends with `ending` (".txt").

    Raises BadFile for workbooks, empty and broken zips, and the same part given twice.
    """
    parts = [part for path in paths for part in _parts(path, ending)]
    if len(parts) > MOST_PARTS:
        raise BadFile(parts[MOST_PARTS].name, f"is one of more than {MOST_PARTS} files", "Give one quarter's.")
    names = [part.name.lower() for part in parts]
    for part in parts:
        if names.count(part.name.lower()) > 1:
            raise BadFile(part.name, "was given twice", "Give every part once.")
    return parts


def _parts(path: Path, ending: str) -> Iterator[Part]:
    if not path.is_file():
        raise BadFile(path.name, "is not there", "Look at its name and folder.")
    if _workbook(path):
        raise BadFile(path.name, "is an .xlsx workbook", f"Take the {ending} file of the same download.")
    if not _begins_as_zip(path):
        yield Part(path)
        return
    try:
        with zipfile.ZipFile(path) as packed:
            names = [entry.filename for entry in packed.infolist() if not entry.is_dir()]
    except (zipfile.BadZipFile, OSError):
        raise BadFile(path.name, "the zip is cut off or damaged") from None
    members = [name for name in names if name.lower().endswith(ending)]
    if not members:
        held = ", ".join(sorted(name.rpartition("/")[2] for name in names)[:4]) or "nothing"
        raise BadFile(path.name, f"the zip holds {held} and no {ending} file", "Take the zip with all formats in it.")
    yield from (Part(path, member) for member in members)


def _begins_as_zip(path: Path) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(4) in (b"PK\x03\x04", b"PK\x05\x06")
    except OSError as error:
        raise BadFile(path.name, f"cannot be read: {error.strerror}", "Look at its rights.") from None


def _workbook(path: Path) -> bool:
    if path.suffix.lower() in (".xlsx", ".xls", ".xlsm"):
        return True
    return _begins_as_zip(path) and zipfile.is_zipfile(path) and WORKBOOK in zipfile.ZipFile(path).namelist()

"""The owner's verb: put CMS's order file in as the release of some days, whole or not at all."""

import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from pathlib import Path
from typing import IO

from django.db import connection, transaction

from clients.icd10.models import Icd10Release
from clients.order_file import LONGEST_LINE, BadOrderFile, read
from practice.findings import BadInput
from practice.shared_tables import may_write

MOST_BYTES = 64 * 1024 * 1024  # the file of 2026 has 14.6 million
LEAST_LEAVES = 69_000  # the first list, of 2016, had 69,823, and it only grows; fewer means a cut file
ONE_AT_A_TIME = 77_010
ORDER_FILE = re.compile(r"icd10cm[-_]?order[-_ ]?\d{4}[^/]*\.txt", re.ASCII | re.IGNORECASE)
COPY = "COPY clients_icd10code (release_id, code, billable, short, long) FROM STDIN"


@dataclass(frozen=True)
class Loaded:
    """What an import did: `done` is "loaded", "replaced", "moved" or "unchanged"."""

    done: str
    release: Icd10Release


@transaction.atomic
def load_release(path: Path, *, starts_on: date, ends_on: date, label: str = "", least: int = LEAST_LEAVES) -> Loaded:
    """Load an order file, or the zip it comes in, for the days from `starts_on` to `ends_on`, both included.

    The same file for the same days changes nothing; another file for the same days replaces the release whole;
    the same file for other days moves them. Days that another release holds are refused. As database owner only.
    """
    if ends_on < starts_on:
        raise BadInput(ends_on="The last day is before the first")
    if not may_write(Icd10Release):
        raise BadInput(
            role="The app's log-in may only read code lists. Load them as the owner of the database:"
            " ./run manage import_icd10, with DATABASE_OWNER_URL set"
        )
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
    fingerprint = _fingerprint(path)
    before, done = _before(starts_on, ends_on, fingerprint)
    if before and done == "unchanged":
        return Loaded(done, before)
    label = label or (before.label if before and done == "replaced" else label_of(starts_on))
    if Icd10Release.objects.filter(label=label).exclude(pk=before.pk if before else 0).exists():
        raise BadInput(label=f"Another release is called {label}; give this one a --label of its own")
    if before and done == "moved":
        before.label, before.starts_on, before.ends_on = label, starts_on, ends_on
        before.save(update_fields=["label", "starts_on", "ends_on"])
        return Loaded(done, before)
    if before:
        before.delete()
    release = Icd10Release.objects.create(label=label, starts_on=starts_on, ends_on=ends_on, rows=0, sha256=fingerprint)
    release.rows = _copy(path, release, least)
    release.save(update_fields=["rows"])
    return Loaded(done, release)


def label_of(starts_on: date) -> str:
    """ "FY2027" for October 1, 2026; "FY2027 April" for what begins on another day of that fiscal year."""
    year = starts_on.year + (starts_on.month >= 10)
    return f"FY{year}" if (starts_on.month, starts_on.day) == (10, 1) else f"FY{year} {starts_on:%B}"


def _before(starts_on: date, ends_on: date, fingerprint: str) -> tuple[Icd10Release | None, str]:
    """(the release that this file takes the place of, what is to be done)."""
    overlapping = list(
        Icd10Release.objects.filter(starts_on__lte=ends_on, ends_on__gte=starts_on).order_by("starts_on")
    )
    if not overlapping:
        return None, "loaded"
    first, same_file = overlapping[0], overlapping[0].sha256 == fingerprint
    if (first.starts_on, first.ends_on) == (starts_on, ends_on):
        return first, "unchanged" if same_file else "replaced"
    if len(overlapping) == 1 and same_file:
        return first, "moved"
    held = "; ".join(f"{r.label} holds for {r.starts_on} to {r.ends_on}" for r in overlapping)
    raise BadInput(
        starts_on=f"{held}. A corrected file takes the very same days; for other days import the file of"
        f" {first.label} again first, with a --from and --to that leave these days free"
    )


def _copy(path: Path, release: Icd10Release, least: int) -> int:
    """The rows of the file into the table, in one stream; how many."""
    rows = leaves = 0
    with opened(path) as lines, connection.cursor() as cursor, cursor.copy(COPY) as copy:
        for row in read(_bounded(lines)):
            rows, leaves = rows + 1, leaves + row.billable
            copy.write_row((release.pk, row.code, row.billable, row.short, row.long))
    if leaves < least:
        raise BadOrderFile(
            f"The file is cut: it has {leaves:,} billable codes, and a year's list has more than {least:,}"
        )
    return rows


def _bounded(lines: IO[bytes]) -> Iterator[bytes]:
    """Lines, each with its end; a longer one than any of CMS's comes in parts, and the parser refuses the first."""
    while raw := lines.readline(LONGEST_LINE + 1):
        yield raw


def _fingerprint(path: Path) -> str:
    digest, size = sha256(), 0
    with opened(path) as lines:
        while part := lines.read(1 << 20):
            size += len(part)
            if size > MOST_BYTES:
                raise BadOrderFile(f"{path.name} holds more than {MOST_BYTES:,} bytes; it is not CMS's order file")
            digest.update(part)
    return digest.hexdigest()


@contextmanager
def opened(path: Path) -> Iterator[IO[bytes]]:
    """The order file itself, or the one in a zip. Raises BadOrderFile for what cannot be read."""
    try:
        if not zipfile.is_zipfile(path):
            with path.open("rb") as plain:
                yield plain
            return
        with zipfile.ZipFile(path) as folder, folder.open(_member(folder, path)) as packed:
            yield packed
    except (zipfile.BadZipFile, zlib.error, EOFError, RuntimeError, NotImplementedError) as error:
        raise BadOrderFile(f"The zip {path.name} cannot be read ({error}); download it again") from None
    except OSError as error:
        raise BadOrderFile(f"{path} cannot be read: {error.strerror or error}") from None


def _member(folder: zipfile.ZipFile, path: Path) -> zipfile.ZipInfo:
    found = [info for info in folder.infolist() if ORDER_FILE.fullmatch(info.filename.rpartition("/")[2])]
    if len(found) != 1:
        named = ", ".join(info.filename for info in found) or "none"
        raise BadOrderFile(f"{path.name} should hold one icd10cm_order_….txt; it holds {named}")
    return found[0]

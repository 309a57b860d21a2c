"""Loading a release of coding edits: read to its end first, then written whole or not at all. The owner's work.

What a newer file no longer holds is not kept as if it did: a pair or add-on that vanished ends on the day before
the newer quarter, and one that would have begun within it goes away. What had ended before stays, because the
claims of those days were held to it. The answer counts both.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from django.db import connection, models, transaction

from billing.codesets import starter
from billing.codesets.files import Digest, Part, parts_of
from billing.codesets.formats import add_on_rows, limit_rows, pair_rows
from billing.codesets.models import (
    AddOnParent,
    CodeSetKind,
    CodeSetRelease,
    EditPair,
    TherapyThreshold,
    UnitLimit,
)
from billing.codesets.quarters import Quarter, quarter_in
from billing.codesets.rows import AddOnRow, LimitRow, PairRow, Row, ThresholdRow, add
from billing.codesets.thresholds import threshold_rows
from sessions.codes import CODES

ONE_AT_A_TIME = 77_003  # PostgreSQL's advisory lock of imports
BATCH = 2_000


class NotLoaded(ValueError):
    """An import that is not done though its files are well; the sentence says what to do."""


@dataclass(frozen=True)
class Loaded:
    """What an import did. `read` rows were in the files, `kept` are of codes the house knows."""

    kind: CodeSetKind
    label: str
    read: int
    kept: int
    added: int = 0
    changed: int = 0
    ended: int = 0
    removed: int = 0
    again: bool = False
    caution: str = ""

    @property
    def words(self) -> str:
        if self.again:
            return f"{self.kind.label} {self.label}: nothing changed, this release is loaded already."
        did = f"{self.added:,} added, {self.changed:,} changed"
        if self.ended:
            did += f", {self.ended:,} ended because the file no longer has them"
        if self.removed:
            did += f", {self.removed:,} taken out because the file no longer has them"
        return f"{self.kind.label} {self.label}: {self.kept:,} of {self.read:,} rows kept; {did}."


@dataclass(frozen=True)
class _Read:
    """Files, read to their end."""

    rows: dict[tuple[Any, ...], Any]
    read: int
    sha256: str


# --- what can be loaded -----------------------------------------------------------------------------


def load_pairs(paths: Iterable[Path], quarter: Quarter | None = None) -> Loaded:
    """Pairs from all parts of a quarter's practitioner PTP file; raises BadFile or NotLoaded."""
    parts = parts_of(paths, ".txt")
    _whole(parts)
    quarter = _quarter(parts, quarter)
    found = _read(parts, pair_rows)
    if not found.rows:
        raise NotLoaded("None of the rows is about two codes that the house knows: give all parts of the quarter.")
    return replace(_load_dated(CodeSetKind.PAIRS, EditPair, quarter, found), caution=_thin(found))


def load_limits(paths: Iterable[Path], quarter: Quarter | None = None) -> Loaded:
    """Unit limits from a quarter's practitioner MUE file; raises BadFile or NotLoaded."""
    parts = parts_of(paths, ".csv")
    quarter = _quarter(parts, quarter)
    found = _read(parts, limit_rows)
    with _alone():
        days = {"starts_on": quarter.starts_on, "ends_on": quarter.ends_on}
        old = {(row.code,): row for row in UnitLimit.objects.filter(starts_on=quarter.starts_on)}
        done = _write(UnitLimit, old, {key: row | days for key, row in _fields(found).items()})
        gone = [row.pk for key, row in old.items() if key not in found.rows]
        UnitLimit.objects.filter(pk__in=gone).delete()
        return _record(CodeSetKind.LIMITS, quarter, found, replace(done, removed=len(gone)))


def load_add_ons(paths: Iterable[Path], quarter: Quarter | None = None) -> Loaded:
    """Add-ons from the text form of the AOC file; raises BadFile or NotLoaded."""
    parts = parts_of(paths, ".txt")
    quarter = _quarter(parts, quarter)
    return _load_dated(CodeSetKind.ADD_ONS, AddOnParent, quarter, _read(parts, add_on_rows))


def load_thresholds(paths: Iterable[Path]) -> Loaded:
    """Therapy thresholds from a CSV year,bucket,amount,review; years it does not name stay. Raises BadFile."""
    found = _read(parts_of(paths, ".csv"), threshold_rows)
    years = sorted({row.year for row in found.rows.values()})
    with _alone():
        old = {(row.year, row.bucket): row for row in TherapyThreshold.objects.all()}
        done = _write(TherapyThreshold, old, _fields(found))
        label = str(years[0]) if len(years) == 1 else f"{years[0]}–{years[-1]}"
        return _record(CodeSetKind.THRESHOLDS, _Days(label, date(years[0], 1, 1), date(years[-1], 12, 31)), found, done)


# --- reading ----------------------------------------------------------------------------------------


def _read(parts: list[Part], rows_of: Callable[[str, Iterable[bytes]], Iterator[Row]]) -> _Read:
    """Rows of the parts by key: those of codes that the house knows."""
    found: dict[tuple[Any, ...], Any] = {}
    digest, read = Digest(), 0
    for part in parts:
        for row in rows_of(part.name, digest.of(part.lines())):
            read += 1
            if all(code in CODES for code in row.codes):
                add(found, row, part.name)
    return _Read(found, read, digest.hex)


def _thin(found: _Read) -> str:
    """A word of caution when most of the pairs that the house knows of are not in the files; else nothing."""
    known = {(pair.column1, pair.column2) for pair in starter.PAIRS}
    held = known & {row.codes for row in found.rows.values()}
    if 2 * len(held) >= len(known):
        return ""
    return f"Only {len(held)} of {len(known)} pairs that therapists meet are in these files: was a part left out?"


def _whole(parts: list[Part]) -> None:
    """Parts that are numbered in their names are there from the first to the last given; raises NotLoaded."""
    numbers = sorted(number for part in parts if (number := _number(part.name)) is not None)
    missing = sorted(set(range(1, max(numbers, default=0) + 1)) - set(numbers))
    if missing:
        told = ", ".join(f"f{number}" for number in missing)
        raise NotLoaded(f"Part {told} is missing: give all parts of the quarter in one call.")


def _number(name: str) -> int | None:
    _, dash, number = name.lower().rpartition(".")[0].rpartition("-f")
    return int(number) if dash and number.isdigit() else None


def _quarter(parts: list[Part], given: Quarter | None) -> Quarter:
    """The quarter that was said, or that the names tell; raises NotLoaded when nobody or two say it."""
    told = {quarter for part in parts for name in (part.name, part.path.name) if (quarter := quarter_in(name))}
    quarters = told | ({given} if given else set())
    if not quarters:
        raise NotLoaded("The names of the files do not tell their quarter: add --quarter 2026Q4.")
    if len(quarters) > 1:
        labels = " and ".join(quarter.label for quarter in sorted(quarters))
        raise NotLoaded(f"The files and --quarter speak of {labels}: give the parts of one quarter.")
    return quarters.pop()


# --- writing ----------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Days:
    """What a release is called and speaks for, where that is no quarter."""

    label: str
    starts_on: date
    ends_on: date


@dataclass(frozen=True)
class _Done:
    added: int
    changed: int
    ended: int = 0
    removed: int = 0


@contextmanager
def _alone() -> Iterator[None]:
    """A transaction in which no other import writes."""
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_advisory_xact_lock(%s)", [ONE_AT_A_TIME])
        yield


def _load_dated(kind: CodeSetKind, model: type[Any], quarter: Quarter, found: _Read) -> Loaded:
    """Pairs or add-ons, whose files hold the past too."""
    with _alone():
        releases = CodeSetRelease.objects.filter(kind=kind, starts_on__gt=quarter.starts_on)
        newer = releases.order_by("-starts_on").first()
        if newer:
            raise NotLoaded(f"{newer.label} is loaded, and its files hold {quarter.label} too: nothing to do.")
        old = {_key(row): row for row in model.objects.all()}
        done = _write(model, old, _fields(found))
        ended, removed = _let_go([row for key, row in old.items() if key not in found.rows], quarter)
        model.objects.bulk_update(ended, ["deleted_on"], batch_size=BATCH)
        model.objects.filter(pk__in=[row.pk for row in removed]).delete()
        return _record(kind, quarter, found, replace(done, ended=len(ended), removed=len(removed)))


def _let_go(vanished: list[Any], quarter: Quarter) -> tuple[list[Any], list[Any]]:
    """Of rows that the file no longer holds: those that end before the quarter, and those that never began."""
    ended, removed = [], []
    for row in vanished:
        if row.effective_on >= quarter.starts_on:
            removed.append(row)
        elif row.deleted_on is None or row.deleted_on >= quarter.starts_on:
            row.deleted_on = quarter.starts_on - timedelta(days=1)
            ended.append(row)
    return ended, removed


def _key(row: Any) -> tuple[Any, ...]:
    if isinstance(row, EditPair):
        return row.column1, row.column2, row.effective_on
    return row.add_on, row.parent, row.effective_on


def _fields(found: _Read) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {key: _columns(row) for key, row in found.rows.items()}


def _columns(row: Row) -> dict[str, Any]:
    """A file's row as a table's columns."""
    match row:
        case PairRow():
            return {"column1": row.column1, "column2": row.column2, "effective_on": row.effective_on,
                    "deleted_on": row.deleted_on, "modifier_indicator": row.indicator}  # fmt: skip
        case LimitRow():
            return {"code": row.code, "most": row.most, "adjudication_indicator": row.indicator}
        case AddOnRow():
            return {"add_on": row.add_on, "parent": row.parent, "effective_on": row.effective_on,
                    "deleted_on": row.deleted_on, "edit_type": row.kind}  # fmt: skip
        case ThresholdRow():
            return {"year": row.year, "bucket": row.bucket, "amount": row.amount, "review_amount": row.review}


def _write(
    model: type[models.Model],
    old: dict[tuple[Any, ...], Any],
    wanted: dict[tuple[Any, ...], dict[str, Any]],
) -> _Done:
    """Add what is new, change what differs; equal rows are not touched."""
    rows = model._default_manager
    fresh = [model(**fields) for key, fields in wanted.items() if key not in old]
    changed = []
    for key, fields in wanted.items():
        row = old.get(key)
        if row is not None and any(getattr(row, name) != value for name, value in fields.items()):
            for name, value in fields.items():
                setattr(row, name, value)
            changed.append(row)
    rows.bulk_create(fresh, batch_size=BATCH)
    if changed:
        rows.bulk_update(changed, list(next(iter(wanted.values()))), batch_size=BATCH)
    return _Done(len(fresh), len(changed))


def _record(kind: CodeSetKind, of: Quarter | _Days, found: _Read, done: _Done) -> Loaded:
    """The row of this import, unless it is the one that was loaded last and changed nothing."""
    releases = CodeSetRelease.objects
    last = releases.filter(kind=kind, label=of.label).order_by("-loaded_at", "-pk").first()
    loaded = Loaded(kind, of.label, found.read, len(found.rows), done.added, done.changed, done.ended, done.removed)
    touched = done.added + done.changed + done.ended + done.removed
    if last and last.sha256 == found.sha256 and not touched:
        return replace(loaded, again=True)
    releases.create(
        kind=kind,
        label=of.label,
        starts_on=of.starts_on,
        ends_on=of.ends_on,
        rows=len(found.rows),
        sha256=found.sha256,
    )
    return loaded

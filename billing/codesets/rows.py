"""Heart. A row of a published file as typed facts, and what is wrong with a file that cannot be used."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

NOT_IN_FORCE = 9  # modifier indicator of a pair that was taken back for all its days


class BadFile(ValueError):
    """A file that is not loaded: which, where in it, why, and what to do."""

    def __init__(self, name: str, reason: str, fix: str = "Download it from CMS again.", line: int = 0) -> None:
        self.name, self.reason, self.fix, self.line = name, reason, fix, line
        super().__init__(f"{name}{f', line {line}' if line else ''}: {reason}. {fix}")


@dataclass(frozen=True, slots=True)
class PairRow:
    """Two codes that are one service on the days from `effective_on` to `deleted_on`, both included."""

    line: int
    column1: str
    column2: str
    effective_on: date
    deleted_on: date | None
    indicator: int

    @property
    def key(self) -> tuple[object, ...]:
        return self.column1, self.column2, self.effective_on

    @property
    def says(self) -> tuple[object, ...]:
        return self.deleted_on, self.indicator

    @property
    def codes(self) -> tuple[str, ...]:
        return self.column1, self.column2


@dataclass(frozen=True, slots=True)
class LimitRow:
    """The most units of a code, by adjudication indicator: 1 a line, 2 and 3 a day."""

    line: int
    code: str
    most: int
    indicator: int

    @property
    def key(self) -> tuple[object, ...]:
        return (self.code,)

    @property
    def says(self) -> tuple[object, ...]:
        return self.most, self.indicator

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.code,)


@dataclass(frozen=True, slots=True)
class AddOnRow:
    """A code that is paid beside `parent` only. `kind` 1: the list is closed; 2, 3: the contractor may add to it."""

    line: int
    add_on: str
    parent: str
    effective_on: date
    deleted_on: date | None
    kind: int

    @property
    def key(self) -> tuple[object, ...]:
        return self.add_on, self.parent, self.effective_on

    @property
    def says(self) -> tuple[object, ...]:
        return self.deleted_on, self.kind

    @property
    def codes(self) -> tuple[str, ...]:
        return (self.add_on,)


@dataclass(frozen=True, slots=True)
class ThresholdRow:
    """A year's amounts, in dollars, of one bucket of disciplines."""

    line: int
    year: int
    bucket: str
    amount: Decimal
    review: Decimal

    @property
    def key(self) -> tuple[object, ...]:
        return self.year, self.bucket

    @property
    def says(self) -> tuple[object, ...]:
        return self.amount, self.review

    @property
    def codes(self) -> tuple[str, ...]:
        return ()


type Row = PairRow | LimitRow | AddOnRow | ThresholdRow


def add[R: (PairRow, LimitRow, AddOnRow, ThresholdRow)](found: dict[tuple[object, ...], R], row: R, name: str) -> None:
    """Add a row of file `name` to those found so far, by key; raises BadFile when it contradicts one.

    A pair that was taken back (indicator 9) gives way to one in force: CMS publishes both under one key.
    """
    other = found.setdefault(row.key, row)
    if other is row or other.says == row.says or taken_back(row):
        return
    if taken_back(other):
        found[row.key] = row
        return
    what = " ".join(str(part) for part in row.key)
    raise BadFile(name, f"{what} is there twice and says two things", line=row.line)


def taken_back(row: Row) -> bool:
    return isinstance(row, PairRow) and row.indicator == NOT_IN_FORCE

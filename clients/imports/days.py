"""Heart. Dates, and whether a file writes the month first or the day: the file as a whole says it, no cell alone.

02/13/2015 can only have the month first, 13/02/2015 only the day, 03/04/2015 either. Where a file has dates of one of
the first two kinds, the third is read alike; where of both, it is refused; where of none, the month is first.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from clients.imports.columns import BY_NAME, Columns, Kind
from clients.imports.files import Record

FIX = "write year-month-day, as 1955-02-03"
LATEST = 2199
TWELVE, MORE = "(0?[1-9]|1[0-2])", "(1[3-9]|2[0-9]|3[01])"
# Asked of the tables too (`known.py`): only what means the same to Python and to PostgreSQL.
MONTH_FIRST = f"^[^0-9]*{TWELVE}[-/.]{MORE}[-/.][0-9]{{4}}(?![0-9])"
DAY_FIRST = f"^[^0-9]*{MORE}[-/.]{TWELVE}[-/.][0-9]{{4}}(?![0-9])"
YEAR_FIRST = (
    re.compile(r"(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})", re.ASCII),
    re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII),
)
YEAR_LAST = re.compile(r"(\d{1,2})[-/.](\d{1,2})[-/.](\d{4})", re.ASCII)
SHORT_YEAR = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}", re.ASCII)
MIDNIGHT = re.compile(r"[ T](00:00(:00(\.0+)?)?Z?|12:00(:00)? AM)$", re.IGNORECASE)  # how spreadsheets write a day


@dataclass(frozen=True)
class Written:
    """How many dates of a file can only have the month first, how many the day, and the line of the first of each."""

    months: int = 0
    days: int = 0
    month_line: int = 0
    day_line: int = 0

    @property
    def mixed(self) -> bool:
        return bool(self.months and self.days)

    @property
    def day_first(self) -> bool:
        return bool(self.days and not self.months)


def places(columns: Columns) -> list[int]:
    """Where the columns of dates stand, from 0."""
    return [place for name, place in columns.places.items() if BY_NAME[name].kind == Kind.DAY]


def written(records: Iterable[Record], where: Sequence[int]) -> Written:
    """How a file writes the dates at these places: all columns together, for one system wrote them."""
    month_first, day_first = re.compile(MONTH_FIRST), re.compile(DAY_FIRST)
    months, days = [], []
    for record in records:
        for cell in (record.cells[place] for place in where if place < len(record.cells)):
            if month_first.match(cell):
                months.append(record.line)
            elif day_first.match(cell):
                days.append(record.line)
    return Written(len(months), len(days), min(months, default=0), min(days, default=0))


def read_day(text: str, how: Written) -> date:
    """2/3/1955, 1955-02-03 or 19550203; a midnight behind it does not matter. Raises ValueError with the fix."""
    month_first, day_first = _readings(text)
    value = day_first or month_first if how.day_first else month_first or day_first
    if value is None:
        raise ValueError(f"“{text[:20]}” is no day of the calendar; {FIX}")
    if how.mixed and (doubt := _doubt(month_first, day_first, how)):
        raise ValueError(f"“{text[:20]}” {doubt}")
    if not 1800 <= value.year <= LATEST:
        raise ValueError(f"The year {value.year} cannot be meant; {FIX}")
    return value


def spelled(cell: str, how: Written) -> str:
    """A date for a file of some of the rows, in which what tells the orders apart may be missing.

    A day that is the file's word alone is written year-month-day; one that is open as both days it can be, which is
    read as neither.
    """
    try:
        month_first, day_first = _readings(" ".join(cell.split()))
    except ValueError:
        return cell
    if not how.days or month_first == day_first or month_first is None or day_first is None:
        return cell
    return f"{month_first} or {day_first}" if how.mixed else f"{day_first}"


def _readings(text: str) -> tuple[date | None, date | None]:
    """The day with the month first and with the day first; None is no day of the calendar. Raises ValueError."""
    plain = MIDNIGHT.sub("", text)
    for order in YEAR_FIRST:
        if found := order.fullmatch(plain):
            year, month, day = (int(part) for part in found.groups())
            return _day(year, month, day), _day(year, month, day)
    found = YEAR_LAST.fullmatch(plain)
    if found is None and SHORT_YEAR.fullmatch(plain):
        raise ValueError(f"“{text[:20]}” leaves the century open; write the year with four digits")
    if found is None:
        raise ValueError(f"“{text[:20]}” is no date; {FIX}")
    one, two, year = (int(part) for part in found.groups())
    return _day(year, one, two), _day(year, two, one)


def _day(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _doubt(month_first: date | None, day_first: date | None, how: Written) -> str:
    """Why a date of a file that writes both orders is not taken; "" where it is. The rarer order is a slip."""
    if month_first == day_first:
        return ""
    if month_first and day_first:
        return (
            f"can be {month_first:%B} {month_first.day} or {day_first:%B} {day_first.day}: line {how.month_line:,} "
            f"has the month first and line {how.day_line:,} the day; write {month_first} or {day_first}"
        )
    if day_first and how.months >= how.days:
        return f"has the day before the month, and others of this file have the month first; write {day_first}"
    if month_first and how.months < how.days:
        return f"has the month before the day, and others of this file have the day first; write {month_first}"
    return ""

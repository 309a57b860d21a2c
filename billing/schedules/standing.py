"""Heart. A schedule of prices: what holds on a day, what comes, and which days of the past a change would reprice."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

type Row = tuple[str, date, int | None, Decimal]  # code, from when, location (None: everywhere else), dollars a unit
type Used = tuple[str, date, int]  # code, day, location of what was charged


@dataclass(frozen=True)
class Standing:
    """A code at a location (None: everywhere else): dollars a unit now and since when, and what comes next."""

    code: str
    location: int | None
    now: Decimal | None
    since: date | None
    later: Decimal | None
    later_on: date | None


def by_place(rows: Iterable[Row]) -> list[Row]:
    """In the order of speaking: what is said of a location last, of two such the later."""
    return sorted(rows, key=lambda row: (row[2] is not None, row[1]))


def prices(rows: Iterable[Row], day: date, location: int | None) -> dict[str, Decimal]:
    """Dollars a unit by code on a day at a location; `rows` in the order of speaking."""
    return {code: amount for code, starts_on, place, amount in rows if starts_on <= day and place in (None, location)}


def standing(rows: Iterable[Row], today: date) -> list[Standing]:
    """Each code and location once, what holds everywhere before a location's own."""
    groups: dict[tuple[str, int | None], list[Row]] = defaultdict(list)
    for row in sorted(rows, key=lambda row: row[1]):
        groups[row[0], row[2]].append(row)
    found = []
    for (code, location), mine in sorted(groups.items(), key=lambda item: (item[0][0], item[0][1] or 0)):
        now = [row for row in mine if row[1] <= today][-1:]
        later = [row for row in mine if row[1] > today][:1]
        since, price = (now[0][1], now[0][3]) if now else (None, None)
        later_on, coming = (later[0][1], later[0][3]) if later else (None, None)
        found.append(Standing(code, location, price, since, coming, later_on))
    return found


def repriced(rows: Sequence[Row], changed: Sequence[Row], used: Iterable[Used]) -> dict[str, date]:
    """The last day by code whose charges would have another price with `changed` in place; codes without are left out.

    A row takes the place of one for the same code, day and location.
    """
    places = {row[:3] for row in changed}
    after = by_place([*(row for row in rows if row[:3] not in places), *changed])
    before = by_place(rows)
    old, new = _by_code(before), _by_code(after)
    found: dict[str, date] = {}
    for code, day, location in used:
        if prices(old[code], day, location) != prices(new[code], day, location):
            found[code] = max(day, found.get(code, day))
    return found


def _by_code(rows: Iterable[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row[0]].append(row)
    return found

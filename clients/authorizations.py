"""Heart. A payer's leave to treat: which visit stands on which authorization, what is left, what to warn about."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

LOW = 2  # visits left at which to speak up


@dataclass(frozen=True)
class Leave:
    """An authorization of `visits` visits from `starts_on` to `ends_on`, both inclusive."""

    id: int
    number: str
    visits: int
    starts_on: date
    ends_on: date

    def covers(self, day: date) -> bool:
        return self.starts_on <= day <= self.ends_on


@dataclass(frozen=True)
class Allotment:
    """`by_day`: the authorization id each visit stands on, None where none had a visit left."""

    by_day: dict[date, int | None]
    used: dict[int, int] = field(default_factory=dict)

    def left(self, leave: Leave) -> int:
        return leave.visits - self.used.get(leave.id, 0)


def allot(leaves: Sequence[Leave], visits: Iterable[date]) -> Allotment:
    """Allot visit days, in order of date, each to the covering authorization that ends first.

    Computed anew every time, so one entered late is allotted to past visits too.
    """
    by_day: dict[date, int | None] = {}
    used: dict[int, int] = {}
    for day in sorted(set(visits)):
        fitting = [leave for leave in leaves if leave.covers(day) and used.get(leave.id, 0) < leave.visits]
        chosen = min(fitting, key=lambda leave: (leave.ends_on, leave.id), default=None)
        by_day[day] = chosen.id if chosen else None
        if chosen:
            used[chosen.id] = used.get(chosen.id, 0) + 1
    return Allotment(by_day, used)


def why_none(leaves: Sequence[Leave], day: date) -> str:
    """In words why no authorization has a visit for `day`."""
    covering = [leave for leave in leaves if leave.covers(day)]
    if covering:
        leave = max(covering, key=lambda a: a.ends_on)
        return f"Authorization {leave.number} allowed {leave.visits} visits and they are used."
    past = [leave for leave in leaves if leave.ends_on < day]
    if past:
        leave = max(past, key=lambda a: a.ends_on)
        return f"Authorization {leave.number} ran out on {leave.ends_on:%b} {leave.ends_on.day}."
    return "No authorization is on file."

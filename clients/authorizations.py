"""Heart. A payer's leave to treat: which visit stands on which authorization, what is left, what to warn about.

A visit is a date of service of the case. It counts as held or scheduled from booking and as used from check-in. An
authorization of units is used by the units of the visit's codes; nothing is known of these before the signature, so a
visit ahead is taken to be like the last signed one, and where there is none for one unit of any code. One that was
withdrawn covers nothing, past visits neither: what was sent on it is looked at again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

LOW, LOW_SHARE = 2, 5  # warn at 2 left, or at one in 5 (20 percent)
SOON, LATER = 14, 30  # days until it ends
VISITS, UNITS = "visits", "units"


@dataclass(frozen=True)
class Leave:
    """An authorization of `allowed` visits or units from `starts_on` to `ends_on`, both inclusive."""

    id: int
    number: str
    allowed: int
    starts_on: date
    ends_on: date
    counts: str = VISITS
    codes: frozenset[str] = frozenset()  # empty: all
    withdrawn: bool = False

    def covers(self, day: date) -> bool:
        return not self.withdrawn and self.starts_on <= day <= self.ends_on

    def need(self, use: "Use") -> int:
        """What a visit takes of it; 0 where none of its codes are these."""
        mine = [units for code, units in use.units.items() if not self.codes or code in self.codes]
        if not use.units:
            return 1
        return sum(mine) if self.counts == UNITS else int(bool(mine))

    def outside(self, use: "Use") -> tuple[str, ...]:
        """The codes of a visit that it is not for."""
        return tuple(sorted(code for code in use.units if self.codes and code not in self.codes))


@dataclass(frozen=True)
class Use:
    """A visit: its day, whether it is used, scheduled or held, and its units by code where they are known."""

    day: date
    state: str = "used"
    units: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Allotment:
    """`by_day`: the authorization id each visit stands on, None where none had enough left. `taken`: what visits took
    of each by state. `outside`: codes of a visit that its authorization is not for. `short`: for a visit that stands on
    none, what the earlier ones left of those that cover its day, by authorization.
    """

    by_day: dict[date, int | None]
    taken: dict[int, dict[str, int]]
    outside: dict[date, tuple[str, ...]]
    short: dict[date, dict[int, int]] = field(default_factory=dict)

    def counted(self, leave: Leave, state: str) -> int:
        return self.taken.get(leave.id, {}).get(state, 0)

    def left(self, leave: Leave) -> int:
        return leave.allowed - sum(self.taken.get(leave.id, {}).values())


def allot(leaves: Sequence[Leave], uses: Iterable[Use]) -> Allotment:
    """Allot visits, in order of date, each to the covering authorization that is for most of its codes and ends first.

    Computed anew every time, so one entered late is allotted to past visits too. Each day comes once.
    """
    found = Allotment({}, {}, {})
    for use in sorted(uses, key=lambda use: use.day):
        fitting = [a for a in leaves if a.covers(use.day) and 0 < a.need(use) <= found.left(a)]
        chosen = min(fitting, key=lambda a: (len(a.outside(use)), a.ends_on, a.id), default=None)
        found.by_day[use.day] = chosen.id if chosen else None
        if chosen:
            taken = found.taken.setdefault(chosen.id, {})
            taken[use.state] = taken.get(use.state, 0) + chosen.need(use)
            if outside := chosen.outside(use):
                found.outside[use.day] = outside
        else:
            found.short[use.day] = {leave.id: found.left(leave) for leave in leaves if leave.covers(use.day)}
    return found


def why_none(leaves: Sequence[Leave], use: Use, left: Mapping[int, int]) -> str:
    """In words why no authorization has enough left for a visit. `left`: what there was of each, as `Allotment.short`."""
    covering = [leave for leave in leaves if leave.covers(use.day)]
    fitting = [leave for leave in covering if leave.need(use)]
    if fitting:
        leave = max(fitting, key=lambda a: (left.get(a.id, 0), a.ends_on, a.id))
        if rest := left.get(leave.id, 0):
            return f"Authorization {leave.number} has {amount(rest, leave.counts)} left and this visit takes {leave.need(use)}."
        return f"Authorization {leave.number} allowed {amount(leave.allowed, leave.counts)} and they are used."
    if covering:
        leave = max(covering, key=lambda a: (a.ends_on, a.id))
        return f"Authorization {leave.number} is not for {', '.join(leave.outside(use))}."
    past = [leave for leave in leaves if leave.ends_on < use.day and not leave.withdrawn]
    if past:
        leave = max(past, key=lambda a: (a.ends_on, a.id))
        return f"Authorization {leave.number} ran out on {leave.ends_on:%b} {leave.ends_on.day}."
    withdrawn = [leave for leave in leaves if leave.withdrawn and leave.starts_on <= use.day <= leave.ends_on]
    if withdrawn:
        return f"Authorization {withdrawn[-1].number} was withdrawn."
    return "No authorization is on file."


def amount(n: int, counts: str) -> str:
    """1 visit, 12 visits, 1 unit, 48 units."""
    return f"{n} {counts.removesuffix('s') if n == 1 else counts}"


def warnings(leave: Leave, left: int, today: date) -> list[str]:
    """What to say of an authorization that is still running: little is left, or it ends soon."""
    if not leave.covers(max(today, leave.starts_on)):
        return []
    found = []
    if left <= LOW or left * LOW_SHARE <= leave.allowed:
        found.append(f"Authorization {leave.number}: {amount(left, leave.counts)} left of {leave.allowed}")
    days = (leave.ends_on - today).days
    if days <= LATER:
        when = "today" if not days else "tomorrow" if days == 1 else f"in {days} days"
        found.append(f"Authorization {leave.number} ends {when}" + (": ask for the next now" if days <= SOON else ""))
    return found

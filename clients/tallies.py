"""Heart. What the limits of a case have left, for people to read: authorizations, visits of the year, limited plans."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from clients import authorizations, benefits
from clients.coverage import Covered, Visit
from clients.limits import STATES, Known, Planned


@dataclass(frozen=True)
class Tally:
    """One limit. `counts` is visits or units; `taken` is what of it is used, scheduled, held or used elsewhere."""

    name: str
    counts: str
    allowed: int
    taken: Mapping[str, int]
    until: date | None = None
    warnings: tuple[str, ...] = ()
    authorization: bool = False

    @property
    def left(self) -> int:
        """Less than nothing where more was booked than is allowed."""
        return self.allowed - sum(self.taken.values())

    @property
    def left_words(self) -> str:
        """3 left, none left, or 1 too many."""
        return f"{self.left} left" if self.left > 0 else "none left" if not self.left else f"{-self.left} too many"

    @property
    def sentence(self) -> str:
        """Authorization A1: 12 visits, 8 used, 3 scheduled, 1 held, none left, until Dec 31, 2026."""
        words = {"elsewhere": "used elsewhere"}
        parts = [f"{n} {words.get(state, state)}" for state, n in self.taken.items() if n or state == "used"]
        parts.append(self.left_words)
        if self.until:
            parts.append(f"until {self.until:%b} {self.until.day}, {self.until.year}")
        return f"{self.name}: {authorizations.amount(self.allowed, self.counts)}, {', '.join(parts)}"


def tallies(known: Known, example: Visit) -> list[Tally]:
    """The limits of the case of `example`, a visit of it today."""
    return [*_of_leaves(known, example), *_of_promise(known, example), *_of_coverages(known, example)]


def _of_leaves(known: Known, example: Visit) -> list[Tally]:
    """Authorizations that have not ended, the first to end first."""
    found = []
    for (case, coverage), leaves in known.leaves.items():
        allotted = known.allotment(case, coverage)
        for leave in leaves:
            if case == example.case and leave.covers(leave.starts_on) and leave.ends_on >= example.day:
                taken = {state: allotted.counted(leave, state) for state in STATES}
                warnings = tuple(authorizations.warnings(leave, allotted.left(leave), example.day))
                name = f"Authorization {leave.number}"
                found.append(
                    (leave.ends_on, Tally(name, leave.counts, leave.allowed, taken, leave.ends_on, warnings, True))
                )
    return [tally for _, tally in sorted(found, key=lambda pair: (pair[0], pair[1].name))]


def _of_promise(known: Known, example: Visit) -> list[Tally]:
    """The visits of this year that the plan which pays today was verified to pay for."""
    first = known.along([Planned(example, "held")]).first(example)
    promise = known.promise(first.id, example) if first else None
    if first is None or promise is None or not promise.visit_limit:
        return []
    mine = [(visit, known.merged[visit].state) for visit in known.on(first.id)]
    taken = benefits.tally(promise, example.day, mine)
    name = f"{first.name} for {benefits.shared(promise)}"
    return [Tally(name, "visits", promise.visit_limit, taken, benefits.year_of(promise, example.day)[1])]


def _of_coverages(known: Known, example: Visit) -> list[Tally]:
    """Coverages that pay for so many visits, where they pay for some of this case."""
    found = []
    for coverage in known.coverages:
        mine = known.on(coverage.id)
        rows = [each for each in known.coverages if known.plan(each.id) == known.plan(coverage.id)]
        first = rows[0] == coverage  # a plan on several charts is told once
        if first and coverage.visit_limit and any(visit.case == example.case for visit in mine):
            taken = _by_state((visit.day, known.merged[visit].state) for visit in mine)
            found.append(Tally(coverage.name, "visits", coverage.visit_limit, taken, _last_day(rows)))
    return found


def _last_day(rows: Iterable[Covered]) -> date | None:
    """The last day of the plan that ends last; None when one has no end."""
    ends = [row.ends_on for row in rows]
    return None if None in ends else max(filter(None, ends))


def _by_state(days: Iterable[tuple[date, str]]) -> dict[str, int]:
    """Days by state; one with several counts as the furthest."""
    states: dict[date, str] = {}
    for day, state in days:
        states[day] = min(states.get(day, state), state, key=STATES.index)
    return {each: sum(state == each for state in states.values()) for each in STATES}

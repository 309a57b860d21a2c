"""Heart. Everything that limits a client's visits, looked at together: who pays, authorizations, benefits, referral.

What is used, scheduled and held counts alike, in order of date: no visit passes a limit without a finding.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from functools import cached_property

from clients import authorizations, benefits
from clients.authorizations import Allotment, Leave, Use
from clients.benefits import Place, Promise
from clients.coverage import Covered, Payers, Visit, counted_as, payers, told
from practice.findings import Finding, Severity

STATES = ("used", "scheduled", "held")  # the first counts where one day has several
type Span = tuple[date | None, date | None]


@dataclass(frozen=True)
class Planned:
    """A visit and how far it is; `units` by code once it is signed."""

    visit: Visit
    state: str = "used"
    units: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Known:
    """What is known of one client. `leaves` by (case, coverage), each under the coverage it was entered for; `needs`:
    the coverages whose payer always asks for an authorization; `referrals`: first and last day by case, absent where
    nobody referred. A coverage is asked for by any row of its plan: rows on merged charts count together.
    """

    coverages: tuple[Covered, ...] = ()
    promises: tuple[Promise, ...] = ()
    leaves: Mapping[tuple[int, int], tuple[Leave, ...]] = field(default_factory=dict)
    needs: frozenset[int] = frozenset()
    referrals: Mapping[int, Span] = field(default_factory=dict)
    visits: tuple[Planned, ...] = ()

    def along(self, more: Iterable[Planned]) -> "Known":
        """The same with visits that are only thought of."""
        return replace(self, visits=(*self.visits, *more))

    @cached_property
    def merged(self) -> dict[Visit, Planned]:
        """Each visit once: several sessions of a case and day are one."""
        found: dict[Visit, Planned] = {}
        for planned in self.visits:
            other = found.get(planned.visit, Planned(planned.visit, planned.state))
            units = dict(other.units)
            for code, number in planned.units.items():
                units[code] = units.get(code, 0) + number
            state = min(other.state, planned.state, key=STATES.index)
            found[planned.visit] = Planned(planned.visit, state, units)
        return found

    @cached_property
    def paid(self) -> dict[Visit, Payers]:
        return payers(self.coverages, self.merged)

    def first(self, visit: Visit) -> Covered | None:
        return self.paid[visit].first

    @cached_property
    def _plans(self) -> dict[int, int]:
        return counted_as(self.coverages)

    def plan(self, coverage: int) -> int:
        """The coverage under which one is counted."""
        return self._plans.get(coverage, coverage)

    def on(self, coverage: int) -> list[Visit]:
        """The visits that a coverage pays first."""
        plan = self.plan(coverage)
        return [visit for visit, paid in self.paid.items() if paid.first and self.plan(paid.first.id) == plan]

    def promise(self, coverage: int, visit: Visit) -> Promise | None:
        """The newest that was verified of a coverage about such a visit."""
        plan = self.plan(coverage)
        mine = [replace(p, coverage=coverage) for p in self.promises if self.plan(p.coverage) == plan]
        return benefits.newest(mine, coverage, visit)

    @cached_property
    def _leaves(self) -> dict[tuple[int, int], tuple[Leave, ...]]:
        found: dict[tuple[int, int], tuple[Leave, ...]] = defaultdict(tuple)
        for (case, coverage), leaves in self.leaves.items():
            found[case, self.plan(coverage)] += leaves
        return found

    def leaves_of(self, case: int, coverage: int) -> tuple[Leave, ...]:
        return self._leaves.get((case, self.plan(coverage)), ())

    @cached_property
    def _allotments(self) -> dict[tuple[int, int], Allotment]:
        """By case and plan; a day of a case that changed its kind meanwhile is one use still."""
        uses: dict[tuple[int, int], dict[date, Use]] = defaultdict(dict)
        for visit, planned in self.merged.items():
            first = self.first(visit)
            if first:
                uses[visit.case, self.plan(first.id)][visit.day] = Use(visit.day, planned.state, self._units(planned))
        return {key: authorizations.allot(self._leaves.get(key, ()), found.values()) for key, found in uses.items()}

    def allotment(self, case: int, coverage: int) -> Allotment:
        return self._allotments.get((case, self.plan(coverage)), Allotment({}, {}, {}))

    @cached_property
    def _like_last(self) -> dict[int, Mapping[str, int]]:
        """The units of the last signed visit by case: what a visit ahead is taken to be like."""
        signed = sorted((p for p in self.merged.values() if p.units), key=lambda p: p.visit.day)
        return {planned.visit.case: planned.units for planned in signed}

    def _units(self, planned: Planned) -> Mapping[str, int]:
        return planned.units or self._like_last.get(planned.visit.case, {})

    def use(self, visit: Visit) -> Use:
        planned = self.merged[visit]
        return Use(visit.day, planned.state, self._units(planned))

    def why_none(self, visit: Visit, coverage: int) -> str:
        """In words why a visit stands on no authorization of a coverage."""
        short = self.allotment(visit.case, coverage).short.get(visit.day, {})
        return authorizations.why_none(self.leaves_of(visit.case, coverage), self.use(visit), short)

    def place(self, visit: Visit) -> Place | None:
        """Which visit of the plan's year it is; None without a payer or where nothing was verified."""
        first = self.first(visit)
        promise = self.promise(first.id, visit) if first else None
        return benefits.place(promise, visit, self.on(promise.coverage)) if promise else None


def examine(known: Known, visits: Collection[Visit]) -> dict[Visit, list[Finding]]:
    """The findings about some of the visits that are known, in order of date."""
    return {visit: _findings(known, visit) for visit in sorted(visits)}


def _findings(known: Known, visit: Visit) -> list[Finding]:
    found = list(known.paid[visit].findings)
    first, place = known.first(visit), known.place(visit)
    if first is None:
        return found
    found += _authorization(known, visit, first, place)
    over = benefits.over_limit(place) if place else None
    if over:
        found.append(over)
    if place and place.needs_referral and not _referred(known.referrals.get(visit.case), visit.day):
        nth = benefits.ordinal(place.promise.referral_from or 1)
        message = f"No referral is on file for {told(visit.day, visit.day)}"
        detail = f"{first.name} asks for one from the {nth} visit of the year on."
        found.append(Finding("referral", Severity.MAY_BE_DENIED, "case.referral_on", message, detail))
    return found


def needs_authorization(known: Known, coverage: Covered, place: Place | None) -> bool:
    """Whether the plan asks for one at this visit. What was verified says from which; else the payer's rule holds."""
    if place and place.promise.authorization_from:
        return place.needs_authorization
    return coverage.id in known.needs


def _authorization(known: Known, visit: Visit, first: Covered, place: Place | None) -> list[Finding]:
    leaves, needed = known.leaves_of(visit.case, first.id), needs_authorization(known, first, place)
    if not needed and not leaves:
        return []
    allotted = known.allotment(visit.case, first.id)
    outside = allotted.outside.get(visit.day, ())
    standing = next((leave for leave in leaves if leave.id == allotted.by_day[visit.day]), None)
    if standing is None:
        why, severity = known.why_none(visit, first.id), Severity.WILL_FAIL
    elif outside:
        why, severity = f"Authorization {standing.number} is not for {', '.join(outside)}.", Severity.MAY_BE_DENIED
    else:
        return []
    detail = f"{first.name} denies visits without one." if needed else ""
    if needed and place and place.promise.authorization_from:
        nth = benefits.ordinal(place.promise.authorization_from)
        detail = f"{first.name} asks for one from the {nth} visit of the year on."
    return [
        Finding("authorization", severity if needed else Severity.MAY_BE_DENIED, "case.authorizations", why, detail)
    ]


def _referred(span: Span | None, day: date) -> bool:
    if span is None:
        return False
    first, last = span
    return (first is None or first <= day) and (last is None or day <= last)


@dataclass(frozen=True)
class Breach:
    """The first visit that breaks a limit, and how many after it do."""

    day: date
    finding: Finding
    more: int = 0

    @property
    def sentence(self) -> str:
        later = (
            f" So do{'es' if self.more == 1 else ''} {authorizations.amount(self.more, 'visits')} after it."
            if self.more
            else ""
        )
        message = self.finding.message.removesuffix(".")
        detail = f" {self.finding.detail}" if self.finding.detail else ""
        return f"{self.day:%b} {self.day.day}: {message}.{detail}{later}"


def breaches(found: Mapping[Visit, Sequence[Finding]]) -> list[Breach]:
    """By rule the first visit that breaks it, in order of date."""
    first: dict[str, Breach] = {}
    for visit in sorted(found):
        for finding in found[visit]:
            seen = first.get(finding.rule)
            first[finding.rule] = replace(seen, more=seen.more + 1) if seen else Breach(visit.day, finding)
    return sorted(first.values(), key=lambda breach: breach.day)

"""Heart. What a plan promised about therapy: the visits of a year, from which an authorization or a referral is
needed, and the copay.

A visit is a date of service of one discipline. The newest verified promise counts. The visits that other clinics
used were told on the day of the verification, so they count in the year that held that day only.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from clients.coverage import SHORT, Visit
from practice.findings import Finding, Severity

DISCIPLINE_ORDER = tuple(SHORT)
KINDS = {"all": (True, False), "rehabilitative": (False,), "habilitative": (True,)}


@dataclass(frozen=True)
class Promise:
    """What was verified about a coverage. `disciplines` share the limit; `kind` says which therapy it counts.

    `verified_on` is the local day of `verified_at`; `copay` is in dollars; the figures from which visit something is
    needed, and the limit, count the visits of other clinics too.
    """

    id: int
    coverage: int
    disciplines: frozenset[str]
    starts_on: date
    ends_on: date | None
    verified_at: datetime
    verified_on: date
    kind: str = "all"
    visit_limit: int | None = None
    plan_year_month: int = 1  # 1 is the calendar year
    used_elsewhere: int = 0
    authorization_from: int | None = None
    referral_from: int | None = None
    copay: Decimal | None = None
    copay_per_day: bool = False

    def speaks_of(self, visit: Visit) -> bool:
        """Whether it counts a visit of this discipline and kind, whenever that is."""
        return visit.discipline in self.disciplines and visit.habilitative in KINDS[self.kind]


@dataclass(frozen=True)
class Place:
    """Which visit of its year a visit is: the `nth` of ours, `elsewhere` more at other clinics."""

    promise: Promise
    nth: int
    elsewhere: int
    year: tuple[date, date]

    @property
    def over(self) -> bool:
        limit = self.promise.visit_limit
        return limit is not None and self.nth + self.elsewhere > limit

    @property
    def needs_authorization(self) -> bool:
        return _reached(self.promise.authorization_from, self.nth + self.elsewhere)

    @property
    def needs_referral(self) -> bool:
        return _reached(self.promise.referral_from, self.nth + self.elsewhere)


def _reached(mark: int | None, nth: int) -> bool:
    return mark is not None and nth >= mark


def newest(promises: Iterable[Promise], coverage: int, visit: Visit) -> Promise | None:
    """The newest verified promise of a coverage that speaks of a visit; None when nobody asked."""
    fitting = [
        p
        for p in promises
        if p.coverage == coverage
        and p.speaks_of(visit)
        and p.starts_on <= visit.day
        and (p.ends_on is None or visit.day <= p.ends_on)
    ]
    return max(fitting, key=lambda p: (p.verified_at, p.id), default=None)


def year_of(promise: Promise, day: date) -> tuple[date, date]:
    """First and last day of the promise's year that holds `day`."""
    first = date(day.year - (day.month < promise.plan_year_month), promise.plan_year_month, 1)
    return first, date.fromordinal(first.replace(year=first.year + 1).toordinal() - 1)


def place(promise: Promise, visit: Visit, visits: Iterable[Visit]) -> Place:
    """Which visit of the year it is, among `visits`: all that the same coverage pays first."""
    first, last = year_of(promise, visit.day)
    counted = {
        (v.day, v.discipline) for v in visits if first <= v.day <= last and promise.speaks_of(v)
    } | {(visit.day, visit.discipline)}  # fmt: skip
    nth = sum(pair <= (visit.day, visit.discipline) for pair in counted)
    told = first <= promise.verified_on <= last
    return Place(promise, nth, promise.used_elsewhere if told else 0, (first, last))


def over_limit(found: Place) -> Finding | None:
    """The finding about a visit beyond the plan's limit."""
    if not found.over:
        return None
    message = f"{ordinal(found.nth)} visit of {_year(found)}: the plan pays {_limit(found)}"
    detail = "What comes after is the client’s own, unless the plan allows more."
    return Finding("benefit.visits", Severity.MAY_BE_DENIED, "coverage.benefits", message, detail)


def _limit(found: Place) -> str:
    used = f", {found.elsewhere} {'was' if found.elsewhere == 1 else 'were'} used elsewhere" if found.elsewhere else ""
    return f"{found.promise.visit_limit} for {shared(found.promise)}{used}"


def shared(promise: Promise) -> str:
    """The disciplines of a limit: OT, or OT and speech together."""
    names = [SHORT[d] for d in DISCIPLINE_ORDER if d in promise.disciplines]
    return f"{listed(names)} together" if len(names) > 1 else names[0]


def _year(found: Place) -> str:
    first = found.year[0]
    return str(first.year) if first.month == 1 else f"the plan year from {first:%b} {first.day}, {first.year}"


def tally(promise: Promise, day: date, states: Sequence[tuple[Visit, str]]) -> dict[str, int]:
    """Visits of the year that holds `day`, by state (used, scheduled, held), and those used elsewhere."""
    first, last = year_of(promise, day)
    found = {"used": 0, "scheduled": 0, "held": 0}
    seen: dict[tuple[date, str], str] = {}
    for visit, state in states:
        if first <= visit.day <= last and promise.speaks_of(visit):
            pair = (visit.day, visit.discipline)
            seen[pair] = min(seen.get(pair, state), state, key=list(found).index)
    for state in seen.values():
        found[state] += 1
    return found | {"elsewhere": promise.used_elsewhere if first <= promise.verified_on <= last else 0}


def copay(promise: Promise | None, on_coverage: Decimal | None) -> tuple[Decimal | None, bool]:
    """(the fixed copay in dollars or None, whether it is taken once a day). What was verified goes before the
    figure on the coverage, which is for each visit.
    """
    if promise is None or promise.copay is None:
        return on_coverage, False
    return promise.copay, promise.copay_per_day


def listed(names: Sequence[str]) -> str:
    """OT; OT and PT; OT, PT and speech."""
    return " and ".join([", ".join(names[:-1]), names[-1]] if len(names) > 1 else names)


def ordinal(n: int) -> str:
    """1st, 2nd, 3rd, 4th … 11th."""
    ending = "th" if n % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(n % 10, "th")
    return f"{n}{ending}"

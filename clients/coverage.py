"""Heart. Who pays for a visit: which coverage first, which next, or why none.

A coverage serves a visit when it is in force on the date of service and is for its case and discipline:

- One tied to a case serves that case alone, and comes before the general ones there.
- One with disciplines serves these alone.
- One with a visit limit (employee assistance) pays for its first so many dates of service, in order of date; then
  the next pays. This is computed anew each time, so a visit entered late takes its place among the others.
- Employee assistance is no insurance: for the visits that it pays nobody comes after it.
- An injury at work is paid by workers' compensation, or by what is tied to the case. Health plans exclude it, so
  they never step in: without such a coverage nobody pays, and a finding says so.
- After an auto accident auto medical coverage (PIP, MedPay) pays first and health plans follow, also alone once it
  is exhausted or has ended. Where none was ever entered the health plan pays first and a finding asks for it.
- Workers' compensation and auto medical coverage serve no other case, unless they are tied to it.
- Medicare in force serves every visit of OT, PT and speech that is no injury at work: these therapists cannot opt out of
  it (Social Security Act §1802(b)(5)(B); Medicare Benefit Policy Manual ch. 15 §40.4), so no limit written on its row
  makes such a visit self-pay.

Of several that serve, the lower rank comes first; at one rank a limited one before the others, then the newest plan.
The same plan entered on two charts that were merged is one plan: the first of its rows stands for both, and what
it pays for is counted together, whichever row was in force.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from practice.findings import Finding, Severity

WORK, AUTO = "work", "auto"
WORKERS_COMP, AUTO_MEDICAL, EMPLOYEE_ASSISTANCE = "workers_comp", "auto", "employee_assistance"
MEDICARE, THERAPY = "medicare", frozenset({"OT", "PT", "SLP"})
OWN_PLANS = {WORK: WORKERS_COMP, AUTO: AUTO_MEDICAL}  # by cause of the case
SHORT = {"OT": "OT", "PT": "PT", "SLP": "speech", "MH": "mental health"}


@dataclass(frozen=True)
class Covered:
    """A coverage as far as its order goes. `rank` 1 pays first; dates are inclusive, `ends_on` None is open.

    `kind` is the payer's plan type, `case` the only case it serves, `disciplines` those alone (empty: all),
    `visit_limit` the dates of service it pays for. `plan` names whose plan it is and `chart` where it was entered.
    """

    id: int
    rank: int
    starts_on: date
    ends_on: date | None
    name: str = ""
    kind: str = ""
    case: int | None = None
    disciplines: frozenset[str] = frozenset()
    visit_limit: int | None = None
    plan: str = ""
    chart: int = 0


@dataclass(frozen=True, order=True)
class Visit:
    """A date of service of a case. Several sessions of one case and day are one visit."""

    day: date
    discipline: str
    case: int
    cause: str = "illness"
    habilitative: bool = False


@dataclass(frozen=True)
class Payers:
    """Who pays for a visit, first payer first; nobody is self-pay. `findings` say why nobody, or what is doubtful.

    `twins`: rows of a plan that was entered on another chart too, each with the row that stands for it.
    """

    order: tuple[Covered, ...] = ()
    findings: tuple[Finding, ...] = ()
    twins: tuple[tuple[int, int], ...] = ()

    @property
    def first(self) -> Covered | None:
        return self.order[0] if self.order else None

    def stands_as(self, coverage_id: int) -> int:
        """The coverage that stands for one: itself, unless it is the same plan's row of another chart."""
        return dict(self.twins).get(coverage_id, coverage_id)

    def has(self, coverage_id: int) -> bool:
        """Whether a coverage pays for the visit, itself or by the row that stands for it."""
        return self.stands_as(coverage_id) in [coverage.id for coverage in self.order]

    def after(self, coverage_id: int) -> Covered | None:
        """Who pays next after a coverage; None is the client, also when that coverage does not pay for the visit."""
        coverage_id = self.stands_as(coverage_id)
        ids = [coverage.id for coverage in self.order]
        following = self.order[ids.index(coverage_id) + 1 :] if coverage_id in ids else ()
        return following[0] if following else None


def in_force(coverage: Covered, day: date) -> bool:
    return coverage.starts_on <= day and (coverage.ends_on is None or day <= coverage.ends_on)


def concerns(coverage: Covered, visit: Visit) -> bool:
    """Whether a coverage is for the visit's case, whatever its dates, disciplines and limit."""
    if coverage.case is not None and not _always(coverage, visit):
        return coverage.case == visit.case
    return reaches(coverage.kind, visit.cause)


def _always(coverage: Covered, visit: Visit) -> bool:
    """Whether a coverage is for such a visit whatever its row limits it to."""
    return coverage.kind == MEDICARE and visit.discipline in THERAPY


def reaches(kind: str, cause: str) -> bool:
    """Whether a plan of this type that is tied to no case is for a case of this cause."""
    if cause == WORK or kind in OWN_PLANS.values():
        return kind == OWN_PLANS.get(cause)
    return True


def serves(coverage: Covered, visit: Visit) -> bool:
    """Whether a coverage pays for such a visit, its visit limit left aside."""
    fits = not coverage.disciplines or visit.discipline in coverage.disciplines or _always(coverage, visit)
    return fits and concerns(coverage, visit) and in_force(coverage, visit.day)


def payers(coverages: Iterable[Covered], visits: Iterable[Visit]) -> dict[Visit, Payers]:
    """Who pays for each of a client's visits. `visits` are all of them that count, in any order."""
    known = tuple(coverages)
    plans = counted_as(known)
    used: dict[int, set[date]] = defaultdict(set)
    found = {}
    for visit in sorted(set(visits)):
        serving, twins = _once(sorted((c for c in known if serves(c, visit)), key=lambda c: _place(c, visit)))
        order = _until_assistance([c for c in serving if _has_room(c, used[plans[c.id]], visit)])
        for coverage in order:
            used[plans[coverage.id]].add(visit.day)
        findings = _doubts(known, order, visit) if order else _why_none(known, serving, visit)
        found[visit] = Payers(tuple(order), tuple(findings), twins)
    return found


def counted_as(coverages: Iterable[Covered]) -> dict[int, int]:
    """By coverage the one under which its visits are counted: itself, or the lowest id of its plan where the plan
    stands on several charts. A plan's rows stay one when one of them ends, so that no limit begins anew.
    """
    rows: dict[str, list[Covered]] = defaultdict(list)
    for coverage in coverages:
        rows[coverage.plan or f"#{coverage.id}"].append(coverage)
    found: dict[int, int] = {}
    for mine in rows.values():
        several = len({coverage.chart for coverage in mine}) > 1
        lowest = min(coverage.id for coverage in mine)
        found |= {coverage.id: lowest if several else coverage.id for coverage in mine}
    return found


def _once(serving: Sequence[Covered]) -> tuple[list[Covered], tuple[tuple[int, int], ...]]:
    """Each plan by its first row, and the rows of other charts that this one stands for."""
    first: dict[str, Covered] = {}
    kept, twins = [], []
    for coverage in serving:
        there = first.setdefault(coverage.plan, coverage) if coverage.plan else coverage
        if there.chart == coverage.chart:
            kept.append(coverage)
        else:
            twins.append((coverage.id, there.id))
    return kept, tuple(twins)


def _place(coverage: Covered, visit: Visit) -> tuple[bool, bool, int, bool, int, int]:
    own = coverage.kind == OWN_PLANS.get(visit.cause)
    newest = -coverage.starts_on.toordinal()
    return coverage.case is None, not own, coverage.rank, coverage.visit_limit is None, newest, coverage.id


def _has_room(coverage: Covered, used: set[date], visit: Visit) -> bool:
    limit = coverage.visit_limit
    return limit is None or visit.day in used or len(used) < limit or _always(coverage, visit)


def _until_assistance(order: list[Covered]) -> list[Covered]:
    """The order up to employee assistance, with which no plan shares a visit."""
    last = next((n for n, c in enumerate(order, start=1) if c.kind == EMPLOYEE_ASSISTANCE), len(order))
    return order[:last]


def _doubts(known: Sequence[Covered], order: Sequence[Covered], visit: Visit) -> list[Finding]:
    """What is doubtful about the first payer of a visit."""
    found = []
    first = order[0]
    twin = next((c for c in order[1:] if _place(c, visit)[:4] == _place(first, visit)[:4]), None)
    if twin:
        found.append(_maybe("coverage.rank", f"{first.name} and {twin.name} both pay first: say which"))
    entered = any(concerns(c, visit) and (c.kind == AUTO_MEDICAL or c.case) for c in known)
    if visit.cause == AUTO and not entered:
        message = f"The case is an auto accident and no auto medical coverage was entered: {first.name} pays first"
        found.append(_maybe("coverage.auto", message))
    return found


def _maybe(rule: str, message: str) -> Finding:
    return Finding(rule, Severity.MAY_BE_DENIED, "case.coverages", message)


def _why_none(known: Sequence[Covered], serving: Sequence[Covered], visit: Visit) -> list[Finding]:
    """Why nobody pays for a visit; nothing of a client who never had a coverage for it: she pays herself."""
    why = _reason([c for c in known if concerns(c, visit)], serving, visit)
    return [Finding("coverage.none", Severity.WILL_FAIL, "case.coverages", why)] if why else []


def _reason(mine: Sequence[Covered], serving: Sequence[Covered], visit: Visit) -> str:
    day = visit.day
    if serving:
        full = serving[0]
        visits = "The only visit" if full.visit_limit == 1 else f"The {full.visit_limit} visits"
        return f"{visits} that {full.name} pays for {'is' if full.visit_limit == 1 else 'are'} used and nothing follows"
    others = [c for c in mine if in_force(c, day)]
    if others:
        kinds = " and ".join(sorted(SHORT.get(d, d) for d in others[0].disciplines))
        return f"{others[0].name} pays for {kinds} only and nothing else is in force on {told(day, day)}"
    if visit.cause == WORK:
        when = told(day, day)
        return f"The case is an injury at work and no workers’ compensation coverage is in force on {when}"
    ended = max(((c.ends_on, c.id, c) for c in mine if c.ends_on and c.ends_on < day), default=None)
    coming = min(((c.starts_on, c.id, c) for c in mine if c.starts_on > day), default=None)
    past = f"{ended[2].name} ended on {told(ended[0], day)}" if ended else ""
    future = f"{coming[2].name} starts on {told(coming[0], day)}" if coming else ""
    if past and future:
        return f"{past} and {future}: nothing is in force between"
    return f"{past} and nothing follows" if past else future


def told(day: date, near: date) -> str:
    """A day in words, with its year when it is not that of `near`: Oct 31, or Oct 31, 2025."""
    return f"{day:%b} {day.day}" + ("" if day.year == near.year else f", {day.year}")

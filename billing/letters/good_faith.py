"""Heart. Good faith estimates for people who pay themselves: until when one must be given, what it comes to, and when
a bill has passed it.

Sources: 42 USC 300gg-136 and 45 CFR 149.610 (when, what, twelve months for visits that recur), 45 CFR 149.620
($400 above the estimate opens the dispute, within 120 days of the first bill).
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from practice.money import ZERO

DISPUTE = Decimal("400.00")
MONTHS = 12
DAY = timedelta(days=1)


@dataclass(frozen=True)
class Item:
    """A code at the usual fee: dollars a unit, units a visit, visits."""

    code: str
    fee: Decimal
    units: int
    visits: int

    @property
    def amount(self) -> Decimal:
        return self.fee * self.units * self.visits


def total(items: Iterable[Item]) -> Decimal:
    return sum((item.amount for item in items), ZERO)


def holidays(year: int) -> frozenset[date]:
    """Federal holidays of a year as they are kept (5 USC 6103): on Friday or Monday when they fall on a weekend."""
    fixed = [date(year, month, day) for month, day in ((1, 1), (6, 19), (7, 4), (11, 11), (12, 25))]
    kept = [day - DAY if day.weekday() == 5 else day + DAY if day.weekday() == 6 else day for day in fixed]
    floating = [_nth(year, *rule) for rule in ((1, 0, 3), (2, 0, 3), (9, 0, 1), (10, 0, 2), (11, 3, 4))]
    memorial = max(date(year, 5, day) for day in range(25, 32) if date(year, 5, day).weekday() == 0)
    return frozenset([*kept, *floating, memorial])


def _nth(year: int, month: int, weekday: int, n: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (n - 1))


def is_business(day: date) -> bool:
    return day.weekday() < 5 and day not in holidays(day.year) and day not in holidays(day.year + 1)


def business_days_after(day: date, count: int) -> date:
    """The `count`th business day after `day`."""
    while count:
        day += DAY
        count -= is_business(day)
    return day


def business_days_ahead(since: date, until: date) -> int:
    """Business days after `since` up to `until`, itself included."""
    return sum(is_business(since + n * DAY) for n in range(1, (until - since).days + 1))


def due_on(*, asked_on: date, requested: bool, first_visit: date) -> date | None:
    """The last day to give an estimate; None where there is no duty.

    Who asks has it within three business days. A visit booked ten business days ahead: within three; three ahead:
    within one; sooner: none is owed unless she asks.
    """
    if requested:
        return business_days_after(asked_on, 3)
    ahead = business_days_ahead(asked_on, first_visit)
    if ahead >= 10:
        return business_days_after(asked_on, 3)
    return business_days_after(asked_on, 1) if ahead >= 3 else None


def latest_end(starts_on: date) -> date:
    """The last day an estimate may speak of: twelve months."""
    year = starts_on.year + MONTHS // 12
    try:
        return starts_on.replace(year=year) - DAY
    except ValueError:  # February 29
        return date(year, 2, 28)


@dataclass(frozen=True)
class Estimated:
    """An estimate: for whom, of whom, when, dollars. `id` rises with the time it was given."""

    id: int
    client: int
    clinician: int
    starts_on: date
    ends_on: date
    total: Decimal


@dataclass(frozen=True)
class Billed:
    """What a person pays for a client's visit with a clinician: dollars after discounts."""

    client: int
    clinician: int
    on: date
    amount: Decimal


def spoken_of(estimates: Sequence[Estimated], bill: Billed) -> int | None:
    """The estimate a bill is held against: the newest that speaks of its client, clinician and day."""
    whose = (bill.client, bill.clinician)
    found = [e.id for e in estimates if (e.client, e.clinician) == whose and e.starts_on <= bill.on <= e.ends_on]
    return max(found, default=None)


def billed_under(estimates: Sequence[Estimated], bills: Iterable[Billed]) -> dict[int, Decimal]:
    """Dollars billed by estimate, each bill under one."""
    sums = {estimate.id: ZERO for estimate in estimates}
    for bill in bills:
        under = spoken_of(estimates, bill)
        if under is not None:
            sums[under] += bill.amount
    return sums


def passed_by(estimate: Decimal, billed: Decimal) -> Decimal | None:
    """Dollars by which a bill passes an estimate, from $400 on, where the person may dispute it; else None."""
    over = billed - estimate
    return over if over >= DISPUTE else None

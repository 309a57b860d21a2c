"""Heart. How old money is: buckets of days, and the sum of open items in them.

The date a bucket counts from is an input of whoever asks: the date of service, or the day an amount
became that party's. Old money is what was owed more than 90 days.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from practice.money import ZERO

EDGES = (30, 60, 90, 120)  # last day of each bucket; the fifth has no end
LABELS = ("0–30 days", "31–60 days", "61–90 days", "91–120 days", "Over 120 days")
OLD = (3, 4)  # the buckets over 90 days


@dataclass(frozen=True)
class Open:
    """An open amount, signed dollars, counted from `since`; `who` is any label to group by."""

    who: str
    since: date
    amount: Decimal


@dataclass(frozen=True)
class Aged:
    """Sums by bucket, in dollars."""

    buckets: tuple[Decimal, ...] = (ZERO,) * 5

    @property
    def total(self) -> Decimal:
        return sum(self.buckets, ZERO)

    @property
    def old(self) -> Decimal:
        return sum((self.buckets[i] for i in OLD), ZERO)

    def plus(self, bucket: int, amount: Decimal) -> "Aged":
        return Aged(tuple(b + amount if i == bucket else b for i, b in enumerate(self.buckets)))


def bucket(days: int) -> int:
    """0 for 0–30 days (and for what is dated later), 4 for over 120."""
    return sum(days > edge for edge in EDGES)


def age(items: Iterable[Open], as_of: date) -> dict[str, Aged]:
    """Open items by who owes, aged to `as_of`."""
    aged: dict[str, Aged] = {}
    for item in items:
        days = (as_of - item.since).days
        aged[item.who] = aged.get(item.who, Aged()).plus(bucket(days), item.amount)
    return aged

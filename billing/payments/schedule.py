"""Heart. The payments of a plan by the month, to the cent: equal ones, and the last is what is left."""

from calendar import monthrange
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from practice.money import ZERO

LONGEST = 60  # months; a plan that lasts longer is a loan


@dataclass(frozen=True)
class Due:
    """What is to be paid on a day."""

    on: date
    amount: Decimal


def schedule(total: Decimal, monthly: Decimal, first_on: date) -> list[Due]:
    """`monthly` dollars from `first_on`, each month on that day or its last, until `total` is reached.

    ValueError for amounts that are not positive and for a plan of more than `LONGEST` months.
    """
    if not ZERO < monthly <= total:
        raise ValueError("a month's payment is more than nothing and at most the whole")
    if total > monthly * LONGEST:
        raise ValueError(f"it would take more than {LONGEST} months")
    found: list[Due] = []
    left = total
    while left:
        amount = min(monthly, left)
        found.append(Due(_month_after(first_on, len(found)), amount))
        left -= amount
    return found


def due_by(plan: list[Due], day: date) -> Decimal:
    """Dollars that should have been paid by `day`, inclusive."""
    return sum((due.amount for due in plan if due.on <= day), ZERO)


def _month_after(first: date, months: int) -> date:
    year, month = divmod(first.year * 12 + first.month - 1 + months, 12)
    return date(year, month + 1, min(first.day, monthrange(year, month + 1)[1]))

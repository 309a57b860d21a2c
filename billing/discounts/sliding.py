"""Heart. The sliding fee: a share of the usual fee that a client with little income is not asked for.

The charge stays the usual fee for everyone; the discount is an adjustment of its own beside it.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from billing.ledger import Account, Line, Movement, Owed, Party, check
from practice.money import ZERO, rounded, split

LONGEST = 366  # days; what a household earns is asked again each year
KEY = "sliding"  # what the keys of these postings begin with


@dataclass(frozen=True)
class Grant:
    """A discount of so many percent between two days, both included. Of several the one with the highest id counts;
    one of 0 percent ends what was granted before."""

    id: int
    percent: int
    valid_from: date
    valid_until: date


def percent_on(grants: Iterable[Grant], day: date) -> int:
    """The discount for a day of service in percent; 0 for none."""
    held = [grant for grant in grants if grant.valid_from <= day <= grant.valid_until]
    return max(held, key=lambda grant: grant.id).percent if held else 0


def holds_after(grants: Iterable[Grant], day: date) -> bool:
    """Whether there is a discount on any later day. A few years of days at most are looked at."""
    known = list(grants)
    last = max((grant.valid_until for grant in known), default=day)
    return any(percent_on(known, day + timedelta(days=n)) for n in range(1, (last - day).days + 1))


def discount(amount: Decimal, percent: int) -> Decimal:
    """What of a charge is not asked for, to the cent."""
    return rounded(amount * percent / 100)


def shared_less(
    amount: Decimal, less: Decimal, share: Callable[[Decimal], Owed]
) -> tuple[list[tuple[Party, Decimal]], list[tuple[Party, Decimal]]]:
    """What each person owes of a usual fee, and what of it she is not asked for: what remains is as `share` divides it."""
    if less == amount:
        owed = list(share(amount))
        return owed, owed
    rest = share(amount - less)
    off = split(less, [mine for _, mine in rest])
    gross = [(party, mine + mine_off) for (party, mine), mine_off in zip(rest, off, strict=True)]
    return gross, [(party, mine_off) for (party, _), mine_off in zip(rest, off, strict=True) if mine_off]


def movement(*, charge: int, on: date, off: Owed) -> Movement:
    """The discount on what people owe. Not “adjusted”: it lowers what they are asked for, as an invoice shows, where a
    write-off gives up what they were asked for."""
    total = sum((amount for _, amount in off), ZERO)
    lines = (Line(Account.RECEIVABLE, "discount", -amount, charge, party) for party, amount in off)
    given_up = Line(Account.ADJUSTMENT, "sliding fee", total, charge)
    return check(Movement("adjustment", f"{KEY}:{charge}", on, (given_up, *lines)))

"""Heart. Which charges an amount of money pays: in the order given, until it is used up."""

from collections.abc import Iterable
from decimal import Decimal

from practice.money import ZERO


def spread(amount: Decimal, owed: Iterable[tuple[int, Decimal]]) -> list[tuple[int, Decimal]]:
    """(charge, dollars) of `amount` over (charge, dollars owed) in order; nothing is overpaid, what is over stays."""
    shares: list[tuple[int, Decimal]] = []
    for charge, balance in owed:
        share = min(amount, balance)
        if share > ZERO:
            shares.append((charge, share))
            amount -= share
    return shares


def total(shares: Iterable[tuple[int, Decimal]]) -> Decimal:
    """Dollars of all shares."""
    return sum((amount for _, amount in shares), ZERO)

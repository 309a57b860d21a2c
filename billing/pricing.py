"""Heart. What a charge costs: units × the usual fee. The same fee for everyone; discounts are adjustments."""

from decimal import Decimal

from practice.money import dollars


def price(*, units: int, fee: Decimal) -> Decimal:
    """Dollars for `units` at `fee` dollars a unit."""
    return dollars(units * fee)


def copay_shares(copay: Decimal, amounts: list[Decimal]) -> list[Decimal]:
    """How one visit's fixed copay falls on its charges, dearest first, never above a charge."""
    left, shares = copay, [Decimal("0.00")] * len(amounts)
    for index in sorted(range(len(amounts)), key=lambda i: (-amounts[i], i)):
        shares[index] = min(left, amounts[index])
        left -= shares[index]
    return shares

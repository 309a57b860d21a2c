"""Heart. Money is Decimal dollars with two places; nothing here ever makes or accepts a float."""

import re
from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal, InvalidOperation

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
# Commas stand between thousands only: "63,60" is somebody's 63.60 and must not become 6,360.
TYPED = re.compile(r"-?(([0-9]{1,3}(,[0-9]{3})+|[0-9]+)(\.[0-9]*)?|\.[0-9]+)")
LARGEST = Decimal("9999999999.99")  # what numeric(12,2) holds


def dollars(value: Decimal | int | str) -> Decimal:
    """`value` as dollars with exactly two places, or ValueError if that would lose something."""
    if isinstance(value, float):
        raise TypeError("money is never a float")
    try:
        amount = Decimal(value)
    except InvalidOperation:
        raise ValueError(f"“{value}” is not an amount of money") from None
    if not amount.is_finite():
        raise ValueError(f"“{value}” is not an amount of money")
    if abs(amount) > LARGEST:
        raise ValueError(f"{value} is more than this system can hold")
    rounded = amount.quantize(CENT)
    if rounded != amount:
        raise ValueError(f"{value} has parts of a cent")
    return rounded


def rounded(amount: Decimal) -> Decimal:
    """`amount` to the nearest cent, halves away from zero (as payers and people round)."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def parse(text: str) -> Decimal:
    """Dollars from what a person typed: "1,184.00", "$63.6", "−120"."""
    cleaned = text.strip().replace("$", "", 1).replace("−", "-").strip()
    if not TYPED.fullmatch(cleaned):
        raise ValueError(f"“{text.strip()}” is not an amount of money")
    return dollars(cleaned.replace(",", ""))


def show(amount: Decimal) -> str:
    """ "$1,184.00"; negative money carries a true minus: "−$120.00"."""
    sign = "−" if amount < 0 else ""
    return f"{sign}${abs(amount):,.2f}"


def split(amount: Decimal, weights: Sequence[int | Decimal]) -> list[Decimal]:
    """Shares of `amount` in proportion to `weights`; they sum to `amount` to the cent.

    Largest remainder: each share is rounded down to the cent and the cents left go to the
    largest remainders, the earlier one on a tie. Weights are not negative and not all zero.
    """
    total = sum(Decimal(weight) for weight in weights)
    if total <= 0 or any(weight < 0 for weight in weights):
        raise ValueError("weights must be positive")
    sign = -1 if amount < 0 else 1
    cents = int(abs(dollars(amount)) * 100)
    exact = [cents * Decimal(weight) / total for weight in weights]
    shares = [int(share) for share in exact]
    order = sorted(range(len(exact)), key=lambda i: (shares[i] - exact[i], i))
    for i in order[: cents - sum(shares)]:
        shares[i] += 1
    return [sign * Decimal(share) * CENT for share in shares]

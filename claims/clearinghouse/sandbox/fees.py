"""What the invented payers allow, in dollars per unit. Figures of our own making, near the real ones.

A rate has a price for the first unit of a line and one for each further unit: Medicare pays later units
of therapy less (multiple procedure payment reduction), the others pay every unit alike. A payer never
allows more than was charged.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")
OTHER_CODES = Decimal("0.60")  # part of the charge allowed for a code in no table


@dataclass(frozen=True)
class Rate:
    """Dollars for the first unit of a line and for each further one."""

    first: Decimal
    further: Decimal


type Fees = Mapping[str, Rate]


def cents(amount: Decimal) -> Decimal:
    """`amount` to the nearest cent, halves away from zero."""
    return amount.quantize(CENT, ROUND_HALF_UP)


def allowed(fees: Fees, code: str, units: Decimal, charge: Decimal) -> Decimal:
    """What a payer with these fees allows for a line."""
    rate = fees.get(code)
    if rate is None:
        return cents(charge * OTHER_CODES)
    priced = rate.first * min(units, Decimal(1)) + rate.further * max(units - 1, Decimal(0))
    return min(cents(priced), charge)


def _table(text: str) -> dict[str, Rate]:
    """Rates from lines of `code first [further]`."""
    rates = {}
    for line in text.split("\n"):
        if line.strip():
            code, first, *further = line.split()
            rates[code] = Rate(Decimal(first), Decimal(further[0] if further else first))
    return rates


def scaled(fees: Fees, factor: Decimal) -> dict[str, Rate]:
    """The same table at `factor` of its prices, each rounded to the cent."""
    return {code: Rate(cents(r.first * factor), cents(r.further * factor)) for code, r in fees.items()}


MEDICARE = _table("""
    97032 14.30 11.50
    97033 19.30 14.20
    97034 13.60 10.30
    97035 13.60 10.30
    97110 29.00 22.40
    97112 33.00 25.60
    97113 36.40 26.00
    97116 29.20 22.80
    97124 30.60 21.40
    97129 22.30
    97130 21.30
    97140 27.00 20.80
    97530 36.00 32.00
    97533 62.30 39.40
    97535 32.60 24.00
    97537 31.60 24.00
    97542 31.60 24.00
    97550 53.00
    97551 26.00
    97750 34.00 24.60
    97755 38.60 30.20
    97760 47.60 32.20
    97761 41.60 29.40
    97763 52.20 34.30
    97018 5.60
    97022 17.00
    97150 18.00
    97161 99.00
    97162 99.00
    97163 99.00
    97164 68.40
    97165 101.00
    97166 101.00
    97167 101.00
    97168 69.00
    92507 76.00
    92508 24.00
    92521 134.00
    92522 112.00
    92523 227.00
    92524 108.00
    92526 84.40
    92610 85.20
    96125 102.00
    G0283 11.70
    90791 166.00
    90832 75.60
    90834 100.40
    90837 147.80
    90846 95.60
    90847 99.20
    90853 27.40
""")

COMMERCIAL = _table("""
    97010 8.00
    97032 20.00
    97033 24.00
    97034 18.00
    97035 16.00
    97110 38.00
    97112 40.00
    97113 42.00
    97116 37.00
    97124 32.00
    97129 36.00
    97130 34.00
    97140 38.00
    97530 42.00
    97533 46.00
    97535 40.00
    97537 38.00
    97542 38.00
    97550 58.00
    97551 29.00
    97750 44.00
    97755 46.00
    97760 52.00
    97761 50.00
    97763 54.00
    97018 12.00
    97022 20.00
    97150 28.00
    97161 118.00
    97162 118.00
    97163 118.00
    97164 78.00
    97165 120.00
    97166 120.00
    97167 120.00
    97168 80.00
    92507 92.00
    92508 36.00
    92521 150.00
    92522 130.00
    92523 240.00
    92524 128.00
    92526 98.00
    92610 112.00
    96125 118.00
    G0283 14.00
    90791 172.00
    90832 82.00
    90834 110.00
    90837 150.00
    90846 112.00
    90847 118.00
    90853 40.00
""")

UNITED = scaled(COMMERCIAL, Decimal("0.95"))
MEDICAID = scaled(COMMERCIAL, Decimal("0.60"))

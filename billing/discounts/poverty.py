"""Heart. The federal poverty guidelines, which a sliding fee is measured by.

Department of Health and Human Services, for the 48 states and D.C.: 90 FR 5917 (from January 15, 2025), 91 FR 1797 (from
January 13, 2026). Alaska and Hawaii have figures of their own, which are not here.
"""

from datetime import date
from decimal import Decimal
from math import ceil

# From when; dollars a year of one person; dollars of each further one.
GUIDELINES = (
    (date(2025, 1, 15), Decimal(15650), Decimal(5500)),
    (date(2026, 1, 13), Decimal(15960), Decimal(5680)),
)


def guideline(household: int, day: date) -> Decimal | None:
    """Dollars a year that are the poverty line of a household on a day; None before the first year on file."""
    found = [row for row in GUIDELINES if row[0] <= day]
    if not found or household < 1:
        return None
    _, first, further = found[-1]
    return first + further * (household - 1)


def percent_of_poverty(income: Decimal, household: int, day: date) -> int | None:
    """Yearly income in percent of the poverty line, rounded up so that nobody seems poorer than she is."""
    line = guideline(household, day)
    return None if line is None else ceil(income * 100 / line)

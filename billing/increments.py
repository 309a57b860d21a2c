"""Heart. The arithmetic of minutes and units.

CPT's time rule: a unit is reached when its midpoint is passed: 8 minutes of 15, 16 of 30, 31 of 60,
61 of 120. Some payers want the unit full; some pay quarter hours rounded to the nearest; Texas school
services bill hours in tenths, rounded to the nearest six minutes (TMPPM, SHARS).
"""

BLOCK = 15  # minutes
HALF = 8  # minutes that earn the next unit
TENTH = 6  # minutes


def table_units(minutes: int) -> int:
    """Units of `minutes` by the total-time table: 0 under 8, then one more at 8, 23, 38, 53 …"""
    return (minutes + BLOCK - HALF) // BLOCK


def threshold(units: int) -> int:
    """The first minute at which `units` are reached: 8, 23, 38, 53 …"""
    return units * BLOCK - HALF + 1


def by_midpoint(minutes: int, increment: int) -> int:
    """Units of `increment` minutes whose midpoint was passed."""
    return (minutes + (increment + 1) // 2 - 1) // increment


def by_full(minutes: int, increment: int) -> int:
    """Units of `increment` minutes that are full."""
    return minutes // increment


def in_tenths(minutes: int) -> int:
    """Tenths of an hour, to the nearest; a half goes up."""
    return (minutes + TENTH // 2) // TENTH

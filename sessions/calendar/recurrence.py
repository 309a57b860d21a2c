"""Heart. Visits that repeat, in the wall time of their place.

A series says its days and a time on the clock of the wall; each visit is made a moment of its own. So 9:00 stays
9:00 when clocks change, and the day stays the day. Days are local days, moments are in UTC. A time that a change
of clocks leaves out (2:30 AM in March) is told as much later as the clocks moved; one that comes twice is the
first of the two (PEP 495, fold=0).
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta, tzinfo

MOST = 60  # visits of a series
MOST_WEEKS = 8  # between two visits on the same weekday
WEEK = timedelta(days=7)
NAMES = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True)
class Pattern:
    """On which weekdays (0 is Monday), every how many weeks. The week of the first visit is the first."""

    weekdays: frozenset[int]
    every_weeks: int = 1

    def __post_init__(self) -> None:
        """Raises ValueError for what no series can be."""
        if not self.weekdays or not self.weekdays <= set(range(7)):
            raise ValueError("Choose at least one day of the week")
        if not 1 <= self.every_weeks <= MOST_WEEKS:
            raise ValueError(f"A series repeats every 1 to {MOST_WEEKS} weeks")

    def later(self, days: int) -> "Pattern":
        """The same pattern some days later."""
        return Pattern(frozenset((weekday + days) % 7 for weekday in self.weekdays), self.every_weeks)

    @property
    def words(self) -> str:
        """ "Every Monday and Wednesday", "Every 2 weeks on Friday"."""
        *most, last = (NAMES[weekday] for weekday in sorted(self.weekdays))
        days = f"{', '.join(most)} and {last}" if most else last
        return f"Every {days}" if self.every_weeks == 1 else f"Every {self.every_weeks} weeks on {days}"


def days(first: date, pattern: Pattern, visits: int) -> list[date]:
    """The local days of a series, in order; `first` is one of them whatever its weekday.

    Raises ValueError where there are not 1 to MOST `visits`.
    """
    if not 1 <= visits <= MOST:
        raise ValueError(f"A series has 1 to {MOST} visits")
    found, monday = [first], first - timedelta(days=first.weekday())
    while True:
        for weekday in sorted(pattern.weekdays):
            day = monday + timedelta(days=weekday)
            if len(found) == visits:
                return found
            if day > first:
                found.append(day)
        monday += WEEK * pattern.every_weeks


def moment(day: date, at: time, zone: tzinfo) -> datetime:
    """When it is `at` on a local day, in UTC."""
    return datetime.combine(day, at.replace(fold=0), tzinfo=zone).astimezone(UTC)


def moved(moments: Iterable[datetime], zone: tzinfo, days: int, at: time, new_zone: tzinfo) -> list[datetime]:
    """Each some days later, `at` on the clock of its new place, in UTC."""
    return [moment(each.astimezone(zone).date() + timedelta(days=days), at, new_zone) for each in moments]

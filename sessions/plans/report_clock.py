"""Heart. When the next progress report is due, counted in treatment days of a case.

Medicare wants a report by the therapist at least once every 10 treatment days. The first period begins with the first
treatment day of the episode, an evaluation as well; a report written earlier ends its period, and the next treatment
day begins the next. Notes of an assistant do not complete a report. (Medicare Benefit Policy Manual ch. 15 §220.3.D.)
A case is an episode of one discipline: two cases of one client are counted apart.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date

EVERY = 10
WARN = 8


@dataclass(frozen=True)
class Treated:
    """A day on which a case was treated. `report`: a therapist's report was signed for it."""

    on: date
    report: bool = False


@dataclass(frozen=True)
class Count:
    """Where the count stands. `number`: treatment days since `since`, the first of this period; None before it."""

    number: int
    since: date | None = None

    @property
    def left(self) -> int:
        """Treatment days until the one at which the report is due; 0 or less: it is due."""
        return EVERY - self.number

    @property
    def state(self) -> str:
        """overdue (past the 10th), due (the 10th), soon (8 and 9) or ok."""
        if self.number > EVERY:
            return "overdue"
        return "due" if self.number == EVERY else "soon" if self.number >= WARN else "ok"

    @property
    def sentence(self) -> str:
        """Said of a visit that is this day of the count: it is written there or before."""
        if self.state == "overdue":
            over = self.number - EVERY
            return f"Progress report overdue by {over} visit{'s' if over > 1 else ''}"
        if self.state == "due":
            return f"Progress report due at this visit, the {EVERY}th treatment day"
        return f"Progress report due at treatment day {EVERY}: in {self.left} visit{'s' if self.left > 1 else ''}"


def count(treated: Iterable[Treated], on: date | None = None) -> Count:
    """The count as it stands after `treated`; with `on`, as a visit of that day finds it: the visit is counted, and
    what was written on its own day or later is not known yet.
    """
    reports = _by_day(treated)
    if on is not None:
        reports = {day: report for day, report in reports.items() if day < on} | {on: False}
    number, since = 0, None
    for index, day in enumerate(sorted(reports)):
        number, since = number + 1, since or day
        if reports[day] and index:  # the first day of the episode begins the count, whatever was written on it
            number, since = 0, None
    return Count(number, since)


def due_on(treated: Iterable[Treated], planned: Collection[date]) -> dict[date, Count]:
    """The planned days at which a report is due, each with its count, as if those before were written on their day."""
    past = list(treated)
    given = {day.on for day in past}
    running, found = count(past), dict[date, Count]()
    for day in sorted(set(planned) - given):
        running = Count(running.number + 1, running.since or day)
        if running.number >= EVERY:
            found[day] = running
            running = Count(0)
    return found


def _by_day(treated: Iterable[Treated]) -> dict[date, bool]:
    days: dict[date, bool] = {}
    for day in treated:
        days[day.on] = days.get(day.on, False) or day.report
    return days

"""What a booking is told of plans of care: the first visit after the plan or its certification ends, and the first at
which a progress report is due. Said, never refused.
"""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from clients.benefits import ordinal
from clients.limits import Breach
from clients.models import Case
from practice import money
from practice.findings import Finding, Severity
from sessions.plans.certification import said
from sessions.plans.report_clock import EVERY, due_on
from sessions.plans.rows import Course


@dataclass(frozen=True)
class TherapyYear:
    """Dollars of a client's therapy before a day of a year, the year's threshold, and what a visit takes of it."""

    used: Decimal
    threshold: Decimal
    a_visit: Decimal


type Tells = Callable[[Case, date], TherapyYear | None]
YEARS: list[Tells] = []


def tells_year[Told: Tells](told: Told) -> Told:
    """Register who knows what Medicare allowed in a year: an app to the right, which charges."""
    YEARS.append(told)
    return told


def threshold(course: Course, when: Collection[date], planned: Iterable[date], today: date) -> list[Breach]:
    """The first of some days at which the year's threshold is reached, were all visits like the last one that was
    charged. Medicare alone has one.
    """
    given = {day.on for day in course.treated}
    ahead = sorted(day for day in {*when, *planned} if day >= today and day not in given)
    if not ahead or course.order_from is None:
        return []
    year = next(filter(None, (told(course.case, ahead[0]) for told in YEARS)), None)
    if year is None:
        return []
    same = [day for day in ahead if day.year == ahead[0].year]
    over = (day for place, day in enumerate(same, 1) if year.used + place * year.a_visit > year.threshold)
    first = next((day for day in over if day in when), None)
    if first is None:
        return []
    message = f"The threshold of {money.show(year.threshold)} for {first.year} is reached"
    detail = (
        f"{money.show(year.used)} so far and about {money.show(year.a_visit)} a visit: from here on the services need a"
        " reason, and KX."
    )
    return [Breach(first, Finding("therapy_threshold", Severity.MAY_BE_DENIED, "case", message, detail))]


def warnings(course: Course, when: Collection[date], planned: Collection[date]) -> list[Breach]:
    """By rule the first of some days that breaks it. `planned`: the other days on which the case is booked."""
    days = sorted(set(when))
    found = [
        _first("plan_of_care", days, lambda day: _ended(course, day)),
        _first("certification", days, lambda day: _uncertified(course, day)),
        _report(course, days, planned),
    ]
    return [breach for breach in found if breach]


def _first(rule: str, days: Sequence[date], broken: Callable[[date], str]) -> Breach | None:
    hit = [(day, message) for day in days if (message := broken(day))]
    if not hit:
        return None
    day, message = hit[0]
    return Breach(day, Finding(rule, Severity.MAY_BE_DENIED, "case.plans", message), len(hit) - 1)


def _ended(course: Course, day: date) -> str:
    """Nothing is said of a case that never had a plan: its evaluation is still to come."""
    ends = [plan.ends_on for plan in course.plans if plan.ends_on < day]
    if not ends or course.in_force(day) or any(plan.starts_on > day for plan in course.plans):
        return ""
    return f"The plan of care ends {said(max(ends))}"


def _uncertified(course: Course, day: date) -> str:
    plan = course.in_force(day) if course.needed else None
    if plan is None:
        return ""
    standing = course.standing(plan, day)
    if standing.certified:
        over = standing.until is not None and day > standing.until
        return f"The certification of the plan of care ends {said(standing.until)}" if over else ""
    over = standing.due_on is not None and day > standing.due_on
    return f"The plan of care is not certified; the signature is due {said(standing.due_on)}" if over else ""


def _report(course: Course, days: Sequence[date], planned: Collection[date]) -> Breach | None:
    due = due_on(course.treated, {*days, *planned})
    first = next((day for day in days if day in due), None)
    if first is None:
        return None
    count = due[first]
    late = f", {count.number - EVERY} late" if count.number > EVERY else ""
    message = (
        f"The progress report is due at this visit, the {ordinal(count.number)} treatment day since {said(count.since)}"
    )
    return Breach(first, Finding("progress_report", Severity.MAY_BE_DENIED, "case.plans", f"{message}{late}"))

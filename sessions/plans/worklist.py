"""What waits to be done about plans of care in a practice: a query over what is, never a stored list."""

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Max, Q

from clients.models import Case, Client
from practice.models import Membership, local_today
from sessions.models import Evaluation, Session
from sessions.paying import COUNTED
from sessions.plans.certification import State
from sessions.plans.report_clock import WARN, Count
from sessions.plans.rows import Course, courses

# In the order of the tabs; of the first five a case is in one at most.
BUCKETS = {
    "overdue": "Overdue",
    "send": "To send",
    "waiting": "Waiting",
    "recertify": "Recertify",
    "plan": "To plan",
    "report": "Report due",
}
DORMANT = timedelta(days=30)  # without a visit since, and none ahead, no report is asked for


@dataclass(frozen=True)
class Item:
    """Something to do for a case, and by when."""

    bucket: str
    course: Course
    sentence: str
    due_on: date | None

    @property
    def order(self) -> tuple[date, int]:
        return (self.due_on or date.max, self.course.case.pk)


def items(member: Membership, clinician: int | None = None) -> list[Item]:
    """All that waits for the open cases a member may see, the most urgent first, in a constant number of queries.

    `clinician`: only of clients whom she treats.
    """
    clients = Client.objects.visible_to(member)
    in_use = Q(client__active=True) | Q(client__merged_into__isnull=False)  # the case of a merged chart goes on
    rows = Case.objects.filter(in_use, client__in=clients, closed_on=None)
    if clinician:
        rows = rows.filter(client__care_team__clinician=clinician)
    found = courses(rows.distinct())
    last = _last_visits(found)
    evaluated = set(Evaluation.objects.filter(session__case__in=found).values_list("session__case", flat=True))
    today = local_today()
    return sorted(
        (item for course in found.values() for item in _of(course, today, last.get(course.case.pk), evaluated)),
        key=lambda item: item.order,
    )


def _last_visits(cases: Collection[int]) -> dict[int, date]:
    rows = Session.objects.filter(case__in=cases, state__in=COUNTED)
    return dict(rows.values_list("case").annotate(Max("served_on")))


def _of(course: Course, today: date, last: date | None, evaluated: Collection[int]) -> Iterator[Item]:
    plan = course.newest
    if plan is None:
        if course.case.pk in evaluated or any(day.report for day in course.treated):
            yield Item("plan", course, "Evaluated, and no plan of care yet.", None)
    else:
        yield from _certification(course, today, last)
    count = course.count()
    following = Count(count.number + 1, count.since)  # as the next visit finds it
    if following.number >= WARN and last is not None and last >= today - DORMANT:
        done = f"{count.number} treatment days since {count.since:%b} {count.since.day}" if count.since else ""
        yield Item("report", course, f"{done}; the report is due at the 10th.", last if last >= today else today)


def _certification(course: Course, today: date, last: date | None) -> Iterator[Item]:
    plan = course.newest
    assert plan is not None
    standing = course.standing(plan, today)
    buckets = {State.OVERDUE: "overdue", State.NOT_SENT: "send", State.WAITING: "waiting"}
    if standing.state in buckets:
        if course.needed:
            yield Item(buckets[standing.state], course, standing.sentence, standing.due_on)
    elif standing.recertify and standing.until and (standing.until >= today or (last and last > standing.until)):
        yield Item("recertify", course, standing.recertify, standing.until)

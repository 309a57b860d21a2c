"""Plans of care of the invented clients: with a goal each, certified where the payer asks, and with progress reports."""

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from claims.demo import cast
from claims.demo.plan import Planned, Visit
from clients.models import Case
from sessions.models import Session
from sessions.note_kinds import Kind
from sessions.plans import actions
from sessions.plans.models import PlanOfCare

WEEKS_OF_PLAN = 12
WEEKS_OF_REPORT = 3
MEASURES = 4  # of each goal


def set_plans(there: Any, planned: Planned, case: Case, today: date, *, certify: bool) -> None:
    """A plan after the other since the first day, and a goal that the client is on the way to."""
    opened = case.opened_on
    by, first, found = there.clinicians[planned.clinician].member, opened, list[PlanOfCare]()
    while first <= today:
        plan = actions.set_plan(
            by=by,
            case=case,
            starts_on=first,
            ends_on=first + timedelta(weeks=WEEKS_OF_PLAN),
            codes=[code for code, _ in planned.reason.codes],
            frequency=f"{len(planned.slots)}×/week",
        )
        found.append(plan)
        first += timedelta(weeks=WEEKS_OF_PLAN, days=1)
    if found:
        _reach(by, planned, found, today)
    if certify:
        _certify(there, planned, found, today)


def _reach(by: Any, planned: Planned, found: list[PlanOfCare], today: date) -> None:
    goals = cast.CHILD_GOALS if planned.child else cast.GOALS
    text, measure, unit, baseline, target = goals[planned.index % len(goals)]
    opened, case = found[0].starts_on, found[0].case
    goal = actions.add_goal(
        by=by, plan=found[0], text=text, measure=measure, unit=unit, baseline=Decimal(baseline),
        target=Decimal(target), due_on=found[-1].ends_on, from_on=opened,
    )  # fmt: skip
    weeks = range(2, (today - opened).days // 7, 3)[-MEASURES:]
    for n, week in enumerate(weeks, start=1):
        value = Decimal(baseline + (target - baseline) * n // (len(weeks) + 2))
        actions.measure(by=by, case=case, values={goal.pk: value}, on=opened + timedelta(weeks=week))


def _certify(there: Any, planned: Planned, found: list[PlanOfCare], today: date) -> None:
    """Each plan went to the physician and came back; the last of some clients waits, or is still to be sent."""
    for plan in found:
        last, sent_on = plan is found[-1], plan.starts_on + timedelta(days=2)
        by, who = there.members["desk"], str(plan.case.referrer)
        if sent_on > today or (last and planned.index % 5 == 1):
            continue
        actions.send_certification(by=by, plan=plan, how="fax", who=who, on=sent_on)
        signed_on = sent_on + timedelta(days=4 + planned.index % 9)
        if signed_on <= today and not (last and planned.index % 5 == 2):
            actions.record_signature(by=by, plan=plan, who=who, on=signed_on)


def kind_of(visit: Visit, session: Session, *, first: bool) -> Kind | None:
    """The first note of a client is her evaluation, and every few weeks the therapist writes a progress report."""
    person, week = visit.person, (session.served_on - session.case.opened_on).days // 7
    if visit.by != person.clinician:
        return None
    due = week % WEEKS_OF_REPORT == WEEKS_OF_REPORT - 1 and session.served_on.weekday() == person.slots[0].weekday
    return Kind.EVALUATION if first else Kind.PROGRESS if due else None

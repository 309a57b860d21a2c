"""Verbs about plans of care: set one, its certification, goals and what was measured."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.core.exceptions import PermissionDenied
from django.db import transaction

from clients.models import Case
from practice import audit, clock
from practice.findings import BadInput, Conflict
from practice.locks import one_at_a_time
from practice.models import Membership, local_today
from practice.permissions import Permission
from sessions.codes import CODES
from sessions.models import Session
from sessions.plans.models import (
    CertificationEvent,
    Goal,
    GoalEvent,
    GoalMeasure,
    How,
    Outcome,
    Paper,
    PlanOfCare,
    Term,
)

MOST_GOALS = 12  # open ones of a case
MOST_DAYS = 366
SENT_TWICE = timedelta(minutes=1)  # the same by the same person meanwhile is one plan
LARGEST = Decimal("99999.99")
NOT_MORE = "Amounts a plan or a goal may hold have at most two places after the point, and five before it"


@dataclass(frozen=True)
class NewGoal:
    """A goal that is set with a plan, as `add_goal` takes it."""

    text: str
    measure: str
    baseline: Decimal
    target: Decimal
    due_on: date
    unit: str = ""
    term: str = Term.LONG


@transaction.atomic
def set_plan(
    *,
    by: Membership,
    case: Case,
    starts_on: date,
    ends_on: date,
    codes: Sequence[str],
    frequency: str,
    per_day: int = 1,
    source: Session | None = None,
    goals: Sequence[NewGoal] = (),
) -> PlanOfCare:
    """A plan of care for a case: what, how often, until when. It follows the plan that was set before it, if any: so
    a plan is updated, and recertified. Goals of the case go on; `goals` are new ones.

    `source`: the evaluation or re-evaluation it is made from. What is wrong with a goal: `goals.0.target`. The same,
    sent twice, is one plan.
    """
    _require_therapist(case, by)
    errors = _plan_errors(case, starts_on, ends_on, codes, frequency, per_day, source)
    if errors:
        raise BadInput(errors)
    one_at_a_time(f"plan of case {case.pk}")
    before = PlanOfCare.objects.filter(case=case).order_by("-id").first()
    said = {
        "starts_on": starts_on,
        "ends_on": ends_on,
        "codes": list(dict.fromkeys(codes)),
        "frequency": frequency.strip(),
        "per_day": per_day,
        "source": source,
        "set_by": by,
    }
    if before and before.set_at > clock.now() - SENT_TWICE and all(getattr(before, n) == v for n, v in said.items()):
        return before
    plan = PlanOfCare.objects.create(case=case, follows=before, **said)
    audit.record("set plan", plan, client_id=case.client_id, starts_on=str(starts_on))
    for place, goal in enumerate(goals):
        try:
            add_goal(by=by, plan=plan, **asdict(goal))
        except BadInput as bad:
            raise BadInput({f"goals.{place}.{name}": text for name, text in bad.errors.items()}) from None
    return plan


def _plan_errors(
    case: Case,
    starts_on: date,
    ends_on: date,
    codes: Sequence[str],
    frequency: str,
    per_day: int,
    source: Session | None,
) -> dict[str, str]:
    unknown = [code for code in codes if code not in CODES]
    errors = {"codes": f"{unknown[0]} is not a service code this practice knows"} if unknown else {}
    if starts_on.year not in clock.YEARS:
        errors["starts_on"] = "Check the year"
    elif ends_on < starts_on:
        errors["ends_on"] = "The last day is before the first"
    elif (ends_on - starts_on).days >= MOST_DAYS:
        errors["ends_on"] = "A plan lasts at most a year; the certification holds 90 days"
    if not 0 < len(frequency.strip()) <= 60:
        errors["frequency"] = "Say how often, such as 2×/week, in at most 60 characters"
    if not 1 <= per_day <= 9:
        errors["per_day"] = "Say 1 to 9 treatments a day"
    if source is not None and source.case_id != case.pk:
        errors["source"] = "This evaluation is of another case"
    return errors


def _require_therapist(case: Case, by: Membership) -> None:
    """A plan of care is written by who treats: a therapist of the discipline (42 CFR 410.61(b))."""
    mine = by.clinician_rows.filter(discipline=case.discipline, assistant=False, student=False)
    if not by.may(Permission.WRITE_NOTE) or not mine.exists():
        raise PermissionDenied(f"A plan of care is written by a therapist of {case.discipline}.")


# --- goals ------------------------------------------------------------------------------------------


@transaction.atomic
def add_goal(
    *,
    by: Membership,
    plan: PlanOfCare,
    text: str,
    measure: str,
    baseline: Decimal,
    target: Decimal,
    due_on: date,
    unit: str = "",
    term: str = Term.LONG,
    from_on: date | None = None,
) -> Goal:
    """A goal of a plan's case: what is measured, from which figure to which, until when."""
    _require_therapist(plan.case, by)
    from_on = from_on or min(plan.starts_on, local_today())
    text, measure, unit = text.strip(), measure.strip(), unit.strip()
    text = text[:1].upper() + text[1:]
    errors = _goal_errors(text, measure, unit, baseline, target, from_on, due_on, term)
    if errors:
        raise BadInput(errors)
    one_at_a_time(f"plan of case {plan.case_id}")
    if sum(not ended(goal) for goal in plan.case.goals.prefetch_related("events")) >= MOST_GOALS:
        raise BadInput(text=f"A case has at most {MOST_GOALS} open goals; end one first")
    goal = Goal.objects.create(
        case=plan.case, plan=plan, term=term, text=text, measure=measure, unit=unit, baseline=baseline, target=target,
        from_on=from_on, due_on=due_on, by=by,
    )  # fmt: skip
    audit.record("add goal", goal, client_id=plan.case.client_id)
    return goal


def _goal_errors(
    text: str, measure: str, unit: str, baseline: Decimal, target: Decimal, from_on: date, due_on: date, term: str
) -> dict[str, str]:
    errors = {}
    if not 0 < len(text) <= 200:
        errors["text"] = "Say in at most 200 characters what the client shall be able to do"
    if not 0 < len(measure) <= 60:
        errors["measure"] = "Say in at most 60 characters what is measured, such as Grip, left hand"
    if len(unit) > 20:
        errors["unit"] = "A unit has at most 20 characters"
    errors |= {name: NOT_MORE for name, value in (("baseline", baseline), ("target", target)) if not _fits(value)}
    if not errors and baseline == target:
        errors["target"] = "The target is where the client is now; write another figure"
    if due_on <= from_on:
        errors["due_on"] = "The target day is not after the first day of the goal"
    elif (due_on - from_on).days > 3 * MOST_DAYS:
        errors["due_on"] = "The target day is more than three years away"
    if term not in Term.values:
        errors["term"] = "Choose long-term or short-term"
    return errors


def _fits(value: Decimal) -> bool:
    return value.is_finite() and abs(value) <= LARGEST and value == round(value, 2)


def ended(goal: Goal) -> bool:
    """Whether a goal was met or ended: its last event says so. Reads `events`, prefetched or not."""
    last = max(goal.events.all(), key=lambda event: event.pk, default=None)
    return last is not None and last.outcome != Outcome.REOPENED


@transaction.atomic
def measure(
    *, by: Membership, values: Mapping[int, Decimal], case: Case, on: date, session: Session | None = None
) -> list[GoalMeasure]:
    """Keep figures of some goals of a case on a day: {goal id: value}. Any clinician who treats may."""
    if not by.may(Permission.WRITE_NOTE) or not by.clinician_rows.filter(discipline=case.discipline).exists():
        raise PermissionDenied(f"Goals are measured by a clinician of {case.discipline}.")
    goals = {goal.pk: goal for goal in Goal.objects.filter(case=case, pk__in=values).prefetch_related("events")}
    errors = {f"goal.{pk}": "This goal is not of this case" for pk in values if pk not in goals}
    errors |= {f"goal.{pk}": NOT_MORE for pk, value in values.items() if pk in goals and not _fits(value)}
    errors |= {f"goal.{pk}": "This goal has ended" for pk, goal in goals.items() if ended(goal)}
    early = [pk for pk, goal in goals.items() if on < goal.from_on]
    errors |= {f"goal.{pk}": "This day is before the goal’s first" for pk in early}
    if on > local_today():
        errors["on"] = "A measure is of today or earlier"
    if session is not None and session.case_id != case.pk:
        errors["session"] = "This session is of another case"
    if not values:
        errors["on"] = "Write a figure beside a goal first"
    if errors:
        raise BadInput(errors)
    rows = [GoalMeasure(goal=goals[pk], value=values[pk], on=on, session=session, by=by) for pk in sorted(values)]
    GoalMeasure.objects.bulk_create(rows)
    audit.record("measure goals", session or case, client_id=case.client_id, rows=len(rows))
    return rows


@transaction.atomic
def end_goal(*, by: Membership, goal: Goal, outcome: str, reason: str = "", on: date | None = None) -> GoalEvent:
    """A goal is met, or ended for a reason, or taken up again."""
    _require_therapist(goal.case, by)
    on, reason = on or local_today(), reason.strip()
    if outcome not in Outcome.values:
        raise BadInput(outcome="Say met, ended or reopened")
    if outcome == Outcome.ENDED and not reason:
        raise BadInput(reason="Say why the goal ends; the reason stays with it")
    if len(reason) > 200:
        raise BadInput(reason="A reason has at most 200 characters")
    if not goal.from_on <= on <= local_today():
        raise BadInput(on="Choose a day from the goal’s first until today")
    one_at_a_time(f"plan of case {goal.case_id}")
    if ended(Goal.objects.prefetch_related("events").get(pk=goal.pk)) != (outcome == Outcome.REOPENED):
        raise Conflict("This goal was changed meanwhile; look at it again.")
    event = GoalEvent.objects.create(goal=goal, outcome=outcome, on=on, reason=reason, by=by)
    audit.record({"met": "meet goal", "ended": "end goal", "reopened": "reopen goal"}[outcome], goal,
                 client_id=goal.case.client_id)  # fmt: skip
    return event


# --- certification ----------------------------------------------------------------------------------


def send_certification(
    *, by: Membership, plan: PlanOfCare, how: str, who: str, on: date | None = None, note: str = ""
) -> CertificationEvent:
    """The plan went to the physician: how, to whom, when."""
    if how not in How.values:
        raise BadInput(how="Say how it was sent: " + ", ".join(How.values))
    return _step(by, plan, Paper.SENT, on or local_today(), who, note, how)


def record_signature(
    *, by: Membership, plan: PlanOfCare, who: str, on: date, verbal: bool = False, note: str = ""
) -> CertificationEvent:
    """The plan is signed: by whom, and the day the signature is dated. `verbal`: ordered by word of mouth only."""
    return _step(by, plan, Paper.VERBAL if verbal else Paper.SIGNED, on, who, note)


def record_return(*, by: Membership, plan: PlanOfCare, reason: str, on: date | None = None) -> CertificationEvent:
    """The plan came back unsigned, and why."""
    if not reason.strip():
        raise BadInput(reason="Say why it came back, so that the next one is signed")
    return _step(by, plan, Paper.RETURNED, on or local_today(), "", reason)


@transaction.atomic
def undo_certification(*, by: Membership, event: CertificationEvent, reason: str) -> CertificationEvent:
    """Take back a step that was a slip; both stay in the history."""
    _require_keeper(by)
    if event.kind == Paper.UNDONE:
        raise Conflict("What was taken back stays so; record the step again.")
    if not 0 < len(reason.strip()) <= 200:
        raise BadInput(reason="Say in at most 200 characters why it is taken back")
    one_at_a_time(f"plan of case {event.plan.case_id}")
    if CertificationEvent.objects.filter(undoes=event).exists():
        raise Conflict("This step was taken back already.")
    undone = CertificationEvent.objects.create(
        plan=event.plan, kind=Paper.UNDONE, on=local_today(), note=reason.strip(), undoes=event, by=by
    )
    audit.record("undo certification step", undone, client_id=event.plan.case.client_id)
    return undone


@transaction.atomic
def _step(
    by: Membership, plan: PlanOfCare, kind: str, on: date, who: str, note: str, how: str = ""
) -> CertificationEvent:
    _require_keeper(by)
    who, note = who.strip(), note.strip()
    errors = {}
    if kind != Paper.RETURNED and not 0 < len(who) <= 100:
        errors["who"] = "Say who, in at most 100 characters"
    if len(note) > 200:
        errors["reason" if kind == Paper.RETURNED else "note"] = "At most 200 characters"
    if on > local_today():
        errors["on"] = "This day is still to come"
    elif on < plan.starts_on - timedelta(days=MOST_DAYS):
        errors["on"] = "This day is long before the plan; check the year"
    if errors:
        raise BadInput(errors)
    one_at_a_time(f"plan of case {plan.case_id}")
    standing = _standing_kinds(plan)
    if Paper.SIGNED in standing:
        raise Conflict("This plan is signed; take the signature back first.")
    if kind == Paper.RETURNED and Paper.SENT not in standing:
        raise Conflict("This plan was not sent yet.")
    event = CertificationEvent.objects.create(plan=plan, kind=kind, on=on, who=who, how=how, note=note, by=by)
    verb = {Paper.SENT: "send plan", Paper.SIGNED: "record signature of plan", Paper.VERBAL: "record order of plan"}
    audit.record(verb.get(Paper(kind), "record return of plan"), event, client_id=plan.case.client_id)
    return event


def _standing_kinds(plan: PlanOfCare) -> Collection[Any]:
    rows = CertificationEvent.objects.filter(plan=plan, undone_by=None).exclude(kind=Paper.UNDONE)
    return set(rows.values_list("kind", flat=True))


def _require_keeper(by: Membership) -> None:
    if not by.may(Permission.KEEP_DOCUMENTS):
        raise PermissionDenied("Your role may not record what happened to a plan.")

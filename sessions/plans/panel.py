"""What the page of a session shows of its plan of care: facts, what is due, the way to a plan, goals to measure."""

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any
from urllib.parse import quote

from django.urls import reverse

from clients.models import Case
from practice.identifiers import whole
from practice.permissions import Permission as P
from practice.templatetags.house import day, plural
from sessions.codes import QUICK
from sessions.evaluations import level_code
from sessions.lifecycle import GONE
from sessions.lines import current_lines
from sessions.models import Note, NoteDraft, Session, SessionState
from sessions.note_kinds import Kind
from sessions.places import opens_chart
from sessions.plans import pages
from sessions.plans.actions import MOST_GOALS, ended
from sessions.plans.certification import LASTS, State
from sessions.plans.measuring import Line, number
from sessions.plans.models import Goal
from sessions.plans.report_clock import Count
from sessions.plans.rows import Course, course

type Context = dict[str, Any]
EVALUATED = (Kind.EVALUATION, Kind.REEVALUATION)
REPORTED = {
    Kind.EVALUATION: "with the evaluation",
    Kind.REEVALUATION: "with a re-evaluation",
    Kind.PROGRESS: "with the progress report",
}
USUAL_CODES = 2  # of the discipline, where neither plan nor evaluation says any


def context(request: Any, session: Session, codes: Sequence[str], written: Note | NoteDraft | None) -> Context:
    """Part of the context of sessions/panel.html: `plan_facts`, `plan_due` (sentences), `plan_link`, `goals_url`."""
    known = course(session.case)
    on = session.served_on
    ahead = session.state not in GONE
    count = known.count(on) if ahead else None
    counts = session.clinician.level == "therapist"  # a report of an assistant or a student completes none
    reported = REPORTED.get(Kind(written.kind), "") if written and counts else ""
    args = [request.practice.slug, session.pk]
    may_see = request.member.may(P.READ_NOTE)
    return {
        "plan_facts": [*_report(count, reported), *_plan_facts(known, session)],
        "plan_due": [*_due(count, bool(reported) or session.state == SessionState.SIGNED), *_certify(known, session)],
        "plan_link": _plan_link(request, known, session, codes, written),
        "goals_url": reverse("sessions:session_goals", args=args) if known.plans and may_see else "",
    }


def _report(count: Count | None, reported: str) -> list[dict[str, str]]:
    """Visit 8 of 10: which treatment day this is, and when the report is due."""
    if count is None:
        return []
    if reported:
        return [{"value": f"Visit {count.number}", "label": reported}]
    words = {
        "ok": "report due at 10",
        "soon": f"report due at 10: in {plural(count.left, 'visit')}",
        "due": "progress report due now",
        "overdue": "progress report overdue",
    }
    return [{"value": f"Visit {count.number}", "label": words[count.state]}]


def _plan_facts(known: Course, session: Session) -> list[dict[str, str]]:
    plan = known.in_force(session.served_on)
    if plan is None:
        over = known.newest is not None and known.newest.ends_on < session.served_on
        return [{"value": day(known.newest.ends_on), "label": "plan of care ended"}] if over and known.newest else []
    facts = [{"value": day(plan.ends_on), "label": "plan of care ends"}]
    standing = known.standing(plan, session.served_on)
    if standing.state in (State.NOT_SENT, State.WAITING, State.OVERDUE) and standing.due_on:
        label = "signature was due" if standing.state == State.OVERDUE else "plan to be signed by"
        facts.append({"value": day(standing.due_on), "label": label})
    return facts


def _due(count: Count | None, done: bool) -> list[str]:
    """Said loudly from the eighth treatment day on, unless this note is the report."""
    return [] if count is None or done or count.state == "ok" else [f"{count.sentence}."]


def _certify(known: Course, session: Session) -> list[str]:
    plan = known.in_force(session.served_on)
    if plan is None or session.state == SessionState.SIGNED:
        return []
    standing = known.standing(plan, session.served_on)
    if standing.state == State.OVERDUE:
        return [f"Plan of care not certified. {standing.sentence}"]
    return [standing.recertify] if standing.recertify else []


def _plan_link(
    request: Any, known: Course, session: Session, codes: Sequence[str], written: Note | NoteDraft | None
) -> Context | None:
    """At an evaluation: the way to the plan made from it, or the word that there is one."""
    kind = written.kind if written else Kind.DAILY
    if not (level_code(codes) or kind in EVALUATED) or not opens_chart(request.member, session):
        return None
    made = next((plan for plan in reversed(known.plans) if plan.source_id == session.pk), None)
    chart = f"{reverse('clients:client', args=[request.practice.slug, session.client_id])}?tab=plan"
    if made:
        text = f"The plan of care from {day(made.starts_on)} to {day(made.ends_on)} was made from this evaluation."
        return {"kind": "ok", "text": text, "link": {"label": "Open", "url": chart}, "dialog": False}
    if not pages.writes_for(request, session.case):
        return None
    here = reverse("sessions:session", args=[request.practice.slug, session.pk])
    address = reverse("sessions:new_plan", args=[request.practice.slug, session.case_id])
    url = f"{address}?session={session.pk}&next={quote(here)}"
    if known.plans:
        text, label = "The re-evaluation says whether the plan of care stands.", "Update the plan"
    else:
        text, label = "The evaluation is where the plan of care comes from.", "Make the plan of care"
    return {"kind": "info", "text": text, "link": {"label": label, "url": url}, "dialog": True}


def suggested(request: Any, known: Course, source: Session | None) -> Context:
    """What stands in the form of a new plan: from the evaluation, else from the plan before."""
    before = known.newest
    starts_on = source.served_on if source else request.practice.today()
    ends_on = starts_on + LASTS - timedelta(days=1)
    return {
        "starts_on": starts_on,
        "ends_on": ends_on,
        "frequency": before.frequency if before else "2×/week",
        "per_day": before.per_day if before else 1,
        "codes": before.codes if before else _usual(known, source),
        "goal_due_on": ends_on,
    }


def _usual(known: Course, source: Session | None) -> list[str]:
    """What was treated beside the evaluation, else what the discipline treats with mostly."""
    lines = current_lines(source) if source else []
    treated = [line.code for line in lines if line.total and not level_code([line.code])]
    return treated or list(QUICK.get(known.case.discipline, ()))[:USUAL_CODES]


def written(data: Any) -> dict[int, str]:
    """What was written beside goals: the repeated fields `goal` and `value`, those left empty not among them."""
    pairs = list(zip(data.getlist("goal"), data.getlist("value"), strict=False))[:MOST_GOALS]
    found = {whole(pk): text.replace("\0", "").strip()[:20] for pk, text in pairs}
    return {pk: text for pk, text in found.items() if pk and text}


def goals(request: Any, session: Session, errors: Mapping[str, str], saved: int) -> Context:
    """Context of sessions/session_goals.html: the open goals, each with a box for today's figure."""
    return {
        "url": reverse("sessions:session_goals", args=[request.practice.slug, session.pk]),
        "goals": boxes(request, session.case, session.served_on, errors),
        "writes": pages.measures_for(request, session.case) and session.served_on <= request.practice.today(),
        "saved": f"{plural(saved, 'figure')} kept with this session." if saved else "",
        "errors": [text for name, text in errors.items() if not name.startswith("goal.")],
        "chart_url": f"{reverse('clients:client', args=[request.practice.slug, session.client_id])}?tab=plan"
        if opens_chart(request.member, session)
        else "",
        "session_url": reverse("sessions:session", args=[request.practice.slug, session.pk]),
    }


def boxes(request: Any, case: Case, on: date, errors: Mapping[str, str]) -> list[Context]:
    """The rows of sessions/goal_rows.html: each open goal with a box for the figure of a day, what was typed in it."""
    rows = Goal.objects.filter(case=case).prefetch_related("measures", "events").order_by("term", "id")
    typed = written(request.POST)
    return [_box(row, on, typed.get(row.pk, ""), errors) for row in rows if not ended(row)]


def _box(row: Goal, on: date, typed: str, errors: Mapping[str, str]) -> Context:
    measures = pages.newest_of_each_day(row.measures.all())
    before = [each for each in measures if each.on < on]
    own = next((each for each in measures if each.on == on), None)
    last = measures[-1].value if measures else row.baseline
    error = errors.get(f"goal.{row.pk}", "")
    return {
        "id": row.pk,
        "text": row.text,
        "measure": row.measure,
        "unit": row.unit,
        "way": f"{number(row.baseline)} → {number(row.target)}",
        "last": f"{number(before[-1].value)} on {day(before[-1].on)}" if before else "",
        "value": typed if errors else number(own.value).replace("−", "-") if own else "",
        "error": error,
        "share": Line(row.baseline, row.target, row.from_on, row.due_on).share(last),
    }

"""What the tab “Plan and goals” of a chart shows: from rows to the context of a template."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any
from urllib.parse import quote, urlencode

from django.urls import reverse

from clients.models import Case, Client
from practice.models import Clinician
from practice.permissions import Permission as P
from practice.templatetags.house import day, plural
from sessions.descriptors import labels
from sessions.plans.actions import ended
from sessions.plans.certification import Standing, State
from sessions.plans.measuring import Line, Measured, draw, number
from sessions.plans.models import CertificationEvent, Goal, GoalMeasure, Outcome, Paper, PlanOfCare
from sessions.plans.report_clock import Count
from sessions.plans.rows import Course
from sessions.plans.worklist import BUCKETS, Item

type Context = dict[str, Any]
EARLIER, ENDED_GOALS, MEASURES, STEPS = 5, 12, 60, 20  # what of the past stands in the tab and in a drawing

BADGES = {
    State.NOT_NEEDED: ("No signature asked", "mute", "minus-circle"),
    State.NOT_SENT: ("To send", "warn", "paper-airplane"),
    State.WAITING: ("Waiting", "info", "clock"),
    State.CERTIFIED: ("Certified", "ok", "check-badge"),
    State.ON_ORDER: ("On order", "ok", "check-badge"),
    State.OVERDUE: ("Overdue", "bad", "exclamation-triangle"),
}
RECERTIFY = {"word": "Recertify", "kind": "warn", "icon": "arrow-path"}


def badge(standing: Standing) -> dict[str, str]:
    """How a certification stands, as a badge."""
    if standing.recertify:
        return RECERTIFY
    word, kind, icon = BADGES[standing.state]
    return {"word": word, "kind": kind, "icon": icon}


def case(request: Any, course: Course, goals: Sequence[Goal], today: date) -> Context:
    """A case of sessions/plans.html: its plan, its goals and the way to the next plan."""
    slug, may, of = request.practice.slug, request.member.may, course.case
    plan = course.in_force(today) or course.newest
    back = _back(request, of)
    writes = writes_for(request, of)
    count = course.count()
    return {
        "id": of.pk,
        "complaint": of.complaint,
        "discipline": of.get_discipline_display(),
        "closed": of.closed_on,
        "plan": _plan(request, course, plan, today, back) if plan else None,
        "next": _plan(request, course, course.newest, today, back) if course.newest and course.newest != plan else None,
        "report": report(count) if course.treated and not of.closed_on else None,
        "new": _link("new_plan", slug, of.pk, back, "Recertify or update" if plan else "New plan of care")
        if writes and not of.closed_on
        else None,
        "goals": [goal(each, slug, back, writes, today) for each in goals if not ended(each)],
        "past_goals": [goal(each, slug, back, writes, today) for each in goals if ended(each)][-ENDED_GOALS:],
        "goals_shown": may(P.READ_NOTE),
        "add_goal": _link("add_goal", slug, plan.pk, back, "Add a goal") if writes and plan else None,
        "measure_url": f"{reverse('sessions:measure', args=[slug, of.pk])}?next={back}" if measures_for(request, of) else "",
        "today": today,
        "earlier": [row(course, each, slug, today) for each in reversed(course.plans) if each not in (plan, course.newest)][:EARLIER],
        "all_url": reverse("sessions:case_plans", args=[slug, of.pk]) if len(course.plans) > EARLIER + 1 else "",
    }  # fmt: skip


def writes_for(request: Any, case: Case) -> bool:
    """Whether the member writes plans and goals of a case."""
    if not request.member.may(P.WRITE_NOTE):
        return False
    return any(mine.discipline == case.discipline and mine.level == "therapist" for mine in _clinicians(request))


def measures_for(request: Any, case: Case) -> bool:
    """Whether the member may measure its goals: assistants and students do too."""
    if not request.member.may(P.WRITE_NOTE):
        return False
    return any(mine.discipline == case.discipline for mine in _clinicians(request))


def _clinicians(request: Any) -> list[Any]:
    """Asked once a request."""
    if not hasattr(request, "own_clinician_rows"):
        request.own_clinician_rows = list(request.member.clinician_rows.all())
    found: list[Any] = request.own_clinician_rows
    return found


def _back(request: Any, case: Case) -> str:
    home = reverse("clients:client", args=[request.practice.slug, case.client_id])
    return quote(f"{home}?tab=plan")


def _link(name: str, slug: str, pk: int, back: str, label: str) -> dict[str, str]:
    return {"label": label, "url": f"{reverse(f'sessions:{name}', args=[slug, pk])}?next={back}"}


def report(count: Count) -> Context:
    """Where the report clock stands, for a line of the chart."""
    kind = {"overdue": "bad", "due": "warn", "soon": "warn"}.get(count.state, "mute")
    since = f" since {day(count.since)}" if count.since else ""
    text = f"{plural(count.number, 'treatment day')}{since}; a progress report is due at the 10th."
    if not count.number:
        text = "The count begins at the next treatment day; a progress report is due at the 10th."
    return {"kind": kind, "text": text, "sentence": count.sentence if count.state != "ok" else ""}


def _plan(request: Any, course: Course, plan: PlanOfCare, today: date, back: str) -> Context:
    """The plan in force, with what may be done about its paper."""
    slug = request.practice.slug
    standing, steps = course.standing(plan, today), course.events.get(plan.pk, [])
    called = labels(plan.codes)
    open_paper = not any(step.kind == Paper.SIGNED for step in steps)
    keeps = request.member.may(P.KEEP_DOCUMENTS)
    actions = []
    if keeps and open_paper:
        actions = [
            _link("send_plan", slug, plan.pk, back, "Send again" if steps else "Send for signature"),
            _link("plan_signed", slug, plan.pk, back, "Signed"),
        ]
        if any(step.kind == Paper.SENT for step in steps):
            actions.append(_link("plan_returned", slug, plan.pk, back, "Came back"))
    return {
        "state": _time_state(plan, today),
        "called": f"The plan from {day(plan.starts_on)}",
        "badge": badge(standing),
        "sentence": standing.recertify or standing.sentence,
        "more": standing.sentence if standing.recertify else "",
        "reason": standing.reason,
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "duration": plural(plan.weeks, "week"),
        "frequency": plan.frequency,
        "amount": "once a day" if plan.per_day == 1 else f"{plan.per_day} times a day",
        "codes": [{"code": code, "label": called.get(code, "")} for code in plan.codes],
        "source": _source(plan, slug) if plan.source_id and request.member.may(P.READ_NOTE) else None,
        "pdf_url": reverse("sessions:plan_pdf", args=[slug, plan.pk]),
        "actions": actions,
        "primary": standing.state in (State.NOT_SENT, State.OVERDUE) and not _sent(steps),
        "steps": [_step(step, slug, back, keeps) for step in steps[-STEPS:]],
    }


def _sent(steps: Iterable[CertificationEvent]) -> bool:
    return any(step.kind == Paper.SENT for step in steps)


def _time_state(plan: PlanOfCare, today: date) -> dict[str, str]:
    if plan.starts_on > today:
        return {"word": "Later", "kind": "mute", "icon": "clock"}
    if plan.ends_on < today:
        return {"word": "Ended", "kind": "mute", "icon": "minus-circle"}
    return {"word": "In force", "kind": "ok", "icon": "check-circle"}


def _source(plan: PlanOfCare, slug: str) -> dict[str, str]:
    return {"url": reverse("sessions:session", args=[slug, plan.source_id]), "label": "The evaluation it is from"}


def _step(step: CertificationEvent, slug: str, back: str, keeps: bool) -> Context:
    how = f" by {step.get_how_display().lower()}" if step.how else ""
    whom = {Paper.SENT: f"{how} to {step.who}", Paper.RETURNED: ""}.get(Paper(step.kind), f" by {step.who}")
    undo = f"{reverse('sessions:undo_plan_step', args=[slug, step.pk])}?next={back}"
    return {
        "text": f"{step.get_kind_display()}{whom}",
        "on": step.on,
        "note": step.note,
        "undo_url": undo if keeps else "",
    }


def row(course: Course, plan: PlanOfCare, slug: str, today: date) -> Context:
    """A plan in a list."""
    standing = course.standing(plan, today)
    return {
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "frequency": plan.frequency,
        "codes": plan.codes,
        "state": _time_state(plan, today),
        "badge": badge(standing),
        "sentence": standing.sentence,
        "pdf_url": reverse("sessions:plan_pdf", args=[slug, plan.pk]),
    }


def goal(of: Goal, slug: str, back: str, writes: bool, today: date) -> Context:
    """A goal with its progress, drawn. Reads `measures` and `events`, prefetched."""
    line = Line(of.baseline, of.target, of.from_on, of.due_on)
    rows = newest_of_each_day(of.measures.all())[-MEASURES:]
    measures = [Measured(each.on, each.value) for each in rows]
    last = max(of.events.all(), key=lambda event: event.pk, default=None)
    over = ended(of)
    now = rows[-1].value if rows else of.baseline
    end = _link("end_goal", slug, of.pk, back, "Take up again" if over else "Met or ended") if writes else None
    return {
        "id": of.pk,
        "text": of.text,
        "term": of.get_term_display(),
        "measure": of.measure,
        "unit": of.unit,
        "baseline": number(of.baseline),
        "target": number(of.target),
        "now": number(now),
        "share": line.share(now),
        "due_on": of.due_on,
        "state": _goal_state(line, now, last.outcome if over and last else "", bool(rows), today),
        "reason": last.reason if last else "",
        "chart": chart(of, line, measures),
        "end": end,
    }


def newest_of_each_day(rows: Iterable[GoalMeasure]) -> list[GoalMeasure]:
    """Of several on one day the last that was written, in order of day."""
    ordered = sorted(rows, key=lambda each: (each.on, each.pk))
    return list({each.on: each for each in ordered}.values())


def worklist(request: Any, found: Sequence[Item], shown: Sequence[Item], tab: str, who: int | None) -> Context:
    """Context of sessions/plan_list.html. `shown`: what of `found` stands on the page."""
    slug = request.practice.slug
    home = reverse("sessions:plan_list", args=[slug])

    def url(key: str) -> str:
        query = {name: value for name, value in (("tab", key), ("who", who)) if value}
        return f"{home}?{urlencode(query)}" if query else home

    counts = Counter(item.bucket for item in found)
    names = Client.objects.in_bulk({item.course.case.client_id for item in shown})
    everybody = request.member.may(P.SEE_EVERY_CLIENT)
    team = Clinician.objects.filter(assistant=False, student=False).select_related("member__user") if everybody else []
    return {
        "list_url": home,
        "tab": tab,
        "tabs": [{"label": "All", "url": url(""), "current": not tab, "count": len(found)}]
        + [
            {"label": label, "url": url(key), "current": key == tab, "count": counts[key]}
            for key, label in BUCKETS.items()
        ],
        "team": [{"id": each.pk, "name": each.name, "chosen": each.pk == who} for each in team],
        "rows": [_item(item, names[item.course.case.client_id], slug) for item in shown],
        "filtered": bool(tab or who),
    }


ITEM_BADGES = {
    "overdue": BADGES[State.OVERDUE],
    "send": BADGES[State.NOT_SENT],
    "waiting": BADGES[State.WAITING],
    "recertify": ("Recertify", "warn", "arrow-path"),
    "plan": ("To plan", "info", "clipboard-document-list"),
    "report": ("Report due", "warn", "document-text"),
}


def _item(item: Item, client: Client, slug: str) -> Context:
    word, kind, icon = ITEM_BADGES[item.bucket]
    return {
        "url": f"{reverse('clients:client', args=[slug, client.pk])}?tab=plan",
        "name": client.name,
        "number": client.number,
        "complaint": item.course.case.complaint,
        "discipline": item.course.case.discipline,
        "badge": {"word": word, "kind": kind, "icon": icon},
        "sentence": item.sentence,
        "due_on": item.due_on,
    }


def _goal_state(line: Line, now: Any, outcome: str, measured: bool, today: date) -> dict[str, str]:
    if outcome == Outcome.MET:
        return {"word": "Met", "kind": "ok", "icon": "check-circle"}
    if outcome == Outcome.ENDED:
        return {"word": "Ended", "kind": "mute", "icon": "minus-circle"}
    if line.met(now):
        return {"word": "Reached", "kind": "ok", "icon": "check-circle"}
    if today > line.due_on:
        return {"word": "Late", "kind": "warn", "icon": "exclamation-triangle"}
    if not measured:
        return {"word": "Not measured yet", "kind": "mute", "icon": "clock"}
    return {"word": f"{line.share(now)}%", "kind": "brand", "icon": "arrow-trending-up"}


def chart(of: Goal, line: Line, measures: list[Measured]) -> Context:
    """A drawing of a goal, as sessions/goal_chart.html takes it."""
    drawn = draw(line, measures)
    told = [f"{number(of.baseline)} on {day(of.from_on)}", *(f"{number(m.value)} on {day(m.on)}" for m in measures)]
    points = [
        {"x": x, "y": y, "words": words, "last": place == len(drawn.points) - 1}
        for place, ((x, y), words) in enumerate(zip(drawn.points, told, strict=True))
    ]
    unit = f" {of.unit}" if of.unit else ""
    return {
        "drawn": drawn,
        "points": points,
        "target": f"{number(of.target)}{unit}",
        "base": number(of.baseline) if abs(drawn.base_y - drawn.target_y) >= 16 else "",
        "label": f"{of.measure}: {', '.join(told)}; target {number(of.target)}{unit} by {day(of.due_on)}",
    }

"""A plan of care as paper: what the physician reads and signs.

Medicare asks of a plan the diagnoses, long-term goals, and type, amount, frequency and duration of the services
(42 CFR 410.61(c); Medicare Benefit Policy Manual ch. 15 §220.1.2).
"""

from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from clients.icd10.search import labels as diagnosis_labels
from practice.letterhead import letterhead
from practice.templatetags.house import plural
from practice.tenancy import current
from sessions import descriptors
from sessions.plans.measuring import number
from sessions.plans.models import Goal, GoalEvent, Outcome, PlanOfCare
from sessions.plans.rows import course


def paper(plan: PlanOfCare) -> dict[str, Any]:
    """Context of sessions/plan_pdf.html. Goals as they stood until the next plan was set."""
    case, known = plan.case, course(plan.case)
    client, facts = case.client.survivor, known.facts(plan)
    diagnoses = [row.code for row in case.diagnoses.all()]
    said = diagnosis_labels(set(diagnoses), plan.starts_on)
    called = descriptors.labels(plan.codes)
    referrer = case.referrer
    return {
        "practice": letterhead(),
        "client": {"name": client.name, "born": client.birth_on, "number": client.number},
        "first": facts.initial,
        "discipline": case.get_discipline_display(),
        "complaint": case.complaint,
        "onset_on": case.onset_on,
        "diagnoses": [{"code": code, "label": said.get(code, "")} for code in diagnoses],
        "starts_on": plan.starts_on,
        "ends_on": plan.ends_on,
        "duration": plural(plan.weeks, "week"),
        "frequency": plan.frequency,
        "amount": "once a day" if plan.per_day == 1 else f"{plan.per_day} times a day",
        "services": [{"code": code, "label": called.get(code, "Service")} for code in plan.codes],
        "goals": [_goal(row, plan) for row in _goals(plan)],
        "evaluated_on": plan.source.served_on if plan.source else None,
        "first_on": facts.first_on,
        "until": facts.until,
        "clinician": _writer(plan),
        "set_on": _local(plan.set_at),
        "referrer": {"name": str(referrer), "npi": referrer.npi, "fax": referrer.fax, "phone": referrer.phone}
        if referrer
        else None,
    }


def _local(at: datetime) -> date:
    return at.astimezone(ZoneInfo(current().zone)).date()


def _writer(plan: PlanOfCare) -> str:
    """Who wrote it, with her credentials."""
    row = plan.set_by.clinician_rows.first() if plan.set_by else None
    return str(row) if row else ""


def _goals(plan: PlanOfCare) -> list[Goal]:
    """Those that were set under this plan or one before it, and not ended before it was set."""
    rows = Goal.objects.filter(case=plan.case, plan__lte=plan.pk).prefetch_related("measures", "events")
    rows = rows.order_by("term", "id")
    return [row for row in rows if not _over_before(list(row.events.all()), plan)]


def _over_before(events: list[GoalEvent], plan: PlanOfCare) -> bool:
    before = [event for event in events if event.at <= plan.set_at]
    return bool(before) and before[-1].outcome != Outcome.REOPENED


def _goal(row: Goal, plan: PlanOfCare) -> dict[str, Any]:
    unit = f" {row.unit}" if row.unit else ""
    measures = sorted(row.measures.all(), key=lambda each: (each.on, each.pk))
    last = measures[-1] if measures else None
    return {
        "text": row.text,
        "term": row.get_term_display(),
        "measure": row.measure,
        "from": f"{number(row.baseline)}{unit}",
        "to": f"{number(row.target)}{unit}",
        "now": f"{number(last.value)}{unit}" if last else "",
        "due_on": row.due_on,
        "added_on": _local(row.at) if row.plan_id == plan.pk and _local(row.at) > _local(plan.set_at) else None,
    }

"""What sessions put into a client's chart: signed notes, plans of care, and what matters now."""

from datetime import date
from typing import Any
from zoneinfo import ZoneInfo

from django.urls import reverse

from clients.authorizations import LOW, Use, allot
from clients.models import Authorization, Client
from practice.templatetags.house import at_time, day, plural
from sessions.minutes import PARTS
from sessions.models import Note, PlanOfCare, Session, SessionState


def note(row: Note, slug: str) -> dict[str, Any]:
    """A signed note as the chart shows it."""
    session = row.session
    zone = session.location.zone
    signed_on = row.signed_at.astimezone(ZoneInfo(zone)).date()
    return {
        "url": reverse("sessions:session", args=[slug, session.pk]),
        "date": session.served_on,
        "about": session.case.complaint,
        "minutes": plural(row.total_minutes, "minute"),
        "parts": [{"name": name.capitalize(), "text": getattr(row, name)} for name in PARTS if getattr(row, name)],
        "signature": row.signature,
        "signed_at": f"{day(signed_on)}, {at_time(row.signed_at, zone)}",
    }


def plan(row: PlanOfCare, today: date) -> dict[str, Any]:
    """A plan of care with its state."""
    if row.starts_on > today:
        state = {"word": "Later", "kind": "mute", "icon": "clock"}
    elif row.ends_on < today:
        state = {"word": "Ended", "kind": "mute", "icon": "minus-circle"}
    else:
        state = {"word": "In force", "kind": "ok", "icon": "check-circle"}
    return {
        "case": row.case.complaint,
        "starts_on": row.starts_on,
        "ends_on": row.ends_on,
        "frequency": row.frequency,
        "codes": row.codes,
        "certified_on": row.certified_on,
        "state": state,
    }


def facts(client: Client, today: date) -> list[dict[str, str]]:
    """What stands beside the name: visits left of the authorization, and when the plan of care ends."""
    charts = client.ids
    return [*_leave(charts, today), *_plan_end(charts, today)]


def _leave(charts: list[int], today: date) -> list[dict[str, str]]:
    rows = Authorization.objects.filter(
        case__client__in=charts,
        case__closed_on=None,
        withdrawn_on=None,
        counts="visits",
        starts_on__lte=today,
        ends_on__gte=today,
    )
    leaves = [row.facts for row in rows.order_by("ends_on")]
    if not leaves:
        return []
    taken = Session.objects.filter(client__in=charts, case__in=[row.case_id for row in rows]).exclude(
        state__in=(SessionState.CANCELLED, SessionState.MISSED)
    )
    allotted = allot(leaves, [Use(day) for day in set(taken.values_list("served_on", flat=True))])
    left = sum(max(allotted.left(leave), 0) for leave in leaves)
    word = "authorized visits left" if left > LOW else "authorized visits left; ask for more"
    return [{"value": str(left), "label": word}]


def _plan_end(charts: list[int], today: date) -> list[dict[str, str]]:
    plans = PlanOfCare.objects.filter(case__client__in=charts, case__closed_on=None)
    last = plans.order_by("-ends_on").values_list("ends_on", flat=True).first()
    if last is None:
        return []
    return [{"value": day(last), "label": "plan of care ended" if last < today else "plan of care ends"}]

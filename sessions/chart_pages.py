"""What sessions put into a client's chart: signed notes, plans of care, and what matters now."""

from datetime import date
from typing import Any

from django.urls import reverse

from clients.authorizations import LOW, Use, allot
from clients.endings import tells_visits
from clients.models import Authorization, Client, Coverage
from practice.models import local_today
from practice.templatetags.house import day, plural
from sessions import pages
from sessions.lifecycle import GONE, PLANNED
from sessions.minutes import PARTS
from sessions.models import Note, PlanOfCare, Session, SessionState
from sessions.note_kinds import Kind
from sessions.paying import COUNTED, Paying
from sessions.writing.kinds import SHEETS
from sessions.writing.pages import stands


def note(row: Note, slug: str) -> dict[str, Any]:
    """A signed note as the chart shows it."""
    session = row.session
    zone, sheet = session.location.zone, SHEETS[Kind(row.kind)]
    return {
        "url": reverse("sessions:session", args=[slug, session.pk]),
        "date": session.served_on,
        "about": session.case.complaint,
        "minutes": plural(row.total_minutes, "minute"),
        "kind": sheet.title if row.kind != Kind.DAILY else "",
        "parts": [
            {"name": sheet.parts[name].title, "text": getattr(row, name)} for name in PARTS if getattr(row, name)
        ],
        "signature": row.signature,
        "signed_at": pages.moment(row.signed_at, zone),
        "addenda": [pages.addendum(each, zone) for each in row.addenda.all()],
        "cosigning": stands(row),
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
    taken = Session.objects.filter(client__in=charts, case__in=[row.case_id for row in rows]).exclude(state__in=GONE)
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


@tells_visits
def hanging(client: Client, coverage: Coverage | None) -> str:
    """For the dialogs that make a client inactive or end a plan: how many visits are booked, until when, and what
    becomes of them; of a plan also the last that was signed.
    """
    return _on_plan(client, coverage) if coverage else _on_chart(client)


def _on_chart(client: Client) -> str:
    rows = Session.objects.filter(client__in=client.ids, state__in=PLANNED, served_on__gte=local_today())
    days = sorted(rows.values_list("served_on", flat=True))
    if not days:
        return ""
    stay, them = ("It stays", "it") if len(days) == 1 else ("They stay", "them")
    return f"{_counted(days, 'booked')} {stay} booked until somebody cancels {them}."


def _on_plan(client: Client, coverage: Coverage) -> str:
    rows = Session.objects.filter(client__in=client.ids, state__in=COUNTED, served_on__gte=coverage.starts_on)
    visits = {row: row.case.visit(row.served_on) for row in rows.select_related("case").order_by("served_on")}
    paid = Paying({client.pk}).each(client.pk, visits.values())
    mine = [row for row, visit in visits.items() if paid[visit].has(coverage.pk)]
    signed = [row.served_on for row in mine if row.state == SessionState.SIGNED]
    booked = [row.served_on for row in mine if row.state != SessionState.SIGNED]
    said = [f"The last signed visit it pays for was on {day(signed[-1])}."] if signed else []
    return " ".join([*said, _counted(booked, "booked on it")] if booked else said)


def _counted(days: list[date], how: str) -> str:
    """Days in order, in a sentence."""
    if len(days) == 1:
        return f"1 visit is {how}, on {day(days[0])}."
    return f"{len(days)} visits are {how}, the last on {day(days[-1])}."

"""A group where visits are listed: in the calendar, in the day, beside one client's session."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from practice.permissions import Permission
from practice.templatetags.house import at_time
from sessions.badges import BADGES
from sessions.groups.actions import said
from sessions.lifecycle import GONE, PLANNED
from sessions.models import Session, SessionState


def state_of(sessions: Sequence[Session]) -> SessionState:
    """One word for a group: what is left to do with those who are in it."""
    left = {SessionState(row.state) for row in sessions if row.state not in GONE}
    order = (SessionState.ARRIVED, SessionState.SCHEDULED, SessionState.HELD, SessionState.SIGNED)
    return next((state for state in order if state in left), SessionState.CANCELLED)


def group_chip(sessions: Sequence[Session], slug: str) -> dict[str, Any]:
    """An event of the calendar."""
    first, state = sessions[0], state_of(sessions)
    word, _, icon = BADGES[state]
    args = [slug, first.appointment_id]
    planned = all(row.state in (*PLANNED, *GONE) for row in sessions) and state != SessionState.CANCELLED
    return {
        "name": f"Group · {said(sessions)}",
        "group": True,
        "time": at_time(first.starts_at, first.location.zone),
        "kind": state.value,
        "word": word,
        "icon": icon,
        "minutes": first.minutes_booked,
        "location": first.location_id,
        "url": reverse("sessions:group", args=args),
        "move_url": reverse("sessions:move_group", args=args) if planned else "",
    }


def folded(agenda: Sequence[Session]) -> list[Session]:
    """A day's sessions, of a group the first alone."""
    seen: set[int] = set()
    found = []
    for session in agenda:
        if not session.appointment.group or session.appointment_id not in seen:
            found.append(session)
        seen.add(session.appointment_id)
    return found


def group_row(session: Session, agenda: Sequence[Session], slug: str) -> dict[str, Any]:
    """What a row of the day says of a group instead; empty for a visit of one client."""
    if not session.appointment.group:
        return {}
    together = [row for row in agenda if row.appointment_id == session.appointment_id]
    word, kind, icon = BADGES[state_of(together)]
    complaints = {row.case.complaint for row in together}
    return {
        "group": True,
        "url": reverse("sessions:group", args=[slug, session.appointment_id]),
        "name": f"Group · {said(together)}",
        "about": complaints.pop() if len(complaints) == 1 else "",
        "badge": {"word": word, "kind": kind, "icon": icon},
        "struck": state_of(together) == SessionState.CANCELLED,
    }


def group_url(request: Any, session: Session) -> str:
    """The page of the group that a session is of; empty where it is of none, or she may not open it."""
    hers = session.clinician.member_id == request.member.pk
    if not session.appointment.group or not (hers or request.member.may(Permission.SEE_EVERY_CLIENT)):
        return ""
    return reverse("sessions:group", args=[request.practice.slug, session.appointment_id])


def page_of(session: Session, slug: str) -> str:
    """Where a session is logged by who treats: on the page of its group, or on its own."""
    if session.appointment.group:
        return reverse("sessions:group", args=[slug, session.appointment_id])
    return reverse("sessions:session", args=[slug, session.pk])

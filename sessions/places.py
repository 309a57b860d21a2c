"""Where a session is shown to who works on it: in her day, or beside the calendar she came from."""

from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

from django.urls import reverse

from clients.models import Client
from practice.models import Membership
from practice.permissions import Permission
from sessions.models import Session


def opens_chart(member: Membership, session: Session) -> bool:
    """Whether she may open the chart: a supervisor may see a session of somebody who is not on her caseload."""
    if session.clinician.member_id == member.pk or member.may(Permission.SEE_EVERY_CLIENT):
        return True
    return Client.objects.visible_to(member).filter(pk=session.client_id).exists()


def beside_calendar(request: Any) -> bool:
    """Whether the form that was sent stands beside the calendar."""
    before = urlsplit(request.headers.get("referer", ""))
    return bool(before.netloc == request.get_host() and before.path == _calendar(request))


def of_session(request: Any, session: Session) -> str:
    """The address that shows a session where the last one was shown."""
    if beside_calendar(request):
        return _calendar(request) + _query(request, session)
    return reverse("sessions:session", args=[request.practice.slug, session.pk])


def of_none(request: Any) -> str:
    """The same where no session is left to open."""
    if beside_calendar(request):
        return _calendar(request) + _query(request, None)
    return reverse("sessions:today", args=[request.practice.slug])


def _calendar(request: Any) -> str:
    return reverse("sessions:calendar", args=[request.practice.slug])


def _query(request: Any, opened: Session | None) -> str:
    """The part of the calendar that was shown, with another session open."""
    before = parse_qsl(urlsplit(request.headers["referer"]).query, keep_blank_values=True)
    kept = [(name, value) for name, value in before if name != "open"]
    return "?" + urlencode([*kept, *([("open", opened.pk)] if opened else [])])

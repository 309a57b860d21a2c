"""What a note's claim will miss: from rows to the heart, in a constant number of queries, and where each is mended."""

from collections.abc import Sequence

from django.urls import reverse

from clients.limits import Breach
from practice.models import Membership
from practice.permissions import Permission
from sessions import service_rows
from sessions.limits import broken, known_of
from sessions.minutes import Typed
from sessions.models import ServiceLine, Session
from sessions.note_kinds import Kind
from sessions.paying import pays_first
from sessions.writing.to_bill import Hint, Written, to_bill


def hints_of(session: Session, kind: Kind, lines: Sequence[Typed]) -> list[Hint]:
    """Of a session that is being written."""
    clinician, first = session.clinician, pays_first(session)
    written = Written(
        kind=kind,
        served_on=session.served_on,
        lines=lines,
        insured=first is not None,
        diagnosed=session.case.diagnoses.exists(),
        planned=service_rows.plan_on(session) is not None,
        needs_plan=bool(first and first.payer.needs_plan_of_care),
        npi=bool(clinician.answerable.npi),
        licence_until=clinician.licence_until,
        assistant=clinician.level != "therapist",
        elsewhere=_elsewhere(session),
        spent=_spent(session),
    )
    return to_bill(written)


def _spent(session: Session) -> list[str]:
    """What the visit breaks of authorizations."""
    known = known_of([session.client_id])[session.client_id]
    found = broken(session.case, [session.served_on], False, known)
    return [_said(breach) for breach in found if breach.finding.rule == "authorization"]


def _said(breach: Breach) -> str:
    message = breach.finding.message.removesuffix(".")
    return message[:1].lower() + message[1:]


def _elsewhere(session: Session) -> set[str]:
    """Codes with minutes in the other signed sessions of the client's day."""
    rows = ServiceLine.objects.filter(
        session__client_id=session.client_id,
        session__served_on=session.served_on,
        session__case__discipline=session.case.discipline,
    ).exclude(session=session)
    newest = rows.order_by("session_id", "position", "-version").distinct("session_id", "position")
    return {line.code for line in newest if line.total}


def places(session: Session, member: Membership, slug: str) -> dict[str, tuple[str, str]]:
    """By what a hint wants mended the words and address of the link, where `member` may go there."""
    chart = reverse("clients:client", args=[slug, session.client_id])
    found = {"plan": ("See the plan", f"{chart}?tab=plan")}
    if member.may(Permission.SET_DIAGNOSES):
        found["diagnoses"] = ("Add one", reverse("clients:set_diagnoses", args=[slug, session.case_id]))
    if member.may(Permission.EDIT_COVERAGE):
        found["authorization"] = ("Enter one", reverse("clients:authorization", args=[slug, session.case_id]))
    else:
        found["authorization"] = ("See the chart", chart)
    if member.may(Permission.MANAGE_PRACTICE):
        found["clinician"] = ("Enter it", reverse("setup:clinician", args=[slug, session.clinician_id]))
    return found

"""Verbs about telehealth: where a session's client is, and where it is met."""

from collections.abc import Mapping

from django.db import transaction
from django.db.models import F, Q

from practice import audit
from practice.findings import BadInput, Conflict
from practice.models import Membership
from sessions.models import MeetingLink, Session, SessionState
from sessions.telehealth.links import WORDS, link_problem

UNDECIDED = (SessionState.HELD, SessionState.SCHEDULED, SessionState.ARRIVED)


def require_place(place: str) -> None:
    """Raises BadInput for a place of service that is none of telehealth's; empty is in person."""
    if place and place not in WORDS:
        raise BadInput(telehealth="Telehealth has place of service 10 (client at home) or 02 (elsewhere)")


@transaction.atomic
def set_place(*, by: Membership, session: Session, place: str) -> Session:
    """Telehealth with the client at home (10) or elsewhere (02), or in person (""). The signature fixes it."""
    require_place(place)
    changed = Session.objects.filter(pk=session.pk, state__in=UNDECIDED).update(place_of_service=place)
    if not changed:
        raise Conflict("Where the client was is fixed with the signature; a session that is not held has none.")
    session.place_of_service = place
    audit.record("set telehealth", session, client_id=session.client_id, place=place)
    return session


@transaction.atomic
def save_links(*, by: Membership, links: Mapping[int | None, str]) -> None:
    """The meeting links of clinicians by id, and of the practice by None. Raises BadInput by `link.<id>`, `link`."""
    errors = {}
    for clinician, url in links.items():
        if url.strip() and (problem := link_problem(url.strip())):
            errors[f"link.{clinician}" if clinician else "link"] = problem
    if errors:
        raise BadInput(errors)
    known = {row.clinician_id: row for row in MeetingLink.objects.select_for_update()}
    for clinician, url in links.items():
        row = known.get(clinician) or MeetingLink(clinician_id=clinician)
        if row.url == url.strip():
            continue
        row.url = url.strip()
        row.save()
        audit.record("save meeting link", row, clinician=clinician)


def links_of() -> dict[int | None, str]:
    """The links that are kept, by clinician; the practice's by None."""
    return dict(MeetingLink.objects.exclude(url="").values_list("clinician", "url"))


def link_for(session: Session) -> str:
    """Where a telehealth session is met: her clinician's link, else the practice's; empty in person or without one."""
    if not session.place_of_service:
        return ""
    rows = MeetingLink.objects.filter(Q(clinician=session.clinician_id) | Q(clinician=None)).exclude(url="")
    first = rows.order_by(F("clinician").desc(nulls_last=True)).first()
    return first.url if first else ""

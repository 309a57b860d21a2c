"""The clinician's choice where the payer's rule leaves one."""

from collections.abc import Sequence

from django.core.exceptions import PermissionDenied
from django.db import transaction

from billing.models import UnitChoice
from practice import audit
from practice.findings import BadInput, Conflict
from practice.models import Membership
from sessions.codes import CODES
from sessions.models import Session


@transaction.atomic
def choose_units(*, by: Membership, session: Session, codes: Sequence[str]) -> UnitChoice:
    """Prefer codes where minutes left are equal, for the client's day and discipline; none goes back to the proposal.

    It decides nothing else, so it may stand when the minutes change.
    """
    session = Session.objects.select_for_update(of=("self",)).select_related("case", "clinician").get(pk=session.pk)
    if session.clinician.member_id != by.pk:
        raise PermissionDenied("Only the clinician of a session chooses among its units.")
    if not session.open:
        raise Conflict("The session is signed; amend its minutes instead.")
    unknown = [code for code in codes if code not in CODES]
    if unknown:
        raise BadInput(codes=f"{unknown[0]} is not a service code this practice knows")
    day = {"client_id": session.client_id, "served_on": session.served_on, "discipline": session.case.discipline}
    chosen = UnitChoice.objects.create(codes=list(dict.fromkeys(codes)), by=by, **day)
    audit.record("choose units", chosen, client_id=session.client_id, codes=chosen.codes)
    return chosen

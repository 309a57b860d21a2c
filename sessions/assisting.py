"""Who the assistant of a session is."""

from collections.abc import Sequence

from practice.findings import BadInput
from practice.models import Clinician
from sessions.minutes import Typed
from sessions.models import Session


def assistants_for(session: Session) -> list[Clinician]:
    """Those who may help in a session: the practice's assistants of its discipline; nobody helps an assistant."""
    if session.clinician.assistant:
        return []
    rows = Clinician.objects.filter(assistant=True, discipline=session.case.discipline)
    return list(rows.select_related("member__user").order_by("id"))


def whose(session: Session, lines: Sequence[Typed], chosen: Clinician | None) -> Clinician | None:
    """Whose the assistant minutes of `lines` are; the only assistant needs no choosing. Raises BadInput."""
    if not any(line.assistant_minutes for line in lines):
        return chosen
    there = assistants_for(session)
    if session.clinician.assistant:
        raise BadInput(assistant="These minutes are an assistant's already; enter them without +")
    if not there:
        raise BadInput(assistant="The practice has no assistant for this discipline; enter the minutes without +")
    found = chosen or (there[0] if len(there) == 1 else None)
    if found not in there:
        raise BadInput(assistant="Choose the assistant whose minutes stand after the +")
    return found

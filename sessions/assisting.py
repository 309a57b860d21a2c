"""Who the assistant of a session is, and what of a day must be there before it becomes facts."""

from collections.abc import Sequence

from practice.findings import BadInput
from practice.models import Clinician
from sessions.codes import CODES, missing_parent
from sessions.minutes import Typed
from sessions.models import ServiceLine, Session


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


def require_billable(session: Session, lines: Sequence[Typed]) -> None:
    """An add-on stands beside its parent on the day, and an evaluation is a therapist's. Raises BadInput."""
    given = [line for line in lines if line.total]
    elsewhere = (
        ServiceLine.objects.filter(
            session__client_id=session.client_id,
            session__served_on=session.served_on,
            session__case__discipline=session.case.discipline,
        )
        .exclude(session=session)
        .order_by("session_id", "position", "-version")
        .distinct("session_id", "position")
    )
    there = {line.code for line in given} | {line.code for line in elsewhere if line.total}
    for line in given:
        if told := missing_parent(line.code, there):
            raise BadInput(lines=told)
        if CODES[line.code].evaluation and (session.clinician.assistant or not line.minutes):
            raise BadInput(lines=f"{line.code}: an assistant does not evaluate; enter the therapist's minutes")

"""The signed minutes of a session as they stand, after whatever was amended."""

from sessions.models import ServiceLine, Session


def current_lines(session: Session) -> list[ServiceLine]:
    """The newest version of each line of a session, in order; lines taken back (0 minutes) included."""
    return list(
        ServiceLine.objects.filter(session=session)
        .select_related("assistant")
        .order_by("position", "-version")
        .distinct("position")
    )

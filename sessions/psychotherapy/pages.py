"""What the page of a psychotherapy note shows, and where it is."""

from typing import Any

from django.urls import reverse

from practice.models import Discipline
from practice.templatetags.house import at_time
from sessions.models import Session
from sessions.psychotherapy import actions


def context(
    request: Any,
    session: Session,
    text: str | None = None,
    version: int = 0,
    *,
    conflict: str = "",
    errors: list[str] | None = None,
) -> dict[str, Any]:
    """Context of sessions/psychotherapy_note.html and of its fragments; `text`: what was typed and is not kept."""
    note = actions.note_of(session, request.member)
    saved_at = f"Saved {at_time(note.changed_at, session.location.zone)}" if note else "Nothing typed yet"
    return {
        "url": reverse("sessions:psychotherapy_note", args=[request.practice.slug, session.pk]),
        "text": text if text is not None else note.text if note else "",
        "version": version or "" if text is not None else note.version if note else "",
        "save_line": saved_at,
        "errors": errors or [],
        "conflict": conflict,
        "other": note.text if note else "",
        "newest": note.version if note else "",
        "most": actions.MOST,
    }


def address(request: Any, session: Session) -> str:
    """Where the member keeps her psychotherapy note of a session; empty where she keeps none."""
    if session.case.discipline != Discipline.MH or not actions.kept_by(request.member).filter(pk=session.pk).exists():
        return ""
    return reverse("sessions:psychotherapy_note", args=[request.practice.slug, session.pk])

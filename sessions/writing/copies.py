"""Text copied from earlier notes: where it came from, and whether it still stands as it was.

A cloned note is an audit risk. Copying is allowed, said beside the part until its words are changed, said again beside
the button that signs, and kept.
"""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db.models import QuerySet

from practice import audit
from practice.models import Membership
from practice.templatetags.house import day
from sessions.models import Note, Session
from sessions.writing.models import CopiedText
from sessions.writing.wording import stands

SHOWN = 8  # earlier notes beside a page


def earlier(session: Session, member: Membership) -> list[Note]:
    """The last signed notes of the case before a session, newest first, that `member` may read."""
    return list(_before(session, member).select_related("session")[:SHOWN])


def last_day(session: Session, member: Membership) -> date | None:
    """The day of the newest of them."""
    return _before(session, member).values_list("session__served_on", flat=True).first()


def _before(session: Session, member: Membership) -> QuerySet[Note]:
    seen = Session.objects.visible_to(member).filter(case_id=session.case_id, starts_at__lt=session.starts_at)
    return Note.objects.filter(session__in=seen).order_by("-session__starts_at", "-pk")


def unchanged(session: Session, parts: Mapping[str, str]) -> dict[str, Note]:
    """By part the earlier note whose copied words stand in it as they were. One query."""
    rows = CopiedText.objects.filter(session=session).select_related("source__session").order_by("pk")
    last = {row.part: row.source for row in rows}
    return {part: note for part, note in last.items() if stands(getattr(note, part), parts.get(part, ""))}


def say(copied: Mapping[str, Note]) -> dict[str, str]:
    """What is said below each part."""
    return {
        part: f"Copied from {day(note.session.served_on)}: change what is no longer so" for part, note in copied.items()
    }


def warn(copied: Mapping[str, Note], titles: Mapping[str, str]) -> str:
    """The sentence beside the button that signs; empty when nothing reads as it did."""
    if not copied:
        return ""
    days = {day(note.session.served_on) for note in copied.values()}
    called = [f"“{titles[part]}”" for part in titles if part in copied]
    listed = called[0] if len(called) == 1 else f"{', '.join(called[:-1])} and {called[-1]}"
    verb = "reads" if len(called) == 1 else "read"
    return f"{listed} still {verb} as on {sorted(days)[0]}" if len(days) == 1 else f"{listed} still {verb} as before"


def record_signed(note: Note, session: Session) -> None:
    """Called by the signature, within it: that it was put below words that were copied and not changed."""
    copied = unchanged(session, note.parts)
    if copied:
        detail: dict[str, Any] = {"parts": sorted(copied), "sources": sorted({each.pk for each in copied.values()})}
        audit.record("sign copied text", note, client_id=session.client_id, **detail)

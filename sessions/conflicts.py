"""What a person sees whose text cannot be saved over another one: both, side by side."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from practice.findings import Conflict
from practice.templatetags.house import at_time
from sessions import forms
from sessions.differences import Run, side_by_side
from sessions.minutes import Typed
from sessions.models import GroupDraft, Note, NoteDraft, Session
from sessions.note_kinds import Kind
from sessions.writing.kinds import SHEETS


def conflict(
    request: Any, session: Session, refused: Conflict, rows: list[forms.Row], parts: dict[str, str]
) -> dict[str, Any]:
    """Context of sessions/conflict.html: another window saved first, or signed. `rows`, `parts`: what is typed here."""
    draft = NoteDraft.objects.filter(session=session).select_related("saved_by__user").first()
    note = None if draft else Note.objects.filter(session=session).select_related("signed_by__user").first()
    zone = session.location.zone
    there = saved_line(draft, zone) if draft else ""
    if note:
        there = f"Signed {at_time(note.signed_at, zone)} by {note.signed_by.user.name}"
    kept = draft or note
    titles = {name: part.title for name, part in SHEETS[Kind(kept.kind)].parts.items()} if kept else {}
    return {
        "message": str(refused),
        "version": draft.version if draft else "",
        "url": reverse("sessions:session", args=[request.practice.slug, session.pk]),
        "there": there,
        "pairs": pairs(titles, kept.parts, parts) if kept else [],
        "minutes": minutes(draft.typed, forms.typed(rows)) if draft else None,
    }


def saved_line(draft: NoteDraft | GroupDraft, zone: str) -> str:
    return f"Saved {at_time(draft.saved_at, zone)} by {draft.saved_by.user.name}"


def pairs(titles: Mapping[str, str], theirs: Mapping[str, str], mine: Mapping[str, str]) -> list[dict[str, Any]]:
    """{name, title, mine [Run], theirs [Run], text} of each box that does not say the same; `titles` in page order."""
    found = []
    for name, title in titles.items():
        here, there = _ends(mine.get(name, "")), _ends(theirs[name])
        if here != there:
            ours, others = side_by_side(here, there)
            found.append({"name": name, "title": title, "mine": ours, "theirs": others, "text": theirs[name]})
    return found


def _ends(text: str) -> str:
    """A browser ends its lines in its own way."""
    return text.replace("\r\n", "\n")


def minutes(theirs: list[Typed], mine: list[Typed]) -> dict[str, list[Run]] | None:
    here, there = (", ".join(f"{line.code} {line.text or '–'}" for line in lines) for lines in (mine, theirs))
    if here == there:
        return None
    ours, others = side_by_side(here, there)
    return {"mine": ours, "theirs": others}

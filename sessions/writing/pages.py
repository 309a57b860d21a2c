"""What the session's page shows of a note's writing: its kind, its parts, and how it stands with a supervisor."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects
from django.http import QueryDict
from django.urls import reverse

from practice.permissions import Permission
from practice.templatetags.house import at_time, day
from sessions.forms import Row
from sessions.minutes import PARTS
from sessions.models import Note, NoteText, Session
from sessions.note_kinds import Kind
from sessions.writing import billing_hints, copies, cosigning, kinds


def read_kind(data: QueryDict) -> Kind | None:
    """The kind of note that was pressed, if one was."""
    pressed = data.get("choose", "")
    return Kind(pressed) if pressed in set(Kind) else None


def kind_of(request: Any, written: NoteText | None, rows: list[Row]) -> Kind:
    """The kind that the page shows: as pressed, as kept, or as the codes propose."""
    if isinstance(written, Note):
        return Kind(written.kind)
    pressed = read_kind(request.POST)
    if pressed or written is None:
        return pressed or kinds.proposed(row.code for row in rows)
    return Kind(written.kind)


def context(
    request: Any, session: Session, kind: Kind, parts: Mapping[str, str], rows: list[Row], note: Note | None
) -> dict[str, Any]:
    """`writing` in sessions/panel.html."""
    sheet, args = kinds.SHEETS[kind], [request.practice.slug, session.pk]
    writes = note is None and session.open and session.clinician.member_id == request.member.pk
    told = hints(request, session, kind, parts, rows) if writes else {"copied": []}
    copied = {each["name"]: each["text"] for each in told["copied"]}
    return {
        "kind": kind,
        "tools": _tools(request, session, args) if writes else None,
        **told,
        "title": sheet.title if note and kind != Kind.DAILY else "Note",
        "kinds": [
            {"value": each, "label": other.label, "current": each == kind} for each, other in kinds.SHEETS.items()
        ],
        "parts": _parts(sheet, parts, copied),
        "cosigning": cosigned(request, session, note) if note else None,
    }


def plain(parts: Mapping[str, str]) -> dict[str, Any]:
    """The same for a note that is a daily one and nothing else, as a group's."""
    return {"title": "Note", "parts": _parts(kinds.SHEETS[Kind.DAILY], parts, {})}


def _parts(sheet: kinds.Sheet, parts: Mapping[str, str], copied: Mapping[str, str]) -> list[dict[str, str]]:
    return [
        {
            "name": name,
            "title": sheet.parts[name].title,
            "asks": sheet.parts[name].asks,
            "text": parts[name],
            "copied": copied.get(name, ""),
        }
        for name in PARTS
    ]


def _tools(request: Any, session: Session, args: list[Any]) -> dict[str, str]:
    """What helps to write: where earlier notes, templates and phrases are found."""
    last = copies.last_day(session, request.member)
    return {
        "last": f"Copy from {day(last)}" if last else "",
        "earlier_url": reverse("sessions:earlier", args=args),
        "insertable_url": reverse("sessions:insertable", args=args),
    }


def earlier_note(note: Note) -> dict[str, Any]:
    """An earlier note beside the page: its parts with what a press on “Copy” sends."""
    sheet = kinds.SHEETS[Kind(note.kind)]
    return {
        "id": note.pk,
        "date": note.session.served_on,
        "kind": sheet.title,
        "signature": note.signature,
        "parts": [
            {"name": name, "title": sheet.parts[name].title, "text": text} for name, text in note.parts.items() if text
        ],
    }


def hints(request: Any, session: Session, kind: Kind, parts: Mapping[str, str], rows: list[Row]) -> dict[str, Any]:
    """What is said of a draft beside what is missing to sign: words that were copied and still stand there, and what
    its claim will miss.
    """
    copied = copies.unchanged(session, parts)
    titles = {name: part.title for name, part in kinds.SHEETS[kind].parts.items()}
    told = copies.say(copied)
    return {
        "copied": [{"name": name, "text": told.get(name, "")} for name in PARTS],
        "copied_warning": copies.warn(copied, titles),
        "to_bill": to_bill(request, session, kind, rows),
    }


def to_bill(request: Any, session: Session, kind: Kind, rows: list[Row]) -> list[dict[str, str]]:
    """What the claim will miss, each with the link that mends it: {text, label, url}."""
    places = billing_hints.places(session, request.member, request.practice.slug)
    found = []
    for hint in billing_hints.hints_of(session, kind, [row.typed for row in rows]):
        label, url = places.get(hint.mend, ("", ""))
        found.append({"text": hint.text, "label": label, "url": url})
    return found


def stands(note: Note, state: cosigning.Standing | None = None) -> dict[str, Any]:
    """How a signed note stands with a supervisor, in words: {signed, waits, returned {remark, by, at}}."""
    state, zone = state or cosigning.standing(note), note.session.location.zone
    signed = state.signed
    return {
        "signed": f"Co-signed by {signed.signature}, {_moment(signed.signed_at, zone)}" if signed else "",
        "waits": f"Waits for co-signature by {state.waits_for}" if state.waits_for else "",
        "returned": {"remark": state.remark, "by": state.returned_by, "at": _moment(state.returned_at, zone)}
        if state.returned
        else None,
    }


def cosigned(request: Any, session: Session, note: Note) -> dict[str, Any]:
    """`stands`, and the forms of the supervisor."""
    note.session = session
    prefetch_related_objects([note], *cosigning.needs())
    state = cosigning.standing(note)
    hers = state.waits_for is not None and state.waits_for.member_id == request.member.pk
    args = [request.practice.slug, session.pk]
    forms = {
        "cosign_url": reverse("sessions:cosign", args=args),
        "return_url": reverse("sessions:return_note", args=args),
        "most": cosigning.LONGEST_REMARK,
    }
    told = stands(note, state)
    return told | {"form": forms if hers and request.member.may(Permission.SIGN_NOTE) else None}


def _moment(at: datetime | None, zone: str) -> str:
    if at is None:
        return ""
    return f"{day(at.astimezone(ZoneInfo(zone)).date())}, {at_time(at, zone)}"


def row(note: Note, slug: str) -> dict[str, str]:
    """A note in the list of those that wait."""
    session, state = note.session, cosigning.standing(note)
    answered = not state.returned and note.returns.all()
    return {
        "url": reverse("sessions:session", args=[slug, session.pk]),
        "date": day(session.served_on),
        "client": session.client.name,
        "about": session.case.complaint,
        "kind": kinds.SHEETS[Kind(note.kind)].title,
        "note": f"“{state.remark}”" if state.returned else "Answered by an addendum" if answered else "",
        "clinician": note.signature,
    }

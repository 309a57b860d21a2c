"""A signed note as paper: what its PDF says.

Medicare asks of a treatment note the date, each service, total timed code minutes and total treatment time, and the
signature with the professional identification of who treated (Medicare Benefit Policy Manual ch. 15 §220.3.E).
"""

import re
from collections.abc import Iterable
from datetime import datetime
from itertools import pairwise
from operator import attrgetter
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import prefetch_related_objects

from practice.letterhead import letterhead
from practice.models import Location
from practice.templatetags.house import at_time, long_day
from sessions import pages
from sessions.codes import CODES
from sessions.descriptors import labels
from sessions.models import Note, ServiceLine, Session
from sessions.note_kinds import Kind
from sessions.writing import cosigning
from sessions.writing.kinds import SHEETS


def paper(note: Note) -> dict[str, Any]:
    """Context of sessions/note_pdf.html: the note as signed, the services as they stand now, and what came since."""
    session, zone = note.session, note.session.location.zone
    versions = list(_versions(session))
    now = [line for line in _newest(versions) if line.total]
    client, sheet = session.client.survivor, SHEETS[Kind(note.kind)]
    return {
        "practice": letterhead(),
        "client": {"name": client.name, "born": client.birth_on, "number": client.number},
        "served_on": session.served_on,
        "time": pages.time_range(session),
        "clinician": str(session.clinician),
        "location": _location(session.location),
        "complaint": session.case.complaint,
        "diagnoses": [row.code for row in session.case.diagnoses.all()],
        "title": sheet.title,
        "parts": [
            {"name": sheet.parts[name].title, "paragraphs": paragraphs(text)} for name, text in note.parts.items()
        ],
        "lines": _lines(now),
        "timed_minutes": sum(line.total for line in now if _timed(line.code)),
        "total_minutes": sum(line.total for line in now),
        "changes": _changes(versions, zone),
        "addenda": [
            {
                "paragraphs": paragraphs(row.text),
                "signature": row.signature,
                "signed_at": moment(row.signed_at, zone),
            }
            for row in note.addenda.all()
        ],
        "signature": note.signature,
        "signed_at": moment(note.signed_at, zone),
        **_cosigned(note),
    }


def _cosigned(note: Note) -> dict[str, str]:
    """Whose co-signature stands below, and when; or for whose it waits."""
    prefetch_related_objects([note], *cosigning.needs())
    state = cosigning.standing(note)
    signed, zone = state.signed, note.session.location.zone
    return {
        "cosignature": signed.signature if signed else "",
        "cosigned_at": moment(signed.signed_at, zone) if signed else "",
        "cosigner": str(state.waits_for) if state.waits_for else "",
    }


def paragraphs(text: str) -> list[str]:
    """Text between empty lines; its single line ends stay. So a page breaks between them and starts with words."""
    found = re.split(r"\n(?:[^\S\n]*\n)+", text.replace("\r\n", "\n").strip("\n"))
    return [each for each in found if each.strip()]


def moment(at: datetime, zone: str) -> str:
    """June 15, 2026, 9:52 AM CDT: with the zone, for paper is read anywhere."""
    local = at.astimezone(ZoneInfo(zone))
    return f"{long_day(local.date())}, {at_time(at, zone)} {local.tzname()}"


def _versions(session: Session) -> Iterable[ServiceLine]:
    """Every version of every line, in order."""
    rows = ServiceLine.objects.filter(session=session).order_by("position", "version")
    return rows.select_related("clinician__member__user", "assistant__member__user", "by__user")


def _newest(versions: list[ServiceLine]) -> list[ServiceLine]:
    return list({line.position: line for line in versions}.values())


def _timed(code: str) -> bool:
    return code in CODES and CODES[code].timed


def _location(location: Location) -> dict[str, str]:
    return {"name": location.name, "line": f"{location.street}, {location.city}, {location.state} {location.zip[:5]}"}


def _lines(lines: list[ServiceLine]) -> list[dict[str, Any]]:
    called = labels(line.code for line in lines)
    return [
        {
            "code": line.code,
            "modifiers": " ".join(line.modifiers),
            "label": called.get(line.code, "Service"),
            "timed": _timed(line.code),
            "minutes": line.total,
            "times": line.times,
            "by": _given_by(line),
        }
        for line in lines
    ]


def _given_by(line: ServiceLine) -> str:
    """Whose the minutes are, where an assistant gave some alone."""
    if not line.assistant_minutes:
        return ""
    return f"{line.clinician} {line.minutes} min, {line.assistant} {line.assistant_minutes} min"


def _changes(versions: list[ServiceLine], zone: str) -> list[dict[str, str]]:
    """The amendments, oldest first: what the minutes were and became, why, when and by whom."""
    before = {after.pk: first for first, after in pairwise(versions) if first.position == after.position}
    return [
        {
            "text": _change(before.get(line.pk), line),
            "reason": line.reason,
            "by": line.by.user.name,
            "at": moment(line.at, zone),
        }
        for line in sorted(versions, key=attrgetter("at", "pk"))
        if line.reason
    ]


def _change(before: ServiceLine | None, line: ServiceLine) -> str:
    """97110: 33 → 23 min (version 2)."""
    now = f"{line.total} min" if line.total else "taken back"
    moved = f"{before.total} min → {now}" if before else f"added, {now}"
    return f"{line.code}: {moved} (version {line.version})"

"""A clinician's time as an iCalendar file (RFC 5545), from rows. Folding, escaping and line ends are the library's."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange as During
from icalendar import Calendar, Event

from practice import clock
from practice.models import Clinician
from sessions.lifecycle import GONE
from sessions.models import Booking, FeedWords, Session, SessionState

BACK, AHEAD = timedelta(days=30), timedelta(days=180)
NAME = "-//Caseload//Calendar feed//EN"


@dataclass(frozen=True)
class Entry:
    """A part of her time. `status`: CONFIRMED, TENTATIVE or CANCELLED. Nobody is named but by `words`."""

    uid: str
    starts_at: datetime
    ends_at: datetime
    words: str
    status: str
    changed_at: datetime


def calendar_file(entries: Sequence[Entry]) -> bytes:
    """The file, with CRLF, lines of at most 75 octets, and times in UTC."""
    calendar = Calendar()
    calendar.add("prodid", NAME)
    calendar.add("version", "2.0")
    calendar.add("x-wr-calname", "Sessions")
    for entry in entries:
        event = Event()
        event.add("uid", entry.uid)
        event.add("dtstamp", entry.changed_at.astimezone(UTC))
        event.add("last-modified", entry.changed_at.astimezone(UTC))
        event.add("dtstart", entry.starts_at.astimezone(UTC))
        event.add("dtend", entry.ends_at.astimezone(UTC))
        event.add("summary", entry.words)
        event.add("status", entry.status)
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return calendar.to_ical()


def entries_of(clinician: Clinician, words: FeedWords) -> list[Entry]:
    """Her visits, groups and time off of the last 30 and the next 180 days, in two statements."""
    now = clock.now()
    rows = list(
        Booking.objects.filter(clinician=clinician, during__overlap=During(now - BACK, now + AHEAD)).order_by(
            "during", "id"
        )
    )
    together: dict[int, list[Session]] = {}
    appointments = [row.appointment_id for row in rows if row.appointment_id]
    for session in Session.objects.filter(appointment__in=appointments).select_related("client", "appointment"):
        together.setdefault(session.appointment_id, []).append(session)
    return list(_entries(rows, together, words))


def _entries(rows: Sequence[Booking], together: dict[int, list[Session]], words: FeedWords) -> Iterator[Entry]:
    for row in rows:
        sessions = together.get(row.appointment_id or 0, [])
        moments = [row.changed_at, *(session.state_changed_at for session in sessions)]
        yield Entry(
            uid=f"booking-{row.pk}.{row.practice_id}@caseload",
            starts_at=row.during.lower,
            ends_at=row.during.upper,
            words=_words(sessions, words),
            status=_status(row, sessions),
            changed_at=max(moments),
        )


def _words(sessions: Sequence[Session], words: FeedWords) -> str:
    """ "Session", "Group of 6", "Away"; with initials "Session A. A." for one client."""
    if not sessions:
        return "Away"
    left = [session for session in sessions if session.state not in GONE]
    if sessions[0].appointment.group:
        return f"Group of {len(left)}"
    client = sessions[0].client
    return f"Session {client.first_name[:1]}. {client.last_name[:1]}." if words == FeedWords.INITIALS else "Session"


def _status(row: Booking, sessions: Sequence[Session]) -> str:
    if row.released:
        return "CANCELLED"
    held = bool(sessions) and all(session.state in (*GONE, SessionState.HELD) for session in sessions)
    return "TENTATIVE" if held else "CONFIRMED"

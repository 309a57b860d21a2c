"""What stands in the calendar between two days, from rows: visits, time off, working hours, in five statements."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange as During

from practice.models import Clinician, Location, Membership
from practice.permissions import Permission
from practice.setup.models import WorkingHours
from sessions.calendar.grid import Span
from sessions.models import Booking, Session

type Cell = tuple[int, date]  # a clinician's day


@dataclass(frozen=True)
class Event:
    """A part of a clinician's day. `session` is None for time off (`away`); one that is not `hers` only takes time."""

    clinician: int
    day: date
    span: Span
    session: Session | None = None
    hers: bool = True
    away: str = ""


def events(
    member: Membership, clinicians: Sequence[Clinician], days: Sequence[date], location: Location | None, zone: str
) -> dict[Cell, list[Event]]:
    """By clinician and local day, in order of time. Visits outside a therapist's caseload are there without a name."""
    found: dict[Cell, list[Event]] = {}
    every = Session.objects.filter(clinician__in=clinicians, served_on__in=days)
    rows = every.filter(location=location) if location else every
    visible = None
    if not member.may(Permission.SEE_EVERY_CLIENT):
        visible = set(rows.visible_to(member).values_list("pk", flat=True))
    for session in rows.select_related("client", "location").order_by("starts_at", "id"):
        hers = visible is None or session.pk in visible
        event = Event(session.clinician_id, session.served_on, _span(session), session, hers)
        found.setdefault((event.clinician, event.day), []).append(event)
    for event in _away(clinicians, days, ZoneInfo(zone)):
        found.setdefault((event.clinician, event.day), []).append(event)
    return found


def _span(session: Session) -> Span:
    zone = ZoneInfo(session.location.zone)
    start, end = session.starts_at.astimezone(zone), session.ends_at.astimezone(zone)
    return _on_one_day(start, end, session.served_on)


def _on_one_day(start: datetime, end: datetime, day: date) -> Span:
    """The part of a stretch of local time that lies on a day. On the night clocks change one may end before it starts."""
    first = 0 if start.date() < day else start.hour * 60 + start.minute
    last = 1440 if end.date() > day else end.hour * 60 + end.minute
    return Span(min(first, 1439), max(last, min(first, 1439) + 1))


def _away(clinicians: Sequence[Clinician], days: Sequence[date], zone: ZoneInfo) -> list[Event]:
    """Time off, cut into days of the practice's zone."""
    first = datetime.combine(days[0], time(), tzinfo=zone)
    span = During(first, datetime.combine(days[-1] + timedelta(days=1), time(), tzinfo=zone))
    rows = Booking.objects.filter(appointment=None, released=False, clinician__in=clinicians, during__overlap=span)
    found = []
    for row in rows.order_by("during", "id"):
        start, end = row.during.lower.astimezone(zone), row.during.upper.astimezone(zone)
        for day in days:
            midnight = datetime.combine(day + timedelta(days=1), time(), tzinfo=zone)
            if start < midnight and datetime.combine(day, time(), tzinfo=zone) < end:
                found.append(Event(row.clinician_id, day, _on_one_day(start, end, day), away=row.away))
    return found


def working(clinicians: Sequence[Clinician], days: Sequence[date], location: Location | None) -> dict[Cell, list[Span]]:
    """By clinician and day when she works, at a location or anywhere. Who has no hours on file is not in it."""
    rows = WorkingHours.objects.filter(clinician__in=clinicians)
    every = list(rows.filter(location=location) if location else rows)
    known = {row.clinician_id for row in every}
    found: dict[Cell, list[Span]] = {(clinician, day): [] for clinician in known for day in days}
    for row in every:
        for day in days:
            if row.weekday == day.weekday() and row.holds_on(day):
                found[row.clinician_id, day].append(Span(_minute(row.starts), _minute(row.ends)))
    return {cell: sorted(spans, key=lambda span: span.start) for cell, spans in found.items()}


def _minute(at: time) -> int:
    return at.hour * 60 + at.minute


def off(working: Sequence[Span], first_hour: int, last_hour: int) -> list[Span]:
    """What is left of the shown hours outside of those in which she works."""
    found, at = [], first_hour * 60
    for span in working:
        if span.start > at:
            found.append(Span(at, span.start))
        at = max(at, span.end)
    return [*found, Span(at, last_hour * 60)] if at < last_hour * 60 else found

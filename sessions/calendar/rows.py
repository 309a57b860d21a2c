"""What stands in the calendar between two days, from rows: visits, time off, working hours, in seven statements."""

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.backends.postgresql.psycopg_any import DateTimeTZRange as During

from practice.models import Clinician, Location, Membership
from practice.permissions import Permission
from practice.setup.models import WorkingHours
from sessions.calendar.grid import Span
from sessions.lifecycle import GONE
from sessions.models import Booking, Room, Session

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
    group: tuple[Session, ...] = ()  # everybody of it, where she may see them all


def events(
    member: Membership,
    clinicians: Sequence[Clinician],
    days: Sequence[date],
    location: Location | None,
    zone: str,
    room: Room | None = None,
) -> dict[Cell, list[Event]]:
    """By clinician and local day, in order of time. Visits outside a therapist's caseload are there without a name."""
    found: dict[Cell, list[Event]] = {}
    every = Session.objects.filter(clinician__in=clinicians, served_on__in=days)
    rows = every.filter(location=location) if location else every
    if room:
        rows = rows.filter(appointment__in=Booking.objects.filter(room=room).values("appointment"))
    visible = None
    if not member.may(Permission.SEE_EVERY_CLIENT):
        visible = set(rows.visible_to(member).values_list("pk", flat=True))
    # A client, a location once each, and not in each of their visits: of those a week may have thousands.
    every = rows.select_related("appointment").prefetch_related("client", "location").order_by("starts_at", "id")
    team = {each.pk: each for each in clinicians}
    for session in (visits := list(every)):
        session.clinician = team[session.clinician_id]
    for event in _visits(visits, member, visible):
        found.setdefault((event.clinician, event.day), []).append(event)
    for event in _away(clinicians, days, ZoneInfo(zone)):
        found.setdefault((event.clinician, event.day), []).append(event)
    return found


def _visits(sessions: Sequence[Session], member: Membership, visible: Collection[int] | None) -> Iterator[Event]:
    """One for each visit, and one for a group. Of a group of somebody else a therapist sees her own clients, and else
    that time is taken.
    """
    groups: dict[int, list[Session]] = {}
    for session in sessions:
        if session.appointment.group:
            groups.setdefault(session.appointment_id, []).append(session)
    for together in groups.values():
        together.sort(key=lambda each: each.state in GONE)  # who is in it stands for it
    for session in sessions:
        hers = visible is None or session.pk in visible
        together = groups.get(session.appointment_id, [])
        opens = visible is None or session.clinician.member_id == member.pk
        known = [each for each in together if opens or each.pk in (visible or ())]
        if opens:
            stands = not together or session is together[0]
        else:
            stands = hers or (not known and (not together or session is together[0]))
        if stands:
            whole = tuple(together) if opens else ()
            yield Event(session.clinician_id, session.served_on, _span(session), session, hers, group=whole)


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
                found.append(Event(row.clinician_id or 0, day, _on_one_day(start, end, day), away=row.away))
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

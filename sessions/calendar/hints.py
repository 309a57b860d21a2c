"""What is said before a visit is booked or moved, and never refused: limits it breaks, hours outside of which it lies."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from clients.limits import Breach
from practice.models import Clinician, Location
from practice.setup.models import WorkingHours
from sessions import limits
from sessions.calendar.actions import Asked, listed, said_taken
from sessions.odd_times import odd_times


@dataclass(frozen=True)
class Preview:
    """A series before it is booked. `taken`: by day what the clinician does then; `outside`: days off her hours; `full`:
    days on which its room is taken."""

    days: list[date]
    taken: dict[date, str]
    outside: list[date]
    breaches: list[Breach]
    full: dict[date, str]


def preview(asked: Asked, *, held: bool = False) -> Preview:
    """What a series would be, in a constant number of queries. Raises BadInput."""
    days = asked.days
    return Preview(
        days,
        asked.in_the_way(),
        outside_hours(asked.clinician, asked.location, [asked.moment(day) for day in days], asked.length),
        limits.warnings_for(asked.case, days, held=held),
        asked.in_the_way(asked.room) if asked.room else {},
    )


def outside_hours(
    clinician: Clinician, location: Location, starts: Sequence[datetime], length: timedelta
) -> list[date]:
    """The local days on which a visit lies outside her working hours there; none where no hours are on file."""
    rows = list(WorkingHours.objects.filter(clinician=clinician))
    if not rows:
        return []
    zone = ZoneInfo(location.zone)
    here = [row for row in rows if row.location_id == location.pk]
    return [
        start.date()
        for start in (each.astimezone(zone) for each in starts)
        if not any(
            row.weekday == start.weekday()
            and row.holds_on(start.date())
            and row.starts <= start.time()
            and (start + length).time() <= row.ends
            for row in here
        )
    ]


def hours_sentence(clinician: Clinician, days: Sequence[date]) -> str:
    """ "Outside Alice Atherton’s working hours on Dec 7."; empty for no days."""
    return f"Outside {clinician.name}’s working hours on {listed(days)}." if days else ""


def said(asked: Asked, found: Preview) -> list[str]:
    """All that is to be said of a series, in sentences."""
    who = asked.clinician
    taken = f"{who.name} is {said_taken(found.taken)}." if found.taken else ""
    full = f"{asked.room.name} is {said_taken(found.full)}." if asked.room and found.full else ""
    hours = hours_sentence(who, found.outside)
    odd = odd_times(who, asked.first_on, asked.at)
    return [*filter(None, (taken, full, hours)), *odd, *(breach.sentence for breach in found.breaches)]

"""What is unlikely about the time of a session, in sentences that are said before and after it is booked, never as a
refusal. What stands in the clinician's working hours is not unlikely.
"""

from datetime import date, time
from zoneinfo import ZoneInfo

from django.db.models import Q

from practice.models import Clinician, local_today
from practice.setup.models import Weekday, WorkingHours
from practice.templatetags.house import day as written
from sessions.models import Session

LONG_AGO = 60  # days
EARLY, LATE = time(6), time(21)


def odd_times(clinician: Clinician | None, day: date, at: time) -> list[str]:
    """What to check of a session that starts on a local day at a local time; one query, where the hour is odd."""
    found = []
    ago = (local_today() - day).days
    if ago > LONG_AGO:
        found.append(f"{written(day)} is {ago} days ago; check the date.")
    sunday, outside = day.weekday() == Weekday.SUNDAY, not EARLY <= at < LATE
    if (sunday or outside) and not _works(clinician, day, at):
        found += [f"{written(day)} is a Sunday; check the date."] if sunday else []
        found += [f"{at:%I:%M %p} is outside 6 AM to 9 PM; check the time.".lstrip("0")] if outside else []
    return found


def of_session(session: Session) -> list[str]:
    """The same of a session that is booked."""
    local = session.starts_at.astimezone(ZoneInfo(session.location.zone))
    return odd_times(session.clinician, local.date(), local.time())


def _works(clinician: Clinician | None, day: date, at: time) -> bool:
    hours = WorkingHours.objects.filter(clinician=clinician, weekday=day.weekday(), starts__lte=at, ends__gt=at)
    return clinician is not None and hours.filter(Q(until_on=None) | Q(until_on__gte=day), from_on__lte=day).exists()

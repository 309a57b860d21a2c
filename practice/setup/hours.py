"""Verbs about working hours. They are kept for the calendar, which books inside them."""

from collections.abc import Collection
from datetime import date, time

from django.db import transaction

from practice import audit
from practice.findings import BadInput
from practice.models import Clinician, Location, Membership
from practice.setup.models import Weekday, WorkingHours


@transaction.atomic
def add_hours(
    *,
    by: Membership,
    clinician: Clinician,
    location: Location,
    weekdays: Collection[int],
    starts: time,
    ends: time,
    from_on: date,
    until_on: date | None = None,
) -> list[WorkingHours]:
    """The same hours on some weekdays. Raises BadInput: all or none."""
    _lock(clinician)
    if not weekdays or not set(weekdays) <= set(Weekday.values):
        raise BadInput(weekdays="Choose at least one day of the week")
    _require_sense(location, starts, ends, from_on, until_on)
    made = []
    for weekday in sorted(set(weekdays)):
        row = WorkingHours(
            clinician=clinician, location=location, weekday=weekday, starts=starts, ends=ends, from_on=from_on,
            until_on=until_on,
        )  # fmt: skip
        _require_free(row)
        row.save()
        audit.record("add working hours", row, clinician=clinician.pk)
        made.append(row)
    return made


@transaction.atomic
def change_hours(
    *,
    by: Membership,
    hours: WorkingHours,
    location: Location,
    starts: time,
    ends: time,
    from_on: date,
    until_on: date | None = None,
) -> WorkingHours:
    """Other hours on the same weekday. Raises BadInput."""
    _lock(hours.clinician)
    _require_sense(location, starts, ends, from_on, until_on)
    hours.location, hours.starts, hours.ends = location, starts, ends
    hours.from_on, hours.until_on = from_on, until_on
    _require_free(hours)
    hours.save(update_fields=["location", "starts", "ends", "from_on", "until_on"])
    audit.record("change working hours", hours, clinician=hours.clinician_id)
    return hours


@transaction.atomic
def remove_hours(*, by: Membership, hours: WorkingHours) -> None:
    """Take back hours that were entered by mistake; hours that end are given a last day."""
    audit.record("remove working hours", hours, clinician=hours.clinician_id)
    hours.delete()


def _lock(clinician: Clinician) -> None:
    Clinician.objects.select_for_update(of=("self",)).get(pk=clinician.pk)


def _require_sense(location: Location, starts: time, ends: time, from_on: date, until_on: date | None) -> None:
    if ends <= starts:
        raise BadInput(ends="The end is not after the start")
    if until_on and until_on < from_on:
        raise BadInput(until_on="The last day is before the first")
    if location.closed_on and (until_on is None or until_on >= location.closed_on):
        raise BadInput(location=f"{location.name} closes on {location.closed_on:%Y-%m-%d}")


def _require_free(new: WorkingHours) -> None:
    """She is in one place at a time. The database says so again."""
    others = WorkingHours.objects.filter(
        clinician=new.clinician_id, weekday=new.weekday, starts__lt=new.ends, ends__gt=new.starts
    ).exclude(pk=new.pk)
    for row in others.select_related("location"):
        apart = (new.until_on and new.until_on < row.from_on) or (row.until_on and row.until_on < new.from_on)
        if not apart:
            day = Weekday(row.weekday).label
            when = f"{row.starts:%H:%M}–{row.ends:%H:%M}"
            raise BadInput(starts=f"On {day} she works {when} at {row.location.name} already; change that or these")

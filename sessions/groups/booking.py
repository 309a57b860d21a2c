"""Verbs about who is in a group and when: book, add a client, another time, cancel."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.db import transaction

from clients.merged import whole_charts
from clients.models import Case, Client
from practice import audit
from practice.findings import BadInput, Conflict
from practice.models import Clinician, Location, Membership
from sessions import actions
from sessions.calendar import actions as calendar
from sessions.calendar import taking
from sessions.calendar.actions import Asked
from sessions.lifecycle import GONE, PLANNED
from sessions.models import Appointment, Room, Series, Session, SessionState
from sessions.rooms.actions import KEEP, Keep, require_room
from sessions.telehealth.actions import require_place

FEWEST, MOST = 2, 30  # clients of a group


@transaction.atomic
def book_group(
    *,
    by: Membership,
    cases: Sequence[Case],
    asked: Asked,
    held: bool = False,
    skip: bool = False,
    over: bool = False,
) -> list[Appointment]:
    """A group of several clients on each day of a series, all or none. `asked.case` is one of them.

    Raises BadInput: `cases` for who cannot be in it, else as `book_series`.
    """
    _require_group(cases)
    require_room(asked.room, asked.location)
    require_place(asked.telehealth)
    for case in cases:
        actions.require_slot(case, asked.clinician, asked.location, asked.moment(asked.first_on), asked.length)
    days = calendar.free_days(by=by, asked=asked, skip=skip, over=over)
    for day in days[1:]:
        actions.require_slot(asked.case, asked.clinician, asked.location, asked.moment(day), asked.length)
    series = None
    if asked.visits > 1:
        pattern = asked.pattern
        series = Series.objects.create(weekdays=sorted(pattern.weekdays), every_weeks=pattern.every_weeks, by=by)
    booked = [
        Appointment.objects.create(location=asked.location, during=asked.during(day), series=series, group=True)
        for day in days
    ]
    for appointment in booked:
        for who in taking.takers(asked.clinician, asked.room):
            taking.take_up(by=by, appointment=appointment, who=who, over=over)
    for case in cases:
        _seat(by, booked, case, asked, held=held)
    audit.record("book group", booked[0], clients=len(cases), visits=len(booked))
    return booked


def _require_group(cases: Sequence[Case]) -> None:
    if not FEWEST <= len(cases) <= MOST:
        raise BadInput(cases=f"A group has {FEWEST} to {MOST} clients; this one has {len(cases)}")
    clients = Client.objects.select_related("merged_into").in_bulk({case.client_id for case in cases})
    there: set[int] = set()
    for case in cases:
        home = clients[case.client_id].survivor
        if home.pk in there:
            raise BadInput(cases=f"{home.name} is chosen twice; choose one of her cases")
        there.add(home.pk)


def _seat(by: Membership, appointments: Sequence[Appointment], case: Case, asked: Asked, *, held: bool) -> None:
    try:
        actions.seat(
            by=by, appointments=appointments, case=case, clinician=asked.clinician, held=held,
            telehealth=asked.telehealth,
        )  # fmt: skip
    except BadInput as bad:
        raise BadInput(cases=" ".join(bad.errors.values())) from None


@transaction.atomic
def add_client(*, by: Membership, appointment: Appointment, case: Case, following: bool = False) -> list[Session]:
    """One more client in a group, with `following` in those of its series after it too. Who was taken out of it is
    put back. Raises BadInput on `case`.
    """
    first = any_of(appointment)
    actions.require_slot(case, first.clinician, first.location, first.starts_at, first.ends_at - first.starts_at)
    home = Client.objects.get(pk=case.client_id).survivor
    asked = _following(appointment) if following else [appointment]
    rows = Session.objects.filter(appointment__in=asked).select_related("clinician__member__user")
    hers = {row.appointment_id: row for row in rows.filter(client__in=whole_charts([home.pk]))}
    if appointment.pk in hers and hers[appointment.pk].state not in GONE:
        raise BadInput(case=f"{home.name} is in this group already")
    back = [row for row in hers.values() if row.state in GONE]
    for row in back:
        actions.move(by=by, session=row, state=SessionState.SCHEDULED)
    new = [each for each in asked if each.pk not in hers]
    _require_a_place(new)
    taking.hold(first.clinician)
    added = actions.seat(by=by, appointments=new, case=case, clinician=first.clinician) if new else []
    for row in added:
        taking.take_again(row)
    return sorted([*back, *added], key=lambda row: row.starts_at)


def _require_a_place(appointments: Sequence[Appointment]) -> None:
    counts: dict[int, int] = {}
    there = Session.objects.filter(appointment__in=appointments).exclude(state__in=GONE)
    for pk in there.values_list("appointment", flat=True):
        counts[pk] = counts.get(pk, 0) + 1
    if max(counts.values(), default=0) >= MOST:
        raise BadInput(case=f"A group has at most {MOST} clients; take one out first")


def _following(appointment: Appointment) -> list[Appointment]:
    """A group, and those of its series after it that still have somebody planned."""
    if appointment.series_id is None:
        return [appointment]
    later = Appointment.objects.filter(
        series=appointment.series_id, during__startswith__gt=appointment.during.lower, sessions__state__in=PLANNED
    )
    return [appointment, *later.select_related("location").distinct().order_by("during")]


def any_of(appointment: Appointment) -> Session:
    """One session of a group to ask for its clinician, place and time: of who is still in it, if anybody is."""
    rows = Session.objects.filter(appointment=appointment).select_related(
        "appointment__series", "client", "case", "clinician__member__user", "location"
    )
    found = list(rows.order_by("id"))
    movable = [row for row in found if row.state in PLANNED]
    return [*movable, *(row for row in found if row.state not in GONE), *found][0]


@transaction.atomic
def move_group(
    *,
    by: Membership,
    appointment: Appointment,
    starts_at: datetime,
    length: timedelta,
    clinician: Clinician | None = None,
    location: Location | None = None,
    following: bool = False,
    over: bool = False,
    room: Room | Keep | None = KEEP,
) -> list[Session]:
    """Everybody of a group to another time, clinician or place; as `reschedule`."""
    return calendar.reschedule(
        by=by, session=any_of(appointment), starts_at=starts_at, length=length, clinician=clinician,
        location=location, following=following, over=over, room=room,
    )  # fmt: skip


@transaction.atomic
def cancel_group(*, by: Membership, appointment: Appointment, following: bool = False) -> int:
    """Cancel a group for everybody in it who is only planned, with `following` those of its series too; how many
    sessions. Raises Conflict where nobody is.
    """
    asked = _following(appointment) if following else [appointment]
    rows = Session.objects.filter(appointment__in=asked, state__in=PLANNED).select_related("clinician__member__user")
    found = list(rows.order_by("starts_at", "id"))
    if not found:
        raise Conflict("Nobody of this group is only planned any more; cancel what was begun client by client.")
    for session in found:
        actions.move(by=by, session=session, state=SessionState.CANCELLED)
    return len(found)

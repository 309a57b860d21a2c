"""The table of what is taken up: the time of clinicians and rooms."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from practice import clock
from practice.models import Clinician, Membership
from practice.tenancy import TenantForeignKey, TenantModel
from sessions.rooms.models import Room


def _one_at_a_time(name: str, what: str) -> ExclusionConstraint:
    """A clinician or a room, whichever a booking takes up, is taken once at a time, unless two were meant."""
    # int8range instead of btree_gist: the schema needs no extension.
    same = Func(F(what), F(what), Value("[]"), function="int8range")
    return ExclusionConstraint(
        name=name,
        expressions=[(same, RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
        condition=Q(released=False, overlap_allowed_by__isnull=True, **{f"{what}__isnull": False}),
    )


class Booking(TenantModel):
    """A clinician or a room taken up by an appointment, or a clinician who is away (`away` says why). The database
    refuses two at once."""

    appointment = TenantForeignKey("therapy_sessions.Appointment", null=True, blank=True, related_name="bookings")
    away = models.CharField(max_length=60, blank=True, help_text="“Vacation”: time off, without an appointment")
    clinician = TenantForeignKey(Clinician, null=True, blank=True, related_name="bookings")
    room = TenantForeignKey(Room, null=True, blank=True, related_name="bookings")
    during = DateTimeRangeField()
    released = models.BooleanField(default=False, help_text="cancelled or missed: the time is free again")
    overlap_allowed_by = TenantForeignKey(Membership, null=True, blank=True, related_name="+")
    changed_at = models.DateTimeField(default=clock.now, help_text="when it was moved, released or taken again")

    class Meta:
        constraints = [
            _one_at_a_time("clinician_in_one_place", "clinician"),
            _one_at_a_time("room_for_one_at_a_time", "room"),
            models.CheckConstraint(
                condition=Q(appointment__isnull=False, away="") | (Q(appointment__isnull=True) & ~Q(away="")),
                name="booking_is_for_something",
            ),
            models.CheckConstraint(
                condition=Q(clinician__isnull=False, room__isnull=True)
                | Q(clinician__isnull=True, room__isnull=False, appointment__isnull=False),
                name="booking_takes_one_thing",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "clinician"], name="time_off", condition=Q(appointment__isnull=True)),
            models.Index(fields=["practice", "appointment"], name="booking_by_appointment"),
        ]

    def __str__(self) -> str:
        return f"{self.clinician_id or self.room_id} {self.during}"

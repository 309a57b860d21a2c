"""Tables of the practice's settings: its logo, and when its people work. Their app is practice."""

from datetime import date

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from practice import clock
from practice.tenancy import TenantForeignKey, TenantModel


class Logo(TenantModel):
    """The practice's logo as we drew it: PNG, at most 600 × 200. One row per practice."""

    png = models.BinaryField()
    width = models.PositiveSmallIntegerField()
    height = models.PositiveSmallIntegerField()
    changed_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice"], name="one_logo"),
            models.CheckConstraint(
                condition=Q(width__gte=1, width__lte=600, height__gte=1, height__lte=200), name="logo_size"
            ),
        ]

    def __str__(self) -> str:
        return f"logo {self.width} × {self.height}"


class Weekday(models.IntegerChoices):
    MONDAY = 0
    TUESDAY = 1
    WEDNESDAY = 2
    THURSDAY = 3
    FRIDAY = 4
    SATURDAY = 5
    SUNDAY = 6


def _same(field: str) -> Func:
    """A whole number as a range of one: equality under GiST without an extension."""
    return Func(F(field), F(field), Value("[]"), function="int8range")


def _on_a_day(field: str) -> Func:
    """A time of day on a day that is always the same: PostgreSQL has ranges of moments, not of times."""
    return Func(F(field), template="('2000-01-03'::date + %(expressions)s)")


class WorkingHours(TenantModel):
    """When a clinician works at a location on a weekday, from a day on. She is in one place at a time."""

    clinician = TenantForeignKey("practice.Clinician", related_name="hours")
    location = TenantForeignKey("practice.Location", related_name="hours")
    weekday = models.PositiveSmallIntegerField(choices=Weekday.choices, help_text="0 is Monday")
    starts = models.TimeField(help_text="local time of the location")
    ends = models.TimeField()
    from_on = models.DateField()
    until_on = models.DateField(null=True, blank=True, help_text="the last day; empty: until further notice")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(weekday__in=Weekday.values), name="hours_weekday_known"),
            models.CheckConstraint(condition=Q(ends__gt=F("starts")), name="hours_end_after_start"),
            models.CheckConstraint(
                condition=Q(until_on__isnull=True) | Q(until_on__gte=F("from_on")), name="hours_until_after_from"
            ),
            ExclusionConstraint(
                name="clinician_works_in_one_place",
                expressions=[
                    (_same("clinician"), RangeOperators.EQUAL),
                    (_same("weekday"), RangeOperators.EQUAL),
                    (Func(_on_a_day("starts"), _on_a_day("ends"), function="tsrange"), RangeOperators.OVERLAPS),
                    (
                        Func(F("from_on"), F("until_on"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{Weekday(self.weekday).label} {self.starts:%H:%M}–{self.ends:%H:%M}"

    def holds_on(self, day: date) -> bool:
        return self.from_on <= day and (self.until_on is None or day <= self.until_on)

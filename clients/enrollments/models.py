"""The table of who may bill whom. Its app is clients."""

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import RangeOperators
from django.db import models
from django.db.models import F, Func, Q, Value

from clients.rendering import Enrolled, Standing
from practice.fields import ChoiceField
from practice.models import Clinician
from practice.tenancy import TenantForeignKey, TenantModel


class EnrollmentState(models.TextChoices):
    ENROLLED = Standing.ENROLLED.value, "Enrolled"
    PENDING = Standing.PENDING.value, "Pending"
    NOT = Standing.NOT.value, "Not enrolled"


def _same(field: str) -> Func:
    """A whole number as a range of one: equality under GiST without an extension."""
    return Func(F(field), F(field), Value("[]"), function="int8range")


class Enrollment(TenantModel):
    """How a clinician stands with a payer for some time. One word for each day."""

    clinician = TenantForeignKey(Clinician, related_name="enrollments")
    payer = TenantForeignKey("clients.Payer", related_name="enrollments")
    state = ChoiceField(choices=EnrollmentState.choices)
    starts_on = models.DateField()
    ends_on = models.DateField(null=True, blank=True, help_text="the last day; empty: until further notice")
    number = models.CharField(max_length=30, blank=True, help_text="the payer's own number for her")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(state__in=EnrollmentState.values), name="enrollment_state_known"),
            models.CheckConstraint(
                condition=Q(ends_on__isnull=True) | Q(ends_on__gte=F("starts_on")), name="enrollment_ends_after_start"
            ),
            ExclusionConstraint(
                name="one_enrollment_a_day",
                expressions=[
                    (_same("clinician"), RangeOperators.EQUAL),
                    (_same("payer"), RangeOperators.EQUAL),
                    (
                        Func(F("starts_on"), F("ends_on"), Value("[]"), function="daterange"),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.clinician_id} {self.state}"

    @property
    def facts(self) -> Enrolled:
        return Enrolled(self.clinician_id, Standing(self.state), self.starts_on, self.ends_on, self.number)

"""The day as payers count it: what billing took of it, how its minutes were chosen, and what others billed."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from clients.models import Case, Client, Coverage
from practice import clock
from practice.fields import ChoiceField, MoneyField, one_of
from practice.models import Discipline, Membership
from practice.tenancy import TenantForeignKey, TenantModel
from sessions.models import ServiceLine


class BillingDay(TenantModel):
    """The unit of charging: payers count minutes by the day. Its row is the lock of its recomputation."""

    client = TenantForeignKey(Client, related_name="billing_days")
    served_on = models.DateField()
    discipline = ChoiceField(choices=Discipline.choices)
    coverage = TenantForeignKey(Coverage, null=True, related_name="billing_days", help_text="null: self-pay")
    case = TenantForeignKey(Case, related_name="billing_days")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "client", "served_on", "discipline", "coverage"],
                name="one_billing_day",
                nulls_distinct=False,
            ),
            one_of("discipline", Discipline, "billing_day"),
        ]

    def __str__(self) -> str:
        return f"{self.discipline} {self.served_on}"

    @property
    def key(self) -> tuple[int, date, str]:
        """Client, date of service, discipline."""
        return self.client_id, self.served_on, self.discipline


class DayLine(TenantModel):
    """A version of a service line that billing has taken, once, also when it earned no unit. Insert only."""

    day = TenantForeignKey(BillingDay, related_name="day_lines")
    line = TenantForeignKey(ServiceLine, related_name="day_lines")
    taken_at = models.DateTimeField(default=clock.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "line"], name="one_day_line")]

    def __str__(self) -> str:
        return f"line {self.line_id} on day {self.day_id}"


class UnitChoice(TenantModel):
    """Which codes a clinician wants first where the payer's rule leaves a choice. Insert only; the newest counts."""

    client = TenantForeignKey(Client, related_name="unit_choices")
    served_on = models.DateField()
    discipline = ChoiceField(choices=Discipline.choices)
    codes = ArrayField(models.CharField(max_length=5), help_text="none: back to the proposal")
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        constraints = [one_of("discipline", Discipline, "unit_choice")]
        indexes = [models.Index(fields=["practice", "client", "served_on"], name="unit_choice_by_day")]

    def __str__(self) -> str:
        return f"{', '.join(self.codes)} first on {self.served_on}"


class OutsideTherapy(TenantModel):
    """Therapy of a year that other clinics billed to Medicare, as a person found it out. Insert only; the newest counts.

    `bucket` is one of `billing.facts.KX_BUCKETS`, joined by +.
    """

    client = TenantForeignKey(Client, related_name="outside_therapy")
    year = models.PositiveSmallIntegerField()
    bucket = models.CharField(max_length=6)
    amount = MoneyField(help_text="dollars allowed, deductible and coinsurance included")
    as_of = models.DateField(help_text="the day the figure is from")
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(amount__gte=0), name="outside_therapy_not_negative"),
            models.CheckConstraint(condition=Q(bucket__in=["OT", "PT+SLP"]), name="outside_therapy_bucket_known"),
        ]
        indexes = [models.Index(fields=["practice", "client", "year"], name="outside_therapy_by_client")]

    def __str__(self) -> str:
        return f"{self.bucket} {self.year}: {self.amount}"

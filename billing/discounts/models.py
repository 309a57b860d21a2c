"""The table of sliding fees. Its app is billing."""

from django.db import models
from django.db.models import F, Q

from billing.discounts.sliding import Grant
from clients.models import Client
from practice import clock
from practice.fields import MoneyField
from practice.models import Membership
from practice.tenancy import TenantForeignKey, TenantModel


class SlidingFee(TenantModel):
    """A client's discount by income, for some time. Insert only; of those that hold on a day the newest counts."""

    client = TenantForeignKey(Client, related_name="sliding_fees")
    percent = models.PositiveSmallIntegerField(help_text="of the usual fee that she is not asked for; 0 ends it")
    yearly_income = MoneyField(null=True, help_text="dollars of the household; null where it ends")
    household_size = models.PositiveSmallIntegerField(null=True)
    proof = models.CharField(max_length=120, help_text="what was seen, such as a pay stub; or why it ends")
    valid_from = models.DateField()
    valid_until = models.DateField()
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(percent__lte=100), name="sliding_fee_percent"),
            models.CheckConstraint(condition=Q(valid_until__gte=F("valid_from")), name="sliding_fee_ends_after_start"),
            models.CheckConstraint(
                condition=Q(percent=0) | Q(yearly_income__isnull=False, yearly_income__gte=0, household_size__gte=1),
                name="sliding_fee_has_income",
            ),
        ]
        indexes = [models.Index(fields=["practice", "client"], name="sliding_fee_by_client")]

    def __str__(self) -> str:
        return f"{self.percent} % from {self.valid_from}"

    @property
    def facts(self) -> Grant:
        return Grant(self.pk, self.percent, self.valid_from, self.valid_until)

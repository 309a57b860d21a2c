"""What services cost: the practice's usual fees, and what payers allow by contract."""

from django.db import models
from django.db.models import Q

from clients.models import Payer
from practice.fields import MoneyField
from practice.models import Location
from practice.tenancy import TenantForeignKey, TenantModel


class FeeSchedule(TenantModel):
    """The practice's usual fee for a code, from a day on; at one location where that differs."""

    code = models.CharField(max_length=5)
    fee = MoneyField(help_text="dollars a unit")
    starts_on = models.DateField()
    location = TenantForeignKey(Location, null=True, related_name="fees", help_text="null: everywhere else")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "code", "starts_on", "location"], name="one_fee", nulls_distinct=False
            ),
            models.CheckConstraint(condition=Q(fee__gt=0), name="fee_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.fee}"


class ContractRate(TenantModel):
    """What a payer's contract allows for a code, from a day on; at one location where that differs.

    Estimates read it. Nothing is charged or given up by it: what a payer allowed is in its remittance.
    """

    payer = TenantForeignKey(Payer, related_name="rates")
    code = models.CharField(max_length=5)
    rate = MoneyField(help_text="dollars a unit")
    starts_on = models.DateField()
    location = TenantForeignKey(Location, null=True, related_name="rates", help_text="null: everywhere else")

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "payer", "code", "starts_on", "location"],
                name="one_contract_rate",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(rate__gt=0), name="contract_rate_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.rate}"

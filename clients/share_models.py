"""Two guarantors of one client, from a day on."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from clients.shares import Rule, Share
from practice import clock
from practice.fields import ChoiceField, MoneyField, one_of
from practice.models import Membership
from practice.money import ZERO
from practice.tenancy import TenantForeignKey, TenantModel


class ShareRule(models.TextChoices):
    WHOLE = Rule.WHOLE.value, "One guarantor owes all of it"
    PERCENT = Rule.PERCENT.value, "By percent"
    AMOUNT = Rule.AMOUNT.value, "A fixed amount of each visit, the other the rest"
    SERVICE = Rule.SERVICE.value, "By service"


class GuarantorShare(TenantModel):
    """Who owes the client's share from a date of service on. Insert only; the latest that began counts.

    What was charged before stays with whom it was charged to.
    """

    client = TenantForeignKey("clients.Client", related_name="guarantor_shares")
    starts_on = models.DateField()
    rule = ChoiceField(choices=ShareRule.choices)
    first = TenantForeignKey("clients.Contact", null=True, related_name="first_shares")
    other = TenantForeignKey("clients.Contact", null=True, related_name="other_shares")
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    amount = MoneyField(null=True)
    codes = ArrayField(models.CharField(max_length=5), default=list, help_text="services the first person pays")
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        constraints = [
            one_of("rule", ShareRule, "guarantor_share"),
            models.CheckConstraint(
                condition=Q(rule=Rule.WHOLE.value, first__isnull=True, other__isnull=True)
                | ~Q(rule=Rule.WHOLE.value) & Q(first__isnull=False, other__isnull=False) & ~Q(first=F("other")),
                name="guarantor_share_names_two",
            ),
            models.CheckConstraint(
                condition=~Q(rule=Rule.PERCENT.value) | Q(percent__isnull=False, percent__gt=0, percent__lt=100),
                name="guarantor_share_percent",
            ),
            models.CheckConstraint(
                condition=~Q(rule=Rule.AMOUNT.value) | Q(amount__isnull=False, amount__gt=0),
                name="guarantor_share_amount",
            ),
            models.CheckConstraint(
                condition=~Q(rule=Rule.SERVICE.value) | Q(codes__len__gt=0), name="guarantor_share_codes"
            ),
        ]
        indexes = [models.Index(fields=["practice", "client"], name="share_by_client")]

    def __str__(self) -> str:
        return f"{self.rule} from {self.starts_on}"

    @property
    def facts(self) -> Share:
        return Share(
            self.pk, self.starts_on, Rule(self.rule), self.first_id or 0, self.other_id or 0, self.percent or ZERO,
            self.amount or ZERO, frozenset(self.codes),
        )  # fmt: skip

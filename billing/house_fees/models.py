"""What the practice charges without a session, and which charge is such a fee. Their app is billing."""

from django.db import models
from django.db.models import Q

from billing.house_fees.kinds import KINDS
from clients.models import Client
from practice import clock
from practice.fields import ChoiceField, MoneyField, one_of
from practice.models import Membership
from practice.tenancy import TenantForeignKey, TenantModel
from sessions.models import Session


class FeeKind(models.TextChoices):
    NO_SHOW = "no show", KINDS["no show"].label
    LATE_CANCEL = "late cancel", KINDS["late cancel"].label
    RECORDS = "records", KINDS["records"].label


class HouseFee(TenantModel):
    """The amount of a fee, the same for everybody. Insert only; the newest counts."""

    kind = ChoiceField(choices=FeeKind.choices)
    amount = MoneyField(null=True, help_text="null: the practice charges none")
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        constraints = [
            one_of("kind", FeeKind, "house_fee"),
            models.CheckConstraint(condition=Q(amount__isnull=True) | Q(amount__gt=0), name="house_fee_positive"),
        ]
        indexes = [models.Index(fields=["practice", "kind"], name="house_fee_by_kind")]

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class ClientFee(TenantModel):
    """A fee that was charged: what for, and for which visit. Insert only; taken back by reversing its charge."""

    client = TenantForeignKey(Client, related_name="fees")
    kind = ChoiceField(choices=FeeKind.choices)
    charge = TenantForeignKey("billing.Charge", related_name="fees")
    session = TenantForeignKey(Session, null=True, related_name="fees", help_text="the visit that was missed")
    key = models.CharField(max_length=100)
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        constraints = [
            one_of("kind", FeeKind, "client_fee"),
            models.UniqueConstraint(fields=["practice", "charge"], name="one_fee_of_a_charge"),
            models.UniqueConstraint(fields=["practice", "key"], name="one_fee_key"),
        ]
        indexes = [
            models.Index(fields=["practice", "client"], name="client_fee_by_client"),
            models.Index(fields=["practice", "session"], name="client_fee_by_session"),
        ]

    def __str__(self) -> str:
        return f"{self.kind} of {self.client_id}"

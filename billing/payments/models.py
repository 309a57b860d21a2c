"""Tables of money from people: held for a visit, given back, taken back, promised by the month."""

from django.db import models
from django.db.models import F, Q

from clients.models import Client, Contact
from practice import clock
from practice.fields import ChoiceField, MoneyField, one_of
from practice.models import Membership
from practice.tenancy import TenantForeignKey, TenantModel


class HeldForVisit(TenantModel):
    """The part of a payment that was taken for the visits of a client's day. The ledger knows it as credit.

    Insert only; what became of it is in `HeldUse`.
    """

    payment = TenantForeignKey("billing.Payment", related_name="held")
    contact = TenantForeignKey(Contact, related_name="held")
    client = TenantForeignKey(Client, related_name="held")
    served_on = models.DateField()
    amount = MoneyField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "payment"], name="one_visit_of_a_payment"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="held_positive"),
        ]
        indexes = [
            models.Index(fields=["practice", "contact"], name="held_by_contact"),
            models.Index(fields=["practice", "client", "served_on"], name="held_by_visit"),
        ]

    def __str__(self) -> str:
        return f"{self.amount} for {self.served_on}"


class HeldUse(TenantModel):
    """Held money that a posting used (positive), or that came back when a charge let it go. Insert only.

    The database refuses uses that sum to less than nothing or to more than was held: `billing.payments.guards`.
    """

    held = TenantForeignKey(HeldForVisit, related_name="uses")
    posting = TenantForeignKey("billing.Posting", related_name="held_uses")
    amount = MoneyField()

    class Meta:
        constraints = [models.CheckConstraint(condition=~Q(amount=0), name="held_use_not_zero")]
        indexes = [models.Index(fields=["practice", "held"], name="held_use_by_held")]

    def __str__(self) -> str:
        return f"{self.amount}"


class RefundMethod(models.TextChoices):
    CASH = "cash", "Cash from the till"
    CARD = "card", "Back to the card"
    CHECK = "check", "Check of ours"


class Refund(TenantModel):
    """Credit that a person gave back to somebody. Insert only; its posting is in the ledger."""

    contact = TenantForeignKey(Contact, related_name="refunds")
    amount = MoneyField()
    method = ChoiceField(choices=RefundMethod.choices)
    reference = models.CharField(max_length=40, blank=True, help_text="of the card's slip, or the check's number")
    refunded_on = models.DateField()
    posting = TenantForeignKey("billing.Posting", related_name="+")

    class Meta:
        constraints = [
            one_of("method", RefundMethod, "refund"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="refund_positive"),
            models.UniqueConstraint(fields=["practice", "posting"], name="one_refund_posting"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.amount}"


class TakenBack(TenantModel):
    """A payment that was none: a check that bounced, a slip of the hand. Insert only, once."""

    payment = TenantForeignKey("billing.Payment", related_name="taken_back")
    reason = models.CharField(max_length=200)
    posting = TenantForeignKey("billing.Posting", related_name="+", help_text="the reversal of the payment's")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "payment"], name="payment_taken_back_once")]

    def __str__(self) -> str:
        return self.reason


class CreditRule(TenantModel):
    """What the practice does with money that is over: a credit below `keep_below` stays, of others a refund is proposed."""

    keep_below = MoneyField(help_text="dollars")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice"], name="one_credit_rule"),
            models.CheckConstraint(condition=Q(keep_below__gte=0), name="credit_rule_not_negative"),
        ]

    def __str__(self) -> str:
        return f"below {self.keep_below}"


class PaymentPlan(TenantModel):
    """A person pays what she owes by the month: `monthly` from `first_on` until it is `total`."""

    contact = TenantForeignKey(Contact, related_name="payment_plans")
    total = MoneyField()
    monthly = MoneyField()
    first_on = models.DateField()
    made_at = models.DateTimeField(default=clock.now)
    made_by = TenantForeignKey(Membership, related_name="+")
    ended_on = models.DateField(null=True, help_text="it was given up, or another took its place")

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(monthly__gt=0, total__gte=F("monthly")), name="payment_plan_amounts"),
            models.UniqueConstraint(
                fields=["practice", "contact"], condition=Q(ended_on__isnull=True), name="one_payment_plan"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.total} at {self.monthly}"

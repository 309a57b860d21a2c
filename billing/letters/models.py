"""Tables of letters: credit notes, superbills, statements, good faith estimates. Insert only; a mistake is voided.

`printed` is what stands on the paper, as it was when the letter was made: dates in ISO, dollars as text.
`key` is made when the form is shown, so that pressing twice makes one.
"""

from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from clients.models import Case, Client, Contact
from practice import clock
from practice.fields import MoneyField
from practice.models import Clinician, Location, Membership
from practice.tenancy import TenantForeignKey, TenantModel


class CreditNote(TenantModel):
    """An invoice taken back whole, once. Its lines may then stand on another invoice."""

    number = models.BigIntegerField()
    invoice = TenantForeignKey("Invoice", related_name="credit_notes")
    total = MoneyField()
    noted_on = models.DateField()
    reason = models.CharField(max_length=200)
    key = models.CharField(max_length=100)
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="one_credit_note_number"),
            models.UniqueConstraint(fields=["practice", "invoice"], name="one_credit_note"),
            models.UniqueConstraint(fields=["practice", "key"], name="one_credit_note_key"),
            models.CheckConstraint(condition=~Q(reason=""), name="credit_note_has_reason"),
        ]

    def __str__(self) -> str:
        return f"Credit note {self.number}"


class Superbill(TenantModel):
    """What a client sends her own insurer: visits we do not claim, with what it needs to pay her back."""

    number = models.BigIntegerField()
    client = TenantForeignKey(Client, related_name="superbills")
    made_on = models.DateField()
    charged = MoneyField()
    paid = MoneyField()
    printed = models.JSONField(encoder=DjangoJSONEncoder)
    key = models.CharField(max_length=100)
    made_at = models.DateTimeField(default=clock.now)
    made_by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="one_superbill_number"),
            models.UniqueConstraint(fields=["practice", "key"], name="one_superbill_key"),
            models.CheckConstraint(condition=Q(charged__gt=0, paid__gte=0), name="superbill_charges_something"),
        ]

    def __str__(self) -> str:
        return f"Superbill {self.number}"


class SuperbillLine(TenantModel):
    """A charge on a superbill; on one that counts at most. `voided` is set once, with the superbill."""

    superbill = TenantForeignKey(Superbill, related_name="lines")
    charge = TenantForeignKey("Charge", related_name="superbill_lines")
    charged = MoneyField()
    paid = MoneyField()
    voided = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "charge"], condition=Q(voided=False), name="charge_on_one_superbill"
            )
        ]

    def __str__(self) -> str:
        return f"{self.charged}"


class SuperbillVoid(TenantModel):
    """A superbill that counts no longer, and why."""

    superbill = TenantForeignKey(Superbill, related_name="voids")
    reason = models.CharField(max_length=200)
    at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "superbill"], name="one_superbill_void"),
            models.CheckConstraint(condition=~Q(reason=""), name="superbill_void_has_reason"),
        ]

    def __str__(self) -> str:
        return self.reason


class Statement(TenantModel):
    """A letter to one person about everything she owes on a day, visit by visit, and why."""

    number = models.BigIntegerField()
    contact = TenantForeignKey(Contact, related_name="statements")
    stated_on = models.DateField()
    due_on = models.DateField()
    first_on = models.DateField(help_text="the first visit on it")
    last_on = models.DateField(help_text="the last")
    owed = MoneyField()
    credit = MoneyField(help_text="held for the person, shown apart")
    printed = models.JSONField(encoder=DjangoJSONEncoder)
    key = models.CharField(max_length=100)
    made_at = models.DateTimeField(default=clock.now)
    made_by = TenantForeignKey(Membership, null=True, related_name="+", help_text="null: the house itself")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="one_statement_number"),
            models.UniqueConstraint(fields=["practice", "key"], name="one_statement_key"),
            models.CheckConstraint(condition=Q(owed__gt=0, credit__gte=0), name="statement_owes_something"),
            models.CheckConstraint(condition=Q(due_on__gte=F("stated_on")), name="statement_due_after_made"),
            models.CheckConstraint(condition=Q(last_on__gte=F("first_on")), name="statement_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"Statement {self.number}"


class GoodFaithEstimate(TenantModel):
    """What care is expected to cost somebody who pays herself, said before it is given (45 CFR 149.610)."""

    number = models.BigIntegerField()
    client = TenantForeignKey(Client, related_name="estimates")
    case = TenantForeignKey(Case, related_name="estimates")
    clinician = TenantForeignKey(Clinician, related_name="+")
    location = TenantForeignKey(Location, related_name="+")
    given_on = models.DateField()
    asked_on = models.DateField(help_text="the day the visit was booked, or the client asked")
    requested = models.BooleanField(default=False, help_text="the client asked; else it is for a visit booked")
    due_on = models.DateField(null=True, help_text="the last day to give it; null: no duty")
    starts_on = models.DateField(help_text="the first visit")
    ends_on = models.DateField()
    frequency = models.CharField(max_length=60)
    total = MoneyField()
    printed = models.JSONField(encoder=DjangoJSONEncoder)
    key = models.CharField(max_length=100)
    made_at = models.DateTimeField(default=clock.now)
    made_by = TenantForeignKey(Membership, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="one_estimate_number"),
            models.UniqueConstraint(fields=["practice", "key"], name="one_estimate_key"),
            models.CheckConstraint(condition=Q(total__gt=0), name="estimate_positive"),
            models.CheckConstraint(condition=Q(ends_on__gte=F("starts_on")), name="estimate_ends_after_start"),
        ]

    def __str__(self) -> str:
        return f"Good faith estimate {self.number}"

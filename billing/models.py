"""What is owed: fees, billed days, charges, the ledger, invoices and payments."""

from datetime import date

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from billing.advance_notices import AdvanceNotice, NoticeSignature, NoticeWithdrawal
from billing.codesets.models import AddOnParent, CodeSetRelease, EditPair, TherapyThreshold, UnitLimit
from billing.ledger import Account
from billing.notices import Effect
from clients.models import Case, Client, Contact, Coverage, Payer
from practice import clock
from practice.fields import ChoiceField, MoneyField, one_of
from practice.models import Clinician, Discipline, Location, Membership
from practice.tenancy import TenantForeignKey, TenantModel
from sessions.models import ServiceLine

# Django finds models here.
__all__ = [
    "AddOnParent",
    "AdvanceNotice",
    "BillingDay",
    "Charge",
    "ChargeKind",
    "CodeSetRelease",
    "DayLine",
    "EditPair",
    "Entry",
    "FeeSchedule",
    "Invoice",
    "InvoiceLine",
    "Method",
    "NoticeSignature",
    "NoticeWithdrawal",
    "OpenItem",
    "OutsideTherapy",
    "Payment",
    "Posting",
    "TherapyThreshold",
    "UnitChoice",
    "UnitLimit",
]


class FeeSchedule(TenantModel):
    """The practice's usual fee for a code, from a day on."""

    code = models.CharField(max_length=5)
    fee = MoneyField(help_text="dollars a unit")
    starts_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "code", "starts_on"], name="one_fee"),
            models.CheckConstraint(condition=Q(fee__gt=0), name="fee_positive"),
        ]

    def __str__(self) -> str:
        return f"{self.code} {self.fee}"


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


class ChargeKind(models.TextChoices):
    SERVICE = "service"
    FEE = "fee"
    PRODUCT = "product"


class Charge(TenantModel):
    """What becomes one claim line: a day's units of one code by one clinician, priced.

    Facts never change; `reversed_by` is set once when the day is recomputed differently. What an advance notice
    does to it is kept from the day it was made: `billing.notices.Effect`.
    """

    kind = ChoiceField(choices=ChargeKind.choices, default=ChargeKind.SERVICE)
    client = TenantForeignKey(Client, related_name="charges")
    day = TenantForeignKey(BillingDay, null=True, related_name="charges", help_text="null for fees and products")
    served_on = models.DateField()
    code = models.CharField(max_length=5)
    clinician = TenantForeignKey(Clinician, related_name="+")
    location = TenantForeignKey(Location, related_name="+")
    units = models.PositiveSmallIntegerField()
    minutes = models.PositiveSmallIntegerField()
    assisted = models.BooleanField(default=False, help_text="units that carry the assistant's modifier")
    attested = ArrayField(
        models.CharField(max_length=2), default=list, help_text="modifiers that who treated has put on it"
    )
    amount = MoneyField()
    notice = TenantForeignKey(AdvanceNotice, null=True, related_name="charges")
    notice_modifiers = ArrayField(models.CharField(max_length=2), default=list, help_text="GA, GX, GY, GZ")
    claimable = models.BooleanField(default=True, help_text="no: the client chose to pay without a claim")
    liable = models.BooleanField(default=True, help_text="no: a denial is the practice's loss, never the client's")
    made_at = models.DateTimeField(default=clock.now)
    reversed_by = TenantForeignKey("Posting", null=True, related_name="+")

    class Meta:
        constraints = [
            one_of("kind", ChargeKind, "charge"),
            models.CheckConstraint(condition=Q(amount__gt=0, units__gt=0), name="charge_positive"),
            models.CheckConstraint(condition=Q(day__isnull=False) | ~Q(kind="service"), name="service_charge_has_day"),
            models.UniqueConstraint(
                fields=["practice", "day", "code", "clinician", "location", "assisted"],
                condition=Q(reversed_by__isnull=True),
                name="one_live_charge",
            ),
        ]
        indexes = [models.Index(fields=["practice", "served_on"], name="charge_by_day")]

    def __str__(self) -> str:
        return f"{self.code}×{self.units} {self.amount}"

    @property
    def effect(self) -> Effect:
        """What an advance notice did to it when it was made."""
        return Effect(
            tuple(self.notice_modifiers), self.claimable, not self.claimable, True, self.liable, self.notice_id
        )


class Posting(TenantModel):
    """One movement of money, with two or more entries that sum to zero. Insert only.

    `posted_on` is the accounting date, `made_at` the clock. `entry_count` says how many entries it was
    written with: one that comes later is refused by the database.
    """

    kind = models.CharField(max_length=30)
    key = models.CharField(max_length=120)
    fingerprint = models.CharField(max_length=64)
    posted_on = models.DateField()
    made_at = models.DateTimeField(default=clock.now)
    by = TenantForeignKey(Membership, null=True, related_name="+", help_text="null: the house itself")
    memo = models.CharField(max_length=200, blank=True)
    entry_count = models.PositiveSmallIntegerField()
    reverses = TenantForeignKey("self", null=True, related_name="reversals")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "key"], name="one_posting_key"),
            models.UniqueConstraint(fields=["practice", "reverses"], name="one_reversal"),
            models.CheckConstraint(condition=Q(entry_count__gte=2), name="posting_has_entries"),
        ]
        indexes = [models.Index(fields=["practice", "posted_on"], name="posting_by_day")]

    def __str__(self) -> str:
        return self.key


class Entry(TenantModel):
    """One signed, non-zero amount on an account. On receivable it names its charge and who owes it. Insert only."""

    posting = TenantForeignKey(Posting, related_name="entries")
    account = ChoiceField()
    reason = models.CharField(max_length=30)
    amount = MoneyField()
    charge = TenantForeignKey(Charge, null=True, related_name="entries")
    coverage = TenantForeignKey(Coverage, null=True, related_name="entries")
    contact = TenantForeignKey(Contact, null=True, related_name="entries")
    payer = TenantForeignKey(Payer, null=True, related_name="entries")

    class Meta:
        constraints = [
            one_of("account", Account, "entry"),
            models.CheckConstraint(condition=~Q(amount=0), name="entry_not_zero"),
            models.CheckConstraint(
                condition=~Q(account=Account.RECEIVABLE.value)
                | Q(charge__isnull=False, payer__isnull=True, coverage__isnull=False, contact__isnull=True)
                | Q(charge__isnull=False, payer__isnull=True, coverage__isnull=True, contact__isnull=False),
                name="receivable_names_charge_and_debtor",
            ),
            models.CheckConstraint(
                condition=~Q(account=Account.CREDIT.value)
                | Q(charge__isnull=True, coverage__isnull=True, contact__isnull=False, payer__isnull=True)
                | Q(charge__isnull=True, coverage__isnull=True, contact__isnull=True, payer__isnull=False),
                name="credit_names_holder",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.account} ({self.reason}) {self.amount}"


class OpenItem(TenantModel):
    """The one kept figure of the house: what one party owes on one charge, or the credit she holds.

    Written by `post()` alone, in the transaction of the entries it sums. `verify_books` compares.
    `since_on` is the day the first amount became hers.
    """

    account = ChoiceField()
    charge = TenantForeignKey(Charge, null=True, related_name="open_items")
    coverage = TenantForeignKey(Coverage, null=True, related_name="open_items")
    contact = TenantForeignKey(Contact, null=True, related_name="open_items")
    payer = TenantForeignKey(Payer, null=True, related_name="open_items")
    balance = MoneyField()
    since_on = models.DateField()

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "account", "charge", "coverage", "contact", "payer"],
                name="one_open_item",
                nulls_distinct=False,
            ),
            models.CheckConstraint(
                condition=Q(account__in=[Account.RECEIVABLE.value, Account.CREDIT.value]),
                name="open_item_account_known",
            ),
        ]
        indexes = [
            models.Index(fields=["practice", "account", "coverage"], condition=~Q(balance=0), name="open_by_coverage"),
            models.Index(fields=["practice", "account", "contact"], condition=~Q(balance=0), name="open_by_contact"),
        ]

    def __str__(self) -> str:
        return f"{self.account} {self.balance}"


class Method(models.TextChoices):
    CHECK = "check", "Check"
    CASH = "cash", "Cash"
    CARD = "card", "Card terminal"


class Payment(TenantModel):
    """Money a person gave us. Its posting and applications are in the ledger. Insert only."""

    contact = TenantForeignKey(Contact, related_name="payments")
    amount = MoneyField()
    method = ChoiceField(choices=Method.choices)
    reference = models.CharField(max_length=40, blank=True)
    received_on = models.DateField()
    posting = TenantForeignKey(Posting, related_name="+")

    class Meta:
        constraints = [
            one_of("method", Method, "payment"),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payment_positive"),
            models.UniqueConstraint(fields=["practice", "posting"], name="one_payment_posting"),
        ]

    def __str__(self) -> str:
        return f"{self.method} {self.amount}"


class Invoice(TenantModel):
    """A numbered letter to one person about movements of responsibility to her. Frozen once made."""

    number = models.BigIntegerField()
    contact = TenantForeignKey(Contact, related_name="invoices")
    invoiced_on = models.DateField()
    due_on = models.DateField()
    total = MoneyField()
    made_at = models.DateTimeField(default=clock.now)
    made_by = TenantForeignKey(Membership, null=True, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="one_invoice_number"),
            models.CheckConstraint(condition=Q(due_on__gte=F("invoiced_on")), name="invoice_due_after_made"),
        ]
        indexes = [models.Index(fields=["practice", "due_on"], name="invoice_by_due")]

    def __str__(self) -> str:
        return f"Invoice {self.number}"


class InvoiceLine(TenantModel):
    """A receivable entry on an invoice, with the figures as they were. Insert only; an entry is on one invoice."""

    invoice = TenantForeignKey(Invoice, related_name="lines")
    entry = TenantForeignKey(Entry, related_name="invoice_lines")
    charge = TenantForeignKey(Charge, related_name="invoice_lines")
    charged = MoneyField()
    insurance_paid = MoneyField()
    plan_discount = MoneyField()
    owed = MoneyField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "entry"], name="entry_on_one_invoice")]

    def __str__(self) -> str:
        return f"{self.owed}"

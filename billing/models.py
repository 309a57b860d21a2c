"""What is owed: fees, billed days, charges, the ledger, invoices and payments."""

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from billing.advance_notices import AdvanceNotice, NoticeSignature, NoticeWithdrawal
from billing.codesets.models import AddOnParent, CodeSetRelease, EditPair, TherapyThreshold, UnitLimit
from billing.day_models import BillingDay, DayLine, OutsideTherapy, UnitChoice
from billing.discounts.models import SlidingFee
from billing.fee_models import ContractRate, FeeSchedule
from billing.house_fees.kinds import label_of
from billing.house_fees.models import ClientFee, HouseFee
from billing.invoicing.models import InvoiceRun, RunLetters, RunPerson
from billing.ledger import Account
from billing.letters.models import CreditNote, GoodFaithEstimate, Statement, Superbill, SuperbillLine, SuperbillVoid
from billing.notices import Effect
from billing.payments.models import CreditRule, HeldForVisit, HeldUse, PaymentPlan, Refund, RefundMethod, TakenBack
from billing.write_offs.models import (
    HardshipRecord,
    SmallBalanceRule,
    SmallBalanceRun,
    WriteOff,
    WriteOffDecision,
    WriteOffLimit,
)
from clients.models import Client, Contact, Coverage, Payer
from practice import clock
from practice.fields import ChoiceField, MoneyField, one_of
from practice.models import Clinician, Location, Membership
from practice.tenancy import TenantForeignKey, TenantModel

# Django finds models here.
__all__ = [
    "AddOnParent",
    "AdvanceNotice",
    "BillingDay",
    "Charge",
    "ChargeKind",
    "ClientFee",
    "CodeSetRelease",
    "ContractRate",
    "CreditNote",
    "CreditRule",
    "DayLine",
    "EditPair",
    "Entry",
    "FeeSchedule",
    "GoodFaithEstimate",
    "HardshipRecord",
    "HeldForVisit",
    "HeldUse",
    "HouseFee",
    "Invoice",
    "InvoiceLine",
    "InvoiceRun",
    "Method",
    "NoticeSignature",
    "NoticeWithdrawal",
    "OpenItem",
    "OutsideTherapy",
    "Payment",
    "PaymentPlan",
    "Posting",
    "Refund",
    "RefundMethod",
    "RunLetters",
    "RunPerson",
    "SlidingFee",
    "SmallBalanceRule",
    "SmallBalanceRun",
    "Statement",
    "Superbill",
    "SuperbillLine",
    "SuperbillVoid",
    "TakenBack",
    "TherapyThreshold",
    "UnitChoice",
    "UnitLimit",
    "WriteOff",
    "WriteOffDecision",
    "WriteOffLimit",
]


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
    clinician = TenantForeignKey(Clinician, null=True, related_name="+", help_text="null for fees of no visit")
    location = TenantForeignKey(Location, null=True, related_name="+", help_text="null for fees of no visit")
    place_of_service = models.CharField(max_length=2, blank=True, help_text="the session's own; empty: the location's")
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
            models.CheckConstraint(
                condition=Q(clinician__isnull=False, location__isnull=False) | ~Q(kind="service"),
                name="service_charge_has_clinician",
            ),
            models.CheckConstraint(condition=~Q(kind="fee") | Q(day__isnull=True), name="fee_has_no_day"),
            models.UniqueConstraint(
                fields=["practice", "day", "code", "clinician", "location", "place_of_service", "assisted"],
                condition=Q(reversed_by__isnull=True),
                name="one_live_charge",
            ),
        ]
        indexes = [models.Index(fields=["practice", "served_on"], name="charge_by_day")]

    def __str__(self) -> str:
        return f"{self.code}×{self.units} {self.amount}"

    @property
    def place(self) -> str:
        """Its place of service; none for a fee of no visit."""
        return self.place_of_service or (self.location.place_of_service if self.location else "")

    @property
    def label(self) -> str:
        """What people call it: a service by code and units, a fee by its name."""
        return label_of(self.code) or f"{self.code}×{self.units}"

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


class InvoiceQuerySet(models.QuerySet["Invoice"]):
    def live(self) -> "InvoiceQuerySet":
        return self.filter(credit_notes=None)

    def voided(self) -> "InvoiceQuerySet":
        return self.filter(credit_notes__isnull=False)


class Invoice(TenantModel):
    """A numbered letter to one person about movements of responsibility to her. Frozen once made: a mistake is voided
    by a credit note, and made anew.
    """

    number = models.BigIntegerField()
    contact = TenantForeignKey(Contact, related_name="invoices")
    invoiced_on = models.DateField()
    due_on = models.DateField()
    total = MoneyField()
    made_at = models.DateTimeField(default=clock.now)
    made_by = TenantForeignKey(Membership, null=True, related_name="+")

    objects = InvoiceQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["practice", "number"], name="one_invoice_number"),
            models.CheckConstraint(condition=Q(due_on__gte=F("invoiced_on")), name="invoice_due_after_made"),
        ]
        indexes = [models.Index(fields=["practice", "due_on"], name="invoice_by_due")]

    def __str__(self) -> str:
        return f"Invoice {self.number}"


class InvoiceLine(TenantModel):
    """A receivable entry on an invoice, with the figures as they were; on one that counts at most.

    Insert only, but for `voided`: set once, with the invoice.
    """

    invoice = TenantForeignKey(Invoice, related_name="lines")
    entry = TenantForeignKey(Entry, related_name="invoice_lines")
    charge = TenantForeignKey(Charge, related_name="invoice_lines")
    charged = MoneyField()
    insurance_paid = MoneyField()
    plan_discount = MoneyField()
    owed = MoneyField()
    voided = models.BooleanField(default=False)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "entry"], condition=Q(voided=False), name="entry_on_one_invoice"
            )
        ]

    def __str__(self) -> str:
        return f"{self.owed}"

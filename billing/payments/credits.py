"""Lists of people with credit and of what they owe: what the pages and the API of payments show."""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Any

from django.db.models import F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from billing.invoicing.never import payable
from billing.ledger import Account
from billing.models import CreditRule, OpenItem, PaymentPlan
from billing.payments.held import MONEY, held_rows
from billing.payments.schedule import Due, due_by, schedule
from billing.payments.spreading import spread, total
from clients.models import Contact
from practice.models import local_today
from practice.money import ZERO

USUAL = Decimal("5.00")  # dollars: below it a credit may stay where the practice has said nothing


class Proposed(StrEnum):
    """What is proposed for a credit; nothing is done by itself."""

    NOTHING = "held for visits"
    APPLY = "apply to what is owed"
    STAY = "small, may stay"
    REFUND = "refund proposed"


def keep_below() -> Decimal:
    """Dollars below which a credit may stay."""
    said = CreditRule.objects.values_list("keep_below", flat=True).first()
    return USUAL if said is None else said


def proposed(free: Decimal, owes: Decimal, small: Decimal) -> Proposed:
    """By the practice's rule: what is owed first, then whether it is worth a refund."""
    if free <= ZERO:
        return Proposed.NOTHING
    if owes > ZERO:
        return Proposed.APPLY
    return Proposed.STAY if free < small else Proposed.REFUND


def people_with_credit() -> QuerySet[Any]:
    """Their credit, with what of it is `held` for visits, what is `free`, and what they `owe`; the most free first."""
    held = held_rows().filter(contact=OuterRef("contact"), left__gt=0, waits=True).order_by().values("contact")
    owed = payable(OpenItem.objects.filter(account=Account.RECEIVABLE.value, contact=OuterRef("contact")))
    by_person = owed.order_by().values("contact")
    zero = Value(ZERO, output_field=MONEY)
    rows = OpenItem.objects.filter(account=Account.CREDIT.value, contact__isnull=False, balance__lt=0)
    return (
        rows.select_related("contact")
        .annotate(
            held=Coalesce(Subquery(held.annotate(sum=Sum("left")).values("sum")), zero, output_field=MONEY),
            owes=Coalesce(Subquery(by_person.annotate(sum=Sum("balance")).values("sum")), zero, output_field=MONEY),
        )
        .annotate(free=-F("balance") - F("held"))
        .order_by("-free", "id")
    )


def to_do() -> int:
    """How many people's credit wants a person: to be applied, or given back."""
    return people_with_credit().filter(Q(free__gte=keep_below()) | Q(owes__gt=0), free__gt=0).count()


def owed_by(contact: int) -> QuerySet[OpenItem]:
    """What a person owes, in the order in which money pays it."""
    items = payable(OpenItem.objects.filter(account=Account.RECEIVABLE.value, contact=contact))
    return items.select_related("charge__client").order_by("charge__served_on", "charge_id")


@dataclass(frozen=True)
class Allocation:
    """What an amount would pay: (item, dollars of it), and what would stay credit."""

    rows: list[tuple[OpenItem, Decimal]]
    over: Decimal
    owed: Decimal


def allocation(contact: int, amount: Decimal) -> Allocation:
    """What `amount` would pay of what a person owes now."""
    items = list(owed_by(contact))
    shares = spread(amount, [(item.charge_id or 0, item.balance) for item in items])
    paid = dict(shares)
    rows = [(item, paid.get(item.charge_id or 0, ZERO)) for item in items]
    return Allocation(rows, amount - total(shares), sum((item.balance for item in items), ZERO))


@dataclass(frozen=True)
class Plan:
    """A person's payment plan: its row, its payments, what should have come by today."""

    row: PaymentPlan
    dues: list[Due]
    due: Decimal


def plan_of(contact: Contact | int) -> Plan | None:
    """The plan a person has now; None when she has none. Reminders ask here."""
    row = PaymentPlan.objects.filter(contact=contact, ended_on=None).first()
    if row is None:
        return None
    dues = schedule(row.total, row.monthly, row.first_on)
    return Plan(row, dues, due_by(dues, local_today()))

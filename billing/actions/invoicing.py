"""Invoices: a numbered letter to one person about what became hers."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Case, DecimalField, Exists, F, OuterRef, QuerySet, Sum, Value, When

from billing.ledger import Account
from billing.models import Entry, Invoice, InvoiceLine, OpenItem
from billing.never_billed import never_asked
from billing.owing import NOT_RESPONSIBILITY
from clients.models import Contact
from practice import audit, numbers
from practice.models import Membership, local_today
from practice.money import LARGEST, ZERO

DUE_AFTER = timedelta(days=21)
FIRST_NUMBER = 2001


def uninvoiced() -> QuerySet[Entry]:
    """Movements of responsibility to people that stand on no invoice that counts, of charges still open."""
    still_open = OpenItem.objects.filter(
        account=Account.RECEIVABLE.value, charge=OuterRef("charge"), contact=OuterRef("contact"), balance__gt=0
    )
    return (
        Entry.objects.filter(account=Account.RECEIVABLE.value, contact__isnull=False)
        .exclude(reason__in=NOT_RESPONSIBILITY)
        .filter(charge__reversed_by=None)  # what was taken back is the payer's to take back too, not a person's to pay
        .filter(Exists(still_open), ~Exists(InvoiceLine.objects.filter(entry=OuterRef("pk"), voided=False)))
        .exclude(never_asked())
    )


@transaction.atomic
def make_invoices(*, by: Membership | None, contacts: Sequence[int]) -> list[Invoice]:
    """One invoice for each person who has something to be invoiced; the others are left alone.

    People are locked in order, so two presses at once make each invoice once. Charges may be posted to them
    meanwhile.
    """
    held = list(Contact.objects.select_for_update(no_key=True).filter(pk__in=contacts).order_by("pk"))
    by_person: dict[int, list[Entry]] = defaultdict(list)
    for entry in uninvoiced().filter(contact__in=held).select_related("charge").order_by("charge__served_on", "id"):
        by_person[entry.contact_id].append(entry)  # type: ignore[index]
    owing = {person: rows for person, rows in by_person.items() if ZERO < sum(r.amount for r in rows) <= LARGEST}
    if not owing:
        return []
    today = local_today()
    invoices = _make(owing, today, by)
    audit.record_many("make invoice", invoices)
    return invoices


def _make(owing: dict[int, list[Entry]], today: date, by: Membership | None) -> list[Invoice]:
    series = numbers.take("invoice", len(owing), first=FIRST_NUMBER)
    invoices = Invoice.objects.bulk_create(
        Invoice(
            number=number,
            contact_id=person,
            invoiced_on=today,
            due_on=today + DUE_AFTER,
            total=sum((row.amount for row in rows), ZERO),
            made_by=by,
        )
        for number, (person, rows) in zip(series, owing.items(), strict=True)
    )
    told = insurance_side({row.charge_id for rows in owing.values() for row in rows})  # type: ignore[misc]
    InvoiceLine.objects.bulk_create(
        _line(invoice, row, told) for invoice, rows in zip(invoices, owing.values(), strict=True) for row in rows
    )
    return invoices


@dataclass(frozen=True)
class InsuranceSide:
    """What insurance did with a charge so far, in dollars."""

    paid: Decimal = ZERO
    given_up: Decimal = ZERO


def insurance_side(charges: Iterable[int]) -> dict[int, InsuranceSide]:
    """Insurance payments and plan discounts by charge; what a person was forgiven is no discount of a plan."""
    zero = Value(ZERO, output_field=DecimalField(max_digits=12, decimal_places=2))
    rows = (
        Entry.objects.filter(account=Account.RECEIVABLE.value, coverage__isnull=False, charge__in=list(charges))
        .values("charge")
        .annotate(
            paid=Sum(Case(When(reason="paid", then=-F("amount")), default=zero)),
            given_up=Sum(Case(When(reason="adjusted", then=-F("amount")), default=zero)),
        )
    )
    return {row["charge"]: InsuranceSide(row["paid"], row["given_up"]) for row in rows}


def _line(invoice: Invoice, entry: Entry, told: dict[int, InsuranceSide]) -> InvoiceLine:
    charge = entry.charge
    assert charge is not None
    side = told.get(charge.pk, InsuranceSide())
    return InvoiceLine(
        invoice=invoice,
        entry=entry,
        charge=charge,
        charged=charge.amount,
        insurance_paid=side.paid,
        plan_discount=side.given_up,
        owed=entry.amount,
    )

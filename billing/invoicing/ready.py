"""Who can be invoiced now: people with movements of responsibility on no invoice, one statement for however many."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, Exists, F, Min, OuterRef, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce, Greatest

from billing.actions.invoicing import uninvoiced
from billing.invoicing.never import never_billed
from billing.ledger import Account
from billing.models import Entry, OpenItem
from billing.payments.held import held_rows
from clients.models import Contact
from practice.fields import MoneyField
from practice.money import LARGEST, ZERO


@dataclass(frozen=True)
class ToInvoice:
    """A person with something to be invoiced."""

    contact_id: int
    name: str
    clients: str
    oldest: date
    amount: Decimal
    lines: int


def fresh() -> QuerySet[Entry]:
    """What may go on an invoice: `uninvoiced()` but for what its person may never be asked for."""
    mine = OpenItem.objects.filter(
        never_billed(), account=Account.RECEIVABLE.value, charge=OuterRef("charge"), contact=OuterRef("contact")
    )
    return uninvoiced().filter(~Exists(mine))


def free_credit(contact: str = "contact") -> Greatest:
    """Dollars that a person holds, that pay nothing yet and wait for no visit; `contact` is the outer column that names her."""
    held = (
        OpenItem.objects.filter(account=Account.CREDIT.value, contact=OuterRef(contact))
        .order_by()
        .values("contact")
        .annotate(held=-Sum("balance"))
        .values("held")
    )
    kept = (
        held_rows()
        .filter(contact=OuterRef(contact), left__gt=0, waits=True)
        .order_by()
        .values("contact")
        .annotate(kept=Sum("left"))
        .values("kept")
    )
    whole, waits = (Coalesce(Subquery(each), ZERO, output_field=MoneyField()) for each in (held, kept))
    return Greatest(whole - waits, ZERO, output_field=MoneyField())


def people(among: Iterable[int] | None = None) -> QuerySet[Entry, dict[str, Any]]:
    """Rows {contact, net, lines, oldest, credit} of everybody with something fresh, or of some."""
    rows: Any = fresh() if among is None else fresh().filter(contact__in=list(among))
    found: QuerySet[Entry, dict[str, Any]] = (
        rows.order_by()
        .values("contact")
        .annotate(net=Sum("amount"), lines=Count("pk"), oldest=Min("charge__served_on"), credit=free_credit())
    )
    return found


def ready(among: Iterable[int] | None = None) -> QuerySet[Entry, dict[str, Any]]:
    """Those of `people()` to whom an invoice can be made, as `why_not` decides it, oldest service first."""
    rows: Any = people(among)
    return rows.filter(net__gt=0, net__lte=LARGEST, credit__lt=F("net")).order_by("oldest", "contact")


def told(rows: Iterable[dict[str, Any]]) -> list[ToInvoice]:
    """Rows of `ready()` with names; two statements for however many."""
    found = list(rows)
    ids = [row["contact"] for row in found]
    names = {contact.pk: str(contact) for contact in Contact.objects.filter(pk__in=ids)}
    clients = clients_of(ids)
    return [
        ToInvoice(
            row["contact"], names[row["contact"]], ", ".join(clients[row["contact"]]), row["oldest"], row["net"],
            row["lines"],
        )
        for row in found
    ]  # fmt: skip


def clients_of(contacts: list[int]) -> dict[int, list[str]]:
    """Names of the clients whose services are to be invoiced to each person: siblings stand on one invoice."""
    names: dict[int, list[str]] = defaultdict(list)
    rows = fresh().filter(contact__in=contacts).order_by("charge__client").distinct()
    for contact, first, last in rows.values_list("contact", "charge__client__first_name", "charge__client__last_name"):
        if (name := f"{first} {last}") not in names[contact]:
            names[contact].append(name)
    return names

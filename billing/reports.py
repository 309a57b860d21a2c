"""Read-only questions to the ledger."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import F, Q, QuerySet, Sum, Window
from django.db.models.functions import Coalesce

from billing.actions.charging import lines_without_payer, unpriced, untaken_lines
from billing.actions.invoicing import uninvoiced
from billing.ledger import Account
from billing.models import Charge, Entry, Invoice, OpenItem, Posting
from clients.models import Client
from practice.money import ZERO
from practice.tenancy import current_practice_id

# What is still open of an invoice: of each charge the open amount lies on its newest lines.
OPEN_INVOICES = """
WITH owed AS (
    SELECT charge_id, contact_id, balance FROM billing_openitem
    WHERE practice_id = %(practice)s AND account = 'receivable' AND contact_id IS NOT NULL AND balance > 0
), lines AS (
    SELECT l.invoice_id, l.owed, owed.balance,
           COALESCE(sum(l.owed) OVER (PARTITION BY l.charge_id, i.contact_id ORDER BY l.id DESC
                                      ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0) AS later
    FROM owed
    JOIN billing_invoiceline l ON l.practice_id = %(practice)s AND l.charge_id = owed.charge_id
    JOIN billing_invoice i ON i.practice_id = %(practice)s AND i.id = l.invoice_id AND i.contact_id = owed.contact_id
)
SELECT invoice_id, sum(LEAST(owed, GREATEST(0, balance - later))) FROM lines GROUP BY invoice_id
HAVING sum(LEAST(owed, GREATEST(0, balance - later))) > 0
"""


def open_invoices() -> dict[int, Decimal]:
    """What is still open by invoice id. The cost grows with what is open, not with history."""
    with connection.cursor() as cursor:
        cursor.execute(OPEN_INVOICES, {"practice": current_practice_id()})
        return dict(cursor.fetchall())


def credit_of(contact: int) -> Decimal:
    """Dollars held for a person that pay nothing yet."""
    held = OpenItem.objects.filter(account=Account.CREDIT.value, contact=contact)
    return -(held.aggregate(sum=Sum("balance"))["sum"] or ZERO)


@dataclass(frozen=True)
class ToInvoice:
    """A person with something to be invoiced."""

    contact_id: int
    name: str
    clients: str
    oldest: date
    amount: Decimal
    lines: int


def to_invoice() -> list[ToInvoice]:
    """People who owe something that stands on no invoice, oldest service first."""
    rows: dict[int, list[Entry]] = {}
    entries = uninvoiced().select_related("contact", "charge__client").order_by("charge__served_on", "id")
    for entry in entries:
        rows.setdefault(entry.contact_id, []).append(entry)  # type: ignore[arg-type]
    found = []
    for contact_id, mine in rows.items():
        amount = sum((entry.amount for entry in mine), ZERO)
        if amount > 0:
            clients = dict.fromkeys(entry.charge.client.name for entry in mine if entry.charge)
            oldest = min(entry.charge.served_on for entry in mine if entry.charge)
            found.append(ToInvoice(contact_id, str(mine[0].contact), ", ".join(clients), oldest, amount, len(mine)))
    return found


def client_ledger(client: Client) -> QuerySet[Entry]:
    """Entries on a client's charges that somebody owes or paid, with the running balance."""
    return (
        Entry.objects.filter(account=Account.RECEIVABLE.value, charge__client__in=client.ids)
        .select_related("posting", "charge", "coverage__payer", "contact")
        .annotate(running=Window(Sum("amount"), order_by=[F("posting__posted_on").asc(), F("id").asc()]))
        .order_by("-posting__posted_on", "-id")
    )


def charge_history(charge: Charge) -> list[Posting]:
    """Every posting that touched a charge, oldest first, with its entries fetched."""
    return list(
        Posting.objects.filter(entries__charge=charge)
        .distinct()
        .order_by("posted_on", "id")
        .prefetch_related("entries__coverage__payer", "entries__contact", "entries__payer")
        .select_related("by__user")
    )


def debtors_of(charge: Charge) -> list[str]:
    """Who owes something of a charge now."""
    items = OpenItem.objects.filter(account=Account.RECEIVABLE.value, charge=charge).exclude(balance=0)
    rows = items.select_related("coverage__payer", "contact")
    return [item.coverage.payer.short_name if item.coverage else str(item.contact) for item in rows]


def standing_of(client: Client) -> tuple[Decimal, Decimal, Decimal]:
    """(people owe, payers owe, the guarantor's credit) for a client, in dollars."""
    owed = OpenItem.objects.filter(account=Account.RECEIVABLE.value, charge__client__in=client.ids)
    sums = owed.aggregate(
        people=Sum("balance", filter=Q(contact__isnull=False), default=ZERO),
        payers=Sum("balance", filter=Q(coverage__isnull=False), default=ZERO),
    )
    credit = OpenItem.objects.filter(account=Account.CREDIT.value, contact=client.guarantor_id)
    held = credit.aggregate(held=Sum("balance", default=ZERO))["held"]
    return sums["people"], sums["payers"], -held


def account_totals() -> dict[str, Decimal]:
    """The balance of every account."""
    return dict(Entry.objects.values_list("account").annotate(Sum("amount")))


def receivable_on(day: date) -> Decimal:
    """What was owed to the practice at the end of `day`."""
    entries = Entry.objects.filter(account=Account.RECEIVABLE.value, posting__posted_on__lte=day)
    return entries.aggregate(total=Coalesce(Sum("amount"), ZERO))["total"]


def collected(start: date, end: date) -> dict[str, Decimal]:
    """Money that came in between two days, inclusive, by where it came from (till, card processor, remittance)."""
    entries = Entry.objects.filter(account=Account.IN_TRANSIT.value, posting__posted_on__range=(start, end))
    return dict(entries.values_list("reason").annotate(Sum("amount")))


def codes_without_fee() -> list[str]:
    """Codes of signed sessions that cannot be charged because the practice has set no fee."""
    waiting = unpriced(untaken_lines())
    return list(waiting.order_by("code").values_list("code", flat=True).distinct())


def clients_without_payer() -> list[str]:
    """Clients whose signed visits for an injury at work wait for a workers' compensation coverage."""
    rows = lines_without_payer().order_by("session__client__last_name", "session__client")
    return list(dict.fromkeys(line.session.client.name for line in rows.select_related("session__client")[:200]))


def invoices_by_state(state: str, today: date, balances: Mapping[int, Decimal]) -> QuerySet[Invoice]:
    """Invoices that are "open", "overdue" or "paid". `balances` is what is open of each: `open_invoices()`."""
    rows = Invoice.objects.select_related("contact")
    if state == "paid":
        return rows.exclude(pk__in=balances).order_by("-number")
    rows = rows.filter(pk__in=balances)
    rows = rows.filter(due_on__lt=today) if state == "overdue" else rows.filter(due_on__gte=today)
    return rows.order_by("due_on", "number")


def clients_on(invoice: Invoice) -> list[int]:
    """Ids of the clients that an invoice speaks of."""
    return list(invoice.lines.order_by().values_list("charge__client", flat=True).distinct())

"""Read-only questions to the ledger."""

from collections.abc import Collection, Mapping
from datetime import date
from decimal import Decimal

from django.db import connection
from django.db.models import Count, F, Q, QuerySet, Sum, Window
from django.db.models.functions import Coalesce

from billing.actions.charging import lines_without_payer, unpriced, untaken_lines
from billing.invoicing.ready import ToInvoice, ready, told
from billing.ledger import Account
from billing.models import Charge, Entry, Invoice, OpenItem, Posting
from clients.models import Client
from practice.money import ZERO
from practice.tenancy import current_practice_id

# What is still open of an invoice: of each charge the open amount lies on its newest invoices. Lines of a charge are
# summed first: what was taken back and what it was corrected to may stand on one letter, in any order.
OPEN_INVOICES = """
WITH owed AS (
    SELECT charge_id, contact_id, balance FROM billing_openitem
    WHERE practice_id = %(practice)s AND account = 'receivable' AND contact_id IS NOT NULL AND balance > 0
        AND (%(contacts)s::bigint[] IS NULL OR contact_id = ANY(%(contacts)s))
), nets AS (
    SELECT l.invoice_id, l.charge_id, owed.contact_id, owed.balance, sum(l.owed) AS net
    FROM owed
    JOIN billing_invoiceline l ON l.practice_id = %(practice)s AND l.charge_id = owed.charge_id AND NOT l.voided
    JOIN billing_invoice i ON i.practice_id = %(practice)s AND i.id = l.invoice_id AND i.contact_id = owed.contact_id
    GROUP BY l.invoice_id, l.charge_id, owed.contact_id, owed.balance
), newest AS (
    SELECT invoice_id, net, balance,
           sum(net) OVER (PARTITION BY charge_id, contact_id ORDER BY invoice_id DESC) AS asked
    FROM nets
)
SELECT invoice_id, sum(LEAST(asked, balance) - LEAST(asked - net, balance)) FROM newest GROUP BY invoice_id
HAVING sum(LEAST(asked, balance) - LEAST(asked - net, balance)) > 0
"""


def open_invoices(contacts: Collection[int] | None = None) -> dict[int, Decimal]:
    """Dollars still open by invoice id, of everybody or of some people. The cost grows with what they owe, not with
    history.
    """
    asked = {"practice": current_practice_id(), "contacts": None if contacts is None else list(contacts)}
    with connection.cursor() as cursor:
        cursor.execute(OPEN_INVOICES, asked)
        return dict(cursor.fetchall())


def credit_of(contact: int) -> Decimal:
    """Dollars held for a person that pay nothing yet."""
    held = OpenItem.objects.filter(account=Account.CREDIT.value, contact=contact)
    return -(held.aggregate(sum=Sum("balance"))["sum"] or ZERO)


def to_invoice() -> list[ToInvoice]:
    """People to whom an invoice can be made now, oldest service first."""
    return told(ready())


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
    """Invoices that are "open", "overdue", "paid" or "void". `balances` is what is open of each: `open_invoices()`."""
    rows = Invoice.objects.select_related("contact")
    if state == "void":
        return rows.voided().order_by("-number")
    rows = rows.live()
    if state == "paid":
        return rows.exclude(pk__in=balances).order_by("-number")
    rows = rows.filter(pk__in=balances)
    rows = rows.filter(due_on__lt=today) if state == "overdue" else rows.filter(due_on__gte=today)
    return rows.order_by("due_on", "number")


def count_invoices(today: date, balances: Mapping[int, Decimal]) -> dict[str, int]:
    """How many invoices are "open", "overdue", "paid" and "void", in one statement."""
    live, void = Q(pk__in=list(balances)), Q(credit_notes__isnull=False)
    return Invoice.objects.aggregate(
        open=Count("pk", filter=live & Q(due_on__gte=today)),
        overdue=Count("pk", filter=live & Q(due_on__lt=today)),
        paid=Count("pk", filter=~live & ~void),
        void=Count("pk", filter=void),
    )


def clients_on(invoice: Invoice) -> list[int]:
    """Ids of the clients that an invoice speaks of."""
    return list(invoice.lines.order_by().values_list("charge__client", flat=True).distinct())

"""The invoice as a letter: what it says on the page and in the PDF."""

from collections import defaultdict
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Sum

from billing.aging import LABELS, Aged, bucket
from billing.ledger import Account
from billing.models import Entry, Invoice, InvoiceLine, OpenItem
from billing.reports import open_invoices
from clients.models import Contact
from practice import money
from practice.letterhead import letterhead
from practice.money import ZERO
from practice.templatetags.house import day, long_day
from sessions.codes import CODES

BAR = 340  # pixels of the age bar

# How a share came to be the client's, said to her.
WHY = {
    "expected copay": "a fixed copay of {amount} for the visit",
    "copay": "a copay of {amount}",
    "deductible": "{amount} that counts toward your yearly deductible",
    "coinsurance": "{amount} coinsurance, your part of what the plan covers",
    "other share": "{amount} the plan leaves to you",
    "charge": "{amount} for services you pay yourself",
}


def paper(invoice: Invoice, today: date) -> dict[str, Any]:
    """Context of billing/paper.html. Words before codes, no diagnosis, every sum closes."""
    rows = list(
        InvoiceLine.objects.filter(invoice=invoice)
        .select_related("charge__clinician__member__user", "charge__client", "entry")
        .order_by("charge__served_on", "id")
    )
    balance = open_invoices().get(invoice.pk, ZERO)
    clients = ", ".join(dict.fromkeys(row.charge.client.name for row in rows))
    practice = letterhead()
    return {
        "practice": practice,
        "number": invoice.number,
        "date": invoice.invoiced_on,
        "due": invoice.due_on,
        "bill_to": str(invoice.contact),
        "client": "" if clients == str(invoice.contact) else clients,
        "address_line": _address(invoice.contact),
        "owed": balance,
        "closed": _closed(rows),
        "lines": [_line(row) for row in rows],
        "totals": {
            "charge": _once(rows, "charged"),
            "insurance": _once(rows, "insurance_paid"),
            "discount": _once(rows, "plan_discount"),
            "owed": invoice.total,
        },
        "payments": _settled(rows, invoice, balance),
        "why": " ".join(why(rows)),
        "open": _open(rows, invoice, today),
        "ways": _ways(practice, invoice),
    }


def _closed(rows: list[InvoiceLine]) -> str:
    """Why nothing is owed of an invoice: it was paid, or what it asked for was corrected away."""
    corrected = any(row.charge.reversed_by_id for row in rows)
    return "Nothing is owed: the charges were corrected." if corrected else "Paid in full. Thank you."


def _address(contact: Contact) -> str:
    return f"{contact.street}, {contact.city}, {contact.state} {contact.zip[:5]}" if contact.street else ""


def _line(row: InvoiceLine) -> dict[str, Any]:
    known = CODES.get(row.charge.code)
    return {
        "date": row.charge.served_on,
        "label": known.label if known else "Service",
        "code": row.charge.code,
        "clinician": str(row.charge.clinician),
        "units": row.charge.units,
        "charge": row.charged,
        "insurance": row.insurance_paid,
        "discount": row.plan_discount,
        "owed": row.owed,
    }


def _once(rows: list[InvoiceLine], field: str) -> Decimal:
    """A sum over charges; a charge with two lines counts once."""
    return sum({row.charge_id: getattr(row, field) for row in rows}.values(), ZERO)


def _settled(rows: list[InvoiceLine], invoice: Invoice, balance: Decimal) -> list[dict[str, Any]]:
    """What was paid on these charges, by day; together it is total less balance."""
    settled = invoice.total - balance
    if not settled:
        return []
    paid = (
        Entry.objects.filter(
            charge__in=[row.charge_id for row in rows],
            contact=invoice.contact_id,
            account=Account.RECEIVABLE.value,
            reason="applied",
        )
        .values_list("posting__posted_on")
        .annotate(Sum("amount"))
        .order_by("posting__posted_on")
    )
    told = [{"text": f"Your payment, {long_day(on)}", "amount": amount} for on, amount in paid]
    rest = -settled - sum((row["amount"] for row in told), ZERO)
    return [*told, {"text": "Settled otherwise", "amount": rest}] if rest else told


def why(rows: list[InvoiceLine]) -> list[str]:
    """Why the person owes this, one sentence a payer."""
    payers = _payers([row.charge_id for row in rows])
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for row in rows:
        sums[payers.get(row.charge_id, "")][row.entry.reason] += row.owed
    told = []
    for payer, reasons in sums.items():
        words = [WHY[r].format(amount=money.show(a)) for r, a in reasons.items() if r in WHY and a > 0]
        if words:
            joined = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
            told.append(f"{payer} left you {joined}." if payer else f"This is {joined}.")
    if any(row.plan_discount for row in rows):
        told.append("The plan discount is money you never pay.")
    return told


def _payers(charges: list[int]) -> dict[int, str]:
    """The payer that first owed each charge."""
    first = Entry.objects.filter(
        charge__in=charges, account=Account.RECEIVABLE.value, reason="charge", coverage__isnull=False, amount__gt=0
    )
    return dict(first.values_list("charge", "coverage__payer__name"))


def _open(rows: list[InvoiceLine], invoice: Invoice, today: date) -> dict[str, Any] | None:
    """How long the open part has been open, from the date of service: a bar and its legend."""
    served = {row.charge_id: row.charge.served_on for row in rows}
    items = OpenItem.objects.filter(
        account=Account.RECEIVABLE.value, contact=invoice.contact_id, charge__in=served, balance__gt=0
    )
    aged = Aged()
    for charge, balance in items.values_list("charge", "balance"):
        aged = aged.plus(bucket((today - served[charge]).days), balance)
    x, segments, legend = 0.0, [], []
    for n, amount in enumerate(aged.buckets):
        if amount > 0:
            width = float(amount / aged.total) * BAR
            segments.append({"x": round(x, 1), "width": round(max(width - 2, 3), 1), "bucket": n})
            legend.append({"bucket": n, "label": LABELS[n], "amount": amount})
            x += width
    return {"width": BAR, "height": 20, "segments": segments, "legend": legend} if segments else None


def _ways(practice: dict[str, str], invoice: Invoice) -> list[dict[str, str]]:
    """How to pay."""
    return [
        {
            "title": "Pay by check",
            "lead": f"To {practice['name']}",
            "text": f"Write “{invoice.number}” on the memo line.",
        },
        {"title": "Pay by card or in cash", "lead": "", "text": "At the front desk, before or after a visit."},
        {
            "title": "Need more time?",
            "lead": "",
            "text": f"Call {practice.get('phone', '')}. We find a way together.",
        },
    ]


def history(invoice: Invoice) -> list[dict[str, str]]:
    """What happened to the charges of an invoice, newest first: insurance answered, payments, the invoice."""
    charges = list(InvoiceLine.objects.filter(invoice=invoice).values_list("charge", flat=True))
    told = (
        Entry.objects.filter(charge__in=charges, account=Account.RECEIVABLE.value, reason__in=("paid", "applied"))
        .values("posting__posted_on", "coverage__payer__short_name", "contact__first_name", "contact__last_name")
        .annotate(amount=Sum("amount"))
        .order_by("-posting__posted_on")[:12]
    )
    events = [
        (invoice.invoiced_on, f"{invoice.made_by.user.name if invoice.made_by else 'The house'} made this invoice")
    ]
    for row in told:
        person = f"{row['contact__first_name']} {row['contact__last_name']}"
        payer = row["coverage__payer__short_name"]
        events.append((row["posting__posted_on"], f"{payer or person} paid {money.show(-row['amount'])}"))
    events.sort(key=lambda event: event[0], reverse=True)
    return [{"when": day(on), "what": text} for on, text in events]

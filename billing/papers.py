"""The invoice as a letter: what it says on the page and in the PDF."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from billing.aging import LABELS, Aged, bucket
from billing.ledger import Account
from billing.models import ChargeKind, CreditNote, Entry, Invoice, InvoiceLine, OpenItem
from billing.reports import open_invoices
from clients.models import Contact
from practice import money
from practice.letterhead import letterhead
from practice.money import ZERO
from practice.templatetags.house import day, long_day
from sessions.codes import CODES

BAR = 340  # pixels of the age bar
GIVEN_UP = "Given up"

# How a share came to be the client's, said to her.
WHY = {
    "expected copay": "a fixed copay of {amount} for the visit",
    "copay": "a copay of {amount}",
    "deductible": "{amount} that counts toward your yearly deductible",
    "coinsurance": "{amount} coinsurance, your part of what the plan covers",
    "other share": "{amount} the plan leaves to you",
    "charge": "{amount} for services you pay yourself",
    "fee": "{amount} in fees that no insurance pays",
}


def paper(invoice: Invoice, today: date) -> dict[str, Any]:
    """Context of billing/paper.html. Words before codes, no diagnosis, every sum closes."""
    rows = list(
        InvoiceLine.objects.filter(invoice=invoice)
        .select_related("charge__clinician__member__user", "charge__client", "entry")
        .order_by("charge__served_on", "id")
    )
    balance = open_invoices([invoice.contact_id]).get(invoice.pk, ZERO)
    note = next(iter(invoice.credit_notes.all()), None)
    shown = _with_discounts(rows)
    settled = [] if note else _settled(rows, invoice, balance)
    clients = ", ".join(dict.fromkeys(row.charge.client.name for row in rows))
    practice = letterhead()
    return {
        "practice": practice,
        "number": invoice.number,
        "title": f"Invoice {invoice.number}",
        "date": invoice.invoiced_on,
        "due": invoice.due_on,
        "bill_to": str(invoice.contact),
        "client": "" if clients == str(invoice.contact) else clients,
        "address_line": _address(invoice.contact),
        "owed": balance,
        "closed": f"Void, credit note {note.number}" if note else _closed(rows, settled),
        "void": {"number": note.number, "date": note.noted_on, "reason": note.reason} if note else None,
        "lines": [_line(row, less) for row, less in shown],
        "totals": {
            "charge": _once(rows, "charged"),
            "insurance": _once(rows, "insurance_paid"),
            "discount": _once(rows, "plan_discount") - sum((less for _, less in shown), ZERO),
            "owed": invoice.total,
        },
        "payments": _taken_back(note) if note else settled,
        "why": "" if note else " ".join(why(rows)),
        "open": None if note else _open(rows, invoice, balance, today),
        "ways": [] if note else ways(practice, str(invoice.number)),
    }


def _closed(rows: list[InvoiceLine], settled: list[dict[str, Any]]) -> str:
    """Why nothing is owed of an invoice: it was paid, given up, or what it asked for was corrected away."""
    if any(row.charge.reversed_by_id for row in rows):
        return "Nothing is owed: the charges were corrected."
    if all(row["text"] != GIVEN_UP for row in settled):
        return "Paid in full. Thank you."
    return "Nothing is owed: it was given up." if len(settled) == 1 else "Nothing more is owed. Thank you."


def _address(contact: Contact) -> str:
    return f"{contact.street}, {contact.city}, {contact.state} {contact.zip[:5]}" if contact.street else ""


def _with_discounts(rows: list[InvoiceLine]) -> list[tuple[InvoiceLine, Decimal]]:
    """The lines people read: a discount from the first goes into the line of its charge, as dollars."""
    less: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        if row.entry.reason == "discount":
            less[row.charge_id] += row.owed
    shown = [row for row in rows if row.entry.reason != "discount"]
    found = [(row, less.pop(row.charge_id, ZERO)) for row in shown]
    return found + [(row, ZERO) for row in rows if row.entry.reason == "discount" and row.charge_id in less]


def _line(row: InvoiceLine, less: Decimal) -> dict[str, Any]:
    known, fee = CODES.get(row.charge.code), row.charge.kind == ChargeKind.FEE
    return {
        "date": row.charge.served_on,
        "label": row.charge.label if fee else known.label if known else "Service",
        "code": "" if fee else row.charge.code,
        "clinician": str(row.charge.clinician or ""),
        "units": "" if fee else row.charge.units,
        "charge": row.charged,
        "insurance": row.insurance_paid,
        "discount": row.plan_discount - less,
        "owed": row.owed + less,
    }


def _once(rows: list[InvoiceLine], field: str) -> Decimal:
    """A sum over charges; a charge with two lines counts once."""
    return sum({row.charge_id: getattr(row, field) for row in rows}.values(), ZERO)


def _settled(rows: list[InvoiceLine], invoice: Invoice, balance: Decimal) -> list[dict[str, Any]]:
    """What was paid on these lines, by day; together it is total less balance."""
    settled = invoice.total - balance
    if not settled:
        return []
    given_up, by_day = ZERO, dict[date, Decimal]()
    for reason, on, amount in _fell_on(rows, invoice):
        if reason == "adjusted":
            given_up += amount
        else:
            by_day[on] = by_day.get(on, ZERO) + amount
    told = [{"text": f"Your payment, {long_day(on)}", "amount": amount} for on, amount in by_day.items() if amount]
    told += [{"text": GIVEN_UP, "amount": given_up}] if given_up else []
    rest = -settled - sum(by_day.values(), given_up)
    return [*told, {"text": "Settled otherwise", "amount": rest}] if rest else told


def _fell_on(rows: list[InvoiceLine], invoice: Invoice) -> Iterator[tuple[str, date, Decimal]]:
    """(reason, day, dollars) of what settled the lines of an invoice, oldest first.

    What settles a charge fills its oldest invoice first, so a copay that was paid is not told again by the letter of
    the deductible.
    """
    asked = _asked(rows)
    older = InvoiceLine.objects.filter(
        invoice__contact=invoice.contact_id, invoice__lt=invoice.pk, charge__in=asked, voided=False
    )
    before = dict(older.order_by().values_list("charge").annotate(Sum("owed")))
    hers = Entry.objects.filter(
        charge__in=asked,
        contact=invoice.contact_id,
        account=Account.RECEIVABLE.value,
        reason__in=("applied", "adjusted"),
    )
    filled: dict[int, Decimal] = defaultdict(lambda: ZERO)
    entries = hers.order_by("posting__posted_on", "id")
    for charge, reason, on, amount in entries.values_list("charge", "reason", "posting__posted_on", "amount"):
        low = before.get(charge, ZERO)
        high = max(low + asked[charge], low)
        start, filled[charge] = filled[charge], filled[charge] - amount
        yield reason, on, min(max(start, low), high) - min(max(filled[charge], low), high)


def _asked(rows: list[InvoiceLine]) -> dict[int, Decimal]:
    """Dollars that an invoice asks for, by charge."""
    asked: dict[int, Decimal] = defaultdict(lambda: ZERO)
    for row in rows:
        asked[row.charge_id] += row.owed
    return asked


def _taken_back(note: CreditNote) -> list[dict[str, Any]]:
    """The whole invoice, credited. What was paid on its charges stays with them and is told by the next one."""
    return [{"text": f"Credit note {note.number}, {long_day(note.noted_on)}", "amount": -note.total}]


def why(rows: list[InvoiceLine]) -> list[str]:
    """Why the person owes this, one sentence a payer."""
    payers = _payers([row.charge_id for row in rows])
    fees = {row.charge_id for row in rows if row.charge.kind == ChargeKind.FEE}
    sums: dict[str, dict[str, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    for row in rows:
        reason = "fee" if row.charge_id in fees and row.entry.reason == "charge" else row.entry.reason
        sums[payers.get(row.charge_id, "")][reason] += row.owed
    told = []
    for payer, reasons in sums.items():
        words = [WHY[r].format(amount=money.show(a)) for r, a in reasons.items() if r in WHY and a > 0]
        if words:
            joined = words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
            told.append(f"{payer} left you {joined}." if payer else f"This is {joined}.")
    less = -sum((row.owed for row in rows if row.entry.reason == "discount"), ZERO)
    if less > 0:
        told.append(f"Your sliding fee takes {money.show(less)} off; you never pay that.")
    if any(row.plan_discount and row.charge_id in payers for row in rows):
        told.append("The plan discount is money you never pay.")
    return told


def _payers(charges: list[int]) -> dict[int, str]:
    """The payer that first owed each charge."""
    first = Entry.objects.filter(
        charge__in=charges, account=Account.RECEIVABLE.value, reason="charge", coverage__isnull=False, amount__gt=0
    )
    return dict(first.values_list("charge", "coverage__payer__name"))


def _open(rows: list[InvoiceLine], invoice: Invoice, left: Decimal, today: date) -> dict[str, Any] | None:
    """How long the open part, `left` in all, has been open, from the date of service: a bar and its legend."""
    asked = _asked(rows)
    served = {row.charge_id: row.charge.served_on for row in rows}
    items = OpenItem.objects.filter(
        account=Account.RECEIVABLE.value, contact=invoice.contact_id, charge__in=served, balance__gt=0
    )
    aged = Aged()
    for charge, balance in items.order_by("-charge").values_list("charge", "balance"):
        amount = max(min(balance, asked[charge], left), ZERO)
        aged, left = aged.plus(bucket((today - served[charge]).days), amount), left - amount
    return age_bar(aged)


def age_bar(aged: Aged) -> dict[str, Any] | None:
    """Open money by age as a bar and its legend; None when nothing is open."""
    x, segments, legend = 0.0, [], []
    for n, amount in enumerate(aged.buckets):
        if amount > 0:
            width = float(amount / aged.total) * BAR
            segments.append({"x": round(x, 1), "width": round(max(width - 2, 3), 1), "bucket": n})
            legend.append({"bucket": n, "label": LABELS[n], "amount": amount})
            x += width
    return {"width": BAR, "height": 20, "segments": segments, "legend": legend} if segments else None


def ways(practice: dict[str, Any], number: str) -> list[dict[str, str]]:
    """How to pay; `number` is the letter's own, "" where it has none yet."""
    return [
        {
            "title": "Pay by check",
            "lead": f"To {practice['name']}",
            "text": f"Write “{number}” on the memo line." if number else "",
        },
        {"title": "Pay by card or in cash", "lead": "", "text": "At the front desk, before or after a visit."},
        {
            "title": "Need more time?",
            "lead": "",
            "text": f"Call {practice.get('phone', '')}. We find a way together.",
        },
    ]


def history(invoice: Invoice) -> list[dict[str, str]]:
    """What happened to the charges of an invoice, newest first: insurance answered, her payments, the invoice.

    What another guarantor of the same visit paid is not hers to read.
    """
    charges = list(InvoiceLine.objects.filter(invoice=invoice).values_list("charge", flat=True))
    told = (
        Entry.objects.filter(Q(contact=invoice.contact_id) | Q(contact=None), charge__in=charges)
        .filter(account=Account.RECEIVABLE.value, reason__in=("paid", "applied"))
        .values("posting__posted_on", "coverage__payer__short_name", "contact__first_name", "contact__last_name")
        .annotate(amount=Sum("amount"))
        .order_by("-posting__posted_on")[:12]
    )
    events = [
        (invoice.invoiced_on, f"{invoice.made_by.user.name if invoice.made_by else 'The house'} made this invoice")
    ]
    for note in invoice.credit_notes.all():
        events.append((note.noted_on, f"{note.by.user.name} voided it, credit note {note.number}: {note.reason}"))
    for row in told:
        person = f"{row['contact__first_name']} {row['contact__last_name']}"
        payer = row["coverage__payer__short_name"]
        events.append((row["posting__posted_on"], f"{payer or person} paid {money.show(-row['amount'])}"))
    events.sort(key=lambda event: event[0], reverse=True)
    return [{"when": day(on), "what": text} for on, text in events]

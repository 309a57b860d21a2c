"""A receipt as paper: what was paid and what it paid, on the page and in the PDF."""

from decimal import Decimal
from typing import Any

from django.db.models import QuerySet

from billing.ledger import Account
from billing.models import Entry, HeldForVisit, Payment, Refund
from practice import money
from practice.letterhead import letterhead
from practice.money import ZERO
from practice.templatetags.house import long_day
from sessions.codes import CODES


def payment_paper(payment: Payment) -> dict[str, Any]:
    """Context of billing/receipt_paper.html for a payment: its allocation closes with its amount."""
    held = payment.held.select_related("client").prefetch_related("uses")
    rows = [*_lines(_direct(payment)), *(_held(row) for row in held)]
    over = payment.amount - sum((row["amount"] for row in rows), ZERO)
    if over:
        rows.append({"date": None, "text": "Kept as your credit", "more": "", "amount": over})
    back = payment.taken_back.select_related("posting").first()
    note = (
        f"Taken back on {long_day(back.posting.posted_on)}: {back.reason}. What it paid is owed again." if back else ""
    )
    return {
        "practice": letterhead(),
        "title": f"Receipt {payment.pk}",
        "date": payment.received_on,
        "label": "Received from",
        "name": str(payment.contact),
        "amount": payment.amount,
        "method": _method(payment.get_method_display(), payment.reference),
        "rows": rows,
        "heads": "What it pays",
        "note": note,
    }


def refund_paper(refund: Refund) -> dict[str, Any]:
    """Context of billing/receipt_paper.html for a refund."""
    return {
        "practice": letterhead(),
        "title": f"Refund {refund.pk}",
        "date": refund.refunded_on,
        "label": "Given back to",
        "name": str(refund.contact),
        "amount": refund.amount,
        "method": _method(refund.get_method_display(), refund.reference),
        "rows": [{"date": None, "text": "From your credit", "more": "", "amount": refund.amount}],
        "heads": "What it is",
        "note": "",
    }


def clients_of(payment: Payment) -> list[int]:
    """Ids of the clients that a receipt speaks of; of the person's own where it names none."""
    used = _paid(payment).filter(posting__held_uses__held__payment=payment)
    charges = {*_direct(payment).values_list("charge__client"), *used.values_list("charge__client")}
    named = {*(pk for (pk,) in charges), *payment.held.values_list("client", flat=True)}
    return sorted(named) or list(payment.contact.guarantees.values_list("pk", flat=True))


def _paid(payment: Payment) -> QuerySet[Entry]:
    return Entry.objects.filter(account=Account.RECEIVABLE.value, contact=payment.contact_id)


def _direct(payment: Payment) -> QuerySet[Entry]:
    """What it paid at once."""
    return _paid(payment).filter(posting__key=f"apply:{payment.posting.key.removeprefix('payment:')}")


def _lines(entries: QuerySet[Entry]) -> list[dict[str, Any]]:
    found = []
    for entry in entries.select_related("charge__client").order_by("charge__served_on", "id"):
        assert entry.charge
        known = CODES.get(entry.charge.code)
        what = f"{known.label if known else 'Service'} {entry.charge.code}"
        row = {"date": entry.charge.served_on, "text": what, "more": f"for {entry.charge.client.name}"}
        found.append(row | {"amount": -entry.amount})
    return found


def _held(row: HeldForVisit) -> dict[str, Any]:
    """The part for a visit: it pays what becomes the client's of that day."""
    used = sum((use.amount for use in row.uses.all()), ZERO)
    more = f"for {row.client.name}"
    return {"date": row.served_on, "text": _visit(row.amount, used), "more": more, "amount": row.amount}


def _visit(amount: Decimal, used: Decimal) -> str:
    if not used:
        return "For the visit, held until it is charged"
    return "The visit" if used == amount else f"The visit; of it {money.show(used)} is used so far"


def _method(method: str, reference: str) -> str:
    return f"{method}, {reference}" if reference else method

"""Money from people: taken, held as their credit, applied oldest first."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from billing import ledger
from billing.actions.posting import post
from billing.ledger import Account, Party
from billing.models import Method, OpenItem, Payment
from clients.models import Contact
from practice import audit
from practice.findings import BadInput
from practice.models import Membership
from practice.money import ZERO

MOST = Decimal("25000.00")  # one payment of a person; above it somebody mistyped


@transaction.atomic
def take_payment(
    *, by: Membership, contact: Contact, amount: Decimal, method: str, received_on: date, key: str, reference: str = ""
) -> Payment:
    """Money a person gave us. It pays what she owes, oldest service first; the rest stays her credit.

    `key` is made when the form is shown, so pressing twice takes it once.
    """
    if not ZERO < amount <= MOST:
        raise BadInput(amount=f"A payment is more than nothing and at most {MOST:,.0f} dollars")
    if method not in Method.values:
        raise BadInput(method="Choose how it was paid")
    Contact.objects.select_for_update().get(pk=contact.pk)
    holder = Party.contact(contact.pk)
    till = "card processor" if method == Method.CARD else "till"
    received = ledger.receive(key=f"payment:{key}", on=received_on, amount=amount, holder=holder, into=till)
    posting = post([received], by=by)[received.key]
    known = Payment.objects.filter(posting_id=posting).first()
    if known:
        return known
    payment = Payment.objects.create(
        contact=contact,
        amount=amount,
        method=method,
        reference=reference.strip()[:40],
        received_on=received_on,
        posting_id=posting,
    )
    shares = _oldest_first(holder, amount)
    if shares:
        post([ledger.apply(key=f"apply:{key}", on=received_on, holder=holder, shares=shares)], by=by)
    audit.record("take payment", payment, amount=str(amount), method=method)
    return payment


def _oldest_first(holder: Party, amount: Decimal) -> list[tuple[int, Decimal]]:
    """(charge, dollars) until the money is used up."""
    shares: list[tuple[int, Decimal]] = []
    owed = OpenItem.objects.filter(account=Account.RECEIVABLE.value, contact=holder.id, balance__gt=0)
    for item in owed.order_by("charge__served_on", "charge_id"):
        if amount <= 0:
            break
        share = min(amount, item.balance)
        shares.append((item.charge_id, share))  # type: ignore[arg-type]
        amount -= share
    return shares

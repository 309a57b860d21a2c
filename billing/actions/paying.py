"""Money from people: taken, held as their credit, applied oldest first."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Case, QuerySet, When

from billing import ledger
from billing.actions.posting import KeyReused, post
from billing.ledger import Account, Party
from billing.models import Invoice, Method, OpenItem, Payment
from clients.models import Contact
from practice import audit
from practice.findings import BadInput, Conflict
from practice.models import Membership, local_today
from practice.money import ZERO

OLDEST = timedelta(days=366)
MOST = Decimal("25000.00")  # one payment of a person; above it somebody mistyped


@transaction.atomic
def take_payment(
    *,
    by: Membership,
    contact: Contact,
    amount: Decimal,
    method: str,
    received_on: date,
    key: str,
    reference: str = "",
    invoice: Invoice | None = None,
) -> Payment:
    """Money a person gave us. It pays the invoice it came for, then what else she owes, oldest service first; the
    rest stays her credit.

    `key` is made when the form is shown, so pressing twice takes it once; with another amount it is a Conflict.
    """
    if not ZERO < amount <= MOST:
        raise BadInput(amount=f"A payment is more than nothing and at most {MOST:,.0f} dollars")
    if method not in Method.values:
        raise BadInput(method="Choose how it was paid")
    if received_on > local_today():
        raise BadInput(received_on="The day is in the future; money is posted today or earlier")
    if received_on < local_today() - OLDEST:
        raise BadInput(received_on="The day is more than a year ago; check the year")
    Contact.objects.select_for_update().get(pk=contact.pk)
    holder = Party.contact(contact.pk)
    till = "card processor" if method == Method.CARD else "till"
    received = ledger.receive(key=f"payment:{key}", on=received_on, amount=amount, holder=holder, into=till)
    try:
        posting = post([received], by=by)[received.key]
    except KeyReused:
        raise Conflict("This form took a payment before, of another amount. Open the invoice again.") from None
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
    asked_for = invoice.lines.values_list("charge", flat=True) if invoice else ()
    shares = _oldest_first(_owed().filter(contact=contact), amount, first=list(asked_for))
    if shares:
        post([ledger.apply(key=f"apply:{key}", on=received_on, holder=holder, shares=shares)], by=by)
    audit.record("take payment", payment, amount=str(amount), method=method)
    return payment


def release_overpaid(*, charges: Iterable[int], key: str, on: date) -> dict[int, Decimal]:
    """What people paid for charges above what they owe now becomes their credit again; dollars by contact."""
    released: dict[int, Decimal] = defaultdict(Decimal)
    movements = []
    for item in _owed().filter(charge__in=charges, contact__isnull=False, balance__lt=0).order_by("id"):
        holder = Party.contact(item.contact_id or 0)
        shares = [(item.charge_id or 0, item.balance)]
        movements.append(
            ledger.apply(key=f"{key}:release:{item.charge_id}:{holder.id}", on=on, holder=holder, shares=shares)
        )
        released[holder.id] -= item.balance
    post(movements, by=None)
    return released


def apply_released(*, released: Mapping[int, Decimal], charges: Iterable[int], key: str, on: date) -> None:
    """Credit that charges let go pays those that took their place."""
    owed = _owed().filter(charge__in=list(charges))
    movements = []
    for contact, amount in released.items():
        holder = Party.contact(contact)
        if shares := _oldest_first(owed.filter(contact=contact), amount):
            movements.append(ledger.apply(key=f"{key}:apply:{contact}", on=on, holder=holder, shares=shares))
    post(movements, by=None)


def _owed() -> QuerySet[OpenItem]:
    """Held, so that what a payer changes meanwhile is seen before or after, never in between."""
    return OpenItem.objects.select_for_update(of=("self",)).filter(account=Account.RECEIVABLE.value)


def _oldest_first(owed: QuerySet[OpenItem], amount: Decimal, first: Sequence[int] = ()) -> list[tuple[int, Decimal]]:
    """(charge, dollars) until the money is used up; the charges `first` come before older ones."""
    shares: list[tuple[int, Decimal]] = []
    place = Case(When(charge__in=first, then=0), default=1)
    for item in owed.filter(balance__gt=0).order_by(place, "charge__served_on", "charge_id"):
        if amount <= 0:
            break
        share = min(amount, item.balance)
        shares.append((item.charge_id, share))  # type: ignore[arg-type]
        amount -= share
    return shares

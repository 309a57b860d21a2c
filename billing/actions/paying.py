"""Money from people: taken, held for a visit or as their credit, applied oldest first."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction
from django.db.models import Case, Q, QuerySet, Sum, When

from billing import ledger
from billing.actions.holding import apply_held, keep_again, lock
from billing.actions.overgiven import reverse_overgiven
from billing.actions.posting import KeyReused, post
from billing.invoicing.never import payable
from billing.ledger import Account, Party
from billing.models import Charge, Entry, HeldForVisit, Invoice, Method, OpenItem, Payment
from billing.payments.spreading import spread
from clients.models import Contact
from practice import audit
from practice.findings import BadInput, Conflict
from practice.models import Membership, local_today
from practice.money import ZERO

OLDEST = timedelta(days=366)
MOST = Decimal("25000.00")  # one payment of a person; above it somebody mistyped


@dataclass(frozen=True)
class ForVisit:
    """The part of a payment that is for the visits of a client's day, in dollars."""

    client: int
    served_on: date
    amount: Decimal


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
    visit: ForVisit | None = None,
) -> Payment:
    """Money a person gave us. What is for a `visit` is held for it; of the rest the invoice it came for is paid, then
    what else she owes, oldest service first; what is over stays her credit.

    `key` is made when the form is shown, so pressing twice takes it once; with another amount it is a Conflict.
    """
    _check(amount, method, received_on, visit)
    lock(Q(pk=contact.pk))
    holder = Party.contact(contact.pk)
    till = "card processor" if method == Method.CARD else "till"
    received = ledger.receive(key=f"payment:{key}", on=received_on, amount=amount, holder=holder, into=till)
    try:
        posting = post([received], by=by)[received.key]
    except KeyReused:
        raise Conflict("This form took a payment before, of another amount. Open the invoice again.") from None
    known = Payment.objects.filter(posting_id=posting).first()
    if known:
        return _same(known, visit)
    payment = Payment.objects.create(
        contact=contact,
        amount=amount,
        method=method,
        reference=reference.strip()[:40],
        received_on=received_on,
        posting_id=posting,
    )
    if visit:
        _hold(payment, visit)
    asked_for = invoice.lines.values_list("charge", flat=True) if invoice else ()
    rest = amount - (visit.amount if visit else ZERO)
    shares = oldest_first(owed().filter(contact=contact), rest, first=list(asked_for))
    if shares:
        post([ledger.apply(key=f"apply:{key}", on=received_on, holder=holder, shares=shares)], by=by)
    held = str(visit.amount) if visit else "0.00"
    audit.record("take payment", payment, amount=str(amount), method=method, for_visit=held)
    return payment


def _check(amount: Decimal, method: str, received_on: date, visit: ForVisit | None) -> None:
    if not ZERO < amount <= MOST:
        raise BadInput(amount=f"A payment is more than nothing and at most {MOST:,.0f} dollars")
    if visit and not ZERO < visit.amount <= amount:
        raise BadInput(for_visit="What is for the visit is more than nothing and at most the whole payment")
    if method not in Method.values:
        raise BadInput(method="Choose how it was paid")
    if received_on > local_today():
        raise BadInput(received_on="The day is in the future; money is posted today or earlier")
    if received_on < local_today() - OLDEST:
        raise BadInput(received_on="The day is more than a year ago; check the year")


def _same(known: Payment, visit: ForVisit | None) -> Payment:
    """A payment that was taken before, if it was for the same visit."""
    held = known.held.first()
    if (held and ForVisit(held.client_id, held.served_on, held.amount)) != visit:
        raise Conflict("This form took a payment before, of another part for the visit. Open the page again.")
    return known


def _hold(payment: Payment, visit: ForVisit) -> None:
    """Keep a part of a payment for a visit; what is charged of that day already is paid of it now."""
    HeldForVisit.objects.create(
        payment=payment,
        contact_id=payment.contact_id,
        client_id=visit.client,
        served_on=visit.served_on,
        amount=visit.amount,
    )
    charges = Charge.objects.filter(client=visit.client, served_on=visit.served_on)
    apply_held(charges=charges.values_list("pk", flat=True), on=payment.received_on)


def release_overpaid(*, charges: Iterable[int], key: str, on: date) -> dict[int, Decimal]:
    """What people paid for charges above what they owe now becomes their credit again, and what was held for the
    visit is held for it again; dollars by contact that are held for no visit.

    Only what was paid: what was given up by hand comes back first.
    """
    charges = list(charges)
    reverse_overgiven(charges=charges, key=key, on=on)
    movements, items, paid = [], [], _paid(charges)
    found = owed().filter(charge__in=charges, contact__isnull=False, balance__lt=0)
    for item in found.select_related("charge").order_by("id"):
        holder = Party.contact(item.contact_id or 0)
        item.balance = max(item.balance, -paid.get((item.charge_id or 0, holder.id), ZERO))
        if item.balance:
            key_ = f"{key}:release:{item.charge_id}:{holder.id}"
            shares = [(item.charge_id or 0, item.balance)]
            movements.append(ledger.apply(key=key_, on=on, holder=holder, shares=shares))
            items.append(item)
    posted = post(movements, by=None)
    return keep_again([(posted[movement.key], item) for movement, item in zip(movements, items, strict=True)])


def _paid(charges: Iterable[int]) -> dict[tuple[int, int], Decimal]:
    """What people paid of charges, by charge and contact: nobody gets back more."""
    rows = Entry.objects.filter(account=Account.RECEIVABLE.value, charge__in=charges, reason="applied")
    sums = rows.order_by().values_list("charge", "contact").annotate(Sum("amount"))
    return {(charge or 0, contact or 0): -amount for charge, contact, amount in sums}


def apply_released(*, released: Mapping[int, Decimal], charges: Iterable[int], key: str, on: date) -> None:
    """Credit that charges let go pays those that took their place."""
    open_ = owed().filter(charge__in=list(charges))
    movements = []
    for contact, amount in released.items():
        holder = Party.contact(contact)
        if shares := oldest_first(open_.filter(contact=contact), amount):
            movements.append(ledger.apply(key=f"{key}:apply:{contact}", on=on, holder=holder, shares=shares))
    post(movements, by=None)


def owed() -> QuerySet[OpenItem]:
    """Held, so that what a payer changes meanwhile is seen before or after, never in between."""
    return OpenItem.objects.select_for_update(of=("self",)).filter(account=Account.RECEIVABLE.value)


def oldest_first(items: QuerySet[OpenItem], amount: Decimal, first: Sequence[int] = ()) -> list[tuple[int, Decimal]]:
    """(charge, dollars) until the money is used up; the charges `first` come before older ones."""
    if amount <= ZERO:
        return []
    place = Case(When(charge__in=first, then=0), default=1)
    rows = payable(items).order_by(place, "charge__served_on", "charge_id")
    return spread(amount, [(item.charge_id or 0, item.balance) for item in rows])

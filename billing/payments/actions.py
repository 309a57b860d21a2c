"""Verbs about money from people: at check-in, from their credit, given back, taken back, by the month."""

from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Q, Sum

from billing import ledger
from billing.actions import ForVisit, post, reverse, take_payment
from billing.actions.holding import lock, spend
from billing.actions.paying import oldest_first, owed
from billing.ledger import Account, Party
from billing.models import CreditRule, Entry, HeldUse, Payment, PaymentPlan, Posting, Refund, RefundMethod, TakenBack
from billing.payments.held import credit_of, held_rows
from billing.payments.schedule import schedule
from billing.payments.spreading import spread, total
from clients.models import Contact
from practice import audit, money
from practice.findings import BadInput, Conflict
from practice.models import Membership, local_today
from practice.money import ZERO
from practice.permissions import Permission
from sessions import actions as sessions
from sessions.lifecycle import GONE, State
from sessions.models import Session

USED = "This form was used before, for something else. Open the page again."
SOURCES = {
    RefundMethod.CASH: (Account.IN_TRANSIT, "till"),
    RefundMethod.CARD: (Account.IN_TRANSIT, "card processor"),
    RefundMethod.CHECK: (Account.BANK, "refund"),
}


@transaction.atomic
def check_in(
    *,
    by: Membership,
    session: Session,
    for_visit: Decimal = ZERO,
    for_balance: Decimal = ZERO,
    method: str = "",
    reference: str = "",
    key: str,
) -> Payment | None:
    """The client is here; money for today's visit is held for it, money for the balance pays the oldest first.

    The guarantor pays. Nothing to take is a check-in alone. `key` as for `take_payment`.
    """
    if session.state in GONE:
        raise Conflict("The visit was canceled or missed; book it again before you take money for it.")
    if session.served_on > local_today():
        raise Conflict("The visit is still to come; money for it is taken on its day.")
    if for_visit < ZERO:
        raise BadInput(for_visit="An amount is nothing or more")
    if for_balance < ZERO:
        raise BadInput(for_balance="An amount is nothing or more")
    taken = None
    if amount := for_visit + for_balance:
        visit = ForVisit(session.client_id, session.served_on, for_visit) if for_visit else None
        taken = take_payment(
            by=by, contact=session.client.guarantor, amount=amount, method=method, received_on=local_today(), key=key,
            reference=reference, visit=visit,
        )  # fmt: skip
    arrives = session.state == State.SCHEDULED and by.may(Permission.BOOK_SESSION)
    if arrives:
        sessions.move(by=by, session=session, state=State.ARRIVED)
    elif taken is None:
        raise BadInput(for_visit="Enter what is taken")
    return taken


@transaction.atomic
def apply_credit(*, by: Membership, contact: Contact, key: str) -> Decimal:
    """A person's free credit pays what she owes, oldest service first; dollars that were applied."""
    lock(Q(pk=contact.pk))
    known = Posting.objects.filter(key=f"credit:{key}").first()
    if known:
        applied = known.entries.filter(account=Account.CREDIT.value, contact=contact)
        if not applied.exists():
            raise Conflict(USED)
        return applied.aggregate(sum=Sum("amount"))["sum"]
    free = credit_of(contact.pk).free
    if not free:
        raise Conflict(f"{contact} has no credit that is free; what is held for a visit pays that visit.")
    shares = oldest_first(owed().filter(contact=contact), free)
    if not shares:
        raise Conflict(f"{contact} owes nothing that her credit could pay.")
    movement = ledger.apply(key=f"credit:{key}", on=local_today(), holder=Party.contact(contact.pk), shares=shares)
    posting = post([movement], by=by)[movement.key]
    spend(contact=contact.pk, amount=total(shares), posting=posting)
    audit.record("apply credit", contact, amount=str(total(shares)))
    return total(shares)


@transaction.atomic
def refund(*, by: Membership, contact: Contact, amount: Decimal, method: str, key: str, reference: str = "") -> Refund:
    """Give free credit back: cash from the till, to the card it came from, or by a check of ours. Posted today.

    Twice with one key gives back once.
    """
    reference = reference.strip()[:40]
    if method not in RefundMethod.values:
        raise BadInput(method="Choose how it is given back")
    if method != RefundMethod.CASH and not reference:
        raise BadInput(reference="Enter the number of the check, or of the card terminal’s slip")
    lock(Q(pk=contact.pk))
    known = Refund.objects.filter(posting__key=f"refund:{key}").first()
    if known:
        if (known.contact_id, known.amount, known.method) != (contact.pk, amount, method):
            raise Conflict(USED)
        return known
    free = credit_of(contact.pk).free
    if not ZERO < amount <= free:
        raise BadInput(amount=f"A refund is more than nothing and at most {money.show(free)}, the credit that is free")
    today = local_today()
    account, source = SOURCES[RefundMethod(method)]
    movement = ledger.refund(
        key=f"refund:{key}", on=today, amount=amount, holder=Party.contact(contact.pk), account=account, source=source
    )
    posting = post([movement], by=by)[movement.key]
    spend(contact=contact.pk, amount=amount, posting=posting)
    row = Refund.objects.create(
        contact=contact, amount=amount, method=method, reference=reference, refunded_on=today, posting_id=posting
    )
    audit.record("give back", row, amount=str(amount), method=method)
    return row


# --- a payment that was none ------------------------------------------------------------------------


@transaction.atomic
def take_back(*, by: Membership, payment: Payment, reason: str) -> TakenBack:
    """A check that bounced, or a slip: the payment is reversed, and what it had paid is owed again. Once.

    Where its money was used otherwise meanwhile, the newest of what the person paid is owed again instead. What was
    given back to her cannot be taken back: a Conflict.
    """
    reason = reason.strip()
    if not reason or len(reason) > 200:
        raise BadInput(reason="Say why, in at most 200 characters")
    lock(Q(pk=payment.contact_id))
    known = TakenBack.objects.filter(payment=payment).first()
    if known:
        return known
    today, holder = local_today(), Party.contact(payment.contact_id)
    shares = _paid_with(payment)
    others = held_rows().filter(contact=payment.contact_id, left__gt=0, waits=True).exclude(payment=payment)
    credit = credit_of(payment.contact_id).whole - payment.amount - sum((row.left for row in others), ZERO)
    if credit + total(shares) < ZERO:
        shares = _newest_paid(payment, shares, -credit - total(shares))
        if credit + total(shares) < ZERO:
            raise Conflict("Some of this money was given back to the person; it cannot be taken back too.")
    undone = reverse(postings=[payment.posting_id], key="take back", on=today, by=by, memo=reason)
    posting = undone[f"take back:{payment.posting_id}"]
    if shares:
        back = [(charge, -amount) for charge, amount in shares]
        post([ledger.apply(key=f"owed again:{payment.pk}", on=today, holder=holder, shares=back)], by=by)
    for held in held_rows().filter(payment=payment, left__gt=0):
        HeldUse.objects.create(held=held, posting_id=posting, amount=held.left)
    row = TakenBack.objects.create(payment=payment, reason=reason, posting_id=posting)
    audit.record("take payment back", payment, amount=str(payment.amount), reason=reason)
    return row


def _paid_with(payment: Payment) -> list[tuple[int, Decimal]]:
    """What a payment paid, by charge, as far as it still pays it."""
    wanted: dict[int, Decimal] = {}
    own = Entry.objects.filter(account=Account.RECEIVABLE.value, contact=payment.contact_id)
    key = payment.posting.key.removeprefix("payment:")
    used = HeldUse.objects.filter(held__payment=payment).values("posting")
    entries = own.filter(Q(posting__key=f"apply:{key}") | Q(posting__in=used), charge__isnull=False)
    for charge, amount in entries.order_by("id").values_list("charge", "amount"):
        wanted[charge] = wanted.get(charge, ZERO) - amount
    paid = _still_paid(payment)
    still = [(charge, min(amount, paid.get(charge, ZERO))) for charge, amount in reversed(wanted.items())]
    return spread(payment.amount, [(charge, share) for charge, share in still if share > 0])


def _still_paid(payment: Payment) -> dict[int, Decimal]:
    """What the person paid of charges, newest service first."""
    entries = Entry.objects.filter(account=Account.RECEIVABLE.value, contact=payment.contact_id, reason="applied")
    rows = entries.values_list("charge").annotate(Sum("amount")).order_by("-charge__served_on", "-charge")
    return {charge: -amount for charge, amount in rows}


def _newest_paid(payment: Payment, shares: list[tuple[int, Decimal]], wanting: Decimal) -> list[tuple[int, Decimal]]:
    """`shares`, and `wanting` dollars more of what she paid, the newest first."""
    so_far = dict(shares)
    left = ((charge, paid - so_far.get(charge, ZERO)) for charge, paid in _still_paid(payment).items())
    for charge, amount in spread(wanting, left):
        so_far[charge] = so_far.get(charge, ZERO) + amount
    return list(so_far.items())


# --- the practice's rule, and plans -----------------------------------------------------------------


@transaction.atomic
def set_credit_rule(*, by: Membership, keep_below: Decimal) -> CreditRule:
    """Below which amount a person's credit may stay without a refund being proposed."""
    if not ZERO <= keep_below <= 1000:
        raise BadInput(keep_below="From nothing to 1,000 dollars")
    row, _ = CreditRule.objects.update_or_create(defaults={"keep_below": keep_below})
    audit.record("set credit rule", row, keep_below=str(keep_below))
    return row


@transaction.atomic
def make_plan(*, by: Membership, contact: Contact, total: Decimal, monthly: Decimal, first_on: date) -> PaymentPlan:
    """A person will pay `total` by the month. It takes the place of one she has; it moves no money."""
    if first_on < local_today():
        raise BadInput(first_on="The first payment is today or later")
    if total > money.LARGEST:
        raise BadInput(total="It is more than anybody owes")
    try:
        schedule(total, monthly, first_on)
    except ValueError as wrong:
        raise BadInput(monthly=f"{str(wrong)[0].upper()}{str(wrong)[1:]}") from None
    lock(Q(pk=contact.pk))
    PaymentPlan.objects.filter(contact=contact, ended_on=None).update(ended_on=local_today())
    row = PaymentPlan.objects.create(contact=contact, total=total, monthly=monthly, first_on=first_on, made_by=by)
    audit.record("make payment plan", row, total=str(total), monthly=str(monthly))
    return row


@transaction.atomic
def end_plan(*, by: Membership, contact: Contact) -> PaymentPlan:
    """The plan of a person holds no longer."""
    row = PaymentPlan.objects.select_for_update().filter(contact=contact, ended_on=None).first()
    if row is None:
        raise Conflict(f"{contact} has no payment plan.")
    row.ended_on = local_today()
    row.save(update_fields=["ended_on"])
    audit.record("end payment plan", row)
    return row

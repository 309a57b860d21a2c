"""Verbs about fees without a session: their amounts, charging one to a client, taking it back."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from billing import ledger
from billing.actions.holding import hold_people
from billing.actions.paying import release_overpaid
from billing.actions.posting import post, reverse
from billing.house_fees.amounts import amounts
from billing.house_fees.kinds import KINDS, MOST, Kind
from billing.ledger import Account, Party
from billing.models import Charge, ChargeKind, ClientFee, Entry, HouseFee
from clients.actions.changing import locked
from clients.coverage import in_force
from clients.models import Client, Coverage, PlanType
from clients.never_billed import because
from clients.shielding import shielding
from practice import audit, money
from practice.findings import BadInput, Conflict
from practice.models import Membership, local_today
from practice.money import ZERO
from sessions import lifecycle
from sessions.models import Session

OLDEST = timedelta(days=366)


@transaction.atomic
def set_house_fee(*, by: Membership, kind: str, amount: Decimal | None) -> HouseFee:
    """The amount of a fee from now on, the same for everybody; None: the practice charges none. Raises BadInput."""
    _kind(kind)
    if amount is not None:
        _check_amount(amount)
    row = HouseFee.objects.create(kind=kind, amount=amount, by=by)
    audit.record("set house fee", row, kind=kind, amount=str(amount) if amount else "none")
    return row


@transaction.atomic
def charge_fee(
    *, by: Membership, client: Client, kind: str, amount: Decimal, on: date, key: str, session: Session | None = None
) -> ClientFee:
    """A fee that the client's guarantor owes at once, on no claim. `on` is the day it is for, a visit's its own.

    The same key charges it once; with other content it is a Conflict. Raises BadInput by field, Conflict where the
    client may never be billed or the visit was charged.
    """
    client = locked(client)
    known = ClientFee.objects.filter(key=key).select_related("charge").first()
    if known:
        same = (known.client_id, known.kind, known.charge.amount, known.charge.served_on, known.session_id)
        if same != (client.pk, kind, amount, on, session.pk if session else None):
            raise Conflict("This form charged another fee before. Open a new one.")
        return known
    what = _kind(kind)
    _check_amount(amount)
    if not local_today() - OLDEST <= on <= local_today():
        raise BadInput(on="The day is today or within the year before")
    if session:
        _check_visit(client, what, session, on)
    _refuse_shielded(client, what, amount, on, session)
    charge = _charge(client, what, amount, on, session)
    fee = ClientFee.objects.create(client=client, kind=kind, charge=charge, session=session, key=key, by=by)
    owed = ledger.charge(
        key=f"fee:{charge.pk}", on=local_today(), charge=charge.pk,
        owed=[(Party.contact(client.guarantor_id), amount)], income="fee",
    )  # fmt: skip
    post([owed], by=by)
    audit.record("charge fee", fee, client_id=client.pk, kind=kind, amount=str(amount), on=on.isoformat())
    return fee


@transaction.atomic
def take_back_fee(*, by: Membership, fee: ClientFee, reason: str) -> ClientFee:
    """Reverse a fee with what was given up or moved of it. What was paid for it becomes the payer's credit, once."""
    reason = " ".join(reason.split())
    if not 3 <= len(reason) <= 200:
        raise BadInput(reason="Say why in a few words")
    hold_people([fee.client_id])
    charge = Charge.objects.select_for_update(of=("self",)).get(pk=fee.charge_id)
    if charge.reversed_by_id:
        return fee
    today = local_today()
    posted = Entry.objects.filter(charge=charge, account=Account.RECEIVABLE.value, posting__reverses=None)
    keys = dict(
        posted.exclude(reason="applied").filter(posting__reversals=None).values_list("posting_id", "posting__key")
    )
    ids = reverse(postings=list(keys), key="reverse", on=today, by=by, memo=reason)
    first = next(posting for posting, key in keys.items() if key == f"fee:{charge.pk}")
    charge.reversed_by_id = ids[f"reverse:{first}"]
    charge.save(update_fields=["reversed_by"])
    release_overpaid(charges=[charge.pk], key=f"fee:{charge.pk}:back", on=today)
    audit.record("take back fee", fee, client_id=fee.client_id, kind=fee.kind, amount=str(charge.amount))
    return fee


def _kind(kind: str) -> Kind:
    if kind not in KINDS:
        raise BadInput(kind="Choose what the fee is for")
    return KINDS[kind]


def _check_amount(amount: Decimal) -> None:
    if not ZERO < amount <= MOST:
        raise BadInput(amount=f"A fee is more than nothing and at most {MOST:,} dollars")


def _check_visit(client: Client, what: Kind, session: Session, on: date) -> None:
    if session.client_id not in client.ids:
        raise BadInput(session="This visit is another client's")
    if not what.visit:
        raise BadInput(session=f"{what.label} is charged for no visit")
    session = Session.objects.select_for_update(of=("self",)).get(pk=session.pk)
    if session.state not in lifecycle.GONE:
        raise BadInput(session="The visit was neither missed nor canceled; say so first")
    if session.served_on != on:
        raise BadInput(on="The day is that of the visit")
    if ClientFee.objects.filter(session=session, charge__reversed_by=None).exists():
        raise Conflict("A fee was charged for this visit already.")


def _refuse_shielded(client: Client, what: Kind, amount: Decimal, on: date, session: Session | None) -> None:
    """Raises Conflict for whom the plan shields; BadInput where Medicare would be charged otherwise than everybody."""
    rows = list(Coverage.objects.filter(client__in=client.ids).select_related("payer"))
    coverages, qmb = [row.facts for row in rows], [row.pk for row in rows if row.qmb]
    shield = shielding(coverages, on, session.case.visit(on) if session else None, qmb=qmb)
    if shield:
        why = because(shield.kind, qmb=shield.id in qmb)
        raise Conflict(f"{client.name} has {shield.name} and may not be billed: {why}.")
    if what.visit and any(c.kind == PlanType.MEDICARE and in_force(c, on) for c in coverages):
        usual = amounts().get(what.value)
        if usual is None:
            raise BadInput(amount="Medicare allows it only as everybody is charged: set the practice's amount first")
        if amount != usual:
            raise BadInput(amount=f"Medicare allows it only as everybody is charged: {money.show(usual)}")


def _charge(client: Client, what: Kind, amount: Decimal, on: date, session: Session | None) -> Charge:
    return Charge.objects.create(
        kind=ChargeKind.FEE,
        client=client,
        served_on=on,
        code=what.code,
        clinician=session.clinician if session else None,
        location=session.location if session else None,
        units=1,
        minutes=0,
        amount=amount,
        claimable=False,
    )

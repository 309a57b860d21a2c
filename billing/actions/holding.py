"""Money held for a visit: it pays the charges of that client's day as they become its holder's, and nothing else."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Any

from django.db import transaction
from django.db.models import Q

from billing import ledger
from billing.actions.posting import post
from billing.ledger import Account, Party
from billing.models import HeldForVisit, HeldUse, OpenItem
from billing.payments.held import held_rows
from billing.payments.spreading import spread, total
from clients.models import Client, Contact, GuarantorShare
from practice.money import ZERO

type Visit = tuple[int, int, date]  # who holds the money, the client, the day


def hold_people(clients: Iterable[int]) -> None:
    """Lock who may owe or holds money for clients, before any of it moves: whoever takes money locks them first too.

    Without it a copay and the money for it could pass each other, each not seeing the other.
    """
    asked = list(clients)
    owing = Client.objects.filter(pk__in=asked).values("guarantor")
    sharing = GuarantorShare.objects.filter(client__in=asked)
    holding = HeldForVisit.objects.filter(client__in=asked).values("contact")
    two = Q(pk__in=sharing.values("first")) | Q(pk__in=sharing.values("other"))
    debts = OpenItem.objects.filter(charge__client__in=asked, contact__isnull=False).exclude(balance=0)
    lock(Q(pk__in=owing) | two | Q(pk__in=holding) | Q(pk__in=debts.values("contact")))


def lock(which: Q) -> None:
    """Hold people until the transaction ends, in one order. Writing what only names them goes on meanwhile."""
    list(Contact.objects.select_for_update(no_key=True).filter(which).order_by("pk").values_list("pk"))


@transaction.atomic
def apply_held(*, charges: Iterable[int], on: date) -> None:
    """What is held for the visits of these charges pays what people owe of them, each charge no more than is owed.

    Never more than the holder's credit. Again it changes nothing.
    """
    owed: dict[Visit, list[tuple[int, Decimal]]] = defaultdict(list)
    items = OpenItem.objects.select_for_update(of=("self",)).filter(
        account=Account.RECEIVABLE.value,
        charge__in=list(charges),
        contact__isnull=False,
        balance__gt=0,
        charge__reversed_by=None,
    )
    for item in items.select_related("charge").order_by("charge__served_on", "charge_id"):
        assert item.contact_id and item.charge
        owed[item.contact_id, item.charge.client_id, item.charge.served_on].append((item.charge.pk, item.balance))
    held = _left_for(owed)
    if not held:
        return
    credit = _credit({row.contact_id for row in held})
    for row in held:
        mine = owed[row.contact_id, row.client_id, row.served_on]
        shares = spread(min(row.left, credit[row.contact_id]), mine)
        if shares:
            _use(row, shares, on)
            paid = dict(shares)
            mine[:] = [(charge, balance - paid.get(charge, ZERO)) for charge, balance in mine]
            credit[row.contact_id] -= total(shares)


def _left_for(visits: Iterable[Visit]) -> list[Any]:
    wanted = set(visits)
    contacts, clients, days = ({visit[n] for visit in wanted} for n in range(3))
    near = held_rows().filter(contact__in=contacts, client__in=clients, served_on__in=days, left__gt=0)
    return [row for row in near.order_by("id") if (row.contact_id, row.client_id, row.served_on) in wanted]


def _credit(contacts: Iterable[int]) -> dict[int, Decimal]:
    items = OpenItem.objects.select_for_update().filter(account=Account.CREDIT.value, contact__in=list(contacts))
    found = {item.contact_id: -item.balance for item in items.order_by("id") if item.contact_id}
    return defaultdict(lambda: ZERO, found)


def _use(row: Any, shares: list[tuple[int, Decimal]], on: date) -> None:
    key = f"held:{row.pk}:{row.times}"
    movement = ledger.apply(key=key, on=on, holder=Party.contact(row.contact_id), shares=shares)
    posting = post([movement], by=None)[key]
    HeldUse.objects.create(held=row, posting_id=posting, amount=total(shares))


def keep_again(released: list[tuple[int, OpenItem]]) -> dict[int, Decimal]:
    """Held money that charges let go is held for its visit again. (posting, the item that was overpaid) → dollars by
    contact that are held for no visit.
    """
    free: dict[int, Decimal] = defaultdict(Decimal)
    used = _used_for({(i.contact_id or 0, i.charge.client_id, i.charge.served_on) for _, i in released if i.charge})
    for posting, item in released:
        assert item.contact_id and item.charge
        amount = -item.balance
        for row in used[item.contact_id, item.charge.client_id, item.charge.served_on]:
            back = min(amount, row.used)
            if back > ZERO:
                HeldUse.objects.create(held=row, posting_id=posting, amount=-back)
                row.used -= back
                amount -= back
        if amount > ZERO:
            free[item.contact_id] += amount
    return free


def _used_for(visits: set[Visit]) -> dict[Visit, list[Any]]:
    """Held money that was used, by visit, the newest first; not of payments that were taken back."""
    contacts, clients, days = ({visit[n] for visit in visits} for n in range(3))
    near = held_rows().filter(contact__in=contacts, client__in=clients, served_on__in=days, used__gt=0)
    found: dict[Visit, list[Any]] = defaultdict(list)
    for row in near.filter(payment__taken_back=None).order_by("-id"):
        found[row.contact_id, row.client_id, row.served_on].append(row)
    return found


def spend(*, contact: int, amount: Decimal, posting: int) -> None:
    """`posting` used `amount` of a person's free credit: first what is left of visits that wait no more."""
    for row in held_rows().filter(contact=contact, left__gt=0, waits=False).order_by("served_on", "id"):
        used = min(amount, row.left)
        if used > ZERO:
            HeldUse.objects.create(held=row, posting_id=posting, amount=used)
            amount -= used

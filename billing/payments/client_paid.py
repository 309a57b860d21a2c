"""What clients paid of charges: applied to them, and held for their day. Payers that ask are told on the claim."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from billing.ledger import Account
from billing.models import Charge, Entry, OpenItem
from billing.payments.held import held_rows
from billing.payments.spreading import spread
from practice.money import ZERO

type Visit = tuple[int, date]  # client, day


def client_paid(charges: Iterable[int]) -> dict[int, Decimal]:
    """Dollars that people paid, by charge; a charge of which nothing was paid has nothing.

    Money held for a day counts for its charges in their order, each up to what payers still owe of it.
    """
    asked = list(charges)
    applied = Entry.objects.filter(charge__in=asked, account=Account.RECEIVABLE.value, reason="applied")
    paid: dict[int, Decimal] = defaultdict(lambda: ZERO)
    paid.update({charge: -amount for charge, amount in applied.values_list("charge").annotate(Sum("amount"))})
    rows = Charge.objects.filter(pk__in=asked).values_list("client", "served_on")
    held = _held(set(rows.distinct()))
    open_ = _open(held)
    for visit, left in held.items():
        for charge, share in spread(left, open_[visit]):
            paid[charge] += share
    return paid


def _held(days: set[Visit]) -> dict[Visit, Decimal]:
    found: dict[Visit, Decimal] = defaultdict(lambda: ZERO)
    near = held_rows().filter(client__in={c for c, _ in days}, served_on__in={d for _, d in days}, left__gt=0)
    for row in near:
        if (row.client_id, row.served_on) in days:
            found[row.client_id, row.served_on] += row.left
    return found


def _open(visits: Iterable[Visit]) -> dict[Visit, list[tuple[int, Decimal]]]:
    """(charge, what payers owe of it) by visit."""
    wanted = set(visits)
    found: dict[Visit, list[tuple[int, Decimal]]] = defaultdict(list)
    items = OpenItem.objects.filter(
        account=Account.RECEIVABLE.value,
        coverage__isnull=False,
        charge__client__in={c for c, _ in wanted},
        charge__served_on__in={d for _, d in wanted},
        balance__gt=0,
    )
    fields = ("charge__client", "charge__served_on", "charge", "balance")
    for client, day, charge, balance in items.order_by("charge", "id").values_list(*fields):
        found[client, day].append((charge, balance))
    return found

"""Receivables: who owes what and for how long. Read-only; every figure is a sum over open items."""

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import (
    Avg,
    Case,
    Count,
    ExpressionWrapper,
    F,
    IntegerField,
    Max,
    Min,
    Q,
    Sum,
    Value,
    When,
)
from django.db.models.fields import DurationField

from billing.aging import EDGES, OLD, Aged
from billing.ledger import Account
from billing.models import OpenItem
from billing.models import Payment as ClientPayment
from claims.models import Remittance, RemittanceLine, RemittanceState
from practice.money import ZERO

CLIENTS = "Clients"


def bucket_of(field: str, as_of: date) -> Case:
    """The aging bucket of a date column, as the heart draws it."""
    whens = [When(**{f"{field}__gte": as_of - timedelta(days=edge)}, then=Value(i)) for i, edge in enumerate(EDGES)]
    return Case(*whens, default=Value(len(EDGES)), output_field=IntegerField())


def open_items(as_of: date) -> Any:
    """A query set of receivable items that are not zero, with their `bucket` from the date of service."""
    return (
        OpenItem.objects.filter(account=Account.RECEIVABLE.value)
        .exclude(balance=0)
        .annotate(bucket=bucket_of("charge__served_on", as_of))
    )


@dataclass(frozen=True)
class Debtor:
    """A row of the chart: a payer, or all people together (payer_id None)."""

    payer_id: int | None
    name: str
    aged: Aged


def who_owes(as_of: date) -> list[Debtor]:
    """Payers and people with what they owe by age; the largest payer first, people last."""
    rows = (
        open_items(as_of)
        .values("coverage__payer", "coverage__payer__short_name", "bucket")
        .annotate(total=Sum("balance"))
        .order_by()
    )
    aged: dict[tuple[int | None, str], Aged] = {}
    for row in rows:
        who = (row["coverage__payer"], row["coverage__payer__short_name"] or CLIENTS)
        aged[who] = aged.get(who, Aged()).plus(row["bucket"], row["total"])
    debtors = [Debtor(payer_id, name, found) for (payer_id, name), found in aged.items()]
    return sorted(debtors, key=lambda d: (d.payer_id is None, -d.aged.total, d.name))


def total(debtors: list[Debtor]) -> Aged:
    """All rows together."""
    summed = Aged()
    for debtor in debtors:
        for bucket, amount in enumerate(debtor.aged.buckets):
            summed = summed.plus(bucket, amount)
    return summed


def in_age(items: Any, age: str) -> Any:
    """Items of one bucket ("0" … "4"), of the old ones ("old"), or all of them."""
    if age == "old":
        return items.filter(bucket__in=OLD)
    return items.filter(bucket=int(age)) if age in "01234" and age else items


def accounts(as_of: date, who: str, age: str) -> Any:
    """Rows of people ("clients") or payers: `oldest` service, `aged` sum and `charges` in the age, `total` owed."""
    items = open_items(as_of)
    chosen = {"old": Q(bucket__in=OLD)}.get(age, Q(bucket=int(age)) if age in "01234" and age else Q())
    if who == "clients":
        items = items.filter(contact__isnull=False).values("contact", "contact__first_name", "contact__last_name")
    else:
        items = items.filter(coverage__isnull=False).values("coverage__payer", "coverage__payer__name")
    return items.annotate(
        oldest=Min("charge__served_on", filter=chosen),
        aged=Sum("balance", filter=chosen, default=ZERO),
        total=Sum("balance"),
        charges=Count("id", filter=chosen),
    ).filter(charges__gt=0)


def days_to_get_paid(start: date, end: date) -> int | None:
    """Average days from service to the payer's decision, for what was decided between two days."""
    taken = ExpressionWrapper(
        F("remittance_claim__remittance__posted_on") - F("line__claim__served_on"), output_field=DurationField()
    )
    average = RemittanceLine.objects.filter(
        remittance_claim__remittance__posted_on__range=(start, end), line__isnull=False
    ).aggregate(days=Avg(taken))["days"]
    return None if average is None else round(average.total_seconds() / 86_400)


def last_paid(who: str) -> dict[int, date]:
    """The newest payment by payer, or by person for "clients"."""
    if who == "clients":
        return dict(ClientPayment.objects.values_list("contact").annotate(Max("received_on")))
    posted = Remittance.objects.filter(state=RemittanceState.POSTED, payer__isnull=False)
    return dict(posted.values_list("payer").annotate(Max("paid_on")))


def owed_total(items: Any) -> Decimal:
    """Sum of some open items."""
    return items.aggregate(total=Sum("balance", default=ZERO))["total"]


def clients_in(remittance: Remittance) -> list[int]:
    """Ids of our clients whose claims a remittance speaks of."""
    known = remittance.claims.filter(claim__isnull=False)
    return list(known.order_by().values_list("claim__client", flat=True).distinct())

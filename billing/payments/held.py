"""What is held for visits, and what of a person's credit is free: questions to the rows, in constant statements."""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.db.models import Count, DecimalField, Exists, F, OuterRef, Q, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from billing.ledger import Account
from billing.models import DayLine, HeldForVisit, HeldUse, OpenItem
from practice.money import ZERO
from sessions.lifecycle import GONE
from sessions.models import ServiceLine, Session, SessionState

MONEY: DecimalField = DecimalField(max_digits=12, decimal_places=2)
OVER = (*GONE, SessionState.SIGNED)


def held_rows() -> QuerySet[Any]:
    """Held money with what is `left` of it, how many `times` it was touched, and whether its visit `waits`.

    A visit waits while something of that client's day is to come: a session, its charges, or a payer's answer.
    What is left of a visit that waits no more is plain credit.
    """
    uses = HeldUse.objects.filter(held=OuterRef("pk")).order_by().values("held")
    used = Coalesce(Subquery(uses.annotate(sum=Sum("amount")).values("sum")), Value(ZERO), output_field=MONEY)
    times = Coalesce(Subquery(uses.annotate(times=Count("pk")).values("times")), 0)
    return HeldForVisit.objects.annotate(used=used, times=times, left=F("amount") - F("used"), waits=_waits())


def _waits() -> Q:
    same = {"client": OuterRef("client"), "served_on": OuterRef("served_on")}
    lines = ServiceLine.objects.filter(session__client=OuterRef("client"), session__served_on=OuterRef("served_on"))
    payers = OpenItem.objects.filter(
        account=Account.RECEIVABLE.value,
        coverage__isnull=False,
        charge__client=OuterRef("client"),
        charge__served_on=OuterRef("served_on"),
    )
    return (
        Q(Exists(Session.objects.filter(**same).exclude(state__in=OVER)))
        | Q(Exists(lines.filter(~Exists(DayLine.objects.filter(line=OuterRef("pk"))))))
        | Q(Exists(payers.exclude(balance=0)))
    )


def kept_for_visits(contacts: Iterable[int]) -> list[Any]:
    """What is left of the held money of people whose visits still wait, oldest visit first."""
    rows = held_rows().filter(contact__in=list(contacts), left__gt=0, waits=True)
    return list(rows.select_related("client").order_by("served_on", "id"))


@dataclass(frozen=True)
class Credit:
    """A person's credit in dollars, and what of it is held for visits."""

    whole: Decimal = ZERO
    held: Decimal = ZERO

    @property
    def free(self) -> Decimal:
        return max(self.whole - self.held, ZERO)


def credit_of(contact: int) -> Credit:
    """One person's."""
    items = OpenItem.objects.filter(account=Account.CREDIT.value, contact=contact)
    whole = -sum(items.values_list("balance", flat=True), ZERO)
    return Credit(whole, sum((row.left for row in kept_for_visits([contact])), ZERO))

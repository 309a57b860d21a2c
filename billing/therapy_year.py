"""Dollars of therapy that Medicare allowed a client in a year: what the KX threshold looks at.

Own services count with what Medicare allowed once it has decided, before that with what it last allowed for the
code, else with the charge. What other clinics billed is entered by hand.
"""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from billing.codesets import lookup
from billing.facts import KX_BUCKETS
from billing.ledger import Account
from billing.models import Charge, Entry, OutsideTherapy
from clients.models import PlanType
from practice.money import ZERO, rounded


def bucket_of(discipline: str) -> str:
    """Which threshold a discipline counts towards; "" where there is none."""
    return "+".join(KX_BUCKETS.get(discipline, ()))


@dataclass(frozen=True)
class _Own:
    served_on: date
    allowed: Decimal


class TherapyYears:
    """The years of some clients, in five queries. `codes`: whose expected amounts will be asked too."""

    def __init__(self, clients: Collection[int], years: Collection[int], codes: Collection[str] = ()) -> None:
        rows = list(
            Charge.objects.filter(
                client__in=clients,
                reversed_by=None,
                claimable=True,
                served_on__year__in=years,
                day__coverage__payer__plan_type=PlanType.MEDICARE,
            ).select_related("day")
        )
        decided = _decided([row.pk for row in rows])
        self._last = _last_allowed({*codes, *(row.code for row in rows if row.pk not in decided)})
        self._own: dict[tuple[int, str], list[_Own]] = defaultdict(list)
        for row in rows:
            allowed = (
                row.amount - decided[row.pk] if row.pk in decided else self.expected(row.code, row.units, row.amount)
            )
            discipline = row.day.discipline if row.day else ""
            self._own[row.client_id, bucket_of(discipline)].append(_Own(row.served_on, allowed))
        outside = OutsideTherapy.objects.filter(client__in=clients, year__in=years).order_by("id")
        self._outside = {(row.client_id, row.year, row.bucket): row.amount for row in outside}
        self._thresholds: dict[tuple[int, str], Decimal | None] = {}

    def before(self, client: int, discipline: str, day: date) -> Decimal:
        """Dollars of the year up to a day, that day left out."""
        bucket = bucket_of(discipline)
        own = (
            one.allowed for one in self._own[client, bucket] if one.served_on.year == day.year and one.served_on < day
        )
        return sum(own, self.outside(client, discipline, day.year))

    def outside(self, client: int, discipline: str, year: int) -> Decimal:
        """Dollars that other clinics billed."""
        return self._outside.get((client, year, bucket_of(discipline)), ZERO)

    def expected(self, code: str, units: int, amount: Decimal) -> Decimal:
        """Dollars Medicare will allow for units of a code whose charge is `amount`."""
        last = self._last.get(code)
        return min(rounded(units * last), amount) if last is not None else amount

    def threshold(self, discipline: str, year: int) -> Decimal | None:
        key = (year, bucket_of(discipline))
        if key not in self._thresholds:
            self._thresholds[key] = lookup.threshold(*key) if key[1] else None
        return self._thresholds[key]


def _decided(charges: list[int]) -> dict[int, Decimal]:
    """By charge that a remittance has spoken of: dollars taken off by contract."""
    spoken = Entry.objects.filter(charge__in=charges, posting__kind="remittance")
    found = dict.fromkeys(spoken.values_list("charge", flat=True), ZERO)
    off = Entry.objects.filter(charge__in=list(found), account=Account.ADJUSTMENT.value, reason="contractual")
    return found | dict(off.values_list("charge").annotate(Sum("amount")))


def _last_allowed(codes: Collection[str]) -> dict[str, Decimal]:
    """Dollars a unit that Medicare allowed for codes when it last decided on them."""
    latest = (
        Charge.objects.filter(
            code__in=codes,
            reversed_by=None,
            day__coverage__payer__plan_type=PlanType.MEDICARE,
            entries__posting__kind="remittance",
        )
        .order_by("code", "-served_on", "-id")
        .distinct("code")
    )
    rows = list(latest)
    off = _decided([row.pk for row in rows])
    return {row.code: (row.amount - off[row.pk]) / row.units for row in rows if row.pk in off}

"""Dollars of therapy that Medicare allowed a client in a year: what the KX threshold looks at.

Own services count with what Medicare allowed once it has decided, before that with what it last allowed for the
code, else with the charge. What other clinics billed is entered by hand.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Sum

from billing.codesets import lookup
from billing.facts import KX_BUCKETS
from billing.ledger import Account
from billing.models import Charge, Entry, OpenItem, OutsideTherapy
from clients.merged import charts_of
from clients.models import Case, PlanType
from practice.money import ZERO, rounded
from sessions.plans.booking import TherapyYear, tells_year


def bucket_of(discipline: str) -> str:
    """Which threshold a discipline counts towards; "" where there is none."""
    return "+".join(KX_BUCKETS.get(discipline, ()))


@dataclass(frozen=True)
class _Own:
    served_on: date
    day: int
    discipline: str
    allowed: Decimal


class TherapyYears:
    """The years of some clients, in seven queries. `codes`: whose expected amounts will be asked too."""

    def __init__(self, clients: Collection[int], years: Collection[int], codes: Collection[str] = ()) -> None:
        homes = charts_of(clients)
        rows = list(
            Charge.objects.filter(
                client__in=homes,
                reversed_by=None,
                claimable=True,
                served_on__year__in=years,
                day__coverage__payer__plan_type=PlanType.MEDICARE,
            ).select_related("day")
        )
        decided = _off([row.pk for row in rows])
        self._last = _last_allowed(
            {*codes, *(row.code for row in rows if row.pk not in decided)},
            since=date(min(years, default=2019) - 1, 1, 1),
        )
        self._own: dict[tuple[int, str], list[_Own]] = defaultdict(list)
        for row in rows:
            if row.pk not in decided and row.notice_modifiers:
                continue  # a denial is expected
            discipline = row.day.discipline if row.day else ""
            allowed = (
                row.amount - decided[row.pk] if row.pk in decided else self.expected(row.code, row.units, row.amount)
            )
            own = _Own(row.served_on, row.day_id or 0, discipline, allowed)
            for client in homes[row.client_id]:
                self._own[client, bucket_of(discipline)].append(own)
        outside = OutsideTherapy.objects.filter(client__in=homes, year__in=years).order_by("id")
        self._outside = _newest(outside, homes)
        self._thresholds: dict[tuple[int, str], Decimal | None] = {}

    def before(self, client: int, discipline: str, day: date, billing_day: int | None = None) -> Decimal:
        """Dollars of the year before a day's services of a discipline.

        Disciplines that share a threshold may meet on one date: the billing day made first comes first, and what is
        only typed (`billing_day` None) last.
        """

        def earlier(one: _Own) -> bool:
            if one.served_on != day:
                return one.served_on.year == day.year and one.served_on < day
            return one.discipline != discipline and (billing_day is None or one.day < billing_day)

        own = (one.allowed for one in self._own[client, bucket_of(discipline)] if earlier(one))
        return sum(own, self.outside(client, discipline, day.year))

    def last(self, client: int, discipline: str) -> Decimal:
        """Dollars of the last day with services of a discipline."""
        own = [one for one in self._own[client, bucket_of(discipline)] if one.discipline == discipline]
        newest = max((one.served_on for one in own), default=None)
        return sum((one.allowed for one in own if one.served_on == newest), ZERO)

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


@tells_year
def year_so_far(case: Case, day: date) -> TherapyYear | None:
    """For a booking: the year of a client before a day, and what her last charged visit took of it."""
    years = TherapyYears({case.client_id}, {day.year})
    threshold = years.threshold(case.discipline, day.year)
    if threshold is None:
        return None
    used = years.before(case.client_id, case.discipline, day)
    return TherapyYear(used, threshold, years.last(case.client_id, case.discipline))


def _newest(rows: Iterable[OutsideTherapy], homes: Mapping[int, Sequence[int]]) -> dict[tuple[int, int, str], Decimal]:
    """What was entered last, by client, year and bucket; on whichever chart of hers."""
    return {(client, row.year, row.bucket): row.amount for row in rows for client in homes[row.client_id]}


def _off(charges: list[int]) -> dict[int, Decimal]:
    """By charge that a remittance has spoken of: dollars not allowed, by contract or because they were denied.

    What was denied stays open with the payer.
    """
    spoken = Entry.objects.filter(charge__in=charges, posting__kind="remittance")
    found = dict.fromkeys(spoken.values_list("charge", flat=True), ZERO)
    contract = Entry.objects.filter(charge__in=list(found), account=Account.ADJUSTMENT.value, reason="contractual")
    for charge, total in contract.values_list("charge").annotate(Sum("amount")):
        found[charge] += total
    denied = OpenItem.objects.filter(charge__in=list(found), coverage=F("charge__day__coverage"))
    for charge, balance in denied.values_list("charge", "balance"):
        found[charge] += balance
    return found


def _last_allowed(codes: Collection[str], since: date) -> dict[str, Decimal]:
    """Dollars a unit that Medicare allowed for codes when it last paid for them."""
    open_with_payer = OpenItem.objects.filter(charge=OuterRef("pk"), coverage=OuterRef("day__coverage")).exclude(
        balance=0
    )
    latest = (
        Charge.objects.filter(
            ~Exists(open_with_payer),
            code__in=codes,
            reversed_by=None,
            served_on__gte=since,
            day__coverage__payer__plan_type=PlanType.MEDICARE,
            entries__posting__kind="remittance",
        )
        .order_by("code", "-served_on", "-id")
        .distinct("code")
    )
    rows = list(latest)
    off = _off([row.pk for row in rows])
    return {row.code: (row.amount - off[row.pk]) / row.units for row in rows if row.pk in off}

"""Whom the ledger refuses to let owe: people whose coverage says that they are never billed.

A charge that such a coverage has owed stays the plans' business, whoever pays next. The triggers of
`billing.guards` say the same to who does not ask here.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from decimal import Decimal

from django.db.models import Exists, F, OuterRef, Q, QuerySet

from billing.ledger import Account, Movement, Side
from billing.models import Entry
from billing.owing import NOT_RESPONSIBILITY
from clients.models import Coverage, PlanType
from clients.never_billed import COPAYS, because
from practice.findings import BadInput
from practice.money import ZERO

type Asks = frozenset[str] | None  # reasons for which people may come to owe; None is any


def asks_of(charges: Collection[int], plans: Iterable[tuple[int, int]] = ()) -> dict[int, Asks]:
    """For which reasons people may come to owe of charges that a never-billed plan has owed; the others are left out.

    `plans`: (charge, coverage) that are about to be written.
    """
    owed = Entry.objects.filter(charge__in=charges, coverage__isnull=False).order_by()
    by_charge: dict[int, set[int]] = defaultdict(set)
    for charge, coverage in {*owed.values_list("charge", "coverage").distinct(), *plans}:
        by_charge[charge].add(coverage)
    asks = _plans({coverage for found in by_charge.values() for coverage in found})
    told: dict[int, Asks] = {}
    for charge, coverages in by_charge.items():
        strict = [asks[coverage] for coverage in coverages if coverage in asks]
        if strict:
            told[charge] = frozenset.intersection(*strict)
    return told


def _plans(coverages: Collection[int]) -> dict[int, frozenset[str]]:
    rows = Coverage.objects.filter(pk__in=coverages).filter(_strict()).select_related("payer")
    return {row.pk: row.asks for row in rows if row.asks is not None}


def refuse(movements: Iterable[Movement]) -> None:
    """BadInput where a movement makes a person owe what she may never be asked for."""
    gained: dict[int, dict[bool, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    plans: set[tuple[int, int]] = set()
    for movement in movements:
        for line in movement.lines:
            if line.account is not Account.RECEIVABLE or line.charge is None or line.party is None:
                continue
            if line.party.side is Side.COVERAGE:
                plans.add((line.charge, line.party.id))
            elif line.reason not in NOT_RESPONSIBILITY:
                gained[line.charge][line.reason in COPAYS] += line.amount
    owing = [charge for charge, amounts in gained.items() if amounts[False] > 0 or sum(amounts.values()) > 0]
    asks = asks_of(owing, [pair for pair in plans if pair[0] in owing]) if owing else {}
    for charge, allowed in asks.items():
        if gained[charge][False] > 0 or not allowed:
            raise BadInput(contact=f"The client may not be billed for this: {_why(charge, plans)}")


def _why(charge: int, plans: set[tuple[int, int]]) -> str:
    near = Q(pk__in=[coverage for found, coverage in plans if found == charge]) | Q(entries__charge=charge)
    row = Coverage.objects.filter(near, _strict()).select_related("payer").first()
    return because(row.payer.plan_type, qmb=row.qmb) if row else ""


def strict_plans() -> QuerySet[Entry]:
    """For a row that names a `charge`: the entries by which plans owed it of which nobody is asked for anything."""
    plans = Entry.objects.filter(charge=OuterRef("charge"), coverage__isnull=False)
    return plans.filter(Q(coverage__qmb=True) | Q(coverage__payer__plan_type=PlanType.WORKERS_COMP))


def medicaid_plans() -> QuerySet[Entry]:
    """The same for plans of which nothing but their copay is asked for."""
    plans = Entry.objects.filter(charge=OuterRef("charge"), coverage__isnull=False)
    return plans.filter(coverage__payer__plan_type=PlanType.MEDICAID)


def never_asked() -> Q:
    """Entries of charges that a plan has owed which forbids to ask a person for them."""
    return Q(Exists(strict_plans())) | Q(Exists(medicaid_plans())) & ~Q(reason__in=COPAYS)


def reasons_of(charges: Collection[int]) -> dict[int, str]:
    """Why nobody is asked for charges, by charge."""
    plans = Coverage.objects.filter(_strict(), entries__charge__in=charges).select_related("payer")
    rows = plans.annotate(of=F("entries__charge")).order_by("-qmb", "pk").distinct()
    found: dict[int, str] = {}
    for row in rows:
        found.setdefault(row.of, because(row.payer.plan_type, qmb=row.qmb))
    return found


def _strict() -> Q:
    return Q(qmb=True) | Q(payer__plan_type__in=[PlanType.MEDICAID, PlanType.WORKERS_COMP])

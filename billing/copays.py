"""The fixed copays of days: how much, for each visit or once a day, and what of them was moved to people already."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from billing.models import BillingDay, Charge, Entry, OpenItem
from billing.pricing import copay_shares
from clients.benefits import Promise, copay, newest
from clients.models import Benefit, Coverage
from practice.money import ZERO

COPAY = "expected copay"


class Copays:
    """What of the copays of some days is still to be moved, from rows fetched in a constant number of statements.

    A copay for each visit is for each discipline's day. One that is taken once a day is shared by these: what stands
    on one of them is not asked for on the others.
    """

    def __init__(self, rows: Sequence[BillingDay], kept: Sequence[Charge]) -> None:
        found = Benefit.objects.filter(coverage__in={row.coverage_id for row in rows if row.coverage_id})
        self._promises: list[Promise] = [row.facts for row in found]
        self._moved: dict[tuple[int, int], Decimal] = {}  # dollars by charge and coverage
        self._open: dict[tuple[int, int], Decimal] = {}
        if kept:
            items = OpenItem.objects.filter(charge__in=kept, coverage__isnull=False)
            self._open = {(c, who): balance for c, who, balance in items.values_list("charge", "coverage", "balance")}
            moved = Entry.objects.filter(charge__in=kept, reason=COPAY, coverage__isnull=False)
            totals = moved.values_list("charge", "coverage").annotate(Sum("amount"))
            self._moved = {(charge, coverage): -total for charge, coverage, total in totals}
        self._days: dict[tuple[int, date, int], dict[int, Decimal]] = defaultdict(dict)  # dollars by billing day
        if any(promise.copay_per_day for promise in self._promises):
            self._read_days(rows)

    def _read_days(self, rows: Sequence[BillingDay]) -> None:
        moved = Entry.objects.filter(
            charge__client__in={row.client_id for row in rows},
            charge__served_on__in={row.served_on for row in rows},
            charge__reversed_by=None,
            reason=COPAY,
            coverage__isnull=False,
        ).values_list("charge__client", "charge__served_on", "coverage", "charge__day")
        for client, day, coverage, billing_day, total in moved.annotate(Sum("amount")):
            self._days[client, day, coverage][billing_day] = -total

    def moved(self, charge: Charge, coverage: Coverage) -> Decimal:
        """What of its copay was moved to people before."""
        return self._moved.get((charge.pk, coverage.pk), ZERO)

    def shares(
        self, row: BillingDay, coverage: Coverage, made: Sequence[Charge], kept: Sequence[Charge]
    ) -> list[tuple[Charge, Decimal]]:
        """What of a day's copay falls on which charge: on the new ones, and what these cannot carry on the others."""
        promise = newest(self._promises, coverage.pk, row.case.visit(row.served_on))
        whole, per_day = copay(promise, coverage.copay)
        if not whole:
            return []
        of_date = self._days[row.client_id, row.served_on, coverage.pk]
        stands = sum((self._moved.get((charge.pk, coverage.pk), ZERO) for charge in kept), ZERO)
        elsewhere = sum((of_date[day] for day in of_date if day != row.pk), ZERO) if per_day else ZERO
        left = max(whole - stands - elsewhere, ZERO)
        fresh_on, older_on = ([c for c in charges if c.claimable and c.liable] for charges in (made, kept))
        fresh = copay_shares(left, [charge.amount for charge in fresh_on])
        room = [max(self._open.get((charge.pk, coverage.pk), ZERO), ZERO) for charge in older_on]
        older = copay_shares(left - sum(fresh, ZERO), room)
        of_date[row.pk] = stands + sum([*fresh, *older], ZERO)
        shares = zip([*fresh_on, *older_on], [*fresh, *older], strict=True)
        return [(charge, share) for charge, share in shares if share]

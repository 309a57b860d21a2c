"""Who owes the client's share of a charge: her guarantor, or two by her rule."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import date
from decimal import Decimal

from django.db.models import Sum

from billing.ledger import Account
from billing.models import Charge, Entry
from clients.shares import Part, Rule, in_force, share_out
from clients.sharing import rules_of
from practice.money import ZERO

NOT_RESPONSIBILITY = ("applied", "adjusted", "paid")  # entries that settle instead of making somebody owe


class Owing:
    """The rules of some clients, and what the people they name owe of some days, in a constant number of statements."""

    def __init__(self, clients: Collection[int], days: Collection[date]) -> None:
        self._rules = rules_of(clients)
        self._owed: dict[tuple[int, date, int], dict[int, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
        firsts = {rule.first for rules in self._rules.values() for rule in rules if rule.rule is Rule.AMOUNT}
        if firsts:
            self._read(clients, days, firsts)

    def _read(self, clients: Collection[int], days: Collection[date], people: Collection[int]) -> None:
        rows = (
            Entry.objects.filter(
                account=Account.RECEIVABLE.value, contact__in=people, charge__reversed_by=None,
                charge__client__in=clients, charge__served_on__in=days,
            )
            .exclude(reason__in=NOT_RESPONSIBILITY)
            .values_list("charge__client", "charge__served_on", "contact", "charge")
            .annotate(Sum("amount"))
        )  # fmt: skip
        for client, day, contact, charge, amount in rows:
            self._owed[client, day, contact][charge] = amount

    def of(
        self, charge: Charge, guarantor: int, parts: Iterable[tuple[str, Decimal]], *, on_top: bool = False
    ) -> list[Part]:
        """The client's share of a charge in dollars by reason, shared out among who owes it.

        It is the whole share as it is known now, or `on_top` of what is owed of the charge already.
        """
        share = in_force(self._rules[charge.client_id], charge.served_on)
        if share is None:
            return share_out(parts, guarantor, None, charge.code)
        day = self._owed[charge.client_id, charge.served_on, share.first]
        if not on_top:
            day.pop(charge.pk, None)
        found = share_out(parts, guarantor, share, charge.code, sum(day.values(), ZERO))
        mine = sum((amount for _, person, amount in found if person == share.first), ZERO)
        day[charge.pk] = day.get(charge.pk, ZERO) + mine
        return found

"""From rows to the sliding fees of clients, in two statements; one where nobody has any."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal

from billing import ledger
from billing.discounts.models import SlidingFee
from billing.discounts.sliding import discount, movement, percent_on, shared_less
from billing.ledger import Movement, Owed
from billing.models import Charge
from clients.merged import by_client, charts_of


class Discounts:
    """The sliding fees of some clients, on whichever chart of theirs."""

    def __init__(self, clients: Iterable[int]) -> None:
        homes = charts_of(clients)
        self._rows = by_client(SlidingFee.objects.filter(client__in=homes), homes)

    def percent(self, client: int, day: date) -> int:
        """The discount of a client for a day of service, in percent."""
        return percent_on((row.facts for row in self._rows[client]), day)

    def amount(self, charge: Charge) -> Decimal:
        """What of a charge that a person owes is not asked for, in dollars."""
        return discount(charge.amount, self.percent(charge.client_id, charge.served_on))

    def charged(self, charge: Charge, share: Callable[[Decimal], Owed], today: date) -> list[Movement]:
        """The postings of a charge that people owe: the usual fee, and the discount where there is one.

        `share`: who owes what of so many dollars. What is left after the discount is shared out so.
        """
        less, key = self.amount(charge), f"charge:{charge.pk}"
        if not less:
            return [ledger.charge(key=key, on=today, charge=charge.pk, owed=share(charge.amount))]
        owed, off = shared_less(charge.amount, less, share)
        return [
            ledger.charge(key=key, on=today, charge=charge.pk, owed=owed),
            movement(charge=charge.pk, on=today, off=off),
        ]

"""Fee schedules and contract rates, each read once."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from billing.models import ContractRate, FeeSchedule
from billing.schedules.standing import Row, by_place, prices


class Fees:
    """Usual fees by code, day and location, in one query."""

    def __init__(self) -> None:
        self._rows = by_place(FeeSchedule.objects.values_list("code", "starts_on", "location", "fee"))

    def on(self, day: date, location: int | None = None) -> dict[str, Decimal]:
        """Dollars a unit by code; a location's own fee goes before the practice's."""
        return prices(self._rows, day, location)


class Rates:
    """What payers allow by contract, in one query. `payers`: ids."""

    def __init__(self, payers: Iterable[int]) -> None:
        self._payers: dict[int, list[Row]] = defaultdict(list)
        for row in ContractRate.objects.filter(payer__in=set(payers)):
            self._payers[row.payer_id].append((row.code, row.starts_on, row.location_id, row.rate))

    def on(self, payer: int, day: date, location: int | None = None) -> dict[str, Decimal]:
        """Dollars a unit that the payer allows, by code; codes without a rate are left out."""
        return prices(by_place(self._payers[payer]), day, location)

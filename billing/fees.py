"""The fee schedule, read once."""

from datetime import date
from decimal import Decimal

from billing.models import FeeSchedule


class Fees:
    """Usual fees by code and day, in one query."""

    def __init__(self) -> None:
        self.rows = list(FeeSchedule.objects.order_by("starts_on").values_list("code", "starts_on", "fee"))

    def on(self, day: date) -> dict[str, Decimal]:
        """Dollars a unit by code."""
        return {code: fee for code, starts_on, fee in self.rows if starts_on <= day}

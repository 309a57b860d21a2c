"""What the practice charges without a session, as it stands now."""

from decimal import Decimal

from billing.models import HouseFee


def amounts() -> dict[str, Decimal]:
    """Dollars by kind of fee; a kind the practice does not charge is left out."""
    newest = HouseFee.objects.order_by("kind", "-id").distinct("kind").values_list("kind", "amount")
    return {kind: amount for kind, amount in newest if amount is not None}

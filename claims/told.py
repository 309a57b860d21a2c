"""What claims tell billing of charges that wait at a payer."""

from collections.abc import Collection

from billing.invoicing.told import ClaimWord, teller
from claims.models import ClaimLine, Decision, Delivery

NOT_SENT = (Delivery.MADE, Delivery.QUEUED)


@teller
def claims_of(charges: Collection[int]) -> dict[int, ClaimWord]:
    """The newest claim on which each charge stands, in one question."""
    rows = ClaimLine.objects.filter(charge__in=charges).order_by("id").values_list(
        "charge", "claim", "claim__delivery", "claim__decision"
    )  # fmt: skip
    return {
        charge: ClaimWord(_state(delivery, decision), "claims:claim", claim)
        for charge, claim, delivery, decision in rows
    }


def _state(delivery: str, decision: str) -> str:
    if delivery == Delivery.REJECTED:
        return "rejected"
    if delivery in NOT_SENT:
        return "not sent"
    return "denied" if decision in (Decision.DENIED, Decision.PART_DENIED) else ""

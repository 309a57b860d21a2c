"""What would move to another payer: each day with its money, its claim and the new filing limit, before it is done."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Q, Sum

from billing.actions.moving import MOST, days_on, problem
from billing.ledger import Account
from billing.models import BillingDay, Charge, Entry
from claims.models import Claim, Decision, Delivery
from claims.scrubber import filing_limit
from clients.models import Client, Coverage
from practice.findings import BadInput
from practice.money import ZERO
from sessions.paying import Paying

SOON = timedelta(days=14)


@dataclass(frozen=True)
class Moved:
    """A day as it stands. Dollars; `limit` is the last day the new payer takes its claim, None for self-pay."""

    served_on: date
    services: str
    charged: Decimal
    insurance_paid: Decimal
    people_paid: Decimal
    claim: str
    limit: date | None


def preview(client: Client, source: Coverage | None, target: Coverage | None, first: date, last: date) -> list[Moved]:
    """The days that would move, oldest first. BadInput says why they cannot."""
    days = list(days_on(client, source, first, last)[: MOST + 1])
    if not days:
        raise BadInput(first="No charged visit of these days stands on this plan")
    if len(days) > MOST:
        raise BadInput(last=f"These are more than {MOST} days; move them in two times")
    if wrong := problem(days, target, Paying({row.client_id for row in days})):
        raise BadInput(target=wrong)
    charges: dict[int, list[Charge]] = defaultdict(list)
    for charge in Charge.objects.filter(day__in=days, reversed_by=None).order_by("code"):
        charges[charge.day_id or 0].append(charge)
    paid, claims = _paid(days), _claims(days)
    return [
        Moved(
            row.served_on,
            ", ".join(f"{charge.code}×{charge.units}" for charge in charges[row.pk]),
            sum((charge.amount for charge in charges[row.pk]), ZERO),
            paid.get(row.pk, (ZERO, ZERO))[0],
            paid.get(row.pk, (ZERO, ZERO))[1],
            claims.get(row.pk, ""),
            filing_limit(row.served_on, target.payer.filing_days) if target else None,
        )
        for row in days
    ]


def _paid(days: Sequence[BillingDay]) -> dict[int, tuple[Decimal, Decimal]]:
    """What insurance and people paid of days' charges, in dollars."""
    rows = Entry.objects.filter(account=Account.RECEIVABLE.value, charge__day__in=days, charge__reversed_by=None)
    sums = rows.values("charge__day").annotate(
        insurance=Sum("amount", filter=Q(reason="paid"), default=ZERO),
        people=Sum("amount", filter=Q(reason="applied"), default=ZERO),
    )
    return {row["charge__day"]: (-row["insurance"], -row["people"]) for row in sums}


def _claims(days: Sequence[BillingDay]) -> dict[int, str]:
    """What becomes of the newest claim of each day."""
    rows = Claim.objects.filter(day__in=days).exclude(delivery=Delivery.WITHDRAWN).order_by("id")
    return {claim.day_id: _becomes(claim) for claim in rows}


def _becomes(claim: Claim) -> str:
    if claim.delivery == Delivery.MADE:
        return f"{claim.number} is withdrawn; it was never sent"
    if claim.delivery == Delivery.QUEUED:
        return f"{claim.number} is about to be sent"
    if claim.decision in (Decision.PAID, Decision.PART_DENIED):
        return f"{claim.number} waits for the takeback"
    return f"{claim.number} was sent; tell its payer to void it"


def shown(row: Moved, today: date) -> dict[str, Any]:
    """A row of the preview."""
    late = row.limit is not None and row.limit < today
    soon = row.limit is not None and not late and row.limit < today + SOON
    state = {"word": "Passed", "kind": "bad", "icon": "exclamation-triangle"} if late else None
    return {
        "date": row.served_on,
        "services": row.services,
        "charged": row.charged,
        "insurance_paid": row.insurance_paid,
        "people_paid": row.people_paid,
        "claim": row.claim,
        "limit": row.limit,
        "state": {"word": "Soon", "kind": "warn", "icon": "clock"} if soon else state,
    }

"""Verbs about sliding fees: granting one by income, ending it."""

from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from billing.discounts.models import SlidingFee
from billing.discounts.sliding import LONGEST, holds_after
from clients.actions.changing import locked
from clients.models import Client
from practice import audit
from practice.findings import BadInput
from practice.models import Membership, local_today

MOST_INCOME = Decimal("10000000.00")
MOST_PEOPLE = 30
OLDEST = timedelta(days=366)


@transaction.atomic
def grant_sliding_fee(
    *,
    by: Membership,
    client: Client,
    percent: int,
    yearly_income: Decimal,
    household_size: int,
    proof: str,
    valid_from: date,
    valid_until: date,
) -> SlidingFee:
    """So many percent of the usual fee that a client is not asked for, between two days. Raises BadInput by field.

    It is taken off what is charged from now on for visits of these days; what was charged before stays as it is.
    """
    client = locked(client)
    proof = " ".join(proof.split())
    errors: dict[str, str] = {}
    if not 1 <= percent <= 100:
        errors["percent"] = "A discount is from 1 to 100 percent"
    if not 0 <= yearly_income <= MOST_INCOME:
        errors["yearly_income"] = f"A year's income is nothing or more, at most {MOST_INCOME:,.0f} dollars"
    if not 1 <= household_size <= MOST_PEOPLE:
        errors["household_size"] = f"A household is 1 to {MOST_PEOPLE} people"
    if not 3 <= len(proof) <= 120:
        errors["proof"] = "Say what you saw, such as a pay stub or a tax return"
    if not abs((valid_from - local_today()).days) <= OLDEST.days:
        errors["valid_from"] = "It begins within a year of today"
    if not valid_from <= valid_until <= valid_from + timedelta(days=LONGEST):
        errors["valid_until"] = "It ends on or after its first day, at most a year later: income is asked again"
    if errors:
        raise BadInput(errors)
    row = SlidingFee.objects.create(
        client=client, percent=percent, yearly_income=yearly_income, household_size=household_size, proof=proof,
        valid_from=valid_from, valid_until=valid_until, by=by,
    )  # fmt: skip
    days = f"{valid_from}/{valid_until}"
    audit.record("grant sliding fee", row, client_id=client.pk, percent=percent, days=days)
    return row


@transaction.atomic
def end_sliding_fee(*, by: Membership, client: Client, last_on: date, reason: str) -> SlidingFee:
    """The last day of a discount. It is a row of its own: what was granted stays on record. Raises BadInput."""
    client = locked(client)
    reason = " ".join(reason.split())
    if not 3 <= len(reason) <= 120:
        raise BadInput(reason="Say why in a few words")
    if last_on < local_today() - timedelta(days=1):
        raise BadInput(last_on="The last day is yesterday or later; visits before were charged by it")
    rows = list(SlidingFee.objects.filter(client__in=client.ids))
    if not holds_after((row.facts for row in rows), last_on):
        raise BadInput(last_on="No discount holds after this day")
    first, until = last_on + timedelta(days=1), max(row.valid_until for row in rows)
    row = SlidingFee.objects.create(client=client, percent=0, proof=reason, valid_from=first, valid_until=until, by=by)
    audit.record("end sliding fee", row, client_id=client.pk, last_on=last_on.isoformat())
    return row

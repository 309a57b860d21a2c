"""What other clinics billed Medicare for a client's therapy."""

from datetime import date
from decimal import Decimal

from django.db import transaction

from billing.codesets.thresholds import BUCKETS
from billing.models import OutsideTherapy
from clients.models import Client
from practice import audit, money, work
from practice.findings import BadInput
from practice.models import Membership, local_today

FIRST_YEAR = 2018  # before it there was a cap instead


@transaction.atomic
def record_outside_therapy(
    *, by: Membership, client: Client, year: int, bucket: str, amount: Decimal, as_of: date
) -> OutsideTherapy:
    """Dollars of a year that other clinics billed, as far as known on a day; it takes the place of an earlier figure.

    Claims that wait are looked at again: KX may be needed now, or no more.
    """
    if bucket not in BUCKETS:
        raise BadInput(bucket=f"Choose one of {', '.join(BUCKETS)}")
    if not FIRST_YEAR <= year <= local_today().year + 1:
        raise BadInput(year=f"Thresholds are known from {FIRST_YEAR} on")
    if amount < 0 or amount > money.LARGEST:
        raise BadInput(amount="An amount is nothing or more")
    if as_of > local_today() or as_of.year < year:
        raise BadInput(as_of="The day the figure is from lies in its year or later, and not in the future")
    row = OutsideTherapy.objects.create(client=client, year=year, bucket=bucket, amount=amount, as_of=as_of, by=by)
    audit.record("record outside therapy", row, client_id=client.pk, year=year, bucket=bucket, amount=str(amount))
    work.ring("claims.check_claims")
    return row

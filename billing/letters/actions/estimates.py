"""A good faith estimate, given before the care."""

from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db import transaction

from billing.fees import Fees
from billing.letters.estimating import printed
from billing.letters.frozen import kept
from billing.letters.good_faith import Item, due_on, latest_end, total
from billing.models import GoodFaithEstimate
from clients.models import Case, Client
from practice import audit, numbers
from practice.findings import BadInput, Conflict
from practice.models import Clinician, Location, Membership, local_today
from sessions.codes import CODES

SERIES, FIRST_NUMBER = "estimate", 1001
MOST_CODES, MOST_UNITS, MOST_VISITS = 8, 24, 366
MOST = Decimal("250000.00")  # dollars of a year; above it somebody mistyped
AHEAD = timedelta(days=366)
type Asked = tuple[str, int, int]  # code, units a visit, visits


@transaction.atomic
def give_estimate(
    *,
    by: Membership,
    case: Case,
    clinician: Clinician,
    location: Location,
    services: Sequence[Asked],
    frequency: str,
    starts_on: date,
    ends_on: date,
    asked_on: date,
    requested: bool,
    key: str,
) -> GoodFaithEstimate:
    """What a client who pays herself is told before the care, at the usual fees of the place on the first day.

    `asked_on` is the day the visit was booked or she asked (`requested`). The same key makes one; with other content
    it is a Conflict. Raises BadInput by field.
    """
    client = case.client.survivor
    Client.objects.select_for_update(of=("self",)).get(pk=client.pk)
    frequency, today = " ".join(frequency.split()), local_today()
    _check_days(starts_on, ends_on, asked_on, today)
    if not 1 <= len(frequency) <= 60:
        raise BadInput(frequency="Say how often, in at most 60 characters: “once a week”")
    items = priced(services, starts_on, location)
    said: dict[str, Any] = {
        "client_id": client.pk, "case_id": case.pk, "clinician_id": clinician.pk, "location_id": location.pk,
        "asked_on": asked_on, "requested": requested, "starts_on": starts_on, "ends_on": ends_on,
        "frequency": frequency, "total": total(items),
    }  # fmt: skip
    paper = kept(printed(case, clinician, location, items, today))
    known = GoodFaithEstimate.objects.filter(key=key).first()
    if known:
        same = all(getattr(known, name) == value for name, value in said.items())
        if not same or known.printed["lines"] != paper["lines"]:
            raise Conflict("This form gave another estimate before. Open it again.")
        return known
    [number] = numbers.take(SERIES, first=FIRST_NUMBER)
    made = GoodFaithEstimate.objects.create(
        number=number, given_on=today, printed=paper, key=key, made_by=by,
        due_on=due_on(asked_on=asked_on, requested=requested, first_visit=starts_on), **said,
    )  # fmt: skip
    audit.record("give estimate", made, client_id=client.pk, total=str(made.total))
    return made


def _check_days(starts_on: date, ends_on: date, asked_on: date, today: date) -> None:
    if not today <= starts_on <= today + AHEAD:
        raise BadInput(starts_on="An estimate comes before the care: the first visit is from today to a year ahead")
    if not starts_on <= ends_on <= latest_end(starts_on):
        raise BadInput(ends_on="One estimate speaks of twelve months at most, from the first visit on")
    if not today - AHEAD <= asked_on <= today:
        raise BadInput(asked_on="The day she asked or booked is today or in the year before")


def priced(services: Sequence[Asked], on: date, location: Location) -> list[Item]:
    """Services at the usual fees of a place on a day. Raises BadInput for what cannot be priced."""
    if not 1 <= len(services) <= MOST_CODES:
        raise BadInput(services=f"Enter 1 to {MOST_CODES} services")
    if len({code for code, _, _ in services}) != len(services):
        raise BadInput(services="Each service stands in one row: add its units and visits up")
    fees, items = Fees().on(on, location.pk), []
    for code, units, visits in services:
        if code not in CODES:
            raise BadInput(services=f"{code} is not a code we know")
        if code not in fees:
            raise BadInput(services=f"{code} has no usual fee yet. Set it first")
        if not (1 <= units <= MOST_UNITS and 1 <= visits <= MOST_VISITS):
            raise BadInput(services=f"{code}: 1 to {MOST_UNITS} units a visit, and 1 to {MOST_VISITS} visits")
        items.append(Item(code, fees[code], units, visits))
    if total(items) > MOST:
        raise BadInput(services=f"This comes to more than {MOST:,.0f} dollars; check units and visits")
    return items

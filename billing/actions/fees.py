"""What a service costs, and what payers allow for it. The past is never priced anew: a changed fee begins on a later day."""

from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from decimal import Decimal

from django.db import transaction

from billing.models import Charge, ContractRate, FeeSchedule
from billing.schedules.rows import NewPrice, bounded, read
from billing.schedules.standing import Row, Used, repriced
from clients.models import Payer
from practice import audit, work
from practice.findings import BadInput
from practice.locks import one_at_a_time
from practice.models import Location, Membership
from practice.templatetags.house import day
from sessions.codes import CODES

MOST = Decimal("10000.00")  # dollars a unit; above it somebody mistyped
AMBIGUOUS = 0  # the id of nothing
FIRST, LAST = date(2000, 1, 1), date(2099, 12, 31)


@transaction.atomic
def set_fee(
    *, by: Membership, code: str, fee: Decimal, starts_on: date, location: Location | None = None
) -> FeeSchedule:
    """The usual fee of a code from a day on. Days that waited for it are charged now.

    A location's own fee stands beside one for everywhere else, so that no visit is left without. A fee that visits
    were charged by is not changed: raises BadInput with the first day from which a new one may hold.
    """
    _check(code, "fee", fee, starts_on)
    one_at_a_time("fees")
    if location and not FeeSchedule.objects.filter(code=code, location=None, starts_on__lte=starts_on).exists():
        raise BadInput(location=f"Set the fee of {code} for everywhere first; a location's own stands beside it")
    place = location.pk if location else None
    if told := _rewritten([(code, starts_on, place, fee)]):
        raise BadInput(starts_on=told[code])
    row, _ = FeeSchedule.objects.update_or_create(
        code=code, starts_on=starts_on, location=location, defaults={"fee": fee}
    )
    audit.record("set fee", row, code=code, fee=str(fee), starts_on=starts_on.isoformat(), location=place)
    work.ring("billing.post_charges")
    return row


@transaction.atomic
def set_rate(
    *, by: Membership, payer: Payer, code: str, rate: Decimal, starts_on: date, location: Location | None = None
) -> ContractRate:
    """What a payer's contract allows for a code from a day on. Estimates follow; charges do not."""
    _check(code, "rate", rate, starts_on)
    row, _ = ContractRate.objects.update_or_create(
        payer=payer, code=code, starts_on=starts_on, location=location, defaults={"rate": rate}
    )
    place = location.pk if location else None
    since = starts_on.isoformat()
    audit.record("set rate", row, payer=payer.pk, location=place, code=code, rate=str(rate), starts_on=since)
    return row


@transaction.atomic
def import_fees(*, by: Membership, body: bytes) -> tuple[int, int]:
    """A whole schedule from a table (`billing.schedules.rows`), all of it or nothing; how many (fees, rates).

    Raises BadInput with a sentence for each cell that is wrong: "line 3, fee". What is in force already changes nothing.
    """
    rows = read(body)
    one_at_a_time("fees")
    locations = _by_name((place.name, place.pk) for place in Location.objects.all())
    payers = _by_name(
        (name, payer.pk) for payer in Payer.objects.all() for name in (payer.name, payer.short_name, payer.payer_id)
    )
    errors: dict[str, str] = {}
    for row in rows:
        errors |= _wrong(row, locations, payers)
    errors |= _twice(rows)
    fees = [(row, _priced(row, locations)) for row in rows if not row.payer]
    if not errors:
        errors = _alone(fees) or _past(fees)
    if errors:
        raise BadInput(bounded(errors))
    written = _write_fees([price for _, price in fees])
    rates = _write_rates([(payers[row.payer.casefold()], _priced(row, locations)) for row in rows if row.payer])
    audit.record_many("set fee", written)
    audit.record_many("set rate", rates)
    work.ring("billing.post_charges")
    return len(written), len(rates)


def _by_name(rows: Iterable[tuple[str, int]]) -> dict[str, int]:
    """Ids by name, whatever its case; AMBIGUOUS where two are called so."""
    found: dict[str, int] = {}
    for name, pk in rows:
        found[name.casefold()] = pk if found.get(name.casefold(), pk) == pk else AMBIGUOUS
    return found


def _wrong(row: NewPrice, locations: dict[str, int], payers: dict[str, int]) -> dict[str, str]:
    errors: dict[str, str] = {}
    try:
        _check(row.code, "fee", row.fee, row.starts_on)
    except BadInput as bad:
        errors = {f"line {row.line}, {name.replace('starts_on', 'from')}": text for name, text in bad.errors.items()}
    if row.location and row.location.casefold() not in locations:
        errors[f"line {row.line}, location"] = f"There is no location “{row.location[:40]}”"
    elif row.location and locations[row.location.casefold()] == AMBIGUOUS:
        errors[f"line {row.line}, location"] = f"Two locations are called “{row.location[:40]}”; give one another name"
    if row.payer and row.payer.casefold() not in payers:
        errors[f"line {row.line}, payer"] = f"There is no payer “{row.payer[:40]}”"
    elif row.payer and payers[row.payer.casefold()] == AMBIGUOUS:
        errors[f"line {row.line}, payer"] = f"Two payers are called “{row.payer[:40]}”; write the payer ID"
    return errors


def _twice(rows: Iterable[NewPrice]) -> dict[str, str]:
    first: dict[tuple[str, date, str, str], int] = {}
    errors = {}
    for row in rows:
        line = first.setdefault((row.code, row.starts_on, row.location.casefold(), row.payer.casefold()), row.line)
        if line != row.line:
            errors[f"line {row.line}, code"] = f"Line {line} says the same code, day, location and payer"
    return errors


def _priced(row: NewPrice, locations: dict[str, int]) -> Row:
    return row.code, row.starts_on, locations.get(row.location.casefold()), row.fee


def _alone(fees: Sequence[tuple[NewPrice, Row]]) -> dict[str, str]:
    """A location's own fees that would stand beside none for everywhere."""
    known = FeeSchedule.objects.filter(location=None, code__in={row.code for row, _ in fees})
    everywhere = [*known.values_list("code", "starts_on"), *(price[:2] for _, price in fees if price[2] is None)]
    first: dict[str, date] = {}
    for code, starts_on in everywhere:
        first[code] = min(starts_on, first.get(code, starts_on))
    return {
        f"line {row.line}, location": f"Set the fee of {row.code} for everywhere first, from the same day or before"
        for row, price in fees
        if price[2] is not None and first.get(row.code, date.max) > row.starts_on
    }


def _past(fees: Sequence[tuple[NewPrice, Row]]) -> dict[str, str]:
    told = _rewritten([price for _, price in fees])
    return {f"line {row.line}, from": told[row.code] for row, _ in fees if row.code in told}


def _rewritten(changed: Sequence[Row]) -> dict[str, str]:
    """Why prices may not be set so, by code: visits were charged by what stands."""
    codes = {row[0] for row in changed}
    known = FeeSchedule.objects.filter(code__in=codes).values_list("code", "starts_on", "location", "fee")
    charged = Charge.objects.filter(day__isnull=False, code__in=codes, reversed_by=None, location__isnull=False)
    days = charged.filter(served_on__gte=min((row[1] for row in changed), default=LAST))
    rows = days.order_by().values_list("code", "served_on", "location").distinct()
    used: list[Used] = [(code, on, place or 0) for code, on, place in rows]
    return {
        code: f"Visits up to {day(last)} were charged by the fee that stands; let the new one begin on "
        f"{day(last + timedelta(days=1))} or later"
        for code, last in repriced(list(known), changed, used).items()
    }


def _write_fees(prices: Sequence[Row]) -> list[FeeSchedule]:
    rows = [FeeSchedule(code=c, starts_on=on, location_id=place, fee=fee) for c, on, place, fee in prices]
    unique = ["practice", "code", "starts_on", "location"]
    return FeeSchedule.objects.bulk_create(rows, update_conflicts=True, update_fields=["fee"], unique_fields=unique)


def _write_rates(prices: Sequence[tuple[int, Row]]) -> list[ContractRate]:
    rows = [
        ContractRate(payer_id=payer, code=code, starts_on=on, location_id=place, rate=rate)
        for payer, (code, on, place, rate) in prices
    ]
    unique = ["practice", "payer", "code", "starts_on", "location"]
    return ContractRate.objects.bulk_create(rows, update_conflicts=True, update_fields=["rate"], unique_fields=unique)


def _check(code: str, field: str, amount: Decimal, starts_on: date) -> None:
    if code not in CODES:
        raise BadInput(code=f"{code} is not a service code this practice knows")
    if not 0 < amount <= MOST:
        raise BadInput({field: f"It is more than nothing and at most {MOST:,.0f} dollars a unit"})
    if not FIRST <= starts_on <= LAST:
        raise BadInput(starts_on=f"A fee begins between {FIRST.year} and {LAST.year}")

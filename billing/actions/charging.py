"""From signed minutes to charges: a day is recomputed whole, equal charges stay, others are reversed."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet

from billing import ledger
from billing.actions.posting import post, reverse
from billing.ledger import Party
from billing.models import BillingDay, Charge, DayLine, Entry, FeeSchedule
from billing.pricing import copay_shares, price
from billing.units import Minutes, Rule, count, share_out
from clients.coverage import after, first_on
from clients.models import Coverage
from practice import audit, work
from practice.findings import BadInput
from practice.models import Membership, local_today
from practice.money import ZERO
from sessions.models import ServiceLine

DAYS_A_ROUND = 100
SELF_PAY_RULE = Rule.MIDPOINT  # a person who pays herself is charged by the code's own definition


@transaction.atomic
def set_fee(*, by: Membership, code: str, fee: Decimal, starts_on: date) -> FeeSchedule:
    """The usual fee of a code from a day on. Days that waited for it are charged now."""
    if fee <= 0:
        raise BadInput(fee="A fee is more than nothing")
    row, _ = FeeSchedule.objects.update_or_create(code=code, starts_on=starts_on, defaults={"fee": fee})
    audit.record("set fee", row)
    work.ring("billing.post_charges")
    return row


def post_charges() -> bool:
    """Take signed lines that billing has not taken, day by day; True when more wait.

    A day that holds a code without a fee waits whole: its units depend on all of its minutes.
    """
    today = local_today()
    waiting = untaken_lines().filter(session__served_on__lte=today).exclude(_unpriced_day())
    keys = list(
        waiting.values_list("session__client_id", "session__served_on", "session__case__discipline")
        .order_by("session__served_on", "session__client_id", "session__case__discipline")
        .distinct()[: DAYS_A_ROUND + 1]
    )
    for client_id, served_on, discipline in keys[:DAYS_A_ROUND]:
        _charge_day(client_id, served_on, discipline, today)
    if keys:
        work.ring("claims.make_claims")
    return len(keys) > DAYS_A_ROUND


def untaken_lines() -> QuerySet[ServiceLine]:
    """Versions of signed lines that billing has not taken."""
    return ServiceLine.objects.filter(~Exists(DayLine.objects.filter(line=OuterRef("pk"))))


def _unpriced_day() -> Exists:
    """Whether the line's client, day and discipline hold a code that has no fee yet."""
    fee = FeeSchedule.objects.filter(code=OuterRef("code"), starts_on__lte=OuterRef("session__served_on"))
    return Exists(
        ServiceLine.objects.filter(
            ~Exists(fee),
            session__client=OuterRef("session__client"),
            session__served_on=OuterRef("session__served_on"),
            session__case__discipline=OuterRef("session__case__discipline"),
        )
    )


def _charge_day(client_id: int, served_on: date, discipline: str, today: date) -> None:
    lines = list(
        untaken_lines()
        .filter(session__client_id=client_id, session__served_on=served_on, session__case__discipline=discipline)
        .select_related("session")
        .order_by("id")
    )
    if not lines:
        return
    coverages = list(Coverage.objects.filter(client_id=client_id).select_related("payer"))
    first = first_on((c.facts for c in coverages), served_on)
    coverage = next((c for c in coverages if first and c.pk == first.id), None)
    day = _lock_day(client_id, served_on, discipline, coverage, lines[0].session.case_id)
    DayLine.objects.bulk_create([DayLine(day=day, line=line) for line in lines], ignore_conflicts=True)
    _recompute(day, coverages, coverage, today)


def _lock_day(client_id: int, served_on: date, discipline: str, coverage: Coverage | None, case_id: int) -> BillingDay:
    """The day's row, held: two sessions signed at once recompute it one after the other."""
    key = {"client_id": client_id, "served_on": served_on, "discipline": discipline, "coverage": coverage}
    BillingDay.objects.bulk_create([BillingDay(**key, case_id=case_id)], ignore_conflicts=True)
    if coverage is None:
        key["coverage__isnull"] = not key.pop("coverage")
    return BillingDay.objects.select_for_update().get(**key)


@dataclass(frozen=True)
class Wanted:
    """A charge the day should have."""

    code: str
    clinician_id: int
    location_id: int
    units: int
    minutes: int
    amount: Decimal

    @property
    def place(self) -> tuple[str, int, int]:
        return self.code, self.clinician_id, self.location_id


def _recompute(day: BillingDay, coverages: list[Coverage], coverage: Coverage | None, today: date) -> None:
    rule = Rule(coverage.payer.unit_rule) if coverage else SELF_PAY_RULE
    wanted = {w.place: w for w in _wanted(day, rule)}
    live = {(c.code, c.clinician_id, c.location_id): c for c in Charge.objects.filter(day=day, reversed_by=None)}
    kept: list[Charge] = []
    gone: list[Charge] = []
    for place, charge in live.items():
        target = wanted.get(place)
        same = target is not None and (target.units, target.amount) == (charge.units, charge.amount)
        (kept if same else gone).append(charge)
    _reverse_charges(gone, today)
    staying = {(c.code, c.clinician_id, c.location_id) for c in kept}
    made = Charge.objects.bulk_create(
        Charge(
            client_id=day.client_id,
            day=day,
            served_on=day.served_on,
            code=w.code,
            clinician_id=w.clinician_id,
            location_id=w.location_id,
            units=w.units,
            minutes=w.minutes,
            amount=w.amount,
        )
        for place, w in wanted.items()
        if place not in staying
    )
    _post_charges(day, made, kept, coverages, coverage, today)


def _wanted(day: BillingDay, rule: Rule) -> list[Wanted]:
    """The charges of the day by its newest minutes: units by code, shared out among who gave them."""
    lines = current_minutes(day)
    if not lines:
        return []
    counted = count([Minutes(line.code, line.minutes) for line in lines], rule)
    given: dict[str, dict[tuple[int, int], int]] = defaultdict(lambda: defaultdict(int))
    for line in lines:
        given[line.code][line.clinician_id, line.session.location_id] += line.minutes
    fees = _fees(set(given), day.served_on)
    wanted = []
    for earned in counted.lines:
        people = given[earned.code]
        for (who, where), units in zip(people, share_out(earned.units, list(people.values())), strict=True):
            if units:
                amount = price(units=units, fee=fees[earned.code])
                wanted.append(Wanted(earned.code, who, where, units, people[who, where], amount))
    return wanted


def current_minutes(day: BillingDay) -> list[ServiceLine]:
    """The newest taken version of each line of the day, those taken back left out."""
    newest = (
        ServiceLine.objects.filter(day_lines__day=day)
        .select_related("session")
        .order_by("session_id", "position", "-version")
        .distinct("session_id", "position")
    )
    return sorted((line for line in newest if line.minutes), key=lambda line: (line.session.starts_at, line.position))


def _fees(codes: Iterable[str], on: date) -> dict[str, Decimal]:
    rows = FeeSchedule.objects.filter(code__in=codes, starts_on__lte=on).order_by("code", "-starts_on").distinct("code")
    return dict(rows.values_list("code", "fee"))


def _reverse_charges(charges: list[Charge], today: date) -> None:
    """Take back what charging itself posted; what a payer or a person paid stays where it was applied."""
    keys = [f"{kind}:{charge.pk}" for charge in charges for kind in ("charge", "copay")]
    if not keys:
        return
    own = dict(Entry.objects.filter(posting__key__in=keys).values_list("posting__key", "posting_id"))
    ids = reverse(postings=list(own.values()), key="reverse", on=today, by=None, memo="the day was recomputed")
    for charge in charges:
        charge.reversed_by_id = ids[f"reverse:{own[f'charge:{charge.pk}']}"]
        charge.save(update_fields=["reversed_by"])


def _post_charges(
    day: BillingDay,
    made: list[Charge],
    kept: list[Charge],
    coverages: list[Coverage],
    coverage: Coverage | None,
    today: date,
) -> None:
    guarantor = Party.contact(day.client.guarantor_id)
    owed_by = Party.coverage(coverage.pk) if coverage else guarantor
    movements = [
        ledger.charge(key=f"charge:{c.pk}", on=today, charge=c.pk, amount=c.amount, owed_by=owed_by) for c in made
    ]
    last_payer = coverage is not None and after((c.facts for c in coverages), day.served_on, coverage.pk) is None
    if coverage is not None and coverage.copay and last_payer:
        moved = -sum(
            Entry.objects.filter(charge__in=kept, reason="expected copay", coverage=coverage).values_list(
                "amount", flat=True
            ),
            ZERO,
        )
        shares = copay_shares(coverage.copay - moved, [c.amount for c in made])
        movements += [
            ledger.transfer(
                key=f"copay:{charge.pk}",
                on=today,
                charge=charge.pk,
                amount=share,
                source=owed_by,
                target=guarantor,
                reason="expected copay",
            )
            for charge, share in zip(made, shares, strict=True)
            if share
        ]
    post(movements, by=None)

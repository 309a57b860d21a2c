"""From charges to claims, and the scrubber's word on each."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import asdict

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from billing.models import BillingDay, Charge
from billing.modifiers import for_line
from claims.facts import facts_of, with_everything
from claims.models import Claim, ClaimEvent, ClaimLine, Delivery
from claims.rules import RULES
from claims.scrubber import scrub
from clients.models import Authorization
from practice import audit, clock, numbers
from practice.findings import Conflict, worst
from practice.identifiers import with_check_digit
from practice.models import Clinician, Membership, local_today
from practice.money import ZERO

DAYS_A_ROUND = 100
FIRST_NUMBER = 10001


def make_claims() -> bool:
    """Make or remake the claims of days whose charges are not on one; True when more wait."""
    on_claim = ClaimLine.objects.filter(charge=OuterRef("pk"), live=True)
    stale = Q(reversed_by__isnull=True) & ~Exists(on_claim) | Q(reversed_by__isnull=False) & Exists(on_claim)
    days = list(
        Charge.objects.filter(stale, day__coverage__isnull=False, served_on__lte=local_today())
        .exclude(day__claims__delivery=Delivery.QUEUED)  # its bell rings when the file is sent or taken back
        .values_list("day", flat=True)
        .order_by("day")
        .distinct()[: DAYS_A_ROUND + 1]
    )
    fresh: list[Claim] = []
    for day_id in days[:DAYS_A_ROUND]:
        fresh += _claims_of(day_id)
    check_claims(fresh)
    return len(days) > DAYS_A_ROUND


def _claims_of(day_id: int) -> list[Claim]:
    day = BillingDay.objects.select_for_update(of=("self",)).select_related("coverage").get(pk=day_id)
    charges = Charge.objects.filter(day=day, reversed_by=None).select_related("clinician__supervisor").order_by("id")
    groups: dict[tuple[Clinician, int], list[Charge]] = defaultdict(list)
    for charge in charges:
        groups[charge.clinician.rendering, charge.location_id].append(charge)
    standing = {
        (claim.clinician, claim.location_id): claim
        for claim in Claim.objects.filter(day=day)
        .exclude(delivery=Delivery.WITHDRAWN)
        .select_related("clinician")
        .order_by("id")
    }
    made = []
    for place in dict.fromkeys([*groups, *standing]):
        claim = _claim_for(day, place, groups.get(place, []), standing.get(place))
        if claim:
            made.append(claim)
    return made


def _claim_for(day: BillingDay, place: tuple[Clinician, int], charges: list[Charge], old: Claim | None) -> Claim | None:
    """The new claim of a place, or None when the old one still says what was charged."""
    if old is not None:
        live = set(ClaimLine.objects.filter(claim=old, live=True).values_list("charge_id", flat=True))
        if live == {charge.pk for charge in charges}:
            return None
        ClaimLine.objects.filter(claim=old, live=True).update(live=False)
        if old.delivery == Delivery.MADE:
            Claim.objects.filter(pk=old.pk).update(delivery=Delivery.WITHDRAWN)
            ClaimEvent.objects.create(claim=old, what="withdrawn", detail="the day was charged differently")
            old = old.replaces
        else:
            ClaimEvent.objects.create(
                claim=old, what="outdated", detail="the day was charged differently after sending"
            )
    return _make(day, place, charges, old) if charges else None


def _make(day: BillingDay, place: tuple[Clinician, int], charges: list[Charge], replaces: Claim | None) -> Claim:
    coverage = day.coverage
    assert coverage is not None
    number = numbers.take("claim", first=FIRST_NUMBER)[0]
    claim = Claim.objects.create(
        number=number,
        day=day,
        client_id=day.client_id,
        case_id=day.case_id,
        coverage=coverage,
        payer_id=coverage.payer_id,
        clinician=place[0],
        location_id=place[1],
        served_on=day.served_on,
        total=sum((charge.amount for charge in charges), ZERO),
        frequency="7" if replaces and replaces.delivery != Delivery.REJECTED else "1",
        replaces=replaces,
    )
    payer, control = coverage.payer, with_check_digit(number)
    ClaimLine.objects.bulk_create(
        ClaimLine(
            claim=claim,
            position=position,
            charge=charge,
            control=f"{control}L{position}",
            code=charge.code,
            modifiers=for_line(
                discipline=day.discipline,
                assistant=charge.clinician.assistant,
                wants_therapy=payer.needs_therapy_modifier,
                wants_assistant=payer.needs_assistant_modifier,
            ),
            units=charge.units,
            amount=charge.amount,
        )
        for position, charge in enumerate(charges, start=1)
    )
    ClaimEvent.objects.create(claim=claim, what="made")
    return claim


@transaction.atomic
def make_again(*, by: Membership, claim: Claim) -> Claim:
    """A rejected claim never reached the payer's books: ask again as an original, with what is on file now."""
    day = BillingDay.objects.select_for_update(of=("self",)).select_related("coverage").get(pk=claim.day_id)
    claim = Claim.objects.select_related("clinician").get(pk=claim.pk)
    if claim.delivery != Delivery.REJECTED or claim.replaced_by.exists():
        raise Conflict("Only a rejected claim is made again, and only once.")
    lines = ClaimLine.objects.filter(claim=claim, live=True).select_related("charge__clinician")
    charges = [line.charge for line in lines]
    lines.update(live=False)
    fresh = _make(day, (claim.clinician, claim.location_id), charges, claim)
    audit.record("make again", fresh, client_id=fresh.client_id, replaces=claim.number)
    return check_claims([fresh])[0]


@transaction.atomic
def check_claims(claims: Iterable[Claim]) -> list[Claim]:
    """Scrub claims that may still change and keep what was found; the claims, fresh."""
    ids = [claim.pk for claim in claims]
    rows = list(with_everything(Claim.objects.filter(pk__in=ids, delivery=Delivery.MADE)).order_by("id"))
    facts = facts_of(rows) if rows else {}
    leaves = dict(Authorization.objects.filter(case__in={claim.case_id for claim in rows}).values_list("number", "id"))
    for claim in rows:
        findings = scrub(facts[claim.pk], RULES)
        claim.findings = [asdict(finding) for finding in findings]
        claim.worst = worst(findings) or ""
        claim.authorization_id = leaves.get(facts[claim.pk].authorization)
        claim.checked_at = clock.now()
    Claim.objects.bulk_update(rows, ["findings", "worst", "authorization", "checked_at"])
    return rows


def check_waiting(claims: Sequence[int] | None = None) -> int:
    """Check all claims that wait to be sent again, or some of them; how many."""
    waiting = Claim.objects.filter(delivery=Delivery.MADE, served_on__lte=local_today())
    if claims is not None:
        waiting = waiting.filter(pk__in=claims)
    return len(check_claims(waiting.only("id")))

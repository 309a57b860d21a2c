"""From charges to claims, and the scrubber's word on each."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass

from django.db import transaction
from django.db.models import Exists, OuterRef, Q

from billing.marking import marked
from billing.models import BillingDay, Charge
from billing.modifiers import Marked
from claims import rendering
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
type Place = tuple[Clinician, int, str]  # who renders, at which location, and a place of service that is not its own


def make_claims() -> bool:
    """Make or remake the claims of days whose charges are not on one; True when more wait."""
    on_claim = ClaimLine.objects.filter(charge=OuterRef("pk"), live=True)
    stale = Q(reversed_by__isnull=True) & ~Exists(on_claim) | Q(reversed_by__isnull=False) & Exists(on_claim)
    days = list(
        Charge.objects.filter(stale, claimable=True, served_on__lte=local_today())
        .exclude(day__coverage=None, reversed_by=None)
        .filter(day__isnull=False)
        .exclude(day__claims__delivery=Delivery.QUEUED)  # its bell rings when the file is sent or taken back
        .values_list("day", flat=True)
        .order_by("day")
        .distinct()[: DAYS_A_ROUND + 1]
    )
    check_claims(_make_all(_outdated(days[:DAYS_A_ROUND])))
    return len(days) > DAYS_A_ROUND


@dataclass(frozen=True)
class _Plan:
    """A claim to be made: the charges of a day that one clinician renders at one place."""

    day: BillingDay
    clinician: Clinician
    location_id: int
    place_of_service: str
    charges: list[Charge]
    replaces: Claim | None


def _outdated(days: Sequence[int]) -> list[_Plan]:
    """The claims that days lack. A standing claim that says something else gives way."""
    locked = BillingDay.objects.select_for_update(of=("self",)).select_related("coverage__payer")
    held = list(locked.filter(pk__in=days).order_by("id"))
    standing: dict[int, dict[Place, Claim]] = defaultdict(dict)
    asked: dict[tuple[int, Place, int], Claim] = {}  # the newest of each payer: a day may move away and back
    sent = Claim.objects.filter(day__in=days).exclude(delivery=Delivery.WITHDRAWN).select_related("clinician")
    for claim in sent.order_by("id"):
        place = (claim.clinician, claim.location_id, claim.place_of_service)
        standing[claim.day_id][place] = claim
        if claim.delivery != Delivery.MADE:
            asked[claim.day_id, place, claim.coverage_id] = claim
    lines = _live_charges([claim for places in standing.values() for claim in places.values()])
    charged = _charged(held, standing, lines)
    plans = []
    for day in held:
        groups, old = charged[day.pk], standing[day.pk]
        for place in dict.fromkeys([*groups, *old]):
            charges, stands = groups.get(place, []), old.get(place)
            if stands and lines[stands.pk] == {charge.pk for charge in charges}:
                continue
            replaces = _give_way(stands, day) if stands else None
            if stands and stands.coverage_id != day.coverage_id:
                replaces = asked.get((day.pk, place, day.coverage_id or 0))
            if charges:
                plans.append(_Plan(day, *place, charges, replaces))
    return plans


def _charged(
    days: Sequence[BillingDay], standing: Mapping[int, Mapping[Place, Claim]], lines: Mapping[int, set[int]]
) -> dict[int, dict[Place, list[Charge]]]:
    """The live charges of days by who renders them where. What was sent under a name stays under it."""
    sent = {
        charge: claim.clinician
        for places in standing.values()
        for claim in places.values()
        if claim.delivery != Delivery.MADE
        for charge in lines[claim.pk]
    }
    charged: dict[int, dict[Place, list[Charge]]] = defaultdict(lambda: defaultdict(list))
    insured = [day for day in days if day.coverage]
    live = Charge.objects.filter(day__in=insured, claimable=True, reversed_by=None).select_related(*rendering.NEEDS)
    renders = rendering.renderer({day.coverage.payer for day in days if day.coverage})
    for charge in live.order_by("id"):
        place = (sent.get(charge.pk) or renders(charge), charge.location_id or 0, charge.place_of_service)
        charged[charge.day_id or 0][place].append(charge)
    return charged


def _live_charges(claims: Sequence[Claim]) -> dict[int, set[int]]:
    """The charges that stand on claims."""
    found: dict[int, set[int]] = defaultdict(set)
    for claim, charge in ClaimLine.objects.filter(claim__in=claims, live=True).values_list("claim", "charge"):
        found[claim].add(charge)
    return found


def _give_way(claim: Claim, day: BillingDay) -> Claim | None:
    """Let go of a claim whose day was charged differently; the claim that the next one replaces.

    A day that moved to another payer is asked of that one as an original; the first takes back what it paid.
    """
    ClaimLine.objects.filter(claim=claim, live=True).update(live=False)
    if Claim.objects.filter(pk=claim.pk, delivery=Delivery.MADE).update(delivery=Delivery.WITHDRAWN):
        ClaimEvent.objects.create(claim=claim, what="withdrawn", detail="the day was charged differently")
        return claim.replaces if claim.coverage_id == day.coverage_id else None
    moved = claim.coverage_id != day.coverage_id
    detail = (
        "moved to another payer; its payer takes back" if moved else "the day was charged differently after sending"
    )
    ClaimEvent.objects.create(claim=claim, what="outdated", detail=detail)
    return None if moved else claim


def _make_all(plans: Sequence[_Plan]) -> list[Claim]:
    """The claims of plans with their lines, in a constant number of statements."""
    if not plans:
        return []
    numbered = zip(plans, numbers.take("claim", len(plans), first=FIRST_NUMBER), strict=True)
    claims = Claim.objects.bulk_create(_claim(plan, number) for plan, number in numbered)
    marks = marked({plan.day for plan in plans})
    ClaimLine.objects.bulk_create(
        line for plan, claim in zip(plans, claims, strict=True) for line in _lines(plan, claim, marks)
    )
    ClaimEvent.objects.bulk_create(ClaimEvent(claim=claim, what="made") for claim in claims)
    return claims


def _claim(plan: _Plan, number: int) -> Claim:
    day, coverage, replaces = plan.day, plan.day.coverage, plan.replaces
    assert coverage is not None
    return Claim(
        number=number,
        day=day,
        client_id=day.client_id,
        case_id=day.case_id,
        coverage=coverage,
        payer_id=coverage.payer_id,
        clinician=plan.clinician,
        location_id=plan.location_id,
        place_of_service=plan.place_of_service,
        served_on=day.served_on,
        total=sum((charge.amount for charge in plan.charges), ZERO),
        frequency="7" if replaces and replaces.on_the_books() else "1",
        replaces=replaces,
    )


def _lines(plan: _Plan, claim: Claim, marks: Mapping[int, Marked]) -> Iterator[ClaimLine]:
    control = with_check_digit(claim.number)
    for position, charge in enumerate(plan.charges, start=1):
        yield ClaimLine(
            claim=claim,
            position=position,
            charge=charge,
            control=f"{control}L{position}",
            code=charge.code,
            modifiers=marks[charge.pk].modifiers,
            units=charge.units,
            amount=charge.amount,
        )


def _mark_again(claims: Sequence[Claim]) -> Mapping[int, Marked]:
    """Modifiers of claims that were not sent yet, by what is known now: the year's threshold may have been passed.

    Gives the marks of their charges.
    """
    marks = marked({claim.day for claim in claims})
    stale = []
    for line in ClaimLine.objects.filter(claim__in=claims, live=True):
        modifiers = list(marks[line.charge_id].modifiers) if line.charge_id in marks else line.modifiers
        if line.modifiers != modifiers:
            line.modifiers = modifiers
            stale.append(line)
    ClaimLine.objects.bulk_update(stale, ["modifiers"])
    return marks


@transaction.atomic
def make_again(*, by: Membership, claim: Claim) -> Claim:
    """A rejected claim never reached the payer's books: ask again as an original, with what is on file now."""
    day = BillingDay.objects.select_for_update(of=("self",)).select_related("coverage__payer").get(pk=claim.day_id)
    claim = Claim.objects.select_related("clinician", "payer").get(pk=claim.pk)
    if claim.delivery != Delivery.REJECTED or claim.replaced_by.exists():
        raise Conflict("Only a rejected claim is made again, and only once.")
    lines = ClaimLine.objects.filter(claim=claim, live=True)
    charges = [line.charge for line in lines.select_related(*(f"charge__{need}" for need in rendering.NEEDS))]
    if not charges:
        raise Conflict("Its charges were taken back; nothing is left to ask for.")
    if any(charge.reversed_by_id or not charge.claimable for charge in charges):
        raise Conflict("The day is being charged differently; its new claim follows by itself.")
    lines.update(live=False)
    now = {*map(rendering.renderer([claim.payer]), charges)}
    clinician = now.pop() if len(now) == 1 else claim.clinician
    fresh = _make_all([_Plan(day, clinician, claim.location_id, claim.place_of_service, charges, claim)])[0]
    audit.record("make again", fresh, client_id=fresh.client_id, replaces=claim.number)
    return check_claims([fresh])[0]


@transaction.atomic
def check_claims(claims: Iterable[Claim]) -> list[Claim]:
    """Scrub claims that may still change and keep what was found; the claims, fresh."""
    ids = [claim.pk for claim in claims]
    rows = list(with_everything(Claim.objects.filter(pk__in=ids, delivery=Delivery.MADE)).order_by("id"))
    facts = facts_of(rows, _mark_again(rows)) if rows else {}
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
    """Check all claims that wait to be sent again, or some of them; how many.

    A claim that another clinician renders by now gives way to one that says so.
    """
    waiting = Claim.objects.filter(delivery=Delivery.MADE, served_on__lte=local_today())
    if claims is not None:
        waiting = waiting.filter(pk__in=claims)
    moved = rendering.days_rendered_otherwise(waiting)
    if moved:
        check_claims(_make_all(_outdated(moved)))
    return len(check_claims(waiting.only("id")))

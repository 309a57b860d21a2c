"""From rows to the modifiers of a day's lines: what the payer wants, where it was, the edits, the year's threshold.

The panel asks for minutes as they are typed, claims for charges: both get them from the same heart.
"""

from collections import defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from billing.codesets.edits import Edits, Pair
from billing.codesets.lookup import edits_for
from billing.fees import Fees
from billing.models import BillingDay, Charge
from billing.modifiers import Ask, Line, Marked, Setting, Wishes, asks, for_day
from billing.therapy_year import TherapyYears
from billing.units import Counted
from clients.models import Payer, PlanType
from practice.money import ZERO


@dataclass(frozen=True)
class Where:
    """A day with a payer. `client` None: nobody's yet, with `accrued` dollars of the year."""

    payer: Payer
    discipline: str
    on: date
    client: int | None = None
    billing_day: int | None = None
    accrued: Decimal | None = None
    place_of_service: str = "11"
    audio_only: bool = False


@dataclass(frozen=True)
class Billable:
    """A line to be billed; of a code that an assistant gave in part there are two."""

    code: str
    units: int
    assisted: bool
    marked: Marked


def has_threshold(payer: Payer) -> bool:
    """Whether the payer looks at Medicare's yearly therapy threshold."""
    return payer.plan_type == PlanType.MEDICARE


def wishes_of(payer: Payer) -> Wishes:
    """What a payer asks for, from its row."""
    return Wishes(
        discipline=payer.needs_therapy_modifier,
        assistant=payer.needs_assistant_modifier,
        threshold=has_threshold(payer),
        telehealth=payer.needs_telehealth_modifier,
        order=tuple(payer.modifier_order),
    )


def of_count(
    counted: Counted,
    where: Where,
    attested: Mapping[str, tuple[str, ...]],
    under: Mapping[str, tuple[str, ...]] | None = None,
) -> tuple[list[Billable], list[Ask]]:
    """The lines that a count of units makes, as their claim will say them, and what must still be said of them.

    By code, `attested` is what who treated says, `under` the modifiers of the advance notice it stands under.
    """
    parts = [
        (line.code, units, assisted)
        for line in counted.lines
        for units, assisted in ((line.units - line.assisted, False), (line.assisted, True))
        if units
    ]
    codes = {code for code, _, _ in parts}
    years, fees = None, {}
    if has_threshold(where.payer):
        years = TherapyYears({where.client} if where.client else (), {where.on.year}, codes)
        fees = Fees().on(where.on)
    setting = _setting(where, years, edits_for({where.on: codes})[where.on])
    lines = [
        Line(
            code,
            assisted,
            attested.get(code, ()),
            years.expected(code, units, units * fees.get(code, ZERO)) if years else ZERO,
            (under or {}).get(code, ()),
        )
        for code, units, assisted in parts
    ]
    found = for_day(lines, setting, wishes_of(where.payer))
    return [Billable(*part, one) for part, one in zip(parts, found, strict=True)], asks(lines, setting.pairs)


def _setting(where: Where, years: TherapyYears | None, edits: Edits) -> Setting:
    accrued = where.accrued
    if years and where.client:
        accrued = years.before(where.client, where.discipline, where.on, where.billing_day)
    return Setting(
        discipline=where.discipline,
        place_of_service=where.place_of_service,
        audio_only=where.audio_only,
        pairs=_pairs(where.payer, edits),
        accrued=accrued,
        threshold=years.threshold(where.discipline, where.on.year) if years else None,
    )


def _pairs(payer: Payer, edits: Edits) -> tuple[Pair, ...]:
    """The national edits of a day and the payer's own pairs, whose second code carries the modifier."""
    own = (Pair(first, second, may_be_separate=True) for first, second in payer.distinct_pairs)
    return (*edits.pairs, *(pair for pair in own if pair not in edits.pairs))


def marked(days: Collection[BillingDay]) -> dict[int, Marked]:
    """The modifiers of the claimable charges of covered days, by charge; `days` have their coverage and payer.

    In a constant number of queries.
    """
    charges: dict[int, list[Charge]] = defaultdict(list)
    live = Charge.objects.filter(day__in=days, reversed_by=None, claimable=True).select_related("location")
    for charge in live.order_by("id"):
        charges[charge.day_id or 0].append(charge)
    edits, years = _edits(days, charges), _years(days)
    found: dict[int, Marked] = {}
    for day in days:
        found |= _of_day(day, charges[day.pk], edits[day.served_on], years)
    return found


def _of_day(day: BillingDay, charges: list[Charge], edits: Edits, years: TherapyYears | None) -> dict[int, Marked]:
    """A day is marked whole, also where its services were given at several places."""
    assert day.coverage is not None
    payer = day.coverage.payer
    over = years if has_threshold(payer) else None
    lines = [_line(charge, over) for charge in charges]
    found = {}
    for place in {charge.place for charge in charges}:
        where = Where(
            payer,
            day.discipline,
            day.served_on,
            client=day.client_id,
            billing_day=day.pk,
            place_of_service=place,
        )
        answers = for_day(lines, _setting(where, over, edits), wishes_of(payer))
        for charge, answer in zip(charges, answers, strict=True):
            if charge.place == place:
                found[charge.pk] = answer
    return found


def _line(charge: Charge, years: TherapyYears | None) -> Line:
    expected = years.expected(charge.code, charge.units, charge.amount) if years else ZERO
    return Line(charge.code, charge.assisted, tuple(charge.attested), expected, tuple(charge.notice_modifiers))


def _edits(days: Collection[BillingDay], charges: Mapping[int, list[Charge]]) -> dict[date, Edits]:
    codes: dict[date, set[str]] = defaultdict(set)
    for day in days:
        codes[day.served_on] |= {charge.code for charge in charges[day.pk]}
    return edits_for(codes)


def _years(days: Collection[BillingDay]) -> TherapyYears | None:
    """The year's therapy of the clients whose payer has a threshold."""
    over = [day for day in days if day.coverage and has_threshold(day.coverage.payer)]
    return TherapyYears({day.client_id for day in over}, {day.served_on.year for day in over}) if over else None

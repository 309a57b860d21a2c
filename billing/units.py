"""Heart. Minutes → billable units by the payer's rule, with the reasons.

Medicare's total-time rule ("8-minute rule", Claims Processing Manual, Pub. 100-04, ch. 5 §20.2.C):

1. All one-on-one minutes of 15-minute codes of the day and discipline are added up. Under 8 minutes
   is no unit, 8–22 is 1, 23–37 is 2, 38–52 is 3 …: ⌊(minutes + 7) / 15⌋.
2. Each code gets one unit for every whole 15 minutes of its own.
3. The units left over go one each to the codes with the most minutes left, whether or not those
   reach 8. Equal remainders: the clinician may choose; the proposal is the code entered first.

CPT's midpoint rule counts each code alone: a unit is reached when its midpoint is passed, 8 minutes
for 15. Neither rule always gives more than the other. Other payers count full units only, quarter
hours to the nearest, one unit a visit, or hours in tenths.

Whatever the rule: codes of other increments count alone; a code and its add-on share one stretch of
minutes; psychotherapy is one unit of the code whose range the minutes meet; untimed codes are one unit
whatever the minutes, and their minutes are not in the total.
"""

from bisect import bisect_left
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from itertools import combinations, islice

from billing import assistants, unit_words
from billing.caps import NO_CAPS, Caps, CodeUnits, capped, room
from billing.increments import BLOCK, HALF, by_full, by_midpoint, in_tenths, table_units, threshold
from billing.modifiers import ASSISTANT
from billing.stretches import Minutes, Stretch, gather
from sessions.codes import CODES, FAMILIES, RANGE_OF, Family

MOST_ALTERNATIVES = 20


class Rule(StrEnum):
    CMS = "cms"
    MIDPOINT = "midpoint"
    FULL = "full"
    NEAREST_QUARTER = "nearest-quarter"
    PER_VISIT = "per-visit"
    TENTHS = "tenths"


ALIASES = {"ama": Rule.MIDPOINT}  # what people also call it

PAST_THE_MIDDLE = (Rule.CMS, Rule.MIDPOINT, Rule.NEAREST_QUARTER)  # the first quarter hour counts from 8 minutes

NAMES = {
    Rule.CMS: "Medicare 8-minute rule",
    Rule.MIDPOINT: "Each code counts alone",
    Rule.FULL: "Full units only",
    Rule.NEAREST_QUARTER: "Nearest quarter hour",
    Rule.PER_VISIT: "One unit a visit",
    Rule.TENTHS: "Hours in tenths",
}


@dataclass(frozen=True)
class Counted:
    """The answer: units by code in the order entered, why, and what would change it.

    next_at: timed minutes (cms: of the day, otherwise of `next_code`) at which one more unit is reached, `more` of
    them from now; None where no minutes add one, or the payer pays no more.
    alternatives: other splits that the rule allows equally, each as {code: units}; `equal` are their lines, and
    `prefer_for` names for each the codes to prefer for it.
    size: what one unit is billed as, 0.1 where hours are billed in tenths.
    """

    rule: Rule
    lines: tuple[CodeUnits, ...]
    timed_minutes: int
    reasons: tuple[str, ...]
    next_at: int | None
    next_code: str | None = None
    more: int | None = None
    equal: tuple[tuple[CodeUnits, ...], ...] = ()
    prefer_for: tuple[tuple[str, ...], ...] = ()
    size: Decimal = Decimal(1)

    @property
    def total(self) -> int:
        return sum(line.units for line in self.lines)

    @property
    def timed_units(self) -> int:
        return sum(line.units for line in self.lines if line.timed)

    @property
    def alternatives(self) -> tuple[dict[str, int], ...]:
        return tuple({line.code: line.units for line in lines} for lines in self.equal)

    def units_of(self, code: str) -> int:
        return next((line.units for line in self.lines if line.code == code), 0)


def count(
    entered: Sequence[Minutes],
    rule: Rule,
    *,
    discipline: str = "OT",
    on: date | None = None,
    caps: Caps = NO_CAPS,
    prefer: Collection[str] = (),
    strict: bool = True,
) -> Counted:
    """Units for one client, day and discipline; raises BadMinutes for what cannot be counted.

    `prefer`: codes that the clinician wants first where minutes left are equal. It decides nothing else.
    With `strict` False nothing is refused: what was signed is counted as it stands.
    """
    stretches = gather(entered, on, strict=strict)
    pooled = {one.code: one.minutes for one in stretches if one.facts.pooled} if rule is Rule.CMS else {}
    shared, equal, why = _pool(pooled, prefer)
    timed = {one.code: one.minutes for one in stretches if one.facts.timed}
    if rule is not Rule.CMS:
        why = unit_words.alone(stretches, rule.value)
    lines = _lines(stretches, rule, discipline, shared)
    billed, told = capped(lines, caps)
    open_ones = room(billed, caps)
    more, next_at, next_code = _next_unit(pooled if rule is Rule.CMS else timed, rule, open_ones, nothing=not stretches)
    return Counted(
        rule=rule,
        lines=billed,
        timed_minutes=sum(pooled.values()) if rule is Rule.CMS else sum(timed.values()),
        reasons=(*why, *unit_words.beside(stretches, lines, pooled), *told),
        next_at=next_at,
        next_code=next_code,
        more=more,
        equal=tuple(capped(_lines(stretches, rule, discipline, split), caps)[0] for split, _ in equal),
        prefer_for=tuple(winners for _, winners in equal),
        size=Decimal("0.1") if rule is Rule.TENTHS else Decimal(1),
    )


def share_out(units: int, minutes: Sequence[int]) -> list[int]:
    """`units` of one code among the people who gave its minutes: whole blocks first, then most left over."""
    shares = [m // BLOCK for m in minutes]
    while sum(shares) > units:
        smallest = min((i for i, share in enumerate(shares) if share), key=lambda i: (minutes[i] % BLOCK, -i))
        shares[smallest] -= 1
    order = sorted(range(len(minutes)), key=lambda i: (-(minutes[i] - shares[i] * BLOCK), i))
    for step in range(units - sum(shares)):
        shares[order[step % len(order)]] += 1
    return shares


def _lines(
    stretches: Sequence[Stretch], rule: Rule, discipline: str, shared: Mapping[str, int]
) -> tuple[CodeUnits, ...]:
    """Every code with what it earns: those entered, and those that a stretch of minutes was turned into."""
    return tuple(line for one in stretches for line in _of_stretch(one, rule, discipline, shared.get(one.code)))


def _of_stretch(one: Stretch, rule: Rule, discipline: str, shared: int | None) -> Iterator[CodeUnits]:
    earned = _earned(one, rule, shared)
    assisted = _assisted(one, rule, earned) if one.assistant and discipline in ASSISTANT else {}
    left = one.minutes
    for code in _codes(one, earned):
        minutes = _minutes_of(one, code, earned, left)
        left -= minutes
        timed = one.facts.timed
        whole, rest = divmod(minutes, BLOCK) if timed else (0, 0)
        yield CodeUnits(code, minutes, earned.get(code, 0), timed, whole, rest, assisted.get(code, 0), one.code)


def _codes(one: Stretch, earned: Mapping[str, int]) -> list[str]:
    """Codes entered and earned; a first code stands before its add-on."""
    found = dict.fromkeys([*one.entered, *earned])
    family = FAMILIES.get(one.code)
    return [code for code in (family.base, family.add_on) if code in found] if family else list(found)


def _minutes_of(one: Stretch, code: str, earned: Mapping[str, int], left: int) -> int:
    """The part of a stretch's minutes that stands beside a code."""
    family = FAMILIES.get(one.code)
    if family and code == family.base and family.add_on in earned:
        return min(family.first, left)
    if one.code in RANGE_OF and earned and code not in earned:
        return 0
    return left


def _earned(one: Stretch, rule: Rule, shared: int | None) -> dict[str, int]:
    """Units by code of one stretch. `shared` is what a pool gave it."""
    if one.code in RANGE_OF:
        met = [code for first, code in RANGE_OF[one.code] if one.minutes >= first]
        return {met[-1]: 1} if met else {}
    if not one.facts.timed:
        return {one.code: 1}
    if rule is Rule.PER_VISIT:
        return {one.code: 1} if one.minutes else {}
    if rule is Rule.TENTHS:
        return {one.code: in_tenths(one.minutes)}
    if one.code in FAMILIES:
        family = FAMILIES[one.code]
        first, further = family.units(one.minutes, full=rule is Rule.FULL)
        if shared is not None:
            first, further = min(shared, 1), max(shared - 1, 0)
        return {family.base: first, family.add_on: further} if further else {family.base: first}
    if shared is not None:
        return {one.code: shared}
    return {one.code: (by_full if rule is Rule.FULL else by_midpoint)(one.minutes, one.facts.minutes)}


def _assisted(one: Stretch, rule: Rule, earned: Mapping[str, int]) -> dict[str, int]:
    """How many of a stretch's units carry the assistant's modifier, by code."""
    family = FAMILIES.get(one.code)
    if family and family.first != family.further and rule not in (Rule.TENTHS, Rule.PER_VISIT):
        return _assisted_apart(one, family, earned)
    found: dict[str, int] = {}
    clean = sum(earned.values()) - _assisted_units(one, rule, sum(earned.values()))
    for code, units in earned.items():
        found[code] = max(units - clean, 0)
        clean -= units - found[code]
    return found


def _assisted_units(one: Stretch, rule: Rule, units: int) -> int:
    if rule is Rule.TENTHS and one.facts.timed:
        return max(units - in_tenths(one.therapist), 0)
    if not one.facts.timed or rule is Rule.PER_VISIT:
        return units if assistants.over_a_tenth(one.assistant, one.minutes) and not one.facts.evaluation else 0
    return assistants.with_modifier(units, one.therapist, one.assistant, one.facts.minutes)


def _assisted_apart(one: Stretch, family: Family, earned: Mapping[str, int]) -> dict[str, int]:
    """A first code longer than its add-on: whose it is first, then the minutes that are left over it."""
    hers, theirs = min(one.therapist, family.first), min(one.assistant, family.first)
    first = assistants.with_modifier(earned[family.base], hers, theirs, family.first)
    if first:
        spent_by_her = max(family.first - one.assistant, 0)
        left = one.therapist - min(one.therapist, spent_by_her), max(one.assistant - family.first, 0)
    else:
        spent_by_them = max(family.first - one.therapist, 0)
        left = max(one.therapist - family.first, 0), one.assistant - min(one.assistant, spent_by_them)
    further = assistants.with_modifier(earned.get(family.add_on, 0), *left, family.further)
    return {family.base: first, family.add_on: further}


type Split = tuple[dict[str, int], tuple[str, ...]]  # units by code, and who has the last units


def _pool(pooled: Mapping[str, int], prefer: Collection[str]) -> tuple[dict[str, int], list[Split], list[str]]:
    """Units of pooled stretches by the total-time rule, the other splits it allows, and the reasons."""
    whole = {code: minutes // BLOCK for code, minutes in pooled.items()}
    extra = table_units(sum(pooled.values())) - sum(whole.values())
    left = {code: minutes % BLOCK for code, minutes in pooled.items()}
    # Stable: of equal remainders the preferred code wins, then the one entered first.
    ranked = sorted(left, key=lambda code: (-left[code], code not in prefer))
    winners, losers = ranked[:extra], ranked[extra:]
    units = {code: whole[code] + (code in winners) for code in pooled}
    return units, _equal_splits(whole, left, winners, losers), unit_words.pooled(pooled, winners, losers, prefer)


def _equal_splits(
    whole: Mapping[str, int], left: Mapping[str, int], winners: list[str], losers: list[str]
) -> list[Split]:
    """The other ways to give the last units when remainders are equal at the cut."""
    if not winners or not losers or left[winners[-1]] != left[losers[0]] or left[losers[0]] == 0:
        return []
    cut = left[winners[-1]]
    sure = [code for code in winners if left[code] > cut]
    tied = [code for code in left if left[code] == cut and code in {*winners, *losers}]
    chosen = set(winners)
    others = (
        ({code: whole[code] + (code in sure or code in picked) for code in whole}, picked)
        for picked in combinations(tied, len(winners) - len(sure))
        if set(picked) | set(sure) != chosen
    )
    return list(islice(others, MOST_ALTERNATIVES))


def _next_unit(
    minutes: Mapping[str, int], rule: Rule, open_ones: Collection[str], *, nothing: bool
) -> tuple[int | None, int | None, str | None]:
    """(minutes more, minutes in all, of which code) for one more unit. `open_ones`: what the payer pays more of; `nothing` was
    entered yet.
    """
    if nothing and rule in PAST_THE_MIDDLE:
        return HALF, HALF, None
    if not any(code in open_ones for code in minutes):
        return None, None, None
    if rule is Rule.CMS:
        at = threshold(table_units(sum(minutes.values())) + 1)
        return at - sum(minutes.values()), at, None
    nexts = {code: _next_at(code, have, rule) for code, have in minutes.items() if code in open_ones}
    reached = [(at - minutes[code], at, code) for code, at in nexts.items() if at]
    return min(reached, key=lambda one: one[0], default=(None, None, None))


def _next_at(code: str, minutes: int, rule: Rule) -> int | None:
    """The first minute above `minutes` at which a stretch by itself earns more; None where none does."""

    def units(at: int) -> int:
        return sum(_earned(Stretch(code, (code,), at, 0), rule, None).values())

    now, family = units(minutes), FAMILIES.get(code)
    span = range(minutes + 1, minutes + 2 * max(CODES[code].minutes, family.first if family else 0))
    reached = bisect_left(span, now + 1, key=units)  # more minutes never earn less
    return span[reached] if reached < len(span) else None

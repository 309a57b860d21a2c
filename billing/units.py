"""Heart. Minutes → billable units by the payer's rule, with the reasons.

Medicare's total-time rule ("8-minute rule", Claims Processing Manual, Pub. 100-04, ch. 5 §20.2.C):

1. All one-on-one minutes of 15-minute codes of the day and discipline are added up. Under 8 minutes
   is no unit, 8–22 is 1, 23–37 is 2, 38–52 is 3 …: ⌊(minutes + 7) / 15⌋.
2. Each code gets one unit for every whole 15 minutes of its own.
3. The units left over go one each to the codes with the most minutes left, whether or not those
   reach 8. Equal remainders: the clinician may choose; the proposal is the code entered first.

CPT's midpoint rule counts each code alone: a unit is reached when its midpoint is passed, 8 minutes
for 15. Neither rule always gives more than the other.

Untimed codes are one unit whatever the minutes, and their minutes are not in the total.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import combinations

from sessions.codes import CODES

BLOCK = 15  # minutes
HALF = 8  # minutes that earn the next unit
MOST_MINUTES = 1440


class Rule(StrEnum):
    CMS = "cms"
    MIDPOINT = "midpoint"


NAMES = {Rule.CMS: "Medicare 8-minute rule", Rule.MIDPOINT: "Each code counts alone"}


@dataclass(frozen=True)
class Minutes:
    """Minutes of one code, whole and not negative."""

    code: str
    minutes: int


@dataclass(frozen=True)
class CodeUnits:
    """What one code earns. `whole` blocks of 15 and minutes `left` are of the code's own minutes."""

    code: str
    minutes: int
    units: int
    timed: bool
    whole: int = 0
    left: int = 0


@dataclass(frozen=True)
class Counted:
    """The answer: units by code in the order entered, why, and what would change it.

    next_at: timed minutes (cms: of the day, midpoint: of `next_code`) at which one more unit is reached.
    alternatives: other splits that the rule allows equally, each as {code: units}.
    """

    rule: Rule
    lines: tuple[CodeUnits, ...]
    timed_minutes: int
    reasons: tuple[str, ...]
    next_at: int
    next_code: str | None = None
    alternatives: tuple[dict[str, int], ...] = ()

    @property
    def total(self) -> int:
        return sum(line.units for line in self.lines)

    @property
    def timed_units(self) -> int:
        return sum(line.units for line in self.lines if line.timed)

    def units_of(self, code: str) -> int:
        return next((line.units for line in self.lines if line.code == code), 0)


class BadMinutes(ValueError):
    """Minutes or a code that cannot be counted; the message names the code and the fix."""


def table_units(minutes: int) -> int:
    """Units of `minutes` by the total-time table: 0 under 8, then one more at 8, 23, 38, 53 …"""
    return (minutes + BLOCK - HALF) // BLOCK


def threshold(units: int) -> int:
    """The first minute at which `units` are reached: 8, 23, 38, 53 …"""
    return units * BLOCK - HALF + 1


def count(entered: Sequence[Minutes], rule: Rule) -> Counted:
    """Units for one client, day and discipline. The same code entered twice is summed first.

    Raises BadMinutes for an unknown code and for minutes outside 0–1,440.
    """
    summed = _sum_by_code(entered)
    timed = {code: minutes for code, minutes in summed.items() if CODES[code].timed}
    if rule is Rule.CMS:
        units, why, alternatives = _count_cms(timed)
    else:
        units, why, alternatives = _count_midpoint(timed)
    lines = tuple(_line(code, minutes, units) for code, minutes in summed.items())
    total_timed = sum(timed.values())
    next_at, next_code = _next_unit(timed, rule)
    reasons = (*why, *_untimed_reasons(lines))
    return Counted(rule, lines, total_timed, reasons, next_at, next_code, alternatives)


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


def _sum_by_code(entered: Sequence[Minutes]) -> dict[str, int]:
    summed: dict[str, int] = {}
    for line in entered:
        if line.code not in CODES:
            raise BadMinutes(f"{line.code} is not a service code this practice knows")
        if not 0 <= line.minutes <= MOST_MINUTES:
            raise BadMinutes(f"{line.code}: minutes go from 0 to 1,440")
        summed[line.code] = summed.get(line.code, 0) + line.minutes
    return summed


def _line(code: str, minutes: int, units: dict[str, int]) -> CodeUnits:
    if not CODES[code].timed:
        return CodeUnits(code, minutes, 1, timed=False)
    return CodeUnits(code, minutes, units[code], timed=True, whole=minutes // BLOCK, left=minutes % BLOCK)


type _Answer = tuple[dict[str, int], list[str], tuple[dict[str, int], ...]]


def _count_cms(timed: dict[str, int]) -> _Answer:
    total = sum(timed.values())
    whole = {code: minutes // BLOCK for code, minutes in timed.items()}
    extra = table_units(total) - sum(whole.values())
    left = {code: minutes % BLOCK for code, minutes in timed.items()}
    ranked = sorted(left, key=lambda code: -left[code])  # stable: the code entered first wins a tie
    winners, losers = ranked[:extra], ranked[extra:]
    units = {code: whole[code] + (code in winners) for code in timed}
    alternatives = _equal_splits(whole, left, winners, losers)
    return units, _cms_reasons(timed, whole, left, winners, losers), alternatives


def _equal_splits(
    whole: dict[str, int], left: dict[str, int], winners: list[str], losers: list[str]
) -> tuple[dict[str, int], ...]:
    """The other ways to give the last units when remainders are equal at the cut."""
    if not winners or not losers or left[winners[-1]] != left[losers[0]] or left[losers[0]] == 0:
        return ()
    cut = left[winners[-1]]
    sure = [code for code in winners if left[code] > cut]
    tied = [code for code in (*winners, *losers) if left[code] == cut]
    chosen = set(winners)
    return tuple(
        {code: whole[code] + (code in sure or code in picked) for code in whole}
        for picked in combinations(tied, len(winners) - len(sure))
        if set(picked) | set(sure) != chosen
    )


def _cms_reasons(
    timed: dict[str, int], whole: dict[str, int], left: dict[str, int], winners: list[str], losers: list[str]
) -> list[str]:
    given = {code: minutes for code, minutes in timed.items() if minutes}
    if not given:
        return []
    total = sum(given.values())
    units = table_units(total)
    added = " + ".join(str(minutes) for minutes in given.values())
    addition = f"{added} = {total} timed minutes" if len(given) > 1 else f"{total} timed minutes"
    if units == 0:
        return [f"{addition}. A unit starts at {HALF}."]
    low, high = threshold(units), threshold(units + 1) - 1
    why = [f"{addition}. {low}–{high} minutes is {_units(units)}."]
    if len(given) == 1:
        return why
    for code in given:
        if whole[code]:
            over = f", {left[code]} min left over" if left[code] else ""
            why.append(f"{code} has {whole[code]} full 15-minute {_plural(whole[code], 'block')}{over}.")
    return why + _last_units(left, winners, [code for code in losers if code in given])


def _last_units(left: dict[str, int], winners: list[str], losers: list[str]) -> list[str]:
    if not winners:
        return []
    named = " and ".join(f"{code}: {left[code]} min" for code in winners)
    if len(winners) > 1:
        return [f"The last {len(winners)} units go to {named}."]
    rivals = [code for code in losers if left[code]]
    if not rivals:
        return [f"The last unit goes to {named}."]
    rival = rivals[0]
    if left[rival] == left[winners[0]]:
        return [f"The last unit goes to {named}. {rival} has as many left, but was given later."]
    return [f"The last unit goes to {named}, more than the {left[rival]} left on {rival}."]


def _count_midpoint(timed: dict[str, int]) -> _Answer:
    units = {code: table_units(minutes) for code, minutes in timed.items()}
    why = []
    for code, minutes in timed.items():
        if not minutes:
            continue
        if units[code] == 0:
            why.append(f"{code}: {minutes} min, under the {HALF} that make a unit.")
        else:
            low, high = threshold(units[code]), threshold(units[code] + 1) - 1
            why.append(f"{code}: {minutes} min. {low}–{high} minutes is {_units(units[code])}.")
    return units, why, ()


def _next_unit(timed: dict[str, int], rule: Rule) -> tuple[int, str | None]:
    if rule is Rule.CMS or not timed:
        return threshold(table_units(sum(timed.values())) + 1), None
    code = min(timed, key=lambda c: threshold(table_units(timed[c]) + 1) - timed[c])
    return threshold(table_units(timed[code]) + 1), code


def _untimed_reasons(lines: Sequence[CodeUnits]) -> list[str]:
    untimed = [line.code for line in lines if not line.timed]
    if not untimed:
        return []
    verb = "is 1 unit" if len(untimed) == 1 else "are 1 unit each"
    return [f"{' and '.join(untimed)} {verb} whatever the minutes."]


def _units(number: int) -> str:
    return f"{number} {_plural(number, 'unit')}"


def _plural(number: int, word: str) -> str:
    return word if number == 1 else word + "s"

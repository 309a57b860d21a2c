"""Heart. The reasons of a count of units, in words a therapist would use."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING

from billing.increments import BLOCK, HALF, in_tenths, table_units, threshold
from sessions.codes import FAMILIES, RANGE_OF

if TYPE_CHECKING:
    from billing.caps import CodeUnits
    from billing.stretches import Stretch


def pooled(timed: Mapping[str, int], winners: list[str], losers: list[str], prefer: Collection[str] = ()) -> list[str]:
    """The total-time rule: the sum, the table, who has whole blocks, who the last units go to."""
    whole = {code: minutes // BLOCK for code, minutes in timed.items()}
    left = {code: minutes % BLOCK for code, minutes in timed.items()}
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
    return why + _last_units(left, winners, [code for code in losers if code in given], prefer)


def _last_units(left: dict[str, int], winners: list[str], losers: list[str], prefer: Collection[str]) -> list[str]:
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
        why = "you chose" if winners[0] in prefer and rival not in prefer else f"{winners[0]} comes first"
        return [f"The last unit goes to {named}. {rival} has as many left; {why}."]
    return [f"The last unit goes to {named}, more than the {left[rival]} left on {rival}."]


def alone(stretches: Sequence[Stretch], rule: str) -> list[str]:
    """Each 15-minute code by itself."""
    why = []
    for one in stretches:
        if one.minutes and one.facts.pooled and one.code not in FAMILIES:
            why.append(_WORDS.get(rule, _midpoint)(one.code, one.minutes))
    return why


def _midpoint(code: str, minutes: int) -> str:
    units = table_units(minutes)
    if units == 0:
        return f"{code}: {minutes} min, under the {HALF} that make a unit."
    low, high = threshold(units), threshold(units + 1) - 1
    return f"{code}: {minutes} min. {low}–{high} minutes is {_units(units)}."


def _full(code: str, minutes: int) -> str:
    left = f", {minutes % BLOCK} min left over" if minutes % BLOCK else ""
    return f"{code}: {minutes} min has {minutes // BLOCK} full {_plural(minutes // BLOCK, 'block')} of 15{left}."


def _visit(code: str, minutes: int) -> str:
    return f"{code} is 1 unit a visit."


def _tenths(code: str, minutes: int) -> str:
    return f"{code}: {minutes} min is {in_tenths(minutes) / 10} of an hour."


_WORDS = {"full": _full, "per-visit": _visit, "tenths": _tenths}


def beside(stretches: Sequence[Stretch], lines: Sequence[CodeUnits], pool: Mapping[str, int]) -> list[str]:
    """Codes that count by themselves under every rule: families, ranges, other increments, untimed ones."""
    told = []
    earned = {line.code: line.units for line in lines}
    for one in stretches:
        if one.code in FAMILIES and one.minutes:
            family = FAMILIES[one.code]
            parts = [f"{code}×{earned[code]}" for code in (family.base, family.add_on) if earned.get(code)]
            told.append(f"{one.minutes} min of {family.base} and {family.add_on}: {' and '.join(parts) or 'no unit'}.")
        elif one.code in RANGE_OF:
            chosen = next((code for _, code in RANGE_OF[one.code] if earned.get(code)), None)
            least = RANGE_OF[one.code][0][0]
            told.append(f"{one.minutes} min is {chosen}." if chosen else f"{one.minutes} min: it begins at {least}.")
        elif one.facts.timed and not one.facts.pooled and one.minutes:
            told.append(f"{one.code}: {one.minutes} min is {_units(earned[one.code])} of {one.facts.minutes}.")
    return told + _untimed([one.code for one in stretches if not one.facts.timed and one.code not in RANGE_OF])


def _untimed(untimed: list[str]) -> list[str]:
    if not untimed:
        return []
    verb = "is 1 unit" if len(untimed) == 1 else "are 1 unit each"
    return [f"{' and '.join(untimed)} {verb} whatever the minutes."]


def next_unit(more: int, code: str | None, total: str) -> str:
    """What more minutes would add: “13 more minutes make 4 units.”"""
    of = f" of {code}" if code else ""
    return f"{more} more {_plural(more, 'minute')}{of} {'makes' if more == 1 else 'make'} {total}."


def capped(code: str, most: int) -> str:
    """What a payer pays at most; without a code, of the day."""
    return f"The payer pays at most {_units(most)}{f' of {code}' if code else ''} a day; what is above is not billed."


def _units(number: int) -> str:
    return f"{number} {_plural(number, 'unit')}"


def _plural(number: int, word: str) -> str:
    return word if number == 1 else word + "s"

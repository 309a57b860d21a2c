"""Heart. A count of units as data: what the command prints and the API answers."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from billing import unit_words
from billing.caps import CodeUnits
from billing.modifiers import ASSISTANT
from billing.stretches import Minutes
from billing.units import NAMES, Counted, Rule, count

TENTH = Decimal("0.1")


def billable(counted: Counted, discipline: str, lines: Sequence[CodeUnits] | None = None) -> list[dict[str, Any]]:
    """Lines {code, units, modifiers} with units above 0: a code's clean units before those with CO or CQ."""
    found = []
    for line in counted.lines if lines is None else lines:
        for units, modifiers in ((line.units - line.assisted, []), (line.assisted, [ASSISTANT.get(discipline, "")])):
            if units:
                found.append({"code": line.code, "units": number(units, counted), "modifiers": modifiers})
    return found


def number(units: int, counted: Counted) -> int | float:
    """Units as billed: whole, or hours in tenths."""
    billed = units * counted.size
    return int(billed) if billed == int(billed) else float(billed)


def other(counted: Counted, entered: Sequence[Minutes], discipline: str = "OT") -> Counted:
    """The same minutes by the rule to lay beside: each code alone beside Medicare's, Medicare's beside any other."""
    rule = Rule.MIDPOINT if counted.rule is Rule.CMS else Rule.CMS
    return count(entered, rule, discipline=discipline, strict=False)


def next_unit(counted: Counted) -> str:
    """What more minutes would add; empty where they add nothing."""
    if counted.more is None:
        return ""
    total = number(counted.total + 1, counted)
    unit = "hours" if counted.size == TENTH else "unit" if total == 1 else "units"
    return unit_words.next_unit(counted.more, counted.next_code, f"{total} {unit}")


def whole(counted: Counted, entered: Sequence[Minutes], discipline: str) -> dict[str, Any]:
    """The whole answer: both rules side by side, the equal splits, the reasons, the next unit."""
    beside = other(counted, entered, discipline)
    return {
        "rule": counted.rule.value,
        "total": number(counted.total, counted),
        "lines": billable(counted, discipline),
        "alternatives": [billable(counted, discipline, lines) for lines in counted.equal],
        "timed_minutes": counted.timed_minutes,
        "next_at": counted.next_at,
        "next_code": counted.next_code,
        "next_in": counted.more,
        "next_words": next_unit(counted),
        "reasons": list(counted.reasons),
        "other_rule": {
            "rule": beside.rule.value,
            "name": NAMES[beside.rule],
            "total": number(beside.total, beside),
            "lines": billable(beside, discipline),
        },
    }
